"""Numbers of which only bounds are known: how intervals go through operators, and what a comparison of them decides.

A bound is a value or None, an open end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import reduce
from typing import Any

from engine.language.row import Bounds, Function, Run, Strict
from engine.language.tree import Row
from engine.language.values import add, negate

OPEN = (None, None)


def exact(run: Run) -> Bounds:
    """A known value as an interval of one; an unknown one is open at both ends."""

    def bounds(values: list[Any], row: Row | None) -> tuple[Any, Any]:
        value = run(values, row)
        return value, value

    return bounds


def settled(bounds: Bounds) -> Run:
    """The value where both ends are the same."""

    def value(values: list[Any], row: Row | None) -> Any:
        low, high = bounds(values, row)
        return low if low is not None and low == high else None

    return value


def by_arguments(row: Function, parts: Sequence[Bounds]) -> Bounds:
    """The interval of a monotone row: its value at the low ends (the high ones where it falls), and the other way."""
    assert isinstance(row.meaning, Strict)
    do, rising = row.meaning.do, [row.direction(index) >= 0 for index in range(len(parts))]

    def bounds(values: list[Any], record: Row | None) -> tuple[Any, Any]:
        ends = [part(values, record) for part in parts]
        low = _at(do, [end[0] if up else end[1] for end, up in zip(ends, rising, strict=True)])
        if all(end[0] is end[1] for end in ends):
            return low, low
        high = _at(do, [end[1] if up else end[0] for end, up in zip(ends, rising, strict=True)])
        return low, high

    return bounds


def _at(do: Callable[..., Any], ends: Sequence[Any]) -> Any:
    if None in ends:
        return None
    try:
        return do(*ends)
    except (ArithmeticError, ValueError):
        return None


def ordered(reaches: Callable[[Any, Any], bool], falls: Callable[[Any, Any], bool], swapped: bool) -> Any:
    """A comparison by size: it holds if the lowest left `reaches` the highest right, and does not if the highest left
    `falls` short of the lowest right. `swapped` reads it from the right."""

    def build(parts: Sequence[Bounds]) -> Run:
        left, right = reversed(parts) if swapped else parts

        def compare(values: list[Any], row: Row | None) -> Any:
            (low, high), (other_low, other_high) = left(values, row), right(values, row)
            if low is not None and other_high is not None and reaches(low, other_high):
                return True
            return False if high is not None and other_low is not None and falls(high, other_low) else None

        return compare

    return build


def equal(wanted: bool) -> Any:
    """= (wanted) and ≠: the same single value, or apart."""

    def build(parts: Sequence[Bounds]) -> Run:
        left, right = parts

        def compare(values: list[Any], row: Row | None) -> Any:
            (low, high), (other_low, other_high) = left(values, row), right(values, row)
            if low is not None and low == high and other_low == other_high == low:
                return wanted
            apart = (high is not None and other_low is not None and high < other_low) or (
                low is not None and other_high is not None and low > other_high
            )
            return not wanted if apart else None

        return compare

    return build


def counted(wanted: bool) -> Callable[[Sequence[Bounds]], Bounds]:
    """How many truths are `wanted`, between those that certainly are and those that may be."""

    def build(parts: Sequence[Bounds]) -> Bounds:
        def bounds(values: list[Any], row: Row | None) -> tuple[Any, Any]:
            found = [part(values, row)[0] for part in parts]
            certain = sum(1 for truth in found if truth is wanted)
            return Decimal(certain), Decimal(certain + sum(1 for truth in found if truth is None))

        return bounds

    return build


def hull(found: Sequence[tuple[Any, Any]]) -> tuple[Any, Any]:
    """The smallest interval around all of them."""
    lows, highs = [low for low, _ in found], [high for _, high in found]
    return None if None in lows else min(lows), None if None in highs else max(highs)


def chosen(parts: Sequence[Bounds]) -> Bounds:
    """若: the interval of the branch taken, or around both."""
    condition, yes, no = parts

    def bounds(values: list[Any], row: Row | None) -> tuple[Any, Any]:
        truth = condition(values, row)[0]
        if truth is None:
            return hull([yes(values, row), no(values, row)])
        return yes(values, row) if truth else no(values, row)

    return bounds


def first_of(parts: Sequence[Bounds]) -> Bounds:
    """首中 of c₁，v₁，c₂，v₂，…，默认: around every value that may still be the one."""

    def bounds(values: list[Any], row: Row | None) -> tuple[Any, Any]:
        found = []
        for condition, value in zip(parts[:-1:2], parts[1:-1:2], strict=True):
            truth = condition(values, row)[0]
            if truth is not False:
                found.append(value(values, row))
            if truth:
                return hull(found)
        return hull([*found, parts[-1](values, row)])

    return bounds


def only_of(parts: Sequence[Bounds]) -> Bounds:
    """同值: around every value whose condition may hold, the default among them while none certainly does."""

    def bounds(values: list[Any], row: Row | None) -> tuple[Any, Any]:
        sure, maybe = _hits(parts, values, row)
        return hull([*sure, *maybe] if sure else [*maybe, parts[-1](values, row)])

    return bounds


def extreme_of(largest: bool) -> Callable[[Sequence[Bounds]], Bounds]:
    """The largest (smallest) value whose condition holds; where none certainly does, the default may be the one."""

    def build(parts: Sequence[Bounds]) -> Bounds:
        def bounds(values: list[Any], row: Row | None) -> tuple[Any, Any]:
            sure, maybe = _hits(parts, values, row)
            if not sure:
                return hull([*maybe, parts[-1](values, row)])
            low, high = hull([*sure, *maybe])
            if largest:
                return max((one for one, _ in sure if one is not None), default=None), high
            return low, min((one for _, one in sure if one is not None), default=None)

        return bounds

    return build


def cumulated_of(parts: Sequence[Bounds]) -> Bounds:
    """累计: the sum of what certainly counts, with any of what may; where nothing certainly does, of one of them at least
    or the default."""

    def bounds(values: list[Any], row: Row | None) -> tuple[Any, Any]:
        sure, maybe = _hits(parts, values, row)
        if not sure and not maybe:
            return parts[-1](values, row)
        low = _least([low for low, _ in sure], [low for low, _ in maybe])
        high = _less(_least([_less(high) for _, high in sure], [_less(high) for _, high in maybe]))
        return (low, high) if sure else hull([(low, high), parts[-1](values, row)])

    return bounds


def _hits(parts: Sequence[Bounds], values: list[Any], row: Row | None) -> tuple[list[Any], list[Any]]:
    """The intervals of the values whose condition holds, and of those where it may."""
    sure: list[Any] = []
    maybe: list[Any] = []
    for condition, value in zip(parts[:-1:2], parts[1:-1:2], strict=True):
        truth = condition(values, row)[0]
        if truth is not False:
            (sure if truth else maybe).append(value(values, row))
    return sure, maybe


def _least(sure: list[Any], maybe: list[Any]) -> Any:
    """The least sum: all of `sure` and what of `maybe` lowers it, one at least where nothing is sure; None: no end."""
    if None in sure or None in maybe:
        return None
    lowering = [end for end in maybe if end < 0]
    counted = [*sure, *lowering] or [min(maybe)]
    try:
        return reduce(add, counted)
    except ArithmeticError:
        return None


def _less(end: Any) -> Any:
    return None if end is None else negate(end)
