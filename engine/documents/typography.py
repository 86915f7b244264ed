"""How a Chinese office writes: headings, punctuation, dates, document numbers. Pure text, no layout.

Standards: GB/T 9704-2012 (headings 7.3.3, date 7.3.5.4, 发文字号 7.2.5), GB/T 15834 (punctuation), GB/T 15835 (numerals).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.base.text import NUMERALS, chinese, hidden_name

CJK = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LEVELS = (
    re.compile(r"([一二三四五六七八九十]{1,3})、\s*"),
    re.compile(r"（([一二三四五六七八九十]{1,3})）\s*"),
    re.compile(r"([0-9]{1,2})[.．]\s*(?![0-9])"),
    re.compile(r"（([0-9]{1,2})）\s*"),
)
_HALF_WIDTH = re.compile(r"[,;:?!.()\"']")
_CLOSING, _OPENING = frozenset("）》”"), frozenset("（《“")
_FULL_WIDTH = dict(zip(",;:?!.()", "，；：？！。（）", strict=True))
_STRAIGHT, _SPACE, _STOPS = re.compile("[\"']"), re.compile(" "), frozenset("，。；：、")
_DASHES = re.compile(r"--|(?<!…)…(?!…)|\.\.\.")
_NUMERALS = (
    (re.compile(r"[0-9]{4}年0[0-9]月|月0[0-9]日"), "月、日不编虚位，写作 `2026年1月5日`"),
    (re.compile(r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}"), "日期写作 `2026年1月5日`"),
    (re.compile(r"(?<![0-9])[0-9]{2}年[0-9]{1,2}月"), "年份写全四位"),
    (re.compile(r"[一二三四五六七八九十]月[0-9]{1,2}日"), "同一日期不混用汉字和阿拉伯数字"),
    (re.compile(r"[０-９]"), "数字用半角阿拉伯数字"),
)
_NUMBER = re.compile(r"[^\s〔〕0-9第]{1,12}〔(?:19|20)[0-9]{2}〕[1-9][0-9]{0,4}号")
_LEFTOVER = re.compile(r"\{[{%#]|[%#}]\}|[｛｝]|待补(?![正充])|[?？]{2,}|〔\s*〕")
_NOTHING = re.compile(r"(?<![A-Za-z])(?:None|NaN|nan|null)(?![A-Za-z])")


def level(text: str) -> int:
    """The heading level that `text` is numbered for: 1 一、 2 （一） 3 1. 4 （1）; 0 for none."""
    return next((number for number, pattern in enumerate(_LEVELS, 1) if pattern.match(text)), 0)


def ordinal(text: str) -> int:
    """The number a numbered text starts with (三、 → 3); 0 for none."""
    for pattern in _LEVELS:
        match = pattern.match(text)
        if match:
            digits = match.group(1)
            return int(digits) if digits.isdigit() else _read_chinese(digits)
    return 0


def _read_chinese(digits: str) -> int:
    """一 … 九十九."""
    tens, ten, ones = digits.rpartition("十")
    value = NUMERALS.find(ones) if ones else 0
    return value + (10 * (NUMERALS.find(tens) if tens else 1) if ten else 0)


def marker(heading_level: int, number: int) -> str:
    """The number of a heading as printed: 一、 （一） 1. （1）."""
    return (f"{chinese(number)}、", f"（{chinese(number)}）", f"{number}.", f"（{number}）")[heading_level - 1]


def unnumbered(text: str) -> str:
    """`text` without the number it starts with."""
    for pattern in _LEVELS:
        match = pattern.match(text)
        if match:
            return text[match.end() :]
    return text


def leading(text: str) -> int:
    """How much of a paragraph of the second level, （一）, is set as its headings are (7.3.3): its first sentence."""
    return (text.find("。") + 1 or len(text)) if level(text) == 2 else 0


def closed_up(text: str) -> str:
    """`text` without the space some writers put after a leading number (`1. 甲` → `1.甲`)."""
    found = level(text)
    return marker(found, ordinal(text)) + unnumbered(text) if found and ordinal(text) else text


def han(char: str) -> bool:
    """Whether this is one Chinese character. Asked in place of a pattern of `CJK`: each of those takes a millisecond to compile."""
    return (
        "\u4e00" <= char <= "\u9fff"
        or "\u3400" <= char <= "\u4dbf"
        or char == "\u3007"
        or "\uf900" <= char <= "\ufaff"
        or "\U00020000" <= char <= "\U0003ffff"
    )


def half_width(text: str) -> Iterator[tuple[int, str, str]]:
    """Half-width punctuation next to Chinese characters: (offset, character, what belongs there)."""
    for at, char, before, after in _neighbours(text, _HALF_WIDTH):
        match char:
            case ".":
                wrong = _stops(before, after)
            case "(":
                wrong = han(before)
            case ")":
                wrong = han(after)
            case '"' | "'":
                wrong = han(before) and han(after)
            case _:
                wrong = _ends(before) or han(after) or after in _OPENING
        if wrong:
            yield at, char, _FULL_WIDTH.get(char, "“”")


def _ends(char: str) -> bool:
    """Whether something Chinese ends with this character."""
    return han(char) or char in _CLOSING


def _stops(before: str, after: str) -> bool:
    """Whether a stop between these is one of a Chinese sentence."""
    return han(before) and (after in ("", "\n") or han(after))


def full_width(text: str) -> str:
    """`text` with the half-width punctuation between Chinese characters written full width (甲,乙 → 甲，乙). Brackets are
    changed in pairs only."""
    written = list(text)
    for at, char, before, after in _neighbours(text, _HALF_WIDTH):
        match char:
            case ".":
                wrong = _stops(before, after)
            case "(":
                wrong = han(after)
            case ")":
                wrong = han(before)
            case _:
                wrong = _ends(before) and char in _FULL_WIDTH
        if wrong:
            written[at] = _FULL_WIDTH[char]
    if written.count("（") != written.count("）"):
        written = [old if old in "()" else new for old, new in zip(text, written, strict=True)]
    return "".join(written)


def _neighbours(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, str, str, str]]:
    """Where `pattern` is found: (offset, what was found, the character before, the one after), "" beyond the ends."""
    for match in pattern.finditer(text):
        at, end = match.span()
        yield at, match.group(), text[max(0, at - 1) : at], text[end : end + 1]


def straight_quotes(text: str) -> Iterator[int]:
    """Where a quotation mark of the keyboard stands next to a Chinese character."""
    return (at for at, _, before, after in _neighbours(text, _STRAIGHT) if han(before) or han(after))


def odd_dashes(text: str) -> Iterator[int]:
    """Where a dash or an ellipsis is written in ASCII next to a Chinese character, or an ellipsis has three dots."""
    for at, found, before, after in _neighbours(text, _DASHES):
        if found == "…" or han(before) or (found == "--" and han(after)):
            yield at


def about(text: str) -> str:
    """Signs of numbers as a letter has them: of those that do not end, in the digits they have everywhere, ≈7.1833分 → 约7.1833分;
    of subtraction the minus of GB/T 2312 (U+FF0D), for the faces of letters lack U+2212 and another face would move the line."""
    return text.replace("≈", "约").replace("\u2212", "\uff0d")


def odd_numerals(text: str) -> Iterator[tuple[int, str, str]]:
    """Dates and numerals not written by GB/T 15835: (offset, text, advice)."""
    for pattern, advice in _NUMERALS:
        for match in pattern.finditer(text):
            yield match.start(), match.group(), advice


def leftover(text: str) -> str:
    """What looks like an unfilled place (`{{`, ｛, `None`, 待补 …), or ""."""
    match = _NOTHING.search(text) or _LEFTOVER.search(text)
    return match.group() if match else ""


def is_document_number(text: str) -> bool:
    """榕人社〔2026〕1号: hexagonal brackets, four-digit year, no 第, no leading zero."""
    return _NUMBER.fullmatch(text) is not None


def one_line(text: str) -> str:
    """Line feeds and tabs of a value become one space, or nothing between Chinese characters."""
    text = re.sub(r"[ \t\n]*[\t\n][ \t\n]*", " ", text.strip())
    between = {
        at for at, _, before, after in _neighbours(text, _SPACE) if han(after) and (han(before) or before in _STOPS)
    }
    return "".join(char for at, char in enumerate(text) if at not in between) if between else text


def lined(text: str) -> str:
    """A value in the lines it was written in, each as `one_line` has it; blank ones are left out."""
    return "\n".join(line for part in text.split("\n") if (line := one_line(part)))


def unprintable(text: str) -> str:
    """The names of the characters no document may hold (private use, noncharacters); "" for none.

    Control, format and hidden characters are found by `engine.base.text.find_hidden`.
    """
    odd = sorted({c for c in text if "\ue000" <= c <= "\uf8ff" or ord(c) >= 0xF0000})
    return "、".join(f"{hidden_name(c).split('（')[0]}（自造字）" for c in odd)


def columns(text: str) -> float:
    """Width in Chinese characters: ASCII counts one half."""
    return sum(0.5 if char < "\u0100" else 1.0 for char in text)


def wrapped(said: str, width: float) -> list[str]:
    """Lines of at most `width` characters, about equally long."""
    count = max(1, -int(-columns(said) // width))
    share = columns(said) / count
    found: list[str] = []
    last = ""
    for char in said:
        room = min(width, share + 0.5) if len(found) < count - 1 else width
        if last and columns(last + char) > room:
            found.append(last)
            last = ""
        last += char
    return [*found, last]
