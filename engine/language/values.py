"""What the functions do to known values: exact numbers and calendar days. Unknowns never get here.

A result that cannot be represented raises `ArithmeticError`, `ValueError` or `OverflowError`; a result that is not
defined (a division by zero) is None. The evaluator turns both into something a reader can act on.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction

from engine.base.calendar import Calendar, Reckoned, add_days, add_months, add_years
from engine.base.capitals import capital
from engine.base.numbers import EXACT, Number, divide, rounded

_MAX_BITS = 4096


def as_number(value: Fraction) -> Number:
    """A fraction as a decimal where it has a finite one."""
    if value.numerator.bit_length() + value.denominator.bit_length() > _MAX_BITS:
        raise OverflowError
    rest = value.denominator
    rest >>= (rest & -rest).bit_length() - 1
    while rest % 5 == 0:
        rest //= 5
    if rest != 1:
        return value
    return divide(Decimal(value.numerator), Decimal(value.denominator)) or Decimal(0)


def _fraction(value: Number) -> Fraction:
    return value if type(value) is Fraction else Fraction(value)


def add(a: Number, b: Number) -> Number:
    """A sum, exact."""
    if type(a) is Decimal and type(b) is Decimal:
        return EXACT.add(a, b)
    return as_number(_fraction(a) + _fraction(b))


def sum_of(numbers: Iterable[Number]) -> Number:
    """The exact sum; zero of none."""
    found: Number = Decimal(0)
    for number in numbers:
        found = add(found, number)
    return found


def subtract(a: Number, b: Number) -> Number:
    """A difference, exact."""
    if type(a) is Decimal and type(b) is Decimal:
        return EXACT.subtract(a, b)
    return as_number(_fraction(a) - _fraction(b))


def multiply(a: Number, b: Number) -> Number:
    """A product, exact."""
    if type(a) is Decimal and type(b) is Decimal:
        return EXACT.multiply(a, b)
    return as_number(_fraction(a) * _fraction(b))


def quotient(a: Number, b: Number) -> Number | None:
    """A quotient, exact; None for division by zero."""
    result = divide(a, b)
    return as_number(result) if isinstance(result, Fraction) else result


def negate(a: Number) -> Number:
    """The number with the other sign."""
    return subtract(Decimal(0), a)


def ceiling(a: Number) -> Decimal:
    """Up to a whole number."""
    return rounded(a, 0, ROUND_CEILING)


def floor(a: Number) -> Decimal:
    """Down to a whole number."""
    return rounded(a, 0, ROUND_FLOOR)


def half_up(a: Number, places: Number) -> Decimal:
    """四舍五入 to so many decimals. ValueError outside 0 to 10."""
    count = whole(places)
    if not 0 <= count <= 10:
        raise ValueError("保留位数须在0至10之间")
    return rounded(a, count)


def _steps(a: Number, step: Number) -> Fraction:
    if step <= 0:
        raise ValueError("取整的单位须大于零")
    return Fraction(a) / Fraction(step)


def up_to_step(a: Number, step: Number) -> Number:
    """The least multiple of `step` that is not below `a`."""
    return multiply(ceiling(_steps(a, step)), step)


def down_to_step(a: Number, step: Number) -> Number:
    """The greatest multiple of `step` that is not above `a`."""
    return multiply(floor(_steps(a, step)), step)


def half_up_to_step(a: Number, step: Number) -> Number:
    """The nearest multiple of `step`; of two the one further from zero."""
    return multiply(rounded(_steps(a, step), 0), step)


def in_capitals(yuan: Number) -> str:
    """A sum in capital numerals. ValueError where it is not written so: below zero, with fractions of a 分, 万亿 and more."""
    text = capital(yuan) if isinstance(yuan, Decimal) else ""
    if not text:
        raise ValueError("金额不是整分，或者超出大写的范围")
    return text


def joined(*texts: str) -> str:
    """Texts one after the other."""
    return "".join(texts)


def whole(number: Number) -> int:
    """`number` as an int; a fractional count of days or months has no meaning."""
    if number != int(number):
        raise ValueError("须为整数")
    return int(number)


def same_day(day: date) -> date:
    """The day itself."""
    return day


def days_after(day: date, count: Number) -> date:
    """So many days later, counted from the day after (民法典 201). ValueError beyond what a calendar holds."""
    return add_days(day, whole(count))


def months_after(day: date, count: Number) -> date:
    """The corresponding day so many months later, or the last of that month (民法典 202)."""
    return add_months(day, whole(count))


def years_after(day: date, count: Number) -> date:
    """The corresponding day so many years later, or the last of that month (民法典 202)."""
    return add_years(day, whole(count))


def days_between(a: date, b: date) -> Decimal:
    """Days from `a` to `b`, negative where `b` comes first."""
    return Decimal((b - a).days)


def months_of(years: Number) -> Number:
    """Years in months."""
    return multiply(years, Decimal(12))


def months_between(a: date, b: date) -> Decimal:
    """The greatest n for which the corresponding day n months after `a` is not after `b`: full months, below zero where
    `b` is earlier. So 月数（a，b）≥ n exactly where 月后（a，n）≤ b."""
    months = 12 * (b.year - a.year) + b.month - a.month
    return Decimal(months - (min(a.day, monthrange(b.year, b.month)[1]) > b.day))


def years_between(a: date, b: date) -> Decimal:
    """Whole years from `a` to `b`."""
    return Decimal(int(months_between(a, b)) // 12)


def days_beyond_months(a: date, b: date) -> Decimal:
    """Days left over after the whole months from `a` to `b`."""
    return days_between(add_months(a, int(months_between(a, b))), b)


def month_of(day: date) -> Decimal:
    """The month, 1 to 12."""
    return Decimal(day.month)


def quarter_of(day: date) -> Decimal:
    """The quarter, 1 to 4."""
    return Decimal((day.month + 2) // 3)


def quarter_start(day: date) -> date:
    """The first day of the quarter."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarter_end(day: date) -> date:
    """The last day of the quarter."""
    return month_end(date(day.year, (day.month - 1) // 3 * 3 + 3, 1))


def year_of(day: date) -> Decimal:
    """The year."""
    return Decimal(day.year)


def year_start(year: Number) -> date:
    """1 January of a year."""
    return date(whole(year), 1, 1)


def year_end(year: Number) -> date:
    """31 December of a year."""
    return date(whole(year), 12, 31)


def month_start(day: date) -> date:
    """The first day of the month."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of the month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def in_year(day: date, year: Number) -> bool:
    """Whether the day is of the year."""
    return day.year == year


def same_month(a: date, b: date) -> bool:
    """Whether two days are of the same month and year."""
    return (a.year, a.month) == (b.year, b.month)


def working_days_after(calendar: Calendar, day: date, count: Number) -> Reckoned[date]:
    """The so-many-th working day after the day, with the years whose notices it read; an estimate where one is not
    published."""
    return calendar.add_working_days(day, whole(count))


def working_days_between(calendar: Calendar, a: date, b: date) -> Reckoned[Decimal]:
    """Working days after `a` up to `b`, with the years whose notices it read."""
    counted = calendar.working_days_between(a, b)
    return Reckoned(Decimal(counted.value), counted.unpublished, counted.years)


def next_working_day(calendar: Calendar, day: date) -> Reckoned[date]:
    """The day itself, or the next working day where it is off (民法典 203)."""
    return calendar.roll_forward(day)
