"""Closures: constants, calendars, results out of range, reasons for unknowns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pytest

from engine.base.calendar import Calendar, Consulted, Notice
from engine.language.tree import Value
from engine.lowered.closures import CONSULTED, Context, compile_node
from tests.worlds.sentences import CALENDAR, CONTEXT, SLOTS, TABLES, evaluate, typed, values_of, why

ASKED = {**SLOTS, CONSULTED: len(SLOTS)}
MAY_DAY = Notice(
    2026, "", "", date(2025, 11, 4), "", (("劳动节", date(2026, 5, 1), date(2026, 5, 5)),), (date(2026, 5, 9),)
)


def asking(consulted: Consulted | None, facts: Mapping[str, Value] = MappingProxyType({})) -> list[Any]:
    """The values of `facts`, and a place for what is read of the calendar."""
    return [*values_of(facts), consulted]


def test_constants_are_inlined() -> None:
    context = replace(CONTEXT, slots={"活动场次": 0}, constants={"活动场次下限": Decimal(12)})
    run = compile_node(typed("活动场次不少于活动场次下限÷2"), context)
    assert [run([Decimal(n)], None) for n in (5, 6)] == [False, True]
    assert run([None], None) is None


def test_an_undetermined_parameter_is_unknown() -> None:
    context = replace(CONTEXT, constants={"活动场次下限": None})
    for text in ("活动场次不少于活动场次下限", "活动场次下限不超过活动场次"):
        assert compile_node(typed(text), context)(values_of({"活动场次": Decimal(5)}), None) is None
    run = compile_node(typed("活动场次属于［12场、活动场次下限］"), context)
    assert run(values_of({"活动场次": Decimal(12)}), None) is True


def test_working_days_follow_the_notice_and_tell_what_is_provisional() -> None:
    run = compile_node(
        typed("工作日后（送达日，3个工作日）"), replace(CONTEXT, slots=ASKED, calendar=Calendar("国", (MAY_DAY,)))
    )
    consulted = Consulted()
    assert run(asking(consulted, {"送达日": date(2026, 4, 30)}), None) == date(2026, 5, 8)
    assert run(asking(consulted), None) is None
    assert (consulted.years, list(consulted.estimates)) == ({2026}, [])
    assert run(asking(consulted, {"送达日": date(2027, 4, 30)}), None) == date(2027, 5, 5)
    assert consulted.years == {2026, 2027}
    assert ["2027年" in reason for reason in consulted.estimates] == [True]


def test_a_constant_reads_the_calendar_at_each_run() -> None:
    run = compile_node(typed("顺延（2030-01-05）"), replace(CONTEXT, slots=ASKED))
    for _ in range(2):
        consulted = Consulted()
        assert run(asking(consulted), None) == date(2030, 1, 7)
        assert (consulted.years, len(consulted.estimates)) == ({2030}, 1)


def test_nobody_need_ask_what_is_read_of_the_calendar() -> None:
    for slots in (SLOTS, ASKED):
        run = compile_node(typed("顺延（2030-01-05）"), replace(CONTEXT, slots=slots))
        assert run(asking(None), None) == date(2030, 1, 7)


@pytest.mark.parametrize(
    ("text", "facts", "call", "reason"),
    [
        ("日后（送达日，1.5天）", {"送达日": date(2026, 1, 1)}, "日后（送达日，1.5天）", "须为整数"),
        (
            "年后（送达日，9000年）早于成立日期",
            {"送达日": date(2026, 1, 1)},
            "年后（送达日，9000年）",
            "日期超出公元1年至9999年",
        ),
        ("年初（0年）", {}, "年初（0年）", "结果超出可以表示的范围"),
        ("四舍五入（1，11）", {}, "四舍五入（1，11）", "保留位数须在0至10之间"),
        ("工作日后（送达日，1÷3）", {"送达日": date(2026, 1, 1)}, "工作日后（送达日，1÷3）", "须为整数"),
    ],
)
def test_out_of_range(text: str, facts: dict[str, Value], call: str, reason: str) -> None:
    assert why(typed(text), facts) == [(call, reason)]
    assert evaluate(text, facts) is None


def test_what_cannot_be_represented_is_unknown_where_it_stands_and_no_further() -> None:
    text = "年后（送达日，9000年）早于成立日期"
    assert evaluate(f"{text}，或独立场地", {"送达日": date(2026, 1, 1), "独立场地": True}) is True
    assert evaluate(f"{text}，且独立场地", {"送达日": date(2026, 1, 1), "独立场地": False}) is False


@pytest.mark.parametrize("factor", ["×9999999999", "÷3×7999999999"])
def test_numbers_do_not_grow_without_end(factor: str) -> None:
    """Derived quantities may rest on one another, so growth is not bounded by one sentence."""
    run = compile_node(typed("满意率" + factor * 15), CONTEXT)
    value: Value = Decimal("1.1")
    for _ in range(40):
        value = run(values_of({"满意率": value}), None)
    assert value is None


def test_thirds_are_exact() -> None:
    assert evaluate("1÷3", {}) == Fraction(1, 3)
    assert evaluate("1÷3+1÷6", {}) == Decimal("0.5")
    assert isinstance(evaluate("1÷3+1÷6", {}), Decimal)
    assert evaluate("1÷3×3为1", {}) is True


@pytest.mark.parametrize(
    ("text", "facts", "calls"),
    [
        ("线上人次÷线下人次不少于50%", {"线上人次": Decimal(1), "线下人次": Decimal(0)}, [("线上人次÷线下人次", "除数为零")]),
        ("线上人次÷线下人次不少于50%", {"线上人次": Decimal(1)}, []),
        ("最大（活动台账.服务人次）超过3人次", {"活动台账": TABLES["空表"]}, [("最大（活动台账.服务人次）", "没有符合条件的记录")]),
        ("最大（活动台账.服务人次）超过3人次", {"活动台账": TABLES["缺人次"]}, []),
        ("平均（活动台账.服务人次，服务人次超过99人次）", {"活动台账": TABLES["三条"]},
         [("平均（活动台账.服务人次，服务人次超过99人次）", "没有符合条件的记录")]),
        ("逐月最少（活动台账.活动日期，2026-03-01，2026-01-31）", {"活动台账": TABLES["三条"]},
         [("逐月最少（活动台账.活动日期，2026-03-01，2026-01-31）", "起日晚于止日")]),
    ],
)  # fmt: skip
def test_unknown_although_all_is_known(text: str, facts: dict[str, Value], calls: list[tuple[str, str]]) -> None:
    assert why(typed(text), facts) == calls
    assert not calls or evaluate(text, facts) is None


def test_a_missing_slot_is_our_mistake_not_an_unknown() -> None:
    with pytest.raises(KeyError):
        compile_node(typed("活动场次不少于12场"), Context({}, CALENDAR))
