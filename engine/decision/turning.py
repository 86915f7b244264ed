"""Which readings a decision turns on: the case is decided again under every other option of a question of interpretation,
by the rules that determination rests on alone. Pure.

A question whose options say nothing that rules could, none of them, cannot be tried; what it touches is then all there is to go by.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from typing import TypeVar

from engine.base.classes import dataclass
from engine.decision.case import Case
from engine.decision.core import Evaluation, conclude, view_of
from engine.decision.program import Program, apart, compile_package
from engine.language.tree import Node
from engine.policy.package import Alternative, Criterion, Interpretation, Package
from engine.policy.uses import expressions, names_in

T = TypeVar("T")

Outward = Callable[[Evaluation], Hashable]
"""What an evaluation comes to, as far as its party is told."""


@dataclass
class OtherReadings:
    """A case as it was evaluated, and under other options of the questions, each tried once."""

    evaluation: Evaluation
    case: Case
    known: dict[int, Evaluation] = field(default_factory=dict)

    def under(self, other: Alternative | None) -> Evaluation | None:
        """Under an option, the evaluation itself for one that changes nothing; None where that cannot be told."""
        view = self.evaluation.view
        if other is None:
            return None
        if id(other) not in self.known:
            program = _under(view.program, view.determination, other)
            own = replace(self.evaluation, values=apart(view.program, self.evaluation.values))
            again = program is not view.program
            self.known[id(other)] = (
                conclude(view_of(program, view.determination), program.evaluated(self.case)) if again else own
            )
        return self.known[id(other)]

    def others(self, question: Interpretation) -> Iterator[Evaluation | None]:
        """Under every option of a question that is not adopted."""
        yield from (self.under(option.otherwise) for option in question.options if option.name != question.adopted)


def turning(readings: OtherReadings, questions: Iterable[Interpretation], said: Outward) -> Iterator[Interpretation]:
    """The questions that another option of would, or might, make something else of what is `said`."""
    now = said(readings.evaluation)
    for question in questions:
        untried = not any(option.changes for option in question.options)
        if untried or any(other is None or said(other) != now for other in readings.others(question)):
            yield question


def _under(program: Program, determination: str, other: Alternative) -> Program:
    """The rules of a determination under an option, compiled once; `program` itself where it changes none of them."""
    key = determination, id(other)
    known = program.alternatives.get(key)
    if known is None:
        part = _part(program, determination, other)
        # The option is kept beside what was made of it so that its id stays its own.
        known = program.alternatives[key] = (other, compile_package(part) if part is not None else None)
    return known[1] or program


def _part(program: Program, determination: str, other: Alternative) -> Package | None:
    """What a determination rests on, as it would be; None where that would be as it is."""
    package = program.package
    reads = dict(_reads(package, other))
    wanted = {determination, *program.support(determination)[-1].rests_on}
    for name in program.encouraged(program.under(determination)):
        wanted |= program.steps[name].rests_on
    groups = {group for name in wanted if name in package.criteria for group in package.criteria[name].groups}
    wanted |= {name for name, criterion in other.criteria.items() if groups.intersection(criterion.groups)}
    wanted |= {name for owner, node in expressions(package) if owner in wanted for name in _named(package, [node])}
    changed = {*other.parameters, *other.derived, *other.criteria, *other.off}
    grown = _grown(program, wanted, reads)
    if not changed & grown:
        return None
    criteria = _kept({**package.criteria, **other.criteria}, grown - set(other.off))
    order = _ordered(program, [name for name in (*package.order, *other.criteria) if name in grown], reads)
    return replace(
        package,
        derived=_kept({**package.derived, **other.derived}, grown),
        parameters={**package.parameters, **other.parameters},
        criteria=criteria,
        groups=_members(package, criteria),
        decision_tables=_kept(package.decision_tables, grown),
        scores=_kept(package.scores, grown),
        determinations=_kept(package.determinations, grown),
        order=tuple(name for name in order if name not in other.off),
        rankings={},
        documents={},
        attachments=(),
        procedure=None,
        pictures={},
        relations={},
    )


def _kept(found: Mapping[str, T], names: set[str]) -> dict[str, T]:
    return {name: one for name, one in found.items() if name in names}


def _members(package: Package, criteria: Mapping[str, Criterion]) -> dict[str, tuple[str, ...]]:
    """Every group with those of its criteria that count."""
    counted = [criterion for criterion in criteria.values() if criterion.strength != "鼓励"]
    groups = dict.fromkeys((*package.groups, *(group for one in criteria.values() for group in one.groups)))
    return {group: tuple(one.name for one in counted if group in one.groups) for group in groups}


def _reads(package: Package, other: Alternative) -> Iterator[tuple[str, set[str]]]:
    """What each changed definition names itself."""
    for derived in other.derived.values():
        yield derived.name, _named(package, [derived.expression])
    for criterion in other.criteria.values():
        applies = [criterion.applies] if criterion.applies is not None else []
        yield criterion.name, _named(package, [criterion.requirement, *applies])


def _named(package: Package, nodes: Iterable[Node]) -> set[str]:
    return {name for part in names_in(nodes) for name in package.groups.get(part, (part,))}


def _grown(program: Program, wanted: set[str], reads: Mapping[str, set[str]]) -> set[str]:
    """The names and all below them."""
    found, waiting = set[str](), list(wanted)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += reads.get(name) or (program.steps[name].rests_on if name in program.steps else ())
    return found


def _ordered(program: Program, names: list[str], reads: Mapping[str, set[str]]) -> list[str]:
    """The names in their order, each after what it rests on: under another option that may be something later."""
    found: dict[str, None] = {}
    entered: set[str] = set()

    def place(name: str) -> None:
        if name not in entered:
            entered.add(name)
            below = reads.get(name) or program.steps[name].rests_on
            for other in (one for one in names if one in below):
                place(other)
            found[name] = None

    for name in names:
        place(name)
    return list(found)
