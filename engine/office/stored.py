"""Edge: decisions that were stored, and in what two of one case differ: what they came to, and what they rest on by name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.base.basis import Difference, differences
from engine.base.problem import Problem, Refused
from engine.decision.differences import DecisionShift, compared
from engine.decision.model import Decision
from engine.decision.serial import from_plain
from engine.files.faults import unreadable
from engine.files.reading import read
from engine.office.exported import EXPORTED, decisions_in

MAX_FILE = 200_000_000


@dataclass(frozen=True, slots=True)
class DecidedAgain:
    """A determination made twice for one case. `shift`: None where it came to the same for the same reasons; `basis`: in
    what the two rest on something else."""

    case: str
    determination: str
    before: Decision | None
    after: Decision | None
    shift: DecisionShift | None
    basis: tuple[Difference, ...]


def stored(path: Path) -> list[Decision]:
    """The decisions in an export, or in what `decide --json` printed. Refused (exit code 2): E650 neither; E706."""
    try:
        data = read(path, MAX_FILE)
    except OSError as error:
        raise Refused(unreadable(error, str(path)), 2) from None
    if path.suffix.lower() == EXPORTED:
        return decisions_in(data, path.name)
    try:
        found = json.loads(data)
        cases = found if isinstance(found, list) else [found]
        return [from_plain(one) for case in cases for one in case["决定"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        help = "用 `guiju export` 写的文件，或 `guiju decide --json` 的输出"
        raise Refused(Problem("E650", f"`{path}` 里没有决定", help=help), 2) from None


def differing(before: Sequence[Decision], after: Sequence[Decision]) -> list[DecidedAgain]:
    """What became of every decision, by case and determination."""
    old, new = ({(one.case, one.determination): one for one in found} for found in (before, after))
    found = []
    for key in dict.fromkeys((*old, *new)):
        was, now = old.get(key), new.get(key)
        shifts = compared([was] if was else [], [now] if now else [])
        basis = differences(was.basis, now.basis) if was and now else ()
        found.append(DecidedAgain(*key, was, now, shifts[0] if shifts else None, basis))
    return found
