"""The regulation's title in a letter: in full where it is named first, by its short name after that. Pure.

Wordings say 《办法》 wherever they stand, in letters and in rules; only the finished letter knows which comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from engine.documents.model import DocumentPlan, LetterParagraph, LetterTable, Part
from engine.policy.package import Header


def introduced(plan: DocumentPlan, header: Header) -> DocumentPlan:
    """`plan` whose first 《办法》 is the full title, followed by （以下简称《办法》） where the letter goes on to use it."""
    short = f"《{header.short}》"
    count = sum(text.count(short) for text in _texts(plan.parts)) if header.short else 0
    if not count:
        return plan
    full = f"《{header.title}》" + (f"（以下简称{short}）" if count > 1 else "")
    waiting = [full]

    def name(text: str) -> str:
        return text.replace(short, waiting.pop(), 1) if waiting and short in text else text

    body = tuple(_said(part, name) for part in plan.body)
    pages = tuple(replace(page, body=tuple(_said(part, name) for part in page.body)) for page in plan.pages)
    return replace(plan, body=body, pages=pages)


def _texts(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, LetterTable):
            yield from (cell.text for cell in part.cells)
        else:
            yield part.text


def _said(part: Part, name: Callable[[str], str]) -> Part:
    if isinstance(part, LetterParagraph):
        return replace(part, text=name(part.text))
    if not isinstance(part, LetterTable):
        return part
    head, rows = (
        tuple(replace(row, cells=tuple(replace(c, text=name(c.text)) for c in row.cells)) for row in rows)
        for rows in (part.head, part.rows)
    )
    return replace(part, head=head, rows=rows)
