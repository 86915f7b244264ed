"""What the rows of the function table come to over columns: logic, comparisons, arithmetic, choices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial

from engine.columns import algebra, numbers
from engine.columns.algebra import (
    BOOL,
    FALSE,
    TEXT,
    TRUE,
    Expr,
    all_of,
    any_of,
    case,
    certain,
    compared,
    const,
    is_null,
    negated,
    nothing,
    possible,
)
from engine.columns.dates import DATES
from engine.columns.ends import Ends, Val, alike, equal, exact, only, ordered, related, same, single, unknown
from engine.columns.held import kind_of
from engine.columns.numbers import Num, chosen, either, exactly
from engine.columns.records import AGGREGATES
from engine.columns.visitor import Forms, Visitor
from engine.columns.words import told_apart
from engine.language.tree import Call, Items, Name, Node


def _all(v: Visitor, call: Call) -> Val:
    return all_of(*map(v.truth, call.args))


def _any(v: Visitor, call: Call) -> Val:
    return any_of(*map(v.truth, call.args))


def _not(v: Visitor, call: Call) -> Val:
    return negated(v.truth(call.args[0]))


def _ordered(op: str, swapped: bool) -> Callable[[Visitor, Call], Val]:
    def form(v: Visitor, call: Call) -> Val:
        args = call.args[::-1] if swapped else call.args
        left, right = map(v.value, args)
        return _by_bounds(v, args, (left, right), related(op, left, right), partial(ordered, op))

    return form


def _by_bounds(
    v: Visitor,
    args: Sequence[Node],
    values: Sequence[Val],
    direct: Expr,
    tell: Callable[[Ends, Ends], tuple[Expr, Expr]],
) -> Expr:
    """A comparison, and while that is unknown what the bounds of both sides tell."""
    found = [v.ends(arg) for arg in args]
    if found == [None, None]:
        return direct
    left, right = (ends or exact(v.aside(value)) for ends, value in zip(found, values, strict=True))
    direct, (holds, fails) = v.set_aside(direct), tell(left, right)
    return case(negated(is_null(direct)), direct, holds, TRUE, fails, FALSE, nothing(BOOL))


def _same(v: Visitor, call: Call) -> Expr:
    left, right = map(v.value, call.args)
    direct = _by_bounds(v, call.args, (left, right), equal(left, right), same)
    return told_apart(v, call, direct)


def _equal(v: Visitor, call: Call) -> Val:
    return _same(v, call)


def _unequal(v: Visitor, call: Call) -> Val:
    return negated(_same(v, call))


def _among(v: Visitor, call: Call) -> Val:
    value, items = v.value(call.args[0]), call.args[1]
    if not isinstance(items, Items):
        raise algebra.refused(call.function, "后面不是写明的各项", v.place)
    found = any_of(*(equal(value, v.value(item)) for item in items.items))
    return told_apart(v, call, case(unknown(value), nothing(BOOL), found) if not items.items else found)


def _text(op: str) -> Callable[[Visitor, Call], Val]:
    def form(v: Visitor, call: Call) -> Val:
        return Expr(op, tuple(map(v.truth, call.args)), None, BOOL)

    return form


def _joined(v: Visitor, call: Call) -> Val:
    return Expr("joined", tuple(map(v.truth, call.args)), None, TEXT)


def _filled(v: Visitor, call: Call) -> Val:
    """What columns do not know the interpreter may."""
    (name,) = call.args
    there = negated(unknown(v.value(name)))
    doubt = v.doubtful(name.name) if isinstance(name, Name) and name.kind in ("slot", "shared") else FALSE
    if doubt == FALSE:
        return there
    here = v.carried(doubt)
    assert isinstance(here, Expr)
    return case(there, TRUE, here, nothing(BOOL), FALSE)


def _arithmetic(do: Callable[[Num, Num], Num]) -> Callable[[Visitor, Call], Val]:
    def form(v: Visitor, call: Call) -> Val:
        left, right = map(v.number, call.args)
        return do(left, right)

    return form


def _rounding(do: Callable[[Num], Num]) -> Callable[[Visitor, Call], Val]:
    return lambda v, call: do(v.number(call.args[0]))


def _half_up(v: Visitor, call: Call) -> Val:
    places = v.number(call.args[1])
    count = places.over.value
    if places.over.op != "const" or not isinstance(count, int) or places.most != 1 or not 0 <= count <= 10:
        raise algebra.refused(call.function, "位数不是写明的 0 至 10", v.place)
    return numbers.to_places(v.number(call.args[0]), count)


def _to_step(how: Callable[[Num], Num]) -> Callable[[Visitor, Call], Val]:
    return lambda v, call: numbers.to_step(v.number(call.args[0]), v.number(call.args[1]), how)


def _extreme(larger: bool) -> Callable[[Visitor, Call], Val]:
    def form(v: Visitor, call: Call) -> Val:
        values = [v.aside(v.value(arg)) for arg in call.args]
        of_numbers = [one for one in values if isinstance(one, Num)]
        if len(of_numbers) == len(values):
            return numbers.pick(of_numbers, larger)
        found = [one for one in values if isinstance(one, Expr)]
        return numbers.pick([Num(one, 0, 0) for one in found], larger).over

    return form


def _select(values: Sequence[Val], choose: Callable[[Sequence[Expr]], Expr]) -> Val:
    """What `choose` takes of values of one kind."""
    same = alike(values)
    of_numbers = [one for one in same if isinstance(one, Num)]
    return chosen(of_numbers, choose) if of_numbers else choose([one for one in same if isinstance(one, Expr)])


def _if(v: Visitor, call: Call) -> Val:
    condition, yes, no = v.truth(call.args[0]), v.value(call.args[1]), v.value(call.args[2])
    condition = v.set_aside(condition)
    agree = certain(equal(yes, no)) if yes != no else negated(unknown(yes))
    return _select(
        (yes, no), lambda p: case(condition, p[0], negated(condition), p[1], agree, p[0], nothing(p[0].kind))
    )


def _if_known(v: Visitor, call: Call) -> Val:
    condition, yes, no = v.set_aside(v.truth(call.args[0])), v.value(call.args[1]), v.value(call.args[2])
    return _select((yes, no), lambda p: case(condition, p[0], negated(condition), p[1], nothing(p[0].kind)))


def _pairs(v: Visitor, call: Call) -> tuple[list[Expr], list[Val]]:
    """Conditions, and their values with the default last."""
    *pairs, default = call.args
    conditions = [v.set_aside(v.truth(node)) for node in pairs[::2]]
    return conditions, alike([v.aside(v.value(node)) for node in (*pairs[1::2], default)])


def _agreed(v: Visitor, values: Sequence[Val], ways: Sequence[Expr]) -> Val:
    """The value that all which are possible are; `ways`: whether each is, never null."""
    first = v.aside(_select(values, lambda p: _first_of(ways, p)))
    same = all_of(
        *(any_of(negated(way), certain(equal(value, first))) for way, value in zip(ways, values, strict=True))
    )
    return only(same, first)


def _first_of(ways: Sequence[Expr], parts: Sequence[Expr]) -> Expr:
    return case(*(x for way, part in zip(ways, parts, strict=True) for x in (way, part)), nothing(parts[0].kind))


def _first_hit(v: Visitor, call: Call) -> Val:
    conditions, values = _pairs(v, call)
    hit = v.set_aside(case(*(x for i, c in enumerate(conditions) for x in (c, const(i))), const(len(conditions))))
    ways = [
        v.set_aside(all_of(compared("≤", const(i), hit), possible(condition))) for i, condition in enumerate(conditions)
    ]
    return _agreed(v, values, [*ways, compared("≤", const(len(conditions)), hit)])


def _only_hit(v: Visitor, call: Call) -> Val:
    conditions, values = _pairs(v, call)
    sure = v.set_aside(any_of(*map(certain, conditions)))
    return _agreed(v, values, [*map(possible, conditions), negated(sure)])


def _cumulated(v: Visitor, call: Call) -> Val:
    conditions, values = _pairs(v, call)
    zero = exactly(Fraction(0))
    of_numbers = [one for one in values if isinstance(one, Num)]
    if len(of_numbers) < len(values):
        return nothing(kind_of(call.type))
    *marks, default = of_numbers
    total = zero
    for condition, mark in zip(conditions, marks, strict=True):
        total = numbers.add(total, chosen((mark, zero), partial(either, condition)))
    missing = any_of(*(all_of(possible(c), m.unknown) for c, m in zip(conditions, marks, strict=True)))
    nonzero = [any_of(m.unknown, negated(certain(numbers.compare("=", m, zero)))) for m in marks]
    open_ = any_of(*(all_of(is_null(c), other) for c, other in zip(conditions, nonzero, strict=True)))
    sure = v.set_aside(any_of(*map(certain, conditions)))
    maybe = any_of(*map(is_null, conditions))
    standing = any_of(negated(maybe), certain(numbers.compare("=", default, zero)))
    found = chosen((total, default), lambda p: case(sure, p[0], standing, p[1], nothing(p[0].kind)))
    return only(negated(any_of(missing, open_)), found)


def _settled(v: Visitor, call: Call) -> Val:
    """Where the bounds of what is known agree."""
    parts = [exact(v.aside(v.value(arg))) for arg in call.args]
    return single(v.intervals[call.function](v, call, parts)) or numbers.no_number()


def _unknown(v: Visitor, call: Call) -> Val:
    kind = call.type.kind if call.type is not None else ""
    return numbers.no_number() if kind == "number" else nothing(kind_of(call.type))


def _months(v: Visitor, call: Call) -> Val:
    return numbers.multiply(v.number(call.args[0]), exactly(Fraction(12)))


FORMS: Forms = {
    "且": _all,
    "或": _any,
    "非": _not,
    "≥": _ordered("≤", True),
    "≤": _ordered("≤", False),
    ">": _ordered("<", True),
    "<": _ordered("<", False),
    "=": _equal,
    "≠": _unequal,
    "属于": _among,
    "包含": _text("contains"),
    "开头为": _text("starts"),
    "结尾为": _text("ends"),
    "连写": _joined,
    "已填": _filled,
    "+": _arithmetic(numbers.add),
    "−": _arithmetic(numbers.subtract),
    "×": _arithmetic(numbers.multiply),
    "÷": _arithmetic(numbers.divide),
    "负": _rounding(numbers.negate),
    "向上取整": _rounding(numbers.ceiling),
    "向下取整": _rounding(numbers.floor),
    "四舍五入": _half_up,
    "向上取整到": _to_step(numbers.ceiling),
    "向下取整到": _to_step(numbers.floor),
    "四舍五入到": _to_step(numbers.half_up),
    "较大": _extreme(True),
    "较小": _extreme(False),
    "若": _if,
    "若严": _if_known,
    "首中": _first_hit,
    "同值": _only_hit,
    "累计": _cumulated,
    "取大": _settled,
    "取小": _settled,
    "界数": _settled,
    "折月": _months,
    "未知": _unknown,
    **DATES,
    **AGGREGATES,
}
