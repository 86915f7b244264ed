"""Sections about decisions: criteria, decision tables, scores, determinations, rankings, fillers of open terms."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag

from engine.policy.spec.scalars import (
    AttachmentKind,
    Direction,
    Expression,
    FactType,
    Flag,
    Hit,
    Name,
    Names,
    Nature,
    Spec,
    Strength,
    Template,
    Text,
    Whole,
    listed,
)
from engine.policy.spec.vocabulary import DatedSpec


class CriterionSpec(Spec):
    """准则: one condition with its clause, strength and wording."""

    name: Name = Field(alias="名称")
    groups: Names = Field(default_factory=list, alias="组")
    clauses: Names = Field(default_factory=list, alias="条款")
    strength: Strength = Field(default="应当", alias="强度")
    applies: Expression | None = Field(default=None, alias="适用")
    overrides: Name | None = Field(default=None, alias="例外")
    precedes: Names = Field(default_factory=list, alias="优先于")
    requirement: Expression = Field(alias="要求")
    unmet: Template | None = Field(default=None, alias="未满足")
    remedy: Template | None = Field(default=None, alias="补救")
    disabled: Flag = Field(default=False, alias="停用")


class OutputSpec(Spec):
    """输出: what a decision table yields."""

    name: Name | None = Field(default=None, alias="名称")
    unit: Name | None = Field(default=None, alias="单位")
    type: FactType | None = Field(default=None, alias="类型")
    enum: Name | None = Field(default=None, alias="枚举")


class DecisionTableBody(Spec):
    """What a filler may supply for an open decision table."""

    hit: Hit = Field(default="唯一", alias="命中")
    rows: list[list[Expression]] = Field(default_factory=list, alias="行")
    default: Expression | None = Field(default=None, alias="默认")


class DecisionTableSpec(DecisionTableBody):
    """决定表: input heads, rows of cells in the language, a hit policy."""

    name: Name = Field(alias="名称")
    clauses: Names = Field(default_factory=list, alias="条款")
    inputs: list[Expression] = Field(alias="输入", min_length=1)
    output: OutputSpec = Field(default_factory=OutputSpec, alias="输出")
    open: Flag = Field(default=False, alias="未定")
    setter: Text | None = Field(default=None, alias="由")
    label: Text | None = Field(default=None, alias="说明")


class LinearSpec(Spec):
    """线性: 0 at `zero`, the full mark at `full`, straight between, clamped outside."""

    of: Expression = Field(alias="依据")
    zero: Expression = Field(alias="零分")
    full: Expression = Field(alias="满分")


class StepSpec(Spec):
    """档: a condition on the measure and the mark it earns."""

    when: Expression = Field(alias="条件")
    mark: Expression = Field(alias="得分")


class StagedSpec(Spec):
    """分档: the first step whose condition holds."""

    of: Expression = Field(alias="依据")
    steps: list[StepSpec] = Field(alias="档", min_length=1)


class ScaleSpec(Spec):
    """计分: exactly one of 式, 线性, 分档."""

    expression: Expression | None = Field(default=None, alias="式")
    linear: LinearSpec | None = Field(default=None, alias="线性")
    staged: StagedSpec | None = Field(default=None, alias="分档")


class ItemSpec(Spec):
    """分项: an indicator; 满分 and 计分 may be left to a filler."""

    name: Name = Field(alias="名称")
    clauses: Names = Field(default_factory=list, alias="条款")
    full: Expression | None = Field(default=None, alias="满分")
    weights: dict[str, Expression] = Field(default_factory=dict, alias="权重")
    scale: ScaleSpec | None = Field(default=None, alias="计分")


class BonusSpec(Spec):
    """加分: marks on top when the condition holds (negative marks deduct)."""

    name: Name = Field(alias="名称")
    clauses: Names = Field(default_factory=list, alias="条款")
    when: Expression = Field(alias="条件")
    mark: Expression = Field(alias="得分")


class BandSpec(Spec):
    """等次: a grade and the interval of marks it covers; an open score names the grade only."""

    name: Name = Field(alias="名称")
    interval: Expression | None = Field(default=None, alias="区间")


class ScoreBody(Spec):
    """What a filler supplies for an open score."""

    weighted_by: Expression | None = Field(default=None, alias="权重按")
    items: list[ItemSpec] = Field(alias="分项", min_length=1)
    bonuses: list[BonusSpec] = Field(default_factory=list, alias="加分")
    cap: Expression | None = Field(default=None, alias="封顶")
    places: Whole | None = Field(default=None, alias="取整")
    bands: list[BandSpec] = Field(default_factory=list, alias="等次")


class ScoreSpec(ScoreBody):
    """评分: indicators, weights, scales, caps and grade bands."""

    name: Name = Field(alias="名称")
    clauses: Names = Field(default_factory=list, alias="条款")
    unit: Name | None = Field(default=None, alias="单位")
    open: Flag = Field(default=False, alias="未定")
    setter: Text | None = Field(default=None, alias="由")


class AuthoritySpec(Spec):
    """机关 computed from facts."""

    expression: Expression = Field(alias="式")


def _form(value: Any) -> str:
    return "mapping" if isinstance(value, dict) else "text"


Authority = Annotated[Annotated[Text, Tag("text")] | Annotated[AuthoritySpec, Tag("mapping")], Discriminator(_form)]


class DutySpec(Spec):
    """义务: what someone must do after an outcome, and by when."""

    name: Name = Field(alias="名称")
    due: Expression | None = Field(default=None, alias="期限")
    who: Text | None = Field(default=None, alias="主体")
    clauses: Names = Field(default_factory=list, alias="条款")


class OutcomeSpec(Spec):
    """结果: one possible outcome, in order."""

    name: Name = Field(alias="结果")
    when: Expression | None = Field(default=None, alias="条件")
    nature: Nature = Field(default="程序性", alias="性质")
    authority: Authority | None = Field(default=None, alias="机关")
    documents: Names = Field(default_factory=list, alias="文书")
    favourable: Flag = Field(default=False, alias="有利")
    amount: Expression | None = Field(default=None, alias="金额")
    duties: list[DutySpec] = Field(default_factory=list, alias="义务")
    note: Template | None = Field(default=None, alias="说明")
    clauses: Names = Field(default_factory=list, alias="条款")


Default = Annotated[Annotated[Name, Tag("text")] | Annotated[OutcomeSpec, Tag("mapping")], Discriminator(_form)]


class DeterminationSpec(Spec):
    """决定: an ordered list of outcomes; the first true one, unless an earlier one is unknown."""

    name: Name = Field(alias="名称")
    clauses: Names = Field(default_factory=list, alias="条款")
    applies: Expression | None = Field(default=None, alias="适用")
    outcomes: list[OutcomeSpec] = Field(alias="结果", min_length=1)
    default: Default | None = Field(default=None, alias="默认")
    favourable: Name | None = Field(default=None, alias="有利")
    label: Text | None = Field(default=None, alias="说明")


class OrderSpec(Spec):
    """次序: a key of a ranking."""

    of: Expression = Field(alias="依据")
    direction: Direction = Field(default="降", alias="方向")


class RankingSpec(Spec):
    """择优: the one construct that sees more than one case."""

    name: Name = Field(alias="名称")
    clauses: Names = Field(default_factory=list, alias="条款")
    admitted: Expression = Field(alias="入围")
    quota: Expression = Field(alias="名额")
    order: list[OrderSpec] = Field(alias="次序", min_length=1)
    preferences: list[Expression] = Field(default_factory=list, alias="优先")
    authority: Text | None = Field(default=None, alias="机关")
    nature: Nature = Field(default="内部", alias="性质")
    label: Text | None = Field(default=None, alias="说明")


class InexpressibleSpec(Spec):
    """不可编码: a construct the language does not have (yet)."""

    name: Name = Field(alias="名称")
    clauses: Names = Field(default_factory=list, alias="条款")
    lacking: Text = Field(alias="构造")
    reason: Text = Field(alias="原因")
    way_out: Text = Field(alias="出路")
    affects: Names = Field(default_factory=list, alias="影响")
    accepted: Flag = Field(default=False, alias="接受")


class AttachmentSpec(Spec):
    """附随: what general law attaches to outcomes of a legal character."""

    name: Name = Field(alias="名称")
    natures: Annotated[list[Nature], BeforeValidator(listed)] = Field(alias="性质", min_length=1)
    clauses: Names = Field(default_factory=list, alias="条款")
    kind: AttachmentKind = Field(alias="类型")
    text: Template = Field(alias="内容")
    due: Expression | None = Field(default=None, alias="期限")


class ParameterFiller(Spec):
    """实施 of a parameter."""

    target: Name = Field(alias="参数")
    values: list[DatedSpec] = Field(alias="取值", min_length=1)
    label: Text | None = Field(default=None, alias="说明")
    clauses: Names = Field(default_factory=list, alias="条款")


class ScoreFiller(ScoreBody):
    """实施 of an open score."""

    target: Name = Field(alias="评分")
    label: Text | None = Field(default=None, alias="说明")
    clauses: Names = Field(default_factory=list, alias="条款")


class DecisionTableFiller(DecisionTableBody):
    """实施 of an open decision table."""

    target: Name = Field(alias="决定表")
    label: Text | None = Field(default=None, alias="说明")
    clauses: Names = Field(default_factory=list, alias="条款")


def _target(value: Any) -> str | None:
    return next((key for key in ("参数", "评分", "决定表") if key in value), None) if isinstance(value, dict) else None


Filler = Annotated[
    Annotated[ParameterFiller, Tag("参数")]
    | Annotated[ScoreFiller, Tag("评分")]
    | Annotated[DecisionTableFiller, Tag("决定表")],
    Discriminator(_target),
]
"""An item of 实施 says by its key what it fills."""
