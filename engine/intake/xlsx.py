"""A streaming reader for the worksheets of an .xlsx, on expat.

Why not openpyxl: it cannot tell a formula that was never calculated from an empty cell, trusts the dimension record,
turns numbers into floats, does not know the Chinese date formats 27–36 and 50–58, and takes five times as long on a
million rows. It writes our forms and, in the tests, is the oracle this reader is compared with.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from xml.parsers import expat

from engine.base.numbers import plain
from engine.base.problem import Problem, Refused
from engine.base.text import HIDDEN, hidden_name
from engine.intake.container import CORRUPT, corrupt, open_container
from engine.intake.files import os_problem
from engine.intake.grid import MAX_CELL, MAX_COLUMNS, MAX_ROWS, Fault, Grid, Row, Value, column_number

_CHUNK = 1 << 16
_PERCENT_IDS = {9, 10}
_DATE_IDS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_INTEGER = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_CHINA = timezone(timedelta(hours=8))
_RECALCULATE = "用 Excel 或 WPS 打开，等计算完成后保存"

Attributes = dict[str, str]


class _Broken(Exception):
    """The XML is not what a worksheet can be."""


@dataclass(frozen=True, slots=True)
class _Book:
    path: Path
    name: str
    strings: list[str]
    styles: tuple[str, ...]
    epoch_1904: bool


def open_xlsx(path: Path, name: str) -> tuple[list[Grid], list[Problem]]:
    """The visible worksheets in the order of the tabs. Cell values are read when a grid's rows are."""
    archive, problems = open_container(path, name)
    if archive is None:
        return [], problems
    try:
        with archive:
            return _open_book(archive, path, name)
    except OSError as error:
        return [], [os_problem(error, name)]
    except (*CORRUPT, expat.ExpatError, LookupError, _Broken):
        return [], [corrupt(name)]


def _open_book(archive: zipfile.ZipFile, path: Path, name: str) -> tuple[list[Grid], list[Problem]]:
    main = next((t for kind, _, t in _relations(archive, "") if kind.endswith("/officeDocument")), "xl/workbook.xml")
    targets = {key: (kind, target) for kind, key, target in _relations(archive, main)}
    by_kind = {kind.rpartition("/")[2]: target for kind, target in targets.values()}
    sheets: list[tuple[str, str]] = []
    flags: dict[str, bool] = {}

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "workbookPr":
            flags["1904"] = attributes.get("date1904") in ("1", "true")
        elif tag == "sheet" and attributes.get("state", "visible") == "visible":
            key = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), "")
            kind, target = targets.get(key, ("", ""))
            if kind.endswith("/worksheet"):
                sheets.append((attributes.get("name", ""), target))

    _walk(archive, main, start)
    strings = _strings(archive, by_kind["sharedStrings"]) if "sharedStrings" in by_kind else []
    styles = _styles(archive, by_kind["styles"]) if "styles" in by_kind else ()
    book = _Book(path, name, strings, styles, flags.get("1904", False))
    if not sheets:
        return [], [Problem("E159", f"文件 `{name}` 里没有可见的工作表", help="取消隐藏后再保存")]
    return [Grid(name, title, _reader(book, part)) for title, part in sheets], []


def _relations(archive: zipfile.ZipFile, part: str) -> list[tuple[str, str, str]]:
    """(type, id, target part) for every internal relationship of `part`; "" is the package itself."""
    folder, base = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{base}.rels")
    found: list[tuple[str, str, str]] = []

    def start(tag: str, a: Attributes) -> None:
        if tag == "Relationship" and a.get("TargetMode") != "External":
            target = a.get("Target", "")
            full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found.append((a.get("Type", ""), a.get("Id", ""), full))

    if rels in archive.namelist():
        _walk(archive, rels, start)
    return found


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def doctype(*_: object) -> None:
        raise _Broken

    parser.StartDoctypeDeclHandler = doctype
    return parser


def _walk(archive: zipfile.ZipFile, part: str, start: Callable[[str, Attributes], None]) -> None:
    """`start` for every element of a small part, namespace prefixes removed."""
    parser = _parser()
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
    with archive.open(part) as stream:
        parser.ParseFile(stream)


def _strings(archive: zipfile.ZipFile, part: str) -> list[str]:
    """The shared strings; phonetic runs are left out."""
    out: list[str] = []
    pieces: list[str] = []
    phonetic = False
    parser = _parser()

    def start(tag: str, _: Attributes) -> None:
        nonlocal phonetic
        tag = tag.rpartition(":")[2]
        if tag == "t" and not phonetic:
            parser.CharacterDataHandler = pieces.append
        elif tag == "rPh":
            phonetic = True

    def end(tag: str) -> None:
        nonlocal phonetic
        tag = tag.rpartition(":")[2]
        if tag == "t":
            parser.CharacterDataHandler = None
        elif tag == "si":
            out.append("".join(pieces))
            pieces.clear()
        elif tag == "rPh":
            phonetic = False

    parser.StartElementHandler, parser.EndElementHandler = start, end
    with archive.open(part) as stream:
        parser.ParseFile(stream)
    return out


def _styles(archive: zipfile.ZipFile, part: str) -> tuple[str, ...]:
    """How each cell style shows a number: `date`, `percent` or ""."""
    codes: dict[int, str] = {}
    formats: list[int] = []
    inside = False

    def start(tag: str, a: Attributes) -> None:
        nonlocal inside
        if tag == "numFmt":
            codes[int(a.get("numFmtId", "0"))] = a.get("formatCode", "")
        elif tag in ("cellXfs", "cellStyles", "dxfs"):
            inside = tag == "cellXfs"
        elif tag == "xf" and inside:
            formats.append(int(a.get("numFmtId", "0")))

    _walk(archive, part, start)
    return tuple(_shows(key, codes.get(key)) for key in formats)


def _shows(key: int, format: str | None) -> str:
    if format is None:
        return "date" if key in _DATE_IDS else "percent" if key in _PERCENT_IDS else ""
    code = _NOT_CODE.sub("", format.split(";")[0]).lower()
    numeric = any(letter in code for letter in "0#?@")
    if any(letter in code for letter in "ymdhs") and (not numeric or "ss.0" in code):
        return "date"
    return "percent" if numeric and "%" in code else ""


def _reader(book: _Book, part: str) -> Callable[[list[str]], Iterator[Row]]:
    def rows(merges: list[str]) -> Iterator[Row]:
        sheet = _Sheet(book, merges)
        try:
            with zipfile.ZipFile(book.path) as archive, archive.open(part) as stream:
                while chunk := stream.read(_CHUNK):
                    sheet.parser.Parse(chunk, False)
                    yield from sheet.ready
                    sheet.ready.clear()
                sheet.parser.Parse(b"", True)
                yield from sheet.ready
        except OSError as error:
            raise Refused(os_problem(error, book.name)) from None
        except (*CORRUPT, expat.ExpatError, LookupError, _Broken):
            raise Refused(corrupt(book.name)) from None

    return rows


class _Sheet:
    """Callbacks that gather rows; the hot loop of a large ledger, so plain attributes and few calls."""

    def __init__(self, book: _Book, merges: list[str]) -> None:
        self.book = book
        self.merges = merges
        self.ready: list[Row] = []
        self.parser = _parser()
        self.parser.StartElementHandler = self.start_root
        self.row, self.column, self.hidden = 0, 0, False
        self.cells: dict[int, Value] = {}
        self.type = self.style = ""
        self.formula = self.valued = self.phonetic = False
        self.pieces: list[str] = []
        self.columns: dict[str, int] = {}

    def start_root(self, tag: str, attributes: Attributes) -> None:
        """The root tells the namespace prefix, which some writers put before every name."""
        prefix = tag[: tag.index(":") + 1] if ":" in tag else ""
        if tag != f"{prefix}worksheet":
            raise _Broken
        names = ("c", "v", "t", "f", "row", "rPh", "mergeCell")
        self.c, self.v, self.t, self.f, self.row_tag, self.rph, self.merge = (prefix + name for name in names)
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == self.c:
            get = attributes.get
            self.column = self.column_of(get("r"))
            self.type, self.style = get("t", "n"), get("s", "")
            self.formula = self.valued = False
            self.pieces.clear()
        elif tag == self.v or (tag == self.t and not self.phonetic):
            self.valued = True
            self.parser.CharacterDataHandler = self.pieces.append
        elif tag == self.row_tag:
            self.start_row(attributes)
        elif tag == self.f:
            self.formula = True
        elif tag == self.rph:
            self.phonetic = True
        elif tag == self.merge:
            self.merges.append(attributes.get("ref", ""))

    def start_row(self, attributes: Attributes) -> None:
        number = attributes.get("r")
        self.row = int(number) if number else self.row + 1
        if not 1 <= self.row <= MAX_ROWS:
            raise _Broken
        self.hidden = attributes.get("hidden") in ("1", "true")
        self.column = 0
        self.cells = {}

    def column_of(self, name: str | None) -> int:
        if name is None:
            column = self.column + 1
        else:
            key = name.rstrip("0123456789")
            column = self.columns.get(key) or self.columns.setdefault(key, column_number(key))
        if not 1 <= column <= MAX_COLUMNS:
            raise _Broken
        return column

    def end(self, tag: str) -> None:
        if tag == self.v or tag == self.t:
            self.parser.CharacterDataHandler = None
        elif tag == self.c:
            value = self.value()
            if value is not None:
                self.cells[self.column] = value
        elif tag == self.row_tag:
            if self.cells:
                self.ready.append(Row(self.row, self.cells, self.hidden))
        elif tag == self.rph:
            self.phonetic = False

    def value(self) -> Value | None:
        text = "".join(self.pieces)
        kind = self.type
        if not text and (kind == "n" or not self.valued):
            return Fault("E514", "公式没有计算结果", _RECALCULATE) if self.formula else None
        if kind == "n":
            return number_value(text, self.shows(), self.book.epoch_1904)
        if kind == "s":
            index = int(text)
            if index < 0:
                raise _Broken
            text = self.book.strings[index]
        elif kind == "b":
            return text == "1"
        elif kind == "e":
            return Fault("E515", f"公式出错，显示为 `{text}`", "改正公式后重新保存")
        elif kind == "d":
            return iso_value(text)
        return text_value(text)

    def shows(self) -> str:
        index = int(self.style) if self.style else 0
        return self.book.styles[index] if index < len(self.book.styles) else ""


def text_value(text: str) -> str | Fault | None:
    """Text as it stands, None where it is blank; hidden characters and oversize are faults."""
    if not text or text.isspace():
        return None
    if HIDDEN.search(text):
        text = text.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
        if found := HIDDEN.search(text):
            return Fault("E516", f"有不允许的字符 `{hidden_name(found.group())}`", "删去该字符后重新输入")
    if len(text) > MAX_CELL:
        return Fault("E517", f"单元格有 {len(text)} 个字，超过上限 {MAX_CELL}", "只填需要的内容")
    return text


def number_value(text: str, shows: str = "", epoch_1904: bool = False) -> Value:
    """The number in a cell: a decimal of at most 15 significant digits (what a spreadsheet computes with), the date
    it is shown as, or for a percentage the text a person sees: `85%`."""
    if _INTEGER.fullmatch(text):
        number = Decimal(text)
    else:
        try:
            number = Decimal(f"{float(text):.15g}")
        except (ValueError, OverflowError):
            return Fault("E511", f"`{text[:40]}` 不是数字", "重新输入数字")
        if not number.is_finite() or abs(number.adjusted()) > 30:
            return Fault("E512", f"数字 `{text[:40]}` 超出可以处理的范围", "核对后重新输入")
        number = Decimal(format(number, "f"))
    if shows == "percent":
        return plain(number * 100) + "%"
    return serial_value(number, epoch_1904) if shows == "date" else number


LAST_SERIAL, LAST_SERIAL_1904 = 2_958_465, 2_957_003
"""9999-12-31 in the two date systems of a workbook."""


def serial_value(number: Decimal, epoch_1904: bool = False) -> Value:
    """The date or instant of an Excel serial number; below 1 it is a time of day."""
    days, part = divmod(number, 1)
    seconds = int((part * 86400).quantize(Decimal(1)))
    if 0 < number < 1 and seconds < 86400:
        return time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    if not epoch_1904 and days == 60:
        return Fault("E513", "日期序号 60 是 1900-02-29，没有这一天", "重新输入日期")
    last = LAST_SERIAL_1904 if epoch_1904 else LAST_SERIAL
    if not 1 <= days <= last or (days == last and seconds == 86400):
        return Fault("E513", f"单元格是日期格式，但 `{number}` 不是日期", "重新输入日期，或把格式改成“常规”")
    first = date(1904, 1, 1) if epoch_1904 else date(1899, 12, 31 if days < 60 else 30)
    day = first + timedelta(days=int(days))
    return datetime(day.year, day.month, day.day, tzinfo=_CHINA) + timedelta(seconds=seconds) if part else day


def iso_value(text: str) -> Value:
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text).replace(tzinfo=_CHINA)
    except ValueError:
        return Fault("E513", f"`{text[:40]}` 不是日期", "重新输入日期")
