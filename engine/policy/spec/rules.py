"""Sections about decisions: criteria, decision tables, scores, determinations, rankings, fillers of open terms."""

from __future__ import annotations

from engine.policy.spec.keys import Many, Record, Spec, Tagged, WordOr, by_name, defaulting, key, optional, several
from engine.policy.spec.scalars import (
    ATTACHMENT_KIND,
    DIRECTION,
    EXPRESSION,
    FLAG,
    HIT,
    NAME,
    NATURE,
    STRENGTH,
    TEMPLATE,
    TEXT,
    VALUE_TYPE,
    WHOLE,
)
from engine.policy.spec.vocabulary import CITED, DatedSpec


class CriterionSpec(Spec, word="准则", about="一项条件：要求什么、依据哪一条、不满足时怎么说"):
    name = key("名称", NAME, "简短的名称")
    groups = several("组", NAME, "属于哪个或哪些组；决定里用 任一未满足（组）、全部满足（组）")
    clauses = several("条款", NAME, CITED)
    strength = defaulting(
        "强度", STRENGTH, "应当：不满足即不通过；一般应当：可由人说明例外理由；鼓励：只报告", default="应当"
    )
    applies = optional("适用", EXPRESSION, "什么情形下才适用")
    overrides = optional("例外", NAME, "本准则适用时，所写的一般准则不适用")
    precedes = several("优先于", NAME, "与同一准则的其他例外都适用时，谁让位")
    requirement = key("要求", EXPRESSION, "满足的条件，是一个是非表达式")
    unmet = optional("未满足", TEMPLATE, "不满足时写进文书的话，{名称} 处填入内容")
    remedy = optional("补救", TEMPLATE, "怎样才能满足")
    disabled = defaulting("停用", FLAG, "暂不使用；解释口径的 启用 可以打开它", default=False)


class OutputSpec(Spec, word="输出", about="决定表得出什么"):
    name = optional("名称", NAME, "给人看的名称")
    unit = optional("单位", NAME, "数值的单位")
    type = optional("类型", VALUE_TYPE, "不写则看第一行")
    enum = optional("枚举", NAME, "类型为枚举时，用哪一个枚举")


class DecisionTableBody(Spec):
    """What a filler may supply for an open decision table."""

    hit = defaulting("命中", HIT, "唯一：至多一行；首个：取第一行；累计：各行相加", default="唯一")
    rows = several("行", Many(EXPRESSION), "每行依次写各输入的条件，最后一格是输出；任意 表示不限")
    default = optional("默认", EXPRESSION, "没有一行命中时的值；不写则为待查")


class DecisionTableSpec(DecisionTableBody, word="决定表", about="按几个条件查表"):
    name = key("名称", NAME, "在表达式中当作值使用")
    clauses = several("条款", NAME, CITED)
    inputs = several("输入", EXPRESSION, "表头：各列看什么", at_least=1)
    output = defaulting("输出", Record(OutputSpec), "得出什么", default=OutputSpec({}))
    open = defaulting("未定", FLAG, "各行留待实施方案确定", default=False)
    setter = optional("由", TEXT, "未定时，应由谁确定")
    label = optional("说明", TEXT, "给人看的说明")


class LinearSpec(Spec, word="线性", about="在零分和满分之间按比例计分，之外封住"):
    of = key("依据", EXPRESSION, "看什么")
    zero = key("零分", EXPRESSION, "到这里为零分")
    full = key("满分", EXPRESSION, "到这里为满分")


class StepSpec(Spec, word="档", about="一个条件和它的得分"):
    when = key("条件", EXPRESSION, "如 不少于24场；最后一档写 其他")
    mark = key("得分", EXPRESSION, "如 15分")


class StagedSpec(Spec, word="分档", about="第一个条件成立的档"):
    of = key("依据", EXPRESSION, "看什么")
    steps = several("档", Record(StepSpec), "从上往下，第一个成立的为准", at_least=1)


class ScaleSpec(Spec, word="计分", about="怎样计分：式、线性、分档，三者取一"):
    expression = optional("式", EXPRESSION, "直接算出得分")
    linear = optional("线性", Record(LinearSpec), "按比例计分")
    staged = optional("分档", Record(StagedSpec), "按档计分")


class ItemSpec(Spec, word="分项", about="评分的一个指标；满分和计分可由实施方案给出"):
    name = key("名称", NAME, "指标名称")
    clauses = several("条款", NAME, CITED)
    full = optional("满分", EXPRESSION, "如 15分")
    weights = by_name("权重", EXPRESSION, "按 权重按 的取值写权重，其他 表示其余取值；不写为 1")
    scale = optional("计分", Record(ScaleSpec), "怎样计分")


class BonusSpec(Spec, word="加分", about="条件成立时加上的分；负数为扣分"):
    name = key("名称", NAME, "加分项名称")
    clauses = several("条款", NAME, CITED)
    when = key("条件", EXPRESSION, "是非表达式")
    mark = key("得分", EXPRESSION, "如 5分")


class BandSpec(Spec, word="等次", about="一个等次和它的分数区间；未定的评分只写名称"):
    name = key("名称", NAME, "如 优秀")
    interval = optional("区间", EXPRESSION, "如 60分以上且不满90分；各区间不能有空隙或重叠")


class ScoreBody(Spec):
    """What a filler supplies for an open score."""

    weighted_by = optional("权重按", EXPRESSION, "权重随哪个枚举而变")
    items = several("分项", Record(ItemSpec), "各个指标", at_least=1)
    bonuses = several("加分", Record(BonusSpec), "加分或扣分项")
    cap = optional("封顶", EXPRESSION, "总分上限，如 100分")
    places = optional("取整", WHOLE, "总分保留几位小数，四舍五入；不写为不取整")
    bands = several("等次", Record(BandSpec), "分数划分的等次")


class ScoreSpec(ScoreBody, word="评分", about="由几个指标加权合成的分数"):
    name = key("名称", NAME, "在表达式中当作分数使用；等次（名称）得出等次")
    clauses = several("条款", NAME, CITED)
    unit = optional("单位", NAME, "通常为 分")
    open = defaulting("未定", FLAG, "分值和计分办法留待实施方案确定", default=False)
    setter = optional("由", TEXT, "未定时，应由谁确定")


class AuthoritySpec(Spec, word="机关", about="由事实决定的机关"):
    expression = key("式", EXPRESSION, "得出机关名称的表达式")


class DutySpec(Spec, word="义务", about="结果作出后谁应做什么"):
    name = key("名称", NAME, "做什么")
    due = optional("期限", EXPRESSION, "到期日期")
    who = optional("主体", TEXT, "谁来做")
    clauses = several("条款", NAME, CITED)


class OutcomeSpec(Spec, word="结果", about="决定的一种结果"):
    name = key("结果", NAME, "结果的名称")
    when = optional("条件", EXPRESSION, "成立时得出这个结果")
    nature = defaulting("性质", NATURE, "不利决定会自动附上救济、送达等一般规定", default="程序性")
    authority = optional("机关", WordOr(TEXT, AuthoritySpec), "由谁作出；写名称，或 {式: 表达式}")
    documents = several("文书", NAME, "出具哪些文书")
    favourable = defaulting("有利", FLAG, "整改建议以它为目标", default=False)
    amount = optional("金额", EXPRESSION, "奖励、补助等数额")
    duties = several("义务", Record(DutySpec), "由此产生的义务")
    note = optional("说明", TEMPLATE, "写进文书的说明")
    clauses = several("条款", NAME, CITED)


class DeterminationSpec(Spec, word="决定", about="从上往下第一个成立的结果；前面的还没查清时不下结论"):
    name = key("名称", NAME, "如 认定审查；结论（名称）可在表达式中使用")
    clauses = several("条款", NAME, CITED)
    applies = optional("适用", EXPRESSION, "什么情形下才作这个决定")
    outcomes = several("结果", Record(OutcomeSpec), "各种结果，按先后", at_least=1)
    default = optional("默认", WordOr(NAME, OutcomeSpec), "条件都不成立时的结果")
    favourable = optional("有利", NAME, "有利的结果；不写则看哪个结果标了 有利")
    label = optional("说明", TEXT, "给人看的说明")


class OrderSpec(Spec, word="次序", about="排序的一个依据"):
    of = key("依据", EXPRESSION, "按什么排")
    direction = defaulting("方向", DIRECTION, "降：大的在前；升：小的在前", default="降")


class RankingSpec(Spec, word="择优", about="在几个案件之间排序，取前若干名"):
    name = key("名称", NAME, "如 择优排序")
    clauses = several("条款", NAME, CITED)
    admitted = key("入围", EXPRESSION, "满足它的案件才参加排序")
    quota = key("名额", EXPRESSION, "取几名")
    order = several("次序", Record(OrderSpec), "依次比较的依据", at_least=1)
    preferences = several("优先", EXPRESSION, "得分相同时，满足者优先；仍相同则由人决定")
    authority = optional("机关", TEXT, "由谁作出")
    nature = defaulting("性质", NATURE, "不写为 内部", default="内部")
    label = optional("说明", TEXT, "给人看的说明")


class InexpressibleSpec(Spec, word="不可编码", about="现有写法表达不了的规定：不近似，受影响的决定会注明"):
    name = key("名称", NAME, "简短的名称")
    clauses = several("条款", NAME, CITED)
    lacking = key("构造", TEXT, "缺少什么写法")
    reason = key("原因", TEXT, "为什么表达不了")
    way_out = key("出路", TEXT, "怎样才能补上")
    affects = several("影响", NAME, "受影响的决定")
    accepted = defaulting("接受", FLAG, "已知悉并接受，决定不再注明", default=False)


class AttachmentSpec(Spec, word="附随", about="通则对某种性质的决定一律附加的内容，如救济途径"):
    name = key("名称", NAME, "如 行政复议")
    natures = several("性质", NATURE, "附加于哪些性质的结果", at_least=1)
    clauses = several("条款", NAME, CITED)
    kind = key("类型", ATTACHMENT_KIND, "附加的是什么")
    text = key("内容", TEMPLATE, "写进文书的文字")
    due = optional("期限", EXPRESSION, "期限届满的日期")


class ParameterFiller(Spec, word="实施参数", about="给未定的参数一个值"):
    target = key("参数", NAME, "未定参数的名称")
    values = several("取值", Record(DatedSpec), "确定的值，可按日期分段", at_least=1)
    label = optional("说明", TEXT, "口径的来由")
    clauses = several("条款", NAME, CITED)


class ScoreFiller(ScoreBody, word="实施评分", about="给未定的评分分值和计分办法，要覆盖全部分项"):
    target = key("评分", NAME, "未定评分的名称")
    label = optional("说明", TEXT, "口径的来由")
    clauses = several("条款", NAME, CITED)


class DecisionTableFiller(DecisionTableBody, word="实施决定表", about="给未定的决定表各行"):
    target = key("决定表", NAME, "未定决定表的名称")
    label = optional("说明", TEXT, "口径的来由")
    clauses = several("条款", NAME, CITED)


AnyFiller = ParameterFiller | ScoreFiller | DecisionTableFiller

FILLER: Tagged[AnyFiller] = Tagged({"参数": ParameterFiller, "评分": ScoreFiller, "决定表": DecisionTableFiller})
"""An item of 实施 says by its key what it fills."""
