"""Of 全部, 存在 and 不存在 the records that decide are named, with the values parameters had on their days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.decision.case import Case, Fact
from engine.decision.decide import decide
from engine.decision.program import compile_package
from tests.worlds.build import records
from tests.worlds.texts import package

WORLD = """\
条款: [{引用: 第一条, 要旨: 要旨, 类别: 规则}]
记录表: [{名称: 台账, 列: [{名称: 日, 类型: 日期}, {名称: 数, 类型: 整数, 单位: 人}]}]
参数: [{名称: 上限, 条款: 第一条, 取值: [{值: 200人, 至: 2026-06-30}, {值: 300人, 自: 2026-07-01}]}]
派生量: [{名称: 合规, 式: $}]
准则: [{名称: 甲, 组: 组一, 条款: 第一条, 要求: $}, {名称: 乙, 组: 组一, 条款: 第一条, 要求: 合规}]
决定: [{名称: 审查, 条款: 第一条, 结果: [{结果: 不予, 条件: 任一未满足（组一）}, {结果: 准予, 条件: 全部满足（组一）, 有利: 是}]}]
"""
DAYS = ((date(2026, 6, 1), 210), (date(2026, 7, 1), 290), (date(2026, 7, 2), 310))
JUNE = "第1条（数 210人、日 2026年6月1日、上限 200人）"
JULY = "第3条（数 310人、日 2026年7月2日、上限 300人）"
EVERY = "200人（2026-06-30止）、300人（2026-07-01起）"


@pytest.mark.parametrize(
    ("sentence", "told", "limit"),
    [
        ("全部（台账，数不超过上限（日））", f"2条不符合：{JUNE}、{JULY}", EVERY),
        ("不存在（台账，数大于上限（日））", f"2条符合：{JUNE}、{JULY}", EVERY),
        ("存在（台账，数大于上限（日）且日早于2026-07-01）", f"1条符合：{JUNE}", EVERY),
        ("全部（台账，数不超过上限（日）+50人）", "", EVERY),
        (
            "全部（台账，数不超过上限（基准日））",
            "1条不符合：第3条（数 310人、上限 300人）",
            "300人",
        ),
    ],
)
def test_the_records_that_decide_are_named(sentence: str, told: str, limit: str) -> None:
    rules = package(WORLD.replace("$", sentence), date(2026, 8, 1))
    table = records(("日", "数"), *((day, Decimal(number)) for day, number in DAYS))
    case = Case("一", date(2026, 8, 1), {"台账": Fact(table)}, {}, rules.id)
    found = decide(compile_package(rules), case, "审查")
    seen = {one.name: one.text for one in found.criteria[0].seen if one.name != "基准日"}
    assert seen == {"台账": "，".join(filter(None, ("3条记录", told))), "上限": limit}
    [working] = [line for line in found.workings.value if line.name == "合规"]
    told = told if sentence.startswith("全部") else "条中计入"
    assert any(told in figure.source for figure in working.figures)
    assert {figure.text for figure in working.figures if figure.name == "上限"} == {limit}
