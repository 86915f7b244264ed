from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.documents.fitting import Fitted, Frame, Sizing, fit
from engine.documents.layouts import TEMPLATES
from engine.documents.outlines import advances
from engine.documents.signs import sign
from tests.sizes import examples

PLAQUE = next(place for place in sign("牌匾", TEMPLATES).places if place.holds == "标题")
NAMES = st.text("福州海峡榕光显示产业园科技创新䶮㛃𠮷𬭎AaWi1·（）", min_size=2, max_size=14)


def fitted(text: str, frame: Frame = PLAQUE.frame, rule: Sizing = PLAQUE.rule) -> Fitted | None:
    return fit(text, advances(text, PLAQUE.face), frame, rule)


def inside(found: Fitted, frame: Frame, rule: Sizing) -> bool:
    wide = [sum(advances(line, PLAQUE.face)) * found.size + found.spread * (len(line) - 1) for line in found.lines]
    tall = found.size * (1 + rule.leading * (len(found.lines) - 1))
    return max(wide) <= frame.width + 1e-6 and tall <= frame.height + 1e-6


@given(NAMES)
@settings(max_examples=examples(200), deadline=None)
def test_names_of_2_to_14_characters_fit_and_stay_readable(name: str) -> None:
    text = f"福州市{name}人才驿站"
    found = fitted(text)
    assert found is not None
    assert "".join(found.lines) == text
    assert PLAQUE.rule.smallest <= found.size <= PLAQUE.rule.largest
    assert 0 <= found.spread <= PLAQUE.rule.spread * found.size + 1e-9
    assert inside(found, PLAQUE.frame, PLAQUE.rule)


@given(
    st.text("福州市人才驿站甲乙丙丁", min_size=1, max_size=40),
    st.floats(10, 500),
    st.floats(5, 200),
    st.integers(1, 3),
)
@settings(max_examples=examples(150), deadline=None)
def test_any_text_fits_or_is_refused(text: str, width: float, height: float, lines: int) -> None:
    frame, rule = Frame(0, 0, width, height), Sizing(60, 8, 20, lines, words=("福州市", "人才驿站"))
    found = fitted(text, frame, rule)
    if found is None:
        one_line = min(height, width / sum(advances(text, PLAQUE.face)))
        assert one_line < rule.smallest
    else:
        assert len(found.lines) <= max(lines, 1)
        assert all(found.lines)
        assert inside(found, frame, rule)


@given(NAMES)
@settings(max_examples=examples(60), deadline=None)
def test_more_room_never_makes_letters_smaller_in_one_line(name: str) -> None:
    rule = Sizing(60, 1, 60)
    small, large = fitted(name, Frame(0, 0, 200, 80), rule), fitted(name, Frame(0, 0, 300, 80), rule)
    assert small is not None
    assert large is not None
    assert large.size >= small.size


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("榕光", ("福州市榕光人才驿站",)),
        ("榕光显示产业园", ("福州市榕光显示产业园人才驿站",)),
        ("榕光显示产业园区", ("福州市榕光显示产业园区", "人才驿站")),
        ("海峡两岸青年科技创新创业基地", ("福州市", "海峡两岸青年科技创新创业基地", "人才驿站")),
    ],
)
def test_lines_break_at_the_words_that_stay_whole(name: str, lines: tuple[str, ...]) -> None:
    found = fitted(f"福州市{name}人才驿站", Frame(50, 124, 500, 158))
    assert found is not None
    assert found.lines == lines


@pytest.mark.parametrize("length", range(2, 15))
def test_what_the_docs_promise_about_sizes(length: int) -> None:
    name = "福州市" + "榕光显示产业园区科技创新基地"[:length] + "人才驿站"
    alone = fitted(name, Frame(50, 124, 500, 158))
    assert alone is not None
    assert alone.size >= 34
    assert len(alone.lines) == (1 if length <= 7 else 2 if length <= 11 else 3)
    body = next(place for place in sign("牌匾", TEMPLATES).places if place.holds == "正文1")
    below = fit(name, advances(name, body.face), body.frame, body.rule)
    assert below is not None
    assert below.size >= 20
    assert len(below.lines) == 1


def test_letters_are_never_narrowed_to_fit() -> None:
    assert fitted("甲" * 80, Frame(0, 0, 100, 20), Sizing(60, 5, 20)) is None
    assert fitted("") is None
