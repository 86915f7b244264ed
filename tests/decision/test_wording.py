"""Templates filled in, units, where values came from; boundary values and whole numbers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.base.problem import Cell
from engine.decision.boundaries import candidates, thresholds
from engine.decision.case import Fact
from engine.decision.decide import decide
from engine.decision.program import Program, compile_package
from engine.decision.scale import integral
from engine.decision.wording import fill, standing
from engine.lowered.calls import Values
from engine.policy.package import Header
from tests.worlds.build import Build, case, records


def vocabulary() -> Build:
    build = Build().enum("类型项", "甲类", "乙类").fact("类型", "类型项").fact("场次", "整数", "场", low=0, high=100)
    build.fact("经费", "金额", "万元").fact("日期", "日期").fact("独立").fact("名称", "文本").fact("面积", "小数")
    build.table("台账", build.field("日", "日期"), build.field("人次", "整数", "人次"), build.field("额", "金额", "元"))
    return build.derived("总人次", "合计（台账.人次）", "人次").parameter("下限", 12, "场")


FACTS: dict[str, Any] = {
    "类型": "甲类",
    "场次": 10,
    "经费": Decimal(500000),
    "日期": date(2026, 1, 15),
    "独立": True,
    "台账": records(("日", "人次", "额"), (date(2026, 1, 1), 30, 5)),
}


def evaluated(build: Build, facts: dict[str, Any]) -> tuple[Program, Values]:
    program = compile_package(build.package())
    return program, program.evaluated(case(facts))


@pytest.mark.parametrize(
    ("text", "shown", "unknown"),
    [
        ("举办{场次}，不少于{下限}", "举办10场，不少于12场", ()),
        ("{类型}单位{日期}获{经费}", "甲类单位2026年1月15日获50万元", ()),
        ("相差{下限−场次}，共{总人次}", "相差2场，共30人次", ()),
        ("{{独立}}为{独立}", "{独立}为是", ()),
        ("面积{面积}、{面积}", "面积〔面积尚未查明〕、〔面积尚未查明〕", ("面积",)),
        ("没有占位", "没有占位", ()),
    ],
)
def test_templates(text: str, shown: str, unknown: tuple[str, ...]) -> None:
    build = vocabulary()
    template = build.template(text)
    filled = fill(template, *evaluated(build, FACTS))
    assert (filled.text, filled.unknown) == (shown, unknown)


def test_a_derived_quantity_names_the_sources_below_it() -> None:
    build = (
        vocabulary().criterion("规模", "总人次不少于100人次").determination("审查", [("准予", "满足（规模）")], "不予")
    )
    table = Fact(FACTS["台账"], "", Cell("台账.xlsx", "A4:C9"))
    for facts, source in (({"台账": table}, "台账.xlsx!A4:C9"), ({}, "")):
        decision = decide(compile_package(build.package()), case(facts), "审查")
        assert decision.criteria[0].seen[0].source == source


@pytest.mark.parametrize(
    ("origin", "source", "shown"),
    [
        ("test", "test", "条文"),
        ("test", "scheme", "实施口径（示例）"),
        ("test", "rules", "实施口径"),
        ("scheme", "scheme", "实施口径（示例）"),
        ("general", "general", "通则"),
        ("test", "解释口径 Q02", "解释口径 Q02"),
    ],
)
def test_standing(origin: str, source: str, shown: str) -> None:
    build = Build()
    build.headers["scheme"] = Header("scheme", "方案", "实施方案", "示例", 4)
    build.headers["rules"] = Header("rules", "细则", "实施方案", "有效", 4)
    build.headers["general"] = Header("general", "通则", "通则", "有效", 1)
    assert standing(build.package(), origin, source) == shown


@pytest.mark.parametrize(
    ("sentence", "name", "expected"),
    [
        ("场次不少于下限", "场次", [11, 12, 13, 0, 100]),
        ("场次超过99场", "场次", [98, 99, 100, 0]),
        ("独立", "独立", [True, False]),
        ("类型为乙类", "类型", ["甲类", "乙类"]),
        ("名称等于“甲”", "名称", ["甲", "\0"]),
        ("总人次不少于100人次", "台账", []),
        (
            "日期早于2026年3月1日",
            "日期",
            [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2), date(1, 1, 1), date(9999, 12, 31)],
        ),
    ],
)
def test_candidates_take_every_side(sentence: str, name: str, expected: list[Any]) -> None:
    build = vocabulary().criterion("准则", sentence).determination("审查", [("准予", "满足（准则）")])
    program, values = evaluated(build, {})
    assert candidates(program, program.support("审查"), values, name) == expected


def test_thresholds_are_found_behind_derived_quantities_and_branches() -> None:
    build = vocabulary().derived("倍", "场次×2", "场").criterion("准则", "倍不少于（若独立则20场否则30场）")
    program, values = evaluated(build.determination("审查", [("准予", "满足（准则）")]), {"独立": True})
    assert thresholds(program, program.support("审查"), values, "场次") == [20, 30]


@pytest.mark.parametrize(
    ("sentence", "whole"),
    [
        ("场次", True),
        ("场次+下限", True),
        ("场次×2−1场", True),
        ("场次÷2", False),
        ("向上取整（场次÷2）", True),
        ("面积", False),
        ("面积+1.5", False),
        ("计数（台账）", True),
        ("合计（台账.人次）", True),
        ("合计（台账.额）", False),
        ("总人次", True),
        ("若独立则场次否则12场", True),
        ("若独立则场次否则12.5场", False),
        ("较大（场次，3场）", True),
        ("逐月最少（台账.日，2026年1月1日，2026年12月31日）", True),
        ("逐月最少（台账.日，2026年1月1日，2026年12月31日，台账.人次）", True),
        ("逐月最少（台账.日，2026年1月1日，2026年12月31日，台账.额）", False),
    ],
)
def test_whole_numbers_stay_whole(sentence: str, whole: bool) -> None:
    build = vocabulary()
    node = build.expression(sentence)
    assert integral(compile_package(build.package()), node) is whole


@pytest.mark.parametrize(
    ("text", "facts", "shown"),
    [
        ("{合计（台账.额）÷3}，少于{额下限}", {"额": 23}, "≈7.6667元，少于8元"),
        ("{合计（台账.额）÷3}，少于{额下限}", {"额": Decimal("23.9999999")}, "≈7.99999997元，少于8元"),
        ("{四舍五入（合计（台账.额），0）}，少于{额下限}", {"额": Decimal("7.96")}, "7.96元，少于8元"),
        ("{四舍五入（合计（台账.额），0）}，少于{额下限}", {"额": Decimal("7.46")}, "7元，少于8元"),
        ("{四舍五入（合计（台账.额），0）}，达到{额下限}", {"额": Decimal("8")}, "8元，达到8元"),
    ],
)
def test_a_number_stands_on_its_own_side_of_the_limit_beside_it(text: str, facts: dict[str, Any], shown: str) -> None:
    build = Build().table("台账", Build().field("额", "小数", "元")).parameter("额下限", 8, "元")
    program, values = evaluated(build, {"台账": records(("额",), (facts["额"],))})
    assert fill(build.template(text), program, values).text == shown
