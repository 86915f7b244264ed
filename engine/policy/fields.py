"""What is given: a fact or a column with its type, unit and range, a table of records, and what must hold between them. Part
of the package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from decimal import Decimal
from typing import Literal

from engine.base.classes import dataclass
from engine.base.identifiers import IDENTIFIERS
from engine.base.numbers import Number
from engine.base.problem import Span
from engine.base.units import MONEY, Unit
from engine.language.tree import Node, Table, Type, Value
from engine.policy.words import Changeable


@dataclass(frozen=True, slots=True)
class Field:
    """A fact (事实) or a column (列). `word` is the declared type word; `finding` marks a 判断, whose `type` is that of
    its value. `low`/`high` are inclusive, in base units. `change` is 可增 可减 可改 or empty.
    `planned`: of a day, that somebody plans or sets it, so that a letter may tell of it beforehand.
    `formal`: an input of a decision table in whose place values are put; no case has it."""

    name: str
    type: Type
    word: str
    unit: Unit | None = None
    finding: bool = False
    low: Number | None = None
    high: Number | None = None
    label: str = ""
    question: str = ""
    evidence: str = ""
    change: Changeable | Literal[""] = ""
    supplier: str = ""
    cost: int = 1
    required: bool = False
    aliases: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    origin: str = ""
    span: Span | None = None
    formal: bool = False
    planned: bool = False

    @property
    def whole(self) -> bool:
        """Whether its values are whole numbers (of months, where it is a period)."""
        return self.word in ("整数", "期间")

    @property
    def money(self) -> bool:
        """Whether its values are amounts in whole 分."""
        return self.word == "金额" and self.type.dimension == MONEY

    @property
    def identifier(self) -> bool:
        """Whether its values are numbers with a check of their own, kept as text."""
        return self.word in IDENTIFIERS

    @property
    def bounds(self) -> tuple[Number | None, Number | None]:
        """The range in base units, None for an open end: as declared; else counts, amounts, shares and periods are not negative,
        and a share is at most the whole."""
        low, high = self.low, self.high
        if low is None and self.word in ("整数", "金额", "比例", "期间"):
            low = Decimal(0)
        return low, Decimal(1) if high is None and self.word == "比例" else high


@dataclass(frozen=True, slots=True)
class ComputedColumn:
    """派生列: what is worked out of each record, which calls it 本行."""

    name: str
    expression: Node
    type: Type
    unit: Unit | None = None
    label: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class RecordTable:
    """记录表. `unique`: the columns that together tell its records apart; `computed`: those that no ledger has."""

    name: str
    columns: tuple[Field, ...]
    label: str = ""
    supplier: str = ""
    clauses: tuple[str, ...] = ()
    origin: str = ""
    span: Span | None = None
    unique: tuple[str, ...] = ()
    computed: Mapping[str, ComputedColumn] = field(default_factory=dict)
    of_cases: Mapping[str, Node] = field(default_factory=dict)
    """各案: column -> what a case of the round says there; empty for a table that is no round of cases."""

    def repeated(self, records: Table) -> Iterator[tuple[int, int]]:
        """(a record, the first with the same key), from 0. Where a part of the key is blank it may be any other."""
        places = [records.columns.index(column) for column in self.unique]
        first: dict[tuple[Value, ...], int] = {}
        for number, row in enumerate(records.rows) if places else ():
            key = tuple(row[place] for place in places)
            if None not in key and first.setdefault(key, number) != number:
                yield number, first[key]


@dataclass(frozen=True, slots=True)
class Relation:
    """校验: what must hold between facts, or (`table`) between the cells of each of its records. `condition` is the whole,
    `said` what is said of a record; `given`: the facts and tables it reads; `message`: what to say where it does not hold."""

    name: str
    condition: Node
    said: Node
    given: tuple[str, ...]
    table: str
    message: str
    clauses: tuple[str, ...] = ()
    origin: str = ""
    span: Span | None = None
