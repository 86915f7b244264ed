"""The terms (届满) that run while a history is gone through, and the events by which they end.

Of every event of the kind one term runs: an event that begins it anew takes the place of the one before. A term that is
over while the dossier is in another state ends when the dossier is back in one of the states it ends in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from engine.base.calendar import Consulted
from engine.base.classes import dataclass
from engine.base.problem import Problem
from engine.base.text import clauses_text
from engine.policy.procedure import TERM_BEFORE, Event
from engine.procedure.compiled import Compiled, TermCode
from engine.procedure.expressions import EventValues, Expression
from engine.procedure.history import TERM_MARK, Entry, named
from engine.procedure.timeline import Begun


@dataclass(frozen=True, slots=True)
class _Running:
    """A term: `begun` by an event, to its `last` day; `ends` is the event that ends it."""

    event: Event
    begun: Entry
    last: date
    ends: Entry | None
    estimate: str = ""


class Terms:
    """`waiting`: id of an event that ends a term and that its state forbade -> id of the event after which it is tried
    again, "" where there is none."""

    def __init__(self, compiled: Compiled, waiting: Mapping[str, str], consulted: Consulted) -> None:
        self.compiled, self.waiting, self.consulted = compiled, waiting, consulted
        self.running: dict[str, _Running] = {}
        self.cautions: list[Problem] = []
        self.begun: list[Begun] = []

    def ending(self, day: date) -> Entry | None:
        """The next event that ends a term by the morning of `day`, taken from the running ones."""
        due = [(one.ends.day, name) for name, one in self.running.items() if one.ends and self._in_turn(one.ends, day)]
        return self._end(min(due)[1]) if due else None

    def after(self, entry: Entry) -> Iterator[Entry]:
        """The events that waited for this one; they happen on its day."""
        for name in list(self.running):  # what happens may begin any of them anew
            one = self.running.get(name)
            if (
                one is not None
                and one.ends is not None
                and self.waiting.get(one.ends.id) == entry.id
                and one.ends.day <= entry.day
            ):
                yield replace(self._end(name), day=entry.day)

    def _in_turn(self, entry: Entry, day: date) -> bool:
        return entry.day <= day and entry.id not in self.waiting

    def _end(self, name: str) -> Entry:
        one = self.running[name]
        assert one.ends is not None
        if one.estimate:
            self._unsure(one.event, one.begun, one.estimate)
        self.running[name] = replace(one, ends=None)
        return one.ends

    def begin(self, entry: Entry) -> None:
        """The terms that begin with an event."""
        for code in self.compiled.terms.get(entry.event, ()):
            name, before = code.event.name, self.running.get(code.event.name)
            sources = ({**entry.values, TERM_BEFORE: before.last if before else None},)
            begins = True if code.when is None else code.when.value(sources, self.consulted)
            if begins is None:
                self._lose(name, code, entry, code.when, sources)
            elif begins:
                self._begin(name, code, entry, sources)

    def _begin(self, name: str, code: TermCode, entry: Entry, sources: Sequence[EventValues]) -> None:
        last, estimate = code.last.day(sources, self.consulted) if code.last else (None, "")
        if last is None or last < entry.day:
            early = f"算出的 {last.isoformat()} 早于引出它的 {entry.day.isoformat()}" if last is not None else ""
            self._lose(name, code, entry, code.last, sources, early)
            return
        id, following = f"{entry.id}{TERM_MARK}{name}", last + timedelta(1)
        ends = Entry(id, name, following, case=entry.case, place=entry.place, since=entry.id)
        self.running[name] = _Running(code.event, entry, last, ends, estimate)
        self.begun.append(Begun(name, entry.id, last))

    def _lose(
        self,
        name: str,
        code: TermCode,
        entry: Entry,
        unknown: Expression | None,
        sources: Sequence[EventValues],
        why: str = "",
    ) -> None:
        """No term runs any more: there is none from now on, or its last day cannot be told."""
        self.running.pop(name, None)
        self.begun.append(Begun(name, entry.id, None))
        if unknown is not None:
            self._unsure(code.event, entry, why or unknown.unknown(sources, self.compiled.package))

    def _unsure(self, event: Event, begun: Entry, why: str) -> None:
        message = f"{named(begun)}以后，`{event.name}`在哪一天查不清：{why}"
        help_ = "补填载荷，或确定参数"
        found = Problem("W852", message, begun.place, help_, clauses_text(event.clauses))
        if found not in self.cautions:
            self.cautions.append(found)
