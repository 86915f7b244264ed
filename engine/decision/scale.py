"""The grid a quantity moves on while values are tried: days, whole numbers or hundredths."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from engine.decision.program import Program
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


_WHOLE = frozenset(("+", "−", "×", "负", "较大", "较小"))
_COUNTS = frozenset(("计数", "未满足项数", "向上取整", "向下取整", "年度", "天数", "工作日数"))
_CELLS = frozenset(("合计", "最大", "最小"))


def integral(program: Program, node: Node) -> bool:
    """Whether the number `node` yields is always whole."""
    package = program.package
    if isinstance(node, Name):
        if node.name in package.facts:
            return package.facts[node.name].word == "整数"
        if node.name in package.derived:
            return integral(program, package.derived[node.name].expression)
        columns = package.tables[node.table].columns if node.table in package.tables else ()
        value = package.parameters[node.name].value if node.name in package.parameters else None
        return any(c.name == node.name and c.word == "整数" for c in columns) or _is_whole(value)
    if isinstance(node, Call):
        if node.function in _COUNTS:
            return True
        if node.function == "若":
            return all(integral(program, arg) for arg in node.args[1:])
        if node.function in _CELLS:
            return integral(program, node.args[0])
        if node.function == "逐月最少":
            cells = [
                a for a in node.args[3:4] if isinstance(a, Name) and a.type is not None and a.type.kind == "number"
            ]
            return all(integral(program, cell) for cell in cells)
        return node.function in _WHOLE and all(integral(program, arg) for arg in node.args)
    return not isinstance(node, Items) and _is_whole(node.value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, Decimal) and value == value.to_integral_value()
