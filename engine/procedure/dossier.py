"""A case's files and its history are one dossier: facts and records that events give (取自), joined with what the files
say. Pure.

What is said in both places must agree; what the files say of an event that, on the day of looking, was still to come is
not known yet. Everything taken from events names them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from engine.base.calendar import Consulted
from engine.base.classes import dataclass
from engine.base.problem import Place, Problem
from engine.decision.case import Case, ConcludedAct, Fact
from engine.decision.relations import inconsistencies
from engine.decision.wording import near
from engine.language.printer import show_value
from engine.language.tree import Value
from engine.policy.package import Package
from engine.policy.procedure import DAY, TERM_LAST, Procedure, TakenFact
from engine.procedure.compiled import Compiled
from engine.procedure.history import Entry, History, named
from engine.procedure.records import HELP, merged
from engine.procedure.replay import replay
from engine.procedure.timeline import Begun, Duty, Timeline


@dataclass(frozen=True, slots=True)
class Silent:
    """There is an event, but what is asked of it was not entered."""


SILENT = Silent()


@dataclass(frozen=True, slots=True)
class DossierState:
    """What had happened by some moment: the events that count, by day, and the state in which the next one finds the
    dossier. `case` and `title` say whose it is; `terms`: those begun before it; `duty`: the periodic duty for
    whose period something is decided."""

    case: str
    title: str
    state: str
    events: tuple[Entry, ...]
    terms: tuple[Begun, ...] = ()
    duty: Duty | None = None


def standing(timeline: Timeline, duty: Duty | None = None) -> DossierState:
    """At the end of the day looked from; `duty`: for which something is decided then."""
    return DossierState(timeline.case, timeline.title, timeline.state, timeline.events, timeline.terms, duty)


def entered(compiled: Compiled, history: History, day: date) -> DossierState:
    """Everything that has been entered, whenever it happened or will have: also what cannot have happened as entered;
    and the events by which terms ended.
    `day`: at least so far."""
    last = max(day, history.last)
    found = standing(replay(compiled, history, last))
    ended = [entry for entry in found.events if entry.since]
    events = sorted((*ended, *history.standing(last)), key=lambda entry: entry.day)
    return replace(found, events=tuple(events))


def standing_at(timeline: Timeline, entry: str, initial: str) -> DossierState:
    """When the event `entry` (its id) happens: it counts, but the state, and the terms, are those it finds."""
    upto = timeline.events[: 1 + next(i for i, e in enumerate(timeline.events) if e.id == entry)]
    before = {e.id for e in upto[:-1]}
    state = next((m.after for m in reversed(timeline.moves) if m.effect.event.id in before), initial)
    terms = tuple(term for term in timeline.terms if term.since in before)
    return DossierState(timeline.case, timeline.title, state, upto, terms)


def join(
    compiled: Compiled, case: Case, now: DossierState, whole: DossierState | None = None
) -> tuple[Case, tuple[Problem, ...]]:
    """The case with what its history gives by `now`; `whole`: the history beyond that moment, which files written later
    may already tell of. E869: the files say otherwise than the events, E870: they are another party's, E559: what they say together cannot be."""
    package, later = compiled.package, whole or now
    problems = [*_whose(package, case, later, compiled)]
    facts = dict(case.facts)
    rounds = compiled.procedure.rounds
    for name, each in groupby(compiled.procedure.taken, lambda taken: taken.fact):
        ways = tuple(each)
        written, told = case.facts.get(name), _told(compiled, ways, now, facts)
        if written is not None and (told is SILENT or (told is None and name == package.header.called)):
            told = written
        elif name == package.header.called:
            pass  # `_whose` has held it against every name there was
        elif written is not None and name in rounds and _happened(ways, written.value, now):
            told = written  # the files choose the round, among those there have been
        elif written is not None and _of_period(ways, now) is None and all(way.periodic for way in ways):
            told = written  # nothing is decided for a period of the duty: the files say which is meant
        elif written is not None:
            ever = (told, _told(compiled, ways, later, facts))
            said = [one for one in ever if isinstance(one, Fact)]
            if SILENT not in ever and all(written.value != one.value for one in said):
                events = "`或`".join(way.event or way.periodic for way in ways)
                problems.append(_differs(package, name, written, said[0] if said else None, events, later))
        if isinstance(told, Fact):
            facts[name] = told
        else:
            facts.pop(name, None)
    for rows in compiled.procedure.rows:
        known = replace(case, facts=facts)
        found, differing = merged(compiled, rows, known, _names(compiled, later), now.events, later.events)
        problems += differing
        if found is not None:
            facts[rows.table] = found
    whole_case = replace(case, facts=facts)
    problems += [one.problem for one in inconsistencies(package, whole_case)]
    return whole_case, tuple(problems)


def joined(compiled: Compiled, case: Case, history: History) -> tuple[Case, tuple[Problem, ...]]:
    """The case with what its own history gives up to its day; E869 and E870 as `join` has them."""
    timeline = replay(compiled, history, case.as_of)
    found, problems = join(compiled, case, standing(timeline), entered(compiled, history, case.as_of))
    acts, concluded = _acts(compiled.procedure, timeline, found.facts), _concluded(compiled, timeline, found.facts)
    return replace(found, acts=acts, concluded=concluded), problems


def _acts(procedure: Procedure, timeline: Timeline, facts: Mapping[str, Fact]) -> Mapping[tuple[str, str], date]:
    """The days of the events that ask for the letters of this case (`Case.acts`). An event of another round is none, and
    where no fact tells the round while there are events of several, nobody knows which is meant."""
    of_case = _Rounds(procedure, facts)
    found: dict[tuple[str, str], list[Entry]] = {}
    for owed in timeline.documents:
        entry = owed.effect.event
        if of_case.has(entry):
            for determination in procedure.events[entry.event].concluded.values() or ("",):
                found.setdefault((determination, owed.document), []).append(entry)
    return {letter: entries[-1].day for letter, entries in found.items() if of_case.one(entries)}


def _concluded(compiled: Compiled, timeline: Timeline, facts: Mapping[str, Fact]) -> tuple[ConcludedAct, ...]:
    """What the latest event of this case's round says of each determination: its outcome, then its amount."""
    procedure, of_case = compiled.procedure, _Rounds(compiled.procedure, facts)
    found: dict[str, list[Entry]] = {}
    for entry in filter(of_case.has, timeline.events):
        for determination in procedure.events[entry.event].concluded.values():
            found.setdefault(determination, []).append(entry)
    acts = list[ConcludedAct]()
    for determination, entries in found.items():
        entry, event = entries[-1], procedure.events[entries[-1].event]
        items = {**event.concluded, **event.amounts} if of_case.one(entries) else {}
        for field in event.payload:
            value = entry.payload.get(field.name)
            if items.get(field.name) == determination and value is not None:
                written = show_value(value, field.type, field.unit)
                acts.append(
                    ConcludedAct(determination, field.name, value, written, named(entry), entry.day, entry.place)
                )
    return tuple(acts)


class _Rounds:
    """Which events are of the round that a case's facts tell of."""

    def __init__(self, procedure: Procedure, facts: Mapping[str, Fact]) -> None:
        self.keys, self.facts = procedure.keys, facts
        self.told = {payload: fact for taken in procedure.taken for payload, fact in taken.keys.items()}

    def has(self, entry: Entry) -> bool:
        keys = self.keys & entry.payload.keys()
        known = {k: self.facts[self.told[k]].value for k in keys if k in self.told and self.told[k] in self.facts}
        return keys <= self.told.keys() and all(entry.payload.get(key) == value for key, value in known.items())

    def one(self, entries: Sequence[Entry]) -> bool:
        """Whether they are of one round."""
        return len({tuple(entry.payload.get(key) for key in self.told) for entry in entries}) == 1


def _told(
    compiled: Compiled, ways: Sequence[TakenFact], now: DossierState, facts: Mapping[str, Fact]
) -> Fact | Silent | None:
    """What the history says of it, with the event that says so, in whichever way it was said last; None where it says
    nothing, `SILENT` where there is the event but what is asked of it was not entered."""
    if (of_period := _of_period(ways, now)) is not None:
        return of_period
    ways = [way for way in ways if not way.periodic]
    if not ways:
        return None
    first = ways[0]
    if first.of_state:
        said = f"事件记录，{now.state}"
        return Fact(now.state in first.states if first.states else now.state, said, _last(now), recorded=True)
    found = [(way, list(_matching(compiled, way, now, facts))) for way in ways]
    if any(len({tuple(map(e.payload.get, way.keys)) for e in entries}) > 1 for way, entries in found):
        return None  # events of several rounds, and nobody knows which is meant
    if not first.item:
        latest = max((e[-1] for _, e in found if e), key=now.events.index, default=None)
        said = _source(latest) if latest is not None else f"事件记录里没有{'、'.join(way.event for way in ways)}"
        return Fact(latest is not None, said, latest.place if latest is not None else None, recorded=True)
    said_by = [(e, item) for way, entries in found for e in entries if (item := _item(e, way, now)) is not None]
    if not said_by:
        return SILENT if any(entries for _, entries in found) else None
    entry, value = max(said_by, key=lambda one: now.events.index(one[0]))
    return Fact(value, _source(entry), entry.place, recorded=True, on=entry.day)


def _of_period(ways: Sequence[TakenFact], now: DossierState) -> Fact | None:
    """What the period for which something is decided says of it."""
    duty = now.duty
    way = next((way for way in ways if duty is not None and way.periodic == duty.source), None)
    if duty is None or way is None:
        return None
    value = duty.due if way.item == TERM_LAST else duty.of.get(way.item)
    return Fact(value, f"事件记录，{duty.name}（{duty.period}）逾期", recorded=True) if value is not None else None


def _item(entry: Entry, way: TakenFact, now: DossierState) -> Value:
    if (term := _counting(way, now)) is not None:
        return term.last
    return entry.day if way.item == DAY else entry.payload.get(way.item)


def _counting(way: TakenFact, now: DossierState) -> Begun | None:
    """The term that counts, where that is what the fact is taken from."""
    return next((t for t in reversed(now.terms) if way.item == TERM_LAST and t.event == way.event), None)


def _happened(ways: Sequence[TakenFact], value: Value, now: DossierState) -> bool:
    """Whether some event says so, be it the latest or not."""
    return any(entry.event == way.event and _item(entry, way, now) == value for way in ways for entry in now.events)


def _matching(compiled: Compiled, taken: TakenFact, now: DossierState, facts: Mapping[str, Fact]) -> Iterator[Entry]:
    """The events it may be taken from, the one that a term runs from; where a fact that tells the round is not known,
    those of every round."""
    if (counting := _counting(taken, now)) is not None:
        yield from (entry for entry in now.events if entry.id == counting.since)
        return
    when = compiled.taken.get((taken.fact, taken.way))
    keys = {payload: facts[fact].value for payload, fact in taken.keys.items() if fact in facts}
    for entry in now.events:
        right = entry.event == taken.event and all(entry.payload.get(key) == value for key, value in keys.items())
        if right and (when is None or when.value((entry.values,), Consulted()) is True):
            yield entry


def _whose(package: Package, case: Case, now: DossierState, compiled: Compiled) -> Iterator[Problem]:
    """Files of another number; files of another name, without an event that records the change."""
    if case.id != now.case:
        message = f"案卷是案件 `{case.id}` 的，事件记录是 `{now.case}` 的"
        yield Problem("E870", message, case.place_of("事实", package.header.called), "改正其中一处的 `案件`")
    fact = case.facts.get(package.header.called)
    if fact is not None and now.title and fact.value not in _names(compiled, now):
        message = f"案卷里的{package.header.called}是 `{fact.value}`，事件记录的名称是 `{now.title}`"
        yield Problem("E870", message, fact.place, "改正其中一处；名称确有变更的，录入变更的事件")


def _names(compiled: Compiled, now: DossierState) -> frozenset[Value]:
    """What the party has been called."""
    recorded = [t for t in compiled.procedure.taken if t.fact == compiled.package.header.called]
    events = (e.payload.get(t.item) for t in recorded for e in now.events if e.event == t.event)
    return frozenset((now.title, *events)) - {None, ""}


def _differs(package: Package, name: str, written: Fact, told: Fact | None, event: str, now: DossierState) -> Problem:
    """Both places, and what each says."""
    symbol = package.scope.symbols[name]

    said = show_value(written.value, symbol.type, symbol.unit)
    if told is None:
        message = f"案卷写明 `{name}` 为 `{said}`，事件记录里没有这样的 `{event}`"
    else:
        where = f"（{near(told.place)}，{told.evidence}）" if told.place else f"（{told.evidence}）"
        message = (
            f"案卷写明 `{name}` 为 `{said}`，事件记录得出 `{show_value(told.value, symbol.type, symbol.unit)}`{where}"
        )
    return Problem("E869", message, written.place, HELP)


def _source(entry: Entry) -> str:
    return f"事件记录 {named(entry)}"


def _last(now: DossierState) -> Place | None:
    return now.events[-1].place if now.events else None
