"""What a wrong sentence is told: the code, the underlined text, the suggestion."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.base.codes.h2 import CODES
from tests.worlds.sentences import attempt, underlined

LINES = [
    tuple(cell.strip() for cell in line.split(" |"))
    for line in (Path(__file__).parent / "errors.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("text", "code", "under", "help_"), LINES)
def test_error(text: str, code: str, under: str, help_: str) -> None:
    _, problems = attempt(text)
    assert [(p.code, underlined(text, p)) for p in problems] == [(code, under)]
    assert not help_ or problems[0].help == help_


@pytest.mark.parametrize("text", [line[0] for line in LINES])
def test_message_is_one_line_quoting_the_text(text: str) -> None:
    for problem in attempt(text)[1]:
        assert "`" in problem.message
        assert "\n" not in problem.message
        assert problem.code in CODES


def test_unit_message_is_the_one_of_the_design() -> None:
    (problem,) = attempt("线上人次不少于12场")[1]
    assert problem.message == "单位不符：`线上人次`（人次）不能与 `12场` 比较"
    assert problem.help == "写作 `12人次`，或改用 `活动场次`"


@pytest.mark.parametrize(
    ("text", "name"),
    [("人数\u200b不少于3人", "零宽空格"), ("人数不少于3人\u202e", "从右到左覆盖"), ("单位名称包含“\x1b”", "终端")],
)
def test_hidden_characters_are_named(text: str, name: str) -> None:
    (problem,) = attempt(text)[1]
    assert problem.code == "E206"
    assert name in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "（" * 70 + "独立场地" + "）" * 70,
        "非" * 70 + "独立场地",
        "-" * 70 + "3",
        "若独立场地则" * 70 + "是",
        "较大（" * 70 + "1",
        "+".join(["1"] * 70),
        "且".join(["独立场地"] * 1001),
    ],
    ids=["brackets", "not", "minus", "if", "calls", "sum", "tokens"],
)
def test_deep_and_long_sentences_are_refused(text: str) -> None:
    assert [p.code for p in attempt(text)[1]] == ["E207"]


def test_long_flat_sentences_are_fine() -> None:
    assert attempt("且".join(["独立场地"] * 900))[1] == []


def test_several_mistakes_are_reported_at_once() -> None:
    codes = [p.code for p in attempt("人数不少于3场且成立日期早于3人且活动日期早于送达日")[1]]
    assert codes == ["E203", "E202", "E211"]


def test_the_catalogue_has_the_codes_that_are_given() -> None:
    package = Path(__file__).resolve().parents[2] / "engine" / "language"
    given = {
        code for path in package.glob("*.py") for code in re.findall(r'"(E\d{3})"', path.read_text(encoding="utf-8"))
    }
    assert given == set(CODES)
