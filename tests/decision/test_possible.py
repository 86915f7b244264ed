"""Outcomes that nothing left open can lead to are not listed as possible."""

from __future__ import annotations

from typing import Any

import pytest

from engine.decision.core import evaluate_case
from engine.decision.decide import decide
from engine.decision.program import compile_package
from tests.worlds.build import Build, case

GROUP = [("不予", "任一未满足（条件组）"), ("准予", "全部满足（条件组）")]


def possible(build: Build, facts: dict[str, Any] | None = None) -> tuple[str, ...]:
    return evaluate_case(compile_package(build.package()), case(facts or {}), "审查").possible


@pytest.mark.parametrize("many", [1, 3, 9])
def test_of_a_group_either_all_are_met_or_one_is_not(many: int) -> None:
    """With nine criteria there are more cases than are tried; that all pass is then one condition of its own."""
    build = Build()
    for n in range(many):
        build.fact(f"真{n}").criterion(f"准则{n}", f"真{n}")
    assert possible(build.determination("审查", GROUP)) == ("不予", "准予")


def vocabulary() -> Build:
    build = Build().enum("颜色", "红", "黄", "蓝").fact("已婚").fact("类", "颜色").fact("人数", "整数")
    return build.fact("服务", "整数", "分", low=20, high=35)


@pytest.mark.parametrize(
    ("outcomes", "found"),
    [
        ([("一", "人数不少于10"), ("二", "人数少于10")], ("一", "二")),
        ([("一", "已婚"), ("二", "非已婚")], ("一", "二")),
        ([("一", "已婚且人数不少于10"), ("二", "非已婚或人数不足10")], ("一", "二")),
        ([("一", "类为红"), ("二", "类属于［黄、蓝］")], ("一", "二")),
        ([("一", "类为红"), ("二", "类为黄"), ("三", "类不属于［红、黄］")], ("一", "二", "三")),
        ([("一", "类为红"), ("二", "类为黄")], ("一", "二", "无结果")),
        ([("一", "人数不少于10"), ("二", "人数不足9")], ("一", "二", "无结果")),
    ],
)
def test_what_leaves_nothing_out_leaves_no_other_outcome(
    outcomes: list[tuple[str, str]], found: tuple[str, ...]
) -> None:
    assert possible(vocabulary().determination("审查", outcomes)) == found


def graded() -> Build:
    bands = {"优": "90分以上", "良": "75分以上且不满90分", "合格": "60分以上且不满75分", "不合格": "不满60分"}
    return vocabulary().score("得分", {"一": "服务", "二": "50分"}, bands)


def test_a_score_between_two_ends_has_only_the_grades_between() -> None:
    outcomes = [("撤", "等次（得分）为不合格"), ("奖", "等次（得分）为优"), ("续", "等次（得分）属于［良、合格］")]
    build = graded().determination("审查", outcomes)
    found = evaluate_case(compile_package(build.package()), case({}), "审查")
    assert (found.outcome, found.possible) == ("续", ("续",))
    each = [(f"列{band}", f"等次（得分）为{band}") for band in ("优", "良", "合格", "不合格")]
    assert possible(graded().determination("审查", each)) == ("列良", "列合格")


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("较小（服务×1000元÷1分，2万元）", "2万元"),
        ("较大（服务×1000元÷1分，4万元）", "4万元"),
        ("较小（较大（服务×1000元÷1分，4万元），3万元）", "3万元"),
        ("若服务不少于20分则5000元否则9000元", "5000元"),
        ("标准", "300元"),
        ("较小（服务×1000元÷1分，2.5万元）", "未知"),
        ("较大（服务×1000元÷1分，2.5万元）", "未知"),
    ],
)
def test_an_amount_that_its_limits_settle_is_known(amount: str, text: str) -> None:
    """服务 is not known, but between 20 and 35: a cap or a floor on either side settles the amount, and so does a table whose
    rows that are left agree."""
    build = vocabulary()
    rows = [("不少于30分", "300元"), ("不少于20分", "300元"), ("任意", "100元")]
    build.decision_table("标准", ["服务"], rows, "首个", unit="元")
    build.determination("审查", [build.outcome("发放", "已婚", amount=amount)], "不发")
    assert decide(compile_package(build.package()), case({"已婚": True}), "审查").amount == text


def test_another_decision_that_cannot_come_out_so_is_no_ground() -> None:
    build = vocabulary().determination("初审", [("缓", "人数不少于10"), ("过", "已婚")], "退")
    build.determination("审查", [("不予", "结论（初审）为退"), ("准予", "结论（初审）不为退")])
    assert possible(build, {"已婚": True}) == ("准予",)
    assert possible(build, {"已婚": False}) == ("不予", "准予")
