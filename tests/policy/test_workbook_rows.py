"""Rows of a decision table from a workbook beside the rules (行自: 标准.xlsx): read as ledgers are, each cell told by its name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from engine.base.calendar import Calendar
from engine.base.problem import Cell, Problem
from engine.base.report import render_json
from engine.decision.decide import decide
from engine.decision.gaps import check_tables
from engine.decision.program import compile_package
from engine.policy.kept import decode, encode
from engine.policy.load import load_package
from engine.policy.package import Package
from tests.policy.test_sheet_rows import RULES, each_standard
from tests.worlds.build import case
from tests.worlds.texts import DAY, header

ROWS = [
    ["所在区", "年度（申请日）", "标准"],
    ["鼓楼区", "2025年", 1000],
    ["鼓楼区", " 2026年 ", "1200元/月"],
    ["台江区", "不早于2025年", "800元/月"],
]

PAID = """\
派生量: [{名称: 年租金, 式: 租金标准×12月, 单位: 元}]
决定:
  - 名称: 补贴
    结果:
      - {结果: 予以补贴, 条件: 年租金大于0元, 性质: 有利决定, 金额: 年租金}
      - {结果: 不予补贴, 条件: 年租金不大于0元, 性质: 有利决定}
"""
Change = Callable[[Any], None]


def written(folder: Path, change: Change = lambda book: None, said: str = "标准.xlsx") -> Path:
    """A folder with one package whose table has its rows in a workbook that `change` has changed."""
    own = folder / "t"
    own.mkdir()
    book = Workbook()
    sheet = book.active
    sheet.title = "区标准"
    for row in ROWS:
        sheet.append(row)
    sheet["C2"].number_format = '0"元/月"'
    change(book)
    book.save(own / "标准.xlsx")
    (own / "policy.yaml").write_text(header("t"), encoding="utf-8")
    (own / "rules.yaml").write_text(RULES.replace("标准.csv", said), encoding="utf-8")
    return folder


def loaded(folder: Path) -> tuple[Package | None, list[Problem]]:
    package, problems, _ = load_package(folder, None, DAY, calendar=Calendar("无", ()))
    return package, problems


def package_of(folder: Path) -> Package:
    package, problems = loaded(folder)
    assert package is not None, problems
    return package


def to(cell: str, value: Any, sheet: str = "区标准") -> Change:
    def change(book: Any) -> None:
        book[sheet][cell] = value

    return change


def second_sheet(book: Any) -> None:
    book.create_sheet("说明")["B2"] = "=1/0"


@each_standard
@pytest.mark.parametrize(
    ("change", "said"),
    [(lambda book: None, "标准.xlsx"), (lambda book: None, "标准.xlsx!区标准"), (second_sheet, "标准.xlsx!区标准")],
)
def test_a_standard_is_read_from_the_workbook(
    change: Change, said: str, district: str, day: str, standard: int | None, tmp_path: Path
) -> None:
    program = compile_package(package_of(written(tmp_path, change, said)))
    found = program.evaluated(case({"所在区": district, "申请日": date.fromisoformat(day)}))
    assert found[program.slots["租金标准"]] == standard


def struck(book: Any) -> None:
    book["区标准"]["A3"].font = Font(strike=True)


def hide_row(book: Any) -> None:
    book["区标准"].row_dimensions[3].hidden = True


def hide_column(book: Any) -> None:
    book["区标准"].column_dimensions["B"].hidden = True


def merge(book: Any) -> None:
    book["区标准"].merge_cells("A2:A3")


@pytest.mark.parametrize(
    ("change", "code", "cell", "says"),
    [
        (to("C3", "1200元"), "E203", "C3", ""),
        (to("C3", 1200), "E203", "C3", ""),
        (to("A4", "台江曲"), "E201", "A4", "台江曲"),
        (to("B3", None), "E377", "B3", "有空着的格"),
        (to("C4", None), "E377", "C4", "有空着的格"),
        (to("A1", "区"), "E377", "A1", "表头 `区`"),
        (to("C3", "=C2*2"), "E377", "C3", "公式没有计算结果"),
        (to("B3", "2026年\n起"), "E377", "B3", "格里换了行"),
        (to("D3", "1元/月"), "E330", "A3", ""),
        (struck, "E377", "A3", "有划掉的字"),
        (hide_row, "E377", "A3", "这一行隐藏着"),
        (hide_column, "E377", "B1", "这一列隐藏着"),
        (merge, "E377", "A2", "有合并的单元格"),
    ],
)
def test_what_is_wrong_in_the_workbook_is_told_at_its_cell(
    change: Change, code: str, cell: str, says: str, tmp_path: Path
) -> None:
    problem = loaded(written(tmp_path, change))[1][0]
    assert (problem.code, str(problem.place).rpartition("/")[2]) == (code, f"标准.xlsx!区标准!{cell}"), problem.message
    assert says in problem.message
    assert render_json([problem])[0]["cell"] == f"区标准!{cell}"


@pytest.mark.parametrize(
    ("change", "said", "says"),
    [
        (second_sheet, "标准.xlsx", "`标准.xlsx` 有几张工作表"),
        (second_sheet, "标准.xlsx!标准", "`标准.xlsx` 没有工作表 `标准`"),
        (lambda book: book["区标准"].delete_rows(1, 9), "标准.xlsx", "`标准.xlsx` 没有记录"),
        (lambda book: book["区标准"].delete_rows(2, 9), "标准.xlsx", "`标准.xlsx` 没有记录"),
    ],
)
def test_the_sheet_that_is_meant_is_known_or_asked_for(change: Change, said: str, says: str, tmp_path: Path) -> None:
    assert [(p.code, p.message) for p in loaded(written(tmp_path, change, said))[1]] == [("E377", says)]


def test_a_file_that_is_no_workbook_is_told_once(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / "t" / "标准.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    assert [p.code for p in loaded(folder)[1]] == ["E152"]


def test_gaps_and_overlaps_are_told_at_the_cells(tmp_path: Path) -> None:
    def more(book: Any) -> None:
        book["区标准"].append(["鼓楼区", "不晚于2025年", "900元/月"])

    told = {p.code: str(p.place).rpartition("/")[2] for p in check_tables(package_of(written(tmp_path, more)))}
    assert told["E341"].startswith("标准.xlsx!区标准!A")


def test_a_changed_cell_is_another_digest_and_the_look_of_a_cell_is_not(tmp_path: Path) -> None:
    def bold(book: Any) -> None:
        book["区标准"]["A1"].font = Font(bold=True)

    digests = []
    for number, change in enumerate((lambda book: None, bold, to("C4", "900元/月"))):
        (tmp_path / str(number)).mkdir()
        digests.append(package_of(written(tmp_path / str(number), change)).digest)
    assert digests[0] == digests[1] != digests[2]


def test_the_working_names_the_cell_of_the_row(tmp_path: Path) -> None:
    folder = written(tmp_path)
    rules = folder / "t" / "rules.yaml"
    rules.write_text(rules.read_text(encoding="utf-8") + PAID, encoding="utf-8")
    facts = case({"所在区": "鼓楼区", "申请日": date(2026, 7, 1)})
    (line,) = [
        one
        for one in decide(compile_package(package_of(folder)), facts, "补贴").workings.value
        if one.name == "租金标准"
    ]
    (taken,) = [one for one in line.taken if one.text.startswith("第2行")]
    assert taken.text.startswith("第2行（标准.xlsx!区标准!A3；所在区为鼓楼区")
    assert taken.place == Cell("t/标准.xlsx", "区标准!A3")


def test_a_kept_package_knows_the_cells_of_its_rows(tmp_path: Path) -> None:
    package = package_of(written(tmp_path))
    rows = decode(encode(package)).decision_tables["租金标准"].rows
    assert [row.span for row in rows] == [row.span for row in package.decision_tables["租金标准"].rows]
    assert [row.span.cell for row in rows if row.span] == ["区标准!A2", "区标准!A3", "区标准!A4"]
