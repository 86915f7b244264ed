"""Typed tree -> closure, once; then facts in, value out, under Kleene's strong logic.

A closure takes the list of slot values (facts, parameters, derived quantities, criterion verdicts, outcomes) and, inside
an aggregate, the record. Unknown is None; an unknown operand makes a comparison or a calculation unknown; 且 或 若 and
the aggregates decide where what is known suffices. Division by zero and the extremes of no records are unknown too;
`undefined` says so afterwards, so that the fast path need not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.base.calendar import Calendar, Reckoned
from engine.decision.records import Bounds, Run, compile_bounds, compile_table
from engine.language.functions import COMPARE, FUNCTIONS, Function
from engine.language.tree import Call, Items, Literal, Name, Node, Row, Value

CONSULTED = "日历：查阅"
"""The place in the value list of what the computation reads of the calendar (`Consulted`); None there: nobody asks."""


@dataclass(frozen=True, slots=True)
class Context:
    """What compilation needs besides the tree. `groups`: group -> criteria that count (鼓励 left out). `constants`:
    names whose value is fixed, inlined. `columns`: table -> its columns in the order of its records. `nonnegative`:
    (table, column) whose declared range starts at zero or above."""

    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Mapping[str, Value] = field(default_factory=dict)
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    nonnegative: Collection[tuple[str, str]] = ()


class OutOfRange(Exception):
    """A result that cannot be represented, or a count of days that is no whole number. `node` is the call."""

    def __init__(self, node: Call, reason: str) -> None:
        self.node, self.reason = node, reason
        super().__init__(reason)


def compile_node(node: Node, slots: Mapping[str, int], calendar: Calendar, context: Context) -> Run:
    """The closure of a typed tree. `slots`: name -> place in the value list; 适用（c） reads `适用：c`, 等次（s）
    `等次：s`, 分项得分（s，i） `分项：s：i`, the others their name. The closure raises `OutOfRange`."""
    return _run(Compiler(slots, calendar, context).code(node))


@dataclass(frozen=True, slots=True)
class _Constant:
    value: Value


@dataclass(frozen=True, slots=True)
class _Slot:
    index: int


_Code = _Constant | _Slot | Run
"""Constants and plain slots are kept visible, so that calls over them get short closures."""


def _run(code: _Code) -> Run:
    if isinstance(code, _Constant):
        value = code.value
        return lambda values, row: value
    if isinstance(code, _Slot):
        index = code.index
        return lambda values, row: values[index]
    return code


class Compiler:
    def __init__(self, slots: Mapping[str, int], calendar: Calendar, context: Context) -> None:
        self.slots, self.calendar, self.context = slots, calendar, context

    def run(self, node: Node) -> Run:
        return _run(self.code(node))

    def code(self, node: Node) -> _Code:
        match node:
            case Literal():
                return _Constant(node.value)
            case Name():
                return self.name(node)
            case Items():
                return _tuple([self.run(item) for item in node.items])
            case Call():
                special = _SPECIAL.get(node.function)
                return special(self, node) if special is not None else self.strict(node)

    def name(self, node: Name) -> _Code:
        if node.kind == "member":
            return _Constant(node.name)
        if node.kind == "column":
            index = self.column(node)
            return lambda values, row: None if row is None else row[index]
        if node.name in self.context.constants:
            return _Constant(self.context.constants[node.name])
        return _Slot(self.slots[node.name])

    def column(self, node: Name) -> int:
        return self.context.columns[node.table].index(node.name)

    def bounds(self, node: Node) -> Bounds | None:
        """How a count or a sum is bounded by what is known, for calls that have such bounds."""
        return compile_bounds(self, node) if isinstance(node, Call) else None

    def criteria(self, node: Call) -> tuple[int, ...]:
        """Slots of the criteria named, groups expanded, each once."""
        names = [name.name for name in node.args if isinstance(name, Name)]
        expanded = dict.fromkeys(c for name in names for c in self.context.groups.get(name, (name,)))
        return tuple(self.slots[name] for name in expanded)

    def strict(self, node: Call) -> _Code:
        """A call whose result is unknown as soon as an argument is."""
        row = FUNCTIONS[node.function]
        if row.precedence == COMPARE and any(self.bounds(arg) for arg in node.args):
            return _compare_bounds(node.function, *(self.bounds(a) or _exact(self.run(a)) for a in node.args))
        codes = [self.code(arg) for arg in node.args]
        run = _pair(row, *codes) if row.precedence == COMPARE else self.calling(node, row, [_run(c) for c in codes])
        if not row.calendar and all(isinstance(code, _Constant) for code in codes):
            try:
                return _Constant(run([], None))
            except OutOfRange:
                return run
        return run

    def calling(self, node: Call, row: Function, runs: list[Run]) -> Run:
        do: Callable[..., Any] = row.evaluate or _nothing
        if row.calendar:
            return self.reckoning(node, do, runs)

        def many(values: list[Value], record: Row | None) -> Value:
            args = [run(values, record) for run in runs]
            if None in args:
                return None
            try:
                result: Value = do(*args)
            except (ArithmeticError, ValueError) as error:
                raise OutOfRange(node, _reason(error)) from None
            return result

        return many

    def reckoning(self, node: Call, do: Callable[..., Any], runs: list[Run]) -> Run:
        """A call that reads the calendar, and says so where the values have a place for it."""
        calendar, place = self.calendar, self.slots.get(CONSULTED)

        def reckon(values: list[Value], record: Row | None) -> Value:
            args = [run(values, record) for run in runs]
            if None in args:
                return None
            try:
                result: Reckoned[Any] = do(calendar, *args)
            except (ArithmeticError, ValueError) as error:
                raise OutOfRange(node, _reason(error)) from None
            consulted: Any = None if place is None else values[place]
            if consulted is not None:
                consulted.note(result)
            value: Value = result.value
            return value

        return reckon


def _nothing(*_: Value) -> Value:
    return None


def _reason(error: Exception) -> str:
    """The Chinese reason of our own errors; the library's are English."""
    text = str(error)
    return text if text and not text.isascii() else "结果超出可以表示的范围"


def _tuple(runs: list[Run]) -> Run:
    return lambda values, row: tuple(run(values, row) for run in runs)


def _pair(row: Function, left: _Code, right: _Code) -> Run:
    """A comparison, which cannot fail: short closures for slots and constants."""
    do: Callable[[Any, Any], Any] = row.evaluate or _nothing
    match left, right:
        case _Slot(i), _Constant(constant) if constant is not None:

            def slot_constant(values: list[Value], row: Row | None) -> Value:
                a = values[i]
                return None if a is None else bool(do(a, constant))

            return slot_constant
        case _Slot(i), _Slot(j):

            def slot_slot(values: list[Value], row: Row | None) -> Value:
                a, b = values[i], values[j]
                return None if a is None or b is None else bool(do(a, b))

            return slot_slot
    f, g = _run(left), _run(right)

    def general(values: list[Value], row: Row | None) -> Value:
        a, b = f(values, row), g(values, row)
        return None if a is None or b is None else bool(do(a, b))

    return general


def _exact(run: Run) -> Bounds:
    def bounds(values: list[Value], row: Row | None) -> tuple[Any, Any]:
        value = run(values, row)
        return value, value

    return bounds


def _compare_bounds(comparison: str, left: Bounds, right: Bounds) -> Run:
    """A comparison of intervals; None is an open end."""
    if comparison in ("≤", "<"):
        return _compare_bounds({"≤": "≥", "<": ">"}[comparison], right, left)
    reaches = FUNCTIONS[">" if comparison == ">" else "≥"].evaluate or _nothing
    falls = FUNCTIONS["≤" if comparison == ">" else "<"].evaluate or _nothing

    def ordered(values: list[Value], row: Row | None) -> Value:
        (low, high), (other_low, other_high) = left(values, row), right(values, row)
        if low is not None and other_high is not None and reaches(low, other_high):
            return True
        return False if high is not None and other_low is not None and falls(high, other_low) else None

    def equal(values: list[Value], row: Row | None) -> Value:
        (low, high), (other_low, other_high) = left(values, row), right(values, row)
        if low is not None and low == high and other_low == other_high == low:
            return comparison == "="
        apart = (high is not None and other_low is not None and high < other_low) or (
            low is not None and other_high is not None and low > other_high
        )
        return comparison == "≠" if apart else None

    return equal if comparison in ("=", "≠") else ordered


# Calls that decide before all their arguments are known


def _and(compiler: Compiler, node: Call) -> _Code:
    return _connective(compiler, node, False)


def _or(compiler: Compiler, node: Call) -> _Code:
    return _connective(compiler, node, True)


def _connective(compiler: Compiler, node: Call, decisive: bool) -> Run:
    """且 (False decides) and 或 (True decides)."""
    runs, neutral = tuple(compiler.run(arg) for arg in node.args), not decisive

    def connect(values: list[Value], row: Row | None) -> Value:
        result: bool | None = neutral
        for run in runs:
            value = run(values, row)
            if value is decisive:
                return decisive
            if value is None:
                result = None
        return result

    return connect


def _not(compiler: Compiler, node: Call) -> _Code:
    run = compiler.run(node.args[0])

    def negation(values: list[Value], row: Row | None) -> Value:
        value = run(values, row)
        return None if value is None else not value

    return negation


def _if(compiler: Compiler, node: Call) -> _Code:
    condition, yes, no = (compiler.run(arg) for arg in node.args)

    def choose(values: list[Value], row: Row | None) -> Value:
        truth = condition(values, row)
        if truth is not None:
            return yes(values, row) if truth else no(values, row)
        value = yes(values, row)
        return value if value is not None and value == no(values, row) else None

    return choose


def _member(compiler: Compiler, node: Call) -> _Code:
    run, items = compiler.run(node.args[0]), node.args[1]
    codes = [compiler.code(item) for item in items.items] if isinstance(items, Items) else []
    inside = node.function == "属于"
    if all(isinstance(code, _Constant) and code.value is not None for code in codes):
        fixed = frozenset(code.value for code in codes if isinstance(code, _Constant))

        def among(values: list[Value], row: Row | None) -> Value:
            value = run(values, row)
            return None if value is None else (value in fixed) is inside

        return among
    runs = [_run(code) for code in codes]

    def search(values: list[Value], row: Row | None) -> Value:
        value = run(values, row)
        if value is None:
            return None
        found = [item(values, row) for item in runs]
        return inside if value in found else None if None in found else not inside

    return search


def _presence(compiler: Compiler, node: Call) -> _Code:
    run, filled = compiler.run(node.args[0]), node.function == "已填"
    return lambda values, row: (run(values, row) is not None) is filled


def _met(compiler: Compiler, node: Call) -> _Code:
    (index,) = compiler.criteria(node)

    def met(values: list[Value], row: Row | None) -> Value:
        value = values[index]
        return value if value is None or value is True else False

    return met


def _all_met(compiler: Compiler, node: Call) -> _Code:
    return _verdicts(compiler, node, False)


def _any_unmet(compiler: Compiler, node: Call) -> _Code:
    return _verdicts(compiler, node, True)


def _verdicts(compiler: Compiler, node: Call, if_unmet: bool) -> Run:
    """`if_unmet` as soon as one verdict is False; unknown if one is; 不适用 counts as nothing."""
    indices, otherwise = compiler.criteria(node), not if_unmet

    def scan(values: list[Value], row: Row | None) -> Value:
        result: bool | None = otherwise
        for index in indices:
            value = values[index]
            if value is False:
                return if_unmet
            if value is None:
                result = None
        return result

    return scan


def _slot(pattern: str) -> Callable[[Compiler, Call], _Code]:
    """A call that reads one slot, whose key is made of the names it is given."""

    def read(compiler: Compiler, node: Call) -> _Code:
        return _Slot(compiler.slots[pattern.format(*(arg.name for arg in node.args if isinstance(arg, Name)))])

    return read


_SPECIAL: dict[str, Callable[[Compiler, Call], _Code]] = {
    "且": _and,
    "或": _or,
    "非": _not,
    "若": _if,
    "属于": _member,
    "不属于": _member,
    "已填": _presence,
    "未填": _presence,
    "满足": _met,
    "适用": _slot("适用：{}"),
    "全部满足": _all_met,
    "任一未满足": _any_unmet,
    "结论": _slot("{}"),
    "等次": _slot("等次：{}"),
    "分项得分": _slot("分项：{}：{}"),
    **dict.fromkeys(
        ("计数", "合计", "逐月最少", "未满足项数", "最大", "最小", "平均", "存在", "不存在", "全部"), compile_table
    ),
}


def undefined(
    node: Node, slots: Mapping[str, int], calendar: Calendar, context: Context, values: list[Value]
) -> list[tuple[Call, str]]:
    """Calls that are unknown although what they rest on is known, with the reason in Chinese (除数为零 …). Conditions on
    single records are not looked into."""
    return list(_undefined(node, Compiler(slots, calendar, context), values))


def _undefined(node: Node, compiler: Compiler, values: list[Value]) -> Iterator[tuple[Call, str]]:
    if not isinstance(node, Call):
        return
    row = FUNCTIONS[node.function]
    if row.undefined and _lacks_value(node, compiler, values):
        yield node, row.undefined
    if row.topic != "记录表":
        for arg in node.args:
            yield from _undefined(arg, compiler, values)


def _lacks_value(node: Call, compiler: Compiler, values: list[Value]) -> bool:
    args = node.args
    if node.function == "÷":
        return compiler.run(args[1])(values, None) == 0
    if node.function == "逐月最少":
        start, end = (compiler.run(arg)(values, None) for arg in args[1:3])
        return isinstance(start, date) and isinstance(end, date) and start > end
    column = args[0]
    table = Name(column.table, "", None, "table") if isinstance(column, Name) else column
    return compiler.run(Call("不存在", (table, *args[1:])))(values, None) is True
