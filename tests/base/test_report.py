"""Problems as text, JSON and GitHub annotations."""

from __future__ import annotations

import json

import pytest

from engine.base.problem import Cell, Problem, Span
from engine.base.report import MAX_SOURCE_COLUMNS, count_line, render_github, render_json, render_text
from engine.base.text import width

SOURCE = "准则:\n  - 名称: 规模\n    要求: 年度服务人次不少于12场\n"
UNIT = Problem(
    "E203",
    "单位不符：`年度服务人次`（人次）不能与 `12场` 比较",
    Span("rules/eligibility.yaml", 3, 9, 3, 21),
    help="写作 `300人次`，或改用 `年度活动场次`",
    clause="第七条第（六）项",
)
CELL = Problem("W541", "不认识的列 `参加人`，没有读取", Cell("台账.xlsx", "D7"), help="是否想写 `参加人数`？")


def test_text_is_the_documented_style() -> None:
    assert render_text([UNIT, CELL], {"rules/eligibility.yaml": SOURCE}) == (
        "错误[E203] 单位不符：`年度服务人次`（人次）不能与 `12场` 比较\n"
        "  --> rules/eligibility.yaml:3:9   第七条第（六）项\n"
        "    3 |     要求: 年度服务人次不少于12场\n"
        "      |           ^^^^^^^^^^^^^^^^^^^^^^\n"
        "   = 建议：写作 `300人次`，或改用 `年度活动场次`\n"
        "\n"
        "警告[W541] 不认识的列 `参加人`，没有读取\n"
        "  --> 台账.xlsx!D7\n"
        "   = 建议：是否想写 `参加人数`？\n"
        "\n"
        "共 1 个错误、1 个警告。\n"
    )


def test_a_problem_that_stands_nowhere_names_its_clause_alone() -> None:
    assert render_text([Problem("E850", "尚不能发生", clause="第九条")], {}).splitlines()[:2] == [
        "错误[E850] 尚不能发生",
        "   = 条款：第九条",
    ]


@pytest.mark.parametrize(
    ("source", "span", "quoted", "carets"),
    [
        ("甲乙丙", (1, 2, 1, 3), "甲乙丙", "  ^^"),
        ("a: b", (1, 4, 1, 4), "a: b", "   ^"),
        ("\ta", (1, 2, 1, 3), "    a", "    ^"),
        ("a\x1bb", (1, 2, 1, 3), "a\\x1bb", " ^^^^"),
        ("ab\u202ec", (1, 4, 1, 5), "ab\\u202ec", "        ^"),
        ("甲乙\n丙", (1, 2, 2, 1), "甲乙", "  ^^"),
        ("甲", (1, 9, 1, 12), "甲", "  ^"),
        ("a\r\nb", (1, 1, 1, 2), "a", "^"),
    ],
)
def test_the_caret_stands_under_what_it_means(
    source: str, span: tuple[int, int, int, int], quoted: str, carets: str
) -> None:
    lines = render_text([Problem("E110", "错", Span("f", *span))], {"f": source}).split("\n")
    assert lines[2] == f"    1 | {quoted}"
    assert lines[3] == f"      | {carets}"


@pytest.mark.parametrize("column", [1, 200, 399])
def test_a_long_line_is_shown_around_the_caret(column: int) -> None:
    source = "字" * 199 + "错" + "字" * 199
    at = min(column, 399)
    lines = render_text([Problem("E110", "错", Span("f", 1, at, 1, at + 1))], {"f": source}).split("\n")
    shown, carets = lines[2][8:], lines[3][8:]
    assert width(shown) <= MAX_SOURCE_COLUMNS
    before, seen = "", iter(shown)
    while width(before) < width(carets) - 2:
        before += next(seen)
    assert next(seen) == source[at - 1]
    assert carets.endswith(" ^^") or carets == "^^"


def test_messages_never_reach_the_terminal_raw() -> None:
    text = render_text(
        [Problem("E501", "没有 `\x1b[2J\u202e`", Cell("a\x07.xlsx", "A1"), help="\x1b]0;x\x07", clause="\x9b")]
    )
    assert not any((ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or c == "\u202e" for c in text)


def test_many_problems_about_cells_of_one_kind_are_told_once() -> None:
    wide = [Problem("W522", f"全角 `{n}`", Cell("甲.xlsx", f"E{n}"), help="改成规范写法") for n in range(4, 9)]
    other = [Problem("W522", "全角 `九`", Cell("乙.xlsx", "E9"), help="改成规范写法"), CELL, CELL, UNIT, UNIT, UNIT]
    text = render_text([wide[0], CELL, *wide[1:], *other])
    assert "全角 `4`\n  --> 甲.xlsx!E4\n   = 建议：改成规范写法\n   另有 5 处：E5、E6、E7、E8、乙.xlsx!E9\n\n" in text
    assert (text.count("[W522]"), text.count("[W541]"), text.count("[E203]")) == (1, 1, 3)
    assert "另有 2 处：D7、D7" in text
    assert text.endswith("共 3 个错误、9 个警告。\n")
    errors = [Problem("E513", f"`{n}` 不是日期", Cell("甲.xlsx", f"B{n}"), help="写作") for n in range(1, 70)]
    many = render_text(errors)
    assert (many.count("[E513]"), "另有 68 处" in many, "B51……" in many, "B52" in many) == (1, True, True, False)
    twice = render_text(wide[:2])
    assert (twice.count("[W522]"), "另有" in twice) == (2, False)


def test_missing_source_place_and_problems() -> None:
    assert render_text([]) == ""
    assert render_text([Problem("R301", "待议")]) == "待议[R301] 待议\n\n共 1 个待议。\n"
    assert render_text([Problem("E110", "错", Span("f", 9, 1, 9, 2))], {"f": "a"}).startswith(
        "错误[E110] 错\n  --> f:9:1\n\n"
    )
    assert count_line([]) == "没有发现问题。"


def test_colour_only_on_request() -> None:
    assert "\x1b[31m错误[E203]\x1b[0m" in render_text([UNIT], color=True)
    assert "\x1b" not in render_text([UNIT])


def test_json() -> None:
    assert json.loads(json.dumps(render_json([UNIT, CELL, Problem("R301", "待议")]))) == [
        {
            "code": "E203",
            "severity": "error",
            "message": UNIT.message,
            "file": "rules/eligibility.yaml",
            "line": 3,
            "column": 9,
            "end_line": 3,
            "end_column": 21,
            "clause": "第七条第（六）项",
            "help": UNIT.help,
        },
        {
            "code": "W541",
            "severity": "warning",
            "message": CELL.message,
            "file": "台账.xlsx",
            "cell": "D7",
            "clause": None,
            "help": CELL.help,
        },
        {"code": "R301", "severity": "review", "message": "待议", "file": None, "clause": None, "help": None},
    ]


def test_github() -> None:
    assert render_github([UNIT, CELL, Problem("R301", "100%\n::error::x")]) == (
        "::error file=rules/eligibility.yaml,line=3,endLine=3,col=9,endColumn=21::E203 "
        "单位不符：`年度服务人次`（人次）不能与 `12场` 比较（第七条第（六）项）%0A建议：写作 `300人次`，或改用 `年度活动场次`\n"
        "::warning file=台账.xlsx::W541 D7 不认识的列 `参加人`，没有读取%0A建议：是否想写 `参加人数`？\n"
        "::notice::R301 100%25%0A::error::x\n"
    )
    assert "file=a%3Ab%2Cc" in render_github([Problem("E101", "错", Cell("a:b,c", "A1"))])
