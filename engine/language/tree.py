"""The typed tree every backend visits, and the scope names are resolved in.

Four kinds of node are enough: everything that is not a literal, a name or a list is a call of a row in the function
table (`functions.py`), operators included. `span` and `type` never take part in equality, so `parse(print(t)) == t`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import date, time
from decimal import Decimal

from engine.base.classes import dataclass
from engine.base.numbers import Number
from engine.base.problem import Span
from engine.base.units import NONE, Dimension, Unit


@dataclass(frozen=True, slots=True)
class Type:
    """What an expression yields. `kind`: bool number date time text enum items table criterion group
    determination score decision-table any. `dimension` for numbers, `name` for enums, tables (and whatever is named),
    `element` for items."""

    kind: str
    dimension: Dimension = NONE
    name: str = ""
    element: Type | None = None


BOOL = Type("bool")
NUMBER = Type("number")
DATE = Type("date")
TIME = Type("time")
TEXT = Type("text")


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant in base units (50万元 is Decimal(500000)); `text` is how it was written and is printed."""

    value: bool | Decimal | date | time | str
    text: str = field(compare=False)
    span: Span | None = field(default=None, compare=False)
    type: Type | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the vocabulary. After checking, `kind` says what it is (see `Symbol.kind`); a column also names its
    table. `row`: where an aggregate names its table or column, what it calls its records (复评记录 甲); elsewhere the
    record that a column is of (甲.日期), "" for the innermost."""

    name: str
    table: str = ""
    span: Span | None = field(default=None, compare=False)
    kind: str = field(default="", compare=False)
    type: Type | None = field(default=None, compare=False)
    row: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list written ［甲、乙］."""

    items: tuple[Node, ...]
    span: Span | None = field(default=None, compare=False)
    type: Type | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A row of the function table applied to arguments. `function` is the row's canonical name: 且, 或, 非, ≥, +, 若,
    属于, 计数, 工作日后 … In an aggregate (计数, 合计, 逐月最少 …) the first argument names a table, or a column as
    表.列, and later arguments may use that table's columns."""

    function: str
    args: tuple[Node, ...]
    span: Span | None = field(default=None, compare=False)
    type: Type | None = field(default=None, compare=False)


Node = Literal | Name | Items | Call


def rebuilt(node: Node, do: Callable[[Node], Node]) -> Node:
    """`node` with what `do` makes of each of its parts; what has none as it is."""
    match node:
        case Call():
            return Call(node.function, tuple(map(do, node.args)), node.span, node.type)
        case Items():
            return Items(tuple(map(do, node.items)), node.span, node.type)
        case _:
            return node


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name an expression may use. `kind`: fact derived parameter table criterion group determination score
    decision-table; enum members and columns are kept apart in `Scope`. `unit` is how its value is shown; `inputs`: of a
    decision table that may be applied to other values, the types of what it asks for; `value`: of a parameter that is a bare
    number, the number, with its place."""

    name: str
    kind: str
    type: Type
    unit: Unit | None = None
    inputs: tuple[Type, ...] = ()
    value: Literal | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """All names of a stack of packages. `members`: member -> the enumerations that have it; `enums`: enumeration ->
    members in order (outcomes of determination D are the enumeration `结论：D`, bands of score S `等次：S`, items of
    score S `分项：S`); `columns`: table -> column -> Symbol (kind "column")."""

    symbols: Mapping[str, Symbol] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, Symbol]] = field(default_factory=dict)
    enums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)


Row = tuple["Value", ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Records at run time: column names in vocabulary order and one tuple of values per record."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


Value = bool | Number | date | time | str | Table | tuple["Value", ...] | None
"""A run-time value in base units; None is unknown. Enum values are their member's name."""
