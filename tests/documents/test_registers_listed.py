"""A letter that lists the records of a register: a payment list, with what each comes to, a total and the sum in capitals."""

from __future__ import annotations

from typing import Any

from engine.decision.decide import decide
from engine.decision.program import compile_package
from engine.documents.model import LetterTable
from engine.documents.plan import plan_document
from engine.documents.writing import CaseReading
from engine.policy.checks import check_package
from tests.worlds.build import AS_OF, case, records
from tests.worlds.texts import load, package

RULES = """\
条款: [{引用: 第一条, 要旨: 补贴, 类别: 规则}]
枚举: [{名称: 岗级, 取值: [高级, 初级]}]
记录表:
  - 名称: 名单
    条款: [第一条]
    列: [{名称: 姓名, 类型: 文本}, {名称: 岗, 类型: 枚举, 枚举: 岗级}, {名称: 月数, 类型: 整数}, {名称: 已发, 类型: 金额, 单位: 元}]
决定表:
  - {名称: 月标准, 条款: [第一条], 命中: 首个, 输入: [人数], 输出: {名称: 标准, 单位: 元}, 行: [[不少于10人, 300元]], 默认: 200元}
派生量:
  - {名称: 应发, 单位: 元, 式: '合计（名单，月标准（10人）×月数−已发，岗为高级）', 条款: [第一条]}
决定:
  - 名称: 发放
    条款: [第一条]
    结果: [{结果: 发放, 条件: 应发超过0元且人数超过0人, 机关: 某局, 金额: 应发, 文书: [名册]}]
    默认: 不发
文书:
  - 名称: 名册
    条款: [第一条]
    标题: 补贴发放通知
    正文:
      - 逐项: 名单
        当: 岗为高级
        表:
          - 序
          - 姓名
          - {列: 月数, 值: '{月数}个'}
          - {列: 金额, 值: '{月标准（10人）×月数−已发}'}
        末行: {姓名: 合计, 月数: '{合计（名单.月数，岗为高级）}个', 金额: '{应发}'}
      - {逐项: 名单, 当: 岗为高级且月数不少于6, 段: '{序}.{姓名}发{月数}个月。'}
      - 段: 共计{应发}（{大写（应发）}）。
"""


def planned(*rows: tuple[Any, ...], text: str = RULES) -> tuple[Any, list[Any]]:
    found = package(text)
    assert [p.code for p in check_package(found, None) if p.is_error] == []
    program = compile_package(found)
    register = {"名单": records(("姓名", "岗", "月数", "已发"), *rows)} if rows else {}
    given = case({"人数": 3, **register})
    decision = decide(program, given, "发放")
    reading = CaseReading(program, program.evaluated(given))
    return plan_document(found, decision, given, "名册", reading, date=AS_OF)


def test_a_payment_list_with_its_total() -> None:
    plan, problems = planned(("甲", "高级", 6, 100), ("乙", "初级", 3, 0), ("丙", "高级", 2, 0))
    assert not [p for p in problems if p.is_error]
    table = plan.body[0]
    assert isinstance(table, LetterTable)
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["1", "甲", "6个", "1700元"],
        ["2", "丙", "2个", "600元"],
        ["", "合计", "8个", "2300元"],
    ]
    assert [part.text for part in plan.body[1:]] == ["甲发6个月。", "共计2300元（人民币贰仟叁佰元整）。"]
    assert any("名单" in trace.facts for trace in table.rows[0].traces)


def test_a_blank_cell_that_the_list_needs_keeps_the_letter_back() -> None:
    """A cell of a table may stay blank; a sentence that says it may not."""
    plan, problems = planned((None, "高级", 6, 100), ("丙", "高级", 2, 0))
    assert plan is None
    assert [(p.code, p.message) for p in problems if p.is_error] == [("E603", "本项没有 `姓名` 可写")]
    plan, _ = planned((None, "高级", 5, 100), ("丙", "高级", 2, 0))
    assert plan.body[0].rows[0].cells[1].text == ""


def test_a_register_that_is_not_there_is_told() -> None:
    register = "  - {名称: 备查, 列: [{名称: 事, 类型: 文本}]}\n决定表:"
    text = RULES.replace("决定表:", register).replace("- 段: 共计", "- {逐项: 备查, 段: '{事}'}\n      - 段: 共计")
    plan, problems = planned(("丙", "高级", 2, 0), text=text)
    assert plan is None
    assert [(p.code, "`备查`" in p.message) for p in problems if p.is_error] == [("E603", True)]


def test_the_cells_of_the_last_row_go_by_their_column() -> None:
    _, problems = load(RULES.replace("金额: '{应发}'", "金 额: '{应发}'"))
    assert [p.code for p in problems] == ["E605"]


def test_columns_are_names_only_while_records_are_listed() -> None:
    _, problems = load(RULES.replace("- 段: 共计{应发}", "- 段: 共计{姓名}"))
    assert [p.code for p in problems] == ["E211"]
