"""What is still unknown and whether it matters.

Something matters while an unknown it feeds is *live*: reachable from an undecided outcome through unknown values only.
What is known stays known whatever else is learned, so a fact that is not live can no longer change anything, and is
listed as no longer needed. Among those that matter the cheap ones come first, then those that narrow the possible
outcomes most when given one of their boundary values, then the package's order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from engine.decision.boundaries import candidates
from engine.decision.core import Evaluation, View
from engine.decision.layout import band_nodes, leaves, outcome_nodes, plain_name, settle
from engine.decision.model import UNDECIDED, Case, Missing
from engine.decision.program import Program, run_rules
from engine.decision.rules import Values, quiet
from engine.language.tree import Call, Items, Name, Node
from engine.policy.package import Outcome

_LOGIC = frozenset(("且", "或", "非"))
_GROUPS = frozenset(("全部满足", "任一未满足", "未满足项数", "满足"))
_COST = {"table": 2, "excuse": 3, "parameter": 9}


@dataclass
class Live:
    """Walks down from unknown conditions. `found`: (kind, name) -> criteria that need it, in the order found."""

    program: Program
    values: Values
    found: dict[tuple[str, str], dict[str, None]] = field(default_factory=dict)
    _seen: set[tuple[int | str, str]] = field(default_factory=set)
    _criterion: str = ""

    def add(self, kind: str, name: str) -> None:
        needed = self.found.setdefault((kind, name), {})
        if self._criterion:
            needed[self._criterion] = None

    def visit(self, node: Node) -> None:
        """Everything live below a settled `node`; nothing if its value is known."""
        if isinstance(node, Items):
            for item in node.items:
                self.visit(item)
            return
        if quiet(self.program.run_of(node), self.values) is not None:
            return
        if isinstance(node, Name):
            self.name(node.name)
        elif isinstance(node, Call):
            self._call(node)

    def _call(self, node: Call) -> None:
        values, slots = self.values, self.program.slots
        if node.function == "若":
            condition, yes, no = node.args
            truth = quiet(self.program.run_of(condition), values)
            for part in (condition, yes, no) if truth is None else (yes,) if truth else (no,):
                self.visit(part)
        elif node.function in _GROUPS:
            for key in leaves(node, self.program.layout.context):
                if values[slots[key]] is None:
                    self.name(key)
        elif any(isinstance(arg, Name) and arg.kind in ("table", "column") for arg in node.args):
            self._aggregate(node)
        elif node.function in ("结论", "等次", "分项得分", "适用"):
            for key in leaves(node, self.program.layout.context):
                self.name(plain_name(key))
        else:
            for arg in node.args:
                self.visit(arg)

    def _aggregate(self, node: Call) -> None:
        """Its unknown names; if there are none, the table itself, which has blank cells."""
        keys = list(dict.fromkeys(leaves(node, self.program.layout.context)))
        unknown = [key for key in keys if self.values[self.program.slots[key]] is None]
        for key in unknown or [key for key in keys if key in self.program.package.tables]:
            self.name(key)

    def name(self, name: str) -> None:
        mark = (name, self._criterion)
        if mark in self._seen:
            return
        self._seen.add(mark)
        package = self.program.package
        if name in package.facts:
            self.add("fact", name)
        elif name in package.tables:
            self.add("table", name)
        elif name in package.parameters:
            self.add("parameter", name)
        elif name in package.criteria:
            self._of_criterion(name)
        elif name in package.determinations:
            self.outcomes(name)
        elif self._open(name):
            self.add("parameter", name)
        else:
            step = self.program.steps.get(name)
            for node in step.nodes if step is not None else ():
                self.visit(node)
            self._bands(name)

    def _bands(self, name: str) -> None:
        score = self.program.package.scores.get(name)
        if score is not None and self.values[self.program.slots[name]] is not None:
            for node in band_nodes(score):
                self.visit(settle(node))

    def _open(self, name: str) -> bool:
        package = self.program.package
        table, score = package.decision_tables.get(name), package.scores.get(name)
        return (table is not None and table.open) or (score is not None and score.open)

    def _of_criterion(self, name: str) -> None:
        outer, self._criterion = self._criterion, name
        slots = self.program.layout.criterion(name)
        for node in self.program.steps[name].nodes:
            self.visit(node)
        excusable = name in self.program.layout.excuses
        if excusable and self.values[slots.met] is False and self.values[slots.excuse] is None:
            self.add("excuse", name)
        self._criterion = outer

    def outcomes(self, determination: str) -> None:
        """Its applicability and the conditions up to the first true one, while more than one outcome is possible."""
        judge = self.program.judges[determination]
        if judge.tainted or len(judge.possible(self.values)) == 1:
            return
        for node in self.program.steps[determination].nodes:
            self.visit(node)
            limits = judge.applies is not None and node is self.program.steps[determination].nodes[0]
            if not limits and quiet(self.program.run_of(node), self.values) is True:
                return


def find_missing(evaluation: Evaluation, case: Case, outcome: Outcome | None) -> tuple[Missing, ...]:
    """What matters, in useful order, then what no longer does. `outcome`: the settled one, whose amounts and dates may
    still need facts."""
    view = evaluation.view
    program = view.program
    live = Live(program, evaluation.values)
    live.outcomes(view.determination)
    for node in outcome_nodes(outcome) if outcome is not None else ():
        live.visit(settle(node))
    wanted = sorted(live.found, key=lambda item: _rank(view, evaluation, case, *item))
    matters = [_entry(program, kind, name, tuple(live.found[kind, name]), True) for kind, name in wanted]
    return (*matters, *(_entry(program, kind, name, (), False) for kind, name in _unneeded(evaluation, live)))


def _unneeded(evaluation: Evaluation, live: Live) -> list[tuple[str, str]]:
    program = evaluation.view.program
    below = program.steps[evaluation.view.determination].rests_on
    kinds = [("fact", name) for name in program.package.facts] + [("table", name) for name in program.package.tables]
    return [
        (kind, name)
        for kind, name in kinds
        if name in below and (kind, name) not in live.found and evaluation.values[program.slots[name]] is None
    ]


def _rank(view: View, evaluation: Evaluation, case: Case, kind: str, name: str) -> tuple[int, Fraction, int]:
    program = view.program
    cost = program.package.facts[name].cost if kind == "fact" else _COST[kind]
    narrowing = narrowed(evaluation, case, kind, name) if evaluation.outcome == UNDECIDED else Fraction(0)
    return cost, narrowing, program.position.get(name, 0)


def narrowed(evaluation: Evaluation, case: Case, kind: str, name: str) -> Fraction:
    """How many outcomes stay possible, on average over the values worth trying."""
    view = evaluation.view
    program, slots = view.program, view.program.slots
    if kind == "fact":
        steps = program.support(view.determination)
        tried = [possible_with(view, case, {name: v}) for v in candidates(program, steps, evaluation.values, name)]
    elif kind == "excuse":
        tried = [_overridden(evaluation, {slots[name]: value}) for value in (True, False)]
    else:
        # What a table or an open term will say cannot be enumerated; what rests on it directly can.
        readers = [c for c in view.criteria if name in program.steps[c.name].rests_on]
        unknown = [c.slots.verdict for c in readers if evaluation.values[c.slots.verdict] is None]
        tried = [_overridden(evaluation, dict.fromkeys(unknown, value)) for value in (True, False)]
    sizes = [len(possible) for possible in tried]
    return Fraction(sum(sizes), len(sizes)) if sizes else Fraction(len(evaluation.possible))


def possible_with(view: View, case: Case, facts: dict[str, Any]) -> tuple[str, ...]:
    """The possible outcomes were `facts` known as well."""
    return view.reasons.judge.possible(values_with(view, case, facts))


def values_with(view: View, case: Case, facts: dict[str, Any]) -> Values:
    """The values after one evaluation with `facts` in place of the case's."""
    program = view.program
    values = program.load(case)
    for name, value in facts.items():
        values[program.slots[name]] = value
    for source, presence in program.layout.presence:
        values[presence] = values[source] is not None
    return run_rules(program.plan(view.determination), values)


def _overridden(evaluation: Evaluation, verdicts: dict[int, Any]) -> tuple[str, ...]:
    values = list(evaluation.values)
    for slot, value in verdicts.items():
        values[slot] = value
    return evaluation.view.reasons.judge.possible(values)


def _entry(program: Program, kind: str, name: str, criteria: Sequence[str], matters: bool) -> Missing:
    package = program.package
    if kind == "fact":
        fact = package.facts[name]
        question = fact.question or f"请填写{fact.label or name}"
        return Missing(
            name,
            kind,
            fact.label or name,
            question,
            fact.evidence,
            fact.supplier,
            tuple(criteria),
            matters,
            fact.clauses,
        )
    if kind == "table":
        table = package.tables[name]
        question = f"请提供{table.label or name}"
        return Missing(
            name, kind, table.label or name, question, "", table.supplier, tuple(criteria), matters, table.clauses
        )
    if kind == "excuse":
        criterion = package.criteria[name]
        question = f"未达到“{name}”的一般要求，是否有正当理由予以例外？请写明认定人、日期和理由"
        return Missing(name, kind, f"{name}的例外理由", question, "", "", tuple(criteria), matters, criterion.clauses)
    term = package.parameters.get(name) or package.decision_tables.get(name) or package.scores[name]
    question = f"“{name}”参数未定，须由{term.setter or '有权机关'}确定"
    return Missing(name, kind, name, question, "", term.setter, tuple(criteria), matters, term.clauses)
