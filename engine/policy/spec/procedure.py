"""Sections about procedure: states, events, rules from events to what follows, periodic duties."""

from __future__ import annotations

from engine.policy.spec.base import Free, Listed, Spec, by_name, defaulting, key, optional, several
from engine.policy.spec.rules import Authority
from engine.policy.spec.scalars import (
    Day,
    DutyNature,
    DutyStatus,
    Expression,
    Flag,
    Name,
    Number,
    PayloadType,
    PeriodSpan,
    Text,
    Whole,
)
from engine.policy.spec.vocabulary import CITED


class PayloadSpec(Spec, word="载荷", about="事件附带的一项内容；类型 与 决定 二者取一"):
    name: Name = key("名称", "在本事件的表达式中直接使用；别的事件用 事件名的名称")
    type: PayloadType | None = optional("类型", "值的类型；身份证号、统一社会信用代码、账号核对校验码")
    determination: Name | None = optional("决定", "值是这个决定的结果之一")
    enum: Name | None = optional("枚举", "类型为枚举时，用哪一个枚举")
    unit: Name | None = optional("单位", "数值的单位")
    label: Text | None = optional("说明", "给人看的说明")
    required: Flag = defaulting("必填", "每次都要有值", False)
    amount: Name | None = optional("数额", "值是这个决定的金额")


class EarlierSpec(Spec, word="凡有", about="此前的事件：凡有这样的，前提的条件都要成立"):
    event: Name = key("事件", "此前的事件")
    keys: Listed[Name] = several("同", "与本事件相等的载荷")


class RequirementSpec(Spec, word="前提", about="缺了它事件就不可能成立；状态、须先有、每个、凡有、至多、条件取一"):
    states: Listed[Name] | None = optional("状态", "发生前须处于这些状态之一")
    every: Name | None = optional("每个", "此前的每一个这种事件，都须已有 已有 所写的事件")
    settled: Name | None = optional("已有", "了结 每个 所写事件的事件，按 同 对应")
    given: tuple[EarlierSpec, ...] = several("凡有", "此前有这些事件的，无论哪一次，条件 都要成立；没有的不论")
    event: Name | None = optional("须先有", "此前须有的事件")
    keys: Listed[Name] = several("同", "与须先有的事件或同类事件相等的载荷")
    not_before: Expression | None = optional("不早于", "最早可以发生的日期，与 须先有 连用")
    at_most: Whole | None = optional("至多", "载荷相同的同类事件最多几次")
    when: Expression | None = optional("条件", "须成立的条件；与 须先有、凡有 连用时，可以看那些事件")
    clauses: Listed[Name] = several("条款", CITED)
    text: Text | None = optional("说明", "不成立时对人说的话")


class TermSpec(Spec, word="届满", about="从哪个事件起算、到哪一天为止的期限"):
    event: Name = key("自", "从哪个事件起算；又有这样的事件的，从新的一次起算")
    when: Expression | None = optional("条件", "那个事件的载荷要符合什么才起算")
    last: Expression | None = optional(
        "期限",
        "最后一天，可以用那个事件的载荷、事件日期和 原期限（正在计的、或者上一次的最后一天）；不写的，从此没有期限",
    )


class EventSpec(Spec, word="事件", about="有日期的一件事；状态、文书和事项都由事件引出"):
    name: Name = key("名称", "在事件记录中使用")
    clauses: Listed[Name] = several("条款", CITED)
    who: Text | None = optional("主体", "由谁作出")
    payload: tuple[PayloadSpec, ...] = several("载荷", "附带的内容")
    requirements: tuple[RequirementSpec, ...] = several("前提", "什么情形下才可能发生")
    derived: Flag = defaulting("派生", "不由人录入，只由程序引起", False)
    terms: tuple[TermSpec, ...] = several("届满", "不由人录入：这些期限届满的次日自行发生")
    label: Text | None = optional("说明", "给人看的说明")


class JoinSpec(Spec, word="且", about="同一案件此前还有的事件"):
    event: Name = key("事件", "此前的事件")
    keys: Listed[Name] = several("同", "两个事件相等的载荷")


class AbsentSpec(JoinSpec, word="且无", about="同一案件此前没有的事件：有相符的，程序就不适用"):
    when: Expression | None = optional("条件", "什么情形的才算，是对那个事件的条件")


class FulfilmentSpec(Spec, word="履行", about="哪个事件算履行了事项，或者（处理）处理了逾期的事项"):
    event: Name = key("事件", "履行或者处理事项的事件")
    keys: Listed[Name] = several("同", "与引出事项的事件（或周期的 年度、月份）相等的载荷")
    when: Expression | None = optional("条件", "什么情形才算；周期事项里 年度、月份 指周期的")
    times: Expression | None = optional("次数", "至少几次才算履行；不写为一次")
    totals: dict[str, Expression] = by_name("合计", "载荷名和数量：各次合计达到这个数量才算履行")


class DutyBody(Spec):
    """Keys shared by duties born by rules and periodic ones."""

    name: Name = key("名称", "做什么")
    who: Authority | None = optional("主体", "谁来做；写名称，或 {式: 表达式}，由案卷的事实得出是哪一个机关")
    nature: DutyNature = defaulting("性质", "权利到期未行使的不算逾期", "义务")
    start: Expression | None = optional("自", "从哪一天起可以办")
    due: Expression | None = optional("期限", "最后一天")
    fulfilment: FulfilmentSpec | None = optional("履行", "怎样算已经履行")
    settlement: FulfilmentSpec | None = optional("处理", "逾期以后怎样算已经处理：不再列为逾期，也不再出具文书")
    documents: Listed[Name] = several("出具", "可以办之日起（没有写 自 的，逾期之日起）可以出具的文书")
    states: Listed[Name] = several("在", "处于哪些状态时有此事项；离开即终止")
    clauses: Listed[Name] = several("条款", CITED)


class DutySpec(DutyBody, word="事项", about="由事件引出的一件应办的事"):
    pass


class PeriodicSpec(DutyBody, word="周期事项", about="处于某些状态时每月、每季、每半年、每年或者每几年都要办的事"):
    every: Text = key(
        "每",
        "月、季、半年、年，或者 2个月、3年；表达式中可用 年度，和 月份（该月第一日）、季度、半年度，都可用 期初、期末",
    )
    since: Text | None = optional(
        "起算", "进入：从进入 在 所列状态的那一天起算；2024年：从那一年起算；不写为公历的月、季、半年、年"
    )
    span: PeriodSpan = defaulting("口径", "期末、全期或期内处于上述状态的，当期有此事项", "期末")
    label: Text | None = optional("说明", "给人看的说明")


class ThenSpec(Spec, word="则", about="规则的后果，至少写一项"):
    state: Name | None = optional("状态", "转入的状态")
    documents: Listed[Name] = several("出具", "应出具的文书")
    duties: tuple[DutySpec, ...] = several("事项", "由此产生的事项")
    causes: Listed[Name] = several("引起", "引起的派生事件")


class ProcedureSpec(Spec, word="程序", about="某个事件发生以后怎么办"):
    name: Name = key("名称", "简短的名称")
    clauses: Listed[Name] = several("条款", CITED)
    trigger: Name = key("当", "发生了哪个事件")
    joins: tuple[JoinSpec, ...] = several("且", "此前还有哪些事件")
    absent: tuple[AbsentSpec, ...] = several("且无", "此前没有哪些事件")
    when: Expression | None = optional("条件", "关于载荷的条件")
    states: Listed[Name] = several("在", "处于哪些状态时适用；不写为任何状态")
    then: ThenSpec = key("则", "后果")
    label: Text | None = optional("说明", "给人看的说明")


class DutyExpectedSpec(Spec, word="应有事项", about="一个事项应有的情况"):
    name: Name = key("名称", "事项的名称")
    status: DutyStatus = key("情况", "办到哪一步")
    due: Day | None = optional("期限", "到期日期")
    start: Day | None = optional("自", "从哪一天起可以办")


class HistoryExpectedSpec(Spec, word="程序断言", about="一段经过应得的结果；写了的才核对"):
    state: Name = key("状态", "基准日的状态")
    rules: Listed[Name] | None = optional("规则", "依次生效的规则；写了就要完全一致")
    documents: Listed[Name] | None = optional("文书", "依次应出具的文书；写了就要完全一致")
    duties: tuple[DutyExpectedSpec, ...] = several("事项", "应有的事项，可以只写几个")
    refused: Listed[Number] = several("不成立", "不可能成立的事件的编号；不写为没有")


class HistoryExampleSpec(Spec, word="程序用例", about="一段事件经过和应得的状态、文书、事项"):
    name: Name = key("名称", "说明这个例子保护什么")
    as_of: Day = key("基准日", "看到哪一天为止")
    base: Name | None = optional("承接", "以同一文件中前面哪个程序用例的事件为开头")
    events: Free | None = optional("事件", "事件，与事件记录同样写法")
    expected: HistoryExpectedSpec = key("断言", "应得的结果")
    note: Text | None = optional("说明", "给人看的说明")
