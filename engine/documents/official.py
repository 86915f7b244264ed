"""Mechanical faults of an official text, told without guessing at what it means: punctuation, numbering, terms. Pure.

What the rules that encode it tell of it is in `provisions.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.base.classes import dataclass
from engine.base.text import numeral
from engine.documents import typography
from engine.policy.official_text import ITEM, LEFTOVER, POINT, SECTION

MAX_LINES = 20_000
_PAIRS = dict(zip("（〔《〈“‘【([", "）〕》〉”’】)]", strict=True))
_CLOSING = {close: open_ for open_, close in _PAIRS.items()}
_NUMBER = re.compile(rf"[{typography.CJK}]+[\[［(（【]((?:19|20)[0-9]{{2}})[\]］)）】]\s*第?([0-9]+)号")
_ENDS = "。；：！？…”’）】" + ".;:!?"  # of half width: told as such
_LEVELS = (
    ("章", re.compile(r"第([零〇一二三四五六七八九十百]+)章")),
    ("条", re.compile(r"第([零〇一二三四五六七八九十百]+)条(?=[\s　])")),
    ("级", SECTION),
    ("项", ITEM),
    ("目", POINT),
)
_LISTED = re.compile("^附件[：:](?=1[.．])")
"""Before the first of several annexes."""
_TERM = re.compile(r"“([^“”，。；]{2,12})”(?!(?:的)?原则)")
_SAID = r"(?:是指|指的是|包括|所称|即|[:：—])"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, at a line from 1 (0: of the whole) with the text it is about."""

    line: int
    what: str
    said: str


def faults_of(text: str) -> list[Fault]:
    """Unpaired brackets, half-width punctuation, 文号 in wrong brackets, missing stops, numbers left out, terms used and never
    explained; in the order of the lines."""
    lines = [LEFTOVER.sub("", line).strip() for line in text.split("\n")[:MAX_LINES]]
    found = [fault for number, line in enumerate(lines, 1) for check in _LINE for fault in check(number, line)]
    levels = list(_numbered(lines))
    return sorted([*found, *_gaps(levels), *_unended(lines, levels), *_terms(lines)], key=lambda fault: fault.line)


def _unpaired(number: int, line: str) -> Iterator[Fault]:
    waiting: list[str] = []
    for char in line:
        if char in _PAIRS:
            waiting.append(char)
        elif char in _CLOSING:
            if waiting and waiting[-1] == _CLOSING[char]:
                waiting.pop()
            else:
                yield Fault(number, "标点不成对", char)
    yield from (Fault(number, "标点不成对", char) for char in waiting)


def _half_width(number: int, line: str) -> Iterator[Fault]:
    for at, char, wanted in typography.half_width(line):
        yield Fault(number, f"汉字之间用了半角标点，应为“{wanted}”", _near(line, at, char))


def _numbers(number: int, line: str) -> Iterator[Fault]:
    for match in _NUMBER.finditer(line):
        yield Fault(number, "发文字号的年份用六角括号〔〕", match.group())


def _stops(number: int, line: str) -> Iterator[Fault]:
    """A line with stops inside is a sentence, and ends with one; headings have none."""
    if _runs_on(line):
        yield Fault(number, "句末没有标点", line[-12:])


def _runs_on(line: str) -> bool:
    return len(line) > 12 and line[-1] not in _ENDS and re.search("[，；。]", line) is not None


_LINE = (_unpaired, _half_width, _numbers, _stops)


def _near(line: str, at: int, char: str) -> str:
    return line[max(0, at - 6) : at + len(char) + 6]


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A line that begins with a number of some level: what it reads, the one before it, 0 for none, and in which list it is."""

    line: int
    said: str
    value: int
    last: int
    of: tuple[str, int]


def _numbered(lines: Sequence[str]) -> Iterator[_Numbered]:
    """The numbered lines; the numbers of a level begin anew under each of a higher one, but those of articles."""
    last, above = dict.fromkeys((name for name, _ in _LEVELS), 0), dict.fromkeys((name for name, _ in _LEVELS), 0)
    for number, line in enumerate(lines, 1):
        text = _LISTED.sub("", line)
        for depth, (name, pattern) in enumerate(_LEVELS):
            match = pattern.match(text)
            if match is None:
                continue
            digits = match.group(1)
            value = int(digits) if digits.isdigit() else numeral(digits) or 0
            over = max(above[upper] for upper, _ in _LEVELS[:depth]) if depth and name != "条" else 0
            yield _Numbered(number, match.group(), value, last[name], (name, over))
            last |= {lower: 0 for lower, _ in _LEVELS[depth + 1 :] if lower != "条"} | {name: value}
            above[name] = number
            break


def _gaps(levels: Sequence[_Numbered]) -> Iterator[Fault]:
    """Numbers that do not follow the one before."""
    for one in levels:
        if one.value not in (one.last + 1, 1):
            yield Fault(one.line, f"编号不连续，上一个是 {one.last}", one.said)


def _unended(lines: Sequence[str], levels: Sequence[_Numbered]) -> Iterator[Fault]:
    """Articles and items without a stop where most of their list have one; headings have none, all of them."""
    lists: dict[tuple[str, int], list[int]] = {}
    for one in levels:
        lists.setdefault(one.of, []).append(one.line)
    for listed in lists.values():
        without = [number for number in listed if lines[number - 1][-1] not in _ENDS]
        if len(without) * 2 < len(listed):
            told = (number for number in without if not _runs_on(lines[number - 1]))
            yield from (Fault(number, "句末没有标点", lines[number - 1][-12:]) for number in told)


def _terms(lines: Sequence[str]) -> Iterator[Fault]:
    """Words in quotation marks that the text uses in two places or more and explains in none; names in a row are examples."""
    whole = "\n".join(lines)
    for term in dict.fromkeys(_TERM.findall(whole)):
        quoted = f"“{term}”"
        alone = [n for n, line in enumerate(lines, 1) if quoted in re.sub("(?:“[^“”]*”[、]?){2,}", "", line)]
        if len(alone) > 1 and not re.search(rf"{re.escape(term)}”?[，]?{_SAID}", whole):
            yield Fault(alone[0], "用了而没有解释的词", quoted)
