"""Edge: decisions that were stored, and in what two of one case differ: what they came to, and what they rest on by name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from engine.base.basis import Difference, differences, facts_of
from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.decision.differences import DecisionShift, compared
from engine.decision.facts import facts_differing
from engine.decision.model import Decision
from engine.decision.serial import from_plain
from engine.files.faults import unreadable
from engine.files.reading import read
from engine.office.exported import EXPORTED, told_in
from engine.record.decided import DECISION
from engine.record.store import Store

MAX_FILE = 200_000_000


@dataclass(frozen=True, slots=True)
class Stored:
    """Decisions, and the facts they rest on as `facts_plain` gives them, {} where these were not stored. `where`: the entry
    of a ledger, "" elsewhere."""

    decisions: tuple[Decision, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    where: str = ""


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
        decisions, facts = told_in(data, path.name)
        return Stored(tuple(decisions), facts)
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
        basis = differences(was.basis, now.basis) if was and now else ()
        if before.facts and after.facts:
            names = tuple(facts_differing(before.facts, after.facts))
            basis = tuple(replace(one, what=names) if one.part == "事实" else one for one in basis)
        found.append(DecidedAgain(*key, was, now, shifts[0] if shifts else None, basis, where))
    return found


# ---- a ledger's history of a case ----


def history(store: Store, case: str) -> list[DecidedAgain]:
    """Each decision of a case that was made again, against the one before, as they were recorded. Refused (exit code 2):
    E650 none was recorded."""
    last: dict[str, Stored] = {}
    found: list[DecidedAgain] = []
    for determination, one in _recorded(store, case):
        if determination in last:
            found += differing(last[determination], one)
        last[determination] = one
    if not last:
        raise Refused(Problem("E650", f"账本里没有案件 `{case}` 的决定", help="核对案件编号，或写两个文件来比较"), 2)
    return found


def _recorded(store: Store, case: str) -> Iterator[tuple[str, Stored]]:
    for seq, determination in store.select("seq, determination", "decisions", "case_id = ?", [case]):
        for (digest,) in store.select("digest", "uses", "seq = ? AND name = ?", [seq, DECISION]):
            data = store.content(str(digest))
            if data is None:
                continue  # erased
            decision = from_plain(json.loads(data))
            facts = store.content(facts_of(decision.basis))
            yield str(determination), Stored((decision,), json.loads(facts or b"{}"), f"第 {seq} 条")
