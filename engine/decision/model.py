"""What comes out of a decision: plain immutable data. What goes in is a case (`case.py`)."""

from __future__ import annotations

from dataclasses import field
from datetime import date

from engine.base.basis import Basis
from engine.base.classes import dataclass
from engine.base.later import Later
from engine.base.problem import Place
from engine.decision.case import Finding
from engine.language.tree import Value
from engine.lowered.rules import NOT_OPENED as NOT_OPENED


@dataclass(frozen=True, slots=True)
class NamedFinding:
    """A 判断 by its name."""

    name: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class RecordCount:
    """What a decision keeps of a record table: how many records it had."""

    count: int


class NotApplicable:
    """What is shown of a criterion that does not apply: neither met nor unmet."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "不适用"


NOT_APPLICABLE = NotApplicable()


@dataclass(frozen=True, slots=True)
class Seen:
    """A value a criterion saw (of a record table its `RecordCount`): `kind` fact derived parameter …; `text` as people read it; `source` where it came from
    (`台账.xlsx!A4:H17`, evidence, 条文 第七条第（六）项, 实施口径（示例）…)."""

    name: str
    kind: str
    value: Value | RecordCount | NotApplicable
    text: str
    source: str


HOLDS, LACKING, UNCLEAR = "具备", "不具备", "待查明"
"""Of a premise: whether what must come first has."""

ADVERSE, COUNTED, BESIDE = "不利", "计入", "不计"
"""Of a criterion: it counts against the party, the condition of the outcome reads it, or does not."""

VERDICTS = {"满足": "✓", "未满足": "✗", "待查明": "?", "不适用": "–"}
EXCUSED = "✓ 例外"
"""The mark of an unmet 一般应当 criterion that a recorded reason lets pass."""


@dataclass(frozen=True, slots=True)
class LimbResult:
    """One of several conditions that a criterion requires together: 满足 未满足 待查明, whether the criterion applies or
    not; where it is unmet, what is said of it and what would meet it."""

    sentence: str
    verdict: str
    message: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """One criterion's verdict: 满足 未满足 待查明 不适用. `excused`: unmet 一般应当 let pass by a recorded reason. `message`
    says of an unmet one what is unmet, and nothing that is not; `limbs`: how it stands with each, where it has several."""

    name: str
    verdict: str
    strength: str
    clauses: tuple[str, ...]
    sentence: str
    seen: tuple[Seen, ...]
    message: str
    remedy: str
    excused: Finding | None
    origin: str
    groups: tuple[str, ...] = ()
    refused: Finding | None = None
    """The recorded reason why an unmet 一般应当 is not let pass."""
    reasons: tuple[str, ...] = ()
    """Facts (and derived quantities) whose values alone force the verdict; empty while 待查明."""
    found: tuple[NamedFinding, ...] = ()
    """Of an unmet criterion every 判断 that a failed part of it rests on: who decided against the party, and why."""
    limbs: tuple[LimbResult, ...] = ()
    counted: str = COUNTED
    """不利 计入 不计: what it counts for in the outcome that was reached."""
    rests: Later[tuple[str, ...]] = field(default_factory=lambda: Later.of(()))
    """Of one against the party what each failed part of it rests on, each once: 条文 where it rests on the text itself, else
    实施口径, 实施口径（示例）, 解释口径; found when somebody asks."""

    @property
    def fails(self) -> bool:
        """Unmet and not let pass."""
        return self.verdict == "未满足" and self.excused is None

    @property
    def mark(self) -> str:
        """✓ ✗ ? – or, let pass by a recorded reason, ✓ 例外."""
        return EXCUSED if self.excused is not None else VERDICTS[self.verdict]


@dataclass(frozen=True, slots=True)
class Missing:
    """Something still unknown. `kind` fact table excuse parameter; `by` who supplies or sets it; `criteria` that need
    it; `places` are where the form asks for it: a field, or of a table that is there its blank cells (the first
    `MAX_PLACES`); of a parameter where it is declared."""

    name: str
    kind: str
    label: str
    question: str
    evidence: str
    by: str
    criteria: tuple[str, ...]
    matters: bool
    clauses: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    reopens: bool = False
    """It does not matter as long as things stay blank, but the outcome rests on something not being filled in: filling
    that in may change it, and then this may matter."""


@dataclass(frozen=True, slots=True)
class RemedyChange:
    """One change of a changeable fact or derived quantity that a remedy asks for."""

    name: str
    now: str
    to: str
    value: Value


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would reach the favourable outcome: the smallest set of `changes`, and what `remains` to a person (findings,
    excuses) or cannot be changed. `reachable` False: no change of changeable facts is enough."""

    outcome: str
    reachable: bool
    changes: tuple[RemedyChange, ...]
    remains: tuple[str, ...]
    sentence: str
    alternatives: tuple[str, ...] = ()
    """Other ways that take as little, in words."""


@dataclass(frozen=True, slots=True)
class Relied:
    """A parameter, interpretation, score or decision table the outcome rests on. `source` 条文, 实施口径（示例）, 通则 …;
    `title` of the package; `alternatives` of an interpretation. `stated`: the reasons stated to the party rest on it, so
    letters tell of it: of a burdening outcome not everything it rests on is a reason against its party, and of a reading the
    outcome, what is granted or those reasons would, or might, be others under another option; found when somebody asks."""

    name: str
    kind: str
    text: str
    source: str
    package: str
    clauses: tuple[str, ...]
    alternatives: tuple[str, ...] = ()
    stated: Later[bool] = field(default_factory=lambda: Later.of(True))


@dataclass(frozen=True, slots=True)
class ObligationDue:
    """A duty with its due date; `provisional` explains a date that rests on an unpublished calendar year."""

    name: str
    who: str
    due: date | None
    clauses: tuple[str, ...]
    provisional: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """What general law attaches to the outcome. `stages` of documents it is written into, () for all; 办理 none."""

    name: str
    kind: str
    text: str
    clauses: tuple[str, ...]
    due: date | None
    package: str
    stages: tuple[str, ...] = ()

    def speaks_in(self, stage: str) -> bool:
        """Whether it is written into a document of `stage`."""
        return not self.stages or stage in self.stages


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One line of a score: mark before and after weighting, and the most there is of either, as shown."""

    name: str
    clauses: tuple[str, ...]
    full: str
    mark: str
    weight: str
    weighted: str
    weighted_full: str = ""


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """A score the decision rests on."""

    name: str
    total: str
    band: str
    lines: tuple[ScoreLine, ...]
    source: str


AMOUNT, SCORE, CONDITION = "金额", "评分", "条件"
"""What a calculation ends in: the amount, a score, or nothing but conditions."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a calculation went by: the row of a table, the grade, the condition of an alternative, the weight; and where
    that is written."""

    text: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Working:
    """A line of the calculation sheet: how a known value was come to. `formula` as it is written, `put_in` the same with the
    `figures` instead of their names, of alternatives the one `taken`. `ends`: 金额 评分 条件."""

    name: str
    kind: str
    formula: str
    taken: tuple[Taken, ...]
    put_in: str
    value: Value
    text: str
    figures: tuple[Seen, ...]
    source: str
    clauses: tuple[str, ...]
    place: Place | None
    ends: str = CONDITION

    @property
    def steps(self) -> tuple[str, ...]:
        """The formula, the figures put in, the value: what says no more than the one before left out."""
        return tuple(dict.fromkeys(filter(None, (self.formula, self.put_in, self.text))))


@dataclass(frozen=True, slots=True)
class PremiseResult:
    """What has to hold before a determination can be made: `verdict` 具备 不具备 待查明; where it does not hold, `first` is
    to be done before, by `who`. `stated`: what it looks at that events would tell, but that only the case's files say."""

    sentence: str
    verdict: str
    first: str
    who: str
    clauses: tuple[str, ...]
    stated: tuple[Seen, ...] = ()

    @property
    def lacking(self) -> bool:
        """Because of it nothing can be decided yet."""
        return self.verdict == LACKING


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer of one determination for one case. `outcome` is its name, 待查 (then `possible` lists what it may
    still be), 尚不能作出 (one of its `premises` does not hold) or 不适用 (not opened for this case). `reasons` is a
    smallest set of criteria (or other names in the outcomes' conditions) that alone forces the outcome."""

    determination: str
    case: str
    as_of: date
    outcome: str
    possible: tuple[str, ...]
    nature: str
    authority: str
    favourable: bool
    amount: str
    note: str
    clauses: tuple[str, ...]
    criteria: tuple[CriterionResult, ...]
    reasons: tuple[str, ...]
    missing: tuple[Missing, ...]
    remedy: Remedy | None
    relied: tuple[Relied, ...]
    documents: tuple[str, ...]
    duties: tuple[ObligationDue, ...]
    attached: tuple[Attached, ...]
    scores: tuple[ScoreSheet, ...]
    notes: tuple[str, ...]
    """Cautions: draft status, division by zero, provisional dates, constructs not expressible."""
    basis: Basis
    """Which rules, readings, calendar, facts and program it comes from."""
    estimated: tuple[str, ...] = ()
    """Why the outcome rests on an estimate (working days of an unpublished year); a firm letter is then refused."""
    facts: tuple[Seen, ...] = ()
    """Values the outcome's conditions read directly (besides criteria)."""
    obstacles: tuple[str, ...] = ()
    """Criteria and directly read values that rule the favourable outcome out."""
    opened: tuple[str, ...] = ()
    """What opens a determination that is not always open (its 适用): names as in `reasons`."""
    grounds: tuple[str, ...] = ()
    """Facts, findings on exceptions (under their criterion) and things not filled in that force the outcome by
    themselves: a smallest such set, below `reasons` and `opened`."""
    premises: tuple[PremiseResult, ...] = ()
    """What has to hold before it can be made, in the package's order."""
    found: tuple[NamedFinding, ...] = ()
    """Every 判断 against the party that the condition of the outcome reads itself, not by way of a criterion."""
    workings: Later[tuple[Working, ...]] = field(default_factory=lambda: Later.of(()))
    """The calculation sheet: every derived quantity, table, score and amount it rests on, each after those it is made of."""

    @property
    def against(self) -> tuple[CriterionResult, ...]:
        """Every criterion that counts against the party."""
        return tuple(c for c in self.criteria if c.counted == ADVERSE)

    @property
    def stated(self) -> tuple[Seen, ...]:
        """What its premises rest on that no event of a history says, only the case's files; each once."""
        return tuple({seen.name: seen for premise in self.premises for seen in premise.stated}.values())


BENEFIT, BURDEN = "有利决定", "不利决定"
"""The nature of an outcome that benefits its party, and of one that burdens it."""
UNDECIDED = "待查"
