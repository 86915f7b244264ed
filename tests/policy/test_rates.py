"""Units of one thing for each of another: 元/月, 元/人/月. They need no definition of their own."""

from __future__ import annotations

from typing import Any

import pytest

from engine.base.units import BUILT_IN, rate
from engine.decision.program import compile_package
from engine.intake.values import make_reader
from engine.language.printer import print_node, show_value
from tests.worlds.build import case, number
from tests.worlds.texts import load, package

TEXT = """\
事实: [{名称: 在岗月数, 类型: 小数, 单位: 月}, {名称: 月租, 类型: 金额, 单位: 元/月, 范围: 0 至 100000}]
参数:
  - {名称: 月标准, 取值: [{值: 300元/月}]}
  - {名称: 人均月标准, 单位: 元/人/月, 取值: [{值: 200元/人/月}]}
  - {名称: 上限, 取值: [{值: 0.5万元/月}]}
派生量:
"""


def derived(sentence: str, unit: str = "") -> str:
    return TEXT + f"  - {{名称: 值, 式: '{sentence}'{unit and f', 单位: {unit}'}}}\n"


@pytest.mark.parametrize(
    ("sentence", "unit", "expected"),
    [
        ("月标准×在岗月数", "元", 1800),
        ("人均月标准×人数×在岗月数", "元", 3600),
        ("较小（月租，上限）", "元/月", 5000),
        ("月租不少于4000元/月", "", True),
        ("月租÷2不超过上限", "", True),
        ("600元/月×在岗月数", "元", 3600),
    ],
)
def test_a_rate_by_its_measure_is_an_amount(sentence: str, unit: str, expected: Any) -> None:
    program = compile_package(package(derived(sentence, unit)))
    facts = {"在岗月数": number(6), "月租": number(8000), "人数": number(3)}
    found = program.evaluated(case(facts))[program.slots["值"]]
    assert found == expected


def test_a_rate_reads_as_it_is_written() -> None:
    found = package(derived("月租不少于4000元/月"))
    limit = found.parameters["上限"]
    assert show_value(limit.value, limit.type, limit.unit) == "0.5万元/月"
    assert print_node(found.derived["值"].expression) == "月租不少于4000元/月"


def test_a_division_by_a_name_that_begins_like_a_unit_stays_one() -> None:
    text = derived("1200元/月数").replace("事实: [", "事实: [{名称: 月数, 类型: 整数}, ")
    program = compile_package(package(text))
    assert program.evaluated(case({"月数": number(4)}))[program.slots["值"]] == 300


@pytest.mark.parametrize(
    ("sentence", "unit", "code"),
    [("月标准×人数", "元", "E203"), ("月租不少于4000元", "", "E203"), ("月标准", "元/周", "E321")],
)
def test_units_have_to_fit(sentence: str, unit: str, code: str) -> None:
    assert code in [p.code for p in load(derived(sentence, unit))[1]]


@pytest.mark.parametrize(
    ("text", "found"), [("8000元/月", 8000), ("0.8万元/月", 8000), ("8000元", None), ("800元/人", None)]
)
def test_a_case_gives_a_rate_with_its_unit(text: str, found: int | None) -> None:
    rules = package(derived("月租"))
    read = make_reader(rules.facts["月租"], rules.scope.units, {}, lenient=False).read(text)
    assert getattr(read, "value", None) == found


def test_what_is_no_rate() -> None:
    units = {unit.name: unit for unit in BUILT_IN}
    assert [rate(text, units) for text in ("元", "元/", "元/周", "/月")] == [None] * 4
