"""Bounds over columns: what a number or a day stays within while it is unknown, and what a comparison makes of that.

Nothing in a row is an open end there; None stands for an end that is open in every row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.base.classes import dataclass
from engine.columns import numbers
from engine.columns.algebra import (
    BOOL,
    FALSE,
    TRUE,
    Expr,
    all_of,
    any_of,
    case,
    certain,
    compared,
    is_null,
    known,
    nothing,
)
from engine.columns.numbers import Num

Val = Expr | Num
"""What a node comes to in a row: a number, or a column of anything else."""


@dataclass(frozen=True, slots=True)
class Ends:
    """The lowest and the highest that something may be."""

    low: Val | None
    high: Val | None

    def each(self, do: Callable[[Val], Val]) -> Ends:
        """Something done to both; an end that is open stays so."""
        return Ends(*(None if end is None else do(end) for end in (self.low, self.high)))


OPEN = Ends(None, None)


def exact(found: Val) -> Ends:
    """A known value; an unknown one is open at both ends."""
    return Ends(found, found)


def missing(found: Val | None) -> Expr:
    """Whether an end is open; never null."""
    return TRUE if found is None else unknown(found)


def less(op: str, left: Val | None, right: Val | None) -> Expr:
    """Whether `left` op `right` for certain; false where one is open."""
    return FALSE if left is None or right is None else certain(related(op, left, right))


def ordered(op: str, left: Ends, right: Ends) -> tuple[Expr, Expr]:
    """Whether a comparison holds for certain, and whether it certainly does not."""
    return less(op, left.high, right.low), less("<" if op == "≤" else "≤", right.high, left.low)


def same(left: Ends, right: Ends) -> tuple[Expr, Expr]:
    """Whether two are certainly the same single value, and whether they are certainly apart."""
    one = all_of(*(less("=", a, b) for a, b in ((left.low, left.high), (right.low, right.high), (left.low, right.low))))
    return one, any_of(less("<", left.high, right.low), less("<", right.high, left.low))


def single(ends: Ends) -> Val | None:
    """The value where both ends are the same."""
    if ends.low == ends.high:
        return ends.low
    if ends.low is None or ends.high is None:
        return None
    return only(less("=", ends.low, ends.high), ends.low)


def only(where: Expr, found: Val) -> Val:
    """A value where a condition is certain, else nothing."""
    if isinstance(found, Num):
        return Num(known(where, found.over), found.low, found.high, found.under, found.most)
    return known(where, found)


def taken(ways: Sequence[Expr], values: Sequence[Val | None]) -> Val:
    """Of several values that of the first way that is certain, the last of them where none is; None is nothing."""

    def choose(parts: Sequence[Expr]) -> Expr:
        return case(*(x for pair in zip(ways, parts, strict=False) for x in pair), parts[-1])

    given = [value for value in values if value is not None]
    if any(isinstance(value, Num) for value in given):
        whole = [value if isinstance(value, Num) else numbers.no_number() for value in values]
        return numbers.chosen(whole, choose)
    kind = next((value.kind for value in given if isinstance(value, Expr)), "int")
    return choose([value if isinstance(value, Expr) else nothing(kind) for value in values])


def extreme(found: Sequence[Val | None], larger: bool) -> Val | None:
    """The largest (smallest) of all; open where one is."""
    return _picked([one for one in found if one is not None], numbers.pick, larger) if None not in found else None


def extreme_known(found: Sequence[Val | None], larger: bool) -> Val | None:
    """The largest (smallest) of those that are not open."""
    return _picked([one for one in found if one is not None], numbers.pick_known, larger)


def _picked(found: Sequence[Val], pick: Callable[[Sequence[Num], bool], Num], larger: bool) -> Val | None:
    of_numbers = [one if isinstance(one, Num) else Num(one, 0, 0) for one in found]
    if not found:
        return None
    best = pick(of_numbers, larger)
    return best if any(isinstance(one, Num) for one in found) else best.over


def hull(found: Sequence[Ends]) -> Ends:
    """The smallest interval around all of them."""
    return Ends(extreme([e.low for e in found], larger=False), extreme([e.high for e in found], larger=True))


# Values, whatever they are


def related(op: str, left: Val, right: Val) -> Expr:
    """Whether one is = < ≤ the other; null where one is unknown, and of a number beside what is none."""
    if isinstance(left, Num) and isinstance(right, Num):
        return numbers.compare(op, left, right)
    return nothing(BOOL) if isinstance(left, Num) or isinstance(right, Num) else compared(op, left, right)


def equal(left: Val, right: Val) -> Expr:
    """Whether two values are the same; null where one is unknown."""
    return related("=", left, right)


def unknown(found: Val) -> Expr:
    """Whether it is unknown; never null."""
    return found.unknown if isinstance(found, Num) else is_null(found)


def alike(values: Sequence[Val]) -> list[Val]:
    """The same, what is unknown for good as a number among numbers."""
    if not any(isinstance(one, Num) for one in values):
        return list(values)
    return [one if isinstance(one, Num) else numbers.no_number() for one in values]
