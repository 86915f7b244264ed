"""Days as whole numbers: years, months and their ends, exact from 1901 to 2099, in which every fourth year is a leap year.

The year of a day that is not fixed is a number of its own with the days of that year around it; so nothing is divided by
anything but four.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import accumulate
from typing import Any

import z3

from engine.proofs.terms import both, minus, plus, times

FIRST, LAST = date(1930, 1, 1), date(2090, 12, 31)
"""The days that facts and records are looked for between."""

_EPOCH = date(1901, 1, 1).toordinal()
_BEFORE = (0, *accumulate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30)))
"""Days before each month of an ordinary year."""


class Days:
    """Years and months of days. `assume` takes what holds of the numbers that are made up for them."""

    def __init__(self, assume: Callable[[Any], None], choose: Callable[[Any, Any, Any], Any]) -> None:
        self.assume, self.choose = assume, choose
        self._years: dict[int, tuple[Any, Any, Any, Any]] = {}
        self._months: dict[int, tuple[Any, Any, Any, Any]] = {}
        self._leaps: dict[int, tuple[Any, Any]] = {}

    def leaps(self, year: Any) -> Any:
        """Leap years since 1901 before a year."""
        if isinstance(year, int):
            return (year - 1901) // 4
        found = self._leaps.get(year.get_id())
        if found is None:
            quarter = z3.FreshInt("闰")
            self.assume(z3.And(4 * quarter <= year - 1901, year - 1901 <= 4 * quarter + 3))
            found = self._leaps[year.get_id()] = (year, quarter)
        return found[1]

    def is_leap(self, year: Any) -> Any:
        if isinstance(year, int):
            return (year - 1901) % 4 == 3
        return year - 1901 == 4 * self.leaps(year) + 3

    def year_start(self, year: Any) -> Any:
        """1 January."""
        if isinstance(year, z3.ArithRef) and year.is_real():
            year = z3.ToInt(year)
        return plus(plus(times(minus(year, 1901), 365), self.leaps(year)), _EPOCH)

    def year_end(self, year: Any) -> Any:
        return minus(self.year_start(plus(year, 1)), 1)

    def year(self, day: Any) -> Any:
        """The year a day is in."""
        if isinstance(day, int):
            return date.fromordinal(day).year
        found = self._years.get(day.get_id())
        if found is None:
            year = z3.FreshInt("年")
            start = self.year_start(year)
            inside = z3.And(day >= date(1901, 1, 1).toordinal(), day <= date(2099, 12, 31).toordinal())
            length = 365 + z3.If(self.is_leap(year), 1, 0)
            self.assume(z3.Implies(inside, z3.And(start <= day, day < start + length, year >= 1901, year <= 2099)))
            found = self._years[day.get_id()] = (day, year, start, length)
        return found[1]

    def in_year(self, day: Any, year: Any) -> Any:
        if isinstance(day, int):
            found = self.year(day)
            return found == year
        return both(self.year_start(year) <= day, day <= self.year_end(year))

    def month_start(self, year: Any, month: Any) -> Any:
        """The first day of a month, 1 to 12, of a year."""
        leap = self.is_leap(year)
        before: Any = 0
        for index, days in enumerate(_BEFORE[1:], start=2):
            after = days if index <= 2 else plus(days, self.choose(leap, 1, 0))
            reached = month >= index
            before = self.choose(reached, after, before)
        return plus(self.year_start(year), before)

    def month(self, day: Any) -> Any:
        """The month of a day, 1 to 12."""
        if isinstance(day, int):
            return date.fromordinal(day).month
        found = self._months.get(day.get_id())
        if found is None:
            year, month = self.year(day), z3.FreshInt("月")
            start, then = self.month_start(year, month), self.month_start(year, plus(month, 1))
            then = z3.If(month == 12, self.year_end(year) + 1, then)
            self.assume(z3.And(month >= 1, month <= 12))
            inside = z3.And(day >= date(1901, 1, 1).toordinal(), day <= date(2099, 12, 31).toordinal())
            self.assume(z3.Implies(inside, z3.And(start <= day, day < then)))
            found = self._months[day.get_id()] = (day, month, start, then)
        return found[1]

    def same_month(self, one: Any, other: Any) -> Any:
        """Whether two days are of one month."""
        if isinstance(one, int) and not isinstance(other, int):
            one, other = other, one
        if isinstance(other, int):
            start, end = self.month_bounds(other)
            return both(one >= start, one <= end)
        return both(self.year(one) == self.year(other), self.month(one) == self.month(other))

    def month_bounds(self, day: Any) -> tuple[Any, Any]:
        """The first and the last day of the month a day is in."""
        if isinstance(day, int):
            found = date.fromordinal(day)
            then = date(found.year + found.month // 12, found.month % 12 + 1, 1)
            return found.replace(day=1).toordinal(), then.toordinal() - 1
        self.month(day)
        _, _, start, then = self._months[day.get_id()]
        return start, minus(then, 1)
