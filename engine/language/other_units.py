"""A number in another unit: what may be advised where a quantity has the wrong one, without changing it."""

from __future__ import annotations

from decimal import Decimal

from engine.base.units import show
from engine.language.tree import Literal, Name, Node, Scope

AFTER = {"日": "日后", "月": "月后", "年": "年后", "工作日": "工作日后"}
"""Unit of a period -> the function that counts in it."""


def converted(literal: Literal, unit: str) -> str:
    """The number as it is in `unit`: as written where the literal's unit is not one of time; "" where 1年 has no number of
    days, and where 50万元 would become 50."""
    given = show(literal.type.dimension) if literal.type is not None else ""
    if not isinstance(literal.value, Decimal):
        return ""
    if given not in AFTER or unit not in AFTER:
        digits = _digits(literal)
        return digits if digits and Decimal(digits) == literal.value else ""
    months = literal.value * 12 if (given, unit) == ("年", "月") else literal.value / 12
    whole = {given, unit} == {"年", "月"} and months == months.to_integral_value()
    return f"{months:f}" if whole else ""


def lacks_percent(scope: Scope, name: Name, other: Node) -> str:
    """The number as written, where `name` is a share counted in % and `other` a bare number above one; else ""."""
    columns = scope.columns.get(name.table, {}) if name.table else scope.symbols
    symbol = columns.get(name.name)
    if symbol is None or symbol.unit is None or symbol.unit.name != "%" or not isinstance(other, Literal):
        return ""
    bare = isinstance(other.value, Decimal) and other.value > 1 and not other.text.rstrip().endswith("%")
    return other.text.strip() if bare else ""


def _digits(literal: Literal) -> str:
    """The number of a quantity as written, without its unit."""
    text = literal.text
    return text[: next((i for i, c in enumerate(text) if c not in "-0123456789."), len(text))].strip()
