"""How an amount was come to, in a letter; and the same digits wherever a number stands."""

from __future__ import annotations

from typing import Any

import pytest

from engine.decision.decide import decide
from engine.decision.program import compile_package
from engine.documents.plan import plan_document
from engine.documents.writing import CaseReading
from engine.policy.checks import check_package
from tests.worlds.build import AS_OF, case
from tests.worlds.texts import package

RULES = """\
条款: [{引用: 第一条, 要旨: 补助, 类别: 规则}]
事实:
  - {名称: 单位, 类型: 文本}
  - {名称: 已核定, 类型: 金额, 单位: 元}
  - {名称: 申领, 类型: 金额, 单位: 元}
参数:
  - {名称: 年度上限, 单位: 元, 条款: [第一条], 取值: [{值: 50万元}]}
  - {名称: 场均下限, 单位: 人, 条款: [第一条], 取值: [{值: 8人}]}
派生量:
  - {名称: 剩余, 单位: 元, 式: '较大（年度上限−已核定，0元）', 条款: [第一条]}
  - {名称: 可核定, 单位: 元, 式: '较小（申领，剩余）', 条款: [第一条]}
  - {名称: 场均, 单位: 人, 式: 人数÷场次×1场, 条款: [第一条]}
评分:
  - 名称: 总分
    单位: 分
    条款: [第一条]
    分项: [{名称: 场次分, 满分: 10分, 计分: {式: 场次×1分÷3场}}, {名称: 人数分, 满分: 10分, 计分: {式: 人数×1分÷7人}}]
准则: [{名称: 规模, 条款: [第一条], 要求: 场均不少于场均下限, 未满足: '场均{四舍五入（场均，2）}'}]
决定:
  - 名称: 核定
    条款: [第一条]
    结果: [{结果: 核定, 条件: 申领超过0元且总分不少于0分, 机关: 某局, 金额: 可核定, 文书: [通知]}]
    默认: 核定
文书:
  - 名称: 通知
    条款: [第一条]
    标题: 核定通知
    主送: '{单位}'
    正文:
      - 段: 年度上限{年度上限}，剩余{剩余}。
      - {逐项: 计算, 当: 名称为“剩余”或名称为“可核定”, 段: '{序}.{名称}：{算式}（{条款}，{来源}）。'}
      - 段: 场均{四舍五入（场均，2）}，下限{场均下限}。
      - 段: 得分{总分}。
      - {逐项: 分项得分, 段: '{名称}{加权得分}。'}
"""


def letter(facts: dict[str, Any]) -> list[str]:
    found = package(RULES)
    assert [p.code for p in check_package(found, None) if p.is_error] == []
    program, given = compile_package(found), case(facts)
    values = program.evaluated(given)
    decision = decide(program, given, "核定")
    plan, problems = plan_document(found, decision, given, "通知", CaseReading(program, values), date=AS_OF)
    assert plan is not None, problems
    return [part.text for part in plan.body]


FACTS = {"单位": "甲单位", "已核定": 460000, "申领": 80000, "场次": 1000, "人数": 7999}


def test_a_letter_shows_how_the_amount_was_come_to_and_limits_as_they_are_written() -> None:
    """The limit is declared in 元 and written in 万元: counted in 元, read as written."""
    assert letter(FACTS)[:3] == [
        "年度上限50万元，剩余4万元。",
        "1.剩余：较大（年度上限－已核定，0元）＝较大（50万元－46万元，0元）＝4万元（第一条，条文第一条）。",
        "2.可核定：较小（申领，剩余）＝较小（8万元，4万元）＝4万元（第一条，条文第一条）。",
    ]


def test_a_number_beside_its_limit_in_a_paragraph_stands_on_its_own_side() -> None:
    assert letter(FACTS)[3] == "场均7.999人，下限8人。"


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((7, 1), ["得分约2.4762分。", "场次分约2.3333分。", "人数分约0.1429分。"]),
        ((3, 7), ["得分2分。", "场次分1分。", "人数分1分。"]),
    ],
)
def test_items_and_total_show_digits_that_add_up(counts: tuple[int, int], expected: list[str]) -> None:
    assert letter({**FACTS, "场次": counts[0], "人数": counts[1]})[4:] == expected
