"""Wherever an expression may be written, its names count as used."""

from __future__ import annotations

import pytest

from engine.policy.uses import expressions, names_in
from tests.worlds.texts import checked, package

FACTS = """\
事实:
  - {名称: 旗, 类型: 是否}
  - {名称: 数, 类型: 整数, 单位: 场}
  - {名称: 分值, 类型: 小数, 单位: 分}
  - {名称: 款额, 类型: 金额}
  - {名称: 日期甲, 类型: 日期}
  - {名称: 词, 类型: 文本}
"""
RULE = "准则: [{名称: 甲, 要求: 有场地%s}]\n"
TABLE = "决定表: [{名称: 表, 输入: [%s, 有场地], 行: [[%s, 是, %s]], 默认: %s}]\n"
DECISION = "决定: [{名称: 定, %s结果: [{结果: 行, 条件: %s%s}]}]\n"
SCORE = "评分: [{名称: 总分, 单位: 分, %s分项: [{名称: 甲项, %s计分: %s}]%s}]\n"
RANKING = "择优: [{名称: 排, 入围: %s, 名额: %s, 次序: [{依据: %s}], 优先: [%s]}]\n"
DOCUMENT = "文书: [{名称: 函, 标题: '%s', %s正文: [{段: '%s'%s}]}]\n"

PLACES: list[tuple[str, str]] = [
    ("数", "派生量: [{名称: 甲, 式: 数×2}]\n"),
    ("旗", "准则: [{名称: 甲, 要求: 旗}]\n"),
    ("旗", RULE % ", 适用: 旗"),
    ("数", RULE % ", 未满足: '只有{数}'"),
    ("数", RULE % ", 补救: '多于{数}'"),
    ("数", TABLE % ("数", "3场", "1元", "0元")),
    ("数", TABLE % ("人数", "不少于3人且数超过1场", "1元", "0元")),
    ("款额", TABLE % ("人数", "3人", "款额", "0元")),
    ("款额", TABLE % ("人数", "3人", "1元", "款额")),
    ("旗", DECISION % ("适用: 旗, ", "有场地", "")),
    ("旗", DECISION % ("", "旗", "")),
    ("款额", DECISION % ("", "有场地", ", 金额: 款额")),
    ("词", DECISION % ("", "有场地", ", 机关: {式: 词}")),
    ("词", DECISION % ("", "有场地", ", 说明: '因{词}'")),
    ("日期甲", DECISION % ("", "有场地", ", 义务: [{名称: 交, 期限: 日期甲}]")),
    ("分值", SCORE % ("", "", "{式: 分值}", "")),
    ("分值", SCORE % ("", "满分: 分值, ", "{式: 1分}", "")),
    ("数", SCORE % ("", "满分: 9分, ", "{线性: {依据: 数, 零分: 0场, 满分: 9场}}", "")),
    ("数", SCORE % ("", "", "{分档: {依据: 数, 档: [{条件: 不少于3场, 得分: 1分}, {条件: 其他, 得分: 0分}]}}", "")),
    ("旗", SCORE % ("", "", "{式: 1分}", ", 加分: [{名称: 奖, 条件: 旗, 得分: 1分}]")),
    ("分值", SCORE % ("", "", "{式: 1分}", ", 加分: [{名称: 奖, 条件: 有场地, 得分: 分值}]")),
    ("分值", SCORE % ("", "", "{式: 1分}", ", 封顶: 分值")),
    ("分值", SCORE % ("", "", "{式: 1分}", ", 等次: [{名称: 好, 区间: 不少于分值}, {名称: 差, 区间: 少于分值}]")),
    ("旗", RANKING % ("旗", "3", "场次", "有场地")),
    ("数", RANKING % ("有场地", "数", "场次", "有场地")),
    ("数", RANKING % ("有场地", "3", "数", "有场地")),
    ("旗", RANKING % ("有场地", "3", "场次", "旗")),
    ("词", "附随: [{名称: 议, 性质: 内部, 类型: 救济, 内容: '{词}'}]\n"),
    ("词", "机关名录: [{名称: 局, 类别: 政府部门, 复议机关: 词}]\n"),
    ("词", "机关名录: [{名称: 局, 类别: 政府部门, 管辖法院: 词}]\n"),
    ("词", "机关名录: [{名称: 局, 类别: 政府部门, 异议途径: 词}]\n"),
    ("日期甲", "附随: [{名称: 议, 性质: 内部, 类型: 救济, 内容: 可以, 期限: 日期甲}]\n"),
    ("词", DOCUMENT % ("{词}", "", "文", "")),
    ("词", DOCUMENT % ("函", "主送: '{词}', ", "文", "")),
    ("词", DOCUMENT % ("函", "落款: '{词}', ", "文", "")),
    ("词", DOCUMENT % ("函", "附件: ['{词}'], ", "文", "")),
    ("日期甲", DOCUMENT % ("函", "期限: 日期甲, ", "文", "")),
    ("词", DOCUMENT % ("函", "", "{词}", "")),
    ("旗", DOCUMENT % ("函", "", "文", ", 当: 旗")),
]


@pytest.mark.parametrize(("name", "text"), PLACES, ids=[f"{i}-{p[0]}" for i, p in enumerate(PLACES)])
def test_names_are_found_wherever_they_are_used(name: str, text: str) -> None:
    assert name in names_in(node for _, node in expressions(package(FACTS + text)))
    unused = {p.message.split("`")[1] for p in checked(FACTS + text) if p.code == "W351"}
    assert name not in unused
    assert {"旗", "数", "分值", "款额", "日期甲", "词"} - {name} <= unused


def test_a_column_counts_as_a_use_of_its_table() -> None:
    text = "记录表: [{名称: 台账, 列: [{名称: 次, 类型: 整数, 单位: 场}]}]\n派生量: [{名称: 甲, 式: 合计（台账.次）}]\n"
    assert list(names_in(node for _, node in expressions(package(text)))) == ["台账"]


def test_owners_are_named_in_package_order() -> None:
    text = RULE % "" + "派生量: [{名称: 乙, 式: 场次}]\n" + DECISION % ("", "满足（甲）", "")
    assert [owner for owner, _ in expressions(package(text))] == ["乙", "甲", "定"]
