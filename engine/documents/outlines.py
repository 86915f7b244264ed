"""Letters as outlines (文字转曲): what a sign maker's machine cuts is what was measured, with no font to be replaced (edge:
reads the installed fonts)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from engine.base.problem import Problem, Refused
from engine.documents import fonts

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "宋体": ("Noto Serif CJK SC",),
    "宋体粗": ("Noto Serif CJK SC:bold", "Noto Serif CJK SC"),
    "黑体": ("Noto Sans CJK SC", "Noto Serif CJK SC"),
    "黑体粗": ("Noto Sans CJK SC:bold", "Noto Sans CJK SC", "Noto Serif CJK SC"),
    "楷体": ("FandolKai", "Noto Serif CJK SC"),
    "仿宋": ("FandolFang", "Noto Serif CJK SC"),
}
"""Typefaces by the names a layout uses -> fontconfig patterns, in the order they are tried."""
BASELINE = 0.88
"""Of the em, from its top: as in every Chinese font."""


class Outlines:
    """One font: widths of its characters in em, and their outlines."""

    def __init__(self, file: str, number: int) -> None:
        from fontTools.ttLib import TTFont

        font = TTFont(file, fontNumber=number, lazy=True)
        self.glyphs: Any = font.getGlyphSet()
        self.names: Mapping[int, str] = font.getBestCmap()
        self.em: int = font["head"].unitsPerEm

    def has(self, char: str) -> bool:
        return ord(char) in self.names

    def width(self, char: str) -> float:
        return float(self.glyphs[self.names[ord(char)]].width) / self.em

    def path(self, char: str, x: float, baseline: float, size: float) -> str:
        """The outline as SVG path data, placed; coordinates in mm with two decimals."""
        from fontTools.pens.svgPathPen import SVGPathPen
        from fontTools.pens.transformPen import TransformPen

        pen = SVGPathPen(self.glyphs, ntos=lambda value: f"{round(value, 2):g}")
        scale = size / self.em
        self.glyphs[self.names[ord(char)]].draw(TransformPen(pen, (scale, 0, 0, -scale, x, baseline)))
        return str(pen.getCommands())


@cache
def _font(pattern: str) -> Outlines | None:
    from fontTools.ttLib import TTLibError

    found = fonts.face(pattern)
    try:
        return Outlines(found.file, found.index) if found is not None else None
    except (OSError, TTLibError, KeyError):
        return None


def _stack(face: str) -> list[Outlines]:
    found = [font for pattern in FAMILIES[face] if (font := _font(pattern)) is not None]
    if not found:
        fonts.faces("宋体")  # refuses with what to install
        raise Refused(Problem("E631", f"没有可用的{face}", help="执行 `apt-get install fonts-noto-cjk fontconfig`"), 2)
    return found


def _of(face: str, char: str) -> Outlines:
    for font in _stack(face):
        if font.has(char):
            return font
    message = f"字体中没有这些字，无法印出：`{char}`（U+{ord(char):04X}）"
    raise Refused(Problem("E630", message, help="安装含有这些字的字体，或核对是否误录"))


def advances(text: str, face: str) -> list[float]:
    """The widths of the characters in em. Refused: E630 no glyph, E631 no font."""
    return [_of(face, char).width(char) for char in text]


def outlined(text: str, face: str, x: float, baseline: float, size: float, spread: float) -> str:
    """Path data of a line that starts at `x`."""
    found = []
    for char, width in zip(text, advances(text, face), strict=True):
        if not char.isspace():
            found.append(_of(face, char).path(char, x, baseline, size))
        x += width * size + spread
    return "".join(found)


def length(text: str, face: str, size: float, spread: float) -> float:
    """The width of a line in mm."""
    return sum(advances(text, face)) * size + spread * max(0, len(text) - 1)


def centred(
    lines: Sequence[str], face: str, size: float, spread: float, middle: float, top: float, leading: float
) -> str:
    """Path data of lines centred on `middle`, the first line's em beginning at `top`."""
    return "".join(
        outlined(
            line,
            face,
            middle - length(line, face, size, spread) / 2,
            top + (at * leading + BASELINE) * size,
            size,
            spread,
        )
        for at, line in enumerate(lines)
    )
