"""How intervals go through the rows of the function table, over columns: the counterpart of `language/intervals.py`, and what
aggregates stay within."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial

from engine.columns import numbers
from engine.columns.algebra import (
    FALSE,
    TRUE,
    ZERO,
    Expr,
    all_of,
    any_of,
    case,
    certain,
    const,
    is_null,
    negated,
    possible,
)
from engine.columns.ends import OPEN, Ends, Val, extreme, extreme_known, hull, less, missing, only, single, taken
from engine.columns.numbers import Num, exactly
from engine.columns.visitor import Intervals, Visitor
from engine.language.tree import Call

Through = Callable[[Visitor, Call, Sequence[Ends]], Ends]


def _product(v: Visitor, call: Call, parts: Sequence[Ends]) -> Ends:
    """With an open end only products of what cannot be negative."""
    (a, b), (c, d) = ((p.low, p.high) for p in parts)
    zero = exactly(Fraction(0))
    if a is None or c is None:
        return OPEN
    above = all_of(less("≤", zero, a), less("≤", zero, c))
    every = [v.applied(call, pair) for pair in ((a, c), (a, d), (b, c), (b, d))]
    low = taken((above,), (every[0], extreme(every, larger=False)))
    high = taken((above,), (every[3], extreme(every, larger=True)))
    return Ends(low, high)


def _quotient(v: Visitor, call: Call, parts: Sequence[Ends]) -> Ends:
    """Where the divisor is certainly not zero."""
    (a, b), (c, d) = ((p.low, p.high) for p in parts)
    zero = exactly(Fraction(0))
    if a is None or b is None or c is None or d is None:
        return OPEN
    apart = any_of(less("<", zero, c), less("<", d, zero))
    every = [v.applied(call, pair) for pair in ((a, c), (a, d), (b, c), (b, d))]
    low, high = extreme(every, larger=False), extreme(every, larger=True)
    return Ends(None if low is None else only(apart, low), None if high is None else only(apart, high))


def _rounded(v: Visitor, call: Call, parts: Sequence[Ends]) -> Ends:
    """Rises with the number; what it is rounded to must be known."""
    number, to = parts
    return Ends(*(v.applied(call, (end, single(to))) for end in (number.low, number.high)))


def _picked(larger: bool) -> Through:
    """Bounded on one side by any of them, on the other only by all."""

    def build(v: Visitor, call: Call, parts: Sequence[Ends]) -> Ends:
        lows, highs = [p.low for p in parts], [p.high for p in parts]
        if larger:
            return Ends(extreme_known(lows, larger), extreme(highs, larger))
        return Ends(extreme(lows, larger), extreme_known(highs, larger))

    return build


def _if(v: Visitor, call: Call, parts: Sequence[Ends]) -> Ends:
    condition, yes, no = v.set_aside(v.truth(call.args[0])), *parts[1:]
    around = hull((yes, no))
    ways = condition, negated(condition)
    return Ends(taken(ways, (yes.low, no.low, around.low)), taken(ways, (yes.high, no.high, around.high)))


def _conditions(v: Visitor, call: Call) -> list[Expr]:
    return [v.set_aside(v.truth(node)) for node in call.args[:-1:2]]


def _around(ways: Sequence[Expr], values: Sequence[Ends]) -> Ends:
    """Around those that may be the one; `ways`: whether each may, never null."""
    low = [_unless(way, value.low, larger=False) for way, value in zip(ways, values, strict=True)]
    high = [_unless(way, value.high, larger=True) for way, value in zip(ways, values, strict=True)]
    blank = [any_of(*(all_of(w, missing(e)) for w, e in zip(ways, ends, strict=True))) for ends in
             ([v.low for v in values], [v.high for v in values])]  # fmt: skip
    return Ends(_whole(blank[0], low, larger=False), _whole(blank[1], high, larger=True))


def _unless(way: Expr, found: Val | None, larger: bool) -> Val | None:
    return None if found is None else only(way, found)


def _whole(blank: Expr, found: Sequence[Val | None], larger: bool) -> Val | None:
    best = extreme_known(found, larger)
    return None if best is None else only(negated(blank), best)


def _first(v: Visitor, call: Call, parts: Sequence[Ends]) -> Ends:
    """Around every value up to the first condition that holds, of those that may."""
    ways: list[Expr] = []
    open_ = TRUE
    for condition in _conditions(v, call):
        ways.append(v.set_aside(all_of(open_, possible(condition))))
        open_ = v.set_aside(all_of(open_, negated(certain(condition))))
    return _around([*ways, open_], [*parts[1:-1:2], parts[-1]])


def _only(v: Visitor, call: Call, parts: Sequence[Ends]) -> Ends:
    """Around every value whose condition may hold, the default among them while none certainly does."""
    conditions = _conditions(v, call)
    none = negated(any_of(*map(certain, conditions)))
    return _around([*map(possible, conditions), none], [*parts[1:-1:2], parts[-1]])


def _largest(larger: bool) -> Through:
    """The largest whose condition holds is as large as any that certainly does, and no larger than all that may."""

    def build(v: Visitor, call: Call, parts: Sequence[Ends]) -> Ends:
        conditions, values, default = _conditions(v, call), parts[1:-1:2], parts[-1]
        sure = v.set_aside(any_of(*map(certain, conditions)))
        around = _around([*map(possible, conditions), negated(sure)], [*values, default])
        near = [value.low if larger else value.high for value in values]
        held = extreme_known([_unless(certain(c), e, larger) for c, e in zip(conditions, near, strict=True)], larger)
        if larger:
            return Ends(taken((sure,), (held, around.low)), around.high)
        return Ends(around.low, taken((sure,), (held, around.high)))

    return build


def _cumulated(v: Visitor, call: Call, parts: Sequence[Ends]) -> Ends:
    """The sum of what certainly counts, with any of what may; where nothing certainly does, of one of them at least or the
    default."""
    conditions, values, default = _conditions(v, call), parts[1:-1:2], parts[-1]
    sure = v.set_aside(any_of(*map(certain, conditions)))
    maybe = v.set_aside(any_of(*map(is_null, conditions)))
    low = _sum(conditions, [value.low for value in values], sure, larger=False)
    high = _sum(conditions, [value.high for value in values], sure, larger=True)
    around = hull((Ends(low, high), default))
    ways = sure, maybe
    return Ends(taken(ways, (low, around.low, default.low)), taken(ways, (high, around.high, default.high)))


def _sum(conditions: Sequence[Expr], ends: Sequence[Val | None], sure: Expr, larger: bool) -> Val | None:
    zero = exactly(Fraction(0))
    total, moving, blank = zero, FALSE, FALSE
    outer: list[Val | None] = []
    for condition, end in zip(conditions, ends, strict=True):
        if not isinstance(end, Num):
            blank = any_of(blank, possible(condition))
            continue
        blank = any_of(blank, all_of(possible(condition), end.unknown))
        moves = less("<", zero, end) if larger else less("<", end, zero)
        counts = any_of(certain(condition), all_of(is_null(condition), moves))
        total = numbers.add(total, numbers.chosen((end, zero), partial(numbers.either, counts)))
        moving = any_of(moving, counts)
        outer.append(only(is_null(condition), end))
    nearest = extreme_known(outer, larger)
    found = taken((any_of(sure, moving),), (total, nearest))
    return only(negated(blank), found)


def _unmet(v: Visitor, call: Call, parts: Sequence[Ends]) -> Ends:
    low = high = numbers.whole(ZERO, 0, 0)
    for arg in call.args:
        condition = v.set_aside(v.truth(arg))
        low = numbers.add(low, numbers.whole(case(negated(condition), const(1), ZERO), 0, 1))
        high = numbers.add(high, numbers.whole(case(condition, ZERO, const(1)), 0, 1))
    return Ends(low, high)


INTERVALS: Intervals = {
    "×": _product,
    "÷": _quotient,
    "四舍五入": _rounded,
    "向上取整到": _rounded,
    "向下取整到": _rounded,
    "四舍五入到": _rounded,
    "较大": _picked(True),
    "较小": _picked(False),
    "若": _if,
    "首中": _first,
    "同值": _only,
    "累计": _cumulated,
    "取大": _largest(True),
    "取小": _largest(False),
    "界数": _unmet,
}
"""Rows whose interval is more than the row at the ends of its arguments'."""
