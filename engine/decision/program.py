"""A `Package` compiled once into a `Program`: a slot for every name and, for each determination, the rules to run in
order. Immutable; the caller keeps one Program per Package."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from engine.base.calendar import Consulted
from engine.decision.evaluate import CONSULTED, OutOfRange, compile_node
from engine.decision.layout import (
    Layout,
    criterion_nodes,
    derived_nodes,
    determination_nodes,
    lay_out,
    leaves,
    plain_name,
    score_nodes,
    settle,
    table_nodes,
)
from engine.decision.model import NO_OUTCOME, Case
from engine.decision.rules import (
    CompiledItem,
    CompiledRow,
    CompiledScore,
    Judge,
    Rule,
    Run,
    Values,
    criterion_rule,
    derived_rule,
    table_rule,
)
from engine.language.tree import Node
from engine.policy.package import Criterion, DecisionTable, Determination, Package, Score


@dataclass(frozen=True, slots=True)
class Step:
    """One definition, compiled. `reads`: slot keys it names itself, in reading order; `rests_on`: every name below it,
    its own included. `nodes` are its expressions with presence settled, for those who look inside."""

    name: str
    kind: str
    rule: Rule
    nodes: tuple[Node, ...]
    reads: tuple[str, ...]
    rests_on: frozenset[str]


@dataclass(frozen=True)
class Program:
    """`initial` has the parameters in place and None everywhere else. The dicts without an initial value only keep what
    later modules compile from it, so that it is compiled once."""

    package: Package
    layout: Layout
    initial: tuple[Any, ...]
    steps: Mapping[str, Step]
    judges: Mapping[str, Judge]
    _plans: dict[str, tuple[Rule, ...]] = field(default_factory=dict, repr=False, compare=False)
    views: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    verdict_reasons: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    _compiled: dict[int, tuple[Node, Run]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def slots(self) -> Mapping[str, int]:
        return self.layout.slots

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Every name -> its place in the package's order: facts and tables, parameters, then definitions."""
        package = self.package
        names = (*package.facts, *package.tables, *package.parameters, *package.criteria, *package.order)
        return {name: index for index, name in enumerate(dict.fromkeys(names))}

    def run_of(self, node: Node) -> Run:
        """`node` (presence settled or not) as a closure; compiled once."""
        known = self._compiled.get(id(node))
        if known is None:
            # The node is kept next to its closure so that its id stays its own.
            known = (node, _compile(node, self.layout, self.package))
            self._compiled[id(node)] = known
        return known[1]

    def support(self, determination: str) -> tuple[Step, ...]:
        """The steps a determination needs, itself last, with the 鼓励 criteria of its groups, which are only shown."""
        wanted = self.steps[determination].rests_on
        for name in self.encouraged(self.below(self.steps[determination].nodes)):
            wanted |= self.steps[name].rests_on
        below = [step for name, step in self.steps.items() if name in wanted and name != determination]
        return (*below, self.steps[determination])

    def encouraged(self, below: Collection[str]) -> tuple[str, ...]:
        """鼓励 criteria that share a group with a criterion among `below`, in the package's order."""
        criteria = self.package.criteria
        groups = {group for name in below if name in criteria for group in criteria[name].groups}
        return tuple(
            name
            for name, c in criteria.items()
            if c.strength == "鼓励" and groups.intersection(c.groups) and name in self.steps
        )

    def below(self, nodes: Iterable[Node]) -> tuple[str, ...]:
        """Every name that settled `nodes` rest on, in the package's order; determinations are named, not entered."""
        found: dict[str, None] = {}
        todo = [plain_name(key) for node in nodes for key in leaves(node, self.layout.context)]
        while todo:
            name = todo.pop()
            if name not in found:
                found[name] = None
                step = self.steps.get(name)
                if step is not None and step.kind != "determination":
                    todo += [plain_name(key) for key in step.reads]
        return tuple(sorted(found, key=lambda name: self.position.get(name, 0)))

    def plan(self, determination: str) -> tuple[Rule, ...]:
        """The rules of `support`, without the determination's own."""
        plan = self._plans.get(determination)
        if plan is None:
            plan = self._plans[determination] = tuple(step.rule for step in self.support(determination)[:-1])
        return plan

    def evaluated(self, case: Case) -> Values:
        """The values of a case with every rule run."""
        return run_rules((step.rule for step in self.steps.values()), self.load(case))

    def load(self, case: Case) -> Values:
        """The values before any rule has run, with a place of their own for what is read of the calendar. A finding
        without a finder is not a finding and stays unknown."""
        values = list(self.initial)
        values[self.slots[CONSULTED]] = Consulted()
        inputs, findings = self.layout.inputs, self.layout.findings
        for name, fact in case.facts.items():
            slot = inputs.get(name)
            if slot is not None and (slot not in findings or fact.finding is not None):
                values[slot] = fact.value
        if case.excuses:
            excuses = self.layout.excuses
            for name, fact in case.excuses.items():
                slot = excuses.get(name)
                if slot is not None and fact.finding is not None:
                    values[slot] = fact.value
        if self.layout.as_of is not None and values[self.layout.as_of] is None:
            values[self.layout.as_of] = case.as_of
        for slot, name, part in self.layout.told:
            told = case.facts.get(name)
            if told is not None and told.finding is not None:
                values[slot] = told.finding.part(part)
        for source, presence in self.layout.presence:
            values[presence] = values[source] is not None
        return values


def consulted(program: Program, values: Values) -> Consulted:
    """What has been read of the calendar to come to `values`."""
    found = values[program.slots[CONSULTED]]
    return found if isinstance(found, Consulted) else Consulted()


def apart(program: Program, values: Values) -> Values:
    """The same values for a computation of its own: what it reads of the calendar is not told of the others."""
    own = list(values)
    own[program.slots[CONSULTED]] = consulted(program, values).apart()
    return own


def run_rules(plan: Iterable[Rule], values: Values) -> Values:
    """`values` after the rules have run, in place. What cannot be represented stays unknown (`notes` says so later)."""
    for rule in plan:
        try:
            rule(values)
        except (OutOfRange, ArithmeticError):
            continue
    return values


def compile_package(package: Package) -> Program:
    """Slots, closures and dependencies of everything `package` defines. Pure; costs milliseconds, so keep the result."""
    layout = lay_out(package)
    initial: list[Any] = [None] * len(layout.slots)
    for name, parameter in package.parameters.items():
        initial[layout.slots[name]] = parameter.value
    steps: dict[str, Step] = {}
    judges: dict[str, Judge] = {}
    compiler = _Compiler(package, layout, judges)
    for name in package.order:
        steps[name] = compiler.step(name, steps)
    return Program(package, layout, tuple(initial), steps, judges)


def _compile(node: Node, layout: Layout, package: Package) -> Run:
    return compile_node(settle(node), layout.slots, package.calendar, layout.context)


@dataclass(frozen=True, slots=True)
class _Compiler:
    package: Package
    layout: Layout
    judges: dict[str, Judge]

    def step(self, name: str, before: Mapping[str, Step]) -> Step:
        """The step of any definition, the ones it depends on being in `before`."""
        package = self.package
        if name in package.criteria:
            criterion = package.criteria[name]
            return self._step(name, "criterion", criterion_nodes(criterion), self._criterion(criterion), before)
        if name in package.derived:
            derived = package.derived[name]
            rule = derived_rule(self.run(derived.expression), self.layout.slots[name])
            return self._step(name, "derived", derived_nodes(derived), self._noting_presence(name, rule), before)
        if name in package.decision_tables:
            table = package.decision_tables[name]
            return self._step(name, "decision-table", table_nodes(table), self._table(table), before)
        if name in package.scores:
            score = package.scores[name]
            return self._step(name, "score", score_nodes(score), self._score(score), before)
        determination = package.determinations[name]
        judge = self.judges[name] = self._judge(determination)
        return self._step(name, "determination", determination_nodes(determination), judge.rule, before)

    def _step(self, name: str, kind: str, nodes: tuple[Node, ...], rule: Rule, before: Mapping[str, Step]) -> Step:
        settled = tuple(settle(node) for node in nodes)
        reads = tuple(dict.fromkeys(key for node in settled for key in self.leaves(node)))
        rests_on = {name}
        for key in reads:
            below = plain_name(key)
            rests_on.add(below)
            if below in before:
                rests_on |= before[below].rests_on
        return Step(name, kind, rule, settled, reads, frozenset(rests_on))

    def leaves(self, node: Node) -> Iterator[str]:
        """Slot keys that `node` reads, groups expanded."""
        return (key for key in leaves(node, self.layout.context) if key in self.layout.slots)

    def run(self, node: Node) -> Run:
        return _compile(node, self.layout, self.package)

    def _optional(self, node: Node | None) -> Run | None:
        return None if node is None else self.run(node)

    def _noting_presence(self, name: str, rule: Rule) -> Rule:
        """A derived quantity that some rule asks 已填 of also writes its presence."""
        presence = self.layout.slots.get(f"已填：{name}")
        if presence is None:
            return rule
        slot = self.layout.slots[name]

        def noting(values: Values) -> None:
            rule(values)
            values[presence] = values[slot] is not None

        return noting

    def _criterion(self, criterion: Criterion) -> Rule:
        slots = self.layout.criterion(criterion.name)
        excusable = criterion.strength == "一般应当"
        return criterion_rule(self._optional(criterion.applies), self.run(criterion.requirement), slots, excusable)

    def _table(self, table: DecisionTable) -> Rule:
        slot = self.layout.slots[table.name]
        if table.open:
            return _nothing
        rows = [CompiledRow(tuple(map(self.run, row.conditions)), self.run(row.output)) for row in table.rows]
        return table_rule(table.hit, rows, self._optional(table.default), slot)

    def _score(self, score: Score) -> Rule:
        if score.open:
            return _nothing
        slots = self.layout.slots
        items = tuple(
            CompiledItem(
                item.name,
                self._optional(item.mark),
                {member: self.run(weight) for member, weight in item.weights.items()},
                slots[f"分项：{score.name}：{item.name}"],
            )
            for item in score.items
        )
        bonuses = tuple((self.run(bonus.when), self.run(bonus.mark)) for bonus in score.bonuses)
        bands = tuple((band.name, self._optional(band.condition)) for band in score.bands)
        weighted_by, cap = self._optional(score.weighted_by), self._optional(score.cap)
        own, band_slot = slots[score.name], slots[f"等次：{score.name}"]
        return CompiledScore(items, bonuses, weighted_by, cap, score.places, bands, own, band_slot).rule

    def _judge(self, determination: Determination) -> Judge:
        conditional = [outcome for outcome in determination.outcomes if outcome.when is not None]
        default = determination.default
        return Judge(
            applies=self._optional(determination.applies),
            names=tuple(outcome.name for outcome in conditional),
            conditions=tuple(self.run(outcome.when) for outcome in conditional if outcome.when is not None),
            default=default.name if default is not None else NO_OUTCOME,
            tainted=any(not i.accepted and determination.name in i.affects for i in self.package.inexpressible),
            slot=self.layout.slots[determination.name],
        )


def _nothing(values: Values) -> None:
    """An open term: its slots stay unknown."""
