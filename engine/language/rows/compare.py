"""比较与归属、是否填写: comparisons of values of one type, and whether something is filled in."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from engine.language import intervals, keys, kleene, values
from engine.language.make import AMONG, FILLED, negated, slot
from engine.language.row import (
    COMPARE,
    IN_COLUMNS,
    IN_SOLVER,
    NEVER,
    NO_NUMBER,
    Decides,
    Function,
    Groups,
    NoForm,
    Partial,
    Strict,
)
from engine.language.tree import BOOL, Call, Name, Node

_TWINS = {"≥": (">=", "＞=", "≧")}


def _compare(
    name: str, words: str, help_: str, example: str, do: Callable[[Any, Any], bool], decides: Any,
    opposite: str, flipped: str, monotone: tuple[int, ...], postfix: str = "", dates: str = "",
    limit: int = -1,
) -> Function:  # fmt: skip
    kind = "甲 甲" if flipped == name else "序 序"
    return Function(
        name, (*words.split(), *_TWINS.get(name, ())), "infix", "比较与归属", f"{kind} -> 是否", help_, example,
        Strict(do), None, Decides(decides), monotone, NO_NUMBER, NEVER, IN_SOLVER, IN_COLUMNS, COMPARE,
        tuple(postfix.split()), dates, opposite, flipped, limit=limit,
    )  # fmt: skip


def _among(call: Call, groups: Groups) -> Node:
    return negated(Call(AMONG, call.args, call.span, BOOL))


_EITHER = NoForm("取值不是区间")


def _membership(name: str, help_: str, example: str, opposite: str, more: dict[str, Any]) -> Function:
    return Function(
        name, (name,), "infix", "比较与归属", "甲 列举 -> 是否", help_, example, bounds=_EITHER, monotone=(0,),
        whole=NO_NUMBER, undefined=NEVER, solver=IN_SOLVER, column=IN_COLUMNS, precedence=COMPARE, opposite=opposite, **more,
    )  # fmt: skip


def _filled(call: Call, groups: Groups) -> Node:
    """Presence has a slot of its own: what is known stays known when a search blanks values to see what an outcome rests
    on. A cell of a record, or what an event says, is asked where it stands."""
    name = call.args[0]
    if isinstance(name, Name) and name.kind not in ("column", "local"):
        return slot(keys.filled(name.name))
    return Call(FILLED, call.args, call.span, BOOL)


def _blank(call: Call, groups: Groups) -> Node:
    return negated(_filled(call, groups))


def _presence(name: str, help_: str, example: str, more: dict[str, Any]) -> Function:
    return Function(
        name, (name,), "call", "是否填写", "名 -> 是否", help_, example, bounds=_EITHER, monotone=(0,), whole=NO_NUMBER,
        undefined=NEVER, solver=IN_SOLVER, column=IN_COLUMNS, **more,
    )  # fmt: skip


def _text(name: str, help_: str, example: str, do: Callable[[str, str], bool]) -> Function:
    return Function(
        name, (name,), "infix", "比较与归属", "文本 文本 -> 是否", help_, example, Strict(do), bounds=_EITHER,
        monotone=(0,), whole=NO_NUMBER, undefined=NEVER, solver=IN_SOLVER, column=IN_COLUMNS, precedence=COMPARE,
    )  # fmt: skip


ROWS = (
    _compare(
        "≥",
        "不少于 不低于 不小于 至少 达到 满 ≥",
        "大于或等于；“12场以上”“满3年”含本数",
        "活动场次不少于12场",
        operator.ge,
        intervals.ordered(operator.ge, operator.lt, swapped=False),
        "<",
        "≤",
        (1, -1),
        "以上 届满",
        "不早于",
        0,
    ),
    _compare(
        "≤",
        "不超过 不多于 不高于 不大于 至多 ≤ <= ≦ ＜=",
        "小于或等于；“12场以下”“30日以内”含本数",
        "活动场次不超过12场",
        operator.le,
        intervals.ordered(operator.ge, operator.lt, swapped=True),
        ">",
        "≥",
        (-1, 1),
        "以下 以内",
        "不晚于",
        1,
    ),
    _compare(
        ">",
        "超过 多于 高于 大于 > ＞",
        "大于，不含本数",
        "活动场次超过12场",
        operator.gt,
        intervals.ordered(operator.gt, operator.le, swapped=False),
        "≤",
        "<",
        (1, -1),
        "以外",
        "晚于",
        1,
    ),
    _compare(
        "<",
        "少于 低于 小于 不足 不满 < ＜",
        "小于，不含本数",
        "活动场次不满12场",
        operator.lt,
        intervals.ordered(operator.gt, operator.le, swapped=True),
        "≥",
        ">",
        (-1, 1),
        "",
        "早于",
        0,
    ),
    _compare(
        "=", "为 等于 = == ＝", "相等", "机构类型为行业型", operator.eq, intervals.equal(wanted=True), "≠", "=", (0,)
    ),
    _compare(
        "≠",
        "不为 不等于 ≠ != ！=",
        "不相等",
        "机构类型不为行业型",
        operator.ne,
        intervals.equal(wanted=False),
        "=",
        "≠",
        (0,),
    ),
    _membership(
        "属于",
        "等于所列各项之一",
        "机构类型属于［行业型、创业型］",
        "不属于",
        {"meaning": Partial(kleene.membership, fixed=kleene.fixed_membership)},
    ),
    _membership("不属于", "与所列各项都不相等", "机构类型不属于［行业型、创业型］", "属于", {"rewrite": _among}),
    _text("包含", "文本中有所给的字样", "单位名称包含“协会”", operator.contains),
    _text("开头为", "文本以所给的字样开头", "单位名称开头为“福州”", str.startswith),
    _text("结尾为", "文本以所给的字样结尾", "单位名称结尾为“协会”", str.endswith),
    Function(
        "连写",
        ("连写",),
        "call",
        "比较与归属",
        "文本 文本… -> 文本",
        "几段文字依次连成一段",
        "连写（单位名称，“分会”）",
        Strict(values.joined),
        bounds=_EITHER,
        monotone=(0,),
        whole=NO_NUMBER,
        undefined=NEVER,
        solver=IN_SOLVER,
        column=IN_COLUMNS,
    ),
    _presence(
        "已填",
        "该项已经填写；不会“待查”",
        "已填（成立日期）",
        {"meaning": Partial(kleene.presence), "rewrite": _filled},
    ),
    _presence("未填", "该项尚未填写；不会“待查”", "未填（成立日期）", {"rewrite": _blank}),
)
