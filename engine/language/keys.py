"""Where the parts of a definition live: a slot for each, under a key made of the definition's name.

The name itself is the slot of a fact, table, parameter, derived quantity, decision table, score or determination (its
outcome). A criterion has several: whether it applies, whether its requirement is met, the finding that excuses it, and
the two truths that everything else rests on, 通过 and 满足.
"""

from __future__ import annotations


def applies(criterion: str) -> str:
    """The slot that says whether a criterion applies."""
    return f"适用：{criterion}"


def required(criterion: str) -> str:
    """Whether the requirement is met, applicable or not, excused or not."""
    return f"要求：{criterion}"


def limb(criterion: str, index: int) -> str:
    """Whether one of several conditions that are required together is met."""
    return f"要求项：{criterion}：{index}"


def excuse(criterion: str) -> str:
    """The slot of the finding that lets an unmet criterion pass."""
    return f"例外：{criterion}"


def passed(criterion: str) -> str:
    """Does not apply, or is met (or excused)."""
    return f"通过：{criterion}"


def met(criterion: str) -> str:
    """Applies and is met (or excused)."""
    return f"满足：{criterion}"


def band(score: str) -> str:
    """The slot of the grade of a score; also the name of the enumeration of its grades."""
    return f"等次：{score}"


def item(score: str, name: str) -> str:
    """The slot of the mark of an item of a score."""
    return f"分项：{score}：{name}"


def rate(score: str, name: str) -> str:
    """How much of its full mark an item has, before weighting."""
    return f"得分率：{score}：{name}"


def amount(determination: str, index: int) -> str:
    """The amount of the outcome at `index` of all its outcomes."""
    return f"{amounts(determination)}{index}"


def amounts(determination: str) -> str:
    """How the slots of the amounts of a determination's outcomes begin."""
    return f"金额：{determination}："


def filled(name: str) -> str:
    """The slot that says whether something is filled in."""
    return f"已填：{name}"


def interval(key: str) -> str:
    """The interval of an aggregate."""
    return f"界：{key}"


def words(key: str) -> str:
    """What a choice among outcomes, grades or members may still come to."""
    return f"可能：{key}"


_PARTS = ("适用", "要求", "例外", "通过", "满足", "等次", "已填", "界", "可能")
_THREE = ("要求项", "分项", "得分率", "金额")


def is_limb(key: str) -> bool:
    """Whether a slot is one of several parts of a requirement."""
    return key.startswith("要求项：")


def is_presence(key: str) -> bool:
    """Whether a slot says that something is filled in."""
    return key.startswith("已填：")


def is_band(key: str) -> bool:
    """Whether a slot holds a grade."""
    return key.startswith("等次：")


def is_rate(key: str) -> bool:
    """Whether a slot holds the rate an item reached."""
    return key.startswith("得分率：")


def is_excuse(key: str) -> bool:
    """Whether a slot holds the finding that lets a criterion pass."""
    return key.startswith("例外：")


def named_by(key: str) -> str:
    """The name behind a slot key: `适用：甲` 甲, `分项：评分：项` 评分."""
    prefix, _, rest = key.partition("：")
    if not rest:
        return key
    return rest.partition("：")[0] if prefix in _THREE else rest if prefix in _PARTS else key
