"""What general law attaches, by nature of the outcome and stage of the document; what `check` finds wanting."""

from __future__ import annotations

from typing import Any

import pytest

from engine.base.problem import Problem
from engine.decision.case import Case, Fact
from engine.decision.decide import decide
from engine.decision.model import Decision
from engine.decision.program import compile_package
from engine.documents.check_duties import check_duties
from engine.documents.plan import plan_document
from engine.documents.writing import CaseReading
from tests.worlds.permits import LAW, RULES, letters
from tests.worlds.texts import DAY, load, package, underlined


def decided(type_: str, met: bool = False, rules: str = RULES, **facts: Any) -> tuple[Decision, list[str], list[str]]:
    """The decision, what its letter says, and the codes of what is wrong with it."""
    program = compile_package(package(letters(rules)))
    given = {"店名": "甲", "机构类型": type_, "有场地": met, "整洁": True, **facts}
    case = Case("A", DAY, {name: Fact(value) for name, value in given.items()})
    decision = decide(program, case, "审查")
    values = program.load(case)
    for step in program.steps.values():
        step.rule(values)
    reading = CaseReading(program, values)
    plan, problems = plan_document(program.package, decision, case, decision.documents[0], reading, date=DAY)
    return decision, [part.text for part in plan.body] if plan else [], [p.code for p in problems]


def attached(decision: Decision) -> list[str]:
    return [item.name for item in decision.attached]


def test_a_notice_offers_to_hear_and_names_no_remedy() -> None:
    decision, said, codes = decided("甲型")
    assert (decision.outcome, attached(decision)) == ("拟不予", ["陈述", "送达"])
    assert said == ["没有场地（第一条）。", "可以陈述申辩。", "请签收。"]
    assert codes == []


def test_a_decision_names_remedies_and_does_not_offer_to_hear() -> None:
    decision, said, codes = decided("乙型")
    assert attached(decision) == ["听取", "复议", "送达", "期间"]
    assert said == [
        "没有场地（第一条）。",
        "请在10日内停业。",
        "期间这样算。",
        "不服本决定的，可以依法申请复议。",
        "请签收。",
    ]
    assert codes == []


def test_the_office_is_not_reminded_of_a_notice_that_was_served() -> None:
    decision, said, _ = decided("乙型", 告知送达日期=DAY)
    assert attached(decision) == ["复议", "送达", "期间"]
    assert "决定以前听取意见。" not in said


def test_nothing_attaches_to_a_favourable_outcome_with_the_same_document() -> None:
    rules = RULES.replace("文书: [准予通知, 送达回证]", "文书: [不予决定书]")
    decision, said, codes = decided("乙型", met=True, rules=rules)
    assert (decision.outcome, decision.documents) == ("准予", ("不予决定书",))
    assert (attached(decision), codes) == ([], [])
    assert said == ["请在10日内停业。"]


def test_a_burdening_outcome_without_stages_is_a_decision() -> None:
    decision, said, codes = decided(
        "乙型", rules=RULES.replace("    阶段: 决定\n", "").replace("    事先告知: 告知送达日期\n", "")
    )
    assert attached(decision) == ["听取", "复议", "送达", "期间"]
    assert (said, codes) == ([], ["E665"])  # its letter is of no stage, so the remedy is not said in it


# ---- what `guiju check` finds ----


def found(rules: str = RULES, law: str = LAW) -> list[Problem]:
    return check_duties(package(letters(rules, law)))


def test_a_package_that_says_everything_is_fine() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("标题: 关于不予准许的决定\n    主送: '{店名}'\n", "标题: 关于不予准许的决定\n", "缺少：当事人"),
        ("    阶段: 决定\n    事先告知: 告知送达日期\n", "", "缺少：阶段"),
        ("      - {逐项: 未满足准则, 段: '{说明}（{条款}）。'}\n      - 段: 请", "      - 段: 依《{规范题名}》，请", "缺少：事实"),
        ("（{条款}）。'}\n      - 段: 请", "。'}\n      - 段: 请", "缺少：依据"),
        ("请在{整改期}内停业", "请停业", "要当事人“停业”，文书没有写明期限"),
        ("文书: [不予决定书, 送达回证]\n        义务", "文书: [不予决定书]\n        义务", "没有送达回证"),
        ("文书: [告知书, 送达回证]", "文书: [告知书]", "`拟不予`的文书要送达，没有送达回证"),
        ("文书: [不予决定书, 送达回证]\n        义务", "文书: [送达回证]\n        义务", "没有送达当事人的文书"),
    ],
)  # fmt: skip
def test_what_a_letter_lacks(old: str, new: str, said: str) -> None:
    assert old in RULES
    problems = found(RULES.replace(old, new))
    assert [p.code for p in problems] == ["W607"]
    assert said in problems[0].message


@pytest.mark.parametrize(("kind", "said"), [("救济", "`不予决定书`（不予）"), ("陈述申辩", "`告知书`（拟不予）")])
def test_what_general_law_does_not_say(kind: str, said: str) -> None:
    (problem,) = found(law=LAW.replace(f"类型: {kind}", "类型: 期限"))
    assert problem.message == f"{said}对当事人不利，缺少：{kind}（通则的 `附随` 没有写）"


@pytest.mark.parametrize("key", ["事先告知", "送达"])
def test_the_day_of_service_is_a_date(key: str) -> None:
    rules = RULES.replace("事先告知: 告知送达日期", f"{key}: 店名")
    _, problems = load(letters(rules))
    assert [(p.code, underlined(p, letters(rules))) for p in problems] == [("E619", "店名")]
