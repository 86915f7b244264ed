"""What a case says was decided, against what its own files come to. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache

from engine.base.classes import dataclass
from engine.base.problem import Place, Problem
from engine.decision.case import Case
from engine.decision.core import Evaluation
from engine.decision.decide import amount_of, evaluations, grounds_of
from engine.decision.model import NOT_OPENED, UNDECIDED
from engine.decision.program import Program
from engine.decision.wording import near
from engine.language.tree import Value
from engine.policy.package import NOT_YET, Package
from engine.policy.procedure import OUTCOMES

_OPEN = (NOT_OPENED, UNDECIDED, NOT_YET)
"""What a case comes to that says nothing against any conclusion: its files tell of something else, or not enough."""
_NAMED = 3


Then = Callable[[date], tuple[Program, Case]]
"""The rules of an earlier day and the case as it was then."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What is written of a determination: `who` writes that `item` is `written`. `known`: its name among the facts."""

    who: str
    determination: str
    item: str
    value: Value
    written: str
    place: Place | None
    on: date | None
    known: str = ""
    amount: bool = False


def contradictions(
    program: Program, case: Case, then: Then | None = None, differ: Callable[[date], bool] | None = None
) -> tuple[Problem, ...]:
    """E872 for every fact that repeats a conclusion (决定), and every event of the case's history that says what was
    concluded or its amount, other than the rest of the case gives, with both places. What an event concluded is held
    against the rules of its own day (where they `differ`), and is no error where the case as it was `then` gives it."""
    found = list[Problem]()
    now = _Comings(program, case)

    @cache
    def back(day: date, found_by_then: bool) -> _Comings:
        assert then is not None
        rules, known = then(day)
        return _Comings(rules, known.by(day) if found_by_then else known)

    for said in _said(program.package, case):
        day = said.on if then is not None and said.on is not None and said.on < case.as_of else None
        own = day is not None and differ is not None and differ(day)
        held = back(day, False) if day is not None and own else now
        told = _otherwise(held, said)
        if told is not None and day is not None and not own and not said.known:
            told = _otherwise(back(day, True), said)
        if told is not None:
            found.append(_problem(said, told, held.case if own else None))
    return tuple(found)


class _Comings:
    """What a case comes to by some rules: evaluated once, whatever is asked of it."""

    def __init__(self, program: Program, case: Case) -> None:
        self.case, self.of = case, evaluations(program, case)


def _said(package: Package, case: Case) -> Iterator[_Said]:
    """What facts and events say was concluded, each once."""
    repeated = set[tuple[str, date | None, Value]]()
    for name, fact in case.facts.items():
        field = package.facts.get(name)
        if field is None or not field.type.name.startswith(OUTCOMES) or fact.value is None:
            continue
        determination = field.type.name.removeprefix(OUTCOMES)
        who = "事件记录" if fact.recorded else "案卷"
        repeated.add((determination, fact.on, fact.value))
        yield _Said(who, determination, name, fact.value, str(fact.value), fact.place, fact.on, name)
    for act in case.concluded:
        if (act.determination, act.on, act.value) not in repeated:
            amount = not isinstance(act.value, str)
            yield _Said(
                act.event, act.determination, act.item, act.value, act.written, act.place, act.on, amount=amount
            )


def _otherwise(held: _Comings, said: _Said) -> tuple[str, str] | None:
    """What the case comes to instead, and where that stands; None where it says nothing against it."""
    evaluation = held.of(said.determination)
    if evaluation.outcome in _OPEN:
        return None
    if said.amount:
        value, shown = amount_of(evaluation)
        same, what, got = value in (None, said.value), f"`{said.determination}` 的金额", shown
    else:
        same, what, got = evaluation.outcome == said.value, f"`{said.determination}`", evaluation.outcome
    if same:
        return None
    where = "、".join(list(dict.fromkeys(_places(evaluation, held.case, said.known)))[:_NAMED])
    return f"{what} 为 `{got}`", where


def _problem(said: _Said, told: tuple[str, str], own: Case | None) -> Problem:
    message = f"{said.who}写明 `{said.item}` 为 `{said.written}`，案卷的材料得出 {told[0]}"
    message += f"（{told[1]}）" if told[1] else ""
    message += f"，按 {own.as_of.isoformat()} 的规则" if own is not None else ""
    return Problem("E872", message, said.place, "核对两处：更正写明的结论，或更正、补充材料")


def reached(program: Program, case: Case) -> frozenset[str]:
    """The facts that repeat a conclusion which the rest of the case comes to as well: without them it is the same case."""
    facts, evaluation = program.package.facts, evaluations(program, case)

    def again(name: str) -> bool:
        kind, value = facts[name].type.name, case.facts[name].value
        if not kind.startswith(OUTCOMES) or value is None:
            return False
        return evaluation(kind.removeprefix(OUTCOMES)).outcome == value

    return frozenset(name for name in case.facts if name in facts and again(name))


def _places(evaluation: Evaluation, case: Case, but: str) -> Iterator[str]:
    """Where the facts stand on which the case's own conclusion rests."""
    for name in grounds_of(evaluation):
        fact = case.facts.get(name)
        if fact is not None and name != but and fact.place is not None:
            yield f"{name} {near(fact.place)}"
