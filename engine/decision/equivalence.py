"""Which definitions of two versions are the same, and which can be shown to come to the same: without a solver. Pure.

What a definition names is taken for anything it might be: a truth or unknown, a member of an enumeration, a value on every
side of every limit of either version. Where both versions come to the same for all of that together they always do. What
calculates with a number falls into no finitely many regions, and is told as not shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from math import prod
from typing import Any

from engine.base.classes import dataclass
from engine.decision.program import Program
from engine.language import keys
from engine.language.make import ALL, ANY, FILLED, NOT, PER_RECORD
from engine.language.tree import Call, Items, Name, Node, Value, rebuilt
from engine.lowered.closures import compile_node
from engine.lowered.form import SHARED, is_bounded, slot_names
from engine.lowered.regions import FixedTest, apart, samples, tested

MOST = 20_000
"""Situations of one definition that are gone through at most."""

TRUTHS: tuple[Value, ...] = (True, False)


@dataclass(frozen=True, slots=True)
class Sameness:
    """Whether a part of a definition comes to the same: `shown` by going through `tried` situations of what it names;
    else `why` not, in a few words."""

    shown: bool
    tried: int = 0
    why: str = ""


def owners(program: Program, determination: str) -> dict[str, None]:
    """The definitions of the package a determination rests on, itself included, without those that only several share."""
    return {step.name: None for step in program.support(determination) if step.kind != "shared"}


def opened(program: Program, node: Node) -> Node:
    """A lowered expression with the comparisons it shares written out; aggregates keep their names."""
    if isinstance(node, Name):
        shared = program.form.definitions.get(node.name) if node.kind == SHARED else None
        if shared is None or is_bounded(shared.node) or _scans(shared.node):
            return node
        return opened(program, shared.node)
    return rebuilt(node, lambda part: opened(program, part))


def _scans(node: Node) -> bool:
    return isinstance(node, Call) and node.function in PER_RECORD


def parts(program: Program, owner: str) -> dict[str, Node]:
    """What each slot of a definition comes to."""
    return {key: opened(program, program.form.definitions[key].node) for key in program.form.owned.get(owner, ())}


def said(program: Program, node: Node) -> tuple[Any, ...]:
    """What a part of a definition means, to be compared: the expression, the values of the parameters it names, and what
    is declared of the facts and aggregates it names."""
    names = dict.fromkeys(name.name for name in slot_names(node))
    return node, [(name, _declared(program, name)) for name in names]


def _declared(program: Program, name: str) -> Any:
    package, form = program.package, program.form
    if name in package.parameters:
        return form.constants.get(name)
    if name in package.facts:
        fact = package.facts[name]
        return fact.type, fact.low, fact.high, fact.finding, package.scope.enums.get(fact.type.name)
    definition = form.definitions.get(name)
    shared = definition is not None and definition.owner == name and name not in package.order
    return form.inlined(definition.node) if definition is not None and shared else None


def differing(before: Program, after: Program, owner: str) -> dict[str, Sameness]:
    """The slots of a definition that say something else, and whether they come to the same whatever lies below."""
    one, other = parts(before, owner), parts(after, owner)
    if not one or not other:
        key = keys.passed(owner) if keys.passed(owner) in {**one, **other} else owner
        return {key: Sameness(False, why="新增" if other else "不再有")} if one or other else {}
    found: dict[str, Sameness] = {}
    for key in {**one, **other}:
        if key not in one or key not in other:
            found[key] = Sameness(False, why="不再有" if key in one else "新增")
        elif said(before, one[key]) != said(after, other[key]):
            found[key] = _same(before, after, (one[key], other[key]))
    if any(map(keys.is_limb, found)):  # of which the whole is no more than all of them
        found.pop(keys.required(owner), None)
    if keys.passed(owner) in found:  # which says the same of those it applies to
        found.pop(keys.met(owner), None)
    return found


def only_grouped(before: Program, after: Program, owner: str) -> bool:
    """Whether a definition differs only in criteria, of those it asks for together, that one version does not have."""
    pairs = (parts(before, owner), parts(after, owner))
    if pairs[0].keys() != pairs[1].keys():
        return False

    alone = {keys.passed(name) for name in {*before.package.criteria} ^ {*after.package.criteria}}

    def common(node: Node) -> Node:
        if not isinstance(node, Call):
            return node
        kept = tuple(common(arg) for arg in node.args if not strange(arg))
        return kept[0] if node.function in (ALL, ANY) and len(kept) == 1 else replace(node, args=kept)

    def strange(arg: Node) -> bool:
        named = arg.args[0] if isinstance(arg, Call) and arg.function == NOT else arg
        return isinstance(named, Name) and named.name in alone

    one, other = pairs
    return one != other and all(common(one[key]) == common(other[key]) for key in one)


def _same(before: Program, after: Program, pair: tuple[Node, Node]) -> Sameness:
    programs = (before, after)
    names = {
        name.name: name for node in pair for name in slot_names(node) if name.name not in before.package.parameters
    }
    if any(name not in program.slots for name in names for program in programs):
        return Sameness(False, why="所读的名称有增减")
    choices = {name: values_of(programs, pair, names[name]) for name in names}
    endless = [name for name, values in choices.items() if not values]
    if endless:
        return Sameness(False, why=f"要用{'、'.join(endless[:3])}计算，分不成有限的几段")
    count = prod(len(values) + 1 for values in choices.values())
    if count > MOST:
        return Sameness(False, why=f"有{count}种情形，超过{MOST}种")
    runs = [compile_node(node, program.context) for node, program in zip(pair, programs, strict=True)]
    for combination in product(*((None, *values) for values in choices.values())):
        results = []
        for program, run in zip(programs, runs, strict=True):
            values = list(program.initial)
            for name, value in zip(choices, combination, strict=True):
                values[program.slots[name]] = value
            results.append(run(values, None))
        if results[0] != results[1]:
            return Sameness(False, why="有的情形不同")
    return Sameness(True, count)


def values_of(programs: Sequence[Program], trees: Sequence[Node], name: Name) -> tuple[Value, ...]:
    """A value of every kind that the expressions of both versions tell apart; () where there is no end of them."""
    kind = name.type.kind if name.type is not None else ""
    if kind == "bool":
        return TRUTHS
    enums = [program.package.scope.enums.get(name.type.name, ()) if name.type else () for program in programs]
    if kind == "enum":
        return tuple(dict.fromkeys(member for enum in enums for member in enum))
    tests: list[FixedTest] = []
    for program, node in zip(programs, trees, strict=True):
        found = list(_tests(node, name.name, program.form.constants))
        if None in found:
            return ()
        tests += [test for test in found if test is not None]
    fact = programs[-1].package.facts.get(name.name)
    return apart(samples(tests, fact), tests) if tests else ()


def _tests(node: Node, name: str, constants: Mapping[str, Value]) -> Iterator[FixedTest | None]:
    """How a name is compared with what is constant; None wherever more is made of it."""
    if isinstance(node, Name):
        if node.name == name:
            yield None
    elif isinstance(node, Call):
        found = tested(node, constants)
        if found is not None and isinstance(found[0], Name) and found[0].name == name:
            yield found[1]
        elif node.function != FILLED:
            for part in node.args:
                yield from _tests(part, name, constants)
    elif isinstance(node, Items):
        for part in node.items:
            yield from _tests(part, name, constants)
