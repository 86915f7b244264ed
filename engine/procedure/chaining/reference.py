"""The reference chainer: plain forward chaining, one fact at a time. The oracle, and the fallback.

Every fact is taken from the agenda once. A match of a rule's body is found when the last of its facts is taken: that
fact is put in each position it fits, the others come from the facts taken so far (itself included).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.base.problem import Refused
from engine.procedure.chaining.explain import Bindings, explain, instantiate, unify
from engine.procedure.chaining.model import (
    MAX_FACTS,
    MAX_MATCHES,
    Atom,
    HornProgram,
    Instance,
    Pattern,
    Result,
    Var,
    too_many,
)

REFERENCE = "内置推理"
MAX_STEPS = 5_000_000
"""Attempts to match one pattern with one fact."""

InstanceKey = tuple[str, int, str]
Match = tuple[tuple[Atom, ...], Bindings]


class _Facts:
    """The facts taken so far, found by predicate or by predicate and one argument."""

    def __init__(self) -> None:
        self.all: dict[str, list[Atom]] = {}
        self.by_argument: dict[InstanceKey, list[Atom]] = {}
        self.steps = 0

    def add(self, fact: Atom) -> None:
        self.all.setdefault(fact.predicate, []).append(fact)
        for position, value in enumerate(fact.args):
            self.by_argument.setdefault((fact.predicate, position, value), []).append(fact)

    def candidates(self, pattern: Pattern, bindings: Bindings) -> Sequence[Atom]:
        """A list that holds every fact the pattern may match: the shortest there is."""
        best: Sequence[Atom] = self.all.get(pattern.predicate, ())
        for position, term in enumerate(pattern.terms):
            value = bindings.get(term.name) if isinstance(term, Var) else term
            if value is not None:
                found: Sequence[Atom] = self.by_argument.get((pattern.predicate, position, value), ())
                best = found if len(found) < len(best) else best
        self.steps += len(best)
        if self.steps > MAX_STEPS:
            raise Refused(too_many("匹配次数", self.steps, MAX_STEPS))
        return best


def chain(program: HornProgram, facts: Iterable[Atom]) -> Result:
    """Everything that follows from the facts. Raises Refused: E804, E806."""
    given = program.check_facts(facts)
    return explain(program, given, instances(program, given), REFERENCE)


def instances(program: HornProgram, given: Iterable[Atom]) -> dict[Instance, None]:
    """All firings, in no particular order."""
    uses: dict[str, list[tuple[int, int]]] = {}
    for number, rule in enumerate(program.rules):
        for position, pattern in enumerate(rule.body):
            uses.setdefault(pattern.predicate, []).append((number, position))
    found: dict[Instance, None] = {}
    agenda = dict.fromkeys(given)
    queue = list(agenda)
    taken = _Facts()
    for fact in queue:  # grows while it is read
        taken.add(fact)
        for number, position in uses.get(fact.predicate, ()):
            rule = program.rules[number]
            for premises, bindings in _matches(rule.body, position, fact, taken):
                found[number, premises] = None
                if len(found) > MAX_MATCHES:
                    raise Refused(too_many("规则触发次数", len(found), MAX_MATCHES))
                for head in rule.heads:
                    conclusion = instantiate(head, bindings)
                    if conclusion not in agenda:
                        agenda[conclusion] = None
                        queue.append(conclusion)
        if len(queue) > MAX_FACTS:
            raise Refused(too_many("事实", len(queue), MAX_FACTS))
    return found


def _matches(body: Sequence[Pattern], pinned: int, fact: Atom, taken: _Facts) -> Iterator[Match]:
    """The matches of `body` with `fact` in position `pinned`, and the values of the variables."""

    def extend(position: int, premises: tuple[Atom, ...], bindings: Bindings) -> Iterator[Match]:
        if position == len(body):
            yield premises, bindings
            return
        pattern = body[position]
        for atom in (fact,) if position == pinned else taken.candidates(pattern, bindings):
            extended = unify(pattern, atom, bindings)
            if extended is not None:
                yield from extend(position + 1, (*premises, atom), extended)

    start = unify(body[pinned], fact, {})
    if start is not None:
        yield from extend(0, (), start)  # bound from the start, so that every join is narrow
