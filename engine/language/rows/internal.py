"""Rows that only the lowered form uses: what tables, outcomes, excuses and counts are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from engine.language import intervals, kleene, records, values
from engine.language.row import (
    ALWAYS,
    ARGUMENTS,
    IN_COLUMNS,
    IN_SOLVER,
    INTERNAL,
    NEVER,
    NO_NUMBER,
    Bounds,
    ByArguments,
    Function,
    Interval,
    NoForm,
    Partial,
    Run,
    Scan,
    Strict,
)

_APART = NoForm("各支的值不合并成区间")


def _row(
    name: str, signature: str, help_: str, meaning: Partial, monotone: tuple[int, ...], whole: str = ARGUMENTS,
    bounds: Any = _APART,
) -> Function:  # fmt: skip
    return Function(
        name, (name,), "internal", INTERNAL, signature, help_, "", meaning, None, bounds, monotone, whole, NEVER, IN_SOLVER,
        IN_COLUMNS,
    )  # fmt: skip


_UNMET = intervals.counted(wanted=False)

_LARGEST, _SMALLEST = intervals.extreme_of(True), intervals.extreme_of(False)


def _extreme(bounds: Callable[[Sequence[Bounds]], Bounds]) -> Callable[[Sequence[Run]], Run]:
    """The value where the bounds of what is known agree."""
    return lambda runs: intervals.settled(bounds([intervals.exact(run) for run in runs]))


ROWS = (
    _row(
        "若严",
        "是否 甲 甲 -> 甲",
        "条件未知时不看两支",
        Partial(kleene.strict_choice, branches=kleene.of_condition, patient=True, alone=True),
        (0, 1),
    ),
    _row(
        "首中",
        "是否 甲… -> 甲",
        "第一个成立的条件所带的值；此前有未知的，各种可能的值须相同",
        Partial(kleene.first_hit, branches=kleene.of_first, alone=True),
        (0,),
        bounds=Interval(intervals.first_of),
    ),
    _row(
        "同值",
        "是否 甲… -> 甲",
        "一切可能成立的条件所带的值，须相同",
        Partial(kleene.only_hit, branches=kleene.of_only),
        (0,),
        bounds=Interval(intervals.only_of),
    ),
    _row(
        "累计",
        "是否 甲… -> 甲",
        "成立的条件所带的值之和",
        Partial(kleene.cumulated, branches=kleene.of_only),
        (0,),
        bounds=Interval(intervals.cumulated_of),
    ),
    _row(
        "取大",
        "是否 甲… -> 甲",
        "成立的条件所带的值中最大的",
        Partial(_extreme(_LARGEST), branches=kleene.of_only),
        (0,),
        bounds=Interval(_LARGEST),
    ),
    _row(
        "取小",
        "是否 甲… -> 甲",
        "成立的条件所带的值中最小的",
        Partial(_extreme(_SMALLEST), branches=kleene.of_only),
        (0,),
        bounds=Interval(_SMALLEST),
    ),
    _row(
        "界数",
        "是否… -> 个数",
        "不成立的有几项",
        Partial(lambda runs: intervals.settled(_UNMET([intervals.exact(run) for run in runs]))),
        (-1,),
        ALWAYS,
        Interval(_UNMET),
    ),
    Function(
        "选",
        ("选",),
        "internal",
        INTERNAL,
        "表 条件? -> 记录",
        "表中符合条件的记录，和可能符合的",
        "",
        Scan(value=records.chosen),
        bounds=_APART,
        monotone=(0,),
        whole=NO_NUMBER,
        undefined=NEVER,
        solver=IN_SOLVER,
        column=IN_COLUMNS,
    ),
    Function(
        "添格",
        ("添格",),
        "internal",
        INTERNAL,
        "表 甲 文本? -> 记录",
        "各条记录，末尾添上由它算出的一格",
        "",
        Scan(value=records.chosen),
        bounds=_APART,
        monotone=(0,),
        whole=NO_NUMBER,
        undefined=NEVER,
        solver=IN_SOLVER,
        column=IN_COLUMNS,
    ),
    Function(
        "折月",
        ("折月",),
        "implied",
        INTERNAL,
        "数[年] -> 数[月]",
        "年数折成月数，为了同月数并用；原样打印",
        "",
        Strict(values.months_of),
        bounds=ByArguments(),
        monotone=(1,),
        whole=ARGUMENTS,
        undefined=NEVER,
        solver=IN_SOLVER,
        column=IN_COLUMNS,
    ),
    _row("未知", "甲? -> 甲", "没有值：参数未定，或规则语言不能表达", Partial(kleene.unknown), (0,), NO_NUMBER),
)
