"""How a fact, or a column of a ledger, is asked for in a form."""

from __future__ import annotations

from collections.abc import Mapping

from engine.base.classes import dataclass
from engine.policy.fields import Field

YES_NO = ("是", "否")


@dataclass(frozen=True, slots=True)
class Shape:
    """`kind`: choice date number text; `choices` () for what is written; `unit` of a number, "" where it has none."""

    kind: str
    unit: str
    choices: tuple[str, ...]


DECISION = Shape("choice", "", YES_NO)
"""Whether somebody allows something."""


def shape_of(declared: Field, enums: Mapping[str, tuple[str, ...]]) -> Shape:
    """The shape of a declared field."""
    kind = declared.type.kind
    choices = YES_NO if kind == "bool" else enums.get(declared.type.name, ()) if kind == "enum" else ()
    unit = declared.unit.name if declared.unit is not None and kind == "number" else ""
    return Shape("choice" if choices else kind if kind in ("date", "number") else "text", unit, choices)
