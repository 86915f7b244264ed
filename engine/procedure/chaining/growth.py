"""A bound on the partial matches of a run, kept while facts arrive.

durable-rules extends all partial matches inside one call, which cannot be interrupted and takes about 250 bytes each.
So before a fact is asserted, the matches of each rule's first k premises are bounded: facts that fit premise 1, times,
for each further premise, the most facts that agree on the arguments already known there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.base.problem import Refused
from engine.procedure.chaining.model import Atom
from engine.procedure.chaining.network import Plan, Premise, unfit

MAX_PARTIAL = 500_000
"""Partial matches of one rule."""


@dataclass(slots=True)
class _Watch:
    """What one premise has seen: facts by the arguments known from earlier premises, and the most for one value."""

    rule: int
    premise: Premise
    known: tuple[int, ...]
    seen: dict[tuple[str, ...], int] = field(default_factory=dict)
    most: int = 0

    def add(self, atom: Atom) -> bool:
        """Whether the most grew."""
        args = atom.args
        for position, constant in self.premise.constants:
            if args[position] != constant:
                return False
        for one, other in self.premise.equalities:
            if args[one] != args[other]:
                return False
        key = tuple([args[position] for position in self.known])
        count = self.seen.get(key, 0) + 1
        self.seen[key] = count
        if count <= self.most:
            return False
        self.most = count
        return True


class Growth:
    """Of one run. `add` raises Refused (E808) before a fact that might lead to too many partial matches."""

    def __init__(self, plans: Sequence[Plan]) -> None:
        self.rules = [
            [_Watch(number, premise, tuple(position for position, _ in premise.joins)) for premise in plan.premises]
            for number, plan in enumerate(plans)
        ]
        self.by_predicate: dict[str, list[_Watch]] = {}
        for watches in self.rules:
            for watch in watches:
                self.by_predicate.setdefault(watch.premise.predicate, []).append(watch)

    def add(self, atom: Atom) -> None:
        for watch in self.by_predicate.get(atom.predicate, ()):
            if watch.add(atom):
                self._check(self.rules[watch.rule])

    @staticmethod
    def _check(watches: Sequence[_Watch]) -> None:
        matches = 1
        for watch in watches:
            matches *= watch.most
            if matches > MAX_PARTIAL:
                raise Refused(unfit(f"可能有 {matches} 个部分匹配", MAX_PARTIAL))
