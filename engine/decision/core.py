"""One evaluation of one determination for one case, as plain data built straight from the slots.

This is all a batch run or an explanation needs: verdicts, the values each criterion saw, the deciding set. `decide`
dresses the same evaluation for people; nothing is evaluated a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

from engine.base.classes import dataclass
from engine.base.numbers import number_text
from engine.decision.case import Case
from engine.decision.model import UNDECIDED
from engine.decision.program import Program
from engine.decision.reasons import OutcomeReasons, VerdictReasons
from engine.decision.slots import CriterionSlots
from engine.language.keys import is_presence, named_by
from engine.language.tree import Node, Table
from engine.lowered.calls import Values
from engine.lowered.writes import run_rules


@dataclass(frozen=True, slots=True)
class CriterionView:
    """A criterion as one determination shows it. `seen`: names and the slots they are read from, in reading order;
    `tested` those of them that are criteria, with the slot that says whether they apply."""

    name: str
    slots: CriterionSlots
    seen: tuple[tuple[str, int], ...]
    tested: tuple[tuple[str, int], ...]

    def values(self, values: Values) -> dict[str, Any]:
        """What it saw, JSON-ready."""
        found = {name: plain_value(values[slot]) for name, slot in self.seen}
        for name, applies in self.tested:
            if values[applies] is False:
                found[name] = "不适用"
        return found


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
    """The values after one evaluation. `outcome` is 待查 unless exactly one is possible; `deciding` is empty then.
    `by_cases`: no ground is definite yet, but every case of what is unknown leads to this outcome."""

    view: View
    values: Values
    outcome: str
    possible: tuple[str, ...]
    deciding: tuple[str, ...]
    by_cases: bool = False

    def to_plain(self) -> dict[str, Any]:
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
                    "所见": view.values(values),
                }
                for view in self.view.criteria
            ],
            "决定性": list(self.deciding),
        }


def evaluate_case(program: Program, case: Case, determination: str, reasoned: bool = True) -> Evaluation:
    """The outcome of `determination` for `case` with its verdicts and, where `reasoned`, its deciding set. KeyError for a name
    unknown to the program."""
    view = view_of(program, determination)
    return conclude(view, run_rules(program.plan(determination), program.load(case)), reasoned)


def conclude(view: View, values: Values, reasoned: bool = True) -> Evaluation:
    """The outcome over values whose rules have run. What decides it by cases takes many times longer than the outcome."""
    reasons = view.reasons
    settled = reasons.judge.settled(values)
    if settled is not None:
        values[reasons.judge.slot] = settled
        return Evaluation(view, values, settled, (settled,), reasons.find(values, settled) if reasoned else ())
    possible = possible_of(view, values)
    settled = values[reasons.judge.slot]
    if settled is None:
        return Evaluation(view, values, UNDECIDED, possible, ())
    deciding = reasons.by_cases(values, settled) if reasoned else ()
    return Evaluation(view, values, settled, possible, deciding, by_cases=True)


def possible_of(view: View, values: Values) -> tuple[str, ...]:
    """The outcomes not yet excluded over values whose rules have run; a single one is written down."""
    view.program.steps[view.determination].rule(values)
    settled = values[view.reasons.judge.slot]
    if settled is not None:
        return (settled,)
    found, words = view.reasons.judge.possible(values), view.reasons.narrowed(values)
    left = tuple(word for word in found if word in words) if words is not None else found
    if len(left) == 1:
        values[view.reasons.judge.slot] = left[0]
    return left


def verdict(values: Values, slots: CriterionSlots) -> str:
    """满足 未满足 待查明 不适用, as shown: an excuse changes what a verdict counts for, not what it is. A requirement that
    is met is 满足 even while it is unknown whether it applies: the criterion passes either way."""
    applies, met = values[slots.applies], values[slots.required]
    if applies is False:
        return "不适用"
    if met:
        return "满足"
    return "待查明" if applies is None or met is None else "未满足"


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
    below = program.under(determination)
    shown = {*below, *program.encouraged(below)}
    criteria = tuple(
        _criterion_view(program, name) for name in program.package.criteria if name in shown and name in program.steps
    )
    return View(program, determination, criteria, OutcomeReasons(program, determination), below)


def _criterion_view(program: Program, name: str) -> CriterionView:
    seen = seen_by(program, program.steps[name].nodes)
    criteria = [shown for shown, _ in seen if shown in program.package.criteria]
    tested = tuple((shown, program.layout.criterion(shown).applies) for shown in criteria)
    return CriterionView(name, program.layout.criterion(name), seen, tested)


def seen_by(program: Program, nodes: tuple[Node, ...]) -> tuple[tuple[str, int], ...]:
    """What the nodes read directly, each under the name it is shown by, with its slot; of what they only ask whether it is
    filled in, its value."""
    keys = dict.fromkeys(value_key(key) for node in nodes for key in program.leaves(node))
    return tuple({shown_as(program.package.criteria, key): program.slots[key] for key in keys}.items())


def value_key(key: str) -> str:
    """The slot of the value behind a slot that says whether it is filled in; any other slot's own key."""
    return named_by(key) if is_presence(key) else key


def shown_as(criteria: Container[str], key: str) -> str:
    """A criterion's truths are shown under its name, everything else under its slot's key."""
    name = named_by(key)
    return name if name in criteria and not key.startswith("适用：") else key


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
    Decimal: number_text,
    Fraction: lambda value: f"{value.numerator}/{value.denominator}",
    date: date.isoformat,
    time: time.isoformat,
    Table: _table,
    tuple: lambda value: [plain_value(item) for item in value],
}
