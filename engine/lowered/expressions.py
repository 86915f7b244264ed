"""An expression of a package as one of the lowered form: rows that say the same in others are rewritten, 已填 reads a slot
of its own, aggregates are taken out so that one ledger is scanned once.

Records pass through one filter after the other, one for each part of a conjunction, so that aggregates with the same
beginning share it: 属于年度（…） is asked once of every record, however many aggregates go on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date, time
from decimal import Decimal

from engine.base.classes import dataclass
from engine.language.functions import FUNCTIONS
from engine.language.make import ALL, all_of
from engine.language.make import RECORDS as CHOSEN
from engine.language.printer import print_node
from engine.language.row import Function
from engine.language.tree import DATE, Call, Items, Literal, Name, Node, Type
from engine.lowered.form import RECORDS, SHARED
from engine.policy.dated import Dated
from engine.policy.package import Parameter

Sharing = Callable[[str, Node], bool]
"""Whether the definition under that key is, or from now on will be, a slot of its own."""


@dataclass(frozen=True)
class Expressions:
    """`groups`: group -> its criteria that count. `share` decides what of an expression becomes a slot. `parameters`: what
    they come to on other days."""

    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    share: Sharing = lambda key, node: False
    parameters: Mapping[str, Parameter] = field(default_factory=dict)

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

    def lowered(self, node: Node) -> Node:
        match node:
            case Items():
                return Items(tuple(map(self.lowered, node.items)), node.span, node.type)
            case Call():
                return self._call(node)
            case _:
                return node

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
        if not isinstance(first, Name) or first.kind == RECORDS or call.function == CHOSEN:
            return call  # lowered already
        args = list(call.args if first.kind == "column" else call.args[1:])
        condition = args.pop() if self._has_condition(row, args) else None
        table = first.table or first.name
        records = self._filtered(Name(table, "", first.span, "table", Type("table", name=table)), condition)
        columns = [arg for arg in args if _is_column(arg)]
        others = [self.lowered(arg) for arg in args if not _is_column(arg)]
        return self._shared(print_node(call), Call(call.function, (records, *columns, *others), call.span, call.type))

    def _has_condition(self, row: Function, args: list[Node]) -> bool:
        takes = row.parameters[-1].rstrip("?") == "条件"
        return takes and bool(args) and args[-1].type is not None and args[-1].type.kind == "bool"

    def _filtered(self, table: Name, condition: Node | None) -> Node:
        found: Node = table
        if condition is None:
            return found
        test, key = self.lowered(condition), table.name
        for part in test.args if isinstance(test, Call) and test.function == ALL else (test,):
            key = f"{key}｜{print_node(part)}"
            found = self._shared(key, Call(CHOSEN, (found, part), part.span), RECORDS)
        return found

    def _shared(self, key: str, call: Call, kind: str = SHARED) -> Node:
        return Name(key, "", call.span, kind, call.type) if self.share(key, call) else call


def _held(dated: Dated, type_: Type | None) -> Items | None:
    """［值、自、至］; None of a value that cannot be written."""
    value = dated.value
    if not isinstance(value, bool | Decimal | date | time | str):
        return None
    days = (dated.since or date.min, dated.until or date.max)
    return Items((Literal(value, "", None, type_), *(Literal(day, "", None, DATE) for day in days)))


def _is_column(node: Node) -> bool:
    return isinstance(node, Name) and node.kind == "column" and (node.type is None or node.type.kind != "bool")


def as_written(node: Node) -> Node:
    """A lowered expression with nothing shared in it, its aggregates as a text writes them: for printing."""
    if isinstance(node, Items):
        return Items(tuple(map(as_written, node.items)), node.span, node.type)
    if not isinstance(node, Call):
        return node
    row = FUNCTIONS[node.function]
    args = tuple(map(as_written, node.args))
    if row.scans:
        args = tuple(_written(row, node.args[0], [a for a in args[1:] if _is_column(a)], args[1:]))
    return Call(node.function, args, node.span, node.type)


def _written(row: Function, records: Node, columns: list[Node], rest: Sequence[Node]) -> Iterator[Node]:
    others = [arg for arg in rest if not _is_column(arg)]
    conditions: list[Node] = []
    while isinstance(records, Call):
        conditions.insert(0, as_written(records.args[1]))
        records = records.args[0]
    for pattern in (parameter.rstrip("?") for parameter in row.parameters):
        if pattern == "表":
            yield records
        elif pattern == "条件":
            yield from () if not conditions else (all_of(conditions),)
        else:
            waiting = columns if pattern.startswith("列:") else others
            yield from () if not waiting else (waiting.pop(0),)
