"""A calendar that was altered is told to the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from engine.base.calendar import Calendar, Notice
from engine.base.calendar_differences import days_differing
from engine.policy.calendar_data import load_calendar

FOUND = load_calendar()
YEAR = max(notice.year for notice in FOUND.notices)


def changed(**changes: Any) -> Calendar:
    return replace(
        FOUND,
        notices=tuple(replace(one, **changes) if one.year == YEAR else one for one in FOUND.notices),
    )


def notice() -> Notice:
    return next(one for one in FOUND.notices if one.year == YEAR)


def test_nothing_differs() -> None:
    assert days_differing(FOUND, FOUND, [YEAR]) == []


def test_one_holiday_less_and_one_day_worked_more() -> None:
    off = notice().off
    festival, first, last = off[-1]
    less = changed(off=(*off[:-1], (festival, first, date.fromordinal(last.toordinal() - 1))))
    assert days_differing(FOUND, less, [YEAR]) == [f"{last.isoformat()}（放假：{festival} → 没有规定）"]
    more = changed(worked=(*notice().worked, date(YEAR, 6, 6)))
    assert days_differing(FOUND, more, [YEAR]) == [f"{YEAR}-06-06（没有规定 → 上班）"]
    assert days_differing(FOUND, more, [YEAR - 1]) == []


def test_what_is_no_day() -> None:
    assert "文号" in days_differing(FOUND, changed(number="别的"), [YEAR])[0]
    gone = replace(FOUND, notices=tuple(one for one in FOUND.notices if one.year != YEAR))
    told = days_differing(FOUND, gone, [YEAR])
    assert told[-1].endswith("→ 没有收录）")
    assert len(told) > 10
    assert days_differing(FOUND, replace(FOUND, statute=None), []) == ["法定节日的规定"]
