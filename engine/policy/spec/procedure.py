"""Sections about procedure: states, events, rules from events to what follows, periodic duties."""

from __future__ import annotations

from engine.policy.spec.keys import Free, Many, Record, Spec, defaulting, key, optional, several
from engine.policy.spec.scalars import (
    DAY,
    EXPRESSION,
    FLAG,
    NAME,
    PERIOD,
    PERIOD_SPAN,
    TASK_NATURE,
    TASK_STATUS,
    TEXT,
    VALUE_TYPE,
    WHOLE,
)
from engine.policy.spec.vocabulary import CITED


class PayloadSpec(Spec, word="载荷", about="事件附带的一项内容；类型 与 决定 二者取一"):
    name = key("名称", NAME, "在本事件的表达式中直接使用；别的事件用 事件名的名称")
    type = optional("类型", VALUE_TYPE, "值的类型")
    determination = optional("决定", NAME, "值是这个决定的结果之一")
    enum = optional("枚举", NAME, "类型为枚举时，用哪一个枚举")
    unit = optional("单位", NAME, "数值的单位")
    label = optional("说明", TEXT, "给人看的说明")
    required = defaulting("必填", FLAG, "每次都要有值", default=False)


class RequirementSpec(Spec, word="前提", about="缺了它事件就不可能成立；状态、须先有、每个、至多、条件取一"):
    states = optional("状态", Many(NAME), "发生前须处于这些状态之一")
    every = optional("每个", NAME, "此前的每一个这种事件，都须已有 已有 所写的事件")
    settled = optional("已有", NAME, "了结 每个 所写事件的事件，按 同 对应")
    event = optional("须先有", NAME, "此前须有的事件")
    keys = several("同", NAME, "与须先有的事件或同类事件相等的载荷")
    not_before = optional("不早于", EXPRESSION, "最早可以发生的日期，与 须先有 连用")
    at_most = optional("至多", WHOLE, "载荷相同的同类事件最多几次")
    when = optional("条件", EXPRESSION, "须成立的条件；与 须先有 连用时，是对那个事件的条件")
    clauses = several("条款", NAME, CITED)
    text = optional("说明", TEXT, "不成立时对人说的话")


class EventSpec(Spec, word="事件", about="有日期的一件事；状态、文书和事项都由事件引出"):
    name = key("名称", NAME, "在事件记录中使用")
    clauses = several("条款", NAME, CITED)
    who = optional("主体", TEXT, "由谁作出")
    payload = several("载荷", Record(PayloadSpec), "附带的内容")
    requirements = several("前提", Record(RequirementSpec), "什么情形下才可能发生")
    derived = defaulting("派生", FLAG, "不由人录入，只由程序引起", default=False)
    label = optional("说明", TEXT, "给人看的说明")


class JoinSpec(Spec, word="且", about="同一案件此前还有的事件"):
    event = key("事件", NAME, "此前的事件")
    keys = several("同", NAME, "两个事件相等的载荷")


class FulfilmentSpec(Spec, word="履行", about="哪个事件算履行了事项"):
    event = key("事件", NAME, "履行事项的事件")
    keys = several("同", NAME, "与引出事项的事件（或周期的 年度、月份）相等的载荷")
    when = optional("条件", EXPRESSION, "什么情形才算履行")


class TaskBody(Spec):
    """Keys shared by duties born by rules and periodic ones."""

    name = key("名称", NAME, "做什么")
    who = optional("主体", TEXT, "谁来做")
    nature = defaulting("性质", TASK_NATURE, "权利到期未行使的不算逾期", default="义务")
    start = optional("自", EXPRESSION, "从哪一天起可以办")
    due = optional("期限", EXPRESSION, "最后一天")
    fulfilment = optional("履行", Record(FulfilmentSpec), "怎样算已经履行")
    documents = several("出具", NAME, "可以办之日起（没有写 自 的，逾期之日起）可以出具的文书")
    states = several("在", NAME, "处于哪些状态时有此事项；离开即终止")
    clauses = several("条款", NAME, CITED)


class TaskSpec(TaskBody, word="事项", about="由事件引出的一件应办的事"):
    pass


class PeriodicSpec(TaskBody, word="周期事项", about="处于某些状态时每年或每月都要办的事"):
    every = key("每", PERIOD, "年：表达式中可用 年度；月：还可用 月份（该月第一日）")
    span = defaulting("口径", PERIOD_SPAN, "期末、全期或期内处于上述状态的，当期有此事项", default="期末")
    label = optional("说明", TEXT, "给人看的说明")


class ThenSpec(Spec, word="则", about="规则的后果，至少写一项"):
    state = optional("状态", NAME, "转入的状态")
    documents = several("出具", NAME, "应出具的文书")
    tasks = several("事项", Record(TaskSpec), "由此产生的事项")
    causes = several("引起", NAME, "引起的派生事件")


class ProcedureSpec(Spec, word="程序", about="某个事件发生以后怎么办"):
    name = key("名称", NAME, "简短的名称")
    clauses = several("条款", NAME, CITED)
    trigger = key("当", NAME, "发生了哪个事件")
    joins = several("且", Record(JoinSpec), "此前还有哪些事件")
    when = optional("条件", EXPRESSION, "关于载荷的条件")
    states = several("在", NAME, "处于哪些状态时适用；不写为任何状态")
    then = key("则", Record(ThenSpec), "后果")
    label = optional("说明", TEXT, "给人看的说明")


class TaskExpectedSpec(Spec, word="应有事项", about="一个事项应有的情况"):
    name = key("名称", NAME, "事项的名称")
    status = key("情况", TASK_STATUS, "办到哪一步")
    due = optional("期限", DAY, "到期日期")


class HistoryExpectedSpec(Spec, word="程序断言", about="一段经过应得的结果；写了的才核对"):
    state = key("状态", NAME, "基准日的状态")
    rules = optional("规则", Many(NAME), "依次生效的规则；写了就要完全一致")
    documents = optional("文书", Many(NAME), "依次应出具的文书；写了就要完全一致")
    tasks = several("事项", Record(TaskExpectedSpec), "应有的事项，可以只写几个")
    refused = several("不成立", NAME, "不可能成立的事件的编号；不写为没有")


class HistoryExampleSpec(Spec, word="程序用例", about="一段事件经过和应得的状态、文书、事项"):
    name = key("名称", NAME, "说明这个例子保护什么")
    as_of = key("基准日", DAY, "看到哪一天为止")
    base = optional("承接", NAME, "以同一文件中前面哪个程序用例的事件为开头")
    events = optional("事件", Free(), "事件，与事件记录同样写法")
    expected = key("断言", Record(HistoryExpectedSpec), "应得的结果")
    note = optional("说明", TEXT, "给人看的说明")
