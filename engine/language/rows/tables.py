"""记录表: aggregates over the records of a table."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.language import records
from engine.language.make import EXISTS, negated
from engine.language.row import (
    ALWAYS,
    COLUMN,
    FRACTIONAL,
    NEVER,
    NO_NUMBER,
    NOT_YET,
    Function,
    Groups,
    NoForm,
    Own,
    Scan,
    Undefined,
)
from engine.language.tree import BOOL, Call, Node

_OWN = Own()
_VALUE = NoForm("缺一格就可能是任何值")
_NO_RECORD = Undefined("没有符合条件的记录")
_NOT_LINEAR = NoForm("取极值、平均的聚合不能交给求解器")


def _late(start: Any, end: Any) -> bool:
    return isinstance(start, date) and isinstance(end, date) and start > end


def _scan(
    name: str, signature: str, help_: str, example: str, scan: Scan, monotone: tuple[int, ...], whole: str,
    undefined: Undefined = NEVER, solver: NoForm = NOT_YET,
) -> Function:  # fmt: skip
    bounds = _OWN if scan.interval is not None else _VALUE
    return Function(
        name, (name,), "call", "记录表", signature, help_, example, scan, None, bounds, monotone, whole, undefined, solver,
        NOT_YET,
    )  # fmt: skip


def _rewritten(name: str, signature: str, help_: str, example: str, to: Any) -> Function:
    return Function(
        name, (name,), "call", "记录表", signature, help_, example, None, to, _VALUE, (0,), NO_NUMBER, NEVER, NOT_YET,
        NOT_YET,
    )  # fmt: skip


def _none(call: Call, groups: Groups) -> Node:
    return negated(Call(EXISTS, call.args, call.span, BOOL))


def _every(call: Call, groups: Groups) -> Node:
    """No record fails the condition."""
    table, condition = call.args
    return negated(Call(EXISTS, (table, negated(condition)), call.span, BOOL))


ROWS = (
    _scan(
        "计数",
        "表 条件? -> 个数",
        "符合条件的记录有几条；不写条件则数全部",
        "计数（活动台账，属于年度（活动日期，2026年））",
        Scan(interval=records.count),
        (0, 1),
        ALWAYS,
    ),
    _scan(
        "合计",
        "列:数 条件? -> 列值",
        "符合条件的记录该列之和；没有记录为零",
        "合计（活动台账.服务人次）",
        Scan(interval=records.total),
        (1, 0),
        COLUMN,
    ),
    _scan(
        "最大",
        "列:序 条件? -> 列值",
        "该列最大（最晚）的值；没有记录则待查",
        "最大（活动台账.服务人次）",
        Scan(interval=records.maximum),
        (1, 0),
        COLUMN,
        _NO_RECORD,
        _NOT_LINEAR,
    ),
    _scan(
        "最小",
        "列:序 条件? -> 列值",
        "该列最小（最早）的值；没有记录则待查",
        "最小（活动台账.活动日期）",
        Scan(interval=records.minimum),
        (1, 0),
        COLUMN,
        _NO_RECORD,
        _NOT_LINEAR,
    ),
    _scan(
        "平均",
        "列:数 条件? -> 列值",
        "该列的平均数；没有记录则待查",
        "平均（活动台账.服务人次）",
        Scan(interval=records.mean),
        (1, 0),
        FRACTIONAL,
        _NO_RECORD,
        _NOT_LINEAR,
    ),
    _scan(
        "中位数",
        "列:数 条件? -> 列值",
        "该列居中的一个，个数为双数的取居中两个的平均数；没有记录则待查",
        "中位数（活动台账.服务人次）",
        Scan(interval=records.median),
        (1, 0),
        FRACTIONAL,
        _NO_RECORD,
        _NOT_LINEAR,
    ),
    _scan(
        "种数",
        "列:值 条件? -> 个数",
        "该列有几个不同的值",
        "种数（活动台账.级别）不少于2",
        Scan(interval=records.distinct),
        (0, 1),
        ALWAYS,
    ),
    _scan(
        "存在",
        "表 条件? -> 是否",
        "至少有一条记录符合条件",
        "存在（活动台账，服务人次不少于100人次）",
        Scan(value=records.exists),
        (0, 1),
        NO_NUMBER,
    ),
    _rewritten("不存在", "表 条件? -> 是否", "没有一条记录符合条件", "不存在（活动台账，服务人次少于10人次）", _none),
    _rewritten(
        "全部",
        "表 条件 -> 是否",
        "每条记录都符合条件；没有记录为是",
        "全部（活动台账，服务人次不少于10人次）",
        _every,
    ),
    _scan(
        "逐月最少",
        "列:日期 日期 日期 列:数? 条件? -> 列值或个数",
        "从起日所在月到止日所在月逐月计数（或合计所给列），取最少的一个月；没有记录的月份计零",
        "逐月最少（活动台账.活动日期，年初（2026年），年末（2026年），活动台账.服务人次）",
        Scan(interval=records.least_by_month),
        (0,),
        COLUMN,
        Undefined("起日晚于止日", _late),
        NoForm("起止不是整年的，不能交给求解器"),
    ),
)
