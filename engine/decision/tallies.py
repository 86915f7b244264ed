"""What each record of a table is to a count or a sum: which counted, which did not and by which condition, which are open.

Read off the same closures the evaluation runs; nothing is evaluated another way. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from engine.base.classes import dataclass
from engine.base.problem import Cell, Place, Span
from engine.base.truth import Truth
from engine.decision.case import Case
from engine.decision.program import Program
from engine.decision.wording import near, show
from engine.language.cells import cells_read, free_rows
from engine.language.functions import FUNCTIONS
from engine.language.make import ALL, EVERY, EXISTS, NONE_OF, ON_DAY, THIS_ROW
from engine.language.printer import print_node, show_value
from engine.language.tree import Call, Name, Node, Row, Table, Value
from engine.language.types import expand
from engine.language.walk import nodes
from engine.lowered.calls import Values
from engine.lowered.closures import RecordFrame

_UNKNOWN = "未知"


@dataclass(frozen=True, slots=True)
class Test:
    """A condition that a record does not meet (`holds` False) or that is open (None), with what its cells say: (column,
    text) as people read them, 未知 for a blank one; `lacks` are the names besides whose values are not known."""

    condition: str
    holds: Truth
    cells: tuple[tuple[str, str], ...]
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contribution:
    """One record, from 1, where it stands, and whether it counts: True, False, or None while that is open. `amount` is
    what it adds to a sum, "" where it is not known or nothing is summed; `tests` say why it does not, or may not, count;
    `blanks` are the cells that would settle what is open, `whatever` the columns whose blank cell a condition reads although
    the record counts whatever stands there."""

    record: int
    place: Place
    counts: Truth
    amount: str
    tests: tuple[Test, ...]
    blanks: tuple[Place, ...]
    whatever: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """A count, sum or other aggregate as it is written, over one table, record by record."""

    sentence: str
    table: str
    records: tuple[Contribution, ...]

    def counted(self, counts: Truth) -> int:
        """How many records count (True), do not (False), or may (None)."""
        return sum(record.counts is counts for record in self.records)


def tallies(
    program: Program, values: Values, case: Case, of: Iterable[Node], inside: bool = False
) -> tuple[Tally, ...]:
    """Every aggregate in the expressions `of`, in reading order, over the tables the case has. One that reads the record
    of another around it has a tally for each of those: none is given, or with `inside` that of no known record around."""
    found = []
    for call in (inner for node in of for inner in nodes(node) if isinstance(inner, Call)):
        shape = _shape(call)
        table = values[program.slots[shape.table]] if shape is not None else None
        if shape is not None and isinstance(table, Table) and (inside or len(shape.frames) == 1):
            reader = _Reader(program, values, case, shape, table)
            records = tuple(reader.record(number, row) for number, row in enumerate(table.rows))
            found.append(Tally(print_node(call), shape.table, records))
    return tuple(found)


_NAMED = 3
"""Records that are named of those that decide."""


def deciding(program: Program, values: Values, case: Case, call: Node) -> str:
    """Which records make 全部 false, 存在 true or 不存在 false, with what the condition read of them and the values that
    parameters had on their day: `1条不符合：case.yaml:11（供餐日期 2026年6月1日、就餐人次 210人次、单日人次上限 200人次）`.
    "" of anything else."""
    shape = _shape(call) if isinstance(call, Call) and call.function in (EVERY, EXISTS, NONE_OF) else None
    table = values[program.slots[shape.table]] if shape is not None else None
    if shape is None or not isinstance(call, Call) or not isinstance(table, Table) or len(shape.frames) > 1:
        return ""
    wanted = call.function != EVERY
    if program.value(call, values) is not (call.function == EXISTS):
        return ""
    reader = _Reader(program, values, case, shape, table)
    found = [n for n, row in enumerate(table.rows) if reader.record(n, row).counts is wanted]
    named = "、".join(reader.told(number, table.rows[number]) for number in found[:_NAMED])
    return (
        f"{len(found)}条{'符合' if wanted else '不符合'}：{named}{'等' if len(found) > _NAMED else ''}" if found else ""
    )


@dataclass(frozen=True, slots=True)
class _Shape:
    """An aggregate taken apart: what of a record it adds up or picks, what a record must meet, and the months it looks at. `frames`: its
    table and what its records are called, and those of the records around that it reads."""

    table: str
    frames: tuple[RecordFrame, ...]
    amount: Node | None
    tests: tuple[Node, ...]
    day: Name | None = None
    period: tuple[Node, ...] = ()


def _shape(call: Call) -> _Shape | None:
    row = FUNCTIONS[call.function]
    if not row.scans or not call.args or not isinstance(call.args[0], Name):
        return None
    first, rest = call.args[0], list(call.args[1:])
    amount: Node | None = None
    if "列:数?" in row.parameters:
        period, rest = tuple(rest[:2]), rest[2:]
        amount = rest.pop(0) if rest and _is_number(rest[0]) else None
        return _Shape(first.table, _frames(call, first), amount, _conjuncts(rest), first, period)
    conditions = list[Node]()
    for arg, pattern in zip(call.args, expand(row.parameters, call.args) or (), strict=True):
        if pattern.startswith(("列:", "式:")) and pattern != "式:条件":
            amount = amount or arg
        elif pattern.endswith("条件"):
            conditions.append(arg)
    return _Shape(first.table or first.name, _frames(call, first), amount, _conjuncts(conditions))


def _frames(call: Call, first: Name) -> tuple[RecordFrame, ...]:
    free = free_rows(call)
    around = {node.row: node.table for node in nodes(call) if isinstance(node, Name) and node.row in free}
    return ((first.table or first.name, first.row), *((table, row) for row, table in around.items()))


def _is_number(node: Node) -> bool:
    return isinstance(node, Name) and node.type is not None and node.type.kind == "number"


def _conjuncts(conditions: Sequence[Node]) -> tuple[Node, ...]:
    """The conditions one by one: those joined by 且 apart."""
    found: list[Node] = []
    for node in conditions:
        joined = isinstance(node, Call) and node.function == ALL
        found += _conjuncts(node.args) if joined and isinstance(node, Call) else [node]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Reader:
    program: Program
    values: Values
    case: Case
    shape: _Shape
    table: Table

    @property
    def around(self) -> Row:
        """What is known of the records around: nothing."""
        columns = self.program.context.columns
        return (None,) * sum(len(columns[table]) for table, _ in self.shape.frames[1:])

    def record(self, number: int, row: Row) -> Contribution:
        told = [*self._tests(row), *self._months(row)]
        open_ = {column for test in told if test.holds is None for column, text in test.cells if text == _UNKNOWN}
        amount, worked = "", self.shape.amount
        if worked is not None:
            cell = self._worked(worked, row)
            amount = "" if cell is None else show(self.program.package, worked, cell)
            open_ |= {name for name, text in self._cells(worked, row) if text == _UNKNOWN} if cell is None else set()
        counts = False if any(test.holds is False for test in told) else None if told else True
        blanks = (
            ()
            if counts is False
            else tuple(self._place(number, column) for column in self.table.columns if column in open_)
        )
        read = (name for node in self.shape.tests for name, text in self._cells(node, row) if text == _UNKNOWN)
        whatever = tuple(dict.fromkeys(read)) if counts else ()
        amount = amount if counts is not False else ""
        return Contribution(number + 1, self._place(number), counts, amount, tuple(told), blanks, whatever)

    def told(self, number: int, row: Row) -> str:
        """Where a record stands, with the cells its conditions read and the parameters on its day."""
        cells = dict(cell for node in self.shape.tests for cell in self._cells(node, row))
        for part in (part for node in self.shape.tests for part in nodes(node)):
            of = part.args[0] if isinstance(part, Call) and part.function == ON_DAY else None
            if (
                isinstance(of, Name)
                and of.name in self.program.package.parameters
                and free_rows(part) <= {self._called}
            ):
                value = self._worked(part, row)
                cells[of.name] = _UNKNOWN if value is None else show(self.program.package, of, value)
        place = self._place(number)
        said = isinstance(place, Cell | Span) or number in self.case.facts[self.shape.table].places
        where = near(place) if said else f"第{number + 1}条"
        return f"{where}（{'、'.join(f'{name} {text}' for name, text in cells.items())}）" if cells else where

    @property
    def _called(self) -> str:
        return self.shape.frames[0][1]

    def _tests(self, row: Row) -> Iterator[Test]:
        for node in self.shape.tests:
            holds = self._truth(node, row + self.around)
            if holds is not True:
                yield Test(print_node(node), holds, tuple(self._cells(node, row)), self._lacking([node]))

    def _months(self, row: Row) -> Iterator[Test]:
        """Whether the record's month is one of those looked at."""
        if self.shape.day is None:
            return
        day = self._cell(self.shape.day.name, row)
        first, last = (self._value(node, None) for node in self.shape.period)
        known = isinstance(day, date) and isinstance(first, date) and isinstance(last, date)
        inside = known and _month(first) <= _month(day) <= _month(last)
        if not inside:
            span = " 至 ".join(_UNKNOWN if day is None else show_value(day) for day in (first, last))
            cell = (self.shape.day.name, self._shown(self.shape.day.name, day))
            lacks = self._lacking(self.shape.period)
            yield Test(f"{self.shape.day.name}在 {span} 各月之内", False if known else None, (cell,), lacks)

    def _lacking(self, of: Iterable[Node]) -> tuple[str, ...]:
        """The names in some expressions, columns left out, that have no value."""
        names = (n for node in of for n in nodes(node) if isinstance(n, Name) and n.kind not in ("column", "member"))
        known = self.program.slots
        return tuple(dict.fromkeys(n.name for n in names if n.name in known and self.values[known[n.name]] is None))

    def _cells(self, node: Node, row: Row) -> Iterator[tuple[str, str]]:
        """What it reads of the record; of a column that is computed, what that is computed from too."""
        read = list(cells_read(node, self.shape.frames[0][1]))
        computed = self.program.package.tables[self.shape.table].computed
        for cell in read:  # grows while it is gone through
            known = computed.get(cell.name)
            read += cells_read(known.expression, THIS_ROW) if known is not None else ()
        for name in dict.fromkeys(cell.name for cell in read):
            yield name, self._shown(name, self._cell(name, row))

    def _cell(self, column: str, row: Row) -> Value:
        known = self.program.package.tables[self.shape.table].computed.get(column)
        if known is None:
            return row[self.table.columns.index(column)]
        frames = ((self.shape.table, THIS_ROW), *self.shape.frames[1:])
        found: Value = self.program.run_of_record(known.expression, frames)(self.values, row + self.around)
        return found

    def _shown(self, column: str, cell: Value) -> str:
        symbol = self.program.package.scope.columns[self.shape.table][column]
        return _UNKNOWN if cell is None else show_value(cell, symbol.type, symbol.unit)

    def _truth(self, node: Node, row: Row) -> Truth:
        found = self.program.run_of_record(node, self.shape.frames)(self.values, row)
        return found if isinstance(found, bool) else None

    def _worked(self, node: Node, row: Row) -> Value:
        """A cell, or what is worked out of the record."""
        if isinstance(node, Name):
            return self._cell(node.name, row)
        found: Value = self.program.run_of_record(node, self.shape.frames)(self.values, row + self.around)
        return found

    def _value(self, node: Node, row: Row | None) -> Value:
        found: Value = self.program.run_of(node)(self.values, row)
        return found

    def _place(self, number: int, column: str = "") -> Place:
        return self.case.record_place(self.shape.table, number, column)


def _month(day: object) -> int:
    return day.year * 12 + day.month if isinstance(day, date) else 0
