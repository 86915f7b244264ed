"""A round: what every case says in a table with 各案, which facts come from a ranking, and in which order these follow from the
cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from types import MappingProxyType

from engine.base.problem import Problem
from engine.base.text import did_you_mean
from engine.language.tree import BOOL, NUMBER, Node, Type
from engine.policy.build_taken import is_ranked
from engine.policy.names import Names
from engine.policy.package import PLACE, WITHIN, Package, RecordTable
from engine.policy.spec.vocabulary import TableSpec, TakenSpec
from engine.policy.stack import Stack
from engine.policy.uses import expressions, names_in
from engine.policy.wordings import Wordings

_ITEMS: Mapping[str, Type] = {PLACE: NUMBER, WITHIN: BOOL}


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


def ranked_facts(stack: Stack, names: Names) -> dict[str, dict[str, str]]:
    """Ranking -> the facts taken from it, and what of it they are; problems (E847) go to the names."""
    rankings = {item.spec.name.text for item in stack.every("rankings")}
    found: dict[str, dict[str, str]] = {}
    for spec in (item.spec for item in stack.every("facts") if is_ranked(item.spec)):
        taken, own = spec.taken, names.facts.get(spec.name.text)
        ranking, item = taken.ranking.text, taken.item.text if taken.item is not None else ""
        if ranking not in rankings:
            names.fail("E847", f"没有择优 `{ranking}`", taken.ranking.span, did_you_mean(ranking, rankings))
        elif item not in _ITEMS or taken != TakenSpec(item=taken.item, ranking=taken.ranking):
            help_ = f"写作 `取自: {{择优: {ranking}, 项: {PLACE}}}`，或 `项: {WITHIN}`"
            names.fail("E847", f"`{spec.name.text}` 取自择优，只写 `项`：名次或入选", spec.name.span, help_)
        elif own is not None and (own.finding or own.type != _ITEMS[item]):
            names.fail(
                "E847", f"`{own.name}` 与它取自的内容类型不同", spec.name.span, "名次是没有单位的整数，入选是是否"
            )
        else:
            found.setdefault(ranking, {})[spec.name.text] = item
    return found


def ordered(
    package: Package, ranked: Mapping[str, Mapping[str, str]] = MappingProxyType({})
) -> tuple[Package, list[Problem]]:
    """The package with what a round gives, each after those it rests on itself; E376 where they go round in a circle. `ranked`
    as `ranked_facts` has them."""
    given = {name: {name: ""} for name, table in package.tables.items() if table.of_cases} | dict(ranked)
    if not given:
        return package, []
    sources = {name: source for source, names in given.items() for name in names}
    uses: dict[str, dict[str, None]] = {}
    for owner, node in expressions(package):
        if owner in given or owner in package.order or owner in package.tables:
            uses.setdefault(owner, {}).update(names_in([node]))
    ways = {name: dict(_ways(name, uses, sources, package.groups)) for name in given}
    try:
        order = TopologicalSorter(ways).static_order()
        return replace(package, rounds={name: given[name] for name in order}), []
    except CycleError as error:
        circle: list[str] = error.args[1][::-1]
        path = [circle[0], *(name for one, next_ in pairwise(circle) for name in ways[one][next_])]
        message = f"同批的量成了循环：{' → '.join(f'`{name}`' for name in path)}"
        item = package.tables.get(circle[0]) or package.rankings[circle[0]]
        help_ = "各案、择优只看案件自己的事实和由它们算出的量，不看由同批得出的"
        return package, [Problem("E376", message, item.span, help_)]


def _ways(
    name: str,
    uses: Mapping[str, Mapping[str, None]],
    sources: Mapping[str, str],
    groups: Mapping[str, tuple[str, ...]],
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What of a round `name` rests on, each with a way there, itself last."""
    waiting, seen = [(name, tuple[str, ...]())], set[str]()
    for owner, path in waiting:  # grows while it is walked
        for part in (part for used in uses.get(owner, ()) for part in groups.get(used, (used,))):
            source = sources.get(part, part)
            if source in seen:
                continue
            seen.add(source)
            if part in sources:
                yield source, (*path, *dict.fromkeys((part, source)))
            else:
                waiting.append((part, (*path, part)))
