from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.documents import titles
from engine.documents import typography as t
from engine.documents.lines import MAX_SQUEEZE, NO_END, NO_START, composed
from tests.sizes import examples

LEVELS = {
    "一、结果": (1, 1, "结果"),
    "二十一、结果": (1, 21, "结果"),
    "（三）结果": (2, 3, "结果"),
    "4. 结果": (3, 4, "结果"),
    "（12）结果": (4, 12, "结果"),
    "结果": (0, 0, "结果"),
    "3.5万元": (0, 0, "3.5万元"),
}


@pytest.mark.parametrize("text", LEVELS)
def test_levels(text: str) -> None:
    assert (t.level(text), t.ordinal(text), t.unnumbered(text)) == LEVELS[text]


@given(st.integers(1, 99), st.integers(1, 4))
@settings(max_examples=examples(100))
def test_markers_read_back(number: int, level: int) -> None:
    text = t.marker(level, number) + "甲"
    assert (t.level(text), t.ordinal(text)) == (level, number)


def test_leading_number_is_closed_up() -> None:
    assert t.closed_up("1. 甲") == "1.甲"
    assert t.closed_up("无序号 甲") == "无序号 甲"


HALF = {
    "请补正,逾期": [(3, ",", "，")],
    "名称:甲": [(2, ":", "：")],
    "甲(乙)丙": [(1, "(", "（"), (3, ")", "）")],
    "结束.": [(2, ".", "。")],
    "自3.5万元起": [],
    "1.甲": [],
    "比例为12.5%，共3,000元": [],
    "甲，乙。": [],
    "，a?（": [(2, "?", "？")],
    '称"甲"': [(1, '"', "“”")],
    "甲.\n乙.丙": [(1, ".", "。"), (4, ".", "。")],
    "\U00020000,x": [(1, ",", "，")],
    "み,x": [],
}


@pytest.mark.parametrize(
    ("text", "quotes", "dashes"),
    [
        ('称"甲"', [1, 3], []),
        ('"a"', [], []),
        ("甲--乙", [], [1]),
        ("a--乙", [], [1]),
        ("a--b...c", [], []),
        ("甲...a…b……", [], [1, 5]),
    ],
)
def test_marks_of_the_keyboard_beside_chinese(text: str, quotes: list[int], dashes: list[int]) -> None:
    assert list(t.straight_quotes(text)) == quotes
    assert list(t.odd_dashes(text)) == dashes


@pytest.mark.parametrize("text", HALF)
def test_half_width(text: str) -> None:
    assert list(t.half_width(text)) == HALF[text]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("自2026年01月05日起", ["2026年01月", "月05日"]),
        ("自2026-01-05起", ["2026-01-05"]),
        ("26年1月", ["26年1月"]),
        ("２场", ["２"]),
        ("2026年1月5日", []),
        ("第12条", []),
    ],
)
def test_odd_numerals(text: str, found: list[str]) -> None:
    assert {part for _, part, _ in t.odd_numerals(text)} >= set(found[:1])
    assert bool(list(t.odd_numerals(text))) == bool(found)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("榕人社〔2026〕1号", True),
        ("榕人社〔2026〕01号", False),
        ("榕人社〔2026〕第1号", False),
        ("榕人社[2026]1号", False),
        ("榕人社〔26〕1号", False),
        ("榕人社（2026）1号", False),
    ],
)
def test_document_number(text: str, good: bool) -> None:
    assert t.is_document_number(text) is good


@pytest.mark.parametrize("text", ["请于{{ 期限 }}前", "结果None", "于待补前", "{%p if %}", "〔〕", "甲??"])
def test_leftovers_are_found(text: str) -> None:
    assert t.leftover(text)


@pytest.mark.parametrize("text", ["需要待补正的材料", "A{1}B", "None的复数形式Nones", "是否属实？"])
def test_no_leftover(text: str) -> None:
    assert t.leftover(text.replace("None的复数形式", "")) == ""


def test_values_on_one_line() -> None:
    assert t.one_line(" 甲\n乙\tA\n\nB ") == "甲乙 A B"


# ---- titles ----

WHOLE = "福州市鼓楼区软件行业协会"
TITLES = [
    ("关于公示名单的公告", (), ("关于公示名单的公告",)),
    (f"关于认定{WHOLE}为示范门店的通知", (WHOLE,), (f"关于认定{WHOLE}", "为示范门店的通知")),
    (
        "关于责令福州某某创业服务有限公司限期整改的通知",
        ("福州某某创业服务有限公司",),
        ("关于责令福州某某创业服务有限公司", "限期整改的通知"),
    ),
]


@pytest.mark.parametrize(("title", "whole", "lines"), TITLES)
def test_titles_break_by_meaning(title: str, whole: tuple[str, ...], lines: tuple[str, ...]) -> None:
    assert titles.broken(title, whole) == lines


@given(st.text("关于认定的通知（一）、2026A", min_size=1, max_size=70))
@settings(max_examples=examples(150))
def test_title_lines_fit_and_lose_nothing(title: str) -> None:
    lines = titles.broken(title)
    assert "".join(lines) == title
    assert len(lines) == 1 or all(t.columns(line) <= titles.LINE for line in lines)
    if len(lines) > 1:
        assert not any(line[0] in "、）" for line in lines[1:])


# ---- body lines ----

BODY = st.text("甲乙丙，。（）“”、；2026a.", min_size=1, max_size=150)


@given(BODY)
@settings(max_examples=examples(200))
def test_lines_lose_nothing_and_fit(text: str) -> None:
    widths = [0.5 if c.isascii() else 1.0 for c in text]
    lines = composed(text, widths)
    assert "".join(line.text for line in lines) == text
    for place, line in enumerate(lines):
        natural = sum(0.5 if c.isascii() else 1.0 for c in line.text)
        room = 26 if place == 0 else 28
        assert natural + line.spacing * (len(line.text) - 1) <= room + 1e-6
        assert line.spacing >= -MAX_SQUEEZE - 1e-9


def test_punctuation_at_line_edges() -> None:
    text = "甲" * 25 + "，乙丙（" + "丁" * 30 + "）。" + "戊" * 27
    lines = composed(text, [1.0] * len(text))
    assert all(line.text[0] not in NO_START and line.text[-1] not in NO_END for line in lines)
    drawn = "甲" * 26 + "，" + "乙" * 10
    first = composed(drawn, [1.0] * len(drawn))[0]
    assert first.text == "甲" * 26 + "，"
    assert first.spacing == pytest.approx(-1 / 26)


def test_numbers_stay_with_their_unit() -> None:
    text = "甲" * 25 + "2026年1月5日起"
    lines = composed(text, [0.5 if c.isascii() else 1.0 for c in text])
    assert [line.text for line in lines] == ["甲" * 25, "2026年1月5日起"]
    assert lines[0].spacing == pytest.approx(1 / 24)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("材料不全,请补充", "材料不全，请补充"),
        ("甲公司(福建)", "甲公司（福建）"),
        ("甲公司(福建", "甲公司(福建"),
        ("比为3:1，见A,B", "比为3:1，见A,B"),
        ("已核实.", "已核实。"),
        ("v1.2版", "v1.2版"),
    ],
)
def test_punctuation_of_values_is_made_full_width(text: str, expected: str) -> None:
    assert t.full_width(text) == expected
    assert t.full_width(expected) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("≈7.1833分", "约7.1833分"),
        ("≈5.7467分、≈0.005分", "约5.7467分、约0.005分"),
        ("≈66.6667%", "约66.6667%"),
        ("≈7.999996家，少于8家", "约7.999996家，少于8家"),
        ("7.18分", "7.18分"),
    ],
)
def test_unending_numbers(text: str, expected: str) -> None:
    assert t.about(text) == expected


@pytest.mark.parametrize(
    "title",
    [
        "关于报送2025年总结和下一年度工作计划的通知",
        "关于印发《人才驿站管理办法》和考核评分标准的通知",
        "关于认定“马尾海洋装备产业驿站”的通知书",
    ],
)
def test_no_line_of_a_title_ends_within_a_quotation_or_in_a_word_that_joins(title: str) -> None:
    for line in titles.broken(title):
        assert line[-1] not in "和与及的"
        assert all(line.count(left) == line.count(right) for left, right in ("“”", "《》"))


@pytest.mark.parametrize(
    ("lines", "names", "torn"),
    [
        (("关于认定福州某某商贸有限", "公司为示范门店的通知"), ("福州某某商贸有限公司",), ["福州某某商贸有限公司"]),
        (("关于认定福州某某商贸有限公司", "为示范门店的通知"), ("福州某某商贸有限公司",), []),
        (("关于印发《示范门店管", "理办法》的通知"), (), ["《示范门店管理办法》"]),
        (("关于认定甲为“示范", "门店”的通知"), ("示范门店",), ["示范门店", "“示范门店”"]),
        (
            ("关于认定福州某某商贸有限公司福州东街口", "分店的通知"),
            ("福州某某商贸有限公司福州东街口分公司第二门店",),
            [],
        ),
    ],
)
def test_a_title_torn_inside_a_name_is_told(lines: tuple[str, ...], names: tuple[str, ...], torn: list[str]) -> None:
    assert list(titles.torn(lines, names)) == torn


def test_a_name_that_fits_on_a_line_gets_a_line_more() -> None:
    name = "福州市某某区某某创新创业服务中心有限"
    assert titles.broken(f"关于认定{name}为门店的通知", [name]) == ("关于认定", name, "为门店的通知")
