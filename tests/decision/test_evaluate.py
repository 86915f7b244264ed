"""Compilation: constants, calendars, results out of range, reasons for unknowns; and what trees say of themselves."""

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
from engine.decision.evaluate import CONSULTED, Context, OutOfRange, compile_node, undefined
from engine.language.printer import print_node
from engine.language.tree import Value
from engine.language.walk import leaves, presence_only, thresholds
from tests.language.sample import CALENDAR, CONTEXT, SLOTS, TABLES, evaluate, typed, values_of

ASKED = {**SLOTS, CONSULTED: len(SLOTS)}
MAY_DAY = Notice(
    2026, "", "", date(2025, 11, 4), "", (("劳动节", date(2026, 5, 1), date(2026, 5, 5)),), (date(2026, 5, 9),)
)


def asking(consulted: Consulted | None, facts: Mapping[str, Value] = MappingProxyType({})) -> list[Any]:
    """The values of `facts`, and a place for what is read of the calendar."""
    return [*values_of(facts), consulted]


def test_constants_are_inlined() -> None:
    context = replace(CONTEXT, constants={"活动场次下限": Decimal(12)})
    slots = {"活动场次": 0}
    run = compile_node(typed("活动场次不少于活动场次下限÷2"), slots, CALENDAR, context)
    assert [run([Decimal(n)], None) for n in (5, 6)] == [False, True]
    assert run([None], None) is None


def test_an_undetermined_parameter_is_unknown() -> None:
    context = replace(CONTEXT, constants={"活动场次下限": None})
    for text in ("活动场次不少于活动场次下限", "活动场次下限不超过活动场次"):
        assert compile_node(typed(text), SLOTS, CALENDAR, context)(values_of({"活动场次": Decimal(5)}), None) is None
    run = compile_node(typed("活动场次属于［12场、活动场次下限］"), SLOTS, CALENDAR, context)
    assert run(values_of({"活动场次": Decimal(12)}), None) is True


def test_working_days_follow_the_notice_and_tell_what_is_provisional() -> None:
    run = compile_node(typed("工作日后（送达日，3个工作日）"), ASKED, Calendar("国", (MAY_DAY,)), CONTEXT)
    consulted = Consulted()
    assert run(asking(consulted, {"送达日": date(2026, 4, 30)}), None) == date(2026, 5, 8)
    assert run(asking(consulted), None) is None
    assert (consulted.years, list(consulted.estimates)) == ({2026}, [])
    assert run(asking(consulted, {"送达日": date(2027, 4, 30)}), None) == date(2027, 5, 5)
    assert consulted.years == {2026, 2027}
    assert ["2027年" in reason for reason in consulted.estimates] == [True]


def test_a_constant_reads_the_calendar_at_each_run() -> None:
    run = compile_node(typed("顺延（2030-01-05）"), ASKED, CALENDAR, CONTEXT)
    for _ in range(2):
        consulted = Consulted()
        assert run(asking(consulted), None) == date(2030, 1, 7)
        assert (consulted.years, len(consulted.estimates)) == ({2030}, 1)


def test_nobody_need_ask_what_is_read_of_the_calendar() -> None:
    for slots in (SLOTS, ASKED):
        run = compile_node(typed("顺延（2030-01-05）"), slots, CALENDAR, CONTEXT)
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
    with pytest.raises(OutOfRange) as caught:
        evaluate(text, facts)
    assert (print_node(caught.value.node), caught.value.reason) == (call, reason)


@pytest.mark.parametrize("factor", ["×9999999999", "÷3×7999999999"])
def test_numbers_do_not_grow_without_end(factor: str) -> None:
    with pytest.raises(OutOfRange):
        _grow("占比" + factor * 15)


def _grow(text: str) -> None:
    """Derived quantities may rest on one another, so growth is not bounded by one sentence."""
    run = compile_node(typed(text), SLOTS, CALENDAR, CONTEXT)
    value: Value = Decimal("1.1")
    for _ in range(40):
        value = run(values_of({"占比": value}), None)
    assert value is not None


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
    found = undefined(typed(text), SLOTS, CALENDAR, CONTEXT, values_of(facts))
    assert [(print_node(node), reason) for node, reason in found] == calls
    assert not calls or evaluate(text, facts) is None


def test_a_missing_slot_is_our_mistake_not_an_unknown() -> None:
    with pytest.raises(KeyError):
        compile_node(typed("活动场次不少于12场"), {}, CALENDAR, Context())


# Walks


@pytest.mark.parametrize(
    ("text", "names", "presence"),
    [
        ("人数不少于3人，且机构类型为行业型", ("人数", "机构类型"), ()),
        ("已填（人数），且活动场次不少于活动场次下限", ("人数", "活动场次", "活动场次下限"), ("人数",)),
        ("已填（人数），且人数不少于3人", ("人数",), ()),
        ("合计（活动台账.服务人次，属于年度（活动日期，统计年度））不少于3人次", ("活动台账", "统计年度"), ()),
        ("全部满足（准入条件），且适用（场地条件）", ("准入条件", "场地条件"), ()),
        ("结论（准入审查）为准予或分项得分（年度得分，活动成效）超过3分", ("准入审查", "年度得分"), ()),
    ],
)
def test_leaves(text: str, names: tuple[str, ...], presence: tuple[str, ...]) -> None:
    assert leaves(typed(text)) == names
    assert presence_only(typed(text)) == presence


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("活动场次不少于12场", {"活动场次": ["≥ 12场"]}),
        ("活动场次下限少于活动场次", {"活动场次下限": ["< 活动场次"], "活动场次": ["> 活动场次下限"]}),
        ("非（活动场次不少于12场且独立场地）", {"活动场次": ["< 12场"], "独立场地": ["= 否"]}),
        ("若独立场地，则人数超过3人，否则人数超过5人", {"独立场地": ["= 是"], "人数": ["> 3人", "> 5人"]}),
        ("机构类型不属于［行业型、创业型］", {"机构类型": ["不属于 ［行业型、创业型］"]}),
        ("人数+1人超过3人", {}),
        ("存在（活动台账，服务人次超过3人次）", {}),
    ],
)
def test_thresholds(text: str, bounds: dict[str, list[str]]) -> None:
    found = {n: [f"{op} {print_node(other)}" for op, other in pairs] for n, pairs in thresholds(typed(text)).items()}
    assert found == bounds
