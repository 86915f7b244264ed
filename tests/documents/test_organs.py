"""Who decides, and what of: general law speaks by the kind of the deciding organ and the kind of dispute, and of each organ
in that organ's own words; what nobody told keeps the letter back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from engine.base.codes import CODES
from engine.base.problem import Problem
from engine.decision.case import Case, Fact
from engine.decision.decide import decide
from engine.decision.model import Decision
from engine.decision.program import compile_package
from engine.documents.check_duties import check_duties
from engine.documents.draft import Draft
from engine.documents.unset import check_organs, check_unset
from engine.documents.writing import drafts_of
from tests.worlds.permits import RULES, letters
from tests.worlds.texts import DAY, header, load, package, underlined

ROOT = Path(__file__).parents[2]
LAW = """\
附随:
  - 名称: 复议
    性质: [不利决定]
    阶段: [决定]
    机关类别: [政府部门]
    除外争议: [复议前置]
    类型: 救济
    内容: 可以向{机关的复议机关}申请复议，也可以向{机关的管辖法院}起诉。
  - 名称: 先复议
    性质: [不利决定]
    阶段: [决定]
    机关类别: [政府部门]
    争议: [复议前置]
    类型: 救济
    内容: 先向{机关的复议机关}申请复议，不服复议决定的，再向{机关的管辖法院}起诉。
  - {名称: 异议, 性质: [不利决定], 阶段: [决定], 机关类别: [事业单位, 党的机关], 类型: 救济, 内容: '有异议的，可以{机关的异议途径}。'}
"""
ORGANS = """\
机关名录:
  - {名称: 某市商务局, 类别: 政府部门, 复议机关: “某市人民政府”, 管辖法院: 法院名称}
  - {名称: [某县商务局], 类别: 政府部门, 复议机关: “某县人民政府”, 管辖法院: “某县人民法院”}
  - {名称: 某市商务服务中心, 类别: 事业单位, 异议途径: “向某市商务局书面提出”}
  - {名称: 中共某市委商务工作部, 类别: 党的机关}
参数: [{名称: 法院名称, 类型: 文本, 取值: [{值: “某区人民法院”}]}]
"""
REFUSED, RECORD = "不予决定书", "送达回证"
COUNTY = "机关: {式: 局名}"


def given(organ: str = "某市商务局", dispute: str = "", law: str = LAW, organs: str = ORGANS) -> dict[str, str]:
    """The permits' office with an organ and a kind of dispute."""
    rules = RULES.replace("机关: 某市商务局", f"机关: {organ}" if not organ.startswith("机关") else organ)
    rules = rules.replace("事实:\n", "事实:\n  - {名称: 局名, 类型: 文本}\n")
    if dispute:
        rules = rules.replace("  - 名称: 审查\n", f"  - 名称: 审查\n    争议: {dispute}\n")
    return {**letters(rules, law), "organs.yaml": organs}


def issued(files: dict[str, str], **facts: Any) -> tuple[Decision, list[Draft], list[Problem]]:
    program = compile_package(package(files))
    known = {"店名": "小满书店", "机构类型": "乙型", "有场地": False, "整洁": True, **facts}
    case = Case("A", DAY, {name: Fact(value) for name, value in known.items()})
    decision = decide(program, case, "审查")
    drafts, problems = drafts_of(program, case, [decision], None, DAY)
    return decision, drafts, problems


def remedies(decision: Decision) -> list[str]:
    return [item.text for item in decision.attached if item.kind == "救济"]


SAYS = [
    ("某市商务局", "", "可以向某市人民政府申请复议，也可以向某区人民法院起诉。"),
    ("某市商务局", "复议前置", "先向某市人民政府申请复议，不服复议决定的，再向某区人民法院起诉。"),
    ("某县商务局", "", "可以向某县人民政府申请复议，也可以向某县人民法院起诉。"),
    ("某市商务服务中心", "", "有异议的，可以向某市商务局书面提出。"),
    ("某市商务服务中心", "复议前置", "有异议的，可以向某市商务局书面提出。"),
]


@pytest.mark.parametrize(("organ", "dispute", "says"), SAYS)
def test_the_letter_says_what_holds_for_the_organ_and_the_dispute(organ: str, dispute: str, says: str) -> None:
    decision, drafts, problems = issued(given(organ, dispute))
    assert (remedies(decision), problems) == ([says], [])
    assert [draft.stem for draft in drafts] == [REFUSED, RECORD]
    assert says in [part.text for part in drafts[0].plan.body]


@pytest.mark.parametrize(("organ", "dispute", "says"), SAYS[:1] + SAYS[2:4])
def test_an_organ_that_follows_from_the_case_is_looked_up_when_it_is_known(organ: str, dispute: str, says: str) -> None:
    decision, _, problems = issued(given(COUNTY), 局名=organ)
    assert (decision.authority, remedies(decision), problems) == (organ, [says], [])
    assert check_duties(package(given(COUNTY))) == check_duties(package(given("某市商务局")))


def test_an_organ_whose_kind_nobody_told_gets_nothing_and_the_letter_is_kept_back() -> None:
    for files, facts in ((given("某区商务局"), {}), (given(COUNTY), {"局名": "某区商务局"})):
        decision, drafts, problems = issued(files, **facts)
        assert remedies(decision) == []
        assert any("“某区商务局”没有列入机关名录" in note for note in decision.notes)
        assert ([*drafts], [p.code for p in problems]) == ([], ["E665", "E668"])
        assert "“某区商务局”没有列入机关名录" in problems[0].message


def test_what_the_entry_of_an_organ_does_not_say_is_left_open_and_keeps_the_letter_back() -> None:
    """Never the people's government of its level: a party organ has none."""
    files = given("中共某市委商务工作部")
    decision, drafts, problems = issued(files)
    assert remedies(decision) == ["有异议的，可以〔机关的异议途径未定〕。"]
    assert ([*drafts], [p.code for p in problems]) == ([], ["E611", "E668"])
    assert underlined(problems[0], files) == "中共某市委商务工作部"
    assert "没有写“中共某市委商务工作部”的异议途径" in problems[0].message


def test_an_open_parameter_of_an_organ_is_told_as_other_open_terms_are() -> None:
    organs = ORGANS.replace("类型: 文本, 取值: [{值: “某区人民法院”}]", "类型: 文本, 未定: 是, 由: 某市商务局")
    files = given(organs=organs)
    _, drafts, problems = issued(files)
    assert ([*drafts], [p.code for p in problems]) == ([], ["E611", "E668"])
    assert "`法院名称` 未定，由某市商务局定" in problems[0].message
    assert [(p.code, underlined(p, files)) for p in check_unset(package(files))] == [("W611", "法院名称")]


def test_check_tells_of_organs_before_any_case_does() -> None:
    found = check_organs(package(given("某区商务局")))
    assert {(p.code, "“某区商务局”作出，它没有列入机关名录" in p.message) for p in found} == {("W612", True)}
    (silent,) = check_organs(package(given("中共某市委商务工作部")))
    assert (silent.code, "异议途径" in silent.message) == ("W612", True)
    assert check_organs(package(given())) == check_organs(package(given(COUNTY))) == []
    assert check_organs(package(given("某区商务局", law="条款: []\n"))) == []


def test_check_misses_remedies_that_attach_to_other_organs_or_disputes_only() -> None:
    only = LAW.split("  - 名称: 先复议")[0]
    for files, lacks in ((given(law=only), False), (given("某市商务服务中心", law=only), True)):
        assert any("救济" in p.message for p in check_duties(package(files))) is lacks
    assert any(
        "救济" in p.message
        for p in check_duties(
            package(
                given(
                    "某市商务局",
                    "复议前置",
                    law=only + "  - {名称: 别的, 性质: [不利决定], 争议: [别的], 类型: 救济, 内容: 别的。}\n",
                )
            )
        )
    )


WRONG = [
    ("E388", "复议前值", given("某市商务局", "复议前值")),
    (
        "E387",
        "某县商务局",
        given(organs=ORGANS.replace("名称: 某市商务服务中心", "名称: [某市商务服务中心, 某县商务局]")),
    ),
    (
        "E202",
        "法院编号",
        given(
            organs=ORGANS.replace("管辖法院: 法院名称", "管辖法院: 法院编号") + "派生量: [{名称: 法院编号, 式: 场次}]\n"
        ),
    ),
]


@pytest.mark.parametrize(("code", "place", "files"), WRONG, ids=[code for code, _, _ in WRONG])
def test_what_is_wrong_is_told_at_its_place(code: str, place: str, files: dict[str, str]) -> None:
    _, problems = load(files)
    assert [(p.code, underlined(p, files)) for p in problems] == [(code, place)]
    assert code in CODES


OURS = {
    f"general-procedure/{p.name}": p.read_text("utf-8")
    for p in sorted((ROOT / "policies/general-procedure").glob("*.yaml"))
}
CHINA = {"法域": "中华人民共和国"}
TAX = [
    (
        "",
        [
            "不服本决定的，可以自收到本文书之日起60日内，向某市人民政府申请行政复议。",
            "不服本决定的，也可以自收到本文书之日起6个月内，依法直接向某区人民法院提起行政诉讼。",
        ],
    ),
    (
        "复议前置",
        [
            "不服本决定的，应当自收到本文书之日起60日内，先向某市人民政府申请行政复议；对行政复议决定不服的，可以依法向某区人民法院提起行政诉讼。没有经过行政复议的，不能直接提起行政诉讼。"
        ],
    ),
]


@pytest.mark.parametrize(("dispute", "says"), TAX, ids=["choice", "review first"])
def test_our_general_law_tells_where_review_must_come_first(dispute: str, says: list[str]) -> None:
    """A notice on tax that offered to go to court at once would mislead its party."""
    files = {**given(dispute=dispute), **OURS, "t/policy.yaml": header("t", **CHINA)}
    decision, drafts, problems = issued({name: text for name, text in files.items() if not name.startswith("g/")})
    assert (remedies(decision), problems) == (says, [])
    assert [part.text for part in drafts[0].plan.body if part.text.startswith("不服本决定")] == says


@pytest.mark.parametrize("standing", [{}, {"法域": "甲国"}, {**CHINA, "通则": "无"}])
def test_a_private_employer_and_a_foreign_office_say_nothing_of_chinese_procedure(standing: dict[str, str]) -> None:
    files = {**given(), **OURS, "t/policy.yaml": header("t", **standing)}
    files["rules.yaml"] = files["rules.yaml"].replace("性质: 不利决定", "性质: 内部")
    decision, drafts, problems = issued({name: text for name, text in files.items() if not name.startswith("g/")})
    assert (decision.attached, problems) == ((), [])
    said = "\n".join(part.text for draft in drafts for part in draft.plan.body)
    assert "没有场地" in said
    assert not re.search("复议|诉讼|申辩|实施纲要", said)
