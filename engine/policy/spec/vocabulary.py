"""Sections about names: header, clauses, facts, record tables, parameters, interpretations."""

from __future__ import annotations

from typing import Annotated

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
from engine.policy.spec.requirements import Requirement
from engine.policy.spec.scalars import (
    Changeable,
    ClauseKind,
    Day,
    Expression,
    FactType,
    Flag,
    Name,
    OpenDay,
    OrganKind,
    PackageKind,
    PeriodSpan,
    Status,
    Strength,
    Text,
    ValueType,
    Whole,
)

CITED = "所依据的条款，如 第七条第（六）项；引用别的包写 包标识#条款"


class StructureSpec(Spec, word="结构", about="官方文本有多少条、款、项和附件，用来发现条款清单的缺漏"):
    articles: Whole = key("条", "一共多少条")
    paragraphs: dict[str, Whole] = by_name("款", "分款的条：条的序号（中文数字）和款数，如 十二: 3")
    items: dict[str, Whole] = by_name("项", "分项的条：条的序号（中文数字）和项数，如 七: 6")
    annexes: Listed[Name] = several("附件", "附件中每一点的引用")


class HeaderSpec(Spec, word="规范", about="这个包是什么：题名、性质、状态、位阶、施行时间；每个包一份"):
    id: Name = key("标识", "与文件夹同名")
    title: Name = key("名称", "正式题名，不带书名号")
    short: Name | None = optional(
        "简称", "文书里的简称，如 办法；措辞一律写《办法》，文书第一次写到时，由程序写出全称和“以下简称”"
    )
    kind: PackageKind = key("性质", "规范性文件，填补其未定事项的实施方案，或附随于一切决定的通则")
    status: Status = key("状态", "征求意见稿之下出具的一切文书都是样稿")
    rank: Whole = key("位阶", "数越小位阶越高；两个包实施同一事项时，上位优先，其次后法优先")
    legal_order: Name | None = optional(
        "法域", "哪里的法，如 中华人民共和国；通则只附随于同一法域的规范，两边要写得一样"
    )
    general: Listed[Name] = several(
        "通则", "附随哪些通则：包标识；写 无 的都不附随（如企业自己的制度）；不写的，附随同一法域的通则"
    )
    issuers: Listed[Name] = several("制定机关", "制定或联合制定的机关")
    since: OpenDay | None = optional("施行", "施行日期，或 未定")
    valid_for: Expression | None = optional("有效期", "如 5年")
    until: Day | None = optional("废止", "自这一天起不再有效")
    rests_on: Listed[Name] = several("依据", "上位规范：包标识或文字")
    implements: Listed[Name] = several("实施", "实施方案填补哪些包的未定事项")
    repeals: Listed[Name] = several("废止规范", "由本规范废止的文件")
    called: Name | None = optional("案件称呼", "用哪个文本事实称呼案件，如 单位名称；写在案件编号旁边")
    text_digest: Text | None = optional("正文摘要", "官方文本的摘要，由 guiju text import 写入，或 未载入")
    structure: StructureSpec | None = optional("结构", "官方文本的条款结构")


class ClauseSpec(Spec, word="条款", about="官方文本的一条、一款、一项或附件中的一点"):
    citation: Name = key("引用", "如 第七条第（六）项、附件第二（一）1；不编码的可以成段写，如 第三条至第九条")
    gist: Name = key("要旨", "用自己的话写，不抄原文")
    kind: ClauseKind = key("类别", "这一条是什么性质")
    not_encoded: Text | None = optional("不编码", "没有规则引用这一条时，写明原因")


class OrganSpec(Spec, word="机关名录", about="作决定的机关是哪一类，不服它的决定向谁提出"):
    names: Listed[Name] = several(
        "名称", "机关的全称，与决定的 `机关` 得出的一致；各项相同的几个可以一起列", at_least=1
    )
    kind: OrganKind = key("类别", "附随按它分别")
    review: Expression | None = optional("复议机关", "受理对它的行政复议的机关：写名称如 “某市人民政府”，或者参数")
    court: Expression | None = optional("管辖法院", "管辖对它的行政诉讼的法院")
    objection: Expression | None = optional("异议途径", "不经复议、诉讼的，怎样提出异议：接在“可以”之后的话")
    contact: Expression | None = optional("联系方式", "承办部门、地址和电话，文书里写作 {机关的联系方式}")


class UnitSpec(Spec, word="单位", about="计量单位；元、天、工作日、月、年、% 等已内置"):
    name: Name = key("名称", "如 场、人次")
    equals: Expression | None = optional("等于", "由别的单位折算，如 60分钟")


class EnumSpec(Spec, word="枚举", about="一组固定的取值"):
    name: Name = key("名称", "在事实中用 枚举: 名称 引用")
    members: Listed[Name] = several("取值", "各个取值；增加一种就加在这里", at_least=1)
    clauses: Listed[Name] = several("条款", CITED)


class FieldSpec(Spec):
    """Keys shared by facts and columns."""

    name: Name = key("名称", "规则中使用的名称；事实在整个包中唯一，列在表中唯一")
    type: FactType = key("类型", "判断是由人作出并说明理由的认定")
    value_type: ValueType | None = optional("值类型", "判断的结论是什么类型；不写为 是否")
    enum: Name | None = optional("枚举", "类型为枚举时，用哪一个枚举")
    unit: Name | None = optional("单位", "数值的单位")
    range: Expression | None = optional("范围", "两端都包含，按上面的单位，如 0 至 1000")
    label: Text | None = optional("说明", "给人看的说明")
    evidence: Text | None = optional("证据", "用什么材料证明")
    clauses: Listed[Name] = several("条款", CITED)
    planned: Flag = defaulting(
        "预定", "日期是计划、确定的日子，如公示截止日期，文书可以先写；不写的是已经发生的事，不能晚于写它的文书", False
    )


class TakenSpec(Spec, word="取自", about="这项事实由事件记录、周期事项、同批的择优得出；只写 状态 的，取这一天的状态"):
    states: Listed[Name] = several("状态", "处于这些状态之一的为是")
    event: Name | None = optional("事件", "取自哪个事件；有几次的取最近一次")
    item: Name | None = optional("项", "取哪一项载荷，日期 是事件的日期；不写的，有这个事件为是；择优的写 名次 或 入选")
    keys: dict[str, Name] = by_name("同", "载荷名: 事实名；只看载荷与这项事实相等的事件")
    when: Expression | None = optional("条件", "只看符合条件的事件")
    others: tuple[TakenSpec, ...] = several("或", "也可以取自哪些事件；几种都有的取最近一次")
    ranking: Name | None = optional("择优", "取自哪个择优：同批案件排定的")
    periodic: Name | None = optional(
        "周期事项", "取自哪个周期事项：出具它的文书时，由逾期的那一期得出；项 写 年度、月份、期初、期限 等"
    )


class RowsSpec(Spec, word="记录取自", about="记录由事件得出，一个事件一条"):
    event: Name = key("事件", "每个这种事件一条记录")
    columns: dict[str, Name] = by_name("列", "列名: 载荷名，或 日期，或 后续事件名的载荷名")
    after: Name | None = optional("后续", "了结它的事件")
    keys: Listed[Name] = several("同", "后续事件与它相等的载荷")
    blanks: dict[str, Name] = by_name("未了", "列名: 值；还没有后续事件时写什么")
    when: Expression | None = optional("条件", "只看符合条件的事件")
    own: dict[str, Name] = by_name("本方", "列名: 事实名；表里还有别人的记录，这些列等于这些事实的才是本案当事人的")
    matching: Listed[Name] = several("对应", "凭这些列认出同一条记录；不写的，看取自事件的各列")
    at_hand: dict[str, Name] = by_name(
        "本件", "载荷名: 事实名；与这些事实相等的，是正在办的这一件的结果，不是以前的记录"
    )


Taken = Annotated[Name | TakenSpec, Either(written_form, "scalar", "mapping")]


class FactSpec(FieldSpec, word="事实", about="由人或由文件提供的一项事实；没有填的事实是“待查”，不是“否”也不是零"):
    question: Text | None = optional("问题", "向人提问时的问句")
    change: Changeable | None = optional("可变", "整改时能否改变、向哪边改；不写为不可变")
    supplier: Text | None = optional("提供", "由谁提供，如 申报单位")
    cost: Whole | None = optional("代价", "补充它有多费事，用来排列待补事实；不写为 1，判断为 3")
    determination: Name | None = optional("决定", "类型为枚举时，值是这个决定的结果之一")
    taken: Taken | None = optional(
        "取自", "由事件记录、择优得出：写 状态，或写明哪个事件、择优；案件里也写了的，两处要一致"
    )
    every_value: Name | None = optional("每个取值", EACH)


class ColumnSpec(FieldSpec, word="列", about="记录表的一列"):
    required: Flag = defaulting("必填", "每条记录都要有值", False)
    aliases: Listed[Name] = several("别名", "台账中可能出现的其他列名")


class ComputedSpec(Spec, word="派生列", about="记录表里由同一条记录的其他列算出的一列；台账里不填"):
    name: Name = key("名称", "列名，在表中唯一")
    expression: Expression = key(
        "式", "如 单价×数量；这条记录叫 本行，别的表按它查：查找（标准.金额，级别为本行.级别）"
    )
    unit: Name | None = optional("单位", "结果的单位，与式子核对")
    label: Text | None = optional("说明", "给人看的说明")


class TableSpec(Spec, word="记录表", about="一份台账或名册，从 YAML、CSV 或 Excel 读入"):
    name: Name = key("名称", "如 活动台账")
    label: Text | None = optional("说明", "给人看的说明")
    columns: tuple[ColumnSpec, ...] = several("列", "各列，按顺序", at_least=1)
    computed: tuple[ComputedSpec, ...] = several("派生列", "由各条记录算出的列")
    supplier: Text | None = optional("提供", "由谁提供")
    clauses: Listed[Name] = several("条款", CITED)
    unique: Listed[Name] = several("不重复", "这些列合起来不能有两条相同；空着的不比")
    rows: RowsSpec | None = optional("取自", "记录由事件得出；案件里也写了的，两处要一致")
    of_cases: dict[str, Expression] = by_name("各案", "列名: 式；同一批的每个案件一条记录，各列由那个案件得出")


class RelationSpec(Spec, word="校验", about="填写的事实之间必须成立的关系；不成立就是填错了，不收"):
    name: Name = key("名称", "简短的名称")
    condition: Expression = key("式", "必须成立的关系，只用填写的事实、记录表的列和参数；有一项没有填，就不查")
    table: Name | None = optional("逐条", "记录表：式是对它的每一条记录说的，可以直接写列名")
    message: Text = key("不成立", "不成立时的提示；所比较的值和它们在哪里，程序写在后面")
    clauses: Listed[Name] = several("条款", CITED)


class DerivedSpec(Spec, word="派生量", about="由其他名称算出的量"):
    name: Name = key("名称", "规则中使用的名称")
    expression: Expression = key("式", "如 计数（活动台账，属于年度（活动日期，统计年度））")
    unit: Name | None = optional("单位", "结果的单位，与式子核对")
    clauses: Listed[Name] = several("条款", CITED)
    change: Changeable | None = optional("可变", "整改建议可以提到它，以及向哪边改")
    label: Text | None = optional("说明", "给人看的说明")
    every_value: Name | None = optional("每个取值", EACH)


class DatedSpec(Spec, word="取值", about="一个值和它适用的日期，首尾两天都包含"):
    value: Expression = key("值", "带单位，如 12场、50万元")
    since: Day | None = optional("自", "从这一天起；不写为一向如此")
    until: Day | None = optional("至", "到这一天为止；不写为没有终止")


class ParameterSpec(Spec, word="参数", about="规定中的数值或用语；改标准只改这里"):
    name: Name = key("名称", "规则中使用的名称")
    type: ValueType | None = optional("类型", "不写则看值和单位")
    enum: Name | None = optional("枚举", "类型为枚举时，用哪一个枚举")
    unit: Name | None = optional("单位", "数值的单位")
    range: Expression | None = optional(
        "范围", "值不能超出，两端都包含，如 1 至 500、0% 至 100%；不写的，整数、金额、比例不能为负"
    )
    clauses: Listed[Name] = several("条款", CITED)
    values: tuple[DatedSpec, ...] = several("取值", "条文写明的值，可按日期分段")
    open: Flag = defaulting("未定", "条文没有给出，留待实施方案确定", False)
    setter: Text | None = optional("由", "未定时，应由谁确定")
    label: Text | None = optional("说明", "给人看的说明")


class PatchSpec(Spec, word="改动", about="对一个包的改动：采用某个选项，或者假设某个修改"):
    parameters: dict[str, Expression] = by_name("参数", "参数名和新的值")
    strengths: dict[str, Strength] = by_name("强度", "准则名和新的强度")
    disable: Listed[Name] = several("停用", "停用的准则")
    enable: Listed[Name] = several("启用", "启用的准则（原来写了 停用: 是）")
    expressions: dict[str, Requirement] = by_name("式", "派生量或准则的名称和新的表达式；准则的也可以分项列出")
    spans: dict[str, PeriodSpan] = by_name("周期口径", "周期事项的名称和新的口径：期末、全期或期内")


class OverlaySpec(PatchSpec, word="假设", about="一个假设的改动，单独成一个文件：如果这样改，会怎样"):
    adopt: dict[str, Name] = by_name("口径", "解释口径的编号和假设采用的选项")


class OptionSpec(Spec, word="选项", about="一种解释"):
    name: Name = key("名称", "选项的名称，写进 采用")
    effect: Text = key("效果", "采用它会改变什么")
    patch: PatchSpec = defaulting("改", "采用它时对规则的改动，可以没有", PatchSpec())


class InterpretationSpec(Spec, word="解释口径", about="条文有不止一种读法之处：问题、选项和采用的一种"):
    number: Name = key("编号", "如 Q02")
    name: Name = key("名称", "简短的名称")
    question: Text = key("问题", "分歧在哪里")
    clauses: Listed[Name] = several("条款", CITED)
    options: tuple[OptionSpec, ...] = several("选项", "至少两种读法", at_least=2)
    adopted: Name = key("采用", "采用的选项名称，或 未定")
    affects: Listed[Name] = several("影响", "牵涉的准则、参数、派生量或决定；相关决定会列出这个口径")
    advice: Text | None = optional("建议", "给起草部门的修改建议")
