"""Plans of what to change, put together: any of several will do, all of several are needed. Pure.

A `RemedyPlan` names, for each quantity it moves, the values that would do, nearest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import reduce
from typing import Any

from engine.base.classes import dataclass

MAX_PLANS = 48
"""Partial plans kept while a conjunction is put together, the cheapest first."""


@dataclass(frozen=True, slots=True)
class RemedyPlan:
    """`moves`: name -> values that would do, nearest first. `remains`: names a person must see to."""

    moves: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    remains: tuple[str, ...] = ()

    @property
    def cost(self) -> tuple[int, int]:
        return len(self.remains), len(self.moves)


RemedyPlans = tuple[RemedyPlan, ...]
NO_CHANGE: RemedyPlans = (RemedyPlan(),)


def either(options: Iterable[RemedyPlans]) -> RemedyPlans:
    """Any of the options will do; the cheapest first."""
    return tuple(sorted((plan for plans in options for plan in plans), key=lambda plan: plan.cost))[:MAX_PLANS]


def both(first: RemedyPlans, second: RemedyPlans) -> RemedyPlans:
    """The plans that do both; a quantity moved by both must have a value that suits both."""
    if first is NO_CHANGE or second is NO_CHANGE:
        return second if first is NO_CHANGE else first
    return either([tuple(joint for a in first for b in second if (joint := _joined(a, b)) is not None)])


def _joined(a: RemedyPlan, b: RemedyPlan) -> RemedyPlan | None:
    moves = dict(a.moves)
    for name, values in b.moves.items():
        suitable = tuple(value for value in moves.get(name, values) if value in values)
        if not suitable:
            return None
        moves[name] = suitable
    return RemedyPlan(moves, tuple(dict.fromkeys((*a.remains, *b.remains))))


def every(parts: Iterable[RemedyPlans]) -> RemedyPlans:
    """What has to be done for all of them."""
    return reduce(both, parts, NO_CHANGE)
