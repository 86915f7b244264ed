"""What a case says was decided, against what its own files come to. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from engine.base.problem import Problem
from engine.decision.case import Case
from engine.decision.core import Evaluation
from engine.decision.decide import evaluate_whole, grounds_of
from engine.decision.model import NOT_OPENED, UNDECIDED
from engine.decision.program import Program
from engine.decision.wording import near
from engine.policy.package import NOT_YET
from engine.policy.procedure import OUTCOMES

_OPEN = (NOT_OPENED, UNDECIDED, NOT_YET)
"""What a case comes to that says nothing against any conclusion: its files tell of something else, or not enough."""
_NAMED = 3


Then = Callable[[date], tuple[Program, Case] | None]
"""The rules of an earlier day and the case as it was then; None where it makes no difference."""


def contradictions(program: Program, case: Case, then: Then | None = None) -> tuple[Problem, ...]:
    """E872 for every fact that repeats a conclusion (决定) other than the one the rest of the case gives, with both places.
    What an event concluded is held against the rules of its own day."""
    facts, found = program.package.facts, list[Problem]()
    for name, fact in case.facts.items():
        field = facts.get(name)
        if field is None or not field.type.name.startswith(OUTCOMES) or fact.value is None:
            continue
        determination = field.type.name.removeprefix(OUTCOMES)
        earlier = then(fact.on) if then is not None and fact.on is not None and fact.on < case.as_of else None
        rules, known = earlier or (program, case)
        evaluation = evaluate_whole(rules, known, determination)
        if evaluation.outcome in (*_OPEN, fact.value):
            continue
        said = "事件记录写明" if fact.recorded else "案卷写明"
        where = "、".join(list(dict.fromkeys(_places(evaluation, known, name)))[:_NAMED])
        message = f"{said} `{name}` 为 `{fact.value}`，案卷的材料得出 `{determination}` 为 `{evaluation.outcome}`"
        message += f"（{where}）" if where else ""
        message += f"，按 {known.as_of.isoformat()} 的规则" if earlier is not None else ""
        found.append(Problem("E872", message, fact.place, "核对两处：更正写明的结论，或更正、补充材料"))
    return tuple(found)


def reached(program: Program, case: Case) -> frozenset[str]:
    """The facts that repeat a conclusion which the rest of the case comes to as well: without them it is the same case."""
    facts = program.package.facts

    def again(name: str) -> bool:
        kind, value = facts[name].type.name, case.facts[name].value
        if not kind.startswith(OUTCOMES) or value is None:
            return False
        return evaluate_whole(program, case, kind.removeprefix(OUTCOMES)).outcome == value

    return frozenset(name for name in case.facts if name in facts and again(name))


def _places(evaluation: Evaluation, case: Case, but: str) -> Iterator[str]:
    """Where the facts stand on which the case's own conclusion rests."""
    for name in grounds_of(evaluation):
        fact = case.facts.get(name)
        if fact is not None and name != but and fact.place is not None:
            yield f"{name} {near(fact.place)}"
