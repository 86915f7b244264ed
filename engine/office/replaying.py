"""Edge: what the ledger recorded, made again from the ledger alone: rules, calendar and case files as they were kept.

A case is read again from its files as they were sent. Where these alone do not give the facts that were recorded (the day's
state came from the history of the case, a file lay outside its folder), it is made from the recorded facts, and that is said.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import field, replace
from datetime import date
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any

from engine.base.calendar import Calendar, calendar_of
from engine.base.canonical import canonical
from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.decision.case import Case
from engine.decision.decide import decide
from engine.decision.door import objections
from engine.decision.facts import facts_digest
from engine.decision.program import Program
from engine.decision.recalled import recalled
from engine.decision.round import rank
from engine.decision.serial import to_plain
from engine.documents.replayed import Check
from engine.files.temporary import laid_out
from engine.office.again import FACTUAL, against
from engine.office.amending import with_amendments
from engine.office.case_file import CaseFile
from engine.office.dossiers import dossier
from engine.office.workspace import Workspace
from engine.record.act import Part, read_body
from engine.record.decided import (
    AMENDED,
    AT_EVENT,
    CALENDAR,
    CASE_FILE,
    DAYS,
    DECISION,
    FACTS,
    HISTORY_FILE,
    SENT,
    TOLD,
)
from engine.record.rows import DIGESTS, RANKING
from engine.record.store import Store

IDENTICAL = "逐字"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision as the ledger has it: its row, the decision as it was written, and the sealed part of its entry."""

    seq: int
    case: str
    determination: str
    outcome: str
    regulation: str
    rules: str
    facts: str
    written: Mapping[str, Any]
    sealed: Mapping[str, Any]

    @property
    def rules_on(self) -> date:
        rested = self.written["所据"]
        return date.fromisoformat(rested.get("规则按", rested["基准日"]))

    @property
    def as_of(self) -> date:
        return date.fromisoformat(self.written["基准日"])

    @property
    def occasion(self) -> str:
        """The event of its history it was decided for, "" for none."""
        return str(self.sealed.get(AT_EVENT, ""))


_COLUMNS = "seq, case_id, determination, outcome, regulation, rules, facts"


def recorded_decision(store: Store, seq: int) -> Recorded:
    """The decision of entry `seq`. Refused (E650, exit code 2): there is none, or it was erased."""
    rows = store.select(_COLUMNS, "decisions", "seq = ?", [seq])
    data = _content(store, seq, DECISION)
    seal = store.seal(seq)
    if not rows or data is None or seal is None:
        said = "的内容已经清除，不能重算" if rows else "不是决定"
        raise Refused(Problem("E650", f"账本第 {seq} 条{said}", help="用 `guiju trace 案件编号` 查各项决定在第几条"), 2)
    _, case, determination, outcome, regulation, rules, facts = rows[0]
    return Recorded(seq, case, determination, outcome, regulation, rules, facts, json.loads(data), seal.content)


def recorded_ranking(store: Store, seq: int) -> Mapping[str, Any] | None:
    """The ranking of entry `seq` as it was written; None where it is none, or was erased."""
    data = _content(store, seq, RANKING)
    return _mapping(json.loads(data)) if data is not None else None


def decisions_of(store: Store, text: str) -> list[int]:
    """The entries of the decisions of a case, or the entry of that number where it is one; no rankings."""
    where = "seq = ?" if text.isascii() and text.isdigit() else "case_id = ?"
    values = [int(text[:15])] if where == "seq = ?" else [text]
    ranked = set(rankings_of(store))
    return [int(seq) for (seq,) in store.select("seq", "decisions", where, values) if seq not in ranked]


def _content(store: Store, seq: int, name: str) -> bytes | None:
    return store.content(_digest(store, seq, name))


def _digest(store: Store, seq: int, name: str) -> str:
    """The digest under which an entry's content is kept; "" where it has none of that name."""
    found = store.select("digest", "uses", "seq = ? AND name = ?", [seq, name])
    return str(found[0][0]) if found else ""


def rules_kept(store: Store, digest: str) -> Mapping[str, bytes]:
    """The files of the rules of that digest as the ledger keeps them, by what a basis calls them."""
    found = store.select("seq", "acts", "kind = '规则' AND name = ?", [digest])
    return _named(store, int(found[-1][0])) if found else {}


def rankings_of(store: Store, text: str = "") -> list[int]:
    """The entries of the rankings called so, or the entry of that number where it is one; "" for all."""
    where = "seq = ?" if text.isascii() and text.isdigit() else "name = ?" if text else "1 = 1"
    values = [int(text[:15])] if where == "seq = ?" else [text] if text else []
    return [int(seq) for (seq,) in store.select("seq", "acts", f"kind = '{RANKING}' AND {where}", values)]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


@dataclass
class Replayer:
    """Makes decisions again. Rules and calendars are laid out once for all that rest on them; gone when it is closed."""

    store: Store
    _open: ExitStack = field(default_factory=ExitStack)
    _spaces: dict[tuple[str, str], Workspace] = field(default_factory=dict)
    _cases: dict[tuple[str, str, date, str, bytes], tuple[Case, Check]] = field(default_factory=dict)

    def __enter__(self) -> Replayer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.close()

    def program(self, one: Recorded) -> Program:
        """Its rules of its day. Refused (E650, exit code 2): the ledger has not kept them."""
        return self._space(one).program(one.regulation, one.rules_on)

    def case(self, one: Recorded) -> tuple[Case, Check]:
        """The case as it was known, and where it comes from. Refused (E650, exit code 2): its facts were erased."""
        key = (one.facts, one.rules, one.rules_on, one.occasion, canonical(one.sealed.get(TOLD, ())))
        if key not in self._cases:
            self._cases[key] = self._case(one)
        return self._cases[key]

    def decision(self, seq: int) -> tuple[Recorded, list[Check]]:
        """The decision of entry `seq` made again, and how it compares. Refused (exit code 2): E650."""
        one = recorded_decision(self.store, seq)
        case, read = self.case(one)
        program = self.program(one)
        made = {}
        if one.determination in program.package.determinations:
            made[one.determination] = decide(program, case, one.determination)
        checks = [read, *against([one.written], made)]
        if read.holds and made:
            same = canonical(_timeless(one.written)) == canonical(_timeless(to_plain(made[one.determination])))
            checks.append(Check(IDENTICAL, same, "" if same else "决定的其他内容不同"))
        return one, checks

    def ranking(self, seq: int) -> tuple[str, list[Check]]:
        """The ranking of entry `seq` made again of its cases: what it is called, and how it compares. Refused: E650 erased."""
        kept, written = self.store.entry(seq), recorded_ranking(self.store, seq)
        if kept is None or kept.seal is None or written is None:
            message = f"账本第 {seq} 条排序的内容已经清除，不能重算"
            raise Refused(Problem("E650", message, help="凭导出的案件核验"), 2)
        sealed, said = kept.seal.content, read_body(kept.entry.body).open
        checks: list[Check] = []
        cases, last = list[Case](), None
        for case, digest in _mapping(sealed[DIGESTS]).items():
            own = {"所据": sealed["所据"], "基准日": _mapping(sealed[DAYS])[case]}
            told = {TOLD: _mapping(sealed[TOLD])[case]}
            last = Recorded(
                seq, case, str(said[RANKING]), "", str(said["规范"]), str(said["规则"]), str(digest), own, told
            )
            found, read = self.case(last)
            cases.append(found)
            checks.append(replace(read, what=f"{FACTUAL}（{case}）"))
        if last is None:
            raise Refused(Problem("E650", f"账本第 {seq} 条排序没有案件", help="核验账本"), 2)
        made = rank(self.program(last), cases, last.determination).to_plain()
        differing = [key for key in written if _timeless(written[key]) != _timeless(json.loads(canonical(made))[key])]
        return last.determination, [*checks, Check("名次", not differing, "、".join(differing))]

    def behind(self, document: int) -> list[tuple[Program, Case]]:
        """The cases behind the letter of an entry, with their rules; none where it names no decision. Refused: E650."""
        found = [
            recorded_decision(self.store, seq)
            for (seq,) in self.store.select("decided", "sources", "seq = ?", [document])
        ]
        return [(self.program(one), self.case(one)[0]) for one in found]

    def behind_code(self, code: str) -> list[tuple[Program, Case]]:
        """The cases behind the letter that was given this code; none where the ledger has none. Refused: E650."""
        seq = self._letter(code)
        return self.behind(seq) if seq else []

    def calendar(self, code: str) -> Calendar | None:
        """The calendar with which the letter that was given this code was made; None where the ledger has none."""
        for (seq,) in self.store.select("decided", "sources", "seq = ?", [self._letter(code)]):
            if (data := _content(self.store, int(seq), CALENDAR)) is not None:
                return calendar_of(json.loads(data))
        return None

    def rules(self, code: str) -> Mapping[str, bytes]:
        """The files of the rules by which the letter that was given this code was made; none where the ledger has none."""
        for (seq,) in self.store.select("decided", "sources", "seq = ?", [self._letter(code)]):
            for (rules,) in self.store.select("rules", "decisions", "seq = ?", [seq]):
                return rules_kept(self.store, str(rules))
        return {}

    def _letter(self, code: str) -> int:
        """The entry of the letter with this code; 0 for none."""
        found = self.store.select("seq", "documents", "code = ?", [code]) if code else []
        return int(found[-1][0]) if found else 0

    def _space(self, one: Recorded) -> Workspace:
        calendar = _digest(self.store, one.seq, CALENDAR)
        key = (one.rules, calendar)
        if key not in self._spaces:
            files = rules_kept(self.store, one.rules)
            data = self.store.content(calendar)
            if not files or data is None:
                raise Refused(Problem("E650", f"账本没有存下第 {one.seq} 条决定的规则或日历", help="核验账本"), 2)
            home = self._open.enter_context(laid_out(files))
            self._spaces[key] = _workspace(home, one, calendar_of(json.loads(data)))
        return self._spaces[key]

    def _case(self, one: Recorded) -> tuple[Case, Check]:
        kept = self.store.select("seq", "uses", "name = ? AND digest = ?", [FACTS, one.facts])
        data = self.store.content(one.facts)
        if not kept or data is None:
            raise Refused(
                Problem("E650", f"账本第 {one.seq} 条决定的事实已经清除，不能重算", help="凭导出的案件核验"), 2
            )
        for seq in sorted((int(seq) for (seq,) in kept), key=lambda seq: (not self._of(one, seq), -seq)):
            case = self._as_sent(one, seq)
            if case is not None:
                return case, Check(FACTUAL, True, "从来件重读")
        told = {str(name) for name in one.sealed.get(TOLD, ())}
        case = recalled(json.loads(data), one.as_of, one.regulation, told)
        same = facts_digest(case) == one.facts
        given = not set(self.program(one).package.of_round).isdisjoint(case.facts)
        why = "同批的记录由当时同批的案件得出" if given else "来件读不出同样的事实"
        return case, Check(FACTUAL, None if same else False, f"{why}，用记下的事实重算")

    def _of(self, one: Recorded, seq: int) -> bool:
        """Whether the facts of entry `seq` are those of the event it was decided for: another may have told the same."""
        seal = self.store.seal(seq)
        return seal is not None and str(seal.content.get(AT_EVENT, "")) == one.occasion

    def _as_sent(self, one: Recorded, seq: int) -> Case | None:
        """The case read from the files kept with entry `seq`; None where they do not give the facts of the decision."""
        kept = _named(self.store, seq)
        files = {name.removeprefix(SENT): data for name, data in kept.items() if name.startswith(SENT)}
        seal = self.store.seal(seq)
        if not files or seal is None:
            return None
        try:
            with laid_out({f"case/{name}": data for name, data in files.items()}) as home:
                case = self._read(one, home / "case", seal.content)
                if AMENDED in kept:
                    case = with_amendments(CaseFile(self.program(one), case), json.loads(kept[AMENDED])).case
        except (Refused, ValueError, LookupError):
            return None
        told = sorted(name for name, fact in case.facts.items() if fact.recorded)
        same = facts_digest(case) == one.facts and told == sorted(one.sealed.get(TOLD, ()))
        return case if same else None

    def _read(self, one: Recorded, folder: Path, said: Part) -> Case:
        """The case read from its files in `folder`, and, where it was decided for an event, from its history."""
        name, told = str(said.get(CASE_FILE, "")), said.get(HISTORY_FILE)
        if not isinstance(told, Mapping):
            return self._space(one).on(one.rules_on).case(folder / name)[1]
        path = folder / str(told["文件"])
        found = dossier(self._space(one), path, date.fromisoformat(str(told["看到"])))
        relative = os.path.relpath(folder / name, found.folder)
        return found.case(relative, one.rules_on, str(told["止于"]))[1]


def _workspace(home: Path, one: Recorded, calendar: Calendar) -> Workspace:
    return Workspace(home, one.as_of, calendar=calendar, kept=False)


def _named(store: Store, seq: int) -> dict[str, bytes]:
    """What is kept with an entry, by name; names that lead out of a folder are not taken."""
    found = {}
    for name, digest in store.select("name, digest", "uses", "seq = ?", [seq]):
        data = store.content(str(digest))
        path = PurePosixPath(str(name))
        if data is not None and not path.is_absolute() and ".." not in path.parts:
            found[str(name)] = data
    return found


def _timeless(plain: Mapping[str, Any]) -> Any:
    """A decision without the digest of the code that made it: another build of the release says the same."""
    return _without(plain, {"程序代码"})


def _without(plain: Any, keys: Collection[str]) -> Any:
    match plain:
        case Mapping():
            return {key: _without(value, keys) for key, value in plain.items() if key not in keys}
        case list() | tuple():
            return [_without(value, keys) for value in plain]
        case _:
            return plain


# ---- under other rules ----


@dataclass(frozen=True, slots=True)
class Turned:
    """A recorded decision that comes to something else under other rules; `now` "" with `said` where it cannot be made."""

    seq: int
    case: str
    determination: str
    before: str
    now: str
    said: str = ""


def standing_decisions(store: Store) -> Iterator[int]:
    """The entries of the decisions that none was made after: the last of each case and determination."""
    last, ranked = dict[tuple[str, str], int](), set(rankings_of(store))
    for seq, case, determination in store.select("seq, case_id, determination", "decisions", "case_id <> ''"):
        last[case, determination] = int(seq)
    yield from sorted(seq for seq in last.values() if seq not in ranked)


def turned(store: Store, rules: Workspace, seqs: Sequence[int]) -> Iterator[Turned]:
    """Which of the recorded decisions other rules would turn, of the cases as they were known, each on its own day."""
    with Replayer(store) as replayer:
        for seq in seqs:
            try:
                one = recorded_decision(store, seq)
                found = _under(replayer, rules, one)
            except Refused as refused:
                yield Turned(seq, *_row(store, seq), "", refused.problems[0].message)
                continue
            if found != one.outcome:
                yield Turned(seq, one.case, one.determination, one.outcome, found)


def _row(store: Store, seq: int) -> tuple[str, str, str]:
    (found,) = store.select("case_id, determination, outcome", "decisions", "seq = ?", [seq])
    return found


def _under(replayer: Replayer, rules: Workspace, one: Recorded) -> str:
    """What the decision comes to under other rules. Refused: the case cannot be decided under them."""
    program = rules.program(one.regulation, one.as_of)
    case, _ = replayer.case(one)
    case = replace(case, as_of=program.package.as_of)
    if found := objections(program.package, case):
        raise Refused(found)
    if one.determination not in program.package.determinations:
        return "（没有这个决定）"
    return decide(program, case, one.determination).outcome
