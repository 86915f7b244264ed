"""Sums of money in capital numerals (大写): 50000元 → 人民币伍万元整. Pure and exact."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_SECTIONS = ("", "万", "亿")
LIMIT = 10**12
"""元 from here on are not written."""

_SHOWN = re.compile(r"([0-9]{1,20}(?:\.[0-9]{1,10})?)(万|亿)?元")
_SCALE = {"": 1, "万": 10**4, "亿": 10**8}


def capital_of(shown: str) -> str:
    """The capital form of a sum as people read it (`4万元`, `30000.50元`); "" for anything else."""
    match = _SHOWN.fullmatch(shown)
    if not match:
        return ""
    return capital(Decimal(match.group(1)) * _SCALE[match.group(2) or ""])


def capital(yuan: Decimal) -> str:
    """人民币…元…角…分, as cheques are written; 整 ends a sum without 分. "" for less than nothing, fractions of a 分 and
    sums of 万亿 and more."""
    fen = yuan * 100
    if fen < 0 or fen != int(fen) or yuan >= LIMIT:
        return ""
    whole, cents = divmod(int(fen), 100)
    jiao, fen_left = divmod(cents, 10)
    text = f"{_whole(whole)}元" if whole or not cents else ""
    if jiao:
        text += f"{DIGITS[jiao]}角"
    elif fen_left and whole:
        text += "零"
    return f"人民币{text}{DIGITS[fen_left]}分" if fen_left else f"人民币{text}整"


def _whole(number: int) -> str:
    """An integer in capital numerals, section of four by section of four; a gap is one 零."""
    if number == 0:
        return "零"
    text, gap = "", False
    for section in (2, 1, 0):
        part = number // 10000**section % 10000
        if part == 0:
            gap = gap or bool(text)
            continue
        if text and (gap or part < 1000):
            text += "零"
        text += _section(part) + _SECTIONS[section]
        gap = False
    return text


def _section(number: int) -> str:
    """1 … 9999 in capital numerals."""
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit == 0:
            gap = gap or bool(text)
            continue
        text += ("零" if gap else "") + DIGITS[digit] + _PLACES[place]
        gap = False
    return text
