"""What a call becomes: closures over its operands, under the rule that what is unknown makes the result unknown.

A closure takes the list of slot values and, inside an aggregate, the record. Constants, slots and cells stay visible
(`Code`), so that calls over them get short closures. A result that cannot be represented is unknown here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from engine.base.calendar import Calendar, Reckoned
from engine.base.classes import dataclass
from engine.language.intervals import OPEN
from engine.language.row import Bounds, Column, Run
from engine.language.tree import Row, Value

Values = list[Any]
"""One value per slot: `tree.Value`, the `Records` an aggregate takes, or an interval."""


@dataclass(frozen=True, slots=True)
class ConstantCode:
    """A value known beforehand."""

    value: Any


@dataclass(frozen=True, slots=True)
class SlotCode:
    """The value in a slot."""

    index: int


@dataclass(frozen=True, slots=True)
class CellCode:
    """The cell in a column of the record at hand."""

    index: int


Code = ConstantCode | SlotCode | CellCode | Run
"""Constants, slots and cells are kept visible, so that calls over them get short closures."""


def as_run(code: Code) -> Run:
    """A closure that gives the value of the code."""
    match code:
        case ConstantCode(value):
            return lambda values, row: value
        case SlotCode(index):
            return lambda values, row: values[index]
        case CellCode(index):
            return lambda values, row: None if row is None else row[index]
        case _:
            return code


Prepare = Callable[[Values, Row | None], Callable[[Row], Any]]
"""What of a condition on records is the same for all of them worked out: what is left is a test of one."""


def prepared(run: Run) -> Prepare:
    """The same closure for many records in turn, those around them known."""

    def prepare(values: Values, around: Row | None) -> Callable[[Row], Any]:
        if around is None:
            return lambda row: run(values, row)
        return lambda row: run(values, row + around)

    return prepare


def prepared_cell(do: Callable[..., Any], place: int, right: Run, by_bounds: Prepare | None = None) -> Prepare:
    """A cell beside what is the same for every record; while either is unknown, what their bounds tell."""

    def prepare(values: Values, around: Row | None) -> Callable[[Row], Any]:
        other = right(values, around)
        within = by_bounds(values, around) if by_bounds is not None else None
        if other is None and within is not None:
            return within

        def test(row: Row) -> Any:
            cell = row[place]
            if cell is None or other is None:
                return None if within is None else within(row)
            try:
                return do(cell, other)
            except (ArithmeticError, ValueError):
                return None

        return test

    return prepare


def ends_of(place: int) -> Bounds:
    """The bounds kept in a slot; open where there are none."""

    def ends(values: Values, row: Row | None) -> tuple[Any, Any]:
        return values[place] or OPEN

    return ends


def declared_ends(place: int, ends: tuple[Value, Value]) -> Bounds:
    """The value itself, or the bounds declared for it where it is unknown."""

    def bounds(values: Values, row: Row | None) -> tuple[Any, Any]:
        value = values[place]
        return ends if value is None else (value, value)

    return bounds


def cell_ends(column: Column) -> Bounds:
    """What a cell may be, of the record in hand."""
    return lambda values, row: OPEN if row is None else column.ends(row)


def guarded(run: Run) -> Run:
    """The same, unknown where the arithmetic has no result."""

    def value(values: Values, row: Row | None) -> Any:
        try:
            return run(values, row)
        except ArithmeticError:
            return None

    return value


def guarded_interval(bounds: Bounds) -> Bounds:
    """The same, open where the arithmetic has no result."""

    def ends(values: Values, row: Row | None) -> tuple[Any, Any]:
        try:
            return bounds(values, row)
        except ArithmeticError:
            return OPEN

    return ends


def reckoning(do: Callable[..., Any], calendar: Calendar, place: int | None, runs: Sequence[Run]) -> Run:
    """A call that reads the calendar, and says so where the values have a place for it."""

    def reckon(values: Values, row: Row | None) -> Any:
        args = [run(values, row) for run in runs]
        if None in args:
            return None
        try:
            result: Reckoned[Any] = do(calendar, *args)
        except (ArithmeticError, ValueError):
            return None
        consulted: Any = None if place is None else values[place]
        if consulted is not None:
            consulted.note(result)
        return result.value

    return reckon


def strict(do: Callable[..., Any], codes: Sequence[Code], safe: bool) -> Run:
    """A call whose result is unknown as soon as an argument is. `safe`: a comparison, which cannot fail."""
    if len(codes) == 2:
        return _comparison(do, *codes) if safe else _binary(do, *map(as_run, codes))
    runs = tuple(as_run(code) for code in codes)

    def many(values: Values, row: Row | None) -> Any:
        args = [run(values, row) for run in runs]
        if None in args:
            return None
        try:
            return do(*args)
        except (ArithmeticError, ValueError):
            return None

    return many


def _binary(do: Callable[..., Any], f: Run, g: Run) -> Run:
    def two(values: Values, row: Row | None) -> Any:
        a = f(values, row)
        if a is None:
            return None
        b = g(values, row)
        if b is None:
            return None
        try:
            return do(a, b)
        except (ArithmeticError, ValueError):
            return None

    return two


def _comparison(do: Callable[..., Any], left: Code, right: Code) -> Run:
    """Short closures for slots and cells beside constants."""
    match left, right:
        case SlotCode(i), ConstantCode(constant) if constant is not None:

            def slot_constant(values: Values, row: Row | None) -> Any:
                a = values[i]
                return None if a is None else do(a, constant)

            return slot_constant
        case SlotCode(i), SlotCode(j):

            def slot_slot(values: Values, row: Row | None) -> Any:
                a, b = values[i], values[j]
                return None if a is None or b is None else do(a, b)

            return slot_slot
        case CellCode(i), ConstantCode(constant) if constant is not None:

            def cell_constant(values: Values, row: Row | None) -> Any:
                a = None if row is None else row[i]
                return None if a is None else do(a, constant)

            return cell_constant
    f, g = as_run(left), as_run(right)

    def general(values: Values, row: Row | None) -> Any:
        a, b = f(values, row), g(values, row)
        return None if a is None or b is None else do(a, b)

    return general


def told_apart(direct: Run, place: int, named: Collection[Any], among: bool) -> Run:
    """Whether a slot is `among` the words named (or not), its words in `place` asked while it is unknown itself."""
    wanted = frozenset(named)

    def compare(values: Values, row: Any) -> Any:
        found = direct(values, row)
        words = values[place] if found is None else None
        if words is None:
            return found
        return among if words <= wanted else (not among) if words.isdisjoint(wanted) else None

    return compare
