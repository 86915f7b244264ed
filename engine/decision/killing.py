"""The case that tells a fault in the rules from the rules: a decided one with a fact or two of it moved. Pure.

Facts below what the fault changes are moved to where a comparison of either turns over. What comes of it is worked out
over the decided case, so that hundreds of moves cost little, and in the end by both rules in whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, islice, product

from engine.base.classes import dataclass
from engine.decision.boundaries import candidates
from engine.decision.case import Case
from engine.decision.decide import evaluate_whole
from engine.decision.model import NOT_OPENED, UNDECIDED
from engine.decision.moved import Moved
from engine.decision.planted import Planted
from engine.decision.program import Program
from engine.language.keys import named_by
from engine.language.tree import Table, Value
from engine.lowered.calls import Values

TRIED = 400
"""Moves of one case that are looked at for one fault at most."""
_VALUES = 8
"""Values of one fact."""


@dataclass(frozen=True, slots=True)
class KillingCase:
    """The case with the facts `moves` comes to `outcome` in `determination`, and with the fault to `instead`."""

    moves: Mapping[str, Value]
    determination: str
    outcome: str
    instead: str


def killing_case(
    planted: Planted, faulty: Program, case: Case, values: Values, determinations: Sequence[str]
) -> KillingCase | None:
    """The first found, fewest moves first, whose outcome is decided without the fault. `values`: what the case comes to;
    `faulty`: the rules with the fault, compiled."""
    program = planted.program
    known = {name: tuple(_choices(planted, faulty, values, name)) for name in _movable(planted, case)}
    known = {name: choices for name, choices in known.items() if choices}
    moved = Moved(program, tuple(program.steps.values()), values)
    slots = [(name, program.slots[name]) for name in determinations]
    for moves in islice(_moves(known), TRIED):
        now = moved.after(moves) if moves else values
        then = planted.values(now)
        if then is None:
            return None
        for name, slot in slots:
            if now[slot] is not None and then[slot] is not None and now[slot] != then[slot]:
                found = _confirmed(program, faulty, case, moves, name)
                if found is not None:
                    return found
    return None


def _movable(planted: Planted, case: Case) -> list[str]:
    """The facts below what is changed that the case has, no tables among them."""
    program = planted.program
    steps = [program.steps[name] for name in dict.fromkeys(map(named_by, planted.changed)) if name in program.steps]
    below = frozenset[str]().union(*(step.rests_on for step in steps))
    facts = (name for name in program.package.facts if name in below and name in case.facts)
    return [
        name for name in facts if case.facts[name].value is not None and not isinstance(case.facts[name].value, Table)
    ]


def _choices(planted: Planted, faulty: Program, values: Values, name: str) -> Sequence[Value]:
    """Values of a fact beside the limits that it is compared with, nearest to what is changed first."""
    found: dict[Value, None] = {}
    owners = dict.fromkeys(map(named_by, planted.changed))
    for program in (planted.program, faulty):
        own = [program.steps[owner] for owner in owners if owner in program.steps]
        below = [step for step in program.steps.values() if any(step.name in one.rests_on for one in own)]
        for steps in (own, below):
            found |= dict.fromkeys(candidates(program, steps, values, name))
    now = values[planted.program.slots[name]]
    return [value for value in found if value is not None and value != now][:_VALUES]


def _moves(known: Mapping[str, tuple[Value, ...]]) -> Iterator[dict[str, Value]]:
    for count in (0, 1, 2):
        for names in combinations(known, count):
            for values in product(*(known[name] for name in names)):
                yield dict(zip(names, values, strict=True))


def _confirmed(
    program: Program, faulty: Program, case: Case, moves: Mapping[str, Value], determination: str
) -> KillingCase | None:
    facts = {**case.facts, **{name: replace(case.facts[name], value=value) for name, value in moves.items()}}
    moved = replace(case, facts=facts)
    before, after = (evaluate_whole(rules, moved, determination).outcome for rules in (program, faulty))
    if before == after or before in (UNDECIDED, NOT_OPENED):
        return None
    return KillingCase(moves, determination, before, after)
