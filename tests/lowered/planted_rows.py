"""Two rows more in the function table, added before anything reads it (`test_rows.py` imports this first of all)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.language.row import (
    ALWAYS,
    ARGUMENTS,
    IN_SOLVER,
    NEVER,
    Bounds,
    Function,
    NoForm,
    Own,
    Scan,
    Scanned,
    Strict,
)
from engine.language.rows import arithmetic, tables
from engine.language.tree import Row


def rest(scanned: Scanned) -> Bounds:
    """All records but one."""

    def bounds(values: list[Any], row: Row | None) -> tuple[Any, Any]:
        found = scanned.records(values, row)
        if found is None:
            return Decimal(0), None
        low, high = len(found.sure), len(found.sure) + len(found.unsure)
        return Decimal(max(0, low - 1)), Decimal(max(0, high - 1))

    return bounds


arithmetic.ROWS += (
    Function(
        "绝对值",
        ("绝对值",),
        "call",
        "算术",
        "数 -> 数",
        "去掉负号",
        "绝对值（线上人次−线下人次）",
        Strict(abs),
        bounds=NoForm("不是随之增减的"),
        monotone=(0,),
        whole=ARGUMENTS,
        undefined=NEVER,
        solver=IN_SOLVER,
        column=IN_SOLVER,
    ),
)
tables.ROWS += (
    Function(
        "其余计数",
        ("其余计数",),
        "call",
        "记录表",
        "表 条件? -> 个数",
        "符合条件的记录除一条外还有几条",
        "其余计数（活动台账）",
        Scan(interval=rest),
        bounds=Own(),
        monotone=(0, 1),
        whole=ALWAYS,
        undefined=NEVER,
        solver=IN_SOLVER,
        column=IN_SOLVER,
    ),
)
