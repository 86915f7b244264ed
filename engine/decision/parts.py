"""Parts of a decision, each by itself: what came out, why, and what would help. They cost very different times. Pure.

`Verdicts` is one evaluation of the rules the outcome rests on; `Explanation` puts it into words; what is missing is looked
for apart, and so is what would change the outcome, which is most of the time of a slow decision. A `Decision` is all of
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from engine.base.classes import dataclass
from engine.base.later import Later
from engine.decision.against import counted
from engine.decision.case import Case
from engine.decision.core import Evaluation, verdict
from engine.decision.decide import criterion_result, direct_facts, outcome_of, premise_results, relied_of
from engine.decision.missing import find_missing
from engine.decision.model import CriterionResult, Missing, PremiseResult, Relied, ScoreSheet, Seen, Working
from engine.decision.places import placed
from engine.decision.relied import score_sheets
from engine.decision.turning import OtherReadings
from engine.decision.workings import workings
from engine.policy.package import Determination


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What a determination came to: see `Decision` for `outcome`, `possible` and `reasons`; `verdicts` by criterion: 满足
    未满足 待查明 不适用."""

    determination: str
    case: str
    as_of: date
    outcome: str
    possible: tuple[str, ...]
    reasons: tuple[str, ...]
    verdicts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why: every criterion with what it saw, the values that outcomes read themselves, the scores, the calculation
    sheet, and the parameters and interpretations all of it rests on."""

    determination: str
    outcome: str
    possible: tuple[str, ...]
    reasons: tuple[str, ...]
    criteria: tuple[CriterionResult, ...]
    facts: tuple[Seen, ...]
    premises: tuple[PremiseResult, ...]
    scores: tuple[ScoreSheet, ...]
    workings: Later[tuple[Working, ...]]
    relied: tuple[Relied, ...]


def verdicts_of(evaluation: Evaluation, case: Case) -> Verdicts:
    """What came out."""
    found = {view.name: verdict(evaluation.values, view.slots) for view in evaluation.view.criteria}
    name, reasons = evaluation.view.determination, evaluation.deciding
    return Verdicts(name, case.id, case.as_of, evaluation.outcome, evaluation.possible, reasons, found)


def explanation_of(evaluation: Evaluation, case: Case) -> Explanation:
    """Why it came out so. `evaluation` is one with every rule run."""
    outcome = outcome_of(evaluation, _definition(evaluation))
    bearing, readings = counted(evaluation, outcome), OtherReadings(evaluation, case)
    return Explanation(
        determination=evaluation.view.determination,
        outcome=evaluation.outcome,
        possible=evaluation.possible,
        reasons=evaluation.deciding,
        criteria=tuple(criterion_result(readings, shown, bearing[shown.name]) for shown in evaluation.view.criteria),
        facts=direct_facts(evaluation, case),
        premises=premise_results(evaluation, case),
        scores=score_sheets(evaluation),
        workings=workings(evaluation, case, outcome),
        relied=relied_of(readings, outcome),
    )


def missing_of(evaluation: Evaluation, case: Case) -> tuple[Missing, ...]:
    """What is still missing, in useful order, with its places. `evaluation` is one with every rule run."""
    outcome = outcome_of(evaluation, _definition(evaluation))
    return placed(evaluation, case, find_missing(evaluation, outcome))


def _definition(evaluation: Evaluation) -> Determination:
    view = evaluation.view
    return view.program.package.determinations[view.determination]
