"""SVG as text, the same on every machine: one way to write an element, the shapes made of it, a whole file. Pure.

Keyword arguments are attributes: `stroke_width=2` is written stroke-width="2", one that is None is left out. Numbers have
at most two decimals; texts are escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

ShapeLook = Mapping[str, str | float]
"""Attributes shared by several shapes."""

NAMESPACE = "http://www.w3.org/2000/svg"
PITCH = 1.25
"""From line to line, in type sizes."""


def number(value: float) -> str:
    """At most two decimals, no exponent, no sign on zero."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def element(tag: str, *inside: str, **attributes: str | float | None) -> str:
    """An element with what stands inside it, which is SVG already."""
    given = "".join(
        f' {name.replace("_", "-")}="{escape(value) if isinstance(value, str) else number(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{given}>{''.join(inside)}</{tag}>" if inside else f"<{tag}{given}/>"


def document(inside: Iterable[str], **attributes: str | float | None) -> str:
    """A whole file, one element a line."""
    empty = element("svg", xmlns=NAMESPACE, **attributes)
    return "\n".join((empty.removesuffix("/>") + ">", *inside, "</svg>")) + "\n"


def view_box(x: float, y: float, width: float, height: float) -> str:
    """What is seen of a drawing."""
    return " ".join(map(number, (x, y, width, height)))


def rect(x: float, y: float, width: float, height: float, *inside: str, **look: str | float) -> str:
    """A rectangle from its upper left corner; `inside` it, its title."""
    return element("rect", *inside, x=x, y=y, width=width, height=height, **look)


def line(x1: float, y1: float, x2: float, y2: float, **look: str | float) -> str:
    """A line from one point to another."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, **look)


def circle(x: float, y: float, r: float, **look: str | float) -> str:
    """A circle round a point."""
    return element("circle", cx=x, cy=y, r=r, **look)


def polygon(points: Iterable[tuple[float, float]], **look: str | float) -> str:
    """A closed line through the points."""
    return element("polygon", points=" ".join(f"{number(x)},{number(y)}" for x, y in points), **look)


def path(data: str, *inside: str, **look: str | float) -> str:
    """A path by its commands."""
    return element("path", *inside, d=data, **look)


def steps(*parts: str | float) -> str:
    """Path data: letters and coordinates in their order."""
    found = ""
    for part in parts:
        found += part if isinstance(part, str) else f"{' ' if found[-1:].isdigit() else ''}{number(part)}"
    return found


def title(said: str) -> str:
    """What is shown when the mouse rests on the element it stands in."""
    return f"<title>{escape(said)}</title>"


def text(x: float, y: float, said: str, size: float, anchor: str = "start", fill: str | None = None) -> str:
    """`anchor` start, middle or end."""
    side = anchor if anchor != "start" else None
    return element("text", escape(said), x=x, y=y, font_size=size, text_anchor=side, fill=fill)


def lines_of(x: float, middle: float, lines: Sequence[str], anchor: str, size: float) -> Iterator[str]:
    """Lines of text centred on the height `middle`."""
    top = middle - size * PITCH * (len(lines) - 1) / 2 + size * 0.36
    for at, said in enumerate(lines):
        yield text(x, top + at * size * PITCH, said, size, anchor)


def diamond(x: float, y: float, r: float, **look: str | float) -> str:
    """A square on its corner round a point."""
    return polygon(((x, y - r), (x + r, y), (x, y + r), (x - r, y)), **look)


def hatches(x: float, y: float, width: float, height: float, pitch: float, **look: str | float) -> Iterator[str]:
    """45° lines that fill a rectangle, one by one: patterns are what renderers disagree about."""
    offset = pitch
    while offset < width + height:
        x1, y1 = (x + offset, y) if offset <= width else (x + width, y + offset - width)
        x2, y2 = (x, y + offset) if offset <= height else (x + offset - height, y + height)
        yield line(x1, y1, x2, y2, **look)
        offset += pitch
