"""What an outcome rests on: only what this case's path reads."""

from __future__ import annotations

import pytest

from engine.decision.decide import decide
from engine.decision.program import compile_package
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
