"""Aggregates over columns: what the records of a case that certainly count, and those that may, come to at least and at
most. Where both are the same that is the value.

The counterpart of `language/records.py`; of a mean over records that may or may not count columns say nothing, and leave it
to the interpreter.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import partial

from engine.base.problem import Refused
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
    possible,
    refused,
)
from engine.columns.dates import month
from engine.columns.ends import OPEN, Ends, Val, exact, missing, only, single, taken, unknown
from engine.columns.numbers import Num, exactly, whole
from engine.columns.visitor import Forms, Scans, TakenRecords, Visitor
from engine.language.tree import Call, Name

MOST = 100_000
"""The most records of one table a case may have."""

_NONE = exactly(Fraction(0))


def _counted(v: Visitor, found: TakenRecords, where: Expr) -> Expr:
    """How many records there are for which something is certain."""
    return v.fold(found.table, "count", where)


def _some(v: Visitor, found: TakenRecords, where: Expr) -> Expr:
    """Whether there is such a record."""
    return FALSE if where == FALSE else v.set_aside(compared("<", ZERO, _counted(v, found, where)))


def _unsure(v: Visitor, found: TakenRecords) -> Expr:
    """Whether there are records that may or may not count."""
    return FALSE if found.truth == TRUE else _some(v, found, is_null(found.truth))


def _cell(v: Visitor, call: Call, found: TakenRecords, index: int = 1) -> Ends:
    """What an aggregate reads of each record, within its range while it is blank."""
    cell = call.args[index]
    if found.cell is not None and index == 1:
        return found.ends if found.ends != OPEN else exact(found.cell)
    assert isinstance(cell, Name)
    before, v.frame = v.frame, found.table
    try:
        return v.cell_ends(cell).each(v.aside)
    finally:
        v.frame = before


def _no_form(v: Visitor, call: Call) -> Refused:
    return refused(call.function, "逐条算出的不是整除的数，还没有列式", v.place)


def _numbers(v: Visitor, call: Call, cell: Ends) -> tuple[Num, Num]:
    """Both ends as numbers; where there is no range they are the cell."""
    low, high = cell.low, cell.high
    low, high = (high if low is None else low), (low if high is None else high)
    if not isinstance(low, Num) or not isinstance(high, Num) or not (low.fixed and high.fixed):
        raise _no_form(v, call)
    return low, high


def _count(v: Visitor, call: Call) -> Ends:
    found = v.chosen(call.args[0])
    sure = whole(_counted(v, found, certain(found.truth)), 0, MOST)
    may = sure if found.truth == TRUE else whole(_counted(v, found, possible(found.truth)), 0, MOST)
    return _given(v, found, Ends(sure, may), Ends(_NONE, None))


def _given(v: Visitor, found: TakenRecords, ends: Ends, otherwise: Ends) -> Ends:
    """What holds where the records are known, and where they are not."""
    there = v.given(found.table)
    return Ends(taken((there,), (ends.low, otherwise.low)), taken((there,), (ends.high, otherwise.high)))


def _sum(v: Visitor, call: Call) -> Ends:
    found = v.chosen(call.args[0])
    cell = _cell(v, call, found)
    low, high = _numbers(v, call, cell)
    return _given(
        v, found, Ends(*(_total(v, found, end, up) for end, up in ((low, False), (high, True)))), _many(v, call, found)
    )


def _many(v: Visitor, call: Call, found: TakenRecords, index: int = 1) -> Ends:
    """The sum of nobody knows how many cells; of what is worked out of each record nothing is declared."""
    cell = call.args[index]
    declared = v.program.context.cells.get((found.table, cell.name)) if isinstance(cell, Name) else None
    if found.cell is not None or declared is None:
        return OPEN
    low, high = (end if isinstance(end, Decimal | Fraction) else None for end in declared)
    return Ends(_NONE if low is not None and low >= 0 else None, _NONE if high is not None and high <= 0 else None)


def _total(v: Visitor, found: TakenRecords, cell: Num, most: bool) -> Num:
    """The least (most) that the cells may come to together; nothing where one that may count is open there."""
    moved = compared("<", ZERO, cell.over) if most else compared("<", cell.over, ZERO)
    counts = any_of(certain(found.truth), all_of(is_null(found.truth), moved)) if found.truth != TRUE else TRUE
    total = v.fold(found.table, "sum", certain(counts), cell.over)
    blank = _some(v, found, all_of(possible(found.truth), cell.unknown))
    kept = only(negated(blank), _together(total, cell))
    assert isinstance(kept, Num)
    return kept


def _together(total: Expr, cell: Num) -> Num:
    """A sum of cells, within what so many of them may come to."""
    return Num(total, min(0, cell.low * MOST), max(0, cell.high * MOST), cell.under, cell.most)


def _exists(v: Visitor, call: Call) -> Val:
    found = v.chosen(call.args[0])
    there = _some(v, found, certain(found.truth))
    return known(v.given(found.table), case(there, TRUE, _unsure(v, found), nothing(BOOL), FALSE))


def _mean(v: Visitor, call: Call) -> Ends:
    """Where it is known which records count."""
    found = v.chosen(call.args[0])
    cell = _cell(v, call, found)
    _numbers(v, call, cell)
    unsure = _unsure(v, found)
    v.doubt(all_of(unsure, v.given(found.table)))
    count = whole(_counted(v, found, certain(found.truth)), 0, MOST)
    there = all_of(v.given(found.table), negated(unsure))
    return Ends(*(_mean_of(v, found, end, count, there) for end in (cell.low, cell.high)))


def _mean_of(v: Visitor, found: TakenRecords, cell: Val | None, count: Num, where: Expr) -> Val | None:
    if not isinstance(cell, Num):
        return None
    blank = _some(v, found, all_of(certain(found.truth), cell.unknown))
    total = v.fold(found.table, "sum", certain(found.truth), cell.over)
    return only(all_of(where, negated(blank)), numbers.divide(_together(total, cell), count))


def _extreme(how: str) -> Callable[[Visitor, Call], Ends]:
    """最大 is at least every cell that certainly counts, and at most every one that may; 最小 the other way."""
    largest = how == "max"

    def scan(v: Visitor, call: Call) -> Ends:
        found = v.chosen(call.args[0])
        cell = _cell(v, call, found)
        there = all_of(v.given(found.table), _some(v, found, certain(found.truth)))
        near, far = (cell.low, cell.high) if largest else (cell.high, cell.low)
        inner = None if near is None else _best(v, call, found, how, certain(found.truth), near)
        outer = None
        if far is not None:
            blank = _some(v, found, all_of(possible(found.truth), unknown(far)))
            best = _best(v, call, found, how, possible(found.truth), far)
            outer = only(all_of(there, negated(blank)), best)
        inner = None if inner is None else only(there, inner)
        return Ends(inner, outer) if largest else Ends(outer, inner)

    return scan


def _best(v: Visitor, call: Call, found: TakenRecords, how: str, where: Expr, cell: Val) -> Val:
    if isinstance(cell, Num):
        if not cell.fixed:
            raise _no_form(v, call)
        return Num(v.fold(found.table, how, where, cell.over), cell.low, cell.high, cell.under, cell.most)
    return v.fold(found.table, how, where, cell)


def _distinct(v: Visitor, call: Call) -> Ends:
    """A blank cell may repeat a known one, or be another."""
    found = v.chosen(call.args[0])
    cell = found.cell if found.cell is not None else v.among(found.table, lambda: v.value(call.args[1]))
    if isinstance(cell, Num) and not cell.fixed:
        raise _no_form(v, call)
    value = cell.over if isinstance(cell, Num) else cell
    sure, may = certain(found.truth), possible(found.truth)
    one = case(_some(v, found, sure), ONE, ZERO)
    kinds = whole(v.fold(found.table, "distinct", sure, value), 0, MOST)
    low = numbers.pick((kinds, whole(one, 0, 1)), larger=True)
    most = whole(v.fold(found.table, "distinct", may, value), 0, MOST)
    blank = whole(_counted(v, found, all_of(may, is_null(value))), 0, MOST)
    return _given(v, found, Ends(low, numbers.add(most, blank)), Ends(_NONE, None))


def _least_by_month(v: Visitor, call: Call) -> Ends:
    """Of the months from one day to another the least count or sum; a month without records counts as none. Where it is not
    known which records count, or in which month, the interpreter bounds it."""
    found = v.chosen(call.args[0])
    *columns, start, end = call.args[1:]
    day = v.among(found.table, lambda: v.value(columns[0]))
    cell = _cell(v, call, found, 2) if len(columns) > 1 else exact(exactly(Fraction(1)))
    low, high = _numbers(v, call, cell)
    first, last = v.value(start), v.value(end)
    assert isinstance(day, Expr)
    assert isinstance(first, Expr)
    assert isinstance(last, Expr)
    several = v.set_aside(plus(minus(month(last), month(first)), ONE))

    def inside() -> Expr:
        since, until = v.carried(month(first)), v.carried(month(last))
        assert isinstance(since, Expr)
        assert isinstance(until, Expr)
        return certain(all_of(found.truth, compared("≤", since, month(day)), compared("≤", month(day), until)))

    where = v.among(found.table, inside)
    assert isinstance(where, Expr)
    of_month = v.among(found.table, lambda: month(day))
    assert isinstance(of_month, Expr)
    may = possible(found.truth)
    open_ = any_of(
        _unsure(v, found), _some(v, found, all_of(may, is_null(day))),
        *(_some(v, found, all_of(may, missing(end))) for end in dict.fromkeys((low, high))),
    )  # fmt: skip
    ordered = certain(compared("≤", first, last))
    v.doubt(all_of(v.given(found.table), ordered, open_))

    def least(amount: Num) -> Val:
        number = v.fold(found.table, "least", where, amount.over, (of_month, several))
        return only(negated(open_), _together(number, amount))

    ends = _given(
        v, found, Ends(least(low), least(high)), _many(v, call, found, 2) if len(columns) > 1 else Ends(_NONE, None)
    )
    return ends.each(partial(only, ordered))


SCANS: Scans = {
    "计数": _count,
    "合计": _sum,
    "最大": _extreme("max"),
    "最小": _extreme("min"),
    "平均": _mean,
    "种数": _distinct,
    "逐月最少": _least_by_month,
}


def _value(v: Visitor, call: Call) -> Val:
    return single(SCANS[call.function](v, call)) or numbers.no_number()


AGGREGATES: Forms = {**dict.fromkeys(SCANS, _value), "存在": _exists}
