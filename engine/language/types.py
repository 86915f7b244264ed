"""What has which type: the types of literals and nodes, what two operands have in common, which pattern an argument has.

Years and months are one kind of quantity: a year has twelve months whatever its days, so where both stand beside each
other the years are counted in months (`fitted`). Days are not, a month has no number of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from types import MappingProxyType

from engine.base.numbers import EXACT
from engine.base.units import MONTHS, NONE, YEARS, Dimension, show
from engine.language.functions import FUNCTIONS
from engine.language.make import AS_MONTHS
from engine.language.tree import BOOL, DATE, NUMBER, TEXT, TIME, Call, Items, Literal, Name, Node, Scope, Type, rebuilt

COUNT: Dimension = (("#", 1),)
"""What a count has until it meets a unit."""

ANY = Type("any")
_WORDS = {"bool": "是否", "number": "数", "date": "日期", "time": "时刻", "text": "文本", "items": "一组值"}
KIND_WORDS = {"criterion": "准则", "group": "准则组", "determination": "决定", "table": "记录表", "ranking": "择优"}


def describe(type_: Type) -> str:
    """The type for people: 数（场）, 枚举“机构类型”, 日期."""
    if type_.kind == "number" and type_.dimension not in (NONE, COUNT):
        return f"数（{show(type_.dimension)}）"
    if type_.kind == "enum":
        return f"枚举“{type_.name}”"
    return _WORDS.get(type_.kind, KIND_WORDS.get(type_.kind, "值"))


def unify(a: Type, b: Type) -> Type | None:
    """The common type of two operands, or None."""
    if "any" in (a.kind, b.kind):
        return a if b.kind == "any" else b
    if a.kind != b.kind or (a.kind == "enum" and a.name != b.name):
        return None
    if a.kind != "number" or a.dimension == b.dimension:
        return a
    for count, other in ((a, b), (b, a)):
        simple = other.dimension == NONE or (len(other.dimension) == 1 and other.dimension[0][1] == 1)
        if count.dimension == COUNT and simple:
            return other
    return None


def type_of(node: Node) -> Type:
    """The type of a typed node; ANY of one that has none yet."""
    return node.type or ANY


def with_type(node: Node, type_: Type) -> Node:
    """The same node with another type."""
    match node:
        case Literal():
            return Literal(node.value, node.text, node.span, type_)
        case Name():
            return Name(node.name, node.table, node.span, node.kind, type_, node.row)
        case Items():
            return Items(node.items, node.span, type_)
        case Call():
            return Call(node.function, node.args, node.span, type_)


def literal_type(literal: Literal) -> Type:
    """The type the parser gave, or that of the value."""
    if literal.type is not None:
        return literal.type
    kinds = ((bool, BOOL), (Decimal, NUMBER), (date, DATE), (time, TIME), (str, TEXT))
    return next(type_ for kind, type_ in kinds if isinstance(literal.value, kind))


def _is_whole(arg: Node, table: str) -> bool:
    """Whether it is a column of the table, and no condition of one."""
    truth = arg.type is not None and arg.type.kind == "bool"
    return isinstance(arg, Name) and bool(arg.table) and arg.table == table and not arg.row and not truth


def takes_records(parameters: Sequence[str]) -> bool:
    """Whether an aggregate may be given its table and an expression in the place of its first column."""
    return parameters[0].startswith("列:") and not any(p in ("列:数?", "式:条件") for p in parameters)


def by_record(parameters: Sequence[str], args: Sequence[Node]) -> bool:
    """Whether an aggregate is given its table and what to work out of each record, in the place of a column: 合计（台账，
    单价×数量）."""
    first = args[0] if args else None
    return (
        takes_records(parameters)
        and len(args) > 1
        and isinstance(first, Name)
        and not first.table
        and first.kind in ("", "table")
    )


def expand(parameters: Sequence[str], args: Sequence[Node]) -> list[str] | None:
    """A pattern for each argument, or None where their number is wrong. An optional column is there if the argument is
    written 表.列."""
    patterns: list[str] = []
    if by_record(parameters, args):
        first, *parameters = parameters
        parameters = ("表", first.replace("列:", "式:", 1), *parameters)
    table = args[0].table if args and isinstance(args[0], Name) else ""
    for parameter in parameters:
        pattern, left = parameter.rstrip("?…"), len(args) - len(patterns)
        if parameter.endswith("…"):
            patterns += [pattern] * max(1, left)
        elif not parameter.endswith("?"):
            patterns.append(pattern)
        elif left > 0:
            arg = args[len(patterns)]
            if not pattern.startswith("列") or _is_whole(arg, table):
                patterns.append(pattern)
    return patterns if len(patterns) == len(args) else None


def defined(node: Node, scope: Scope, table: str = "", rows: Mapping[str, str] = MappingProxyType({})) -> Iterator[str]:
    """Names of an untyped tree that stand for definitions, columns as 表.列: no member of the enumeration that something is
    compared with, though a definition may be called the same. `rows`: what records are called -> their table."""
    match node:
        case Name():
            if node.table:
                yield f"{rows.get(node.table, node.table)}.{node.name}"
            elif node.name in scope.columns.get(table, {}):
                yield f"{table}.{node.name}"
            else:
                yield node.name
        case Items():
            for item in node.items:
                yield from defined(item, scope, table, rows)
        case Call():
            row = FUNCTIONS[node.function]
            first = node.args[0] if node.args else None
            inner = (first.table or first.name) if row.scans and isinstance(first, Name) else table
            patterns = expand(row.parameters, node.args) or [""] * len(node.args)
            members = _members(node, scope, table, rows) if row.equates else frozenset[str]()
            if isinstance(first, Name) and first.row:
                rows = {**rows, first.row: inner}
            for arg, pattern in zip(node.args, patterns, strict=True):
                within = inner if pattern.startswith(("条件", "式")) else table
                yield from (name for name in defined(arg, scope, within, rows) if name not in members)


def _members(node: Call, scope: Scope, table: str, rows: Mapping[str, str]) -> frozenset[str]:
    """What the operands of a comparison may come to, where one of them is a fact or a column of an enumeration."""
    found: set[str] = set()
    for arg in node.args:
        if isinstance(arg, Name):
            columns = scope.columns.get(rows.get(arg.table, table), {})
            symbol = columns.get(arg.name) or scope.symbols.get(arg.name)
            found.update(scope.enums.get(symbol.type.name, ()) if symbol is not None else ())
    return frozenset(found)


def common(a: Type, b: Type) -> Type | None:
    """What two operands of one row have in common: `unify`, and months of years and months."""
    if a.kind == b.kind == "number" and {a.dimension, b.dimension} == {YEARS, MONTHS}:
        return Type("number", MONTHS)
    return unify(a, b)


def fitted(node: Node, wanted: Type) -> Node:
    """`node`, or the same in months where it counts years and months are wanted."""
    found = type_of(node)
    if wanted.kind != "number" or wanted.dimension != MONTHS:
        return node
    if isinstance(node, Items):
        return rebuilt(node, lambda part: fitted(part, wanted))
    if found.kind != "number" or found.dimension != YEARS:
        return node
    if isinstance(node, Literal) and isinstance(node.value, Decimal):
        return Literal(EXACT.multiply(node.value, Decimal(12)), node.text, node.span, wanted)
    return Call(AS_MONTHS, (node,), node.span, wanted)
