"""What is the same for every value of an enumeration is written once."""

from __future__ import annotations

import pytest

from engine.decision.decide import decide
from engine.decision.program import compile_package
from tests.worlds.build import case
from tests.worlds.texts import load, package, underlined

RULES = """\
枚举: [{名称: 职责项, 取值: [引才, 培训, 窗口]}]
事实:
  - {名称: '{取值}次数', 每个取值: 职责项, 类型: 整数, 单位: 场, 范围: 0 至 100, 问题: '办了几场{取值}？'}
派生量:
  - {名称: '{取值}达到', 每个取值: 职责项, 式: '{取值}次数不少于2场'}
准则:
  - {名称: '{取值}职责', 每个取值: 职责项, 组: 职责, 条款: ['第一条第（{取值序}）项'], 要求: '{取值}达到', 未满足: '{取值}只有{{取值}次数}'}
  - 名称: 合起来
    组: 整体
    要求:
      - {每个取值: 职责项, 条件: '{取值}次数不少于1场', 未满足: '没有{取值}'}
      - {条件: 有场地, 未满足: 没有场地}
决定:
  - 名称: 审查
    结果: [{结果: 不予, 条件: 任一未满足（职责）}, {结果: 准予, 条件: 全部满足（职责）}]
"""


def test_every_value_has_its_item() -> None:
    found = package(RULES)
    assert [n for n in found.facts if n.endswith("次数")] == ["引才次数", "培训次数", "窗口次数"]
    assert found.facts["培训次数"].question == "办了几场培训？"
    assert found.groups["职责"] == ("引才职责", "培训职责", "窗口职责")
    assert found.criteria["窗口职责"].clauses == ("第一条第（三）项",)
    assert len(found.criteria["合起来"].limbs) == 4
    decision = decide(compile_package(found), case({"引才次数": 2, "培训次数": 1, "窗口次数": 2}), "审查")
    assert (decision.outcome, [r.name for r in decision.criteria if r.verdict == "未满足"]) == ("不予", ["培训职责"])
    assert "培训只有1场" in [r.message for r in decision.criteria]


@pytest.mark.parametrize(
    ("old", "new", "code", "marked"),
    [
        ("每个取值: 职责项, 类型", "每个取值: 职责象, 类型", "E381", "职责象"),
        ("名称: '{取值}达到'", "名称: 达到", "E381", "达到"),
        (
            "条件: '{取值}次数不少于1场', 未满足: '没有{取值}'",
            "条件: 引才次数不少于1场, 未满足: 没有",
            "E381",
            "职责项",
        ),
        ("'{取值}次数不少于2场'", "'{取值}人数不少于2场'", "E204", None),
        ("名称: '{取值}职责'", "名称: '{取值}达到'", "E320", None),
    ],
)
def test_what_is_wrong_is_told_where_it_is_written(old: str, new: str, code: str, marked: str | None) -> None:
    rules = RULES.replace(old, new)
    assert rules != RULES
    _, problems = load(rules)
    assert code in {p.code for p in problems}
    if marked:
        assert {underlined(p, rules) for p in problems if p.code == code} == {marked}
    assert all(underlined(p, rules) for p in problems)
