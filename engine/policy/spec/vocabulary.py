"""Sections about names: header, clauses, facts, record tables, parameters, interpretations."""

from __future__ import annotations

from pydantic import Field

from engine.policy.spec.scalars import (
    Change,
    ClauseKind,
    Day,
    Expression,
    FactType,
    Flag,
    Name,
    Names,
    OpenDay,
    PackageKind,
    Spec,
    Status,
    Strength,
    Text,
    Whole,
)


class StructureSpec(Spec):
    """Which citations must exist: 条 counts articles; 款 and 项 map an article's Chinese number to a count."""

    articles: Whole = Field(alias="条")
    paragraphs: dict[str, Whole] = Field(default_factory=dict, alias="款")
    items: dict[str, Whole] = Field(default_factory=dict, alias="项")
    annexes: Names = Field(default_factory=list, alias="附件")


class HeaderSpec(Spec):
    """规范: who issued the package, its rank, status and time in force."""

    id: Name = Field(alias="标识")
    title: Name = Field(alias="名称")
    kind: PackageKind = Field(alias="性质")
    status: Status = Field(alias="状态")
    rank: Whole = Field(alias="位阶")
    issuers: Names = Field(default_factory=list, alias="制定机关")
    since: OpenDay = Field(default=None, alias="施行")
    valid_for: Expression | None = Field(default=None, alias="有效期")
    until: Day | None = Field(default=None, alias="废止")
    rests_on: Names = Field(default_factory=list, alias="依据")
    implements: Names = Field(default_factory=list, alias="实施")
    repeals: Names = Field(default_factory=list, alias="废止规范")
    text_digest: Text | None = Field(default=None, alias="正文摘要")
    structure: StructureSpec | None = Field(default=None, alias="结构")


class ClauseSpec(Spec):
    """条款: one clause of the official text, by citation and gist."""

    citation: Name = Field(alias="引用")
    gist: Name = Field(alias="要旨")
    kind: ClauseKind = Field(alias="类别")
    not_encoded: Text | None = Field(default=None, alias="不编码")


class UnitSpec(Spec):
    """单位: a base unit, or so many of another."""

    name: Name = Field(alias="名称")
    equals: Expression | None = Field(default=None, alias="等于")


class EnumSpec(Spec):
    """枚举: a closed list of words."""

    name: Name = Field(alias="名称")
    members: Names = Field(alias="取值", min_length=1)
    clauses: Names = Field(default_factory=list, alias="条款")


class FieldSpec(Spec):
    """Keys shared by facts and columns."""

    name: Name = Field(alias="名称")
    type: FactType = Field(alias="类型")
    value_type: FactType | None = Field(default=None, alias="值类型")
    enum: Name | None = Field(default=None, alias="枚举")
    unit: Name | None = Field(default=None, alias="单位")
    range: Expression | None = Field(default=None, alias="范围")
    label: Text | None = Field(default=None, alias="说明")
    evidence: Text | None = Field(default=None, alias="证据")
    clauses: Names = Field(default_factory=list, alias="条款")


class FactSpec(FieldSpec):
    """事实: something a person or a file tells; 判断 is a person's finding."""

    question: Text | None = Field(default=None, alias="问题")
    change: Change | None = Field(default=None, alias="可变")
    supplier: Text | None = Field(default=None, alias="提供")
    cost: Whole | None = Field(default=None, alias="代价")


class ColumnSpec(FieldSpec):
    """列: a column of a record table."""

    required: Flag = Field(default=False, alias="必填")
    aliases: Names = Field(default_factory=list, alias="别名")


class TableSpec(Spec):
    """记录表: records read from YAML, CSV or Excel."""

    name: Name = Field(alias="名称")
    label: Text | None = Field(default=None, alias="说明")
    columns: list[ColumnSpec] = Field(alias="列", min_length=1)
    supplier: Text | None = Field(default=None, alias="提供")
    clauses: Names = Field(default_factory=list, alias="条款")


class DerivedSpec(Spec):
    """派生量: a named expression over other names."""

    name: Name = Field(alias="名称")
    expression: Expression = Field(alias="式")
    unit: Name | None = Field(default=None, alias="单位")
    clauses: Names = Field(default_factory=list, alias="条款")
    change: Change | None = Field(default=None, alias="可变")
    label: Text | None = Field(default=None, alias="说明")


class DatedSpec(Spec):
    """取值: a value and the days it holds for (both ends included)."""

    value: Expression = Field(alias="值")
    since: Day | None = Field(default=None, alias="自")
    until: Day | None = Field(default=None, alias="至")


class ParameterSpec(Spec):
    """参数: dated values, or 未定 with who must set it."""

    name: Name = Field(alias="名称")
    type: FactType | None = Field(default=None, alias="类型")
    enum: Name | None = Field(default=None, alias="枚举")
    unit: Name | None = Field(default=None, alias="单位")
    clauses: Names = Field(default_factory=list, alias="条款")
    values: list[DatedSpec] = Field(default_factory=list, alias="取值")
    open: Flag = Field(default=False, alias="未定")
    setter: Text | None = Field(default=None, alias="由")
    label: Text | None = Field(default=None, alias="说明")


class PatchSpec(Spec):
    """改: a small patch to a package; also the body of an overlay."""

    parameters: dict[str, Expression] = Field(default_factory=dict, alias="参数")
    strengths: dict[str, Strength] = Field(default_factory=dict, alias="强度")
    disable: Names = Field(default_factory=list, alias="停用")
    enable: Names = Field(default_factory=list, alias="启用")
    expressions: dict[str, Expression] = Field(default_factory=dict, alias="式")


class OptionSpec(Spec):
    """选项: one reading and what it changes."""

    name: Name = Field(alias="名称")
    effect: Text = Field(alias="效果")
    patch: PatchSpec = Field(default_factory=PatchSpec, alias="改")


class InterpretationSpec(Spec):
    """解释口径: a disputed reading with its options and the one adopted."""

    number: Name = Field(alias="编号")
    name: Name = Field(alias="名称")
    question: Text = Field(alias="问题")
    clauses: Names = Field(default_factory=list, alias="条款")
    options: list[OptionSpec] = Field(alias="选项", min_length=2)
    adopted: Name = Field(alias="采用")
    affects: Names = Field(default_factory=list, alias="影响")
    advice: Text | None = Field(default=None, alias="建议")
