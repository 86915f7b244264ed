"""What Kleene's logic alone cannot see, written into the form: the same unknown met twice.

`已婚 或 非 已婚` holds whatever 已婚 is, and so does an outcome that every 类型 leads to. Two things are written down:

- A comparison that several expressions make of something that takes any value is one slot, its opposite the negation of that slot; so
  is that all of some criteria pass, and that one of them does not.
- A definition that something unknown reaches on more than one way is told to try its cases: where all agree, that is what holds.
  The cases of a fact are the values that the rules below tell apart (`regions.py`); of anything else those of its comparisons
  with limits that go together. All that reach a definition together make at most `TOGETHER` cases; where they would make
  more, they are tried one after the other, `LIMIT` cases in all, and what is left over is told.

The limits are part of the form and depend on the rules alone: no time, and no other case, changes what comes out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from math import prod

from engine.base.classes import dataclass
from engine.language import keys
from engine.language.functions import FUNCTIONS
from engine.language.make import ALL, PER_RECORD, negated
from engine.language.printer import print_node
from engine.language.row import Function, Strict
from engine.language.tree import BOOL, Call, Items, Literal, Name, Node, Value, rebuilt
from engine.language.walk import nodes
from engine.lowered.form import SHARED, Definition, Split, asks_value
from engine.lowered.regions import FixedTest, Readings, apart, constant, samples
from engine.policy.package import Package

TOGETHER, LIMIT = 512, 64
"""Cases one definition may make: of all that is tried together, and of what is tried one after the other."""

_JOINT = 16
"""Cases that conditions on several criteria, outcomes and grades may make, beside those of facts."""

_TRUTHS: tuple[Value, ...] = (True, False)
_ORDER = {name: index for index, name in enumerate(FUNCTIONS)}
_LIMITED = frozenset(("number", "date", "time", "text"))


def with_cases(
    definitions: Mapping[str, Definition], package: Package, constants: Mapping[str, Value]
) -> dict[str, Definition]:
    """The same definitions, comparisons shared, each with the cases to try. `constants`: parameters that have a value."""
    readings = Readings(package, constants)
    for key, definition in definitions.items():
        readings.add(key, definition.node)
    found, compared = _with_shared_comparisons(definitions, readings)
    tried = _Tried(found, compared, readings)
    ways: dict[str, dict[str, int]] = {}
    for key, definition in found.items():
        reached: dict[str, int] = {}
        _count(definition.node, 1, tried.order, ways, reached)
        if not reached:
            continue
        if not isinstance(definition.node, Name):
            groups, untried = _groups(list(tried.splits(key, reached)))
            joint = tuple(tried.joint(reached)) if definition.worded else ()
            if groups or untried or joint:
                found[key] = replace(definition, cases=groups, untried=untried, joint=joint)
        # Of a truth no more can be seen than of any one unknown; anything else may take several values on the way.
        ways[key] = dict.fromkeys(reached, 1 if definition.node.type == BOOL else 2)
    return found


def _groups(splits: list[Split]) -> tuple[tuple[tuple[Split, ...], ...], tuple[str, ...]]:
    """All together where they make few enough cases; else one after the other, and what does not go in."""
    if prod(len(split.cases) for split in splits) <= TOGETHER:
        return ((tuple(splits),) if splits else ()), ()
    groups: list[tuple[Split, ...]] = []
    untried: list[str] = []
    left = LIMIT
    for split in splits:
        if len(split.cases) <= left:
            groups.append((split,))
            left -= len(split.cases)
        else:
            untried.append(split.key)
    return tuple(groups), tuple(untried)


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison that has a slot: what it compares, as it prints, with the test; where it compares with no constant, the
    whole of it and None."""

    key: str
    call: Call
    left: str
    test: FixedTest | None

    @property
    def names(self) -> frozenset[str]:
        return frozenset(part.name for part in nodes(self.call) if isinstance(part, Name))


@dataclass
class _Tried:
    """What may be tried: facts, exceptions and whether something is filled in; comparisons that have slots; words and
    conditions that stand for what several of those come to together."""

    definitions: Mapping[str, Definition]
    compared: Mapping[str, Compared]
    readings: Readings
    order: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        package = self.readings.package
        facts = [
            name for name, fact in package.facts.items() if self.readings.listed(name) or name in self.readings.tests
        ]
        given = [
            *facts,
            *map(keys.excuse, package.criteria),
            *map(keys.filled, package.facts),
            *map(keys.filled, package.derived),
        ]
        several = (key for key, d in self.definitions.items() if (_is_joint(d.node) and d.owner == key) or _words(d))
        self.order = {key: index for index, key in enumerate((*given, *self.compared, *several))}

    def splits(self, key: str, reached: Mapping[str, int]) -> Iterator[Split]:
        """What the definition `key` meets on more than one way, with the cases of each."""
        met: dict[str, list[str]] = {}
        for name in sorted(reached, key=self.order.__getitem__):
            compared = self.compared.get(name)
            met.setdefault(compared.left if compared is not None else name, []).append(name)
        for name, parts in met.items():
            if sum(reached[part] for part in parts) > 1:
                cases = self._cases(key, name, parts)
                if len(cases) > 1:
                    yield Split(name if name in self.order else parts[0], cases)

    def _cases(self, key: str, name: str, parts: list[str]) -> tuple[Mapping[str, Value], ...]:
        facts = self.readings.package.facts
        if name in facts and (values := self.readings.values(name, key)):
            return tuple({name: value} for value in values)
        compared = [self.compared[part] for part in parts if part in self.compared]
        if compared:
            return () if all(self.readings.finite(one.key) for one in compared) else tuple(_together(compared))
        summed = keys.is_presence(name) and name in self.definitions and not asks_value(self.definitions[name])
        if (keys.is_excuse(name) or keys.is_presence(name)) and not summed:
            return tuple({name: value} for value in _TRUTHS)
        return ()

    def joint(self, reached: Mapping[str, int]) -> Iterator[Split]:
        """What stands for several facts together and is met on more than one way: as much of it as makes few cases."""
        left = _JOINT
        for name in sorted(reached, key=self.order.__getitem__):
            definition = self.definitions.get(name)
            if reached[name] < 2 or definition is None or name in self.compared or keys.is_presence(name):
                continue
            values = _words(definition) if definition.worded else _TRUTHS
            if 1 < len(values) <= left:
                left //= len(values)
                yield Split(name, tuple({name: value} for value in values))


def _together(compared: list[Compared]) -> Iterator[Mapping[str, Value]]:
    """The truths that comparisons of one thing may have together."""
    tests = [one.test for one in compared if one.test is not None]
    if not tests:
        yield from ({one.key: truth} for one in compared for truth in _TRUTHS)
    for value in apart(samples(tests), tests):
        yield {one.key: test.holds(value) for one, test in zip(compared, tests, strict=True)}


def _words(definition: Definition) -> tuple[Value, ...]:
    """The words a choice comes to; none where one of them is not written there, or it is no choice."""
    node = definition.node
    if not definition.worded or not isinstance(node, Call):
        return ()
    values = [branch.value for branch in FUNCTIONS[node.function].branches(node.args)]
    words = [value.value for value in values if isinstance(value, Literal)]
    return tuple(dict.fromkeys(words)) if len(words) == len(values) else ()


def _count(
    node: Node,
    times: int,
    tried: Mapping[str, int],
    ways: Mapping[str, Mapping[str, int]],
    reached: dict[str, int],
) -> None:
    """Add to `reached` how often what may be `tried` is reached from `node`."""
    if isinstance(node, Name):
        if node.name in tried:
            reached[node.name] = reached.get(node.name, 0) + times
        for name, more in ways.get(node.name, {}).items():
            reached[name] = reached.get(name, 0) + times * more
    elif isinstance(node, Call | Items):
        # Every record asks a condition anew.
        again = 2 * times if isinstance(node, Call) and node.function in PER_RECORD else times
        for part in node.args if isinstance(node, Call) else node.items:
            _count(part, again, tried, ways, reached)


# Comparisons


def _with_shared_comparisons(
    definitions: Mapping[str, Definition], readings: Readings
) -> tuple[dict[str, Definition], dict[str, Compared]]:
    """The definitions with those comparisons as slots, and these."""
    own: dict[str, frozenset[str]] = {}
    for definition in definitions.values():
        own[definition.owner] = own.get(definition.owner, frozenset()) | {definition.key}
    # A slot of its own must not stand between the parts of one definition: it would be evaluated before them.
    made = {
        key: [c for c in _comparisons(d.node, readings) if c.names.isdisjoint(own[d.owner])]
        for key, d in definitions.items()
    }
    every = [compared for comparisons in made.values() for compared in comparisons]
    counted = Counter(compared.key for compared in every)
    limits = Counter(left for left, _ in {(compared.left, compared.key) for compared in every})
    shared = {c.key: c for c in every if counted[c.key] > 1 or limits[c.left] > 1}
    found: dict[str, Definition] = {}
    for key, definition in definitions.items():
        here = [compared for compared in made[key] if compared.key in shared]
        for compared in here:
            if compared.key not in found:
                found[compared.key] = Definition(compared.key, compared.key, compared.call)
                readings.add(compared.key, compared.call)
        node = _replaced(definition.node, {compared.key for compared in here}, readings) if here else definition.node
        found[key] = replace(definition, node=node) if here else definition
    return found, {key: compared for key, compared in shared.items() if not _is_joint(compared.call)}


def _comparisons(node: Node, readings: Readings) -> Iterator[Compared]:
    if isinstance(node, Call):
        found = _compared(node, readings)
        if found is not None:
            yield found[0]
        elif node.function not in PER_RECORD:
            for arg in node.args:
                if isinstance(arg, Call):
                    yield from _comparisons(arg, readings)


def _replaced(node: Node, shared: set[str], readings: Readings) -> Node:
    if not isinstance(node, Call) or node.function in PER_RECORD:
        return node
    found = _compared(node, readings)
    if found is None:
        return rebuilt(node, lambda part: _replaced(part, shared, readings))
    compared, holds = found
    if compared.key not in shared:
        return node
    slot = Name(compared.key, "", node.span, SHARED, BOOL)
    return slot if holds else negated(slot)


def _compared(node: Call, readings: Readings) -> tuple[Compared, bool] | None:
    """A comparison of what takes any value, or that several slots all hold, and whether `node` says it or its opposite."""
    if _is_joint(node):
        key = print_node(node)
        return Compared(key, node, key, None), True
    row = FUNCTIONS[node.function]
    if not row.opposite or not row.flipped:
        return None
    left, right = node.args
    limit = constant(right, readings.constants)
    if limit is None and (limit := constant(left, readings.constants)) is not None:
        row, left, right = FUNCTIONS[row.flipped], right, left
    if not (_is_open(left, limit, readings) and (limit is not None or _is_plain(right))):
        return None
    first = _first(row)
    call = Call(first.name, (left, right), node.span, BOOL)
    key = print_node(call)
    test = None if limit is None else FixedTest(first.name, limit)
    return Compared(key, call, key if test is None else print_node(left), test), first is row


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


def _is_open(node: Node, limit: Value, readings: Readings) -> bool:
    """Whether what is compared is not tried by its own values."""
    kind = node.type.kind if node.type is not None else ""
    if isinstance(node, Name) and node.name in readings.package.facts:
        return kind in _LIMITED and (limit is None or readings.calculated(node.name))
    fixed = isinstance(node, Name) and node.name in readings.package.parameters
    varies = not fixed and constant(node, readings.constants) is None
    return kind in ("number", "date", "time") and varies and _is_plain(node)


def _is_plain(node: Node) -> bool:
    """Whether it reads neither a record nor the calendar."""
    for part in nodes(node):
        if isinstance(part, Name) and part.kind in ("column", "cell", "local"):
            return False
        meaning = FUNCTIONS[part.function].meaning if isinstance(part, Call) else None
        if isinstance(meaning, Strict) and meaning.calendar:
            return False
    return True
