"""Lowered expression -> closure, once; then values in, value out, under Kleene's strong logic.

Unknown is None. A result that cannot be represented (a day after the year 9999, half a month) is unknown like any other:
`calls.py` makes it so; `why_unknown` says afterwards why, so that the fast path need not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from engine.base.calendar import Calendar
from engine.base.classes import dataclass
from engine.language import keys
from engine.language.cells import is_column, records_called
from engine.language.functions import FUNCTIONS
from engine.language.intervals import OPEN, by_arguments, exact, settled
from engine.language.make import ALL, AMONG, EQUAL, EXISTS, NOT_EQUAL, PER_RECORD, WITH_CELL
from engine.language.records import RecordSource, all_records, filtered, having, with_cell
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
from engine.lowered.calls import (
    CellCode,
    Code,
    ConstantCode,
    SlotCode,
    Values,
    as_run,
    cell_ends,
    declared_ends,
    ends_of,
    guarded,
    guarded_interval,
    prepared,
    prepared_cell,
    reckoning,
    strict,
    told_apart,
)
from engine.lowered.fold import folded
from engine.lowered.form import is_bounded

CONSULTED = "日历：查阅"
"""The place in the value list of what the computation reads of the calendar (`Consulted`); None there: nobody asks."""


@dataclass(frozen=True)
class Context:
    """What compilation needs besides the tree. `slots`: key -> place in the value list. `constants`: names whose value is
    fixed. `columns`: table -> its columns in the order of its records. `cells`: (table, column) -> the
    range declared for its cells; `ranges`: fact -> its declared range, None for an open end."""

    slots: Mapping[str, int]
    calendar: Calendar
    constants: Mapping[str, Value] = field(default_factory=dict)
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    cells: Mapping[tuple[str, str], tuple[Value, Value]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[Value, Value]] = field(default_factory=dict)
    made: CompiledParts = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "made", CompiledParts())


class CompiledParts:
    """What was compiled, by the node it was made from, so that a part is compiled once, with the whole or by itself. Each is
    kept with its node, so that no other node gets its number in memory; made twice at once, both are the same."""

    def __init__(self) -> None:
        self.folds: dict[int, tuple[Node, Node]] = {}
        self.codes: dict[int, tuple[Node, Code]] = {}
        self.bounds: dict[int, tuple[Node, Bounds | None]] = {}


RecordFrame = tuple[str, str]
"""A table and what its records are called: whose cells stand in the record that a condition is asked of."""


def compile_node(node: Node, context: Context, frames: tuple[RecordFrame, ...] = ()) -> Run:
    """The closure of a lowered tree; with `frames` (innermost first) of one that is asked of a record. What it is made
    of is kept in the context."""
    return as_run(_Compiler(context, frames).code(folded(node, context.constants, context.made.folds)))


def compile_once(node: Node, context: Context) -> Run:
    """The closure of a lowered tree that was made for the purpose: nothing is kept."""
    apart = Context(context.slots, context.calendar, context.constants, context.columns, context.cells, context.ranges)
    return compile_node(node, apart)


def compile_bounds(node: Node, context: Context) -> Bounds | None:
    """The closure of the interval of a number that has one although it may be unknown, or None."""
    return _Compiler(context).interval(folded(node, context.constants, context.made.folds))


class _Compiler:
    def __init__(self, context: Context, frames: tuple[RecordFrame, ...] = ()) -> None:
        self.context, self.slots, self.frames = context, context.slots, frames

    def run(self, node: Node) -> Run:
        return as_run(self.code(node))

    def code(self, node: Node) -> Code:
        match node:
            case Literal():
                return ConstantCode(node.value)
            case Name():
                return self.name(node)
            case _ if self.frames:
                return self.compound(node)
        known = self.context.made.codes.get(id(node))
        if known is None:
            known = self.context.made.codes[id(node)] = (node, self.compound(node))
        return known[1]

    def compound(self, node: Items | Call) -> Code:
        return self.items(node) if isinstance(node, Items) else self.call(node)

    def name(self, node: Name) -> Code:
        if node.kind == "member":
            return ConstantCode(node.name)
        if node.kind == "column":
            return CellCode(self.column(node).place)
        if node.name in self.context.constants:
            return ConstantCode(self.context.constants[node.name])
        return SlotCode(self.slots[node.name])

    def items(self, node: Items) -> Code:
        codes = [self.code(item) for item in node.items]
        constants = [code.value for code in codes if isinstance(code, ConstantCode)]
        if len(constants) == len(codes):
            return ConstantCode(tuple(constants))
        runs = [as_run(code) for code in codes]
        return lambda values, row: tuple(run(values, row) for run in runs)

    def column(self, node: Name) -> Column:
        if node.kind == "cell":
            return Column(len(self.context.columns[node.table]), worked_out=True)
        place = list(self.context.columns[node.table]).index(node.name) + self.cells_before(node.row)
        return Column(place, *self.context.cells.get((node.table, node.name), OPEN))

    def cells_before(self, row: str) -> int:
        """Where the cells of the records called so begin: those of every record inside stand before them."""
        before = 0
        for table, name in self.frames if row else ():
            if name == row:
                break
            before += len(self.context.columns[table])
        return before

    def call(self, node: Call) -> Code:
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
        if row.equates or node.function == AMONG:
            return self.worded(node, codes)
        if isinstance(meaning, Partial):
            return _partial(meaning, codes)
        assert isinstance(meaning, Strict), f"{row.name} is rewritten before it is compiled"
        if meaning.calendar:
            return reckoning(meaning.do, self.context.calendar, self.slots.get(CONSULTED), [as_run(c) for c in codes])
        return strict(meaning.do, codes, safe=row.compares)

    def known_first(self, node: Call, meaning: Any, decided: Run) -> Run:
        """What bounds decide, asked only while the values themselves do not: they are cheap to compare."""
        assert isinstance(meaning, Strict)
        direct = strict(meaning.do, [self.code(arg) for arg in node.args], safe=True)

        def compare(values: Values, row: Row | None) -> Any:
            found = direct(values, row)
            return decided(values, row) if found is None else found

        return compare

    def worded(self, node: Call, codes: list[Code]) -> Code:
        """为, 不为 and 属于: of a choice the words it may still come to can tell, before it is known."""
        meaning, last = FUNCTIONS[node.function].meaning, codes[-1]
        assert isinstance(meaning, Partial | Strict)
        direct = _partial(meaning, codes) if isinstance(meaning, Partial) else strict(meaning.do, codes, safe=True)
        left = node.args[0]
        place = self.slots.get(keys.words(left.name)) if isinstance(left, Name) else None
        if place is None or not isinstance(last, ConstantCode):
            return direct
        named = last.value if isinstance(last.value, tuple) else (last.value,)
        return told_apart(direct, place, named, node.function != NOT_EQUAL)

    # Aggregates

    def scanned(self, node: Call) -> Scanned:
        """An aggregate's records, columns and other arguments; of 选 the second is a condition."""
        others = node.args[1:]
        if node.function in PER_RECORD:
            outer = self.records(node.args[0])
            if node.function == WITH_CELL:
                return Scanned(self.with_cell(outer, node), (), ())
            return Scanned(self.filtered(outer, node) if others else outer, (), ())
        columns = tuple(self.column(arg) for arg in others if isinstance(arg, Name) and is_column(arg))
        runs = tuple(self.run(arg) for arg in others if not is_column(arg))
        return Scanned(self.records(node.args[0]), columns, runs)

    def filtered(self, outer: RecordSource, node: Call) -> RecordSource:
        """The records of 选 that meet its condition; of one that reads a record around, first those that equal a cell."""
        condition, row = node.args[1], records_called(node)
        inside = self.inside(node, row)
        parts = condition.args if isinstance(condition, Call) and condition.function == ALL and self.frames else ()
        for part in sorted(parts or (condition,), key=lambda part: not _equates_a_cell(part, row)):
            outer = self.tested(outer, part, inside, row)
        return outer

    def inside(self, node: Call, row: str) -> _Compiler:
        """What compiles for a record of 选 or 添格; a blank cell there is anything in its column's range."""
        return _Compiler(self.context, ((node.type.name if node.type is not None else "", row), *self.frames))

    def with_cell(self, outer: RecordSource, node: Call) -> RecordSource:
        """Of what is worked out of each record the range too, while a cell it rests on may be anything in its column's."""
        inside = self.inside(node, records_called(node))
        run = inside.run(node.args[1])
        bounds = inside.interval(node.args[1])
        return with_cell(outer, run, None if bounds is None else guarded_interval(bounds))

    def tested(self, outer: RecordSource, condition: Node, inside: _Compiler, row: str) -> RecordSource:
        code = inside.code(condition.args[0]) if isinstance(condition, Call) and len(condition.args) == 2 else None
        if not isinstance(condition, Call) or not isinstance(code, CellCode):
            return filtered(outer, prepared(inside.run(condition)))
        meaning, right = FUNCTIONS[condition.function].meaning, condition.args[1]
        within = any(inside.interval(arg) is not None for arg in condition.args)
        by_bounds = prepared(inside.run(condition)) if within else None
        if _equates_a_cell(condition, row) and (self.frames or isinstance(self.code(right), ConstantCode)):
            return having(outer, code.index, self.run(right), by_bounds)
        if not isinstance(meaning, Strict) or meaning.calendar or _reads_record(right, row):
            return filtered(outer, prepared(inside.run(condition)))
        return filtered(outer, prepared_cell(meaning.do, code.index, self.run(right), by_bounds))

    def records(self, node: Node) -> RecordSource:
        if isinstance(node, Call):
            return self.scanned(node).records
        assert isinstance(node, Name)
        return all_records(self.slots[node.name]) if node.name in self.slots else lambda values, row: None

    def scan(self, node: Call, meaning: Scan) -> Run:
        if is_bounded(node):
            assert meaning.interval is not None
            return settled(self.bounded(node, meaning.interval))
        assert meaning.value is not None
        scanned = self.scanned(node)
        return guarded(meaning.value(scanned)) if scanned.columns else meaning.value(scanned)

    def bounded(self, node: Call, interval: Callable[[Scanned], Bounds]) -> Bounds:
        """Only calculating with cells can fail, not counting records."""
        scanned = self.scanned(node)
        return guarded_interval(interval(scanned)) if scanned.columns else interval(scanned)

    # Intervals

    def interval(self, node: Node) -> Bounds | None:
        """The interval of what may be bounded while it is unknown; None where a value is all there is."""
        if isinstance(node, Name):
            if node.kind in ("column", "member"):
                cell = self.column(node) if self.frames and node.kind == "column" else None
                return None if cell is None or (cell.low, cell.high) == OPEN else cell_ends(cell)
            place = self.slots.get(keys.interval(node.name))
            if place is not None:
                return ends_of(place)
            declared = self.context.ranges.get(node.name)
            return None if declared is None else declared_ends(self.slots[node.name], declared)
        if not isinstance(node, Call):
            return None
        if self.frames:
            return self.interval_of(node)
        known = self.context.made.bounds.get(id(node))
        if known is None:
            known = self.context.made.bounds[id(node)] = (node, self.interval_of(node))
        return known[1]

    def interval_of(self, node: Call) -> Bounds | None:
        row = FUNCTIONS[node.function]
        if isinstance(row.bounds, Own):
            assert isinstance(row.meaning, Scan)
            if not is_bounded(node):
                return None
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


def _partial(meaning: Partial, codes: list[Code]) -> Run:
    last = codes[-1] if codes else None
    if meaning.fixed is not None and isinstance(last, ConstantCode):
        return meaning.fixed([as_run(code) for code in codes], last.value)
    return meaning.build([as_run(code) for code in codes])


def _reads_record(node: Node, row: str) -> bool:
    """Whether the value is another for each of the records called so."""
    return any(isinstance(part, Name) and part.kind == "column" and part.row in ("", row) for part in nodes(node))


def _equates_a_cell(node: Node, row: str) -> bool:
    """Whether it says that a cell equals what is the same for all the records called so."""
    if not isinstance(node, Call) or node.function != EQUAL:
        return False
    cell, other = node.args
    return isinstance(cell, Name) and cell.kind == "column" and cell.row == "" and not _reads_record(other, row)


def _scans(node: Node) -> bool:
    return any(isinstance(part, Call) and FUNCTIONS[part.function].scans for part in nodes(node))


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
    if row.compares:  # which never fails
        return ""
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
    if row.undefined.told is not None:
        scanned = _Compiler(context).scanned(node)
        found = scanned.records(values, None)
        return "" if found is None else row.undefined.told(found, scanned.columns)
    if not row.undefined.reason:
        return ""
    if isinstance(row.meaning, Partial):
        known = [run(arg)(values, None) for arg in node.args]
        return row.undefined.reason if row.undefined.when is not None and row.undefined.when(*known) else ""
    if row.undefined.when is not None:
        others = [arg for arg in node.args[1:] if not is_column(arg)]
        return row.undefined.reason if row.undefined.when(*(run(arg)(values, None) for arg in others)) else ""
    none = as_run(_Compiler(context).call(Call(EXISTS, node.args[:1], None, BOOL)))(values, None) is False
    return row.undefined.reason if none else ""
