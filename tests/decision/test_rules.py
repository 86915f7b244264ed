"""Criteria, decision tables, scores and determinations on known and unknown facts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.decision.core import Evaluation, evaluate_case
from engine.decision.decide import decide
from engine.decision.program import compile_package
from tests.worlds.build import Build, case, records

D = Decimal


def value(build: Build, name: str, facts: dict[str, Any]) -> Any:
    program = compile_package(build.package())
    return program.evaluated(case(facts))[program.slots[name]]


def evaluated(build: Build, facts: dict[str, Any], excuses: dict[str, bool] | None = None) -> Evaluation:
    return evaluate_case(compile_package(build.package()), case(facts, excuses), "审查")


# Decision tables

ROWS = [("国家级", "不少于1人", "500元"), ("国家级", "不满1人", "0元"), ("省级", "任意", "200元")]


def rewards(hit: str = "唯一", rows: Any = ROWS, default: str | None = None) -> Build:
    build = Build().enum("级别项", "国家级", "省级", "其他级").fact("级别", "级别项").fact("人数", "整数", "人")
    return build.decision_table("奖励", ["级别", "人数"], rows, hit, default, "元")


@pytest.mark.parametrize(
    ("hit", "default", "facts", "expected"),
    [
        ("唯一", None, {"级别": "国家级", "人数": 2}, 500),
        ("唯一", None, {"级别": "国家级"}, None),
        ("唯一", None, {"级别": "省级"}, 200),
        ("唯一", None, {"级别": "其他级", "人数": 2}, None),
        ("唯一", "0元", {"级别": "其他级", "人数": 2}, 0),
        ("唯一", "0元", {"人数": 2}, None),
        ("首个", None, {"级别": "国家级", "人数": 0}, 0),
        ("首个", "200元", {"级别": "省级"}, 200),
        ("累计", None, {"级别": "国家级", "人数": 1}, 500),
        ("累计", None, {"级别": "国家级"}, None),
        ("累计", "7元", {"级别": "其他级", "人数": 0}, 7),
    ],
)
def test_decision_table(hit: str, default: str | None, facts: dict[str, Any], expected: int | None) -> None:
    assert value(rewards(hit, default=default), "奖励", facts) == (None if expected is None else D(expected))


def test_rows_that_agree_need_not_be_told_apart() -> None:
    rows = [("国家级", "不少于1人", "500元"), ("国家级", "不满1人", "500元"), ("省级", "任意", "200元")]
    for hit in ("唯一", "首个"):
        assert value(rewards(hit, rows, "500元"), "奖励", {"级别": "国家级"}) == D(500)
        # One of the two limits holds whatever the number is, so that one of the rows hits.
        assert value(rewards(hit, rows), "奖励", {"级别": "国家级"}) == D(500)
    across = [("国家级", "不少于1人", "500元"), ("国家级", "不满2人", "500元"), ("省级", "任意", "200元")]
    apart = [("国家级", "不少于2人", "500元"), ("国家级", "不满1人", "500元"), ("省级", "任意", "200元")]
    for hit in ("唯一", "首个"):
        assert value(rewards(hit, across), "奖励", {"级别": "国家级"}) == D(500)
        # One person: no row hits.
        assert value(rewards(hit, apart), "奖励", {"级别": "国家级"}) is None


def test_two_rows_of_a_unique_table_that_disagree_make_it_unknown() -> None:
    rows = [("国家级", "任意", "500元"), ("任意", "不少于3人", "900元")]
    assert value(rewards(rows=rows), "奖励", {"级别": "国家级", "人数": 3}) is None
    assert value(rewards("累计", rows), "奖励", {"级别": "国家级", "人数": 3}) == D(1400)


def test_an_open_table_is_unknown() -> None:
    build = rewards()
    build.fact("丙").decision_table("待定表", ["丙"], [], unit="元", open=True, setter="财政局")
    assert value(build, "待定表", {"丙": True}) is None


# Scores


def score(cap: str | None = "100分", places: int | None = 1, **more: Any) -> Build:
    build = (
        Build()
        .enum("类型项", "甲类", "乙类")
        .fact("类型", "类型项")
        .fact("活动分", "小数", "分")
        .fact("服务分", "小数", "分")
    )
    return build.fact("获奖").score(
        "得分",
        {"活动": ("活动分", {"甲类": "1.5", "其他": "1"}), "服务": "服务分"},
        {"优秀": "90分以上", "合格": "60分以上且不满90分", "不合格": "不满60分"},
        weighted_by="类型",
        bonuses={"奖励": ("获奖", "5分")},
        cap=cap,
        places=places,
        **more,
    )


FACTS = {"类型": "甲类", "活动分": 40, "服务分": 25, "获奖": False}


@pytest.mark.parametrize(
    ("facts", "total", "band"),
    [
        (FACTS, 85, "合格"),
        ({**FACTS, "类型": "乙类"}, 65, "合格"),
        ({**FACTS, "获奖": True}, 90, "优秀"),
        ({**FACTS, "服务分": 90}, 100, "优秀"),
        ({**FACTS, "活动分": D("23.33")}, 60, "合格"),
        ({**FACTS, "活动分": D("23.26")}, D("59.9"), "不合格"),
        ({**FACTS, "获奖": None}, None, None),
        ({**FACTS, "类型": None}, None, "合格"),
        ({**FACTS, "服务分": None}, None, None),
    ],
)
def test_score_and_band(facts: dict[str, Any], total: Any, band: str | None) -> None:
    assert value(score(), "得分", facts) == total
    assert value(score(), "等次：得分", facts) == band


def test_score_items_are_weighted_and_an_open_score_is_unknown() -> None:
    assert value(score(), "分项：得分：活动", FACTS) == D(60)
    assert value(score(), "分项：得分：服务", {"服务分": 25}) == D(25)
    assert value(score(open=True, setter="人社局"), "等次：得分", FACTS) is None


def test_a_score_without_cap_and_rounding_is_exact() -> None:
    assert value(score(None, None), "得分", {**FACTS, "服务分": D("90.125"), "获奖": True}) == D("155.125")


# Criteria


@pytest.mark.parametrize(
    ("strength", "facts", "excuse", "outcome", "shown"),
    [
        ("应当", {"甲": True}, None, "准予", "满足"),
        ("应当", {"甲": False}, None, "不予", "未满足"),
        ("应当", {}, None, "待查", "待查明"),
        ("应当", {"甲": False}, True, "不予", "未满足"),
        ("一般应当", {"甲": False}, None, "待查", "未满足"),
        ("一般应当", {"甲": False}, True, "准予", "未满足"),
        ("一般应当", {"甲": False}, False, "不予", "未满足"),
        ("一般应当", {"甲": True}, False, "准予", "满足"),
        ("鼓励", {"甲": False}, None, "准予", "未满足"),
        ("鼓励", {}, None, "准予", "待查明"),
    ],
)
def test_strength(strength: str, facts: dict[str, Any], excuse: bool | None, outcome: str, shown: str) -> None:
    build = Build().fact("甲").fact("乙").criterion("准则一", "甲", strength=strength).criterion("准则二", "乙")
    build.determination("审查", [("不予", "任一未满足（条件组）"), ("准予", "全部满足（条件组）")])
    found = evaluated(build, {**facts, "乙": True}, {} if excuse is None else {"准则一": excuse})
    assert found.outcome == outcome
    assert {c["名称"]: c["结论"] for c in found.to_plain()["准则"]}["准则一"] == shown


@pytest.mark.parametrize(
    ("facts", "shown", "outcome"),
    [
        ({"乙": False, "甲": False}, "不适用", "准予"),
        ({"乙": False}, "不适用", "准予"),
        ({"乙": True, "甲": False}, "未满足", "不予"),
        ({"甲": False}, "待查明", "待查"),
        ({"甲": True}, "满足", "准予"),
    ],
)
def test_applicability_comes_first(facts: dict[str, Any], shown: str, outcome: str) -> None:
    build = Build().fact("甲").fact("乙").criterion("准则一", "甲", applies="乙")
    build.determination("审查", [("不予", "任一未满足（条件组）"), ("准予", "全部满足（条件组）")])
    found = evaluated(build, facts)
    assert (found.to_plain()["准则"][0]["结论"], found.outcome) == (shown, outcome)


def test_what_cannot_be_computed_does_not_make_a_criterion_apply() -> None:
    build = (
        Build()
        .fact("甲")
        .fact("数", "整数", "年")
        .criterion("准则一", "年后（2026年1月1日，数）早于2030年1月1日", applies="甲")
    )
    build.determination("审查", [("准予", "适用（准则一）")], "不予")
    assert evaluated(build, {"数": 9000}).outcome == "待查"
    assert evaluated(build, {"数": 9000, "甲": False}).outcome == "不予"


def test_a_burdening_outcome_that_holds_only_case_by_case_gives_no_letter() -> None:
    """Whichever kind it is, one of the two is not met: but nobody knows which."""
    build = Build().enum("类别", "红", "黄").fact("类", "类别").fact("甲").fact("乙")
    build.criterion("一", "甲", applies="类为红").criterion("二", "乙", applies="类为黄")
    refused = build.outcome("不予", "任一未满足（条件组）", nature="不利决定", documents=("告知书",))
    program = compile_package(build.determination("审查", [refused], "准予").package())
    open_ = decide(program, case({"甲": False, "乙": False}), "审查")
    assert (open_.outcome, open_.reasons, open_.documents) == ("不予", ("甲", "乙"), ())
    assert any("究竟哪一项不符合尚未查明" in note for note in open_.notes)
    known = decide(program, case({"甲": False, "乙": False, "类": "红"}), "审查")
    assert (known.outcome, known.reasons, known.documents) == ("不予", ("一",), ("告知书",))


# Determinations


def ordered(default: str | None = None, **more: Any) -> Build:
    build = Build().fact("甲").fact("乙").fact("丙")
    return build.determination("审查", [("一", "甲"), ("二", "乙"), ("一", "丙")], default, **more)


@pytest.mark.parametrize(
    ("facts", "default", "outcome", "possible"),
    [
        ({"甲": True}, None, "一", ("一",)),
        ({"甲": False, "乙": True}, None, "二", ("二",)),
        ({"乙": True}, None, "待查", ("一", "二")),
        ({"乙": False, "丙": True}, None, "一", ("一",)),
        ({"甲": False, "乙": False, "丙": False}, None, "无结果", ("无结果",)),
        ({"甲": False, "乙": False}, "一", "一", ("一",)),
        ({"甲": False, "乙": False}, "二", "待查", ("一", "二")),
        ({}, "三", "待查", ("一", "二", "三")),
    ],
)
def test_first_outcome_under_three_values(
    facts: dict[str, Any], default: str | None, outcome: str, possible: tuple[str, ...]
) -> None:
    found = evaluated(ordered(default), facts)
    assert (found.outcome, found.possible) == (outcome, possible)


@pytest.mark.parametrize(
    ("facts", "outcome", "possible", "deciding"),
    [
        ({"甲": True, "丙": False}, "不适用", ("不适用",), ("丙",)),
        ({"甲": True, "丙": True}, "一", ("一",), ("甲",)),
        ({"甲": True}, "待查", ("一", "不适用"), ()),
    ],
)
def test_a_determination_may_not_be_opened(
    facts: dict[str, Any], outcome: str, possible: tuple[str, ...], deciding: tuple[str, ...]
) -> None:
    found = evaluated(ordered(applies="丙"), facts)
    assert (found.outcome, found.possible, found.deciding) == (outcome, possible, deciding)


def test_what_the_language_cannot_express_is_not_decided_unless_accepted() -> None:
    assert evaluated(ordered().taint("审查"), {"甲": True}).outcome == "待查"
    assert evaluated(ordered().taint("审查"), {"甲": True}).possible == ("一", "二", "无结果")
    assert evaluated(ordered().taint("审查", accepted=True), {"甲": True}).outcome == "一"
    build = ordered().taint("审查").determination("复查", [("准予", "结论（审查）为一")], "不予")
    assert evaluate_case(compile_package(build.package()), case({"甲": True}), "复查").possible == ("准予", "不予")


def test_a_determination_may_rest_on_another() -> None:
    build = ordered().determination("复查", [("准予", "结论（审查）为一")], "不予")
    program = compile_package(build.package())
    assert evaluate_case(program, case({"甲": True}), "复查").outcome == "准予"
    found = evaluate_case(program, case({"甲": False, "乙": True}), "复查")
    assert (found.outcome, found.deciding) == ("不予", ("审查",))


# Facts


def test_presence_is_a_reason_under_the_name_of_what_is_asked_for() -> None:
    build = (
        Build()
        .fact("甲")
        .fact("乙")
        .determination("审查", [("受理", "已填（甲）且甲或乙")], "不受理", applies="已填（乙）")
    )
    found = evaluated(build, {"甲": True, "乙": False})
    assert (found.outcome, found.deciding) == ("受理", ("甲",))
    assert found.view.reasons.opened(found.values, True) == ("乙",)
    assert evaluated(build, {"甲": True}).outcome == "不适用"


def test_presence_of_a_derived_quantity() -> None:
    build = Build().fact("数", "整数", "场").derived("倍", "数×2").determination("审查", [("有", "已填（倍）")], "无")
    assert evaluated(build, {}).outcome == "无"
    assert evaluated(build, {"数": 1}).outcome == "有"


def test_a_finding_needs_a_finder() -> None:
    from engine.decision.case import Fact

    build = Build().fact("甲", finding=True).determination("审查", [("准予", "甲")], "不予")
    assert evaluated(build, {"甲": Fact(True, "自述")}).outcome == "待查"
    assert evaluated(build, {"甲": True}).outcome == "准予"


def test_the_day_of_the_case_is_a_fact() -> None:
    build = Build().fact("基准日", "日期").determination("审查", [("届满", "基准日不早于2026年11月23日")], "未届满")
    assert evaluated(build, {}).outcome == "届满"


def test_records_decide_before_they_are_complete() -> None:
    build = Build()
    build.table("台账", build.field("日", "日期"), build.field("人次", "整数", "人次", low=0))
    build.derived("总人次", "合计（台账.人次）", "人次")
    build.criterion("规模", "合计（台账.人次）不少于100人次")
    build.determination("审查", [("准予", "全部满足（条件组）")], "不予")
    found = evaluated(build, {"台账": records(("日", "人次"), (None, 120), (None, None))})
    assert (found.outcome, found.deciding) == ("准予", ("规模",))
    assert evaluated(build, {"台账": records(("日", "人次"), (None, 20), (None, None))}).outcome == "待查"
    assert evaluated(build, {"台账": records(("日", "人次"))}).outcome == "不予"


def test_a_result_out_of_range_is_unknown() -> None:
    build = Build().fact("数", "整数", "年").derived("日期", "年后（2026年1月1日，数）")
    build.determination("审查", [("早", "日期早于2030年1月1日")], "晚")
    assert evaluated(build, {"数": 90000}).outcome == "待查"
    assert evaluated(build, {"数": 1}).outcome == "早"


def test_plain_data_holds_exact_numbers_and_nothing_python() -> None:
    build = Build().fact("额", "金额", "元").parameter("限额", 100, "元").criterion("限", "额不超过限额")
    build.determination("审查", [("准予", "全部满足（条件组）")], "不予")
    assert evaluated(build, {"额": D("100.10")}).to_plain() == {
        "决定": "审查",
        "结果": "不予",
        "可能": ["不予"],
        "准则": [{"名称": "限", "结论": "未满足", "所见": {"额": "100.1", "限额": "100"}}],
        "决定性": ["限"],
    }


# Bounds


@pytest.mark.parametrize(
    ("sentence", "facts", "truth"),
    [
        ("数一+数二不少于9", {"数一": 4}, False),
        ("和不超过8", {}, True),
        ("和−数一不少于0−4", {}, True),
        ("和×2不少于17", {}, False),
        ("数一÷（数二+1）不超过4", {}, True),
        ("数一÷数二不超过4", {"数一": 3}, None),
        ("较小（数一，2）不超过2", {}, True),
        ("较小（量，2）不超过2", {}, True),
        ("较大（量，2）不少于2", {}, True),
        ("四舍五入（数一÷3，0）不超过1", {}, True),
        ("（若甲则数一否则数二+1）不超过5", {}, True),
        ("量不少于0", {}, None),
        ("和不少于5", {"数二": 0}, False),
    ],
)
def test_bounds_go_through_every_operator_and_derived_quantity(
    sentence: str, facts: dict[str, Any], truth: bool | None
) -> None:
    build = Build().fact("甲").fact("量", "小数")
    build.fact("数一", "整数", low=0, high=4).fact("数二", "整数", low=0, high=4).derived("和", "数一+数二")
    build.determination("审查", [("是", sentence)], "否")
    outcome = evaluated(build, facts).outcome
    assert outcome == {True: "是", False: "否", None: "待查"}[truth]


def test_an_encouraged_criterion_counts_where_it_is_named_and_not_in_its_group() -> None:
    build = Build().fact("甲").criterion("一", "甲", strength="鼓励").criterion("二", "非甲")
    named = build.determination("审查", [("点名", "任一未满足（一）"), ("组", "任一未满足（条件组）")], "无")
    assert evaluated(named, {"甲": False}).outcome == "点名"
    build = Build().fact("甲").criterion("一", "甲", strength="鼓励").criterion("二", "非甲")
    grouped = build.determination("审查", [("组", "任一未满足（条件组）")], "无")
    assert evaluated(grouped, {"甲": False}).outcome == "无"
