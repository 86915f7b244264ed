"""记录表: aggregates over the records of a table."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.language import ordered, records
from engine.language.make import EXISTS, SHARED_OUT, negated
from engine.language.row import (
    ALWAYS,
    COLUMN,
    FRACTIONAL,
    IN_COLUMNS,
    IN_SOLVER,
    NEVER,
    NO_NUMBER,
    Function,
    Groups,
    InColumns,
    InSolver,
    NoForm,
    Own,
    Scan,
    Undefined,
)
from engine.language.tree import BOOL, Call, Node

_OWN = Own()
_VALUE = NoForm("缺一格就可能是任何值")
_NO_RECORD = Undefined("没有符合条件的记录")
_IN_ORDER = NoForm("要把记录排出先后，或逐条、逐日算，还没有列式")
_NOT_LINEAR = NoForm("取极值、平均的聚合不能交给求解器")


def _late(start: Any, end: Any) -> bool:
    return isinstance(start, date) and isinstance(end, date) and start > end


def _scan(
    name: str, signature: str, help_: str, example: str, scan: Scan, monotone: tuple[int, ...], whole: str,
    undefined: Undefined = NEVER, solver: InSolver | NoForm = IN_SOLVER,
    column: InColumns | NoForm = IN_COLUMNS,
) -> Function:  # fmt: skip
    bounds = _OWN if scan.interval is not None else _VALUE
    return Function(
        name, (name,), "call", "记录表", signature, help_, example, scan, None, bounds, monotone, whole, undefined, solver,
        column,
    )  # fmt: skip


def _rewritten(name: str, signature: str, help_: str, example: str, to: Any) -> Function:
    return Function(
        name, (name,), "call", "记录表", signature, help_, example, None, to, _VALUE, (0,), NO_NUMBER, NEVER, IN_SOLVER,
        IN_COLUMNS,
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
        _IN_ORDER,
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
        "查找",
        "列: 条件 -> 列值",
        "符合条件的那一条记录的该列；没有、或者有几条而该列的值不同，则待查",
        "查找（活动台账.级别，活动日期为2026年1月5日）为市级",
        Scan(interval=ordered.lookup, value=ordered.lookup_value),
        (0,),
        COLUMN,
        Undefined("没有符合条件的记录，或者不止一条", told=ordered.why_no_lookup),
        _NOT_LINEAR,
        _IN_ORDER,
    ),
    _scan(
        "首次",
        "列: 列:序 条件? -> 列值",
        "按第二列排，最先的一条记录的该列",
        "首次（活动台账.级别，活动台账.活动日期）为市级",
        Scan(interval=ordered.first, value=ordered.first_value),
        (0,),
        COLUMN,
        Undefined("没有符合条件的记录", told=ordered.why_no_nth),
        _NOT_LINEAR,
        _IN_ORDER,
    ),
    _scan(
        "末次",
        "列: 列:序 条件? -> 列值",
        "按第二列排，最后（最近）的一条记录的该列",
        "末次（活动台账.服务人次，活动台账.活动日期，已核实）不少于30人次",
        Scan(interval=ordered.last, value=ordered.last_value),
        (0,),
        COLUMN,
        Undefined("没有符合条件的记录", told=ordered.why_no_nth),
        _NOT_LINEAR,
        _IN_ORDER,
    ),
    _scan(
        "第几次",
        "列: 列:序 纯数 条件? -> 列值",
        "按第二列排，第几条记录的该列",
        "第几次（活动台账.活动日期，活动台账.活动日期，2）早于2026年6月1日",
        Scan(interval=ordered.nth, value=ordered.nth_value),
        (0,),
        COLUMN,
        Undefined("没有这么多条记录", told=ordered.why_no_nth),
        _NOT_LINEAR,
        _IN_ORDER,
    ),
    _scan(
        "最长连续",
        "列:序 式:条件 条件? -> 个数",
        "按该列排，最多有几条记录接连符合条件；后一个条件说的是在哪些记录里排",
        "最长连续（活动台账.活动日期，服务人次不少于30人次）不少于2",
        Scan(interval=ordered.longest_run),
        (0,),
        ALWAYS,
        Undefined("同一先后有几条记录，不都符合条件", told=ordered.why_no_run),
        _NOT_LINEAR,
        _IN_ORDER,
    ),
    _scan(
        "最大几项合计",
        "列:数 纯数 条件? -> 列值",
        "该列最大的几项之和；不足这么多项的，全部之和",
        "最大几项合计（活动台账.服务人次，3）",
        Scan(interval=ordered.largest_few),
        (1, 0),
        COLUMN,
        NEVER,
        _NOT_LINEAR,
        _IN_ORDER,
    ),
    _scan(
        "最小几项合计",
        "列:数 纯数 条件? -> 列值",
        "该列最小的几项之和；不足这么多项的，全部之和",
        "最小几项合计（活动台账.服务人次，3）",
        Scan(interval=ordered.smallest_few),
        (1, 0),
        COLUMN,
        NEVER,
        _NOT_LINEAR,
        _IN_ORDER,
    ),
    _scan(
        SHARED_OUT,
        "列:数 式:条件 数 数 条件? -> 数",
        "把总额（第三项）按该列分给各条记录，每份是最小单位（第四项）的整数倍，合起来正好：先各舍去零头，余下的从零头最大的给起，"
        "零头相同的先列的先得；取符合前一个条件的各份之和",
        "分摊（活动台账.服务人次，级别为市级，10000元，0.01元）",
        Scan(interval=ordered.shared_out),
        (0,),
        FRACTIONAL,
        Undefined("总额不是最小单位的整数倍", told=ordered.why_no_share),
        _NOT_LINEAR,
        _IN_ORDER,
    ),
    _scan(
        "覆盖天数",
        "列:日期 列:日期 日期 日期 条件? -> 数[日]",
        "从所写的起日到止日，至少有一条记录（自前一列的日期至后一列的日期，两头都算）的有几天",
        "覆盖天数（活动台账.活动日期，活动台账.活动日期，2026年1月1日，2026年12月31日）不少于3日",
        Scan(interval=ordered.days_covered),
        (0,),
        ALWAYS,
        Undefined("起日晚于止日", _late),
        _NOT_LINEAR,
        _IN_ORDER,
    ),
    _scan(
        "最多同时",
        "列:日期 列:日期 条件? -> 个数",
        "同一天里最多有几条记录（自前一列的日期至后一列的日期，两头都算）",
        "最多同时（活动台账.活动日期，活动台账.活动日期）不超过1",
        Scan(interval=ordered.most_at_once),
        (0,),
        ALWAYS,
        NEVER,
        _NOT_LINEAR,
        _IN_ORDER,
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
        IN_SOLVER,
    ),
)
