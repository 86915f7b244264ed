"""What policy staff write, as pydantic models with Chinese keys: the one definition of the package format.

Shape validation, `guiju schema` and the key tables of the docs all come from here. Scalars keep their position: an
`Expression` or `Template` is the reader's `Scalar`, parsed later by the resolver. Errors name the key path, which the
loader turns back into file:line:col.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from engine.policy.spec.documents import DocumentSpec
from engine.policy.spec.rules import (
    AttachmentSpec,
    CriterionSpec,
    DecisionTableSpec,
    DeterminationSpec,
    Filler,
    InexpressibleSpec,
    RankingSpec,
    ScoreSpec,
)
from engine.policy.spec.scalars import Day, Expression, Name, Names, Spec, Text
from engine.policy.spec.vocabulary import (
    ClauseSpec,
    DerivedSpec,
    EnumSpec,
    FactSpec,
    HeaderSpec,
    InterpretationSpec,
    ParameterSpec,
    TableSpec,
    UnitSpec,
)


class AssertionSpec(Spec):
    """断言: the outcome and the criteria that decide it."""

    determination: Name = Field(alias="决定")
    outcome: Name = Field(alias="结果")
    deciding: Names | None = Field(default=None, alias="决定性")
    possible: Names | None = Field(default=None, alias="可能")
    missing: Names | None = Field(default=None, alias="缺")
    amount: Expression | None = Field(default=None, alias="金额")


class ExampleSpec(Spec):
    """用例: given facts, expected outcomes and reasons."""

    name: Name = Field(alias="名称")
    as_of: Day | None = Field(default=None, alias="基准日")
    case: Name | None = Field(default=None, alias="案件")
    facts: Any = Field(default=None, alias="事实")
    records: Any = Field(default=None, alias="记录")
    excuses: Any = Field(default=None, alias="例外理由")
    assertions: list[AssertionSpec] = Field(alias="断言", min_length=1)
    note: Text | None = Field(default=None, alias="说明")


class PackageSpec(Spec):
    """All sections a package's files may hold; files are merged."""

    header: HeaderSpec | None = Field(default=None, alias="规范")
    clauses: list[ClauseSpec] = Field(default_factory=list, alias="条款")
    units: list[UnitSpec] = Field(default_factory=list, alias="单位")
    enums: list[EnumSpec] = Field(default_factory=list, alias="枚举")
    facts: list[FactSpec] = Field(default_factory=list, alias="事实")
    tables: list[TableSpec] = Field(default_factory=list, alias="记录表")
    derived: list[DerivedSpec] = Field(default_factory=list, alias="派生量")
    parameters: list[ParameterSpec] = Field(default_factory=list, alias="参数")
    fillers: list[Filler] = Field(default_factory=list, alias="实施")
    interpretations: list[InterpretationSpec] = Field(default_factory=list, alias="解释口径")
    criteria: list[CriterionSpec] = Field(default_factory=list, alias="准则")
    decision_tables: list[DecisionTableSpec] = Field(default_factory=list, alias="决定表")
    scores: list[ScoreSpec] = Field(default_factory=list, alias="评分")
    determinations: list[DeterminationSpec] = Field(default_factory=list, alias="决定")
    rankings: list[RankingSpec] = Field(default_factory=list, alias="择优")
    inexpressible: list[InexpressibleSpec] = Field(default_factory=list, alias="不可编码")
    attachments: list[AttachmentSpec] = Field(default_factory=list, alias="附随")
    documents: list[DocumentSpec] = Field(default_factory=list, alias="文书")


class ExampleFile(Spec):
    """A file in tests/."""

    examples: list[ExampleSpec] = Field(alias="用例")
