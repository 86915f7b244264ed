"""What the examples of a package exercise: outcomes, criteria both ways, rows, grades, and both sides of each threshold.

Pure bookkeeping over evaluations that were made anyway. Keys are names and printed sentences, so that examples decided
for different days add up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field

from engine.base.classes import dataclass
from engine.decision.core import Evaluation, verdict
from engine.decision.model import NOT_OPENED
from engine.decision.program import Program
from engine.decision.slots import outcome_nodes
from engine.language.functions import FUNCTIONS
from engine.language.printer import print_node
from engine.language.tree import Call, Node
from engine.lowered.calls import Values
from engine.policy.package import Package
from engine.policy.uses import outcomes

Kind = str
"""结果 前提具备 前提不具备 准则满足 准则未满足 决定表行 等次, and of every comparison 正在界限上 界限以上 界限以下."""
_LIMITS = "界限"
"""Where a program keeps the comparisons of its definitions."""
ON, ABOVE, BELOW = "正在界限上", "界限以上", "界限以下"


def thresholds(node: Node) -> Iterator[Call]:
    """Numeric and date comparisons of an expression, those about single records left out."""
    if not isinstance(node, Call):
        return
    row = FUNCTIONS[node.function]
    if row.orders:
        yield node
    elif not row.scans:
        for arg in node.args:
            yield from thresholds(arg)


def goals(package: Package) -> dict[Kind, list[str]]:
    """Everything an example could exercise, by kind, in package order."""
    found: dict[Kind, list[str]] = {
        "结果": [f"{d.name}：{o.name}" for d in package.determinations.values() for o in outcomes(d)],
        "前提具备": _premises(package),
        "前提不具备": _premises(package),
        "准则满足": list(package.criteria),
        "准则未满足": list(package.criteria),
        "决定表行": [
            f"{table.name} 第 {i} 行"
            for table in package.decision_tables.values()
            if not table.applied_only  # whose rows are met within what they are applied to
            for i in range(1, len(table.rows) + 1)
        ],
        "等次": [f"{s.name}：{b.name}" for s in package.scores.values() for b in s.bands if b.condition is not None],
    }
    compared = [limit for limits in limits_of(package).values() for limit in limits]
    found |= dict.fromkeys((ON, ABOVE, BELOW), compared)
    return {kind: list(dict.fromkeys(names)) for kind, names in found.items()}


def limits_of(package: Package) -> dict[str, dict[str, Call]]:
    """Definition -> its comparisons, each under the name by which it is told."""
    found: dict[str, dict[str, Call]] = {}
    for name, node in _conditions(package):
        for one in thresholds(node):
            found.setdefault(name, {})[f"{name}：{print_node(one)}"] = one
    return found


def _conditions(package: Package) -> Iterator[tuple[str, Node]]:
    """What the definitions ask and work out."""
    yield from ((name, derived.expression) for name, derived in package.derived.items())
    for name, criterion in package.criteria.items():
        yield from ((name, node) for node in (criterion.applies, criterion.requirement) if node is not None)
    for name, table in package.decision_tables.items():
        if not table.applied_only:
            yield from ((name, node) for row in table.rows for node in (*row.conditions, row.output))
    for name, score in package.scores.items():
        marks = (*(i.mark for i in score.items), *(b.when for b in score.bonuses), *(b.condition for b in score.bands))
        yield from ((name, node) for node in marks if node is not None)
    for name, determination in package.determinations.items():
        asked = (determination.applies, *(outcome.when for outcome in determination.outcomes))
        yield from ((name, node) for node in asked if node is not None)


def _premises(package: Package) -> list[str]:
    return [f"{d.name}：{premise.first}" for d in package.determinations.values() for premise in d.premises]


@dataclass
class GoalsReached:
    """Goals reached so far, by kind."""

    reached: dict[Kind, set[str]] = field(default_factory=dict)

    def lacking(self, goals: Mapping[Kind, Sequence[str]]) -> dict[Kind, list[str]]:
        """The goals no example has reached, by kind."""
        return {kind: [n for n in names if n not in self.reached.get(kind, ())] for kind, names in goals.items()}

    def rates(self, goals: Mapping[Kind, Sequence[str]]) -> Mapping[Kind, tuple[int, int]]:
        """(reached, all) by kind."""
        lacking = self.lacking(goals)
        return {kind: (len(names) - len(lacking[kind]), len(names)) for kind, names in goals.items()}


class Coverage(GoalsReached):
    """What decisions have reached of the goals of a package."""

    def _mark(self, kind: Kind, name: str) -> None:
        self.reached.setdefault(kind, set()).add(name)

    def record(self, program: Program, evaluation: Evaluation) -> None:
        """Add what one evaluation exercised."""
        package, values = program.package, evaluation.values
        self._mark("结果", f"{evaluation.view.determination}：{evaluation.outcome}")
        self._premises(program, evaluation)
        for shown in evaluation.view.criteria:
            result = verdict(values, shown.slots)
            if result in ("满足", "未满足"):
                self._mark(f"准则{result}", shown.name)
        criteria = {one.name for one in evaluation.view.criteria}
        below = {*evaluation.view.below, *_follows(program, evaluation)}
        for table in package.decision_tables.values():
            for index, row in enumerate(table.rows if table.name in below else (), 1):
                if all(program.value(c, values) is True for c in row.conditions):
                    self._mark("决定表行", f"{table.name} 第 {index} 行")
        for score in package.scores.values():
            for band in score.bands if score.name in below else ():
                if band.condition is not None and program.value(band.condition, values) is True:
                    self._mark("等次", f"{score.name}：{band.name}")
        self._limits(program, values, below | criteria | {evaluation.view.determination})

    def _limits(self, program: Program, values: Values, names: Collection[str]) -> None:
        """On which side of the limits of some definitions the values are."""
        if _LIMITS not in program.views:
            program.views[_LIMITS] = limits_of(program.package)
        for name in names:
            for said, call in program.views[_LIMITS].get(name, {}).items():
                one, other = (program.value(arg, values) for arg in call.args)
                if one is not None and other is not None:
                    self._mark(ON if one == other else ABOVE if one > other else BELOW, said)

    def _premises(self, program: Program, evaluation: Evaluation) -> None:
        name = evaluation.view.determination
        for premise in program.package.determinations[name].premises if evaluation.outcome != NOT_OPENED else ():
            holds = program.value(premise.condition, evaluation.values)
            if holds is not None:
                self._mark("前提具备" if holds else "前提不具备", f"{name}：{premise.first}")


def _follows(program: Program, evaluation: Evaluation) -> tuple[str, ...]:
    """The names that the amount, duties and authority of the settled outcome rest on."""
    definition = program.package.determinations[evaluation.view.determination]
    settled = [o for o in outcomes(definition) if o.name == evaluation.outcome]
    return program.below(node for outcome in settled for node in outcome_nodes(outcome))
