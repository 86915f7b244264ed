"""What a form asks at which stage: every fact and table under the first determination that rests on it, in the order in
which the regulation takes them."""

from __future__ import annotations

from collections.abc import Sequence

from engine.base.classes import dataclass
from engine.decision.program import Program
from engine.policy.package import AS_OF
from engine.policy.uses import expressions, names_in, outcomes


@dataclass(frozen=True, slots=True)
class CaseStage:
    """`name`: the determination, "" for what none rests on."""

    name: str
    asked: tuple[str, ...]


def stages_of(program: Program, only: str = "") -> Sequence[CaseStage]:
    """The stages of a regulation; with `only` the one of that determination, which asks for everything it rests on, and
    what else its amounts, duties and letters say (names and addresses)."""
    package = program.package
    told = (AS_OF, *package.of_round, *(name for name, fact in package.facts.items() if fact.formal))
    names = [name for name in (*package.facts, *package.tables) if name not in told]
    if only:
        below = program.steps[only].rests_on
        said = _said(program, only)
        return (
            CaseStage(only, tuple(name for name in names if name in below)),
            CaseStage("", tuple(name for name in names if name in said and name not in below)),
        )
    found: list[CaseStage] = []
    left = dict.fromkeys(names)
    for determination in package.determinations:
        below = program.steps[determination].rests_on
        asked = tuple(name for name in left if name in below)
        if asked:
            found.append(CaseStage(determination, asked))
            for name in asked:
                del left[name]
    return (*found, CaseStage("", tuple(left))) if left else found


def _said(program: Program, determination: str) -> frozenset[str]:
    """Every name that the amounts and duties of a determination or its letters rest on, and what a case is called by."""
    package = program.package
    letters = {name for outcome in outcomes(package.determinations[determination]) for name in outcome.documents}
    named = names_in(node for owner, node in expressions(package) if owner in (determination, *letters))
    below = (program.steps[name].rests_on if name in program.steps else frozenset((name,)) for name in named)
    return frozenset((package.header.called,)).union(*below)
