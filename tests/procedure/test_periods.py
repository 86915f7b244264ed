"""A periodic duty is met for the period an event is for, whenever it happened; several events may meet one together."""

from __future__ import annotations

import pytest

from engine.procedure.chaining import chain, reference
from tests.worlds.permits import files, package, timeline
from tests.worlds.texts import load
from tests.worlds.texts import package as resolved

WORLD = """\
单位: [{{名称: 人次}}]
状态: [未开, 营业]
事件:
  - {{名称: 开业}}
  - {{名称: 年审, 载荷: [{{名称: 年审年度, 类型: 整数, 单位: 年}}]}}
  - {{名称: 年报, 载荷: [{{名称: 年度, 类型: 整数, 单位: 年}}, {{名称: 份数, 类型: 整数, 单位: 人次}}]}}
  - {{名称: 培训, 载荷: [{{名称: 到场, 类型: 整数, 单位: 人次}}, {{名称: 主题, 类型: 文本}}]}}
  - {{名称: 催告, 载荷: [{{名称: 催告年度, 类型: 整数, 单位: 年}}]}}
  - {{名称: 月查, 载荷: [{{名称: 月份, 类型: 日期}}]}}
程序:
  - {{名称: 开业, 条款: [第一条], 当: 开业, 则: {{状态: 营业}}}}
  - {{名称: 引用, 条款: [第一条], 当: 培训, 且: [{{事件: 年审}}, {{事件: 年报}}, {{事件: 催告}}, {{事件: 月查}}], 则: {{出具: [催办函]}}}}
周期事项:
  - {{名称: 办理, 条款: [第一条], 每: {every}, 口径: {span}, 在: [营业], 期限: {due}, {how}}}
"""
OPENED = "- {编号: o, 事件: 开业, 日期: 2023-06-15}\n"
YEARLY = {"every": "年", "span": "期末", "due": "年末（年度+1年）"}
MONTHLY = {"every": "月", "span": "全期", "due": "月末（月份）"}


def world(how: str, **form: str) -> str:
    return WORLD.format(how=how, **form)


def standings(how: str, events: str, as_of: str, form: dict[str, str]) -> dict[str, str]:
    """Period -> status of its duty; both chainers agree."""
    found = package(world(how, **form))
    lives = [timeline(OPENED + events, as_of, found, chainer) for chainer in (reference.chain, chain)]
    one, other = ({d.period: d.status for d in life.duties} for life in lives)
    assert one == other
    return one


@pytest.mark.parametrize(
    ("how", "events", "expected"),
    [
        # One review of 2026, held in 2026, meets 2026 and no other year.
        (
            "履行: {事件: 年审, 条件: 年审年度为年度}",
            "- {事件: 年审, 日期: 2026-03-01, 年审年度: 2026}",
            ["逾期", "逾期", "逾期", "已履行", "未到期"],
        ),
        # A late one for 2024 meets 2024, late.
        (
            "履行: {事件: 年审, 条件: 年审年度为年度}",
            "- {事件: 年审, 日期: 2026-03-01, 年审年度: 2024}",
            ["逾期", "逾期履行", "逾期", "未到期", "未到期"],
        ),
        # The period may be named in full; so may what the event is for.
        (
            "履行: {事件: 年审, 条件: 年审年度为周期的年度}",
            "- {事件: 年审, 日期: 2027-03-01, 年审年度: 2025}",
            ["逾期", "逾期", "逾期履行", "未到期", "未到期"],
        ),
        (
            "履行: {事件: 年报, 条件: 年报的年度为周期的年度}",
            "- {事件: 年报, 日期: 2027-03-01, 年度: 2025}",
            ["逾期", "逾期", "逾期履行", "未到期", "未到期"],
        ),
        (
            "履行: {事件: 年报, 同: [年度]}",
            "- {事件: 年报, 日期: 2027-03-01, 年度: 2025}",
            ["逾期", "逾期", "逾期履行", "未到期", "未到期"],
        ),
        # An event that is for no year in particular is for the one in which it happened.
        (
            "履行: {事件: 培训, 同: [年度]}",
            "- {事件: 培训, 日期: 2025-03-01}",
            ["逾期", "逾期", "已履行", "未到期", "未到期"],
        ),
        # Its own year, written out.
        (
            "履行: {事件: 培训, 条件: 年度（事件日期）为年度+1年}",
            "- {事件: 培训, 日期: 2025-03-01}",
            ["逾期", "已履行", "逾期", "未到期", "未到期"],
        ),
        # What settles an overdue duty goes by its period too.
        (
            "履行: {事件: 年报, 同: [年度]}, 处理: {事件: 催告, 条件: 催告年度为年度}",
            "- {事件: 催告, 日期: 2027-03-01, 催告年度: 2024}",
            ["逾期", "逾期已处理", "逾期", "未到期", "未到期"],
        ),
        # Unknown is for no year.
        ("履行: {事件: 年审, 条件: 年审年度为年度}", "- {事件: 年审, 日期: 2026-03-01}", ["逾期"] * 3 + ["未到期"] * 2),
    ],
)
def test_a_duty_is_met_for_the_period_an_event_is_for(how: str, events: str, expected: list[str]) -> None:
    found = standings(how, events, "2027-06-30", YEARLY)
    assert found == dict(zip([f"{year}年" for year in range(2023, 2028)], expected, strict=True))


@pytest.mark.parametrize(
    "how",
    [
        "履行: {事件: 年审}",  # met once for all
        "履行: {事件: 年审, 同: [年度]}",  # it says for which year it is, and would be taken by its day
        "履行: {事件: 年报, 条件: 年度多于2020年}",  # whose 年度?
        "履行: {事件: 年审, 条件: 年审年度多于2020年}",  # no period at all
        "履行: {事件: 年报, 同: [年度]}, 处理: {事件: 催告}",
    ],
)
def test_what_could_mean_two_things_is_an_error(how: str) -> None:
    assert "E849" in {p.code for p in load(files(world(how, **YEARLY)))[1]}


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("履行: {事件: 培训, 同: [年度], 合计: {人数: 3人次}}", "E835"),
        ("履行: {事件: 培训, 同: [年度], 合计: {主题: 3人次}}", "E835"),
        ("履行: {事件: 培训, 同: [年度], 合计: {到场: 3日}}", "E203"),
        ("履行: {事件: 培训, 同: [年度], 次数: “三”}", "E202"),
        ("处理: {事件: 培训, 同: [年度], 次数: 2}", "E830"),
    ],
)
def test_amounts_are_checked(how: str, code: str) -> None:
    assert code in {p.code for p in load(files(world(how, **YEARLY)))[1]}


TOGETHER = "履行: {事件: 培训, 同: [年度, 月份], 次数: 2, 合计: {到场: 50人次}}"


@pytest.mark.parametrize(
    ("attended", "expected"),
    [
        ([5], "逾期"),
        ([60], "逾期"),  # once is not twice
        ([30, 19], "逾期"),
        ([30, 20], "已履行"),
        ([30, 0, 20], "已履行"),
        ([None, 60], "已履行"),  # known to be enough
        ([None, 49], "逾期"),
    ],
)
def test_several_events_meet_a_duty_together(attended: list[int | None], expected: str) -> None:
    events = "".join(
        f"- {{事件: 培训, 日期: 2023-07-{day:02}{'' if n is None else f', 到场: {n}'}}}\n"
        for day, n in enumerate(attended, 1)
    )
    found = standings(TOGETHER, events, "2023-08-20", MONTHLY)
    assert found == {"2023年7月": expected, "2023年8月": "未到期"}
    life = timeline(OPENED + events, "2023-08-20", package(world(TOGETHER, **MONTHLY)))
    unsure = any(n is None for n in attended) and expected == "逾期"
    assert ["W851" in c.code for c in life.cautions] == [True] * unsure
    met = [d.met_by.day.day for d in life.duties if d.met_by]
    assert met == ([len(attended)] if expected == "已履行" else [])


def test_the_first_month_by_each_reading() -> None:
    """Opened on 15 June: whole months only, months it was open at the end of, or on any day."""
    how = "履行: {事件: 培训, 同: [年度, 月份]}"
    for span, first in (("全期", "2023年7月"), ("期末", "2023年6月"), ("期内", "2023年6月")):
        assert next(iter(standings(how, "", "2023-08-20", {**MONTHLY, "span": span}))) == first


def test_a_reading_may_change_when_a_duty_arises() -> None:
    how = "履行: {事件: 培训, 同: [年度, 月份]}"
    changed = resolved(files(world(how, **MONTHLY)), overlay="周期口径: {办理: 期内}\n")
    life = timeline(OPENED, "2023-06-20", changed)
    assert [d.period for d in life.duties] == ["2023年6月"]
    _, problems = load(files(world(how, **MONTHLY)), overlay="周期口径: {没有: 期内}\n")
    assert [p.code for p in problems] == ["E316"]


CHECKED = "- {编号: a, 事件: 培训, 日期: 2023-08-01}\n- {编号: b, 事件: 培训, 日期: 2024-03-31}\n"
BY_DAY = "履行: {事件: 培训, 条件: 事件日期不早于期初且事件日期不晚于期末}"


@pytest.mark.parametrize(
    ("every", "how", "expected"),
    [
        (
            "季",
            "履行: {事件: 培训, 同: [年度, 季度]}",
            {"2023年第2季度": "逾期", "2023年第3季度": "已履行", "2023年第4季度": "逾期", "2024年第1季度": "已履行"},
        ),
        (
            "半年",
            "履行: {事件: 培训, 同: [年度, 半年度]}",
            {"2023年上半年": "逾期", "2023年下半年": "已履行", "2024年上半年": "已履行"},
        ),
        ("半年", BY_DAY, {"2023年上半年": "逾期", "2023年下半年": "已履行", "2024年上半年": "已履行"}),
        (
            "2个月",
            BY_DAY,
            {
                "2023年5月至6月": "逾期",
                "2023年7月至8月": "已履行",
                "2023年9月至10月": "逾期",
                "2023年11月至12月": "逾期",
                "2024年1月至2月": "逾期",
                "2024年3月至4月": "已履行",
            },
        ),
        ("2年, 起算: 2022年", BY_DAY, {"2022—2023年": "已履行", "2024—2025年": "已履行"}),
        ("3年, 起算: 2020", BY_DAY, {"2023—2025年": "已履行"}),
        ("18个月, 起算: 2023年", BY_DAY, {"2023年1月至2024年6月": "已履行"}),
        # From the day it was opened on, and in the second stay anew.
        (
            "半年, 起算: 进入",
            BY_DAY,
            {"2023-06-15 至 2023-12-14": "已履行", "2023-12-15 至 2024-06-14": "已履行"},
        ),
        (
            "3个月, 起算: 进入",
            "履行: {事件: 培训, 条件: 事件日期不早于期初且事件日期不晚于月后（期末，2个月）}",
            {
                "2023-06-15 至 2023-09-14": "已履行",
                "2023-09-15 至 2023-12-14": "逾期",
                "2023-12-15 至 2024-03-14": "逾期履行",
                "2024-03-15 至 2024-06-14": "已履行",
            },
        ),
    ],
)
def test_a_duty_comes_back_in_every_cycle(every: str, how: str, expected: dict[str, str]) -> None:
    """On 31 March 2024; opened on 15 June 2023."""
    assert standings(how, CHECKED, "2024-03-31", {"every": every, "span": "期末", "due": "期末"}) == expected


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ("期末", ["2023-06-15 至 2023-09-14", "2024-01-31 至 2024-04-29"]),
        ("全期", ["2023-06-15 至 2023-09-14", "2024-01-31 至 2024-04-29"]),
        ("期内", ["2023-06-15 至 2023-09-14", "2023-09-15 至 2023-12-14", "2024-01-31 至 2024-04-29"]),
    ],
)
def test_every_stay_has_periods_of_its_own(span: str, expected: list[str]) -> None:
    """Closed on 1 October, opened again on 31 January: periods end before the corresponding day (30 April)."""
    closing = "  - {名称: 停, 条款: [第一条], 当: 催告, 则: {状态: 未开}}\n周期事项:"
    form = {"every": "3个月, 起算: 进入", "span": span, "due": "期末"}
    found = package(world(BY_DAY, **form).replace("周期事项:", closing))
    events = "- {事件: 催告, 日期: 2023-10-01}\n- {编号: p, 事件: 开业, 日期: 2024-01-31}\n"
    assert [d.period for d in timeline(OPENED + events, "2024-04-29", found).duties] == expected


@pytest.mark.parametrize(
    ("every", "how", "code"),
    [
        ("旬", BY_DAY, "E830"),
        ("3年", BY_DAY, "E830"),  # which of the years?
        ("5个月", BY_DAY, "E830"),
        ("年, 起算: 去年", BY_DAY, "E830"),
        ("3年, 起算: 进入", "履行: {事件: 培训, 同: [年度]}", "E835"),
        ("2年, 起算: 2022年", "履行: {事件: 培训, 同: [年度]}", "E835"),
        ("季", "履行: {事件: 培训, 同: [年度]}", "E849"),  # once a year is not once a quarter
        ("月", "履行: {事件: 培训, 同: [年度]}", "E849"),
        ("季", "履行: {事件: 培训}", "E849"),
    ],
)
def test_a_cycle_that_cannot_be_told_is_refused(every: str, how: str, code: str) -> None:
    form = {"every": every, "span": "期末", "due": "期末"}
    assert code in {p.code for p in load(files(world(how, **form)))[1]}
