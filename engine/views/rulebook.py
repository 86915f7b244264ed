"""A workbook of rules that came back: what it changes, cell by cell, as text and as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.base.text import wrap
from engine.office.rulebook import TakenIn
from engine.views import revising
from engine.views.decision import COLUMNS
from engine.views.paint import Paint, uncoloured


def text(found: TakenIn, paint: Paint = uncoloured) -> Iterator[str]:
    """Each cell and row that differs, then the lines of the files."""
    yield _heading(found)
    for one in found.asked:
        yield from wrap(f"  {one.said}", COLUMNS, hanging="    ")
    if found.done is not None:
        yield from revising.text(found.done, paint)


def _heading(found: TakenIn) -> str:
    changed = f"改了 {len(found.asked)} 处" if found.asked else ""
    if found.wrong:
        wrong = f"有 {len(found.wrong)} 处读不懂或不能改，因此什么都没有写"
        return f"{changed}；另{wrong}" if changed else wrong
    return changed or "与导出时相同，没有改动"


def to_plain(found: TakenIn, written: bool) -> dict[str, Any]:
    """JSON-ready."""
    nothing: dict[str, Any] = {"写入": False, "改动": [], "问题": []}
    files = revising.to_plain(found.done, written) if found.done is not None else nothing
    files["问题"] += [f"{problem.place} {problem.message}" for problem in found.wrong]
    return {"单元格": [{"工作表": one.page, "行": one.number, "改动": one.said} for one in found.asked]} | files
