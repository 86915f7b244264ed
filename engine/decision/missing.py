"""What is still unknown and whether it matters.

Something matters while an unknown it feeds is *live*: reachable from an undecided outcome through unknown values only.
What is known stays known whatever else is learned, so a fact that is not live can no longer change anything, and is
listed as no longer needed. That something is not filled in is no such knowledge: what is live only once it is taken as
open is told apart, as what may reopen the question when it is filled in. Among those that matter the cheap ones come first, then those that narrow the possible
outcomes most when given one of their boundary values, then the package's order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from fractions import Fraction
from functools import cached_property
from itertools import islice
from typing import Any

from engine.base.classes import dataclass
from engine.decision.boundaries import candidates
from engine.decision.case import Case
from engine.decision.core import Evaluation, View, possible_of
from engine.decision.model import UNDECIDED, Missing
from engine.decision.moved import Moved
from engine.decision.program import Program
from engine.decision.slots import outcome_nodes
from engine.language.functions import FUNCTIONS
from engine.language.keys import excuse, filled, is_excuse, is_presence, named_by
from engine.language.make import UNKNOWN
from engine.language.tree import Call, Items, Name, Node
from engine.lowered.calls import Values
from engine.lowered.closures import CONSULTED
from engine.lowered.form import asks_value
from engine.lowered.worlds import Asked
from engine.lowered.writes import run_rules, unsaid
from engine.policy.package import Outcome, Package

_COST = {"table": 2, "excuse": 3, "parameter": 9}


@dataclass
class Live:
    """Walks down from unknown conditions. `found`: (kind, name) -> criteria that need it, in the order found. What lies
    below a slot is walked once (`below`, which walks over the same values may share): kind, name and the criterion that needs
    it, "" where that is whichever comes to it."""

    program: Program
    values: Values
    below: dict[str, Mapping[tuple[str, str, str], None]] = field(default_factory=dict)
    found: dict[tuple[str, str], dict[str, None]] = field(default_factory=dict)
    _seen: set[tuple[int | str, str]] = field(default_factory=set)
    _collected: dict[tuple[str, str, str], None] = field(default_factory=dict)
    _criterion: str = ""

    def add(self, kind: str, name: str, needing: str = "") -> None:
        needed = self.found.setdefault((kind, name), {})
        self._collected[kind, name, needing] = None
        if needing := needing or self._criterion:
            needed[needing] = None

    def visit(self, node: Node) -> None:
        """Everything live below a lowered `node`; nothing if its value is known."""
        if isinstance(node, Items):
            for item in node.items:
                self.visit(item)
            return
        if self.program.value(node, self.values) is not None:
            return
        if isinstance(node, Name):
            self.slot(node.name)
        elif isinstance(node, Call) and FUNCTIONS[node.function].scans:
            self._aggregate(node)
        elif isinstance(node, Call):
            for part in self._open(node):
                self.visit(part)

    def _open(self, node: Call) -> Sequence[Node]:
        """What of a call may still decide it: of a choice the conditions and values that are not ruled out."""
        row = FUNCTIONS[node.function]
        branches = row.branches(node.args)
        if not branches:
            return node.args
        found: dict[int, Node] = {}
        for branch in branches:
            truths = [(guard, wanted, self.program.value(guard, self.values)) for guard, wanted in branch.guards]
            if any(truth is (not wanted) for _, wanted, truth in truths):
                continue
            unknown = [guard for guard, _, truth in truths if truth is None]
            parts = unknown if row.patient and unknown else [*unknown, branch.value]
            found |= {id(part): part for part in parts}
        return list(found.values())

    def _aggregate(self, node: Call) -> None:
        """Its unknown names; if there are none, the table itself, which has blank cells."""
        program = self.program
        keys = program.leaves(node)
        unknown = [key for key in keys if self.values[program.slots[key]] is None]
        for key in unknown or [key for key in keys if key in program.package.tables]:
            self.slot(key)

    def slot(self, key: str) -> None:
        """What is live below an unknown slot."""
        mark, known = (key, self._criterion), self.below.get(key)
        if mark in self._seen or known is not None:
            for item in known or ():
                self.add(*item)
            return
        self._seen.add(mark)
        outer, self._collected = self._collected, {}
        self._walk(key)
        self.below[key] = self._collected
        outer.update(self._collected)
        self._collected = outer

    def _walk(self, key: str) -> None:
        package, definition = self.program.package, self.program.form.definitions.get(key)
        name = named_by(key)
        if is_excuse(key):
            self.add("excuse", name)
        elif is_presence(key):
            self.slot(name)
        elif key in package.facts:
            self.add("fact", key)
        elif key in package.tables:
            self.add("table", key)
        elif (finding := _finding_of(self.program, key)) is not None:
            self.add("fact", finding)
        elif key in package.determinations:
            self.outcomes(key)
        elif definition is None or (isinstance(definition.node, Call) and definition.node.function == UNKNOWN):
            if name in package.parameters or name in package.decision_tables or name in package.scores:
                self.add("parameter", name)
        else:
            outer = self._criterion
            if definition.owner in package.criteria:
                self._criterion = definition.owner
            self.visit(definition.node)
            if definition.owner in package.criteria:  # which needs what is below by itself, whoever asks
                own = ((kind, name, needing or definition.owner) for kind, name, needing in self._collected)
                self._criterion, self._collected = outer, dict.fromkeys(own)

    def outcomes(self, determination: str) -> None:
        """Its applicability and the conditions up to the first true one, while more than one outcome is possible."""
        judge = self.program.judges[determination]
        if judge.tainted or self.values[judge.slot] is not None or len(judge.possible(self.values)) == 1:
            return
        for node in () if judge.applies is None else (judge.applies,):
            self.visit(node)
        for node in judge.conditions:
            self.visit(node)
            if self.program.value(node, self.values) is True:
                return


def _finding_of(program: Program, key: str) -> str | None:
    """The 判断 that `某判断的日期` is about."""
    slot = program.slots.get(key)
    return next((finding for told, finding, _part in program.layout.told if told == slot), None)


def first_missing(evaluation: Evaluation, count: int) -> tuple[str, ...]:
    """What matters most while the outcome is open: the first of `find_missing`, an exception called `例外：准则`."""
    first = islice(_in_order(evaluation, _live(evaluation, None).found), count)
    return tuple(excuse(name) if kind == "excuse" else name for kind, name in first)


def _live(evaluation: Evaluation, outcome: Outcome | None) -> Live:
    """What is live below the outcomes, and below what follows from a settled one."""
    program = evaluation.view.program
    live = Live(program, evaluation.values)
    live.outcomes(evaluation.view.determination)
    for node in outcome_nodes(outcome) if outcome is not None else ():
        live.visit(program.lowered(node))
    return live


def find_missing(evaluation: Evaluation, outcome: Outcome | None, opened: Opened | None = None) -> tuple[Missing, ...]:
    """What matters, in useful order, then what no longer does. `outcome`: the settled one, whose amounts and dates may
    still need facts; `opened`: the case with all that is blank taken as open, if somebody has it."""
    view = evaluation.view
    program, package = view.program, view.program.package
    live = _live(evaluation, outcome)
    wanted = _in_order(evaluation, live.found)
    matters = [_entry(package, kind, name, tuple(live.found[kind, name]), True) for kind, name in wanted]
    left = _unneeded(evaluation, live)
    opened = opened or Opened(program, evaluation.values)
    again = opened.live(view.determination, outcome) if left else {}
    reopening = [_entry(package, *item, tuple(again[item]), False, reopens=True) for item in left if item in again]
    return (*matters, *reopening, *(_entry(package, *item, (), False) for item in left if item not in again))


class Opened:
    """The values of a case were everything that is not filled in open, worked out when it is asked for: what its
    determinations have in common is walked once."""

    def __init__(self, program: Program, known: Values) -> None:
        self.program, self.known = program, known
        self.below: dict[str, Mapping[tuple[str, str, str], None]] = {}

    def live(self, determination: str, outcome: Outcome | None) -> Mapping[tuple[str, str], Mapping[str, None]]:
        """What is live below a determination, and below what follows from its `outcome`, that was not before."""
        world = self._world
        live = Live(self.program, world, self.below)
        if self.program.slots[determination] in world.runs:
            live.outcomes(determination)
        for node in outcome_nodes(outcome) if outcome is not None else ():
            live.visit(self.program.lowered(node))
        return live.found

    @cached_property
    def _world(self) -> Any:
        program, values = self.program, list(self.known)
        slots, definitions = program.slots, program.form.definitions
        values[slots[CONSULTED]] = None  # what is only supposed is not told of the calendar
        blank = [(slot, presence) for slot, presence in program.layout.presence if values[slot] is None]
        for _, presence in blank:
            values[presence] = None
        computed = [step for step in program.steps.values() if asks_value(definitions.get(filled(step.name)))]
        said_of = {slots[key]: key for key in slots if is_presence(key)}
        moved = frozenset((*(said_of[presence] for _, presence in blank), *(filled(step.name) for step in computed)))
        said = {slots[filled(step.name)] for step in computed}
        # What rests on none of this is what it was.
        runs = dict(program.writing.resting_on(moved))
        runs |= {slot: unsaid(run) for step in computed for slot, run in step.writes if slot in said}
        return Asked(values, runs)


def _unneeded(evaluation: Evaluation, live: Live) -> list[tuple[str, str]]:
    program = evaluation.view.program
    below = program.steps[evaluation.view.determination].rests_on
    kinds = [("fact", name) for name in program.package.facts] + [("table", name) for name in program.package.tables]
    return [
        (kind, name)
        for kind, name in kinds
        if name in below and (kind, name) not in live.found and evaluation.values[program.slots[name]] is None
    ]


def _in_order(evaluation: Evaluation, found: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The cheap ones first, of those that cost the same what narrows the possible outcomes most, then by the package's order.
    How far something narrows them is found out only where that tells it apart from another."""
    program = evaluation.view.program
    tiers: dict[int, list[tuple[str, str]]] = {}
    for kind, name in sorted(found, key=lambda item: program.position.get(item[1], 0)):
        cost = program.package.facts[name].cost if kind == "fact" else _COST[kind]
        tiers.setdefault(cost, []).append((kind, name))
    tried = _Tried(evaluation)
    for _, tier in sorted(tiers.items()):
        told_apart = len(tier) > 1 and evaluation.outcome == UNDECIDED
        yield from sorted(tier, key=lambda item: tried.narrowed(*item)) if told_apart else tier


class _Tried:
    """How many outcomes stay possible once something is known."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation, self.view, self.program = evaluation, evaluation.view, evaluation.view.program
        values = list(evaluation.values)
        values[self.program.slots[CONSULTED]] = None  # what is read of the calendar here does not count
        self.steps = self.program.support(self.view.determination)
        self.moved = Moved(self.program, self.steps, values)

    def narrowed(self, kind: str, name: str) -> Fraction:
        """How many, on average over the values worth trying."""
        program, values = self.program, self.evaluation.values
        if kind == "fact":
            worth_trying = candidates(program, self.steps, values, name)
            tried = [possible_of(self.view, self.moved.after({name: value})) for value in worth_trying]
        elif kind == "excuse":
            passed = program.layout.criterion(name).passed
            tried = [_overridden(self.evaluation, {passed: value}) for value in (True, False)]
        else:
            # What a table or an open term will say cannot be enumerated; what rests on it directly can.
            readers = [c for c in self.view.criteria if name in program.steps[c.name].rests_on]
            unknown = [c.slots.passed for c in readers if values[c.slots.passed] is None]
            tried = [_overridden(self.evaluation, dict.fromkeys(unknown, value)) for value in (True, False)]
        sizes = [len(possible) for possible in tried]
        return Fraction(sum(sizes), len(sizes)) if sizes else Fraction(len(self.evaluation.possible))


def possible_with(view: View, case: Case, facts: dict[str, Any]) -> tuple[str, ...]:
    """The possible outcomes were `facts` known as well."""
    return possible_of(view, values_with(view, case, facts))


def values_with(view: View, case: Case, facts: dict[str, Any]) -> Values:
    """The values after one evaluation with `facts` in place of the case's."""
    program = view.program
    values = program.load(case)
    for name, value in facts.items():
        values[program.slots[name]] = value
    program.note_presence(values)
    return run_rules(program.plan(view.determination), values)


def _overridden(evaluation: Evaluation, verdicts: dict[int, Any]) -> tuple[str, ...]:
    values = list(evaluation.values)
    for slot, value in verdicts.items():
        values[slot] = value
    return evaluation.view.reasons.judge.possible(values)


def _entry(
    package: Package, kind: str, name: str, criteria: Sequence[str], matters: bool, reopens: bool = False
) -> Missing:
    if kind == "fact":
        fact = package.facts[name]
        label, ranking = fact.label or name, package.of_round.get(name)
        question = fact.question or (
            f"{label}由同批的{ranking}排定，同批没有一并给出或者尚未排定" if ranking else f"请填写{label}"
        )
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
            reopens=reopens,
        )
    if kind == "table":
        table = package.tables[name]
        label = table.label or name
        question = f"{label}由同批的案件一起得出，同批没有一并给出" if table.of_cases else f"请提供{label}"
        by, needing = table.supplier, tuple(criteria)
        return Missing(name, kind, label, question, "", by, needing, matters, table.clauses, reopens=reopens)
    if kind == "excuse":
        criterion = package.criteria[name]
        question = f"未达到“{name}”的一般要求，是否有正当理由予以例外？请写明认定人、日期和理由"
        return Missing(name, kind, f"{name}的例外理由", question, "", "", tuple(criteria), matters, criterion.clauses)
    term = package.parameters.get(name) or package.decision_tables.get(name) or package.scores[name]
    question = f"“{name}”参数未定，须由{term.setter or '有权机关'}确定"
    return Missing(name, kind, name, question, "", term.setter, tuple(criteria), matters, term.clauses)
