"""Edge: what an office does, into its ledger: decisions with all they come from, letters, events.

What is known already is not recorded again: rules by their digest, facts and findings of a case by what they say, a
decision by what it rests on. Facts that differ from those recorded before are a 更正, and a decision that is made again
names the one before.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.base.canonical import Plain, canonical
from engine.base.canonical import digest as canonical_digest
from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.decision.case import Case
from engine.decision.facts import facts_differing
from engine.decision.model import Decision
from engine.files.faults import CHANGED, Unfit, unreadable
from engine.files.reading import find, folder_at, read
from engine.files.used import Used, noting
from engine.intake.case import peek_case
from engine.office.amending import Amendments
from engine.office.case_file import CaseFile, opened
from engine.office.dossiers import Dossier
from engine.office.ledger import Ledger
from engine.office.packages import Packages
from engine.office.past import past_of
from engine.office.workspace import Workspace
from engine.policy.nodes import BOOKS
from engine.policy.package import Package
from engine.policy.sources import MAX_LOOK
from engine.policy.workbooks import read_workbook
from engine.procedure.compiled import Compiled
from engine.procedure.history import History
from engine.procedure.replay import replay
from engine.record.act import Act, By, read_body
from engine.record.chain import Head
from engine.record.decided import (
    AMENDED,
    AT_EVENT,
    CASE_FILE,
    FACTS,
    HISTORY_FILE,
    NO_PAST,
    SENT,
    AtEvent,
    CaseDecided,
    Deed,
    RulesUsed,
    case_decided,
    rules_used,
    with_files,
)
from engine.record.lines import digest_of
from engine.record.rows import TERMS
from engine.record.store import Store, Writer

if TYPE_CHECKING:
    from engine.office.owed import Files

MAX_FILE = 200_000_000


@dataclass
class Recorder:
    """What is gathered for the ledger while cases are read: rules once for each package. Given to other processes empty."""

    _rules: dict[str, RulesUsed] = field(default_factory=dict)

    def case(
        self, workspace: Workspace, package: Package, case: Case, decisions: Iterable[Decision], files: Used, path: Path
    ) -> CaseDecided:
        """The decided case, with `files` as they were read for it at `path`, and what its own history says. Refused where a
        file has changed since."""
        head, _ = peek_case(path)
        past = NO_PAST
        if head is not None and head.history:
            compiled, history = workspace.history(folder_at(path) / head.history, case.as_of)
            decisions = tuple(decisions)
            past = past_of(compiled, history, replay(compiled, history, case.as_of), case, decisions)
        found = case_decided(package, case, decisions, self._used(workspace, package), past=past)
        return _with_files(found, files, path)

    def files(self, dossier: Dossier, files: Files) -> CaseDecided:
        """A case decided for an event of its history. Refused where a file has changed since."""
        package, root = files.program.package, root_of(files.used, files.path)
        at = AtEvent(files.event, os.path.relpath(os.path.realpath(dossier.path), root), dossier.day, files.standing)
        past = past_of(dossier.compiled, dossier.history, dossier.timeline)
        rules = self._used(dossier.rules, package)
        found = case_decided(package, files.case, files.decisions, rules, at, past)
        return _with_files(found, files.used, files.path)

    def _used(self, workspace: Workspace, package: Package) -> RulesUsed:
        if package.digest not in self._rules:
            self._rules[package.digest] = rules_used(package, rule_files(workspace, package))
        return self._rules[package.digest]


def _with_files(found: CaseDecided, files: Used, path: Path) -> CaseDecided:
    name, data = sent(files, path)
    return replace(found, sent={f"{SENT}{one}": content for one, content in data.items()}, file=name)


def file_decided(
    packages: Packages, file: CaseFile, decisions: Iterable[Decision], path: Path, said: Amendments
) -> CaseDecided:
    """A case that came through the door of the API, with its files at `path` as they are and what was `said` over them."""
    with noting() as files:
        opened(packages, path, None, None, "", None, None, tolerant=True)
    found = Recorder().case(packages.workspace, file.package, file.case, decisions, files, path)
    return replace(found, sent={**found.sent, AMENDED: canonical(said)}) if said else found


def rule_files(workspace: Workspace, package: Package) -> dict[str, bytes]:
    """The files of the rules by what the basis calls them, as this workspace read them."""
    found = {}
    for key, files in workspace.sources_on(package.as_of).items():
        for path, text in files.items():
            name = f"{key}/{f'/{path}'.rsplit(f'/{key}/', 1)[-1]}"
            if name in package.files:
                beside = text.startswith("sha256:") or path.endswith(BOOKS)
                found[name] = _beside(Path(path), text) if beside else text.encode()
    return found


def _beside(path: Path, known: str) -> bytes:
    """A layout or mark of a package's own, of which the digest is known, or a workbook with rows of its tables, of which it is
    known what its cells say."""
    try:
        data = read(path, MAX_LOOK)
        now = read_workbook(path, path.parent)[0] if path.suffix in BOOKS else f"sha256:{sha256(data).hexdigest()}"
        if now != known:
            raise Unfit(CHANGED, path)
    except OSError as error:
        raise Refused(unreadable(error, str(path)), 2) from None
    return data


def root_of(files: Used, path: Path) -> str:
    """The folder below which all files of a case are: its own, unless one, such as its history, lies elsewhere."""
    folder = os.path.realpath(folder_at(path))
    return os.path.commonpath([folder, *map(os.path.dirname, files.paths)])


def sent(files: Used, path: Path) -> tuple[str, dict[str, bytes]]:
    """The files of the case at `path` as they were read, by their place below the folder that holds them all; the place of
    the case there, "" for that folder. Refused where one has changed since."""
    root, found = root_of(files, path), dict[str, bytes]()
    for real in sorted(files.paths):
        name = os.path.relpath(real, root)
        try:
            file = find(Path(real), MAX_FILE)
            if file.identity not in files.identities:
                raise Unfit(CHANGED, real)
            found[name] = file.read()
        except OSError as error:
            raise Refused(unreadable(error, name), 2) from None
    case = os.path.relpath(os.path.realpath(path), root)
    return ("" if case == "." else case), found


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
        self.past(found)
        self._facts(found)
        for act in (*found.findings, *found.served):
            self.once(found.case, act)
        day, facts = found.as_of.isoformat(), digest_of(found.facts)
        return {
            (found.case, str(deed.act.open["决定"]), day, facts): self._decision(found, deed)
            for deed in found.decisions
        }

    def past(self, found: CaseDecided) -> None:
        """Record what the ledger lacks of the history of a case."""
        for act, terms in found.past.acts:
            self.once(found.case, act, terms)

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
        """事实, or 更正 where others were recorded of the case, for the same event, before."""
        digest = digest_of(found.facts)
        known = [
            int(seq)
            for (seq,) in self.store.select("seq", "acts", "case_id = ? AND kind IN ('事实', '更正')", [found.case])
            if self._occasion(seq) == found.occasion
        ]
        if known and self._facts_of(known[-1]) == digest:
            return
        said: dict[str, Plain] = {"案件": found.case, "当事人": found.party, CASE_FILE: found.file}
        if (at := found.at) is not None:
            said |= {AT_EVENT: at.event}
            said |= {HISTORY_FILE: {"文件": at.file, "看到": at.until.isoformat(), "止于": at.standing}}
        deed = Deed(Act("事实", {}, said), {**found.sent, FACTS: found.facts})
        if not known:
            self.deed(deed)
            return
        before = self.store.content(self._facts_of(known[-1]))
        more = {"前次": known[-1], "不同": facts_differing(json.loads(before or b"{}"), json.loads(found.facts))}
        self.deed(replace(deed, act=replace(deed.act, kind="更正")), more)

    def _occasion(self, seq: int) -> str | None:
        """For which event of its history a case was decided in entry `seq`; None where nobody knows any more."""
        seal = self.store.seal(seq)
        return str(seal.content.get(AT_EVENT, "")) if seal is not None else None

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

    def ranking(self, deed: Deed) -> int:
        """A ranking that rests on something else than the one before of these cases."""
        said, values = deed.act.open, [deed.act.kind, deed.act.open[deed.act.kind], deed.act.sealed["案件"]]
        known = self.store.select("seq", "acts", "kind = ? AND name = ? AND case_id = ?", values)
        last = self.store.entry(int(known[-1][0])) if known else None
        if last is not None and read_body(last.entry.body).open.get("所据码") == said["所据码"]:
            return last.entry.seq
        return self.deed(deed, {"前次": known[-1][0]} if known else None)

    def _decision(self, found: CaseDecided, deed: Deed) -> int:
        """A decision that rests on something else than the one before, or comes to something else. The one before is of the
        same event: the next year's assessment is none made again."""
        said = deed.act.open
        where, values = "case_id = ? AND determination = ?", [found.case, said["决定"]]
        rows = self.store.select("seq, basis, outcome", "decisions", where, values)
        known = [row for row in rows if self._occasion(row[0]) == found.occasion]
        if known and known[-1][1:] == (said["所据码"], said["结果"]):
            return int(known[-1][0])
        return self.deed(deed, {"前次": known[-1][0]} if known else None)


def record_ranking(ledger: Ledger, cases: Iterable[CaseDecided], deed: Deed, by: By) -> tuple[Head, list[int]]:
    """Record a ranking with the facts of its cases, once; the head of the ledger and its entry. Refused (exit code 2):
    E920–E922, E931."""
    with ledger.opened() as store, ledger.recording(store) as writer:
        entering = Entering(store, writer, ledger.now(), by)
        for case in cases:
            entering.case(case)
        seq = entering.ranking(deed)
    return writer.head, [seq]


def record_cases(ledger: Ledger, cases: Iterable[CaseDecided], by: By) -> tuple[Head, list[int]]:
    """Record decided cases; the head of the ledger and the entries of their decisions. Refused (exit code 2): E920–E922, E931."""
    with ledger.opened() as store, ledger.recording(store) as writer:
        entering = Entering(store, writer, ledger.now(), by)
        found = [seq for case in cases for seq in entering.case(case).values()]
    return writer.head, found


def record_events(
    ledger: Ledger, compiled: Compiled, write: Callable[[], tuple[History, History]], by: By
) -> tuple[History, History]:
    """`write` an event into the file of a history, and record it with whatever of the history the ledger lacks: what was
    entered before there was a ledger, or when the machine stopped between the two. Refused (exit code 2): E920–E922, E931."""
    with ledger.opened() as store, ledger.recording(store) as writer:
        entering = Entering(store, writer, ledger.now(), by)
        before, after = write()
        for act, terms in past_of(compiled, after, replay(compiled, after, after.last)).acts:
            entering.once(after.case, act, terms)
    return before, after


def not_recorded() -> Problem:
    """W920: said once a run where something was done that a ledger would hold."""
    return Problem("W920", "没有账本，什么也没有记录", help="在单位设置里写 `账本: 路径`，用 `guiju ledger new` 建立")
