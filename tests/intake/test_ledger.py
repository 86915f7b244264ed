"""Ledgers as offices keep them: title rows, totals, blank rows, habits of spreadsheets."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.base.problem import Cell, Problem
from engine.decision.case import Fact
from engine.intake.ledger import LedgerSource, read_ledger
from engine.intake.remarks import MAX_PROBLEMS
from engine.language.tree import Table
from tests.intake.sheets import write
from tests.worlds.clubs import ACTIVITIES, MEMBERS, package

HEAD = ["活动日期", "活动名称", "服务人次"]
DAY = date(2026, 1, 5)


def load(path: Path, sheet: str = "", table: Any = ACTIVITIES) -> tuple[Fact | None, list[Problem]]:
    return read_ledger([LedgerSource(path, path.name, sheet)], table, package().scope)


def read(tmp_path: Path, rows: list[list[Any]], **options: Any) -> tuple[list[Any], str, dict[str, str]]:
    """Records (first three columns), the range, and problems by cell."""
    fact, problems = load(write(tmp_path / "台账.xlsx", rows, **options))
    found = {p.place.ref: p.code for p in problems if isinstance(p.place, Cell)}
    if fact is None:
        return [], "", found
    assert isinstance(fact.value, Table)
    assert isinstance(fact.place, Cell)
    assert fact.value.columns == tuple(column.name for column in ACTIVITIES.columns)
    return [row[:3] for row in fact.value.rows], str(fact.place), found


def test_an_office_ledger(tmp_path: Path) -> None:
    records, where, problems = read(
        tmp_path,
        [
            ["2026 年活动台账"],
            ["填报单位：甲社", None, None, "单位：元"],
            ["序号", "活动日期", "活动主题 ", "参加人数", "经费（万元）", "公益", "备注"],
            [1, DAY, "读书会", 30, 0.5, "√", "好"],
            [2, "2026年2月1日", "讲座", "３２", None, "否", None],
            [],
            [3, "2026.3.1", "合计方法讲座", "1,200人次", "300元", None, None],
            [None, "合计", None, 1262],
            ["填表人：张三"],
        ],
        merges=["A1:G1"],
    )
    assert records == [
        (DAY, "读书会", Decimal(30)),
        (date(2026, 2, 1), "讲座", Decimal(32)),
        (date(2026, 3, 1), "合计方法讲座", Decimal(1200)),
    ]
    assert where == "台账.xlsx!B4:F7"
    assert problems == {"D5": "W522", "B8:D8": "W543", "A9": "W543"}


def test_units_in_column_heads(tmp_path: Path) -> None:
    fact, _ = load(write(tmp_path / "a.xlsx", [[*HEAD, "经费（万元）"], [DAY, "甲", 1, 0.5], [DAY, "乙", 1, "300元"]]))
    assert fact is not None
    assert isinstance(fact.value, Table)
    assert [row[3] for row in fact.value.rows] == [Decimal(5000), Decimal(300)]


CELLS = [
    ([DAY, "甲", "约30"], {"C2": "E511"}),
    ([DAY, "甲", -3], {"C2": "E520"}),
    ([DAY, "甲", 1.5], {"C2": "E511"}),
    (["2026-02-30", "甲", 3], {"A2": "E513"}),
    ([DAY, "甲\u200b", 3], {"B2": "E516"}),
    ([DAY, "甲", "=SUM(A1:A2)"], {"C2": "E514"}),
    ([DAY, "甲", (3, "yyyy-mm-dd")], {"C2": "E511"}),
    (["x", "甲", "y"], {"A2": "E513", "C2": "E511"}),
    ([None, "甲", 3], {"A2": "W546"}),
    ([46027, "甲", 3], {"A2": "W522"}),
    (["合计", "甲", 3], {"A2:C2": "W543"}),
]


@pytest.mark.parametrize(("row", "problems"), CELLS, ids=[str(list(p)) + str(i) for i, (_, p) in enumerate(CELLS)])
def test_every_rejected_cell_is_named(tmp_path: Path, row: list[Any], problems: dict[str, str]) -> None:
    records, _, found = read(tmp_path, [HEAD, row, [DAY, "乙", 1]])
    assert found == problems
    assert bool(records) == all(code[0] == "W" for code in problems.values())


def test_a_blank_cell_is_unknown(tmp_path: Path) -> None:
    records, _, problems = read(tmp_path, [HEAD, [DAY, "甲", None]])
    assert records == [(DAY, "甲", None)]
    assert problems == {}


def test_a_record_that_looks_like_a_total_is_told(tmp_path: Path) -> None:
    records, _, problems = read(tmp_path, [HEAD, [DAY, "志愿服务时长累计", 3]])
    assert (records, problems) == ([(DAY, "志愿服务时长累计", Decimal(3))], {"A2:C2": "W543"})


@pytest.mark.parametrize("label", ["合计", "合　　计", "总 计", "1月小计", "累计：", "本年度合计"])
def test_totals_are_not_counted(tmp_path: Path, label: str) -> None:
    records, where, problems = read(tmp_path, [HEAD, [DAY, "甲", 3], [None, label, 3]])
    assert records == [(DAY, "甲", Decimal(3))]
    assert where == "台账.xlsx!A2:C2"
    assert problems == {"B3:C3": "W543"}


HEADERS = [
    ([["甲", "乙"], [1, 2]], {"A1:B2": "E540"}),
    ([], {"A1": "E540"}),
    ([["活动日期", "服务人次"], [DAY, 1]], {"A1:B1": "E541"}),
    ([["活动日期", "活动名", "服务人次"], [DAY, "甲", 1]], {"B1": "W541", "A1:C1": "E541"}),
    ([[*HEAD, "参加人数"], [DAY, "甲", 1, 1]], {"D1": "E542"}),
    ([[*HEAD, "主持"], [DAY, "甲", 1, "x"]], {"D1": "W541"}),
    ([[*HEAD, 2026], [DAY, "甲", 1, "x"]], {"D1": "W541"}),
    ([HEAD], {"A2": "W548"}),
    ([HEAD, HEAD, [DAY, "甲", 1]], {"A2:C2": "W543"}),
]


@pytest.mark.parametrize(("rows", "problems"), HEADERS, ids=[str(p) for _, p in HEADERS])
def test_headers(tmp_path: Path, rows: list[list[Any]], problems: dict[str, str]) -> None:
    assert read(tmp_path, rows)[2] == problems


def test_a_missing_column_names_the_nearest(tmp_path: Path) -> None:
    _, problems = load(write(tmp_path / "a.xlsx", [["活动日期", "活动名", "服务人次"], [DAY, "甲", 1]]))
    assert [p.help for p in problems] == ["是否想写 `活动名称`？", "是否就是列 `活动名`？改名为 `活动名称`"]


def test_merged_and_hidden_rows_are_told(tmp_path: Path) -> None:
    path = write(tmp_path / "台账.xlsx", [HEAD, [DAY, "甲", 1], [None, "乙", 1], [DAY, "丙", 2]], merges=["A2:A3"])
    import openpyxl

    book = openpyxl.load_workbook(path)
    assert book.active is not None
    book.active.row_dimensions[4].hidden = True
    book.save(path)
    fact, problems = load(path)
    assert fact is not None
    assert {str(p.place): p.code for p in problems} == {
        "台账.xlsx!A3": "W546",
        "台账.xlsx!A4": "W545",
        "台账.xlsx!A2:A3": "W544",
    }


def test_problems_are_many_but_not_endless(tmp_path: Path) -> None:
    rows = [[f"{n}-x", "甲", "１"] for n in range(80)]
    _, problems = load(write(tmp_path / "a.xlsx", [HEAD, *rows]))
    assert sum(p.code == "E513" for p in problems) == MAX_PROBLEMS
    assert sum(p.code == "W522" for p in problems) == MAX_PROBLEMS
    assert problems[-1].code == "W549"
    assert "E513 另有 30 处、W522 另有 30 处" in problems[-1].message


def book(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    import openpyxl

    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


@pytest.mark.parametrize(
    ("sheets", "wanted", "codes", "where"),
    [
        ({"说明": [["如何填写"]], "数据": [HEAD, [DAY, "甲", 1]]}, "", ["W540"], "a.xlsx!数据!A2:C2"),
        ({"活动台账": [HEAD, [DAY, "甲", 1]], "旧": [HEAD, [DAY, "乙", 1]]}, "", ["E548"], None),
        (
            {"2025": [HEAD, [DAY, "甲", 1]], "2026": [HEAD, [DAY, "乙", 1]]},
            "",
            ["W547"],
            "a.xlsx!2025!A2:C2、a.xlsx!2026!A2:C2",
        ),
        ({"2025": [HEAD, [DAY, "甲", 1]], "2026": [HEAD, [DAY, "乙", 1]]}, "2026", [], "a.xlsx!2026!A2:C2"),
        ({"2025": [HEAD], "2026": [HEAD]}, "2027", ["E547"], None),
        ({"甲": [["x"]], "乙": [["y"]]}, "", ["E540"], None),
    ],
)
def test_which_sheet(
    tmp_path: Path, sheets: dict[str, list[list[Any]]], wanted: str, codes: list[str], where: str | None
) -> None:
    fact, problems = load(book(tmp_path / "a.xlsx", sheets), wanted)
    assert [p.code for p in problems] == codes
    assert (str(fact.place) if fact else None) == where


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_csv_ledger(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "名册.csv"
    path.write_bytes("会员名册,,\r\n姓名,入会日期,电话\r\n张三,2026/1/5,1\r\n李四,,2\r\n".encode(encoding))
    fact, problems = load(path, table=MEMBERS)
    assert fact is not None
    assert fact.value == Table(("姓名", "入会日期"), (("张三", DAY), ("李四", None)))
    assert str(fact.place) == "名册.csv!A3:B4"
    assert [(p.code, str(p.place)) for p in problems] == [("W541", "名册.csv!C2")]


def test_a_file_that_breaks_off_midway_gives_nothing(tmp_path: Path) -> None:
    path = tmp_path / "名册.csv"
    path.write_text('姓名,入会日期\n张三,2026-01-05\n"李四,', encoding="utf-8")
    fact, problems = load(path, table=MEMBERS)
    assert fact is None
    assert [p.code for p in problems] == ["E161"]
