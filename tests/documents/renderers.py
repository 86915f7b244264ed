"""What three renderers show of a PDF: Poppler and MuPDF as programs, PDFium as a library. None of them is part of guiju."""

from __future__ import annotations

import itertools
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium_c
from lxml import etree
from PIL import Image

from engine.conformance.pages import Page, TextLine, read_pages
from engine.visible.drawing import MM, Glyph

DPI = 120
INK, PART = 0.15, 0.25
"""How far apart the ink of a line, and that of a sixteenth of a page, may be, of the most. Over all pages of all samples they
are 0.105 apart at most and 0.207 (a thin rule comes out as one dot or two; see bench/README.md)."""
TURNED = 100.0
"""Points: a word this high is the watermark, which lies across lines."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Word:
    """A text drawn from `x`, a little above the baseline at `y` (mm from the top left)."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Shown:
    """A page as one renderer shows it: how dark each dot is (0 to 255), and the words it copies."""

    dark: Image.Image
    words: tuple[Word, ...]

    def ink(self, box: Box) -> float:
        """Black dots in a box given in millimetres; parts of a dot count in part."""
        scale = DPI / 25.4
        left, top, right, bottom = (value * scale for value in box)
        cut = max(left, 0.0), max(top, 0.0), min(right, self.dark.width), min(bottom, self.dark.height)
        if cut[2] - cut[0] < 0.5 or cut[3] - cut[1] < 0.5:
            return 0.0
        mean = float(self.dark.resize((1, 1), Image.Resampling.BOX, cut).getpixel((0, 0)))
        return mean / 255 * (cut[2] - cut[0]) * (cut[3] - cut[1])

    def text(self, line: TextLine) -> str:
        inside = [w for w in self.words if line.x - 0.5 <= w.x <= line.right and line.top <= w.y <= line.bottom]
        return bare("".join(w.text for w in sorted(inside, key=lambda word: word.x)))


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def _dark(page: Image.Image) -> Image.Image:
    return page.convert("L").point(lambda light: 255 - light).convert("F")


def _said(*command: str | Path) -> bytes:
    return subprocess.run([*map(str, command)], capture_output=True, check=True, timeout=120).stdout


def _pictures(data: bytes) -> Iterator[Image.Image]:
    """Pictures written one after the other, each as PPM."""
    at = 0
    while at < len(data):
        head = re.compile(rb"P6\s(?:#.*\n)*(\d+)\s(\d+)\s255\s").match(data, at)
        assert head, data[at : at + 20]
        width, height, at = int(head[1]), int(head[2]), head.end()
        yield _dark(Image.frombytes("RGB", (width, height), data[at : at + 3 * width * height]))
        at += 3 * width * height


def poppler(pdf: Path) -> list[Shown]:
    tree = etree.fromstring(_said("pdftotext", "-bbox", pdf, "-"), etree.XMLParser(recover=True))
    words = [
        tuple(
            Word(
                float(one.get("xMin")) * MM, (float(one.get("yMin")) + float(one.get("yMax"))) / 2 * MM, one.text or ""
            )
            for one in page.iter("{*}word")
            if float(one.get("yMax")) - float(one.get("yMin")) < TURNED
        )
        for page in tree.iter("{*}page")
    ]
    return [Shown(*one) for one in zip(_pictures(_said("pdftoppm", "-r", str(DPI), pdf)), words, strict=True)]


def _unmarked(pdf: Path) -> Path:
    """The file without its place to sign: MuPDF puts a badge of its own (SIGN) on every field nobody has signed, whatever the
    field says it looks like. Nothing else is put over a page."""
    with pikepdf.open(pdf) as file:
        for page in file.pages:
            kept = [one for one in page.get("/Annots", []) if one.get("/FT") != "/Sig"]
            page.Annots = pikepdf.Array(kept)
        other = pdf.with_name(f"{pdf.stem}-unmarked.pdf")
        file.save(other)
    return other


def mupdf(pdf: Path) -> list[Shown]:
    pdf = _unmarked(pdf)
    tree = etree.fromstring(_said("mutool", "draw", "-q", "-F", "stext", "-o", "-", pdf), etree.XMLParser(recover=True))
    words = [
        tuple(
            Word(float(one.get("x")) * MM, (float(one.get("y")) - 3) * MM, one.get("c"))
            for line in page.iter("line")
            if float(line.get("dir").split()[0]) > 0.99
            for one in line.iter("char")
        )
        for page in tree.iter("page")
    ]
    pages = _said("mutool", "draw", "-q", "-r", str(DPI), "-F", "ppm", "-o", "-", pdf)
    return [Shown(*one) for one in zip(_pictures(pages), words, strict=True)]


def pdfium(pdf: Path) -> list[Shown]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [Shown(_dark(page.render(scale=DPI / 72).to_pil()), tuple(_characters(page))) for page in document]


def _characters(page: pypdfium2.PdfPage) -> Iterator[Word]:
    text, height = page.get_textpage(), page.get_height()
    x, y = pdfium_c.c_double(), pdfium_c.c_double()
    for at in range(text.count_chars()):
        char = text.get_text_range(at, 1)
        if char.strip() and abs(pdfium_c.FPDFText_GetCharAngle(text, at)) < 0.1:
            pdfium_c.FPDFText_GetCharOrigin(text, at, x, y)
            yield Word(x.value * MM, (height - y.value - 3) * MM, char)


RENDERERS: Mapping[str, Callable[[Path], list[Shown]]] = {"Poppler": poppler, "MuPDF": mupdf, "PDFium": pdfium}


@dataclass(frozen=True)
class Seen:
    """A line as each renderer shows it: its ink, the text copied from it, and how many of its glyphs are there. A glyph is
    there if it has half the ink it has where it is darkest."""

    line: str
    inks: tuple[float, ...]
    texts: tuple[str, ...]
    counts: tuple[int, ...]

    @property
    def faults(self) -> list[str]:
        found = [f"ink {'/'.join(f'{ink:.0f}' for ink in self.inks)}"] if apart(self.inks) > INK else []
        found += [f"text {'/'.join(self.texts)}"] if set(self.texts) != {bare(self.line)} else []
        found += [f"glyphs {self.counts}"] if len(set(self.counts)) > 1 or not self.counts[0] else []
        return [f"{self.line}: {fault}" for fault in found]


def seen(page: Page, shown: Sequence[Shown]) -> Iterator[Seen]:
    """Every line of a page."""
    for line in page.lines:
        cells = [_cell(glyph) for glyph in page.glyphs if glyph.text.strip() and _within(glyph, line)]
        drawn = [[one.ink(cell) for one in shown] for cell in cells]
        counts = tuple(sum(inks[at] > max(inks) / 2 for inks in drawn) for at in range(len(shown)))
        inks = tuple(one.ink((line.x, line.top, line.right, line.bottom)) for one in shown)
        yield Seen(line.text, inks, tuple(one.text(line) for one in shown), counts)


def parts(shown: Sequence[Shown]) -> Iterator[tuple[float, ...]]:
    """The ink of the sixteenths of a page that hold something: rules, charts, outlined letters."""
    width, height = (dots * 25.4 / DPI for dots in shown[0].dark.size)
    least = shown[0].ink((0, 0, width, height)) / 50
    for down, across in itertools.product(range(4), range(4)):
        box = (width * across / 4, height * down / 4, width * (across + 1) / 4, height * (down + 1) / 4)
        inks = tuple(one.ink(box) for one in shown)
        if max(inks) > least:
            yield inks


def apart(inks: Sequence[float]) -> float:
    return (max(inks) - min(inks)) / max(inks) if max(inks) else 0.0


def faults(pdf: Path) -> list[str]:
    """Whatever one of the renderers shows otherwise than the others, and whatever none of them shows."""
    shown = [render(pdf) for render in RENDERERS.values()]
    found = []
    for number, page in enumerate(read_pages(pdf.read_bytes(), pdf.name).pages):
        own = [one[number] for one in shown]
        found += [f"{number + 1}: {fault}" for line in seen(page, own) for fault in line.faults]
        found += [f"{number + 1}: part {inks}" for inks in parts(own) if apart(inks) > PART]
        if not any(one.ink((0, 0, page.width, page.height)) for one in own):
            found.append(f"{number + 1}: blank")
    return found


def _within(glyph: Glyph, line: TextLine) -> bool:
    return glyph.upright and abs(glyph.baseline - line.baseline) < 0.35 and line.x - 0.1 <= glyph.x < line.right


def _cell(glyph: Glyph) -> Box:
    return glyph.x, glyph.baseline - 0.88 * glyph.size * MM, glyph.right, glyph.baseline + 0.12 * glyph.size * MM
