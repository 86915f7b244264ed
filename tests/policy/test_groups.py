"""组: a condition that the criteria of a group have in common, and groups in groups."""

from __future__ import annotations

from typing import Any

import pytest

from engine.decision.decide import decide
from engine.decision.program import compile_package
from engine.language.printer import print_node
from tests.worlds.build import case
from tests.worlds.texts import load, package

RULES = """\
组:
  - {名称: 甲型条件, 适用: 机构类型为甲型, 属于: 条件}
  - {名称: 大甲型条件, 适用: 人数不少于10人, 属于: 甲型条件}
准则:
  - {名称: 有场, 组: 条件, 要求: 有场地}
  - {名称: 甲场次, 组: 甲型条件, 要求: 场次不少于5场}
  - {名称: 大甲场次, 组: 大甲型条件, 适用: 有场地, 要求: 场次不少于20场}
  - {名称: 甲人数, 组: [条件, 甲型条件], 要求: 人数不少于3人}
决定:
  - {名称: 审查, 结果: [{结果: 行, 条件: 全部满足（条件）}], 默认: 不行}
  - {名称: 甲审, 结果: [{结果: 行, 条件: 全部满足（甲型条件）}], 默认: 不行}
"""


def test_members_are_in_every_group_around_their_own() -> None:
    found = package(RULES)
    assert found.groups == {
        "条件": ("有场", "甲场次", "大甲场次", "甲人数"),
        "甲型条件": ("甲场次", "大甲场次", "甲人数"),
        "大甲型条件": ("大甲场次",),
    }
    applies = {name: c.applies and print_node(c.applies) for name, c in found.criteria.items()}
    assert applies == {
        "有场": None,
        "甲场次": "机构类型为甲型",
        "大甲场次": "有场地，且人数不少于10人，且机构类型为甲型",
        "甲人数": "机构类型为甲型",
    }


@pytest.mark.parametrize(
    ("facts", "outcome", "unmet"),
    [
        ({"机构类型": "乙型", "场次": 0, "人数": 1, "有场地": True}, "行", []),
        ({"机构类型": "甲型", "场次": 0, "人数": 3, "有场地": True}, "不行", ["甲场次"]),
        ({"机构类型": "甲型", "场次": 9, "人数": 10, "有场地": True}, "不行", ["大甲场次"]),
        ({"机构类型": "甲型", "场次": 9, "人数": 9, "有场地": True}, "行", []),
        ({"场次": 9, "人数": 9, "有场地": True}, "行", []),
        ({"场次": 9, "人数": 1, "有场地": True}, "待查", []),
    ],
)
def test_what_does_not_apply_to_the_group_is_not_asked_of_its_members(
    facts: dict[str, Any], outcome: str, unmet: list[str]
) -> None:
    decision = decide(compile_package(package(RULES)), case(facts), "审查")
    assert (decision.outcome, [c.name for c in decision.criteria if c.verdict == "未满足"]) == (outcome, unmet)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("属于: 条件", "属于: 条见", ["E378 没有组 `条见`"]),
        ("属于: 条件", "属于: 大甲型条件", ["E378 组的 `属于` 成了循环：`甲型条件` → `大甲型条件` → `甲型条件`"]),
        ("名称: 大甲型条件", "名称: 甲型条件", ["E320 组 `甲型条件` 重复定义"]),
        ("组: 大甲型条件", "组: 甲型条件", ["E378 组 `大甲型条件` 没有准则"]),
        ("适用: 机构类型为甲型", "适用: 人数", ["E202 类型不符：`人数` 是数（人），不是是否"]),
        (
            "名称: 大甲型条件",
            "名称: 有场地",
            ["E320 组名 `有场地` 已用作别的名称（t/words.yaml:7:10）", "E378 组 `有场地` 没有准则"],
        ),
    ],
)
def test_what_is_written_wrong_is_told_once(old: str, new: str, told: list[str]) -> None:
    found = [f"{p.code} {p.message}" for p in load(RULES.replace(old, new, 1))[1]]
    assert found == told
