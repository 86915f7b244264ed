"""Working days and periods, from the State Council's yearly notices. Pure: tables come from `calendar_data`.

Rules (民法典): the day a period starts on is not counted (201); a period of months or years ends on the corresponding
day, or on the month's last day where there is none (202); a last day that is a day off moves to the next working day
(203). A year without a notice is reckoned Monday to Friday, and whatever touched it says so (`Reckoned.provisional`).
Two things are known all the same: the statutory days off with a fixed date (`Statute`) need no notice; and a notice may
move days of the year before from `MOVABLE` on, so that until it is known these are estimates too.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import field, replace
from datetime import MAXYEAR, MINYEAR, date, timedelta, timezone
from typing import Any, Generic, TypeVar

from engine.base.canonical import Plain, digest
from engine.base.classes import dataclass

T = TypeVar("T")

BEIJING = timezone(timedelta(hours=8))
"""The time in China, all year."""

LIMIT = 100_000
"""The longest period, in units, that is reckoned at all."""

MOVABLE = (12, 25)
"""Month and day from which a year's last days may still be moved by the next year's notice, as that for 2019 did."""

UNPUBLISHED = "未收录"
"""What stands for the notice of a year that is not known."""

MOST_MOVED, MOST_ROLLED = timedelta(31), timedelta(15)
"""More than any notice has ever moved the last day of a period of working days in a year, or one that fell on a day off."""

_OUTSIDE = "日期超出公元1年至9999年"


class OutOfRange(ValueError):
    """A period longer than `LIMIT` or a result outside the years 1 to 9999. The text is Chinese, for a Problem."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One year's notice: the days off it names (weekends inside them included) and the weekend days worked instead."""

    year: int
    title: str
    number: str
    published: date
    source: str
    off: tuple[tuple[str, date, date], ...]
    """(festival, first day, last day), both inclusive."""
    worked: tuple[date, ...]

    @property
    def said(self) -> Plain:
        """Everything the notice says, as plain data."""
        off: Plain = [[festival, first.isoformat(), last.isoformat()] for festival, first, last in self.off]
        worked = [day.isoformat() for day in self.worked]
        head: list[Plain] = [self.year, self.title, self.number, self.published.isoformat(), self.source]
        return [*head, off, worked]

    @property
    def digest(self) -> str:
        """Of everything the notice says."""
        return digest(self.said)

    @property
    def touched(self) -> frozenset[int]:
        """Its own year and those of the days it names."""
        return frozenset((self.year, *(day.year for day in (*self.days_off(), *self.worked))))

    def days_off(self) -> Iterable[date]:
        """Every single day off the notice names."""
        for _, first, last in self.off:
            for n in range((last - first).days + 1):
                yield first + timedelta(n)


@dataclass(frozen=True, slots=True)
class Statute:
    """The statutory days off with a fixed date, which are known without a notice from the day `since` on."""

    title: str
    number: str
    published: date
    since: date
    source: str
    off: tuple[tuple[str, tuple[int, int], tuple[int, int]], ...]
    """(festival, first, last) as (month, day), both inclusive and in one year."""

    @property
    def said(self) -> Plain:
        """Everything the statute says, as plain data."""
        head: list[Plain] = [self.title, self.number, self.published.isoformat(), self.since.isoformat(), self.source]
        off: list[Plain] = [[festival, [*first], [*last]] for festival, first, last in self.off]
        return [*head, off]

    @property
    def digest(self) -> str:
        """Of everything the statute says."""
        return digest(self.said)

    def covers(self, day: date) -> bool:
        """Whether the statute makes `day` a day off."""
        return day >= self.since and any(first <= (day.month, day.day) <= last for _, first, last in self.off)


@dataclass(frozen=True, slots=True)
class Reckoned(Generic[T]):
    """A value and the years whose notices are not known and could still move it (ascending; empty when it is firm).
    `years`: all whose notices it rests on, published or not."""

    value: T
    unpublished: tuple[int, ...] = ()
    years: tuple[int, ...] = field(default=(), compare=False)

    @property
    def provisional(self) -> bool:
        return bool(self.unpublished)

    @property
    def reason(self) -> str | None:
        """Why the value is 暂估, or None."""
        if not self.unpublished:
            return None
        years = "、".join(f"{year}年" for year in self.unpublished)
        return f"暂估：{years}的放假调休安排未公布或未收录，按周一至周五估算"


@dataclass(slots=True)
class Consulted:
    """What one computation has read of a calendar. It belongs to that computation alone: whoever computes hands it in,
    so that two computations never tell of each other's years."""

    years: set[int] = field(default_factory=set)
    estimates: dict[str, None] = field(default_factory=dict)
    """Why something was only an estimate, each reason once, in order."""

    def note(self, result: Reckoned[Any]) -> None:
        self.years.update(result.years)
        if result.unpublished:
            self.estimates[result.reason or ""] = None

    def apart(self) -> Consulted:
        """The same so far, for a computation that goes its own way from here."""
        return Consulted(set(self.years), dict(self.estimates))


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days of one country. Build it from notices; equal notices make equal calendars."""

    name: str
    notices: tuple[Notice, ...]
    statute: Statute | None = None
    slack: int = 0
    """-1, 1: every estimate as early, as late as a notice might make it (see `bounds`); 0: as it is reckoned."""
    _off: frozenset[int] = field(init=False, repr=False, compare=False)
    _worked: frozenset[int] = field(init=False, repr=False, compare=False)
    _years: frozenset[int] = field(init=False, repr=False, compare=False)
    _editions: tuple[tuple[int, frozenset[int], str], ...] = field(init=False, repr=False, compare=False)
    _tables: dict[int, tuple[int, ...]] = field(init=False, repr=False, compare=False)
    """Year -> ordinals of its working days, filled as years are first asked for."""

    def __post_init__(self) -> None:
        set_once = object.__setattr__
        set_once(self, "_off", frozenset(d.toordinal() for n in self.notices for d in n.days_off()))
        set_once(self, "_worked", frozenset(d.toordinal() for n in self.notices for d in n.worked))
        set_once(self, "_years", frozenset(n.year for n in self.notices))
        set_once(self, "_editions", tuple((n.year, n.touched, n.digest) for n in self.notices))
        set_once(self, "_tables", {})

    @property
    def digest(self) -> str:
        """Of all tables and their sources."""
        return digest([self.name, *sorted([year, own] for year, _, own in self._editions), self._unknown])

    @property
    def said(self) -> Plain:
        """All of it as plain data, which `calendar_of` reads."""
        statute = self.statute.said if self.statute is not None else None
        return [self.name, [notice.said for notice in self.notices], statute]

    @property
    def _unknown(self) -> str:
        """What a year without a notice rests on."""
        return UNPUBLISHED + (f"；法定节日 {self.statute.digest}" if self.statute is not None else "")

    def editions(self, years: Iterable[int]) -> tuple[tuple[int, str], ...]:
        """What the working days of `years` rest on: (year of a notice, its digest), ascending; for a year without one
        `UNPUBLISHED`, with the digest of the statute. A notice of another year that names a day of one of them is among
        them."""
        wanted = frozenset(years)
        found = {year: self._unknown for year in wanted if year not in self._years}
        found |= {year: digest for year, touched, digest in self._editions if not wanted.isdisjoint(touched)}
        return tuple(sorted(found.items()))

    def is_working_day(self, day: date) -> Reckoned[bool]:
        """Whether offices work on `day`."""
        return self._reckoned(self._works(day.toordinal(), self._fixed(day)), day, day)

    def add_working_days(self, day: date, count: int) -> Reckoned[date]:
        """The `count`-th working day after `day`, which is not counted; before it if negative; `day` itself for 0.

        Raises `OutOfRange`.
        """
        _within_limit(count)
        if count == 0:
            return Reckoned(day)
        year, step, left = day.year, 1 if count > 0 else -1, abs(count)
        while True:
            table = self._table(year)
            # How many of this year's working days lie beyond `day`, in the direction of counting.
            if year != day.year:
                ahead = len(table)
            elif step > 0:
                ahead = len(table) - bisect_right(table, day.toordinal())
            else:
                ahead = bisect_left(table, day.toordinal())
            if left <= ahead:
                index = len(table) - ahead + left - 1 if step > 0 else ahead - left
                found, next_day = date.fromordinal(table[index]), day + timedelta(step)
                return self._moved(self._reckoned(found, *sorted((next_day, found))), MOST_MOVED)
            left, year = left - ahead, year + step

    def working_days_between(self, start: date, end: date) -> Reckoned[int]:
        """Working days after `start` up to and including `end`; negative (and the mirror image) if `end` is earlier."""
        if end < start:
            mirrored = self.working_days_between(end, start)
            return Reckoned(-mirrored.value, mirrored.unpublished, mirrored.years)
        if start == end:
            return Reckoned(0)
        first = start + timedelta(1)
        count = self._rank(end) - self._rank(start) + sum(len(self._table(y)) for y in range(start.year, end.year))
        counted = self._reckoned(count, first, end)
        most = self.slack * MOST_MOVED.days * len(counted.unpublished)
        return Reckoned(counted.value + most, counted.unpublished, counted.years)

    def roll_forward(self, day: date) -> Reckoned[date]:
        """`day`, or the next working day if it is a day off (民法典 203). Raises `OutOfRange`."""
        here = self.is_working_day(day)
        if here.value:
            return self._moved(Reckoned(day, here.unpublished, here.years), MOST_ROLLED, day)
        plain = replace(self, slack=0) if self.slack else self
        found = plain.add_working_days(day, 1).value
        return self._moved(self._reckoned(found, day, found), MOST_ROLLED, day)

    def deadline(self, day: date, count: int, unit: str) -> Reckoned[date]:
        """The last day of a period of `count` `unit`s that starts on `day`; `unit` is a key of `PERIODS`.

        Calendar days, months and years that end on a day off roll forward. Raises `OutOfRange`, KeyError for a unit.
        """
        add = PERIODS[unit]
        return self.add_working_days(day, count) if add is None else self.roll_forward(add(day, count))

    def bounds(self) -> tuple[Calendar, Calendar]:
        """This calendar with every estimate as early, and as late, as a notice might make it: what comes to the same by
        both is firm, although it rests on an estimate."""
        return replace(self, slack=-1), replace(self, slack=1)

    def _moved(self, found: Reckoned[date], by: timedelta, earliest: date = date.min) -> Reckoned[date]:
        """An estimate moved as far as `slack` says, never before `earliest`."""
        if not self.slack or not found.unpublished:
            return found
        days = found.value.toordinal() + self.slack * by.days * len(found.unpublished)
        value = date.fromordinal(min(max(days, earliest.toordinal()), date.max.toordinal()))
        return Reckoned(value, found.unpublished, found.years)

    def _rank(self, day: date) -> int:
        """How many working days of its year are not after `day`."""
        return bisect_right(self._table(day.year), day.toordinal())

    def _table(self, year: int) -> tuple[int, ...]:
        """The ordinals of the year's working days, ascending."""
        table = self._tables.get(year)
        if table is None:
            _check_year(year)
            days = range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)
            fixed = frozenset(self._fixed_ordinals(year))
            table = tuple(o for o in days if self._works(o, o in fixed))
            self._tables[year] = table
        return table

    def _works(self, ordinal: int, fixed: bool) -> bool:
        """Ordinal 1 was a Monday: Saturdays leave 6, Sundays 0."""
        return ordinal in self._worked or (ordinal % 7 not in (0, 6) and ordinal not in self._off and not fixed)

    def _fixed(self, day: date) -> bool:
        """Whether a day of a year without a notice is off by statute."""
        return day.year not in self._years and self.statute is not None and self.statute.covers(day)

    def _fixed_ordinals(self, year: int) -> Iterable[int]:
        for _, first, last in self.statute.off if self.statute is not None else ():
            days = range(date(year, *first).toordinal(), date(year, *last).toordinal() + 1)
            yield from (o for o in days if self._fixed(date.fromordinal(o)))

    def _reckoned(self, value: T, first: date, last: date) -> Reckoned[T]:
        """`value`, which rests on the days from `first` to `last`."""
        years = tuple(range(first.year, last.year + 1))
        if (last.month, last.day) >= MOVABLE and last.year < MAXYEAR:
            years = (*years, last.year + 1)
        awaited = (year for year in years if year not in self._years and not self._known(year, first, last))
        return Reckoned(value, tuple(awaited), years)

    def _known(self, year: int, first: date, last: date) -> bool:
        """Whether every day from `first` to `last` that the notice of `year` could move is off by statute anyway."""
        begin = max(first, date(year - 1, *MOVABLE) if year > MINYEAR else date.min)
        end = min(last, date(year, 12, 31))
        return (end - begin).days < 31 and all(self._fixed(begin + timedelta(n)) for n in range((end - begin).days + 1))


def calendar_of(said: Any) -> Calendar:
    """The calendar whose `said` this is. ValueError for anything else."""
    try:
        name, notices, statute = said
        found = Calendar(str(name), tuple(map(_notice_of, notices)), _statute_of(statute) if statute else None)
    except (TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"no calendar: {error}") from None
    return found


def _notice_of(said: Any) -> Notice:
    year, title, number, published, source, off, worked = said
    days = tuple((str(name), date.fromisoformat(a), date.fromisoformat(b)) for name, a, b in off)
    return Notice(
        int(year),
        *(title, number, date.fromisoformat(published), source),
        days,
        tuple(map(date.fromisoformat, worked)),
    )


def _statute_of(said: Any) -> Statute:
    title, number, published, since, source, off = said
    days = tuple((str(name), (a[0], a[1]), (b[0], b[1])) for name, a, b in off)
    return Statute(title, number, date.fromisoformat(published), date.fromisoformat(since), source, days)


def add_days(day: date, count: int) -> date:
    """`count` calendar days after `day` (before it if negative). Raises `OutOfRange`."""
    _within_limit(count)
    try:
        return day + timedelta(count)
    except OverflowError:
        raise OutOfRange(_OUTSIDE) from None


def add_months(day: date, count: int) -> date:
    """The corresponding day `count` months on, or that month's last day (民法典 202). Raises `OutOfRange`."""
    _within_limit(count)
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return _corresponding_day(day, year, month + 1)


def add_years(day: date, count: int) -> date:
    """The corresponding day `count` years on; 29 February becomes the 28th (民法典 202). Raises `OutOfRange`."""
    _within_limit(count)
    return _corresponding_day(day, day.year + count, day.month)


PERIODS = {"工作日": None, "日": add_days, "月": add_months, "年": add_years}
"""Unit of a period -> how its last day is found; None: by counting working days."""


def _within_limit(count: int) -> None:
    if abs(count) > LIMIT:
        raise OutOfRange(f"期限过长，最多 {LIMIT}")


def _check_year(year: int) -> None:
    if not MINYEAR <= year <= MAXYEAR:
        raise OutOfRange(_OUTSIDE)


def _corresponding_day(day: date, year: int, month: int) -> date:
    _check_year(year)
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    length = 28 + leap if month == 2 else 30 if month in (4, 6, 9, 11) else 31
    return date(year, month, min(day.day, length))
