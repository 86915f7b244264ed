"""Parameters on a stated day, and the warning where the day is not stated."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.decision.case import Case, Fact
from engine.decision.decide import decide
from engine.decision.program import compile_package
from engine.policy.check_periods import check_periods
from tests.worlds.texts import package, underlined

WORLD = """\
事实:
  - {名称: 纳税年度, 类型: 整数, 单位: 年}
  - {名称: 收入, 类型: 金额}
  - {名称: 申报日期, 类型: 日期}
参数:
  - 名称: 扣除标准
    条款: 第一条
    取值: [{值: 1000元, 自: 2020-01-01, 至: 2022-12-31}, {值: 2000元, 自: 2023-01-01}]
  - {名称: 起征点, 条款: 第一条, 取值: [{值: 100元}]}
派生量: [{名称: 应税, 式: $}, {名称: 往年, 式: 收入×（若纳税年度不足2023年则1否则2）}]
决定: [{名称: 审查, 条款: 第一条, 结果: [{结果: 应缴, 条件: 应税超过0元, 金额: 应税}, {结果: 不缴, 条件: 应税不超过0元}]}]
"""


@pytest.mark.parametrize(
    ("year", "amount"), [("2022", "500元"), ("2020", "500元"), ("2023", None), ("2019", "待查"), (None, "待查")]
)
def test_the_value_on_a_stated_day_counts(year: str | None, amount: str | None) -> None:
    """On 1 June 2026 the standard is 2000元; the tax of 2022 is reckoned by that of 2022."""
    found = package(WORLD.replace("$", "收入−扣除标准（年末（纳税年度））"))
    facts = {"收入": Fact(Decimal(1500))} | ({"纳税年度": Fact(Decimal(year))} if year else {})
    decision = decide(compile_package(found), Case("甲", date(2026, 6, 1), facts, {}, found.id), "审查")
    expected = ("待查", "") if amount == "待查" else ("不缴", "") if amount is None else ("应缴", amount)
    assert (decision.outcome, decision.amount) == expected
    told = next(relied.text for relied in decision.relied if relied.name == "扣除标准")
    assert told == "1000元（2020-01-01起2022-12-31止）、2000元（2023-01-01起）"


@pytest.mark.parametrize(
    ("sentence", "marked"),
    [
        ("若纳税年度不足2023年则收入−扣除标准否则收入", "扣除标准"),
        ("往年−扣除标准", "扣除标准"),
        ("若申报日期早于2023年1月1日则收入−扣除标准否则收入", "扣除标准"),
        ("收入−扣除标准", ""),
        ("收入−扣除标准（年末（纳税年度））", ""),
        ("若纳税年度不足2023年则收入−扣除标准（基准日）否则收入", ""),
        ("若纳税年度不足2023年则收入−起征点否则收入", ""),
    ],
)
def test_a_value_of_today_beside_facts_of_another_time_is_told(sentence: str, marked: str) -> None:
    text = WORLD.replace("$", sentence)
    found = [p for p in check_periods(package(text)) if "`应税`" in p.message]
    assert [(p.code, underlined(p, text)) for p in found] == ([("W364", marked)] if marked else [])


REGISTERS = """\
记录表:
  - {名称: 台账, 列: [{名称: 发生日, 类型: 日期}, {名称: 数额, 类型: 金额}], 派生列: [{名称: 超额, 式: $c}]}
  - {名称: 名册, 列: [{名称: 姓名, 类型: 文本}, {名称: 底数, 类型: 金额}]}
参数:
  - 名称: 限额
    条款: 第一条
    取值: [{值: 1000元, 自: 2020-01-01, 至: 2022-12-31}, {值: 2000元, 自: 2023-01-01}]
派生量: [{名称: 结果, 式: $d}, {名称: 其他, 式: 计数（台账，超额）}]
"""


@pytest.mark.parametrize(
    ("derived", "column", "advice"),
    [
        ("全部（台账，数额不超过限额）", "是", "限额（发生日）"),
        ("合计（台账，较小（数额，限额））", "是", "限额（发生日）"),
        ("存在（台账 甲，存在（名册，底数大于限额且底数小于甲.数额））", "是", "限额（甲.发生日）"),
        ("存在（名册，底数大于限额）", "是", ""),
        ("存在（名册 甲，存在（台账，数额大于限额且数额小于甲.底数））", "是", "限额（发生日）"),
        ("计数（台账）×限额", "是", ""),
        ("全部（台账，数额不超过限额（发生日））", "是", ""),
        ("全部（台账，数额不超过限额（基准日））", "是", ""),
        ("计数（台账）", "数额大于限额", "限额（发生日）"),
        ("计数（台账）", "数额大于限额（发生日）", ""),
    ],
)
def test_a_record_held_against_the_value_of_today_is_told(derived: str, column: str, advice: str) -> None:
    """Also where the condition says nothing of the record's day."""
    found = package(REGISTERS.replace("$d", derived).replace("$c", column))
    told = [problem.help or "" for problem in check_periods(found) if problem.code == "W364"]
    assert [text.split("`")[1] for text in told] == ([advice] if advice else [])


@pytest.mark.parametrize(
    ("counted", "advice"),
    [
        ("属于年度（发生日，年度）", "限额（年末（年度））"),
        ("发生日早于某日", "限额（某日）"),
        ("发生日早于2023年1月1日", "限额（基准日）"),
    ],
)
def test_what_is_advised_beside_a_sum_of_records_can_be_written_there(counted: str, advice: str) -> None:
    """The day of a record has no value where the records are only counted."""
    facts = "事实: [{名称: 年度, 类型: 整数, 单位: 年}, {名称: 某日, 类型: 日期}]\n"
    rules = facts + REGISTERS.replace("$c", "是").replace("$d", f"计数（台账，{counted}）×@")
    (told,) = [p for p in check_periods(package(rules.replace("@", "限额"))) if "`结果`" in p.message]
    assert (told.help or "").split("`")[1] == advice
    assert not [p for p in check_periods(package(rules.replace("@", advice))) if "`结果`" in p.message]


def test_a_table_applied_to_each_record_is_looked_into() -> None:
    rules = REGISTERS.replace("$c", "是").replace("$d", "合计（台账，标准（数额，发生日））")
    facts = "事实: [{名称: 额, 类型: 金额}, {名称: 日, 类型: 日期}]\n"
    text = rules + facts + "决定表: [{名称: 标准, 输入: [额, 日], 行: [[任意, 任意, 较小（额，限额@）]]}]\n"
    (told,) = [p for p in check_periods(package(text.replace("@", ""))) if "`结果`" in p.message]
    assert (told.code, underlined(told, text.replace("@", ""))) == ("W364", "限额")
    assert told.help is not None
    assert told.help.startswith("给 `标准` 加一项日期的输入，写作 `限额（那一天）`，套用时填 `发生日`")
    assert not list(check_periods(package(text.replace("@", "（日）"))))
    assert not list(check_periods(package(text.replace("@", "（基准日）"))))
