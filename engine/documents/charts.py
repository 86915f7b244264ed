"""Charts as plain SVG: score bars, a radar, months, coverage. Labels and numbers in, text out; pure and deterministic.

They are read in black and white: what is told apart is told apart by shape and filling, and every value is printed beside
its mark. No scripts, no styles from outside, no fonts but those of the reader's machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import cos, pi, sin

from engine.base.classes import dataclass
from engine.base.svg import (
    ShapeLook,
    circle,
    diamond,
    document,
    hatches,
    line,
    lines_of,
    number,
    path,
    polygon,
    rect,
    steps,
    text,
    title,
    view_box,
)
from engine.documents.typography import columns, wrapped

FONTS = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',SimHei,sans-serif"
WIDTH = 1500
"""Units across; a unit is 0.1 mm, so a chart is 150 mm wide and fits the 156 mm of an official page."""
TEXT, SMALL = 34.0, 30.0
"""Type sizes: 3.4 mm is 9.6 pt."""
INK, GREY, FAINT = "#111", "#777", "#bbb"
OUTLINE: ShapeLook = {"fill": "none", "stroke": INK, "stroke_width": 2.5}
DASHED: ShapeLook = {**OUTLINE, "stroke_dasharray": "9 7"}
RULE: ShapeLook = {"stroke": FAINT, "stroke_width": 2}
AXIS: ShapeLook = {"stroke": INK, "stroke_width": 2.5}
THICK: ShapeLook = {"fill": "none", "stroke": INK, "stroke_width": 6, "stroke_linejoin": "round"}
SQUARE: ShapeLook = {"fill": "#fff", "stroke": INK, "stroke_width": 3}
SIGN: ShapeLook = {"fill": "none", "stroke_width": 7, "stroke_linecap": "round"}
HATCH = 14.0
KINDS = ("条形", "雷达", "逐月", "覆盖")
MAX_POINTS = 60


@dataclass(frozen=True, slots=True)
class ChartMark:
    """A number and how it is printed; `value` None is unknown and printed as —."""

    value: float | None
    text: str

    @property
    def shown(self) -> str:
        return self.text if self.value is not None else "—"


UNKNOWN = ChartMark(None, "—")


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """A mark for each label of the chart. `limit` is what each should reach (逐月)."""

    name: str
    marks: tuple[ChartMark, ...]
    limit: ChartMark | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """`kind` one of KINDS. `full` are the most each label may have, `other` what it is compared with (条形, 雷达); 逐月
    may have several `series`, the others draw the first."""

    kind: str
    title: str
    labels: tuple[str, ...]
    series: tuple[ChartSeries, ...]
    full: ChartSeries | None = None
    other: ChartSeries | None = None


def svg(chart: Chart) -> str:
    """The chart as a complete SVG file, 150 mm wide. ValueError: no such kind, no labels, or marks that do not match."""
    _checked(chart)
    height, body = _DRAWN[chart.kind](chart)
    return document(
        (title(chart.title), *body),
        width=f"{WIDTH / 10:g}mm",
        height=f"{number(height / 10)}mm",
        viewBox=view_box(0, 0, WIDTH, height),
        role="img",
        font_family=FONTS,
        fill=INK,
    )


def size(chart: Chart) -> tuple[float, float]:
    """Width and height in mm."""
    _checked(chart)
    return WIDTH / 10, _DRAWN[chart.kind](chart)[0] / 10


def rows(chart: Chart) -> tuple[tuple[str, ...], ...]:
    """The data table: its head, then a row for each label."""
    _checked(chart)
    shown: list[tuple[str, list[str]]] = []
    for series in chart.series:
        shown.append((series.name, [mark.shown for mark in series.marks]))
        gaps = [_gap(mark, series.limit) for mark in series.marks] if series.limit is not None else []
        if any(gaps):
            shown.append((f"{series.name}缺口", gaps))
    others = [series for series in (chart.full, chart.other) if series is not None]
    shown += [(series.name, [mark.shown for mark in series.marks]) for series in others]
    head = (_FIRST.get(chart.kind, "项目"), *(name for name, _ in shown))
    return (head, *((label, *(marks[at] for _, marks in shown)) for at, label in enumerate(chart.labels)))


def described(chart: Chart) -> str:
    """What the chart shows, in a sentence, for those who cannot see it."""
    parts = []
    for series in chart.series:
        pairs = "，".join(f"{label}{mark.shown}" for label, mark in zip(chart.labels, series.marks, strict=True))
        parts.append(f"{series.name}：{pairs}")
    return f"{chart.title}。{'；'.join(parts)}。"


_FIRST = {"逐月": "月份"}


def _checked(chart: Chart) -> None:
    series = [*chart.series, *(s for s in (chart.full, chart.other) if s is not None)]
    if chart.kind not in KINDS or not chart.labels or not chart.series or len(chart.labels) > MAX_POINTS:
        raise ValueError(f"{chart.kind}: {len(chart.labels)} labels")
    if any(len(s.marks) != len(chart.labels) for s in series):
        raise ValueError("a mark for each label")
    if chart.kind == "雷达" and (len(chart.labels) < 3 or chart.full is None):
        raise ValueError("a radar needs three labels and what is full")


def _gap(mark: ChartMark, limit: ChartMark) -> str:
    """How much is lacking, in the unit of the limit; empty where nothing is."""
    if mark.value is None or limit.value is None:
        return "—"
    lacking = limit.value - mark.value
    return f"缺{lacking:g}{limit.text.lstrip('0123456789.,')}" if lacking > 0 else ""


def _top(marks: Sequence[ChartMark]) -> float:
    return max([mark.value for mark in marks if mark.value is not None] or [0.0]) or 1.0


# ---- 条形 ----

LABEL_CHARACTERS = 12


def _bars(chart: Chart) -> tuple[float, list[str]]:
    own, full, other = chart.series[0], chart.full, chart.other
    labels = [wrapped(label, LABEL_CHARACTERS) for label in chart.labels]
    left = max(columns(said) for lines in labels for said in lines) * TEXT * 1.05 + 36
    values = [_beside(chart, at) for at in range(len(labels))]
    right = max(columns(value) for value in values) * TEXT * 1.05 + 30
    known = [*own.marks, *(full.marks if full else ()), *(other.marks if other else ())]
    room, most = WIDTH - left - right, _top(known)
    body = list(_bar_legend(own, full, other))
    y = 76.0
    for at, lines in enumerate(labels):
        pitch = max(66.0, len(lines) * TEXT * 1.25 + 20)
        middle = y + pitch / 2
        body += lines_of(left - 24, middle, lines, "end", TEXT)
        scale = room / most
        if full is not None and full.marks[at].value is not None:
            body.append(rect(left, middle - 17, _of(full.marks[at]) * scale, 34, **OUTLINE))
        if own.marks[at].value is not None:
            body.append(rect(left, middle - 17, max(_of(own.marks[at]), 0) * scale, 34, fill=GREY))
        if other is not None and other.marks[at].value is not None:
            body.append(diamond(left + _of(other.marks[at]) * scale, middle, 15, **SQUARE))
        body.append(text(WIDTH - right + 18, middle + TEXT * 0.36, values[at], TEXT))
        y += pitch
    body.append(line(left, 76, left, y, **AXIS))
    return y + 14, body


def _of(mark: ChartMark) -> float:
    return mark.value if mark.value is not None else 0.0


def _beside(chart: Chart, at: int) -> str:
    """9.6分／15分, and the figure compared with."""
    own = chart.series[0].marks[at].shown
    full = f"／{chart.full.marks[at].shown}" if chart.full is not None else ""
    return own + full + (f"（{chart.other.marks[at].shown}）" if chart.other is not None else "")


def _bar_legend(own: ChartSeries, full: ChartSeries | None, other: ChartSeries | None) -> Iterator[str]:
    x = 20.0
    for series, sign in ((own, "own"), (full, "full"), (other, "other")):
        if series is None:
            continue
        look: ShapeLook = {"fill": GREY} if sign == "own" else OUTLINE
        yield diamond(x + 22, 32, 15, **SQUARE) if sign == "other" else rect(x, 17, 44, 30, **look)
        name = f"{series.name}（括号内）" if sign == "other" else series.name
        yield text(x + 58, 32 + SMALL * 0.36, name, SMALL)
        x += 58 + columns(name) * SMALL + 50


# ---- 雷达 ----

RADIUS = 360.0
RINGS = 5


def _radar(chart: Chart) -> tuple[float, list[str]]:
    own, full, other = chart.series[0], chart.full or chart.series[0], chart.other
    centre_y, centre_x, count = 90 + 110 + RADIUS, WIDTH / 2, len(chart.labels)

    def at(place: int, share: float) -> tuple[float, float]:
        angle = 2 * pi * place / count - pi / 2
        return centre_x + RADIUS * share * cos(angle), centre_y + RADIUS * share * sin(angle)

    body = list(_radar_legend(own, other))
    for ring in range(1, RINGS + 1):
        body.append(polygon([at(place, ring / RINGS) for place in range(count)], fill="none", **RULE))
        body.append(text(centre_x + 8, centre_y - RADIUS * ring / RINGS + 30, f"{100 * ring // RINGS}%", 24, fill=GREY))
    body += [line(centre_x, centre_y, x, y, **RULE) for x, y in (at(place, 1.0) for place in range(count))]
    if other is not None:
        body += _loop(
            [_share(other, full, place) for place in range(count)],
            at,
            {**DASHED, "stroke_linejoin": "round"},
            square=True,
        )
    body += _loop([_share(own, full, place) for place in range(count)], at, THICK, square=False)
    for place, label in enumerate(chart.labels):
        body += _spoke(chart, place, label, at(place, 1.0), (centre_x, centre_y))
    return centre_y + RADIUS + 120, body


def _share(series: ChartSeries, full: ChartSeries, place: int) -> float | None:
    value, most = series.marks[place].value, full.marks[place].value
    return None if value is None or not most else min(1.0, max(0.0, value / most))


Placing = Callable[[int, float], tuple[float, float]]


def _loop(shares: Sequence[float | None], at: Placing, look: ShapeLook, *, square: bool) -> Iterator[str]:
    """The known points of a series and the lines between neighbours; closed only where all are known."""
    points = [at(place, share) if share is not None else None for place, share in enumerate(shares)]
    known = [point for point in points if point is not None]
    if len(known) == len(points):
        yield polygon(known, **look)
    else:
        for here, there in zip(points, [*points[1:], points[0]], strict=True):
            if here is not None and there is not None:
                yield line(here[0], here[1], there[0], there[1], **look)
    for x, y in known:
        yield rect(x - 10, y - 10, 20, 20, **SQUARE) if square else circle(x, y, 11)


def _spoke(
    chart: Chart, place: int, label: str, end: tuple[float, float], centre: tuple[float, float]
) -> Iterator[str]:
    across, down = (end[0] - centre[0]) / RADIUS, (end[1] - centre[1]) / RADIUS
    anchor = "middle" if abs(across) < 0.2 else "start" if across > 0 else "end"
    said = [*wrapped(label, 8), _beside(chart, place)]
    x = end[0] + across * 46
    y = end[1] + down * (30 + (len(said) * SMALL * 0.6 if anchor == "middle" else 14))
    yield from lines_of(x, y, said, anchor, SMALL)


def _radar_legend(own: ChartSeries, other: ChartSeries | None) -> Iterator[str]:
    yield line(20, 32, 84, 32, stroke=INK, stroke_width=6)
    yield circle(52, 32, 11)
    yield text(98, 32 + SMALL * 0.36, own.name, SMALL)
    if other is not None:
        x = 98 + columns(own.name) * SMALL + 50
        yield line(x, 32, x + 64, 32, **DASHED)
        yield rect(x + 22, 22, 20, 20, **SQUARE)
        yield text(x + 78, 32 + SMALL * 0.36, f"{other.name}（括号内）", SMALL)


# ---- 逐月 ----

PANEL = 300.0


def _months(chart: Chart) -> tuple[float, list[str]]:
    """A panel for each series, one above the other: a column a month, its value on it, what is lacking hatched."""
    body: list[str] = []
    y = 0.0
    for series in chart.series:
        body += _panel(chart, series, y)
        y += PANEL + 156
    return y, body


def _panel(chart: Chart, series: ChartSeries, top: float) -> Iterator[str]:
    limit = series.limit if series.limit is not None and series.limit.value is not None else None
    left, right = 20.0, WIDTH - 20.0
    floor, room = top + 90 + PANEL, PANEL - 30
    scale = room / _top([*series.marks, *((limit,) if limit else ())])
    pitch = (right - left) / len(chart.labels)
    yield text(left, top + 40, series.name, TEXT)
    if limit is not None:
        said = f"虚线：每月不少于{limit.text}；斜线部分：缺口"
        yield text(right, top + 40, said, SMALL, "end")
        level = floor - _of(limit) * scale
        yield line(left, level, right, level, **AXIS, stroke_dasharray="16 10")
    for place, (label, mark) in enumerate(zip(chart.labels, series.marks, strict=True)):
        yield from _column(left + pitch * place, pitch, floor, scale, mark, limit)
        size = min(SMALL, pitch * 0.95 / max(1.0, columns(label)))
        yield text(left + pitch * (place + 0.5), floor + 42, label, size, "middle")
    yield line(left, floor, right, floor, **AXIS)


def _column(
    x: float, pitch: float, floor: float, scale: float, mark: ChartMark, limit: ChartMark | None
) -> Iterator[str]:
    middle, wide = x + pitch / 2, min(pitch * 0.56, 90)
    said = mark.shown if mark.value is None else f"{mark.value:g}"
    size = min(SMALL, pitch * 0.95 / max(1.0, columns(said)))
    if mark.value is None:
        yield text(middle, floor - 12, said, size, "middle")
        return
    height, top = mark.value * scale, floor - mark.value * scale
    if height:
        yield rect(middle - wide / 2, top, wide, height, fill=GREY)
    if limit is not None and _of(limit) > mark.value:
        top = floor - _of(limit) * scale
        left, gap = middle - wide / 2, floor - height - top
        yield rect(left, top, wide, gap, **DASHED)
        yield from hatches(left, top, wide, gap, HATCH, stroke=GREY, stroke_width=2)
    yield text(middle, top - 10, said, size, "middle")


# ---- 覆盖 ----

PER_ROW = 7


def _coverage(chart: Chart) -> tuple[float, list[str]]:
    """A tile for each label: ticked and ruled where there is something, crossed and dashed where there is nothing."""
    marks, count = chart.series[0].marks, len(chart.labels)
    across = -(-count // -(-count // PER_ROW))
    pitch, body = WIDTH / across, []
    characters = max(2.0, (pitch - 40) / TEXT)
    labels = [wrapped(label, characters) for label in chart.labels]
    tall = 96 + max(len(lines) for lines in labels) * TEXT * 1.25 + SMALL * 1.6
    for place, (lines, mark) in enumerate(zip(labels, marks, strict=True)):
        x, y = (place % across) * pitch, (place // across) * (tall + 20) + 4
        there = bool(mark.value)
        body.append(rect(x + 8, y, pitch - 16, tall, **(OUTLINE if there else DASHED)))
        body += _sign(x + pitch / 2, y + 52, mark)
        middle = y + 92 + len(lines) * TEXT * 0.625
        body += lines_of(x + pitch / 2, middle, lines, "middle", TEXT)
        said = mark.shown if there or mark.value is None else "没有"
        body.append(text(x + pitch / 2, y + tall - 16, said, SMALL, "middle"))
    return -(-count // across) * (tall + 20) + 4, body


def _sign(x: float, y: float, mark: ChartMark) -> Iterator[str]:
    if mark.value is None:
        yield text(x, y + 16, "？", 46, "middle")
    elif mark.value:
        yield rect(x - 26, y - 26, 52, 52, fill=INK)
        yield path(steps("M", x - 14, y + 1, "l10 11 19-23"), stroke="#fff", **SIGN)
    else:
        yield path(steps("M", x - 18, y - 18, "l36 36m0-36l-36 36"), stroke=INK, **SIGN)


_DRAWN: Mapping[str, Callable[[Chart], tuple[float, list[str]]]] = {
    "条形": _bars,
    "雷达": _radar,
    "逐月": _months,
    "覆盖": _coverage,
}
