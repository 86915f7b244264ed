"""A planned letter as whoever reads the finished one sees it: its paragraphs by the parts they play. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.base.classes import dataclass
from engine.base.text import long_date
from engine.documents.layouts import LAYOUTS
from engine.documents.model import DocumentPlan, LetterParagraph, LetterTable, Part
from engine.documents.text_points import (
    ADDRESSEE,
    ANNEX,
    ANNEX_TITLE,
    BODY,
    CELL,
    DAY,
    LEVELS,
    MARK,
    MARKING,
    NOTE,
    NUMBER,
    ORGAN,
    SIGNED_BY,
    SIGNERS,
    TITLE,
    Piece,
)


@dataclass(frozen=True, slots=True)
class Written:
    """A planned letter for the points of conformance to look at: its paragraphs and its 版式."""

    pieces: Sequence[Piece]
    kind: str


def pieces_of(plan: DocumentPlan) -> Iterator[Piece]:
    """The parts of a letter in reading order, as they will be printed."""
    mark = LAYOUTS[plan.layout].mark
    yield from (Piece(MARKING, text) for text in plan.head.markings)
    if mark is not None:
        yield Piece(MARK, plan.organ + mark)
    if plan.head.signers:
        yield Piece(SIGNERS, f"{SIGNED_BY}{'　'.join(plan.head.signers)}")
    for role, text in ((NUMBER, plan.number), (TITLE, "\n".join(plan.title_lines))):
        yield from [Piece(role, text)] if text else []
    if plan.addressee:
        yield Piece(ADDRESSEE, f"{plan.addressee}：")
    yield from (piece for part in plan.body for piece in _of_part(part))
    yield from _annexes(plan.annexes)
    yield from (Piece(ORGAN, organ) for organ in (plan.organ, *plan.cosigners))
    yield Piece(DAY, long_date(plan.date))
    yield from (Piece(NOTE, f"（{note}）") for note in plan.notes)
    for page in plan.pages:
        yield Piece(ANNEX_TITLE, "\n".join(page.title_lines))
        yield from (piece for part in page.body for piece in _of_part(part))


def _of_part(part: Part) -> Iterator[Piece]:
    if isinstance(part, LetterTable):
        lines = (line for cell in part.cells for text in (cell.text, cell.signer) for line in text.split("\n"))
        yield from (Piece(CELL, line) for line in lines if line.strip())
    elif part.text.strip():
        plain = LEVELS[part.level - 1] if part.level else BODY
        yield Piece(plain if isinstance(part, LetterParagraph) else CELL, part.text)


def _annexes(names: Sequence[str]) -> Iterator[Piece]:
    for number, name in enumerate(names, 1):
        numbered = f"{number}.{name}" if len(names) > 1 else name
        yield Piece(ANNEX, f"附件：{numbered}" if number == 1 else numbered)
