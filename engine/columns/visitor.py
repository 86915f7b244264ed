"""The one visitor: the lowered form of a package → steps of the column algebra.

What columns say holds: it is what the interpreter says, by the ranges of what is unknown too. Where they are silent the
interpreter may know more, by trying cases or on days that no table has: every slot of which that can be says so in a column
of its own (`doubtful`), and rows in doubt go to the interpreter, so that columns never say less than it does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from fractions import Fraction

from engine.base.classes import dataclass
from engine.base.problem import Span
from engine.columns.algebra import (
    BOOL,
    CASES,
    FALSE,
    TRUE,
    ZERO,
    Expr,
    all_of,
    any_of,
    certain,
    column,
    compared,
    const,
    negated,
    refused,
)
from engine.columns.ends import OPEN, Ends, Val, exact, less, single, taken, unknown
from engine.columns.held import days, kind_of, minutes, scale_of
from engine.columns.numbers import Num, TooLarge, exactly, no_number
from engine.columns.stepped import Stepped
from engine.decision.program import Program
from engine.language import keys
from engine.language.functions import FUNCTIONS
from engine.language.make import RECORDS, WITH_CELL
from engine.language.row import ByArguments, Interval, NoForm, Own, Strict
from engine.language.tree import BOOL as BOOLEAN
from engine.language.tree import Call, Items, Literal, Name, Node, Value
from engine.lowered.fold import folded
from engine.lowered.form import Definition, is_bounded
from engine.policy.package import AS_OF, FINDING_PARTS, Field
from engine.policy.procedure import of

_STANDING = "standing"
"""The kind of a name that stands for what is worked out already."""

Forms = Mapping[str, Callable[["Visitor", Call], Val]]
"""Row of the function table → its columns."""

Intervals = Mapping[str, Callable[["Visitor", Call, Sequence[Ends]], Ends]]
"""Row of the function table → its interval out of those of its arguments."""

Scans = Mapping[str, Callable[["Visitor", Call], Ends]]
"""Aggregate → what it stays within."""


@dataclass(frozen=True, slots=True)
class TakenRecords:
    """Records an aggregate takes: those of `table` for which `truth` holds, and perhaps those for which it is null. `cell`
    is what is worked out of each of them, within `ends`."""

    table: str
    truth: Expr
    cell: Val | None = None
    ends: Ends = OPEN


class Visitor(Stepped):
    """Steps for what is asked, each slot once. `facts`, `told`, `excuses`, `presences`: what is read of a case; `place`: where
    what is being worked out is written; `ranges`: whether what is unknown is taken to be within its declared range."""

    def __init__(self, program: Program, forms: Forms, intervals: Intervals, scans: Scans) -> None:
        super().__init__()
        self.program, self.forms, self.intervals, self.scans = program, forms, intervals, scans
        self.facts: dict[str, Field] = {}
        self.told: dict[str, tuple[str, str]] = {}
        self.excuses: dict[str, None] = {}
        self.presences: dict[str, str] = {}
        self.place: Span | None = None
        self.ranges = True
        self._slots: dict[str, Val] = {}
        self._ends: dict[str, Ends] = {}
        self._doubtful: dict[str, Expr] = {}
        self._doubts: dict[Expr, None] = {}
        self._chosen: dict[str, tuple[TakenRecords, dict[Expr, None]]] = {}
        self._standing: dict[str, Val] = {}
        self._folds: dict[int, tuple[Node, Node]] = {}

    # Slots

    def slot(self, key: str) -> Val:
        """What a slot holds, in the frame of the cases."""
        found = self._slots.get(key)
        if found is None:
            found = self._slots[key] = self._slot(key)
        if key in self._doubtful:
            self._doubts[self._doubtful[key]] = None
        return found

    def doubtful(self, key: str) -> Expr:
        """Whether a slot is unknown here and the interpreter may know it all the same; never null."""
        self.slot(key)
        return self._doubtful.get(key, FALSE)

    def doubt(self, where: Expr) -> None:
        """Note that where something holds the interpreter may know what is unknown here."""
        if self.frame != CASES and where != TRUE:
            where = compared("<", ZERO, self.fold(self.frame, "count", certain(where)))
        if where != FALSE:
            self._doubts[where] = None

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
            self.slot(name)
            self.presences[key] = name
            return column(key, BOOL)
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
            line = f"- {{名称: {declared.name}, 类型: {declared.word}, 范围: 最小 至 最大}}"
            raise refused(declared.name, f"没有声明范围，在词汇表写明，例如 {line}", self.place)
        scale = scale_of(declared)
        ends = Fraction(low) * scale, Fraction(high) * scale
        return Num(found, int(ends[0]), int(ends[1]), const(scale), scale)

    def _defined(self, definition: Definition) -> Val:
        before, self.frame = self.frame, CASES
        outer, self._doubts = self._doubts, {}
        try:
            node = folded(definition.node, self.program.form.constants, self._folds)
            found = self.named(definition.key, self._within(definition, node))
            self._note_doubts(definition, found)
        except TooLarge:
            raise refused(
                "数", "算出的数可能超出 64 位，把有关事项的范围收窄", definition.node.span or self.place
            ) from None
        finally:
            self.frame, self._doubts = before, outer
        return found

    def _within(self, definition: Definition, node: Node) -> Val:
        """What a definition comes to, by its bounds where these are one; they are kept."""
        if definition.bounded and isinstance(node, Call) and node.function in self.scans:
            ends = self._ends[definition.key] = self.scans[node.function](self, node).each(self.aside)
            return single(ends) or no_number()
        found = self.value(node)
        within = self.ends(node) if definition.hulled else None
        if within is None or within == exact(found):
            return found
        found, known = self.aside(found), negated(unknown(found))
        low, high = (self.aside(taken((known,), (found, end))) for end in (within.low, within.high))
        self._ends[definition.key] = Ends(low, high)
        return taken((known, less("=", low, high)), (found, low, None))

    def _note_doubts(self, definition: Definition, found: Val) -> None:
        """A definition that is unknown may be known to the interpreter: it tries cases, or knows more of what is below."""
        tried = {key for group in definition.cases for split in group for case in split.cases for key in case}
        open_ = any_of(*self._doubts, *(unknown(self.slot(key)) for key in sorted(tried)))
        flag = all_of(unknown(found), open_)
        if flag != FALSE:
            self._doubtful[definition.key] = self.emit(f"疑：{definition.key}", flag)

    # Columns

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
        if node.kind == _STANDING:
            return self._standing[node.name]
        if node.kind == "member":
            return const(node.name)
        if node.kind in ("column", "cell"):
            return self._cell(node)
        return self.carried(self.slot(node.name))

    # Bounds

    def ends(self, node: Node) -> Ends | None:
        """What a number or a day stays within although it may be unknown; None where a value is all there is."""
        if isinstance(node, Name):
            return self._ends_of(node)
        if not isinstance(node, Call):
            return None
        row = FUNCTIONS[node.function]
        if isinstance(row.bounds, Own):
            return self.scans[node.function](self, node) if is_bounded(node) and node.function in self.scans else None
        if not isinstance(row.bounds, ByArguments | Interval):
            return None
        found = [None if arg.type == BOOLEAN else self.ends(arg) for arg in node.args]
        always = isinstance(row.bounds, Interval) and row.bounds.always
        if isinstance(row.meaning, Strict) and not any(found) and not always:
            return None
        parts = [
            OPEN if arg.type == BOOLEAN else part or exact(self.aside(self.value(arg)))
            for part, arg in zip(found, node.args, strict=True)
        ]
        try:
            through = self.intervals.get(node.function)
            return through(self, node, parts) if through is not None else self.by_arguments(node, parts)
        except TooLarge:
            self.doubt(TRUE)
            return OPEN

    def _ends_of(self, node: Name) -> Ends | None:
        if node.kind in ("column", "cell"):
            return self.cell_ends(node) if self.frame != CASES and node.kind == "column" else None
        if node.kind in ("member", _STANDING):
            return None
        found = self.slot(node.name)
        if node.name in self._ends:
            return self._carried_ends(self._ends[node.name])
        declared = self.program.context.ranges.get(node.name) if self.ranges else None
        return None if declared is None else self._carried_ends(self._declared(found, declared))

    def cell_ends(self, node: Name) -> Ends:
        """What a cell may be: itself, or the range of its column while it is blank."""
        found = self._cell(node)
        declared = self.program.context.cells.get((node.table, node.name)) if self.ranges else None
        return exact(found) if declared is None else self._declared(found, declared)

    def _declared(self, found: Val, declared: tuple[Value, Value]) -> Ends:
        known = negated(unknown(found))
        return Ends(*(found if end is None else taken((known,), (found, self.constant(end))) for end in declared))

    def _carried_ends(self, ends: Ends) -> Ends:
        return ends.each(lambda end: self.carried(self.aside_of_cases(end)))

    def by_arguments(self, call: Call, parts: Sequence[Ends]) -> Ends:
        """Of a row that rises or falls with each argument: the row at their ends."""
        row = FUNCTIONS[call.function]
        pairs = [(p.low, p.high) if row.direction(i) >= 0 else (p.high, p.low) for i, p in enumerate(parts)]
        return Ends(self.applied(call, [low for low, _ in pairs]), self.applied(call, [high for _, high in pairs]))

    def applied(self, call: Call, values: Sequence[Val | None]) -> Val | None:
        """What a row makes of values that are worked out already; open where one is."""
        args: list[Node] = []
        for value, arg in zip(values, call.args, strict=True):
            if value is None:
                return None
            name = f"{_STANDING}{len(self._standing)}"
            self._standing[name] = self.aside(value)
            args.append(Name(name, "", arg.span, _STANDING, arg.type))
        return self.aside(self.forms[call.function](self, Call(call.function, tuple(args), call.span, call.type)))

    # Records

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
            if node.name not in self._chosen:
                outer_doubts, self._doubts = self._doubts, {}
                found = self.chosen(self.program.form.definitions[node.name].node)
                self._chosen[node.name], self._doubts = (found, self._doubts), outer_doubts
            taken_records, doubts = self._chosen[node.name]
            self._doubts |= doubts
            return taken_records
        assert isinstance(node, Call)
        if self.frame != CASES:
            raise refused(node.function, "条件里再数记录，还没有列式", node.span or self.place)
        outer = self.chosen(node.args[0])
        if len(node.args) == 1:
            return outer
        inside = node.args[1]
        if node.function == WITH_CELL:
            cell = self.among(outer.table, lambda: self.value(inside))
            return TakenRecords(outer.table, outer.truth, cell, self._worked_ends(outer.table, inside, cell))
        if node.function != RECORDS:
            raise refused(node.function, "不是一组记录", self.place)
        truth = self.among(outer.table, lambda: all_of(outer.truth, self.truth(inside)))
        assert isinstance(truth, Expr)
        return TakenRecords(outer.table, truth, outer.cell, outer.ends)

    def _worked_ends(self, table: str, node: Node, cell: Val) -> Ends:
        """The range of what is worked out of each record, its blank cells within theirs."""
        before, self.frame = self.frame, table
        try:
            bounds = self.ends(node) or OPEN
            known = negated(unknown(cell))
            return Ends(*(self.aside(taken((known,), (cell, end))) for end in (bounds.low, bounds.high)))
        finally:
            self.frame = before
