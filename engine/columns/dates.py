"""Days over columns: months are counted from year 0, a period ends on the corresponding day or its month's last (民法典 202);
working days are looked up in tables of the calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from engine.base.calendar import LIMIT, Calendar
from engine.columns import numbers
from engine.columns.algebra import (
    INT,
    ONE,
    ZERO,
    Expr,
    WorkingDayTables,
    all_of,
    case,
    compared,
    const,
    floored,
    is_null,
    known,
    minus,
    negated,
    nothing,
    plus,
    refused,
    times,
)
from engine.columns.ends import Val
from engine.columns.held import days
from engine.columns.numbers import Num, integer, whole
from engine.columns.visitor import Forms, Visitor
from engine.language.tree import Call, Items

FIRST, LAST = days(date.min), days(date.max)
_SPAN, _YEARS = LAST - FIRST, 9999
_TWELVE = const(12)
TABLED = (1980, 2060)
"""The years whose working days are in the tables; days beyond are left to the interpreter."""


def tabled(calendar: Calendar) -> WorkingDayTables:
    """The working days of those years."""
    first, end = date(TABLED[0], 1, 1), date(TABLED[1], 12, 31)
    rank: list[int] = []
    nth: list[int] = []
    for ordinal in range(first.toordinal(), end.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if calendar.is_working_day(day).value:
            nth.append(days(day))
        rank.append(len(nth))
    return WorkingDayTables(days(first), tuple(rank), tuple(nth))


def month(day: Expr) -> Expr:
    """The month a day is in."""
    return Expr("month", (day,))


def first_of(months: Expr) -> Expr:
    """The first day of a month: the civil calendar as arithmetic, years beginning in March."""
    march = minus(months, const(2))
    year = floored(march, _TWELVE)
    place = minus(march, times(year, _TWELVE))
    leaps = plus(minus(floored(year, const(4)), floored(year, const(100))), floored(year, const(400)))
    passed = floored(plus(times(place, const(153)), const(2)), const(5))
    return minus(plus(plus(times(year, const(365)), leaps), passed), const(719468))


def _length(months: Expr) -> Expr:
    return minus(first_of(plus(months, ONE)), first_of(months))


def _in_month(day: Expr) -> Expr:
    """The day of the month, from 1."""
    return plus(minus(day, first_of(month(day))), ONE)


def _least(left: Expr, right: Expr) -> Expr:
    first = compared("≤", left, right)
    return case(first, left, negated(first), right, nothing(INT))


def _corresponding(day: Expr, months: Expr) -> Expr:
    """The day of another month that a day corresponds to."""
    within = all_of(compared("≤", _TWELVE, months), compared("<", months, const(12 * (_YEARS + 1))))
    return known(within, minus(plus(first_of(months), _least(_in_month(day), _length(months))), ONE))


def _day(v: Visitor, call: Call, index: int = 0) -> Expr:
    found = v.aside(v.value(call.args[index]))
    assert isinstance(found, Expr)
    return found


def _count(v: Visitor, call: Call) -> Expr:
    """How many: a whole number, of no more than is reckoned at all."""
    number = integer(v.number(call.args[1]))
    over = v.aside(number.over)
    assert isinstance(over, Expr)
    if number.low >= -LIMIT and number.high <= LIMIT:
        return over
    return known(all_of(compared("≤", const(-LIMIT), over), compared("≤", over, const(LIMIT))), over)


def _days_after(v: Visitor, call: Call) -> Val:
    found = plus(_day(v, call), _count(v, call))
    return known(all_of(compared("≤", const(FIRST), found), compared("≤", found, const(LAST))), found)


def _months_after(each: int) -> Callable[[Visitor, Call], Val]:
    def form(v: Visitor, call: Call) -> Val:
        day = _day(v, call)
        months = v.aside(plus(month(day), times(_count(v, call), const(each))))
        assert isinstance(months, Expr)
        return _corresponding(day, months)

    return form


def _between(v: Visitor, call: Call) -> Val:
    return whole(minus(_day(v, call, 1), _day(v, call)), -_SPAN, _SPAN)


def _full_months(v: Visitor, call: Call) -> Expr:
    a, b = _day(v, call), _day(v, call, 1)
    until = v.aside(month(b))
    assert isinstance(until, Expr)
    short = compared("<", _in_month(b), _least(_in_month(a), _length(until)))
    found = v.aside(minus(minus(until, month(a)), case(short, ONE, negated(short), ZERO, nothing(INT))))
    assert isinstance(found, Expr)
    return found


def _months_between(v: Visitor, call: Call) -> Val:
    return whole(_full_months(v, call), -12 * _YEARS, 12 * _YEARS)


def _years_between(v: Visitor, call: Call) -> Val:
    return whole(floored(_full_months(v, call), _TWELVE), -_YEARS - 1, _YEARS)


def _days_beyond(v: Visitor, call: Call) -> Val:
    a, b = _day(v, call), _day(v, call, 1)
    there = _corresponding(a, plus(month(a), _full_months(v, call)))
    return whole(minus(b, there), -_SPAN, _SPAN)


def _year(day: Expr) -> Expr:
    return floored(month(day), _TWELVE)


def _place_in_year(day: Expr) -> Expr:
    return minus(month(day), times(_year(day), _TWELVE))


def _in_year(v: Visitor, call: Call) -> Val:
    return numbers.compare("=", whole(_year(_day(v, call)), 1, _YEARS), v.number(call.args[1]))


def _same_month(v: Visitor, call: Call) -> Val:
    return compared("=", month(_day(v, call)), month(_day(v, call, 1)))


def _of_day(do: Callable[[Expr], Num | Expr]) -> Callable[[Visitor, Call], Val]:
    return lambda v, call: do(_day(v, call))


def _quarter(day: Expr) -> Num:
    return whole(plus(floored(_place_in_year(day), const(3)), ONE), 1, 4)


def _quarter_start(day: Expr) -> Expr:
    return first_of(times(floored(month(day), const(3)), const(3)))


def _quarter_end(day: Expr) -> Expr:
    return minus(first_of(plus(times(floored(month(day), const(3)), const(3)), const(3))), ONE)


def _of_year(after: int) -> Callable[[Visitor, Call], Val]:
    """The first day of a year, or the one before that of the next."""

    def form(v: Visitor, call: Call) -> Val:
        year = v.aside(integer(v.number(call.args[0])).over)
        assert isinstance(year, Expr)
        within = all_of(compared("≤", ONE, year), compared("≤", year, const(_YEARS)))
        first = first_of(times(plus(year, const(after)), _TWELVE))
        return known(within, minus(first, const(after)))

    return form


def _on_day(v: Visitor, call: Call) -> Val:
    """The value that began last of those that hold on the day."""
    day, held = _day(v, call, 1), call.args[2]
    if not isinstance(held, Items):
        raise refused(call.function, "参数的值没有写明", v.place)
    found: Val | None = None
    for item in sorted((i for i in held.items if isinstance(i, Items)), key=lambda i: _since(v, i)):
        value, since, until = (v.value(part) for part in item.items)
        assert isinstance(since, Expr)
        assert isinstance(until, Expr)
        holds = all_of(compared("≤", since, day), compared("≤", day, until))
        if isinstance(value, Num):
            rest = found if isinstance(found, Num) else numbers.no_number()
            found = numbers.chosen((value, rest), partial(numbers.either, holds))
        else:
            found = case(holds, value, found if isinstance(found, Expr) else nothing(value.kind))
    if found is None:
        raise refused(call.function, "参数没有值", v.place)
    return found


def _since(v: Visitor, item: Items) -> int:
    found = v.value(item.items[1])
    assert isinstance(found, Expr)
    assert isinstance(found.value, int)
    return found.value


def _rank(day: Expr) -> Expr:
    """How many working days there are up to a day."""
    return Expr("rank", (day,))


def _nth(place: Expr) -> Expr:
    return Expr("nth", (place,))


def _looked_up(v: Visitor, found: Expr, *known_: Expr) -> Expr:
    """What the tables say; of days beyond them the interpreter knows."""
    found = v.set_aside(found)
    v.doubt(all_of(is_null(found), *(negated(is_null(one)) for one in known_)))
    return found


def _working_days_after(v: Visitor, call: Call) -> Val:
    day, count = _day(v, call), v.set_aside(_count(v, call))
    later, earlier = _nth(minus(plus(_rank(day), count), ONE)), _nth(plus(_rank(minus(day, ONE)), count))
    found = case(compared("=", count, ZERO), day, compared("<", ZERO, count), later, compared("<", count, ZERO), earlier, nothing(INT))  # fmt: skip
    return _looked_up(v, found, day, count)


def _working_days_between(v: Visitor, call: Call) -> Val:
    until, since = _day(v, call, 1), _day(v, call)
    return whole(_looked_up(v, minus(_rank(until), _rank(since)), until, since), -_SPAN, _SPAN)


def _next_working_day(v: Visitor, call: Call) -> Val:
    day = _day(v, call)
    return _looked_up(v, _nth(_rank(minus(day, ONE))), day)


DATES: Forms = {
    "当日值": _on_day,
    "工作日后": _working_days_after,
    "工作日数": _working_days_between,
    "顺延": _next_working_day,
    "不顺延": _of_day(lambda day: day),
    "日后": _days_after,
    "月后": _months_after(1),
    "年后": _months_after(12),
    "天数": _between,
    "月数": _months_between,
    "年数": _years_between,
    "余日数": _days_beyond,
    "属于年度": _in_year,
    "属于同月": _same_month,
    "年度": _of_day(lambda day: whole(_year(day), 1, _YEARS)),
    "月份": _of_day(lambda day: whole(plus(_place_in_year(day), ONE), 1, 12)),
    "季度": _of_day(_quarter),
    "年初": _of_year(0),
    "年末": _of_year(1),
    "季初": _of_day(_quarter_start),
    "季末": _of_day(_quarter_end),
    "月初": _of_day(lambda day: first_of(month(day))),
    "月末": _of_day(lambda day: minus(first_of(plus(month(day), ONE)), ONE)),
}
