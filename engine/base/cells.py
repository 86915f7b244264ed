"""Cells of a CSV that a spreadsheet opens: text it would take for a formula has a ' before it."""

from __future__ import annotations

import re

FORMULA = r"^[=+\-@\t\r]"
"""How a cell begins that a spreadsheet would work out."""

NUMBER = r"^-?[0-9]+(?:\.[0-9]+)?(?:/[0-9]+)?$"
"""A number as results write it, which stays one."""

_FORMULA, _NUMBER = re.compile(FORMULA), re.compile(NUMBER)


def harmless(cell: str) -> str:
    """The cell as a spreadsheet shows it as it is."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell
