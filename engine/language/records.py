"""Aggregates over the records of a table, as intervals: what is known bounds the result from below and above.

A record whose condition is unknown may or may not count; a cell that is unknown may hold anything its column allows.
Where both bounds agree that is the value, else it is unknown, and a comparison may still be decided by a bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from engine.base.numbers import Number
from engine.language.intervals import OPEN
from engine.language.row import Bounds, Records, Run, Scanned
from engine.language.tree import Row, Table, Value
from engine.language.values import add, quotient, sum_of

_ZERO, _ONE = Decimal(0), Decimal(1)

Source = Callable[[list[Any]], Records | None]
"""The records an aggregate takes; None while the table is unknown."""


def all_records(place: int) -> Source:
    """Every record of the table in a slot, or those chosen from it; None while it is unknown."""

    def records(values: list[Any]) -> Records | None:
        table = values[place]
        return Records(table.rows) if isinstance(table, Table) else table

    return records


def filtered(outer: Source, prepare: Callable[[list[Any]], Callable[[Row], Any]]) -> Source:
    """Those of `outer` whose condition is not false. `prepare` works out what of it is the same for every record."""

    def records(values: list[Any]) -> Records | None:
        found = outer(values)
        if found is None:
            return None
        test = prepare(values)
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


def having(outer: Source, place: int, value: Any) -> Source:
    """Those of `outer` whose cell is a constant."""

    def records(values: list[Any]) -> Records | None:
        found = outer(values)
        return None if found is None else found.having(place, value)

    return records


def chosen(scanned: Scanned) -> Run:
    """The records themselves, for aggregates that share them."""
    records = scanned.records
    return lambda values, row: records(values)


def count(scanned: Scanned) -> Bounds:
    records = scanned.records

    def bounds(values: list[Any], row: Row | None) -> tuple[Any, Any]:
        found = records(values)
        if found is None:
            return _ZERO, None
        certain = len(found.sure)
        return Decimal(certain), Decimal(certain + len(found.unsure))

    return bounds


def total(scanned: Scanned) -> Bounds:
    records, ((cell, nonnegative),) = scanned.records, scanned.columns

    def bounds(values: list[Any], row: Row | None) -> tuple[Any, Any]:
        found = records(values)
        if found is None:
            return (_ZERO, None) if nonnegative else OPEN
        cells = [record[cell] for record in found.sure]
        if not found.unsure and None not in cells:
            known = sum_of(cells)
            return known, known
        running = _Total(nonnegative)
        for one in cells:
            running.take(one, True)
        for record in found.unsure:
            running.take(record[cell], False)
        return running.low, running.high

    return bounds


class _Total:
    """A running sum as an interval. Anything uncertain opens both ends unless no cell can be negative."""

    __slots__ = ("high", "low", "nonnegative")

    def __init__(self, nonnegative: bool) -> None:
        self.low: Number | None = _ZERO
        self.high: Number | None = _ZERO
        self.nonnegative = nonnegative

    def take(self, cell: Any, sure: bool) -> None:
        """A cell that counts for certain, or may count."""
        if cell is None or not sure:
            if not self.nonnegative:
                self.low = self.high = None
        elif self.low is not None:
            self.low = add(self.low, cell)
        if self.high is not None:
            self.high = None if cell is None else add(self.high, cell)


def least_by_month(scanned: Scanned) -> Bounds:
    """逐月最少（表.日期列，起，止[，表.值列][，条件]）."""
    records, (start, end) = scanned.records, scanned.others
    day_cell, valued = scanned.columns[0].place, scanned.columns[1:]
    cell, nonnegative = valued[0] if valued else (-1, True)

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
        found = records(values)
        if found is None:
            return (_ZERO, None) if nonnegative else OPEN
        origin = _month(first)
        if not found.unsure and (known := known_months(found, _month(last) - origin + 1, origin)) is not None:
            least = min(map(sum_of, known)) if valued else Decimal(min(map(len, known)))
            return least, least
        months = [_Total(nonnegative) for _ in range(_month(last) - origin + 1)]
        for some, certain in ((found.sure, True), (found.unsure, False)):
            for record in some:
                amount = record[cell] if valued else _ONE
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
    records = scanned.records

    def any_(values: list[Any], row: Row | None) -> Value:
        found = records(values)
        if found is None:
            return None
        return True if found.sure else None if found.unsure else False

    return any_


def extreme(pick: Callable[[list[Any]], Any]) -> Callable[[Scanned], Run]:
    """最大 最小 平均: of all records that count, each of them known; unknown where there are none."""

    def build(scanned: Scanned) -> Run:
        records, cell = scanned.records, scanned.columns[0].place

        def picked(values: list[Any], row: Row | None) -> Value:
            found = records(values)
            if found is None or found.unsure or not found.sure:
                return None
            cells = [record[cell] for record in found.sure]
            return None if None in cells else pick(cells)

        return picked

    return build


def mean(cells: list[Any]) -> Value:
    return quotient(sum_of(cells), Decimal(len(cells)))
