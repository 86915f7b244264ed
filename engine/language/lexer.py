"""Sentence -> tokens, by longest match over the function table's words and the package's own names.

Chinese sentences have no spaces, so what a word is depends on the vocabulary: `Lexicon` knows every name, member and
column of a `Scope`. A word of call form counts as one only before a bracket, a unit only after a number, and a comma
before 且 或 则 否则 is punctuation. What matches nothing is one problem with the nearest name as help (E201).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from copy import copy
from datetime import date, time
from decimal import Decimal
from itertools import chain

from engine.base.classes import dataclass
from engine.base.numbers import EXACT, read_number
from engine.base.problem import Problem, Span
from engine.base.text import date_written, find_hidden, nearest
from engine.base.units import BUILT_IN, MONTHS, YEARS, Unit, in_words
from engine.language.functions import FUNCTIONS, ROWS
from engine.language.make import ALL, ANY, IF
from engine.language.offered import Token, UnknownWord
from engine.language.spoken import advice
from engine.language.tree import DATE, NUMBER, TEXT, TIME, Literal, Node, Scope, Type

MAX_TOKENS = 2000

INFIX = {w: f for f in ROWS if f.form == "infix" for w in f.surface if w not in f.postfix}
POSTFIX = {w: f for f in ROWS for w in f.postfix}
PREFIX = {w: f for f in ROWS if f.form == "prefix" for w in f.words}
CALLS = {w: f for f in ROWS if f.form == "call" for w in f.words}
TRUTHS = {"是": True, "真": True, "否": False, "假": False}
OPERATORS = frozenset({*INFIX, *POSTFIX, *PREFIX, *TRUTHS, IF, "则", "否则"})

_MARKS = {
    "（": "(", "(": "(", "）": ")", ")": ")", "［": "[", "[": "[", "］": "]", "]": "]", "，": ",", ",": ",", "、": "、", ".": "."
}  # fmt: skip
_CONNECTIVES = frozenset({*FUNCTIONS[ANY].words, *FUNCTIONS[ALL].words, "则", "否则"})
_SPACE = frozenset(" \t\n\u3000")
_QUOTES = {"“": "”", '"': '"'}
_OTHER_DATE = re.compile(
    r"(?:19|20|21)[0-9]{2}(?:([./])[0-9]{1,2}\1[0-9]{1,2}|-[0-9]{1,2}-[0-9]{1,2})(?![0-9.])", re.ASCII
)
"""A day as people write it elsewhere."""
_MONTHS = re.compile(r" ?([0-9]{1,6}) ?(个?月)(?!份|后|初|末)", re.ASCII)
"""What follows the years of a period."""
_NUMERIC = re.compile(
    r"(?P<y>[0-9]{4})(?:年(?P<m>[0-9]{1,2})月(?P<d>[0-9]{1,2})日|-(?P<mm>[0-9]{2})-(?P<dd>[0-9]{2})(?![0-9]))"
    r"|(?P<h>[0-9]{1,2})[:：](?P<min>[0-9]{2})(?![0-9])|(?P<n>[0-9]+(?:\.[0-9]+)?)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and how to find it: `place(start, end)` is the span of its characters start to end. `own`: what it
    defines, which is never offered as a word it might mean; `rows`: what records are called that it is about."""

    text: str
    place: Callable[[int, int], Span | None]
    own: str = ""
    rows: tuple[str, ...] = ()

    def part(self, start: int, end: int) -> Sentence:
        place = self.place
        return Sentence(self.text[start:end], lambda a, b: place(start + a, start + b), self.own)


class Lexicon:
    """All words of a scope. Build one per scope and keep it: it is what makes lexing fast."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.names = names_of(scope)
        self.units = {unit.name: unit for unit in BUILT_IN} | dict(scope.units)
        self.kinds: dict[str, str] = dict.fromkeys(self.names, "name")
        for word in CALLS:
            # A name may equal a word of call form; the bracket tells them apart.
            self.kinds[word] = "either" if word in self.kinds else "call"
        self.kinds.update(dict.fromkeys(OPERATORS, "word"))
        self.lengths = _lengths(self.kinds)
        self.unit_lengths = _lengths(self.units)

    def wider(self, scope: Scope, more: Collection[str]) -> Lexicon:
        """The lexicon of `scope`, which knows the names `more` and otherwise what this one's scope does."""
        found = copy(self)
        found.scope = scope
        found.names = self.names | dict.fromkeys(more)
        added = {name: "either" if name in CALLS else "name" for name in more if name not in OPERATORS}
        found.kinds = self.kinds | added
        lengths = _lengths(added)
        both = {
            first: tuple(sorted({*lengths[first], *self.lengths.get(first, ())}, reverse=True)) for first in lengths
        }
        found.lengths = self.lengths | both
        return found

    def match(self, text: str, at: int) -> tuple[str, int] | None:
        """Kind and end of the longest word at `at`."""
        for length in self.lengths.get(text[at], ()):
            word = text[at : at + length]
            kind, end = self.kinds.get(word), at + len(word)
            if kind is None:
                continue
            if kind in ("name", "word"):
                return kind, end
            if _opens(text, end):
                return "call", end
            if kind == "either":
                return "name", end
        return None

    def unit(self, text: str, at: int) -> Unit | None:
        """The longest unit at `at`."""
        for length in self.unit_lengths.get(text[at : at + 1], ()):
            unit = self.units.get(text[at : at + length])
            if unit is not None and not self._reads_on(text, at, unit.name):
                return unit
        return None

    def _reads_on(self, text: str, at: int, unit: str) -> bool:
        """Whether what looks like a rate (300元/月) is a division by a name that begins like its last unit (月数)."""
        over = unit.rfind("/") + 1
        found = self.match(text, at + over) if over and at + over < len(text) else None
        return found is not None and found[1] > at + len(unit)


def names_of(scope: Scope) -> dict[str, None]:
    """Every name a sentence may use, in the scope's order."""
    return dict.fromkeys(chain(scope.symbols, *scope.columns.values(), scope.members))


def _lengths(words: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """First character -> lengths of the words that start with it, longest first."""
    found: dict[str, set[int]] = {}
    for word in words:
        found.setdefault(word[0], set()).add(len(word))
    return {first: tuple(sorted(lengths, reverse=True)) for first, lengths in found.items()}


def _opens(text: str, at: int) -> bool:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at < len(text) and text[at] in "（("


def lex(source: Sentence, lexicon: Lexicon, head: Node | None = None) -> tuple[list[Token], list[Problem]]:
    """Tokens, ending in one of kind `end`. With problems the tokens are not fit for parsing. `head`: what a cell is about."""
    text = source.text
    hidden = find_hidden(text)
    if hidden:
        at, name = hidden
        help_ = "删去这个字符，重新键入此处"
        return [], [Problem("E206", f"有不可见字符：`{name}`", source.place(at, at + 1), help_)]
    tokens: list[Token] = []
    problems: list[Problem] = []
    at, size = 0, len(text)
    called = list(source.rows)
    match = lexicon.match
    while at < size:
        char = text[at]
        if char in _SPACE:
            at += 1
            continue
        found = match(text, at)
        if (called or found is None) and (here := _about_records(text, at, tokens, called, found)):
            tokens += here
            at = here[-1][3]
            continue
        if "0" <= char <= "9":
            token = _number(source, lexicon, at, problems)
            if found is None or found[1] <= token[3]:
                tokens.append(token)
                at = token[3]
                continue
        if found is not None:
            kind, end = found
            word = text[at:end]
            if kind == "word" and word in _CONNECTIVES and tokens and tokens[-1][0] == ",":
                tokens.pop()
            tokens.append((kind, word, at, end, None))
        elif char in _MARKS:
            end = at + 1
            tokens.append((_MARKS[char], char, at, end, None))
        elif char in _QUOTES:
            end = _quoted(source, at, tokens, problems)
        elif char == "。" and not text[at + 1 :].strip():
            break
        else:
            end = _unknown(source, lexicon, at, UnknownWord(lexicon.scope, tokens, head, source.own), called, problems)
        at = end
    problems += _too_long(source, tokens)
    tokens.append(("end", "", size, size, None))
    return tokens, problems


def _too_long(source: Sentence, tokens: Sequence[Token]) -> list[Problem]:
    if len(tokens) <= MAX_TOKENS:
        return []
    place = source.place(0, len(source.text))
    return [Problem("E207", f"句子过长：超过{MAX_TOKENS}个词", place, "拆成几个派生量，再引用它们的名称")]


def _row_name(text: str, at: int, tokens: Sequence[Token]) -> int:
    """Where a name for the records of an aggregate ends that starts at `at`, behind its table or column: 甲 in
    存在（复评记录 甲，…）; 0 where there is none."""
    if not tokens or tokens[-1][0] != "name":
        return 0
    kinds = [token[0] for token in tokens[-5:]]
    opened = -4 if kinds[-4:-1] == ["(", "name", "."] else -2
    if kinds[opened : opened + 1] != ["("] or kinds[opened - 1 : opened] != ["call"]:
        return 0
    end = at
    while end < len(text) and text[end].isalnum():
        end += 1
    closed = text[end:].lstrip("".join(_SPACE))[:1] in ("，", ",", "）", ")")
    return end if end > at and closed and CALLS[tokens[opened - 1][1]].scans else 0


def _about_records(
    text: str, at: int, tokens: Sequence[Token], called: list[str], found: tuple[str, int] | None
) -> list[Token]:
    """The tokens of 甲. or 甲的 where 甲 is what some records are called, unless a longer word stands there; or of 甲
    where records are given that name, which is noted in `called`."""
    beyond = found[1] if found is not None else at
    for name in called:
        end = at + len(name)
        if end >= beyond and text.startswith(name, at):
            mark = end
            while mark < len(text) and text[mark] in _SPACE:
                mark += 1
            if text[mark : mark + 1] in (".", "的"):
                return [("name", name, at, end, None), (".", text[mark], mark, mark + 1, None)]
    end = _row_name(text, at, tokens) if found is None else 0
    if not end:
        return []
    called.append(text[at:end])
    return [("row", text[at:end], at, end, None)]


def _quoted(source: Sentence, at: int, tokens: list[Token], problems: list[Problem]) -> int:
    text = source.text
    end = text.find(_QUOTES[text[at]], at + 1) + 1
    if not end:
        help_ = f"在文字末尾补上 `{_QUOTES[text[at]]}`"
        problems.append(Problem("E205", f"引号没有配对：`{text[at:]}`", source.place(at, len(text)), help_))
        return len(text)
    tokens.append(("literal", text[at:end], at, end, Literal(text[at + 1 : end - 1], text[at:end], None, TEXT)))
    return end


def _number(source: Sentence, lexicon: Lexicon, at: int, problems: list[Problem]) -> Token:
    """The date, time or quantity at `at`, where a digit stands."""
    text = source.text
    found = _NUMERIC.match(text, at)
    assert found is not None
    end = found.end()
    other = _OTHER_DATE.match(text, at)
    if other is not None and other.end() > end and (day_ := date_written(other[0])) is not None:
        problems.append(
            Problem("E208", f"日期的写法不对：`{other[0]}`", source.place(at, other.end()), f"写作 `{day_}`")
        )
        return ("literal", other[0], at, other.end(), None)
    part = found.groupdict()
    constant: Literal | None = None
    try:
        if part["y"]:
            day = date(int(part["y"]), int(part["m"] or part["mm"]), int(part["d"] or part["dd"]))
            constant = Literal(day, found.group(), None, DATE)
        elif part["h"]:
            constant = Literal(time(int(part["h"]), int(part["min"])), found.group(), None, TIME)
        else:
            return _quantity(source, lexicon, at, end, problems)
    except ValueError:
        help_ = "核对年月日（时分）"
        problems.append(Problem("E208", f"没有这个日期或时刻：`{found.group()}`", source.place(at, end), help_))
    return ("literal", found.group(), at, end, constant)


def _quantity(source: Sentence, lexicon: Lexicon, at: int, end: int, problems: list[Problem]) -> Token:
    text = source.text
    number, after = read_number(text[at:end]), end
    while after < len(text) and text[after] == " ":
        after += 1
    unit = lexicon.unit(text, after)
    if unit is not None:
        end = after + len(unit.name)
    if number is None:
        help_ = "整数部分至多30位，小数至多10位"
        problems.append(Problem("E208", f"数字过长：`{text[at:end]}`", source.place(at, end), help_))
        return ("literal", text[at:end], at, end, None)
    if unit is not None:
        rest = _MONTHS.match(text, end) if unit.dimension == YEARS else None
        if rest is not None:
            return _period(source, at, rest, number, problems)
        value = EXACT.multiply(number, unit.factor)
        return ("literal", text[at:end], at, end, Literal(value, text[at:end], None, Type("number", unit.dimension)))
    if text[end : end + 1].isalpha() and lexicon.match(text, end) is None:
        stop = _run_end(lexicon, text, end)
        near = nearest(text[end:stop], lexicon.units)
        said = advice(text[at:stop], lexicon.units)
        help_ = f"是不是 `{text[at:end]}{near}`？" if near else "单位须先在“单位”中声明"
        if said is not None:
            problems.append(Problem("E208", said[0], source.place(at, stop), said[1]))
            return ("literal", text[at:stop], at, stop, None)
        problems.append(Problem("E208", f"不认识的单位：`{text[end:stop]}`", source.place(at, stop), help_))
        return ("literal", text[at:stop], at, stop, None)
    return ("literal", text[at:end], at, end, Literal(number, text[at:end], None, NUMBER))


def _unknown(
    source: Sentence, lexicon: Lexicon, at: int, where: UnknownWord, called: list[str], problems: list[Problem]
) -> int:
    """Reports what stands at `at` and matches nothing; returns where to go on. What reads like a record is taken for one
    from then on (`called`), so that one mistake is told once."""
    text = source.text
    if _confusable(text[at]):
        end = at + 1
        while end < len(text) and _confusable(text[end]):
            end += 1
        plain = unicodedata.normalize("NFKC", text[at:end])
        problems.append(Problem("E206", f"不能用的字符：`{text[at:end]}`", source.place(at, end), f"写作 `{plain}`"))
        unit = lexicon.unit(text, end) if plain[-1:].isdigit() else None
        return end + len(unit.name) if unit else end
    end = _run_end(lexicon, text, at)
    word = text[at:end]
    if (said := advice(word, lexicon.units)) is not None:
        problems.append(Problem("E208", said[0], source.place(at, end), said[1]))
        return end
    if text[end : end + 1] == ".":
        called.append(word)
    problems.append(Problem("E201", f"不认识的词：`{word}`", source.place(at, end), where.help(word, text[end:])))
    return end


def _confusable(char: str) -> bool:
    return char not in _MARKS and char not in _SPACE and unicodedata.normalize("NFKC", char) != char


def _period(source: Sentence, at: int, rest: re.Match[str], years: Decimal, problems: list[Problem]) -> Token:
    """1年6个月: whole years below a thousand (2026年3月 is no period), and up to eleven months."""
    end, months = rest.end(), int(rest[1])
    text = source.text[at:end]
    if years >= 1000:
        problems.append(Problem("E208", f"缺“日”：`{text}`", source.place(at, end), f"写作 `{text}1日`，或写出期间"))
    elif years != years.to_integral_value() or not 0 < months < 12 or rest[2] != "个月":
        total = years * 12 + months
        help_ = f"写作 `{in_words(total)}`" if total == total.to_integral_value() else "写作 `1年6个月`"
        problems.append(Problem("E208", f"期间的写法不对：`{text}`", source.place(at, end), help_))
    return ("literal", text, at, end, Literal(years * 12 + months, text, None, Type("number", MONTHS)))


def _run_end(lexicon: Lexicon, text: str, at: int) -> int:
    """Where an unknown word ends: at a mark, a longer word of the language, or a short one something known follows."""
    at += 1
    while at < len(text):
        char = text[at]
        if char in _SPACE or char in _MARKS or char in _QUOTES or char == "。" or _confusable(char):
            break
        found = lexicon.match(text, at)
        if found is not None and found[0] != "name":
            end = found[1]
            follows = end >= len(text) or not text[end].isalpha() or lexicon.match(text, end) is not None
            if end - at > 1 or follows:
                break
        at += 1
    return at


def collisions(known: Collection[str], only: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Names of `known` that cannot be told from the language's words: (name, why in Chinese), in that order; of `only`
    these where given."""
    found: list[tuple[str, str]] = []
    for name in known if only is None else only:
        if name in OPERATORS:
            found.append((name, "与语言的词语相同"))
            continue
        for cut in range(1, len(name)):
            head, tail = name[:cut], name[cut:]
            if head in OPERATORS and tail in known:
                found.append((name, f"也可读作“{head}”加名称“{tail}”"))
                break
            if head in known and (tail in OPERATORS or _reads_on(tail, known)):
                found.append((name, f"也可读作名称“{head}”加“{tail}”"))
                break
    return found


def _reads_on(tail: str, known: Collection[str]) -> bool:
    """Whether `tail` is an operator word and a name."""
    return any(tail[:cut] in OPERATORS and tail[cut:] in known for cut in range(1, len(tail)))
