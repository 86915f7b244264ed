"""The office's register of 发文字号: numbers that never repeat and never leave a hole (pure: the JSON Lines of such a file).

The file belongs to the office, one JSON object a line. Two kinds of line are written by hand, the rest by `issue`:

    {"机关": "某市商务局", "代字": "榕商务"}                     what an organ signs with
    {"代字": "榕商务", "年份": 2026, "已用至": 14}               numbers given out before this file was kept
    {"代字": "榕商务", "年份": 2026, "流水号": 15, "文书": "…", "案件": "…", "决定": "…", "基准日": "…",
     "记录": 0, "当事人": "…", "日期": "…", "摘要": "…", "经办人": "…"}  (on one line)

A letter is one document of one determination of one case on one 基准日 (and about one record of a table, where it is
written for each of them; 0 otherwise). A case number belongs to one party (当事人, where the case says so; lines written
before it was kept lack it): another party's letter under it is refused. 经办人 is who issued it, where that is known.
Issued again unchanged, on whatever 基准日, it keeps its number and its 日期; changed it keeps its number, and a further
line tells the new 日期 and 摘要. A year starts at 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused, Span
from engine.documents.typography import is_document_number

_LETTER = ("代字", "年份", "流水号", "文书", "案件", "决定", "基准日", "记录", "日期", "摘要")
_SHAPES: Mapping[frozenset[str], str] = {
    frozenset({"机关", "代字"}): "机关",
    frozenset({"代字", "年份", "已用至"}): "已用",
    **{frozenset({*_LETTER, *more}): "文书" for more in ((), ("当事人",), ("经办人",), ("当事人", "经办人"))},
}
_WHOLE = ("年份", "流水号", "已用至", "记录")
EXAMPLE = '{"机关": "发文机关全称", "代字": "榕人社"}'
MAX_NUMBER = 99_999

NumberSeries = tuple[str, int]
"""代字 and year: what is numbered through."""


@dataclass(frozen=True, slots=True)
class LetterIdentity:
    """What makes a letter the same letter when it is issued again. `party`: whom the case is about, "" where it does not
    say; it tells two cases of one number apart, but a letter is the same letter whatever it is called."""

    document: str
    case: str
    determination: str
    as_of: date
    record: int = 0
    party: str = field(default="", compare=False)

    @property
    def kin(self) -> tuple[str, str, str, int]:
        """What it has in common with the same letter of another 基准日."""
        return self.document, self.case, self.determination, self.record

    def entry(self) -> dict[str, str | int]:
        return {
            "文书": self.document,
            "案件": self.case,
            "决定": self.determination,
            "基准日": self.as_of.isoformat(),
            "记录": self.record,
            **({"当事人": self.party} if self.party else {}),
        }


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A number given to a letter: 榕人社〔2026〕1号."""

    sign: str
    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.sign}〔{self.year}〕{self.number}号"


@dataclass
class Book:
    """The register as read: what each organ signs with, the letters by number, the highest number of each series."""

    signs: dict[str, str] = field(default_factory=dict)
    used: dict[NumberSeries, int] = field(default_factory=dict)
    letters: dict[DocumentNumber, LetterIdentity] = field(default_factory=dict)
    digests: dict[DocumentNumber, str] = field(default_factory=dict)
    places: dict[tuple[str, LetterIdentity], DocumentNumber] = field(default_factory=dict)
    days: dict[DocumentNumber, date] = field(default_factory=dict)
    kin: dict[tuple[str, str, str, int], list[DocumentNumber]] = field(default_factory=dict)
    """Every place of one document of one determination of one case (and record), whatever the 基准日."""
    parties: dict[str, str] = field(default_factory=dict)
    """Case -> whom it is about, as the latest line that says so has it."""

    def given(self, letter: LetterIdentity) -> list[tuple[DocumentNumber, date, str]]:
        """The numbers such a letter was given on whatever 基准日, the latest first: each with its day and digest."""
        found = self.kin.get(letter.kin, ())
        return [(place, self.days[place], self.digests[place]) for place in reversed(found) if place in self.days]

    def place(self, organ: str, year: int, letter: LetterIdentity) -> DocumentNumber | None:
        """The number of `letter`: its own if it has one, else the next of its series; None for an organ without 代字.

        Refused: E657 there is no number left."""
        sign = self.signs.get(organ)
        if sign is None:
            return None
        place = self.places.get((sign, letter)) or DocumentNumber(sign, year, self.used.get((sign, year), 0) + 1)
        if place.number > MAX_NUMBER:
            message = f"登记簿里 `{sign}` {year} 年的流水号已经用到 {MAX_NUMBER}"
            raise Refused(Problem("E657", message, help="核对 `已用至`；确已用完的，换一个代字"))
        return place

    def take(self, place: DocumentNumber, letter: LetterIdentity, digest: str = "", day: date | None = None) -> None:
        """Give `place` to `letter`, dated `day`."""
        series = (place.sign, place.year)
        self.used[series] = max(self.used.get(series, 0), place.number)
        if day is not None:
            self.days[place] = day
        if place not in self.letters:
            self.kin.setdefault(letter.kin, []).append(place)
        if letter.party:
            self.parties[letter.case] = letter.party
        self.letters[place], self.digests[place] = letter, digest
        self.places[(place.sign, letter)] = place


# ---- reading ----


def read(text: str, file: str) -> tuple[Book, list[Problem]]:
    """The register in `text`. Problems: E645 a line that cannot be read, E647 numbers left out, E648 given twice."""
    book, problems = Book(), []
    before: dict[NumberSeries, int] = {}
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if not line.strip():
            continue
        place = Span(file, number, 1, number, len(line) + 1)
        entry = _entry(line, place)
        if isinstance(entry, Problem):
            problems.append(entry)
            continue
        found = _enter(book, before, entry, place)
        problems += [found] if found else []
    return book, problems + list(_holes(book, before, file))


def is_line(line: str) -> bool:
    """Whether a line can be read again."""
    return not isinstance(_entry(line, Span("", 1, 1, 1, 1)), Problem)


def _entry(line: str, place: Span) -> dict[str, str | int] | Problem:
    try:
        entry = json.loads(line, object_pairs_hook=_no_twins)
    except (ValueError, RecursionError):
        return Problem("E645", "登记簿的这一行读不懂", place, help=f"每行一个 JSON，例如 `{EXAMPLE}`")
    if not isinstance(entry, dict) or frozenset(entry) not in _SHAPES:
        return Problem("E645", "登记簿的这一行缺项或有多余的项", place, help=f"登记一件写 {'、'.join(_LETTER)}")
    for key, value in entry.items():
        if not _fits(key, value):
            return Problem("E645", f"登记簿的 `{key}` 写作 `{value}`，不对", place, help=_EXPECTED.get(key, "写成文字"))
    return entry


def _no_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError(pairs)
    return dict(pairs)


_EXPECTED = {
    "年份": "写四位年份，不加引号",
    "流水号": "写 1 至 99999 的整数，不加引号",
    "已用至": "写 0 至 99999 的整数，不加引号",
    "记录": "写 0 至 99999 的整数，不加引号",
    "代字": "写机关代字，例如 `榕人社`",
    "基准日": "写作 `2026-01-15`",
    "日期": "写作 `2026-01-15`",
}


def _fits(key: str, value: object) -> bool:
    if key in _WHOLE:
        low, high = {"年份": (1949, 2099), "流水号": (1, MAX_NUMBER)}.get(key, (0, MAX_NUMBER))
        return type(value) is int and low <= value <= high
    if not isinstance(value, str):
        return False
    if key == "代字":
        return is_document_number(f"{value}〔2026〕1号")
    return key not in ("基准日", "日期") or _day(value) is not None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _enter(book: Book, before: dict[NumberSeries, int], entry: Mapping[str, str | int], at: Span) -> Problem | None:
    kind = _SHAPES[frozenset(entry)]
    sign = str(entry["代字"])
    if kind == "机关":
        organ = str(entry["机关"])
        if book.signs.setdefault(organ, sign) != sign:
            return Problem("E648", f"`{organ}` 有两个代字 `{book.signs[organ]}`、`{sign}`", at, help="只留一个")
        return None
    series = (sign, int(entry["年份"]))
    if kind == "已用":
        before[series] = max(before.get(series, 0), int(entry["已用至"]))
        book.used[series] = max(book.used.get(series, 0), before[series])
        return None
    place = DocumentNumber(*series, int(entry["流水号"]))
    day = _day(str(entry["基准日"])) or date.min
    letter = LetterIdentity(
        str(entry["文书"]),
        str(entry["案件"]),
        str(entry["决定"]),
        day,
        int(entry["记录"]),
        str(entry.get("当事人", "")),
    )
    other = book.letters.get(place)
    if other not in (None, letter):
        return Problem(
            "E648", f"`{place}` 给了两件文书", at, help=f"前一件是 `{other.document if other else ''}`，核对原件后改正"
        )
    twice = book.places.get((sign, letter))
    if twice not in (None, place):
        return Problem("E648", f"同一件文书有两个文号 `{twice}`、`{place}`", at, help="核对原件，作废的一件改写文书名")
    book.take(place, letter, str(entry["摘要"]), _day(str(entry["日期"])))
    return None


def _holes(book: Book, before: Mapping[NumberSeries, int], file: str) -> Iterator[Problem]:
    """A number between 1 and the highest that nobody had is a skipped one: the register says so instead of going on."""
    for series, last in sorted(book.used.items()):
        given = {p.number for p in book.letters if (p.sign, p.year) == series}
        left_out = [n for n in range(before.get(series, 0) + 1, last + 1) if n not in given]
        if left_out:
            named = "、".join(str(DocumentNumber(*series, n)) for n in left_out[:5])
            help = "补登这一件；作废的也要登记，文书写作 `（作废）`"
            yield Problem("E647", f"登记簿缺 {len(left_out)} 个文号：`{named}`", Span(file, 1, 1, 1, 1), help=help)
