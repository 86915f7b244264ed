"""The form of every row that has one for a solver: `STRICT` of known values, `PARTIAL` of what decides before all is known.

A row that refuses (`NoForm`) is a function of which only single values are known: `STATED` says between what its result
lies, and whoever asks adds what the evaluator says of the values a model gives it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

import z3

from engine.language.make import TO_STEP
from engine.proofs.days import Days
from engine.proofs.terms import (
    Coded,
    SolverTerm,
    TruthTerm,
    ValueTerm,
    both,
    choice,
    compared,
    either,
    floor,
    is_constant,
    known,
    minus,
    no,
    opposite,
    over,
    picked,
    plus,
    same,
    times,
    total,
    truth,
    unknown,
)


class Tools:
    """What forms are made with: words, and years of days."""

    def __init__(self, words: Coded, days: Days) -> None:
        self.words, self.days = words, days

    def choose(self, condition: Any, one: Any, other: Any) -> Any:
        return choice(self.words, condition, one, other)


StrictForm = Callable[..., Any]
PartialForm = Callable[[Tools, Sequence[SolverTerm]], SolverTerm]


def _order(do: Callable[[Any, Any], Any]) -> StrictForm:
    return lambda tools, one, other: compared(do, one, other)


def _half_up(tools: Tools, value: Any) -> Any:
    """To the nearest whole number, of two the one further from zero."""
    up = floor(plus(value, Fraction(1, 2)))
    down = minus(0, floor(minus(Fraction(1, 2), value)))
    return tools.choose(compared(operator.ge, value, 0), up, down)


def _rounded(tools: Tools, value: Any, places: Any) -> Any:
    scale = 10 ** int(places)
    return over(_half_up(tools, times(value, scale)), scale)


def _to_step(round_: Callable[[Tools, Any], Any]) -> StrictForm:
    return lambda tools, value, step: times(round_(tools, over(value, step)), step)


def _ceiling(tools: Tools, value: Any) -> Any:
    return minus(0, floor(minus(0, value)))


def _extreme(wins: Callable[[Any, Any], Any]) -> StrictForm:
    def pick(tools: Tools, *values: Any) -> Any:
        return reduce(lambda a, b: tools.choose(compared(wins, a, b), a, b), values)

    return pick


def _texts(tools: Tools, *words: Any) -> list[Any]:
    return [tools.words.text(word) for word in words]


def _contains(tools: Tools, text: Any, part: Any) -> Any:
    return part in text if is_constant(text) and is_constant(part) else z3.Contains(*_texts(tools, text, part))


def _starts(tools: Tools, text: Any, part: Any) -> Any:
    if is_constant(text) and is_constant(part):
        return text.startswith(part)
    return z3.PrefixOf(*_texts(tools, part, text))


def _ends(tools: Tools, text: Any, part: Any) -> Any:
    return text.endswith(part) if is_constant(text) and is_constant(part) else z3.SuffixOf(*_texts(tools, part, text))


def _joined(tools: Tools, *parts: Any) -> Any:
    return "".join(parts) if all(map(is_constant, parts)) else z3.Concat(*_texts(tools, *parts))


def _month_of(tools: Tools, day: Any) -> Any:
    return tools.days.month(day)


def _quarter_of(tools: Tools, day: Any) -> Any:
    month = plus(tools.days.month(day), 2)
    return month // 3 if isinstance(month, int) else month / 3


def _quarter_start(tools: Tools, day: Any) -> Any:
    month, choose = tools.days.month(day), tools.choose
    first = choose(month >= 10, 10, choose(month >= 7, 7, choose(month >= 4, 4, 1)))
    return tools.days.month_start(tools.days.year(day), first)


def _quarter_end(tools: Tools, day: Any) -> Any:
    month, year, choose = tools.days.month(day), tools.days.year(day), tools.choose
    then = choose(month >= 7, 10, choose(month >= 4, 7, 4))
    return choose(month >= 10, tools.days.year_end(year), minus(tools.days.month_start(year, then), 1))


STRICT: Mapping[str, StrictForm] = {
    "≥": _order(operator.ge),
    "≤": _order(operator.le),
    ">": _order(operator.gt),
    "<": _order(operator.lt),
    "=": lambda tools, one, other: same(tools.words, one, other),
    "≠": lambda tools, one, other: no(same(tools.words, one, other)),
    "包含": _contains,
    "开头为": _starts,
    "结尾为": _ends,
    "连写": _joined,
    "+": lambda tools, one, other: plus(one, other),
    "−": lambda tools, one, other: minus(one, other),
    "×": lambda tools, one, other: times(one, other),
    "÷": lambda tools, one, other: over(one, other),
    "负": lambda tools, one: minus(0, one),
    "折月": lambda tools, one: times(one, 12),
    "向上取整": _ceiling,
    "向下取整": lambda tools, one: floor(one),
    "四舍五入": _rounded,
    TO_STEP[0]: _to_step(_ceiling),
    TO_STEP[1]: _to_step(lambda tools, value: floor(value)),
    TO_STEP[2]: _to_step(_half_up),
    "较大": _extreme(operator.ge),
    "较小": _extreme(operator.le),
    "不顺延": lambda tools, day: day,
    "日后": lambda tools, day, count: plus(day, floor(count)),
    "天数": lambda tools, one, other: minus(other, one),
    "属于年度": lambda tools, day, year: tools.days.in_year(day, year),
    "属于同月": lambda tools, one, other: tools.days.same_month(one, other),
    "年度": lambda tools, day: tools.days.year(day),
    "年初": lambda tools, year: tools.days.year_start(year),
    "年末": lambda tools, year: tools.days.year_end(year),
    "月份": _month_of,
    "季度": _quarter_of,
    "季初": _quarter_start,
    "季末": _quarter_end,
    "月初": lambda tools, day: tools.days.month_bounds(day)[0],
    "月末": lambda tools, day: tools.days.month_bounds(day)[1],
}
"""By row: of values that are known, the result; a truth of comparisons."""

FIXED = {"四舍五入": 1, TO_STEP[0]: 1, TO_STEP[1]: 1, TO_STEP[2]: 1}
"""Rows whose form needs the argument at this place to be constant."""

DEFINED: Mapping[str, Callable[..., Any]] = {
    "÷": lambda one, other: no(_zero(other)),
    "日后": lambda day, count: _is_whole(count),
    "年初": lambda year: _is_whole(year),
    "年末": lambda year: _is_whole(year),
}
"""Where a row has a result at all; those it does not name always have one."""


def _zero(value: Any) -> Any:
    return value == 0


def _is_whole(value: Any) -> Any:
    if is_constant(value):
        return value == floor(value)
    return True if value.is_int() else z3.IsInt(value)


def _all(tools: Tools, parts: Sequence[SolverTerm]) -> SolverTerm:
    return TruthTerm(both(*(p.yes for p in _truths(parts))), either(*(p.no for p in _truths(parts))))


def _any(tools: Tools, parts: Sequence[SolverTerm]) -> SolverTerm:
    return TruthTerm(either(*(p.yes for p in _truths(parts))), both(*(p.no for p in _truths(parts))))


def _truths(parts: Sequence[SolverTerm]) -> list[TruthTerm]:
    return [part if isinstance(part, TruthTerm) else TruthTerm(False, False) for part in parts]


def _if(strict: bool) -> PartialForm:
    def form(tools: Tools, parts: Sequence[SolverTerm]) -> SolverTerm:
        condition, one, other = parts
        return picked(tools.words, _truths([condition])[0], one, other, strict)

    return form


def _first(tools: Tools, parts: Sequence[SolverTerm]) -> SolverTerm:
    """First hit from the end: what a later one comes to is what an earlier one leaves over."""
    found = parts[-1]
    for condition, value in reversed(_pairs(parts)):
        found = picked(tools.words, condition, value, found)
    return found


def _pairs(parts: Sequence[SolverTerm]) -> list[tuple[TruthTerm, SolverTerm]]:
    return list(zip(_truths(parts[:-1:2]), parts[1:-1:2], strict=True))


def _only(tools: Tools, parts: Sequence[SolverTerm]) -> SolverTerm:
    """What all conditions that may hold agree on; the default joins while none is certain."""
    given = _pairs(parts)
    uncertain = no(either(*(condition.yes for condition, _ in given)))
    every = [*((no(condition.no), value) for condition, value in given), (uncertain, parts[-1])]
    found = every[-1][1]
    for may, value in reversed(every[:-1]):
        found = picked(tools.words, truth(may), value, found)
    agree = both(*(either(no(may), _agrees(tools, value, found)) for may, value in every))
    if isinstance(found, TruthTerm):
        return TruthTerm(both(found.yes, agree), both(found.no, agree))
    return ValueTerm(found.value, both(found.known, agree))


def _agrees(tools: Tools, one: SolverTerm, other: SolverTerm) -> Any:
    if isinstance(one, TruthTerm) and isinstance(other, TruthTerm):
        return either(both(one.yes, other.yes), both(one.no, other.no))
    assert isinstance(one, ValueTerm)
    assert isinstance(other, ValueTerm)
    return False if one.known is False else both(one.known, same(tools.words, one.value, other.value))


def _cumulated(tools: Tools, parts: Sequence[SolverTerm]) -> SolverTerm:
    """The sum over what holds; what may hold must not change it."""
    default, given = parts[-1], [(c, v) for c, v in _pairs(parts) if isinstance(v, ValueTerm)]
    assert isinstance(default, ValueTerm)
    certain = either(*(condition.yes for condition, _ in given))
    added = total([tools.choose(condition.yes, value.value, 0) for condition, value in given])
    open_ = [(unknown(condition), value) for condition, value in given]
    fine = [either(condition.no, value.known) for condition, value in given]
    fine += [either(no(may), _is_zero(value)) for may, value in open_]
    alone = both(default.known, either(no(either(*(may for may, _ in open_))), _is_zero(default)))
    return ValueTerm(tools.choose(certain, added, default.value), both(*fine, either(certain, alone)))


def _is_zero(value: ValueTerm) -> Any:
    return value.value == 0


def _extreme_hit(wins: Callable[[Any, Any], Any]) -> PartialForm:
    """The largest, or smallest, of what holds. Where something is open that could not win, the evaluator knows more."""

    def form(tools: Tools, parts: Sequence[SolverTerm]) -> SolverTerm:
        default = parts[-1]
        found, any_ = default, False
        settled = []
        for condition, value in _pairs(parts):
            assert isinstance(value, ValueTerm)
            assert isinstance(found, ValueTerm)
            better = both(condition.yes, either(no(any_), compared(wins, value.value, found.value)))
            found = ValueTerm(tools.choose(better, value.value, found.value), found.known)
            any_ = either(any_, condition.yes)
            settled += [known(condition), either(condition.no, value.known)]
        assert isinstance(default, ValueTerm)
        assert isinstance(found, ValueTerm)
        return ValueTerm(found.value, both(*settled, either(any_, default.known)))

    return form


def _count_unmet(tools: Tools, parts: Sequence[SolverTerm]) -> SolverTerm:
    every = _truths(parts)
    return ValueTerm(total([tools.choose(part.no, 1, 0) for part in every]), both(*map(known, every)))


PARTIAL: Mapping[str, PartialForm] = {
    "且": _all,
    "或": _any,
    "非": lambda tools, parts: opposite(_truths(parts)[0]),
    "若": _if(strict=False),
    "若严": _if(strict=True),
    "首中": _first,
    "同值": _only,
    "累计": _cumulated,
    "取大": _extreme_hit(operator.gt),
    "取小": _extreme_hit(operator.lt),
    "界数": _count_unmet,
    "已填": lambda tools, parts: truth(known(parts[0])),
}
"""By row: what decides before every argument is known."""


def _after(least: int, most: int, beyond: int) -> Callable[[Any, Any, Any], Any]:
    def between(found: Any, day: Any, count: Any) -> Any:
        low, high = plus(day, times(count, least)), plus(plus(day, times(count, most)), beyond)
        return either(
            compared(operator.lt, count, 0), both(compared(operator.le, low, found), compared(operator.le, found, high))
        )

    return between


def _periods(least: int, most: int) -> Callable[[Any, Any, Any], Any]:
    def between(found: Any, one: Any, other: Any) -> Any:
        days = minus(other, one)
        fits = both(
            compared(operator.le, times(found, least), days),
            compared(operator.lt, days, times(plus(found, 1), most)),
            compared(operator.ge, found, 0),
        )
        return tools_if(compared(operator.ge, days, 0), fits, compared(operator.lt, found, 0))

    return between


def tools_if(condition: Any, one: Any, other: Any) -> Any:
    """One condition or another."""
    return either(both(condition, one), both(no(condition), other))


STATED: Mapping[str, Callable[..., Any]] = {
    "工作日后": _after(1, 3, 30),
    "顺延": lambda found, day: both(compared(operator.le, day, found), compared(operator.le, found, plus(day, 30))),
    "月后": _after(28, 31, 0),
    "年后": _after(365, 366, 0),
    "月数": _periods(28, 31),
    "年数": _periods(365, 366),
    "余日数": lambda found, one, other: both(compared(operator.ge, found, 0), compared(operator.le, found, 30)),
}
"""Of rows without a form: between what the result lies, by the result and the arguments."""
