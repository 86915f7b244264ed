"""Aggregates over records, in two ways at once: as numbers of which laws hold, and as those of records of a few patterns.

What contradicts the laws is proved impossible for every ledger. What they allow is looked for among ledgers of so many
patterns (`Ground.recorded`); what is not found there is told as bounded.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING, Any

import z3

from engine.base.classes import dataclass
from engine.language.cells import free_rows, is_column, records_called
from engine.language.functions import FUNCTIONS
from engine.language.make import COUNT_OF, KINDS_OF, LEAST_BY_MONTH, SUM_OF, WITH_CELL
from engine.language.row import NoForm
from engine.language.tree import Call, Items, Literal, Name, Node
from engine.proofs.naming import NoTerm, RecordCells, below
from engine.proofs.terms import (
    SolverTerm,
    TruthTerm,
    ValueTerm,
    both,
    compared,
    either,
    is_constant,
    known,
    lifted,
    lifted_truth,
    minus,
    no,
    same,
    times,
    total,
)
from engine.proofs.world import MONTHS, LikeRecords, Patterns, Unfixed

if TYPE_CHECKING:
    from engine.proofs.translate import Translation


@dataclass(frozen=True, slots=True)
class Aggregate:
    """An aggregate of a table. `parts`: what is asked of a record, as signatures; `columns`: signatures of what it takes;
    `reads`: the facts its conditions rest on; `year`: of a monthly least the year it is of; `node` as it stands in `by`."""

    function: str
    table: str
    parts: frozenset[Any]
    columns: tuple[Any, ...]
    node: Call
    by: Translation
    symbol: Unfixed
    year: Any = None
    conditions: tuple[Any, ...] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        """The facts its conditions rest on, the table aside."""
        facts = self.by.program.package.facts
        return tuple(name for name in sorted(below(self.by.program, self.node)) if name in facts)


def aggregate(translation: Translation, node: Call) -> SolverTerm:
    """An aggregate as a term: the same for every version that means the same by it."""
    world = translation.world
    signature = _signature(translation, node)
    found = world.aggregates.get(signature)
    if found is None:
        symbol = _symbol(translation, node, f"聚合{len(world.aggregates)}")
        found = world.aggregates[signature] = _made(translation, node, symbol)
        _state(translation, found)
    return found.symbol.term


def _symbol(translation: Translation, node: Call, key: str) -> Unfixed:
    """Its value and whether it has one: neither is a fact, so that nothing is assumed of either."""
    kind = node.type.kind if node.type is not None else "bool"
    whole = FUNCTIONS[node.function].whole == "总是" or (
        FUNCTIONS[node.function].whole == "随列" and _whole(translation, node)
    )
    value = {"bool": z3.Bool, "number": z3.Int if whole else z3.Real}.get(kind, z3.Int)(key)
    return Unfixed(key, kind, value, z3.Bool(f"已知：{key}"))


def _whole(translation: Translation, node: Call) -> bool:
    """Whether it takes a column of whole numbers."""
    columns = [
        arg
        for arg in node.args[1:]
        if isinstance(arg, Name) and is_column(arg) and arg.type is not None and arg.type.kind == "number"
    ]
    tables = translation.program.package.tables
    declared = [c for arg in columns for c in tables[arg.table].columns if c.name == arg.name] if columns else []
    return len(declared) == len(columns) and all(column.whole for column in declared)


def _made(translation: Translation, node: Call, symbol: Unfixed) -> Aggregate:
    table, calls = translation.chain(node.args[0])
    tests = [part for call in calls if call.function != WITH_CELL for part in call.args[1:2]]
    columns = tuple(_signature(translation, arg) for arg in node.args[1:] if is_column(arg))
    parts = frozenset(_signature(translation, test) for test in tests)
    year = _year(translation, node) if node.function == LEAST_BY_MONTH else None
    return Aggregate(node.function, table, parts, columns, node, translation, symbol, year, tuple(tests))


def _year(translation: Translation, node: Call) -> Any:
    """The year of a least by month that goes from its beginning to its end; None of any other stretch."""
    start, end = (arg for arg in node.args[1:] if not is_column(arg))
    if isinstance(start, Call) and isinstance(end, Call) and (start.function, end.function) == ("年初", "年末"):
        one, other = (translation.node(call.args[0]) for call in (start, end))
        if (
            isinstance(one, ValueTerm)
            and isinstance(other, ValueTerm)
            and (
                one.value is other.value
                or same(translation.world.words, one.value, other.value) is True
                or _alike(one.value, other.value)
            )
        ):
            return one
    return None


def _alike(one: Any, other: Any) -> bool:
    return not is_constant(one) and not is_constant(other) and bool(z3.eq(one, other))


def _signature(translation: Translation, node: Node) -> Any:
    """What an expression on records means: its cells by name, everything else by its term."""
    match node:
        case Literal():
            return "值", type(node.value).__name__, str(node.value)
        case Name(kind="column" | "cell"):
            return "格", node.table, node.name, node.row
        case Name(kind="member"):
            return "值", "str", node.name
        case Name(kind="table"):
            return "表", node.name
        case Name(kind="records"):
            return _signature(translation, translation.program.form.definitions[node.name].node)
        case Items():
            return "列", *(_signature(translation, item) for item in node.items)
        case Name():
            found = translation.slot(node.name, node.type)
            return "量", *(value if is_constant(value) else translation.world.keep(value).get_id() for value in found)
        case Call():
            mark = translation.calendar_mark(node)
            return node.function, mark, *(_signature(translation, arg) for arg in node.args)


# What is said of an aggregate


def _state(translation: Translation, one: Aggregate) -> None:
    """The laws that hold of it beside those there are, and what it is of records."""
    world, table = translation.world, one.table
    ledger = translation.ledger(table)
    value, has = one.symbol.value, one.symbol.known
    world.assume(z3.Implies(has, lifted_truth(ledger.known)))
    row = FUNCTIONS[one.function]
    if isinstance(row.solver, NoForm):
        translation.refused[row.name] = row.solver.reason
    for law in _laws(world.aggregates.values(), one):
        world.assume(z3.Implies(has, law))
    if isinstance(row.solver, NoForm) or (one.function == LEAST_BY_MONTH and one.year is None):
        if one.function == LEAST_BY_MONTH:
            translation.refused[row.name] = "起止不是整年的，不能交给求解器"
        return
    try:
        found, settled = _of_records(translation, ledger, one)
    except NoTerm as why:
        translation.refused[one.function] = str(why)
        return
    if isinstance(found, bool) or z3.is_bool(found):
        equal: Any = value == found if not isinstance(found, bool) else (value if found else no(value))
    else:
        equal = value == lifted(found)
    world.record(z3.Implies(world.rebuilt(table), z3.And(has == lifted_truth(settled), z3.Implies(has, equal))))


def _laws(others: Any, one: Aggregate) -> list[Any]:
    """What follows from what aggregates are, beside one another: of counts, sums, existence and the least of months."""
    value = one.symbol.value
    laws: list[Any] = []
    if one.function in (COUNT_OF, KINDS_OF):
        laws.append(value >= 0)
    if one.function in (SUM_OF, LEAST_BY_MONTH) and _not_negative(one):
        laws.append(value >= 0)
    for other in others:
        if other.table == one.table and other is not one:
            for a, b in ((one, other), (other, one)):
                laws += [z3.Implies(other.symbol.known, law) for law in _pair(a, b)]
    return laws


def _not_negative(one: Aggregate) -> bool:
    """Whether what it adds up is never below zero; counting is."""
    added = [c for c in one.columns if c[0] == "格"]
    if one.function == LEAST_BY_MONTH:
        added = added[1:]
    declared = {c.name: c for c in one.by.program.package.tables[one.table].columns}
    ends = [declared[c[2]].bounds[0] if c[2] in declared else None for c in added]
    return all(end is not None and end >= 0 for end in ends)


def _pair(one: Aggregate, other: Aggregate) -> list[Any]:
    """What holds where `other` asks no more of a record than `one`: all that counts there counts here."""
    a, b = one.symbol.value, other.symbol.value
    if _whole_year(one, other):
        return [times(12, a) <= b]
    if not other.parts <= one.parts:
        return []
    same_records = one.parts == other.parts
    match one.function, other.function:
        case "计数", "计数":
            return [a <= b]
        case "种数", "计数":
            return [a <= b, z3.Implies(b > 0, a > 0)] if same_records else [a <= b]
        case "存在", "存在":
            return [z3.Implies(a, b)]
        case "计数", "存在":
            return [b == (a > 0)] if same_records else [z3.Implies(a > 0, b)]
        case "存在", "计数":
            return [z3.Implies(a, b > 0)]
        case "合计", "合计" if one.columns == other.columns and _not_negative(one):
            return [a <= b]
        case "合计", "计数":
            return _between(one, a, b) if same_records else []
    return []


def _between(one: Aggregate, sum_: Any, count: Any) -> list[Any]:
    """A sum lies between as many times the ends of its column."""
    declared = {c.name: c for c in one.by.program.package.tables[one.table].columns}
    column = declared.get(one.columns[0][2]) if one.columns and one.columns[0][0] == "格" else None
    low, high = column.bounds if column is not None else (None, None)
    laws = [z3.Implies(count == 0, sum_ == 0)]
    laws += [sum_ >= count * lifted(Fraction(low))] if low is not None else []
    return laws + ([sum_ <= count * lifted(Fraction(high))] if high is not None else [])


def _whole_year(one: Aggregate, other: Aggregate) -> bool:
    """Whether twelve times the least month of a year, `one`, is at most `other`: the same column, or a count, of records of
    that year of which no more is asked."""
    if one.function != LEAST_BY_MONTH or one.year is None:
        return False
    wanted = "合计" if len(one.columns) > 1 else "计数"
    if other.function != wanted or other.columns != one.columns[1:] or not _not_negative(one):
        return False
    asked = {part for part in other.parts if part not in one.parts}
    return all(part[0] == "属于年度" and part[2] == one.columns[0] and _is_year(one, part[3]) for part in asked)


def _is_year(one: Aggregate, signature: Any) -> bool:
    value = one.year.value
    if is_constant(value):
        return signature[0] == "值" and str(value) == str(signature[2])
    return signature[0] == "量" and bool(signature[1] == value.get_id())


# Of records


def _of_records(translation: Translation, ledger: Patterns, one: Aggregate) -> tuple[Any, Any]:
    """What the aggregate is of the patterns of a ledger, and whether it is known."""
    passed: list[tuple[LikeRecords, Any, RecordCells]] = []
    settled: list[Any] = [ledger.known, *([one.year.known] if one.year is not None else [])]
    _, calls = translation.chain(one.node.args[0])
    for pattern in ledger.patterns:
        frame = _frame(translation, pattern, calls)
        holds: list[Any] = []
        for call in calls:
            if call.function == WITH_CELL:
                continue
            if free_rows(call.args[1]) - {records_called(call), ""} if len(call.args) > 1 else False:
                raise NoTerm("条件要看外层记录的，不能交给求解器")
            for test in call.args[1:2]:
                term = translation.node(test, frame)
                holds.append(term.yes if isinstance(term, TruthTerm) else False)
                settled.append(either(pattern.many == 0, known(term)))
        passed.append((pattern, both(*holds), frame))
    columns = [arg for arg in one.node.args[1:] if is_column(arg)]
    return _WAYS[one.function](translation, passed, columns, one), both(*settled)


def _frame(translation: Translation, pattern: LikeRecords, calls: list[Call]) -> RecordCells:
    """The cells of a record that looks like a pattern; what is worked out of it stands behind them."""
    rows = {"", *(records_called(call) for call in calls)}

    def cell(name: Name) -> SolverTerm:
        if name.row not in rows:
            raise NoTerm("条件要看外层记录的，不能交给求解器")
        if name.kind == "cell":
            worked = [call for call in calls if call.function == WITH_CELL]
            return translation.node(worked[-1].args[1], cell)
        if name.name not in pattern.cells:
            raise NoTerm("没有这一列")
        return pattern.cells[name.name].term

    return cell


def _count(translation: Translation, passed: Any, columns: Any, one: Aggregate) -> Any:
    return total([translation.world.tools.choose(holds, pattern.many, 0) for pattern, holds, _ in passed])


def _exists(translation: Translation, passed: Any, columns: Any, one: Aggregate) -> Any:
    return either(*(both(holds, pattern.many > 0) for pattern, holds, _ in passed))


def _amount(translation: Translation, pattern: LikeRecords, column: Name, frame: RecordCells) -> Any:
    """What the records of a pattern come to in a column."""
    if column.kind == "column" and column.name in pattern.sums:
        return pattern.sums[column.name]
    found = frame(column)
    if not isinstance(found, ValueTerm) or column.kind == "cell":
        raise NoTerm("逐条算出的数不能交给求解器")
    return translation.world.tools.choose(pattern.many > 0, found.value, 0)


def _sum(translation: Translation, passed: Any, columns: Any, one: Aggregate) -> Any:
    choose = translation.world.tools.choose
    return total(
        [choose(holds, _amount(translation, pattern, columns[0], frame), 0) for pattern, holds, frame in passed]
    )


def _distinct(translation: Translation, passed: Any, columns: Any, one: Aggregate) -> Any:
    """How many patterns that count have a value none before them has."""
    tools, before, found = translation.world.tools, list[tuple[Any, Any]](), list[Any]()
    for pattern, holds, frame in passed:
        term = frame(columns[0])
        value = term.yes if isinstance(term, TruthTerm) else term.value
        counts = both(holds, pattern.many > 0)
        new = both(
            counts,
            *(
                no(both(c, same(tools.words, v, value) if not isinstance(term, TruthTerm) else v == value))
                for c, v in before
            ),
        )
        before.append((counts, value))
        found.append(tools.choose(new, 1, 0))
    return total(found)


def _least(translation: Translation, passed: Any, columns: Any, one: Aggregate) -> Any:
    """The least of twelve months. Of the last twelve patterns each has its month, so that a record can be in every one."""
    ground, year = translation.world, one.year.value
    choose, days = ground.tools.choose, ground.days
    months: list[list[Any]] = [[] for _ in range(MONTHS)]
    for index, (pattern, holds, cells) in enumerate(passed):
        day = cells(columns[0]).value
        amount = _amount(translation, pattern, columns[1], cells) if len(columns) > 1 else pattern.many
        own = index - (len(passed) - MONTHS)
        if own >= 0:
            start, then = days.month_start(year, own + 1), days.month_start(year, own + 2) if own < MONTHS - 1 else None
            end = days.year_end(year) if then is None else minus(then, 1)
            ground.record(z3.Implies(pattern.many > 0, z3.And(start <= day, day <= end)))
            months[own].append(choose(holds, amount, 0))
            continue
        inside, month = both(holds, days.in_year(day, year)), days.month(day)
        for number in range(MONTHS):
            months[number].append(choose(both(inside, month == number + 1), amount, 0))
    return reduce(lambda a, b: choose(compared(operator.le, a, b), a, b), map(total, months))


_WAYS: Mapping[str, Callable[..., Any]] = {
    "计数": _count,
    "存在": _exists,
    "合计": _sum,
    "种数": _distinct,
    "逐月最少": _least,
}
