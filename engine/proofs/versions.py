"""Two versions of the rules before the solver: of every change whether it decides any case otherwise, which way, and the
case nearest to a real one in which it alone does; else the proof that there is none.

A change is asked about alone: every other changed part comes to the same under both. Only where it never shows alone it is
asked about together with the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from engine.base.classes import dataclass
from engine.decision.apart import (
    DIRECTIONS,
    OfChange,
    OfDetermination,
    TurningCase,
    direction_of,
    outcome_of,
    shows,
    verdict_of,
)
from engine.decision.equivalence import opened
from engine.decision.following import Following
from engine.decision.model import AMOUNT, UNDECIDED
from engine.decision.program import Program
from engine.decision.witnesses import Version
from engine.language import keys
from engine.language.printer import show_value
from engine.lowered.calls import Values
from engine.lowered.rules import NO_OUTCOME, NOT_OPENED
from engine.policy.package import Package
from engine.policy.uses import outcomes
from engine.proofs.asking import Answer, Asker
from engine.proofs.bases import Bases, SupposedCase
from engine.proofs.naming import NoTerm, world_of
from engine.proofs.replies import PROVED, UNKNOWN, WITNESSED
from engine.proofs.terms import TRUE, SolverTerm, TruthTerm, ValueTerm, both, either, no, same
from engine.proofs.translate import Translation

Programs = tuple[Program, Program]


@dataclass(frozen=True)
class Prover:
    """Two versions with the real cases that witnesses start from; `steps` of the solver for one question."""

    programs: Programs
    sides: Sequence[tuple[Version, Version]]
    values: Sequence[tuple[Values, Values]]
    steps: int

    @classmethod
    def of(cls, programs: Programs, sides: Sequence[tuple[Version, Version]], steps: int) -> Prover:
        before, after = programs
        found = [(before.evaluated(one.case), after.evaluated(one.case)) for one, _ in sides]
        return cls(programs, sides, found, steps)

    def settled(self, one: OfDetermination) -> OfDetermination:
        """The same with what can be proved of its changes, and a case for each that decides otherwise."""
        open_ = [change for change in one.changes if not change.same.shown]
        if not open_:
            return self._amounts(one)
        try:
            compared = _Compared(self, one.name)
        except NoTerm as why:
            return replace(one, left=(f"不能交给求解器：{why}",))
        left: list[str] = []
        changes = []
        for change in one.changes:
            others = [other.key for other in open_ if other.key != change.key]
            changes.append(change if change.same.shown else compared.change(change, others, left))
        directions = compared.directions(left) if all(not change.tellings for change in changes) else {}
        found = replace(one, changes=tuple(changes), left=tuple(dict.fromkeys(left)))
        proved = all(change.same.shown or change.proved for change in changes) or (
            bool(directions) and all(status == PROVED for status in directions.values())
        )
        return self._amounts(replace(found, verdict=verdict_of(found, proved)))

    def _amounts(self, one: OfDetermination) -> OfDetermination:
        """Of amounts that rest on something else a case in which they differ, or the proof that they never do."""
        found = []
        for following in one.follows:
            asked = following.what == AMOUNT and not following.cases and following.rests
            found.append(self._amount(one.name, following) if asked else following)
        kept = tuple(following for following in found if following is not None)
        return replace(one, follows=kept)

    def _amount(self, name: str, following: Following) -> Following | None:
        places = [_place(program.package, name, following.outcome) for program in self.programs]
        slots = [keys.amount(name, place) for place in places]
        if any(slot not in p.form.definitions for slot, p in zip(slots, self.programs, strict=True)):
            return following
        try:
            compared = _Compared(self, name)
            terms = [t.slot(slot) for t, slot in zip(compared.translations, slots, strict=True)]
        except NoTerm:
            return following
        here = both(*(compared.is_word(index, following.outcome) for index in (0, 1)))
        goal = both(here, _differ(compared, terms[0], terms[1]))

        def confirmed(found: SupposedCase) -> bool:
            values = compared.evaluated(found)
            amounts = [v[p.slots[slot]] for v, p, slot in zip(values, self.programs, slots, strict=True)]
            words = [outcome_of(p, name, v) for p, v in zip(self.programs, values, strict=True)]
            return words == [following.outcome] * 2 and None not in amounts and amounts[0] != amounts[1]

        answer = compared.asked(goal, confirmed)
        if answer.status == PROVED:
            return None
        if answer.found is None:
            return following
        values = compared.evaluated(answer.found)
        told = [
            _money(p.package, name, place, v[p.slots[slot]])
            for p, place, v, slot in zip(self.programs, places, values, slots, strict=True)
        ]
        base = answer.found.base.id if answer.found.base is not None else ""
        moves = "、".join(f"{m.name}若为{m.instead}（现为{m.now}）" for m in answer.found.moves)
        return replace(following, cases=((f"{base}，{moves}" if moves else base, told[0], told[1]),))


def _money(package: Package, name: str, place: int, value: Any) -> str:
    node = outcomes(package.determinations[name])[place].amount
    return show_value(value, node.type if node is not None else None)


def _place(package: Package, name: str, outcome: str) -> int:
    return next(i for i, one in enumerate(outcomes(package.determinations[name])) if one.name == outcome)


class _Compared:
    """A determination under both versions in one world."""

    def __init__(self, prover: Prover, name: str) -> None:
        self.prover, self.programs, self.name = prover, prover.programs, name
        self.world = world_of(self.programs)
        self.translations = [Translation(program, self.world) for program in self.programs]
        self.terms = [_known(translation.slot(name)) for translation in self.translations]
        self.words = [_words(program.package, name) for program in self.programs]
        self._asker: Asker | None = None
        self._made = (0, 0)

    # Terms

    def is_word(self, index: int, word: str) -> Any:
        """That a version decides so."""
        term = self.terms[index]
        return both(term.known, same(self.world.words, term.value, word))

    def turned(self, direction: str) -> Any:
        """That both decide, and the second that way."""
        pairs = [
            (one, other)
            for one in self.words[0]
            for other in self.words[1]
            if one != other and direction_of(self.programs, self.name, one, other) == direction
        ]
        return either(*(both(self.is_word(0, one), self.is_word(1, other)) for one, other in pairs))

    def opened(self) -> Any:
        """That one of them decides and the other does not."""
        one, other = (term.known for term in self.terms)
        return either(both(one, no(other)), both(no(one), other))

    def apart(self, key: str) -> Any:
        """That a part comes to something else; a criterion that is not there keeps nobody from passing."""
        one, other = (t.slot(key) if key in t.program.form.definitions else TRUE for t in self.translations)
        return _differ(self, one, other)

    # Answers

    def asked(self, goal: Any, confirmed: Callable[[SupposedCase], bool], settled: bool = True) -> Answer:
        made = sum(len(t.given) for t in self.translations), len(self.world.aggregates)
        if self._asker is None or self._made != made:
            cases = [one.case for one, _ in self.prover.sides]
            bases = Bases.of(self.world, cases, self.translations, self.prover.values)
            self._asker, self._made = Asker(self.world, bases, self.prover.steps), made
        return self._asker.ask(goal, confirmed, settled)

    def change(self, change: OfChange, others: Sequence[str], left: list[str]) -> OfChange:
        """A change alone, then among the others: cases each way, or the proof that there are none."""
        try:
            own = self.apart(change.key)
            alone = both(own, *(no(self.apart(key)) for key in others))
        except NoTerm as why:
            left.append(f"{change.name}：{why}")
            return change
        tellings: list[TurningCase] = []
        proved = True
        for direction in DIRECTIONS:
            answers = []
            for shown, here in ((True, alone), (False, own))[: 2 if others else 1]:
                goal = both(here, self.turned(direction))
                answers.append(self.asked(goal, self._confirmed(change.key, others if shown else (), direction)))
                if answers[-1].found is not None:
                    tellings.append(self._telling(change.key, answers[-1].found, shown))
                    break
            proved = proved and all(answer.status == PROVED for answer in answers)
            left += [
                f"{change.name} {direction}：{answer.why or answer.status}"
                for answer in answers[-1:]
                if answer.status not in (PROVED, WITNESSED)
            ]
        least = min((len(telling.moves) for telling in tellings), default=len(self.programs[0].slots))
        tellings += [one for one in self._undecided(change, alone, others) if len(one.moves) < least]
        return replace(change, tellings=tuple(tellings), proved=proved and not tellings)

    def _undecided(self, change: OfChange, alone: Any, others: Sequence[str]) -> Iterator[TurningCase]:
        """A case that one version decides and the other leaves open; told where it is nearer than any that both decide."""
        confirmed = self._confirmed(change.key, others, UNDECIDED)
        answer = self.asked(both(alone, self.opened()), confirmed, settled=False)
        if answer.found is not None:
            yield self._telling(change.key, answer.found, True)

    def directions(self, left: list[str]) -> dict[str, str]:
        """Of every direction whether any case goes it."""
        found = {}
        for direction in DIRECTIONS:
            answer = self.asked(self.turned(direction), partial(self._goes, direction))
            found[direction] = answer.status
            if answer.status == UNKNOWN:
                left.append(f"{self.name} {direction}：{answer.why}")
        return found

    def _goes(self, direction: str, found: SupposedCase) -> bool:
        return self._turned(found)[2] == direction

    def evaluated(self, found: SupposedCase) -> tuple[Values, Values]:
        """What both versions make of a case."""
        one, other = (program.evaluated(found.case) for program in self.programs)
        return one, other

    def _turned(self, found: SupposedCase) -> tuple[str, str, str, tuple[Values, Values]]:
        values = self.evaluated(found)
        one, other = (outcome_of(p, self.name, v) for p, v in zip(self.programs, values, strict=True))
        return one, other, direction_of(self.programs, self.name, one, other), values

    def _confirmed(self, key: str, others: Sequence[str], direction: str) -> Callable[[SupposedCase], bool]:
        def confirmed(found: SupposedCase) -> bool:
            one, other, way, values = self._turned(found)
            decided = UNDECIDED not in (one, other)
            fits = one != other and (not decided if direction == UNDECIDED else decided and way == direction)
            hidden = any(shows(self.programs, one, values) for one in others)
            return fits and shows(self.programs, key, values) and not hidden

        return confirmed

    def _telling(self, key: str, found: SupposedCase, alone: bool) -> TurningCase:
        one, other, direction, values = self._turned(found)
        moves = tuple((move.name, move.now, move.instead) for move in found.moves)
        seen = tuple(pair for pair in self._seen(key, values[1]) if pair[0] not in {name for name, _, _ in moves})
        return TurningCase(found.base.id if found.base is not None else "", moves, seen, one, other, direction, alone)

    def _seen(self, key: str, values: Values) -> Iterator[tuple[str, str]]:
        """The numbers and days that the changed part names, as the case has them."""
        program = self.programs[1]
        definition = program.form.definitions.get(key)
        for name in (
            dict.fromkeys(program.form.leaves(opened(program, definition.node))) if definition is not None else ()
        ):
            said = program.package.facts.get(name) or program.package.derived.get(name)
            if said is not None and said.type.kind in ("number", "date"):
                yield name, show_value(values[program.slots[name]], said.type, said.unit)


def _known(term: SolverTerm) -> ValueTerm:
    return ValueTerm(0, False) if isinstance(term, TruthTerm) else term


def _words(package: Package, name: str) -> list[str]:
    every = [outcome.name for outcome in outcomes(package.determinations[name])]
    return list(dict.fromkeys((*every, NOT_OPENED, NO_OUTCOME)))


def _differ(compared: _Compared, one: SolverTerm, other: SolverTerm) -> Any:
    """That two terms are not the same: one of them known and the other not, or both to something else."""
    if isinstance(one, TruthTerm) and isinstance(other, TruthTerm):
        return either(*(either(both(a, no(b)), both(no(a), b)) for a, b in zip(one, other, strict=True)))
    if isinstance(one, TruthTerm) or isinstance(other, TruthTerm):
        return True
    has = either(both(one.known, no(other.known)), both(no(one.known), other.known))
    return either(has, both(one.known, other.known, no(same(compared.world.words, one.value, other.value))))
