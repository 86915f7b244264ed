"""Display width, wrapping, escapes, nearest names."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import wcwidth

from engine.base.text import (
    HIDDEN,
    NUMERALS,
    chinese,
    clip,
    date_written,
    find_hidden,
    hidden_name,
    nearest,
    numeral,
    pad,
    visible,
    width,
    wrap,
)
from tests.sizes import examples

CLOSING = "，。；：！？）》」、"
OPENING = "（《「"
PROSE = st.text(st.sampled_from("规矩台账12 ab，。；（）《》「」、x-"), max_size=60)


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", 0), ("abc", 3), ("规矩", 4), ("a规b", 4), ("（）", 4), ("e\u0301", 1), ("“甲”", 4), ("😀", 2), ("✓", 1)],
)
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


@given(st.text(max_size=20))
@settings(max_examples=examples(200))
def test_width_agrees_with_wcwidth(text: str) -> None:
    assert width(text) == sum(max(0, wcwidth(char)) for char in text)


@given(PROSE, st.integers(8, 30))
@settings(max_examples=examples(200))
def test_wrap_keeps_the_text_the_width_and_kinsoku(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line) <= columns for line in lines)


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("一二三，四五", 6, ["一二", "三，四", "五"]),
        ("一二（三四）", 6, ["一二", "（三", "四）"]),
        ("使用 guiju check 检查", 10, ["使用 guiju", "check 检查"]),
        ("abcdefghijkl", 5, ["abcde", "fghij", "kl"]),
        ("甲\n乙", 10, ["甲", "乙"]),
        ("", 10, [""]),
    ],
)
def test_wrap(text: str, columns: int, lines: list[str]) -> None:
    assert wrap(text, columns) == lines


def test_wrap_indents() -> None:
    assert wrap("一二三四五六", 8, indent="- ", hanging="  ") == ["- 一二三", "  四五六"]


@given(PROSE)
@settings(max_examples=examples(200))
def test_no_line_starts_with_closing_or_ends_with_opening_punctuation(text: str) -> None:
    runs = any(a in CLOSING + OPENING and b in CLOSING + OPENING for a, b in itertools.pairwise(text))
    lines = wrap(text, 24)
    if not runs:  # a pile of punctuation wider than a line must be cut somewhere
        assert not any(line[:1] in CLOSING for line in lines[1:] if line)
        assert not any(line[-1:] in OPENING for line in lines[:-1] if line)


@pytest.mark.parametrize(
    "text", ["-2a  ）11（a1ax-2（22（ 2（ （a1 a2bax1，", "（ 1xx （ ax 1a（-a）a ，1 ）1） -x（a，-b（  ab"]
)
def test_a_space_after_an_opening_bracket_is_no_place_to_break(text: str) -> None:
    assert not any(line[-1:] in OPENING for line in wrap(text, 24)[:-1])


def test_pad_and_clip() -> None:
    assert pad("规", 4) == "规  "
    assert pad("规", 4, ">") == "  规"
    assert pad("规", 4, "^") == " 规 "
    assert pad("规矩", 3) == "规矩"
    assert clip("规矩方圆", 5) == "规矩…"
    assert clip("规矩", 4) == "规矩"


def test_hidden_characters_are_found_named_and_escaped() -> None:
    assert find_hidden("规矩\t\n") is None
    assert find_hidden("规\u202e矩") == (1, "U+202E（从右到左覆盖）")
    assert hidden_name("\x01") == "U+0001（控制字符）"
    assert visible("a\x1b[31m\u202e\U000e0001\n") == "a\\x1b[31m\\u202e\\U000e0001\\n"


@given(st.text(max_size=30))
@settings(max_examples=examples(200))
def test_visible_text_holds_nothing_hidden(text: str) -> None:
    assert HIDDEN.search(visible(text)) is None
    assert "\n" not in visible(text)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("年度活动场数", "年度活动场次"),
        ("年度活动场次", "年度活动场次"),
        ("独立场所", "独立场地"),
        ("zzz", None),
        ("", None),
    ],
)
def test_nearest(name: str, found: str | None) -> None:
    assert nearest(name, ["独立场地", "年度活动场次", "年度服务人次"]) == found


@pytest.mark.parametrize(
    ("written", "known"),
    [
        # the other way round
        ("年前", "年后"),
        ("日前", "日后"),
        ("月末", "月初"),
        ("活动场次上限", "活动场次下限"),
        ("最早届满日", "最晚届满日"),
        ("起始日期", "截止日期"),
        ("增加人数", "减少人数"),
        # with and without a negation
        ("推荐", "不予推荐"),
        ("不予认定", "予以认定"),
        ("不合格", "合格"),
        ("未填", "已填"),
        ("无异议", "有异议"),
        ("非营利", "营利"),
        # another number
        ("第四条第（三）项", "第四条第（二）项"),
        ("第四条第（三）项", "第五条第（三）项"),
        ("第四条第三款", "第四条第（三）项"),
        ("第十四条", "第四条"),
        ("Q99", "Q09"),
        ("E20", "E203"),
        ("2026年活动", "2025年活动"),
    ],
)
def test_what_means_something_else_is_never_offered(written: str, known: str) -> None:
    """Whoever follows the advice would write the opposite, or cite another provision, and nothing would tell him."""
    assert nearest(written, [known]) is None
    assert nearest(known, [written]) is None
    assert nearest(written, [known, written + "的"]) == written + "的"


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("第七条第六项", "第七条第（六）项"),
        ("第一套", "第一条"),
        ("第十三条", "第十三条"),
        ("Q2", "Q02"),
        ("不与认定", "不予认定"),
        ("活动场次下线", "活动场次下限"),
        ("独立场低", "独立场地"),
    ],
)
def test_a_slip_of_the_pen_is_still_put_right(written: str, known: str) -> None:
    assert nearest(written, [known]) == known


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026年1月5日", "2026-01-05"),
        ("2026.1.5", "2026-01-05"),
        ("2026/01/05", "2026-01-05"),
        ("2026-1-5", "2026-01-05"),
        ("２０２６年１月５日", "2026-01-05"),
        ("20260105", "2026-01-05"),
        ("2026.2.30", None),
        ("2026.13.1", None),
        ("26.1.5", None),
        ("2026年1月", None),
        ("", None),
    ],
)
def test_days_as_people_write_them(text: str, day: str | None) -> None:
    assert date_written(text) == day


@pytest.mark.parametrize("text", ["", "十一二", "百", "一一百", "二十零五", "一百五", "甲", "12", "十百"])
def test_what_is_no_numeral(text: str) -> None:
    assert numeral(text) is None


@pytest.mark.parametrize(("text", "value"), [("两", 2), ("两百", 200), ("二〇二六", 2026), ("零", 0), ("〇", 0)])
def test_numerals_said_otherwise(text: str, value: int) -> None:
    assert numeral(text) == value


SPOKEN = {
    1: "一",
    10: "十",
    12: "十二",
    20: "二十",
    99: "九十九",
    100: "一百",
    101: "一百零一",
    110: "一百一十",
    111: "一百一十一",
    200: "二百",
    1001: "一千零一",
    1010: "一千零一十",
    1100: "一千一百",
    2026: "二千零二十六",
    10000: "10000",
    0: "0",
}


@pytest.mark.parametrize(("number", "said"), SPOKEN.items())
def test_chinese_numerals(number: int, said: str) -> None:
    assert chinese(number) == said


def test_chinese_numerals_tell_every_number_apart_and_read_back() -> None:
    units = {"十": 10, "百": 100, "千": 1000}
    for number in range(1, 10_000):
        value = digit = 0
        for char in chinese(number):
            if char in units:
                value, digit = value + (digit or 1) * units[char], 0
            else:
                digit = NUMERALS.index(char)
        assert value + digit == number
