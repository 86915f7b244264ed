"""Aggregates over record tables, as intervals: what is known of the records bounds the result from below and above.

A record whose condition is unknown may or may not count; a cell that is unknown may hold anything its column allows.
Where both bounds agree that is the value, else it is unknown, and a comparison may still be decided by a bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from engine.base.numbers import Number
from engine.base.truth import Truth, and_, not_, or_
from engine.language.tree import Call, Name, Node, Row, Table, Value
from engine.language.values import add, quotient

Run = Callable[[list[Value], Row | None], Value]
Bounds = Callable[[list[Value], Row | None], tuple[Any, Any]]
"""(lowest, highest) possible value; None is an open end."""

Records = Callable[[list[Value]], list[tuple[Row, Truth]] | None]
"""The records whose condition is not false, with its truth; None while the table is unknown."""

_ZERO, _ONE = Decimal(0), Decimal(1)
_OPEN = (None, None)


class _Context(Protocol):
    @property
    def nonnegative(self) -> Any: ...


class Compiles(Protocol):
    """What the expression compiler offers here."""

    @property
    def context(self) -> _Context: ...

    @property
    def slots(self) -> Any: ...

    def run(self, node: Node) -> Run: ...

    def column(self, node: Name) -> int: ...

    def criteria(self, node: Call) -> tuple[int, ...]: ...


def compile_table(compiler: Compiles, node: Call) -> Run:
    """The closure of an aggregate."""
    bounds = compile_bounds(compiler, node)
    if bounds is None:
        return _TRUTHS[node.function](compiler, node) if node.function in _TRUTHS else _extreme(compiler, node)

    def value(values: list[Value], row: Row | None) -> Value:
        low, high = bounds(values, row)
        found: Value = low if low is not None and low == high else None
        return found

    return value


def compile_bounds(compiler: Compiles, node: Call) -> Bounds | None:
    """The interval of a call that counts or sums; None for other calls."""
    build = _BOUNDS.get(node.function)
    return build(compiler, node) if build is not None else None


def _records(compiler: Compiles, table: str, condition: Node | None) -> Records:
    index = compiler.slots[table]
    test = compiler.run(condition) if condition is not None else None

    def records(values: list[Value]) -> list[tuple[Row, Truth]] | None:
        found = values[index]
        if not isinstance(found, Table):
            return None
        if test is None:
            return [(row, True) for row in found.rows]
        tested = ((row, test(values, row)) for row in found.rows)
        return [(row, None if truth is None else True) for row, truth in tested if truth is not False]

    return records


def _table_of(node: Call) -> str:
    first = node.args[0]
    return (first.table or first.name) if isinstance(first, Name) else ""


def _condition(node: Call, at: int) -> Node | None:
    return node.args[at] if len(node.args) > at else None


def _column(compiler: Compiles, node: Node) -> tuple[int, bool]:
    """Place of the column in a record, and whether its cells are never negative."""
    assert isinstance(node, Name)
    return compiler.column(node), (node.table, node.name) in compiler.context.nonnegative


def _count(compiler: Compiles, node: Call) -> Bounds:
    records = _records(compiler, _table_of(node), _condition(node, 1))

    def bounds(values: list[Value], row: Row | None) -> tuple[Any, Any]:
        found = records(values)
        if found is None:
            return _ZERO, None
        certain = sum(1 for _, truth in found if truth)
        return Decimal(certain), Decimal(len(found))

    return bounds


def _unmet(compiler: Compiles, node: Call) -> Bounds:
    indices = compiler.criteria(node)

    def bounds(values: list[Value], row: Row | None) -> tuple[Any, Any]:
        verdicts = [values[index] for index in indices]
        certain = sum(1 for verdict in verdicts if verdict is False)
        return Decimal(certain), Decimal(certain + sum(1 for verdict in verdicts if verdict is None))

    return bounds


def _sum(compiler: Compiles, node: Call) -> Bounds:
    records = _records(compiler, _table_of(node), _condition(node, 1))
    cell, nonnegative = _column(compiler, node.args[0])

    def bounds(values: list[Value], row: Row | None) -> tuple[Any, Any]:
        found = records(values)
        if found is None:
            return (_ZERO, None) if nonnegative else _OPEN
        total = _Total(nonnegative)
        for record, truth in found:
            total.take(record[cell], truth)
        return total.bounds()

    return bounds


class _Total:
    """A running sum as an interval. Anything uncertain opens both ends unless no cell can be negative."""

    __slots__ = ("high", "low", "nonnegative")

    def __init__(self, nonnegative: bool) -> None:
        self.low: Number | None = _ZERO
        self.high: Number | None = _ZERO
        self.nonnegative = nonnegative

    def take(self, cell: Any, truth: Truth) -> None:
        """A cell that counts (True) or may count (None)."""
        if cell is None or truth is None:
            if not self.nonnegative:
                self.low = None
                self.high = None
        elif self.low is not None:
            self.low = add(self.low, cell)
        if self.high is not None:
            self.high = None if cell is None else add(self.high, cell)

    def bounds(self) -> tuple[Any, Any]:
        return self.low, self.high


def _monthly(compiler: Compiles, node: Call) -> Bounds:
    """逐月最少（表.日期列，起，止[，表.值列][，条件]）."""
    rest = list(node.args[3:])
    valued = bool(rest) and isinstance(rest[0], Name) and rest[0].type is not None and rest[0].type.kind == "number"
    cell, nonnegative = _column(compiler, rest.pop(0)) if valued else (-1, True)
    records = _records(compiler, _table_of(node), rest[0] if rest else None)
    day_cell, _ = _column(compiler, node.args[0])
    start, end = compiler.run(node.args[1]), compiler.run(node.args[2])

    def bounds(values: list[Value], row: Row | None) -> tuple[Any, Any]:
        first, last = start(values, row), end(values, row)
        if not isinstance(first, date) or not isinstance(last, date) or first > last:
            return _OPEN
        found = records(values)
        if found is None:
            return (_ZERO, None) if nonnegative else _OPEN
        origin = _month(first)
        months = [_Total(nonnegative) for _ in range(_month(last) - origin + 1)]
        for record, truth in found:
            amount = record[cell] if valued else _ONE
            for total, sure in _touched(months, record[day_cell], origin):
                total.take(amount, truth if sure else None)
        lows, highs = [total.low for total in months], [total.high for total in months if total.high is not None]
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


def _exists(compiler: Compiles, node: Call) -> Run:
    records = _records(compiler, _table_of(node), _condition(node, 1))
    wanted = node.function == "存在"

    def exists(values: list[Value], row: Row | None) -> Value:
        found = records(values)
        truth = None if found is None else or_(truth for _, truth in found)
        return truth if wanted else not_(truth)

    return exists


def _every(compiler: Compiles, node: Call) -> Run:
    index, test = compiler.slots[_table_of(node)], compiler.run(node.args[1])

    def every(values: list[Value], row: Row | None) -> Value:
        table = values[index]
        if not isinstance(table, Table):
            return None
        return and_(truth if truth is None else bool(truth) for truth in (test(values, row) for row in table.rows))

    return every


def _extreme(compiler: Compiles, node: Call) -> Run:
    """最大 最小 平均: of all records that count, each of them known; unknown where there are none."""
    records = _records(compiler, _table_of(node), _condition(node, 1))
    cell, _ = _column(compiler, node.args[0])
    pick: Callable[[list[Any]], Any] = _PICKS[node.function]

    def extreme(values: list[Value], row: Row | None) -> Value:
        found = records(values)
        if not found or any(truth is None or record[cell] is None for record, truth in found):
            return None
        value: Value = pick([record[cell] for record, _ in found])
        return value

    return extreme


def _mean(cells: list[Any]) -> Value:
    total: Number = _ZERO
    for cell in cells:
        total = add(total, cell)
    return quotient(total, Decimal(len(cells)))


_PICKS: dict[str, Callable[[list[Any]], Any]] = {"最大": max, "最小": min, "平均": _mean}
_BOUNDS: dict[str, Callable[[Compiles, Call], Bounds]] = {
    "计数": _count,
    "合计": _sum,
    "逐月最少": _monthly,
    "未满足项数": _unmet,
}
_TRUTHS: dict[str, Callable[[Compiles, Call], Run]] = {"存在": _exists, "不存在": _exists, "全部": _every}
