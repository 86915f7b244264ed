"""The rules as a workbook for people, and what came back of it: the pages of `engine/revise/pages.py` as sheets.

Each sheet has a line about it, a head, then its rows; the first column is the row's number. All cells are text, so that
nothing a person writes becomes another number or a day. A hidden sheet says of which files it was made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from engine.base.classes import dataclass
from engine.base.numbers import number_text
from engine.base.problem import Cell, Problem, Refused
from engine.base.text import width
from engine.intake.days import read_day
from engine.intake.forms import normalised
from engine.intake.understood import Understood
from engine.revise.returned import CellFault, Line
from engine.revise.sheets import BookColumn, BookPage
from engine.spreadsheets.cells import serial_value
from engine.spreadsheets.grid import CellValue, Fault, Grid, letters, ref
from engine.spreadsheets.xlsx import open_xlsx

if TYPE_CHECKING:
    from openpyxl.styles import Border
    from openpyxl.worksheet.worksheet import Worksheet

FORMAT = "规则手册 1"
GUIDE, BASE, OPTIONS, ID = "说明", "底本", "选项", "编号"
HEAD_ROW, SPARE = 2, 30
"""The row of the head; empty rows below the last that may be filled in."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_UNITLESS = re.compile(r"[-−+0-9.,×÷*/() ]+")
"""A number or a calculation without any unit."""
_QUANTITY = re.compile(r"[-−]?[0-9][0-9.,，]*\s*([^\s0-9.,，][^0-9]*)")
_PARTS = {"%": 100, "％": 100, "‰": 1000}
_SCALES = {"万": 10_000, "亿": 100_000_000}
_SERIALS = range(20_000, 80_000)
"""The days of 1954 to 2119 as spreadsheets count them."""
_EDITABLE, _SHOWN, _HEAD, _WRONG = "FFFFFFFF", "FFF2F2F2", "FFDCE6F1", "FFFFC7CE"


def sheet_name(title: str) -> str:
    """A title as spreadsheets allow it: at most 31 characters, and none of []:*?/\\."""
    return re.sub(r"[\[\]:*?/\\]", "·", title)[:31]


def written(pages: Sequence[BookPage], about: Sequence[str], base: Mapping[str, str]) -> bytes:
    """The workbook: `about` says how to use it, `base` is what it was made of (file -> SHA-256). Equal pages give equal
    bytes."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    guide = book.active or book.create_sheet()
    guide.title = GUIDE
    for number, line in enumerate(about, 1):
        cell = guide.cell(number, 1, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(bold=number == 1, size=14 if number == 1 else 11)
    guide.column_dimensions["A"].width = 100
    options = _Options()
    for page in pages:
        sheet = book.create_sheet(sheet_name(page.title))
        _fill(sheet, page)
        options.add(sheet, page)
    options.write(book.create_sheet(OPTIONS))
    hidden = book.create_sheet(BASE)
    for number, row in enumerate([("格式", FORMAT), *base.items()], 1):
        for column, text in enumerate(row, 1):
            hidden.cell(number, column, text)
    for title in (OPTIONS, BASE):
        book[title].sheet_state = "hidden"
    buffer = BytesIO()
    book.save(buffer)
    return normalised(buffer.getvalue())


def _fill(sheet: Worksheet, page: BookPage) -> None:
    _fill_head(sheet, page)
    _fill_rows(sheet, page)
    _set_up(sheet, page)


def _fill_head(sheet: Worksheet, page: BookPage) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill

    sheet.cell(1, 1, page.about).font = Font(color="FF595959")
    for number, title in enumerate((ID, *(column.title for column in page.columns)), 1):
        cell = sheet.cell(HEAD_ROW, number, title)
        cell.font, cell.fill, cell.border = Font(bold=True), PatternFill("solid", fgColor=_HEAD), _border()
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        if number > 1 and (said := page.columns[number - 2].about):
            cell.comment = Comment(said, "guiju", height=110, width=260)


def _border() -> Border:
    from openpyxl.styles import Border, Side

    line = Side(style="thin", color="FFBFBFBF")
    return Border(left=line, right=line, top=line, bottom=line)


def _fill_rows(sheet: Worksheet, page: BookPage) -> None:
    """The rows, and empty ones where something may be added."""
    from openpyxl.styles import Alignment, PatternFill, Protection

    spare, border = SPARE if page.adding else 0, _border()
    for index in range(len(page.rows) + spare):
        row = page.rows[index] if index < len(page.rows) else None
        cells = (str(index + 1), *row.cells) if row is not None else ("",) * (len(page.columns) + 1)
        for number, text in enumerate(cells, 1):
            cell = sheet.cell(HEAD_ROW + 1 + index, number, None)
            if text:
                cell.value, cell.data_type = text, "s"  # never a formula
            at = number - 2
            open_ = at >= 0 and (row is None or (page.columns[at].form != "shown" and at not in row.closed))
            cell.number_format, cell.border = "@", border
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.protection = Protection(locked=not open_)
            cell.fill = PatternFill("solid", fgColor=_EDITABLE if open_ else _SHOWN)


def _set_up(sheet: Worksheet, page: BookPage) -> None:
    """Widths and heights, what stays in view, how it prints, and what is protected (without a password)."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.column_dimensions["A"].width = 6
    wide = [max(column.width, width(column.title) + 4) for column in page.columns]
    for number, size in enumerate(wide, 2):
        sheet.column_dimensions[letters(number)].width = size
    for index, row in enumerate(page.rows, HEAD_ROW + 1):
        tall = max(_lines_of(text, size) for text, size in zip(row.cells, wide, strict=True))
        sheet.row_dimensions[index].height = 16 * tall
    sheet.row_dimensions[HEAD_ROW].height = 24
    sheet.freeze_panes = f"C{HEAD_ROW + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight, sheet.print_title_rows = 0, f"1:{HEAD_ROW}"
    protect = sheet.protection
    protect.sheet = True
    protect.formatCells = protect.formatColumns = protect.formatRows = protect.insertRows = protect.autoFilter = False


def _lines_of(text: str, size: int) -> int:
    """The lines a text takes in a column, some room for the edges left."""
    return sum(max(1, -(-width(line) // max(size - 2, 1))) for line in text.split("\n"))


class _Options:
    """Drop-downs: each list of choices once, in a column of the hidden sheet (one in the rule itself is limited to 255
    characters)."""

    def __init__(self) -> None:
        self.lists: dict[tuple[str, ...], int] = {}

    def add(self, sheet: Worksheet, page: BookPage) -> None:
        from openpyxl.worksheet.datavalidation import DataValidation

        cells: dict[tuple[str, ...], list[str]] = {}
        last = HEAD_ROW + len(page.rows) + (SPARE if page.adding else 0)
        for number, column in enumerate(page.columns, 2):
            if column.choices:
                cells.setdefault(column.choices, []).append(f"{letters(number)}{HEAD_ROW + 1}:{letters(number)}{last}")
        for index, row in enumerate(page.rows, HEAD_ROW + 1):
            for at, choices in (row.choices or {}).items():
                cells.setdefault(choices, []).append(ref(at + 2, index))
        for choices, ranges in cells.items():
            listed = letters(self.lists.setdefault(choices, len(self.lists) + 1))
            source = f"{OPTIONS}!${listed}$1:${listed}${len(choices)}"
            rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True)
            rule.error, rule.errorTitle = "请从下拉列表中选择", "可选的值"
            for one in ranges:
                rule.add(one)
            sheet.add_data_validation(rule)

    def write(self, sheet: Worksheet) -> None:
        for choices, column in self.lists.items():
            for number, choice in enumerate(choices, 1):
                sheet.cell(number, column, choice)


# ---- what came back ----


@dataclass(frozen=True, slots=True)
class Returned:
    """A workbook as it came back: the files it was made of (name -> SHA-256), and its sheets by title."""

    base: Mapping[str, str]
    grids: Mapping[str, Grid]


def opened(path: Path) -> Returned:
    """The workbook at `path`. Raises `Refused`: what `open_xlsx` refuses; E938 it is none of ours, or lacks its hidden
    sheet."""
    grids, problems = open_xlsx(path, path.name)
    if not grids:
        raise Refused(problems)
    by_title = {grid.sheet: grid for grid in grids}
    rows = [dict(row.cells) for row in by_title[BASE].rows()] if BASE in by_title else []
    said = {str(row.get(1, "")): str(row.get(2, "")) for row in rows}
    if said.pop("格式", "") != FORMAT:
        help = "用 `guiju rulebook export` 导出的工作簿来改；隐藏的工作表不要删"
        raise Refused(Problem("E938", f"`{path.name}` 不是导出的规则手册", Cell(path.name, f"{BASE}!A1"), help))
    return Returned(said, by_title)


def lines(page: BookPage, returned: Returned) -> tuple[list[Line], list[CellFault], list[CellFault]]:
    """The rows of a page as they came back, with what is wrong with cells, and what was understood though it was written
    otherwise than as text."""
    grid, faults, remarks = returned.grids.get(sheet_name(page.title)), list[CellFault](), list[CellFault]()
    if grid is None:
        return [], [CellFault(page.title, 1, -1, f"少了工作表 `{sheet_name(page.title)}`", "从导出的工作簿里补回")], []
    found: list[Line] = []
    head: dict[int, int] = {}
    for row in grid.rows():
        if row.number < HEAD_ROW:
            continue
        if row.number == HEAD_ROW:
            head = _head(page, row.cells, faults)
            continue
        if not head:
            break
        taken = _line(page, row.number, {head.get(n, -2): v for n, v in row.cells.items()}, faults, remarks)
        if taken is not None:
            found.append(taken)
    if not head and not faults:
        faults.append(CellFault(page.title, HEAD_ROW, -1, "没有表头", "第 2 行是表头，照导出的样子恢复"))
    return found, faults, remarks


def _head(page: BookPage, cells: Mapping[int, CellValue], faults: list[CellFault]) -> dict[int, int]:
    """Column of the sheet -> column of the page, -1 for the rows' numbers."""
    titles = {ID: -1} | {column.title: number for number, column in enumerate(page.columns)}
    found = {number: titles[str(value)] for number, value in cells.items() if str(value) in titles}
    lacking = [title for title, number in titles.items() if number not in found.values()]
    if lacking:
        help = "表头照导出的样子恢复"
        faults.append(CellFault(page.title, HEAD_ROW, -1, f"表头少了 {'、'.join(f'`{one}`' for one in lacking)}", help))
        return {}
    return found


def _line(
    page: BookPage, number: int, cells: Mapping[int, CellValue], faults: list[CellFault], remarks: list[CellFault]
) -> Line | None:
    stray = cells.get(-2)
    if stray is not None:
        faults.append(
            CellFault(page.title, number, len(page.columns), f"表外的一格写了 `{stray}`", "写在表头有名称的列里")
        )
    said = cells.get(-1)
    id = int(str(said)) if said is not None and str(said).isdecimal() else None
    if said is not None and id is None:
        faults.append(
            CellFault(page.title, number, -1, f"编号 `{said}` 读不懂", "编号由程序写；新增的行，编号一格空着")
        )
        return None
    row = page.rows[id - 1] if id is not None and 0 < id <= len(page.rows) else None
    texts = []
    for at, column in enumerate(page.columns):
        text, fault, remark = _text(cells.get(at), column, row.cells[at] if row is not None else "")
        texts.append(text)
        for said_, into in ((fault, faults), (remark, remarks)):
            if said_ is not None:
                into.append(CellFault(page.title, number, at, said_.message, said_.help))
    return None if id is None and not any(texts) else Line(number, id, tuple(texts))


_Taken = tuple[str, Fault | None, Fault | None]


def _text(value: CellValue | None, column: BookColumn, old: str) -> _Taken:
    """The text of a cell. A number or a day is taken only where it cannot mean anything else: a number where none has a
    unit, a day in a column of days."""
    if value is None:
        return "", None, None
    if isinstance(value, Fault):
        return old, value, None
    if isinstance(value, bool):
        return _other("是" if value else "否", old, "是非值")
    if isinstance(value, str):
        text = value.strip().replace("_x000D_", "").replace("\r\n", "\n")
        if column.form == "day" and text != old and not _DAY.fullmatch(text):
            return _day(read_day(text, lenient=True), text, old)
        return text, None, None
    if isinstance(value, date) and column.form == "day":
        return value.isoformat()[:10], None, None
    if isinstance(value, Decimal) and column.form != "day":
        return _other(f"{value:f}", old, "数字")
    if isinstance(value, Decimal):
        return old, _no_day(value, old), None
    said, was = value.isoformat(), f"原来是文字 `{old}`" if old else "这里要写文字"
    fault = Fault("E939", f"这一格成了日期 `{said}`，{was}", "把单元格格式改为“文本”，再照原样写")
    return old, fault, None


def _no_day(value: Decimal, old: str) -> Fault:
    """A number in a column of days, which spreadsheets count."""
    was = f"，原来是 `{old}`" if old else ""
    if value == int(value) and value in _SERIALS:
        day = str(serial_value(value))
        message = f"这一格要写日期，成了数字 `{value}`{was}；看起来是日期 {day} 在 Excel 里的序号"
        return Fault("E939", message, f"是这一天的，把单元格格式改为“文本”，写 `{day}`")
    help = "把单元格格式改为“文本”，写作 `2026-01-05`"
    return Fault("E939", f"这一格要写日期，成了数字 `{value}`{was}", help)


def _other(text: str, old: str, what: str) -> _Taken:
    """What a cell that is no text is taken for: it may only be taken as it stands where no unit stood."""
    if text == old:
        return text, None, None
    if old and not _UNITLESS.fullmatch(old):
        return old, Fault("E939", f"这一格成了{what} `{text}`，不是文字", _as_text(text, old)), None
    return text, None, Fault("W939", f"这一格是{what} `{text}`，按文字读", "核对是不是这个值")


def _as_text(text: str, old: str) -> str:
    """How a number is to be written where `old` had a unit: of the same worth, and where it may have been meant in that
    unit both."""
    quantity = _QUANTITY.fullmatch(old)
    if quantity is None or not re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII):
        return f"写作文字，原来是 `{old}`"
    unit, number = quantity[1], Decimal(text)
    if unit in _PARTS:
        same = f"{number_text(number * _PARTS[unit])}{unit}"
        return f"写作文字，如 `{same}`" + (f"；要的是 {text}{unit} 的，写 `{text}{unit}`" if abs(number) >= 1 else "")
    if (scale := _SCALES.get(unit[0])) is None:
        return f"写作文字，带单位，如 `{text}{unit}`"
    whole = f"{text}{unit[1:]}"
    if abs(number) >= scale:
        return f"写作文字，带单位，如 `{number_text(number / scale)}{unit}` 或 `{whole}`"
    return f"写作文字，带单位：`{text}{unit}` 还是 `{whole}`，写明是哪一个"


def _day(found: Understood | Fault, text: str, old: str) -> _Taken:
    if isinstance(found, Fault):
        return old, found, None
    day = str(found.value)[:10]
    return day, None, Fault("W939", f"`{text}` 按 `{day}` 读", "写作 `2026-01-05`")


def places(faults: Sequence[CellFault], file: str, code: str) -> list[Problem]:
    """Faults of cells as problems."""
    return [Problem(code, fault.message, Cell(file, _ref(fault)), fault.help) for fault in faults]


def _ref(fault: CellFault) -> str:
    return f"{sheet_name(fault.page)}!{ref(fault.column + 2, fault.number)}"


def annotated(data: bytes, notes: Mapping[str, str]) -> bytes:
    """A copy of the workbook with notes on cells (`参数!C3` -> text), which are red."""
    from openpyxl import load_workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    book = load_workbook(BytesIO(data))
    for place, note in notes.items():
        title, _, cell = place.rpartition("!")
        if title in book.sheetnames:
            found = book[title][cell]
            found.comment = Comment(note, "guiju", height=140, width=320)
            found.fill = PatternFill("solid", fgColor=_WRONG)
    buffer = BytesIO()
    book.save(buffer)
    return normalised(buffer.getvalue())
