from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.documents.charts import KINDS, UNKNOWN, WIDTH, Chart, ChartMark, ChartSeries, described, rows, size, svg
from engine.documents.typography import columns, wrapped
from tests.sizes import examples

SVG = "{http://www.w3.org/2000/svg}"


def mark(value: float | None, unit: str = "分") -> ChartMark:
    return UNKNOWN if value is None else ChartMark(value, f"{value:g}{unit}")


def chart(kind: str, values: list[float | None], **changes: Any) -> Chart:
    labels = tuple(f"{'考核内容活动服务'[: 2 + at % 6]}{at + 1}" for at in range(len(values)))
    own = ChartSeries("得分", tuple(mark(v) for v in values))
    full = ChartSeries("满分", tuple(mark(10.0) for _ in values)) if kind in ("条形", "雷达") else None
    return replace(Chart(kind, "图题", labels, (own,), full), **changes)


def drawn(of: Chart) -> Any:
    return etree.fromstring(svg(of).encode())


def printed(of: Chart) -> list[str]:
    return [node.text for node in drawn(of).iter(f"{SVG}text")]


VALUES = st.lists(st.one_of(st.none(), st.integers(0, 10).map(float)), min_size=3, max_size=14)


@given(st.sampled_from(KINDS), VALUES)
@settings(max_examples=examples(120), deadline=None)
def test_everything_stays_on_the_sheet(kind: str, values: list[float | None]) -> None:
    of = chart(
        kind,
        values,
        other=ChartSeries("中位数", tuple(mark(5.0) for _ in values)) if kind in ("条形", "雷达") else None,
    )
    root = drawn(of)
    height = float(root.get("viewBox").split()[3])
    assert (float(root.get("width")[:-2]), float(root.get("height")[:-2])) == pytest.approx(size(of), abs=0.06)
    for node in root.iter(f"{SVG}rect"):
        x, y, w, h = (float(node.get(key)) for key in ("x", "y", "width", "height"))
        assert w >= 0
        assert h >= 0
        assert x >= -0.1
        assert x + w <= WIDTH + 0.1
        assert y >= -0.1
        assert y + h <= height + 0.1
    for node in root.iter(f"{SVG}text"):
        wide = columns(node.text) * float(node.get("font-size"))
        start = float(node.get("x")) - {"middle": wide / 2, "end": wide}.get(node.get("text-anchor"), 0.0)
        assert start >= -1
        assert start + wide <= WIDTH + 1
        assert 0 < float(node.get("y")) <= height


@given(st.sampled_from(KINDS), VALUES)
@settings(max_examples=examples(60), deadline=None)
def test_every_label_and_value_is_printed_and_in_the_table(kind: str, values: list[float | None]) -> None:
    of = chart(kind, values)
    text = "".join(printed(of))
    for label, one in zip(of.labels, of.series[0].marks, strict=True):
        assert label in text
        number = "—" if one.value is None else "没有" if kind == "覆盖" and not one.value else f"{one.value:g}"
        assert number in text
    head, *body = rows(of)
    assert [row[0] for row in body] == list(of.labels)
    assert [row[1] for row in body] == [one.shown for one in of.series[0].marks]
    assert all(len(row) == len(head) for row in body)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_but_shades_of_grey(kind: str) -> None:
    # Printed black and white, two colours may be the same grey: what differs must differ in shape.
    source = svg(chart(kind, [1.0, 0.0, None, 10.0]))
    colours = re.findall(r"#[0-9a-f]{3,6}", source)
    assert colours
    assert all(len(set(colour[1:])) == 1 for colour in colours)
    assert not re.search(r"<script|href|url\(|@import|class=", source)


def test_bars_are_as_long_as_their_values() -> None:
    root = drawn(chart("条形", [10.0, 5.0, 0.0]))
    filled = [n for n in root.iter(f"{SVG}rect") if n.get("fill") == "#777"][1:]  # the first is the legend's
    widths = [float(n.get("width")) for n in filled]
    outlines = {float(n.get("width")) for n in root.iter(f"{SVG}rect") if n.get("fill") == "none"} - {44.0}
    assert widths == pytest.approx([widths[0], widths[0] / 2, 0], abs=0.2)
    assert outlines == {widths[0]}


def monthly(values: list[float | None], limit: float) -> Chart:
    series = ChartSeries("场次", tuple(mark(v, "场") for v in values), mark(limit, "场"))
    return Chart("逐月", "各月", tuple(f"{n}月" for n in range(1, len(values) + 1)), (series,))


@given(st.lists(st.one_of(st.none(), st.integers(0, 6).map(float)), min_size=1, max_size=24), st.integers(1, 4))
@settings(max_examples=examples(60), deadline=None)
def test_gaps_are_hatched_where_something_is_lacking(values: list[float | None], limit: int) -> None:
    of = monthly(values, limit)
    dashed = [n for n in drawn(of).iter(f"{SVG}rect") if n.get("stroke-dasharray")]
    lacking = [v for v in values if v is not None and v < limit]
    assert len(dashed) == len(lacking)
    head, *body = rows(of)
    if lacking:
        gaps = [row[head.index("场次缺口")] for row in body]
        assert gaps == ["—" if v is None else f"缺{limit - v:g}场" if v < limit else "" for v in values]


def test_a_month_that_is_not_known_is_no_empty_month() -> None:
    texts = printed(monthly([2.0, None, 0.0], 1.0))
    assert "—" in texts
    assert "0" in texts


def test_coverage_tells_something_nothing_and_unknown_apart() -> None:
    of = chart("覆盖", [3.0, 0.0, None])
    tiles = [n for n in drawn(of).iter(f"{SVG}rect") if n.get("fill") == "none"]
    assert [bool(n.get("stroke-dasharray")) for n in tiles] == [False, True, True]
    assert "没有" in printed(of)
    assert "？" in printed(of)


def test_radar_points_lie_at_their_share() -> None:
    root = drawn(chart("雷达", [10.0, 5.0, 0.0, 2.5]))
    dots = [(float(n.get("cx")), float(n.get("cy"))) for n in root.iter(f"{SVG}circle")][1:]
    (x, top), (right, middle), (_, centre), (left, _) = dots
    radius = centre - top
    assert x == pytest.approx(WIDTH / 2)
    assert middle == pytest.approx(centre, abs=0.2)
    assert right - x == pytest.approx(radius / 2, abs=0.2)
    assert x - left == pytest.approx(radius / 4, abs=0.2)


@pytest.mark.parametrize(
    ("of", "why"),
    [
        (replace(chart("条形", [1.0]), kind="饼图"), "no such kind"),
        (replace(chart("条形", [1.0]), labels=()), "no labels"),
        (replace(chart("条形", [1.0]), labels=("甲", "乙")), "marks that do not match"),
        (chart("雷达", [1.0, 2.0]), "two spokes"),
        (replace(chart("雷达", [1.0, 2.0, 3.0]), full=None), "no full marks"),
        (chart("覆盖", [1.0] * 61), "too many"),
    ],
)
def test_what_cannot_be_drawn_is_refused(of: Chart, why: str) -> None:
    for ask in (svg, rows, size):
        with pytest.raises(ValueError):
            ask(of)


def test_markup_in_labels_is_text() -> None:
    of = Chart("覆盖", "<b>&", ("<i>甲&乙",), (ChartSeries("数", (mark(1.0),)),))
    assert "<i>甲&乙" in "".join(printed(of))
    assert drawn(of).find(f"{SVG}title").text == "<b>&"


def test_described_for_those_who_cannot_see() -> None:
    assert described(chart("覆盖", [3.0, None])) == "图题。得分：考核13分，考核内2—。"


@given(st.text("福州市甲乙丙丁AB1，", max_size=40), st.integers(2, 12))
@settings(max_examples=examples(100), deadline=None)
def test_wrapping_loses_nothing_and_keeps_the_width(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join(lines) == text
    assert all(columns(line) <= width for line in lines)
