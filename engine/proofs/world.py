"""What terms are made of: a symbol for every fact, records of a few patterns for every table, and what holds of them all.

Two versions of the rules share a world, so that a fact is the same in both. Two switches belong to every question:
`settled`, everything is known but what rules ask 已填 of; `real`, aggregates are those of records there can be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

import z3

from engine.base.classes import dataclass
from engine.language.row import Function
from engine.language.tree import Type, Value
from engine.language.values import as_number
from engine.policy.fields import Field, RecordTable
from engine.proofs.days import FIRST, LAST, Days
from engine.proofs.forms import Tools
from engine.proofs.terms import Coded, SolverTerm, ValueTerm, both, choice, is_constant, known, lifted, truth

PATTERNS, MONTHS = 4, 12
"""Patterns of records that a table may have; one for each month more where months are counted."""
REPEATED = 400
"""Records of one pattern at most."""

_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}")
"""How the solver writes what is not ASCII."""
_MICROSECONDS = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Unfixed:
    """A fact, a part of a finding or an exception as a term. `kind` is its type's; `key` names it among all."""

    key: str
    kind: str
    value: Any
    known: Any

    @property
    def term(self) -> SolverTerm:
        return truth(self.value, self.known) if self.kind == "bool" else ValueTerm(self.value, self.known)


@dataclass(frozen=True, slots=True)
class LikeRecords:
    """`many` records that look alike. `sums`: of a column that nothing is asked of, what they come to together."""

    many: Any
    cells: Mapping[str, Unfixed]
    sums: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Patterns:
    """The patterns a table's records may have. `known`: whether there is a table at all."""

    table: RecordTable
    known: Any
    patterns: tuple[LikeRecords, ...]


@dataclass(frozen=True, slots=True)
class Application:
    """A row without a form, applied: what the evaluator says of single arguments may be added. `do` is the row's own
    meaning; `kinds`: the types of the arguments; `result`, and whether it is `defined`, as terms."""

    row: Function
    do: Callable[..., Any]
    args: tuple[Any, ...]
    kinds: tuple[str, ...]
    kind: str
    result: Any
    defined: Any


@dataclass
class Ground:
    """`assumed`: what holds whatever is asked, in the order it was found; `based`: what real cases hold; `recorded`: what
    aggregates are of records. Of these only a witness is asked."""

    texts: frozenset[str]
    """Facts and columns whose letters are looked at."""
    asked: frozenset[str]
    """Facts and columns that rules ask 已填 of."""
    tested: frozenset[tuple[str, str]]
    """Columns that some condition on records reads."""
    monthly: frozenset[str]
    """Tables whose months are counted."""
    words: Coded = field(default_factory=Coded)
    assumed: list[Any] = field(default_factory=list)
    based: list[Any] = field(default_factory=list)
    recorded: list[Any] = field(default_factory=list)
    symbols: dict[str, Unfixed] = field(default_factory=dict)
    ledgers: dict[str, Patterns] = field(default_factory=dict)
    applications: list[Application] = field(default_factory=list)
    aggregates: dict[Any, Any] = field(default_factory=dict)
    """Aggregates by what they mean: `records.Aggregate`."""
    settled: Any = field(default_factory=lambda: z3.Bool("都已查明"))
    _keep: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.days = Days(self.assumed.append, lambda c, a, b: choice(self.words, c, a, b))
        self.tools = Tools(self.words, self.days)

    def assume(self, condition: Any) -> None:
        if condition is not True:
            self.assumed.append(condition)

    def record(self, condition: Any) -> None:
        self.recorded.append(condition)

    # Facts

    def fact(self, declared: Field, members: Sequence[str]) -> Unfixed:
        """The symbol of a fact, within its range; in both versions' where they declare it differently."""
        key = f"{declared.name}·{declared.type.kind}"
        found = self.symbols.get(key) or self.symbol(key, declared.name, declared.type, declared.whole)
        self._within(found.value, declared, members, self.assume)
        return found

    def symbol(
        self, key: str, name: str, type_: Type | None, whole: bool = False, say: Callable[[Any], None] | None = None
    ) -> Unfixed:
        """A symbol of a type; `name` says whether rules ask whether it is there; `say` takes what holds of it."""
        say = say or self.assume
        if key not in self.symbols:
            kind = type_.kind if type_ is not None else "text"
            has = z3.Bool(f"已知：{key}")
            value = self._value(key, kind, whole, name in self.texts, say)
            self.symbols[key] = Unfixed(key, kind, value, has)
            if name not in self.asked:
                say(z3.Implies(self.settled, has))
        return self.symbols[key]

    def _value(self, key: str, kind: str, whole: bool, letters: bool, say: Callable[[Any], None]) -> Any:
        match kind:
            case "bool":
                return z3.Bool(key)
            case "number":
                return z3.Int(key) if whole else z3.Real(key)
            case "date":
                found = z3.Int(key)
                say(z3.And(found >= FIRST.toordinal(), found <= LAST.toordinal()))
                return found
            case "time":
                found = z3.Int(key)
                say(z3.And(found >= 0, found < _MICROSECONDS))
                return found
            case "text" if letters:
                return z3.String(key)
        found = z3.Int(key)
        say(found >= 0)
        return found

    def _within(self, value: Any, declared: Field, members: Sequence[str], say: Callable[[Any], None]) -> None:
        if declared.type.kind == "enum" and members:
            say(z3.Or(*(value == self.words.code(member) for member in members)))
        if declared.type.kind == "number":
            low, high = declared.bounds
            for end, holds in ((low, value.__ge__), (high, value.__le__)):
                if end is not None:
                    say(holds(lifted(Fraction(end))))
            if declared.money:
                say(z3.IsInt(value * 100))

    # Records

    def ledger(self, table: RecordTable, enums: Mapping[str, Sequence[str]]) -> Patterns:
        found = self.ledgers.get(table.name)
        if found is None:
            has = z3.Bool(f"已知：{table.name}·table")
            if table.name not in self.asked:
                self.assume(z3.Implies(self.settled, has))
            count = PATTERNS + (MONTHS if table.name in self.monthly else 0)
            patterns = tuple(self._pattern(table, index, enums) for index in range(count))
            found = self.ledgers[table.name] = Patterns(table, has, patterns)
        return found

    def _pattern(self, table: RecordTable, index: int, enums: Mapping[str, Sequence[str]]) -> LikeRecords:
        """Records that differ in nothing that is asked of them. Where a column is asked about and added up too, or tells
        records apart, there is one record at most."""
        many = z3.Int(f"{table.name}·{index}")
        free = [c for c in table.columns if c.type.kind == "number" and (table.name, c.name) not in self.tested]
        added = [c for c in table.columns if c.type.kind == "number" and (table.name, c.name) in self.tested]
        single = bool(added) or any((table.name, column) in self.tested for column in table.unique)
        self.record(z3.And(many >= 0, many <= (1 if single else REPEATED)))
        cells, sums = {}, {}
        for column in table.columns:
            key = f"{table.name}·{index}·{column.name}"
            cell = self.symbol(key, f"{table.name}.{column.name}", column.type, column.whole, self.record)
            self._within(cell.value, column, enums.get(column.type.name, ()), self.record)
            if f"{table.name}.{column.name}" not in self.asked:
                self.record(cell.known)
            cells[column.name] = cell
        for column in free:
            together = (
                z3.Int(f"{table.name}·{index}·{column.name}·和")
                if column.whole
                else z3.Real(f"{table.name}·{index}·{column.name}·和")
            )
            low, high = column.bounds
            if low is not None:
                self.record(together >= many * lifted(_end(low, column, ceil)))
            if high is not None:
                self.record(together <= many * lifted(_end(high, column, floor)))
            self.record(z3.Implies(many == 0, together == 0))
            if column.money:
                self.record(z3.IsInt(together * 100))
            sums[column.name] = together
        return LikeRecords(many, cells, sums)

    def rebuilt(self, table: str) -> Any:
        """The switch that says that a table's records are written anew."""
        return z3.Bool(f"改：{table}·table")

    # Rows without a form

    def apply(
        self,
        row: Function,
        do: Callable[..., Any],
        args: Sequence[Any],
        kinds: Sequence[str],
        type_: Type | None,
        mark: str,
    ) -> Application:
        """A row of which single values are known: the same for the same arguments. `mark` tells calendars apart."""
        terms = [self._argument(arg, kind) for arg, kind in zip(args, kinds, strict=True)]
        kind = type_.kind if type_ is not None else "text"
        whole = row.whole == "总是"
        sort = {"bool": z3.BoolSort(), "number": z3.IntSort() if whole else z3.RealSort()}.get(kind, z3.IntSort())
        name = f"{row.name}{mark}·{'·'.join(str(term.sort()) for term in terms)}"
        result = z3.Function(name, *(term.sort() for term in terms), sort)(*terms)
        defined = z3.Function(f"{name}·有", *(term.sort() for term in terms), z3.BoolSort())(*terms)
        found = Application(row, do, tuple(terms), tuple(kinds), kind, result, defined)
        if all(not z3.eq(found.result, one.result) for one in self.applications):
            self.applications.append(found)
        return found

    def _argument(self, arg: Any, kind: str) -> Any:
        if isinstance(arg, bool):
            return z3.BoolVal(arg)
        if isinstance(arg, str):
            return z3.IntVal(self.words.code(arg))
        if isinstance(arg, int | Fraction):
            return z3.RealVal(str(arg)) if kind == "number" else z3.IntVal(arg)
        return z3.ToReal(arg) if kind == "number" and arg.is_int() else arg

    def keep(self, term: Any) -> Any:
        """An expression kept, so that its number stays its own."""
        self._keep.append(term)
        return term

    # Values of the language and of the solver

    def constant(self, value: Value) -> Any:
        """A value of the language as a constant."""
        match value:
            case bool() | str():
                return value
            case Decimal() | Fraction():
                exact = Fraction(value)
                return exact.numerator if exact.denominator == 1 else exact
            case date():
                return value.toordinal()
            case time():
                return ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond
        raise TypeError(value)

    def value(self, model: Any, term: Any, kind: str) -> Value:
        """What a model says of a term, as a value of the language."""
        found = term if is_constant(term) else model.eval(term, model_completion=True)
        if kind == "bool":
            return found if isinstance(found, bool) else z3.is_true(found)
        if isinstance(found, str):
            return found
        if z3.is_string_value(found):
            return _ESCAPED.sub(lambda code: chr(int(code.group(1), 16)), found.as_string())
        exact = (
            Fraction(found)
            if is_constant(found)
            else Fraction(str(found.as_fraction()) if found.is_real() else found.as_long())
        )
        if kind == "number":
            return as_number(exact)
        if kind == "date":
            return date.fromordinal(int(exact)) if 0 < exact <= date.max.toordinal() else None
        if kind == "time":
            return _time(int(exact))
        return self.words.word(int(exact))


def _end(end: Any, column: Field, whole: Callable[[Any], int]) -> Fraction:
    return Fraction(whole(end)) if column.whole else Fraction(end)


def _time(microseconds: int) -> time:
    seconds, rest = divmod(microseconds, 1_000_000)
    minutes, second = divmod(seconds, 60)
    return time(minutes // 60, minutes % 60, second, rest)


def all_known(terms: Sequence[SolverTerm]) -> Any:
    """Whether all of some terms have a value."""
    return both(*map(known, terms))
