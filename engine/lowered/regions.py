"""Which values of a fact the rules tell apart: what is compared with limits alone falls into finitely many regions.

`人数不少于10` and `人数少于20` tell three kinds of 人数 apart; one value of each kind stands for all of them, as long as
nothing calculates with it. A whole number with a short range is tried value by value, whatever is done with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Any

from engine.base.classes import dataclass
from engine.base.numbers import Number
from engine.language import keys
from engine.language.functions import FUNCTIONS
from engine.language.make import AMONG, FILLED
from engine.language.row import Strict
from engine.language.tree import Call, Items, Literal, Name, Node, Value
from engine.lowered.fold import folded
from engine.policy.package import Field, Package

SHORT = 8
"""Values of a whole number that are tried one by one at most."""

_TRUTHS: tuple[Value, ...] = (True, False)
_OTHER = "\0"
"""A text that no rule names."""


@dataclass(frozen=True, slots=True)
class FixedTest:
    """A comparison of something with what is constant: `limit` is a tuple for 属于."""

    function: str
    limit: Any

    def holds(self, value: Any) -> bool:
        if self.function == AMONG:
            return value in self.limit
        meaning = FUNCTIONS[self.function].meaning
        assert isinstance(meaning, Strict)
        return bool(meaning.do(value, self.limit))


def tested(call: Call, constants: Mapping[str, Value]) -> tuple[Node, FixedTest] | None:
    """What a comparison compares, with the test; None where it is no comparison with what is constant."""
    row = FUNCTIONS[call.function]
    if not row.compares or len(call.args) != 2:
        return None
    left, right = call.args
    limit = constant(right, constants)
    if limit is None and row.flipped:
        row, left, limit = FUNCTIONS[row.flipped], right, constant(left, constants)
    plain = isinstance(row.meaning, Strict) and not row.meaning.calendar
    return (left, FixedTest(row.name, limit)) if limit is not None and (plain or row.name == AMONG) else None


def constant(node: Node, constants: Mapping[str, Value]) -> Any:
    """What a node always comes to, of a list a tuple; None where that is not known."""
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Name):
        return node.name if node.kind == "member" else constants.get(node.name)
    if isinstance(node, Items):
        found = tuple(constant(item, constants) for item in node.items)
        return None if None in found else found
    worked = folded(node, constants)
    return worked.value if isinstance(worked, Literal) else None


@dataclass
class Readings:
    """What definitions read of facts, themselves and through others: bits for every test of a fact, and for every fact
    of which more is read than tests."""

    package: Package
    constants: Mapping[str, Value]
    below: dict[str, int] = field(default_factory=dict)
    tests: dict[str, dict[FixedTest, int]] = field(default_factory=dict)
    _calculated: dict[str, int] = field(default_factory=dict)
    _endless: int = 0
    _bits: int = 1
    _values: dict[tuple[str, int], tuple[Value, ...]] = field(default_factory=dict)

    def add(self, key: str, node: Node) -> None:
        """Note what the definition under `key` reads, after all those it reads itself."""
        self.below[key] = self._of(node)

    def values(self, fact: str, key: str) -> tuple[Value, ...]:
        """A value of every kind that what lies below the definition `key` tells apart; () where there is no end of them."""
        below = self.below[key]
        mark = self._calculated.get(fact, 0) & below
        for bit in self.tests.get(fact, {}).values():
            mark |= bit & below
        found = self._values.get((fact, mark))
        if found is None:
            found = self._values[fact, mark] = self._told_apart(self.package.facts[fact], mark)
        return found

    def finite(self, key: str) -> bool:
        """Whether it is known once every fact that is tried value by value is: it reads nothing else."""
        return not self.below[key] & self._endless

    def calculated(self, fact: str) -> bool:
        """Whether more is read of a fact than tests, and it has no short list of values."""
        return fact in self._calculated and not self.listed(fact)

    def listed(self, fact: str) -> tuple[Value, ...]:
        """All values of a fact that has few, whatever is read of it; () of any other."""
        return _all(self.package.facts[fact], self.package)

    def _told_apart(self, fact: Field, mark: int) -> tuple[Value, ...]:
        if fact.type.kind == "bool":
            return _TRUTHS
        few = _all(fact, self.package)
        if mark & self._calculated.get(fact.name, 0):
            return few
        tests = [test for test, bit in self.tests.get(fact.name, {}).items() if bit & mark]
        return apart(few or samples(tests, fact), tests)

    def _of(self, node: Node) -> int:
        match node:
            case Name():
                return 0 if node.kind in ("member", "column") else self._named(node.name)
            case Items():
                return self._each(node.items)
            case Call():
                if node.function == FILLED:
                    return 0
                found = tested(node, self.constants)
                if found is None or not isinstance(found[0], Name) or found[0].name not in self.package.facts:
                    return self._each(node.args)
                tests = self.tests.setdefault(found[0].name, {})
                if found[1] not in tests:
                    tests[found[1]] = self._bit(not self.listed(found[0].name))
                return tests[found[1]]
            case _:
                return 0

    def _each(self, parts: Iterable[Node]) -> int:
        found = 0
        for part in parts:
            found |= self._of(part)
        return found

    def _named(self, name: str) -> int:
        if name in self.below:
            return self.below[name]
        if name in self.constants:
            return 0
        if name not in self._calculated:
            few = name in self.package.facts and bool(self.listed(name))
            self._calculated[name] = self._bit(not (few or keys.is_excuse(name) or keys.is_presence(name)))
        return self._calculated[name]

    def _bit(self, endless: bool) -> int:
        bit, self._bits = self._bits, self._bits << 1
        self._endless |= bit if endless else 0
        return bit


def _all(fact: Field, package: Package) -> tuple[Value, ...]:
    if fact.type.kind == "bool":
        return _TRUTHS
    if fact.type.kind == "enum":
        return package.scope.enums.get(fact.type.name, ())
    if fact.type.kind != "number" or not fact.whole or None in fact.bounds:
        return ()
    low, high = (Fraction(end or 0) for end in fact.bounds)
    return tuple(map(Decimal, range(ceil(low), floor(high) + 1))) if high - low < SHORT else ()


def apart(values: Iterable[Any], tests: Sequence[FixedTest]) -> tuple[Value, ...]:
    """Of values that all tests answer alike the first."""
    found: dict[tuple[bool, ...], Value] = {}
    for value in values:
        found.setdefault(tuple(test.holds(value) for test in tests), value)
    return tuple(found.values())


def samples(tests: Sequence[FixedTest], fact: Field | None = None) -> tuple[Value, ...]:
    """Values on every side of every limit, as far as the fact's range goes; () where limits cannot be told apart."""
    limits: list[Any] = []
    for test in tests:
        limits += test.limit if isinstance(test.limit, tuple) else (test.limit,)
    return around(limits, fact)


def around(limits: Sequence[Any], fact: Field | None = None) -> tuple[Value, ...]:
    """Values at, beside and between limits of one kind and the ends of the fact's range, as far as the range goes: those
    nearest to the limits first. () where limits cannot be told apart."""
    if any(isinstance(limit, Fraction) for limit in limits):
        limits = [Fraction(limit) for limit in limits]
    kinds = {type(limit) for limit in limits}
    sampled = _SAMPLED.get(kinds.pop()) if len(kinds) == 1 else None
    if sampled is None:
        return ()
    found = sampled(sorted(set(limits)), fact is not None and fact.whole)
    ends = _ends(fact)
    values: list[Any] = [*found, *ends]
    if isinstance(limits[0], Number) and not (fact is not None and fact.whole):
        values += halves([*limits, *ends], fact is not None and fact.money)
    low, high = fact.bounds if fact is not None else (None, None)
    inside = (value for value in values if (low is None or value >= low) and (high is None or value <= high))
    return tuple(dict.fromkeys(inside))


def _ends(fact: Field | None) -> list[Any]:
    return [end for end in fact.bounds if end is not None] if fact is not None else []


def halves(limits: Iterable[Any], money: bool = False) -> Iterator[Number]:
    """A number half way between each two neighbours, of amounts in whole 分: what lies between limits closer than one."""
    exact = list(limits)
    if any(isinstance(limit, Fraction) for limit in exact):
        exact = [Fraction(limit) for limit in exact]
    for one, other in pairwise(sorted(set(exact))):
        middle = one + (other - one) / 2
        yield Decimal(floor(middle * 100)).scaleb(-2) if money else middle


def _numbers(limits: list[Any], whole: bool) -> Iterator[Any]:
    if whole:
        yield from (n for m in limits for n in map(Decimal, (floor(m) - 1, floor(m), ceil(m), ceil(m) + 1)))
        return
    yield from (limits[0] - 1, *limits, limits[-1] + 1)


def _days(limits: list[Any], whole: bool) -> Iterator[Value]:
    for day in limits:
        yield from (day + timedelta(n) for n in (-1, 0, 1) if 0 < day.toordinal() + n <= date.max.toordinal())


def _times(limits: list[Any], whole: bool) -> Iterator[Value]:
    for limit in limits:
        at = datetime.combine(date.min + timedelta(1), limit)
        yield from ((at + n * timedelta.resolution).time() for n in (-1, 0, 1))


def _texts(limits: list[Any], whole: bool) -> Iterator[Value]:
    yield from (*limits, _OTHER)


_SAMPLED: Mapping[type, Callable[[list[Any], bool], Iterator[Value]]] = {
    Decimal: _numbers,
    Fraction: _numbers,
    date: _days,
    time: _times,
    str: _texts,
}
