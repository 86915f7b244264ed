"""Closures that decide before everything is known, under Kleene's strong logic. Unknown is None throughout.

`choose` and its kin are what tables and outcomes rest on: of the values that are still possible, the one they all are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Any

from engine.language import values as arithmetic
from engine.language.row import Branch, Run
from engine.language.tree import Node, Row


def connective(decisive: bool) -> Any:
    """且 (False decides) and 或 (True decides)."""

    def build(runs: Sequence[Run]) -> Run:
        parts, neutral = tuple(runs), not decisive

        def connect(values: list[Any], row: Row | None) -> Any:
            result: bool | None = neutral
            for run in parts:
                value = run(values, row)
                if value is decisive:
                    return decisive
                if value is None:
                    result = None
            return result

        return connect

    return build


def negation(runs: Sequence[Run]) -> Run:
    """非: unknown stays unknown."""
    (run,) = runs

    def negate(values: list[Any], row: Row | None) -> Any:
        value = run(values, row)
        return None if value is None else not value

    return negate


def choice(runs: Sequence[Run]) -> Run:
    """若: the branch the condition takes; both where they agree while it is unknown."""
    condition, yes, no = runs

    def choose(values: list[Any], row: Row | None) -> Any:
        truth = condition(values, row)
        if truth is not None:
            return yes(values, row) if truth else no(values, row)
        value = yes(values, row)
        return value if value is not None and value == no(values, row) else None

    return choose


def strict_choice(runs: Sequence[Run]) -> Run:
    """若严: unknown while the condition is."""
    condition, yes, no = runs

    def choose(values: list[Any], row: Row | None) -> Any:
        truth = condition(values, row)
        return None if truth is None else yes(values, row) if truth else no(values, row)

    return choose


def membership(runs: Sequence[Run]) -> Run:
    """属于. The last closure yields the items as a tuple."""
    run, items = runs

    def search(values: list[Any], row: Row | None) -> Any:
        value = run(values, row)
        if value is None:
            return None
        found = items(values, row)
        return True if value in found else None if None in found else False

    return search


def fixed_membership(runs: Sequence[Run], items: Any) -> Run:
    """属于 where all the items are constants."""
    run, _ = runs
    known, open_ = frozenset(item for item in items if item is not None), None in items

    def among(values: list[Any], row: Row | None) -> Any:
        value = run(values, row)
        if value is None:
            return None
        return True if value in known else None if open_ else False

    return among


def presence(runs: Sequence[Run]) -> Run:
    """已填: whether there is a value; never unknown."""
    (run,) = runs
    return lambda values, row: run(values, row) is not None


def unknown(runs: Sequence[Run]) -> Run:
    """未知: no value, whatever is known."""
    return lambda values, row: None


def agreed(found: Sequence[Any]) -> Any:
    """The one value all of `found` are, else None."""
    if not found:
        return None
    first = found[0]
    return first if all(other == first for other in found[1:]) else None


RunPairs = tuple[tuple[Run, Run], ...]


def pairs(runs: Sequence[Run]) -> tuple[RunPairs, Run]:
    """(conditions with their values, what holds otherwise) of c₁，v₁，c₂，v₂，…，默认."""
    return tuple(zip(runs[:-1:2], runs[1:-1:2], strict=True)), runs[-1]


def possible_first(values: list[Any], row: Row | None, given: RunPairs, default: Run) -> Iterator[Any]:
    """What a first hit may still come to, in order: every value whose condition is not false, up to the first that holds."""
    for condition, value in given:
        holds = condition(values, row)
        if holds is not False:
            yield value(values, row)
        if holds:
            return
    yield default(values, row)


def first_hit(runs: Sequence[Run]) -> Run:
    """首中: the value of the first condition that holds; an earlier unknown blocks it unless both say the same."""
    given, default = pairs(runs)

    def first(values: list[Any], row: Row | None) -> Any:
        for condition, value in given:
            holds = condition(values, row)
            if holds:
                return value(values, row)
            if holds is None:
                return agreed(list(possible_first(values, row, given, default)))
        return default(values, row)

    return first


def only_hit(runs: Sequence[Run]) -> Run:
    """同值: the value that all conditions which may hold agree on; the default joins while none is certain."""
    given, default = pairs(runs)

    def only(values: list[Any], row: Row | None) -> Any:
        found, certain = [], False
        for condition, value in given:
            holds = condition(values, row)
            if holds is not False:
                found.append(value(values, row))
                certain = certain or bool(holds)
        if not certain:
            found.append(default(values, row))
        return agreed(found)

    return only


def cumulated(runs: Sequence[Run]) -> Run:
    """累计: the sum over the conditions that hold; one that may hold must not change it."""
    given, default = pairs(runs)

    def cumulate(values: list[Any], row: Row | None) -> Any:
        certain: list[Any] = []
        open_: list[Any] = []
        for condition, value in given:
            holds = condition(values, row)
            if holds is not False:
                found = value(values, row)
                if found is None:
                    return None
                (certain if holds else open_).append(found)
        if any(open_):
            return None
        if not certain:
            return agreed([default(values, row), *open_])
        try:
            return reduce(arithmetic.add, certain)
        except ArithmeticError:
            return None

    return cumulate


# The branches of choices, as trees


def of_condition(args: Sequence[Node]) -> tuple[Branch, ...]:
    """若: the two ways it may go, with the condition of each."""
    condition, yes, no = args
    return Branch(((condition, True),), yes), Branch(((condition, False),), no)


def of_first(args: Sequence[Node]) -> tuple[Branch, ...]:
    """首中: the output after each condition where those before it fail, and the last where all do."""
    conditions, outputs = args[:-1:2], args[1:-1:2]
    passed = tuple((condition, False) for condition in conditions)
    found = [Branch((*passed[:i], (c, True)), v) for i, (c, v) in enumerate(zip(conditions, outputs, strict=True))]
    return (*found, Branch(passed, args[-1]))


def of_only(args: Sequence[Node]) -> tuple[Branch, ...]:
    """同值, 累计: the output of each condition whatever the others are, and the last where all fail."""
    conditions, outputs = args[:-1:2], args[1:-1:2]
    found = [Branch(((c, True),), v) for c, v in zip(conditions, outputs, strict=True)]
    return (*found, Branch(tuple((condition, False) for condition in conditions), args[-1]))
