"""Amounts that are paid or written are whole 分, or the rules say how they are rounded."""

from __future__ import annotations

import pytest

from engine.policy.check_amounts import check_amounts
from tests.worlds.texts import package, underlined

WORLD = """\
事实:
  - {名称: 支出, 类型: 金额}
  - {名称: 人均, 类型: 小数, 单位: 元}
  - {名称: 比率, 类型: 比例}
记录表: [{名称: 台账, 列: [{名称: 费用, 类型: 金额}, {名称: 天数, 类型: 整数}]}]
参数:
  - {名称: 每场标准, 取值: [{值: 333.33元}]}
  - {名称: 补助比例, 取值: [{值: 50%, 至: 2025-12-31}, {值: 30%, 自: 2026-01-01}]}
  - {名称: 上限, 取值: [{值: 5万元}]}
派生量: [{名称: 一半, 式: 支出÷2}, {名称: 整额, 式: 四舍五入（支出÷3，0）}]
决定表: [{名称: 档, 输入: [场次], 命中: 首个, 行: [[10场以上, 1万元], [任意, 0.5元]]}]
决定: [{名称: 审查, 结果: [{结果: 准予, 条件: 有场地, 金额: $}]}]
"""

WHOLE = [
    "支出",
    "50万元",
    "支出+5万元",
    "每场标准×3",
    "上限×补助比例",
    "上限÷8",
    "支出×3",
    "档",
    "档×2",
    "整额",
    "四舍五入（支出×补助比例，2）",
    "四舍五入（支出÷3，0）",
    "向下取整（支出×补助比例）",
    "较小（上限，四舍五入（支出×补助比例，2））",
    "若有场地则支出否则上限",
    "合计（台账.费用）",
    "最大（台账.费用）",
    "合计（台账.费用）−100元",
    "场次÷1场×100元",
]
FINER = [
    "支出÷3",
    "一半",
    "支出×补助比例",
    "支出×比率",
    "人均",
    "人均×场次÷1场",
    "1000.005元",
    "每场标准×0.5",
    "四舍五入（支出÷3，3）",
    "平均（台账.费用）",
    "较小（上限，支出×补助比例）",
    "若有场地则支出否则支出÷3",
    "上限÷3",
    "上限÷0",
]


@pytest.mark.parametrize("amount", WHOLE)
def test_whole_cents(amount: str) -> None:
    assert list(check_amounts(package(WORLD.replace("$", amount)))) == []


@pytest.mark.parametrize("amount", FINER)
def test_what_may_come_out_finer_is_to_say_how_it_is_rounded(amount: str) -> None:
    text = WORLD.replace("$", amount)
    found = list(check_amounts(package(text)))
    assert [(p.code, underlined(p, text)) for p in found] == [("E362", amount)]
    assert "四舍五入" in (found[0].help or "")


@pytest.mark.parametrize(("wording", "codes"), [("发给{支出}", []), ("发给{支出÷3}", ["E362"]), ("{支出÷3≥1元}", [])])
def test_amounts_in_wording(wording: str, codes: list[str]) -> None:
    text = WORLD.replace("$", "支出") + f'文书: [{{名称: 函, 标题: 函, 正文: [{{段: "{wording}"}}]}}]\n'
    assert [p.code for p in check_amounts(package(text))] == codes
