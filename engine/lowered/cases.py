"""What Kleene's logic alone cannot see, written into the form: the same unknown met twice.

`已婚 或 非 已婚` holds whatever 已婚 is, and so does an outcome that every 类型 leads to. Two things are written down:

- A comparison of a fact with a limit that several expressions make is one slot, its opposite the negation of that slot; so
  is that all of some criteria pass, and that one of them does not.
- A definition that an unknown 是否, 枚举 or such comparison reaches on more than one way is told to try the values: where
  all cases agree, that is what holds. All that reach it together make at most `LIMIT` cases; where they would make
  more, they are tried one after the other as far as the limit goes, and what is left over is told.

The limit is part of the form and depends on the rules alone: no time, and no other case, changes what comes out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import prod

from engine.language.functions import FUNCTIONS
from engine.language.make import ALL, PER_RECORD, negated
from engine.language.printer import print_node
from engine.language.row import Function
from engine.language.tree import BOOL, Call, Items, Literal, Name, Node, Value
from engine.lowered.form import SHARED, Definition
from engine.policy.package import Package

LIMIT = 64
"""Cases one definition may make."""

_JOINT = 16
"""Cases that conditions on several criteria, outcomes and grades may make, beside those of facts."""

_TRUTHS: tuple[Value, ...] = (True, False)
_ORDER = {name: index for index, name in enumerate(FUNCTIONS)}
_LIMITED = frozenset(("number", "date", "time", "text"))


def with_cases(definitions: Mapping[str, Definition], package: Package) -> dict[str, Definition]:
    """The same definitions, comparisons shared, each with the cases to try."""
    found = _with_shared_comparisons(definitions, package)
    values = _splittable(found, package)
    order = {name: index for index, name in enumerate(values)}
    ways: dict[str, dict[str, int]] = {}
    for key, definition in found.items():
        reached: dict[str, int] = {}
        _count(definition.node, 1, values, ways, reached)
        if not reached:
            continue
        met_twice = sorted((name for name, times in reached.items() if times > 1), key=order.__getitem__)
        if met_twice and not isinstance(definition.node, Name):
            joint = [name for name in met_twice if name in found and _is_joined(found[name])]
            groups, untried = _groups({name: values[name] for name in met_twice if name not in joint})
            more = {name: values[name] for name in _fitting(joint, values)} if definition.worded else {}
            found[key] = replace(definition, cases=groups, untried=untried, joint=more)
        # Of a truth no more can be seen than of any one unknown; anything else may take several values on the way.
        ways[key] = dict.fromkeys(reached, 1 if definition.node.type == BOOL else 2)
    return found


def _groups(
    values: Mapping[str, tuple[Value, ...]],
) -> tuple[tuple[Mapping[str, tuple[Value, ...]], ...], tuple[str, ...]]:
    """All together where they make few enough cases; else one after the other, and what does not go in."""
    if prod(len(tried) for tried in values.values()) <= LIMIT:
        return ((values,) if values else ()), ()
    groups: list[Mapping[str, tuple[Value, ...]]] = []
    untried: list[str] = []
    left = LIMIT
    for name, tried in values.items():
        if len(tried) <= left:
            groups.append({name: tried})
            left -= len(tried)
        else:
            untried.append(name)
    return tuple(groups), tuple(untried)


def _splittable(definitions: Mapping[str, Definition], package: Package) -> dict[str, tuple[Value, ...]]:
    """Slots with few values that a case may leave unknown: 是否, 枚举 and shared comparisons, with the values."""
    found: dict[str, tuple[Value, ...]] = {}
    for name, fact in package.facts.items():
        if fact.type.kind == "bool":
            found[name] = _TRUTHS
        elif fact.type.kind == "enum":
            found[name] = package.scope.enums.get(fact.type.name, ())
    compared = (d for d in definitions.values() if d.owner == d.key and _compared(d.node, package) is not None)
    found |= {definition.key: _TRUTHS for definition in compared if isinstance(definition.node, Call)}
    found |= {key: _words(definition.node) for key, definition in definitions.items() if definition.worded}
    return {name: values for name, values in found.items() if len(values) > 1}


def _words(node: Node) -> tuple[Value, ...]:
    """The words a choice comes to; none where one of them is not written there."""
    values = [branch.value for branch in FUNCTIONS[node.function].branches(node.args)] if isinstance(node, Call) else []
    words = [value.value for value in values if isinstance(value, Literal)]
    return tuple(dict.fromkeys(words)) if len(words) == len(values) else ()


def _count(
    node: Node,
    times: int,
    values: Mapping[str, tuple[Value, ...]],
    ways: Mapping[str, Mapping[str, int]],
    reached: dict[str, int],
) -> None:
    """Add to `reached` how often what of `values` is reached from `node`."""
    if isinstance(node, Name):
        if node.name in values:
            reached[node.name] = reached.get(node.name, 0) + times
        for name, more in ways.get(node.name, {}).items():
            reached[name] = reached.get(name, 0) + times * more
    elif isinstance(node, Call | Items):
        # Every record asks a condition anew.
        again = 2 * times if isinstance(node, Call) and node.function in PER_RECORD else times
        for part in node.args if isinstance(node, Call) else node.items:
            _count(part, again, values, ways, reached)


# Comparisons


def _with_shared_comparisons(definitions: Mapping[str, Definition], package: Package) -> dict[str, Definition]:
    made = {key: list(_comparisons(definition.node, package)) for key, definition in definitions.items()}
    counted = Counter(compared for comparisons in made.values() for compared, _ in comparisons)
    shared = {compared for compared, times in counted.items() if times > 1}
    found: dict[str, Definition] = {}
    for key, definition in definitions.items():
        here = [(compared, node) for compared, node in made[key] if compared in shared]
        for compared, node in here:
            if compared not in found:
                found[compared] = Definition(compared, compared, node)
        found[key] = replace(definition, node=_replaced(definition.node, shared, package)) if here else definition
    return found


def _comparisons(node: Node, package: Package) -> Iterator[tuple[str, Call]]:
    if isinstance(node, Call):
        found = _compared(node, package)
        if found is not None:
            yield found[0], found[1]
        elif node.function not in PER_RECORD:
            for arg in node.args:
                if isinstance(arg, Call):
                    yield from _comparisons(arg, package)


def _replaced(node: Node, shared: set[str], package: Package) -> Node:
    if not isinstance(node, Call) or node.function in PER_RECORD:
        return node
    found = _compared(node, package)
    if found is None:
        return replace(node, args=tuple(_replaced(arg, shared, package) for arg in node.args))
    key, _, holds = found
    if key not in shared:
        return node
    slot = Name(key, "", node.span, SHARED, BOOL)
    return slot if holds else negated(slot)


def _compared(node: Node, package: Package) -> tuple[str, Call, bool] | None:
    """(key, condition, whether `node` says it or its opposite) of a fact compared with a constant or another fact, and of
    several slots that all have to hold."""
    if not isinstance(node, Call):
        return None
    if _is_joint(node):
        return print_node(node), node, True
    row = FUNCTIONS[node.function]
    if not row.opposite or not row.flipped:
        return None
    left, right = node.args
    if not _is_limited(left, package):
        row, left, right = FUNCTIONS[row.flipped], right, left
    if not _is_limited(left, package) or not (_is_limited(right, package) or _is_constant(right, package)):
        return None
    first = _first(row)
    call = Call(first.name, (left, right), node.span, BOOL)
    return print_node(call), call, first is row


def _is_joined(definition: Definition) -> bool:
    """Whether it stands for what several facts come to together."""
    return definition.worded or _is_joint(definition.node)


def _fitting(names: list[str], values: Mapping[str, tuple[Value, ...]]) -> Iterator[str]:
    """The first of them that together make few cases."""
    left = _JOINT
    for name in names:
        if len(values[name]) <= left:
            left //= len(values[name])
            yield name


def _is_joint(node: Node) -> bool:
    """Whether it says that several slots hold: all criteria of some groups."""
    return (
        isinstance(node, Call)
        and node.function == ALL
        and all(isinstance(a, Name) and a.kind == "slot" for a in node.args)
    )


def _first(row: Function) -> Function:
    """Of a comparison and its opposite the one that comes first in the table."""
    return min(row, FUNCTIONS[row.opposite], key=lambda one: _ORDER[one.name])


def _is_limited(node: Node, package: Package) -> bool:
    return isinstance(node, Name) and node.name in package.facts and package.facts[node.name].type.kind in _LIMITED


def _is_constant(node: Node, package: Package) -> bool:
    return isinstance(node, Literal) or (isinstance(node, Name) and node.name in package.parameters)
