"""What policy staff write, as models with Chinese keys: the one definition of the package format.

Reading, `guiju schema` and the key tables of the docs all come from here. Scalars keep their position: an expression
or a wording is the reader's `Scalar`, parsed later by the resolver.
"""

from __future__ import annotations

from engine.policy.spec.documents import DocumentSpec
from engine.policy.spec.keys import Free, Many, Record, Spec, key, optional, several
from engine.policy.spec.procedure import EventSpec, HistoryExampleSpec, PeriodicSpec, ProcedureSpec
from engine.policy.spec.rules import (
    FILLER,
    AttachmentSpec,
    CriterionSpec,
    DecisionTableSpec,
    DeterminationSpec,
    InexpressibleSpec,
    RankingSpec,
    ScoreSpec,
)
from engine.policy.spec.scalars import DAY, EXPRESSION, NAME, TEXT
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


class AssertionSpec(Spec, word="断言", about="一个决定应得出的结果和理由"):
    determination = key("决定", NAME, "决定的名称")
    outcome = key("结果", NAME, "结果的名称，或 待查")
    deciding = optional("决定性", Many(NAME), "决定结果的准则；写了就要完全一致")
    possible = optional("可能", Many(NAME), "结果为待查时，还可能是哪些；写了就要完全一致")
    missing = optional("缺", Many(NAME), "还缺哪些事实；写了就要完全一致")
    amount = optional("金额", EXPRESSION, "结果的数额")


class ExampleSpec(Spec, word="用例", about="一个例子：给出事实，写明应得的结果和理由"):
    name = key("名称", NAME, "说明这个例子保护什么")
    as_of = optional("基准日", DAY, "按哪一天的规定")
    case = optional("案件", NAME, "以哪个案件为底，下面的事实盖过它")
    facts = optional("事实", Free(), "事实名称和值，与案件文件同样写法")
    records = optional("记录", Free(), "记录表名称和记录，与案件文件同样写法")
    excuses = optional("例外理由", Free(), "对一般应当准则的例外，与案件文件同样写法")
    assertions = several("断言", Record(AssertionSpec), "应得的结果", at_least=1)
    note = optional("说明", TEXT, "给人看的说明")


class PackageSpec(Spec, word="政策包", about="一个政策包的文件；各节可以分写在几个文件里"):
    header = optional("规范", Record(HeaderSpec), HeaderSpec.about)
    clauses = several("条款", Record(ClauseSpec), "条款清单")
    units = several("单位", Record(UnitSpec), UnitSpec.about)
    enums = several("枚举", Record(EnumSpec), EnumSpec.about)
    facts = several("事实", Record(FactSpec), FactSpec.about)
    tables = several("记录表", Record(TableSpec), TableSpec.about)
    derived = several("派生量", Record(DerivedSpec), DerivedSpec.about)
    parameters = several("参数", Record(ParameterSpec), ParameterSpec.about)
    fillers = several("实施", FILLER, "填补别的包的未定事项")
    interpretations = several("解释口径", Record(InterpretationSpec), InterpretationSpec.about)
    criteria = several("准则", Record(CriterionSpec), CriterionSpec.about)
    decision_tables = several("决定表", Record(DecisionTableSpec), DecisionTableSpec.about)
    scores = several("评分", Record(ScoreSpec), ScoreSpec.about)
    determinations = several("决定", Record(DeterminationSpec), DeterminationSpec.about)
    rankings = several("择优", Record(RankingSpec), RankingSpec.about)
    inexpressible = several("不可编码", Record(InexpressibleSpec), InexpressibleSpec.about)
    attachments = several("附随", Record(AttachmentSpec), AttachmentSpec.about)
    documents = several("文书", Record(DocumentSpec), DocumentSpec.about)
    states = several("状态", NAME, "案件可能处于的状态，第一个是开始的状态")
    events = several("事件", Record(EventSpec), EventSpec.about)
    procedures = several("程序", Record(ProcedureSpec), ProcedureSpec.about)
    periodic = several("周期事项", Record(PeriodicSpec), PeriodicSpec.about)


class ExampleFile(Spec, word="用例文件", about="tests/ 下的一个文件"):
    examples = several("用例", Record(ExampleSpec), ExampleSpec.about)
    histories = several("程序用例", Record(HistoryExampleSpec), HistoryExampleSpec.about)
