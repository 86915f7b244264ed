"""Values worth trying: where a comparison somewhere below a determination turns over, evaluated in the present case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from engine.base.numbers import Number
from engine.decision.program import Program, Step
from engine.language.functions import FUNCTIONS
from engine.language.row import Function, Strict
from engine.language.tree import Call, Items, Literal, Name, Node, Table, Type
from engine.lowered.calls import Values
from engine.lowered.regions import halves
from engine.policy.package import Package

_FAR = Decimal(10**9)


def comparisons(node: Node) -> Iterator[tuple[Node, Node]]:
    """(left, right) of every comparison in `node`; a membership is a comparison with each item."""
    if isinstance(node, Items):
        for item in node.items:
            yield from comparisons(item)
    if not isinstance(node, Call):
        return
    if FUNCTIONS[node.function].compares:
        left, right = node.args
        for other in right.items if isinstance(right, Items) else (right,):
            yield left, other
    for arg in node.args:
        yield from comparisons(arg)


def branches(node: Node) -> Iterator[Node]:
    """`node` and, for a choice, what it may come to once a condition changes."""
    yield node
    for branch in FUNCTIONS[node.function].branches(node.args) if isinstance(node, Call) else ():
        yield from branches(branch.value)


def thresholds(program: Program, steps: Iterable[Step], values: Values, name: str) -> list[Any]:
    """Known values that something resting on `name` is compared with, in the steps' order, each once."""
    found: dict[Any, None] = {}
    for step in steps:
        if name not in step.rests_on:
            continue
        for node in step.nodes:
            for pair in comparisons(node):
                for side, other in (pair, pair[::-1]):
                    if name in program.rests_on(side):
                        tried = (program.value(branch, values) for branch in branches(other))
                        found |= dict.fromkeys(value for value in tried if value is not None)
    return list(found)


def extremes(package: Package, name: str) -> tuple[Any, ...]:
    """Values of the fact `name` far from each other: both truths, the members of an enumeration, the ends of its range (far
    away where it has none), the first day and the last, a text that nobody writes; of a table, that it has no records."""
    field, table = package.facts.get(name), package.tables.get(name)
    if table is not None:
        return (Table(tuple(column.name for column in table.columns), ()),)
    if field is None:
        return ()
    match field.type.kind:
        case "bool":
            return True, False
        case "enum":
            return tuple(package.scope.enums.get(field.type.name, ()))
        case "number":
            low, high = field.bounds
            return Decimal(0) if low is None else low, _FAR if high is None else high
        case "date":
            return date.min, date.max
        case "text":
            return ("\0",)
    return ()


def candidates(program: Program, steps: Iterable[Step], values: Values, name: str) -> list[Any]:
    """Values of the fact `name` that between them take every side of every comparison it takes part in directly, and
    the ends of its range. Empty for a record table."""
    field = program.package.facts.get(name)
    if field is None:
        return []
    ends = extremes(program.package, name)
    if field.type.kind in ("bool", "enum"):
        return list(ends)
    found = [value for value in thresholds(program, steps, values, name) if _fits(value, field.type)]
    if field.type.kind == "number":
        numbers: list[Number] = sorted({near for value in found for near in (value - 1, value, value + 1)})
        low, high = field.bounds
        if not field.whole:
            numbers += halves([*found, *(end for end in (low, high) if end is not None)], field.money)
        inside = [n for n in numbers if ends[0] <= n <= ends[1]] if low is not None else numbers
        return list(dict.fromkeys([*inside, *ends]))
    if field.type.kind == "date":
        around = {day + timedelta(n) for day in found for n in (-1, 0, 1) if date.min < day < date.max}
        return [*sorted(around), *ends]
    return [*found, *ends]


_KINDS: dict[str, type | tuple[type, ...]] = {"number": Number.__args__, "date": date, "text": str}


def _fits(value: Any, type_: Type) -> bool:
    return isinstance(value, _KINDS.get(type_.kind, object)) and not isinstance(value, bool)


def at_most(row: Function, wanted: bool) -> int | None:
    """What a whole number may come to, less its limit, for the comparison to come out so; None where it is no bound from
    above."""
    said = row if wanted or not row.opposite else FUNCTIONS[row.opposite]
    if not said.orders or said.direction(0) >= 0 or not isinstance(said.meaning, Strict):
        return None
    return 0 if said.meaning.do(0, 0) else -1


def member(node: Node) -> str:
    """The word that a member or a literal stands for."""
    return node.name if isinstance(node, Name) else str(node.value) if isinstance(node, Literal) else ""
