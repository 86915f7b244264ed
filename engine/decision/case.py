"""What goes into a decision: a case, its facts with where they come from, and what people found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date

from engine.base.classes import dataclass
from engine.base.problem import Cell, Place, Pointer
from engine.language.tree import Value


@dataclass(frozen=True, slots=True)
class Finding:
    """判断: who found it, when, and why."""

    person: str
    on: date
    reasons: str

    @property
    def said(self) -> str:
        """The reasons as part of a sentence: without the punctuation they end with."""
        return self.reasons.rstrip("。；，、.;, \n")

    def part(self, name: str) -> Value:
        """What wording may ask of it (`FINDING_PARTS`): 理由 日期 判断人; None where nothing is written."""
        return {"理由": self.said or None, "日期": self.on, "判断人": self.person or None}[name]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where records of a ledger stand: their row numbers in stretches (`rows`), and column name -> letter. `tab` is ""
    where the file need not say which sheet it is."""

    file: str
    tab: str
    rows: tuple[range, ...]
    letters: Mapping[str, str]

    @property
    def range(self) -> str:
        """From the first cell of the first record to the last of the last: `B4:H19`."""
        return self._across(self.rows[0][0], self.rows[-1][-1])

    def _across(self, first: int, last: int) -> str:
        letters = tuple(self.letters.values())
        return f"{letters[0]}{first}:{letters[-1]}{last}"

    def cell(self, row: int, column: str) -> Cell:
        """The cell of a column in a row; of a column that the sheet lacks, all the cells that were read of it."""
        where = f"{self.letters[column]}{row}" if column in self.letters else self._across(row, row)
        return Cell(self.file, f"{self.tab}!{where}" if self.tab else where)


@dataclass(frozen=True, slots=True)
class Correction:
    """A cell that is said otherwise than its file says: its `column`, where it stands (`E10`), and by what evidence."""

    column: str
    ref: str
    evidence: str = ""

    def __str__(self) -> str:
        return f"{self.ref} 更正{f'：{self.evidence}' if self.evidence else ''}"


@dataclass(frozen=True, slots=True)
class Fact:
    """A known value (base units) with its provenance: `evidence` in words, `place` in a file, `finding` for a 判断,
    `corrections` of cells of a table, in the order they were made; `sheets` for a table that was read from ledgers, in the
    order of its records; `recorded`: the events of the case's history say so, `places` where they say which record of a
    table, counted from 0."""

    value: Value
    evidence: str = ""
    place: Place | None = None
    finding: Finding | None = None
    corrections: tuple[Correction, ...] = ()
    sheets: tuple[Sheet, ...] = field(default=(), compare=False)
    recorded: bool = field(default=False, compare=False)
    places: Mapping[int, Place] = field(default_factory=dict, compare=False)
    on: date | None = field(default=None, compare=False)
    """The day of the event that says so, where it is one event."""

    def cell(self, record: int, column: str) -> Cell | None:
        """The cell of a column in a record, counted from 0; None for records that come from no ledger."""
        for sheet in self.sheets:
            for stretch in sheet.rows:
                if record < len(stretch):
                    return sheet.cell(stretch[record], column)
                record -= len(stretch)
        return None


@dataclass(frozen=True, slots=True)
class ConcludedAct:
    """What an event of the case's history, called `event`, says that a determination came to: `value` under the payload
    `item`, its outcome, or, of kind number, its amount in base units (`written` as people write it)."""

    determination: str
    item: str
    value: Value
    written: str
    event: str
    on: date
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """案件: the facts known about one party as of a day. Absent names are unknown. `facts` holds record tables too
    (`Table` values). `excuses` are findings on unmet 一般应当 criteria: value True excuses, False refuses to. `dated`: the
    day was asked for, by the case or on the command line, and is not merely today. `file` is the case's own file, "" for
    data; `blanks`: where it asks for something and nothing is written; `acts`: (determination, document) -> the day of
    the event of its history that asks for that letter, the determination "" where the event concludes none; `concluded`:
    what the latest events of that history say was decided of this case."""

    id: str
    as_of: date
    facts: Mapping[str, Fact]
    excuses: Mapping[str, Fact] = field(default_factory=dict)
    regulation: str = ""
    dated: bool = True
    file: str = field(default="", compare=False)
    blanks: Mapping[str, Place] = field(default_factory=dict, compare=False)
    acts: Mapping[tuple[str, str], date] = field(default_factory=dict)
    concluded: tuple[ConcludedAct, ...] = field(default=(), compare=False)

    def by(self, day: date) -> Case:
        """Without what people found only later: on the day that was unknown."""

        def known(facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
            return {name: fact for name, fact in facts.items() if fact.finding is None or fact.finding.on <= day}

        return replace(self, facts=known(self.facts), excuses=known(self.excuses))

    def act(self, determination: str, document: str) -> date | None:
        """The day of the event a letter comes from; None where the history tells of none."""
        return self.acts.get((determination, document)) or self.acts.get(("", document))

    def decided_on(self, determination: str, outcome: str) -> date | None:
        """The day on which, as its history says, the determination came to that outcome; None where it does not say so."""
        days = (act.on for act in self.concluded if (act.determination, act.value) == (determination, outcome))
        return next(days, None)

    def place_of(self, section: str, name: str) -> Place:
        """Where the case says, or would say, something of its 事实, 记录 or 例外理由."""
        known = (self.excuses if section == "例外理由" else self.facts).get(name)
        written = known.place if known is not None else self.blanks.get(name)
        return written or Pointer(self.file, f"/{section}/{name}")

    def record_place(self, table: str, record: int, column: str = "") -> Place:
        """Where a record of a table stands, counted from 0, or one of its cells."""
        fact = self.facts.get(table)
        event = fact.places.get(record) if fact is not None else None
        cell = fact.cell(record, column) if fact is not None and event is None else None
        return event or cell or Pointer(self.file, f"/记录/{table}/{record}{f'/{column}' if column else ''}")
