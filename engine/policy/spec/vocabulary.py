"""Sections about names: header, clauses, facts, record tables, parameters, interpretations."""

from __future__ import annotations

from engine.policy.spec.keys import Record, Spec, by_name, defaulting, key, optional, several
from engine.policy.spec.scalars import (
    CHANGE,
    CLAUSE_KIND,
    DAY,
    EXPRESSION,
    FACT_TYPE,
    FLAG,
    NAME,
    OPEN_DAY,
    PACKAGE_KIND,
    STATUS,
    STRENGTH,
    TEXT,
    VALUE_TYPE,
    WHOLE,
)

CITED = "所依据的条款，如 第七条第（六）项；引用别的包写 包标识#条款"


class StructureSpec(Spec, word="结构", about="官方文本有多少条、款、项和附件，用来发现条款清单的缺漏"):
    articles = key("条", WHOLE, "一共多少条")
    paragraphs = by_name("款", WHOLE, "分款的条：条的序号（中文数字）和款数，如 十二: 3")
    items = by_name("项", WHOLE, "分项的条：条的序号（中文数字）和项数，如 七: 6")
    annexes = several("附件", NAME, "附件中每一点的引用")


class HeaderSpec(Spec, word="规范", about="这个包是什么：题名、性质、状态、位阶、施行时间；每个包一份"):
    id = key("标识", NAME, "与文件夹同名")
    title = key("名称", NAME, "正式题名，不带书名号")
    kind = key("性质", PACKAGE_KIND, "规范性文件，填补其未定事项的实施方案，或附随于一切决定的通则")
    status = key("状态", STATUS, "征求意见稿之下出具的一切文书都是样稿")
    rank = key("位阶", WHOLE, "数越小位阶越高；两个包实施同一事项时，上位优先，其次后法优先")
    issuers = several("制定机关", NAME, "制定或联合制定的机关")
    since = optional("施行", OPEN_DAY, "施行日期，或 未定")
    valid_for = optional("有效期", EXPRESSION, "如 5年")
    until = optional("废止", DAY, "自这一天起不再有效")
    rests_on = several("依据", NAME, "上位规范：包标识或文字")
    implements = several("实施", NAME, "实施方案填补哪些包的未定事项")
    repeals = several("废止规范", NAME, "由本规范废止的文件")
    text_digest = optional("正文摘要", TEXT, "官方文本的摘要，或 未载入")
    structure = optional("结构", Record(StructureSpec), "官方文本的条款结构")


class ClauseSpec(Spec, word="条款", about="官方文本的一条、一款、一项或附件中的一点"):
    citation = key("引用", NAME, "如 第七条第（六）项、附件第二（一）1")
    gist = key("要旨", NAME, "用自己的话写，不抄原文")
    kind = key("类别", CLAUSE_KIND, "这一条是什么性质")
    not_encoded = optional("不编码", TEXT, "没有规则引用这一条时，写明原因")


class UnitSpec(Spec, word="单位", about="计量单位；元、天、工作日、月、年、% 等已内置"):
    name = key("名称", NAME, "如 场、人次")
    equals = optional("等于", EXPRESSION, "由别的单位折算，如 60分钟")


class EnumSpec(Spec, word="枚举", about="一组固定的取值"):
    name = key("名称", NAME, "在事实中用 枚举: 名称 引用")
    members = several("取值", NAME, "各个取值；增加一种就加在这里", at_least=1)
    clauses = several("条款", NAME, CITED)


class FieldSpec(Spec):
    """Keys shared by facts and columns."""

    name = key("名称", NAME, "规则中使用的名称；事实在整个包中唯一，列在表中唯一")
    type = key("类型", FACT_TYPE, "判断是由人作出并说明理由的认定")
    value_type = optional("值类型", VALUE_TYPE, "判断的结论是什么类型；不写为 是否")
    enum = optional("枚举", NAME, "类型为枚举时，用哪一个枚举")
    unit = optional("单位", NAME, "数值的单位")
    range = optional("范围", EXPRESSION, "两端都包含，按上面的单位，如 0 至 1000")
    label = optional("说明", TEXT, "给人看的说明")
    evidence = optional("证据", TEXT, "用什么材料证明")
    clauses = several("条款", NAME, CITED)


class FactSpec(FieldSpec, word="事实", about="由人或由文件提供的一项事实；没有填的事实是“待查”，不是“否”也不是零"):
    question = optional("问题", TEXT, "向人提问时的问句")
    change = optional("可变", CHANGE, "整改时能否改变、向哪边改；不写为不可变")
    supplier = optional("提供", TEXT, "由谁提供，如 申报单位")
    cost = optional("代价", WHOLE, "补充它有多费事，用来排列待补事实；不写为 1，判断为 3")


class ColumnSpec(FieldSpec, word="列", about="记录表的一列"):
    required = defaulting("必填", FLAG, "每条记录都要有值", default=False)
    aliases = several("别名", NAME, "台账中可能出现的其他列名")


class TableSpec(Spec, word="记录表", about="一份台账或名册，从 YAML、CSV 或 Excel 读入"):
    name = key("名称", NAME, "如 活动台账")
    label = optional("说明", TEXT, "给人看的说明")
    columns = several("列", Record(ColumnSpec), "各列，按顺序", at_least=1)
    supplier = optional("提供", TEXT, "由谁提供")
    clauses = several("条款", NAME, CITED)


class DerivedSpec(Spec, word="派生量", about="由其他名称算出的量"):
    name = key("名称", NAME, "规则中使用的名称")
    expression = key("式", EXPRESSION, "如 计数（活动台账，属于年度（活动日期，统计年度））")
    unit = optional("单位", NAME, "结果的单位，与式子核对")
    clauses = several("条款", NAME, CITED)
    change = optional("可变", CHANGE, "整改建议可以提到它，以及向哪边改")
    label = optional("说明", TEXT, "给人看的说明")


class DatedSpec(Spec, word="取值", about="一个值和它适用的日期，首尾两天都包含"):
    value = key("值", EXPRESSION, "带单位，如 12场、50万元")
    since = optional("自", DAY, "从这一天起；不写为一向如此")
    until = optional("至", DAY, "到这一天为止；不写为没有终止")


class ParameterSpec(Spec, word="参数", about="规定中的数值或用语；改标准只改这里"):
    name = key("名称", NAME, "规则中使用的名称")
    type = optional("类型", VALUE_TYPE, "不写则看值和单位")
    enum = optional("枚举", NAME, "类型为枚举时，用哪一个枚举")
    unit = optional("单位", NAME, "数值的单位")
    clauses = several("条款", NAME, CITED)
    values = several("取值", Record(DatedSpec), "条文写明的值，可按日期分段")
    open = defaulting("未定", FLAG, "条文没有给出，留待实施方案确定", default=False)
    setter = optional("由", TEXT, "未定时，应由谁确定")
    label = optional("说明", TEXT, "给人看的说明")


class PatchSpec(Spec, word="改动", about="对一个包的改动：采用某个选项，或假设某个修改"):
    parameters = by_name("参数", EXPRESSION, "参数名和新的值")
    strengths = by_name("强度", STRENGTH, "准则名和新的强度")
    disable = several("停用", NAME, "停用的准则")
    enable = several("启用", NAME, "启用的准则（原来写了 停用: 是）")
    expressions = by_name("式", EXPRESSION, "派生量或准则的名称和新的表达式")


class OptionSpec(Spec, word="选项", about="一种解释"):
    name = key("名称", NAME, "选项的名称，写进 采用")
    effect = key("效果", TEXT, "采用它会改变什么")
    patch = defaulting("改", Record(PatchSpec), "采用它时对规则的改动，可以没有", default=PatchSpec({}))


class InterpretationSpec(Spec, word="解释口径", about="条文有不止一种读法之处：问题、选项和采用的一种"):
    number = key("编号", NAME, "如 Q02")
    name = key("名称", NAME, "简短的名称")
    question = key("问题", TEXT, "分歧在哪里")
    clauses = several("条款", NAME, CITED)
    options = several("选项", Record(OptionSpec), "至少两种读法", at_least=2)
    adopted = key("采用", NAME, "采用的选项名称，或 未定")
    affects = several("影响", NAME, "牵涉的准则、参数、派生量或决定；相关决定会列出这个口径")
    advice = optional("建议", TEXT, "给起草部门的修改建议")
