"""The one visitor: the lowered form of a package → steps of the column algebra.

What columns say holds: it is what the interpreter says. Where they are silent the interpreter may know more, by the ranges of
what is unknown and by trying cases; `refining` tells of which slots. Every row a determination is asked of and that
is silent there goes to the interpreter, so that columns never say less than it does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from engine.base.classes import dataclass
from engine.base.problem import Span
from engine.columns.algebra import (
    BOOL,
    CASES,
    INT,
    TEXT,
    TRUE,
    Carry,
    ColumnStep,
    Compute,
    Expr,
    Fold,
    all_of,
    column,
    compared,
    const,
    is_null,
    known,
    negated,
    nothing,
    refused,
)
from engine.columns.numbers import Num, TooLarge, compare, exactly, no_number
from engine.columns.refining import Refined
from engine.decision.program import Program
from engine.language import keys
from engine.language.functions import FUNCTIONS
from engine.language.make import RECORDS, WITH_CELL
from engine.language.row import NoForm
from engine.language.tree import Call, Items, Literal, Name, Node, Type, Value
from engine.lowered.fold import folded
from engine.lowered.form import Definition
from engine.policy.package import AS_OF, FINDING_PARTS, Field
from engine.policy.procedure import of

Val = Expr | Num
"""What a node comes to in a row: a number, or a column of anything else."""

Forms = Mapping[str, Callable[["Visitor", Call], Val]]
"""Row of the function table → its columns."""

EPOCH = date(1970, 1, 1).toordinal()
DECIMALS = 6
"""Decimal places of a number that is neither whole nor money, in base units."""

_KINDS = {"bool": BOOL, "date": INT, "time": INT, "number": INT}


def kind_of(type_: Type | None) -> str:
    """What a column of this type holds."""
    return _KINDS.get(type_.kind if type_ is not None else "", TEXT)


def scale_of(declared: Field) -> int:
    """By what a number is multiplied to be whole."""
    return 1 if declared.whole else 100 if declared.money else 10**DECIMALS


def days(day: date) -> int:
    """A day as columns hold it."""
    return day.toordinal() - EPOCH


def minutes(value: time) -> int:
    """A time as columns hold it."""
    return value.hour * 60 + value.minute


@dataclass(frozen=True, slots=True)
class TakenRecords:
    """Records an aggregate takes: those of `table` for which `truth` holds, and perhaps those for which it is null. `cell`
    is what is worked out of each of them."""

    table: str
    truth: Expr
    cell: Val | None = None


@dataclass
class Visitor:
    """Steps for what is asked, each slot once. `facts`, `tables`: what is read of a case, a table with its columns."""

    program: Program
    forms: Forms
    steps: list[ColumnStep] = field(default_factory=list)
    facts: dict[str, Field] = field(default_factory=dict)
    told: dict[str, tuple[str, str]] = field(default_factory=dict)
    excuses: dict[str, None] = field(default_factory=dict)
    tables: dict[str, dict[str, Field]] = field(default_factory=dict)
    frame: str = CASES
    place: Span | None = None
    """Where what is being worked out is written."""
    _slots: dict[str, Val] = field(default_factory=dict)
    _chosen: dict[str, TakenRecords] = field(default_factory=dict)
    _made: dict[tuple[str, object], str] = field(default_factory=dict)
    _folds: dict[int, tuple[Node, Node]] = field(default_factory=dict)

    # Slots

    def slot(self, key: str) -> Val:
        """What a slot holds, in the frame of the cases."""
        found = self._slots.get(key)
        if found is None:
            found = self._slots[key] = self._slot(key)
        return found

    def _slot(self, key: str) -> Val:
        package, form = self.program.package, self.program.form
        if key in form.definitions:
            return self._defined(form.definitions[key])
        if key in form.constants:
            return self.constant(form.constants[key])
        if key == AS_OF:
            return const(days(package.as_of))
        if key in package.facts:
            self.facts[key] = package.facts[key]
            return self._given(key, package.facts[key])
        if keys.is_excuse(key):
            self.excuses[key] = None
            return column(key, BOOL)
        said = {of(name, part): (name, part) for _, name, part in self.program.layout.told}
        if key in said:
            self.told[key] = said[key]
            return column(key, kind_of(FINDING_PARTS[said[key][1]]))
        name = keys.named_by(key)
        if keys.is_presence(key) and (name in package.facts or name in said):
            held = self.slot(name)
            return negated(held.unknown if isinstance(held, Num) else is_null(held))
        if keys.is_presence(key) and name in package.tables:
            return self.given(name)
        raise refused(key, "它不是一列", self.place)

    def _given(self, name: str, declared: Field) -> Val:
        """A fact or a cell as its column holds it."""
        found = column(name, kind_of(declared.type))
        if declared.type.kind != "number":
            return found
        low, high = declared.bounds
        if low is None or high is None:
            line = f"{declared.name}: {{类型: {declared.word}, 范围: [最小, 最大]}}"
            raise refused(declared.name, f"没有声明范围，在词汇表写明，例如 {line}", self.place)
        scale = scale_of(declared)
        ends = Fraction(low) * scale, Fraction(high) * scale
        return Num(found, int(ends[0]), int(ends[1]), const(scale), scale)

    def _defined(self, definition: Definition) -> Val:
        before, self.frame = self.frame, CASES
        try:
            found = self.value(folded(definition.node, self.program.form.constants, self._folds))
            return self.named(definition.key, found)
        except TooLarge:
            raise refused(
                "数", "算出的数可能超出 64 位，把有关事项的范围收窄", definition.node.span or self.place
            ) from None
        finally:
            self.frame = before

    @cached_property
    def refined(self) -> Refined:
        """Which slots the interpreter may know where columns do not."""
        return Refined(self.program, self._folds)

    # Columns

    def emit(self, name: str, expr: Expr) -> Expr:
        """A column of the frame at hand; what needs none stays as it is."""
        if expr.op == "const" or (expr.op == "column" and self.frame != CASES):
            return expr
        self.steps.append(Compute(self.frame, name, expr))
        return column(name, expr.kind)

    def named(self, key: str, found: Val) -> Val:
        if isinstance(found, Expr):
            return self.emit(key, found)
        return Num(self.emit(key, found.over), found.low, found.high, self.emit(f"{key}÷", found.under), found.most)

    def aside(self, found: Val) -> Val:
        """The same as a column of its own, for what several read."""
        if isinstance(found, Num):
            over, under = self.aside(found.over), self.aside(found.under)
            assert isinstance(over, Expr)
            assert isinstance(under, Expr)
            return Num(over, found.low, found.high, under, found.most)
        if found.op in ("const", "column"):
            return found
        known_as = self._made.get((self.frame, found))
        if known_as is None:
            known_as = self._made[self.frame, found] = f"#{len(self.steps)}"
            self.emit(known_as, found)
        return column(known_as, found.kind)

    def truth(self, node: Node) -> Expr:
        """A node that is true or not, or what is neither number nor list."""
        found = self.value(node)
        assert isinstance(found, Expr)
        return found

    def number(self, node: Node) -> Num:
        found = self.value(node)
        return found if isinstance(found, Num) else no_number()

    def value(self, node: Node) -> Val:
        before, self.place = self.place, node.span or self.place
        try:
            return self._value(node)
        finally:
            self.place = before

    def _value(self, node: Node) -> Val:
        match node:
            case Literal():
                return self.constant(node.value)
            case Name():
                return self._name(node)
            case Items():
                raise refused("列举", "只能写在 属于 之后", self.place)
        form = self.forms.get(node.function)
        if form is None:
            row = FUNCTIONS[node.function]
            why = row.column.reason if isinstance(row.column, NoForm) else "要在记录之外问"
            raise refused(node.function, why, self.place)
        try:
            return form(self, node)
        except TooLarge:
            raise refused(node.function, "算出的数可能超出 64 位，把有关事项的范围收窄", self.place) from None

    def constant(self, value: Value) -> Val:
        match value:
            case bool() | str():
                return const(value)
            case Decimal() | Fraction():
                return exactly(Fraction(value))
            case date():
                return const(days(value))
            case time():
                return const(minutes(value))
        raise refused("这种值", "不能放进一列", self.place)

    def _name(self, node: Name) -> Val:
        if node.kind == "member":
            return const(node.name)
        if node.kind in ("column", "cell"):
            return self._cell(node)
        return self.carried(self.slot(node.name))

    def carried(self, found: Val) -> Val:
        """What the cases hold, in the frame at hand."""
        if self.frame == CASES:
            return found
        if isinstance(found, Num):
            over, under = self._beside(found.over), self._beside(found.under)
            return Num(over, found.low, found.high, under, found.most)
        return self._beside(found)

    def _beside(self, expr: Expr) -> Expr:
        if expr.op == "const":
            return expr
        before, self.frame = self.frame, CASES
        held = self.aside(expr)
        self.frame = before
        assert isinstance(held, Expr)
        assert isinstance(held.value, str)
        name = f"↑{held.value}"
        if (self.frame, name) not in self._made:
            self._made[self.frame, name] = name
            self.steps.append(Carry(self.frame, name, held.value, held.kind))
        return column(name, held.kind)

    # Records

    def given(self, table: str) -> Expr:
        """Whether the records of a table are known; never null."""
        self.tables.setdefault(table, {})
        return column(f"有：{table}", BOOL)

    def _cell(self, node: Name) -> Val:
        if self.frame != node.table or node.row:
            raise refused("外层记录的格子", "条件里再数记录，还没有列式", self.place)
        declared = next(one for one in self.program.package.tables[node.table].columns if one.name == node.name)
        self.tables.setdefault(node.table, {})[node.name] = declared
        return self._given(node.name, declared)

    def chosen(self, node: Node) -> TakenRecords:
        """The records an aggregate takes."""
        if isinstance(node, Name):
            if node.name in self.program.package.tables:
                self.given(node.name)
                return TakenRecords(node.name, TRUE)
            found = self._chosen.get(node.name)
            if found is None:
                found = self._chosen[node.name] = self.chosen(self.program.form.definitions[node.name].node)
            return found
        assert isinstance(node, Call)
        if self.frame != CASES:
            raise refused(node.function, "条件里再数记录，还没有列式", node.span or self.place)
        outer = self.chosen(node.args[0])
        if len(node.args) == 1:
            return outer
        inside = node.args[1]
        if node.function == WITH_CELL:
            return TakenRecords(outer.table, outer.truth, self.among(outer.table, lambda: self.value(inside)))
        if node.function != RECORDS:
            raise refused(node.function, "不是一组记录", self.place)
        truth = self.among(outer.table, lambda: all_of(outer.truth, self.truth(inside)))
        assert isinstance(truth, Expr)
        return TakenRecords(outer.table, truth, outer.cell)

    def among(self, table: str, do: Callable[[], Val]) -> Val:
        """What `do` works out of each record of a table."""
        before, self.frame = self.frame, table
        try:
            return self.aside(do())
        finally:
            self.frame = before

    def fold(
        self, table: str, how: str, where: Expr, value: Expr | None = None, months: tuple[Expr, Expr] | None = None
    ) -> Expr:
        """A column of the cases out of their records."""
        key = ("fold", table, how, where, value, months)
        name = self._made.get((CASES, key))
        if name is None:
            name = self._made[CASES, key] = f"#{len(self.steps)}"
            month, count = months or (None, None)
            self.steps.append(Fold(table, name, how, where, value if value is not None else const(1), month, count))
        kind = value.kind if value is not None and how in ("max", "min") else INT
        return column(name, kind)


def equal(left: Val, right: Val) -> Expr:
    """Whether two values are the same; null where one is unknown."""
    if isinstance(left, Num) and isinstance(right, Num):
        return compare("=", left, right)
    return nothing(BOOL) if isinstance(left, Num) or isinstance(right, Num) else compared("=", left, right)


def gated(condition: Expr, found: Val) -> Val:
    """A value where a condition is certain, else nothing."""
    if isinstance(found, Num):
        return Num(known(condition, found.over), found.low, found.high, found.under, found.most)
    return known(condition, found)


def unknown(found: Val) -> Expr:
    """Whether it is unknown; never null."""
    return found.unknown if isinstance(found, Num) else is_null(found)


def alike(values: Sequence[Val]) -> list[Val]:
    """The same, what is unknown for good as a number among numbers."""
    if not any(isinstance(one, Num) for one in values):
        return list(values)
    return [one if isinstance(one, Num) else no_number() for one in values]
