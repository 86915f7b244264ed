"""What a comparison of cases comes to as a whole: outcomes before by outcomes after, money, letters. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from engine.base.classes import dataclass
from engine.office.impact import CaseImpact, Impact

WHOLE = "全部"
NOT_SAID = "（没有填报）"


@dataclass(frozen=True, slots=True)
class PaidShift:
    """The money of a determination for the cases of which `group` is said: how many have an amount, and all of it, before
    and after, in base units; `unknown` cases have one that is not known on a side and are in none of the sums."""

    determination: str
    group: str
    value: str
    cases: tuple[int, int]
    total: tuple[Fraction, Fraction]
    unknown: int


@dataclass(frozen=True, slots=True)
class LetterCount:
    """In how many cases a letter is new, gone, or says something else."""

    document: str
    new: int
    gone: int
    reworded: int


def matrix(found: Impact) -> Mapping[str, Counter[tuple[str, str]]]:
    """Determination -> outcome before and after -> cases; the determinations that a change can touch."""
    counted: dict[str, Counter[tuple[str, str]]] = {}
    for case in found.cases:
        for came in case.came:
            counted.setdefault(came.determination, Counter())[came.before, came.after] += 1
    return counted


def money(found: Impact) -> list[PaidShift]:
    """Of every determination that grants an amount in some case, whole and by each of the facts asked for."""
    paid = dict.fromkeys(came.determination for case in found.cases for came in case.came if came.paid != (None, None))
    rows = [_paid(name, WHOLE, WHOLE, found.cases) for name in paid]
    for name in paid:
        for at, group in enumerate(found.by):
            said = [(case.groups[at] if at < len(case.groups) else "") or NOT_SAID for case in found.cases]
            for value in dict.fromkeys(said):
                of = [case for case, one in zip(found.cases, said, strict=True) if one == value]
                rows.append(_paid(name, group, value, of))
    return [row for row in rows if row.cases != (0, 0) or row.unknown]


def _paid(name: str, group: str, value: str, cases: Sequence[CaseImpact]) -> PaidShift:
    came = [one for case in cases for one in case.came if one.determination == name]
    known = [one.paid for one in came if not one.open]
    sides = list(zip(*known, strict=True)) or [(), ()]
    counts = tuple(sum(one is not None for one in side) for side in sides)
    totals = tuple(sum((one for one in side if one is not None), Fraction(0)) for side in sides)
    return PaidShift(name, group, value, (counts[0], counts[1]), (totals[0], totals[1]), len(came) - len(known))


def letters(found: Impact) -> list[LetterCount]:
    """Every letter that comes or goes somewhere, or says something else."""
    new, gone, other = Counter[str](), Counter[str](), Counter[str]()
    for case in found.cases:
        other.update({one.document for one in case.letters})
        for before, after in _documents(case):
            new.update(after - before)
            gone.update(before - after)
    return [LetterCount(name, new[name], gone[name], other[name]) for name in dict.fromkeys((*gone, *new, *other))]


def _documents(case: CaseImpact) -> Iterator[tuple[set[str], set[str]]]:
    for shift in case.shifts:
        for detail in shift.details:
            if detail.what == "文书":
                yield set(filter(None, detail.before.split("、"))), set(filter(None, detail.after.split("、")))
