"""What rules say in vain is told; what may matter is not."""

from __future__ import annotations

import pytest

from engine.decision.dead import check_dead
from engine.decision.gaps import check_tables
from tests.worlds.texts import package, underlined

FACTS = """\
事实:
  - {名称: 已租, 类型: 是否}
  - {名称: 比率, 类型: 比例}
  - {名称: 申请日期, 类型: 日期}
  - {名称: 年度, 类型: 整数, 单位: 年}
参数: [{名称: 下限, 取值: [{值: 10场}]}]
记录表: [{名称: 台账, 列: [{名称: 年度, 类型: 整数, 单位: 年}, {名称: 数, 类型: 整数}]}]
"""


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("场次不少于10场或场次不足20场", "W366"),
        ("场次不少于20场且场次不足10场", "W366"),
        ("场次不少于0场", "W366"),
        ("比率不超过100%", "W366"),
        ("场次不少于下限或场次少于12场", "W366"),
        ("有场地或非有场地", "W366"),
        ("机构类型为甲型或机构类型为乙型", "W366"),
        ("机构类型为甲型且机构类型为乙型", "W366"),
        ("申请日期早于2026年1月1日且申请日期晚于2026年1月1日", "W366"),
        ("场次不少于10场且场次不足11场且场次不为10场", "W366"),
        ("（场次不少于人数×1场÷1人或有场地）且场次不足0场", ""),
        ("场次不少于场次", "W368"),
        ("存在（台账，年度为年度）", "W368"),
        ("场次不少于10场且场次不足20场", ""),
        ("场次超过9场且场次不足11场", ""),
        ("比率超过99%且比率不足100%", ""),
        ("申请日期晚于2026年1月1日且申请日期早于2026年1月3日", ""),
        ("场次不少于10场或有场地", ""),
        ("场次+1场不足1场", ""),
        ("场次不少于10场或场次×2不足20场", ""),
        ("存在（台账，数不少于0）", ""),
        ("已填（场次）或未填（场次）", "W366"),
        ("机构类型为甲型或有场地", ""),
    ],
)
def test_a_criterion(sentence: str, code: str) -> None:
    text = FACTS + f"准则: [{{名称: 甲, 要求: {sentence}}}]\n"
    found = {p.code for p in check_dead(package(text))}
    assert found == ({code} if code else set())


@pytest.mark.parametrize(
    ("outcomes", "unreached"),
    [
        ("[{结果: 甲, 条件: 有场地或已租}, {结果: 乙, 条件: 有场地}]", ["乙"]),
        ("[{结果: 甲, 条件: 有场地}, {结果: 乙, 条件: 有场地或已租}]", []),
        ("[{结果: 甲, 条件: 任一未满足（组）}, {结果: 乙, 条件: 全部满足（组）}, {结果: 丙, 条件: 有场地}]", ["丙"]),
        ("[{结果: 甲, 条件: 任一未满足（组）}, {结果: 乙, 条件: 全部满足（组）}]", []),
        ("[{结果: 甲, 条件: 场次不少于5场}, {结果: 乙, 条件: 场次不少于10场}]", ["乙"]),
        ("[{结果: 甲, 条件: 场次不少于10场}, {结果: 乙, 条件: 场次不少于5场}]", []),
        ("[{结果: 甲, 条件: 场次不足0场}, {结果: 乙, 条件: 有场地}]", ["甲"]),
        ("[{结果: 甲, 条件: 有场地}, {结果: 乙, 条件: 非有场地}], 默认: 丙", ["审查"]),
        ("[{结果: 甲, 条件: 有场地}, {结果: 乙, 条件: 非有场地}], 默认: 乙", []),
        ("[{结果: 甲, 条件: 有场地}, {结果: 乙, 条件: 非有场地且已租}], 默认: {结果: 丙}", []),
        ("[{结果: 甲, 条件: 有场地}, {结果: 乙, 条件: 非有场地}], 默认: {结果: 丙}", ["丙"]),
    ],
)
def test_outcomes(outcomes: str, unreached: list[str]) -> None:
    text = FACTS + "准则: [{名称: 规模, 组: 组, 要求: 人数不少于3人}]\n" + f"决定: [{{名称: 审查, 结果: {outcomes}}}]\n"
    found = [p for p in check_dead(package(text)) if p.code == "W367"]
    assert [underlined(p, text) for p in found] == unreached


@pytest.mark.parametrize(
    ("hit", "rows", "lines"),
    [
        ("首个", "[[任意, 任意, 1], [甲型, 任意, 2]]", [2]),
        ("首个", "[[甲型, 任意, 1], [任意, 任意, 2]]", []),
        ("首个", "[[任意, 5场以上, 1], [任意, 10场以上, 2], [任意, 任意, 3]]", [2]),
        ("首个", "[[任意, 不少于10场且不足10场, 1], [任意, 任意, 3]]", [1]),
        ("累计", "[[任意, 5场以上, 1], [任意, 10场以上, 2]]", []),
        ("累计", "[[任意, 不足0场, 1], [任意, 任意, 2]]", [1]),
        ("唯一", "[[甲型, 任意, 1], [乙型, 任意, 2]]", []),
        ("首个", "[[甲型, 任意, 1], [乙型, 任意, 2], [任意, 任意, 3]]", [3]),
    ],
)
def test_rows_of_a_table(hit: str, rows: str, lines: list[int]) -> None:
    text = FACTS + f"决定表: [{{名称: 档, 输入: [机构类型, 场次], 命中: {hit}, 行: {rows}}}]\n"
    found = [p.message for p in check_tables(package(text)) if p.code == "W365"]
    assert found == [f"`档` 第 {line} 行永远用不上：单元格彼此矛盾，或被前面的行盖住" for line in lines]


@pytest.mark.parametrize(
    ("rows", "found"), [("[甲型, 1], [乙型, 2]", ["W367"]), ("[甲型, 1]", []), ("[任意, 1]", ["W367"])]
)
def test_a_default_of_a_table_that_no_case_comes_to(rows: str, found: list[str]) -> None:
    text = FACTS + f"决定表: [{{名称: 表, 命中: 首个, 输入: [机构类型], 输出: {{名称: 数}}, 行: [{rows}], 默认: 0}}]\n"
    assert [p.code for p in check_dead(package(text))] == found
