"""Rules changed in Excel: what a person leaves in the workbook is what the files say afterwards, or nothing is."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from engine.intake.workbook import _text as taken
from engine.revise.sheets import BookColumn
from tests.cli.run import ROOT, Result, guiju

BOOK = "study-rooms.xlsx"
CASE = str(ROOT / "policies/study-rooms/tests/cases/01-shusheng")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages with their workbook beside it."""
    home = tmp_path_factory.mktemp("office")
    shutil.copytree(ROOT / "policies", home / "policies", ignore=shutil.ignore_patterns("fuzhou-*"))
    assert guiju("rulebook", "export", "--policies", "policies", cwd=home).code == 0
    return home


@pytest.fixture
def office(exported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(exported, tmp_path / "office"))


def fill(office: Path, cells: Mapping[tuple[str, str, str], Any]) -> Path:
    """The workbook with cells changed: (sheet, a text that stands in the row, head of the column) -> value."""
    book = load_workbook(office / BOOK)
    for (title, text, head), value in cells.items():
        sheet = book[title]
        heads = [cell.value for cell in sheet[2]]
        row = next(row for row in sheet.iter_rows(min_row=3) if any(cell.value == text for cell in row))
        row[heads.index(head)].value = value
    book.save(office / "改.xlsx")
    return office / "改.xlsx"


def take_in(office: Path, *args: str, code: int = 0) -> Result:
    found = guiju("rulebook", "import", *args, "--policies", "policies", cwd=office)
    assert found.code == code, found.out + found.err
    return found


def rules(office: Path) -> dict[str, str]:
    return {p.name: p.read_text(encoding="utf-8") for p in sorted((office / "policies").rglob("*.yaml"))}


TABLE = {("表·运营补贴标准", "80000元", "每座月标准"): "65元/座/月"}


def test_a_cell_changes_its_line_and_whom_it_touches_is_told(office: Path) -> None:
    before = rules(office)
    fill(office, TABLE)
    said = take_in(office, "改.xlsx", CASE, "--dry-run").out
    assert "每座月标准：60元/座/月 → 65元/座/月" in said
    assert "只看不写" in said
    assert "社区型优秀的标准" in said, "the example that no longer holds"
    assert rules(office) == before
    assert json.loads(take_in(office, "改.xlsx", "--json").out)["写入"] is True
    changed = {name for name, text in rules(office).items() if text != before[name]}
    assert changed == {"02-money.yaml"}
    assert rules(office)["02-money.yaml"] == before["02-money.yaml"].replace("优秀, 60元/座/月", "优秀, 65元/座/月")
    assert "E932" in take_in(office, "改.xlsx", code=1).err, "the workbook is of the rules as they were"


def noted(office: Path, place: str) -> str:
    title, cell = place.split("!")
    comment = load_workbook(office / "改-批注.xlsx")[title][cell].comment
    return comment.text if comment is not None else ""


def test_what_is_wrong_is_noted_in_its_cell_and_nothing_is_written(office: Path) -> None:
    before = rules(office)
    wrong: dict[tuple[str, str, str], Any] = {
        ("表·运营补贴标准", "80000元", "每座月标准"): 65,
        ("表·运营补贴标准", "70000元", "编号"): "77",
        ("评分·分项", "开放", "分项"): "开",
        ("决定表", "运营补贴标准", "命中"): date(2027, 1, 1),
    }
    fill(office, wrong)
    take_in(office, "改.xlsx", code=1)
    assert "`65元/座/月`" in noted(office, "表·运营补贴标准!D4")
    assert "没有编号 77" in noted(office, "表·运营补贴标准!A6")
    assert "只供看" in noted(office, "评分·分项!C3")
    assert "成了日期" in noted(office, "决定表!C4")
    assert rules(office) == before


def test_what_check_finds_is_noted_in_its_cell(office: Path) -> None:
    before = rules(office)
    fill(office, {("表·运营补贴标准", "80000元", "每座月标准"): "65元"})
    assert "E203" in take_in(office, "改.xlsx", code=1).err
    assert "E203" in noted(office, "表·运营补贴标准!D4")
    assert rules(office) == before


def test_an_example_that_cannot_be_read_is_refused_at_its_cell(office: Path) -> None:
    """What `check` does not look at: a fact that there is not, a value that is none."""
    before = rules(office)
    fill(office, {("用例", "晚上不开", "事实"): "晚间开: 否", ("用例", "每周少一小时", "事实"): "每周开放时长: 三十九"})
    said = take_in(office, "改.xlsx", code=1).err
    assert "晚间开" in said
    assert "三十九" in said
    notes = load_workbook(office / "改-批注.xlsx")["用例"]
    noted_ = {cell.value: cell.comment.text for row in notes.iter_rows(min_row=3) for cell in row if cell.comment}
    assert {"晚间开: 否", "每周开放时长: 三十九"} <= set(noted_)
    assert rules(office) == before


def test_a_number_or_a_day_that_cannot_mean_anything_else_is_taken_and_told(office: Path) -> None:
    fill(office, {("表·座位折算系数", "静音座", "座位折算系数"): 1.3})
    found = take_in(office, "改.xlsx", "--dry-run")
    assert "W939" in found.err
    assert "静音座, 1.3]" in found.out


VALUE, DAY = BookColumn("值", ("值",), "text"), BookColumn("自", ("自",), "day")


@pytest.mark.parametrize(
    ("typed", "column", "old", "said"),
    [
        ("800000", VALUE, "60万元", "如 `80万元` 或 `800000元`"),
        ("80", VALUE, "60万元", "`80万元` 还是 `80元`"),
        ("0.9", VALUE, "50%", "如 `90%`"),
        ("90", VALUE, "50%", "如 `9000%`；要的是 90% 的，写 `90%`"),
        ("10", VALUE, "12场", "如 `10场`"),
        ("3", VALUE, "1年6个月", "原来是 `1年6个月`"),
        ("46388", DAY, "", "写 `2027-01-01`"),
    ],
)
def test_a_number_in_place_of_a_text_is_told_how_to_write_it(
    typed: str, column: BookColumn, old: str, said: str
) -> None:
    """The text to write is worth what was typed, or both that may be meant are named."""
    text, fault, _ = taken(Decimal(typed), column, old)
    assert text == old
    assert fault is not None
    assert said in fault.help
    assert "``" not in fault.message


def test_a_number_in_place_of_a_calculation_without_units_is_read() -> None:
    text, fault, remark = taken(Decimal("0.5"), VALUE, "1÷3")
    assert (text, fault) == ("0.5", None)
    assert remark is not None


def test_a_day_as_a_number_is_one_mistake_and_nothing_is_said_to_be_unchanged(office: Path) -> None:
    book = load_workbook(office / BOOK)
    sheet = book["参数"]
    at = next(row[0].row for row in sheet.iter_rows(min_row=3) if row[1].value is None)
    heads = [cell.value for cell in sheet[2]]
    for head, value in {"名称": sheet.cell(3, 2).value, "值": sheet.cell(3, 3).value, "自": 46388}.items():
        sheet.cell(at, heads.index(head) + 1).value = value
    book.save(office / "改.xlsx")
    found = take_in(office, "改.xlsx", code=1)
    assert found.err.count("E939") == 1
    assert "2027-01-01" in found.err
    assert "没有改动" not in found.out
    assert "什么都没有写" in found.out


def test_a_workbook_of_somebody_else_is_refused(office: Path) -> None:
    book = load_workbook(office / BOOK)
    del book["底本"]
    book.save(office / "别.xlsx")
    assert "E938" in take_in(office, "别.xlsx", code=1).err


def test_the_same_rules_give_the_same_bytes(office: Path) -> None:
    first = (office / BOOK).read_bytes()
    assert guiju("rulebook", "export", "--policies", "policies", cwd=office).code == 0
    assert (office / BOOK).read_bytes() == first
    assert load_workbook(office / BOOK)["决定表"].freeze_panes == "C3"


def calc() -> bool:
    """Whether LibreOffice is there with its spreadsheets."""
    command = shutil.which("soffice")
    return command is not None and any(Path(command).resolve().parent.glob("*sclo*"))


@pytest.mark.skipif(not calc(), reason="needs LibreOffice Calc")
def test_libreoffice_opens_and_saves_it_without_loss(office: Path, tmp_path: Path) -> None:
    """Frozen panes aside, which it keeps of a window and not without one."""
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    kind = "xlsx:Calc MS Excel 2007 XML"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(tmp_path), BOOK]
    subprocess.run(command, cwd=office, check=True, capture_output=True, timeout=120)
    shutil.copy(tmp_path / BOOK, office / BOOK)
    saved = load_workbook(office / BOOK)
    sheet = saved["决定表"]
    assert sheet.protection.sheet
    assert any(rule.type == "list" for rule in sheet.data_validations.dataValidation)
    assert sheet["C2"].comment is not None
    assert saved["底本"].sheet_state == "hidden"
    fill(office, TABLE)
    found = json.loads(take_in(office, "改.xlsx", "--dry-run", "--json").out)
    assert [one["改动"] for one in found["单元格"]] == ["表 运营补贴标准 社区型 每座月标准：60元/座/月 → 65元/座/月"]
