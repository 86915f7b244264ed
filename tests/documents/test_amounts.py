"""Sums in capitals against a reader that knows only what the words mean, and against sums written by hand."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.capitals import LIMIT, capital, capital_of
from tests.sizes import examples

VALUES = {word: value for value, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}
SECTIONS = {"亿": 10**8, "万": 10**4, "元": 1}
CENTS = {"角": 10, "分": 1}


def read(text: str) -> Decimal:
    """The sum a text means, word by word: a digit is kept, a unit takes it, a section closes what was collected."""
    total = section = cents = digit = 0
    for word in text.removeprefix("人民币").removesuffix("整"):
        if word in VALUES:
            digit = VALUES[word]
        elif word in UNITS:
            section, digit = section + digit * UNITS[word], 0
        elif word in SECTIONS:
            total, section, digit = total + (section + digit) * SECTIONS[word], 0, 0
        else:
            cents, digit = cents + digit * CENTS[word], 0
    return Decimal(total) + Decimal(cents) / 100


SUMS = [
    ("50000", "人民币伍万元整"),
    ("0", "人民币零元整"),
    ("0.05", "人民币伍分"),
    ("0.50", "人民币伍角整"),
    ("10", "人民币壹拾元整"),
    ("15", "人民币壹拾伍元整"),
    ("1409.50", "人民币壹仟肆佰零玖元伍角整"),
    ("6007.14", "人民币陆仟零柒元壹角肆分"),
    ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
    ("325.04", "人民币叁佰贰拾伍元零肆分"),
    ("105000", "人民币壹拾万伍仟元整"),
    ("100500", "人民币壹拾万零伍佰元整"),
    ("1000000", "人民币壹佰万元整"),
    ("10000001", "人民币壹仟万零壹元整"),
    ("100000000", "人民币壹亿元整"),
    ("100010000", "人民币壹亿零壹万元整"),
    ("100000001", "人民币壹亿零壹元整"),
    ("999999999999.99", "人民币玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
]


@pytest.mark.parametrize(("figure", "words"), SUMS)
def test_sums_written_by_hand(figure: str, words: str) -> None:
    assert capital(Decimal(figure)) == words
    assert read(words) == Decimal(figure)


cents = st.one_of(
    st.integers(0, LIMIT * 100 - 1),
    # Sums with gaps: few digits that are not nought.
    st.lists(st.tuples(st.integers(0, 13), st.integers(1, 9)), max_size=4).map(
        lambda digits: sum({place: digit * 10**place for place, digit in digits}.values())
    ),
)


@settings(max_examples=examples(200))
@given(cents)
def test_the_words_mean_the_sum(fen: int) -> None:
    words = capital(Decimal(fen) / 100)
    assert read(words) == Decimal(fen) / 100
    assert words.endswith("整") == (fen % 10 == 0)


@settings(max_examples=examples(200))
@given(cents)
def test_noughts_are_written_once_and_only_between(fen: int) -> None:
    words = capital(Decimal(fen) / 100).removeprefix("人民币").removesuffix("整")
    assert "零零" not in words
    assert fen < 100 or not re.search("零[拾佰仟万亿元角]|零$|^零", words)


@settings(max_examples=examples(200))
@given(cents, cents)
def test_different_sums_are_written_differently(one: int, other: int) -> None:
    assert (capital(Decimal(one) / 100) == capital(Decimal(other) / 100)) == (one == other)


@pytest.mark.parametrize("figure", ["-1", "0.001", str(LIMIT), "1e20"])
def test_what_cannot_be_written(figure: str) -> None:
    assert capital(Decimal(figure)) == ""


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ("40000元", "人民币肆万元整"),
        ("4万元", "人民币肆万元整"),
        ("0.5万元", "人民币伍仟元整"),
        ("1.2亿元", "人民币壹亿贰仟万元整"),
        ("12场", ""),
        ("≈3.3333元", ""),
        ("", ""),
    ],
)
def test_sums_as_they_are_shown(shown: str, words: str) -> None:
    assert capital_of(shown) == words
