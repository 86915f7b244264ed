"""A streaming reader for the worksheets of an .xlsx, on expat.

Why not openpyxl: it cannot tell a formula that was never calculated from an empty cell, trusts the dimension record,
turns numbers into floats, does not know the Chinese date formats 27–36 and 50–58, and takes five times as long on a
million rows. It writes our forms and, in the tests, is the oracle this reader is compared with.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.parsers import expat

from engine.base.classes import dataclass
from engine.base.problem import Cell, Problem, Refused
from engine.files.faults import unreadable
from engine.files.reading import Found
from engine.spreadsheets.cells import iso_value, number_value, text_value
from engine.spreadsheets.container import CORRUPT, corrupt, find_container
from engine.spreadsheets.grid import (
    MAX_COLUMNS,
    MAX_ROWS,
    CellValue,
    Fault,
    Grid,
    GridRow,
    Marks,
    column_number,
    ref,
)
from engine.spreadsheets.styles import CellStyle, StyleReader, is_on

_CHUNK = 1 << 16
_NO_STYLE = CellStyle()
_RESAVE = "用 Excel 或 WPS 打开，核对内容后重新另存为 .xlsx"
_RECALCULATE = "用 Excel 或 WPS 打开，等计算完成后保存"

Attributes = dict[str, str]


class _Broken(Exception):
    """The XML is not what a worksheet can be."""


@dataclass(frozen=True, slots=True)
class _Book:
    found: Found
    name: str
    strings: list[str]
    struck: frozenset[int]
    styles: tuple[CellStyle, ...]
    epoch_1904: bool


def open_xlsx(path: Path, name: str, within: Path | None = None) -> tuple[list[Grid], list[Problem]]:
    """The worksheets in the order of the tabs, hidden ones last. Cell values are read when a grid's rows are."""
    found, problems = find_container(path, name, within)
    if found is None:
        return [], problems
    try:
        with found.opened() as stream, zipfile.ZipFile(stream) as archive:
            return _open_book(archive, found, name)
    except OSError as error:
        return [], [unreadable(error, name)]
    except (*CORRUPT, expat.ExpatError, LookupError, _Broken):
        return [], [corrupt(name)]


def _open_book(archive: zipfile.ZipFile, found: Found, name: str) -> tuple[list[Grid], list[Problem]]:
    main = next((t for kind, _, t in _relations(archive, "") if kind.endswith("/officeDocument")), "xl/workbook.xml")
    targets = {key: (kind, target) for kind, key, target in _relations(archive, main)}
    by_kind = {kind.rpartition("/")[2]: target for kind, target in targets.values()}
    sheets: list[tuple[bool, str, str]] = []
    flags: dict[str, bool] = {}

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "workbookPr":
            flags["1904"] = attributes.get("date1904") in ("1", "true")
        elif tag == "sheet":
            key = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), "")
            kind, target = targets.get(key, ("", ""))
            if kind.endswith("/worksheet"):
                hidden = attributes.get("state", "visible") != "visible"
                sheets.append((hidden, attributes.get("name", ""), target))

    _walk(archive, main, start)
    strings, struck = _strings(archive, by_kind["sharedStrings"]) if "sharedStrings" in by_kind else ([], frozenset())
    styles = _styles(archive, by_kind["styles"]) if "styles" in by_kind else ()
    book = _Book(found, name, strings, struck, styles, flags.get("1904", False))
    if all(hidden for hidden, _, _ in sheets):
        return [], [Problem("E159", f"文件 `{name}` 里没有可见的工作表", help="取消隐藏后再保存")]
    sheets.sort(key=lambda sheet: sheet[0])
    return [
        Grid(name, title, _reader(book, title, part), hidden=hidden, epoch_1904=book.epoch_1904)
        for hidden, title, part in sheets
    ], []


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


def _strings(archive: zipfile.ZipFile, part: str) -> tuple[list[str], frozenset[int]]:
    """The shared strings, phonetic runs left out, and which of them are crossed out, if only in part."""
    out: list[str] = []
    struck: set[int] = set()
    pieces: list[str] = []
    phonetic = False
    parser = _parser()

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal phonetic
        tag = tag.rpartition(":")[2]
        if tag == "t" and not phonetic:
            parser.CharacterDataHandler = pieces.append
        elif tag == "strike" and is_on(attributes):
            struck.add(len(out))
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
    return out, frozenset(struck)


def _styles(archive: zipfile.ZipFile, part: str) -> tuple[CellStyle, ...]:
    found = StyleReader()
    _walk(archive, part, found.start)
    return found.styles()


def _reader(book: _Book, title: str, part: str) -> Callable[[Marks], Iterator[GridRow]]:
    def rows(marks: Marks) -> Iterator[GridRow]:
        sheet = _Sheet(book, title, marks)
        try:
            with book.found.opened() as file, zipfile.ZipFile(file) as archive, archive.open(part) as stream:
                while chunk := stream.read(_CHUNK):
                    sheet.parser.Parse(chunk, False)
                    yield from sheet.ready
                    sheet.ready.clear()
                sheet.parser.Parse(b"", True)
                yield from sheet.ready
        except OSError as error:
            raise Refused(unreadable(error, book.name)) from None
        except (*CORRUPT, expat.ExpatError, LookupError, _Broken):
            raise Refused(corrupt(book.name)) from None

    return rows


class _Sheet:
    """Callbacks that gather rows; the hot loop of a large ledger, so plain attributes and few calls."""

    def __init__(self, book: _Book, title: str, marks: Marks) -> None:
        self.book, self.title, self.marks = book, title, marks
        self.ready: list[GridRow] = []
        self.parser = _parser()
        self.parser.StartElementHandler = self.start_root
        self.row, self.column, self.hidden, self.struck = 0, 0, False, False
        self.cells: dict[int, CellValue] = {}
        self.type = self.style = ""
        self.formula = self.valued = self.phonetic = False
        self.pieces: list[str] = []
        self.columns: dict[str, int] = {}

    def start_root(self, tag: str, attributes: Attributes) -> None:
        """The root tells the namespace prefix, which some writers put before every name."""
        prefix = tag[: tag.index(":") + 1] if ":" in tag else ""
        if tag != f"{prefix}worksheet":
            raise _Broken
        names = ("c", "v", "t", "f", "row", "rPh", "mergeCell", "col", "strike")
        self.c, self.v, self.t, self.f, self.row_tag, self.rph, self.merge, self.col, self.strike = (
            prefix + name for name in names
        )
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
            if self.valued and tag == self.v:
                raise _Broken
            self.valued = True
            self.parser.CharacterDataHandler = self.pieces.append
        elif tag == self.row_tag:
            self.start_row(attributes)
        elif tag == self.f:
            self.formula = True
        elif tag == self.rph:
            self.phonetic = True
        elif tag == self.merge:
            self.marks.merges.append(attributes.get("ref", ""))
        elif tag == self.col:
            self.start_column(attributes)
        elif tag == self.strike and is_on(attributes):
            self.struck = True

    def start_column(self, attributes: Attributes) -> None:
        if attributes.get("hidden") in ("1", "true") or attributes.get("width") in ("0", "0.0"):
            self.marks.hidden.append((int(attributes.get("min", "0")), int(attributes.get("max", "0"))))

    def start_row(self, attributes: Attributes) -> None:
        written = attributes.get("r")
        number = int(written) if written else self.row + 1
        if not 1 <= number <= MAX_ROWS:
            raise _Broken
        if not follows(number, self.row):
            raise self.again(f"第 {number} 行", f"A{number}")
        self.row = number
        self.hidden = attributes.get("hidden") in ("1", "true") or attributes.get("ht") in ("0", "0.0")
        self.struck = False
        self.column = 0
        self.cells = {}

    def again(self, what: str, where: str) -> Refused:
        """Which of two a person saw cannot be known."""
        message = f"`{self.book.name}` 的工作表 `{self.title}` 里{what}出现两次，或次序颠倒"
        return Refused(Problem("E163", message, Cell(self.book.name, f"{self.title}!{where}"), _RESAVE))

    def column_of(self, name: str | None) -> int:
        if name is None:
            column = self.column + 1
        else:
            key = name.rstrip("0123456789")
            column = self.columns.get(key) or self.columns.setdefault(key, column_number(key))
        if not 1 <= column <= MAX_COLUMNS:
            raise _Broken
        if not follows(column, self.column):
            raise self.again(f"单元格 {ref(column, self.row)} ", ref(column, self.row))
        return column

    def end(self, tag: str) -> None:
        if tag == self.v or tag == self.t:
            self.parser.CharacterDataHandler = None
        elif tag == self.c:
            value = self.value()
            if value is not None:
                self.cells[self.column] = value
                if self.style:
                    look = self.look()
                    self.struck = self.struck or look.struck
                    self.hidden = self.hidden or look.format.kind == "hidden"
        elif tag == self.row_tag:
            if self.cells:
                self.ready.append(GridRow(self.row, self.cells, self.hidden, self.struck))
        elif tag == self.rph:
            self.phonetic = False

    def value(self) -> CellValue | None:
        text = "".join(self.pieces)
        kind = self.type
        if not text and (kind == "n" or not self.valued):
            return Fault("E514", "公式没有计算结果", _RECALCULATE) if self.formula else None
        if kind == "n":
            return number_value(text, self.look().format, self.book.epoch_1904)
        if kind == "s":
            index = int(text)
            if index < 0:
                raise _Broken
            text = self.book.strings[index]
            if index in self.book.struck:
                self.struck = True
        elif kind == "b":
            return text == "1"
        elif kind == "e":
            return Fault("E515", f"公式出错，显示为 `{text}`", "改正公式后重新保存")
        elif kind == "d":
            return iso_value(text)
        return text_value(text)

    def look(self) -> CellStyle:
        index = int(self.style) if self.style else 0
        return self.book.styles[index] if index < len(self.book.styles) else _NO_STYLE


def follows(now: int, before: int) -> bool:
    """Whether a row or cell comes after the one before it, as it does in every file a spreadsheet has written."""
    return now > before
