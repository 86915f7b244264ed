"""Empty forms: they load as unknown, guide the person who fills them in, and are the same bytes every time."""

from __future__ import annotations

import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from engine.base.problem import Refused
from engine.decision.program import compile_package
from engine.intake.case import load_case
from engine.intake.forms import case_form, init_case, ledger_form
from engine.language.tree import Table
from tests.worlds.clubs import ACTIVITIES, package
from tests.worlds.texts import package as world


def test_an_untouched_form_is_all_unknown(tmp_path: Path) -> None:
    files, problems = init_case(package(), tmp_path / "新社团")
    assert problems == []
    assert [file.name for file in files] == ["case.yaml", "活动台账.xlsx", "会员名册.xlsx"]
    case, problems = load_case(tmp_path / "新社团", package())
    assert case is not None
    assert (case.id, case.as_of, case.facts, case.excuses) == ("新社团", package().as_of, {}, {})
    assert problems == []


def test_a_filled_form_is_read(tmp_path: Path) -> None:
    init_case(package(), tmp_path, "club-rules")
    form = tmp_path / "case.yaml"
    text = form.read_text(encoding="utf-8")
    for name, value in {"独立场地": "是", "经费": "12", "成立日期": "2026-1-5"}.items():
        assert f"  {name}:\n" in text
        text = text.replace(f"  {name}:\n", f"  {name}: {value}\n", 1)
    form.write_text(
        text.replace("# 例外理由:", "例外理由:").replace("#   年度活动规模", "  年度活动规模"), encoding="utf-8"
    )
    book = openpyxl.load_workbook(tmp_path / "活动台账.xlsx")
    for column, value in enumerate((date(2026, 1, 5), "读书会", 30, 120.5, "是", "公益,环保型"), 1):
        book["活动台账"].cell(2, column).value = value
    book.save(tmp_path / "活动台账.xlsx")
    case, problems = load_case(tmp_path, package())
    assert {p.code for p in problems} == {"E530"}, "the sample excuse asks for the rest"
    form.write_text(text, encoding="utf-8")
    case, _ = load_case(tmp_path, package())
    assert case is not None
    table = case.facts["活动台账"].value
    assert isinstance(table, Table)
    assert table.rows == (
        (date(2026, 1, 5), "读书会", Decimal(30), Decimal("120.5"), True, "公益,环保型", None, None, None),
    )
    assert {n: f.value for n, f in case.facts.items() if n != "活动台账"} == {
        "独立场地": True,
        "经费": Decimal(120000),
        "成立日期": date(2026, 1, 5),
    }


def test_the_form_asks_by_stage(tmp_path: Path) -> None:
    """In the order of the regulation; with a determination named, only what it needs and what letters need."""
    from engine.intake.stages import CaseStage

    stages = (
        CaseStage("登记", ("独立场地", "会员名册")),
        CaseStage("年检", ("人数",)),
        CaseStage("", ("单位名称",)),
    )
    files, _ = init_case(package(), tmp_path, "club-rules", stages)
    assert [file.name for file in files] == ["case.yaml", "会员名册.xlsx"]
    text = (tmp_path / "case.yaml").read_text(encoding="utf-8")
    marks = ["════ 登记（1 项）", "  独立场地:", "════ 年检（1 项）", "  人数:", "════ 其他（1 项）", "  单位名称:"]
    assert [text.index(mark) for mark in marks] == sorted(text.index(mark) for mark in marks)
    assert "经费:" not in text
    assert "活动台账" not in text
    case, problems = load_case(tmp_path, package())
    assert (case is not None and case.facts, problems) == ({}, [])


def test_the_form_of_one_determination_asks_for_what_only_its_amount_needs() -> None:
    from engine.intake.stages import stages_of

    rules = """\
事实:
  - {名称: 支出, 类型: 金额}
  - {名称: 收到日, 类型: 日期}
  - {名称: 无关, 类型: 是否}
决定:
  - 名称: 审查
    条款: 第一条
    结果:
      - {结果: 准予, 条件: 有场地, 金额: 支出×50%, 义务: [{名称: 拨付, 主体: 某局, 期限: 日后（收到日，10日）}]}
      - {结果: 不予, 条件: 非有场地}
"""
    asked = [name for stage in stages_of(compile_package(world(rules)), "审查") for name in stage.asked]
    assert asked == ["有场地", "支出", "收到日"]


def test_the_form_asks(tmp_path: Path) -> None:
    text = case_form(package(), "O'Hara", "club-rules")
    assert text.startswith("# 案件填报表：社团管理办法\n")
    assert "案件: 'O''Hara'\n" in text
    assert "  # 有没有自己的场地？\n  # 填写：是 或 否\n  # 证据：租赁合同\n  独立场地:\n" in text
    assert "  # 填写：金额，单位 万元\n" in text
    assert "  # 依据：第二条\n  交通便利:\n    判断:\n    人:\n    日期:\n    理由:\n" in text
    assert "#   年度活动规模: {判断: 是" in text
    assert "有章程" not in text


def test_without_tables_and_general_criteria() -> None:
    text = case_form(package(tables={}, criteria={}), "A", "club-rules")
    assert "记录" not in text
    assert "例外理由" not in text


def test_the_workbook_guides(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(ledger_form(ACTIVITIES, package()))
    book = openpyxl.load_workbook(path)
    sheet = book["活动台账"]
    assert book.sheetnames == ["活动台账", "填写说明", "选项"]
    assert book["选项"].sheet_state == "hidden"
    heads = ["活动日期", "活动名称", "服务人次（人次）", "经费（元）", "公益", "类型", "级别", "已核实", "增减（人）"]
    assert [c.value for c in sheet[1]] == heads
    assert sheet.freeze_panes == "A2"
    assert sheet["A2"].number_format == "yyyy-mm-dd"
    rules = {str(v.sqref): v.formula1 for v in sheet.data_validations.dataValidation}
    assert rules["E2:E501"] == "选项!$E$2:$E$3"
    assert rules["F2:F501"] == "选项!$F$2:$F$4"
    assert [book["选项"].cell(row, 6).value for row in range(2, 5)] == ["文艺型", "体育型", "公益,环保型"]
    assert sheet.column_dimensions["C"].width > 16
    guide = [[c.value for c in row] for row in book["填写说明"].iter_rows(min_row=4)]
    assert ["活动日期", "日期，例如 2026-01-05", "是", None] in guide


def test_equal_packages_make_equal_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = ledger_form(ACTIVITIES, package())
    import openpyxl.writer.excel as writer

    class Later(writer.datetime.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return cls(2031, 5, 6, 7, 8, 9, tzinfo=tz)

    monkeypatch.setattr(writer.datetime, "datetime", Later)
    monkeypatch.setattr(zipfile.time, "time", lambda: 2_000_000_000.0)
    assert ledger_form(ACTIVITIES, package()) == first


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "会员名册.xlsx").write_bytes(b"mine")
    files, problems = init_case(package(), tmp_path)
    assert files == []
    assert [p.code for p in problems] == ["E556"]
    assert [p.name for p in tmp_path.iterdir()] == ["会员名册.xlsx"]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "文件").write_text("x")
    with pytest.raises(Refused) as refused:
        init_case(package(), tmp_path / "文件" / "新")
    assert [p.code for p in refused.value.problems] == ["E902"]
