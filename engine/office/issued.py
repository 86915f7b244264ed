"""Letters that were issued before, against what the files or the history of their case come to now (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from engine.base.classes import dataclass
from engine.base.problem import Problem
from engine.documents.parties import BETWEEN
from engine.documents.register import Book
from engine.office.produced import ManifestEntry, PlannedCase


@dataclass(frozen=True, slots=True)
class Issued:
    """A letter of `cases`, as a register or a manifest (`where`) tells of it."""

    cases: tuple[str, ...]
    determination: str
    document: str
    day: str
    number: str
    where: str

    def __str__(self) -> str:
        return f"{self.where}里 {self.day} 的 `{self.document}`" + (f"（{self.number}）" if self.number else "")


def in_register(book: Book) -> Iterator[Issued]:
    """Every letter a register knows."""
    for place, letter in book.letters.items():
        day = book.days.get(place, date.min).isoformat()
        cases = tuple(letter.case.split(BETWEEN))
        yield Issued(cases, letter.determination, letter.document, day, str(place), "登记簿")


def in_manifest(entry: ManifestEntry | None) -> Iterator[Issued]:
    """Every letter a manifest lists; none without one."""
    for letter in entry.get("文书", ()) if entry is not None else ():
        cases = tuple(letter["案件"].split(BETWEEN))
        day = letter.get("成文日期", "")
        yield Issued(cases, letter["决定"], letter["文书"], day, letter["文号"], "清单")


def conflicts(one: PlannedCase, issued: Iterable[Issued]) -> Iterator[Problem]:
    """W661: a letter of an outcome that is not the one now reached; W662: one that no event of the history asks for."""
    own = [letter for letter in issued if one.id in letter.cases]
    if one.asked is not None:
        for letter in own:
            if letter.document not in one.asked and letter.day <= one.as_of:
                help_ = "补录引出它的事件；出错了的，在登记簿里注明作废"
                yield Problem("W662", f"{letter}，事件记录到 {one.as_of} 为止没有要求出具", help=help_)
        return
    outcomes = dict(one.decisions)
    for letter in own:
        if (letter.determination, letter.document) in one.contrary:
            now = outcomes[letter.determination]
            message = f"{letter}，与 `{letter.determination}` 现在得出的 `{now}` 不一致"
            yield Problem("W661", message, help="核对哪一件对；属于另一年度、另一批次的，写进这个案件的事件记录")
