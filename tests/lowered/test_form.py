"""The lowered form itself: what it shares, what it folds, which cases it tries and where that stops."""

from __future__ import annotations

from decimal import Decimal
from math import prod

import pytest

from engine.decision.core import evaluate_case
from engine.decision.decide import decide
from engine.decision.program import Program, compile_package
from engine.language.printer import print_node
from engine.language.tree import Literal
from engine.lowered.cases import LIMIT, TOGETHER
from engine.lowered.expressions import as_written
from engine.lowered.fold import folded
from engine.lowered.rules import lower
from tests.worlds.build import Build, case, records


def ledger() -> Build:
    build = Build().fact("年", "整数", "年").fact("甲")
    columns = (build.field("日", "日期"), build.field("额", "整数", low=0), build.field("类", "文本"))
    return build.table("台账", *columns)


# Sharing


def test_aggregates_share_slots_and_filters() -> None:
    build = (
        ledger()
        .derived("次数", "计数（台账，属于年度（日，年））")
        .derived("总额", "合计（台账.额，属于年度（日，年））")
    )
    build.derived("又一次", "计数（台账，属于年度（日，年））").derived(
        "某类", "存在（台账，属于年度（日，年）且类为“甲”）"
    )
    form = lower(build.package())
    shared = [key for key, definition in form.definitions.items() if definition.owner == key]
    assert [key for key in shared if "｜" in key] == ["台账｜属于年度（日，年）", "台账｜属于年度（日，年）｜类为“甲”"]
    assert sum(key.startswith("计数") for key in shared) == 1
    assert print_node(form.definitions["又一次"].node) == "计数（台账，属于年度（日，年））"


def test_one_filter_is_one_step_however_many_aggregates_go_on_from_it() -> None:
    build = ledger()
    for index in range(5):
        build.derived(f"数{index}", f"计数（台账，属于年度（日，年）且额不少于{index}）")
    program = compile_package(build.package())
    filters = [key for key in program.form.definitions if key.startswith("台账｜")]
    assert filters[0] == "台账｜属于年度（日，年）"
    assert len(filters) == 6


def test_an_aggregate_is_printed_as_it_was_written() -> None:
    for text in (
        "合计（台账.额，属于年度（日，年））",
        "计数（台账）",
        "逐月最少（台账.日，2026年1月1日，2026年3月31日，台账.额）",
    ):
        program = compile_package(ledger().derived("值", text).package())
        assert print_node(as_written(program.inlined(program.package.derived["值"].expression))) == text


# Folding


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("数+限×2", "数+24"),
        ("数÷4", "数×0.25"),
        ("数÷3", "数÷3"),
        ("数×1+（数−0）", "数+数"),
        ("若限不少于10则数否则0", "数"),
        ("10×较大（0，较小（1，数÷30））", "10×较大（0，较小（1，数÷30））"),
        ("9×较大（0，较小（1，数÷30））", "较大（0，较小（9，数×0.3））"),
    ],
)
def test_constants_are_worked_out(text: str, becomes: str) -> None:
    build = Build().fact("数", "小数").parameter("限", 12).derived("值", text)
    form = lower(build.package())
    assert print_node(folded(form.definitions["值"].node, form.constants)) == becomes


def test_conditions_that_are_constant_are_decided() -> None:
    build = Build().fact("甲").parameter("限", 12).derived("值", "甲且限不少于10").derived("否值", "甲且限少于10")
    form = lower(build.package())
    assert print_node(folded(form.definitions["值"].node, form.constants)) == "甲"
    assert folded(form.definitions["否值"].node, form.constants) == Literal(False, "否")


@pytest.mark.parametrize("number", ["0", "3", "10", "15", "29.99", "30", "31", "-4"])
def test_a_folded_scale_is_the_scale(number: str) -> None:
    build = Build().fact("数", "小数").derived("折", "9×较大（0，较小（1，数÷30））")
    build.fact("旗").derived("原", "（若旗则9否则9）×较大（0，较小（1，数÷30））")
    program = compile_package(build.package())
    values = program.evaluated(case({"数": Decimal(number), "旗": True}))
    assert values[program.slots["折"]] == values[program.slots["原"]]


# Cases


def tried(program: Program, name: str) -> list[list[str]]:
    return [[split.key for split in group] for group in program.form.definitions[name].cases]


def crossed(count: int) -> Build:
    """An outcome that each of so many truths reaches on two ways."""
    build = Build()
    for index in range(count):
        build.fact(f"真{index}").criterion(f"有{index}", f"真{index}").criterion(f"无{index}", f"非真{index}")
    return build.determination("审查", [("不予", "任一未满足（条件组）")], "准予")


def test_few_unknowns_are_tried_together_and_many_one_by_one() -> None:
    few = TOGETHER.bit_length() - 1
    assert tried(compile_package(crossed(few).package()), "审查") == [[f"真{index}" for index in range(few)]]
    assert tried(compile_package(crossed(few + 1).package()), "审查") == [[f"真{index}"] for index in range(few + 1)]
    many = compile_package(crossed(LIMIT // 2 + 3).package()).form.definitions["审查"]
    assert (len(many.cases), many.untried) == (LIMIT // 2, tuple(f"真{LIMIT // 2 + n}" for n in range(3)))


def test_no_definition_makes_more_cases_than_the_limit() -> None:
    for count in (1, 6, 9, 10, 40):
        definition = compile_package(crossed(count).package()).form.definitions["审查"]
        sizes = [prod(len(split.cases) for split in group) for group in definition.cases]
        assert sum(sizes) <= (TOGETHER if len(sizes) == 1 else LIMIT)


def test_what_met_once_is_not_tried() -> None:
    build = Build().fact("甲").fact("乙").criterion("一", "甲").criterion("二", "乙")
    program = compile_package(build.determination("审查", [("不予", "任一未满足（条件组）")], "准予").package())
    assert tried(program, "审查") == []


def test_what_was_not_tried_is_told() -> None:
    build = Build()
    for index in range(LIMIT // 2 + 1):
        build.fact(f"真{index}").criterion(f"一{index}", f"真{index}").criterion(f"又{index}", f"真{index}")
    program = compile_package(build.determination("审查", [("不予", "任一未满足（条件组）")], "准予").package())
    told = f"真{LIMIT // 2}尚未查明，情形超过{LIMIT}种，没有逐一比较各种情形下的结果是否相同"
    assert decide(program, case({}), "审查").outcome == "待查"
    assert told in decide(program, case({}), "审查").notes
    assert told not in decide(program, case({f"真{LIMIT // 2}": True}), "审查").notes
    assert told not in decide(program, case({"真0": False}), "审查").notes


def test_the_opposite_of_a_limit_is_the_same_slot() -> None:
    build = Build().fact("人数", "整数").fact("间数", "整数").derived("人均", "人数÷间数")
    build.criterion("多", "人均不少于10").criterion("少", "人均少于10")
    program = compile_package(build.determination("审查", [("不予", "任一未满足（条件组）")], "准予").package())
    assert print_node(program.form.definitions["要求：少"].node) == "非人均不少于10"
    found = evaluate_case(program, case({}), "审查")
    assert (found.outcome, found.by_cases, found.deciding) == ("不予", True, ())


@pytest.mark.parametrize(
    ("facts", "text", "left"),
    [
        ([("数", "整数", "", None, None)], "数不少于10或数少于20", ["9", "10", "20"]),
        ([("数", "整数", "", None, None)], "数超过10且数少于11", ["9", "11"]),
        ([("数", "小数", "", None, None)], "数超过10且数少于11", ["9", "11", "10.5"]),
        ([("数", "整数", "", None, None)], "数为10或数为20", ["9", "10", "20"]),
        ([("数", "整数", "", 12, 15)], "数不少于10或数少于13", ["12", "13"]),
        ([("数", "整数", "", 12, 15)], "数÷3不少于1或数少于13", ["12", "13", "14", "15"]),
        ([("数", "整数", "", 0, 100)], "数÷3不少于1或数少于13", []),
    ],
)
def test_a_fact_has_as_many_cases_as_its_limits_tell_apart(
    facts: list[tuple[str, str, str, int | None, int | None]], text: str, left: list[str]
) -> None:
    build = Build().fact("甲")
    for name, word, unit, low, high in facts:
        build.fact(name, word, unit, low=low, high=high)
    form = lower(build.derived("值", text).package())
    found = [str(case["数"]) for group in form.definitions["值"].cases for split in group for case in split.cases]
    assert found == left


def test_an_enumeration_has_as_many_cases_as_are_told_apart() -> None:
    build = Build().enum("地", "鼓楼", "台江", "仓山", "马尾", "连江").fact("所在", "地").fact("甲")
    build.derived("值", "（所在属于［鼓楼、台江］且甲）或所在为连江或（所在为连江且甲）")
    (group,) = lower(build.package()).definitions["值"].cases
    assert [[case[split.key] for case in split.cases] for split in group] == [["鼓楼", "仓山", "连江"], [True, False]]


def test_an_outcome_that_every_kind_leads_to_is_decided() -> None:
    build = Build().enum("类型", "红", "黄", "蓝").fact("类", "类型").fact("数", "整数")
    build.decision_table("下限", ["类"], [("红", "2"), ("黄", "3"), ("任意", "4")], "首个")
    program = compile_package(build.determination("审查", [("准予", "数不少于下限")], "不予").package())
    assert evaluate_case(program, case({"数": 4}), "审查").outcome == "准予"
    assert evaluate_case(program, case({"数": 1}), "审查").outcome == "不予"
    assert evaluate_case(program, case({"数": 3}), "审查").outcome == "待查"


def test_a_blank_cell_bounds_what_calculates_with_it() -> None:
    build = ledger().derived("够", "合计（台账.额）×2+5不少于100").derived("不够", "100−合计（台账.额）不少于90")
    program = compile_package(build.package())
    rows = records(("日", "额", "类"), (None, 50, None), (None, None, None))
    values = program.evaluated(case({"台账": rows}))
    assert values[program.slots["够"]] is True
    assert values[program.slots["不够"]] is False


def test_what_is_only_supposed_is_not_filled_in() -> None:
    """Trying 否 for 甲 does not fill 甲量 in: were it 否, nothing of the condition would hold."""
    build = Build().fact("甲").fact("乙").derived("甲量", "甲且甲")
    build.derived("条件", "甲或（非甲且已填（甲量））或（乙且非乙）")
    program = compile_package(build.package())
    assert program.evaluated(case({}))[program.slots["条件"]] is None
