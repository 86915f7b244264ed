"""What follows from a history on a day: the state, what led to it, the documents owed, the duties. Plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date

from engine.base.basis import Basis
from engine.base.classes import dataclass
from engine.base.problem import Problem
from engine.language.tree import Value
from engine.procedure.history import Entry

MET, LATE, OPEN, OVERDUE, SETTLED, ENDED, EXPIRED, UNSET, PENDING = (
    *("已履行", "逾期履行", "未到期", "逾期", "逾期已处理", "已终止", "已过期", "期限未定", "待办"),
)
STATUSES = (MET, LATE, OPEN, OVERDUE, SETTLED, ENDED, EXPIRED, UNSET, PENDING)
LIVE = (OPEN, OVERDUE, UNSET, PENDING)
"""Statuses of duties somebody still has to see to."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A rule that took effect at `event`, `joined` with earlier events. `through`: the rules whose derived events led
    here, first cause first."""

    rule: str
    clauses: tuple[str, ...]
    event: Entry
    joined: tuple[str, ...] = ()
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """A change of state, by an effect."""

    before: str
    after: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class Owed:
    """A document that an effect asks for."""

    document: str
    effect: Effect

    @property
    def day(self) -> date:
        return self.effect.event.day


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty as it stands. Born by `effect`, or periodic (None) for the period that begins on `born`. `start`: from
    then on it can be done; `due` None with `unset` saying why, or no term at all; `provisional` why the date is an
    estimate; `settled_by` the event that dealt with it once it was overdue; `ended` the day on which the party left the
    states it belongs to. `documents` may be issued for it, `ready` on this day."""

    name: str
    who: str
    nature: str
    source: str
    clauses: tuple[str, ...]
    born: date
    period: str
    effect: Effect | None
    start: date | None
    due: date | None
    unset: str
    provisional: str
    met_by: Entry | None
    settled_by: Entry | None
    ended: date | None
    status: str
    documents: tuple[str, ...]
    ready: bool
    of: Mapping[str, Value] = field(default_factory=dict)
    """What may be read of its period: 年度, 月份, 期初 …"""

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it the same duty in another replay."""
        return self.source, self.name, self.effect.event.id if self.effect else "", self.period

    @property
    def closed_by(self) -> Entry | None:
        """The event after which nobody has to see to it: it met it, or settled it."""
        return self.met_by or self.settled_by

    @property
    def live(self) -> bool:
        """Somebody still has to see to it."""
        return self.status in LIVE and self.ended is None


@dataclass(frozen=True, slots=True)
class Refusal:
    """An event that cannot have happened as entered; it has no effect. `earliest`: from when it could."""

    entry: Entry
    problem: Problem
    earliest: date | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """A term (届满): what ends it, the id of the event it runs from, its last day (None where nobody can tell)."""

    event: str
    since: str
    last: date | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """A history replayed up to `as_of`; `basis` has what was entered up to then as its facts.

    `events`: those that count, by day, and those by which terms ended; `terms`: every one begun, of each kind the last
    counts; `cautions`: what could not be decided."""

    case: str
    title: str
    as_of: date
    basis: Basis
    state: str
    since: date | None
    events: tuple[Entry, ...]
    moves: tuple[Move, ...]
    effects: tuple[Effect, ...]
    documents: tuple[Owed, ...]
    duties: tuple[Duty, ...]
    refused: tuple[Refusal, ...]
    cautions: tuple[Problem, ...] = ()
    terms: tuple[Begun, ...] = ()

    @property
    def running(self) -> tuple[tuple[str, str, date], ...]:
        """Of the terms that count and have not ended: what ends them, the event they run from, the last day."""
        counting = {term.event: term for term in self.terms}.values()
        over = {(entry.event, entry.since) for entry in self.events}
        found = [(t.event, t.since, t.last) for t in counting if t.last and (t.event, t.since) not in over]
        return tuple(sorted(found, key=lambda one: one[2]))


@dataclass(frozen=True, slots=True)
class TimelineChange:
    """One difference between two replays. `kind`: 状态 转变 文书 事项 不成立; `sign` + − or ~ (changed)."""

    kind: str
    sign: str
    text: str


def what_changed(before: Timeline, after: Timeline) -> tuple[TimelineChange, ...]:
    """What an entry made later, or taken back, changed: nothing is left unsaid."""
    return tuple(_changes(before, after))


def _changes(before: Timeline, after: Timeline) -> Iterator[TimelineChange]:
    if before.state != after.state:
        yield TimelineChange("状态", "~", f"{before.state} → {after.state}")
    sections = (
        ("转变", [_move(m) for m in before.moves], [_move(m) for m in after.moves]),
        ("文书", [_owed(d) for d in before.documents], [_owed(d) for d in after.documents]),
        ("不成立", [r.problem.message for r in before.refused], [r.problem.message for r in after.refused]),
    )
    for kind, old, new in sections:
        yield from (TimelineChange(kind, "−", text) for text in old if text not in new)
        yield from (TimelineChange(kind, "+", text) for text in new if text not in old)
    old_duties, new_duties = ({d.key: d for d in t.duties} for t in (before, after))
    for key, duty in old_duties.items():
        if key not in new_duties:
            yield TimelineChange("事项", "−", _duty(duty))
        elif _duty(duty) != _duty(new_duties[key]):
            yield TimelineChange("事项", "~", f"{_duty(duty)} → {_standing(new_duties[key])}")
    yield from (TimelineChange("事项", "+", _duty(d)) for key, d in new_duties.items() if key not in old_duties)


def _move(move: Move) -> str:
    return f"{move.effect.event.day.isoformat()} {move.before} → {move.after}（{move.effect.event.id} 号，{move.effect.rule}）"


def _owed(owed: Owed) -> str:
    return f"{owed.document}（{owed.day.isoformat()}，{owed.effect.event.id} 号，{owed.effect.rule}）"


def _duty(duty: Duty) -> str:
    return f"{duty.name}{f'（{duty.period}）' if duty.period else ''} {_standing(duty)}"


def _standing(duty: Duty) -> str:
    return f"{duty.status}{f'，期限 {duty.due.isoformat()}' if duty.due else ''}"
