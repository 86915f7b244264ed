"""The column algebra: what is worked out of a row, as data that an engine carries out.

Whole numbers of 64 bits, truths, texts; days are counted from 1970-01-01, times in minutes. Null is unknown: 且 and 或 are
Kleene's, everything else is null where an operand is, save `case` and `null`. A program is a list of steps over frames: the
cases (`CASES`), and a frame of records for each table, whose rows name their case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused, Span

CASES = ""
"""The frame of the cases."""

PLACE = "#"
"""The column by which a case and its records know each other: the case's place, from 0."""

BOOL, INT, TEXT = "bool", "int", "text"
"""What a column holds."""


@dataclass(frozen=True, slots=True)
class Expr:
    """`op`: const, column (`value` is what, or its name), or what is done with `args`: and or not, = < ≤, + − ×, ÷ (floor; the
    divisor above zero), case (condition, value, …, otherwise), null (is it unknown), most and least (of those that are known),
    month (day → months from year 0), the working-day tables rank and nth, contains, starts, ends, joined."""

    op: str
    args: tuple[Expr, ...] = ()
    value: bool | int | str | None = None
    kind: str = INT


def const(value: bool | int | str) -> Expr:
    """A known value."""
    return Expr("const", (), value, BOOL if isinstance(value, bool) else INT if isinstance(value, int) else TEXT)


def nothing(kind: str) -> Expr:
    """Unknown, whatever the row."""
    return Expr("const", (), None, kind)


TRUE, FALSE, ZERO, ONE = const(True), const(False), const(0), const(1)


def column(name: str, kind: str) -> Expr:
    """What a column of the row's own frame holds."""
    return Expr("column", (), name, kind)


def is_const(expr: Expr) -> bool:
    """Whether it is a known constant."""
    return expr.op == "const" and expr.value is not None


def _connective(op: str, parts: tuple[Expr, ...], neutral: Expr, decisive: Expr) -> Expr:
    left = [part for part in parts if part != neutral]
    if any(part == decisive for part in left):
        return decisive
    return neutral if not left else left[0] if len(left) == 1 else Expr(op, tuple(left), None, BOOL)


def all_of(*parts: Expr) -> Expr:
    """Kleene's 且."""
    return _connective("and", parts, TRUE, FALSE)


def any_of(*parts: Expr) -> Expr:
    """Kleene's 或."""
    return _connective("or", parts, FALSE, TRUE)


def negated(part: Expr) -> Expr:
    """Kleene's 非."""
    if is_const(part):
        return const(not part.value)
    return part.args[0] if part.op == "not" else Expr("not", (part,), None, BOOL)


def is_null(part: Expr) -> Expr:
    """Whether it is unknown; never null itself."""
    return const(part.value is None) if part.op == "const" else Expr("null", (part,), None, BOOL)


def compared(op: str, left: Expr, right: Expr) -> Expr:
    """= < ≤."""
    return Expr(op, (left, right), None, BOOL)


def plus(left: Expr, right: Expr) -> Expr:
    """A sum."""
    if is_const(left) and is_const(right):
        return const(_int(left) + _int(right))
    return right if left == ZERO else left if right == ZERO else Expr("+", (left, right))


def minus(left: Expr, right: Expr) -> Expr:
    """A difference."""
    if is_const(left) and is_const(right):
        return const(_int(left) - _int(right))
    return left if right == ZERO else Expr("−", (left, right))


def times(left: Expr, right: Expr) -> Expr:
    """A product."""
    if is_const(left) and is_const(right):
        return const(_int(left) * _int(right))
    return right if left == ONE else left if right == ONE else Expr("×", (left, right))


def floored(left: Expr, right: Expr) -> Expr:
    """How many times `right`, which is above zero, goes into `left`, rounded down."""
    if is_const(left) and is_const(right):
        return const(_int(left) // _int(right))
    return left if right == ONE else Expr("÷", (left, right))


def _int(expr: Expr) -> int:
    assert isinstance(expr.value, int)
    return expr.value


def outermost(parts: Sequence[Expr], larger: bool) -> Expr:
    """The largest (smallest) of those that are known; nothing where none is."""
    return parts[0] if len(set(parts)) == 1 else Expr("most" if larger else "least", tuple(dict.fromkeys(parts)))


def case(*parts: Expr) -> Expr:
    """condition, value, …, otherwise: the value of the first condition that is true; one that is null is not."""
    *pairs, otherwise = parts
    left: list[Expr] = []
    for condition, value in zip(pairs[::2], pairs[1::2], strict=True):
        if condition == TRUE:
            otherwise = value
            break
        if condition != FALSE:
            left += (condition, value)
    return Expr("case", (*left, otherwise), None, otherwise.kind) if left else otherwise


def known(part: Expr, value: Expr) -> Expr:
    """The value where `part` is true, else nothing."""
    return case(part, value, nothing(value.kind))


def certain(part: Expr) -> Expr:
    """Whether a truth is certainly true; never null."""
    return part if part.op in ("null", "const") else case(part, TRUE, FALSE)


def possible(part: Expr) -> Expr:
    """Whether a truth is not certainly false; never null."""
    return certain(negated(certain(negated(part)))) if part.op != "const" else const(part.value is not False)


def each_part(expr: Expr) -> Iterator[Expr]:
    """The expression and everything in it."""
    waiting = [expr]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += one.args


def columns_of(expr: Expr) -> Iterator[str]:
    """The columns it reads, with repetition."""
    for one in each_part(expr):
        if one.op == "column":
            assert isinstance(one.value, str)
            yield one.value


@dataclass(frozen=True, slots=True)
class Compute:
    """A column of a frame, worked out of others of the same row."""

    frame: str
    name: str
    expr: Expr

    @property
    def reads(self) -> frozenset[tuple[str, str]]:
        return frozenset((self.frame, name) for name in columns_of(self.expr))


@dataclass(frozen=True, slots=True)
class Carry:
    """A column of the cases, beside each of their records."""

    frame: str
    name: str
    source: str
    kind: str

    @property
    def reads(self) -> frozenset[tuple[str, str]]:
        return frozenset(((CASES, self.source),))


@dataclass(frozen=True, slots=True)
class Fold:
    """A column of the cases out of their records in `table` for which `where` holds: count sum (0 of none), max min distinct
    (nothing of none), least: of the sums of `value` in each `month`, the least, with how many months there are in `months`."""

    table: str
    name: str
    how: str
    where: Expr
    value: Expr = ONE
    month: Expr | None = None
    months: Expr | None = None
    frame: str = CASES

    @property
    def reads(self) -> frozenset[tuple[str, str]]:
        parts = (self.where, self.value, *((self.month,) if self.month is not None else ()))
        found = {(self.table, name) for part in parts for name in columns_of(part)}
        if self.months is not None:
            found |= {(CASES, name) for name in columns_of(self.months)}
        return frozenset(found)


ColumnStep = Compute | Carry | Fold


@dataclass(frozen=True, slots=True)
class WorkingDayTables:
    """The working days of some years. `rank[d]`: how many there are up to the day `first + d`; `nth`: those days."""

    first: int
    rank: tuple[int, ...]
    nth: tuple[int, ...]


def stages(steps: tuple[ColumnStep, ...]) -> list[list[ColumnStep]]:
    """The steps in stages: of each stage none reads what another of it makes."""
    depth: dict[tuple[str, str], int] = {}
    found: list[list[ColumnStep]] = []
    for step in steps:
        level = 1 + max((depth.get(read, -1) for read in step.reads), default=-1)
        depth[step.frame, step.name] = level
        while len(found) <= level:
            found.append([])
        found[level].append(step)
    return found


def refused(construct: str, why: str, place: Span | None) -> Refused:
    """E940: a construct that columns have no form for, by name, and where it is written."""
    help_ = "用 -d 另选决定，或用 guiju decide 逐件决定"
    return Refused(Problem("E940", f"按列计算不了 `{construct}`：{why}", place, help_))
