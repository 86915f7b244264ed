"""A PDF as the points of conformance see it: pages of lines and rules, fonts, and the part every line plays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import resolve1
from pdfminer.psexceptions import PSException

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.conformance.filing import filed, seals
from engine.conformance.fonts import renumbered
from engine.conformance.roles import assigned
from engine.documents.points import ALL, FORM, LETTER, NOTICE, OFFICIAL
from engine.documents.text_points import ADDRESSEE, BODY, DAY, MARK, ORGAN, Piece
from engine.visible.drawing import Drawing, Glyph, Stroke, drawn
from engine.visible.lines import BODY_BOTTOM, BODY_TOP, TextLine, lines_of
from engine.visible.pdf_file import decoded, named, open_pdf

LINES_A_PAGE = (22, 23, 24)
"""The usual number, and those that may save a page (GB/T 9704-2012, 5.2.3 and 7.3.5.5)."""
BODY_HEIGHT = BODY_BOTTOM - BODY_TOP
MAX_PAGES = 500
SIGNS = ("牌匾", "人员牌")
"""Kinds that are things to hang up or wear, not letters."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page: `width` and `height` in mm, its lines of text from above, the rules drawn on it, its characters one by one."""

    width: float
    height: float
    rotated: bool
    lines: tuple[TextLine, ...]
    rules: tuple[Stroke, ...]
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True)
class Pages:
    """The document. `fonts`: name -> whether embedded; `renumbered`: embedded CID font -> how many of its CIDs are not the
    numbers of their glyphs, -1 if unreadable; `active` the active or foreign content found;
    `filed` what is amiss with a PDF/A by topic, None where it is none; `seals` the places to sign in, as `filing.seals`."""

    name: str
    kind: str
    pages: tuple[Page, ...]
    pieces: tuple[Piece, ...]
    fonts: Mapping[str, bool]
    renumbered: Mapping[str, int]
    info: Mapping[str, str]
    language: str
    active: frozenset[str]
    filed: Mapping[str, Sequence[str]] | None
    seals: tuple[tuple[int, float, float, float], ...]

    @cached_property
    def lines_a_page(self) -> int:
        """22, or the number from 22 to 24 that most paragraphs are spaced for; where none has a second line, what else stands
        line below line."""
        steps = [step for _below, step in self.steps] or list(self._next())
        fitting = [min(LINES_A_PAGE, key=lambda n: abs(BODY_HEIGHT / n - step)) for step in steps]
        return max(LINES_A_PAGE, key=fitting.count) if fitting else LINES_A_PAGE[0]

    @property
    def pitch(self) -> float:
        """Millimetres from one line to the next."""
        return BODY_HEIGHT / self.lines_a_page

    @cached_property
    def steps(self) -> tuple[tuple[TextLine, float], ...]:
        """Every further line of a paragraph, and its distance from the line above on the same page."""
        return tuple(
            (below, below.baseline - above.baseline)
            for page in self.pages
            for above, below in zip(page.lines, page.lines[1:], strict=False)
            if below.role == above.role == BODY and not below.first
        )

    def _next(self) -> Iterator[float]:
        """From an addressee to the body, from paragraph to paragraph, from an organ to the day."""
        for page in self.pages:
            for above, below in zip(page.lines, page.lines[1:], strict=False):
                if (above.role, below.role) in ((ADDRESSEE, BODY), (BODY, BODY), (ORGAN, DAY)):
                    yield below.baseline - above.baseline

    def having(self, *roles: str) -> list[TextLine]:
        return [line for page in self.pages for line in page.lines if line.role in roles]


def read_pages(data: bytes, name: str) -> Pages:
    """The document in `data`; refused (E650) where it cannot be read."""
    try:
        return _pages(open_pdf(data), name)
    except (PDFException, PSException, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Refused(Problem("E650", f"`{name}` 不是完好的 PDF", help="重新生成后再核对"), 2) from None


def _pages(document: PDFDocument, name: str) -> Pages:
    drawings: list[Drawing] = []
    for source in PDFPage.create_pages(document):
        if len(drawings) >= MAX_PAGES:
            raise Refused(Problem("E650", f"`{name}` 超过 {MAX_PAGES} 页", help="拆开后核对"), 2)
        drawings.append(drawn(source))
    if not drawings:
        raise ValueError(name)
    lines, pieces = assigned([list(lines_of(d.glyphs, at)) for at, d in enumerate(drawings, 1)])
    pages = tuple(
        Page(d.width, d.height, d.rotated, tuple(own), tuple(d.rules), tuple(d.glyphs))
        for d, own in zip(drawings, lines, strict=True)
    )
    info = {key: decoded(value) for one in document.info[:1] for key, value in one.items()}
    fonts = {font: carried for d in drawings for font, carried in d.fonts.items()}
    kind = _kind(info, pieces, pages)
    catalog = document.catalog
    language = decoded(catalog.get("Lang", b""))
    active = frozenset(_active(catalog))
    signed = tuple(seals(document))
    return Pages(
        name, kind, pages, tuple(pieces), fonts, renumbered(document), info, language, active, filed(document), signed
    )


def _active(catalog: Mapping[str, Any]) -> Iterator[str]:
    yield from (key for key in ("OpenAction", "AA") if key in catalog)
    fields = [resolve1(one) for one in resolve1((resolve1(catalog.get("AcroForm")) or {}).get("Fields")) or ()]
    yield from ("AcroForm" for one in fields[:1000] if named(one.get("FT")) != "Sig")
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
