"""The resolved, type-checked package: what every later layer reads. Immutable plain data, no behaviour.

A `Package` is one regulation with the packages that fill its open terms and the general law that attaches to it,
resolved for one day: dated parameters have one value, fillers are chosen, the adopted interpretations are applied.
Every definition knows its clauses and `origin`, the id of the package it came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import Literal

from engine.base.calendar import Calendar
from engine.base.classes import dataclass
from engine.base.later import Later
from engine.base.problem import Span
from engine.base.units import Unit
from engine.language.tree import DATE, TEXT, Node, Scope, Type, Value
from engine.policy.dated import Dated, value_on
from engine.policy.document import PICTURE_NAMES as PICTURE_NAMES
from engine.policy.document import AnnexPage as AnnexPage
from engine.policy.document import Block as Block
from engine.policy.document import Curve as Curve
from engine.policy.document import Document as Document
from engine.policy.document import HeadWording as HeadWording
from engine.policy.document import NamedAnnex as NamedAnnex
from engine.policy.document import Picture as Picture
from engine.policy.document import PicturePoint as PicturePoint
from engine.policy.document import Slot as Slot
from engine.policy.document import Template as Template
from engine.policy.fields import ComputedColumn as ComputedColumn
from engine.policy.fields import Field as Field
from engine.policy.fields import RecordTable as RecordTable
from engine.policy.fields import Relation as Relation
from engine.policy.general_law import Attachment as Attachment
from engine.policy.general_law import Organ as Organ
from engine.policy.procedure import Procedure
from engine.policy.rankings import PLACE as PLACE
from engine.policy.rankings import RANKED as RANKED
from engine.policy.rankings import WITHIN as WITHIN
from engine.policy.rankings import Ranking as Ranking
from engine.policy.rankings import RankingKey as RankingKey
from engine.policy.words import (
    Changeable,
    ClauseKind,
    Hit,
    Nature,
    PackageKind,
    Stage,
    Status,
    Strength,
)

FINDING_PARTS = {"理由": TEXT, "日期": DATE, "判断人": TEXT}
"""What wording may ask of a 判断, as in `某判断的理由`; rules rest on its value and its 日期."""

NOTICE: Stage = "事先告知"
DECIDED: Stage = "决定"
"""Stages of a burdening document: before the decision, and the decision itself."""

NOT_YET = "尚不能作出"
"""What a determination comes to while one of its 前提 does not hold: no outcome, and nothing follows from it."""

AS_OF = "基准日"
"""The one built-in fact: the day a decision is made for. It is an input, never the clock."""


NO_LAW = ("无",)


@dataclass(frozen=True, slots=True)
class Header:
    """规范. `rank` smaller is higher; `kind` 规范性文件 实施方案 通则; `status` 征求意见稿 有效 示例 已废止."""

    id: str
    title: str
    kind: PackageKind
    status: Status
    rank: int
    issuers: tuple[str, ...] = ()
    since: date | None = None
    valid_for: str = ""
    until: date | None = None
    rests_on: tuple[str, ...] = ()
    implements: tuple[str, ...] = ()
    repeals: tuple[str, ...] = ()
    called: str = ""
    """The text fact that people call a case by."""
    legal_order: str = ""
    """Where it is law, "" where that is not said. General law attaches within its own legal order only."""
    general: tuple[str, ...] = ()
    """The general law it says it stands under: packages, or `NO_LAW`; () where it says nothing."""
    short: str = ""
    """What letters call it after they have said its title, without the title marks; "" for no such word."""
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Clause:
    """条款: `not_encoded` says why no rule carries it, or is empty."""

    citation: str
    gist: str
    kind: ClauseKind
    not_encoded: str
    origin: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Derived:
    """派生量."""

    name: str
    expression: Node
    type: Type
    unit: Unit | None = None
    clauses: tuple[str, ...] = ()
    change: Changeable | Literal[""] = ""
    label: str = ""
    origin: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """参数 on the day of resolution. `value` None means 未定 (and `setter` must set it). `origin` declares it,
    `source` supplied the value at `source_span`: 条文 if the same package, else an implementing package (`note` is its
    remark) or an interpretation. `open`: 条文 leaves it open; otherwise None means that its dates do not cover the day."""

    name: str
    type: Type
    value: Value
    unit: Unit | None = None
    clauses: tuple[str, ...] = ()
    setter: str = ""
    label: str = ""
    origin: str = ""
    source: str = ""
    note: str = ""
    span: Span | None = None
    source_span: Span | None = None
    open: bool = False
    dated: tuple[Dated, ...] = ()
    """All values of that supplier, where it depends on the day which of them holds."""

    def on(self, day: date) -> Value:
        """The value that holds on another day, by the same supplier."""
        if not self.dated:
            return self.value
        found = value_on(self.dated, day)
        return found.value if found else None


@dataclass(frozen=True, slots=True)
class Limb:
    """One of the conditions that a criterion requires together: what it asks in words, what is said where it is not met,
    and what would meet it (() where the criterion says so for all of them, or nobody does)."""

    condition: Node
    sentence: str
    unmet: Template = ()
    remedy: Template = ()


@dataclass(frozen=True, slots=True)
class Criterion:
    """准则. `requirement` is that all `limbs` are met, of which there is at least one; `sentence` says so in Chinese.
    `applies` already includes "no exception to it applies" where another criterion overrides it. `remedy`: what would meet
    any limb that does not say so itself."""

    name: str
    groups: tuple[str, ...]
    clauses: tuple[str, ...]
    strength: Strength
    requirement: Node
    sentence: str
    limbs: tuple[Limb, ...]
    applies: Node | None = None
    overrides: str = ""
    precedes: tuple[str, ...] = ()
    remedy: Template = ()
    origin: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a decision table: all `conditions` true → `output`."""

    conditions: tuple[Node, ...]
    output: Node
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """决定表; `hit` 唯一 首个 累计 最大 最小. `open` means no package fills it: its value is unknown. `applied_only`:
    its inputs are its own, and it has a value only where others are put in their place."""

    name: str
    type: Type
    unit: Unit | None
    hit: Hit
    inputs: tuple[Node, ...]
    rows: tuple[TableRow, ...]
    default: Node | None = None
    clauses: tuple[str, ...] = ()
    open: bool = False
    setter: str = ""
    origin: str = ""
    source: str = ""
    span: Span | None = None
    source_span: Span | None = None
    applied_only: bool = False


@dataclass(frozen=True, slots=True)
class ScoreItem:
    """分项. `mark` is the unweighted mark as an expression (scales are desugared into it); `weights` by the member of
    `Score.weighted_by`, `其他` for the rest, empty for weight 1."""

    name: str
    clauses: tuple[str, ...]
    full: Node | None
    mark: Node | None
    weights: Mapping[str, Node]


@dataclass(frozen=True, slots=True)
class Bonus:
    """加分."""

    name: str
    clauses: tuple[str, ...]
    when: Node
    mark: Node


@dataclass(frozen=True, slots=True)
class Band:
    """等次: `condition` is over the score's own name."""

    name: str
    condition: Node | None


@dataclass(frozen=True, slots=True)
class Score:
    """评分: Σ weight × mark + bonuses (together at most `bonus_cap`), at most `cap`, rounded to `places`. `open`: nobody fills it
    yet."""

    name: str
    unit: Unit | None
    weighted_by: Node | None
    items: tuple[ScoreItem, ...]
    bonuses: tuple[Bonus, ...]
    cap: Node | None
    places: int | None
    bands: tuple[Band, ...]
    clauses: tuple[str, ...] = ()
    open: bool = False
    setter: str = ""
    origin: str = ""
    source: str = ""
    span: Span | None = None
    source_span: Span | None = None
    bonus_cap: Node | None = None


@dataclass(frozen=True, slots=True)
class Obligation:
    """义务 that an outcome gives rise to; `due` is a date expression, `who` text or an expression."""

    name: str
    due: Node | None
    who: str | Node
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """结果. `when` None only for a default. `authority` is text or an expression."""

    name: str
    when: Node | None
    nature: Nature | Literal[""] = "程序性"
    authority: str | Node = ""
    documents: tuple[str, ...] = ()
    favourable: bool = False
    amount: Node | None = None
    duties: tuple[Obligation, ...] = ()
    note: Template = ()
    clauses: tuple[str, ...] = ()
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Premise:
    """前提 of a determination: what must hold before it can be made. Where it does not, `first` is what has to be done
    before, by `who`: text or an expression."""

    condition: Node
    sentence: str
    clauses: tuple[str, ...]
    first: str
    who: str | Node = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Determination:
    """决定: the first outcome whose condition is true, unless an earlier one is unknown; `default` when all are
    false (None: then no outcome, 无结果). With `premises` the first of `outcomes` is `NOT_YET`, whose condition is that
    one of them does not hold."""

    name: str
    clauses: tuple[str, ...]
    applies: Node | None
    outcomes: tuple[Outcome, ...]
    default: Outcome | None
    favourable: str = ""
    label: str = ""
    origin: str = ""
    span: Span | None = None
    premises: tuple[Premise, ...] = ()
    dispute: str = ""
    """What kind of dispute it gives rise to, in the words of general law; "" for none that it tells apart."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """What the rules would be under another option, where they would differ, by name; `off`: criteria there would not be."""

    parameters: Mapping[str, Parameter]
    derived: Mapping[str, Derived]
    criteria: Mapping[str, Criterion]
    off: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InterpretationOption:
    """选项 of an interpretation; `changes` names what its patch touches. `otherwise`: the rules under it; None for the one
    that is adopted, and where they cannot be told apart from the rest."""

    name: str
    effect: str
    changes: tuple[str, ...]
    otherwise: Alternative | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Interpretation:
    """解释口径. `adopted` empty means 未定. `touches`: names its options change or it declares to affect."""

    number: str
    name: str
    question: str
    clauses: tuple[str, ...]
    options: tuple[InterpretationOption, ...]
    adopted: str
    touches: tuple[str, ...]
    advice: str = ""
    origin: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Inexpressible:
    """不可编码: outcomes of the determinations in `affects` are tainted unless `accepted`."""

    name: str
    clauses: tuple[str, ...]
    construct: str
    reason: str
    way_out: str
    affects: tuple[str, ...]
    accepted: bool
    origin: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Package:
    """Everything needed to decide a case on `as_of`. Mappings keep the packages' order. `digest` is the SHA-256 of the
    normalised sources of the whole stack; `program` is filled by the decision layer's compiler, not here."""

    id: str
    as_of: date
    digest: str
    headers: Mapping[str, Header]
    clauses: Mapping[str, Clause]
    scope: Scope
    facts: Mapping[str, Field]
    tables: Mapping[str, RecordTable]
    derived: Mapping[str, Derived]
    parameters: Mapping[str, Parameter]
    criteria: Mapping[str, Criterion]
    groups: Mapping[str, tuple[str, ...]]
    decision_tables: Mapping[str, DecisionTable]
    scores: Mapping[str, Score]
    determinations: Mapping[str, Determination]
    rankings: Mapping[str, Ranking]
    interpretations: Mapping[str, Interpretation]
    inexpressible: tuple[Inexpressible, ...]
    attachments: tuple[Attachment, ...]
    documents: Mapping[str, Document]
    calendar: Calendar
    order: tuple[str, ...] = field(default=())
    """Derived quantities, decision tables, scores, criteria and determinations, each after all it depends on."""
    procedure: Procedure | None = None
    """Events, states and duties; None where the regulation has no 程序."""
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    relations: Mapping[str, Relation] = field(default_factory=dict)
    organs: Mapping[str, Organ] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    """Every file of the stack, as `包/文件`, with its fingerprint."""
    code: str | Later[str] = ""
    """The digest of the program's code, "" where nobody told it."""
    rounds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What comes of all the cases of a round together, each after all it depends on: a table with 各案, or a ranking -> what
    it gives to a case, the table or facts, and what of the ranking these are (`PLACE`, `WITHIN`)."""

    @property
    def header(self) -> Header:
        return self.headers[self.id]

    @property
    def of_round(self) -> Mapping[str, str]:
        """The tables and facts that only the cases of a round together give -> the table or ranking that does."""
        return {name: source for source, given in self.rounds.items() for name in given}
