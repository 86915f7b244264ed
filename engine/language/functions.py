"""The function table: one row per operator or function (`rows/`, a module a topic), read by the lexer (words), the parser
(form, precedence), the checker (signature), the compiler of closures (meaning, bounds), those that walk over trees
(branches, decisive, whole …), the printer and the reference in docs/language.md (help, example). What a row says is in
`row.py`; one that leaves a trait out fails here, at import, with its name.

A signature is parameter patterns and a result, `数 数 -> 是否`:

    是否 日期 文本    a value of that type
    数               a number; all 数 of a row have one dimension        任意数  a number of any dimension
    数[年]           a number in that unit, or without a unit            纯数    a number without unit
    甲 序            a value, an orderable value; all of one row have one type
    列举             ［甲、乙］ of the row's 甲                            名      any fact, parameter, column or table
    表 列:数 列:日期 列:序 列:值  a table, a column written 表.列              条件    a truth over that table's columns
    准则 组 决定 评分 分项  names of that kind (组 also takes a criterion)
    x? x…            optional; one or more
    results also:    个数 (a count, takes any simple unit)  积 商 (dimension by calculation)  结论 等次 (their enumeration)
                     分 (the score's unit)  列值 (the type of the column)  列值或个数
"""

from __future__ import annotations

from engine.language.row import (
    AND,
    COMPARE,
    INTERNAL,
    LOGIC,
    NOT,
    OR,
    PRODUCT,
    SIGN,
    SUM,
    TOPICS,
    Function,
    table,
)
from engine.language.rows import arithmetic, compare, criteria, dates, internal, logic, tables

__all__ = ["AND", "COMPARE", "FUNCTIONS", "LOGIC", "NOT", "OR", "PRODUCT", "ROWS", "SIGN", "SUM", "TOPICS", "Function"]

FUNCTIONS = table(
    (*logic.ROWS, *compare.ROWS, *arithmetic.ROWS, *tables.ROWS, *dates.ROWS, *criteria.ROWS, *internal.ROWS)
)
"""Every row by its name."""

ROWS = tuple(row for row in FUNCTIONS.values() if row.topic != INTERNAL)
"""The rows a text can use."""

NAMED_KINDS = {
    "准则": ("criterion",),
    "参数": ("parameter",),
    "组": ("group", "criterion"),
    "决定": ("determination",),
    "评分": ("score",),
    "表": ("table",),
}
"""Pattern of an argument that names a definition -> the kinds of symbols that may stand there."""
