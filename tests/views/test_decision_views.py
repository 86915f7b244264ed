"""A decision in words: excused criteria, why not, what would change it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decision.decide import decide
from engine.decision.model import ADVERSE, AMOUNT, Decision
from engine.decision.program import Program, compile_package
from engine.decision.serial import to_plain
from engine.views import decision as view
from engine.views import explanation, markdown
from tests.decision.arbitrary import Sketch, case_of, excuses, known, sketches
from tests.sizes import examples
from tests.worlds.build import Build, case, records

OUTCOMES = [("不予", "任一未满足（条件组）"), ("准予", "全部满足（条件组）")]


def decided(excuses: dict[str, bool] | None = None) -> tuple[Decision, Build]:
    build = Build().fact("场次", "整数", "场").fact("年限", "整数", "年")
    build.criterion("规模", "场次不少于12场", strength="一般应当").criterion("资历", "年限不少于3年")
    build.determination("审查", OUTCOMES, favourable="准予")
    return decide(compile_package(build.package()), case({"场次": 10, "年限": 3}, excuses), "审查"), build


def test_an_excused_criterion_is_marked_as_let_pass() -> None:
    found, build = decided({"规模": True})
    lines = list(view.full(found))
    assert found.outcome == "准予"
    assert any(line.startswith("  ✓ 例外 规模") for line in lines)
    assert not any("✗" in line or line.startswith("决定性") for line in lines)
    written = list(markdown.document(case({}), build.package(), [found]))
    assert any(line.startswith("| ✓ 例外 | 规模 |") for line in written)
    plain = to_plain(found)["准则"][0]
    assert (plain["结论"], plain["例外理由"]["理由"]) == ("未满足", "现场查看")


def test_a_criterion_whose_excuse_was_refused_is_unmet() -> None:
    found, _ = decided({"规模": False})
    assert any(line.startswith("  ✗ 规模") for line in view.full(found))


def test_an_excuse_is_asked_for_once_and_in_its_own_words() -> None:
    text = "\n".join(explanation.explain(decided()[0]))
    assert text.count("写明例外理由：规模") == 1
    assert "补充“规模”" not in text


def explained(outcomes: Any, facts: dict[str, Any]) -> str:
    build = Build().enum("申辩项", "未提出", "已采纳", "未采纳").fact("申辩", "申辩项").fact("场次", "整数", "场")
    build.criterion("规模", "场次不少于12场").criterion("申辩未采纳", "申辩属于［未提出、未采纳］")
    build.determination("审查", outcomes, "不予", favourable="准予")
    found = decide(compile_package(build.package()), case(facts), "审查")
    return "\n".join(explanation.explain(found)).split("【为什么不是“准予”】")[1].split("【")[0]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("申辩为已采纳", "· 申辩为未提出"),
        ("任一未满足（申辩未采纳）", "· 申辩未采纳（第一条）：申辩为未提出"),
        ("满足（规模）", "✗ 规模（第一条）：没有达到要求：场次不少于12场"),
    ],
)
def test_why_not_says_what_stands_in_the_way(condition: str, expected: str) -> None:
    answer = explained([("准予", condition)], {"申辩": "未提出", "场次": 10})
    assert [line.strip().split("  ←")[0] for line in answer.strip().splitlines()] == [expected]


def test_an_unknown_sum_says_what_is_known_and_what_is_not_filled_in() -> None:
    build = Build()
    build.table("台账", build.field("人数", "整数", "人次", low=0), build.field("主办", "文本"))
    build.derived("人次", "合计（台账.人数）", "人次").criterion("规模", "人次不少于300人次")
    build.determination("审查", OUTCOMES, favourable="准予")
    rows = records(("人数", "主办"), (277, None), (None, "甲"))
    found = decide(compile_package(build.package()), case({"台账": rows}), "审查")
    (seen,) = [item for item in found.criteria[0].seen if item.name == "人次"]
    assert (seen.text, seen.source) == ("未知", "已知至少277人次，台账的“人数”有1格未填")


def test_parts_of_a_score_add_up_to_the_total_beside_them() -> None:
    build = Build().fact("场次", "整数", "场")
    build.score("得分", {"规模分": "场次×1分÷3场"}, {"合格": "2分以上", "不合格": "不满2分"})
    build.determination("审查", [("合格", "等次（得分）为合格")], "不合格", favourable="合格")
    found = decide(compile_package(build.package()), case({"场次": 7}), "审查")
    assert ([line.weighted for line in found.scores[0].lines], found.scores[0].total) == (["≈2.3333分"], "≈2.3333分")


def test_a_total_just_short_of_its_limit_opens_to_items_records_and_parameters() -> None:
    """59.999985 is below 60: what people read says so with as many digits, and where every figure of it comes from."""
    build = Build()
    build.table("台账", build.field("人数", "整数", "人"))
    build.derived("人次", "合计（台账.人数）", "人", clauses=("第三条",)).parameter(
        "标准", 4000000, "人", clauses=("第五条",)
    )
    bands = {"合格": "60分以上", "不合格": "不满60分"}
    build.score("得分", {"规模": "人次×60分÷标准"}, bands, clauses=("第四条",)).parameter("合格线", 60, "分")
    build.criterion("达标", "得分不少于合格线", unmet="总分{得分}，少于{合格线}，结果为{等次（得分）}")
    build.determination("审查", OUTCOMES, favourable="准予")
    rows = records(("人数",), (3000000,), (999999,))
    found = decide(compile_package(build.package()), case({"台账": rows}), "审查")
    assert found.criteria[0].message == "总分59.999985分，少于60分，结果为不合格"
    lines = [" ".join(line.split()) for line in explanation.explain(found, columns=200)]
    for said in (
        "得分 = 59.999985分 ← 条文 第四条",
        "人次 = 3999999人 条文 第三条",
        "· ← 证据，林某某 2026年11月1日认定，2条中计入2条：第1条 3000000人、第2条 999999人",
        "得分：规模 = 59.999985分 条文 第二条",
        "= 3999999人×60分÷4000000人",
        "· 标准 = 4000000人 ← 条文 第五条",
        "等次（得分） = 不合格 条文 第四条",
        "▸ 不合格：得分少于60分",
    ):
        assert said in lines, said


def test_a_determination_on_a_derived_quantity_opens_to_its_facts() -> None:
    build = Build().fact("场次", "整数", "场").fact("补办", "整数", "场")
    build.derived("总场次", "场次+补办", "场", clauses=("第三条",)).parameter("下限", 12, "场")
    build.determination("审查", [("准予", "总场次不少于下限")], "不予", favourable="准予")
    found = decide(compile_package(build.package()), case({"场次": 8, "补办": 3}), "审查")
    lines = [" ".join(line.split()) for line in explanation.explain(found, columns=200)]
    for said in ("总场次 = 11场 条文 第三条", "= 8场+3场", "所凭的事实：场次、补办"):
        assert said in lines, said
    assert sum(line.startswith(("· 场次 = 8场 ←", "· 补办 = 3场 ←")) for line in lines) == 2


def priced(sketch: Sketch) -> Program:
    """The sketch with a score and a 判断 that its outcomes read, and an amount."""

    def more(build: Build) -> None:
        build.fact("骗取", finding=True).derived("金", "（数一×3+数二）×1元÷7", "元")
        build.score("分", {"甲项": "数一×1分÷3", "乙项": "数二×1分"}, {"高": "3分以上", "低": "不满3分"})
        fraud = build.outcome("不予", "骗取", nature="不利决定")
        given = [build.outcome(name, f"（{when}）且分不少于0分", amount="金") for name, when in sketch.outcomes]
        build.determination("审查", [fraud, *given], sketch.default, favourable="准予")

    return sketch.program(more)


@settings(max_examples=examples(60), deadline=None)
@given(
    sketches,
    known().flatmap(lambda facts: st.sampled_from((None, True, False)).map(lambda fraud: {**facts, "骗取": fraud})),
    excuses,
)
def test_three_views_say_the_same(sketch: Sketch, facts: dict[str, Any], excused: dict[str, bool]) -> None:
    """What is found, missing, counted, scored, paid and to be put right stands in the text, the Markdown and the JSON
    alike."""
    program, case = priced(sketch), case_of(facts, excused)
    found = decide(program, case, "审查")
    views = ["\n".join(view.full(found)), "\n".join(markdown.document(case, program.package, [found]))]
    views.append(json.dumps(to_plain(found), ensure_ascii=False))
    remedy = [found.remedy.sentence, *found.remedy.alternatives] if found.remedy is not None else []
    listed = [item for item in found.missing if item.matters or item.reopens]
    needed = [item.name for item in listed]
    unmet = [text for c in found.criteria for text in view.messages(c)]
    said = [found.outcome, *found.possible[1:], *found.reasons, *needed, *remedy, *(c.name for c in found.criteria)]
    said += [
        *unmet,
        found.amount,
        *(step for line in found.workings.value if line.ends == AMOUNT for step in line.steps),
    ]
    said += [text for sheet in found.scores for text in (sheet.name, sheet.total, sheet.band)]
    said += [text for sheet in found.scores for line in sheet.lines for text in (line.name, line.weighted)]
    said += [text for one in found.found for text in (one.name, one.finding.person, one.finding.reasons)]
    counts = [c.name for c in found.criteria if c.counted == ADVERSE]
    heads = [line for line in views[0].splitlines() if line.endswith("· 不利")]
    assert [name for name in counts if not any(f" {name} " in line for line in heads)] == []
    rows = [line for line in views[1].splitlines() if "不利 |" in line]
    assert [name for name in counts if not any(f"| {name} |" in line for line in rows)] == []
    assert (len(heads), len(rows)) == (len(counts), len(counts))
    assert [c["名称"] for c in json.loads(views[2])["准则"] if c["作用"] == "不利"] == counts
    for shown in views:
        whole = "".join(shown.split())
        assert [one for one in said if "".join(one.split()) not in whole] == []


def test_a_determination_that_is_not_opened_names_what_would_open_it() -> None:
    build = Build().fact("申请日期", "日期").fact("甲").criterion("规模", "甲")
    build.determination("审查", OUTCOMES, "不予", applies="已填（申请日期）", favourable="准予")
    found, given_ = decide(compile_package(build.package()), case({}), "审查"), case({})
    assert view.not_opened(found) == "审查（未填申请日期）"
    assert "未启动：审查（未填申请日期）" in "\n".join(view.case_report(given_, build.package(), [found]))
    assert "未启动：审查（未填申请日期）。" in list(markdown.document(given_, build.package(), [found]))


def test_a_determination_waiting_for_what_is_not_filled_in_holds_nothing_against_anybody() -> None:
    build = Build().fact("类型", "文本").fact("受理").fact("另案", "文本")
    build.criterion("受理过", "已填（另案）")
    build.determination("审查", OUTCOMES, favourable="准予", applies="已填（类型）")
    found = decide(compile_package(build.package()), case({}), "审查")
    shown = "\n".join(view.full(found))
    assert "不适用（尚未启动：类型未填，填报以后再审查）" in shown
    assert "✗" not in shown
    assert "✗" in "\n".join(view.full(decide(compile_package(build.package()), case({"类型": "甲"}), "审查")))
