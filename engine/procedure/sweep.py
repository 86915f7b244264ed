"""What is to be done over many parties: overdue first, then what may be issued today, then what falls due soon."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from engine.base.calendar import Calendar, Reckoned, add_days, add_months
from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.procedure.timeline import OPEN, OVERDUE, UNSET, Duty, Timeline

GROUPS = ("逾期", "可以办理", "即将到期", "待办（没有期限）", "期限未定")
_WITHIN = re.compile(r"([0-9]{1,5})\s*(个?工作日|日|天|个?月)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Due:
    """A duty of one party in its group; `documents` may be issued on the day of looking."""

    group: str
    case: str
    title: str
    state: str
    duty: Duty
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A duty somebody still has to see to, and the working days left to its last day, negative where that is past; None
    where it has none. `estimated` says why either is only an estimate (暂估), "" where both are firm."""

    duty: Duty
    left: int | None
    estimated: str


def deadlines(timeline: Timeline, calendar: Calendar) -> tuple[Deadline, ...]:
    """The live duties of a timeline, those with a last day first, by it."""
    live = sorted((d for d in timeline.duties if d.live), key=lambda d: (d.due is None, _day(d), d.name, d.period))
    found = []
    for duty in live:
        left = working_days_left(duty, timeline.as_of, calendar)
        estimated = duty.provisional or (left.reason if left is not None else None) or ""
        found.append(Deadline(duty, left.value if left is not None else None, estimated))
    return tuple(found)


def working_days_left(duty: Duty, as_of: date, calendar: Calendar) -> Reckoned[int] | None:
    """Working days after `as_of` up to the last day of a duty, negative where that is past; None without a last day."""
    return None if duty.due is None else calendar.working_days_between(as_of, duty.due)


def horizon(text: str, as_of: date, calendar: Calendar) -> Reckoned[date]:
    """The last day of `10工作日`, `30日`, `2个月` after `as_of`. Raises Refused (E864)."""
    match = _WITHIN.fullmatch(text.strip())
    if match is None:
        raise Refused(Problem("E864", f"时间跨度 `{text}` 读不懂", help="写作 `10工作日`、`30日` 或 `2个月`"), 2)
    count, unit = int(match.group(1)), match.group(2).removeprefix("个")
    if unit == "工作日":
        return calendar.add_working_days(as_of, count)
    return Reckoned(add_months(as_of, count) if unit == "月" else add_days(as_of, count))


def sweep(timelines: Iterable[Timeline], until: date) -> list[Due]:
    """Every duty somebody has to see to by `until`, by group, day, party."""
    found = [due for timeline in timelines for due in _of(timeline, until)]
    return sorted(found, key=lambda d: (GROUPS.index(d.group), _day(d.duty), d.case, d.duty.name, d.duty.period))


def _day(duty: Duty) -> date:
    return duty.due or duty.start or duty.born


def _of(timeline: Timeline, until: date) -> Iterator[Due]:
    for duty in timeline.duties:
        if duty.live and (group := group_of(duty, timeline.as_of, until)):
            documents = duty.documents if duty.ready else ()
            yield Due(group, timeline.case, timeline.title, timeline.state, duty, documents)


def group_of(duty: Duty, as_of: date, until: date) -> str:
    """The group a live duty belongs to, "" where it can wait."""
    if duty.status == OVERDUE:
        return GROUPS[0]
    if duty.status == UNSET:
        return GROUPS[4]
    if duty.start is not None and (duty.due is None or duty.start <= as_of):
        return GROUPS[1] if duty.start <= as_of else GROUPS[2] if duty.start <= until else ""
    if duty.status == OPEN:
        return GROUPS[2] if duty.due is not None and duty.due <= until else ""
    return GROUPS[3]
