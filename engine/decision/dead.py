"""What rules say in vain: criteria that always or never hold, outcomes that never come about (check).

A condition is evaluated at every combination of what it is about: both truths, every member of an enumeration, and of a
number or a day the constants it is compared with and what lies beside and between them. What else it is about stays
unknown, so that only what holds whatever that may be is told. Too many combinations: nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

from engine.base.problem import Problem
from engine.decision.gaps import representatives
from engine.language.functions import FUNCTIONS
from engine.language.make import TRUE, all_of
from engine.language.printer import print_node
from engine.language.row import Run
from engine.language.tree import BOOL, Call, Items, Literal, Name, Node, Value
from engine.language.walk import nodes, thresholds
from engine.lowered.closures import Context, compile_node
from engine.lowered.expressions import Expressions
from engine.lowered.rules import counting
from engine.policy.package import Determination, Package
from engine.policy.uses import expressions

LIMIT = 4096
"""Combinations tried for one condition, or for the outcomes of one determination."""


def check_dead(package: Package) -> Iterator[Problem]:
    """W366 for criteria and 校验, W367 for outcomes and defaults, W368 for comparisons of something with itself."""
    yield from _with_themselves(package)
    for criterion in package.criteria.values():
        for word, node in (("要求", criterion.requirement), ("适用", criterion.applies)):
            truth = _always(package, node) if node is not None and not isinstance(node, Literal) else None
            if node is not None and truth is not None:
                holds = "总是成立" if truth else "总不成立"
                message = f"准则 `{criterion.name}` 的{word} `{print_node(node)}` {holds}"
                yield Problem("W366", message, node.span or criterion.span, "核对比较词、数值和并列的各项")
    for relation in package.relations.values():
        if (truth := _always(package, relation.condition)) is not None:
            holds = "总是成立，什么也查不出" if truth else "总不成立，怎样填都不收"
            message = f"校验 `{relation.name}` 的 `{print_node(relation.said)}` {holds}"
            yield Problem("W366", message, relation.said.span or relation.span, "核对比较词、数值和并列的各项")
    for determination in package.determinations.values():
        yield from _outcomes(package, determination)
    for table in package.decision_tables.values():
        cells = [all_of(row.conditions) for row in table.rows]
        if table.default is not None and len(cells) in _unreached(package, [*cells, TRUE]):
            message = f"决定表 `{table.name}` 的默认永远用不上：总有一行符合"
            yield Problem("W367", message, table.source_span or table.span, "删去 `默认`，或核对各行的格")


def _outcomes(package: Package, determination: Determination) -> Iterator[Problem]:
    """A default that only repeats an outcome is no outcome of its own."""
    named = [o for o in determination.outcomes if o.when is not None]
    default = determination.default
    rest = default if default is not None and default.name not in {o.name for o in named} else None
    conditions = [*(o.when for o in named if o.when is not None), *([TRUE] if rest is not None else [])]
    for index in _unreached(package, conditions):
        outcome = [*named, *([rest] if rest is not None else [])][index]
        last = index == len(named)
        name = f"默认 `{outcome.name}`" if last else f"结果 `{outcome.name}`"
        why = "前面的结果总有一个成立" if last else "前面的结果先成立，或它的条件总不成立"
        message = f"`{determination.name}` 的{name} 永远作不出：{why}"
        yield Problem("W367", message, outcome.span or determination.span, "调整先后，或核对各结果的条件")


def _with_themselves(package: Package) -> Iterator[Problem]:
    for owner, tree in expressions(package):
        for node in nodes(tree):
            if isinstance(node, Call) and FUNCTIONS[node.function].compares and node.args[0] == node.args[-1]:
                same = node.args[0]
                column = isinstance(same, Name) and same.kind == "column"
                help_ = "条件里的名称先指该表的列；要与同名的事实比较，给列或事实换个名称" if column else "核对两边"
                message = f"`{owner}` 里 `{print_node(node)}` 两边是同一项，等于没有比较"
                yield Problem("W368", message, node.span, help_)


def _always(package: Package, node: Node) -> bool | None:
    """The truth that `node` has at every combination; None where there is none, or nobody knows."""
    points = _Points(package, [node])
    (run,) = points.runs
    found = {run(list(point), None) for point in points.all}
    return next(iter(found)) if len(found) == 1 and None not in found else None


def _unreached(package: Package, conditions: Sequence[Node]) -> list[int]:
    """The conditions that never hold where none before them does."""
    points = _Points(package, conditions)
    waiting = set(range(len(conditions))) if points.all else set()
    for point in points.all:
        for index, run in enumerate(points.runs):
            truth = run(list(point), None)
            if truth is not False:
                waiting.discard(index)
            if truth:
                break
        if not waiting:
            break
    return sorted(waiting)


class _Points:
    """`all`: the combinations of what some conditions are about, none where there are too many; `runs`: the conditions
    as functions of a combination."""

    def __init__(self, package: Package, conditions: Sequence[Node]) -> None:
        lowering = Expressions.of(package, counting(package))
        lowered = [lowering.lowered(condition) for condition in conditions]
        axes = _axes(package, lowered)
        slots = {name: index for index, name in enumerate(axes)}
        others = (n.name for tree in lowered for n in nodes(tree) if isinstance(n, Name) and n.name not in slots)
        constants = {**dict.fromkeys(others), **{n: p.value for n, p in package.parameters.items()}}
        columns = {table.name: [column.name for column in table.columns] for table in package.tables.values()}
        context = Context(slots, package.calendar, constants, columns)
        self.runs: list[Run] = [compile_node(tree, context) for tree in lowered]
        many = prod(map(len, axes.values())) > LIMIT
        self.all: list[tuple[Value, ...]] = [] if many else list(product(*axes.values()))


def _axes(package: Package, trees: Sequence[Node]) -> dict[str, list[Value]]:
    """Of each name that can be tried, the values to try."""
    found: dict[str, list[Value]] = {}
    names = {n.name: n for tree in trees for n in nodes(tree) if isinstance(n, Name) and _tried(package, n)}
    limits: dict[str, list[Value]] = {}
    spoken: dict[str, int] = {}
    for tree in trees:
        for name, sides in thresholds(tree).items():
            for _, other in sides:
                values = _constants(package, other)
                limits.setdefault(name, []).extend(values or ())
                spoken[name] = spoken.get(name, 0) + (values is not None)
    for name, node in names.items():
        written = sum(1 for tree in trees for n in nodes(tree) if isinstance(n, Name) and n.name == name)
        if _finite(node) or spoken.get(name) == written:
            found[name] = representatives(package, node, list(dict.fromkeys(limits.get(name, []))))
    return {name: values for name, values in found.items() if values}


def _tried(package: Package, name: Name) -> bool:
    return name.kind not in ("column", "member", "table") and name.name not in package.parameters and not name.table


def _finite(name: Name) -> bool:
    """Whether every value can be tried, wherever the name stands."""
    return name.type is not None and (name.type == BOOL or name.type.kind == "enum")


def _constants(package: Package, other: Node) -> list[Value] | None:
    """What the other side of a comparison is; None where it is not constant."""
    parts = other.items if isinstance(other, Items) else (other,)
    found: list[Value] = []
    for part in parts:
        if isinstance(part, Literal):
            found.append(part.value)
        elif (
            isinstance(part, Name)
            and part.name in package.parameters
            and package.parameters[part.name].value is not None
        ):
            found.append(package.parameters[part.name].value)
        elif not (isinstance(part, Name) and part.kind == "member"):
            return None
    return found
