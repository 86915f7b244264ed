"""What counts against the party: every unmet criterion that the condition of the outcome reads, and no other."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from engine.decision.case import Fact
from engine.decision.decide import decide
from engine.decision.program import compile_package
from engine.documents.lists import items_of
from engine.policy.package import Outcome
from engine.views.explanation import explain
from tests.sizes import sized
from tests.worlds.build import FINDING, Build, case

CRITERIA = {
    "程序": ("应当", "甲"),
    "场地": ("应当", "乙"),
    "规模": ("一般应当", "丙"),
    "优先": ("鼓励", "丁"),
    "另案": ("应当", "戊"),
}
OUTCOMES = [("暂缓", "任一未满足（程序）"), ("不予", "任一未满足（条件组）"), ("准予", "全部满足（条件组）")]


def build(outcomes: Any = OUTCOMES, default: Any = None) -> Build:
    found = Build()
    for name, (strength, fact) in CRITERIA.items():
        found.fact(fact, "是否")
        group = "条件组" if name in ("场地", "规模", "优先") else f"{name}组"
        found.criterion(name, fact, group=group, strength=strength, unmet=f"没有{fact}")
    return found.determination("审查", outcomes, default, favourable="准予")


def against(found: Build, facts: dict[str, Any], excuses: dict[str, bool] | None = None) -> tuple[str, list[str]]:
    decision = decide(compile_package(found.package()), case(facts, excuses), "审查")
    names = [c.name for c in decision.against]
    items = items_of(found.package(), decision, "未满足准则") or ()
    assert decision.outcome == "待查" or [item.local["名称"] for item in items] == names
    return decision.outcome, names


@pytest.mark.parametrize("truths", list(product((True, False), repeat=3)))
@pytest.mark.parametrize("excused", [None, False, True])
def test_all_that_counts_is_listed_and_nothing_else(truths: tuple[bool, ...], excused: bool | None) -> None:
    procedure, place, scale = truths
    facts = {"甲": procedure, "乙": place, "丙": scale, "丁": False, "戊": False}
    outcome, names = against(build(), facts, {} if excused is None else {"规模": excused})
    failing = [*([] if place else ["场地"]), *([] if scale or excused is not False else ["规模"])]
    if not procedure:
        assert (outcome, names) == ("暂缓", ["程序"])
    elif place and not scale and excused is None:
        assert (outcome, names) == ("待查", [])
    elif failing:
        assert (outcome, names) == ("不予", failing)
    else:
        assert (outcome, names) == ("准予", [])


@pytest.mark.parametrize(
    "order", [("任一未满足（场地）或任一未满足（另案）"), ("任一未满足（另案）或任一未满足（场地）")]
)
def test_the_order_of_a_condition_hides_nothing(order: str) -> None:
    found = build([("不予", order), ("准予", "全部满足（场地，另案）")])
    assert against(found, {"乙": False, "戊": False}) == ("不予", ["场地", "另案"])


def test_what_an_outcome_without_a_condition_has_against_the_party_is_what_the_favourable_one_lacks() -> None:
    found = build([("准予", "全部满足（场地，另案）")], default="不予")
    assert against(found, {"乙": False, "戊": False, "甲": False}) == ("不予", ["场地", "另案"])


def test_counted_criteria_are_all_of_them() -> None:
    found = build([("不予", "未满足项数（场地，另案，程序）不少于2"), ("准予", "未满足项数（场地，另案，程序）少于2")])
    assert against(found, {"乙": False, "戊": False, "甲": True}) == ("不予", ["场地", "另案"])


def test_what_speaks_for_the_party_is_not_against_it() -> None:
    found = build([("不予", "任一未满足（场地）且全部满足（另案）"), ("准予", "全部满足（场地）")])
    assert against(found, {"乙": False, "戊": True}) == ("不予", ["场地"])


def test_a_criterion_below_an_unmet_one_is_found() -> None:
    found = Build().fact("甲", "是否").fact("乙", "是否")
    found.criterion("内", "甲", group="内组").criterion("外", "乙且全部满足（内）", group="外组")
    found.determination("审查", [("不予", "任一未满足（外）"), ("准予", "全部满足（外）")], favourable="准予")
    assert against(found, {"甲": False, "乙": True}) == ("不予", ["内", "外"])


def test_one_that_is_named_directly_counts_whatever_its_strength() -> None:
    found = build([("不予", "任一未满足（优先）"), ("准予", "全部满足（场地）")])
    assert against(found, {"乙": True, "丁": False}) == ("不予", ["优先"])


@pytest.mark.parametrize("own", [True, False])
def test_an_outcome_listed_with_a_condition_and_come_to_as_the_default_tells_what_kept_the_favourable_from_holding(
    own: bool,
) -> None:
    """`own`: the default is the listed outcome itself, as where it is only named."""
    found = build(
        [("不予", "任一未满足（场地）"), ("准予", "全部满足（条件组）且满足（程序）")],
        "不予" if own else Outcome("不予", None),
    )
    assert against(found, {"甲": False, "乙": True, "丙": True, "丁": True}) == ("不予", ["程序"])
    assert against(found, {"甲": False, "乙": False, "丙": True, "丁": True}) == ("不予", ["场地"])


@pytest.mark.parametrize("place", [None, True])
def test_an_outcome_that_comes_about_whether_or_not_its_own_condition_holds_tells_what_keeps_the_favourable_away(
    place: bool | None,
) -> None:
    """场地 not known: it would be 不予 by its condition or by default, since 程序 is unmet."""
    found = build([("不予", "任一未满足（场地）"), ("准予", "全部满足（程序）")], "不予")
    given = {"甲": False} if place is None else {"甲": False, "乙": place}
    assert against(found, given) == ("不予", ["程序"])
    assert against(found, {"甲": False, "乙": False}) == ("不予", ["场地"])


def test_a_finding_that_the_condition_reads_itself_is_told() -> None:
    found = Build().fact("不诚信", "是否", finding=True).fact("甲", "是否").criterion("条件", "甲")
    found.determination("审查", [("不予", "不诚信或任一未满足（条件）"), ("准予", "非不诚信")], favourable="准予")
    given = case({"甲": True, "不诚信": Fact(True, finding=FINDING)})
    decision = decide(compile_package(found.package()), given, "审查")
    assert [(f.name, f.finding) for f in decision.found] == [("不诚信", FINDING)]
    items = items_of(found.package(), decision, "不利判断") or ()
    assert [item.local["理由"] for item in items] == ["现场查看"]
    assert "现场查看" in "".join(explain(decision))


def test_everything_that_was_found_is_what_the_condition_reads() -> None:
    facts = {"甲": True, "乙": False, "丙": True, "丁": False, "戊": False}
    text = "\n".join(explain(decide(compile_package(build().package()), case(facts), "审查")))
    found = text.split("【查明的全部】")[1].split("【")[0]
    assert "场地" in found
    assert "规模" in found
    assert not any(word in found for word in ("另案", "优先", "程序"))


def test_random_groups_and_orders() -> None:
    """Groups in any order, any of them unmet: against the party are the unmet members of those the condition names."""
    import random

    names = [f"准则{index}" for index in range(6)]
    for seed in range(sized(20, 400)):
        chance = random.Random(seed)
        found = Build()
        for index, name in enumerate(names):
            found.fact(f"事实{index}", "是否").criterion(name, f"事实{index}", group=f"组{index % 3}")
        groups = chance.sample(["组0", "组1", "组2"], chance.randint(1, 3))
        joined = "或".join(f"任一未满足（{group}）" for group in groups)
        found.determination("审查", [("不予", joined)], "准予", favourable="准予")
        truths = {f"事实{index}": chance.random() < 0.6 for index in range(6)}
        unmet = [n for i, n in enumerate(names) if not truths[f"事实{i}"] and f"组{i % 3}" in groups]
        assert against(found, truths) == (("不予", unmet) if unmet else ("准予", [])), seed
