"""The periods in which periodic duties arise: of the calendar, or from the day on which a dossier came into their states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from engine.base.calendar import add_months
from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.language.values import quarter_of
from engine.policy.cycles import FIRST, LAST, Cycle, parts_of
from engine.policy.procedure import Periodic
from engine.procedure.compiled import Compiled
from engine.procedure.expressions import EventValues

MAX_YEARS = 100
"""The longest history whose periods are told."""

Spans = Sequence[tuple[date, str]]
"""(first day, state) in order."""


@dataclass(frozen=True, slots=True)
class Period:
    """A period in which a periodic duty arises."""

    periodic: Periodic
    label: str
    first: date
    last: date
    values: EventValues


def periods(compiled: Compiled, spans: Spans, as_of: date) -> Iterator[Period]:
    """Every period up to the one `as_of` is in whose duty the states bring about. Refused: E840."""
    if len(spans) < 2:
        return
    begun = spans[1][0]
    if as_of.year - begun.year > MAX_YEARS:
        message = f"基准日 {as_of.isoformat()} 距第一次状态变化超过 {MAX_YEARS} 年"
        raise Refused(Problem("E840", message, help="核对日期"))
    for periodic in compiled.procedure.periodic.values():
        if periodic.cycle.since == 0:
            yield from _since_entered(periodic, spans, as_of)
            continue
        for period in _every(periodic, _begin(periodic.cycle, begun), as_of):
            if period.last >= begun and _arises(periodic, period, spans, as_of):
                yield period


def bearing(periodic: Periodic, period: Period, spans: Spans) -> date:
    """The first day of the period on which its duty is there."""
    begun = next(first for first, last in _wanted(periodic, spans) if last >= period.first)
    return max(begun, period.first)


def _begin(cycle: Cycle, begun: date) -> date:
    """The first day of the period that the first change of state is in, or of the first of all."""
    if cycle.since is None:
        return date(begun.year, 1, 1)
    start = date(cycle.since, 1, 1)
    passed = (begun.year - start.year) * 12 + begun.month - 1
    return add_months(start, max(passed, 0) // cycle.months * cycle.months)


def _every(periodic: Periodic, start: date, until: date) -> Iterator[Period]:
    """The periods from `start` on that have begun by `until`; each ends before the day that corresponds to `start`."""
    months, count = periodic.cycle.months, 0
    first = start
    while first <= until:
        count += months
        following = add_months(start, count)
        last = following - timedelta(1)
        yield Period(periodic, _label(periodic.cycle, first, last), first, last, _values(periodic.cycle, first, last))
        first = following


def _values(cycle: Cycle, first: date, last: date) -> EventValues:
    parts = parts_of(first)
    return {**{name: parts[name] for name in cycle.keys}, FIRST: first, LAST: last}


def _label(cycle: Cycle, first: date, last: date) -> str:
    year = f"{first.year}年"
    if cycle.since == 0:
        return f"{first.isoformat()} 至 {last.isoformat()}"
    if cycle.months % 12 == 0:
        return year if first.year == last.year else f"{first.year}—{last.year}年"
    if cycle.since is None and cycle.months == 6:
        return f"{year}{'上' if first.month == 1 else '下'}半年"
    if cycle.since is None and cycle.months == 3:
        return f"{year}第{quarter_of(first)}季度"
    if cycle.months == 1:
        return f"{year}{first.month}月"
    return f"{year}{first.month}月至{f'{last.year}年' if last.year != first.year else ''}{last.month}月"


def _arises(periodic: Periodic, period: Period, spans: Spans, as_of: date) -> bool:
    last = min(period.last, as_of)
    states = [s for i, (first, s) in enumerate(spans) if first <= last and _end(spans, i) >= period.first]
    wanted = periodic.duty.states
    if periodic.span_rule == "期末":
        return states[-1] in wanted
    return (all if periodic.span_rule == "全期" else any)(state in wanted for state in states)


def _since_entered(periodic: Periodic, spans: Spans, as_of: date) -> Iterator[Period]:
    """The periods of every stay in the states, from its first day. One that the stay did not last through counts only
    where a part of it is enough (期内)."""
    stays: list[tuple[date, date]] = []
    for first, last in _wanted(periodic, spans):
        if stays and stays[-1][1] + timedelta(1) == first:
            stays[-1] = stays[-1][0], last
        else:
            stays.append((first, last))
    for first, last in stays:
        for period in _every(periodic, first, min(last, as_of)):
            if periodic.span_rule == "期内" or last >= min(period.last, as_of):
                yield period


def _wanted(periodic: Periodic, spans: Spans) -> Iterator[tuple[date, date]]:
    """(first day, last day) of the spans whose state brings the duty about."""
    for index, (first, state) in enumerate(spans):
        if state in periodic.duty.states:
            yield first, _end(spans, index)


def _end(spans: Spans, index: int) -> date:
    return spans[index + 1][0] - timedelta(1) if index + 1 < len(spans) else date.max
