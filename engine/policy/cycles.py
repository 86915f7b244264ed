"""How often a periodic duty comes back (每, 起算), and by what names its expressions know the period. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from engine.base.classes import dataclass
from engine.language.tree import DATE, Type, Value
from engine.language.values import quarter_of

FIRST, LAST = "期初", "期末"
"""The first and the last day of any period."""
YEAR, HALF, QUARTER, MONTH = "年度", "半年度", "季度", "月份"
"""The year (a number), the half of it (1, 2), the quarter (1 to 4), the month (its first day): of a period, and of the
day of every event whose payload does not declare the name for something of its own."""
PARTS: Mapping[str, Type] = {
    YEAR: Type("number", (("年", 1),)),
    HALF: Type("number"),
    QUARTER: Type("number", (("季度", 1),)),
    MONTH: DATE,
}
ENTERED = "进入"
"""起算: periods run from the day on which the dossier came into the states of the duty."""

_WORDS = {"月": 1, "季": 3, "半年": 6, "年": 12}
_COUNTED = re.compile(r"([1-9][0-9]?)(?:(年)|个月)")
_YEAR = re.compile(r"([1-9][0-9]{3})年?")
_NAMED = {12: (YEAR,), 6: (YEAR, HALF), 3: (YEAR, QUARTER), 1: (YEAR, MONTH)}


@dataclass(frozen=True, slots=True)
class Cycle:
    """A period every `months` months: of the calendar year (`since` None), from 1 January of the year `since`, or (0)
    from the day on which the dossier came into the states."""

    months: int
    since: int | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """What tells one period from another by a year and a part of it, so that events can be for it (同); () where
        only its first and last day do."""
        return _NAMED.get(self.months, ()) if self.since is None else ()

    @property
    def names(self) -> Mapping[str, Type]:
        """Everything an expression may read of a period."""
        return {**{name: PARTS[name] for name in self.keys}, FIRST: DATE, LAST: DATE}


def parts_of(day: date) -> dict[str, Value]:
    """The year, half-year, quarter and month of a day."""
    return {
        YEAR: Decimal(day.year),
        HALF: Decimal(1 if day.month <= 6 else 2),
        QUARTER: quarter_of(day),
        MONTH: day.replace(day=1),
    }


def cycle_of(every: str, since: str = "") -> Cycle | str:
    """The cycle as it is written, or why it is none."""
    counted = _COUNTED.fullmatch(every)
    if every in _WORDS:
        months = _WORDS[every]
    elif counted is not None:
        months = int(counted.group(1)) * (12 if counted.group(2) else 1)
    else:
        return f"`每: {every}` 读不懂"
    year = _YEAR.fullmatch(since)
    if since == ENTERED:
        return Cycle(months, 0)
    if year is not None:
        return Cycle(months, int(year.group(1)))
    if since:
        return f"`起算: {since}` 读不懂"
    return Cycle(months) if 12 % months == 0 else f"`每: {every}` 不合公历的一年，从哪里起算没有写明"
