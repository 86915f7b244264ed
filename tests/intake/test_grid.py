"""Reading workbooks and CSV cell by cell."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.base.problem import Cell, Refused
from engine.spreadsheets.cells import number_value, serial_value
from engine.spreadsheets.grid import MAX_COLUMNS, Fault, GridRow, column_number, letters, ref
from engine.spreadsheets.opening import open_grids
from tests.intake.sheets import data, raw, text, write
from tests.sizes import examples

CHINA = timezone(timedelta(hours=8))


def rows(path: Path, sheet: int = 0) -> list[GridRow]:
    grids, problems = open_grids(path, path.name)
    assert problems == []
    return list(grids[sheet].rows())


def cells(path: Path) -> list[dict[int, Any]]:
    return [row.cells for row in rows(path)]


def test_everything_a_spreadsheet_holds(tmp_path: Path) -> None:
    day, moment = date(2026, 1, 5), datetime(2026, 1, 5, 14, 30, tzinfo=CHINA)
    path = write(
        tmp_path / "a.xlsx",
        [
            ["标题"],
            [],
            ["文字", 12, -0.9, True, day, moment.replace(tzinfo=None), time(8, 30), "  ", "甲\n乙"],
            [(0.85, "0%"), (0.125, "0.00%"), (46027, 'yyyy"年"m"月"d"日"'), (3, "#,##0.00"), (4, "[红色]General")],
        ],
        merges=["A1:E1"],
    )
    assert rows(path) == [
        GridRow(1, {1: "标题"}),
        GridRow(
            3, {1: "文字", 2: Decimal(12), 3: Decimal("-0.9"), 4: True, 5: day, 6: moment, 7: time(8, 30), 9: "甲\n乙"}
        ),
        GridRow(4, {1: "85%", 2: "12.5%", 3: day, 4: Decimal(3), 5: Decimal(4)}),
    ]


def test_merged_ranges_are_known_after_reading(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [["甲", "乙"]], merges=["A1:A3"])
    grid = open_grids(path, "a")[0][0]
    assert list(grid.rows())
    assert grid.marks.merges == ["A1:A3"]
    assert list(grid.rows())
    assert grid.marks.merges == ["A1:A3"]


PLAIN = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x9FFF, blacklist_categories=["Cc", "Cf", "Zl", "Zp"]))
KNOWN = PLAIN.filter(lambda t: bool(t.strip()) and "_x" not in t and not t.startswith("=") and len(t) < 40)
CELLS = st.one_of(
    st.none(),
    KNOWN,
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.floats(-1e9, 1e9, allow_nan=False).filter(lambda f: f == 0 or abs(f) > 1e-9),
    st.dates(date(1901, 1, 1), date(2190, 1, 1)),
)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=6))
@settings(max_examples=examples(60), deadline=None)
def test_openpyxl_reads_the_same(tmp_path_factory: pytest.TempPathFactory, table: list[list[Any]]) -> None:
    path = write(tmp_path_factory.mktemp("oracle") / "a.xlsx", table)
    ours = {(row.number, column): value for row in rows(path) for column, value in row.cells.items()}
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    theirs = {(c.row, c.column): c.value for row in sheet.iter_rows() for c in row if c.value is not None}
    theirs = {
        k: v for k, v in theirs.items() if not isinstance(v, str) or (v.strip() and Fault is not type(ours.get(k)))
    }
    assert ours.keys() >= theirs.keys()
    for key, value in theirs.items():
        found = ours[key]
        if isinstance(value, bool | str):
            assert found == value
        elif isinstance(value, datetime):
            assert found == value.date()
        else:
            assert isinstance(found, Decimal)
            assert abs(found - Decimal(repr(value))) <= abs(Decimal(repr(value))) * Decimal("1e-14")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("<c><v>1</v></c>", Decimal(1)),
        ("<c><v>0.90000000000000002</v></c>", Decimal("0.9")),
        ("<c><v>0.30000000000000004</v></c>", Decimal("0.3")),
        ("<c><v>1.2E-3</v></c>", Decimal("0.0012")),
        ("<c><v>1.5E+3</v></c>", Decimal(1500)),
        ("<c><v>１</v></c>", "E511"),
        ("<c><v>1E+400</v></c>", "E512"),
        ("<c><v>NaN</v></c>", "E511"),
        ("<c><v>1_000</v></c>", "E511"),
        ("<c><v>-0</v></c>", Decimal(0)),
        ("<c><v>1E+300</v></c>", "E512"),
        ("<c><v>abc</v></c>", "E511"),
        ("<c><v></v></c>", None),
        ('<c s="1"><v>46027</v></c>', date(2026, 1, 5)),
        ('<c s="2"><v>46027</v></c>', date(2026, 1, 5)),
        ('<c s="2"><v>46027.5</v></c>', datetime(2026, 1, 5, 12, tzinfo=CHINA)),
        ('<c s="2"><v>0.25</v></c>', time(6)),
        ('<c s="2"><v>60</v></c>', "E513"),
        ('<c s="2"><v>1</v></c>', date(1900, 1, 1)),
        ('<c s="2"><v>-5</v></c>', "E513"),
        ('<c s="2"><v>99999999</v></c>', "E513"),
        ('<c s="3"><v>0.5</v></c>', "50%"),
        ('<c s="9999"><v>5</v></c>', Decimal(5)),
        ('<c t="b"><v>0</v></c>', False),
        ('<c t="e"><v>#N/A</v></c>', "E515"),
        ('<c t="d"><v>2026-01-05</v></c>', date(2026, 1, 5)),
        ('<c t="d"><v>2026-01-05T14:30:00</v></c>', datetime(2026, 1, 5, 14, 30, tzinfo=CHINA)),
        ('<c t="d"><v>昨天</v></c>', "E513"),
        ("<c><f>SUM(A2:A9)</f></c>", "E514"),
        ("<c><f>SUM(A2:A9)</f><v/></c>", "E514"),
        ('<c t="str"><f>A1</f><v></v></c>', None),
        ("<c><f>SUM(A2:A9)</f><v>7</v></c>", Decimal(7)),
        ('<c t="str"><f>A1</f><v>甲</v></c>', "甲"),
        ('<c t="s"><v>0</v></c>', "共享"),
        ('<c t="s"><v>1</v></c>', "张三"),
        ('<c t="inlineStr"><is><r><t>甲</t></r><rPh><t>jia</t></rPh><r><t>乙</t></r></is></c>', "甲乙"),
        ('<c t="inlineStr"><is><t>甲\u200b</t></is></c>', "E516"),
        ('<c t="inlineStr"><is><t>甲&#13;&#10;乙_x000D_</t></is></c>', "甲\n乙"),
        ('<c t="inlineStr"><is><t>' + "长" * 40000 + "</t></is></c>", "E517"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "x"])
def test_cells(tmp_path: Path, cell: str, value: Any, prefix: str) -> None:
    sheet = data(cell)
    if prefix:
        for name in ("sheetData", "row", "c", "v", "f", "is", "t", "rPh", "r"):
            sheet = sheet.replace(f"<{name}>", f"<x:{name}>").replace(f"<{name} ", f"<x:{name} ")
            sheet = sheet.replace(f"</{name}>", f"</x:{name}>").replace(f"<{name}/>", f"<x:{name}/>")
    path = raw(
        tmp_path / "a.xlsx",
        sheet,
        prefix=prefix,
        strings="<si><t>共享</t></si><si><r><t>张</t></r><rPh><t>zhang</t></rPh><r><t>三</t></r></si>",
        styles='<numFmts><numFmt numFmtId="180" formatCode="yyyy/m/d;@"/></numFmts><cellStyleXfs><xf numFmtId="14"/>'
        '</cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="31"/><xf numFmtId="180"/><xf numFmtId="9"/></cellXfs>',
    )
    found = cells(path)
    if value is None:
        assert found == []
    elif isinstance(value, str) and value[:1] == "E" and value[1:].isdigit():
        assert isinstance(found[0][1], Fault)
        assert found[0][1].code == value
    else:
        assert found == [{1: value}]
        assert isinstance(found[0][1], type(value))


def test_dates_counted_from_1904(tmp_path: Path) -> None:
    path = raw(
        tmp_path / "a.xlsx",
        data('<c s="0"><v>44565</v></c>'),
        styles='<cellXfs><xf numFmtId="14"/></cellXfs>',
        workbook='<workbookPr date1904="1"/>',
    )
    assert cells(path) == [{1: date(2026, 1, 5)}]


@given(st.dates(date(1900, 3, 1), date(9999, 12, 31)))
@example(date(9999, 12, 31))
@settings(max_examples=examples(100))
def test_serials_are_dates(day: date) -> None:
    assert serial_value(Decimal((day - date(1899, 12, 30)).days)) == day


@pytest.mark.parametrize("serial", ["0", "2958466", "2958465.999999"])
def test_serials_beyond_the_calendar_are_faults(serial: str) -> None:
    assert isinstance(serial_value(Decimal(serial)), Fault)


@given(st.decimals(-(10**9), 10**9, places=4, allow_nan=False))
@settings(max_examples=examples(200))
def test_numbers_come_back_as_typed(number: Decimal) -> None:
    assert number_value(repr(float(number))) == number


def test_rows_and_columns_without_references_hidden_rows_and_the_dimension_lie(tmp_path: Path) -> None:
    sheet = (
        '<dimension ref="A1"/><sheetData><row><c><v>1</v></c><c><v>2</v></c></row>'
        '<row r="5" hidden="1"><c r="C5"><v>3</v></c><c><v>4</v></c></row><row r="7"><c r="A7"/></row></sheetData>'
    )
    assert rows(raw(tmp_path / "a.xlsx", sheet)) == [
        GridRow(1, {1: Decimal(1), 2: Decimal(2)}),
        GridRow(5, {3: Decimal(3), 4: Decimal(4)}, True),
    ]


def test_hidden_sheets_come_last(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.create_sheet("乙").append([1])
    assert book.active is not None
    book.active.sheet_state = "hidden"
    book.save(path)
    assert [(grid.sheet, grid.hidden) for grid in open_grids(path, "a")[0]] == [("乙", False), ("Sheet", True)]


@pytest.mark.parametrize(
    "sheet",
    [
        '<sheetData><row r="0"><c><v>1</v></c></row></sheetData>',
        '<sheetData><row r="1048577"><c><v>1</v></c></row></sheetData>',
        '<sheetData><row r="x"><c><v>1</v></c></row></sheetData>',
        '<sheetData><row><c r="XFE1"><v>1</v></c></row></sheetData>',
        '<sheetData><row><c r="??"><v>1</v></c></row></sheetData>',
        '<sheetData><row><c t="s"><v>99</v></c></row></sheetData>',
        '<sheetData><row><c t="s"><v>-1</v></c></row></sheetData>',
        '<sheetData><row><c t="s"><v>x</v></c></row></sheetData>',
        "<sheetData><row>",
        "<sheetData><row><c><v>1</v><v>2</v></c></row></sheetData>",
    ],
)
def test_a_sheet_that_cannot_be_is_refused(tmp_path: Path, sheet: str) -> None:
    path = raw(tmp_path / "a.xlsx", sheet, strings="")
    grids, problems = open_grids(path, "a.xlsx")
    assert problems == []
    with pytest.raises(Refused) as refused:
        list(grids[0].rows())
    assert [p.code for p in refused.value.problems] == ["E152"]


LINES = '序号,活动名称,备注\r\n1,"甲, 乙 ""丙""",\r\n\r\n2,"两\n行",３\r\n'
TABLE = [
    GridRow(1, {1: "序号", 2: "活动名称", 3: "备注"}, width=3),
    GridRow(2, {1: "1", 2: '甲, 乙 "丙"'}, width=3),
    GridRow(4, {1: "2", 2: "两\n行", 3: "３"}, width=3),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "；"])
def test_csv(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(LINES.replace("甲, ", "甲@ ").replace(",", delimiter).replace("甲@ ", "甲, ").encode(encoding))
    assert rows(path) == TABLE


@pytest.mark.parametrize(
    ("content", "code", "cell"),
    [
        (b'a,b\n"1,2\n', "E161", "A2"),
        (b'a,b\n"1"x,2\n', "E161", "A2"),
        (b"a," + b"x" * 200_000, "E161", "A1"),
        (b",".join([b"x"] * (MAX_COLUMNS + 1)), "E162", None),
    ],
)
def test_bad_csv(tmp_path: Path, content: bytes, code: str, cell: str | None) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    grids, problems = open_grids(path, "a.csv")
    assert problems == []
    with pytest.raises(Refused) as refused:
        list(grids[0].rows())
    problem = refused.value.problems[0]
    assert problem.code == code
    assert problem.place == (Cell("a.csv", cell) if cell else None)


@pytest.mark.parametrize(
    ("name", "content", "code", "says"),
    [
        ("a.csv", b"\xff\xff\xff", "E160", "编码"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "E150", ".xls"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "E150", "旧版"),
        ("a.et", b"x", "E150", "WPS"),
        ("a.xlsm", b"x", "E150", "宏"),
        ("a.numbers", b"x", "E150", "不认识"),
        ("a.xlsx", b"<html><table>", "E150", "网页"),
        ("a.xlsx", b"", "E152", "空的"),
        ("a.xlsx", b"garbage", "E152", "不是 Excel"),
        ("a.xlsx", b"PK\x03\x04garbage", "E152", "损坏"),
    ],
)
def test_files_that_are_no_ledger(tmp_path: Path, name: str, content: bytes, code: str, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    grids, problems = open_grids(path, name)
    assert grids == []
    assert [p.code for p in problems] == [code]
    assert says in problems[0].message
    assert problems[0].help


def test_without_visible_sheets(tmp_path: Path) -> None:
    path = raw(tmp_path / "a.xlsx", titles=())
    assert [p.code for p in open_grids(path, "a")[1]] == ["E159"]


@given(st.integers(1, MAX_COLUMNS))
@settings(max_examples=examples(200))
def test_column_letters(column: int) -> None:
    assert column_number(letters(column)) == column


@pytest.mark.parametrize(("name", "number"), [("", 0), ("a", 0), ("ABCD", 0), ("XFD", MAX_COLUMNS), ("Ａ", 0)])
def test_column_numbers(name: str, number: int) -> None:
    assert column_number(name) == number
    assert ref(4, 7) == "D7"


def test_text_helper_is_used(tmp_path: Path) -> None:
    assert cells(raw(tmp_path / "a.xlsx", data(text("甲", "乙")))) == [{1: "甲", 2: "乙"}]
