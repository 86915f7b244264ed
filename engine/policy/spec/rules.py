"""Sections about decisions: criteria, decision tables, scores, determinations, rankings, fillers of open terms."""

from __future__ import annotations

from typing import Annotated, Any

from engine.policy.spec.base import (
    EACH,
    Either,
    Listed,
    Spec,
    by_name,
    defaulting,
    key,
    optional,
    several,
    written_form,
)
from engine.policy.spec.requirements import SAID, Requirement
from engine.policy.spec.scalars import (
    AttachmentKind,
    AttachmentStage,
    Direction,
    Expression,
    Flag,
    Hit,
    Name,
    Nature,
    OrganKind,
    Strength,
    Template,
    Text,
    Ties,
    ValueType,
    Whole,
)
from engine.policy.spec.vocabulary import CITED, DatedSpec


class CriterionSpec(Spec, word="准则", about="一项条件：要求什么、依据哪一条、不满足时怎么说"):
    name: Name = key("名称", "简短的名称")
    groups: Listed[Name] = several("组", "属于哪个或哪些组；决定里用 任一未满足（组）、全部满足（组）")
    clauses: Listed[Name] = several("条款", CITED)
    strength: Strength = defaulting("强度", "应当：不满足即不通过；一般应当：可由人说明例外理由；鼓励：只报告", "应当")
    applies: Expression | None = optional("适用", "什么情形下才适用")
    overrides: Name | None = optional("例外", "本准则适用时，所写的一般准则不适用")
    precedes: Listed[Name] = several("优先于", "与同一准则的其他例外都适用时，谁让位")
    requirement: Requirement = key("要求", "满足的条件；能分别没有达到的，一项一项列出，各写各的话")
    sentence: Text | None = optional("要求说明", SAID)
    unmet: Template | None = optional("未满足", "不满足时写进文书的话，{名称} 处填入内容；要求分项列出的，写在各项里")
    remedy: Template | None = optional("补救", "怎样才能满足")
    disabled: Flag = defaulting("停用", "暂不使用；解释口径的 启用 可以打开它", False)
    every_value: Name | None = optional("每个取值", EACH)


class GroupSpec(Spec, word="组", about="一组准则共同的适用条件，和它属于哪一组；没有的不必写"):
    name: Name = key("名称", "准则的 组 里写的名称")
    applies: Expression | None = optional("适用", "什么情形下组里的准则才适用；准则自己的 适用 也要成立")
    inside: Listed[Name] = several("属于", "它在哪个或哪些组里：组里的准则也是那些组的")


class OutputSpec(Spec, word="输出", about="决定表得出什么"):
    name: Name | None = optional("名称", "给人看的名称")
    unit: Name | None = optional("单位", "数值的单位")
    type: ValueType | None = optional("类型", "不写则看第一行")
    enum: Name | None = optional("枚举", "类型为枚举时，用哪一个枚举")


class DecisionTableBody(Spec):
    """What a filler may supply for an open decision table."""

    hit: Hit = defaulting(
        "命中", "唯一：至多一行；首个：取第一行；累计：各行相加；最大、最小：符合的各行中取最大（最小）的", "唯一"
    )
    rows: tuple[Listed[Expression], ...] = several("行", "每行依次写各输入的条件，最后一格是输出；任意 表示不限")
    default: Expression | None = optional("默认", "没有一行命中时的值；不写则为待查")
    sheet: Name | None = optional(
        "行自", "各行写在旁边的 .xlsx 或 .csv 文件里：第一行依次是各输入和输出，以下每行一行，格的写法相同"
    )


class InputSpec(Spec, word="各输入", about="只用来套用在别的值上的决定表的一项输入：名称和类型"):
    name: Name = key("名称", "只在这张表里用")
    type: ValueType = key("类型", "值的类型")
    enum: Name | None = optional("枚举", "类型为枚举时，用哪一个枚举")
    unit: Name | None = optional("单位", "数值的单位")
    range: Expression | None = optional("范围", "两端都包含，按上面的单位，如 0 至 1000")


class DecisionTableSpec(DecisionTableBody, word="决定表", about="按几个条件查表"):
    name: Name = key("名称", "在表达式中当作值使用")
    clauses: Listed[Name] = several("条款", CITED)
    inputs: Listed[Expression] = several("输入", "表头：各列看什么；与 各输入 二者取一")
    formals: tuple[InputSpec, ...] = several(
        "各输入", "只用来套用的表，代替 输入 逐项列出名称和类型；案件里没有这些项，规则里写 表名（值，…）"
    )
    output: OutputSpec = defaulting("输出", "得出什么", OutputSpec())
    outputs: tuple[OutputSpec, ...] = several(
        "各输出", "一行得出几个值时，代替 输出 逐项列出，各有名称；规则里用各项的名称"
    )
    defaults: Listed[Expression] = several("各默认", "与 各输出 相应，没有一行命中时的值；不写则为待查")
    open: Flag = defaulting("未定", "各行留待实施方案确定", False)
    setter: Text | None = optional("由", "未定时，应由谁确定")
    label: Text | None = optional("说明", "给人看的说明")


class LinearSpec(Spec, word="线性", about="在零分和满分之间按比例计分，之外封住"):
    of: Expression = key("依据", "看什么")
    zero: Expression = key("零分", "到这里为零分")
    full: Expression = key("满分", "到这里为满分")


class StepSpec(Spec, word="档", about="一个条件和它的得分"):
    when: Expression = key("条件", "如 不少于24场；最后一档写 其他")
    mark: Expression = key("得分", "如 15分")


class StagedSpec(Spec, word="分档", about="第一个条件成立的档"):
    of: Expression = key("依据", "看什么")
    steps: tuple[StepSpec, ...] = several("档", "从上往下，第一个成立的为准", at_least=1)


class ScaleSpec(Spec, word="计分", about="怎样计分：式、线性、分档，三者取一"):
    expression: Expression | None = optional("式", "直接算出得分")
    linear: LinearSpec | None = optional("线性", "按比例计分")
    staged: StagedSpec | None = optional("分档", "按档计分")


class ItemSpec(Spec, word="分项", about="评分的一个指标；满分和计分可由实施方案给出"):
    name: Name = key("名称", "指标名称")
    clauses: Listed[Name] = several("条款", CITED)
    full: Expression | None = optional("满分", "如 15分")
    weights: dict[str, Expression] = by_name("权重", "按 权重按 的取值写权重，其他 表示其余取值；不写为 1")
    scale: ScaleSpec | None = optional("计分", "怎样计分")
    every_value: Name | None = optional("每个取值", EACH)


class BonusSpec(Spec, word="加分", about="条件成立时加上的分；负数为扣分"):
    name: Name = key("名称", "加分项名称")
    clauses: Listed[Name] = several("条款", CITED)
    when: Expression = key("条件", "是非表达式")
    mark: Expression = key("得分", "如 5分")


class BandSpec(Spec, word="等次", about="一个等次和它的分数区间；未定的评分只写名称"):
    name: Name = key("名称", "如 优秀")
    interval: Expression | None = optional("区间", "如 60分以上且不满90分；各区间不能有空隙或重叠")


class ScoreBody(Spec):
    """What a filler supplies for an open score."""

    weighted_by: Expression | None = optional("权重按", "权重随哪个枚举而变")
    items: tuple[ItemSpec, ...] = several("分项", "各个指标", at_least=1)
    bonuses: tuple[BonusSpec, ...] = several("加分", "加分或扣分项")
    bonus_cap: Expression | None = optional("加分封顶", "各项加分（减去扣分）合起来的上限，如 10分")
    cap: Expression | None = optional("封顶", "总分上限，如 100分")
    places: Whole | None = optional("取整", "总分保留几位小数，四舍五入；不写为不取整")
    bands: tuple[BandSpec, ...] = several("等次", "分数划分的等次")


class ScoreSpec(ScoreBody, word="评分", about="由几个指标加权合成的分数"):
    name: Name = key("名称", "在表达式中当作分数使用；等次（名称）得出等次")
    clauses: Listed[Name] = several("条款", CITED)
    unit: Name | None = optional("单位", "通常为 分")
    open: Flag = defaulting("未定", "分值和计分办法留待实施方案确定", False)
    setter: Text | None = optional("由", "未定时，应由谁确定")


class AuthoritySpec(Spec, word="机关", about="由事实决定的机关"):
    expression: Expression = key("式", "得出机关名称的表达式")


Authority = Annotated[Text | AuthoritySpec, Either(written_form, "scalar", "mapping")]


class ObligationSpec(Spec, word="义务", about="结果作出后谁应做什么"):
    name: Name = key("名称", "做什么")
    due: Expression | None = optional("期限", "到期日期")
    who: Authority | None = optional("主体", "谁来做；写名称，或 {式: 表达式}")
    clauses: Listed[Name] = several("条款", CITED)


class OutcomeSpec(Spec, word="结果", about="决定的一种结果"):
    name: Name = key("结果", "结果的名称")
    when: Expression | None = optional("条件", "成立时得出这个结果")
    nature: Nature = defaulting("性质", "不利决定会自动附上救济、送达等一般规定", "程序性")
    authority: Authority | None = optional("机关", "由谁作出；写名称，或 {式: 表达式}")
    documents: Listed[Name] = several("文书", "出具哪些文书")
    favourable: Flag = defaulting("有利", "整改建议以它为目标", False)
    amount: Expression | None = optional("金额", "奖励、补助等数额")
    duties: tuple[ObligationSpec, ...] = several("义务", "由此产生的义务")
    note: Template | None = optional("说明", "写进文书的说明")
    clauses: Listed[Name] = several("条款", CITED)


Default = Annotated[Name | OutcomeSpec, Either(written_form, "scalar", "mapping")]


class PremiseSpec(Spec, word="决定的前提", about="作出决定以前须先成立的事：不成立的尚不能作出，查不清的待查"):
    when: Expression = key("式", "须成立的条件，可以看别的决定的结论、状态、日期的先后")
    clauses: Listed[Name] = several("条款", CITED)
    first: Text = key("先", "不成立时，须先做什么")
    who: Authority | None = optional("主体", "由谁先做；写名称，或 {式: 表达式}")


class DeterminationSpec(Spec, word="决定", about="从上往下第一个成立的结果；前面的还没查清时不下结论"):
    name: Name = key("名称", "如 认定审查；结论（名称）可在表达式中使用")
    clauses: Listed[Name] = several("条款", CITED)
    applies: Expression | None = optional("适用", "什么情形下才作这个决定")
    premises: tuple[PremiseSpec, ...] = several("前提", "什么先成立，才能作出这个决定")
    outcomes: tuple[OutcomeSpec, ...] = several("结果", "各种结果，按先后", at_least=1)
    default: Default | None = optional("默认", "条件都不成立时的结果")
    favourable: Name | None = optional("有利", "有利的结果；不写则看哪个结果标了 有利")
    dispute: Name | None = optional(
        "争议", "不服这个决定是哪种争议，通则对它另有规定的才写，如 复议前置；写通则的附随列出的"
    )
    label: Text | None = optional("说明", "给人看的说明")


class OrderSpec(Spec, word="次序", about="排序的一个依据"):
    of: Expression = key("依据", "按什么排")
    direction: Direction = defaulting("方向", "降：大的在前；升：小的在前", "降")


class RankingSpec(Spec, word="择优", about="在几个案件之间排序，取前若干名"):
    name: Name = key("名称", "如 择优排序")
    clauses: Listed[Name] = several("条款", CITED)
    admitted: Expression = key("入围", "满足它的案件才参加排序")
    quota: Expression = key("名额", "取几名；按比例的写明取整，如 向下取整（20%×入围数），入围数是参加排序的案件数")
    order: tuple[OrderSpec, ...] = several("次序", "依次比较的依据", at_least=1)
    preferences: Listed[Expression] = several("优先", "得分相同时，满足者优先；仍相同则由人决定")
    ties: Ties = defaulting("同分", "同分的跨过名额线时怎样取舍；都入选 会超过名额", "由人定")
    authority: Text | None = optional("机关", "由谁作出")
    nature: Nature = defaulting("性质", "不写为 内部", "内部")
    label: Text | None = optional("说明", "给人看的说明")


class InexpressibleSpec(Spec, word="不可编码", about="现有写法表达不了的规定：不近似，受影响的决定会注明"):
    name: Name = key("名称", "简短的名称")
    clauses: Listed[Name] = several("条款", CITED)
    lacking: Text = key("构造", "缺少什么写法")
    reason: Text = key("原因", "为什么表达不了")
    way_out: Text = key("出路", "怎样才能补上")
    affects: Listed[Name] = several("影响", "受影响的决定")
    accepted: Flag = defaulting("接受", "已知悉并接受，决定不再注明", False)


class AttachmentSpec(Spec, word="附随", about="通则对某种性质的决定一律附加的内容，如救济途径"):
    name: Name = key("名称", "如 行政复议")
    natures: Listed[Nature] = several("性质", "附加于哪些性质的结果", at_least=1)
    stages: Listed[AttachmentStage] = several(
        "阶段", "写进哪一步的文书：事先告知、决定；办理 是对办理人说的，不写进文书；不写则各步都写"
    )
    organs: Listed[OrganKind] = several(
        "机关类别", "只附加于这几类机关的决定；类别写在 `机关名录`，没有列名的机关不附；不写则不论机关"
    )
    disputes: Listed[Name] = several("争议", "只附加于写了这些 `争议` 的决定，如 复议前置")
    other_disputes: Listed[Name] = several("除外争议", "写了这些 `争议` 的决定不附加")
    clauses: Listed[Name] = several("条款", CITED)
    kind: AttachmentKind = key("类型", "附加的是什么")
    text: Template = key(
        "内容", "写进文书的文字；{机关的复议机关}、{机关的管辖法院}、{机关的异议途径} 是作决定的机关在名录中的各项"
    )
    due: Expression | None = optional("期限", "期限届满的日期")


class ParameterFiller(Spec, word="实施参数", about="给未定的参数一个值"):
    target: Name = key("参数", "未定参数的名称")
    values: tuple[DatedSpec, ...] = several("取值", "确定的值，可按日期分段", at_least=1)
    label: Text | None = optional("说明", "口径的来由")
    clauses: Listed[Name] = several("条款", CITED)


class ScoreFiller(ScoreBody, word="实施评分", about="给未定的评分分值和计分办法，要覆盖全部分项"):
    target: Name = key("评分", "未定评分的名称")
    label: Text | None = optional("说明", "口径的来由")
    clauses: Listed[Name] = several("条款", CITED)


class DecisionTableFiller(DecisionTableBody, word="实施决定表", about="给未定的决定表各行"):
    target: Name = key("决定表", "未定决定表的名称")
    label: Text | None = optional("说明", "口径的来由")
    clauses: Listed[Name] = several("条款", CITED)


AnyFiller = ParameterFiller | ScoreFiller | DecisionTableFiller

FILLS = ("参数", "评分", "决定表")


def _target(value: Any) -> str | None:
    return next((key for key in FILLS if key in value), None) if isinstance(value, dict) else None


Filler = Annotated[AnyFiller, Either(_target, *FILLS)]
"""An item of 实施 says by its key what it fills."""
