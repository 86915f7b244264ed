"""A decision table that is only applied declares its inputs itself: no case has them, nothing else may name them."""

from __future__ import annotations

import pytest

from engine.decision.door import objections
from engine.decision.program import compile_package
from engine.intake.forms import case_form
from tests.worlds.build import case, records
from tests.worlds.texts import checked, load, package, underlined

RULES = """\
记录表: [{名称: 名册, 列: [{名称: 类别, 类型: 枚举, 枚举: 类型项}, {名称: 数量, 类型: 整数}]}]
决定表:
  - 名称: 系数
    各输入: [{名称: 所查, 类型: 枚举, 枚举: 类型项}]
    各输出: [{名称: 单倍}, {名称: 双倍}]
    行: [[甲型, 1, 2], [乙型, 3, 6]]
派生量:
  - {名称: 折算, 式: 合计（名册，数量×单倍（类别））}
  - {名称: 本案, 式: 双倍（机构类型）}
"""


def test_it_is_applied_to_columns_and_facts() -> None:
    found = package(RULES)
    program = compile_package(found)
    rows = records(("类别", "数量"), ("甲型", 5), ("乙型", 2))
    values = program.evaluated(case({"机构类型": "乙型", "名册": rows}))
    assert [values[program.slots[name]] for name in ("折算", "本案")] == [11, 6]
    assert "E380" not in {p.code for p in checked(RULES)}


def test_no_case_has_its_inputs() -> None:
    found = package(RULES)
    assert "所查" not in case_form(found, "甲", "t")
    assert [p.code for p in objections(found, case({"所查": "甲型"}))] == ["E704", "E501"]


@pytest.mark.parametrize(
    ("more", "marked"),
    [
        ("  - {名称: 裸表, 式: 单倍+1}\n", "单倍"),
        ("  - {名称: 裸项, 式: 单倍（所查）}\n", "所查"),
        ("准则: [{名称: 甲, 要求: 所查为甲型}]\n", "所查"),
    ],
)
def test_what_it_is_not_is_told(more: str, marked: str) -> None:
    rules = RULES + more
    (problem,) = [p for p in checked(rules) if p.code == "E380"]
    assert underlined(problem, rules) == marked


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    各输入: [{名称: 所查, 类型: 枚举, 枚举: 类型项}]\n", ""),
        ("    各输入:", "    输入: [机构类型]\n    各输入:"),
        ("[甲型, 1, 2]", "[甲型, 1]"),
    ],
)
def test_what_does_not_fit_is_refused(old: str, new: str) -> None:
    assert "E330" in {p.code for p in load(RULES.replace(old, new))[1]}
