"""What the examples exercise: of every comparison, wherever it stands, whether a case is exactly on its limit and on each
side of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.decision.case import Case, Fact
from engine.decision.coverage import ABOVE, BELOW, ON, Coverage, goals
from engine.decision.decide import evaluate_whole
from engine.decision.program import compile_package
from tests.policy.test_mutants import RULES
from tests.worlds.texts import package

LIMITS = {
    "够大：面积不少于下限": ((79, "书店"), (80, "书店"), (81, "书店")),
    "面积分：折算不少于120平方米": ((99, "书店"), (100, "书店"), (101, "书店")),
    "评定：面积分少于2": ((80, "茶馆"), (80, "书店"), (100, "书店")),
}
"""Comparison -> the 面积 and 店铺类型 with which it is below, on and above its limit: of 面积, of what is worked out from it,
of what a table says."""


@pytest.mark.parametrize("limit", LIMITS)
def test_of_every_comparison_it_is_known_on_which_side_a_case_was(limit: str) -> None:
    program = compile_package(package(RULES))
    for (area, shop), kind in zip(LIMITS[limit], (BELOW, ON, ABOVE), strict=True):
        facts = {
            "面积": Fact(Decimal(area)),
            "店铺类型": Fact(shop),
            "吸烟": Fact(False),
            "开业日": Fact(date(2026, 3, 1)),
        }
        found = Coverage()
        found.record(program, evaluate_whole(program, Case("甲", date(2026, 6, 1), facts), "评定"))
        sides = [one for one in (BELOW, ON, ABOVE) if limit in found.reached.get(one, ())]
        assert sides == [kind]
        assert limit in goals(program.package)[kind]


def test_what_no_example_decides_is_lacking() -> None:
    kinds = goals(package(RULES))
    assert set(LIMITS) <= set(Coverage().lacking(kinds)[ON])
