"""From a name or a clause to decisions and documents; where a value comes from that the text leaves open."""

from __future__ import annotations

import pytest

from engine.policy.package import Package
from engine.views.about import about, subjects
from tests.worlds.texts import header, package

RULES = """\
条款: [{引用: 第一条, 要旨: 场次, 类别: 规则}, {引用: 第二条, 要旨: 其他, 类别: 规则}]
参数:
  - {名称: 下限, 条款: 第一条, 取值: [{值: 12场}]}
  - {名称: 时限, 条款: 第二条, 单位: 工作日, 未定: 是, 由: 主管机关}
  - {名称: 空缺, 条款: 第二条, 单位: 场, 取值: [{值: 1场, 自: 2030-01-01}]}
派生量: [{名称: 余量, 条款: 第一条, 式: 场次减去下限, 单位: 场}]
准则: [{名称: 规模, 组: 全组, 条款: 第一条, 要求: 余量不少于0场}]
决定:
  - 名称: 审查
    条款: 第二条
    结果: [{结果: 不行, 条件: 任一未满足（全组）, 文书: [告知书]}]
文书:
  - {名称: 告知书, 条款: 第二条, 标题: 告知书, 正文: [{段: 见全文}]}
  - {名称: 考察表, 条款: 第二条, 标题: 考察表, 正文: [{段: 见下}, {节: 甲, 逐项: 全组, 表: [序, 要求, 结论]}]}
解释口径:
  - 编号: Q1
    名称: 怎样算
    问题: 怎么算
    选项: [{名称: 宽, 效果: 放宽, 改: {参数: {下限: 10场}}}, {名称: 严, 效果: 不变}]
    采用: 宽
"""


@pytest.fixture(scope="module")
def whole() -> Package:
    scheme = header("s", 名称="细则", 性质="实施方案", 状态="示例", 位阶="4", 施行="2026-01-01", 实施="[t]")
    filler = "实施: [{参数: 时限, 取值: [{值: 30工作日}], 说明: 举例}]\n"
    return package({"rules.yaml": RULES, "s/policy.yaml": scheme, "s/a.yaml": filler})


def shown(whole: Package, name: str) -> str:
    return "\n".join(about(whole, name, 200) or [])


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("时限", ["30工作日", "取值来自  实施口径（示例）《细则》", "s/a.yaml:1", "未定，由主管机关定", "举例"]),
        ("下限", ["10场", "取值来自  解释口径 Q1（宽）", "Q1 怎样算", "用于      余量", "审查（经 余量）"]),
        ("空缺", ["2026-06-01 没有取值"]),
        ("规模", ["决定      审查（经组 全组）", "文书      告知书、考察表"]),
        ("场次", ["用于      余量", "审查（经 余量）"]),
        ("第一条", ["承载      余量、下限、规模", "审查", "告知书"]),
        ("Q1", ["● 宽：放宽", "影响      下限", "审查"]),
        ("告知书", ["因何出具  审查：不行"]),
        ("不行", ["结果 不行", "任一未满足（全组）"]),
        ("全组", ["准则      规模"]),
        ("类型项", ["甲型、乙型", "用于      机构类型"]),
        ("甲型", ["枚举      类型项：甲型、乙型"]),
        ("审查", ["内容      不行"]),
    ],
)
def test_about(whole: Package, name: str, parts: list[str]) -> None:
    text = shown(whole, name)
    assert [part for part in parts if part not in text] == []
    assert name in subjects(whole) or name == "不行"


def test_what_comes_from_the_text_itself_says_nothing_of_its_source(whole: Package) -> None:
    assert "来自" not in shown(whole, "余量")


def test_what_is_unknown_is_none(whole: Package) -> None:
    assert about(whole, "没有的名称") is None
