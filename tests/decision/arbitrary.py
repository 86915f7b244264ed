"""Arbitrary small packages and cases for laws that must hold for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from hypothesis import strategies as st

from engine.decision.case import Case
from engine.decision.program import Program, compile_package
from tests.worlds.build import Build, case

DOMAINS: dict[str, tuple[Any, ...]] = {
    "甲": (True, False),
    "乙": (True, False),
    "丙": (True, False),
    "数一": (0, 1, 2, 3, 4),
    "数二": (0, 1, 2, 3, 4),
    "类": ("红", "黄", "蓝"),
}
CHANGES = {"甲": "可改", "数一": "可增", "数二": "可减", "类": "可改"}
OUTCOMES = ("不予", "准予", "再议")
CRITERIA = ("规模", "场地", "人员")

atoms = st.sampled_from(
    [
        *("甲", "乙", "丙", "类为红", "类属于［红、黄］", "类不为蓝"),
        *("数一不少于2", "数一超过2", "数一少于1", "数二不超过1", "数二不少于3", "数二为2"),
        *("和不少于3", "和不超过5", "数一不少于数二", "数一超过（若甲则1否则3）"),
    ]
)


def _joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(parts, st.sampled_from(["且", "或"]), parts)
    return two.map(lambda t: f"（{t[0]}）{t[1]}（{t[2]}）") | parts.map(lambda p: f"非（{p}）")


conditions = st.recursive(atoms, _joined, max_leaves=4)
_verdicts = st.sampled_from(
    [
        *(
            "全部满足（条件组）",
            "任一未满足（条件组）",
            "满足（规模）",
            "满足（场地）",
            "非满足（人员）",
            "适用（规模）",
        ),
        *("未满足项数（条件组）不少于2", "未满足项数（条件组）为1", "全部满足（规模，人员）"),
    ]
)
outcome_conditions = st.recursive(_verdicts | atoms, _joined, max_leaves=3)


@dataclass(frozen=True)
class Sketch:
    """A package in sentences; it prints as what it is when a law fails."""

    criteria: tuple[tuple[str, str | None, str], ...]
    outcomes: tuple[tuple[str, str], ...]
    default: str | None

    def program(self, more: Callable[[Build], None] | None = None) -> Program:
        """The package; `more` defines what it decides instead."""
        build = Build().enum("颜色", "红", "黄", "蓝")
        for name in ("甲", "乙", "丙"):
            build.fact(name, change=CHANGES.get(name, ""))
        for name in ("数一", "数二"):
            build.fact(name, "整数", low=0, high=4, change=CHANGES[name])
        build.fact("类", "颜色", change=CHANGES["类"]).derived("和", "数一+数二")
        for name, (sentence, applies, strength) in zip(CRITERIA, self.criteria, strict=True):
            build.criterion(name, sentence, applies=applies, strength=strength)
        if more is None:
            build.determination("审查", self.outcomes, self.default, favourable="准予")
        else:
            more(build)
        return compile_package(build.package())


strengths = st.sampled_from(["应当", "应当", "一般应当", "鼓励"])
criteria = st.tuples(conditions, st.none() | conditions, strengths)
outcomes = st.lists(st.tuples(st.sampled_from(OUTCOMES), outcome_conditions), min_size=1, max_size=3).map(tuple)
defaults = st.none() | st.sampled_from(OUTCOMES)
sketches = st.builds(Sketch, st.tuples(criteria, criteria, criteria), outcomes, defaults)
refusals = st.tuples(st.just("不予"), outcome_conditions)
_goals = st.sampled_from(
    [
        *("全部满足（条件组）", "满足（规模）", "非任一未满足（规模，人员）", "适用（规模）", "满足（场地）"),
        *("未满足项数（条件组）不超过1", "未满足项数（条件组）少于1", "非（未满足项数（条件组）不少于2）"),
    ]
)
approvals = st.tuples(st.just("准予"), st.recursive(_goals | atoms, _joined, max_leaves=3))
with_favourable = st.builds(
    Sketch,
    st.tuples(criteria, criteria, criteria),
    st.tuples(refusals, approvals) | st.tuples(refusals, refusals, approvals),
    st.none() | st.just("不予"),
)
"""Packages with a favourable outcome that is not the first."""


def known(optional: bool = True) -> st.SearchStrategy[dict[str, Any]]:
    """Facts, each known or (if `optional`) perhaps not."""
    values = {name: st.sampled_from((*((None,) if optional else ()), *domain)) for name, domain in DOMAINS.items()}
    return st.fixed_dictionaries(values)


excuses = st.dictionaries(st.sampled_from(CRITERIA), st.booleans())


def completions(facts: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every way to fill in what is unknown."""
    names = [name for name, value in facts.items() if value is None]
    for values in product(*(DOMAINS[name] for name in names)):
        yield {**facts, **dict(zip(names, values, strict=True))}


def case_of(facts: Mapping[str, Any], excused: Mapping[str, bool] | None = None) -> Case:
    return case(facts, excused or {})
