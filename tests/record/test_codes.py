"""Codes to be typed: whatever single character is wrong is found, and what people take one for another is understood."""

from __future__ import annotations

import random
import re

import pytest

from engine.record.codes import ALPHABET, code_of, typed


def codes(count: int) -> list[str]:
    return [code_of(str(number).encode()) for number in range(count)]


def test_a_code_is_short_and_read_back() -> None:
    for code in codes(200):
        assert re.fullmatch(f"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{2}}", code)
        assert typed(code) == code
    assert len(set(codes(2000))) == 2000


@pytest.mark.parametrize(
    "change",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " "),
        lambda code: code.replace("-", "－"),
        lambda code: code.replace("0", "O").replace("1", "I"),
        lambda code: code.replace("0", "o").replace("1", "l"),
        lambda code: "".join(chr(ord(c) + 0xFEE0) if c != "-" else c for c in code),
        lambda code: f" {code}\n",
    ],
)
def test_however_it_is_typed(change: object) -> None:
    assert callable(change)
    for code in codes(50):
        assert typed(change(code)) == code


def test_every_single_wrong_character_is_found() -> None:
    for code in codes(20):
        for place, right in enumerate(code):
            for wrong in ALPHABET if right != "-" else "":
                assert (typed(code[:place] + wrong + code[place + 1 :]) == code) == (wrong == right)
                assert wrong == right or typed(code[:place] + wrong + code[place + 1 :]) is None


def test_nearly_every_exchange_of_neighbours_is_found() -> None:
    missed = tried = 0
    for code in (code.replace("-", "") for code in codes(500)):
        for place in range(len(code) - 1):
            if code[place] != code[place + 1]:
                tried += 1
                missed += typed(code[:place] + code[place + 1] + code[place] + code[place + 2 :]) is not None
    assert missed < tried / 200


def test_anything_else_is_no_code() -> None:
    for text in ("", "榕人社〔2026〕1号", "14R9-07SY", "U" * 12, "14R9-07SY-R4D3-0000"):
        assert typed(text) is None


def test_without_the_key_nobody_knows_the_code() -> None:
    chance = random.Random(1)
    keys = [chance.randbytes(32) for _ in range(50)]
    made = {code_of(b"x", key) for key in keys} | {code_of(b"x")}
    assert len(made) == 51
    assert code_of(b"x", keys[0]) == code_of(b"x", keys[0])
