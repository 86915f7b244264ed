"""Edge: the documents the events of a history ask for, written from the case files the events name (案卷).

Each is decided as of the day of its event. What an event says a determination came to must be what the files give:
otherwise nobody could sign it, and the place is told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import NoReturn

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.base.text import did_you_mean
from engine.decision.case import Case
from engine.decision.decide import Decided, amount_of, evaluate_whole
from engine.decision.model import Decision
from engine.decision.program import Program
from engine.documents.draft import Draft
from engine.documents.writing import NO_DATES, drafts_of, folder_of
from engine.files.reading import inside
from engine.files.used import Used, noting
from engine.language.printer import show_value
from engine.office.dossiers import Dossier, dossier, moment_of
from engine.office.workspace import Workspace
from engine.policy.package import NOT_YET, Package
from engine.policy.procedure import Event, Procedure
from engine.policy.uses import outcomes
from engine.procedure.history import Entry, named
from engine.procedure.timeline import Timeline


@dataclass(frozen=True, slots=True)
class AskedDocument:
    """A document asked for at an event (`owed`), or allowed by a duty that is open since; decided and signed on `day`.
    `period`: of a periodic duty whose period its case rests on, what stands for the number of an event."""

    document: str
    entry: Entry
    day: date
    owed: bool
    period: str = ""

    @property
    def standing(self) -> str:
        """The event at which its case stood, "" on the day looked from."""
        return self.entry.id if self.owed else self.period


@dataclass(frozen=True, slots=True)
class Files:
    """A case as it stood when `event` (its number) happened, or, `standing` "", on the day looked from, and what was decided
    for that event's letters; `used`: the files that were read for it at `path`, those of the history among them."""

    decided: Decided
    used: Used
    path: Path
    standing: str
    event: str = ""
    decisions: tuple[Decision, ...] = ()

    @property
    def program(self) -> Program:
        return self.decided.program

    @property
    def case(self) -> Case:
        return self.decided.case


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of one history up to a day, and what forbids others."""

    dossier: Dossier
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
    told = dossier(rules, path, day)
    timeline, procedure = told.timeline, told.compiled.procedure
    every = list(enumerate(_asked(procedure, timeline, day), 1))
    wanted = [(number, asked) for number, asked in every if name in (None, asked.document)]
    if name is not None and not wanted:
        _refuse(name, told.compiled.package, day)
    drafts: list[Draft] = []
    problems: list[Problem] = []
    sources: dict[tuple[str, str, str], Files] = {}

    @cache
    def read(case: str, day: date, event: str) -> Files:
        with noting() as used:
            program, found, remarks = told.case(case, day, event)
        problems.extend(remarks)
        used.add(told.used)
        return Files(Decided(program, found), used, told.folder / case, event)

    if name is None:
        problems += _contradicted(procedure, timeline, told.folder, read)
    for number, asked in wanted:
        try:
            standing, case = asked.standing, _case_of(asked.entry, told.folder)
            files = read(case, asked.day, standing)
            chosen = _chosen(procedure, timeline, asked, files)
            found, remarks = drafts_of(
                files.program, files.case, chosen, asked.document, signed or asked.day, dates=dates
            )
        except Refused as refused:
            problems += refused.problems
            continue
        problems += remarks
        if found:
            key = (case, standing, asked.entry.id)
            before = sources.get(key, replace(files, event=asked.period or asked.entry.id))
            sources[key] = _with_decisions(before, {draft.determination for draft in found})
        # The letters of one history lie in one folder, whichever files each was written from.
        drafts += [replace(d, stem=f"{number:02}—{d.stem}", folder=folder_of(told.history.case)) for d in found]
    return Letters(
        told,
        tuple(drafts),
        tuple(dict.fromkeys(problems)),
        tuple(one.document for _, one in every),
        tuple(sources.values()),
    )


def _with_decisions(one: Files, names: Collection[str]) -> Files:
    """With the decisions of these names too: what else the files would come to nobody decided at the event."""
    wanted = {*names, *(decision.determination for decision in one.decisions)}
    return replace(one, decisions=tuple(one.decided[name] for name in one.decided if name in wanted))


def _refuse(name: str, package: Package, day: date) -> NoReturn:
    if name not in package.documents:
        help_ = did_you_mean(name, package.documents) or "、".join(package.documents)
        raise Refused(Problem("E640", f"没有文书 `{name}`", help=help_), 2)
    message = f"到 {day.isoformat()} 为止，没有事件要求出具 `{name}`"
    raise Refused(Problem("E641", message, help="用 `guiju timeline` 看各事件的文书，或换一个 `--as-of`"), 2)


def _asked(procedure: Procedure, timeline: Timeline, day: date) -> Iterator[AskedDocument]:
    """What the events ask for, in their order; then, once each, what open duties allow on `day`. Periodic duties go by
    the files of the latest event; where facts are taken from their period, each period has a letter of its own."""
    taken = {one.periodic for one in procedure.taken if one.periodic}
    owed = [AskedDocument(o.document, o.effect.event, o.day, True) for o in timeline.documents]
    yield from owed
    done = {(asked.document, asked.entry.id) for asked in owed}
    for duty in timeline.duties:
        entry = duty.effect.event if duty.effect else timeline.events[-1]
        period = moment_of(duty) if duty.period and duty.source in taken else ""
        for document in duty.documents if duty.ready else ():
            if (document, period or entry.id) not in done:
                done.add((document, period or entry.id))
                yield AskedDocument(document, entry, day, False, period)


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
    decided, giving = files.decided, files.program.package.determinations.values()
    own = procedure.events[asked.entry.event].concluded if asked.owed else {}
    if asked.owed and (against := list(_against(procedure.events[asked.entry.event], asked.entry, files))):
        raise Refused(against)
    names = [one.name for one in giving if any(asked.document in outcome.documents for outcome in outcomes(one))]
    arising = [decided[name] for name in names if asked.document in decided[name].documents]
    concluded = [decision for decision in arising if decision.determination in own.values()]
    if arising:
        return concluded or arising
    last = _last_concluded(procedure, timeline, asked.entry)
    if last and decided[last].outcome == NOT_YET:
        first = "；".join(premise.first for premise in decided[last].premises if premise.lacking)
        message = f"`{last}` 尚不能作出，不能出具 `{asked.document}`"
        raise Refused(Problem("E871", message, asked.entry.place, f"须先{first}"))
    return [replace(decided[last], documents=(asked.document,))] if last else list(decided.values())


def _contradicted(
    procedure: Procedure, timeline: Timeline, folder: Path, read: Callable[[str, date, str], Files]
) -> Iterator[Problem]:
    """E868 of every event that says what was concluded, whether or not it asks for a letter, and whatever keeps its files
    from being read."""
    for entry in timeline.events:
        event = procedure.events[entry.event]
        if event.concluded and entry.case:
            try:
                files = read(_case_of(entry, folder), entry.day, entry.id)
            except Refused as refused:
                yield from refused.problems
                continue
            yield from _against(event, entry, files)


def _against(event: Event, entry: Entry, files: Files) -> Iterator[Problem]:
    """E868 where the files come to another outcome than the event says, or to another amount."""
    decisions = files.decided
    said = {d: str(entry.payload.get(name)) for name, d in event.concluded.items()}
    found = [(name, said[name], decisions[name].outcome) for name in said if said[name] != decisions[name].outcome]
    for name, determination in event.amounts.items():
        value = entry.payload.get(name)
        if value is None or found or not decisions[determination].amount:
            continue
        amount, given = amount_of(evaluate_whole(files.program, files.case, determination))
        if amount != value:
            payload = next(f for f in event.payload if f.name == name)
            found.append((f"{determination}的金额", show_value(value, payload.type, payload.unit), given))
    for name, written, given in found:
        message = f"{named(entry)}写明 `{name}` 为 `{written}`，案卷在这一天得出 `{given}`"
        yield Problem("E868", message, entry.place, "核对案卷里的事实，或更正事件")


def _last_concluded(procedure: Procedure, timeline: Timeline, entry: Entry) -> str:
    """The determination the latest event up to `entry` concluded, "" where none did."""
    upto = timeline.events[: 1 + next(i for i, e in enumerate(timeline.events) if e.id == entry.id)]
    found = [d for e in upto for d in procedure.events[e.event].concluded.values()]
    return found[-1] if found else ""
