"""Aggregates over columns: sums, counts and extremes of a case's records.

Where a record may or may not count, or a cell that counts is blank, columns are silent and the interpreter bounds the
result. How often 存在 holds is known as soon as one record certainly counts.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from engine.columns import numbers
from engine.columns.algebra import (
    BOOL,
    FALSE,
    ONE,
    TRUE,
    ZERO,
    Expr,
    all_of,
    any_of,
    case,
    certain,
    compared,
    is_null,
    known,
    minus,
    negated,
    nothing,
    plus,
    refused,
)
from engine.columns.dates import month
from engine.columns.numbers import Num, whole
from engine.columns.visitor import Forms, TakenRecords, Val, Visitor, gated, unknown
from engine.language.tree import Call

MOST = 100_000
"""The most records of one table a case may have."""


def _counted(v: Visitor, found: TakenRecords, condition: Expr = TRUE) -> Expr:
    """How many records certainly count and meet a further condition."""
    return v.fold(found.table, "count", certain(all_of(found.truth, condition)))


def _unsure(v: Visitor, found: TakenRecords) -> Expr:
    """Whether there are records that may or may not count."""
    if found.truth == TRUE:
        return FALSE
    return compared("<", ZERO, v.fold(found.table, "count", is_null(found.truth)))


def _column(v: Visitor, call: Call, found: TakenRecords, index: int = 1) -> Val:
    """What an aggregate reads of each record."""
    cell = call.args[index]
    if found.cell is not None and index == 1:
        return found.cell
    return v.among(found.table, lambda: v.value(cell))


def _settled(v: Visitor, found: TakenRecords, *cells: Val) -> Expr:
    """Whether it is known which records count and what they hold; never null."""
    blank = any_of(*map(unknown, cells))
    blanks = FALSE if blank == FALSE else compared("<", ZERO, _counted(v, found, blank))
    return all_of(v.given(found.table), negated(_unsure(v, found)), negated(blanks))


def _count(v: Visitor, call: Call) -> Val:
    found = v.chosen(call.args[0])
    return gated(_settled(v, found), whole(_counted(v, found), 0, MOST))


def _exists(v: Visitor, call: Call) -> Val:
    found = v.chosen(call.args[0])
    there = compared("<", ZERO, _counted(v, found))
    return known(v.given(found.table), case(there, TRUE, _unsure(v, found), nothing(BOOL), FALSE))


def _number(v: Visitor, call: Call, found: TakenRecords) -> Num:
    cell = _column(v, call, found)
    if not isinstance(cell, Num) or not cell.fixed:
        raise refused(call.function, "逐条算出的不是整除的数，还没有列式", v.place)
    return cell


def _total(v: Visitor, found: TakenRecords, cell: Num) -> Num:
    total = v.fold(found.table, "sum", certain(found.truth), cell.over)
    return Num(total, min(0, cell.low * MOST), max(0, cell.high * MOST), cell.under, cell.most)


def _sum(v: Visitor, call: Call) -> Val:
    found = v.chosen(call.args[0])
    cell = _number(v, call, found)
    return gated(_settled(v, found, cell), _total(v, found, cell))


def _mean(v: Visitor, call: Call) -> Val:
    found = v.chosen(call.args[0])
    cell = _number(v, call, found)
    return gated(_settled(v, found, cell), numbers.divide(_total(v, found, cell), whole(_counted(v, found), 0, MOST)))


def _extreme(how: str) -> Callable[[Visitor, Call], Val]:
    def form(v: Visitor, call: Call) -> Val:
        found = v.chosen(call.args[0])
        cell = _column(v, call, found)
        settled = _settled(v, found, cell)
        if isinstance(cell, Num):
            cell = _number(v, call, found)
            best = v.fold(found.table, how, certain(found.truth), cell.over)
            return gated(settled, Num(best, cell.low, cell.high, cell.under, cell.most))
        return gated(settled, v.fold(found.table, how, certain(found.truth), cell))

    return form


def _distinct(v: Visitor, call: Call) -> Val:
    found = v.chosen(call.args[0])
    cell = _column(v, call, found)
    value = _number(v, call, found).over if isinstance(cell, Num) else cell
    kinds = v.fold(found.table, "distinct", certain(found.truth), value)
    return gated(_settled(v, found, cell), whole(kinds, 0, MOST))


def _least_by_month(v: Visitor, call: Call) -> Val:
    """Of the months from one day to another the least count or sum; a month without records counts as none."""
    found = v.chosen(call.args[0])
    *columns, start, end = call.args[1:]
    day = v.among(found.table, lambda: v.value(columns[0]))
    amount = v.among(found.table, lambda: v.value(columns[1])) if len(columns) > 1 else numbers.exactly(Fraction(1))
    first, last = v.value(start), v.value(end)
    assert isinstance(day, Expr)
    assert isinstance(first, Expr)
    assert isinstance(last, Expr)
    if not isinstance(amount, Num) or not amount.fixed:
        raise refused(call.function, "所计的不是数", v.place)
    several = v.aside(plus(minus(month(last), month(first)), ONE))
    assert isinstance(several, Expr)

    def inside() -> Expr:
        low, high = v.carried(month(first)), v.carried(month(last))
        assert isinstance(low, Expr)
        assert isinstance(high, Expr)
        return certain(all_of(found.truth, compared("≤", low, month(day)), compared("≤", month(day), high)))

    where = v.among(found.table, inside)
    assert isinstance(where, Expr)
    of_month = v.among(found.table, lambda: month(day))
    assert isinstance(of_month, Expr)
    least = v.fold(found.table, "least", where, amount.over, (of_month, several))
    number = Num(least, min(0, amount.low * MOST), max(0, amount.high * MOST), amount.under, amount.most)
    return gated(all_of(_settled(v, found, day, amount), certain(compared("≤", first, last))), number)


AGGREGATES: Forms = {
    "计数": _count,
    "合计": _sum,
    "存在": _exists,
    "最大": _extreme("max"),
    "最小": _extreme("min"),
    "平均": _mean,
    "种数": _distinct,
    "逐月最少": _least_by_month,
}
