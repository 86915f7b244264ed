"""What an outcome rests on: only what this case's path reads."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from engine.decision.decide import decide
from engine.decision.program import compile_package
from engine.policy.package import Alternative, InterpretationOption
from tests.worlds.build import Build, case


@pytest.mark.parametrize(
    ("inside", "read", "unread"), [(True, "甲限", "乙限"), (False, "乙限", "甲限"), (None, "甲限", None)]
)
def test_only_the_branch_taken_is_relied_on(inside: bool | None, read: str, unread: str | None) -> None:
    build = Build().fact("市内").fact("场次", "整数", "场").parameter("甲限", 12, "场").parameter("乙限", 6, "场")
    build.derived("下限", "若市内则甲限否则乙限", "场").criterion("规模", "场次不少于下限")
    build.determination("审查", [("准予", "满足（规模）")], "不予", favourable="准予")
    found = decide(compile_package(build.package()), case({"市内": inside, "场次": 8}), "审查")
    names = [item.name for item in found.relied]
    assert read in names
    assert unread not in names


def test_a_criterion_that_does_not_apply_is_relied_on_only_for_why_it_does_not() -> None:
    build = Build().fact("市外").fact("场次", "整数", "场").parameter("下限", 12, "场").parameter("年限", 3, "场")
    build.criterion("规模", "场次不少于下限", applies="市外").criterion("资历", "场次不少于年限")
    build.determination("审查", [("准予", "全部满足（条件组）")], "不予", favourable="准予")
    found = decide(compile_package(build.package()), case({"市外": False, "场次": 8}), "审查")
    assert [item.name for item in found.relied] == ["年限"]


def test_a_row_that_is_ruled_out_is_not_relied_on_for_what_it_says() -> None:
    build = Build().fact("场次", "整数", "场").parameter("高分", 9, "分").parameter("低分", 1, "分")
    build.decision_table("档", ["场次"], [("12场以上", "高分"), ("不满12场", "低分")], unit="分")
    build.criterion("规模", "档不少于1分").determination("审查", [("准予", "满足（规模）")], "不予")
    found = decide(compile_package(build.package()), case({"场次": 8}), "审查")
    assert [item.name for item in found.relied] == ["低分", "档"]


def ground(nature: str, place: bool = True) -> dict[str, bool]:
    """Which of what an outcome with two deciding criteria rests on its letter tells of: 齐备 is met, 规模 is not, the
    duty's period follows from the outcome."""
    build = Build().fact("场次", "整数", "场").fact("页数", "整数", "件").fact("送达日", "日期")
    build.parameter("下限", 12, "场").parameter("页数下限", 3, "件").parameter("改期", 5, "日")
    build.criterion("齐备", "页数不少于页数下限").criterion("规模", "场次不少于下限")
    build.interpretation("Q1", ["规模"]).interpretation("Q2", ["页数下限"]).interpretation("Q3", ["审查"])
    build.interpretation("Q4", ["改期"])
    duty = ("改正", "日后（送达日，改期）", "申请人")
    refused = build.outcome("不予", "满足（齐备）且非满足（规模）", nature=nature, duties=(duty,))
    build.determination("审查", [("准予", "满足（规模）"), refused], "缓办", favourable="准予")
    found = decide(compile_package(build.package()), case({"场次": 8 if place else 20, "页数": 4}), "审查")
    assert found.outcome == ("不予" if place else "准予")
    return {item.name.split(" ")[0]: item.stated for item in found.relied}


def test_what_had_to_be_found_before_is_no_reason_against_the_party() -> None:
    """The file was complete: that is why there is a decision, and nothing the refusal of the party rests on."""
    stated = {"下限", "改期", "Q1", "Q4"}
    assert ground("不利决定") == {name: name in stated for name in ("下限", "页数下限", "改期", "Q1", "Q2", "Q3", "Q4")}
    assert set(ground("有利决定").values()) == {True}
    assert set(ground("不利决定", place=False).values()) == {True}


OTHERWISE = {
    "参数放宽": ({"下限": 5}, {}, {}, ()),
    "参数收紧": ({"下限": 15}, {}, {}, ()),
    "另行计算": ({}, {"实办": "场次＋补记"}, {}, ()),
    "只作参考": ({}, {}, {"规模": "鼓励"}, ()),
    "停用": ({}, {}, {}, ("规模",)),
    "无关的参数": ({"另限": 1}, {}, {}, ()),
}


def read_under(option: str, held: int | None = 8, added: int | None = 1) -> bool:
    """Whether a letter tells of the question that has `option`, where 12 are asked and `held` and `added` are known."""
    build = Build().fact("场次", "整数", "场").fact("补记", "整数", "场").fact("有场地")
    build.parameter("下限", 12, "场").parameter("另限", 3, "场").derived("实办", "场次", "场")
    build.criterion("规模", "实办不少于下限").criterion("场地", "有场地")
    build.determination("审查", [("准予", "全部满足（条件组）")], "不予", favourable="准予")
    build.interpretation("Q1", ["规模", "下限", "另限", "实办"])
    package = build.package()
    parameters, derived, strengths, off = OTHERWISE[option]
    other = Alternative(
        {name: replace(package.parameters[name], value=Decimal(value)) for name, value in parameters.items()},
        {name: replace(package.derived[name], expression=build.expression(text)) for name, text in derived.items()},
        {name: replace(package.criteria[name], strength=strength) for name, strength in strengths.items()},
        off,
    )
    question = package.interpretations["Q1"]
    adopted, _ = question.options
    changes = (*parameters, *derived, *strengths, *off)
    options = (adopted, InterpretationOption("乙解", "", changes, other))
    package = replace(package, interpretations={"Q1": replace(question, options=options)})
    given = {"场次": held, "补记": added, "有场地": True}
    found = decide(compile_package(package), case({k: v for k, v in given.items() if v is not None}), "审查")
    return next(item.stated.value for item in found.relied if item.kind == "interpretation")


@pytest.mark.parametrize(
    ("option", "held", "added", "told"),
    [
        ("参数放宽", 8, 1, True),  # enough under the other
        ("参数放宽", 4, 1, False),  # not enough under either
        ("参数放宽", 20, 1, False),
        ("参数收紧", 13, 1, True),
        ("参数收紧", 20, 1, False),
        ("另行计算", 8, 1, False),
        ("另行计算", 8, 4, True),
        ("另行计算", 8, None, True),  # open under the other: it might
        ("另行计算", 20, None, True),
        ("只作参考", 8, 1, True),
        ("只作参考", 20, 1, False),
        ("停用", 8, 1, True),
        ("停用", 20, 1, False),
        ("无关的参数", 8, 1, False),
        ("无关的参数", 20, 1, False),
    ],
)
def test_a_reading_is_told_of_where_another_option_would_or_might_make_a_difference(
    option: str, held: int, added: int | None, told: bool
) -> None:
    assert read_under(option, held, added) is told
