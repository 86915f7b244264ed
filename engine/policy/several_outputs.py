"""A decision table with several outputs a row is as many tables with the same inputs, each called as its output; inputs that a
table declares itself (各输入) are facts that no case has, in whose place values are put."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.base.problem import Problem
from engine.policy.spec.rules import DecisionTableSpec, OutputSpec
from engine.policy.spec.vocabulary import FactSpec


def apart(tables: Iterable[DecisionTableSpec]) -> Iterator[DecisionTableSpec]:
    """The tables, one for each output; what `check_outputs` tells of is left out."""
    for table in tables:
        if table.outputs:
            yield from (
                _of(table, place, output) for place, output in enumerate(table.outputs) if output.name is not None
            )
        else:
            yield table


def declared(tables: Iterable[DecisionTableSpec]) -> Iterator[FactSpec]:
    """The inputs that tables declare, as facts."""
    for table in tables:
        for one in table.formals:
            yield FactSpec(name=one.name, type=one.type, enum=one.enum, unit=one.unit, range=one.range)


def asking(table: DecisionTableSpec) -> DecisionTableSpec:
    """The table with what it declares as its inputs."""
    return table.but(inputs=tuple(one.name for one in table.formals)) if table.formals else table


def check_outputs(tables: Iterable[DecisionTableSpec]) -> Iterator[Problem]:
    """E330 for what does not fit several outputs: rows and defaults of another length, outputs without a name, a table that
    somebody else fills in."""
    for table in tables:
        name, many = table.name.text, len(table.outputs)
        if bool(table.inputs) == bool(table.formals):
            yield Problem("E330", f"`{name}` 要写 `输入`、`各输入` 之一", table.name.span, "例如 `输入: [机构类型]`")
        if not many:
            if table.defaults:
                yield Problem(
                    "E330", f"`{name}` 写了 `各默认`，没有写 `各输出`", table.name.span, "一个输出的写 `默认`"
                )
            continue
        wanted = len(table.inputs or table.formals) + many
        for number, cells in enumerate(table.rows, 1):
            if len(cells) != wanted:
                message = f"`{name}` 第 {number} 行有 {len(cells)} 格，应为 {wanted} 格"
                span = cells[0].span if cells else table.name.span
                yield Problem("E330", message, span, "每行依次写各输入的条件和各输出")
        if table.defaults and len(table.defaults) != many:
            message = f"`{name}` 的 `各默认` 有 {len(table.defaults)} 项，应为 {many} 项"
            yield Problem("E330", message, table.defaults[0].span, "与 `各输出` 一一对应")
        if any(output.name is None for output in table.outputs):
            yield Problem(
                "E330", f"`{name}` 的 `各输出` 有一项没有 `名称`", table.name.span, "每项写一个名称，规则里用它"
            )
        if table.open or table.default is not None or table.output != OutputSpec():
            message = f"`{name}` 写了 `各输出`，不能再写 `输出`、`默认` 或 `未定`"
            yield Problem("E330", message, table.name.span, "默认写在 `各默认`；留待实施的，一个输出一张表")


def _of(table: DecisionTableSpec, place: int, output: OutputSpec) -> DecisionTableSpec:
    inputs = len(table.inputs)
    rows = tuple((*cells[:inputs], *cells[inputs + place : inputs + place + 1]) for cells in table.rows)
    default = table.defaults[place] if place < len(table.defaults) else None
    name = output.name or table.name
    return table.but(name=name, output=output, outputs=(), rows=rows, default=default, defaults=())
