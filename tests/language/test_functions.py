"""Every row of the function table: what sentences mean, by a table of sentences, facts and values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.language.functions import ROWS, TOPICS, Function
from engine.language.lexer import OPERATORS, lex
from engine.language.make import AS_MONTHS
from engine.language.tree import Call, Name
from engine.language.walk import nodes
from tests.worlds.sentences import LEXICON, TABLES, attempt, evaluate, source, typed

LINES = [
    tuple(cell.strip() for cell in line.split(" |"))
    for line in (Path(__file__).parent / "functions.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
MEANING = [line for line in LINES if line[2] != "错误"]
REFUSED = [line[0] for line in LINES if line[2] == "错误"]


def value_of(text: str) -> Any:
    if text in TABLES:
        return TABLES[text]
    if text in ("未知", "不适用"):
        return None if text == "未知" else text
    node, _ = attempt(text)
    return node.name if isinstance(node, Name) else evaluate(text, {})


def facts_of(text: str) -> dict[str, Any]:
    pairs = (pair.split("=", 1) for pair in text.split("，") if pair)
    return {name: value_of(value) for name, value in pairs}


@pytest.mark.parametrize(("text", "facts", "value"), MEANING)
def test_sentence_has_the_value(text: str, facts: str, value: str) -> None:
    result = evaluate(text, facts_of(facts))
    expected = value_of(value)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize("text", REFUSED)
def test_sentence_is_refused(text: str) -> None:
    assert attempt(text)[1]


def test_every_row_has_a_data_line() -> None:
    used = {call.function for text, _, _ in MEANING for call in nodes(typed(text)) if isinstance(call, Call)}
    assert used - {AS_MONTHS} == {row.name for row in ROWS}


def test_every_infix_and_postfix_word_has_a_data_line() -> None:
    used = {token[1] for text, _, _ in LINES for token in lex(source(text), LEXICON)[0]}
    ascii_twins = {"＞=", "≧", "≦", "＜=", "＞", "＜", "＝", "！=", "＋", "－", "＊", "／"}
    synonyms = {"真", "假"}
    assert used >= OPERATORS - ascii_twins - synonyms


@pytest.mark.parametrize("word", ["＞=", "≧", "≦", "＜=", "＞", "＜", "＝", "！="])
def test_full_width_symbols_compare(word: str) -> None:
    assert isinstance(typed(f"人数{word}3人"), Call)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row_explains_itself_by_an_example_that_checks(row: Function) -> None:
    calls = [node.function for node in nodes(typed(row.example)) if isinstance(node, Call)]
    assert row.name in calls or row.example.startswith("-")
    assert row.help
    assert row.topic in TOPICS
