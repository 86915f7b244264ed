"""A requirement of several limbs: only what is unmet is said, of every limb that is, and nothing that is met is blamed."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from engine.decision.decide import decide
from engine.decision.program import compile_package
from engine.decision.serial import from_plain, to_plain
from engine.policy.differences import differences
from engine.views.explanation import explain
from tests.worlds.build import case
from tests.worlds.texts import package

CLAUSES = "条款: [{引用: 第一条, 要旨: 要旨, 类别: 规则}]\n"
FACTS = "事实: [{名称: 甲项, 类型: 是否}, {名称: 乙项, 类型: 是否}, {名称: 丙项, 类型: 是否}]\n"
TEXTS = ("没有甲", "没有乙", "没有丙")
DECISION = (
    "决定: [{名称: 审查, 条款: 第一条, 结果: [{结果: 不予, 条件: 任一未满足（组一）, 性质: 不利决定, 机关: 局},"
    " {结果: 准予, 条件: 全部满足（组一）, 有利: 是}]}]\n"
)


def rules(required: str, rest: str = "") -> str:
    return f"{CLAUSES}{FACTS}准则:\n  - 名称: 条件一\n    组: 组一\n    条款: 第一条\n    要求:{required}\n{rest}{DECISION}"


LIMBS = "".join(
    f"\n      - {{条件: {name}, 未满足: {text}, 补救: 补{name[0]}}}"
    for name, text in zip(("甲项", "乙项", "丙项"), TEXTS, strict=True)
)


@pytest.mark.parametrize("truths", list(product((True, False, None), repeat=3)))
def test_every_limb_that_is_unmet_is_said_and_no_other(truths: tuple[Any, ...]) -> None:
    program = compile_package(package(rules(LIMBS)))
    given = zip(("甲项", "乙项", "丙项"), truths, strict=True)
    found = decide(program, case({name: truth for name, truth in given if truth is not None}), "审查")
    [result] = found.criteria
    words = {True: "满足", False: "未满足", None: "待查明"}
    assert [limb.verdict for limb in result.limbs] == [words[truth] for truth in truths]
    unmet = [text for text, truth in zip(TEXTS, truths, strict=True) if truth is False]
    assert result.message == "；".join(unmet)
    assert result.remedy == "；".join(f"补{text[-1]}" for text in unmet)
    shown = "\n".join(explain(found))
    assert [text for text in TEXTS if text in shown] == unmet
    assert from_plain(to_plain(found)) == found


def test_a_remedy_for_all_limbs_stands_in_for_those_that_have_none() -> None:
    limbs = "\n      - {条件: 甲项, 未满足: 没有甲, 补救: 补甲}\n      - {条件: 乙项, 未满足: 没有乙}"
    program = compile_package(package(rules(limbs, "    补救: 一并补正\n")))
    for truths, said in (((False, True), "补甲"), ((True, False), "一并补正"), ((False, False), "补甲；一并补正")):
        facts = dict(zip(("甲项", "乙项"), truths, strict=True))
        assert decide(program, case(facts), "审查").criteria[0].remedy == said


def test_what_is_unmet_without_words_of_its_own_is_not_said_as_if_it_were_met() -> None:
    program = compile_package(package(rules(" 甲项")))
    assert decide(program, case({"甲项": False}), "审查").criteria[0].message == "没有达到要求：甲项"


def test_limbs_that_cannot_hold_together_blame_none_of_them() -> None:
    limbs = "\n      - {条件: 甲项, 未满足: 没有甲}\n      - {条件: 非甲项, 未满足: 有甲}"
    [result] = decide(compile_package(package(rules(limbs))), case({}), "审查").criteria
    assert result.verdict == "未满足"
    assert result.message.startswith("下列要求不能同时达到，究竟哪一项没有达到尚未查明")


def test_a_limb_that_every_case_decides_is_said() -> None:
    limbs = "\n      - {条件: 甲项, 未满足: 没有甲}\n      - {条件: 乙项且非乙项, 未满足: 没有乙}"
    [result] = decide(compile_package(package(rules(limbs))), case({"甲项": True}), "审查").criteria
    assert result.message == "没有乙"


def test_people_read_the_words_of_the_limbs_and_of_the_whole() -> None:
    limbs = "\n      - {条件: 甲项, 要求说明: 甲已经具备, 未满足: 没有甲}\n      - {条件: 乙项, 未满足: 没有乙}"
    assert package(rules(limbs)).criteria["条件一"].sentence == "甲已经具备；乙项"
    assert package(rules(limbs, "    要求说明: 两项都具备\n")).criteria["条件一"].sentence == "两项都具备"
    assert package(rules(LIMBS)).criteria["条件一"].sentence == "甲项且乙项且丙项"


def test_another_reading_may_list_limbs_or_one_condition() -> None:
    before = package(rules(LIMBS, "    要求说明: 三项都具备\n"))
    after = package(rules(LIMBS), overlay="式: {条件一: [{条件: 丙项, 未满足: 丙还没有}]}\n")
    assert [limb.sentence for limb in after.criteria["条件一"].limbs] == ["丙项"]
    assert decide(compile_package(after), case({"丙项": False}), "审查").criteria[0].message == "丙还没有"
    single = package(rules(LIMBS, "    要求说明: 三项都具备\n"), overlay="式: {条件一: 甲项或乙项}\n")
    assert single.criteria["条件一"].sentence == "甲项或乙项"
    assert {d.name for d in differences(before, single)} == {"条件一"}
