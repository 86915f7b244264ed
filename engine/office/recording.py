"""Edge: what an office does, into its ledger: decisions with all they come from, letters, events.

What is known already is not recorded again: rules by their digest, facts and findings of a case by what they say, a
decision by what it rests on. Facts that differ from those recorded before are a 更正, and a decision that is made again
names the one before.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine.base.canonical import Plain, canonical
from engine.base.canonical import digest as canonical_digest
from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.decision.case import Case
from engine.decision.facts import facts_differing
from engine.decision.model import Decision
from engine.files.faults import CHANGED, Unfit, unreadable
from engine.files.reading import find, inside, read
from engine.files.used import Used
from engine.office.ledger import Ledger
from engine.office.workspace import Workspace
from engine.policy.package import Package
from engine.policy.sources import MAX_LOOK
from engine.procedure.compiled import Compiled
from engine.procedure.entries import item_plain
from engine.procedure.history import History, Withdrawal
from engine.procedure.replay import replay
from engine.record.act import Act, By
from engine.record.chain import Head
from engine.record.decided import FACTS, SENT, CaseDecided, Deed, RulesUsed, case_decided, rules_used, with_files
from engine.record.lines import digest_of
from engine.record.rows import TERMS
from engine.record.store import Store, Writer

MAX_FILE = 200_000_000


@dataclass
class Recorder:
    """What is gathered for the ledger while cases are read: rules once for each package. Given to other processes empty."""

    _rules: dict[str, RulesUsed] = field(default_factory=dict)

    def case(
        self, workspace: Workspace, package: Package, case: Case, decisions: Iterable[Decision], files: Used, path: Path
    ) -> CaseDecided:
        """The decided case, with `files` as they were read for it at `path`. Refused where one has changed since."""
        if package.digest not in self._rules:
            self._rules[package.digest] = rules_used(package, rule_files(workspace, package))
        found = case_decided(package, case, decisions, self._rules[package.digest])
        files_sent = {f"{SENT}{name}": data for name, data in sent(files, path)}
        return replace(found, sent=files_sent, file="" if path.is_dir() else path.name)


def rule_files(workspace: Workspace, package: Package) -> dict[str, bytes]:
    """The files of the rules by what the basis calls them, as this workspace read them."""
    found = {}
    for key, files in workspace.sources.items():
        for path, text in files.items():
            name = f"{key}/{f'/{path}'.rsplit(f'/{key}/', 1)[-1]}"
            if name in package.files:
                found[name] = text.encode() if not text.startswith("sha256:") else _look(Path(path), text)
    return found


def _look(path: Path, digest: str) -> bytes:
    """A layout or mark of a package's own, which is kept by digest only."""
    try:
        data = read(path, MAX_LOOK)
        if f"sha256:{sha256(data).hexdigest()}" != digest:
            raise Unfit(CHANGED, path)
    except OSError as error:
        raise Refused(unreadable(error, str(path)), 2) from None
    return data


def sent(files: Used, path: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a case as they were read, by their place below its folder."""
    folder = path if path.is_dir() else path.parent
    for real in sorted(real for real in files.paths if inside(Path(real), folder)):
        name = os.path.relpath(real, os.path.realpath(folder))
        try:
            found = find(Path(real), MAX_FILE)
            if found.identity not in files.identities:
                raise Unfit(CHANGED, real)
            yield name, found.read()
        except OSError as error:
            raise Refused(unreadable(error, name), 2) from None


# ---- into the ledger ----

Key = tuple[str, str, str, str]
"""A decision: case, determination, 基准日, digest of the facts."""


@dataclass
class Entering:
    """A ledger open for recording, at one moment, by one person."""

    store: Store
    writer: Writer
    at: str
    by: By
    _known: dict[tuple[str, str], set[bytes]] = field(default_factory=dict)

    def deed(self, deed: Deed, more: Mapping[str, Any] | None = None) -> int:
        """Record a deed with what is kept for it; `more` goes into its sealed part. The number of its entry."""
        kept, public = (
            {name: self.writer.keep(data) for name, data in part.items()} for part in (deed.contents, deed.public)
        )
        act = with_files(deed.act, kept, public)
        return self.writer.record(replace(act, sealed={**act.sealed, **(more or {})}), self.at, self.by).seq

    def case(self, found: CaseDecided) -> dict[Key, int]:
        """Record what is new of a decided case; where each of its decisions is."""
        self.rules(found.rules)
        self._facts(found)
        for act in (*found.findings, *found.served):
            self.once(found.case, act)
        day, facts = found.as_of.isoformat(), digest_of(found.facts)
        return {
            (found.case, str(deed.act.open["决定"]), day, facts): self._decision(found.case, deed)
            for deed in found.decisions
        }

    def layouts(self, files: Mapping[str, bytes]) -> str:
        """The digest of the layouts, which are recorded where they were not used before."""
        digest = canonical_digest({name: digest_of(data) for name, data in files.items()})
        if not self.store.select("seq", "acts", "kind = '版面' AND name = ?", [digest]):
            self.deed(Deed(Act("版面", {"版面": digest}), public=files))
        return digest

    def rules(self, rules: RulesUsed) -> None:
        """Rules that were not used before, and which parameters and readings differ from those used last."""
        if self.store.select("seq", "acts", "kind = '规则' AND name = ?", [rules.digest]):
            return
        before = self._rules_before(rules.regulation)
        self.deed(rules.deed)
        if before is None:
            return
        for kind, now in (("参数", rules.parameters), ("口径", rules.readings)):
            old = before.get(kind, {})
            for name in dict.fromkeys((*old, *now)):
                if old.get(name) != now.get(name):
                    said = {"规范": rules.regulation, kind: name, "值": now.get(name, ""), "原": old.get(name, "")}
                    self.writer.record(Act(kind, {**said, "规则": rules.digest}), self.at, self.by)

    def _rules_before(self, regulation: str) -> Mapping[str, Any] | None:
        """What the rules of a regulation used last said in the open."""
        for (seq,) in reversed(self.store.select("seq", "acts", "kind = '规则'")):
            kept = self.store.entry(seq)
            said = json.loads(kept.entry.body)["内容"] if kept is not None else {}
            if said.get("规范") == regulation:
                return dict(said)
        return None

    def _facts(self, found: CaseDecided) -> None:
        """事实, or 更正 where others were recorded of the case before."""
        digest = digest_of(found.facts)
        known = self.store.select("seq, kind", "acts", "case_id = ? AND kind IN ('事实', '更正')", [found.case])
        if known and self._facts_of(known[-1][0]) == digest:
            return
        said = {"案件": found.case, "当事人": found.party, "案件文件": found.file}
        deed = Deed(Act("事实", {}, said), {**found.sent, FACTS: found.facts})
        if not known:
            self.deed(deed)
            return
        before = self.store.content(self._facts_of(known[-1][0]))
        more = {"前次": known[-1][0], "不同": facts_differing(json.loads(before or b"{}"), json.loads(found.facts))}
        self.deed(replace(deed, act=replace(deed.act, kind="更正")), more)

    def _facts_of(self, seq: int) -> str:
        found = self.store.select("digest", "uses", "seq = ? AND name = ?", [seq, FACTS])
        return str(found[0][0]) if found else ""

    def once(self, case: str, act: Act, terms: Sequence[Plain] = ()) -> None:
        """Record an act, unless just that was recorded of the case before; with the `terms` it brought to an end, which
        follow from the rules and do not make it another act."""
        key = (case, act.kind)
        if key not in self._known:
            found = self.store.select("seq", "acts", "case_id = ? AND kind = ?", [*key])
            seals = (self.store.seal(seq) for (seq,) in found)
            self._known[key] = {
                canonical({name: said for name, said in seal.content.items() if name != TERMS})
                for seal in seals
                if seal is not None
            }
        text = canonical(act.sealed)
        if text not in self._known[key]:
            self._known[key].add(text)
            more = {TERMS: terms} if terms else {}
            self.writer.record(replace(act, sealed={**act.sealed, **more}), self.at, self.by)

    def _decision(self, case: str, deed: Deed) -> int:
        """A decision that rests on something else than the one before, or comes to something else."""
        said = deed.act.open
        known = self.store.select(
            "seq, basis, outcome", "decisions", "case_id = ? AND determination = ?", [case, said["决定"]]
        )
        if known and known[-1][1:] == (said["所据码"], said["结果"]):
            return int(known[-1][0])
        return self.deed(deed, {"前次": known[-1][0]} if known else None)


def record_cases(ledger: Ledger, cases: Iterable[CaseDecided], by: By) -> tuple[Head, list[int]]:
    """Record decided cases; the head of the ledger and the entries of their decisions. Refused (exit code 2): E920–E922."""
    with ledger.opened() as store, ledger.recording(store) as writer:
        entering = Entering(store, writer, ledger.now(), by)
        found = [seq for case in cases for seq in entering.case(case).values()]
    return writer.head, found


def record_events(
    ledger: Ledger, compiled: Compiled, write: Callable[[], tuple[History, History]], by: By
) -> tuple[History, History]:
    """`write` an event into the file of a history, and record it with whatever of the history the ledger lacks: what was
    entered before there was a ledger, or when the machine stopped between the two. Refused (exit code 2): E920–E922."""
    with ledger.opened() as store, ledger.recording(store) as writer:
        entering = Entering(store, writer, ledger.now(), by)
        before, after = write()
        terms = _terms(compiled, after)
        for item, act in _events(compiled.package, after):
            entering.once(after.case, act, terms.get(item, ()) if act.kind == "事件" else ())
    return before, after


def _terms(compiled: Compiled, history: History) -> Mapping[str, list[Plain]]:
    """Event -> the duties with a last day that it met, or settled when that had passed."""
    found: dict[str, list[Plain]] = {}
    for duty in replay(compiled, history, history.last).duties:
        if (entry := duty.closed_by) is not None and duty.due is not None:
            said = [duty.name, duty.who, duty.due.isoformat(), entry.day.isoformat(), "、".join(duty.clauses)]
            found.setdefault(entry.id, []).append(said)
    return found


def _events(package: Package, history: History) -> Iterator[tuple[str, Act]]:
    """Of each item 事件, 撤回, and 送达 of the documents whose day of service an event tells."""
    taken = package.procedure.taken if package.procedure is not None else ()
    serving = {one.event: [d.name for d in package.documents.values() if d.served == one.fact] for one in taken}
    for item in history.items:
        said = {**item_plain(item), "案件": history.case, "录入人": item.by}
        if isinstance(item, Withdrawal):
            yield item.id, Act("撤回", {"规范": package.id}, said)
            continue
        yield item.id, Act("事件", {"规范": package.id, "事件": item.event}, said)
        for document in serving.get(item.event, ()):
            sealed = {"案件": history.case, "日期": item.day.isoformat(), "编号": item.id}
            yield item.id, Act("送达", {"规范": package.id, "送达": document}, sealed)


def not_recorded() -> Problem:
    """W920: said once a run where something was done that a ledger would hold."""
    return Problem("W920", "没有账本，什么也没有记录", help="在单位设置里写 `账本: 路径`，用 `guiju ledger new` 建立")
