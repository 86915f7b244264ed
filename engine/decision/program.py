"""A `Package` compiled once into a `Program`: a slot for every part of its lowered form and, for each determination, the
closures to run in order. Immutable; the caller keeps one Program per Package. Closures are made when they are first
needed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import field, replace
from functools import cached_property
from typing import Any

from engine.base.calendar import Consulted
from engine.base.classes import dataclass
from engine.decision.case import Case
from engine.decision.judge import Judge, judge_of
from engine.decision.slots import SlotLayout, lay_out
from engine.language import keys
from engine.language.keys import named_by
from engine.language.make import ON_DAY, all_of
from engine.language.row import Run
from engine.language.tree import Call, Literal, Name, Node
from engine.language.walk import nodes
from engine.lowered.calls import Values
from engine.lowered.closures import CONSULTED, Context, RecordFrame, compile_node, compile_once
from engine.lowered.expressions import Expressions, as_written
from engine.lowered.form import RECORDS, SHARED, Definition, Form
from engine.lowered.rules import counting, lower, ranges
from engine.lowered.worlds import Write
from engine.lowered.writes import Writing, run_rules
from engine.policy.package import Alternative, Package
from engine.policy.uses import expressions


@dataclass(frozen=True)
class Step:
    """One definition of the package, or something several share (`kind` shared). `reads`: slot keys it names itself, in
    reading order; `rests_on`: every name below it, its own included. `nodes` are its lowered expressions."""

    name: str
    kind: str
    nodes: tuple[Node, ...]
    reads: tuple[str, ...]
    rests_on: frozenset[str]
    compiled: Callable[[], tuple[Write, ...]] = field(repr=False, compare=False)

    @cached_property
    def writes(self) -> tuple[Write, ...]:
        return self.compiled()

    @cached_property
    def columns(self) -> frozenset[tuple[str, str]]:
        """The (table, column) pairs it reads."""
        return columns_of(self.nodes)

    def rule(self, values: Values) -> None:
        """Compute what the definition stands for and write its own slots, nothing else."""
        run_rules(self.writes, values)


def columns_of(trees: Iterable[Node]) -> frozenset[tuple[str, str]]:
    """The (table, column) pairs that some expressions read."""
    found = (name for tree in trees for name in nodes(tree) if isinstance(name, Name))
    return frozenset((name.table, name.name) for name in found if name.kind == "column")


@dataclass(frozen=True)
class Program:
    """`initial` has what is constant in place and None everywhere else. The dicts only keep what is made from it, so that
    it is made once."""

    package: Package
    form: Form
    layout: SlotLayout
    context: Context
    initial: tuple[Any, ...]
    steps: Mapping[str, Step]
    writing: Writing = field(repr=False, compare=False)
    _plans: dict[str, tuple[Write, ...]] = field(default_factory=dict, repr=False, compare=False)
    _supports: dict[str, tuple[Step, ...]] = field(default_factory=dict, repr=False, compare=False)
    _under: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)
    views: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    verdict_reasons: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    alternatives: dict[tuple[str, int], tuple[Alternative, Program | None]] = field(
        default_factory=dict, repr=False, compare=False
    )
    """A determination and an option -> the option, and the rules of that determination under it, None where they are these."""
    _lowered: dict[int, tuple[Node, Node]] = field(default_factory=dict, repr=False, compare=False)
    _leaves: dict[int, tuple[Node, tuple[str, ...]]] = field(default_factory=dict, repr=False, compare=False)
    _inlined: dict[int, tuple[Node, Node]] = field(default_factory=dict, repr=False, compare=False)
    _written: dict[int, tuple[Node, Node]] = field(default_factory=dict, repr=False, compare=False)
    _compiled: dict[int, tuple[Node, Run]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def slots(self) -> Mapping[str, int]:
        return self.layout.slots

    @cached_property
    def judges(self) -> Mapping[str, Judge]:
        """Determination -> its outcomes, as a function of what it names: nothing is shared in it."""
        form = self.form
        names = self.package.determinations
        return {n: judge_of(form.inlined(form.definitions[n].node), self.slots[n], self.run_of) for n in names}

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Every name -> its place in the package's order: facts and tables, parameters, then definitions."""
        package = self.package
        names = (*package.facts, *package.tables, *package.parameters, *package.criteria, *package.order)
        return {name: index for index, name in enumerate(dict.fromkeys(names))}

    @cached_property
    def on_days(self) -> frozenset[str]:
        """The parameters that are asked for on a stated day."""
        calls = (part for _, tree in expressions(self.package) for part in nodes(tree) if isinstance(part, Call))
        return frozenset(one.name for c in calls if c.function == ON_DAY and isinstance(one := c.args[0], Name))

    @cached_property
    def expressions(self) -> Expressions:
        return Expressions.of(self.package, counting(self.package), lambda key, node: key in self.form.definitions)

    def lowered(self, node: Node) -> Node:
        """An expression of the package, or one lowered already, in the lowered form; kept."""
        known = self._lowered.get(id(node))
        if known is None:
            # The node is kept next to what was made of it so that its id stays its own.
            known = self._lowered[id(node)] = (node, self.expressions.lowered(node))
        return known[1]

    def inlined(self, node: Node) -> Node:
        """The same with what it shares with others written out, so that it is a function of what it names; kept."""
        known = self._inlined.get(id(node))
        if known is None:
            known = self._inlined[id(node)] = (node, self.form.inlined(self.lowered(node)))
        return known[1]

    def written(self, node: Node) -> Node:
        """The same as a text writes it, aggregates with their conditions; kept."""
        known = self._written.get(id(node))
        if known is None:
            known = self._written[id(node)] = (node, as_written(self.inlined(node)))
        return known[1]

    def run_of(self, node: Node) -> Run:
        """`node` (lowered or not) as a closure; compiled once."""
        known = self._compiled.get(id(node))
        if known is None:
            known = self._compiled[id(node)] = (node, compile_node(self.lowered(node), self.context))
        return known[1]

    def run_of_record(self, node: Node, frames: tuple[RecordFrame, ...]) -> Run:
        """The same of a condition on records: `frames` are their table and what they are called, and those around."""
        known = self._compiled.get(id(node))
        if known is None:
            (table, row), *around = frames
            lowered, row = self.expressions.of_record(node, row, table)
            known = self._compiled[id(node)] = (node, compile_node(lowered, self.context, ((table, row), *around)))
        return known[1]

    def value(self, node: Node, values: Values) -> Any:
        """What `node` (lowered or not) comes to."""
        return self.run_of(node)(values, None)

    def run_once(self, node: Node) -> Run:
        """The closure of a node made for the purpose: nothing of it is kept."""
        return compile_once(self.expressions.lowered(node), self.context)

    def value_once(self, node: Node, values: Values) -> Any:
        return self.run_once(node)(values, None)

    def leaves(self, node: Node) -> tuple[str, ...]:
        """Slots that `node` (lowered or not) reads, in reading order, each once."""
        known = self._leaves.get(id(node))
        if known is None:
            known = self._leaves[id(node)] = (node, tuple(dict.fromkeys(self.form.leaves(self.lowered(node)))))
        return known[1]

    def support(self, determination: str) -> tuple[Step, ...]:
        """The steps a determination needs, itself last, with the 鼓励 criteria of its groups, which are only shown; kept."""
        known = self._supports.get(determination)
        if known is None:
            wanted = self.steps[determination].rests_on
            for name in self.encouraged(self.under(determination)):
                wanted |= self.steps[name].rests_on
            below = [step for name, step in self.steps.items() if name in wanted and name != determination]
            known = self._supports[determination] = (*below, self.steps[determination])
        return known

    def encouraged(self, below: Collection[str]) -> tuple[str, ...]:
        """鼓励 criteria that share a group with a criterion among `below`, in the package's order."""
        criteria = self.package.criteria
        groups = {group for name in below if name in criteria for group in criteria[name].groups}
        return tuple(
            name
            for name, c in criteria.items()
            if c.strength == "鼓励" and groups.intersection(c.groups) and name in self.steps
        )

    def under(self, name: str) -> tuple[str, ...]:
        """Every name that a definition rests on, as `below`; kept."""
        known = self._under.get(name)
        if known is None:
            known = self._under[name] = self.below(self.steps[name].nodes)
        return known

    def below(self, nodes: Iterable[Node]) -> tuple[str, ...]:
        """Every name that `nodes` rest on, in the package's order; determinations are named, not entered."""
        found: dict[str, None] = {}
        todo = [named_by(key) for node in nodes for key in self.leaves(node)]
        while todo:
            name = todo.pop()
            if name not in found:
                found[name] = None
                step = self.steps.get(name)
                if step is not None and step.kind != "determination":
                    todo += [named_by(key) for key in step.reads]
        return tuple(sorted(found, key=lambda name: self.position.get(name, 0)))

    def rests_on(self, node: Node) -> frozenset[str]:
        """Every name below `node`."""
        lowered = self.lowered(node)
        return _below(self.steps, {*map(named_by, self.form.leaves(lowered)), *self.form.shared(lowered)})

    def resting_on(self, names: Iterable[str]) -> Mapping[int, Run]:
        """What is worked out anew once some names hold something else: facts, tables, exceptions (under their criterion) or
        derived quantities."""
        return self.writing.resting_on(self._given(names))

    def opened_by(self, names: Iterable[str]) -> Mapping[int, Run]:
        """The same without trying cases, were the names not known."""
        return self.writing.opened_by(self._given(names))

    def _given(self, names: Iterable[str]) -> frozenset[str]:
        derived = self.package.derived
        each = ((name,) if name in derived else (name, keys.filled(name), keys.excuse(name)) for name in names)
        return frozenset(key for given in each for key in given)

    def plan(self, determination: str) -> tuple[Write, ...]:
        """What `support` writes, without the determination's own."""
        plan = self._plans.get(determination)
        if plan is None:
            steps = self.support(determination)[:-1]
            plan = self._plans[determination] = tuple(write for step in steps for write in step.writes)
        return plan

    def evaluated(self, case: Case) -> Values:
        """The values of a case with every rule run."""
        return run_rules((write for step in self.steps.values() for write in step.writes), self.load(case))

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
        self.note_presence(values)
        return values

    def note_presence(self, values: Values) -> None:
        """Write which of the names that a case gives and some rule asks 已填 of are known."""
        for source, presence in self.layout.presence:
            values[presence] = values[source] is not None


def consulted(slots: Mapping[str, int], values: Values) -> Consulted:
    """What has been read of the calendar to come to `values`."""
    found = values[slots[CONSULTED]]
    return found if isinstance(found, Consulted) else Consulted()


def apart(program: Program, values: Values) -> Values:
    """The same values for a computation of its own: what it reads of the calendar is not told of the others."""
    own = list(values)
    own[program.slots[CONSULTED]] = consulted(program.slots, values).apart()
    return own


def compile_package(package: Package) -> Program:
    """Lowered form, slots and dependencies of everything `package` defines. Pure; costs milliseconds, so keep the
    result."""
    form = lower(package)
    layout = lay_out(package, form)
    context = Context(
        slots=layout.slots,
        calendar=package.calendar,
        constants=form.constants,
        columns={name: tuple(column.name for column in table.columns) for name, table in package.tables.items()},
        cells={
            (name, column.name): (column.low, column.high)
            for name, table in package.tables.items()
            for column in table.columns
            if column.low is not None or column.high is not None
        },
        ranges=ranges(package),
    )
    initial: list[Any] = [None] * (max(layout.slots.values(), default=-1) + 1)
    for name, value in form.constants.items():
        initial[layout.slots[name]] = value
    for definition in form.definitions.values():
        if isinstance(definition.node, Literal):
            initial[layout.slots[definition.key]] = definition.node.value
    steps: dict[str, Step] = {}
    writing = Writing(form, context)
    for name in _ordered(form):
        steps[name] = _step(name, package, writing, steps)
    return Program(package, form, layout, context, tuple(initial), steps, writing)


def on_day(program: Program, package: Package) -> Program:
    """The same rules on another day, `package`: what is compiled is shared, what is shown is not."""
    return program if package is program.package else replace(program, package=package, views={}, verdict_reasons={})


def _ordered(form: Form) -> list[str]:
    """Owners in the order their last definition is evaluated: what only one part needs may stand between two."""
    last = {definition.owner: index for index, definition in enumerate(form.definitions.values())}
    return sorted(last, key=last.__getitem__)


_KINDS = {
    "derived": "derived",
    "criteria": "criterion",
    "decision_tables": "decision-table",
    "scores": "score",
    "determinations": "determination",
}


def _step(name: str, package: Package, writing: Writing, before: Mapping[str, Step]) -> Step:
    form = writing.form
    definitions = [form.definitions[key] for key in form.owned[name]]
    kind = next((kind for section, kind in _KINDS.items() if name in getattr(package, section)), "shared")
    derived = (keys.passed(name), keys.met(name), keys.filled(name))
    said = [d for d in definitions if d.key not in derived and not keys.is_limb(d.key) and not _is_given(d)]
    limbs = [d.node for d in definitions if keys.is_limb(d.key)]
    own = set(form.owned[name])
    reads = dict.fromkeys(key for d in said for key in form.leaves_of(d.key) if key not in own)
    names = {named_by(key) for d in definitions for key in form.leaves_of(d.key)} - own
    names |= {n.name for d in definitions for n in form.names(d.key) if n.kind in (SHARED, RECORDS)} - own
    # What a criterion requires is written out where it has a slot for each limb.
    nodes = tuple(all_of(limbs) if limbs and d.key == keys.required(name) else d.node for d in said)
    return Step(name, kind, nodes, tuple(reads), _below(before, names) | {name}, lambda: writing.of(definitions))


def _is_given(definition: Definition) -> bool:
    """Whether it only says that a criterion without a condition always applies."""
    return isinstance(definition.node, Literal) and definition.key == keys.applies(definition.owner)


def _below(steps: Mapping[str, Step], names: Iterable[str]) -> frozenset[str]:
    """The names and all below them."""
    found: set[str] = set()
    for name in names:
        step = steps.get(name)
        found |= step.rests_on if step is not None else {name}
    return frozenset(found)
