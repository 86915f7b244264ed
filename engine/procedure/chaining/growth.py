"""A bound on the partial matches of a run, kept while facts arrive.

durable-rules extends all partial matches inside one call, which cannot be interrupted and takes 250 bytes and more for
each. So before a fact is asserted, the matches of every rule's first k premises are bounded: the facts that fit
premise 1 times, for each further premise, the most facts that agree in the arguments already known there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from engine.base.problem import Refused
from engine.procedure.chaining.model import Atom
from engine.procedure.chaining.network import CompiledRule, unfit

MAX_PARTIAL = 500_000
"""Partial matches of all rules together."""


class Watch(NamedTuple):
    """One premise: the constants and equalities that make a fact fit, the positions known from earlier premises."""

    rule: int
    constants: tuple[tuple[int, str], ...]
    equalities: tuple[tuple[int, int], ...]
    known: tuple[int, ...]

    def fits(self, args: Sequence[str]) -> bool:
        """Whether a fact with these arguments can be this premise."""
        return all(args[position] == value for position, value in self.constants) and all(
            args[one] == args[other] for one, other in self.equalities
        )


class Gauge:
    """What to watch, of one program: `watches` rule by rule, `spans` where each rule's begin and end. They are found
    by predicate and, where they have constants, by one of them: else every fact would be held against every rule."""

    def __init__(self, plans: Iterable[CompiledRule]) -> None:
        self.watches: list[Watch] = []
        self.spans: list[tuple[int, int]] = []
        self.open: dict[str, list[int]] = {}
        self.by_constant: dict[tuple[str, int, str], list[int]] = {}
        self.positions: dict[str, set[int]] = {}
        premises = [(number, premise) for number, plan in enumerate(plans) for premise in plan.premises]
        values: dict[tuple[str, int], set[str]] = {}
        for _, premise in premises:
            for position, value in premise.constants:
                values.setdefault((premise.predicate, position), set()).add(value)
        for index, (number, premise) in enumerate(premises):
            if number == len(self.spans):
                self.spans.append((index, index))
            self.spans[number] = (self.spans[number][0], index + 1)
            known = tuple(position for position, _ in premise.joins)
            self.watches.append(Watch(number, premise.constants, premise.equalities, known))
            if premise.constants:
                # the argument in which the rules differ most
                telling = max(premise.constants, key=lambda c: len(values[premise.predicate, c[0]]))
                self.positions.setdefault(premise.predicate, set()).add(telling[0])
                self.by_constant.setdefault((premise.predicate, *telling), []).append(index)
            else:
                self.open.setdefault(premise.predicate, []).append(index)

    def fitting(self, atom: Atom) -> Iterator[int]:
        """The watches whose premise the fact can be."""
        predicate, args = atom
        told = [self.by_constant.get((predicate, p, args[p]), []) for p in self.positions.get(predicate, ())]
        candidates = (self.open.get(predicate, []), *told)
        return (index for indices in candidates for index in indices if self.watches[index].fits(args))


class Growth:
    """The bound of one run. `add` raises Refused (E808) before a fact that might lead to too many partial matches."""

    def __init__(self, gauge: Gauge) -> None:
        self.gauge = gauge
        self.seen: list[dict[tuple[str, ...], int]] = [{} for _ in gauge.watches]
        self.most = [0] * len(gauge.watches)
        self.bounds = [0] * len(gauge.spans)
        self.total = 0

    def add(self, atom: Atom) -> None:
        """Count a new fact."""
        args = atom.args
        for index in self.gauge.fitting(atom):
            watch = self.gauge.watches[index]
            key = tuple([args[position] for position in watch.known])
            count = self.seen[index].get(key, 0) + 1
            self.seen[index][key] = count
            if count > self.most[index]:
                self.most[index] = count
                self._bound(watch.rule)

    def _bound(self, rule: int) -> None:
        matches, bound = 1, 0
        for most in self.most[slice(*self.gauge.spans[rule])]:
            matches *= most
            bound += matches
        self.total += bound - self.bounds[rule]
        self.bounds[rule] = bound
        if self.total > MAX_PARTIAL:
            raise Refused(unfit(f"可能有 {self.total} 个部分匹配", MAX_PARTIAL))
