"""Cells, literals, templates, collisions, and the printer."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from fractions import Fraction

import pytest

from engine.base.units import Unit, base
from engine.language.check import check
from engine.language.lexer import collisions, names_of
from engine.language.parser import parse_cell, parse_expression, parse_literal
from engine.language.printer import print_node, show_value
from engine.language.tree import BOOL, Name, Scope, Symbol, Type, Value
from engine.language.wording import parse_template
from tests.worlds.sentences import LEXICON, SCOPE, TABLES, attempt, number, source, typed, underlined


@pytest.mark.parametrize(
    ("subject", "cell", "sentence"),
    [
        ("人数", "不少于5人", "人数不少于5人"),
        ("人数", "5人以上且不满10人", "人数不少于5人，且人数少于10人"),
        ("人数", "5人", "人数为5人"),
        ("人数", "活动场次下限×2", "人数为活动场次下限×2"),
        ("人数", "5人以下或超过10人", "人数不超过5人，或人数超过10人"),
        ("人数", "（不少于5人且不满10人）或12人", "（人数不少于5人，且人数少于10人），或人数为12人"),
        ("人数", "（3+2）×2人", "人数为（3+2）×2人"),
        ("人数", "5人或（6人+1人）", "人数为5人，或人数为6人+1人"),
        ("人数", "若独立场地则5人否则6人", "若独立场地，则人数为5人，否则人数为6人"),
        ("人数", "任意", "任意"),
        ("人数", "其他", "其他"),
        ("机构类型", "其他", "机构类型为其他"),
        ("项目级别", "国家级", "项目级别为国家级"),
        ("项目级别", "［国家级、省级］", "项目级别属于［国家级、省级］"),
        ("项目级别", "不属于［国家级、省级］", "项目级别不属于［国家级、省级］"),
        ("独立场地", "是", "独立场地为是"),
        ("人数", "独立场地且不少于5人", "人数为独立场地，且人数不少于5人"),
        ("人数", "已填（成立日期）且不少于5人", "已填（成立日期），且人数不少于5人"),
        ("人数", "活动场次不少于3场", "活动场次不少于3场"),
    ],
)
def test_cell_is_a_sentence_about_the_head_of_its_column(subject: str, cell: str, sentence: str) -> None:
    node, problems = parse_cell(source(cell), LEXICON, Name(subject))
    assert node is not None
    assert (print_node(node), problems) == (sentence, [])


@pytest.mark.parametrize(("cell", "code"), [("", "E204"), ("国家", "E201"), ("［国家级", "E205"), ("不少于", "E204")])
def test_unreadable_cell_is_a_problem(cell: str, code: str) -> None:
    node, problems = parse_cell(source(cell), LEXICON, Name("项目级别"))
    assert node is None
    assert [p.code for p in problems] == [code]


def test_wrong_unit_in_a_cell_underlines_the_cell() -> None:
    node, _ = parse_cell(source("不少于5场"), LEXICON, Name("人数"))
    assert node is not None
    (problem,) = check(node, SCOPE)[1]
    assert (problem.code, underlined("不少于5场", problem)) == ("E203", "不少于5场")


@pytest.mark.parametrize(
    ("text", "value", "type_"),
    [
        ("12场", Decimal(12), number("场")),
        ("50万元", Decimal(500000), number("元")),
        ("0.5亿元", Decimal(50000000), number("元")),
        ("85%", Decimal("0.85"), number()),
        ("-3", Decimal(-3), number()),
        ("15个工作日", Decimal(15), number("工作日")),
        ("6个月", Decimal(6), number("月")),
        ("2026年1月15日", date(2026, 1, 15), Type("date")),
        ("2026-01-15", date(2026, 1, 15), Type("date")),
        ("09:30", time(9, 30), Type("time")),
        ("是", True, BOOL),
        ("假", False, BOOL),
        ("“文字”", "文字", Type("text")),
    ],
)
def test_literal(text: str, value: Value, type_: Type) -> None:
    node, problems = parse_literal(source(text), LEXICON)
    assert not problems
    assert (getattr(node, "value", None), getattr(node, "type", None)) == (value, type_)


@pytest.mark.parametrize(
    ("sentence", "word"),
    [
        ("人数大于等于3人", "不少于"),
        ("人数高于等于3人", "不少于"),
        ("人数小于等于3人", "不超过"),
        ("人数少于等于3人", "不超过"),
    ],
)
def test_or_equal_said_in_two_words_is_told_the_one(sentence: str, word: str) -> None:
    (problem,) = parse_expression(source(sentence), LEXICON)[1]
    assert (problem.code, problem.help) == ("E204", f"连着写作 `{word}`")
    assert parse_expression(source(sentence.replace(sentence[2:6], word)), LEXICON)[1] == []


def test_literal_may_be_a_member_and_nothing_else() -> None:
    assert parse_literal(source("行业型"), LEXICON)[0] == Name("行业型")
    for text in ("人数", "1+2", "较大（1，2）"):
        assert [p.code for p in parse_literal(source(text), LEXICON)[1]] == ["E204"]


def test_template() -> None:
    text = "举办{活动场次}，低于{活动场次下限}；{{原样}}{ 人数 + 1人 }"
    parts, problems = parse_template(source(text), LEXICON)
    assert not problems
    assert [p if isinstance(p, str) else print_node(p) for p in parts] == [
        "举办", "活动场次", "，低于", "活动场次下限", "；{原样}", "人数+1人",
    ]  # fmt: skip
    assert parse_template(source("只有文字"), LEXICON) == (("只有文字",), [])
    assert parse_template(source(""), LEXICON) == ((), [])


@pytest.mark.parametrize(
    ("text", "code", "under"),
    [
        ("举办{活动场", "E213", "{"),
        ("举办}次", "E213", "}"),
        ("举办｛活动场次｝次", "E213", "｛活动场次｝"),
        ("举办{活动场次｝次", "E213", "{活动场次｝"),
        ("举办｛活动场次}次", "E213", "｛活动场次}"),
        ("举办{}次", "E213", "{}"),
        ("举办{ {活动场次} }", "E213", "{ {活动场次}"),
        ("举办{活动场}次", "E201", "活动场"),
        ("零宽\u200b", "E206", "\u200b"),
    ],
)
def test_broken_template(text: str, code: str, under: str) -> None:
    _, problems = parse_template(source(text), LEXICON)
    assert (problems[0].code, underlined(text, problems[0])) == (code, under)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("人数 >= 3人 并且 ( 独立场地 或者 已签租约 )", "人数不少于3人，且（独立场地或已签租约）"),
        ("独立场地且已签租约且（独立场地且已签租约）", "独立场地，且已签租约，且（独立场地且已签租约）"),
        ("独立场地且已签租约或人数不少于3人", "（独立场地且已签租约），或人数不少于3人"),
        ("成立日期≥送达日", "成立日期不早于送达日"),
        ("成立日期为送达日", "成立日期为送达日"),
        ("线上人次-（线下人次-1人次）-2人次", "线上人次−（线下人次−1人次）−2人次"),
        ("（线上人次+线下人次）×2", "（线上人次+线下人次）×2"),
        ("-（3）", "-（3）"),
        ("若独立场地为否则是否则否", "若独立场地为否，则是，否则否"),
        ('单位名称为"引”号"', '单位名称为"引”号"'),
        (
            "逐月最少(活动台账.活动日期,2026-01-01,2026-12-31,已核实)",
            "逐月最少（活动台账.活动日期，2026-01-01，2026-12-31，已核实）",
        ),
    ],
)
def test_printed_sentence(text: str, printed: str) -> None:
    if text == "若独立场地为否则是否则否":  # 否则 wins over 否 + 则, so this must be written with a comma
        assert attempt(text)[1]
        text = printed
    assert print_node(typed(text)) == printed
    assert typed(printed) == typed(text)


@pytest.mark.parametrize(
    ("value", "type_", "unit", "shown"),
    [
        (None, None, None, "未知"),
        (True, BOOL, None, "是"),
        (False, BOOL, None, "否"),
        (Decimal(12), number("场"), base("场"), "12场"),
        (Decimal("12.50"), number("场"), None, "12.5场"),
        (Decimal(500000), number("元"), Unit("万元", (("元", 1),), Decimal(10000)), "50万元"),
        (Decimal("0.85"), number(), Unit("%", (), Decimal("0.01")), "85%"),
        (Fraction(1, 3), number(), None, "≈0.3333"),
        (Fraction(23999999, 3000000), number(), None, "≈7.9999997"),
        (Fraction(100000, 3), number("元"), Unit("万元", (("元", 1),), Decimal(10000)), "≈3.3333万元"),
        (date(2026, 1, 5), None, None, "2026年1月5日"),
        (time(9, 5), None, None, "09:05"),
        ("行业型", None, None, "行业型"),
        (("甲", "乙"), None, None, "甲、乙"),
        (TABLES["三条"], None, None, "3条记录"),
    ],
)
def test_shown_value(value: Value, type_: Type | None, unit: Unit | None, shown: str) -> None:
    assert show_value(value, type_, unit) == shown


@pytest.mark.parametrize(
    ("text", "expected", "codes"),
    [
        ("计数（活动台账）", number("场"), []),
        ("计数（活动台账）", number(), []),
        ("活动场次", number("人"), ["E203"]),
        ("活动场次", number(), ["E203"]),
        ("12", number("场"), ["E203"]),
        ("活动场次", BOOL, ["E202"]),
        ("若独立场地则综合型否则行业型", Type("enum", name="机构类型项"), []),
        ("综合型", Type("enum", name="级别项"), []),
        ("成立日期", Type("any"), []),
    ],
)
def test_expected_type(text: str, expected: Type, codes: list[str]) -> None:
    node, problems = attempt(text, expected)
    assert [p.code for p in problems] == codes
    assert node is not None
    assert problems or expected.kind == "any" or node.type == expected


def test_a_count_alone_has_no_unit() -> None:
    assert typed("计数（活动台账）").type == number()


def test_collisions() -> None:
    names = ["且", "营利", "非营利", "人数", "人数不足", "服务满意度", "人数为营利", "年度"]
    scope = Scope(symbols={name: Symbol(name, "fact", BOOL) for name in names})
    assert [name for name, _ in collisions(names_of(scope))] == ["且", "非营利", "人数不足", "人数为营利"]


def test_a_name_may_equal_a_word_of_call_form() -> None:
    scope = Scope(
        symbols={"年度": Symbol("年度", "fact", number("年")), "送达日": Symbol("送达日", "fact", Type("date"))}
    )
    from engine.language.lexer import Lexicon
    from engine.language.parser import parse_expression

    node, problems = parse_expression(source("年度（送达日）为年度"), Lexicon(scope))
    assert not problems
    assert node is not None
    assert check(node, scope)[1] == []
