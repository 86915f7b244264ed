"""What a spreadsheet would work out is text in a CSV; numbers stay numbers, row by row and column by column alike."""

from __future__ import annotations

import polars as pl

from engine.base.cells import harmless
from engine.office import kept_parts

CELLS = {
    "=2+5": "'=2+5",
    "+2": "'+2",
    "@A1": "'@A1",
    "-甲": "'-甲",
    "-2+5": "'-2+5",
    "\t=1": "'\t=1",
    "-1\n=2": "'-1\n=2",
    "-35": "-35",
    "-3.5": "-3.5",
    "-1/3": "-1/3",
    "甲=乙": "甲=乙",
    "": "",
}


def test_formulas_are_text_and_numbers_numbers() -> None:
    assert {cell: harmless(cell) for cell in CELLS} == CELLS


def test_the_same_of_a_column() -> None:
    frame = pl.DataFrame({"案件": [*CELLS, None], "行": range(len(CELLS) + 1), "列": ""})
    assert kept_parts.harmless(frame)["案件"].to_list() == [*CELLS.values(), None]
