"""Duties with their dates: those rules gave birth to, and those every period brings; what is met, what overdue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from engine.base.calendar import Consulted
from engine.base.classes import dataclass
from engine.base.numbers import Number
from engine.base.problem import Problem
from engine.base.text import clauses_text
from engine.language.values import add
from engine.policy.package import Package
from engine.policy.procedure import MEETS, SETTLES
from engine.procedure import programs as p
from engine.procedure.chaining import Atom, HornProgram, Result
from engine.procedure.compiled import Compiled, DutyCode, Way
from engine.procedure.expressions import EventValues
from engine.procedure.facts import known, symbol
from engine.procedure.history import Entry, named
from engine.procedure.periods import Period, Spans, bearing, periods
from engine.procedure.timeline import ENDED, EXPIRED, LATE, MET, OPEN, OVERDUE, PENDING, SETTLED, UNSET, Duty, Effect

Chain = Callable[[HornProgram, Iterable[Atom]], Result]
Done = Mapping[str, Sequence[Entry]]
"""履行, 处理 -> the events that do so, in order."""


@dataclass(frozen=True, slots=True)
class Born:
    """The duty number `index` of the rule of `effect`, with the events joined and those that meet or settle it."""

    effect: Effect
    index: int
    joined: tuple[Entry, ...]
    done: Done


@dataclass(frozen=True, slots=True)
class Telling:
    """What finding the duties is told to: what it reads of the calendar, and where it cannot be told whether one is met."""

    consulted: Consulted
    cautions: list[Problem]


def born_duties(compiled: Compiled, born: Iterable[Born], spans: Spans, as_of: date, told: Telling) -> Iterator[Duty]:
    """The duties of the effects, with their standing on `as_of`."""
    for item in born:
        effect = item.effect
        code = compiled.rules[effect.rule].duties[item.index]
        sources = [effect.event.values, *(other.values for other in item.joined)]
        bearer = _Bearer(effect.rule, effect.event.day, "", effect)
        yield _duty(compiled, code, bearer, sources, item.done, spans, as_of, told)


def periodic_duties(
    compiled: Compiled,
    entries: Sequence[Entry],
    facts: Sequence[Atom],
    spans: Spans,
    as_of: date,
    chainer: Chain,
    told: Telling,
) -> Iterator[Duty]:
    """The duties of every period up to `as_of`, with their standing; `facts` are those of the entries."""
    found = list(periods(compiled, spans, as_of))
    done = _done(compiled, found, entries, facts, chainer, told.consulted)
    for number, period in enumerate(found):
        code = compiled.periodic[period.periodic.name]
        first = bearing(period.periodic, period, spans)
        bearer = _Bearer(period.periodic.name, first, period.label, None, period.values)
        yield _duty(compiled, code, bearer, (period.values,), done.get(str(number), {}), spans, as_of, told)


def _done(
    compiled: Compiled,
    found: Sequence[Period],
    entries: Sequence[Entry],
    facts: Sequence[Atom],
    chainer: Chain,
    consulted: Consulted,
) -> Mapping[str, Done]:
    """Number of a period -> the events that meet or settle its duty."""
    program = compiled.programs.periods
    if not found or not program.rules:
        return {}
    given = known(program, facts)
    for number, period in enumerate(found):
        values = (symbol(period.values[name], str(number)) for name in period.periodic.cycle.keys)
        given.append(Atom(p.period(period.periodic.name), (str(number), *values)))
    for name, code in compiled.periodic.items():
        own = [(str(n), period.values) for n, period in enumerate(found) if period.periodic.name == name]
        for way in (way for way in code.ways if way.when is not None):
            kind = [entry for entry in entries if entry.event == way.how.event]
            given += [Atom(p.may(way.way, name, 0), args) for args in _such(way, kind, own, consulted)]
    place = {entry.id: index for index, entry in enumerate(entries)}
    places: dict[str, dict[str, list[int]]] = {}
    for atom in chainer(program, given).derived:
        of, id = atom.args
        places.setdefault(of, {}).setdefault(atom.predicate.partition("·")[0], []).append(place[id])
    return {of: {way: [entries[at] for at in sorted(ats)] for way, ats in ways.items()} for of, ways in places.items()}


def _such(
    way: Way, kind: Sequence[Entry], periods: Sequence[tuple[str, EventValues]], consulted: Consulted
) -> Iterator[tuple[str, ...]]:
    """The events for which the condition holds; with the number of the period where it looks at that."""
    when = way.when
    if when is None:
        return
    if not way.how.reads_period:
        yield from ((entry.id,) for entry in kind if when.value((entry.values,), consulted) is True)
        return
    for number, values in periods:
        yield from ((number, e.id) for e in kind if when.value((e.values, values), consulted) is True)


@dataclass(frozen=True, slots=True)
class _Bearer:
    """What a duty comes from."""

    source: str
    born: date
    period: str
    effect: Effect | None
    of: EventValues = field(default_factory=dict)


def _duty(
    compiled: Compiled,
    code: DutyCode,
    bearer: _Bearer,
    sources: Sequence[EventValues],
    done: Done,
    spans: Spans,
    as_of: date,
    told: Telling,
) -> Duty:
    duty = code.duty
    start, _ = code.start.day(sources, told.consulted) if code.start else (None, "")
    due, provisional = code.due.day(sources, told.consulted) if code.due else (None, "")
    unset = code.due.unknown(sources, compiled.package) if code.due and due is None else ""
    early = due is not None and due < bearer.born
    if due is not None and early:
        # Nobody can have been late with what nothing asked for yet.
        unset = f"算出的 {due.isoformat()} 早于引出它的 {bearer.born.isoformat()}"
        due, provisional = None, ""
    met = _met(compiled, code, bearer, sources, done.get(MEETS, ()), told)
    ended = None if met or not duty.states else _left(spans, duty.states, bearer.born, as_of)
    status = _status(duty.nature, due, unset, met, ended, as_of)
    if early and status == UNSET:
        place = bearer.effect.event.place if bearer.effect else None
        message = f"`{duty.name}`的期限查不清：{unset}"
        told.cautions.append(Problem("W852", message, place, "日期写错的，撤回后重新录入", clauses_text(duty.clauses)))
    settlers = done.get(SETTLES, ()) if status == OVERDUE else ()
    settled = next((entry for entry in settlers if due is not None and entry.day > due), None)
    if settled is not None:
        status = SETTLED
    ready = start is not None and start <= as_of if code.start else status == OVERDUE
    documents = issued_in(compiled.package, duty.documents, spans[-1][1])
    return Duty(
        name=duty.name,
        who=duty.role,
        nature=duty.nature,
        source=bearer.source,
        clauses=duty.clauses,
        born=bearer.born,
        period=bearer.period,
        effect=bearer.effect,
        start=start,
        due=due,
        unset=unset,
        provisional=provisional,
        met_by=met,
        settled_by=settled,
        ended=ended,
        status=status,
        documents=documents,
        ready=ready and bool(documents) and not (met or settled or ended),
        of=bearer.of,
    )


def issued_in(package: Package, documents: Iterable[str], state: str) -> tuple[str, ...]:
    """Of documents asked for, those issued while the dossier is in a state."""
    known = package.documents
    return tuple(name for name in documents if name not in known or known[name].issued_in(state))


def _met(
    compiled: Compiled,
    code: DutyCode,
    bearer: _Bearer,
    sources: Sequence[EventValues],
    done: Sequence[Entry],
    told: Telling,
) -> Entry | None:
    """The event that met the duty: the first, or that by which there were enough of them; None where there were not, or
    where that cannot be told, which is a caution."""
    way = next((way for way in code.ways if way.way == MEETS), None)
    if way is None or not way.together:
        return next(iter(done), None)
    needed = [way.times.value(sources, told.consulted) if way.times is not None else Decimal(1)]
    needed += [total.value(sources, told.consulted) for _, total in way.totals]
    unset = [e for e, n in zip((way.times, *(t for _, t in way.totals)), needed, strict=True) if e and n is None]
    lacking = [
        f"{named(entry)}没有填 `{name}`" for entry in done for name, _ in way.totals if name not in entry.payload
    ]
    sums: list[Number] = [Decimal(0)] * len(needed)
    for entry in done:
        amounts = [Decimal(1), *(entry.payload.get(name) for name, _ in way.totals)]
        sums = [add(s, a) if isinstance(a, Decimal | Fraction) else s for s, a in zip(sums, amounts, strict=True)]
        if not unset and all(s >= n for s, n in zip(sums, needed, strict=True) if isinstance(n, Decimal | Fraction)):
            return entry
    if done and (unset or lacking):
        why = "；".join([*(e.unknown(sources, compiled.package) for e in unset), *lacking])
        name = f"`{code.duty.name}`{f'（{bearer.period}）' if bearer.period else ''}"
        help_ = "补填载荷，或确定参数"
        told.cautions.append(
            Problem("W851", f"{name}是否已经履行查不清：{why}", done[-1].place, help_, clauses_text(code.duty.clauses))
        )
    return None


def _status(nature: str, due: date | None, unset: str, met: Entry | None, ended: date | None, as_of: date) -> str:
    if met is not None:
        return LATE if due is not None and met.day > due else MET
    if ended is not None and (due is None or ended <= due):
        return ENDED
    if unset:
        return UNSET
    if due is None:
        return PENDING
    if as_of <= due:
        return OPEN
    return EXPIRED if nature == "权利" else OVERDUE


def _left(spans: Spans, states: Sequence[str], born: date, as_of: date) -> date | None:
    """The first day from `born` to `as_of` at whose end the party is in none of the states."""
    for index, (first, state) in enumerate(spans):
        end = spans[index + 1][0] - timedelta(1) if index + 1 < len(spans) else date.max
        if end >= born and max(first, born) <= as_of and state not in states:
            return max(first, born)
    return None
