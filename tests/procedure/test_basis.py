"""What a timeline rests on: the rules, the years its periods ran through, and everything entered up to the day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.basis import differences, from_plain, to_plain
from engine.procedure.compiled import compile_procedure
from engine.procedure.entries import history_digest
from engine.procedure.history import Entry, History, Withdrawal
from engine.procedure.replay import replay
from engine.procedure.timeline import Timeline
from tests.procedure.fuzhou import fuzhou, last_day, procedure
from tests.procedure.scripts import bent, scripted_histories

LIFE: History = next(iter(scripted_histories(7, 8)))
FIRST = next(item for item in LIFE.items if isinstance(item, Entry) and item.payload)
KEY = next(iter(FIRST.payload))
DAY = last_day(LIFE)


def seen(history: History, day: date = DAY) -> Timeline:
    return replay(procedure(), history, day)


def instead(new: Entry) -> History:
    return replace(LIFE, items=tuple(new if item.id == new.id else item for item in LIFE.items))


def withdrawn(reason: str) -> History:
    return replace(LIFE, items=(*LIFE.items, Withdrawal("撤1", FIRST.id, DAY, reason)))


VARIED: dict[str, History] = {
    "载荷": instead(replace(FIRST, payload={**FIRST.payload, KEY: "另一个"})),
    "少一项载荷": instead(replace(FIRST, payload={k: v for k, v in FIRST.payload.items() if k != KEY})),
    "日期": instead(replace(FIRST, day=FIRST.day - timedelta(1))),
    "录入日期": instead(replace(FIRST, entered=FIRST.day + timedelta(9))),
    "案卷": instead(replace(FIRST, case="另一卷")),
    "没有录入": LIFE.without(FIRST.id),
    "撤回": withdrawn("录错了"),
    "名称": replace(LIFE, title="另一名称"),
}


@pytest.mark.parametrize("name", VARIED)
def test_one_entry_is_varied(name: str) -> None:
    before, after = seen(LIFE).basis, seen(VARIED[name]).basis
    assert [one.part for one in differences(before, after) if one.part != "日历"] == ["事实"]


def test_the_reason_of_a_withdrawal_and_the_order_of_entering_count() -> None:
    one, other = withdrawn("录错了"), withdrawn("重复")
    assert seen(one).basis != seen(other).basis
    turned = replace(LIFE, items=tuple(reversed(LIFE.items)))
    assert history_digest(turned, DAY) != history_digest(LIFE, DAY)


def test_what_happened_later_does_not_count_yet() -> None:
    later = Entry("后1", FIRST.event, DAY + timedelta(1), FIRST.payload)
    more = replace(LIFE, items=(*LIFE.items, later, Withdrawal("撤9", "后1")))
    assert seen(more).basis == seen(LIFE).basis
    assert [one.part for one in differences(seen(LIFE).basis, seen(more, DAY + timedelta(1)).basis)] == [
        "事实",
        "基准日",
    ]


def test_the_calendar_counts_by_the_years_that_were_read() -> None:
    before = seen(LIFE)
    assert before.basis.years
    changed: dict[str, Callable[[int], bool]] = {
        "用": before.basis.years.__contains__,
        "未用": lambda year: year == 2024,
    }
    for name, chosen in changed.items():
        notices = tuple(
            replace(n, off=(*n.off, ("临时", date(n.year, 3, 9), date(n.year, 3, 9)))) if chosen(n.year) else n
            for n in fuzhou().calendar.notices
        )
        other = compile_procedure(replace(fuzhou(), calendar=replace(fuzhou().calendar, notices=notices)))
        after = replay(other, LIFE, DAY)
        used = any(chosen(year) for year in before.basis.years)
        assert [one.part for one in differences(before.basis, after.basis)] == (["日历"] if used else []), name


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(2024, 2026), st.integers(1, 365))
def test_a_timeline_of_the_same_basis_is_the_same(seed: int, year: int, ordinal: int) -> None:
    """A day off more, in whatever year: where the timeline is another one, its basis is."""
    history = bent(seed)
    day, other = last_day(history), date(year, 1, 1) + timedelta(ordinal - 1)
    known = fuzhou().calendar
    notices = tuple(replace(n, off=(*n.off, ("临时", other, other))) if n.year == year else n for n in known.notices)
    changed = compile_procedure(replace(fuzhou(), calendar=replace(known, notices=notices)))
    before, after = replay(procedure(), history, day), replay(changed, history, day)
    assert before.basis != after.basis or before == after
    assert from_plain(to_plain(before.basis)) == before.basis
