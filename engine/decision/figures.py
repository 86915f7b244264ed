"""An expression as a text writes it with figures in the place of its names: of alternatives the one taken, of aggregates what
they come to and the records that counted. Read off the closures the evaluation ran. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field, replace
from typing import Any

from engine.base.classes import dataclass
from engine.base.problem import Cell, Span
from engine.decision.case import Case
from engine.decision.model import Seen, Taken
from engine.decision.program import Program
from engine.decision.tallies import Contribution, deciding, tallies
from engine.decision.wording import is_number, kind_of, near, on_days, over_time, seen, show, source_of
from engine.language import keys
from engine.language.functions import FUNCTIONS
from engine.language.make import APPLIED, EVERY, TRUE, number
from engine.language.printer import print_node
from engine.language.row import Function
from engine.language.tree import Call, Literal, Name, Node, Table, rebuilt
from engine.language.walk import nodes
from engine.lowered.calls import Values
from engine.lowered.expressions import replaced
from engine.policy.nodes import RULES
from engine.policy.package import TableRow

WORKED = ("derived", "decision-table", "score")
"""Kinds of names that are come to step by step."""
_MOST_RECORDS = 1000
"""Records of a table that are gone through for what counted."""
_MOST_CELLS = 12
"""Cells that are named."""
_WHOLE = ("准则与结论", "是否填写")
"""Topics of functions whose arguments are no values."""


@dataclass
class Figures:
    """What one line of the sheet puts in, and what it went by."""

    program: Program
    values: Values
    case: Case
    taken: list[Taken] = field(default_factory=list)
    seen: dict[str, Seen] = field(default_factory=dict)

    def put_into(self, node: Node) -> Node:
        """`node` with figures in the place of names, printed as they are shown."""
        match node:
            case Name() if node.kind in ("column", "member"):
                return node
            case Name():
                return self._figure(node, self._named(node.name))
            case Call():
                return self._call(node)
            case _:
                return rebuilt(node, self.put_into)

    def read(self, parts: Iterable[Node]) -> None:
        """Note the figures that some expressions read."""
        for node in parts:
            self.put_into(node)

    def take(self, text: str, node: Node) -> None:
        """Note what was gone by, where `node` is written."""
        self.taken.append(Taken(text, written_at(node)))

    def _call(self, node: Call) -> Node:
        row = FUNCTIONS[node.function]
        if row.scans:
            return self._figure(node, self._aggregate(node))
        if node.function == APPLIED:
            self._rows_taken(node)
        if row.form == "dated" or row.topic in _WHOLE:
            return self._figure(node, self._whole(node))
        taken = self._branch(node, row)
        if taken is not None:
            return self.put_into(taken)
        return Call(node.function, tuple(map(self.put_into, node.args)), node.span, node.type)

    def _rows_taken(self, node: Call) -> None:
        """Note which rows a decision table applied to these values goes by, and the figures they are."""
        name = node.args[0]
        assert isinstance(name, Name)
        table = self.program.package.decision_tables[name.name]
        self.read(node.args[1:])
        by, found = dict(zip(table.inputs, node.args[1:], strict=True)), 0
        for place, row in enumerate(table.rows, 1):
            conditions = [replaced(condition, by) for condition in row.conditions]
            met = {self.program.value_once(condition, self.values) for condition in conditions}
            if False in met or (table.hit == "首个" and found):
                continue
            found += None not in met
            self.taken.append(Taken(name.name + row_said(place, row, conditions, None not in met), row.span))
        if not found and table.default is not None:
            self.take(f"{name.name}没有一行符合，按默认：{print_node(table.default)}", table.default)

    def _branch(self, node: Call, row: Function) -> Node | None:
        """Of a choice the value that is taken, with the conditions that say so noted."""
        for branch in row.branches(node.args) if row.alone else ():
            if all(self.program.value(guard, self.values) is truth for guard, truth in branch.guards):
                for guard, truth in branch.guards:
                    self.read((guard,))
                    self.take(f"{'成立' if truth else '不成立'}：{print_node(guard)}", guard)
                return branch.value
        return None

    def _figure(self, node: Node, found: Seen) -> Node:
        self.seen.setdefault(found.name, found)
        return said(found.text, found.value, node)

    def _named(self, name: str) -> Seen:
        found = seen(self.program, self.values, self.case, name)
        return replace(found, source="") if found.kind in WORKED and found.value is not None else found

    def _whole(self, node: Call) -> Seen:
        """What is asked of a criterion, a score or a parameter on a day, under what is asked."""
        of = next((part.name for part in nodes(node) if isinstance(part, Name)), "")
        kind = kind_of(self.program.package, of)
        value = self.program.value(node, self.values)
        source = "" if kind in WORKED else source_of(self.program, self.case, of, kind)
        if kind in ("criterion", ""):
            source = self._unmet(node)
        return Seen(print_node(node), kind, value, show(self.program.package, node, value), source)

    def _unmet(self, node: Call) -> str:
        """Which of the criteria that are asked of are not met."""
        slots, names = self.program.slots, self.program.expressions.criteria(node)
        unmet = [
            name for name in names if name in self.program.package.criteria and not self.values[slots[keys.met(name)]]
        ]
        return f"不是满足的：{'、'.join(unmet)}" if unmet else "都满足"

    def _aggregate(self, node: Call) -> Seen:
        """An aggregate with the records behind it; what its conditions read besides cells are figures too."""
        of = node.args[0]
        table = (of.table or of.name) if isinstance(of, Name) else ""
        value = self.program.value(node, self.values)
        parts = (source_of(self.program, self.case, table, "table"), self._counted(node, table))
        text = show(self.program.package, node, value)
        found = Seen(print_node(node), "table", value, text, "，".join(filter(None, parts)))
        self.seen.setdefault(found.name, found)
        for part in (part for arg in node.args for part in nodes(arg)):
            if isinstance(part, Name) and part.kind not in ("column", "member") and part.name != table:
                self.seen.setdefault(part.name, self._on_its_days(part.name, node))
        return found

    def _on_its_days(self, name: str, node: Call) -> Seen:
        """A figure that a condition on records reads; of a parameter on the days of the records every value."""
        parameter = self.program.package.parameters.get(name) if name in on_days(node) else None
        found = self._named(name)
        return found if parameter is None else replace(found, text=over_time(parameter) or found.text)

    def _counted(self, node: Call, table: str) -> str:
        """`8条中计入3条：E5 120000元、E7 …`."""
        records = self.values[self.program.slots[table]]
        if not isinstance(records, Table):
            return ""
        few = 0 < len(records.rows) <= _MOST_RECORDS
        tally = next(iter(tallies(self.program, self.values, self.case, (node,))), None) if few else None
        if tally is None:
            return f"{len(records.rows)}条记录"
        if node.function == EVERY and (decided := deciding(self.program, self.values, self.case, node)):
            return f"{len(tally.records)}条中{decided}"
        counting = [record for record in tally.records if record.counts]
        told = counting if len(counting) <= _MOST_CELLS else ()
        named = "、".join(self._cell(tally.table, node.args[0], record) for record in told)
        return f"{len(tally.records)}条中计入{len(counting)}条{'：' if named else ''}{named}"

    def _cell(self, table: str, of: Node, record: Contribution) -> str:
        """Where a record that counts stands, of a sum the cell, with what it adds."""
        stored = self.program.context.columns.get(table, ())
        column = of.name if isinstance(of, Name) and of.kind == "column" and of.name in stored else ""
        place = self.case.record_place(table, record.record - 1, column)
        fact = self.case.facts.get(table)
        alone = fact is not None and len(fact.sheets) == 1
        where = place.ref.rpartition("!")[2] if isinstance(place, Cell) and alone else _record(place, record.record)
        blank = f"（{'、'.join(record.whatever)}未填，怎样都计入）" if record.whatever else ""
        return f"{where}{blank} {record.amount}".strip()


def _record(place: Any, number_: int) -> str:
    return near(place) if isinstance(place, Cell | Span) else f"第{number_}条"


def said(text: str, value: Any, node: Node) -> Node:
    """A value as a node that prints as it is shown: of a number a literal, which gets brackets where it is negative."""
    if is_number(value):
        return Literal(number(0).value, text, None, node.type)
    return Name(text, "", None, "", node.type)


def row_said(place: int, row: TableRow, conditions: Iterable[Node], sure: bool) -> str:
    """A row of a decision table that applied: its number, where it stands if in a sheet beside the rules, and what it asks."""
    beside = row.span is not None and not row.span.file.endswith(RULES)
    asked = "，".join(print_node(c) for c in conditions if c != TRUE) or "任意"
    where = f"{near(row.span)}；" if beside else ""
    return f"第{place}行{'' if sure else '（可能）'}（{where}{asked}）：{print_node(row.output)}"


def written_at(node: Node) -> Span | None:
    """Where an expression is written."""
    return next((part.span for part in nodes(node) if part.span is not None), None)
