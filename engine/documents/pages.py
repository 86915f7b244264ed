"""A PDF as the points of conformance see it: pages of lines and rules, fonts, and the part every line plays."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import resolve1
from pdfminer.psexceptions import PSException
from pdfminer.utils import decode_text

from engine.base.problem import Problem, Refused
from engine.documents.drawing import MM, Drawing, Glyph, Rule, drawn
from engine.documents.pages_fonts import renumbered
from engine.documents.pdf_file import open_pdf
from engine.documents.points import ALL, FORM, LETTER, NOTICE, OFFICIAL
from engine.documents.verify_text import MARK, Piece

MAX_PAGES = 500
SIGNS = ("牌匾", "人员牌")
"""Kinds that are things to hang up or wear, not letters."""
BODY_TOP, BODY_LEFT, BODY_RIGHT, BODY_BOTTOM = 37.0, 28.0, 184.0, 262.0
"""Edges of 版心 on the page, in millimetres."""


@dataclass(frozen=True, slots=True)
class Line:
    """Glyphs on one baseline without a wide gap. `size` in points; `role` the part it plays, `first` whether a paragraph
    begins with it."""

    page: int
    text: str
    x: float
    right: float
    baseline: float
    size: float
    font: str
    color: tuple[float, ...]
    role: str = ""
    first: bool = False

    @property
    def top(self) -> float:
        """Upper edge of the em box: 0.88 em above the baseline, as in every Chinese font."""
        return self.baseline - 0.88 * self.size * MM

    @property
    def bottom(self) -> float:
        return self.baseline + 0.12 * self.size * MM


@dataclass(frozen=True, slots=True)
class Page:
    width: float
    height: float
    rotated: bool
    lines: tuple[Line, ...]
    rules: tuple[Rule, ...]
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True, slots=True)
class Pages:
    """The document. `fonts`: name -> whether embedded; `renumbered`: embedded CID font -> how many of its CIDs are not the
    numbers of their glyphs, -1 if unreadable; `active` the active or foreign content found."""

    name: str
    kind: str
    pages: tuple[Page, ...]
    pieces: tuple[Piece, ...]
    fonts: Mapping[str, bool]
    renumbered: Mapping[str, int]
    info: Mapping[str, str]
    language: str
    active: frozenset[str]

    def having(self, *roles: str) -> list[Line]:
        return [line for page in self.pages for line in page.lines if line.role in roles]


def read_pages(data: bytes, name: str) -> Pages:
    """The document in `data`; refused (E650) where it cannot be read."""
    try:
        return _pages(open_pdf(data), name)
    except (PDFException, PSException, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Refused(Problem("E650", f"`{name}` 不是完好的 PDF", help="重新生成后再核验"), 2) from None


def _pages(document: PDFDocument, name: str) -> Pages:
    from engine.documents.pages_roles import assigned

    drawings: list[Drawing] = []
    for source in PDFPage.create_pages(document):
        if len(drawings) >= MAX_PAGES:
            raise Refused(Problem("E650", f"`{name}` 超过 {MAX_PAGES} 页", help="拆开后核验"), 2)
        drawings.append(drawn(source))
    if not drawings:
        raise ValueError(name)
    lines, pieces = assigned([list(_lines(d.glyphs, at)) for at, d in enumerate(drawings, 1)])
    pages = tuple(
        Page(d.width, d.height, d.rotated, tuple(own), tuple(d.rules), tuple(d.glyphs))
        for d, own in zip(drawings, lines, strict=True)
    )
    info = {key: _decoded(value) for one in document.info[:1] for key, value in one.items()}
    fonts = {font: carried for d in drawings for font, carried in d.fonts.items()}
    kind = _kind(info, pieces, pages)
    catalog = document.catalog
    language = _decoded(catalog.get("Lang", b""))
    active = frozenset(_active(catalog))
    return Pages(name, kind, pages, tuple(pieces), fonts, renumbered(document), info, language, active)


def _decoded(value: Any) -> str:
    value = resolve1(value)
    return decode_text(value) if isinstance(value, bytes) else str(value)


def _active(catalog: Mapping[str, Any]) -> Iterator[str]:
    yield from (key for key in ("OpenAction", "AA", "AcroForm") if key in catalog)
    names = resolve1(catalog.get("Names"))
    if isinstance(names, dict):
        yield from (key for key in ("EmbeddedFiles", "JavaScript") if key in names)


def _kind(info: Mapping[str, str], pieces: Sequence[Piece], pages: Sequence[Page]) -> str:
    """The 版式 the file says it has, else what it looks like."""
    said = info.get("Subject", "")
    if said in ALL or said in SIGNS:
        return said
    marks = [p.text for p in pieces if p.role == MARK]
    if marks:
        return OFFICIAL if any(m.endswith("文件") for m in marks) else LETTER
    return FORM if sum(len(page.rules) for page in pages) > 4 else NOTICE


def _lines(glyphs: Sequence[Glyph], page: int) -> Iterator[Line]:
    """Glyphs by baseline, from the top; a gap of more than 1.5 em begins another line (a cell, a date set right)."""
    rows: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        if glyph.upright and glyph.text.strip():
            rows.setdefault(round(glyph.baseline * 4), []).append(glyph)
    merged: list[list[Glyph]] = []
    for key in sorted(rows):
        if merged and abs(merged[-1][0].baseline - rows[key][0].baseline) < 0.3:
            merged[-1] += rows[key]
        else:
            merged.append(rows[key])
    for row in merged:
        part: list[Glyph] = []
        for glyph in sorted(row, key=lambda g: g.x):
            if part and glyph.x - part[-1].right > 1.5 * glyph.size * MM:
                yield _line(part, page)
                part = []
            part.append(glyph)
        yield _line(part, page)


def _line(glyphs: Sequence[Glyph], page: int) -> Line:
    text = glyphs[0].text
    for before, after in itertools.pairwise(glyphs):
        text += (" " if after.x - before.right > 0.45 * after.size * MM else "") + after.text
    chinese = [g.font for g in glyphs if g.text >= "\u2e80"] or [g.font for g in glyphs]
    font = max(dict.fromkeys(chinese), key=chinese.count)
    size = round(median(g.size for g in glyphs), 2)
    return Line(page, text, glyphs[0].x, glyphs[-1].right, glyphs[0].baseline, size, font, glyphs[0].color)


def with_role(line: Line, role: str, *, first: bool = False) -> Line:
    return replace(line, role=role, first=first)
