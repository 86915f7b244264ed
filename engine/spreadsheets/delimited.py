"""CSV as offices save it: UTF-8 with or without BOM, GB18030, UTF-16 with BOM; comma, tab, ; or ；; quoted cells."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterator
from io import TextIOWrapper
from itertools import islice
from pathlib import Path

from engine.base.problem import Cell, Problem, Refused
from engine.files.faults import unreadable
from engine.files.reading import Found, find
from engine.spreadsheets.cells import text_value
from engine.spreadsheets.grid import MAX_CELL, MAX_COLUMNS, MAX_ROWS, CellValue, Grid, GridRow, Marks

MAX_CSV = 500_000_000
_DELIMITERS = ",\t;；"
_CHUNK = 1 << 20


def open_delimited(path: Path, name: str, within: Path | None = None) -> tuple[list[Grid], list[Problem]]:
    """The one grid of a CSV file; every cell is text."""
    try:
        found = find(path, MAX_CSV, within)
        encoding = _encoding(found)
        if encoding is None:
            message = f"认不出 `{name}` 的文字编码，既不是 UTF-8，也不是 GB18030"
            return [], [Problem("E160", message, help="用 Excel 或 WPS 打开，另存为“CSV UTF-8”")]
        delimiter = _delimiter(found, encoding)
    except OSError as error:
        return [], [unreadable(error, name)]
    return [Grid(name, "", _reader(found, name, encoding, delimiter))], []


def _encoding(found: Found) -> str | None:
    with found.opened() as stream:
        head = stream.read(4)
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return next((e for e in (("utf-16",) if wide else ("utf-8-sig", "gb18030")) if _decodes(found, e)), None)


def _decodes(found: Found, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with found.opened() as stream:
        try:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            return False
    return True


def _open(found: Found, encoding: str) -> TextIOWrapper:
    return TextIOWrapper(found.opened(), encoding=encoding, newline="")


def _delimiter(found: Found, encoding: str) -> str:
    """The separator that most of the first lines have, outside quotes; the earlier in the list wins a tie."""
    with _open(found, encoding) as stream:
        lines = [line[:MAX_CELL] for line in islice(iter(lambda: stream.readline(MAX_CELL), ""), 30)]
    bare = ["".join(line.split('"')[::2]) for line in lines]
    return max(_DELIMITERS, key=lambda mark: sum(mark in line for line in bare))


def _reader(found: Found, name: str, encoding: str, delimiter: str) -> Callable[[Marks], Iterator[GridRow]]:
    def rows(_: Marks) -> Iterator[GridRow]:
        number = 0
        try:
            with _open(found, encoding) as stream:
                for number, record in enumerate(csv.reader(stream, delimiter=delimiter, strict=True), 1):
                    if number > MAX_ROWS or len(record) > MAX_COLUMNS:
                        raise Refused(_too_large(name, number))
                    cells: dict[int, CellValue] = {}
                    for column, text in enumerate(record, 1):
                        if (value := text_value(text)) is not None:
                            cells[column] = value
                    if cells:
                        yield GridRow(number, cells, width=len(record))
        except OSError as error:
            raise Refused(unreadable(error, name)) from None
        except UnicodeError:
            raise Refused(Problem("E160", f"`{name}` 的文字编码不完整", help="另存为“CSV UTF-8”")) from None
        except csv.Error:
            place = Cell(name, f"A{number + 1}")
            message = f"`{name}` 第 {number + 1} 行的引号没有成对，或单元格过长"
            raise Refused(Problem("E161", message, place, help="检查这一行的双引号；单元格里的引号要写两遍")) from None

    return rows


def _too_large(name: str, number: int) -> Problem:
    message = f"`{name}` 第 {number} 行超出上限：至多 {MAX_ROWS} 行、{MAX_COLUMNS} 列"
    return Problem("E162", message, help="按年度拆成几个文件")
