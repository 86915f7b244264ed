"""Aggregates over the records of a table, as intervals: what is known bounds the result from below and above.

A record whose condition is unknown may or may not count; a cell that is unknown may hold anything its column allows.
Where both bounds agree that is the value, else it is unknown, and a comparison may still be decided by a bound.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from engine.base.numbers import Number
from engine.language.intervals import OPEN
from engine.language.row import Bounds, Column, Records, Run, Scanned
from engine.language.tree import Row, Table, Value
from engine.language.values import add, quotient, sum_of

_ZERO, _ONE = Decimal(0), Decimal(1)

RecordSource = Callable[[list[Any], Row | None], Records | None]
"""The records an aggregate takes, in a condition for the record of the aggregate around it; None while the table is
unknown. A record in there begins with its own cells, and those of the one around it follow."""


def all_records(place: int) -> RecordSource:
    """Every record of the table in a slot, or those chosen from it; None while it is unknown."""

    def records(values: list[Any], around: Row | None) -> Records | None:
        table = values[place]
        return Records(table.rows) if isinstance(table, Table) else table

    return records


def filtered(outer: RecordSource, prepare: Callable[[list[Any], Row | None], Callable[[Row], Any]]) -> RecordSource:
    """Those of `outer` whose condition is not false. `prepare` works out what of it is the same for every record."""

    def records(values: list[Any], around: Row | None) -> Records | None:
        found = outer(values, around)
        if found is None:
            return None
        test = prepare(values, around)
        sure: list[Row] = []
        unsure: list[Row] = []
        for row in found.sure:
            truth = test(row)
            if truth:
                sure.append(row)
            elif truth is None:
                unsure.append(row)
        if found.unsure:
            unsure += [row for row in found.unsure if test(row) is not False]
        return Records(sure, unsure)

    return records


def having(
    outer: RecordSource, place: int, value: Run, by_bounds: Callable[..., Callable[[Row], Any]] | None = None
) -> RecordSource:
    """Those of `outer` whose cell is what is the same for every record: a constant, or a cell of the record around; while that
    is unknown, or the cell, those that their bounds leave."""
    within = filtered(outer, by_bounds) if by_bounds is not None else None

    def records(values: list[Any], around: Row | None) -> Records | None:
        found = outer(values, around)
        if found is None:
            return None
        wanted = value(values, around)
        if wanted is None and within is not None:
            return within(values, around)
        if wanted is None:
            return Records((), [*found.sure, *found.unsure])
        alike = found.having(place, wanted)
        if by_bounds is None or not any(record[place] is None for record in alike.unsure):
            return alike
        test = by_bounds(values, around)
        return Records(alike.sure, [r for r in alike.unsure if r[place] is not None or test(r) is not False])

    return records


def with_cell(outer: RecordSource, run: Run, bounds: Bounds | None) -> RecordSource:
    """The records of `outer`, each with what is worked out of it behind its cells, and behind that its range while it is
    unknown. A slot of conditions comes to the same whatever stands behind."""

    def added(values: list[Any], rows: Iterable[Row], around: Row | None) -> list[Row]:
        found: list[Row] = []
        for row in rows:
            whole = row if around is None else row + around
            cell = run(values, whole)
            ends: Any = None if cell is not None else OPEN if bounds is None else bounds(values, whole)
            found.append((*row, cell, ends))
        return found

    def records(values: list[Any], around: Row | None) -> Records | None:
        found = outer(values, around)
        if found is None:
            return None
        return Records(added(values, found.sure, around), added(values, found.unsure, around))

    return records


def chosen(scanned: Scanned) -> Run:
    """The records themselves, for aggregates that share them."""
    records = scanned.records
    return records


def count(scanned: Scanned) -> Bounds:
    """计数: at least the records that surely count, at most those that may."""
    records = scanned.records

    def bounds(values: list[Any], row: Row | None) -> tuple[Any, Any]:
        found = records(values, row)
        if found is None:
            return _ZERO, None
        certain = len(found.sure)
        return Decimal(certain), Decimal(certain + len(found.unsure))

    return bounds


def distinct(scanned: Scanned) -> Bounds:
    """How many different values: a blank cell may repeat a known one, or be another."""
    records, cell = scanned.records, scanned.columns[0].place

    def bounds(values: list[Any], row: Row | None) -> tuple[Any, Any]:
        found = records(values, row)
        if found is None:
            return _ZERO, None
        sure, unsure = ([record[cell] for record in some] for some in (found.sure, found.unsure))
        known = {value for value in sure if value is not None}
        may = {value for value in (*sure, *unsure) if value is not None}
        blank = sum(1 for value in (*sure, *unsure) if value is None)
        return Decimal(max(len(known), bool(sure))), Decimal(len(may) + blank)

    return bounds


def total(scanned: Scanned) -> Bounds:
    """合计: bounds by what surely counts and what may; an unknown cell by the bounds of its column."""
    records, (column,) = scanned.records, scanned.columns
    cell = column.place

    def bounds(values: list[Any], row: Row | None) -> tuple[Any, Any]:
        found = records(values, row)
        if found is None:
            return _none_or_many(column)
        cells = [record[cell] for record in found.sure]
        if not found.unsure and None not in cells:
            known = sum_of(cells)
            return known, known
        running = _Total()
        for record in found.sure:
            running.take(column.ends(record), True)
        for record in found.unsure:
            running.take(column.ends(record), False)
        return running.low, running.high

    return bounds


def _none_or_many(column: Column) -> tuple[Any, Any]:
    """The sum of nobody knows how many cells."""
    low = _ZERO if column.low is not None and column.low >= 0 else None
    return low, _ZERO if column.high is not None and column.high <= 0 else None


class _Total:
    """A running sum as an interval: an unknown cell may be anything in the column's range, one that may not count zero."""

    __slots__ = ("high", "low")

    def __init__(self) -> None:
        self.low: Number | None = _ZERO
        self.high: Number | None = _ZERO

    def take(self, ends: tuple[Any, Any], sure: bool) -> None:
        """A cell that counts for certain, or may count, by what it may be."""
        low, high = ends
        if not sure:
            low, high = None if low is None else min(_ZERO, low), None if high is None else max(_ZERO, high)
        self.low = None if self.low is None or low is None else add(self.low, low)
        self.high = None if self.high is None or high is None else add(self.high, high)


def least_by_month(scanned: Scanned) -> Bounds:
    """逐月最少（表.日期列，起，止[，表.值列][，条件]）."""
    records, (start, end) = scanned.records, scanned.others
    day_cell, valued = scanned.columns[0].place, scanned.columns[1:]
    column = valued[0] if valued else Column(-1, _ONE, _ONE)
    cell = column.place

    def known_months(found: Records, count: int, origin: int) -> list[list[Any]] | None:
        """The amounts of each month; None where a day or an amount is blank."""
        known: list[list[Any]] = [[] for _ in range(count)]
        for record in found.sure:
            day, amount = record[day_cell], record[cell] if valued else _ONE
            if day is None or amount is None:
                return None
            if 0 <= (at := _month(day) - origin) < count:
                known[at].append(amount)
        return known

    def bounds(values: list[Any], row: Row | None) -> tuple[Any, Any]:
        first, last = start(values, row), end(values, row)
        if not isinstance(first, date) or not isinstance(last, date) or first > last:
            return OPEN
        found = records(values, row)
        if found is None:
            return _none_or_many(column)
        origin = _month(first)
        if not found.unsure and (known := known_months(found, _month(last) - origin + 1, origin)) is not None:
            least = min(map(sum_of, known)) if valued else Decimal(min(map(len, known)))
            return least, least
        months = [_Total() for _ in range(_month(last) - origin + 1)]
        for some, certain in ((found.sure, True), (found.unsure, False)):
            for record in some:
                amount = column.ends(record) if valued else (_ONE, _ONE)
                for running, sure in _touched(months, record[day_cell], origin):
                    running.take(amount, certain and sure)
        lows, highs = [month.low for month in months], [month.high for month in months if month.high is not None]
        low = None if None in lows else min(low for low in lows if low is not None)
        return low, min(highs, default=None)

    return bounds


def _month(day: date) -> int:
    return day.year * 12 + day.month


def _touched(months: list[_Total], day: Any, origin: int) -> Iterator[tuple[_Total, bool]]:
    """The months a record of that day belongs to; without a day it may belong to any."""
    if day is None:
        yield from ((total, False) for total in months)
    elif 0 <= _month(day) - origin < len(months):
        yield months[_month(day) - origin], True


def exists(scanned: Scanned) -> Run:
    """存在: true where a record surely counts, unknown where one may."""
    records = scanned.records

    def any_(values: list[Any], row: Row | None) -> Value:
        found = records(values, row)
        if found is None:
            return None
        return True if found.sure else None if found.unsure else False

    return any_


def _certain(bounds: Callable[[list[tuple[Any, Any]], list[tuple[Any, Any]]], tuple[Any, Any]]) -> Any:
    """最大 最小 平均: `bounds` of the ends of the cells that count and of those that may; unknown where none is certain
    to count, since there may be none."""

    def build(scanned: Scanned) -> Bounds:
        records, column = scanned.records, scanned.columns[0]

        def ends(some: Iterable[Row]) -> list[tuple[Any, Any]]:
            return [column.ends(record) for record in some]

        def found(values: list[Any], row: Row | None) -> tuple[Any, Any]:
            counted = records(values, row)
            return OPEN if counted is None or not counted.sure else bounds(ends(counted.sure), ends(counted.unsure))

        return found

    return build


def _largest(sure: list[tuple[Any, Any]], unsure: list[tuple[Any, Any]]) -> tuple[Any, Any]:
    lows, highs = [low for low, _ in sure if low is not None], [high for _, high in (*sure, *unsure)]
    return max(lows, default=None), None if None in highs else max(highs)


def _smallest(sure: list[tuple[Any, Any]], unsure: list[tuple[Any, Any]]) -> tuple[Any, Any]:
    lows, highs = [low for low, _ in (*sure, *unsure)], [high for _, high in sure if high is not None]
    return None if None in lows else min(lows), min(highs, default=None)


def _mean(sure: list[tuple[Any, Any]], unsure: list[tuple[Any, Any]]) -> tuple[Any, Any]:
    least = _mean_with([low for low, _ in sure], [low for low, _ in unsure], lower=True)
    return least, _mean_with([high for _, high in sure], [high for _, high in unsure], lower=False)


def _mean_with(sure: list[Any], unsure: list[Any], lower: bool) -> Any:
    """The mean of the cells that count and of those others that move it furthest: the lowest first, or the highest."""
    if None in sure or None in unsure:
        return None
    total, many = sum_of(sure), Decimal(len(sure))
    for cell in sorted(unsure, reverse=not lower):
        mean = quotient(total, many)
        if mean is None or (cell >= mean if lower else cell <= mean):
            break
        total, many = add(total, cell), many + 1
    return quotient(total, many)


def _median(sure: list[tuple[Any, Any]], unsure: list[tuple[Any, Any]]) -> tuple[Any, Any]:
    least = _median_with([low for low, _ in sure], [low for low, _ in unsure], lower=True)
    return least, _median_with([high for _, high in sure], [high for _, high in unsure], lower=False)


def _median_with(sure: list[Any], unsure: list[Any], lower: bool) -> Any:
    """The median of the cells that count and of those others that move it furthest; an open end lies beyond all others."""

    def place(cell: Any) -> tuple[bool, Any]:
        return (cell is None) != lower, _ZERO if cell is None else cell

    cells = sorted(sure, key=place)
    for cell in sorted(unsure, key=place, reverse=not lower):
        middle = _middle(cells)
        if middle is None or (cell is not None and (cell >= middle if lower else cell <= middle)):
            break
        insort(cells, cell, key=place)
    return _middle(cells)


def _middle(cells: list[Any]) -> Any:
    """Of sorted numbers the one in the middle, or the mean of the two."""
    half = len(cells) // 2
    if len(cells) % 2:
        return cells[half]
    return None if None in cells[half - 1 : half + 1] else quotient(add(cells[half - 1], cells[half]), Decimal(2))


maximum, minimum, mean, median = map(_certain, (_largest, _smallest, _mean, _median))
