"""Questions put to the solver: is there a case such that? Answered by a proof that there is none, by a case the evaluator has
looked at, or by saying why neither is known.

Every question has a limit of its own, counted in the solver's steps so that every machine stops at the same place, with a
clock behind it. Seeds are fixed. A row without a form is asked of the evaluator for the values a model gives it, and what
it says, with its rows' directions, is added; so an answer comes to hold little by little.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field
from fractions import Fraction
from typing import Any

import z3

from engine.base.classes import dataclass
from engine.proofs.bases import Bases, SupposedCase
from engine.proofs.replies import BOUNDED, PROVED, UNKNOWN, WITNESSED
from engine.proofs.terms import lifted, lifted_truth
from engine.proofs.world import Application, Ground

STEPS, SECONDS = 4_000_000, 20
"""What one check of a question may take: steps of the solver, and seconds where those do not end it."""
PROOF, BASED, REAL = 1, 2, 3
"""What a check knows of: laws; of real cases too; of ledgers there can be too."""
COUNTS = (0, 1, 2, 3, 4, 6, 9)
"""How many things may be otherwise than in a real case, one attempt after the other."""
HALVED = 8
"""How often the way that numbers are moved is halved."""
TRIES, LEMMAS = 12, 60
"""How often single values are added before a case is looked for, and while it is."""
TURNED_DOWN = 4
"""Cases that the evaluator may see otherwise before a question is given up."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`status`: one of the words above; `found`: the case, with what was changed of which real case; `why` not known."""

    status: str
    found: SupposedCase | None = None
    why: str = ""


@dataclass
class KeptSolver:
    """A solver with how much of every list it has been told."""

    solver: Any
    added: list[int] = field(default_factory=lambda: [0, 0, 0, 0])


@dataclass
class Asker:
    """A world with a solver. `checks`: how often it was asked; `disagreed`: cases that terms and evaluator saw otherwise."""

    world: Ground
    bases: Bases
    steps: int = STEPS
    seconds: int = SECONDS
    checks: int = 0
    disagreed: int = 0
    _left: int = 0
    _seen: int = -1
    _solvers: dict[int, KeptSolver] = field(default_factory=dict)
    _goals: int = 0
    lemmas: list[Any] = field(default_factory=list)

    def ask(
        self,
        goal: Any,
        confirmed: Callable[[SupposedCase], bool] | None = None,
        settled: bool = True,
        near: bool = True,
    ) -> Answer:
        """Whether there is a case for which `goal` is true, and `confirmed` by the evaluator: as like a real case as can be, if
        `near`. `settled`: the proof that there is none is about cases of which everything is known; what is decided while
        something is not known is decided so whatever it turns out to be."""
        if goal is False:
            return Answer(PROVED)
        switch = self._goal(goal)
        answer = self._looked([switch, *([self.world.settled] if settled else [])])
        if answer is not None:
            return answer
        found = self._witness([switch], confirmed, near)
        if near or found.status != UNKNOWN or not self.bases.cases:
            return found
        self._left = self.steps
        return self._witness([switch], confirmed, True)

    def _looked(self, given: list[Any]) -> Answer | None:
        """The proof that there is no such case, with single values of rows without a form; None where there may be one."""
        for _ in range(TRIES):
            result, model = self._check(given)
            if result == z3.unsat:
                return Answer(PROVED)
            if result == z3.unknown:
                return Answer(UNKNOWN, why="超时")
            if not self.refined(model):
                return None
        return None

    def _witness(self, given: list[Any], confirmed: Callable[[SupposedCase], bool] | None, near: bool) -> Answer:
        refused = 0
        for _ in range(LEMMAS):
            result, model = self._nearest(given) if near else self._check([*given, self.bases.any], REAL)
            if result == z3.unsat:
                return Answer(BOUNDED)
            if result == z3.unknown:
                return Answer(UNKNOWN, why="超时")
            found = self.bases.found(model)
            if confirmed is None or confirmed(found):
                return Answer(WITNESSED, self.bases.told(found))
            if self.refined(model):
                continue
            refused += 1
            if refused > TURNED_DOWN:
                self.disagreed += 1
                return Answer(UNKNOWN, why=self._refusals or "求解器找到的情形，实际算出来不是那样")
            self.lemmas.append(z3.Implies(given[0], z3.Not(self.bases.same(model))))
        return Answer(UNKNOWN, why=self._open)

    @property
    def _open(self) -> str:
        rows = "、".join(dict.fromkeys(one.row.name for one in self.world.applications))
        return f"{rows}只能逐个取值，试了{LEMMAS}次没有定论"

    @property
    def _refusals(self) -> str:
        """What of it cannot be put to a solver, and why."""
        told = {row: why for t in self.bases.translations for row, why in t.refused.items()}
        return "；".join(f"{row}：{why}" for row, why in told.items())

    def _nearest(self, given: list[Any]) -> tuple[Any, Any]:
        """A model that changes as little as can be of some real case, numbers by as little as a few attempts find: each
        time first with every ledger as it is, then with ledgers written anew."""
        for count in COUNTS:
            for lists, extra in ((BASED, [self.bases.untouched]), (REAL, [])):
                if lists == REAL and not (count and self.world.ledgers):
                    continue
                asked = [*given, *extra, self.bases.at_most(count)]
                result, model = self._check(asked, lists)
                if result == z3.sat:
                    return result, self._drawn(asked, model, lists)
        return self._check([*given, self.bases.any], REAL)

    def _drawn(self, given: list[Any], model: Any, lists: int) -> Any:
        """The same with numbers and days drawn nearer to what they are in the real case."""
        first, least, most = model, Fraction(0), Fraction(1)
        for _ in range(HALVED):
            share = (least + most) / 2
            nearer = self.bases.nearer(first, share)
            if nearer is None:
                break
            result, closer = self._check([*given, nearer], lists)
            if result == z3.sat:
                model, most = closer, share
            else:
                least = share
        return model

    # The solver

    def _check(self, given: Sequence[Any], lists: int = PROOF) -> tuple[Any, Any]:
        """One look, by another way where the first comes to no end. `lists`: what is known of: laws, of real cases too, of
        ledgers there can be too."""
        self.checks += 1
        world = self.world
        known = [self.lemmas, world.assumed, world.based, world.recorded][: lists + 1]
        kept = self._solvers.setdefault(lists, KeptSolver(z3.Solver()))
        for place, conditions in enumerate(known):
            kept.solver.add(*conditions[kept.added[place] :])
            kept.added[place] = len(conditions)
        result, model = self._run(kept.solver, given)
        if result == z3.unknown and self._left > 0:
            solver = z3.Then("simplify", "propagate-values", "solve-eqs", "smt").solver()
            solver.add(*(condition for conditions in known for condition in conditions))
            result, model = self._run(solver, given)
        return result, model

    def _run(self, solver: Any, given: Sequence[Any]) -> tuple[Any, Any]:
        if self._left <= 0:
            return z3.unknown, None
        if self._seen < 0:
            self._seen = _steps(z3.Solver())
        solver.set("timeout", self.seconds * 1000)
        solver.set("rlimit", max(1, min(self._left, self.steps // 2)))
        result = solver.check(*given)
        count = _steps(solver)
        self._left -= max(1, count - self._seen)
        self._seen = count
        return result, solver.model() if result == z3.sat else None

    def _goal(self, goal: Any) -> Any:
        self._goals += 1
        self._left = self.steps
        switch = z3.Bool(f"问{self._goals}")
        self.lemmas.append(z3.Implies(switch, lifted_truth(goal)))
        return switch

    # Rows without a form

    def refined(self, model: Any) -> bool:
        """Whether the evaluator says otherwise of a row without a form than the model: what it says is added."""
        wrong = False
        for one in self.world.applications:
            args = [self.world.value(model, arg, kind) for arg, kind in zip(one.args, one.kinds, strict=True)]
            said = self.world.value(model, one.result, one.kind)
            has = z3.is_true(model.eval(one.defined, model_completion=True))
            if None in args:  # beyond what a calendar holds
                continue
            truly = one.do(*args)
            if has != (truly is not None) or (truly is not None and said != truly):
                wrong = True
                self.lemmas.append(self._lemma(one, args, truly))
        return wrong

    def _lemma(self, one: Application, args: Sequence[Any], truly: Any) -> Any:
        """What a row comes to for these arguments, and in the directions in which it rises and falls."""
        world = self.world
        at = [_at(world, arg, term, kind) for arg, term, kind in zip(args, one.args, one.kinds, strict=True)]
        here = z3.And(*(term == value for term, value in zip(one.args, at, strict=True)))
        if truly is None:
            return z3.Implies(here, z3.Not(one.defined))
        result = lifted(world.constant(truly)) if one.kind not in ("text", "enum") else world.words.code(truly)
        exact = z3.Implies(here, z3.And(one.defined, one.result == result))
        directions = [one.row.direction(index) for index in range(len(args))]
        if 0 in directions or one.kind not in ("number", "date"):
            return exact
        above, below = [], []
        for term, value, direction in zip(one.args, at, directions, strict=True):
            above.append(term >= value if direction > 0 else term <= value)
            below.append(term <= value if direction > 0 else term >= value)
        rising = z3.Implies(z3.And(one.defined, *above), one.result >= result)
        falling = z3.Implies(z3.And(one.defined, *below), one.result <= result)
        return z3.And(exact, rising, falling)


def _steps(solver: Any) -> int:
    """What the solver has done in all, in its own steps."""
    if not solver.assertions():
        solver.check()
    used = solver.statistics()
    return int(used.get_key_value("rlimit count")) if "rlimit count" in list(used.keys()) else 0


def _at(world: Ground, value: Any, term: Any, kind: str) -> Any:
    if kind in ("text", "enum") and isinstance(value, str):
        return z3.StringVal(value) if isinstance(term, z3.SeqRef) else world.words.code(value)
    return lifted(world.constant(value))
