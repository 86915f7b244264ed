"""The lines of a PDF's page, put together from its glyphs; what part each plays is told in `roles`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from engine.base.classes import dataclass
from engine.visible.drawing import MM, Glyph

BODY_TOP, BODY_LEFT, BODY_RIGHT, BODY_BOTTOM = 37.0, 28.0, 184.0, 262.0
"""Edges of 版心 on the page, in millimetres."""


@dataclass(frozen=True, slots=True)
class TextLine:
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


def lines_of(glyphs: Sequence[Glyph], page: int) -> Iterator[TextLine]:
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


def _line(glyphs: Sequence[Glyph], page: int) -> TextLine:
    text = glyphs[0].text
    for before, after in itertools.pairwise(glyphs):
        text += (" " if after.x - before.right > 0.45 * after.size * MM else "") + after.text
    chinese = [g.font for g in glyphs if g.text >= "\u2e80"] or [g.font for g in glyphs]
    font = max(dict.fromkeys(chinese), key=chinese.count)
    size = round(median(g.size for g in glyphs), 2)
    return TextLine(page, text, glyphs[0].x, glyphs[-1].right, glyphs[0].baseline, size, font, glyphs[0].color)


def with_role(line: TextLine, role: str, *, first: bool = False) -> TextLine:
    """The same line in a role; `first`: of its paragraph."""
    return replace(line, role=role, first=first)
