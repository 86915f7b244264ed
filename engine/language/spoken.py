"""What people say, and how the language has it: 五千元, 三倍, 百分之八十, 三分之二, 某日以前. Advice only: what a word leaves open is
not decided for whoever writes it."""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal

from engine.base.text import numeral

_NUMBER = r"([0-9.]+|[零〇一二两三四五六七八九十百千]+)"
_MIXED = re.compile(r"([0-9]{1,20}(?:\.[0-9]{1,10})?)([十百千])(.+)")
_SIZES = {"十": 10, "百": 100, "千": 1000}
_SHARE = re.compile(f"(百|千|[零〇一二两三四五六七八九十]+)分之{_NUMBER}")
_TENTHS = re.compile(f"{_NUMBER}成")
_TIMES = re.compile(f"的?{_NUMBER}倍")
_OF = re.compile(r"的([0-9.]+[%‰])")
_BEFORE, _AFTER = ("以前", "之前"), ("以后", "之后", "以来")


def advice(word: str, units: Collection[str]) -> tuple[str, str] | None:
    """(what is wrong, what to write) of a word the language does not know, None where it is none of these."""
    for cut in range(len(word), 0, -1):
        number = numeral(word[:cut])
        if number is not None and (cut == len(word) or word[cut:] in units):
            return f"数字用了汉字：`{word}`", f"写作 `{number}{word[cut:]}`"
    if (mixed := _MIXED.fullmatch(word)) is not None and mixed[3] in units:
        number_ = Decimal(mixed[1]) * _SIZES[mixed[2]]
        return f"数字用了汉字：`{word}`", f"写作 `{number_.normalize():f}{mixed[3]}`"
    if (share := _SHARE.fullmatch(word)) is not None and (of := _digits(share[2])):
        whole = {"百": "%", "千": "‰"}.get(share[1])
        return f"数字用了汉字：`{word}`", f"写作 `{of}{whole}`" if whole else f"写作 `{of}÷{_digits(share[1])}`"
    if (tenths := _TENTHS.fullmatch(word)) is not None and (of := _digits(tenths[1])) and of.isdigit():
        return f"数字用了汉字：`{word}`", f"写作 `{of}0%`"
    if (times := _TIMES.fullmatch(word)) is not None and (of := _digits(times[1])):
        return f"倍数不带单位：`{word}`", f"在那个量后面写 `×{of}`"
    if (part := _OF.fullmatch(word)) is not None:
        return f"不认识的词：`{word}`", f"在那个量后面写 `×{part[1]}`"
    if word.endswith(_BEFORE):
        return f"`{word[-2:]}` 含不含那一天没有说明", "不含那一天写 `早于`，含那一天写 `不晚于`"
    if word.endswith(_AFTER):
        return f"`{word[-2:]}` 含不含那一天没有说明", "不含那一天写 `晚于`，含那一天写 `不早于`"
    return None


def _digits(number: str) -> str:
    """3 of 三 or 3; "" where it is no number."""
    found = numeral(number)
    return number if number[0].isdigit() else "" if found is None else str(found)
