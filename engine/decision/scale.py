"""The grid a quantity moves on while values are tried: days, whole numbers or hundredths."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from engine.base.classes import dataclass
from engine.decision.program import Program
from engine.language.cells import worked_of
from engine.language.functions import FUNCTIONS
from engine.language.row import ALWAYS, ARGUMENTS, COLUMN
from engine.language.tree import Call, Items, Name, Node


@dataclass(frozen=True, slots=True)
class Scale:
    """The grid a quantity moves on: `place` is a number of days or of `step`s."""

    step: Decimal = Decimal(1)
    day: bool = False

    def holds(self, value: Any) -> bool:
        return isinstance(value, date) if self.day else not isinstance(value, bool | str | date | tuple)

    def place(self, value: Any) -> int:
        """The grid point at `value`, or the next above."""
        return value.toordinal() if self.day else ceil(Fraction(value) / Fraction(self.step))

    def within(self, place: int) -> bool:
        return not self.day or 1 <= place <= date.max.toordinal()

    def value(self, place: int) -> Any:
        return date.fromordinal(place) if self.day else place * self.step


def integral(program: Program, node: Node) -> bool:
    """Whether the number `node` yields is always whole."""
    package = program.package
    if isinstance(node, Name):
        if node.name in package.facts:
            return package.facts[node.name].whole
        if node.name in package.derived:
            return integral(program, package.derived[node.name].expression)
        if node.table in package.tables and node.name in package.tables[node.table].computed:
            return integral(program, package.tables[node.table].computed[node.name].expression)
        columns = package.tables[node.table].columns if node.table in package.tables else ()
        value = package.parameters[node.name].value if node.name in package.parameters else None
        return any(c.name == node.name and c.whole for c in columns) or _is_whole(value)
    if isinstance(node, Call):
        row = FUNCTIONS[node.function]
        if row.whole == ARGUMENTS:
            branches = row.branches(node.args)
            return all(integral(program, arg) for arg in ([b.value for b in branches] if branches else node.args))
        added = worked_of(node) if row.scans else node.args
        return row.whole == ALWAYS or (row.whole == COLUMN and all(integral(program, cell) for cell in added))
    return not isinstance(node, Items) and _is_whole(node.value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, Decimal) and value == value.to_integral_value()
