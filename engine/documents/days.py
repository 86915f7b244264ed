"""The days a letter rests on: nothing that has happened lies after the letter's own 成文日期. Pure.

What has happened is every day in the case that is not declared 预定 (a day somebody plans or sets), and the day of every
finding. What is worked out (a last day of a term) rests on such days and is none itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from engine.base.classes import dataclass
from engine.base.problem import Place, Problem, Span
from engine.base.text import long_date
from engine.decision.case import Fact
from engine.documents.lists import EXCUSE
from engine.documents.model import Part
from engine.documents.parties import Party, owners
from engine.documents.reading import basis
from engine.language.tree import Name
from engine.policy.fields import Field
from engine.policy.package import Document, Package


@dataclass(frozen=True, slots=True)
class Happened:
    """Something a letter rests on, the day it happened, and where that is said."""

    name: str
    on: date
    place: Place | None = None


def behind_parts(package: Package, parties: Sequence[Party], parts: Iterable[Part]) -> Iterator[Happened]:
    """What the reasons of the parts rest on in each case, through what is worked out of it, once each."""
    wanted = dict.fromkeys(name for part in parts for trace in part.traces for name in trace.facts)
    seen = set[tuple[str, str]]()
    for _, party, said in owners(parties, wanted):
        for name in basis(package, Name(said, kind="fact")):
            if (party.case.id, name) not in seen:
                seen.add((party.case.id, name))
                yield from _of_case(package, party, name)


def _of_case(package: Package, party: Party, name: str) -> Iterator[Happened]:
    if name.startswith(EXCUSE):
        yield from _found(name, party.case.excuses.get(name.removeprefix(EXCUSE)))
        return
    fact, declared = party.case.facts.get(name), package.facts.get(name)
    yield from _found(name, fact)
    if fact is not None and declared is not None and isinstance(fact.value, date) and is_past(declared):
        yield Happened(name, fact.value, fact.place)


def _found(name: str, fact: Fact | None) -> Iterator[Happened]:
    if fact is not None and fact.finding is not None:
        yield Happened(f"{name}的日期", fact.finding.on, fact.place)


def is_past(field: Field) -> bool:
    """Whether the days of a fact or a column are those of what has happened."""
    return field.word == "日期" and not field.planned and field.name != "基准日"


def column_of(package: Package, tables: Iterable[str], name: str) -> Field | None:
    """The column `name` of the first of the tables that has it."""
    columns = (column for table in tables if table in package.tables for column in package.tables[table].columns)
    return next((column for column in columns if column.name == name), None)


def too_late(document: Document, day: date, days: Iterable[Happened], place: Span | None) -> Iterator[Problem]:
    """E672 for each that happened after `day`."""
    for one in dict.fromkeys(days):
        if one.on > day:
            message = (
                f"`{document.name}` 的成文日期是 {long_date(day)}，它所依据的 `{one.name}` 却是 {long_date(one.on)}"
            )
            help_ = f"核对 `{one.name}`，或写明文书的日期：`--date {document.name}=日期`；是计划、预定的日子，在词汇里写 `预定: 是`"
            yield Problem("E672", message, one.place or place, help_)
