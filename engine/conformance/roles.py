"""The part each line of a PDF plays, told from its place, size, colour and wording; and the paragraphs they make up."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from engine.documents import text_points as t
from engine.documents.text_points import Piece
from engine.documents.typography import is_document_number, level
from engine.visible.drawing import MM
from engine.visible.lines import BODY_BOTTOM, BODY_LEFT, BODY_RIGHT, TextLine, with_role

FOLIO = "页码"
_ABOVE_TITLE = ("", t.MARK, t.MARKING, t.NUMBER, t.SIGNERS)
"""What comes before the title; "" is nothing yet."""
RED = (1.0, 0.0, 0.0)
_FOLIO = re.compile("— ?[0-9]+ ?—")
_STOP = re.compile("[，。；：、！？]")
_MOST = 12
"""Organs that sign one letter, at most."""
_DAY = re.compile(
    "[0-9〇○零一二三四五六七八九十]{2,4}年[0-9一二三四五六七八九十]{1,3}月[0-9一二三四五六七八九十]{1,3}日"
)
"""A date however it is written: whether it is written well is for a point of conformance to say."""


def assigned(pages: Sequence[Sequence[TextLine]]) -> tuple[list[list[TextLine]], list[Piece]]:
    """Every line with its role, and the paragraphs of the document (page numbers are none)."""
    reader = _Reader()
    lines = [[reader.take(line, page) for line in page] for page in pages]
    flat = [line for page in lines for line in page if line.role != FOLIO]
    return lines, _paragraphs(flat)


class _Reader:
    """Goes through the lines of a letter from the top: head, body, closing."""

    def __init__(self) -> None:
        self.stage = "head"
        self.marked = False
        self.signers = False
        self.last: TextLine | None = None

    @property
    def last_role(self) -> str:
        return self.last.role if self.last is not None else ""

    def _is_signer(self, line: TextLine) -> bool:
        """Who signed a letter to a superior: 签发人 and what stands right of the middle after it."""
        right = line.x > (BODY_LEFT + BODY_RIGHT) / 2
        return line.text.startswith("签发人") or (self.signers and right and self.last_role in (t.SIGNERS, t.NUMBER))

    def take(self, line: TextLine, page: Sequence[TextLine]) -> TextLine:
        if line.top > BODY_BOTTOM and _FOLIO.fullmatch(line.text):
            return with_role(line, FOLIO, first=True)
        role = self._head(line, page) if self.stage == "head" else self._below(line, page)
        first = self._begins(line, role)
        self.last = with_role(line, role, first=first)
        return self.last

    def _head(self, line: TextLine, page: Sequence[TextLine]) -> str:
        if line.size > 22.5:
            self.marked = True
            return t.MARK
        if line.size <= 17 and self._is_signer(line):
            self.signers = True
            return t.SIGNERS
        numbered = is_document_number(line.text.replace(" ", ""))
        aside = not self.marked or line.x < BODY_LEFT + 3
        if line.size <= 17 and aside and not numbered and self.last_role in _ABOVE_TITLE:
            return t.MARKING
        between = self.marked and self.last_role in _ABOVE_TITLE
        if line.size <= 17 and (between or numbered):
            return t.NUMBER
        if line.size > 17:
            return t.TITLE
        if self.last is not None and self.last.role == t.TITLE:
            self.stage = "body"
            return t.ADDRESSEE if self.marked and _addresses(line, page) else self._below(line, ())
        return t.OTHER

    def _below(self, line: TextLine, page: Sequence[TextLine]) -> str:
        em = line.size * MM
        if not 15 < line.size < 17:
            return self._smaller(line)
        if self.last is not None and self.last.role == t.ADDRESSEE and not _COLON.search(self.last.text):
            return t.ADDRESSEE
        if self.stage != "annex" and _DAY.fullmatch(line.text.strip()) and line.x > BODY_LEFT + 50:
            self.stage = "closing"
            return t.DAY
        if _next_is_date(line, page) or self._signs(line, page):
            return t.ORGAN
        if self.stage == "closing" or (self.stage == "annex" and _labels(line)):
            return self._after_closing(line)
        if line.text.startswith("附件："):
            return t.ANNEX
        if self.last is not None and self.last.role == t.ANNEX and line.x > BODY_LEFT + 3 * em:
            return t.ANNEX
        return self._running(line, page, em)

    def _signs(self, line: TextLine, page: Sequence[TextLine]) -> bool:
        """Whether it is one of several organs above the date: names only from here to the date, set apart from the text."""
        at = next((i for i, other in enumerate(page) if other is line), len(page))
        day = next((i for i, other in enumerate(page) if i > at and _DAY.fullmatch(other.text.strip())), at)
        names = page[at:day]
        apart = (
            self.last is None
            or self.last.page != line.page
            or line.baseline - self.last.baseline > 2.5 * line.size * MM
        )
        return (
            0 < len(names) < _MOST
            and not any(map(_STOP.search, (n.text for n in names)))
            and (apart or self.last_role == t.ORGAN)
        )

    def _smaller(self, line: TextLine) -> str:
        """A title of an attachment, the imprint at the foot of the last page, or what stands in a table."""
        if line.size > 19:
            return t.ANNEX_TITLE
        ended = self.stage in ("closing", "annex")
        return t.IMPRINT if ended and 13.5 < line.size < 14.5 else t.CELL_LINE

    def _after_closing(self, line: TextLine) -> str:
        if _labels(line):
            self.stage = "annex"
            return t.ANNEX_LABEL
        return t.NOTE

    def _running(self, line: TextLine, page: Sequence[TextLine], em: float) -> str:
        if line.x > BODY_LEFT + 3.5 * em:
            return t.CELL_LINE
        continues = line.x < BODY_LEFT + em and self.last is not None and self.last.role in t.RUNNING
        if continues and self.last is not None:
            return self.last.role
        found = level(line.text)
        font = line.font.lower()
        if "sans" in font or "hei" in font or "黑" in font:
            return t.LEVELS[0]
        if "kai" in font or "楷" in font:
            return t.BODY if found == 2 and _goes_on(line, page) else t.LEVELS[1]
        alone = found > 0 and line.right < BODY_RIGHT - 1.5 * em and line.text[-1] not in "。；：，"
        return t.LEVELS[found - 1] if alone else t.BODY

    def _begins(self, line: TextLine, role: str) -> bool:
        if self.last is None or self.last.role != role:
            return True
        if role in (t.TITLE, t.ADDRESSEE, t.ANNEX_TITLE):
            return False
        if role in t.RUNNING or role == t.NOTE:
            return line.x > BODY_LEFT + line.size * MM
        if role == t.ANNEX:
            return re.match(r"[0-9]+\.", line.text) is not None
        return True


_COLON = re.compile("[：:]$")


def _addresses(line: TextLine, page: Sequence[TextLine]) -> bool:
    """Whether the line below the title begins whom the letter is to: up to a colon, nothing on the way indented otherwise."""
    rest = page[page.index(line) :] if line in page else [line]
    alike = itertools.takewhile(lambda one: abs(one.x - line.x) < line.size * MM, rest)
    return any(_COLON.search(one.text) for one in alike)


def _labels(line: TextLine) -> bool:
    """Whether it marks the beginning of something attached."""
    return re.fullmatch("附件[0-9]*", line.text) is not None and line.x < BODY_LEFT + 2


def _goes_on(line: TextLine, page: Sequence[TextLine]) -> bool:
    """Whether a paragraph begins with a line and not a heading: it has a full stop, or goes on overleaf."""
    below = [one for one in page[page.index(line) + 1 :] if one.top < BODY_BOTTOM] if line in page else []
    later = list(itertools.takewhile(lambda one: one.x < BODY_LEFT + line.size * MM, below))
    return len(later) == len(below) or "。" in line.text + "".join(one.text for one in later)


def _next_is_date(line: TextLine, page: Sequence[TextLine]) -> bool:
    at = next((i for i, other in enumerate(page) if other is line), len(page))
    return line.x > BODY_LEFT + 20 and any(_DAY.fullmatch(other.text.strip()) for other in page[at + 1 : at + 2])


def _paragraphs(lines: Sequence[TextLine]) -> list[Piece]:
    pieces: list[Piece] = []
    for line in lines:
        if line.first or not pieces:
            pieces.append(Piece(line.role, line.text))
        else:
            gap = "\n" if line.role in (t.TITLE, t.ANNEX_TITLE) else ""
            pieces[-1] = Piece(line.role, pieces[-1].text + gap + line.text)
    return pieces
