"""准则与结论: what rules say of criteria, scores and determinations. All of it is a read of slots."""

from __future__ import annotations

from engine.language import keys
from engine.language.make import APPLIED, UNMET_COUNT, all_of, negated, slot
from engine.language.row import (
    ALWAYS,
    FRACTIONAL,
    IN_COLUMNS,
    IN_SOLVER,
    NEVER,
    NO_NUMBER,
    Function,
    Groups,
    NoForm,
    Rewrite,
)
from engine.language.tree import Call, Name, Node

_READ = NoForm("读取已有的值")


def _row(
    name: str, signature: str, help_: str, example: str, rewrite: Rewrite, whole: str = NO_NUMBER, unit: str = ""
) -> Function:
    return Function(
        name, (name,), "call", "准则与结论", signature, help_, example, None, rewrite, _READ, (0,), whole, NEVER, IN_SOLVER,
        IN_COLUMNS, unit=unit,
    )  # fmt: skip


def _applied(call: Call, groups: Groups) -> Node:
    return groups.applied(call)


def _names(call: Call) -> list[str]:
    return [arg.name for arg in call.args if isinstance(arg, Name)]


def _met(call: Call, groups: Groups) -> Node:
    return slot(keys.met(_names(call)[0]))


def _applies(call: Call, groups: Groups) -> Node:
    return slot(keys.applies(_names(call)[0]))


def _all_passed(call: Call, groups: Groups) -> Node:
    return all_of(slot(keys.passed(name)) for name in groups.criteria(call))


def _any_unmet(call: Call, groups: Groups) -> Node:
    return negated(_all_passed(call, groups))


def _count_unmet(call: Call, groups: Groups) -> Node:
    return Call(UNMET_COUNT, tuple(slot(keys.passed(n)) for n in groups.criteria(call)), call.span, call.type)


def _count_met(call: Call, groups: Groups) -> Node:
    met = tuple(negated(slot(keys.met(n))) for n in groups.criteria(call))
    return Call(UNMET_COUNT, met, call.span, call.type)


def _outcome(call: Call, groups: Groups) -> Node:
    return Name(_names(call)[0], "", call.span, "determination", call.type)


def _band(call: Call, groups: Groups) -> Node:
    return slot(keys.band(_names(call)[0]), call.type)


def _item(call: Call, groups: Groups) -> Node:
    score, item = _names(call)
    return slot(keys.item(score, item), call.type)


def _rate(call: Call, groups: Groups) -> Node:
    score, item = _names(call)
    return slot(keys.rate(score, item), call.type)


ROWS = (
    Function(
        APPLIED,
        ("决定表（各输入）",),
        "dated",
        "准则与结论",
        "决定表 甲… -> 表值",
        "决定表用在别的值上：按输入的次序写，可以是记录的格子；只写名称的，用它自己的输入",
        "奖励标准（国家级，线上人次）不少于5000元",
        None,
        _applied,
        _READ,
        (0,),
        FRACTIONAL,
        NEVER,
        IN_SOLVER,
        IN_COLUMNS,
    ),
    _row("满足", "准则 -> 是否", "该准则已满足；不适用时为否", "满足（场地条件）", _met),
    _row("适用", "准则 -> 是否", "该准则对本案适用", "适用（场地条件）", _applies),
    _row(
        "全部满足",
        "组… -> 是否",
        "所列组和准则中适用的都已满足（鼓励性准则不计）",
        "全部满足（准入条件）",
        _all_passed,
    ),
    _row(
        "任一未满足",
        "组… -> 是否",
        "所列组和准则中有适用而未满足的（鼓励性准则不计）",
        "任一未满足（准入条件）",
        _any_unmet,
    ),
    _row(
        "未满足项数",
        "组… -> 个数",
        "所列组和准则中适用而未满足的有几项",
        "未满足项数（准入条件）",
        _count_unmet,
        ALWAYS,
    ),
    _row(
        "满足项数",
        "组… -> 个数",
        "所列组和准则中适用并且满足的有几项；几项中满足几项，写 满足项数（某组）不少于3",
        "满足项数（准入条件）不少于2",
        _count_met,
        ALWAYS,
    ),
    _row("结论", "决定 -> 结论", "该决定的结果", "结论（准入审查）为准予", _outcome),
    _row("等次", "评分 -> 等次", "该评分所在的等次", "等次（年度得分）为优秀", _band),
    _row(
        "分项得分",
        "评分 分项 -> 分",
        "该评分某一分项的得分",
        "分项得分（年度得分，活动成效）",
        _item,
        FRACTIONAL,
    ),
    _row(
        "分项得分率",
        "评分 分项 -> 纯数",
        "该评分某一分项得了满分的几成，与权重无关",
        "分项得分率（年度得分，活动成效）低于60%",
        _rate,
        FRACTIONAL,
        "%",
    ),
)
