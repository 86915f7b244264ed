"""Edge: letters of a case that are dated by an event of its history are decided as of that day, where the rules were others.

What was signed in March was decided under the rules of March. Where they are today's, the case as it stands is the same and
is taken; where they differ, the case is read again as of that day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Protocol

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.decision.case import Case
from engine.decision.decide import decide
from engine.decision.model import Decision
from engine.decision.program import Program
from engine.documents.draft import Draft
from engine.documents.writing import drafts_of
from engine.files.used import Used, noting
from engine.office.recording import Recorder
from engine.office.workspace import Workspace
from engine.record.decided import CaseDecided


@dataclass(frozen=True, slots=True)
class OwnDay:
    """Decisions whose letters are dated by events of one day, under the rules of that day; `used`: the files read."""

    program: Program
    case: Case
    decisions: tuple[Decision, ...]
    used: Used


class LettersAsked(Protocol):
    """Which letters: one by `name`, dated `signed`, or `dates` for each of them."""

    @property
    def name(self) -> str | None: ...
    @property
    def signed(self) -> date | None: ...
    @property
    def dates(self) -> Mapping[str, date]: ...


@dataclass(frozen=True, slots=True)
class CaseLetters:
    """What the decisions of a case give rise to; `elsewhere`: the decisions of other days that some were written from."""

    drafts: tuple[Draft, ...]
    problems: tuple[Problem, ...]
    elsewhere: tuple[OwnDay, ...] = ()

    def kept(self, rules: Workspace, path: Path, recorder: Recorder) -> tuple[CaseDecided, ...]:
        """What the ledger keeps of the decisions of other days."""
        found = ((one, one.program.package) for one in self.elsewhere)
        return tuple(recorder.case(rules, package, one.case, one.decisions, one.used, path) for one, package in found)


def letters_of(
    rules: Workspace,
    path: Path,
    program: Program,
    case: Case,
    decisions: Sequence[Decision],
    asked: LettersAsked,
    number: str = "",
) -> CaseLetters:
    """The letters that the decisions of the case at `path` give rise to, or the one asked for; those of an earlier day on
    which the rules were others, under those. Problems: as `drafts_of` has them, and E873."""
    name, dates = asked.name, asked.dates
    elsewhere: list[OwnDay] = []
    problems: list[Problem] = []
    if case.acts and asked.signed is None:
        decisions, elsewhere, problems = _by_day(rules, path, program, case, decisions, asked)
    drafts: list[Draft] = []
    for one in elsewhere:
        made, told = drafts_of(one.program, one.case, one.decisions, None, number=number, dates=dates)
        drafts += made
        problems += told
    if decisions and (name is None or not (drafts or problems)):
        made, told = drafts_of(program, case, decisions, name, asked.signed, number, dates)
        drafts, problems = [*drafts, *made], [*problems, *told]
    return CaseLetters(tuple(drafts), tuple(problems), tuple(elsewhere))


def _by_day(
    rules: Workspace, path: Path, program: Program, case: Case, decisions: Sequence[Decision], asked: LettersAsked
) -> tuple[list[Decision], list[OwnDay], list[Problem]]:
    """The decisions with the letters that go out under today's rules; those of other days; E873."""
    left, found, problems = list[Decision](), list[OwnDay](), list[Problem]()
    days: dict[date, list[tuple[Decision, str]]] = {}
    for decision in decisions:
        apart = [
            one
            for one in decision.documents
            if one not in asked.dates and _elsewhere(rules, program, case, decision, one)
        ]
        for document in (one for one in apart if asked.name in (None, one)):
            day = case.act(decision.determination, document)
            assert day is not None
            days.setdefault(day, []).append((decision, document))
        rest = tuple(one for one in decision.documents if one not in apart)
        left.append(replace(decision, documents=rest) if apart else decision)
    for day, letters in sorted(days.items()):
        own, told = _on(rules, path, day, letters)
        found += [own] if own is not None else []
        problems += told
    return left, found, problems


def _elsewhere(rules: Workspace, program: Program, case: Case, decision: Decision, document: str) -> bool:
    """Whether the letter is of a day before, on which the rules were others."""
    day = case.act(decision.determination, document)
    return day is not None and day < case.as_of and rules.differ(program, day)


def _on(
    rules: Workspace, path: Path, day: date, letters: Sequence[tuple[Decision, str]]
) -> tuple[OwnDay | None, list[Problem]]:
    try:
        with noting() as used:
            program, case, _ = rules.on(day).case(path)
    except Refused as refused:
        return None, list(refused.problems)
    decided, problems = list[Decision](), list[Problem]()
    for name in dict.fromkeys(decision.determination for decision, _ in letters):
        decision = decide(program, case, name)
        wanted = [document for one, document in letters if one.determination == name]
        for document in (one for one in wanted if one not in decision.documents):
            message = f"`{document}` 是 {day} 的，按那一天的规则 `{name}` 的结果是 `{decision.outcome}`，不出具它"
            place = next((fact.place for fact in case.facts.values() if fact.on == day), None)
            problems.append(Problem("E873", message, place, "核对这一天的事件和案卷；重新作出的，录入新的事件"))
        decided.append(replace(decision, documents=tuple(one for one in decision.documents if one in wanted)))
    return OwnDay(program, case, tuple(decided), used), problems
