"""Edge: a workbook beside the rules (行自: 标准.xlsx) as text of the package, read as ledgers are.

A cell is a line: where it stands, a tab, and what the language makes of it. What cannot be read of a cell stands there as
its fault (`FAULT`), so that it is told where a table needs the cell, and of a sheet nobody asks for, never.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

from engine.base.numbers import number_text
from engine.base.problem import Problem, Refused
from engine.policy.nodes import MAX_BYTES
from engine.policy.places import FAULT
from engine.spreadsheets.grid import CellValue, Fault, Grid, GridRow, column_number, ref
from engine.spreadsheets.xlsx import open_xlsx

_CORNER = re.compile(r"([A-Z]{1,3})([0-9]+)", re.ASCII)
"""The first cell of a range."""
_SPOILT = "去掉合并，取消隐藏，删去划掉的行，再保存"


def read_workbook(path: Path, within: Path) -> tuple[str | None, list[Problem]]:
    """The visible sheets of the workbook at `path` as text, or the problem that it cannot be read. A link may lead no further
    than `within`."""
    grids, problems = open_xlsx(path, str(path), within)
    shown = [grid for grid in grids if not grid.hidden]
    lines, size = list[str](), 0
    try:
        for grid in shown:
            for line in _lines(grid):
                lines.append(line)
                size += len(line.encode())
                if size > MAX_BYTES:
                    message = f"`{path}` 里的文字超过上限 {MAX_BYTES} 字节"
                    return None, [Problem("E104", message, help="只留规则要的表，或拆成几个文件")]
    except Refused as refused:
        return None, list(refused.problems)
    return None if problems else "".join(lines), problems


def _lines(grid: Grid) -> Iterator[str]:
    """The cells of every row with something in it, blank ones between them and up to the width of the first row included."""
    rows = list(grid.rows())
    faults = _marked(grid)
    least = max(rows[0].cells) if rows else 0
    for row in rows:
        for column in range(1, max(least, *row.cells) + 1):
            fault = faults.get((row.number, column)) or faults.get((0, column))
            said = _spoilt(fault) if fault else _row_spoilt(row) if column == 1 else ""
            yield f"{grid.sheet}!{ref(column, row.number)}\t{said or _written(row.cells.get(column))}\n"


def _marked(grid: Grid) -> dict[tuple[int, int], str]:
    """What is wrong with cells by (row, column), row 0 for all of a column: known once the rows have been read."""
    hidden = {(0, column): "这一列隐藏着" for first, last in grid.marks.hidden for column in range(first, last + 1)}
    corners = (_CORNER.match(name) for name in grid.marks.merges)
    merged = {(int(found[2]), column_number(found[1])): "有合并的单元格" for found in corners if found}
    return {**hidden, **merged}


def _row_spoilt(row: GridRow) -> str:
    return _spoilt("这一行隐藏着") if row.hidden else _spoilt("有划掉的字") if row.struck else ""


def _spoilt(what: str) -> str:
    return f"{FAULT}{what}{FAULT}{_SPOILT}"


def _written(value: CellValue | None) -> str:
    """A cell as the language writes it."""
    match value:
        case None:
            return ""
        case Fault(message=message, help=help_):
            return f"{FAULT}{message}{FAULT}{help_}"
        case bool():
            return "是" if value else "否"
        case datetime():
            return f"{FAULT}日期里有时刻{FAULT}只留日期"
        case date():
            return value.isoformat()
        case time():
            return value.strftime("%H:%M") if not value.second else f"{FAULT}时刻里有秒{FAULT}写到分"
        case str():
            text = value.strip()
            return f"{FAULT}格里换了行{FAULT}写在一行里" if "\n" in text or "\t" in text else text
        case _:
            return number_text(value)
