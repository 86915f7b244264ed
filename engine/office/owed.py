"""Edge: the documents the events of a history ask for, written from the case files the events name (案卷).

Each is decided as of the day of its event. What an event says a determination came to must be what the files give:
otherwise nobody could sign it, and the place is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import NoReturn

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.base.text import did_you_mean
from engine.decision.case import Case, Fact
from engine.decision.conclusions import contradictions
from engine.decision.decide import decide_all
from engine.decision.model import Decision
from engine.decision.program import Program
from engine.documents.draft import Draft
from engine.documents.writing import NO_DATES, drafts_of, folder_of
from engine.files.reading import inside
from engine.files.used import Used, noting
from engine.office.workspace import Workspace
from engine.policy.package import NOT_YET, Package
from engine.policy.procedure import Procedure
from engine.procedure.dossier import entered, join, standing, standing_at
from engine.procedure.history import Entry
from engine.procedure.replay import replay
from engine.procedure.timeline import Timeline
from engine.procedure.validate import named

_LATER = ("W532", "W551")
"""Remarks on files that tell of more than had happened on the day: here they may."""


@dataclass(frozen=True, slots=True)
class AskedDocument:
    """A document asked for at an event (`owed`), or allowed by a duty that is open since; decided and signed on `day`."""

    document: str
    entry: Entry
    day: date
    owed: bool


@dataclass(frozen=True, slots=True)
class Files:
    """A case as it stood on the day of an event; `used`: the files that were read for it at `path`."""

    program: Program
    case: Case
    decisions: tuple[Decision, ...]
    used: Used
    path: Path


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of one history up to a day, and what forbids others."""

    regulation: str
    timeline: Timeline
    drafts: tuple[Draft, ...]
    problems: tuple[Problem, ...]
    asked: tuple[str, ...]
    """Every document the events ask for, or allow, written or not."""
    files: tuple[Files, ...] = ()
    """The cases they were written from."""


def letters(
    rules: Workspace,
    path: Path,
    day: date,
    name: str | None = None,
    signed: date | None = None,
    dates: Mapping[str, date] = NO_DATES,
) -> Letters:
    """Every document (or the one called `name`) that the events up to `day` ask for, and those that can be issued on it.

    Raises Refused where the history cannot be read; E640 there is no document `name`, E641 nothing asks for it. Problems:
    E867 an event without files, E868 files that say otherwise than their event, and whatever keeps a case from being read
    or a letter from being written."""
    compiled, history = rules.history(path, day)
    timeline = replay(compiled, history, day)
    every = list(enumerate(_asked(timeline, day), 1))
    wanted = [(number, asked) for number, asked in every if name in (None, asked.document)]
    if name is not None and not wanted:
        _refuse(name, compiled.package, day)
    folder = path if path.is_dir() else path.parent
    drafts: list[Draft] = []
    problems: list[Problem] = []
    sources: list[Files] = []

    whole = entered(compiled, history, day)

    @cache
    def read(case: str, day: date, entry: str) -> Files:
        with noting() as used:
            program, case_, remarks = rules.on(day).case(folder / case)
        problems.extend(remark for remark in remarks if remark.code not in _LATER)
        now = standing(timeline) if entry == "" else standing_at(timeline, entry, compiled.initial)
        case_, differing = join(compiled, _by_then(case_, day), now, whole)
        if found := differing or contradictions(program, case_):
            raise Refused(found)
        return Files(program, case_, tuple(decide_all(program, case_)), used, folder / case)

    for number, asked in wanted:
        try:
            files = read(_case_of(asked.entry, folder), asked.day, asked.entry.id if asked.owed else "")
            chosen = _chosen(compiled.procedure, timeline, asked, files)
            found, told = drafts_of(files.program, files.case, chosen, asked.document, signed or asked.day, dates=dates)
        except Refused as refused:
            problems += refused.problems
            continue
        problems += told
        if found and all(files is not other for other in sources):
            sources.append(files)
        # The letters of one history lie in one folder, whichever files each was written from.
        drafts += [replace(d, stem=f"{number:02}—{d.stem}", folder=folder_of(history.case)) for d in found]
    return Letters(
        history.regulation,
        timeline,
        tuple(drafts),
        tuple(dict.fromkeys(problems)),
        tuple(one.document for _, one in every),
        tuple(sources),
    )


def _by_then(case: Case, day: date) -> Case:
    """The case without what people found only later: on the day that was unknown."""

    def known(facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        return {name: fact for name, fact in facts.items() if fact.finding is None or fact.finding.on <= day}

    return replace(case, facts=known(case.facts), excuses=known(case.excuses))


def _refuse(name: str, package: Package, day: date) -> NoReturn:
    if name not in package.documents:
        help_ = did_you_mean(name, package.documents) or "、".join(package.documents)
        raise Refused(Problem("E640", f"没有文书 `{name}`", help=help_), 2)
    message = f"到 {day.isoformat()} 为止，没有事件要求出具 `{name}`"
    raise Refused(Problem("E641", message, help="用 `guiju timeline` 看各事件的文书，或换一个 `--as-of`"), 2)


def _asked(timeline: Timeline, day: date) -> Iterator[AskedDocument]:
    """What the events ask for, in their order; then, once each, what open duties allow on `day`. Periodic duties go by
    the files of the latest event."""
    owed = [AskedDocument(o.document, o.effect.event, o.day, True) for o in timeline.documents]
    yield from owed
    done = {(asked.document, asked.entry.id) for asked in owed}
    for duty in timeline.duties:
        entry = duty.effect.event if duty.effect else timeline.events[-1]
        for document in duty.documents if duty.ready else ():
            if (document, entry.id) not in done:
                done.add((document, entry.id))
                yield AskedDocument(document, entry, day, False)


def _case_of(entry: Entry, folder: Path) -> str:
    """Where the files of an event are, below the history's own `folder`. Refused: E867 nowhere, E107 elsewhere."""
    if not entry.case:
        help_ = "在事件上写 `案卷: 文件夹`，里面放当时的 case.yaml"
        raise Refused(Problem("E867", f"{named(entry)}没有案卷，它的文书出不了", entry.place, help_))
    if not inside(folder / entry.case, folder):
        message = f"{named(entry)}的案卷 `{entry.case}` 在事件记录的文件夹之外"
        raise Refused(Problem("E107", message, entry.place, "把案卷放进事件记录的文件夹，不用链接"))
    return entry.case


def _chosen(procedure: Procedure, timeline: Timeline, asked: AskedDocument, files: Files) -> Sequence[Decision]:
    """The determinations the letter goes out under: those the event concludes, else all that give rise to it; one that
    none gives rise to goes out under what was last concluded. Refused: E868."""
    decisions = {decision.determination: decision for decision in files.decisions}
    own = procedure.events[asked.entry.event].concluded if asked.owed else {}
    for name, determination in own.items():
        said, found = asked.entry.payload.get(name), decisions[determination]
        if said != found.outcome:
            message = f"{named(asked.entry)}写明 `{determination}` 为 `{said}`，案卷在这一天得出 `{found.outcome}`"
            raise Refused(Problem("E868", message, asked.entry.place, "核对案卷里的事实，或更正事件"))
    arising = [decision for decision in decisions.values() if asked.document in decision.documents]
    concluded = [decision for decision in arising if decision.determination in own.values()]
    if arising:
        return concluded or arising
    last = _last_concluded(procedure, timeline, asked.entry)
    if last and decisions[last].outcome == NOT_YET:
        first = "；".join(premise.first for premise in decisions[last].premises if premise.lacking)
        message = f"`{last}` 尚不能作出，不能出具 `{asked.document}`"
        raise Refused(Problem("E871", message, asked.entry.place, f"须先{first}"))
    return [replace(decisions[last], documents=(asked.document,))] if last else files.decisions


def _last_concluded(procedure: Procedure, timeline: Timeline, entry: Entry) -> str:
    """The determination the latest event up to `entry` concluded, "" where none did."""
    upto = timeline.events[: 1 + next(i for i, e in enumerate(timeline.events) if e.id == entry.id)]
    found = [d for e in upto for d in procedure.events[e.event].concluded.values()]
    return found[-1] if found else ""
