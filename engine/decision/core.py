"""One evaluation of one determination for one case, as plain data built straight from the slots.

This is all a batch run or an explanation needs: verdicts, the values each criterion saw, the deciding set. `decide`
dresses the same evaluation for people; nothing is evaluated a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

from engine.base.numbers import plain
from engine.decision.layout import leaves
from engine.decision.model import NOT_OPENED, UNDECIDED, Case
from engine.decision.program import Program, run_rules
from engine.decision.reasons import OutcomeReasons, VerdictReasons
from engine.decision.rules import CriterionSlots, Values
from engine.language.tree import NOT_APPLICABLE, Node, Table


@dataclass(frozen=True, slots=True)
class CriterionView:
    """A criterion as one determination shows it. `seen`: names and the slots they are read from, in reading order."""

    name: str
    slots: CriterionSlots
    seen: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class View:
    """What a determination shows. `below`: names it rests on without crossing another determination."""

    program: Program
    determination: str
    criteria: tuple[CriterionView, ...]
    reasons: OutcomeReasons
    below: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The values after one evaluation. `outcome` is 待查 unless exactly one is possible; `deciding` is empty then."""

    view: View
    values: Values
    outcome: str
    possible: tuple[str, ...]
    deciding: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """JSON-ready: 决定, 结果, 可能, 准则 (each with 结论 and 所见), 决定性."""
        values = self.values
        return {
            "决定": self.view.determination,
            "结果": self.outcome,
            "可能": list(self.possible),
            "准则": [
                {
                    "名称": view.name,
                    "结论": verdict(values, view.slots),
                    "所见": {name: plain_value(values[slot]) for name, slot in view.seen},
                }
                for view in self.view.criteria
            ],
            "决定性": list(self.deciding),
        }


def evaluate_case(program: Program, case: Case, determination: str) -> Evaluation:
    """The outcome of `determination` for `case` with its verdicts and deciding set. KeyError for a name unknown to the
    program."""
    view = view_of(program, determination)
    return conclude(view, run_rules(program.plan(determination), program.load(case)))


def conclude(view: View, values: Values) -> Evaluation:
    """The outcome over values whose rules have run."""
    judge = view.reasons.judge
    possible = judge.possible(values)
    settled = judge.settled(possible)
    values[judge.slot] = settled
    if settled is None:
        return Evaluation(view, values, UNDECIDED, possible, ())
    return Evaluation(view, values, settled, possible, view.reasons.find(values, settled, settled != NOT_OPENED))


def verdict(values: Values, slots: CriterionSlots) -> str:
    """满足 未满足 待查明 不适用, as shown: an excuse changes what a verdict counts for, not what it is."""
    applies, met = values[slots.applies], values[slots.met]
    if applies is False:
        return "不适用"
    if applies is None or met is None:
        return "待查明"
    return "满足" if met else "未满足"


def view_of(program: Program, determination: str) -> View:
    """The view, made once per program and determination."""
    cache: dict[str, View] = program.views
    view = cache.get(determination)
    if view is None:
        view = cache[determination] = _view(program, determination)
    return view


def verdict_reasons(program: Program, criterion: str) -> VerdictReasons:
    """The reasons of a criterion's verdict, compiled once per program."""
    cache: dict[str, VerdictReasons] = program.verdict_reasons
    found = cache.get(criterion)
    if found is None:
        found = cache[criterion] = VerdictReasons(program, criterion)
    return found


def _view(program: Program, determination: str) -> View:
    below = program.below(program.steps[determination].nodes)
    shown = {*below, *program.encouraged(below)}
    criteria = tuple(
        CriterionView(name, program.layout.criterion(name), seen_by(program, program.steps[name].nodes))
        for name in program.package.criteria
        if name in shown and name in program.steps
    )
    return View(program, determination, criteria, OutcomeReasons(program, determination), below)


def seen_by(program: Program, nodes: tuple[Node, ...]) -> tuple[tuple[str, int], ...]:
    """Names and slots the nodes read directly; presence is not a value."""
    keys = dict.fromkeys(key for node in nodes for key in leaves(node, program.layout.context))
    return tuple((key, program.slots[key]) for key in keys if not key.startswith("已填："))


def plain_value(value: Any) -> Any:
    """A value as JSON holds it: numbers as strings, dates as ISO 8601, tables as their number of records."""
    return _PLAIN[type(value)](value)


def _table(table: Table) -> dict[str, int]:
    return {"记录": len(table.rows)}


def _same(value: Any) -> Any:
    return value


_PLAIN: Mapping[type, Callable[[Any], Any]] = {
    bool: _same,
    str: _same,
    type(None): _same,
    Decimal: plain,
    Fraction: lambda value: f"{value.numerator}/{value.denominator}",
    date: date.isoformat,
    time: time.isoformat,
    Table: _table,
    tuple: lambda value: [plain_value(item) for item in value],
    type(NOT_APPLICABLE): lambda value: "不适用",
}
