"""What happened to one party: dated events as they were entered, some later (补录), some taken back (撤回). Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date

from engine.base.classes import dataclass
from engine.base.problem import Place
from engine.language.tree import Value
from engine.policy.cycles import parts_of
from engine.policy.procedure import EVENT_DAY

TERM_MARK = "·届满·"
"""In the id of an event by which a term ended, between the id of the event it ran from and its own name."""

DUTY_MARK = "·事项·"
"""Before a periodic duty and its period, where they stand for the id of an event."""


@dataclass(frozen=True)
class Entry:
    """An event. `payload` by name (base units), without unknown values; `entered` when it was entered, if later than
    its day, and `by` whom, "" where that is not written; `case` the folder of the case it rests on (案卷), "" where none
    is named; `since` the id of the event whose term it ends, "" where it was entered. Ids are unique in a history."""

    id: str
    event: str
    day: date
    payload: Mapping[str, Value] = field(default_factory=dict)
    entered: date | None = None
    case: str = ""
    place: Place | None = field(default=None, compare=False)
    by: str = ""
    since: str = ""

    def __post_init__(self) -> None:
        values = {**parts_of(self.day), **self.payload, EVENT_DAY: self.day, "日期": self.day}
        object.__setattr__(self, "values", values)

    values: Mapping[str, Value] = field(init=False, repr=False, compare=False)
    """Everything an expression may read: the payload, its day, and the day's year, half-year, quarter and month."""


def named(entry: Entry) -> str:
    """`事件`（编号，日期）; one that ended a term has no number of its own."""
    return f"`{entry.event}`（{f'{entry.id}，' if not entry.since else ''}{entry.day.isoformat()}）"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Takes back the entry `target`; nothing is ever deleted. `by` whom, "" where that is not written."""

    id: str
    target: str
    day: date | None = None
    reason: str = ""
    place: Place | None = field(default=None, compare=False)
    by: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """All that was entered, in the order of entering. `title` names the party for people."""

    case: str
    items: tuple[Entry | Withdrawal, ...]
    title: str = ""
    regulation: str = ""

    @property
    def last(self) -> date:
        """The day of the latest entry; the first of all days where there is none."""
        return max((item.day for item in self.items if isinstance(item, Entry)), default=date.min)

    def known_on(self, day: date) -> History:
        """What had been entered by the end of `day`."""
        return History(self.case, tuple(i for i in self.items if _entered(i) <= day), self.title, self.regulation)

    def without(self, *ids: str) -> History:
        """The history in which these entries, and what takes them back, were never made."""
        kept = (i for i in self.items if i.id not in ids and not (isinstance(i, Withdrawal) and i.target in ids))
        return History(self.case, tuple(kept), self.title, self.regulation)

    def standing(self, as_of: date) -> tuple[Entry, ...]:
        """The entries up to `as_of` that nobody took back, by day; those of one day as they were entered."""
        taken_back = {i.target for i in self.items if isinstance(i, Withdrawal)}
        entries = [i for i in self.items if isinstance(i, Entry) and i.id not in taken_back and i.day <= as_of]
        return tuple(sorted(entries, key=lambda entry: entry.day))


def _entered(item: Entry | Withdrawal) -> date:
    if isinstance(item, Withdrawal):
        return item.day or date.min
    return item.entered or item.day
