"""Ledgers as grids of raw cells, read row by row: a million rows pass through in constant memory.

A cell is text, a decimal, a date, an instant (+08:00), a time of day, a truth value, or a `Fault` that says why it cannot be read; a missing
column in `Row.cells` is an empty cell. Typing against the vocabulary happens later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field
from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from engine.base.classes import dataclass

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_CELL = 32_767


class Fault(NamedTuple):
    """Why a cell cannot be read: the code, message and help of the problem it becomes if the cell is needed."""

    code: str
    message: str
    help: str


CellValue = str | Decimal | date | datetime | time | bool | Fault


class GridRow(NamedTuple):
    """`number` counts from 1 as spreadsheets show it; `cells` maps column numbers (from 1) to values. `struck`: a value
    is crossed out; `width`: in a CSV how many cells the line has, blank ones included."""

    number: int
    cells: dict[int, CellValue]
    hidden: bool = False
    struck: bool = False
    width: int = 0


@dataclass(slots=True)
class Marks:
    """What a sheet says about its cells beside their values, known once its rows have been read: merged ranges, and the
    columns that are hidden."""

    merges: list[str] = field(default_factory=list)
    hidden: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. `rows` starts reading anew and may raise `Refused` midway; `marks` is filled once it has ended.
    `hidden`: the sheet is; `epoch_1904`: its workbook counts days from 1904."""

    file: str
    sheet: str
    read: Callable[[Marks], Iterator[GridRow]] = field(repr=False)
    marks: Marks = field(default_factory=Marks)
    hidden: bool = False
    epoch_1904: bool = False

    def rows(self) -> Iterator[GridRow]:
        """Rows that hold at least one non-empty cell, top to bottom."""
        self.marks.merges.clear()
        self.marks.hidden.clear()
        return self.read(self.marks)


def short(text: str) -> str:
    """As much of `text` as a message quotes."""
    return text if len(text) <= 40 else text[:39] + "…"


def letters(column: int) -> str:
    """4 -> D, 28 -> AB."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def ref(column: int, row: int) -> str:
    """The name of a cell: D7."""
    return f"{letters(column)}{row}"


def column_number(name: str) -> int:
    """D -> 4. 0 where `name` is not one to three capital letters."""
    number = 0
    if not 1 <= len(name) <= 3:
        return 0
    for char in name:
        if not "A" <= char <= "Z":
            return 0
        number = number * 26 + ord(char) - 64
    return number
