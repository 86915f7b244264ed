"""Pictures of a handbook: what a determination reads, and the order in which its outcomes are looked at. SVG, pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.base import svg
from engine.base.classes import dataclass
from engine.base.text import width

SIZE, ROW, GAP = 13.0, 26.0, 6.0
INK, LINE = "#222", "#8a94a6"
FILLS = {"准则": "#e8f0fb", "派生量": "#eef6ea", "事实": "#fff", "记录表": "#fff", "参数": "#fdf3dc"}
NATURES = {"有利决定": "#e3f3e6", "不利决定": "#fbe6e4", "程序性": "#eef1f6", "内部": "#eef1f6"}


@dataclass(frozen=True, slots=True)
class NameBox:
    """A name with what kind it is and where it leads."""

    name: str
    kind: str
    link: str


def _wide(text: str) -> float:
    return width(text) * SIZE / 2


def reads(
    name: str,
    middle: Sequence[NameBox],
    leaves: Sequence[NameBox],
    edges: Mapping[str, Sequence[str]],
    direct: Sequence[str],
) -> str:
    """Three columns: what is given, what is made of it, the determination. `edges`: of each in the middle the leaves it reads;
    `direct`: leaves the determination reads itself."""
    first = max([_wide(one.name) for one in leaves] or [40.0]) + 20
    second = max([_wide(one.name) for one in middle] or [0.0]) + 20 if middle else 0.0
    third = _wide(name) + 24
    space = 110.0
    x2, x3 = first + space, first + space + (second + space if middle else 0.0)
    height = max(len(leaves), len(middle), 1) * (ROW + GAP) + GAP
    heights = {one.name: _y(at, len(leaves), height) for at, one in enumerate(leaves)}
    middles = {one.name: _y(at, len(middle), height) for at, one in enumerate(middle)}
    parts: list[str] = []
    pairs = [(owner, leaf) for owner, names in edges.items() for leaf in names if leaf in heights and owner in middles]
    parts += [_curve(first, heights[leaf] + ROW / 2, x2, middles[owner] + ROW / 2) for owner, leaf in pairs]
    parts += [_curve(first, heights[leaf] + ROW / 2, x3, height / 2) for leaf in direct if leaf in heights]
    parts += [_curve(x2 + second, y + ROW / 2, x3, height / 2) for y in middles.values()]
    parts += [_box(0, heights[one.name], first, one) for one in leaves]
    parts += [_box(x2, middles[one.name], second, one) for one in middle]
    parts.append(svg.rect(x3, height / 2 - 18, third, 36, fill="#1d4f91", rx=4))
    parts.append(svg.text(x3 + third / 2, height / 2 + 5, name, SIZE, "middle", "#fff"))
    return _drawing(parts, x3 + third, height, f"{name}看哪些事项")


def _y(at: int, count: int, height: float) -> float:
    return (height - count * (ROW + GAP) + GAP) / 2 + at * (ROW + GAP)


def _box(x: float, y: float, wide: float, box: NameBox) -> str:
    shape = svg.rect(
        x, y, wide, ROW, svg.title(f"{box.kind} {box.name}"), fill=FILLS.get(box.kind, "#f4f4f6"), stroke=LINE, rx=3
    )
    said = svg.text(x + 10, y + ROW / 2 + 4.5, box.name, SIZE, fill=INK)
    return svg.element("a", shape, said, href=box.link) if box.link else shape + said


def _curve(x1: float, y1: float, x2: float, y2: float) -> str:
    bend = (x2 - x1) / 2
    data = svg.steps("M", x1, " ", y1, " C", x1 + bend, " ", y1, " ", x2 - bend, " ", y2, " ", x2, " ", y2)
    return svg.path(data, fill="none", stroke=LINE, stroke_width=0.8)


@dataclass(frozen=True, slots=True)
class Rung:
    """An outcome, the condition under which it is reached in words ("" for the default), and its nature."""

    outcome: str
    condition: str
    nature: str


LIMIT = 40
"""Columns of a condition in a line of the picture."""


def order(name: str, rungs: Sequence[Rung]) -> str:
    """From the top down: where a condition holds, its outcome to the right; where it does not, the next one."""
    lines = [_folded(rung.condition or "以上都不成立", LIMIT) for rung in rungs]
    left = max([_wide(line) for one in lines for line in one] or [100.0]) + 28
    right = max([_wide(rung.outcome) for rung in rungs] or [80.0]) + 28
    parts: list[str] = []
    y, x2 = 4.0, left + 90
    for at, (rung, said) in enumerate(zip(rungs, lines, strict=True)):
        tall = max(34.0, len(said) * SIZE * svg.PITCH + 16)
        parts.append(svg.rect(0, y, left, tall, fill="#fff", stroke=LINE, rx=3))
        parts += svg.lines_of(14, y + tall / 2, said, "start", SIZE)
        parts.append(svg.line(left, y + tall / 2, x2 - 7, y + tall / 2, stroke=INK))
        parts.append(
            svg.polygon([(x2 - 8, y + tall / 2 - 4), (x2, y + tall / 2), (x2 - 8, y + tall / 2 + 4)], fill=INK)
        )
        parts.append(
            svg.text((left + x2) / 2 - 4, y + tall / 2 - 5, "成立" if rung.condition else "", 11, "middle", INK)
        )
        parts.append(
            svg.rect(x2, y + tall / 2 - 17, right, 34, fill=NATURES.get(rung.nature, "#eef1f6"), stroke=INK, rx=4)
        )
        parts.append(svg.text(x2 + right / 2, y + tall / 2 + 4.5, rung.outcome, SIZE, "middle", INK))
        if at + 1 < len(rungs):
            parts.append(svg.line(left / 2, y + tall, left / 2, y + tall + 22, stroke=INK))
            parts.append(
                svg.polygon(
                    [(left / 2 - 4, y + tall + 16), (left / 2, y + tall + 24), (left / 2 + 4, y + tall + 16)], fill=INK
                )
            )
            parts.append(svg.text(left / 2 + 8, y + tall + 15, "不成立", 11, fill=INK))
        y += tall + 26
    return _drawing(parts, x2 + right + 2, y - 20, f"{name}的结果依次怎样看")


def _folded(text: str, most: int) -> list[str]:
    """Lines of at most so many columns."""
    found, line = list[str](), ""
    for char in text:
        if width(line + char) > most and char not in "，。；、）":
            found.append(line)
            line = ""
        line += char
    return [*found, line]


def _drawing(parts: Sequence[str], wide: float, height: float, said: str) -> str:
    box = svg.view_box(-2, -2, wide + 4, height + 4)
    return svg.element("svg", svg.title(said), *parts, viewBox=box, width=wide + 4, height=height + 4, role="img")
