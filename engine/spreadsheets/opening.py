"""A ledger's file opened by what it is: the sheets of a workbook, or the one of a text file (edge)."""

from __future__ import annotations

from pathlib import Path

from engine.base.problem import Problem
from engine.files.faults import unreadable
from engine.files.reading import find
from engine.spreadsheets.delimited import open_delimited
from engine.spreadsheets.grid import Grid
from engine.spreadsheets.xlsx import open_xlsx


def open_grids(path: Path, name: str, within: Path | None = None) -> tuple[list[Grid], list[Problem]]:
    """The sheets of an .xlsx, hidden ones last, or the one sheet of a .csv/.tsv/.txt; `name` is how problems call the file.
    A link may lead no further than `within` (its own folder)."""
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return open_xlsx(path, name, within)
    if suffix in (".csv", ".tsv", ".txt"):
        return open_delimited(path, name, within)
    try:
        find(path, 1 << 62, within)
    except OSError as error:
        return [], [unreadable(error, name)]
    kind = {".xls": "旧版 .xls 格式", ".et": "WPS 的 .et 格式", ".xlsm": "含宏的 .xlsm 格式"}.get(suffix)
    message = f"`{name}` 是{kind}" if kind else f"不认识台账 `{name}` 的格式"
    return [], [Problem("E150", message, help="用 Excel 或 WPS 打开，另存为 .xlsx 或 .csv")]
