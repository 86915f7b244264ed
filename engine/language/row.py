"""What a row of the function table says of an operator: every trait a backend or a reader may ask for, none left out.

A row *means* something in one of three ways, or is *rewritten* into other rows while the rules are lowered:

    Strict    known values in, a value out; unknown as soon as an argument is
    Partial   closures of the arguments in, a closure out: decides before all of them are known (且, 若, 首中 …)
    Scan      an aggregate over the records of a table, as an interval where its result is a number
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from engine.base.classes import dataclass
from engine.language.tree import Call, Items, Node, Row

OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN = range(1, 8)
"""How tightly an operator binds."""

LOGIC = "逻辑"
TOPICS = (LOGIC, "比较与归属", "是否填写", "算术", "记录表", "日期", "准则与结论")
INTERNAL = "内部"
"""The topic of rows that only the lowered form uses; no text can write them."""

Run = Callable[[list[Any], Row | None], Any]
"""A compiled expression: the values of all slots and, inside an aggregate, the record -> the value, None if unknown."""

Bounds = Callable[[list[Any], Row | None], tuple[Any, Any]]
"""(lowest, highest) possible value; None is an open end."""


class Records:
    """The records a filter lets through: certainly, and perhaps (its condition is unknown)."""

    __slots__ = ("_by", "sure", "unsure")

    def __init__(self, sure: Sequence[Row], unsure: Sequence[Row] = ()) -> None:
        self.sure: Sequence[tuple[Any, ...]] = sure
        self.unsure: Sequence[tuple[Any, ...]] = unsure
        self._by: dict[int, dict[Any, Records]] = {}

    def having(self, place: int, value: Any) -> Records:
        """Those whose cell is `value`, and perhaps those whose cell is unknown. Each column is gone through once."""
        found = self._by.get(place)
        if found is None:
            found = self._by[place] = _by_cell(self, place)
        return found.get(value) or found[None]


def _by_cell(records: Records, place: int) -> dict[Any, Records]:
    """The records by the value of a cell; under None those that may have any value."""
    groups: dict[Any, tuple[list[Row], list[Row]]] = {}
    open_: list[Row] = []
    for kind, rows in enumerate((records.sure, records.unsure)):
        for row in rows:
            cell = row[place]
            if cell is None:
                open_.append(row)
            else:
                groups.setdefault(cell, ([], []))[kind].append(row)
    found = {cell: Records(sure, [*unsure, *open_]) for cell, (sure, unsure) in groups.items()}
    found[None] = Records((), open_)
    return found


class Column(NamedTuple):
    """A column an aggregate reads: its place in a record, and the range declared for its cells, None for an open end. Of
    one that is worked out for each record, the cell behind it has the range while it is unknown."""

    place: int
    low: Any = None
    high: Any = None
    worked_out: bool = False

    def ends(self, record: tuple[Any, ...]) -> tuple[Any, Any]:
        """What its cell in a record may be, lowest and highest."""
        cell = record[self.place]
        if cell is not None:
            return cell, cell
        return record[self.place + 1] if self.worked_out else (self.low, self.high)


class Scanned(NamedTuple):
    """What an aggregate is made of. `records` yields None while the table is unknown; `columns` and `others` (closures of
    what is neither column nor condition) come in the order they are written."""

    records: Callable[[list[Any], Row | None], Records | None]
    columns: tuple[Column, ...]
    others: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Strict:
    """`do` takes known values. With `calendar` it takes the working-day calendar first and yields a `Reckoned`. It may
    raise `ArithmeticError` or `ValueError` (with a Chinese reason) where the result cannot be represented: unknown."""

    do: Callable[..., Any]
    calendar: bool = False


class Branch(NamedTuple):
    """A value an expression may come to, and the conditions that must come out so for it."""

    guards: tuple[tuple[Node, bool], ...]
    value: Node


@dataclass(frozen=True, slots=True)
class Partial:
    """`decisive`: the truth that decides 且 and 或 alone. `branches`: of a choice, the values it may come to. `patient`:
    what follows a condition is not looked at before the condition is known. `alone`: its
    value is that of one branch. `fixed`: the closure where the last argument is constant."""

    build: Callable[[Sequence[Run]], Run]
    decisive: bool | None = None
    branches: Callable[[Sequence[Node]], tuple[Branch, ...]] | None = None
    patient: bool = False
    alone: bool = False
    fixed: Callable[[Sequence[Run], Any], Run] | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """`interval` for numbers that what is known bounds, `value` for everything else; both where it depends on the column:
    what has no order has no interval."""

    interval: Callable[[Scanned], Bounds] | None = None
    value: Callable[[Scanned], Run] | None = None


class Groups(Protocol):
    """What a rewriting may ask of the package."""

    def criteria(self, call: Call) -> tuple[str, ...]:
        """The criteria that `call` names and that count, groups expanded, each once."""
        ...

    def over_time(self, call: Call) -> Items:
        """The values of the parameter that `call` names, each ［值、自、至］."""
        ...

    def applied(self, call: Call) -> Node:
        """The decision table that `call` names with its arguments in the place of the inputs."""
        ...


Rewrite = Callable[[Call, Groups], Node]
"""The same in other rows. Arguments are rewritten already; names of criteria and the like stand for themselves."""


@dataclass(frozen=True, slots=True)
class NoForm:
    """A backend that a row has no form for, and why. `reason` is shown to people."""

    reason: str


@dataclass(frozen=True, slots=True)
class InColumns:
    """The column form stands in `engine/columns/`, which knows frames and steps; of a row that is rewritten, that of those
    it is rewritten to."""


IN_COLUMNS = InColumns()


@dataclass(frozen=True, slots=True)
class InSolver:
    """The solver form stands in `engine/proofs/forms.py`, which knows terms; of a row that is rewritten, that of those it is
    rewritten to."""


IN_SOLVER = InSolver()


@dataclass(frozen=True, slots=True)
class ByArguments:
    """The interval of a monotone row: the row at the ends of its arguments' intervals."""


@dataclass(frozen=True, slots=True)
class Own:
    """The interval an aggregate has by its meaning."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The interval from closures of the arguments' intervals. `always`: there is one even where no argument has one, as
    of 较小（甲，100分）."""

    build: Callable[[Sequence[Bounds]], Bounds]
    always: bool = False


@dataclass(frozen=True, slots=True)
class Decides:
    """The truth that closures of the operands' intervals may decide."""

    build: Callable[[Sequence[Bounds]], Run]


@dataclass(frozen=True, slots=True)
class Undefined:
    """Why the result can be unknown although all arguments are known. `when` tells from the known arguments; None where
    only no record to take it from can be the cause. `told`: of an aggregate why, by its records and columns; "" where they
    are not the cause."""

    reason: str
    when: Callable[..., bool] | None = None
    told: Callable[[Records, tuple[Column, ...]], str] | None = None


NEVER = Undefined("")
"""Always defined where its arguments are known and the result can be represented."""

ALWAYS, ARGUMENTS, COLUMN, FRACTIONAL, NO_NUMBER = "总是", "随各项", "随列", "不一定", "不是数"
"""When a result is a whole number."""


@dataclass(frozen=True)
class Function:
    """A row. `words[0]` is what is printed. `form`: infix (between its operands), prefix, call (word（…）), special (the
    parser knows it), internal (only the lowered form has it), implied (put in by the checker, printed as its argument),
    dated (a name and a day in brackets, or the inputs of a table). `postfix` words follow the right operand: 12场以上.
    `dates` is printed between days. Of the traits after `example` none may be missing, save that a row is either rewritten or
    has a meaning:

    `meaning`, `rewrite`   see above            `bounds`    how intervals go through, or a refusal
    `monotone`  per argument 1 rising, -1 falling, 0 neither; the last counts for all that follow
    `whole`     when the result is whole        `undefined` why it may have no value
    `solver`, `column`     the form for these backends, or a refusal
    `opposite`  the comparison that holds exactly where this one does not; `flipped` the one read from the other side
    `term`      whether it is the last day of a term on the calendar, which may be a day off
    `unit`      the unit that a result without a dimension is shown in
    `limit`     of two days compared, which operand is a last day (x ≤ d, x > d); -1: none
    """

    name: str
    words: tuple[str, ...]
    form: str
    topic: str
    signature: str
    help: str
    example: str
    meaning: Strict | Partial | Scan | None = None
    rewrite: Rewrite | None = None
    bounds: ByArguments | Own | Interval | Decides | NoForm | None = None
    monotone: tuple[int, ...] | None = None
    whole: str | None = None
    undefined: Undefined | None = None
    solver: InSolver | NoForm | None = None
    column: InColumns | NoForm | None = None
    precedence: int = 0
    postfix: tuple[str, ...] = ()
    dates: str = ""
    opposite: str = ""
    flipped: str = ""
    term: bool = False
    limit: int = -1
    unit: str = ""

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        return tuple(self.signature.split(" -> ")[0].split())

    @cached_property
    def result(self) -> str:
        return self.signature.split(" -> ")[1]

    @cached_property
    def surface(self) -> tuple[str, ...]:
        """Every word a text may use for this row."""
        dates = (self.dates,) if self.dates else ()
        return tuple(dict.fromkeys((*self.words, *dates, *self.postfix)))

    def pattern(self, index: int) -> str:
        """The parameter that the argument at `index` belongs to, optional and repeated marks left out."""
        return self.parameters[min(index, len(self.parameters) - 1)].rstrip("?…")

    @cached_property
    def compares(self) -> bool:
        return self.precedence == COMPARE

    @cached_property
    def orders(self) -> bool:
        """Whether it compares by size: it has a limit with two sides."""
        return self.compares and self.parameters[0] == "序"

    @cached_property
    def equates(self) -> bool:
        """Whether it tells values apart, of whatever type: the members of an enumeration too."""
        return self.compares and self.parameters[0] == "甲"

    @cached_property
    def asks_presence(self) -> bool:
        """Whether it asks only if something is filled in, not what."""
        return "名" in self.parameters

    @cached_property
    def scans(self) -> bool:
        """Whether it is about the records of a table."""
        return self.parameters[0].startswith(("表", "列:"))

    @cached_property
    def reckons(self) -> bool:
        """Whether it counts working days."""
        return isinstance(self.meaning, Strict) and self.meaning.calendar

    @cached_property
    def decisive(self) -> bool | None:
        return self.meaning.decisive if isinstance(self.meaning, Partial) else None

    def branches(self, args: Sequence[Node]) -> tuple[Branch, ...]:
        """Of a choice, the values it may come to; else none."""
        choice = self.meaning.branches if isinstance(self.meaning, Partial) else None
        return choice(args) if choice is not None else ()

    @cached_property
    def alone(self) -> bool:
        """Whether its value is that of one of its branches."""
        return isinstance(self.meaning, Partial) and self.meaning.alone

    @cached_property
    def patient(self) -> bool:
        return isinstance(self.meaning, Partial) and self.meaning.patient

    def direction(self, index: int) -> int:
        """1 where the result rises with the argument, -1 where it falls, 0 where neither is certain."""
        assert self.monotone is not None
        return self.monotone[min(index, len(self.monotone) - 1)]


TRAITS = tuple(f.name for f in fields(Function) if f.default is None and f.name not in ("meaning", "rewrite"))


class MissingTrait(Exception):
    """A row of the function table that does not say all that a row has to say."""


def table(rows: Sequence[Function]) -> Mapping[str, Function]:
    """The rows by name. Raises `MissingTrait` with the row's name where one says too little."""
    for row in rows:
        if row.meaning is None and row.rewrite is None:
            raise MissingTrait(f"{row.name}: meaning")
        for trait in TRAITS:
            if getattr(row, trait) is None:
                raise MissingTrait(f"{row.name}: {trait}")
    found = {row.name: row for row in rows}
    if len(found) != len(rows):
        raise MissingTrait("name: one row only for each")
    return found
