"""Aggregates that ask which record: the one looked up, the first, last or n-th, how many in a row, the largest few; and
days that records cover. Intervals and values like those of `records.py`.

Where what is known leaves several records that may be the one, the result is bounded by all of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from math import floor
from typing import Any

from engine.language.intervals import OPEN
from engine.language.row import Bounds, Column, Records, Run, Scanned
from engine.language.tree import Row
from engine.language.values import as_number, sum_of

_ZERO = Decimal(0)

Chosen = Callable[[list[Any], Row | None], Sequence[Row] | None]
"""The records that may be the one asked for; None where there may be none."""


def _hulled(scanned: Scanned, chosen: Chosen) -> Bounds:
    column = scanned.columns[0]

    def bounds(values: list[Any], row: Row | None) -> tuple[Any, Any]:
        found = chosen(values, row)
        if not found:
            return OPEN
        ends = [column.ends(record) for record in found]
        lows, highs = [low for low, _ in ends], [high for _, high in ends]
        return None if None in lows else min(lows), None if None in highs else max(highs)

    return bounds


def _agreed(scanned: Scanned, chosen: Chosen) -> Run:
    place = scanned.columns[0].place

    def value(values: list[Any], row: Row | None) -> Any:
        found = {record[place] for record in chosen(values, row) or ()}
        return found.pop() if len(found) == 1 else None

    return value


# The one that meets a condition


def _matching(scanned: Scanned) -> Chosen:
    records = scanned.records

    def chosen(values: list[Any], row: Row | None) -> Sequence[Row] | None:
        found = records(values, row)
        return None if found is None or not found.sure else [*found.sure, *found.unsure]

    return chosen


def lookup(scanned: Scanned) -> Bounds:
    """Bounds of the cell in the records that match."""
    return _hulled(scanned, _matching(scanned))


def lookup_value(scanned: Scanned) -> Run:
    """The cell, where all records that may match agree in it."""
    return _agreed(scanned, _matching(scanned))


def why_no_lookup(found: Records, columns: tuple[Column, ...]) -> str:
    """Why there is no value: no record matches, or several that differ; "" where something is unknown."""
    if not found.sure:
        return "" if found.unsure else "没有符合条件的记录"
    told = {record[columns[0].place] for record in found.sure} - {None}
    return f"符合条件的记录有{len(found.sure)}条，该列的值不同" if len(told) > 1 else ""


# The first, the last, the n-th


def _below(end: Any) -> tuple[int, Any]:
    """A lowest end, sortable: an open one lies before all others."""
    return (0, _ZERO) if end is None else (1, end)


def _above(end: Any) -> tuple[int, Any]:
    return (2, _ZERO) if end is None else (1, end)


def _nth(scanned: Scanned, count: Run, last: bool) -> Chosen:
    """The records that may be the n-th by the second column, from the end with `last`: so many lie before it for certain
    at most, so many may. Records of one day may stand in either order."""
    records, column = scanned.records, scanned.columns[1]

    def ends(record: Row) -> tuple[tuple[int, Any], tuple[int, Any]]:
        low, high = column.ends(record)
        return _below(low), _above(high)

    def chosen(values: list[Any], row: Row | None) -> Sequence[Row] | None:
        found, wanted = records(values, row), count(values, row)
        if found is None or wanted is None or wanted < 1 or wanted != int(wanted) or len(found.sure) < wanted:
            return None
        sure, every = [ends(record) for record in found.sure], [*found.sure, *found.unsure]
        lows, highs = sorted(low for low, _ in map(ends, every)), sorted(high for _, high in map(ends, every))
        sure_lows, sure_highs = sorted(low for low, _ in sure), sorted(high for _, high in sure)

        def may_be(record: Row) -> bool:
            low, high = ends(record)
            if last:
                certain, possible = len(sure_lows) - bisect_right(sure_lows, high), len(highs) - bisect_left(highs, low)
            else:
                certain, possible = bisect_left(sure_highs, low), bisect_right(lows, high)
            return bool(certain < wanted <= possible)

        return [record for record in every if may_be(record)]

    return chosen


def _one(values: list[Any], row: Row | None) -> Any:
    return Decimal(1)


def first(scanned: Scanned) -> Bounds:
    """Bounds of the cell in the first record by order."""
    return _hulled(scanned, _nth(scanned, _one, last=False))


def first_value(scanned: Scanned) -> Run:
    """The cell of the first record by order, where whatever is unknown leaves it the same."""
    return _agreed(scanned, _nth(scanned, _one, last=False))


def last(scanned: Scanned) -> Bounds:
    """Bounds of the cell in the last record by order."""
    return _hulled(scanned, _nth(scanned, _one, last=True))


def last_value(scanned: Scanned) -> Run:
    """The cell of the last record by order, where whatever is unknown leaves it the same."""
    return _agreed(scanned, _nth(scanned, _one, last=True))


def nth(scanned: Scanned) -> Bounds:
    """Bounds of the cell in the so-many-th record by order."""
    return _hulled(scanned, _nth(scanned, scanned.others[0], last=False))


def nth_value(scanned: Scanned) -> Run:
    """The cell of the so-many-th record by order, where whatever is unknown leaves it the same."""
    return _agreed(scanned, _nth(scanned, scanned.others[0], last=False))


def why_no_nth(found: Records, columns: tuple[Column, ...]) -> str:
    """Why there is no value: too few records, or equal ones that differ; "" where something is unknown."""
    if found.unsure or any(record[columns[1].place] is None for record in found.sure):
        return ""
    return "没有这么多条记录，或者同一先后有几条，该列的值不同"


# So many in a row


def longest_run(scanned: Scanned) -> Bounds:
    """By the first column, of the second (a truth). Records of one day may stand in either order."""
    records, order, truth = scanned.records, scanned.columns[0].place, scanned.columns[1].place

    def bounds(values: list[Any], row: Row | None) -> tuple[Any, Any]:
        found = records(values, row)
        if found is None:
            return _ZERO, None
        every = [(r[order], r[truth], True) for r in found.sure] + [(r[order], r[truth], False) for r in found.unsure]
        placed = sorted((one for one in every if one[0] is not None), key=lambda one: one[0])
        groups = [list(group) for _, group in groupby(placed, key=lambda one: one[0])]
        loose = [(holds, sure) for at, holds, sure in every if at is None]
        breakers = sum(holds is not True for holds, _ in loose)
        if all(holds is True for _, holds, _ in every):
            low = len(found.sure)
        else:
            low = -(-_certain_run(groups) // (breakers + 1)) or any(holds and sure for holds, sure in loose)
        high = _possible_run(groups) + sum(holds is not False for holds, _ in loose)
        return Decimal(low), Decimal(high)

    return bounds


def why_no_run(found: Records, columns: tuple[Column, ...]) -> str:
    """Why there is no value: equal places in the order that differ; "" where something is unknown."""
    order, truth = columns[0].place, columns[1].place
    if found.unsure or any(None in (record[order], record[truth]) for record in found.sure):
        return ""
    return "同一先后有几条记录，不都符合条件"


_Group = list[tuple[Any, Any, bool]]
"""(place, whether the condition holds, whether the record certainly counts) of the records of one place."""


def _certain_run(groups: Iterable[_Group]) -> int:
    best = current = 0
    for group in groups:
        held = sum(holds is True and sure for _, holds, sure in group)
        broken = sum(holds is not True for _, holds, _ in group)
        current = 0 if broken else current + held
        best = max(best, current, -(-held // (broken + 1)))
    return best


def _possible_run(groups: Iterable[_Group]) -> int:
    best = current = 0
    for group in groups:
        held = sum(holds is not False for _, holds, _ in group)
        best = max(best, current + held)
        current = held if any(holds is False and sure for _, holds, sure in group) else current + held
    return best


# The largest few


def _few(largest: bool) -> Callable[[Scanned], Bounds]:
    def build(scanned: Scanned) -> Bounds:
        records, column, count = scanned.records, scanned.columns[0], scanned.others[0]

        def bounds(values: list[Any], row: Row | None) -> tuple[Any, Any]:
            found, wanted = records(values, row), count(values, row)
            if found is None or wanted is None or wanted < 0 or wanted != int(wanted):
                return OPEN
            sure, unsure = ([column.ends(record) for record in some] for some in (found.sure, found.unsure))
            lows, highs = ([ends[at] for ends in sure] for at in (0, 1))
            more_low, more_high = ([ends[at] for ends in unsure] for at in (0, 1))
            least = _sum_of_few(lows, more_low, int(wanted), largest, lower=True)
            return least, _sum_of_few(highs, more_high, int(wanted), largest, lower=False)

        return bounds

    return build


def _sum_of_few(sure: list[Any], unsure: list[Any], count: int, largest: bool, lower: bool) -> Any:
    """The lowest (highest) sum of the `count` largest (smallest), with any of the unsure among them; an open end lies
    beyond all others."""

    def place(cell: Any) -> tuple[bool, Any]:
        return (cell is None) != lower, _ZERO if cell is None else cell

    def rises(cell: Any) -> bool:
        return (not lower) if cell is None else bool(cell > 0)

    moving = [cell for cell in unsure if cell != 0 and rises(cell) is not lower]
    if largest != lower:  # what moves the sum this way is among the few as soon as it counts at all
        few = sorted([*sure, *moving], key=place, reverse=largest)[:count]
    else:  # it is among them only where they are too few
        few = sorted(sure, key=place, reverse=largest)[:count]
        few += sorted(moving, key=place, reverse=not lower)[: count - len(few)]
    return None if None in few else sum_of(few)


largest_few, smallest_few = _few(True), _few(False)


# Shared out


def shared_out(scanned: Scanned) -> Bounds:
    """What the records whose second column (a truth) holds get of a total (`others[0]`) that is shared out by the first column, each
    a multiple of `others[1]`. Parts can be told only where every record and its cell are known."""
    records, (weight, truth), (whole, step) = scanned.records, scanned.columns[:2], scanned.others[:2]
    last: tuple[Any, list[Fraction] | None] = None, None  # every record asks for its own part of the same

    def bounds(values: list[Any], row: Row | None) -> tuple[Any, Any]:
        nonlocal last
        found, total, unit = records(values, row), whole(values, row), step(values, row)
        if found is None or found.unsure or total is None or unit is None or _no_step(total, unit):
            return OPEN
        asked = [record[weight.place] for record in found.sure], total, unit
        known, parts = last
        if known != asked:
            parts = _parts(asked[0], Fraction(total), Fraction(unit))
            last = asked, parts
        if parts is None:
            return OPEN
        told = [(part, record[truth.place]) for part, record in zip(parts, found.sure, strict=True)]
        low, high = (
            sum((part for part, holds in told if holds in some), Fraction()) for some in ((True,), (True, None))
        )
        return min(as_number(low), as_number(high)), max(as_number(low), as_number(high))

    return bounds


def _no_step(total: Any, unit: Any) -> bool:
    return bool(unit <= 0 or (Fraction(total) / Fraction(unit)).denominator != 1)


def _parts(weights: Sequence[Any], total: Fraction, unit: Fraction) -> list[Fraction] | None:
    """What each gets: down to a multiple of `unit`, and what is left one by one to those with the largest remainders, of equal
    ones to the first. None where a weight is unknown or below zero, or there is none above."""
    if any(weight is None or weight < 0 for weight in weights) or not any(weights):
        return None
    whole, steps = sum(map(Fraction, weights)), total / unit
    exactly = [steps * Fraction(weight) / whole for weight in weights]
    parts = [Fraction(floor(share)) for share in exactly]
    order = sorted(range(len(parts)), key=lambda place: parts[place] - exactly[place])
    for place in order[: int(steps - sum(parts))]:
        parts[place] += 1
    return [part * unit for part in parts]


def why_no_share(found: Records, columns: tuple[Column, ...]) -> str:
    """Why nothing can be shared out by the column: "" where something is unknown."""
    weights = [record[columns[0].place] for record in found.sure]
    if found.unsure or None in weights:
        return ""
    if any(weight < 0 for weight in weights):
        return "该列有负数"
    return "" if any(weights) else "该列没有大于零的数"


# Days

DaySpan = tuple[date, date]
"""First and last day."""


def _periods(
    found: Records, begin: Column, end: Column, start: date, stop: date
) -> tuple[list[DaySpan], list[DaySpan]]:
    """The periods that records certainly have, and the longest they may have; one without a known first or last day reaches
    to `start` or `stop`."""
    certain, possible = list[DaySpan](), list[DaySpan]()
    for some, sure in ((found.sure, True), (found.unsure, False)):
        for record in some:
            (early, late), (soonest, latest) = begin.ends(record), end.ends(record)
            possible.append((early or start, latest or stop))
            if sure and late is not None and soonest is not None:
                certain.append((late, soonest))
    return certain, possible


def days_covered(scanned: Scanned) -> Bounds:
    """Days from `others[0]` to `others[1]` that at least one record covers, first and last day included."""
    records, (begin, end) = scanned.records, scanned.columns[:2]
    opening, closing = scanned.others[:2]

    def bounds(values: list[Any], row: Row | None) -> tuple[Any, Any]:
        start, stop = opening(values, row), closing(values, row)
        if not isinstance(start, date) or not isinstance(stop, date) or start > stop:
            return OPEN
        found = records(values, row)
        if found is None:
            return _ZERO, Decimal((stop - start).days + 1)
        certain, possible = _periods(found, begin, end, start, stop)
        return _days(certain, start, stop), _days(possible, start, stop)

    return bounds


def _days(periods: Iterable[DaySpan], start: date, stop: date) -> Decimal:
    covered, reached = 0, start.toordinal() - 1
    for a, b in sorted((max(a, start).toordinal(), min(b, stop).toordinal()) for a, b in periods):
        begin = max(a, reached + 1)
        if begin <= b:
            covered += b - begin + 1
            reached = b
    return Decimal(covered)


def most_at_once(scanned: Scanned) -> Bounds:
    """Of how many records the periods have a day in common, at most."""
    records, (begin, end) = scanned.records, scanned.columns[:2]

    def bounds(values: list[Any], row: Row | None) -> tuple[Any, Any]:
        found = records(values, row)
        if found is None:
            return _ZERO, None
        certain, possible = _periods(found, begin, end, date.min, date.max)
        return Decimal(_at_once(certain)), Decimal(_at_once(possible))

    return bounds


def _at_once(periods: Iterable[DaySpan]) -> int:
    given = [(a, b) for a, b in periods if a <= b]
    changes = sorted([(a, 0) for a, _ in given] + [(b, 1) for _, b in given])
    most = now = 0
    for _, ended in changes:  # a period that ends on the day another begins shares that day
        now += -1 if ended else 1
        most = max(most, now)
    return most
