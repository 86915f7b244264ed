"""日期: calendar days, months and years; working days by the package's calendar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.language import values
from engine.language.make import ON_DAY
from engine.language.row import (
    ALWAYS,
    FRACTIONAL,
    IN_COLUMNS,
    IN_SOLVER,
    NEVER,
    NO_NUMBER,
    ByArguments,
    Function,
    Groups,
    InSolver,
    NoForm,
    Partial,
    Run,
    Strict,
    Undefined,
)
from engine.language.tree import Call, Node, Row

_MONOTONE = ByArguments()
_NONE = NoForm("不是随之增减的")
_VARIABLE = NoForm("长度不定的期间不能交给求解器")
_BY_CALENDAR = NoForm("工作日照历法逐日查，不能交给求解器")


def _date(
    name: str, signature: str, help_: str, example: str, do: Any, monotone: tuple[int, ...], calendar: bool = False,
    solver: InSolver | NoForm = IN_SOLVER, term: bool = False, also: tuple[str, ...] = (),
) -> Function:  # fmt: skip
    result = signature.split(" -> ")[1]
    # Working days have no bounds of their own: a result may rest on a year without a notice, and is told so one by one.
    bounds = _MONOTONE if 0 not in monotone and not calendar else _NONE
    whole = ALWAYS if result.startswith("数") else NO_NUMBER
    return Function(
        name, (name, *also), "call", "日期", signature, help_, example, Strict(do, calendar), None, bounds, monotone, whole,
        NEVER, solver, IN_COLUMNS, term=term,
    )  # fmt: skip


def _with_values(call: Call, groups: Groups) -> Node:
    """The parameter, the day, and every value with its days: the value of today is not what counts."""
    if len(call.args) > 2:
        return call
    return Call(call.function, (*call.args, groups.over_time(call)), call.span, call.type)


def _on_day(runs: Sequence[Run]) -> Run:
    """The value that began last of those that hold on the day; the same rule as `policy.dated.value_on`."""
    _, day_of, values_of = runs

    def value(values: list[Any], row: Row | None) -> Any:
        day = day_of(values, row)
        if day is None:
            return None
        holding = _holding(day, values_of(values, row))
        return max(holding, key=lambda pair: pair[0])[1] if holding else None

    return value


def _holding(day: Any, values_: Any) -> list[tuple[Any, Any]]:
    return [(since, held) for held, since, until in values_ if since <= day <= until]


def _none_holds(today: Any, day: Any, values_: Any) -> bool:
    return day is not None and not _holding(day, values_)


ROWS = (
    Function(
        ON_DAY,
        ("参数（日期）",),
        "dated",
        "日期",
        "参数 日期 列举? -> 参数值",
        "参数在所写那一天的值；只写名称的，是基准日的值",
        "活动场次下限（送达日）",
        Partial(_on_day),
        _with_values,
        bounds=_NONE,
        monotone=(0,),
        whole=FRACTIONAL,
        undefined=Undefined("那一天没有取值", _none_holds),
        solver=IN_SOLVER,
        column=IN_COLUMNS,
    ),
    _date(
        "工作日后",
        "日期 数[工作日] -> 日期",
        "该日之后第n个工作日（当日不计）",
        "工作日后（送达日，15个工作日）",
        values.working_days_after,
        (1, 1),
        calendar=True,
        solver=_BY_CALENDAR,
    ),
    _date(
        "工作日数",
        "日期 日期 -> 数[工作日]",
        "自甲日次日至乙日的工作日数",
        "工作日数（送达日，成立日期）",
        values.working_days_between,
        (-1, 1),
        calendar=True,
        solver=_BY_CALENDAR,
    ),
    _date(
        "顺延",
        "日期 -> 日期",
        "该日不是工作日的，顺延到下一个工作日",
        "顺延（日后（送达日，60日））",
        values.next_working_day,
        (1,),
        calendar=True,
        solver=_BY_CALENDAR,
    ),
    _date(
        "不顺延",
        "日期 -> 日期",
        "该日是休假日的，也不顺延：期限的最后一日就是它",
        "不顺延（日后（送达日，60日））",
        values.same_day,
        (1,),
    ),
    _date(
        "日后",
        "日期 数[日] -> 日期",
        "该日之后第n日",
        "日后（送达日，30日）",
        values.days_after,
        (1, 1),
        term=True,
    ),
    _date(
        "月后",
        "日期 数[月] -> 日期",
        "n个月后的对应日；没有对应日的为月末日",
        "月后（送达日，3个月）",
        values.months_after,
        (1, 1),
        term=True,
        solver=_VARIABLE,
    ),
    _date(
        "年后",
        "日期 数[年] -> 日期",
        "n年后的对应日；没有对应日的为月末日",
        "年后（送达日，3年）",
        values.years_after,
        (1, 1),
        term=True,
        solver=_VARIABLE,
    ),
    _date(
        "天数",
        "日期 日期 -> 数[日]",
        "自甲日次日至乙日的天数",
        "天数（送达日，成立日期）",
        values.days_between,
        (-1, 1),
    ),
    _date(
        "月数",
        "日期 日期 -> 数[月]",
        "自甲日至乙日满几个月：对应日当日即满，没有对应日的月末日即满；乙日在前的为负",
        "月数（成立日期，送达日）不少于1年6个月",
        values.months_between,
        (-1, 1),
        solver=_VARIABLE,
    ),
    _date(
        "年数",
        "日期 日期 -> 数[年]",
        "自甲日至乙日满几年；由出生日期起算就是周岁，生日当日即满",
        "年数（成立日期，送达日）满10年不满20年",
        values.years_between,
        (-1, 1),
        solver=_VARIABLE,
        also=("周岁",),
    ),
    _date(
        "余日数",
        "日期 日期 -> 数[日]",
        "自甲日至乙日，满月以外还余几日",
        "余日数（成立日期，送达日）",
        values.days_beyond_months,
        (0,),
        solver=_VARIABLE,
    ),
    _date("属于年度", "日期 数[年] -> 是否", "日期在该年内", "属于年度（成立日期，2026年）", values.in_year, (0,)),
    _date(
        "属于同月",
        "日期 日期 -> 是否",
        "两个日期在同一年同一月",
        "属于同月（送达日，成立日期）",
        values.same_month,
        (0,),
    ),
    _date("年度", "日期 -> 数[年]", "日期所在的年", "年度（成立日期）", values.year_of, (1,)),
    _date("月份", "日期 -> 数[月份]", "日期所在的月", "月份（成立日期）不晚于6月份", values.month_of, (0,)),
    _date("季度", "日期 -> 数[季度]", "日期所在的季度", "季度（成立日期）为1季度", values.quarter_of, (0,)),
    _date("年初", "数[年] -> 日期", "该年1月1日", "年初（2026年）", values.year_start, (1,)),
    _date("年末", "数[年] -> 日期", "该年12月31日", "年末（2026年）", values.year_end, (1,)),
    _date("季初", "日期 -> 日期", "所在季度的第一日", "季初（送达日）", values.quarter_start, (1,)),
    _date("季末", "日期 -> 日期", "所在季度的最后一日", "季末（送达日）", values.quarter_end, (1,)),
    _date("月初", "日期 -> 日期", "所在月的第一日", "月初（送达日）", values.month_start, (1,)),
    _date("月末", "日期 -> 日期", "所在月的最后一日", "月末（送达日）", values.month_end, (1,)),
)
