"""How wide the columns of a letter's tables are, in the 28 characters of a line: as their texts need. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.documents.model import LINE, LetterCell, LetterRow, LetterTable, Part
from engine.documents.typography import columns

CHARACTER = 15.79
"""Points of one of the 28."""
CELL, ENTRY = (10.5, 6.5), (12.0, 7.5)
"""Points of a character, and of what a cell loses at its sides: of a table, and of a form."""
LABEL, WIDEST_LABEL = 4, 6
"""Characters of 28 a label of a form is wide: at least, and at most where that keeps labels in one line."""


def needed(text: str, face: tuple[float, float] = CELL) -> int:
    """The width in which a text, or the longest of its lines, stands in one line."""
    points, lost = face
    return math.ceil((max(map(columns, text.split("\n"))) * points + lost) / CHARACTER)


def shared(given: Sequence[int], heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """Widths that add up to a line. What is given (0: not) stays, but for a head it would break badly, and but for room that
    another column needs and it does not; the others get what they need, one character after the other where it shortens the
    table most."""
    widths = [_heading(head, width or 3) for head, width in zip(heads, given, strict=True)]
    free = [place for place, width in enumerate(given) if not width] or [len(given) - 1]
    for _ in range(LINE - sum(widths)):
        widths[min(free, key=lambda place: _length(widths, place, rows, free))] += 1
    while tight := [place for place in free if widths[place] < _needs(place, heads, rows)]:
        spare = {place: _spare(place, widths[place], heads, rows) for place in range(len(widths)) if place not in free}
        ample = max(
            spare, key=lambda place: (spare[place] > 0, widths[place] - _needs(place, heads, rows)), default=None
        )
        if ample is None or not spare[ample]:
            break
        widths[ample] -= spare[ample]
        for _ in range(spare[ample]):
            widths[min(tight, key=lambda place: _length(widths, place, rows, free))] += 1
    while sum(widths) > LINE and max(widths) > 2:
        less = {place: _narrower(place, width, heads, rows) for place, width in enumerate(widths) if width > 2}
        place = min(
            less,
            key=lambda place: (_broken(place, less[place], rows) - _broken(place, widths[place], rows), -widths[place]),
        )
        widths[place] = less[place]
    for _ in range(LINE - sum(widths)):
        widths[min(free, key=lambda place: _length(widths, place, rows, free))] += 1
    return widths


def _narrower(place: int, width: int, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """The next lesser width in which neither the head nor a text is broken badly; where there is none, the next."""
    for less in range(width - 1, 1, -1):
        room, texts = _room(less), [row[place] for row in rows]
        whole = (columns(text) <= room or (columns(text) - 1) % room + 1 >= room / 2 for text in texts)
        if _heading(heads[place], less) == less and all(whole):
            return less
    return width - 1


def _broken(place: int, width: int, rows: Sequence[Sequence[str]]) -> int:
    """Lines of a column's texts."""
    return sum(math.ceil(columns(row[place]) / _room(width)) for row in rows)


def _room(width: int) -> int:
    """Whole characters on a line of a cell."""
    points, lost = CELL
    return math.floor((width * CHARACTER - lost) / points)


def _spare(place: int, width: int, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """How much narrower a column may be at the least without breaking anything, its head badly; 0 where it may not be."""
    good = (
        less for less in range(width - 1, _needs(place, heads, rows) - 1, -1) if _heading(heads[place], less) == less
    )
    return width - next(good, width)


def _needs(place: int, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """The width of a column in which nothing is broken; one that is blank somewhere is there to be written in."""
    texts = [row[place] for row in rows]
    return max(_heading(heads[place], 2), *map(needed, texts)) if texts and all(texts) else LINE


def _heading(head: str, width: int) -> int:
    """The least width from `width` on in which a head has lines of about the same length."""
    size = columns(head)
    for wide in range(width, LINE):
        room = _room(wide)
        lines = math.ceil(size / room)
        if lines == 1 or size - room * (lines - 1) > room / 2:
            return wide
    return LINE


def _length(widths: Sequence[int], wider: int, rows: Sequence[Sequence[str]], free: Sequence[int]) -> float:
    """How long the table would be if one column were a character wider: lines of each row, parts of lines counted in part.
    What is not the longest in its row counts a little, so that columns that need nothing share what is left."""
    points, lost = CELL
    room = {place: ((widths[place] + (place == wider)) * CHARACTER - lost) / points for place in free}
    filled = ([max(columns(row[place]), 1.0) / room[place] for place in free] for row in rows or [[""] * len(widths)])
    return sum(max(parts) + sum(parts) / 100 for parts in filled)


def settled(parts: Iterable[Part]) -> list[Part]:
    """A letter's parts with the labels of all its forms as wide as the longest short one needs."""
    found = list(parts)
    labels = [cell.text for part in found if isinstance(part, LetterTable) for cell in part.cells if cell.kind == "项"]
    width = min(WIDEST_LABEL, max([LABEL, *(needed(text, ENTRY) for text in labels)]))
    return [_labelled(part, width) if isinstance(part, LetterTable) and width > LABEL else part for part in found]


def _labelled(table: LetterTable, width: int) -> LetterTable:
    return replace(table, rows=tuple(replace(row, cells=tuple(_widened(row, width))) for row in table.rows))


def _widened(row: LetterRow, width: int) -> Iterable[LetterCell]:
    labels = sum(cell.kind == "项" for cell in row.cells)
    for cell in row.cells:
        by = width - LABEL if labels else 0
        yield replace(cell, width=cell.width + by) if cell.kind == "项" else replace(cell, width=cell.width - by)
