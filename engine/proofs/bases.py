"""The real cases a witness starts from, as conditions: which of them it is, and what is otherwise in it.

A model becomes a case at once: what it does not change stays as it is, ledgers too; one that it changes is written anew of
the patterns of its records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

import z3

from engine.base.classes import dataclass
from engine.base.numbers import Number
from engine.decision.case import Case, Fact, Finding
from engine.decision.program import Program
from engine.language.printer import print_node, show_value
from engine.language.tree import Table, Value
from engine.language.values import as_number
from engine.lowered.calls import Values
from engine.lowered.closures import compile_node
from engine.lowered.expressions import as_written
from engine.policy.package import AS_OF
from engine.proofs.records import Aggregate
from engine.proofs.replies import SupposedValue
from engine.proofs.terms import lifted, no
from engine.proofs.translate import Translation
from engine.proofs.world import Ground, Patterns, Unfixed

SUPPOSED = "设想"
"""What a value that a witness supposes is said to come from, and who would have found it."""


MOST = 16
"""Real cases that a witness may start from, at most, of one question."""


@dataclass(frozen=True, slots=True)
class SupposedCase:
    """A case that a model stands for, made of the real case `base` (None: of nothing). `moves`: what is otherwise in it."""

    case: Case
    base: Case | None
    changed: tuple[str, ...]
    moves: tuple[SupposedValue, ...] = ()
    model: Any = field(default=None, compare=False)


@dataclass
class Bases:
    """`cases`: real cases; `translations`: of all the versions asked about together; `values`: what each version makes of
    each case."""

    world: Ground
    cases: Sequence[Case]
    translations: Sequence[Translation]
    values: Sequence[Sequence[Values]]
    any: Any = None
    _selected: list[Any] = field(default_factory=list)
    _changes: dict[str, Any] = field(default_factory=dict)
    _rebuilt: dict[str, Any] = field(default_factory=dict)
    _moved: dict[str, Any] = field(default_factory=dict)
    _before: dict[tuple[int, str], Any] = field(default_factory=dict)
    _counts: dict[int, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        world: Ground,
        cases: Sequence[Case],
        translations: Sequence[Translation],
        values: Sequence[Sequence[Values]],
    ) -> Bases:
        """Of real cases those, at most `MOST`, that differ in what is asked about and of which most of it is known."""
        given = {name for t in translations for what, name in t.given.values() if what in ("fact", "table")}
        apart: dict[Any, int] = {}
        for index, case in enumerate(cases):
            apart.setdefault(tuple((name, _value_of(case, "fact", name)) for name in sorted(given)), index)
        told = sorted(apart.values(), key=lambda index: -len(given & cases[index].facts.keys()))
        meant = sorted(told[:MOST])
        found = cls(world, [cases[i] for i in meant], translations, [values[i] for i in meant])
        found.state()
        return found

    def state(self) -> None:
        """Say of every base what it holds: after all terms are made, before anything is asked."""
        world = self.world
        self._selected = [z3.Bool(f"案件{index}") for index in range(len(self.cases))]
        self.any = z3.Bool("从案件出发") if self._selected else z3.BoolVal(True)
        if self._selected:
            world.based.append(z3.Implies(self.any, z3.PbEq([(one, 1) for one in self._selected], 1)))
        for key, (what, of) in self.given.items():
            change = self._changes[key] = z3.Bool(f"改：{key}")
            if what == "table":
                self._rebuilt[of] = change
                world.based.append(z3.Implies(z3.Not(self.any), change) if self._selected else change)
                continue
            symbol = world.symbols[key]
            for index, selected in enumerate(self._selected):
                world.based.append(
                    z3.Implies(z3.And(selected, z3.Not(change)), self._as_it_is(symbol, self.value(index, what, of)))
                )
        for one in world.aggregates.values():
            self._aggregate(one)

    @property
    def given(self) -> Mapping[str, tuple[str, Any]]:
        return {key: what for t in self.translations for key, what in t.given.items()}

    def value(self, index: int, what: str, of: Any) -> Value:
        """What a real case says of a symbol."""
        case = self.cases[index]
        if what == "excuse":
            fact = case.excuses.get(of)
            return fact.value if fact is not None and fact.finding is not None else None
        name, part = of if what == "finding" else (of, "")
        fact = case.facts.get(name)
        if what == "finding":
            return fact.finding.part(part) if fact is not None and fact.finding is not None else None
        if name == AS_OF and fact is None:
            return case.as_of
        needs = any(
            name in t.program.package.facts and t.program.package.facts[name].finding for t in self.translations
        )
        return None if fact is None or (needs and fact.finding is None) else fact.value

    def _as_it_is(self, symbol: Unfixed, value: Value) -> Any:
        if value is None or isinstance(value, Table | tuple):
            return no(symbol.known)
        return z3.And(symbol.known, self.equals(symbol, value))

    def equals(self, symbol: Unfixed, value: Value) -> Any:
        """That a symbol has this value."""
        if isinstance(value, bool):
            return symbol.value if value else no(symbol.value)
        if isinstance(value, str):
            return symbol.value == (
                z3.StringVal(value) if isinstance(symbol.value, z3.SeqRef) else self.world.words.code(value)
            )
        return symbol.value == lifted(self.world.constant(value))

    def _aggregate(self, one: Aggregate) -> None:
        """Of a ledger that is as it is an aggregate is what the evaluator says; then nothing its conditions rest on moves."""
        rebuilt = self._rebuilt[one.table]
        moved = self._moved[one.symbol.key] = z3.Bool(f"变：{one.symbol.key}")
        reads = [self._changes[key] for key, (what, of) in self.given.items() if what == "fact" and of in one.reads]
        self.world.based.append(z3.Implies(z3.Not(rebuilt), z3.And(z3.Not(moved), *map(z3.Not, reads))))
        for index, selected in enumerate(self._selected):
            place = list(self.translations).index(one.by)
            value = compile_node(one.node, one.by.program.context)(self.values[index][place], None)
            self._before[index, one.symbol.key] = value
            self.world.based.append(z3.Implies(z3.And(selected, z3.Not(moved)), self._as_it_is(one.symbol, value)))

    @property
    def untouched(self) -> Any:
        """That every ledger is as it is; nothing of the kind without a real case."""
        return z3.And(*map(z3.Not, self._rebuilt.values())) if self._selected else z3.BoolVal(not self._rebuilt)

    def at_most(self, count: int) -> Any:
        """That so many facts, and aggregates, differ from a real case."""
        if not self._selected:
            return self.any
        if count not in self._counts:
            switch = self._counts[count] = z3.Bool(f"至多{count}处")
            tables = {f"{table}·table" for table in self._rebuilt}
            changes = [(change, 1) for key, change in self._changes.items() if key not in tables]
            changes += [(change, 1) for change in self._moved.values()]
            self.world.based.append(
                z3.Implies(switch, z3.And(self.any, z3.PbLe(changes, count)) if changes else self.any)
            )
        return self._counts[count]

    # From a model to a case

    def _base(self, model: Any) -> int | None:
        return next((i for i, one in enumerate(self._selected) if z3.is_true(model.eval(one))), None)

    def _is_changed(self, model: Any, key: str) -> bool:
        return bool(z3.is_true(model.eval(self._changes[key], model_completion=True)))

    def found(self, model: Any) -> SupposedCase:
        """The case of a model."""
        index = self._base(model)
        base = self.cases[index] if index is not None else None
        facts = dict(base.facts) if base is not None else {}
        excuses = dict(base.excuses) if base is not None else {}
        as_of = base.as_of if base is not None else self.translations[0].program.package.as_of
        changed, parts = [], []
        for key, (what, of) in self.given.items():
            stays = index is not None and not self._is_changed(model, key)
            if not stays:
                changed.append(key)
            if what == "finding":
                parts.append((of, self._of_model(model, self.world.symbols[key])))
            if stays or what == "finding":
                continue
            if what == "table":
                table = self._table(model, self.world.ledgers[of])
                facts = _with(facts, of, None if table is None else Fact(table, SUPPOSED))
                continue
            value = self._of_model(model, self.world.symbols[key])
            if what == "excuse":
                excuses = _with(excuses, of, None if value is None else Fact(value, finding=_finding(as_of)))
            else:
                facts = _with(facts, of, None if value is None else Fact(value, SUPPOSED, finding=_finding(as_of)))
                if of == AS_OF and isinstance(value, date):
                    as_of = value
        for (name, part), value in parts:
            facts = _told(facts, name, part, value)
        case = Case(base.id if base is not None else SUPPOSED, as_of, facts, excuses)
        if base is not None:
            case = replace(base, as_of=as_of, facts=facts, excuses=excuses)
        return SupposedCase(case, base, tuple(changed), model=model)

    def _of_model(self, model: Any, symbol: Unfixed) -> Value:
        has = z3.is_true(model.eval(symbol.known, model_completion=True))
        return self.world.value(model, symbol.value, symbol.kind) if has else None

    def _table(self, model: Any, ledger: Patterns) -> Table | None:
        if not z3.is_true(model.eval(ledger.known, model_completion=True)):
            return None
        rows: list[tuple[Any, ...]] = []
        for pattern in ledger.patterns:
            many = int(str(self.world.value(model, pattern.many, "number")))
            sums = {name: self.world.value(model, term, "number") for name, term in pattern.sums.items()}
            shares = {name: _shared(sums[name], many, ledger, name) for name in sums}
            columns = [(pattern.cells[column.name], shares.get(column.name)) for column in ledger.table.columns]
            rows += [tuple(self._cell(model, cell, share, n) for cell, share in columns) for n in range(many)]
        return Table(tuple(column.name for column in ledger.table.columns), tuple(rows))

    def _cell(self, model: Any, symbol: Unfixed, shares: Sequence[Value] | None, record: int) -> Value:
        if shares is not None:
            return shares[record]
        return self._of_model(model, symbol)

    def same(self, model: Any) -> Any:
        """That everything given is as the model says."""
        held = []
        for key, (what, of) in self.given.items():
            symbols = self._symbols(key, what, of)
            terms = [s.value for s in symbols] + [s.known for s in symbols]
            if what == "table":
                terms += [pattern.many for pattern in self.world.ledgers[of].patterns]
            held += [term == model.eval(term, model_completion=True) for term in terms]
        return z3.And(*held) if held else z3.BoolVal(True)

    def _symbols(self, key: str, what: str, of: Any) -> list[Unfixed]:
        if what != "table":
            return [self.world.symbols[key]]
        return [cell for pattern in self.world.ledgers[of].patterns for cell in pattern.cells.values()]

    def nearer(self, model: Any, share: Fraction) -> Any:
        """That what is changed and can be measured lies at most that share of the way that the model moves it; None where
        nothing is moved by more than one."""
        index = self._base(model)
        if index is None:
            return None
        found, far = [], Fraction(0)
        for symbol, now in self._measured(model, index):
            value = self.world.value(model, symbol.value, symbol.kind)
            one, other = (Fraction(self.world.constant(v)) for v in (value, now))
            way, far = abs(one - other), max(far, abs(one - other))
            found += [symbol.value >= lifted(other - way * share), symbol.value <= lifted(other + way * share)]
        return z3.And(*found) if far > 1 else None

    def _measured(self, model: Any, index: int) -> Iterator[tuple[Unfixed, Any]]:
        for key, (what, of) in self.given.items():
            if what == "fact" and self._is_changed(model, key):
                now = self.value(index, what, of)
                if isinstance(now, Number | date):
                    yield self.world.symbols[key], now
        for one in self.world.aggregates.values():
            now = self._before.get((index, one.symbol.key))
            if z3.is_true(model.eval(self._moved[one.symbol.key])) and isinstance(now, Number):
                yield one.symbol, now

    # What is said of it

    def told(self, found: SupposedCase) -> SupposedCase:
        """The same with what is otherwise in words: facts, and of a ledger what is counted and added up in it."""
        if found.base is None:
            return replace(found, moves=tuple(self._all(found)))
        return replace(found, moves=tuple(self._moves(found)))

    def _moves(self, found: SupposedCase) -> Iterator[SupposedValue]:
        assert found.base is not None
        index = next(i for i, case in enumerate(self.cases) if case is found.base)
        for key in found.changed:
            what, of = self.given[key]
            if what != "table":
                now = self._shown(what, of, self.value(index, what, of))
                instead = self._shown(what, of, _value_of(found.case, what, of))
                if now != instead:
                    yield SupposedValue(_called(what, of), now, instead)
        for one in self.world.aggregates.values():
            if f"{one.table}·table" not in found.changed:
                continue
            program = one.by.program
            was, is_ = (
                self._before[index, one.symbol.key],
                compile_node(one.node, program.context)(program.evaluated(found.case), None),
            )
            if was != is_:
                name, unit = _name_of(program, one)
                yield SupposedValue(name, show_value(was, one.node.type, unit), show_value(is_, one.node.type, unit))

    def _all(self, found: SupposedCase) -> Iterator[SupposedValue]:
        for key in found.changed:
            what, of = self.given[key]
            value = (
                found.case.facts[of].value
                if what == "table" and of in found.case.facts
                else _value_of(found.case, what, of)
            )
            yield SupposedValue(_called(what, of), "", self._shown(what, of, value))

    def _shown(self, what: str, of: Any, value: Value) -> str:
        if what == "excuse":
            return "没有人决定" if value is None else "准予" if value else "不予"
        if what in ("finding", "table"):
            return show_value(value)
        declared = next(t.program.package.facts[of] for t in self.translations if of in t.program.package.facts)
        return show_value(value, declared.type, declared.unit)


def _value_of(case: Case, what: str, of: Any) -> Value:
    if what == "excuse":
        return case.excuses[of].value if of in case.excuses else None
    if what == "finding":
        fact = case.facts.get(of[0])
        return fact.finding.part(of[1]) if fact is not None and fact.finding is not None else None
    if of == AS_OF:
        return case.as_of
    return case.facts[of].value if of in case.facts else None


def _called(what: str, of: Any) -> str:
    return f"{of}的例外" if what == "excuse" else f"{of[0]}的{of[1]}" if what == "finding" else str(of)


def _name_of(program: Program, one: Aggregate) -> tuple[str, Any]:
    """The derived quantity that is an aggregate, or the sentence of it."""
    for name, derived in program.package.derived.items():
        definition = program.form.definitions.get(name)
        if definition is not None and program.form.inlined(definition.node) == program.form.inlined(one.node):
            return name, derived.unit
    return print_node(as_written(program.form.inlined(one.node))), None


def _finding(day: date) -> Finding:
    return Finding(SUPPOSED, day, SUPPOSED)


def _with(facts: Mapping[str, Fact], name: str, fact: Fact | None) -> dict[str, Fact]:
    found = {key: value for key, value in facts.items() if key != name}
    return found if fact is None else {**found, name: fact}


def _told(facts: Mapping[str, Fact], name: str, part: str, value: Value) -> dict[str, Fact]:
    """The facts with another part of a finding; without a value nothing was found."""
    fact = facts.get(name)
    if fact is None or fact.finding is None:
        return dict(facts)
    old, finding = fact.finding, None
    if value is not None:
        said: dict[str, Value] = {"日期": old.on, "理由": old.reasons, "判断人": old.person}
        said[part] = value
        finding = Finding(str(said["判断人"]), _day(said["日期"]), str(said["理由"]))
    return {**facts, name: replace(fact, finding=finding)}


def _day(value: Value) -> date:
    assert isinstance(value, date)
    return value


def _shared(whole: Any, many: int, ledger: Patterns, column: str) -> list[Value]:
    """A sum in so many shares as even as can be."""
    if not many:
        return []
    declared = next(c for c in ledger.table.columns if c.name == column)
    step = Fraction(1) if declared.whole else Fraction(1, 100) if declared.money else None
    total = Fraction(whole)
    if step is None:
        return [as_number(total / many)] * many
    each = floor(total / step / many) * step
    over = int((total - each * many) / step)
    return [as_number(each + (step if index < over else 0)) for index in range(many)]
