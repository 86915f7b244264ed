"""Why not the favourable outcome: only what stands in its way."""

from __future__ import annotations

from typing import Any

import pytest

from engine.decision.decide import decide
from engine.decision.program import compile_package
from tests.worlds.build import Build, case


def obstacles(build: Build, facts: dict[str, Any], excuses: dict[str, bool] | None = None) -> tuple[str, ...]:
    return decide(compile_package(build.package()), case(facts, excuses), "审查").obstacles


def three() -> Build:
    build = Build()
    for name in ("甲", "乙", "丙"):
        build.fact(f"有{name}").criterion(f"{name}准则", f"有{name}", strength="一般应当")
    return build


WANTED = "准予"


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [
        ("满足（甲准则）", (False, False, False), ("甲准则",)),
        ("全部满足（条件组）", (False, True, False), ("甲准则", "丙准则")),
        ("满足（甲准则）或满足（乙准则）", (False, False, False), ("甲准则", "乙准则")),
        ("满足（甲准则）且（满足（乙准则）或满足（丙准则））", (False, False, False), ("甲准则", "乙准则", "丙准则")),
        ("满足（甲准则）且（满足（乙准则）或满足（丙准则））", (False, False, True), ("甲准则",)),
        ("非满足（甲准则）且满足（乙准则）", (True, True, False), ("甲准则",)),
        ("满足（甲准则）且有乙", (True, False, True), ("有乙",)),
        ("满足（甲准则）", (None, False, False), ()),
        ("满足（甲准则）", (True, False, False), ()),
    ],
)
def test_only_what_must_change_is_named(
    condition: str, facts: tuple[bool | None, ...], expected: tuple[str, ...]
) -> None:
    build = three().determination("审查", [(WANTED, condition)], "不予", favourable=WANTED)
    known = dict(zip(("有甲", "有乙", "有丙"), facts, strict=True))
    assert obstacles(build, known, dict.fromkeys(("甲准则", "乙准则", "丙准则"), False)) == expected


def test_an_earlier_outcome_stands_in_the_way() -> None:
    outcomes = [("不予", "任一未满足（条件组）"), (WANTED, "有甲")]
    build = three().determination("审查", outcomes, favourable=WANTED)
    assert obstacles(build, {"有甲": True, "有乙": False, "有丙": True}, {"乙准则": False}) == ("乙准则",)


def test_an_excused_criterion_does_not_stand_in_the_way() -> None:
    build = three().determination("审查", [(WANTED, "全部满足（条件组）")], "不予", favourable=WANTED)
    facts = {"有甲": False, "有乙": False, "有丙": True}
    assert obstacles(build, facts, {"甲准则": True, "乙准则": False}) == ("乙准则",)
