"""What a PDF page draws: glyphs and long horizontal strokes, in millimetres from its top left corner.

Taken from the drawing operations by pdfminer.six, so it is what a reader shows, whatever wrote the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from math import hypot
from typing import Any

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.utils import apply_matrix_pt

from engine.base.classes import dataclass

MM = 25.4 / 72
THIN = 1.5
LONG = 100.0
"""A stroke at most `THIN` high and at least `LONG` wide is a rule of the page."""

Color = tuple[float, ...]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Glyph:
    """A drawn character: `x` to `right` its advance, the `baseline`, the em in points (`size` high). `color` is RGB or
    grey. `missing`: the font has no shape for it. `upright` False: turned, as a watermark is."""

    text: str
    x: float
    right: float
    baseline: float
    size: float
    font: str
    color: Color
    missing: bool
    upright: bool


@dataclass(frozen=True, slots=True)
class Stroke:
    """A horizontal stroke: its edges and `thickness`."""

    x: float
    right: float
    top: float
    thickness: float
    color: Color

    @property
    def bottom(self) -> float:
        return self.top + self.thickness


@dataclass
class Drawing:
    """One page. `fonts`: name -> whether the file carries the font."""

    width: float
    height: float
    rotated: bool
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Stroke] = field(default_factory=list)
    fonts: dict[str, bool] = field(default_factory=dict)


def drawn(page: Any) -> Drawing:
    """What a pdfminer page draws."""
    x0, y0, x1, y1 = page.mediabox
    device = _Device(PDFResourceManager(), (x1 - x0) * MM, (y1 - y0) * MM, bool(page.rotate))
    PDFPageInterpreter(device.rsrcmgr, device).process_page(page)
    found = device.drawing
    found.rules = sorted(dict.fromkeys(found.rules), key=lambda rule: (rule.top, rule.x))
    return found


class _Device(PDFTextDevice):
    def __init__(self, resources: PDFResourceManager, width: float, height: float, rotated: bool) -> None:
        super().__init__(resources)
        self.drawing = Drawing(width, height, rotated)

    def render_char(
        self,
        matrix: Any,
        font: Any,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: Any,
        graphicstate: Any,
    ) -> float:
        try:
            text = str(font.to_unichr(cid))
        except PDFUnicodeNotDefined:
            text = ""
        a, b, c, d, e, f = matrix
        advance = float(font.char_width(cid)) * fontsize * scaling
        name = str(font.fontname).partition("+")[2] or str(font.fontname)
        carried = any(key in font.descriptor for key in ("FontFile", "FontFile2", "FontFile3"))
        self.drawing.fonts[name] = self.drawing.fonts.get(name, True) and carried
        self.drawing.glyphs.append(
            Glyph(
                text,
                e * MM,
                (e + advance * hypot(a, b)) * MM,
                self.drawing.height - (f + rise * d) * MM,
                fontsize * hypot(c, d),
                name,
                _color(graphicstate.ncolor),
                cid == 0 or text in ("", "\ufffd"),
                abs(b) < 0.01 * abs(a) and a > 0,
            )
        )
        return advance

    def paint_path(self, gstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Any) -> None:
        boxes = [self._box(part) for part in _subpaths(path)]
        if fill:
            color = _color(gstate.ncolor)
            for x0, top, x1, bottom in _filled(boxes):
                self._rule(x0, x1, top, bottom - top, color)
        elif stroke:
            width = float(gstate.linewidth or 0) * MM * hypot(self.ctm[2], self.ctm[3]) if self.ctm else 0.0
            for x0, top, x1, bottom in boxes:
                if bottom - top < 0.01:
                    self._rule(x0, x1, top - width / 2, width, _color(gstate.scolor))

    def _rule(self, x: float, right: float, top: float, thickness: float, color: Color) -> None:
        if right - x >= LONG and 0.02 <= thickness <= THIN:
            self.drawing.rules.append(Stroke(round(x, 2), round(right, 2), round(top, 2), round(thickness, 3), color))

    def _box(self, path: Sequence[Any]) -> Box:
        """Left, top, right, bottom of a part of a path."""
        matrix = self.ctm or (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        points = [apply_matrix_pt(matrix, (op[i], op[i + 1])) for op in path for i in range(1, len(op) - 1, 2)]
        xs, ys = [x * MM for x, _ in points], [self.drawing.height - y * MM for _, y in points]
        return min(xs), min(ys), max(xs), max(ys)


def _subpaths(path: Sequence[Any]) -> Iterator[list[Any]]:
    part: list[Any] = []
    for op in path:
        if op[0] == "m" and part:
            yield part
            part = []
        part.append(op)
    if len(part) > 1:
        yield part


def _filled(boxes: Sequence[Box]) -> Iterator[Box]:
    """Filled shapes as boxes; one box inside another is a frame, and only its upper and lower edge are filled."""
    if len(boxes) == 2:
        outer, inner = sorted(boxes, key=lambda b: (b[0] - b[2]) * (b[3] - b[1]))
        if (
            outer[1] <= inner[1] + 0.01
            and inner[3] <= outer[3] + 0.01
            and outer[0] <= inner[0] + 0.01
            and inner[2] <= outer[2] + 0.01
        ):
            yield outer[0], outer[1], outer[2], inner[1]
            yield outer[0], inner[3], outer[2], outer[3]
            return
    yield from boxes


def _color(value: Any) -> Color:
    if isinstance(value, (int, float)):
        return (round(float(value), 3),)
    if isinstance(value, (tuple, list)) and all(isinstance(part, (int, float)) for part in value):
        return tuple(round(float(part), 3) for part in value)
    return ()
