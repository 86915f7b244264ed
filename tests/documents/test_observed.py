"""What a check sheet says was seen: values with who found them, never the requirement said again; figures of an example are
named as such; what is asked of all records of a register that has none is not called met."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.decision.case import Case, Fact, Finding
from engine.decision.decide import decide
from engine.decision.program import compile_package
from engine.documents.draft import Draft
from engine.documents.model import LetterTable
from engine.documents.writing import drafts_of
from engine.language.tree import Table
from tests.worlds.texts import DAY, header, package

SHOP = """\
条款: [{引用: 第一条, 要旨: 条件, 类别: 规则}]
参数:
  - {名称: 间隔, 类型: 整数, 单位: 日, 条款: [第一条], 取值: [{值: 30日}]}
  - {名称: 座位下限, 类型: 整数, 单位: 人, 条款: [第一条], 未定: 是, 由: 某局}
事实:
  - {名称: 店名, 类型: 文本}
  - {名称: 整洁, 类型: 判断, 说明: 是否整洁}
  - {名称: 消防, 类型: 是否}
  - {名称: 更新日, 类型: 日期}
  - {名称: 座位, 类型: 整数, 单位: 人}
记录表:
  - {名称: 店员簿, 列: [{名称: 店员, 类型: 文本}, {名称: 持证, 类型: 是否}]}
派生量:
  - {名称: 更新届满日, 式: 日后（更新日，间隔）}
  - {名称: 有人持证, 式: 存在（店员簿，持证）}
  - {名称: 名称合规, 式: 店名开头为“小满”}
准则:
  - {名称: 卫生, 组: 条件, 条款: [第一条], 要求: 整洁, 要求说明: 店面整洁, 未满足: 不整洁}
  - {名称: 安全, 组: 条件, 条款: [第一条], 要求: 消防, 要求说明: 消防合格, 未满足: 消防不合格}
  - {名称: 更新, 组: 条件, 条款: [第一条], 适用: 消防, 要求: 基准日不晚于更新届满日, 要求说明: 按时更新, 未满足: 没有更新}
  - {名称: 持证店员, 组: 条件, 条款: [第一条], 要求: 有人持证, 要求说明: 有持证的店员, 未满足: 没有持证的店员}
  - {名称: 人人持证, 组: 条件, 条款: [第一条], 要求: 全部（店员簿，持证）, 要求说明: 店员都持证, 未满足: 有店员没有持证}
  - {名称: 招牌, 组: 条件, 条款: [第一条], 要求: 名称合规, 要求说明: 店名合乎规则, 未满足: 店名不合规则}
  - {名称: 大小, 组: 条件, 条款: [第一条], 要求: 座位不少于座位下限, 要求说明: 座位不少于座位下限, 未满足: 座位太少}
决定:
  - 名称: 审查
    条款: [第一条]
    结果:
      - {结果: 收下, 条件: 全部满足（条件）, 机关: 某局, 文书: [核查表], 有利: 是}
      - {结果: 退回, 条件: 任一未满足（条件）, 机关: 某局, 文书: [核查表], 性质: 程序性}
    默认: 退回
文书:
  - {名称: 核查表, 条款: [第一条], 版式: 表格, 标题: 核查表, 正文: [{逐项: 条件, 表: [要求, 所见, {列: 结论, 值: '{判定}'}, {列: 意见, 值: '{理由}'}]}]}
"""
SCHEME = header("s", 名称="细则", 性质="实施方案", 状态="示例", 位阶="4", 施行="2026-01-01", 实施="[t]") + (
    "实施: [{参数: 座位下限, 取值: [{值: 8人}]}]\n"
)
CLEAN = Finding("林某某", date(2026, 5, 20), "墙面、地面无积尘。")
STAFF = Table(("店员", "持证"), (("甲", True), ("乙", False)))
FACTS = {
    "店名": Fact("小满书店"),
    "整洁": Fact(True, finding=CLEAN),
    "消防": Fact(True, evidence="验收意见书"),
    "更新日": Fact(date(2026, 5, 20)),
    "座位": Fact(None),
    "店员簿": Fact(STAFF),
}


def sheet(**facts: Fact) -> tuple[Draft, dict[str, list[str]]]:
    """The check sheet, and its rows by what they ask."""
    texts = {"policy.yaml": header("t", 状态="征求意见稿"), "rules.yaml": SHOP, "s/policy.yaml": SCHEME}
    program = compile_package(package(texts))
    case = Case("A", DAY, {n: f for n, f in {**FACTS, "座位": Fact(number(9)), **facts}.items() if f.value is not None})
    found, problems = drafts_of(program, case, [decide(program, case, "审查")], None, DAY)
    assert problems == []
    rows = (row for part in found[0].plan.body if isinstance(part, LetterTable) for row in part.rows)
    return found[0], {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in rows}


def number(value: int) -> Any:
    return Decimal(value)


NEVER = Finding("林某某", date(2026, 5, 20), "地面有积水")


@pytest.mark.parametrize(
    ("facts", "asked", "told"),
    [
        ({}, "店面整洁", ["整洁：是，墙面、地面无积尘（林某某，2026年5月20日）", "符合", "墙面、地面无积尘"]),
        (
            {"整洁": Fact(False, finding=NEVER)},
            "店面整洁",
            ["整洁：否，地面有积水（林某某，2026年5月20日）", "不符合", "地面有积水"],
        ),
        ({"整洁": Fact(None), "消防": Fact(False)}, "店面整洁", ["", "", ""]),
        ({}, "消防合格", ["消防：是（验收意见书）", "符合", ""]),
        ({"消防": Fact(True)}, "消防合格", ["消防：是", "符合", ""]),
        ({}, "按时更新", ["更新日：2026年5月20日", "符合", ""]),
        ({"更新日": Fact(date(2026, 1, 1))}, "按时更新", ["更新日：2026年1月1日", "不符合", ""]),
        ({"消防": Fact(False)}, "按时更新", ["消防：否", "不适用", ""]),
        ({}, "有持证的店员", ["店员簿1条", "符合", ""]),
        ({}, "店名合乎规则", ["店名：小满书店", "符合", ""]),
        ({"店名": Fact("大暑书店")}, "店名合乎规则", ["店名：大暑书店", "不符合", ""]),
        ({}, "座位不少于8人（示例口径）", ["座位：9人", "符合", ""]),
        ({"店员簿": Fact(Table(("店员", "持证"), ()))}, "有持证的店员", ["店员簿0条", "不符合", ""]),
        ({"店员簿": Fact(Table(("店员", "持证"), ()))}, "店员都持证", ["店员簿：0条记录", "没有此项", ""]),
        ({}, "店员都持证", ["店员簿：2条记录，1条不符合：第2条（持证否）", "不符合", ""]),
    ],
)
def test_what_was_seen_is_a_value_and_who_found_it(facts: dict[str, Fact], asked: str, told: list[str]) -> None:
    _, rows = sheet(**facts)
    assert rows[asked] == told


def test_a_sheet_names_the_examples_that_its_rows_rest_on() -> None:
    draft, _ = sheet()
    assert draft.plan.notes == ("本件采用的座位下限取自实施口径（示例），以有权机关正式制定的为准",)
