"""Gaps and overlaps in decision tables and grade bands, found by evaluating the cells at representative values.

The values are the boundaries that the cells name, their neighbours, and what lies half way between them and the ends of
the range, or every member of an enumeration.
Between two neighbouring representatives nothing can change, so a clean run is a proof for cells that compare their
input with constants; 84.5 between 84 and 85 is found because numbers are continuous unless declared 整数.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import islice, product
from math import prod
from typing import Any

from engine.base.classes import dataclass
from engine.base.numbers import Number, rounded
from engine.base.problem import Problem
from engine.language.printer import print_node, show_value
from engine.language.row import Run
from engine.language.tree import BOOL, Items, Literal, Name, Node, Value
from engine.language.walk import nodes, thresholds
from engine.lowered.closures import Context, compile_node
from engine.lowered.expressions import Expressions, replaced
from engine.lowered.regions import around
from engine.lowered.rules import counting
from engine.policy.package import DecisionTable, Package, Score

LIMIT = 20_000
"""Combinations tried for one table; a larger table is checked on its first so many."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One input: its expression, the name standing for it, and the values to try."""

    subject: Node
    name: str
    values: tuple[Value, ...]


def check_tables(package: Package) -> list[Problem]:
    """Problems of every decision table and every score's bands (E341 to E344, W342, W365)."""
    apart = {_cells(table): table for table in reversed(tuple(package.decision_tables.values())) if not table.open}
    problems = [problem for table in reversed(tuple(apart.values())) for problem in _table(package, table)]
    return problems + [p for score in package.scores.values() if not score.open for p in _bands(package, score)]


def _cells(table: DecisionTable) -> Hashable:
    """Where its conditions are written: a table of several outputs is as many tables with the same ones, told of once."""
    return tuple(row.span for row in table.rows) or table.name, table.default is None, table.hit


def _table(package: Package, table: DecisionTable) -> list[Problem]:
    axes = [_axis(package, f"输入{i}", s, [r.conditions[i] for r in table.rows]) for i, s in enumerate(table.inputs)]
    conditions = [[_over(package, axes, c) for c in row.conditions] for row in table.rows]
    problems: list[Problem] = []
    overlapping: set[tuple[int, int]] = set()
    gap: tuple[Value, ...] | None = None
    unused = set(range(len(conditions)))
    for point in islice(product(*(axis.values for axis in axes)), LIMIT):
        truths = [_holds(row, point) for row in conditions]
        unused -= _used(table.hit, truths)
        hits = [i for i, truth in enumerate(truths) if truth]
        unsure = any(truth is not False for truth in truths)
        if table.hit == "唯一" and len(hits) > 1 and (hits[0], hits[1]) not in overlapping:
            overlapping.add((hits[0], hits[1]))
            message = f"`{table.name}` 第 {hits[0] + 1} 行与第 {hits[1] + 1} 行重叠，例如 {_shown(axes, point)}"
            problems.append(
                Problem("E341", message, table.rows[hits[1]].span, "改条件使其互斥，或把 `命中` 改为 `首个`")
            )
        if not unsure and table.default is None and gap is None:
            gap = point
    if prod(len(axis.values) for axis in axes) <= LIMIT:
        problems += [_unused(table, index) for index in sorted(unused)]
    if gap is not None:
        message = f"`{table.name}` 有空档：{_shown(axes, gap)} 时没有一行适用"
        problems.append(Problem("W342", message, table.span, "补一行，或写 `默认: …`"))
    return problems


def _holds(row: Sequence[Run], point: Sequence[Value]) -> bool | None:
    """Whether a row holds at a point; None where a cell is about something else."""
    truths = [condition(list(point), None) for condition in row]
    return False if False in truths else None if None in truths else True


def _used(hit: str, truths: Sequence[bool | None]) -> set[int]:
    """The rows that may count at a point: of 首个 none after one that certainly holds."""
    may = [index for index, truth in enumerate(truths) if truth is not False]
    first = next((index for index in may if truths[index]), None)
    return {index for index in may if hit != "首个" or first is None or index <= first}


def _unused(table: DecisionTable, index: int) -> Problem:
    message = f"`{table.name}` 第 {index + 1} 行永远用不上：单元格彼此矛盾，或被前面的行盖住"
    return Problem("W365", message, table.rows[index].span, "删去这一行，或调整次序和条件")


def _bands(package: Package, score: Score) -> list[Problem]:
    bands = [b for b in score.bands if b.condition is not None]
    if not bands:
        return []
    conditions = [b.condition for b in bands if b.condition is not None]
    own = Name(score.name, kind="score", type=package.scope.symbols[score.name].type)
    axis = _axis(package, "得分", own, conditions)
    if score.places is not None:
        axis = replace(axis, values=_rounded(axis.values, score.places))
    runs = [_over(package, [axis], condition) for condition in conditions]
    problems: list[Problem] = []
    for value in axis.values:
        hits = [bands[i].name for i, run in enumerate(runs) if run([value], None) is True]
        shown = show_value(value, own.type, score.unit)
        if not hits:
            message = f"评分 `{score.name}` 的等次有空档：{shown} 不属于任何等次"
            problems.append(Problem("E343", message, score.span, "让相邻等次首尾相接，例如 `60分以上且不满90分`"))
        elif len(hits) > 1:
            message = f"评分 `{score.name}` 的等次重叠：{shown} 同时是 {'、'.join(f'`{h}`' for h in hits)}"
            problems.append(Problem("E344", message, score.span, "让相邻等次首尾相接"))
    return problems[:3]


def _rounded(values: Sequence[Value], places: int) -> tuple[Decimal, ...]:
    """The marks next to `values` that a total rounded to `places` can be."""
    step = Decimal(1).scaleb(-places)
    marks = (rounded(value, places) for value in values if isinstance(value, Decimal))
    return tuple(sorted({mark + k * step for mark in marks for k in (-1, 0, 1)}))


def _shown(axes: Sequence[Axis], point: Sequence[Value]) -> str:
    return "、".join(
        f"{print_node(a.subject)} = {show_value(v, a.subject.type, None)}" for a, v in zip(axes, point, strict=True)
    )


def _over(package: Package, axes: Sequence[Axis], condition: Node) -> Run:
    """The condition as a function of the inputs; every other name in it is unknown unless it is a parameter."""
    for axis in axes:
        condition = replaced(condition, _standing_for(axis.subject, axis.name))
    lowered = Expressions.of(package, counting(package)).lowered(condition)
    slots = {axis.name: index for index, axis in enumerate(axes)}
    unknown = {node.name: None for node in nodes(lowered) if isinstance(node, Name) and node.name not in slots}
    constants: Mapping[str, Value] = {**unknown, **{n: p.value for n, p in package.parameters.items()}}
    return compile_node(lowered, Context(slots, package.calendar, constants))


def _standing_for(subject: Node, name: str) -> dict[Node, Node]:
    """The name that stands for an input, in its place."""
    return {subject: Name(name, kind="fact", type=subject.type)}


def _axis(package: Package, name: str, subject: Node, conditions: Sequence[Node]) -> Axis:
    named = [replaced(condition, _standing_for(subject, name)) for condition in conditions]
    bounds = list(dict.fromkeys(v for c in named for v in _boundaries(package, c, name)))
    return Axis(subject, name, tuple(representatives(package, subject, bounds)))


def _boundaries(package: Package, condition: Node, name: str) -> Iterator[Value]:
    for _comparison, other in thresholds(condition).get(name, []):
        for node in other.items if isinstance(other, Items) else (other,):
            if isinstance(node, Literal):
                yield node.value
            elif isinstance(node, Name) and node.name in package.parameters:
                yield package.parameters[node.name].value


def representatives(package: Package, subject: Node, bounds: Sequence[Value]) -> list[Value]:
    """Values to try of `subject`: every member, both truths, or what lies at, beside and between `bounds`."""
    type_ = subject.type
    if type_ is not None and type_.kind == "enum":
        return list(package.scope.enums.get(type_.name, ()))
    if type_ == BOOL:
        return [True, False]
    field = package.facts.get(subject.name) if isinstance(subject, Name) else None
    limits: list[Any] = [v for v in bounds if isinstance(v, Number)] or [v for v in bounds if isinstance(v, date)]
    return sorted(set[Any](around(limits, field))) or list(bounds) or [None]
