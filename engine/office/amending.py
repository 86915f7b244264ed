"""A case with what was said of it after its files came: cells of its ledgers, facts, exceptions, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.office.case_file import CaseFile, amended

FACTS, EXCUSES, CELLS = "事实", "例外理由", "单元格"
Amendments = Mapping[str, Mapping[str, Any]]
"""Section -> name, or place of a cell -> what is said now, as case files have it; None: not known any more."""


def with_amendments(file: CaseFile, said: Amendments) -> CaseFile:
    """The case as it then is. Raises `Refused`."""
    from engine.office.correcting import corrected

    for place, value in said.get(CELLS, {}).items():
        file = corrected(file, place, value["值"] if value else "", value["证据"] if value else "")
    facts, excuses = said.get(FACTS), said.get(EXCUSES)
    return amended(file, facts, None, excuses) if facts or excuses else file
