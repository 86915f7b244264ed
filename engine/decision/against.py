"""What counts against the party: every criterion that is unmet and that the condition of the outcome reads, not only as many
as would be enough. Pure.

A criterion is `COUNTED` where the condition of the outcome that was reached reads it, itself or by way of another criterion
or a quantity; of an outcome that holds because no other does (默认, listed with a condition of its own or not), or whether or
not its own condition does, where any condition does. It is `ADVERSE` where besides it is unmet, no exception was granted, and its being unmet speaks for that
outcome: it makes the condition true, or keeps a favourable outcome from being reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.decision.case import Case
from engine.decision.core import Evaluation
from engine.decision.leaves import failed, names_in
from engine.decision.model import ADVERSE, BESIDE, COUNTED, NOT_OPENED, NamedFinding
from engine.decision.program import Program
from engine.decision.remedies import favourable_of
from engine.language import keys
from engine.language.keys import named_by
from engine.language.tree import Name, Node
from engine.lowered.calls import Values
from engine.policy.package import Outcome, Package
from engine.policy.uses import outcomes


def counted(evaluation: Evaluation, outcome: Outcome | None) -> dict[str, str]:
    """Every criterion the determination shows -> `ADVERSE`, `COUNTED` or `BESIDE`."""
    view = evaluation.view
    read = set(view.program.below(_conditions(evaluation, outcome)))
    adverse = _adverse(view.program, evaluation.values, _speaking(evaluation, outcome))
    words = {True: ADVERSE, False: COUNTED}
    return {c.name: words[c.name in adverse] if c.name in read or c.name in adverse else BESIDE for c in view.criteria}


def counting(program: Program, determination: str, outcome: str) -> frozenset[str]:
    """The names that the condition of an outcome rests on; of one without, those of all; of what is not opened, none."""
    if outcome == NOT_OPENED:
        return frozenset()
    each = outcomes(program.package.determinations[determination])
    own = [one.when for one in each if one.name == outcome and one.when is not None]
    return frozenset(program.below(own or [one.when for one in each if one.when is not None]))


def findings_against(evaluation: Evaluation, case: Case, outcome: Outcome | None) -> tuple[NamedFinding, ...]:
    """The 判断 that the condition of the outcome reads itself and that speak for it, against the party."""
    program = evaluation.view.program
    leaves = [leaf for leaf in _speaking(evaluation, outcome) if _criterion(program.package, leaf) is None]
    return found_in(program, case, leaves)


def found_in(program: Program, case: Case, leaves: Iterable[Node]) -> tuple[NamedFinding, ...]:
    """Every 判断 that some leaves rest on, with who found what and why."""
    names = {name for leaf in leaves for name in names_in(program, leaf)}
    facts = ((name, case.facts.get(name)) for name in program.package.facts if name in names)
    return tuple(
        NamedFinding(name, fact.finding) for name, fact in facts if fact is not None and fact.finding is not None
    )


def _conditions(evaluation: Evaluation, outcome: Outcome | None) -> list[Node]:
    """The condition of the outcome; where it has none, or none is reached yet, those of all."""
    condition = _condition(evaluation, outcome)
    if condition is not None:
        return [condition]
    if evaluation.outcome == NOT_OPENED:
        return []
    all_ = outcomes(evaluation.view.program.package.determinations[evaluation.view.determination])
    return [one.when for one in all_ if one.when is not None]


def _condition(evaluation: Evaluation, outcome: Outcome | None) -> Node | None:
    """The condition the outcome was reached by; None where it has none, or its own is not known to hold: then it is the
    默认, or comes out either way."""
    if outcome is None or outcome.when is None:
        return None
    return outcome.when if evaluation.view.program.value(outcome.when, evaluation.values) is True else None


def _speaking(evaluation: Evaluation, outcome: Outcome | None) -> Iterator[Node]:
    """The leaves that make the condition of an outcome that is not favourable true; of one without a condition, those
    that keep the favourable ones from holding."""
    program, values = evaluation.view.program, evaluation.values
    definition = program.package.determinations[evaluation.view.determination]
    favourable = favourable_of(definition)
    if outcome is None or outcome.name in favourable or outcome.nature == "有利决定":
        return
    condition = _condition(evaluation, outcome)
    if condition is not None:
        yield from failed(program, values, program.lowered(condition), wanted=False)
        return
    for one in outcomes(definition):
        if one.name in favourable and one.when is not None:
            yield from failed(program, values, program.lowered(one.when))


def _adverse(program: Program, values: Values, leaves: Iterable[Node]) -> set[str]:
    """The criteria among the leaves, and below them, that are unmet and count."""
    found: set[str] = set()
    waiting = list(leaves)
    while waiting:
        leaf = waiting.pop()
        name = _criterion(program.package, leaf)
        named = [name] if name is not None else [n for n in names_in(program, leaf) if n in program.package.criteria]
        for criterion in named:
            slots = program.layout.criterion(criterion)
            if criterion not in found and values[slots.passed] is False:
                found.add(criterion)
                waiting += failed(program, values, program.form.definitions[keys.required(criterion)].node)
    return found


def _criterion(package: Package, leaf: Node) -> str | None:
    """The criterion of which a leaf says how it stands, or None."""
    name = named_by(leaf.name) if isinstance(leaf, Name) else ""
    return name if name in package.criteria else None
