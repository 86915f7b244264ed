"""各案: what every case of a round says in a record table, and in which order such tables follow from the cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from engine.base.problem import Problem
from engine.base.text import did_you_mean
from engine.language.tree import Node
from engine.policy.package import Package, RecordTable
from engine.policy.spec.vocabulary import TableSpec
from engine.policy.uses import expressions, names_in
from engine.policy.wordings import Wordings


def with_cases(builder: Wordings, spec: TableSpec, table: RecordTable) -> RecordTable:
    """The table with what a case says in each of its columns, typed as the column is; problems (E375) go to the names."""
    if not spec.of_cases:
        return table
    fail, fields = builder.names.fail, {column.name: column for column in table.columns}
    if spec.rows is not None:
        fail("E375", f"`{table.name}` 写了 `各案`，又写了 `取自`", spec.name.span, "记录只有一个来处，删去其中一个")
    found: dict[str, Node] = {}
    for column, scalar in spec.of_cases.items():
        field = fields.get(column)
        if field is None:
            fail("E375", f"`{table.name}` 没有列 `{column}`", scalar.span, did_you_mean(column, fields))
        elif field.finding:
            fail("E375", f"列 `{column}` 是判断，不能由各案得出", scalar.span, "判断由人作出；写判断的结论的类型")
        elif (node := builder.expression(scalar, field.type)) is not None:
            found[column] = node
    for column in fields:
        if column not in spec.of_cases:
            place = next(c.name.span for c in spec.columns if c.name.text == column)
            fail("E375", f"`各案` 没有写列 `{column}`", place, f"写 `{column}: 式`，或删去这一列")
    return replace(table, of_cases=found)


def ordered(package: Package) -> tuple[Package, list[Problem]]:
    """The package with the tables of a round, each after those its own columns rest on; E376 where they go round in a circle."""
    rounds = [table.name for table in package.tables.values() if table.of_cases]
    if not rounds:
        return package, []
    uses: dict[str, dict[str, None]] = {}
    for owner, node in _rules(package):
        uses.setdefault(owner, {}).update(names_in([node]))
    ways = {name: dict(_ways(name, uses, package)) for name in rounds}
    try:
        return replace(package, rounds=tuple(TopologicalSorter(ways).static_order())), []
    except CycleError as error:
        circle: list[str] = error.args[1][::-1]
        path = [circle[0], *(n for one, next_ in pairwise(circle) for n in ways[one][next_])]
        message = f"`各案` 成了循环：{' → '.join(f'`{name}`' for name in path)}"
        help_ = "各案的列只用案件自己的事实和由它们算出的量，不用由同批算出的"
        return package, [Problem("E376", message, package.tables[circle[0]].span, help_)]


def _rules(package: Package) -> Iterator[tuple[str, Node]]:
    """What defines a value of a case: wordings may be called as rules are."""
    owners = {*package.order, *(name for name, table in package.tables.items() if table.of_cases or table.computed)}
    return ((owner, node) for owner, node in expressions(package) if owner in owners and owner not in package.documents)


def _ways(name: str, uses: Mapping[str, Mapping[str, None]], package: Package) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The tables of a round that `name` rests on, each with a way there, itself last."""
    waiting, seen = [(name, tuple[str, ...]())], set[str]()
    for owner, path in waiting:  # grows while it is walked
        for used in uses.get(owner, ()):
            for part in package.groups.get(used, (used,)):
                if part in seen:
                    continue
                seen.add(part)
                if part in package.tables and package.tables[part].of_cases:
                    yield part, (*path, part)
                else:
                    waiting.append((part, (*path, part)))
