"""The decision as people get it: words, sources, reasons, notes, what follows."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from engine.base.canonical import canonical
from engine.base.problem import Cell
from engine.decision.case import Fact
from engine.decision.decide import decide, decide_all
from engine.decision.model import Decision
from engine.decision.notes import in_force
from engine.decision.program import Program, compile_package
from engine.decision.serial import KEYS, to_plain
from engine.policy.package import Header
from tests.worlds.build import AS_OF, FINDING, Build, case, number, records


def station() -> Build:
    build = Build()
    build.headers["scheme"] = Header("scheme", "实施方案", "实施方案", "示例", 4)
    build.headers["general"] = Header("general", "通则汇编", "通则", "有效", 2)
    build.fact("场次", "整数", "场", change="可增").fact("人次", "整数", "人次", change="可增")
    build.fact("场地", finding=True, evidence="租赁合同", question="有独立场地吗？", supplier="申报单位")
    build.fact("送达日", "日期").derived("合计场次", "场次+场次", "场")
    build.parameter("场次下限", 12, "场", clauses=("第七条第（六）项",))
    build.parameter("人次下限", 300, "人次", clauses=("第七条第（六）项",), source="scheme")
    build.parameter("整改期限", 15, "工作日", source="general", origin="general")
    build.parameter("补贴", None, "元", setter="财政局")
    build.criterion(
        "活动规模",
        "场次不少于场次下限，且人次不少于人次下限",
        strength="一般应当",
        unmet="举办{场次}、{人次}，低于{场次下限}、{人次下限}",
        remedy=("补足活动",),
    )
    build.criterion("独立场地", "场地", unmet="没有独立场地")
    build.criterion("加分活动", "场次超过40场", strength="鼓励")
    build.determination(
        "审查",
        [
            build.outcome(
                "不予",
                "任一未满足（条件组）",
                nature="不利决定",
                authority="人社局",
                documents=("不予告知书",),
                duties=[("整改", "工作日后（送达日，整改期限）", "申报单位")],
                note="场次{场次}",
            ),
            build.outcome("准予", "全部满足（条件组）", nature="有利决定", amount="补贴", documents=("认定通知",)),
        ],
        favourable="准予",
    )
    build.attach("行政复议", "不利决定", "可自收到之日起60日内申请复议", "日后（送达日，60日）")
    return build.interpretation("Q02", ["人次下限"]).interpretation("Q03", ["不相干"])


GOOD = {"场次": 12, "人次": 300, "场地": True, "送达日": date(2026, 11, 30)}


def program(build: Build | None = None) -> Program:
    return compile_package((build or station()).package())


def decided(facts: dict[str, Any], excuses: dict[str, bool] | None = None, build: Build | None = None) -> Decision:
    return decide(program(build), case(facts, excuses), "审查")


def test_a_refusal_says_why_in_the_words_of_the_rule() -> None:
    decision = decided({**GOOD, "场次": 10, "人次": 280}, {"活动规模": False})
    assert (decision.outcome, decision.nature, decision.authority) == ("不予", "不利决定", "人社局")
    assert decision.documents == ("不予告知书",)
    assert decision.note == "场次10场"
    scale = decision.criteria[0]
    assert (scale.verdict, scale.clauses, scale.strength) == ("未满足", ("第一条",), "一般应当")
    assert scale.message == "举办10场、280人次，低于12场、300人次"
    assert (scale.remedy, scale.excused) == ("补足活动", None)
    assert scale.sentence == "场次不少于场次下限，且人次不少于人次下限"
    assert decision.reasons == ("活动规模",)
    assert scale.reasons == ("场次",)


def test_an_excuse_lets_an_unmet_general_rule_pass_and_is_named() -> None:
    decision = decided({**GOOD, "场次": 10}, {"活动规模": True})
    assert (decision.outcome, decision.favourable) == ("准予", True)
    assert (decision.criteria[0].verdict, decision.criteria[0].excused) == ("未满足", FINDING)
    assert decision.criteria[1].excused is None


def test_values_seen_say_where_they_came_from() -> None:
    facts = {**GOOD, "场次": Fact(number(12), "", Cell("台账.xlsx", "D7")), "场地": Fact(True, "合同", None, FINDING)}
    decision = decided(facts)
    sources = {seen.name: (seen.kind, seen.text, seen.source) for c in decision.criteria for seen in c.seen}
    assert sources == {
        "场次": ("fact", "12场", "台账.xlsx!D7"),
        "场次下限": ("parameter", "12场", "条文 第七条第（六）项"),
        "人次": ("fact", "300人次", "证据，林某某 2026年11月1日认定"),
        "人次下限": ("parameter", "300人次", "实施口径（示例）《实施方案》 第七条第（六）项"),
        "场地": ("fact", "是", "合同，林某某 2026年11月1日认定"),
    }


def test_of_several_reasons_that_would_do_the_first_ones_are_given() -> None:
    """In the order of the package: what a letter gives as the reasons must not depend on how they are looked for."""
    build = Build()
    for name in "甲乙丙丁":
        build.fact(name).criterion(f"有{name}", name)
    build.determination("审查", [("不予", "未满足项数（条件组）多于1")], "准予")
    found = decide(compile_package(build.package()), case(dict.fromkeys("甲乙丙丁", False)), "审查")
    assert found.reasons == ("有甲", "有乙")


@pytest.mark.parametrize(
    ("known", "verdict", "outcome"),
    [
        ((True, True, True), "未满足", "不予"),
        ((False, False, True), "待查明", "待查"),
        ((True, False, False), "待查明", "待查"),
        ((False, False, False), "未满足", "不予"),
    ],
)
def test_a_count_that_can_no_longer_be_the_number_asked_for_is_settled(
    known: tuple[bool, ...], verdict: str, outcome: str
) -> None:
    """Three or none of four rows for certain, one unknown: it will not be two whatever that one turns out to be."""
    build = Build().table("台账", Build().field("合格", "是否"))
    build.criterion("恰好", "计数（台账，合格）为2").determination("审查", [("准予", "全部满足（条件组）")], "不予")
    rows = records(["合格"], *([truth] for truth in (*known, None)))
    found = decide(compile_package(build.package()), case({"台账": rows}), "审查")
    assert (found.criteria[0].verdict, found.outcome) == (verdict, outcome)


def test_that_a_criterion_does_not_apply_and_the_fact_that_says_so_are_reasons() -> None:
    """And so is what opens the determination: without any one of them nothing is certain."""
    build = Build().fact("聘有外籍人员").fact("许可").fact("场地").fact("已申请")
    build.criterion("场地达标", "场地").criterion("用工许可", "许可", applies="聘有外籍人员")
    group = [("不予", "任一未满足（条件组）"), ("准予", "全部满足（条件组）")]
    program = compile_package(build.determination("审查", group, applies="已申请").package())
    facts = {"场地": True, "聘有外籍人员": False, "已申请": True}
    found = decide(program, case(facts), "审查")
    assert (found.outcome, found.reasons, found.opened) == ("准予", ("场地达标", "用工许可"), ("已申请",))
    assert set(found.grounds) == set(facts)
    for name in facts:
        fewer = {other: value for other, value in facts.items() if other != name}
        assert decide(program, case(fewer), "审查").outcome == "待查", name


def test_an_outcome_named_twice_has_the_reasons_of_the_branch_that_held() -> None:
    """不予 under 甲 or, 乙 failing, under 丙: that 甲 is false is no reason for it."""
    build = Build().fact("甲").fact("乙").fact("丙")
    build.determination("审查", [("不予", "甲"), ("准予", "乙"), ("不予", "丙")], "缓办")
    found = decide(compile_package(build.package()), case({"甲": False, "乙": False, "丙": True}), "审查")
    assert (found.outcome, found.reasons) == ("不予", ("乙", "丙"))


def test_what_is_known_in_spite_of_a_division_by_zero_is_not_said_to_be_incomputable() -> None:
    build = Build().fact("甲").fact("数", "整数").fact("除数", "整数").derived("好", "甲或数÷除数不少于1")
    program = compile_package(build.determination("审查", [("准予", "好")], "不予").package())
    told = [decide(program, case({"甲": known, "数": 1, "除数": 0}), "审查").notes for known in (True, False)]
    assert [["无法计算" in note for note in notes] for notes in told] == [[], [True]]


def test_what_the_outcome_relied_on_is_marked() -> None:
    decision = decided({**GOOD, "场次": 10}, {"活动规模": False})
    relied = {r.name: (r.kind, r.text, r.source, r.package) for r in decision.relied}
    assert relied == {
        "场次下限": ("parameter", "12场", "条文", "测试办法"),
        "人次下限": ("parameter", "300人次", "实施口径（示例）", "实施方案"),
        "整改期限": ("parameter", "15工作日", "通则", "通则汇编"),
        "Q02 口径": ("interpretation", "甲解", "解释口径", "测试办法"),
    }
    assert decision.relied[-1].alternatives == ("乙解",)
    assert "所依据的人次下限为示例口径，正式使用前须由有权机关确定" in decision.notes


def test_duties_and_what_general_law_attaches_fall_due_on_the_calendar() -> None:
    decision = decided({**GOOD, "场地": False})
    (duty,) = decision.duties
    assert (duty.name, duty.who, duty.due, duty.provisional) == ("整改", "申报单位", date(2026, 12, 21), "")
    (attached,) = decision.attached
    assert (attached.name, attached.package, attached.due) == ("行政复议", "通则汇编", date(2027, 1, 29))
    assert decided(GOOD).attached == ()


def test_a_date_in_a_year_without_a_notice_says_it_is_an_estimate() -> None:
    decision = decided({**GOOD, "场地": False, "送达日": date(2026, 12, 25)})
    (duty,) = decision.duties
    assert duty.due == date(2027, 1, 15)
    assert duty.provisional.startswith("整改的期限暂估：2027年")
    assert duty.provisional in decision.notes


def test_an_unset_parameter_of_the_outcome_is_named_with_who_sets_it() -> None:
    decision = decided(GOOD)
    assert (decision.outcome, decision.amount) == ("准予", "未知")
    assert [(m.name, m.kind, m.by) for m in decision.missing if m.matters] == [("补贴", "parameter", "财政局")]
    assert ("补贴", "未定") in [(r.name, r.source) for r in decision.relied]


def test_an_undecided_case_has_no_consequences() -> None:
    decision = decided({"场次": 12, "人次": 300})
    assert (decision.outcome, decision.possible) == ("待查", ("不予", "准予"))
    assert (decision.nature, decision.documents, decision.duties, decision.attached) == ("", (), (), ())
    assert decision.reasons == ()


def test_division_by_zero_is_explained() -> None:
    build = Build().fact("面积", "小数").fact("人数", "整数").criterion("人均", "面积÷人数不少于10")
    build.determination("审查", [("准予", "全部满足（条件组）")], "不予")
    decision = decided({"面积": 50, "人数": 0}, build=build)
    assert decision.outcome == "待查"
    assert decision.notes == ("“人均”中的面积÷人数无法计算：除数为零",)


def test_a_result_out_of_range_is_explained() -> None:
    build = Build().fact("数", "整数", "年").criterion("到期", "年后（2026年1月1日，数）早于2030年1月1日")
    build.determination("审查", [("准予", "全部满足（条件组）")], "不予")
    decision = decided({"数": 90000}, build=build)
    assert decision.outcome == "待查"
    assert [note.split("：")[0] for note in decision.notes] == ["“到期”中的年后（2026年1月1日，数）无法计算"]


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        ([("超过5场", "1分")], "决定表“档”没有一行符合本案"),
        ([("不少于1场", "1分"), ("不少于2场", "2分")], "决定表“档”第1、2行同时符合，结果不一致"),
    ],
)
def test_a_decision_table_without_an_answer_says_so(rows: list[tuple[str, str]], note: str) -> None:
    build = Build().fact("场次", "整数", "场").decision_table("档", ["场次"], rows, unit="分")
    build.determination("审查", [("准予", "档不少于1分")], "不予")
    assert decided({"场次": 2}, build=build).notes == (note,)


@pytest.mark.parametrize(
    ("header", "note"),
    [
        ({"status": "征求意见稿", "since": date(2027, 1, 1)}, "《测试办法》为征求意见稿，结果仅供研究，文书只能作样稿"),
        ({"since": date(2027, 1, 1)}, "《测试办法》自2027年1月1日起施行，基准日尚未施行"),
        ({"since": None}, "《测试办法》施行日期未定"),
        ({"since": date(2020, 1, 1), "until": AS_OF}, "《测试办法》自2026年11月23日起失效，基准日已经失效"),
        ({"status": "已废止", "since": date(2020, 1, 1)}, "《测试办法》状态为已废止，不能据以作出正式决定"),
    ],
)
def test_rules_not_in_force_are_marked(header: dict[str, Any], note: str) -> None:
    assert note in list(in_force(Build(**header).header, AS_OF))
    assert note in decided(GOOD, build=_with_header(header)).notes


def _with_header(header: dict[str, Any]) -> Build:
    build = station()
    build.headers["test"] = replace(build.header, **header)
    return build


def test_rules_in_force_need_no_note() -> None:
    assert list(in_force(Build(since=date(2020, 1, 1)).header, AS_OF)) == []


def test_what_cannot_be_expressed_is_named() -> None:
    refused = decided(GOOD, build=station().taint("审查"))
    assert (refused.outcome, refused.remedy) == ("待查", None)
    assert "规则语言尚不能表达：难以表达（第七条）：原因。因此不作结论" in refused.notes
    accepted = decided(GOOD, build=station().taint("审查", accepted=True))
    assert accepted.outcome == "准予"
    assert any("已指名接受" in note for note in accepted.notes)


def test_scores_are_shown_line_by_line() -> None:
    build = Build().enum("类型项", "甲类", "乙类").fact("类型", "类型项").fact("活动分", "小数", "分").fact("获奖")
    build.score(
        "得分",
        {"活动": ("活动分", {"甲类": "1.5", "其他": "1"})},
        {"合格": "60分以上", "不合格": "不满60分"},
        weighted_by="类型",
        bonuses={"获奖加分": ("获奖", "5分")},
        clauses=("第十一条",),
    ).determination("审查", [("合格", "等次（得分）为合格")], "不合格")
    decision = decided({"类型": "甲类", "活动分": 40, "获奖": True}, build=build)
    (sheet,) = decision.scores
    assert (sheet.total, sheet.band, sheet.source) == ("65分", "合格", "条文 第十一条")
    assert [(line.name, line.full, line.mark, line.weight, line.weighted) for line in sheet.lines] == [
        ("活动", "100分", "40分", "1.5", "60分"),
        ("获奖加分", "5分", "5分", "1", "5分"),
    ]
    assert decision.reasons == ("得分",)
    assert [(seen.name, seen.text) for seen in decision.facts] == [("得分（等次）", "合格")]


def test_a_weight_that_has_no_finite_decimal_is_shown_with_what_it_leaves_of_the_most() -> None:
    build = Build().enum("类型项", "甲类", "乙类").fact("类型", "类型项").fact("活动分", "小数", "分")
    items = {"活动": ("活动分", {"甲类": "1÷3", "其他": "1"})}
    build.score("得分", items, {"合格": "20分以上", "不合格": "不满20分"}, weighted_by="类型")
    build.determination("审查", [("合格", "等次（得分）为合格")], "不合格")
    (sheet,) = decided({"类型": "甲类", "活动分": 40}, build=build).scores
    (line,) = sheet.lines
    assert (line.weighted, line.weighted_full) == ("≈13.3333分", "≈33.3333分")


def test_all_determinations_come_in_the_order_of_the_package() -> None:
    build = station().determination("复查", [("准予", "结论（审查）为准予")], "不予")
    decisions = decide_all(program(build), case(GOOD))
    assert [(d.determination, d.outcome) for d in decisions] == [("审查", "准予"), ("复查", "准予")]
    assert decisions[0] == decide(program(build), case(GOOD), "审查")
    assert decisions[1].criteria == ()


def test_every_attribute_has_a_key_and_plain_data_is_json() -> None:
    assert [f"{c.__name__}.{f.name}" for c, keys in KEYS.items() for f in fields(c) if f.name not in keys] == []
    data = to_plain(decided({**GOOD, "场次": 10}, {"活动规模": False}))
    assert data["决定"] == "审查"
    assert data["准则"][0]["所见"][0] == {
        "名称": "场次",
        "种类": "事实",
        "值": "10",
        "类型": "数",
        "显示": "10场",
        "来源": data["准则"][0]["所见"][0]["来源"],
    }
    assert data["义务"][0]["期限"] == "2026-12-21"
    assert canonical(data) == canonical(to_plain(decided({**GOOD, "场次": 10}, {"活动规模": False})))
