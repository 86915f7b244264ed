"""Edge: decisions that were stored, and in what two of one case differ: what they came to, and what they rest on by name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from engine.base.basis import Basis, Difference, differences, facts_of
from engine.base.calendar import Calendar, calendar_of
from engine.base.calendar_differences import days_differing
from engine.base.classes import dataclass
from engine.base.line_differences import lines_differing
from engine.base.problem import Problem, Refused
from engine.decision.differences import DecisionShift, compared
from engine.decision.facts_told import facts_told
from engine.decision.model import Decision
from engine.decision.serial import from_plain
from engine.files.faults import unreadable
from engine.files.reading import read
from engine.office.exported import EXPORTED, told_in
from engine.office.replaying import rules_kept
from engine.record.decided import CALENDAR, DECISION
from engine.record.store import Store

MAX_FILE = 200_000_000


@dataclass(frozen=True, slots=True)
class Stored:
    """Decisions, and what they rest on, where that was stored: the facts as `facts_plain` gives them, the calendar, the
    files of the rules. `where`: the
    entry of a ledger, "" elsewhere."""

    decisions: tuple[Decision, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    where: str = ""
    calendar: Calendar | None = None
    rules: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DecidedAgain:
    """A determination made twice for one case, in words `where`. `shift`: None where it came to the same for the same
    reasons; `basis`: in what the two rest on something else."""

    case: str
    determination: str
    before: Decision | None
    after: Decision | None
    shift: DecisionShift | None
    basis: tuple[Difference, ...]
    where: str = ""


def stored(path: Path) -> Stored:
    """The decisions in an export, or in what `decide --json` printed. Refused (exit code 2): E650 neither; E706."""
    try:
        data = read(path, MAX_FILE)
    except OSError as error:
        raise Refused(unreadable(error, str(path)), 2) from None
    if path.suffix.lower() == EXPORTED:
        decisions, facts, calendar, rules = told_in(data, path.name)
        return Stored(tuple(decisions), facts, calendar=calendar, rules=rules)
    try:
        found = json.loads(data)
        cases = found if isinstance(found, list) else [found]
        return Stored(tuple(from_plain(one) for case in cases for one in case["决定"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        help = "用 `guiju export` 写的文件，或 `guiju decide --json` 的输出"
        raise Refused(Problem("E650", f"`{path}` 里没有决定", help=help), 2) from None


def differing(before: Stored, after: Stored) -> list[DecidedAgain]:
    """What became of every decision, by case and determination."""
    old, new = ({(one.case, one.determination): one for one in found.decisions} for found in (before, after))
    where = f"{before.where} → {after.where}" if before.where and after.where else ""
    found = []
    for key in dict.fromkeys((*old, *new)):
        was, now = old.get(key), new.get(key)
        shifts = compared([was] if was else [], [now] if now else [])
        basis = tuple(_told(was.basis, now.basis, before, after)) if was and now else ()
        found.append(DecidedAgain(*key, was, now, shifts[0] if shifts else None, basis, where))
    return found


def _told(was: Basis, now: Basis, before: Stored, after: Stored) -> Iterator[Difference]:
    """In what two bases differ: of facts and calendars as much as was stored tells."""
    for one in differences(was, now):
        what = one.what
        if one.part == "事实" and before.facts and after.facts:
            what = tuple(facts_told(before.facts, after.facts))
        elif one.part == "规则" and before.rules and after.rules:
            what = tuple(lines_differing(before.rules, after.rules))
        elif one.part == "日历" and before.calendar is not None and after.calendar is not None:
            what = tuple(days_differing(before.calendar, after.calendar, {*was.years, *now.years}))
        yield replace(one, what=what or one.what)


# ---- a ledger's history of a case ----


def history(store: Store, case: str) -> list[DecidedAgain]:
    """Each decision of a case that was made again, against the one before, as they were recorded. Refused (exit code 2):
    E650 none was recorded."""
    known: dict[int, Stored] = {}
    found: list[DecidedAgain] = []
    for seq, before in store.select("seq, before", "decisions", "case_id = ?", [case]):
        if (one := _recorded(store, int(seq))) is not None:
            known[int(seq)] = one
            found += differing(known[int(before)], one) if int(before) in known else []
    if not known:
        raise Refused(Problem("E650", f"账本里没有案件 `{case}` 的决定", help="核对案件编号，或写两个文件来比较"), 2)
    return found


def _recorded(store: Store, seq: int) -> Stored | None:
    """The decision of an entry; None where it was erased."""
    data = store.content(_digest(store, seq, DECISION))
    if data is None:
        return None
    decision = from_plain(json.loads(data))
    facts = store.content(facts_of(decision.basis))
    calendar = store.content(_digest(store, seq, CALENDAR))
    made_with = calendar_of(json.loads(calendar)) if calendar is not None else None
    return Stored(
        (decision,), json.loads(facts or b"{}"), f"第 {seq} 条", made_with, rules_kept(store, decision.basis.rules)
    )


def _digest(store: Store, seq: int, name: str) -> str:
    found = store.select("digest", "uses", "seq = ? AND name = ?", [seq, name])
    return str(found[0][0]) if found else ""
