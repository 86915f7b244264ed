"""The function table: one row per operator or function, read by the lexer (words), the parser (form, precedence), the
checker (signature), the evaluator (evaluate), the printer and the reference in docs/language.md (help, example).

A signature is parameter patterns and a result, `数 数 -> 是否`:

    是否 日期 文本    a value of that type
    数               a number; all 数 of a row have one dimension        任意数  a number of any dimension
    数[年]           a number in that unit, or without a unit            纯数    a number without unit
    甲 序            a value, an orderable value; all of one row have one type
    列举             ［甲、乙］ of the row's 甲                            名      any fact, parameter, column or table
    表 列:数 列:日期 列:序  a table, a column written 表.列              条件    a truth over that table's columns
    准则 组 决定 评分 分项  names of that kind (组 also takes a criterion)
    x? x…            optional; one or more
    results also:    个数 (a count, takes any simple unit)  积 商 (dimension by calculation)  结论 等次 (their enumeration)
                     分 (the score's unit)  列值 (the type of the column)  列值或个数
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from engine.base.calendar import Reckoned
from engine.language import values
from engine.language.tree import Value

Evaluate = Callable[..., Value | Reckoned[date] | Reckoned[Decimal]]


@dataclass(frozen=True)
class Function:
    """A row. `words[0]` is what is printed. `form`: infix (between its operands), prefix, call (word（…）), special (the
    parser knows it). `postfix` words follow the right operand: 12场以上. `dates` is printed between days. `evaluate`
    takes known values only; rows without it are compiled by name in the decision layer. With `calendar` it takes the
    working-day calendar first and yields a `Reckoned`. `undefined` says why the result can be unknown although the
    arguments are known."""

    name: str
    words: tuple[str, ...]
    form: str
    topic: str
    signature: str
    help: str
    example: str
    evaluate: Evaluate | None = None
    precedence: int = 0
    postfix: tuple[str, ...] = ()
    dates: str = ""
    calendar: bool = False
    undefined: str = ""

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        return tuple(self.signature.split(" -> ")[0].split())

    @cached_property
    def result(self) -> str:
        return self.signature.split(" -> ")[1]

    @cached_property
    def surface(self) -> tuple[str, ...]:
        """Every word a text may use for this row."""
        dates = (self.dates,) if self.dates else ()
        return tuple(dict.fromkeys((*self.words, *dates, *self.postfix)))


OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN = range(1, 8)

_LOGIC, _COMPARE, _FILLED, _ARITHMETIC, _TABLES, _DATES, _CRITERIA = TOPICS = (
    "逻辑",
    "比较与归属",
    "是否填写",
    "算术",
    "记录表",
    "日期",
    "准则与结论",
)


def _compare(
    name: str, words: str, help_: str, example: str, do: Evaluate, postfix: str = "", dates: str = ""
) -> Function:
    surface = (*words.split(), *({"≥": (">=", "＞=", "≧")}.get(name, ())))
    kind = "甲 甲" if name in "=≠" else "序 序"
    after = tuple(postfix.split())
    return Function(name, surface, "infix", _COMPARE, f"{kind} -> 是否", help_, example, do, COMPARE, after, dates)


def _sum(name: str, words: str, precedence: int, signature: str, help_: str, example: str, do: Evaluate) -> Function:
    undefined = "除数为零" if name == "÷" else ""
    return Function(
        name, tuple(words.split()), "infix", _ARITHMETIC, signature, help_, example, do, precedence, undefined=undefined
    )


def _call(name: str, topic: str, signature: str, help_: str, example: str, do: Evaluate | None = None) -> Function:
    return Function(name, (name,), "call", topic, signature, help_, example, do)


def _table(name: str, signature: str, help_: str, example: str, undefined: str = "") -> Function:
    return Function(name, (name,), "call", _TABLES, signature, help_, example, undefined=undefined)


def _working(name: str, signature: str, help_: str, example: str, do: Evaluate) -> Function:
    return Function(name, (name,), "call", _DATES, signature, help_, example, do, calendar=True)


ROWS: tuple[Function, ...] = (
    Function(
        "或",
        ("或", "或者"),
        "infix",
        _LOGIC,
        "是否 是否… -> 是否",
        "有一项成立即成立；前面可加逗号",
        "独立场地或已签租约",
        precedence=OR,
    ),
    Function(
        "且",
        ("且", "并且"),
        "infix",
        _LOGIC,
        "是否 是否… -> 是否",
        "各项都成立才成立；前面可加逗号；先于“或”",
        "独立场地且人数不少于3人",
        precedence=AND,
    ),
    Function("非", ("非",), "prefix", _LOGIC, "是否 -> 是否", "不成立；先于“且”", "非独立场地", precedence=NOT),
    Function(
        "若",
        ("若",),
        "special",
        _LOGIC,
        "是否 甲 甲 -> 甲",
        "若……则……否则……：按条件取其中一个值",
        "若独立场地则12场否则6场",
    ),
    _compare(
        "≥",
        "不少于 不低于 不小于 至少 达到 满 ≥",
        "大于或等于；“12场以上”“满3年”含本数",
        "活动场次不少于12场",
        operator.ge,
        "以上 届满",
        "不早于",
    ),
    _compare(
        "≤",
        "不超过 不多于 不高于 不大于 至多 ≤ <= ≦ ＜=",
        "小于或等于；“12场以下”“30日以内”含本数",
        "活动场次不超过12场",
        operator.le,
        "以下 以内",
        "不晚于",
    ),
    _compare(">", "超过 多于 高于 大于 > ＞", "大于，不含本数", "活动场次超过12场", operator.gt, "以外", "晚于"),
    _compare("<", "少于 低于 小于 不足 不满 < ＜", "小于，不含本数", "活动场次不满12场", operator.lt, "", "早于"),
    _compare("=", "为 等于 = == ＝", "相等", "机构类型为行业型", operator.eq),
    _compare("≠", "不为 不等于 ≠ != ！=", "不相等", "机构类型不为行业型", operator.ne),
    Function(
        "属于",
        ("属于",),
        "infix",
        _COMPARE,
        "甲 列举 -> 是否",
        "等于所列各项之一",
        "机构类型属于［行业型、创业型］",
        precedence=COMPARE,
    ),
    Function(
        "不属于",
        ("不属于",),
        "infix",
        _COMPARE,
        "甲 列举 -> 是否",
        "与所列各项都不相等",
        "机构类型不属于［行业型、创业型］",
        precedence=COMPARE,
    ),
    Function(
        "包含",
        ("包含",),
        "infix",
        _COMPARE,
        "文本 文本 -> 是否",
        "文本中有所给的字样",
        "单位名称包含“协会”",
        operator.contains,
        COMPARE,
    ),
    _call("已填", _FILLED, "名 -> 是否", "该项已经填写；不会“待查”", "已填（成立日期）"),
    _call("未填", _FILLED, "名 -> 是否", "该项尚未填写；不会“待查”", "未填（成立日期）"),
    _sum("+", "+ ＋ 加上", SUM, "数 数 -> 数", "相加，单位须相同", "线上人次+线下人次", values.add),
    _sum("−", "− - － 减去", SUM, "数 数 -> 数", "相减，单位须相同", "线下人次−线上人次", values.subtract),
    _sum("×", "× * ＊ 乘以", PRODUCT, "任意数 任意数 -> 积", "相乘，单位随之相乘", "人数×每人标准", values.multiply),
    _sum(
        "÷",
        "÷ / ／ 除以",
        PRODUCT,
        "任意数 任意数 -> 商",
        "相除，单位随之相除；除数为零时待查",
        "线上人次÷线下人次",
        values.quotient,
    ),
    Function("负", ("-", "−", "－"), "prefix", _ARITHMETIC, "数 -> 数", "取相反数", "-5场", values.negate, SIGN),
    _call(
        "向上取整",
        _ARITHMETIC,
        "数 -> 数",
        "不小于它的最小整数（按基本单位，如元）",
        "向上取整（人数÷3）",
        values.ceiling,
    ),
    _call(
        "向下取整",
        _ARITHMETIC,
        "数 -> 数",
        "不大于它的最大整数（按基本单位，如元）",
        "向下取整（人数÷3）",
        values.floor,
    ),
    _call(
        "四舍五入", _ARITHMETIC, "数 纯数 -> 数", "保留所给位数的小数，五入", "四舍五入（人数÷3，1）", values.half_up
    ),
    _call("较大", _ARITHMETIC, "序 序… -> 序", "其中最大（最晚）的一个", "较大（线上人次，线下人次）", max),
    _call("较小", _ARITHMETIC, "序 序… -> 序", "其中最小（最早）的一个", "较小（线上人次，线下人次）", min),
    _table(
        "计数",
        "表 条件? -> 个数",
        "符合条件的记录有几条；不写条件则数全部",
        "计数（活动台账，属于年度（活动日期，2026年））",
    ),
    _table("合计", "列:数 条件? -> 列值", "符合条件的记录该列之和；没有记录为零", "合计（活动台账.服务人次）"),
    _table(
        "最大",
        "列:序 条件? -> 列值",
        "该列最大（最晚）的值；没有记录则待查",
        "最大（活动台账.服务人次）",
        "没有符合条件的记录",
    ),
    _table(
        "最小",
        "列:序 条件? -> 列值",
        "该列最小（最早）的值；没有记录则待查",
        "最小（活动台账.活动日期）",
        "没有符合条件的记录",
    ),
    _table(
        "平均", "列:数 条件? -> 列值", "该列的平均数；没有记录则待查", "平均（活动台账.服务人次）", "没有符合条件的记录"
    ),
    _table("存在", "表 条件? -> 是否", "至少有一条记录符合条件", "存在（活动台账，服务人次不少于100人次）"),
    _table("不存在", "表 条件? -> 是否", "没有一条记录符合条件", "不存在（活动台账，服务人次少于10人次）"),
    _table("全部", "表 条件 -> 是否", "每条记录都符合条件；没有记录为是", "全部（活动台账，服务人次不少于10人次）"),
    _table(
        "逐月最少",
        "列:日期 日期 日期 列:数? 条件? -> 列值或个数",
        "从起日所在月到止日所在月逐月计数（或合计所给列），取最少的一个月；没有记录的月份计零",
        "逐月最少（活动台账.活动日期，年初（2026年），年末（2026年），活动台账.服务人次）",
        "起日晚于止日",
    ),
    _working(
        "工作日后",
        "日期 数[工作日] -> 日期",
        "该日之后第n个工作日（当日不计）",
        "工作日后（送达日，15个工作日）",
        values.working_days_after,
    ),
    _working(
        "工作日数",
        "日期 日期 -> 数[工作日]",
        "自甲日次日至乙日的工作日数",
        "工作日数（送达日，成立日期）",
        values.working_days_between,
    ),
    _working(
        "顺延",
        "日期 -> 日期",
        "该日不是工作日的，顺延到下一个工作日",
        "顺延（日后（送达日，60日））",
        values.next_working_day,
    ),
    _call("日后", _DATES, "日期 数[日] -> 日期", "该日之后第n日", "日后（送达日，30日）", values.days_after),
    _call(
        "月后",
        _DATES,
        "日期 数[月] -> 日期",
        "n个月后的对应日；没有对应日的为月末日",
        "月后（送达日，3个月）",
        values.months_after,
    ),
    _call(
        "年后",
        _DATES,
        "日期 数[年] -> 日期",
        "n年后的对应日；没有对应日的为月末日",
        "年后（送达日，3年）",
        values.years_after,
    ),
    _call(
        "天数", _DATES, "日期 日期 -> 数[日]", "自甲日次日至乙日的天数", "天数（送达日，成立日期）", values.days_between
    ),
    _call("属于年度", _DATES, "日期 数[年] -> 是否", "日期在该年内", "属于年度（成立日期，2026年）", values.in_year),
    _call(
        "属于同月",
        _DATES,
        "日期 日期 -> 是否",
        "两个日期在同一年同一月",
        "属于同月（送达日，成立日期）",
        values.same_month,
    ),
    _call("年度", _DATES, "日期 -> 数[年]", "日期所在的年", "年度（成立日期）", values.year_of),
    _call("年初", _DATES, "数[年] -> 日期", "该年1月1日", "年初（2026年）", values.year_start),
    _call("年末", _DATES, "数[年] -> 日期", "该年12月31日", "年末（2026年）", values.year_end),
    _call("月初", _DATES, "日期 -> 日期", "所在月的第一日", "月初（送达日）", values.month_start),
    _call("月末", _DATES, "日期 -> 日期", "所在月的最后一日", "月末（送达日）", values.month_end),
    _call("满足", _CRITERIA, "准则 -> 是否", "该准则已满足；不适用时为否", "满足（场地条件）"),
    _call("适用", _CRITERIA, "准则 -> 是否", "该准则对本案适用", "适用（场地条件）"),
    _call(
        "全部满足", _CRITERIA, "组… -> 是否", "所列组和准则中适用的都已满足（鼓励性准则不计）", "全部满足（准入条件）"
    ),
    _call(
        "任一未满足",
        _CRITERIA,
        "组… -> 是否",
        "所列组和准则中有适用而未满足的（鼓励性准则不计）",
        "任一未满足（准入条件）",
    ),
    _call("未满足项数", _CRITERIA, "组… -> 个数", "所列组和准则中适用而未满足的有几项", "未满足项数（准入条件）"),
    _call("结论", _CRITERIA, "决定 -> 结论", "该决定的结果", "结论（准入审查）为准予"),
    _call("等次", _CRITERIA, "评分 -> 等次", "该评分所在的等次", "等次（年度得分）为优秀"),
    _call("分项得分", _CRITERIA, "评分 分项 -> 分", "该评分某一分项的得分", "分项得分（年度得分，活动成效）"),
)

FUNCTIONS: dict[str, Function] = {row.name: row for row in ROWS}
