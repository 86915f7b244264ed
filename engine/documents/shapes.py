"""Pieces of SVG: numbers, texts, rectangles and lines as strings, the same on every machine. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from engine.documents.typography import columns

TEXT = 34.0
"""Type size in units of 0.1 mm: 3.4 mm is 9.6 pt."""
INK, GREY, FAINT = "#111", "#777", "#bbb"


def number(value: float) -> str:
    """A coordinate with at most one decimal: the same on every machine."""
    return f"{round(value, 1):g}" if abs(value) >= 0.05 else "0"


def text(x: float, y: float, said: str, anchor: str = "start", size: float = TEXT, fill: str = INK) -> str:
    place = f'x="{number(x)}" y="{number(y)}" font-size="{number(size)}"'
    side = f' text-anchor="{anchor}"' if anchor != "start" else ""
    ink = f' fill="{fill}"' if fill != INK else ""
    return f"<text {place}{side}{ink}>{escape(said)}</text>"


def rect(x: float, y: float, width: float, height: float, look: str) -> str:
    return f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" {look}/>'


def line(x1: float, y1: float, x2: float, y2: float, look: str) -> str:
    return f'<line x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}" {look}/>'


OUTLINE = f'fill="none" stroke="{INK}" stroke-width="2.5"'
DASHED = f'fill="none" stroke="{INK}" stroke-width="2.5" stroke-dasharray="9 7"'
RULE = f'stroke="{FAINT}" stroke-width="2"'
AXIS = f'stroke="{INK}" stroke-width="2.5"'
HATCH = 14.0


def hatched(x: float, y: float, width: float, height: float) -> Iterator[str]:
    """A rectangle under 45° lines. The lines are drawn one by one: patterns are what renderers disagree about."""
    yield rect(x, y, width, height, DASHED)
    offset = HATCH
    while offset < width + height:
        x1, y1 = (x + offset, y) if offset <= width else (x + width, y + offset - width)
        x2, y2 = (x, y + offset) if offset <= height else (x + offset - height, y + height)
        yield line(x1, y1, x2, y2, f'stroke="{GREY}" stroke-width="2"')
        offset += HATCH


def diamond(x: float, y: float, r: float, fill: str = "#fff") -> str:
    corners = ((x, y - r), (x + r, y), (x, y + r), (x - r, y))
    points = " ".join(f"{number(across)},{number(down)}" for across, down in corners)
    return f'<polygon points="{points}" fill="{fill}" stroke="{INK}" stroke-width="3"/>'


def wrapped(said: str, width: float) -> list[str]:
    """Lines of at most `width` characters, about equally long."""
    count = max(1, -int(-columns(said) // width))
    share = columns(said) / count
    found: list[str] = []
    last = ""
    for char in said:
        room = min(width, share + 0.5) if len(found) < count - 1 else width
        if last and columns(last + char) > room:
            found.append(last)
            last = ""
        last += char
    return [*found, last]


def lines_of(x: float, middle: float, lines: Sequence[str], anchor: str, size: float) -> Iterator[str]:
    """Lines of text centred on the height `middle`."""
    pitch = size * 1.25
    top = middle - pitch * (len(lines) - 1) / 2 + size * 0.36
    for place, said in enumerate(lines):
        yield text(x, top + place * pitch, said, anchor, size)
