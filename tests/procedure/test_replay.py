"""Replay of small histories under the toy procedure: states, effects, duties, refusals."""

from __future__ import annotations

from datetime import date

import pytest

from engine.base.problem import Refused
from engine.procedure.chaining import chain, reference
from engine.procedure.compiled import compile_procedure
from engine.procedure.duties import Chain
from engine.procedure.history import Entry, History
from engine.procedure.replay import replay
from engine.procedure.timeline import what_changed
from tests.worlds.permits import PARAMETERS, PROCEDURE, package, read, timeline
from tests.worlds.texts import package as tiny_package

APPLIED = "- {编号: a, 事件: 申请, 日期: 2026-06-01, 编码: 甲}\n"
GRANTED = APPLIED + "- {编号: b, 事件: 结论, 日期: 2026-06-03, 编码: 甲, 批复: 准}\n"


def standing(text: str, as_of: str, name: str) -> list[tuple[str, str | None, str]]:
    """(status, due, period) of the duties of a name."""
    found = [d for d in timeline(text, as_of).duties if d.name == name]
    return [(d.status, d.due.isoformat() if d.due else None, d.period) for d in found]


@pytest.mark.parametrize(
    ("events", "as_of", "state", "rules", "documents"),
    [
        ("[]", "2026-06-01", "未办", [], []),
        (APPLIED, "2026-05-31", "未办", [], []),
        (APPLIED, "2026-06-01", "办理中", ["受理"], []),
        (APPLIED.replace("甲}", "甲, 加急: 是}"), "2026-06-01", "办理中", ["受理", "加急处理"], ["催办函"]),
        (GRANTED, "2026-06-03", "有效", ["受理", "准予", "登记", "立卷"], ["决定书"]),
        (GRANTED.replace("甲", "免"), "2026-06-03", "有效", ["受理", "准予"], ["决定书"]),
        (GRANTED.replace("批复: 准", "批复: 不准"), "2026-06-03", "办理中", ["受理"], []),  # 加急 is unknown
        (
            GRANTED.replace("批复: 准", "批复: 不准").replace("甲}\n- ", "甲, 加急: 否}\n- "),
            "2026-06-03",
            "未办",
            ["受理", "不准"],
            ["决定书"],
        ),
        (GRANTED + "- {编号: c, 事件: 吊销, 日期: 2026-06-03}", "2026-06-03", "失效", None, ["决定书"]),
        # a rule that asks for a state neither moves nor does anything else in another one
        (
            GRANTED.replace("- {编号: b", "- {编号: c, 事件: 吊销, 日期: 2026-06-02}\n- {编号: b"),
            "2026-06-03",
            "失效",
            ["受理", "吊销"],
            [],
        ),
        # joins look back only, and the unknown equals nothing
        (
            "- {事件: 异议办结, 日期: 2026-06-01, 编码: 一}\n- {事件: 异议, 日期: 2026-06-02, 编码: 一}",
            "2026-06-03",
            "未办",
            ["再议"],
            ["催办函"],
        ),
        (
            "- {事件: 异议, 日期: 2026-06-01, 编码: 一}\n- {事件: 异议办结, 日期: 2026-06-02, 编码: 一}",
            "2026-06-03",
            "未办",
            [],
            [],
        ),
        (
            "- {事件: 异议办结, 日期: 2026-06-01, 编码: 一}\n- {事件: 异议, 日期: 2026-06-02, 编码: 二}",
            "2026-06-03",
            "未办",
            [],
            [],
        ),
        ("- {事件: 异议办结, 日期: 2026-06-01}\n- {事件: 异议, 日期: 2026-06-02}", "2026-06-03", "未办", [], []),
    ],
)
def test_states_rules_and_documents(
    events: str, as_of: str, state: str, rules: list[str] | None, documents: list[str]
) -> None:
    found = timeline(events, as_of)
    assert found.state == state
    assert [d.document for d in found.documents] == documents
    if rules is not None:
        assert [e.rule for e in found.effects] == rules


def test_effects_say_why() -> None:
    found = timeline(GRANTED.replace("批复: 准", "批复: 不准").replace("甲}\n- ", "甲, 加急: 否}\n- "), "2026-06-03")
    assert [(e.rule, e.event.id, e.joined, e.clauses) for e in found.effects] == [
        ("受理", "a", (), ("第一条",)),
        ("不准", "b", ("a",), ("第一条",)),
    ]
    filed = next(e for e in timeline(GRANTED, "2026-06-03").effects if e.rule == "立卷")
    assert filed.through == ("准予", "登记")


@pytest.mark.parametrize(
    ("events", "as_of", "name", "expected"),
    [
        (APPLIED, "2026-06-08", "作结论", [("未到期", "2026-06-08", "")]),
        (APPLIED, "2026-06-09", "作结论", [("逾期", "2026-06-08", "")]),
        (GRANTED, "2026-06-09", "作结论", [("已履行", "2026-06-08", "")]),
        # the last day is within the period (民法典 203): on it is in time, the day after is late
        (GRANTED.replace("06-03", "06-08"), "2026-06-08", "作结论", [("已履行", "2026-06-08", "")]),
        (GRANTED.replace("06-03", "06-09"), "2026-06-09", "作结论", [("逾期履行", "2026-06-08", "")]),
        (GRANTED.replace("06-03", "06-10"), "2026-06-10", "作结论", [("逾期履行", "2026-06-08", "")]),
        (
            GRANTED.replace("b, 事件: 结论", "b, 事件: 异议").replace(", 批复: 准", ""),
            "2026-06-05",
            "作结论",
            [("未到期", "2026-06-08", "")],
        ),
        (GRANTED + "- {事件: 整改通知, 日期: 2026-06-10}", "2026-07-10", "整改", [("期限未定", None, "")]),
        (GRANTED + "- {事件: 整改通知, 日期: 2026-06-10}", "2026-06-20", "申诉", [("未到期", "2026-06-20", "")]),
        (GRANTED + "- {事件: 整改通知, 日期: 2026-06-10}", "2026-06-21", "申诉", [("已过期", "2026-06-20", "")]),
        (
            GRANTED + "- {事件: 异议办结, 日期: 2026-06-09}\n- {事件: 整改通知, 日期: 2026-06-10}",
            "2026-07-10",
            "整改",
            [("期限未定", None, "")],
        ),
        (
            GRANTED + "- {事件: 整改通知, 日期: 2026-06-10}\n- {事件: 异议办结, 日期: 2026-06-10}",
            "2026-07-10",
            "整改",
            [("已履行", None, "")],
        ),
        (GRANTED + "- {事件: 吊销, 日期: 2026-06-30}", "2026-07-30", "月访", [("已终止", "2026-06-30", "2026年6月")]),
        (GRANTED, "2026-06-04", "立卷归档", [("待办", None, "")]),
        # periods: granted on 3 June, so not through June
        (GRANTED, "2026-08-10", "月检", [("逾期", "2026-07-31", "2026年7月"), ("未到期", "2026-08-31", "2026年8月")]),
        (GRANTED, "2026-06-30", "月检", []),
        (GRANTED, "2026-06-30", "月访", [("未到期", "2026-06-30", "2026年6月")]),
        (GRANTED + "- {事件: 吊销, 日期: 2026-06-20}", "2026-07-30", "月访", [("已终止", "2026-06-30", "2026年6月")]),
        (GRANTED, "2026-12-31", "交年报", [("未到期", "2027-01-31", "2026年")]),
        (GRANTED, "2027-02-01", "交年报", [("逾期", "2027-01-31", "2026年"), ("未到期", "2028-01-31", "2027年")]),
        (
            GRANTED + "- {事件: 年报, 日期: 2026-12-20, 年度: 2026}",
            "2026-12-31",
            "交年报",
            [("已履行", "2027-01-31", "2026年")],
        ),
        (
            GRANTED + "- {事件: 年报, 日期: 2027-02-03, 年度: 2026}",
            "2027-02-03",
            "交年报",
            [("逾期履行", "2027-01-31", "2026年"), ("未到期", "2028-01-31", "2027年")],
        ),
        (
            GRANTED + "- {事件: 年报, 日期: 2026-12-20, 年度: 2025}",
            "2026-12-31",
            "交年报",
            [("未到期", "2027-01-31", "2026年")],
        ),
        (GRANTED + "- {事件: 吊销, 日期: 2026-12-31}", "2027-03-01", "交年报", []),
        (GRANTED + "- {事件: 吊销, 日期: 2027-01-02}", "2027-03-01", "交年报", [("已终止", "2027-01-31", "2026年")]),
    ],
)
def test_duties(events: str, as_of: str, name: str, expected: list[tuple[str, str | None, str]]) -> None:
    assert standing(events, as_of, name) == expected


WHOLE_YEARS = PROCEDURE.replace("每: 年, 期限:", "每: 年, 口径: 全期, 期限:")
PART_YEARS = PROCEDURE.replace("每: 年, 期限:", "每: 年, 口径: 期内, 期限:")
FIRST, LAST = GRANTED.replace("2026-06", "2026-01"), GRANTED.replace("2026-06", "2025-12")


@pytest.mark.parametrize(
    ("rules", "events", "as_of", "years"),
    [
        # granted on 3 January: 2026 is no whole year
        (WHOLE_YEARS, FIRST, "2026-12-31", []),
        (WHOLE_YEARS, FIRST, "2027-12-31", ["2027年"]),
        # granted on 31 December 2025: from 1 January on, every year is whole
        (WHOLE_YEARS, LAST.replace("2025-12-03", "2025-12-31"), "2026-12-31", ["2026年"]),
        (WHOLE_YEARS, LAST + "- {事件: 吊销, 日期: 2027-01-01}", "2027-12-31", ["2026年"]),
        (WHOLE_YEARS, LAST + "- {事件: 吊销, 日期: 2026-12-31}", "2027-12-31", []),
        # the first and the last day of a year are part of it
        (PART_YEARS, LAST.replace("2025-12-03", "2025-12-31"), "2025-12-31", ["2025年"]),
        (PART_YEARS, LAST + "- {事件: 吊销, 日期: 2026-01-01}", "2026-12-31", ["2025年"]),
        (PART_YEARS, LAST + "- {事件: 吊销, 日期: 2026-01-02}", "2026-12-31", ["2025年", "2026年"]),
    ],
)
def test_a_year_is_counted_from_its_first_day_to_its_last(
    rules: str, events: str, as_of: str, years: list[str]
) -> None:
    """A yearly duty bound to the wrong year is owed by someone who does not owe it, or by nobody."""
    found = timeline(events, as_of, package(rules)).duties
    assert [duty.period for duty in found if duty.name == "交年报"] == years


@pytest.mark.parametrize(("last", "told"), [("2126-12-31", True), ("2127-01-01", False)])
def test_a_century_of_periods_is_told_and_no_more(last: str, told: bool) -> None:
    """A mistyped year must not bring about periods without end."""
    if told:
        assert timeline(GRANTED, last).state == "有效"
        return
    with pytest.raises(Refused) as refused:
        timeline(GRANTED, last)
    assert [problem.code for problem in refused.value.problems] == ["E840"]


def test_duties_say_what_they_rest_on() -> None:
    duty = next(
        d for d in timeline(GRANTED + "- {事件: 整改通知, 日期: 2026-06-10}", "2026-07-10").duties if d.name == "整改"
    )
    assert duty.unset == "`整改天数` 未定，由某局确定"
    done = next(d for d in timeline(GRANTED, "2026-06-09").duties if d.name == "作结论")
    assert done.provisional == "暂估：2026年的放假调休安排未公布或未收录，按周一至周五估算"
    assert done.met_by is not None
    assert done.met_by.id == "b"


SETTLING = PROCEDURE.replace(
    "履行: {事件: 结论, 同: [编码]},", "履行: {事件: 结论, 同: [编码]}, 处理: {事件: 异议办结, 同: [编码]},"
).replace(
    "期限: 月末（月份）, 在: [有效]}\n  - {名称: 月访",
    "期限: 月末（月份）, 在: [有效], 处理: {事件: 年报, 同: [年度], 条件: 年度多于2025年}}\n  - {名称: 月访",
)


@pytest.mark.parametrize(
    ("events", "as_of", "name", "expected"),
    [
        # Due on 8 June; what happens on that day is no answer to a duty that is late.
        (
            APPLIED + "- {编号: z, 事件: 异议办结, 日期: 2026-06-08, 编码: 甲}",
            "2026-06-09",
            "作结论",
            [("逾期", "", True)],
        ),
        (
            APPLIED + "- {编号: z, 事件: 异议办结, 日期: 2026-06-09, 编码: 甲}",
            "2026-06-09",
            "作结论",
            [("逾期已处理", "z", False)],
        ),
        (
            APPLIED + "- {编号: z, 事件: 异议办结, 日期: 2026-06-09, 编码: 乙}",
            "2026-06-09",
            "作结论",
            [("逾期", "", True)],
        ),
        (
            APPLIED
            + "- {编号: y, 事件: 异议办结, 日期: 2026-06-05, 编码: 甲}\n- {编号: z, 事件: 异议办结, 日期: 2026-06-10, 编码: 甲}",
            "2026-06-10",
            "作结论",
            [("逾期已处理", "z", False)],
        ),
        (
            GRANTED.replace("06-03", "06-10") + "- {编号: z, 事件: 异议办结, 日期: 2026-06-09, 编码: 甲}",
            "2026-06-10",
            "作结论",
            [("逾期履行", "", False)],
        ),
        (
            GRANTED + "- {编号: z, 事件: 年报, 日期: 2026-08-10, 年度: 2026}",
            "2026-08-15",
            "月检",
            [("逾期已处理", "z", False), ("未到期", "", False)],
        ),
        (
            GRANTED + "- {编号: z, 事件: 年报, 日期: 2026-08-10, 年度: 2025}",
            "2026-08-15",
            "月检",
            [("逾期", "", False), ("未到期", "", False)],
        ),
    ],
)
def test_an_overdue_duty_may_be_settled(
    events: str, as_of: str, name: str, expected: list[tuple[str, str, bool]]
) -> None:
    both = [timeline(events, as_of, package(SETTLING), chainer) for chainer in (reference.chain, chain)]
    assert both[0] == both[1]
    found = [d for d in both[0].duties if d.name == name]
    assert [(d.status, d.settled_by.id if d.settled_by else "", d.ready) for d in found] == expected


@pytest.mark.parametrize(
    ("events", "as_of", "name", "ready"),
    [
        (APPLIED, "2026-06-08", "作结论", False),
        (APPLIED, "2026-06-09", "作结论", True),
        (GRANTED.replace("06-03", "06-10"), "2026-06-10", "作结论", False),
        (GRANTED, "2026-06-05", "立卷归档", False),
        (GRANTED, "2026-06-06", "立卷归档", True),
    ],
)
def test_documents_are_ready_from_the_start_or_once_overdue(events: str, as_of: str, name: str, ready: bool) -> None:
    assert [d.ready for d in timeline(events, as_of).duties if d.name == name] == [ready]


@pytest.mark.parametrize(
    ("events", "code", "said", "earliest"),
    [
        (APPLIED + "- {编号: b, 事件: 申请, 日期: 2026-06-02, 编码: 乙}", "E850", "处于 `办理中`，须处于 `未办`", None),
        ("- {编号: b, 事件: 结论, 日期: 2026-06-02, 编码: 甲}", "E851", "以前没有同一编码的`申请`", None),
        (APPLIED + "- {编号: b, 事件: 结论, 日期: 2026-06-05, 编码: 乙}", "E851", "以前没有同一编码的`申请`", None),
        (APPLIED + "- {编号: b, 事件: 结论, 日期: 2026-06-02, 编码: 甲}", "E852", "太早：受理满二日", date(2026, 6, 3)),
        (
            GRANTED.replace("b,", "c,") + "- {编号: b, 事件: 结论, 日期: 2026-06-08, 编码: 甲}",
            "E853",
            "第 2 次，至多 1 次",
            None,
        ),
        (
            "- {事件: 异议, 日期: 2026-06-01, 编码: 一}\n- {编号: b, 事件: 吊销, 日期: 2026-06-02}",
            "E851",
            "还没有 `异议办结`",
            None,
        ),
        ("- {编号: b, 事件: 吊销, 日期: 2026-06-02, 吊销日: 2026-06-01}", "E854", "的条件不成立", None),
    ],
)
def test_impossible_events_are_refused_with_clause_and_day(
    events: str, code: str, said: str, earliest: date | None
) -> None:
    found = timeline(events, "2026-07-01")
    assert [(r.problem.code, r.entry.id, r.earliest) for r in found.refused] == [(code, "b", earliest)]
    assert said in found.refused[0].problem.message
    assert found.refused[0].problem.clause == "第一条"
    assert "b" not in [e.id for e in found.events]
    if earliest:
        assert found.refused[0].problem.help == f"最早 {earliest.isoformat()}"


def test_what_follows_from_a_refused_event_is_refused_too() -> None:
    events = (
        "- {编号: a, 事件: 结论, 日期: 2026-06-01, 编码: 甲, 批复: 准}\n- {编号: b, 事件: 整改通知, 日期: 2026-06-05}\n"
    )
    assert [r.entry.id for r in timeline(events, "2026-07-01").refused] == ["a", "b"]


def test_a_rule_that_asks_for_a_state_leaves_another_as_it_is() -> None:
    revoked = GRANTED.replace("- {编号: b", "- {编号: c, 事件: 吊销, 日期: 2026-06-02}\n- {编号: b")
    found = timeline(revoked + "- {编号: d, 事件: 整改通知, 日期: 2026-06-05}", "2026-07-01")
    assert [(r.entry.id, r.problem.code) for r in found.refused] == [("d", "E850")]


def test_settled_objections_no_longer_stand_in_the_way() -> None:
    events = "- {事件: 异议, 日期: 2026-06-01, 编码: 一}\n- {事件: 异议办结, 日期: 2026-06-02, 编码: 一}\n- {事件: 吊销, 日期: 2026-06-02}"
    found = timeline(events, "2026-07-01")
    assert (found.state, found.refused) == ("失效", ())


def test_what_cannot_be_told_is_a_caution_and_no_effect() -> None:
    found = timeline(APPLIED + "- {编号: b, 事件: 结论, 日期: 2026-06-03, 编码: 甲}", "2026-07-01")
    assert found.state == "办理中"
    assert sorted((p.code, p.clause) for p in found.cautions) == [("W851", "第一条")] * 3
    assert "`批复` 没有填" in found.cautions[-1].message
    told = timeline("- {编号: b, 事件: 吊销, 日期: 2026-06-02}", "2026-07-01").cautions
    assert [p.code for p in told] == ["W850"]


LONE = PROCEDURE.replace(
    "周期事项:",
    "  - {名称: 径行吊销, 条款: [第一条], 当: 吊销, 且无: [{事件: 结论, 同: [年度], 条件: 结论的批复为准}],"
    " 则: {出具: [催办函]}}\n"
    "  - {名称: 初次异议, 条款: [第一条], 当: 异议, 且无: [{事件: 异议, 同: [编码]}], 则: {出具: [决定书]}}\n周期事项:",
)
OUT = "- {编号: z, 事件: 吊销, 日期: 2026-08-01, 吊销日: 2026-08-01}"


@pytest.mark.parametrize(
    ("events", "rules", "cautions"),
    [
        (OUT, ["径行吊销"], []),
        (GRANTED.replace("批复: 准", "批复: 不准") + OUT, ["径行吊销"], []),
        (GRANTED + OUT, [], []),
        # neither an event of another year nor one that comes later is in the way
        (GRANTED + OUT.replace("2026", "2027"), ["径行吊销"], []),
        (GRANTED.replace("2026-06", "2026-09") + OUT, ["径行吊销"], []),
        # nobody knows what the conclusion was
        (GRANTED.replace(", 批复: 准", "") + OUT, [], ["此前有没有这样的 `结论` 不明"]),
        (
            "- {事件: 异议, 日期: 2026-06-01, 编码: 一}\n- {事件: 异议, 日期: 2026-06-02, 编码: 二}",
            ["初次异议"] * 2,
            [],
        ),
        ("- {事件: 异议, 日期: 2026-06-01, 编码: 一}\n- {事件: 异议, 日期: 2026-06-02, 编码: 一}", ["初次异议"], []),
        # a code that was not entered may be the same
        (
            "- {事件: 异议, 日期: 2026-06-01}\n- {事件: 异议, 日期: 2026-06-02, 编码: 一}",
            ["初次异议"],
            ["此前有没有这样的 `异议` 不明"],
        ),
    ],
)
@pytest.mark.parametrize("chainer", [chain, reference.chain])
def test_a_rule_that_asks_for_the_absence_of_an_event(
    events: str, rules: list[str], cautions: list[str], chainer: Chain
) -> None:
    found = timeline(events, "2028-01-01", package(LONE), chainer)
    assert [e.rule for e in found.effects if e.rule in ("径行吊销", "初次异议")] == rules
    assert [p.message.partition("：")[2] for p in found.cautions if "不明" in p.message] == cautions


def test_a_withdrawn_event_is_absent_and_a_refused_one_too() -> None:
    taken_back = GRANTED + "- {编号: x, 撤回: b, 日期: 2026-09-01}\n" + OUT
    assert "径行吊销" in [e.rule for e in timeline(taken_back, "2028-01-01", package(LONE)).effects]
    refused = GRANTED.replace("2026-06-03", "2026-06-02") + OUT  # a conclusion that came too early
    found = timeline(refused, "2028-01-01", package(LONE))
    assert [r.entry.id for r in found.refused] == ["b"]
    assert "径行吊销" in [e.rule for e in found.effects]


CHANGED = "{值: 5工作日, 至: 2026-06-30}, {值: 10工作日, 自: 2026-07-01}"


@pytest.mark.parametrize(
    ("day", "due"),
    [("2026-06-30", "2026-07-07"), ("2026-07-01", "2026-07-15"), ("2026-01-05", "2026-01-12")],
)
@pytest.mark.parametrize("as_of", ["2026-07-01", "2026-12-01"])
def test_a_limit_is_that_of_the_day_of_the_event(day: str, due: str, as_of: str) -> None:
    changed = package(parameters=PARAMETERS.replace("{值: 5工作日}", CHANGED))
    found = timeline(f"- {{编号: a, 事件: 申请, 日期: {day}, 编码: 甲}}", as_of, changed)
    assert [(d.name, str(d.due)) for d in found.duties] == [("作结论", due)]


def test_a_day_without_a_value_leaves_the_limit_open() -> None:
    later = package(
        parameters=PARAMETERS.replace("{值: 5工作日}", CHANGED.replace("5工作日, 至", "5工作日, 自: 2026-03-01, 至"))
    )
    found = timeline("- {编号: a, 事件: 申请, 日期: 2026-02-02, 编码: 甲}", "2026-12-01", later)
    assert [(d.name, d.status) for d in found.duties] == [("作结论", "期限未定")]


def test_two_rules_that_move_one_event_are_told_of() -> None:
    more = "  - {名称: 另行, 条款: [第一条], 当: 吊销, 则: {状态: 未办}}\n周期事项:"
    found = timeline("- {事件: 吊销, 日期: 2026-06-02}", "2026-07-01", package(PROCEDURE.replace("周期事项:", more)))
    assert found.state == "失效"
    assert [p.code for p in found.cautions] == ["W850", "E855"]


def test_same_under_both_chainers() -> None:
    used = package()
    history, _ = read(
        GRANTED + "- {事件: 整改通知, 日期: 2026-06-10}\n- {事件: 年报, 日期: 2027-01-20, 年度: 2026}", used
    )
    day = date(2027, 3, 1)
    assert replay(compile_procedure(used), history, day, chain) == timeline(
        GRANTED + "- {事件: 整改通知, 日期: 2026-06-10}\n- {事件: 年报, 日期: 2027-01-20, 年度: 2026}", "2027-03-01"
    )


def test_changes_are_told() -> None:
    before, after = timeline(APPLIED, "2026-06-10"), timeline(GRANTED, "2026-06-10")
    assert [f"{c.sign}{c.kind} {c.text}" for c in what_changed(before, after)][:5] == [
        "~状态 办理中 → 有效",
        "+转变 2026-06-03 办理中 → 有效（b 号，准予）",
        "+文书 决定书（2026-06-03，b 号，准予）",
        "~事项 作结论 逾期，期限 2026-06-08 → 已履行，期限 2026-06-08",
        "+事项 立卷归档 待办",
    ]


def test_history_as_known_on_a_day() -> None:
    used = package()
    history, _ = read(
        APPLIED
        + "- {编号: b, 事件: 结论, 日期: 2026-06-03, 录入日期: 2026-07-01, 编码: 甲, 批复: 准}\n- {编号: c, 撤回: a, 日期: 2026-07-05}",
        used,
    )
    known = [len(history.known_on(date(2026, *day)).items) for day in ((5, 31), (6, 30), (7, 1), (7, 5))]
    assert known == [0, 1, 2, 3]


def test_limits() -> None:
    with pytest.raises(Refused) as error:
        compile_procedure(tiny_package(""))
    assert error.value.problems[0].code == "E862"
    far = History("T", (Entry("a", "申请", date(1900, 1, 1), {"编码": "甲"}),))
    with pytest.raises(Refused) as error:
        replay(compile_procedure(package()), far, date(2026, 1, 1))
    assert error.value.problems[0].code == "E840"
