"""Record tables that events give (取自), merged with what the files list. Pure.

A table whose every record is this case's must list the same on both sides. One that lists others' too (本方) is the
office's register: the events tell of this party's records, the file of everybody's; what both tell of must agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from itertools import groupby

from engine.base.calendar import Consulted
from engine.base.classes import dataclass
from engine.base.problem import Place, Problem
from engine.decision.case import Case, Fact, Sheet
from engine.decision.wording import near
from engine.language.printer import show_value
from engine.language.tree import Row, Table, Value
from engine.policy.procedure import DAY, TakenRows
from engine.procedure.compiled import Compiled
from engine.procedure.history import Entry, named
from engine.procedure.validate import same

HELP = "两处要一致：更正案卷，或更正、补录事件"


def merged(
    compiled: Compiled,
    rows: TakenRows,
    case: Case,
    names: frozenset[Value],
    now: Sequence[Entry],
    later: Sequence[Entry],
) -> tuple[Fact | None, list[Problem]]:
    """The records as the events of `now` and the case's file give them; None where nobody knows all of them. `names`: what
    the party has been called; `later`: all that was entered. E869 for records on which the two differ."""
    written = case.facts.get(rows.table)
    if written is None and rows.own:
        return None, []  # the events know of no other party's records
    merging = _Merging(compiled, rows, case, names, now, later)
    return merging.fact(written), merging.problems


@dataclass
class _Merging:
    compiled: Compiled
    rows: TakenRows
    case: Case
    names: frozenset[Value]
    now: Sequence[Entry]
    later: Sequence[Entry]
    problems: list[Problem] = field(default_factory=list)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.compiled.package.tables[self.rows.table].columns)

    def fact(self, written: Fact | None) -> Fact:
        listed = written.value.rows if written is not None and isinstance(written.value, Table) else ()
        own = [index for index, row in enumerate(listed) if self._is_own(row)]
        told = list(self._told(self.now))
        kept: dict[int, tuple[Row, Place | None]] = {
            index: (row, None) for index, row in enumerate(listed) if index not in own
        }
        added: list[tuple[Row, Place | None]] = []
        for entry in told:
            index = self._taken_out(entry, own, listed)
            row = self._record(entry, self.now)
            if index is None and written is not None and not self.rows.own:
                message = f"案卷的 `{self.rows.table}` 没有写事件记录 {named(entry)}"
                self.problems.append(Problem("E869", message, written.place, HELP))
            if self._at_hand(entry):
                continue
            if index is None:
                added.append((row, entry.place))
            else:
                kept[index] = self._filled(row, listed[index]), entry.place
        for entry in [e for e in self._told(self.later) if e not in told]:
            self._taken_out(entry, own, listed)  # what the file tells of already is not known yet
        self.problems += [self._alone(index) for index in own]
        every = [*(kept[index] for index in sorted(kept)), *added]
        places = {index: place for index, (_, place) in enumerate(every) if place is not None}
        said = "；".join(dict.fromkeys(filter(None, (written.evidence if written else "", self._said(len(told))))))
        last = written.place if written is not None else told[-1].place if told else None
        sheets = tuple(_without(written.sheets, set(kept))) if written is not None else ()
        table = Table(self.columns, tuple(row for row, _ in every))
        return Fact(table, said, last, sheets=sheets, recorded=True, places=places)

    def _said(self, count: int) -> str:
        return f"事件记录，{self.rows.event} {count} 件"

    def _told(self, events: Sequence[Entry]) -> Iterator[Entry]:
        when = self.compiled.listed.get(self.rows.table)
        for entry in events:
            right = entry.event == self.rows.event
            if right and (when is None or when.value((entry.values,), Consulted()) is True):
                yield entry

    def _is_own(self, row: Row) -> bool:
        return all(self._belongs(fact, row[self.columns.index(column)]) for column, fact in self.rows.own.items())

    def _belongs(self, fact: str, value: Value) -> bool:
        known = self.case.facts.get(fact)
        called = self.compiled.package.header.called == fact
        return (known is not None and known.value == value) or (called and value in self.names)

    def _record(self, entry: Entry, events: Sequence[Entry]) -> Row:
        """What the event gives, as far as it was known from `events`."""
        rows = self.rows
        after = [e for e in events if e.event == rows.after and e.day >= entry.day and same(entry, e, rows.keys)]
        values: list[Value] = []
        for column in self.columns:
            owner, item = rows.columns.get(column, ("", ""))
            source = entry if owner == rows.event else after[-1] if owner and after else None
            if column in rows.own:
                fact = self.case.facts.get(rows.own[column])
                values.append(fact.value if fact is not None else None)
            elif source is None:
                values.append(rows.blanks.get(column))
            else:
                values.append(source.day if item == DAY else source.payload.get(item))
        return tuple(values)

    def _at_hand(self, entry: Entry) -> bool:
        """Whether it is the result of the matter that is being decided: of this round, and what it answers has not come
        again since."""
        facts, wanted = self.case.facts, self.rows.at_hand
        known = {payload: facts[fact].value for payload, fact in wanted.items() if fact in facts}
        if not wanted or any(entry.payload.get(payload) != value for payload, value in known.items()):
            return False
        if len(known) < len(wanted):
            return False
        asked = {r.event for r in self.compiled.procedure.events[entry.event].requirements if r.kind == "须先有"}
        since = self.now[self.now.index(entry) + 1 :] if entry in self.now else ()
        return not any(e.event in asked and same(entry, e, tuple(wanted)) for e in since)

    def _taken_out(self, entry: Entry, own: list[int], listed: Sequence[Row]) -> int | None:
        """Which of the file's own records is the event's; it is not looked at again. One that is by its number, but says
        otherwise, is told of."""
        ways = [self._record(entry, self.now), self._record(entry, self.later)]
        for index in own:
            if self._identified(ways[0], listed[index]):
                own.remove(index)
                if all(self._apart(listed[index], way) for way in ways):
                    self.problems.append(self._differs(index, listed[index], ways[0], entry))
                return index
        for index in own:
            if not all(self._apart(listed[index], way) for way in ways):
                own.remove(index)
                return index
        return None

    def _apart(self, one: Row, other: Row) -> list[str]:
        """The columns that both give, and give differently."""
        pairs = zip(self.columns, one, other, strict=True)
        return [c for c, a, b in pairs if c in self.rows.columns and a is not None and b is not None and a != b]

    def _identified(self, one: Row, other: Row) -> bool:
        places = [self.columns.index(column) for column in self.rows.matching]
        return bool(places) and all(one[place] is not None and one[place] == other[place] for place in places)

    def _filled(self, told: Row, listed: Row) -> Row:
        """The event's record, with what only the file says of it."""
        return tuple(b if a is None else a for a, b in zip(told, listed, strict=True))

    def _differs(self, index: int, listed: Row, told: Row, entry: Entry) -> Problem:
        column = self._apart(listed, told)[0]
        at = self.columns.index(column)
        symbol = self.compiled.package.scope.columns[self.rows.table][column]
        one, other = (show_value(row[at], symbol.type, symbol.unit) for row in (listed, told))
        where = f"（{near(entry.place)}，事件记录 {named(entry)}）" if entry.place else f"（事件记录 {named(entry)}）"
        message = f"案卷的 `{self.rows.table}` 写明 `{column}` 为 `{one}`，事件记录得出 `{other}`{where}"
        return Problem("E869", message, self.case.record_place(self.rows.table, index, column), HELP)

    def _alone(self, index: int) -> Problem:
        message = f"案卷的 `{self.rows.table}` 有一条记录，事件记录里没有这样的 `{self.rows.event}`"
        return Problem("E869", message, self.case.record_place(self.rows.table, index), HELP)


def _without(sheets: Sequence[Sheet], kept: set[int]) -> Iterator[Sheet]:
    """The sheets with only the records that are `kept`, counted from 0 over all of them."""
    start = 0
    for sheet in sheets:
        every = [row for stretch in sheet.rows for row in stretch]
        left = [row for index, row in enumerate(every, start) if index in kept]
        start += len(every)
        if left:
            yield replace(sheet, rows=tuple(_stretches(left)))


def _stretches(rows: Sequence[int]) -> Iterator[range]:
    for _, each in groupby(enumerate(rows), lambda one: one[1] - one[0]):
        found = [row for _, row in each]
        yield range(found[0], found[-1] + 1)
