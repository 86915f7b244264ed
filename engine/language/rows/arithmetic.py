"""算术: exact numbers; the smaller and the larger of several values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from engine.language import values
from engine.language.make import TO_STEP
from engine.language.row import (
    ALWAYS,
    ARGUMENTS,
    FRACTIONAL,
    IN_COLUMNS,
    IN_SOLVER,
    NEVER,
    NO_NUMBER,
    PRODUCT,
    SIGN,
    SUM,
    Bounds,
    ByArguments,
    Function,
    InColumns,
    InSolver,
    Interval,
    NoForm,
    Strict,
    Undefined,
)
from engine.language.tree import Row

_MONOTONE = ByArguments()


def _row(
    name: str, words: str, form: str, signature: str, help_: str, example: str, do: Any, monotone: tuple[int, ...],
    whole: str, precedence: int = 0, bounds: Any = _MONOTONE, undefined: Undefined = NEVER,
    column: InColumns | NoForm = IN_COLUMNS, solver: InSolver | NoForm = IN_SOLVER,
) -> Function:  # fmt: skip
    return Function(
        name, tuple(words.split()), form, "算术", signature, help_, example, Strict(do), None, bounds, monotone, whole,
        undefined, solver, column, precedence,
    )  # fmt: skip


def _product(parts: Sequence[Bounds]) -> Bounds:
    """The extremes are among the products of the ends; with an open end only those of what cannot be negative."""
    left, right = parts

    def bounds(values_: list[Any], row: Row | None) -> tuple[Any, Any]:
        (a, b), (c, d) = left(values_, row), right(values_, row)
        try:
            if None not in (a, c) and a >= 0 and c >= 0:
                return values.multiply(a, c), None if None in (b, d) else values.multiply(b, d)
            if None in (a, b, c, d):
                return None, None
            found = [values.multiply(x, y) for x in (a, b) for y in (c, d)]
        except ArithmeticError:
            return None, None
        return min(found), max(found)

    return bounds


def _stepped(do: Callable[[Any, Any], Any]) -> Callable[[Sequence[Bounds]], Bounds]:
    """Rounding rises with the number; to what must be known."""

    def build(parts: Sequence[Bounds]) -> Bounds:
        number, step = parts

        def bounds(values_: list[Any], row: Row | None) -> tuple[Any, Any]:
            (low, high), (unit, same) = number(values_, row), step(values_, row)
            if unit is None or unit != same or unit <= 0:
                return None, None
            return None if low is None else do(low, unit), None if high is None else do(high, unit)

        return bounds

    return build


def _no_step(number: Any, step: Any) -> bool:
    return bool(step <= 0)


def _quotient(parts: Sequence[Bounds]) -> Bounds:
    """The extremes are among the quotients of the ends, where the divisor is certainly not zero."""
    left, right = parts

    def bounds(values_: list[Any], row: Row | None) -> tuple[Any, Any]:
        (a, b), (c, d) = left(values_, row), right(values_, row)
        if None in (a, b, c, d) or c <= 0 <= d:
            return None, None
        try:
            found = [q for x in (a, b) for y in (c, d) if (q := values.quotient(x, y)) is not None]
        except ArithmeticError:
            return None, None
        return min(found), max(found)

    return bounds


def _rounded(parts: Sequence[Bounds]) -> Bounds:
    """Rounding rises with the number; to how many places must be known."""
    number, places = parts

    def bounds(values_: list[Any], row: Row | None) -> tuple[Any, Any]:
        (low, high), (count, same) = number(values_, row), places(values_, row)
        if count is None or count != same:
            return None, None
        try:
            found = [None if end is None else values.half_up(end, count) for end in (low, high)]
        except (ArithmeticError, ValueError):
            return None, None
        return found[0], found[1]

    return bounds


def _picked(pick: Any, larger: bool) -> Any:
    """较大, 较小: bounded on one side by any of them, on the other only by all."""

    def build(parts: Sequence[Bounds]) -> Bounds:
        def bounds(values_: list[Any], row: Row | None) -> tuple[Any, Any]:
            ends = [part(values_, row) for part in parts]
            lows, highs = [low for low, _ in ends], [high for _, high in ends]
            any_, all_ = (lows, highs) if larger else (highs, lows)
            known = [end for end in any_ if end is not None]
            one, whole = pick(known) if known else None, None if None in all_ else pick(all_)
            return (one, whole) if larger else (whole, one)

        return bounds

    return build


def _by_zero(dividend: Any, divisor: Any) -> bool:
    return bool(divisor == 0)


ROWS = (
    _row(
        "+",
        "+ ＋ 加上",
        "infix",
        "数 数 -> 数",
        "相加，单位须相同",
        "线上人次+线下人次",
        values.add,
        (1,),
        ARGUMENTS,
        SUM,
    ),
    _row(
        "−",
        "− - － 减去",
        "infix",
        "数 数 -> 数",
        "相减，单位须相同",
        "线下人次−线上人次",
        values.subtract,
        (1, -1),
        ARGUMENTS,
        SUM,
    ),
    _row(
        "×",
        "× * ＊ 乘以",
        "infix",
        "任意数 任意数 -> 积",
        "相乘，单位随之相乘",
        "人数×每人标准",
        values.multiply,
        (0,),
        ARGUMENTS,
        PRODUCT,
        Interval(_product),
    ),
    _row(
        "÷",
        "÷ / ／ 除以",
        "infix",
        "任意数 任意数 -> 商",
        "相除，单位随之相除；除数为零时待查",
        "线上人次÷线下人次",
        values.quotient,
        (0,),
        FRACTIONAL,
        PRODUCT,
        Interval(_quotient),
        Undefined("除数为零", _by_zero),
    ),
    _row("负", "- − －", "prefix", "数 -> 数", "取相反数", "-5场", values.negate, (-1,), ARGUMENTS, SIGN),
    _row(
        "向上取整",
        "向上取整",
        "call",
        "数 -> 数",
        "不小于它的最小整数（按基本单位，如元）",
        "向上取整（人数÷3）",
        values.ceiling,
        (1,),
        ALWAYS,
    ),
    _row(
        "向下取整",
        "向下取整",
        "call",
        "数 -> 数",
        "不大于它的最大整数（按基本单位，如元）",
        "向下取整（人数÷3）",
        values.floor,
        (1,),
        ALWAYS,
    ),
    _row(
        "四舍五入",
        "四舍五入",
        "call",
        "数 纯数 -> 数",
        "保留所给位数的小数，五入",
        "四舍五入（人数÷3，1）",
        values.half_up,
        (1, 0),
        FRACTIONAL,
        bounds=Interval(_rounded),
    ),
    *(
        _row(
            name,
            name,
            "call",
            "数 数 -> 数",
            help_,
            f"{name}（经费÷3，100元）",
            do,
            (1, 0),
            FRACTIONAL,
            bounds=Interval(_stepped(do)),
            undefined=Undefined("取整的单位须大于零", _no_step),
        )
        for name, help_, do in (
            (TO_STEP[0], "不小于它的、后一个数的最小倍数：进到分、元、百元", values.up_to_step),
            (TO_STEP[1], "不大于它的、后一个数的最大倍数：舍到分、元、百元", values.down_to_step),
            (TO_STEP[2], "最接近它的、后一个数的倍数，五入：到分、元、百元", values.half_up_to_step),
        )
    ),
    _row(
        "大写",
        "大写",
        "call",
        "数[元] -> 文本",
        "金额的汉字大写，写进文书；负数、不是整分的金额待查",
        "大写（经费）",
        values.in_capitals,
        (0,),
        NO_NUMBER,
        bounds=NoForm("文字不是区间"),
        column=NoForm("大写不是算出来的数"),
        solver=NoForm("大写不是算出来的数"),
    ),
    _row(
        "较大",
        "较大",
        "call",
        "序 序… -> 序",
        "其中最大（最晚）的一个",
        "较大（线上人次，线下人次）",
        max,
        (1,),
        ARGUMENTS,
        bounds=Interval(_picked(max, larger=True), always=True),
    ),
    _row(
        "较小",
        "较小",
        "call",
        "序 序… -> 序",
        "其中最小（最早）的一个",
        "较小（线上人次，线下人次）",
        min,
        (1,),
        ARGUMENTS,
        bounds=Interval(_picked(min, larger=False), always=True),
    ),
)
