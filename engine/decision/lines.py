"""A decision as rows, one a criterion, for counting over many decisions. Pure."""

from __future__ import annotations

from datetime import date

from engine.base.classes import dataclass
from engine.decision.model import NOT_OPENED, UNDECIDED, CriterionResult, Decision

ADVERSE, CLASSIFYING, ENCOURAGED, EXCUSED, OPEN = "不利", "分类", "鼓励", "例外", "未定"


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """A criterion of a decision. `deciding`: it is among the decision's reasons. `bearing` is what being unmet means here:
    不利 it stands in the way of the favourable outcome; 分类 it only tells which rules apply; 鼓励 it never decides; 例外 it
    is excused; 未定 the outcome is open; "" for a criterion that is not unmet, or a determination that is not opened."""

    case: str
    as_of: date
    determination: str
    outcome: str
    criterion: str
    verdict: str
    deciding: bool
    bearing: str
    clauses: tuple[str, ...]


def lines(decision: Decision) -> tuple[CriterionLine, ...]:
    """Every criterion the decision shows, in its order."""
    return tuple(
        CriterionLine(
            decision.case,
            decision.as_of,
            decision.determination,
            decision.outcome,
            criterion.name,
            criterion.verdict,
            criterion.name in decision.reasons,
            _bearing(decision, criterion),
            criterion.clauses,
        )
        for criterion in decision.criteria
    )


def _bearing(decision: Decision, criterion: CriterionResult) -> str:
    if criterion.verdict != "未满足" or decision.outcome == NOT_OPENED:
        return ""
    if criterion.strength == "鼓励":
        return ENCOURAGED
    if criterion.excused is not None:
        return EXCUSED
    if decision.outcome == UNDECIDED:
        return OPEN
    return ADVERSE if criterion.name in decision.obstacles else CLASSIFYING
