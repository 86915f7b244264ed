"""What is missing: who is asked for what, in which order, and what is no longer needed."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.decision.decide import decide
from engine.decision.model import Missing
from engine.decision.program import compile_package
from tests.worlds.build import Build, case, records

OUTCOMES = [("不予", "任一未满足（条件组）"), ("准予", "全部满足（条件组）")]


def missing(build: Build, facts: dict[str, Any], excuses: dict[str, bool] | None = None) -> tuple[Missing, ...]:
    build.determination("审查", OUTCOMES)
    return decide(compile_package(build.package()), case(facts, excuses), "审查").missing


def names(found: tuple[Missing, ...], matters: bool = True) -> list[str]:
    return [item.name for item in found if item.matters is matters]


def simple() -> Build:
    build = Build().fact("甲").fact("乙", cost=3).fact("丙", label="丙的说明", question="有丙吗？", supplier="申报单位")
    return build.criterion("一", "甲且乙").criterion("二", "丙")


def test_cheap_facts_come_first() -> None:
    assert names(missing(simple(), {})) == ["甲", "丙", "乙"]


def test_what_narrows_more_comes_first_among_equals() -> None:
    build = Build().fact("甲").fact("乙").fact("丙").criterion("一", "甲或乙或丙").criterion("二", "丙")
    assert names(missing(build, {}))[0] == "丙"


def test_among_equals_the_order_of_the_package_counts() -> None:
    """Not that in which conditions name them: an office asks in the order of its form, and every run in the same."""
    build = Build().fact("甲").fact("乙").fact("丙").fact("丁")
    build.criterion("一", "丁且丙").criterion("二", "乙且甲")
    assert names(missing(build, {})) == ["甲", "乙", "丙", "丁"]


def test_what_kind_it_is_counts_before_how_much_it_narrows() -> None:
    """A fact costs 1 unless declared otherwise, a ledger 2, a reason to excuse 3, what an organ has to set comes last."""
    build = Build()
    build.parameter("下限", None, "场", setter="某局").fact("场次", "整数", "场").fact("贵", cost=4)
    build.table("台账", build.field("日", "日期")).fact("便宜")
    build.criterion("一", "场次不少于下限").criterion("二", "计数（台账）不少于1，且贵，且便宜")
    build.fact("通常").criterion("三", "通常", strength="一般应当")
    found = missing(build, {"场次": 1, "通常": False})
    assert names(found) == ["便宜", "台账", "三", "贵", "下限"]


def test_a_missing_fact_says_who_is_asked_for_what() -> None:
    found = missing(simple(), {"甲": True, "乙": True})
    assert [(m.name, m.label, m.question, m.by, m.criteria) for m in found] == [
        ("丙", "丙的说明", "有丙吗？", "申报单位", ("二",))
    ]


def test_every_criterion_is_named_that_needs_a_fact_through_what_they_share() -> None:
    """However deep below what they share it lies, and whichever of them came to it first; not those that need what another
    criterion found."""
    build = Build().fact("甲", "整数", "场").fact("乙", "整数", "场").fact("丙")
    build.derived("内", "甲＋乙").derived("外", "内×2")
    build.criterion("一", "外不少于4场").criterion("二", "外不超过8场，且丙").criterion("三", "甲不少于1场")
    build.criterion("四", "满足（一）或满足（三）")
    found = {m.name: m.criteria for m in missing(build, {})}
    assert found == {"甲": ("一", "二", "三"), "乙": ("一", "二"), "丙": ("二",)}


def test_a_decided_case_needs_nothing_more() -> None:
    found = missing(simple(), {"丙": False})
    assert (names(found), names(found, False)) == ([], ["甲", "乙"])


def test_a_settled_criterion_needs_nothing_more() -> None:
    build = Build().fact("甲").fact("乙").fact("丙").criterion("一", "甲或乙").criterion("二", "丙")
    found = missing(build, {"甲": True})
    assert (names(found), names(found, False)) == (["丙"], ["乙"])


def test_a_criterion_that_does_not_apply_needs_nothing() -> None:
    build = Build().fact("甲").fact("乙").fact("丙").criterion("一", "甲", applies="乙").criterion("二", "丙")
    assert names(missing(build, {"乙": False})) == ["丙"]


def test_what_is_not_filled_in_is_a_reason_and_filled_in_may_turn_the_outcome() -> None:
    build = (
        Build().fact("送达日期", "日期").fact("场地").criterion("送达", "已填（送达日期）").criterion("有场地", "场地")
    )
    outcomes = [("不予", "任一未满足（条件组）"), ("准予", "全部满足（条件组）")]
    program = compile_package(build.determination("审查", outcomes).package())
    found = decide(program, case({"场地": True}), "审查")
    assert (found.outcome, found.reasons, found.grounds) == ("不予", ("送达",), ("送达日期",))
    assert [(item.name, item.matters, item.reopens) for item in found.missing] == [("送达日期", False, True)]
    assert decide(program, case({"场地": True, "送达日期": date(2026, 1, 5)}), "审查").outcome == "准予"


def test_only_the_branch_that_holds_is_asked_for() -> None:
    build = Build().fact("甲").fact("乙").fact("丙").criterion("一", "若甲则乙否则丙")
    found = missing(build, {"甲": True})
    assert (names(found), names(found, False)) == (["乙"], ["丙"])
    build = Build().fact("甲").fact("乙").fact("丙").criterion("一", "若甲则乙否则丙")
    assert set(names(missing(build, {}))) == {"甲", "乙", "丙"}


def test_an_excuse_is_missing_only_while_nobody_has_spoken() -> None:
    def build() -> Build:
        return Build().fact("甲").criterion("一", "甲", strength="一般应当")

    found = missing(build(), {"甲": False})
    assert [(m.name, m.kind) for m in found] == [("一", "excuse")]
    assert missing(build(), {"甲": False}, {"一": True}) == ()
    assert missing(build(), {"甲": True}) == ()


def test_open_terms_name_who_must_set_them() -> None:
    build = Build().fact("数", "整数", "场").parameter("下限", None, "场", setter="人社局")
    build.decision_table("标准", ["数"], [], unit="元", open=True, setter="财政局")
    build.criterion("一", "数不少于下限").criterion("二", "标准不少于1元")
    found = missing(build, {"数": 3})
    assert [(m.name, m.kind, m.by) for m in found] == [("下限", "parameter", "人社局"), ("标准", "parameter", "财政局")]


def ledger() -> Build:
    build = Build().fact("甲")
    build.table("台账", build.field("日", "日期"), build.field("人次", "整数", "人次", low=0), supplier="申报单位")
    build.derived("总人次", "合计（台账.人次）", "人次")
    return build.criterion("规模", "总人次不少于100人次").criterion("其他", "甲")


def test_a_table_is_asked_for_and_one_with_blank_cells_too() -> None:
    found = missing(ledger(), {"甲": True})
    assert [(m.name, m.kind, m.by, m.criteria) for m in found] == [("台账", "table", "申报单位", ("规模",))]
    assert names(missing(ledger(), {"甲": True, "台账": records(("日", "人次"), (None, None))})) == ["台账"]
    assert missing(ledger(), {"甲": True, "台账": records(("日", "人次"), (None, 100))}) == ()


def test_what_another_determination_lacks_is_asked_for() -> None:
    build = simple().determination("受理", OUTCOMES)
    build.determination("审查", [("准予", "结论（受理）为准予")], "不予")
    found = decide(compile_package(build.package()), case({"甲": True, "乙": True}), "审查").missing
    assert names(found) == ["丙"]


def test_a_score_lacks_what_its_items_lack() -> None:
    build = (
        Build()
        .fact("分一", "整数", "分")
        .fact("分二", "整数", "分")
        .score("得分", {"一": "分一", "二": "分二"}, {"合格": "60分以上", "不合格": "不满60分"})
    )
    build.determination("审查", [("合格", "等次（得分）为合格")], "不合格")
    found = decide(compile_package(build.package()), case({"分一": 3}), "审查").missing
    assert names(found) == ["分二"]


def test_what_decides_whether_it_is_opened_is_asked_for() -> None:
    build = Build().fact("甲").fact("乙").determination("审查", [("准予", "甲")], "不予", applies="乙")
    found = decide(compile_package(build.package()), case({"甲": True}), "审查")
    assert (found.possible, names(found.missing)) == (("准予", "不适用"), ["乙"])


def test_an_amount_may_still_need_a_fact() -> None:
    build = Build().fact("甲").fact("额", "金额", "元")
    build.determination("审查", [build.outcome("准予", "甲", amount="额×2")], "不予")
    found = decide(compile_package(build.package()), case({"甲": True}), "审查")
    assert (found.outcome, found.amount, names(found.missing)) == ("准予", "未知", ["额"])


def test_of_a_table_that_is_there_the_cells_are_asked_for() -> None:
    build = Build()
    build.table("名册", build.field("岗位", "文本"), build.field("在岗", "是否"))
    build.determination("审查", [("准予", "计数（名册，在岗）不少于2")], "不予")
    rows = [("讲解员", True), ("站长", None), ("运营", None)]
    program = compile_package(build.package())
    (asked,) = decide(program, case({"名册": records(("岗位", "在岗"), *rows)}), "审查").missing
    assert asked.question == "请补填名册中空白的格：/记录/名册/1/在岗、/记录/名册/2/在岗"
    (whole,) = decide(program, case({}), "审查").missing
    assert whole.question == "请提供名册"
