"""An expression of a package as one of the lowered form: rows that say the same in others are rewritten, 已填 reads a slot
of its own, aggregates are taken out so that one ledger is scanned once.

Records pass through one filter after the other, one for each part of a conjunction, so that aggregates with the same
beginning share it: 属于年度（…） is asked once of every record, however many aggregates go on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date, time
from decimal import Decimal

from engine.base.classes import dataclass
from engine.language.cells import cells_read, free_rows, is_column, records_called
from engine.language.functions import FUNCTIONS
from engine.language.make import (
    ALL,
    CUMULATED,
    FIRST,
    LARGEST_HIT,
    ONLY,
    PER_RECORD,
    SMALLEST_HIT,
    THIS_ROW,
    WITH_CELL,
    added_cell,
    all_of,
    choose,
    unknown,
)
from engine.language.make import RECORDS as CHOSEN
from engine.language.printer import print_node
from engine.language.row import Function
from engine.language.tree import DATE, TEXT, Call, Items, Literal, Name, Node, Type, rebuilt
from engine.language.types import expand
from engine.language.walk import nodes
from engine.lowered.form import RECORDS, SHARED
from engine.policy.dated import Dated
from engine.policy.package import DecisionTable, Package, Parameter

Sharing = Callable[[str, Node], bool]
"""Whether the definition under that key is, or from now on will be, a slot of its own."""


def _unshared(key: str, node: Node) -> bool:
    return False


@dataclass(frozen=True)
class Expressions:
    """`groups`: group -> its criteria that count. `share` decides what of an expression becomes a slot. `parameters`: what
    they come to on other days."""

    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    share: Sharing = _unshared
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    tables: Mapping[str, DecisionTable] = field(default_factory=dict)
    computed: Mapping[tuple[str, str], Node] = field(default_factory=dict)

    def criteria(self, call: Call) -> tuple[str, ...]:
        names = [arg.name for arg in call.args if isinstance(arg, Name)]
        return tuple(dict.fromkeys(c for name in names for c in self.groups.get(name, (name,))))

    def over_time(self, call: Call) -> Items:
        name = call.args[0]
        assert isinstance(name, Name)
        parameter = self.parameters[name.name]
        held = parameter.dated or (Dated(parameter.value, None, None),)
        written = [_held(dated, call.type) for dated in held]
        return Items(tuple(one for one in written if one is not None))

    def applied(self, call: Call) -> Node:
        name = call.args[0]
        assert isinstance(name, Name)
        table = self.tables[name.name]
        return replaced(of_table(table), dict(zip(table.inputs, call.args[1:], strict=True)))

    @classmethod
    def of(cls, package: Package, groups: Mapping[str, tuple[str, ...]], share: Sharing = _unshared) -> Expressions:
        """What lowers the expressions of a package."""
        computed = {
            (table.name, column.name): renamed(column.expression, f"{table.name}.{column.name}·")
            for table in package.tables.values()
            for column in table.computed.values()
        }
        return cls(groups, share, package.parameters, package.decision_tables, computed)

    def of_record(self, node: Node, row: str, table: str) -> tuple[Node, str]:
        """What is asked or worked out of each record that is called `row`, its computed columns written out, lowered; and
        what the record is called then."""
        (node,), row = self._written_out((node,), row, table)
        return self.lowered(own_cells(node, row)), row

    def _written_out(self, of: Sequence[Node], row: str, table: str) -> tuple[list[Node], str]:
        """Expressions on records with what computes their columns in the place of these. What looks up other records in
        there has to call its own by a name, so that they get one."""
        read = [cell for node in of for cell in cells_read(node, row) if (cell.table, cell.name) in self.computed]
        if not read:
            return list(of), row
        if not row:
            taken = {n.row for node in of for n in nodes(node) if isinstance(n, Name)}
            row = next(name for n in range(len(taken) + 1) if (name := f"{THIS_ROW}{n or ''}") not in taken)
        return [self._without_computed(node, row, table, True) for node in of], row

    def _without_computed(self, node: Node, row: str, table: str, bare: bool) -> Node:
        """`bare`: whether a column without a row is of the record called `row`."""
        if isinstance(node, Name):
            known = self.computed.get((node.table, node.name)) if node.kind == "column" else None
            if known is None or not (node.row == row or (bare and not node.row)):
                return node
            return self._without_computed(renamed(known, "", row), row, table, False)
        bare = bare and not (isinstance(node, Call) and FUNCTIONS[node.function].scans)
        return rebuilt(node, lambda part: self._without_computed(part, row, table, bare))

    def lowered(self, node: Node) -> Node:
        match node:
            case Call():
                return self._call(node)
            case _:
                return rebuilt(node, self.lowered)

    def _call(self, call: Call) -> Node:
        row = FUNCTIONS[call.function]
        if row.rewrite is not None:
            other = row.rewrite(call, self)
            if not isinstance(other, Call) or other.function != call.function:
                return self.lowered(other)
            call = other
        if row.scans:
            return self._aggregate(call, row)
        return Call(call.function, tuple(map(self.lowered, call.args)), call.span, call.type)

    def _aggregate(self, call: Call, row: Function) -> Node:
        """The aggregate over its filtered records: records first, then its columns, then the rest."""
        first = call.args[0]
        if not isinstance(first, Name) or first.kind == RECORDS or call.function in PER_RECORD:
            return call  # lowered already
        name = first.table or first.name
        written = call
        if self.computed:
            call = self._with_columns(call, first, name)
            first = call.args[0]
            assert isinstance(first, Name)
        table = Name(name, "", first.span, "table", Type("table", name=name))
        condition, worked, columns, others = None, None, list[Node](), list[Node]()
        for arg, pattern in zip(call.args, expand(row.parameters, call.args) or (), strict=True):
            if pattern == "条件":
                condition = arg
            elif pattern.startswith("式:"):
                worked = arg
                columns.append(added_cell(name, arg.type))
            elif pattern.startswith("列:"):
                columns.append(replace(arg, row="") if isinstance(arg, Name) else arg)
            elif pattern != "表":
                others.append(self.lowered(arg))
        records = self._filtered(table, first.row, condition)
        if worked is not None:
            records = self._with_cell(records, worked, first.row, table)
        found = Call(call.function, (records, *columns, *others), call.span, call.type)
        # What reads a record around it has a value for each of them, and no slot.
        return found if free_rows(call) else self._shared(print_node(written), found)

    def _with_columns(self, call: Call, first: Name, table: str) -> Call:
        """An aggregate without computed columns: one that it sums up becomes what is worked out of each record."""
        args = list(call.args)
        if first.kind == "column" and (table, first.name) in self.computed:
            whole = Name(table, "", first.span, "table", Type("table", name=table), first.row)
            args = [whole, replace(first, row=first.row), *args[1:]]
        written, row = self._written_out(args[1:], first.row, table)
        return replace(call, args=(replace(args[0], row=row) if isinstance(args[0], Name) else args[0], *written))

    def _with_cell(self, records: Node, worked: Node, row: str, table: Name) -> Node:
        cell = self.lowered(own_cells(worked, row))
        type_ = Type("table", name=table.name, element=cell.type)
        name = (Literal(row, row, None, TEXT),) if row and row in free_rows(cell) else ()
        found = Call(WITH_CELL, (records, cell, *name), cell.span, type_)
        around = free_rows(cell) - {row} or not isinstance(records, Name)
        return found if around else self._shared(f"{print_node(records)}＋{print_node(cell)}", found, RECORDS)

    def _filtered(self, table: Name, row: str, condition: Node | None) -> Node:
        """The records that meet a condition. What of it reads the record of an aggregate around comes last, in one."""
        found: Node = table
        if condition is None:
            return found
        test, key = self.lowered(own_cells(condition, row)), table.name
        parts = test.args if isinstance(test, Call) and test.function == ALL else (test,)
        around = [part for part in parts if free_rows(part) - {row}]
        for part in (part for part in parts if part not in around):
            key = f"{key}｜{print_node(part)}"
            found = self._shared(key, _chosen(found, part, row, table), RECORDS)
        if around and found == table:
            found = self._shared(f"{key}｜", Call(CHOSEN, (table,), table.span, table.type), RECORDS)
        return _chosen(found, all_of(around), row, table) if around else found

    def _shared(self, key: str, call: Call, kind: str = SHARED) -> Node:
        return Name(key, "", call.span, kind, call.type) if self.share(key, call) else call


def renamed(node: Node, before: str, this: str = THIS_ROW) -> Node:
    """`node` with `before` put before the names of its records, and 本行 called `this`."""
    if isinstance(node, Name) and node.row:
        return replace(node, row=this if node.row == THIS_ROW else before + node.row)
    return rebuilt(node, lambda part: renamed(part, before, this))


_HITS = {"首个": FIRST, "唯一": ONLY, "累计": CUMULATED, "最大": LARGEST_HIT, "最小": SMALLEST_HIT}


def of_table(table: DecisionTable) -> Node:
    """What a decision table comes to: of each row the conditions with what it says."""
    if table.open:
        return unknown(table.type)
    rows = [(all_of(row.conditions), row.output) for row in table.rows]
    default = unknown(table.type) if table.default is None else table.default
    return choose(_HITS[table.hit], rows, default, table.type)


def replaced(node: Node, by: Mapping[Node, Node]) -> Node:
    """`node` with other expressions in the place of some."""
    other = next((new for old, new in by.items() if old == node), None)
    return other if other is not None else rebuilt(node, lambda part: replaced(part, by))


def _held(dated: Dated, type_: Type | None) -> Items | None:
    """［值、自、至］; None of a value that cannot be written."""
    value = dated.value
    if not isinstance(value, bool | Decimal | date | time | str):
        return None
    days = (dated.since or date.min, dated.until or date.max)
    return Items((Literal(value, "", None, type_), *(Literal(day, "", None, DATE) for day in days)))


def own_cells(node: Node, row: str) -> Node:
    """A condition on the records called `row` with their own cells written bare."""
    if isinstance(node, Name) and node.kind == "column" and row and node.row == row:
        return replace(node, row="")
    if not row or (
        isinstance(node, Call) and FUNCTIONS[node.function].scans
    ):  # what is bare in there is of other records
        return node
    return rebuilt(node, lambda part: own_cells(part, row))


def _chosen(records: Node, condition: Node, row: str, table: Name) -> Call:
    """Those of `records` that meet a condition, with what they are called where a condition in it says so."""
    name = (Literal(row, row, None, TEXT),) if row and row in free_rows(condition) else ()
    return Call(CHOSEN, (records, condition, *name), condition.span, table.type)


def as_written(node: Node) -> Node:
    """A lowered expression with nothing shared in it, its aggregates as a text writes them: for printing."""
    if not isinstance(node, Call):
        return rebuilt(node, as_written)
    row = FUNCTIONS[node.function]
    args = tuple(map(as_written, node.args))
    if row.scans:
        args = tuple(
            _written(row, node.args[0], [a for a in args[1:] if isinstance(a, Name) and is_column(a)], args[1:])
        )
    return Call(node.function, args, node.span, node.type)


def _joined(test: Node) -> Sequence[Node]:
    """The conditions that were put together because they read the record around."""
    joined = isinstance(test, Call) and test.function == ALL and free_rows(test)
    return test.args if joined and isinstance(test, Call) else (test,)


def _written(row: Function, records: Node, columns: list[Name], rest: Sequence[Node]) -> Iterator[Node]:
    others = [arg for arg in rest if not is_column(arg)]
    conditions: list[Node] = []
    called, worked = "", None
    while isinstance(records, Call):
        called = called or records_called(records)
        if records.function == WITH_CELL:
            worked = as_written(records.args[1])
        else:
            conditions[:0] = (as_written(part) for test in records.args[1:2] for part in _joined(test))
        records = records.args[0]
    assert isinstance(records, Name)
    table, waiting = replace(records, row=called), list[Node](others)
    for index, pattern in enumerate(parameter.rstrip("?") for parameter in row.parameters):
        if pattern == "表":
            yield table
        elif pattern == "条件":
            yield from () if not conditions else (all_of(conditions),)
        elif pattern.startswith(("列:", "式:")):
            column = columns.pop(0) if columns else None
            if column is not None and column.kind == "cell":
                yield from (table,) if not index else ()
                yield worked or column
            elif column is not None:
                yield column if index else replace(column, row=called)
        else:
            yield from () if not waiting else (waiting.pop(0),)
