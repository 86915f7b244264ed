"""SVG is the same on every machine, well formed whatever is written into it, and keeps its numbers short."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from engine.base.svg import NAMESPACE, document, element, hatches, number, path, steps, text, view_box


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0"), (-0.001, "0"), (12.0, "12"), (0.125, "0.12"), (1234567.891, "1234567.89"), (-3.5, "-3.5"), (1e-9, "0")],
)
def test_numbers_are_short(value: float, written: str) -> None:
    assert number(value) == written


def read(source: str) -> Any:
    return etree.fromstring(source.encode())


SAID = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"))


@given(SAID, SAID)
def test_what_is_written_is_what_is_read(said: str, label: str) -> None:
    root = read(document([text(1, 2, said, 10)], viewBox=view_box(0, 0, 5, 5), aria_label=label))
    assert (root.get("aria-label"), root[0].text or "") == (label, said)
    assert root[0].tag == f"{{{NAMESPACE}}}text"


def test_attributes_left_out_and_named_as_svg_does() -> None:
    assert element("g", stroke_width=2.5, fill=None) == '<g stroke-width="2.5"/>'
    assert path(steps("M", 1.004, -2, "l5 5"), fill="#000") == '<path d="M1 -2l5 5" fill="#000"/>'


@given(st.floats(1, 200), st.floats(1, 200))
def test_hatches_stay_inside(width: float, height: float) -> None:
    for drawn in hatches(3, 4, width, height, 14):
        node = read(drawn)
        assert all(2.99 <= float(node.get(x)) <= 3.01 + width for x in ("x1", "x2"))
        assert all(3.99 <= float(node.get(y)) <= 4.01 + height for y in ("y1", "y2"))
