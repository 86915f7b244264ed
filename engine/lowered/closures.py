"""Lowered expression -> closure, once; then values in, value out, under Kleene's strong logic.

A closure takes the list of slot values and, inside an aggregate, the record. Unknown is None. A result that cannot be
represented (a day after the year 9999, half a month) is unknown like any other: it is made so here, in `_strict` and
`_scan`, and nowhere else; `why_unknown` says afterwards why, so that the fast path need not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.base.calendar import Calendar, Reckoned
from engine.language import keys
from engine.language.functions import FUNCTIONS
from engine.language.intervals import OPEN, by_arguments, exact, settled
from engine.language.make import EQUAL, EXISTS, RECORDS
from engine.language.records import Source, all_records, filtered, having
from engine.language.row import (
    Bounds,
    ByArguments,
    Column,
    Decides,
    Function,
    Interval,
    Own,
    Partial,
    Run,
    Scan,
    Scanned,
    Strict,
)
from engine.language.tree import BOOL, Call, Items, Literal, Name, Node, Row, Value
from engine.language.walk import nodes
from engine.lowered.fold import folded

CONSULTED = "日历：查阅"
"""The place in the value list of what the computation reads of the calendar (`Consulted`); None there: nobody asks."""

Values = list[Any]
"""One value per slot: `tree.Value`, the `Records` an aggregate takes, or an interval."""


@dataclass(frozen=True)
class Context:
    """What compilation needs besides the tree. `slots`: key -> place in the value list. `constants`: names whose value is
    fixed. `columns`: table -> its columns in the order of its records. `nonnegative`: (table, column) whose declared
    range starts at zero or above. `ranges`: fact -> its declared range, None for an open end."""

    slots: Mapping[str, int]
    calendar: Calendar
    constants: Mapping[str, Value] = field(default_factory=dict)
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    nonnegative: Collection[tuple[str, str]] = ()
    ranges: Mapping[str, tuple[Value, Value]] = field(default_factory=dict)


def compile_node(node: Node, context: Context) -> Run:
    """The closure of a lowered tree."""
    return _run(_Compiler(context).code(folded(node, context.constants)))


def compile_bounds(node: Node, context: Context) -> Bounds | None:
    """The closure of the interval of a number that has one although it may be unknown, or None."""
    return _Compiler(context).interval(folded(node, context.constants))


@dataclass(frozen=True, slots=True)
class _Constant:
    value: Any


@dataclass(frozen=True, slots=True)
class _Slot:
    index: int


@dataclass(frozen=True, slots=True)
class _Cell:
    index: int


_Code = _Constant | _Slot | _Cell | Run
"""Constants, slots and cells are kept visible, so that calls over them get short closures."""


def _run(code: _Code) -> Run:
    match code:
        case _Constant(value):
            return lambda values, row: value
        case _Slot(index):
            return lambda values, row: values[index]
        case _Cell(index):
            return lambda values, row: None if row is None else row[index]
        case _:
            return code


class _Compiler:
    def __init__(self, context: Context) -> None:
        self.context, self.slots = context, context.slots

    def run(self, node: Node) -> Run:
        return _run(self.code(node))

    def code(self, node: Node) -> _Code:
        match node:
            case Literal():
                return _Constant(node.value)
            case Name():
                return self.name(node)
            case Items():
                return self.items(node)
            case Call():
                return self.call(node)

    def name(self, node: Name) -> _Code:
        if node.kind == "member":
            return _Constant(node.name)
        if node.kind == "column":
            return _Cell(self.column(node).place)
        if node.name in self.context.constants:
            return _Constant(self.context.constants[node.name])
        return _Slot(self.slots[node.name])

    def items(self, node: Items) -> _Code:
        codes = [self.code(item) for item in node.items]
        constants = [code.value for code in codes if isinstance(code, _Constant)]
        if len(constants) == len(codes):
            return _Constant(tuple(constants))
        runs = [_run(code) for code in codes]
        return lambda values, row: tuple(run(values, row) for run in runs)

    def column(self, node: Name) -> Column:
        place = list(self.context.columns[node.table]).index(node.name)
        return Column(place, (node.table, node.name) in self.context.nonnegative)

    def call(self, node: Call) -> _Code:
        row = FUNCTIONS[node.function]
        meaning = row.meaning
        if isinstance(meaning, Scan):
            return self.scan(node, meaning)
        if isinstance(row.bounds, Decides):
            intervals = [self.interval(arg) for arg in node.args]
            if any(found is not None for found in intervals):
                ends = zip(node.args, intervals, strict=True)
                decided = row.bounds.build([found or exact(self.run(arg)) for arg, found in ends])
                return decided if any(map(_scans, node.args)) else self.known_first(node, meaning, decided)
        codes = [self.code(arg) for arg in node.args]
        if isinstance(meaning, Partial):
            last = codes[-1] if codes else None
            if meaning.fixed is not None and isinstance(last, _Constant):
                return meaning.fixed([_run(code) for code in codes], last.value)
            return meaning.build([_run(code) for code in codes])
        assert isinstance(meaning, Strict), f"{row.name} is rewritten before it is compiled"
        if meaning.calendar:
            return _reckoning(meaning.do, self.context.calendar, self.slots.get(CONSULTED), [_run(c) for c in codes])
        return _strict(meaning.do, codes, safe=row.compares)

    def known_first(self, node: Call, meaning: Any, decided: Run) -> Run:
        """What bounds decide, asked only while the values themselves do not: they are cheap to compare."""
        assert isinstance(meaning, Strict)
        direct = _strict(meaning.do, [self.code(arg) for arg in node.args], safe=True)

        def compare(values: Values, row: Row | None) -> Any:
            found = direct(values, row)
            return decided(values, row) if found is None else found

        return compare

    # Aggregates

    def scanned(self, node: Call) -> Scanned:
        """An aggregate's records, columns and other arguments; of 选 the second is a condition."""
        others = node.args[1:]
        if node.function == RECORDS:
            outer = self.records(node.args[0])
            return Scanned(self.filtered(outer, others[0]) if others else outer, (), ())
        columns = tuple(self.column(arg) for arg in others if isinstance(arg, Name) and arg.kind == "column")
        runs = tuple(self.run(arg) for arg in others if not (isinstance(arg, Name) and arg.kind == "column"))
        return Scanned(self.records(node.args[0]), columns, runs)

    def filtered(self, outer: Source, condition: Node) -> Source:
        code = self.code(condition.args[0]) if isinstance(condition, Call) and len(condition.args) == 2 else None
        if not isinstance(condition, Call) or not isinstance(code, _Cell):
            return filtered(outer, _prepared(self.run(condition)))
        meaning, right = FUNCTIONS[condition.function].meaning, condition.args[1]
        constant = self.code(right)
        if condition.function == EQUAL and isinstance(constant, _Constant) and constant.value is not None:
            return having(outer, code.index, constant.value)
        if not isinstance(meaning, Strict) or meaning.calendar or _reads_record(right):
            return filtered(outer, _prepared(self.run(condition)))
        return filtered(outer, _prepared_cell(meaning.do, code.index, self.run(right)))

    def records(self, node: Node) -> Source:
        if isinstance(node, Call):
            return self.scanned(node).records
        assert isinstance(node, Name)
        return all_records(self.slots[node.name]) if node.name in self.slots else lambda values: None

    def scan(self, node: Call, meaning: Scan) -> Run:
        if meaning.interval is not None:
            return settled(self.bounded(node, meaning.interval))
        assert meaning.value is not None
        scanned = self.scanned(node)
        return _guarded(meaning.value(scanned)) if scanned.columns else meaning.value(scanned)

    def bounded(self, node: Call, interval: Callable[[Scanned], Bounds]) -> Bounds:
        """Only calculating with cells can fail, not counting records."""
        scanned = self.scanned(node)
        return _guarded_interval(interval(scanned)) if scanned.columns else interval(scanned)

    # Intervals

    def interval(self, node: Node) -> Bounds | None:
        """The interval of what may be bounded while it is unknown; None where a value is all there is."""
        if isinstance(node, Name):
            place = self.slots.get(keys.interval(node.name))
            if place is not None:
                return _ends(place)
            declared = self.context.ranges.get(node.name) if node.kind not in ("column", "member") else None
            return None if declared is None else _declared(self.slots[node.name], declared)
        if not isinstance(node, Call):
            return None
        row = FUNCTIONS[node.function]
        if isinstance(row.bounds, Own):
            assert isinstance(row.meaning, Scan)
            assert row.meaning.interval is not None
            return self.bounded(node, row.meaning.interval)
        if not isinstance(row.bounds, ByArguments | Interval):
            return None
        found = [self.interval(arg) for arg in node.args]
        always = isinstance(row.bounds, Interval) and row.bounds.always
        if isinstance(row.meaning, Strict) and not any(found) and not always:
            return None
        parts = [part or exact(self.run(arg)) for part, arg in zip(found, node.args, strict=True)]
        return row.bounds.build(parts) if isinstance(row.bounds, Interval) else by_arguments(row, parts)


def _reads_record(node: Node) -> bool:
    return any(isinstance(part, Name) and part.kind == "column" for part in nodes(node))


def _prepared(run: Run) -> Callable[[Values], Callable[[Row], Any]]:
    return lambda values: lambda row: run(values, row)


def _prepared_cell(do: Callable[..., Any], place: int, right: Run) -> Callable[[Values], Callable[[Row], Any]]:
    """A cell beside what is the same for every record."""

    def prepare(values: Values) -> Callable[[Row], Any]:
        other = right(values, None)

        def test(row: Row) -> Any:
            cell = row[place]
            if cell is None or other is None:
                return None
            try:
                return do(cell, other)
            except (ArithmeticError, ValueError):
                return None

        return test

    return prepare


def _ends(place: int) -> Bounds:
    def ends(values: Values, row: Row | None) -> tuple[Any, Any]:
        return values[place] or OPEN

    return ends


def _declared(place: int, ends: tuple[Value, Value]) -> Bounds:
    def bounds(values: Values, row: Row | None) -> tuple[Any, Any]:
        value = values[place]
        return ends if value is None else (value, value)

    return bounds


def _scans(node: Node) -> bool:
    return any(isinstance(part, Call) and FUNCTIONS[part.function].scans for part in nodes(node))


def _guarded(run: Run) -> Run:
    def value(values: Values, row: Row | None) -> Any:
        try:
            return run(values, row)
        except ArithmeticError:
            return None

    return value


def _guarded_interval(bounds: Bounds) -> Bounds:
    def ends(values: Values, row: Row | None) -> tuple[Any, Any]:
        try:
            return bounds(values, row)
        except ArithmeticError:
            return OPEN

    return ends


def _reckoning(do: Callable[..., Any], calendar: Calendar, place: int | None, runs: Sequence[Run]) -> Run:
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


def _strict(do: Callable[..., Any], codes: Sequence[_Code], safe: bool) -> Run:
    """A call whose result is unknown as soon as an argument is. `safe`: a comparison, which cannot fail."""
    if len(codes) == 2:
        return _comparison(do, *codes) if safe else _binary(do, *map(_run, codes))
    runs = tuple(_run(code) for code in codes)

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


def _comparison(do: Callable[..., Any], left: _Code, right: _Code) -> Run:
    """Short closures for slots and cells beside constants."""
    match left, right:
        case _Slot(i), _Constant(constant) if constant is not None:

            def slot_constant(values: Values, row: Row | None) -> Any:
                a = values[i]
                return None if a is None else do(a, constant)

            return slot_constant
        case _Slot(i), _Slot(j):

            def slot_slot(values: Values, row: Row | None) -> Any:
                a, b = values[i], values[j]
                return None if a is None or b is None else do(a, b)

            return slot_slot
        case _Cell(i), _Constant(constant) if constant is not None:

            def cell_constant(values: Values, row: Row | None) -> Any:
                a = None if row is None else row[i]
                return None if a is None else do(a, constant)

            return cell_constant
    f, g = _run(left), _run(right)

    def general(values: Values, row: Row | None) -> Any:
        a, b = f(values, row), g(values, row)
        return None if a is None or b is None else do(a, b)

    return general


# Why something has no value


def why_unknown(node: Node, context: Context, values: Values) -> Iterator[tuple[Call, str]]:
    """Calls that are unknown although what they rest on is known, with the reason in Chinese (除数为零 …). Conditions on
    single records are not looked into."""
    if not isinstance(node, Call):
        return
    row = FUNCTIONS[node.function]
    reason = _reason(node, row, context, values)
    if reason:
        yield node, reason
    if not row.scans:
        for arg in node.args:
            yield from why_unknown(arg, context, values)


def _reason(node: Call, row: Function, context: Context, values: Values) -> str:
    assert row.undefined is not None
    run = _Compiler(context).run
    if isinstance(row.meaning, Strict):
        args = [run(arg)(values, None) for arg in node.args]
        if None in args:
            return ""
        if row.undefined.when is not None and row.undefined.when(*args):
            return row.undefined.reason
        try:
            row.meaning.do(*((context.calendar,) if row.meaning.calendar else ()), *args)
        except (ArithmeticError, ValueError) as error:
            # Our own errors say why in Chinese; the library's do not.
            return str(error) if str(error) and not str(error).isascii() else "结果超出可以表示的范围"
        return ""
    if not row.undefined.reason:
        return ""
    if row.undefined.when is not None:
        others = [arg for arg in node.args[1:] if not (isinstance(arg, Name) and arg.kind == "column")]
        return row.undefined.reason if row.undefined.when(*(run(arg)(values, None) for arg in others)) else ""
    none = run(Call(EXISTS, node.args[:1], None, BOOL))(values, None) is False
    return row.undefined.reason if none else ""
