"""逻辑: the connectives and 若, and what decides them before everything is known."""

from __future__ import annotations

from engine.language import intervals, kleene
from engine.language.row import (
    AND,
    IN_COLUMNS,
    IN_SOLVER,
    LOGIC,
    NEVER,
    NO_NUMBER,
    NOT,
    OR,
    Function,
    Interval,
    NoForm,
    Partial,
)

_TRUTH = NoForm("真假没有区间")


def _logic(
    name: str, words: str, form: str, signature: str, help_: str, example: str, meaning: Partial,
    monotone: tuple[int, ...], precedence: int = 0,
) -> Function:  # fmt: skip
    return Function(
        name, tuple(words.split()), form, LOGIC, signature, help_, example, meaning, None, _TRUTH, monotone, NO_NUMBER,
        NEVER, IN_SOLVER, IN_COLUMNS, precedence,
    )  # fmt: skip


ROWS = (
    _logic(
        "或",
        "或 或者",
        "infix",
        "是否 是否… -> 是否",
        "有一项成立即成立；前面可加逗号",
        "独立场地或已签租约",
        Partial(kleene.connective(True), decisive=True),
        (1,),
        OR,
    ),
    _logic(
        "且",
        "且 并且",
        "infix",
        "是否 是否… -> 是否",
        "各项都成立才成立；前面可加逗号；先于“或”",
        "独立场地且人数不少于3人",
        Partial(kleene.connective(False), decisive=False),
        (1,),
        AND,
    ),
    _logic(
        "非",
        "非",
        "prefix",
        "是否 -> 是否",
        "不成立；先于“且”",
        "非独立场地",
        Partial(kleene.negation),
        (-1,),
        NOT,
    ),
    Function(
        "若",
        ("若",),
        "special",
        LOGIC,
        "是否 甲 甲 -> 甲",
        "若……则……否则……：按条件取其中一个值",
        "若独立场地则12场否则6场",
        Partial(kleene.choice, branches=kleene.of_condition, alone=True),
        bounds=Interval(intervals.chosen),
        monotone=(0, 1),
        whole="随各项",
        undefined=NEVER,
        solver=IN_SOLVER,
        column=IN_COLUMNS,
    ),
)
