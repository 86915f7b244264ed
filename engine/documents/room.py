"""How many lines a page a Word file needs so that other programs set it on as many pages as the PDF has. Pure, but for widths of
installed fonts.

LibreOffice sets numbers and letters a fifth of an em apart from Chinese, whatever a paragraph says (`autoSpaceDE`), so that some
paragraphs have a line more there; it draws no mark into a full line; and other fonts need a little room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from engine.documents import fonts
from engine.documents.lines import composed
from engine.documents.model import DocumentPlan, LetterParagraph

APART = 0.2
"""Em between Chinese and what is not, in a program that sets them apart."""
HEIGHT = 225.0
"""Millimetres of 版心."""
LINES = (22, 24, 26)
"""Lines a page that are tried, in order (GB/T 9704-2012, 5.2.3 and 7.3.5.5)."""


def lines_needed(plan: DocumentPlan, lines: int, document: Any) -> int:
    """Lines a page of the Word file of a letter that has `lines` in the PDF; `document`: its pages as WeasyPrint set them. As many,
    where what more other programs set still fits on the page on which the letter ends before its annexes; else the least of
    `LINES` with which it does, or the most."""
    found = _free(document)
    if found is None:
        return lines
    page, free = found
    more = sum(_more(text) for text in _texts(plan))
    needed = more + (1 if more or lines == LINES[0] else 0)
    # A head, and what may not be parted, take half of what closer lines give.
    room = ((tried, (tried - lines) * page / 2 + free * tried / HEIGHT) for tried in LINES if tried >= lines)
    return next((tried for tried, there in room if there > needed - 0.05), LINES[-1])


def _free(document: Any) -> tuple[int, float] | None:
    """The page on which the letter ends before its annexes, from 1, and how many millimetres of it are free; None where no page
    says so."""
    pages = [(page._page_box, page._page_box.descendants()) for page in document.pages]
    ends = [
        (number, (page.position_y + page.margin_top + page.height - box.position_y - box.height) * 25.4 / 96)
        for number, (page, boxes) in enumerate(pages, 1)
        for box in boxes
        if box.element is not None and box.element.get("class") == "结尾"
    ]
    return min(ends, key=lambda end: end[1]) if ends else None


def _texts(plan: DocumentPlan) -> Iterator[str]:
    yield from (part.text for part in plan.body if isinstance(part, LetterParagraph))
    yield from plan.notes


def _more(text: str) -> int:
    """Lines more of a paragraph where numbers and letters are set apart, and no mark is drawn into a full line."""
    widths = fonts.widths(text, "仿宋")
    return len(composed(text, _set_apart(text, widths), squeeze=0)) - len(composed(text, widths))


def _set_apart(text: str, widths: Sequence[float]) -> list[float]:
    apart = [one.isalnum() and other.isalnum() and one.isascii() != other.isascii() for one, other in pairwise(text)]
    return [width + APART * meets for width, meets in zip(widths, [*apart, False], strict=True)]
