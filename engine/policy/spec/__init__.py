"""What policy staff write, as models with Chinese keys: the one definition of the package format.

Reading, `guiju schema` and the key tables of the docs all come from here. Scalars keep their position: an expression
or a wording is the reader's `Scalar`, parsed later by the resolver.
"""

from __future__ import annotations

from engine.policy.spec.base import Free, Listed, Spec, by_name, key, optional, several
from engine.policy.spec.documents import DocumentSpec
from engine.policy.spec.pictures import PictureSpec
from engine.policy.spec.procedure import EventSpec, HistoryExampleSpec, PeriodicSpec, ProcedureSpec
from engine.policy.spec.rules import (
    AttachmentSpec,
    CriterionSpec,
    DecisionTableSpec,
    DeterminationSpec,
    Filler,
    GroupSpec,
    InexpressibleSpec,
    RankingSpec,
    ScoreSpec,
)
from engine.policy.spec.scalars import Day, Expression, Name, Text
from engine.policy.spec.vocabulary import (
    ClauseSpec,
    DerivedSpec,
    EnumSpec,
    FactSpec,
    HeaderSpec,
    InterpretationSpec,
    OrganSpec,
    ParameterSpec,
    RelationSpec,
    TableSpec,
    UnitSpec,
)


class AssertionSpec(Spec, word="断言", about="一个决定应得出的结果和理由"):
    determination: Name = key("决定", "决定的名称")
    outcome: Name = key("结果", "结果的名称；或 待查，不适用（决定的 适用 不成立）、尚不能作出（前提不成立）、无结果")
    deciding: Listed[Name] | None = optional("决定性", "决定结果的准则；写了就要完全一致")
    possible: Listed[Name] | None = optional("可能", "结果为待查时，还可能是哪些；写了就要完全一致")
    missing: Listed[Name] | None = optional("缺", "还缺哪些事实；写了就要完全一致")
    amount: Expression | None = optional("金额", "结果的数额；按数值比较，50万元 与 500000元 相同")
    first: Listed[Text] | None = optional("先", "结果为尚不能作出时，须先做什么；写了就要完全一致")
    authority: Text | None = optional("机关", "结果由哪个机关作出")
    values: dict[str, Expression] = by_name("值", "事实、派生量、参数的名称和它应有的值")


class ExampleSpec(Spec, word="用例", about="一个例子：给出事实，写明应得的结果和理由"):
    name: Name = key("名称", "说明这个例子保护什么")
    as_of: Day | None = optional("基准日", "按哪一天的规定")
    case: Name | None = optional("案件", "以哪个案件为底，下面的事实盖过它；写了名称、值空着的，就当作没有填")
    facts: Free | None = optional("事实", "事实名称和值，与案件文件同样写法")
    records: Free | None = optional("记录", "记录表名称和记录，与案件文件同样写法")
    excuses: Free | None = optional("例外理由", "对一般应当准则的例外，与案件文件同样写法")
    assertions: tuple[AssertionSpec, ...] = several("断言", "应得的结果", at_least=1)
    note: Text | None = optional("说明", "给人看的说明")
    unconfirmed: Text | None = optional(
        "待确认", "程序试出的例子，写它防的是什么错；还不算数，有人核对了条文、删去这一行才算"
    )


class ArguedSpec(Spec, word="论证", about="没有用例能发现的改错，和为什么不必发现"):
    names: Listed[Name] = several("名称", "改错的是哪些准则、决定、事件……", at_least=1)
    changes: Listed[Text] = several("改动", "怎样改错，照 `guiju test --mutants` 列出的写", at_least=1)
    reason: Text = key("理由", "为什么没有案件、经过会因此得出别的结果，或者得出了也无妨")


class ExampleTableSpec(Spec, word="用例表", about="几个例子，一行一个：同一个底本，改哪几项事实，应得什么"):
    name: Name = key("名称", "说明这些例子保护什么；每个例子的名称是它加上各格")
    as_of: Day | None = optional("基准日", "按哪一天的规定")
    case: Name | None = optional("案件", "以哪个案件为底，下面的事实和各行盖过它")
    facts: Free | None = optional("事实", "各行相同的事实")
    records: Free | None = optional("记录", "各行相同的记录")
    excuses: Free | None = optional("例外理由", "各行相同的例外理由")
    determination: Name = key("决定", "决定的名称")
    inputs: Listed[Name] = several("输入", "前几列是哪些事实，也可以是 基准日；格里写 未填，就是没有填", at_least=1)
    outputs: Listed[Name] = several(
        "输出", "后几列是应得的什么：结果、金额、机关，或者事实、派生量、参数的名称", at_least=1
    )
    rows: tuple[Listed[Expression], ...] = several("行", "每行依次写各输入，再写各输出", at_least=1)
    note: Text | None = optional("说明", "给人看的说明")


class PackageSpec(Spec, word="政策包", about="一个政策包的文件；各节可以分写在几个文件里"):
    header: HeaderSpec | None = optional("规范", HeaderSpec.about)
    clauses: tuple[ClauseSpec, ...] = several("条款", "条款清单")
    units: tuple[UnitSpec, ...] = several("单位", UnitSpec.about)
    enums: tuple[EnumSpec, ...] = several("枚举", EnumSpec.about)
    facts: tuple[FactSpec, ...] = several("事实", FactSpec.about)
    tables: tuple[TableSpec, ...] = several("记录表", TableSpec.about)
    relations: tuple[RelationSpec, ...] = several("校验", RelationSpec.about)
    derived: tuple[DerivedSpec, ...] = several("派生量", DerivedSpec.about)
    parameters: tuple[ParameterSpec, ...] = several("参数", ParameterSpec.about)
    fillers: tuple[Filler, ...] = several("实施", "填补别的包的未定事项")
    interpretations: tuple[InterpretationSpec, ...] = several("解释口径", InterpretationSpec.about)
    groups: tuple[GroupSpec, ...] = several("组", GroupSpec.about)
    criteria: tuple[CriterionSpec, ...] = several("准则", CriterionSpec.about)
    decision_tables: tuple[DecisionTableSpec, ...] = several("决定表", DecisionTableSpec.about)
    scores: tuple[ScoreSpec, ...] = several("评分", ScoreSpec.about)
    determinations: tuple[DeterminationSpec, ...] = several("决定", DeterminationSpec.about)
    rankings: tuple[RankingSpec, ...] = several("择优", RankingSpec.about)
    organs: tuple[OrganSpec, ...] = several("机关名录", OrganSpec.about)
    inexpressible: tuple[InexpressibleSpec, ...] = several("不可编码", InexpressibleSpec.about)
    attachments: tuple[AttachmentSpec, ...] = several("附随", AttachmentSpec.about)
    documents: tuple[DocumentSpec, ...] = several("文书", DocumentSpec.about)
    pictures: tuple[PictureSpec, ...] = several("图", PictureSpec.about)
    states: Listed[Name] = several("状态", "案件可能处于的状态，第一个是开始的状态")
    events: tuple[EventSpec, ...] = several("事件", EventSpec.about)
    procedures: tuple[ProcedureSpec, ...] = several("程序", ProcedureSpec.about)
    periodic: tuple[PeriodicSpec, ...] = several("周期事项", PeriodicSpec.about)


class ExampleFile(Spec, word="用例文件", about="tests/ 下的一个文件"):
    adopt: dict[str, Name] = by_name(
        "口径", "这个文件的用例按解释口径的哪些选项办，如 Q02: 月度只核场次；不写的按采用的"
    )
    examples: tuple[ExampleSpec, ...] = several("用例", ExampleSpec.about)
    tables: tuple[ExampleTableSpec, ...] = several("用例表", ExampleTableSpec.about)
    histories: tuple[HistoryExampleSpec, ...] = several("程序用例", HistoryExampleSpec.about)
    argued: tuple[ArguedSpec, ...] = several("论证", ArguedSpec.about)
