"""加分封顶: what bonuses may add together."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.decision.decide import decide
from engine.decision.program import compile_package
from tests.worlds.build import case
from tests.worlds.texts import package

RULES = """\
评分:
  - 名称: 总评
    单位: 分
    分项: [{名称: 规模, 满分: 80分, 计分: {式: 场次×1分÷1场}}]
    加分:
      - {名称: 场地加分, 条件: 有场地, 得分: 8分}
      - {名称: 人数加分, 条件: 人数不少于5人, 得分: 7分}
      - {名称: 减分, 条件: 机构类型为乙型, 得分: -3分}
    加分封顶: 10分
    封顶: 85分
    等次: [{名称: 优, 区间: 60分以上}, {名称: 差, 区间: 不满60分}]
决定: [{名称: 评定, 结果: [{结果: 优秀, 条件: 总评不少于60分}], 默认: 一般}]
"""


@pytest.mark.parametrize(
    ("sessions", "site", "people", "kind", "total", "lines"),
    [
        (50, True, 9, "甲型", 60, ["50分", "8分", "7分", "0分", "-5分"]),
        (50, True, 1, "甲型", 58, ["50分", "8分", "0分", "0分"]),
        (50, True, 9, "乙型", 60, ["50分", "8分", "7分", "-3分", "-2分"]),
        (50, False, 1, "乙型", 47, ["50分", "0分", "0分", "-3分"]),
        (80, True, 9, "甲型", 85, ["80分", "8分", "7分", "0分", "-5分"]),
        (50, True, None, "甲型", None, ["50分", "8分", "未知", "0分"]),
    ],
)
def test_bonuses_add_no_more_than_their_limit(
    sessions: int, site: bool, people: int | None, kind: str, total: int | None, lines: list[str]
) -> None:
    program = compile_package(package(RULES))
    facts = {"场次": sessions, "有场地": site, "人数": people, "机构类型": kind}
    decision = decide(program, case(facts), "评定")
    assert program.evaluated(case(facts))[program.slots["总评"]] == (None if total is None else Decimal(total))
    assert [line.weighted for sheet in decision.scores for line in sheet.lines] == lines
    assert decision.outcome == ("优秀" if total is not None and total >= 60 else "一般" if total else "待查")
    if total is not None:
        assert any(f"{total}分" in working.text for working in decision.workings.value)


def test_the_limit_bounds_a_score_that_is_not_known() -> None:
    """At 50分 the bonuses, whatever they are, make no more than 60."""
    program = compile_package(package(RULES.replace("不少于60分}", "超过60分}")))
    facts = {"场次": 50, "有场地": None, "人数": None, "机构类型": None}
    assert decide(program, case(facts), "评定").outcome == "一般"
