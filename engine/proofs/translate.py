"""The lowered form of a program as terms of a world: one visitor over what the rows of the language say of solvers.

Case splits and bounds, by which the evaluator sees more while something is unknown, are not translated: where everything is
known that could be, both say the same, and of what is unknown terms say no more than Kleene's tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field
from functools import cached_property
from typing import Any

from engine.base.calendar import Reckoned
from engine.base.classes import dataclass
from engine.decision.program import Program
from engine.language import keys
from engine.language.functions import FUNCTIONS
from engine.language.make import AMONG, FILLED, ON_DAY, UNKNOWN
from engine.language.row import Function, NoForm, Strict
from engine.language.tree import Call, Items, Literal, Name, Node, Type
from engine.lowered.form import RECORDS
from engine.policy.package import FINDING_PARTS
from engine.policy.procedure import of
from engine.proofs import forms
from engine.proofs.naming import NoTerm, RecordCells
from engine.proofs.records import aggregate
from engine.proofs.terms import (
    UNKNOWN_TRUTH,
    SolverTerm,
    TruthTerm,
    ValueTerm,
    both,
    either,
    is_constant,
    known,
    lifted_truth,
    no,
    picked,
    same,
    truth,
)
from engine.proofs.world import Ground, all_known


@dataclass
class Translation:
    """Slots of a program as terms. What is refused is told by row in `refused`."""

    program: Program
    world: Ground
    refused: dict[str, str] = field(default_factory=dict)
    given: dict[str, tuple[str, Any]] = field(default_factory=dict)
    """Symbols that a case gives: key -> (fact fact-part excuse table, what it is of)."""
    _slots: dict[str, SolverTerm] = field(default_factory=dict)
    _nodes: dict[int, tuple[Node, SolverTerm]] = field(default_factory=dict)

    @cached_property
    def told(self) -> dict[str, tuple[str, str]]:
        """What wording or rules ask of a finding -> the fact and the part."""
        return {of(name, part): (name, part) for name in self.program.package.facts for part in FINDING_PARTS}

    def slot(self, key: str, type_: Type | None = None) -> SolverTerm:
        """What a slot comes to."""
        found = self._slots.get(key)
        if found is None:
            found = self._slots[key] = self._slot(key, type_)
        return found

    def _slot(self, key: str, type_: Type | None) -> SolverTerm:
        form, package, world = self.program.form, self.program.package, self.world
        if key in form.constants:
            return constant(world, form.constants[key])
        if key in form.definitions:
            return self.node(form.definitions[key].node)
        if key in package.parameters:  # open: it has no value on the day
            return _nothing(package.parameters[key].type)
        if key in package.facts:
            return self._given(key)
        if key in self.told:
            fact, part = self.told[key]
            own = f"{key}·{FINDING_PARTS[part].kind}"
            if own not in self.given:
                self.given[own] = ("finding", (fact, part))
                world.assume(world.symbol(own, key, FINDING_PARTS[part]).known == lifted_truth(known(self.slot(fact))))
            return world.symbols[own].term
        if keys.is_presence(key):
            return truth(self.known_of(keys.named_by(key)))
        if keys.is_excuse(key):
            self.given[key] = ("excuse", keys.named_by(key))
            return world.symbol(key, key, Type("bool")).term
        return world.symbol(key, key, type_).term

    def _given(self, name: str) -> SolverTerm:
        package = self.program.package
        declared = package.facts[name]
        symbol = self.world.fact(declared, package.scope.enums.get(declared.type.name, ()))
        self.given[symbol.key] = ("fact", name)
        return symbol.term

    def known_of(self, name: str) -> Any:
        """Whether a fact or a table is filled in."""
        package = self.program.package
        if name in package.tables:
            return self.ledger(name).known
        return known(self.slot(name))

    def ledger(self, name: str) -> Any:
        self.given[f"{name}·table"] = ("table", name)
        return self.world.ledger(self.program.package.tables[name], self.program.package.scope.enums)

    # Expressions

    def node(self, node: Node, frame: RecordCells | None = None) -> SolverTerm:
        """What an expression comes to; with `frame` one that is asked of a record."""
        if frame is not None:
            return self._node(node, frame)
        found = self._nodes.get(id(node))
        if found is None:
            # The node is kept next to what was made of it so that its id stays its own.
            found = self._nodes[id(node)] = (node, self._node(node, None))
        return found[1]

    def _node(self, node: Node, frame: RecordCells | None) -> SolverTerm:
        match node:
            case Literal():
                return constant(self.world, node.value)
            case Name(kind="member"):
                return ValueTerm(node.name, True)
            case Name(kind="column" | "cell"):
                if frame is None:
                    raise NoTerm("这里没有可以问的记录")
                return frame(node)
            case Name():
                return self.slot(node.name, node.type)
            case Items():
                raise NoTerm("一列值不是一个值")
        return self._call(node, frame)

    def _call(self, node: Call, frame: RecordCells | None) -> SolverTerm:
        row = FUNCTIONS[node.function]
        if row.scans:
            return self._aggregate(node, frame)
        if node.function == UNKNOWN:
            return _nothing(node.type)
        if node.function == AMONG:
            return self._among(node, frame)
        if node.function == ON_DAY:
            return self._on_day(node, frame)
        if (
            node.function == FILLED
            and isinstance(node.args[0], Name)
            and node.args[0].name in self.program.package.tables
        ):
            return truth(self.known_of(node.args[0].name))
        parts = [self.node(arg, frame) for arg in node.args]
        if node.function in forms.PARTIAL:
            return forms.PARTIAL[node.function](self.world.tools, parts)
        return self._strict(row, node, parts)

    def _strict(self, row: Function, node: Call, parts: Sequence[SolverTerm]) -> SolverTerm:
        """A row of known values: its form, or single values where it has none."""
        has = all_known(parts)
        values = [part.yes if isinstance(part, TruthTerm) else part.value for part in parts]
        form = forms.STRICT.get(row.name)
        fixed = forms.FIXED.get(row.name)
        if has is False:
            return _nothing(node.type)
        if row.name in ("=", "≠") and all(isinstance(part, TruthTerm) for part in parts):
            equal = either(both(values[0], values[1]), both(no(values[0]), no(values[1])))
            return truth(equal if row.name == "=" else no(equal), has)
        if form is None or isinstance(row.solver, NoForm) or (fixed is not None and not is_constant(values[fixed])):
            return self._applied(row, node, values, has)
        if fixed is not None and fixed and row.name != "四舍五入" and values[fixed] <= 0:
            return _nothing(node.type)
        defined = forms.DEFINED.get(row.name)
        exists = True if defined is None else defined(*values)
        if exists is False:
            return _nothing(node.type)
        found = form(self.world.tools, *values)
        if node.type is not None and node.type.kind == "bool":
            return truth(found, both(has, exists))
        return ValueTerm(found, both(has, exists))

    def _applied(self, row: Function, node: Call, values: Sequence[Any], has: Any) -> SolverTerm:
        meaning = row.meaning
        assert isinstance(meaning, Strict), row.name
        kinds = [arg.type.kind if arg.type is not None else "text" for arg in node.args]
        if all(is_constant(value) for value in values):
            return self._worked_out(meaning, values, kinds, node)
        self.refused[row.name] = row.solver.reason if isinstance(row.solver, NoForm) else "要按固定的位数、单位取整"
        do = self.meaning(meaning)
        mark = self._calendar if meaning.calendar else ""
        found = self.world.apply(row, do, values, kinds, node.type, mark)
        stated = forms.STATED.get(row.name)
        if stated is not None:
            self.world.assume(either(no(found.defined), stated(found.result, *found.args)))
        exists = both(has, found.defined)
        return truth(found.result, exists) if found.kind == "bool" else ValueTerm(found.result, exists)

    def meaning(self, meaning: Strict) -> Callable[..., Any]:
        """What a row does to values, None where the result is not defined."""
        calendar = self.program.package.calendar

        def do(*args: Any) -> Any:
            try:
                found = meaning.do(*((calendar,) if meaning.calendar else ()), *args)
            except (ArithmeticError, ValueError):
                return None
            return found.value if isinstance(found, Reckoned) else found

        return do

    @cached_property
    def _calendar(self) -> str:
        return f"（{self.program.package.calendar.digest}）"

    def calendar_mark(self, node: Call) -> str:
        """What tells the calendar apart by which a row counts working days."""
        return self._calendar if FUNCTIONS[node.function].reckons else ""

    def _worked_out(self, meaning: Strict, values: Sequence[Any], kinds: Sequence[str], node: Call) -> SolverTerm:
        given = [self.world.value(None, value, kind) for value, kind in zip(values, kinds, strict=True)]
        found = self.meaning(meaning)(*given)
        return _nothing(node.type) if found is None else constant(self.world, found)

    def _among(self, node: Call, frame: RecordCells | None) -> SolverTerm:
        one, items = node.args
        value = self.node(one, frame)
        every = (
            [self.node(item, frame) for item in items.items] if isinstance(items, Items) else [self.node(items, frame)]
        )
        if isinstance(value, TruthTerm):
            raise NoTerm("是否不必列举")
        others = [item for item in every if isinstance(item, ValueTerm)]
        equal = [
            both(item.known, same(self.world.words, value.value, item.value))
            for item in others
            if item.known is not False
        ]
        found = both(value.known, either(*equal))
        settled = both(value.known, *(item.known for item in others))
        return TruthTerm(found, both(settled, no(either(*equal))))

    def _on_day(self, node: Call, frame: RecordCells | None) -> SolverTerm:
        """Of the values that hold on the day the one that began last."""
        _, day, held = node.args
        when = self.node(day, frame)
        assert isinstance(when, ValueTerm)
        assert isinstance(held, Items)
        every = [[self.node(part, frame) for part in one.items] for one in held.items if isinstance(one, Items)]
        found: SolverTerm = _nothing(node.type)
        for value, since, until in sorted(every, key=lambda one: _start(one[1])):
            inside = both(_start(since) <= when.value, when.value <= _start(until))
            found = picked(self.world.words, truth(inside), value, found)
        if isinstance(found, TruthTerm):
            return TruthTerm(both(when.known, found.yes), both(when.known, found.no))
        return ValueTerm(found.value, both(when.known, found.known))

    # Records

    def _aggregate(self, node: Call, frame: RecordCells | None) -> SolverTerm:
        if frame is not None:
            raise NoTerm("逐条里再数记录的，不能交给求解器")
        return aggregate(self, node)

    def chain(self, node: Node) -> tuple[str, list[Call]]:
        """A table and what is asked, or worked out, of its records, the first asked first."""
        if isinstance(node, Name) and node.kind == RECORDS:
            return self.chain(self.program.form.definitions[node.name].node)
        if isinstance(node, Name):
            return node.table or node.name, []
        assert isinstance(node, Call)
        table, calls = self.chain(node.args[0])
        return table, [*calls, node]


def _start(term: SolverTerm) -> Any:
    assert isinstance(term, ValueTerm)
    return term.value


def constant(world: Ground, value: Any) -> SolverTerm:
    """A value of the language as a term."""
    if value is None:
        return ValueTerm(0, False)
    if isinstance(value, bool):
        return TruthTerm(value, not value)
    return ValueTerm(world.constant(value), True)


def _nothing(type_: Type | None) -> SolverTerm:
    return UNKNOWN_TRUTH if type_ is not None and type_.kind == "bool" else ValueTerm(0, False)
