"""Exact numbers over columns: a whole number over another, both with the limits they stay within.

What is calculated never leaves 64 bits: the limits of facts are declared, those of results follow, and where they reach
further the calculation is refused while it is written down, not while it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from math import lcm

from engine.base.classes import dataclass
from engine.columns.algebra import (
    INT,
    ONE,
    ZERO,
    Expr,
    all_of,
    any_of,
    case,
    compared,
    const,
    floored,
    is_null,
    known,
    minus,
    negated,
    outermost,
    plus,
    times,
)

LIMIT = 2**63 - 1


class TooLarge(ArithmeticError):
    """A calculation that may leave 64 bits."""


@dataclass(frozen=True, slots=True)
class Num:
    """`over` ÷ `under`: `under` is above zero, a constant unless a rule divides by what is not one. `low`, `high`: what `over`
    stays within; `most`: what `under` does not exceed. Unknown where either is null."""

    over: Expr
    low: int
    high: int
    under: Expr = ONE
    most: int = 1

    def __post_init__(self) -> None:
        if max(-self.low, self.high, self.most) > LIMIT:
            raise TooLarge

    @property
    def fixed(self) -> bool:
        """Whether what it is divided by is a constant."""
        return self.under.op == "const"

    @property
    def unknown(self) -> Expr:
        """Whether it has no value."""
        return any_of(is_null(self.over), is_null(self.under))

    def scaled(self, by: int) -> Num:
        """The same, both parts multiplied."""
        factor = const(by)
        return Num(times(self.over, factor), self.low * by, self.high * by, times(self.under, factor), self.most * by)


def exactly(value: Fraction) -> Num:
    """A constant."""
    top, bottom = value.numerator, value.denominator
    return Num(const(top), top, top, const(bottom), bottom)


def no_number() -> Num:
    """A number that nothing says anything of."""
    return Num(Expr("const", (), None, INT), 0, 0)


def whole(expr: Expr, low: int, high: int) -> Num:
    """A whole number within limits."""
    return Num(expr, low, high)


def together(numbers: Sequence[Num]) -> list[Num]:
    """The same over one number: their least common multiple where all are constants, else their product."""
    if all(one.under == numbers[0].under for one in numbers):
        return list(numbers)
    if all(one.fixed for one in numbers):
        shared = lcm(*(one.most for one in numbers))
        return [one.scaled(shared // one.most) for one in numbers]
    found = list(numbers)
    for index, one in enumerate(numbers):
        for place, other in enumerate(found):
            if place != index:
                found[place] = Num(
                    times(other.over, one.under), min(other.low, other.low * one.most),
                    max(other.high, other.high * one.most), times(other.under, one.under), other.most * one.most,
                )  # fmt: skip
    return found


def add(left: Num, right: Num) -> Num:
    """A sum."""
    a, b = together((left, right))
    return Num(plus(a.over, b.over), a.low + b.low, a.high + b.high, a.under, a.most)


def subtract(left: Num, right: Num) -> Num:
    """A difference."""
    a, b = together((left, right))
    return Num(minus(a.over, b.over), a.low - b.high, a.high - b.low, a.under, a.most)


def multiply(left: Num, right: Num) -> Num:
    """A product."""
    ends = [x * y for x in (left.low, left.high) for y in (right.low, right.high)]
    under = times(left.under, right.under)
    return Num(times(left.over, right.over), min(ends), max(ends), under, left.most * right.most)


def divide(left: Num, right: Num) -> Num:
    """A quotient; unknown where the divisor is zero."""
    turned = case(compared("<", right.over, ZERO), minus(ZERO, right.under), right.under)
    size = case(
        compared("<", right.over, ZERO), minus(ZERO, right.over), known(compared("<", ZERO, right.over), right.over)
    )
    if right.over.op == "const" and isinstance(right.over.value, int) and right.over.value:
        sign = 1 if right.over.value > 0 else -1
        turned, size = times(const(sign), right.under), const(abs(right.over.value))
    bottom = max(abs(right.low), abs(right.high))
    return multiply(left, Num(turned, -right.most if right.low < 0 else 0, right.most, size, bottom))


def compare(op: str, left: Num, right: Num) -> Expr:
    """= < ≤ of two numbers."""
    a, b = together((left, right))
    found = compared(op, a.over, b.over)
    return found if a.fixed else case(a.unknown, Expr("const", (), None, "bool"), found)


def pick(numbers: Sequence[Num], larger: bool) -> Num:
    """The largest (smallest) of several, all known."""
    parts = together(numbers)
    if parts[0].fixed:
        known_ = all_of(*(negated(is_null(one.over)) for one in parts))
        return _within(parts, known(known_, outermost([one.over for one in parts], larger)))
    found = parts[0]
    for one in parts[1:]:
        first = compared("≤", one.over, found.over) if larger else compared("≤", found.over, one.over)
        value = case(first, found.over, negated(first), one.over, Expr("const", (), None, INT))
        found = _within((found, one), value)
    return found


def pick_known(numbers: Sequence[Num], larger: bool) -> Num:
    """The largest (smallest) of those that are known."""
    if all(one.fixed for one in numbers):
        parts = together(numbers)
        return _within(parts, outermost([one.over for one in parts], larger))
    found = numbers[0]
    for one in numbers[1:]:
        both = pick((found, one), larger)
        found = chosen((found, one, both), partial(_either_of_two, one.unknown, found.unknown))
    return found


def _either_of_two(second: Expr, first: Expr, parts: Sequence[Expr]) -> Expr:
    """Of what is the first, the second and of both: what is left where one is unknown."""
    return case(second, parts[0], first, parts[1], parts[2])


def _within(parts: Sequence[Num], value: Expr) -> Num:
    """One of several over the same number."""
    low, high = min(part.low for part in parts), max(part.high for part in parts)
    return Num(value, low, high, parts[0].under, parts[0].most)


def chosen(numbers: Sequence[Num], choose: Callable[[Sequence[Expr]], Expr]) -> Num:
    """What `choose` takes of several columns, of these numbers."""
    parts = together(numbers) if all(one.fixed for one in numbers) else list(numbers)
    under = parts[0].under if all(one.under == parts[0].under for one in parts) else choose([p.under for p in parts])
    ends = [part.low for part in parts], [part.high for part in parts]
    return Num(choose([p.over for p in parts]), min(ends[0]), max(ends[1]), under, max(p.most for p in parts))


def either(condition: Expr, parts: Sequence[Expr]) -> Expr:
    """Of two columns the first where a condition is true."""
    return case(condition, *parts)


def floor(number: Num) -> Num:
    """Rounded down to a whole number."""
    if number.under == ONE:
        return number
    low, high = number.low // number.most, number.high // number.most
    if not number.fixed:  # what it is divided by may be as little as one
        low, high = min(low, number.low), max(high, number.high)
    return Num(floored(number.over, number.under), low, high)


def negate(number: Num) -> Num:
    """The number with the other sign."""
    return Num(minus(ZERO, number.over), -number.high, -number.low, number.under, number.most)


def ceiling(number: Num) -> Num:
    """Rounded up to a whole number."""
    return negate(floor(negate(number)))


def half_up(number: Num) -> Num:
    """To the nearest whole number, a half away from zero."""
    if number.under == ONE:
        return number
    half = exactly(Fraction(1, 2))
    up, down = floor(add(number, half)), ceiling(subtract(number, half))
    return chosen((down, up), lambda parts: case(compared("<", number.over, ZERO), *parts))


def to_places(number: Num, places: int) -> Num:
    """四舍五入 to so many decimals."""
    by = exactly(Fraction(10**places))
    return divide(half_up(multiply(number, by)), by)


def to_step(number: Num, step: Num, how: Callable[[Num], Num]) -> Num:
    """To a multiple of a step; unknown where the step is not above zero."""
    steps = divide(
        number, Num(known(compared("<", ZERO, step.over), step.over), step.low, step.high, step.under, step.most)
    )
    return multiply(how(steps), step)


def integer(number: Num) -> Num:
    """The same where it is a whole number, else unknown."""
    if number.under == ONE:
        return number
    down = floor(number)
    even = all_of(negated(number.unknown), compared("=", times(down.over, number.under), number.over))
    return Num(known(even, down.over), down.low, down.high)
