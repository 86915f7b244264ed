"""In what two calendars differ, to the single day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from engine.base.calendar import Calendar, Notice

WORKED, PLAIN, NONE = "上班", "没有规定", "没有收录"


def days_differing(before: Calendar, after: Calendar, years: Iterable[int]) -> list[str]:
    """Each day of these years of which the notices say otherwise: `2026-10-08（放假：国庆节 → 没有规定）`; notices that differ in
    nothing but what they are called or where they were published; the statute."""
    wanted = frozenset(years)
    found = list(_days(_said(before, wanted), _said(after, wanted)))
    old, new = ({one.year: one for one in each.notices} for each in (before, after))
    for year in sorted(wanted & {*old, *new}):
        one, other = old.get(year), new.get(year)
        if one is None or other is None:
            found.append(f"{year}年通知（{_number(one)} → {_number(other)}）")
        elif one != other and (one.off, one.worked) == (other.off, other.worked):
            found.append(f"{year}年通知的名称、文号或出处（{_number(one)} → {_number(other)}）")
    if before.statute != after.statute:
        found.append("法定节日的规定")
    return found


def _number(one: Notice | None) -> str:
    return one.number or one.title if one is not None else NONE


def _said(calendar: Calendar, years: frozenset[int]) -> dict[date, str]:
    """What is said of each day that a notice names."""
    found: dict[date, str] = {}
    for notice in calendar.notices:
        for festival, first, last in notice.off:
            days = (date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1))
            found |= {day: f"放假：{festival}" for day in days if day.year in years}
        found |= {day: WORKED for day in notice.worked if day.year in years}
    return found


def _days(before: dict[date, str], after: dict[date, str]) -> Iterator[str]:
    for day in sorted({*before, *after}):
        old, new = before.get(day, PLAIN), after.get(day, PLAIN)
        if old != new:
            yield f"{day.isoformat()}（{old} → {new}）"
