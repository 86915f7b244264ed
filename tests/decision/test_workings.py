"""The calculation sheet: what an amount, a score, a grade and a derived quantity were come to by, step by step."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.numbers import number_text, rounded
from engine.base.problem import Span
from engine.decision.decide import decide
from engine.decision.model import AMOUNT, CONDITION, Decision, Working
from engine.decision.program import Program, compile_package
from engine.decision.serial import from_plain, to_plain
from tests.sizes import examples
from tests.worlds.build import Build, case, records
from tests.worlds.texts import package

TAX = """\
枚举: [{名称: 情形, 取值: [首套, 二套]}]
事实:
  - {名称: 房价, 类型: 金额, 单位: 元}
  - {名称: 面积, 类型: 整数, 单位: 人}
  - {名称: 套, 类型: 枚举, 枚举: 情形}
参数: [{名称: 减免, 单位: 元, 取值: [{值: 2000元}], 条款: [第一条]}]
条款: [{引用: 第一条, 要旨: 税, 类别: 规则}]
决定表:
  - 名称: 税率
    条款: [第一条]
    命中: 首个
    输入: [套, 面积]
    输出: {名称: 率, 单位: '%', 类型: 比例}
    行:
      - [首套, 90人以下, 1%]
      - [首套, 任意, 1.5%]
    默认: 3%
派生量:
  - {名称: 应纳, 式: 房价×税率, 单位: 元, 条款: [第一条]}
  - {名称: 实纳, 式: '较大（应纳−（若套为首套则减免否则0元），0元）', 单位: 元, 条款: [第一条]}
决定:
  - 名称: 征收
    条款: [第一条]
    结果: [{结果: 征收, 条件: 面积超过0人, 金额: 实纳×1, 性质: 程序性}]
    默认: 征收
"""

LINES: list[tuple[dict[str, Any], dict[str, tuple[tuple[str, ...], tuple[str, ...]]]]] = [
    (
        {"房价": 308000, "面积": 88, "套": "首套"},
        {
            "税率": (("按套、面积查表，取第一个符合的行", "1%"), ("第1行（套为首套，面积不超过90人）：1%",)),
            "应纳": (("房价×税率", "308000元×1%", "3080元"), ()),
            "实纳": (
                ("较大（应纳−（若套为首套，则减免，否则0元），0元）", "较大（3080元−2000元，0元）", "1080元"),
                ("成立：套为首套",),
            ),
            "金额": (("实纳×1", "1080元×1", "1080元"), ()),
        },
    ),
    (
        {"房价": 1000, "面积": 120, "套": "二套"},
        {
            "税率": (("按套、面积查表，取第一个符合的行", "3%"), ("没有一行符合，按默认：3%",)),
            "应纳": (("房价×税率", "1000元×3%", "30元"), ()),
            "实纳": (
                ("较大（应纳−（若套为首套，则减免，否则0元），0元）", "较大（30元−0元，0元）", "30元"),
                ("不成立：套为首套",),
            ),
            "金额": (("实纳×1", "30元×1", "30元"), ()),
        },
    ),
]


@pytest.mark.parametrize(("facts", "expected"), LINES)
def test_a_tax_is_explained_step_by_step(facts: dict[str, Any], expected: dict[str, Any]) -> None:
    found = decide(compile_package(package(TAX)), case(facts), "征收")
    assert {
        line.name: (line.steps, tuple(taken.text for taken in line.taken)) for line in found.workings.value
    } == expected
    assert {line.ends for line in found.workings.value} == {AMOUNT}


def test_the_row_that_fired_says_where_it_is_written_and_each_figure_where_it_came_from() -> None:
    found = decide(compile_package(package(TAX)), case({"房价": 308000, "面积": 88, "套": "首套"}), "征收")
    lines = {line.name: line for line in found.workings.value}
    (row,) = lines["税率"].taken
    assert isinstance(row.place, Span)
    assert TAX.splitlines()[row.place.line - 1].strip() == "- [首套, 90人以下, 1%]"
    assert [(seen.name, seen.text, seen.source) for seen in lines["实纳"].figures] == [
        ("应纳", "3080元", ""),
        ("套", "首套", "证据，林某某 2026年11月1日认定"),
        ("减免", "2000元", "条文 第一条"),
    ]
    assert [lines[name].source for name in ("税率", "实纳")] == ["条文 第一条"] * 2


def test_a_table_that_adds_up_shows_every_row_that_fired() -> None:
    build = Build().fact("场次", "整数", "场")
    build.decision_table(
        "补助", ["场次"], [("1场以上", "100元"), ("5场以上", "50元"), ("9场以上", "9元")], "累计", unit="元"
    )
    build.determination("审查", [build.outcome("准予", "场次超过0场", amount="补助")])
    lines = sheet(build, {"场次": 6})
    assert lines["补助"].steps == ("按场次查表，符合的各行相加", "100元+50元", "150元")
    assert [taken.text[:3] for taken in lines["补助"].taken] == ["第1行", "第2行"]


def sheet(build: Build, facts: dict[str, Any]) -> dict[str, Working]:
    found = decide(compile_package(build.package()), case(facts), "审查")
    assert from_plain(json.loads(json.dumps(to_plain(found)))) == found
    return {line.name: line for line in found.workings.value}


def test_a_score_shows_items_weights_cap_rounding_and_the_grade() -> None:
    build = Build().enum("类型", "甲类", "乙类").fact("类", "类型").fact("场次", "整数", "场").fact("表彰")
    items = {"规模": ("场次×1分÷3场", {"甲类": "1.2", "其他": "1"}), "底分": "70分"}
    bands = {"优": "90分以上", "良": "不满90分"}
    build.score("得分", items, bands, "类", {"加分": ("表彰", "5分")}, "100分", 1)
    build.determination("审查", [("优", "等次（得分）为优")], "良")
    lines = sheet(build, {"类": "甲类", "场次": 7, "表彰": True})
    assert lines["得分：规模"].steps == ("场次×1分÷3场×1.2", "7场×1分÷3场×1.2", "2.8分")
    assert [taken.text for taken in lines["得分：规模"].taken] == ["权重1.2：类为甲类"]
    assert lines["得分：加分"].text == "5分"
    total = ("四舍五入（较小（规模+底分+加分，100分），1）", "四舍五入（较小（2.8分+70分+5分，100分），1）", "77.8分")
    assert lines["得分"].steps == total
    assert ([taken.text for taken in lines["等次（得分）"].taken], lines["等次（得分）"].text) == (
        ["良：得分少于90分"],
        "良",
    )


def test_an_item_of_a_score_may_be_another_score() -> None:
    """Two levels: the upper one counts what the lower one came to, and both open."""
    build = Build().fact("场次", "整数", "场").fact("人次", "整数", "人次")
    build.score("服务得分", {"活动": "场次×2分÷1场", "参与": "人次×1分÷10人次"}, {"高": "40分以上", "低": "不满40分"})
    build.score("总得分", {"服务": "服务得分×40%", "底分": "50分"}, {"优": "70分以上", "良": "不满70分"})
    build.determination("审查", [("优", "等次（总得分）为优")], "良")
    lines = sheet(build, {"场次": 10, "人次": 300})
    assert (lines["服务得分"].text, lines["总得分：服务"].text, lines["总得分"].text) == ("50分", "20分", "70分")
    assert lines["等次（总得分）"].text == "优"


def test_a_count_names_the_records_that_count() -> None:
    build = Build()
    build.table("台账", build.field("人数", "整数", "人"), build.field("合格", "是否"))
    build.derived("人次", "合计（台账.人数，合格）", "人").criterion("规模", "人次不少于10人")
    build.determination("审查", [("准予", "满足（规模）")], "不予")
    line = sheet(build, {"台账": records(("人数", "合格"), (4, True), (9, False), (3, True))})["人次"]
    assert (line.ends, line.steps) == (CONDITION, ("合计（台账.人数，合格）", "7人"))
    (records_,) = line.figures
    assert records_.source.endswith("3条中计入2条：第1条 4人、第3条 3人")


def test_a_record_whose_blank_cell_is_decided_by_its_range_says_so() -> None:
    build = Build()
    build.table("名册", build.field("姓名", "文本"), build.field("年龄", "整数", "岁", low=20, high=60))
    build.derived("成年", "计数（名册，年龄不少于18岁）", "人").derived("年长", "计数（名册，年龄超过60岁）", "人")
    build.derived("中年", "计数（名册，年龄不少于40岁）", "人")
    build.determination("审查", [("准予", "成年不少于2人且年长不超过0人")], "不予")
    facts = {"名册": records(("姓名", "年龄"), ("甲", 30), ("乙", None))}
    lines = sheet(build, facts)
    assert [lines[name].text for name in ("成年", "年长")] == ["2人", "0人"]
    assert lines["成年"].figures[0].source.endswith("2条中计入2条：第1条、第2条（年龄未填，怎样都计入）")
    program = compile_package(build.package())
    assert program.evaluated(case(facts))[program.slots["中年"]] is None


def test_what_is_unknown_and_what_nobody_reads_is_not_on_the_sheet() -> None:
    build = Build().fact("甲").fact("数", "整数", "场").derived("多", "数+1场", "场").derived("少", "数−1场", "场")
    build.criterion("一", "若甲则多不少于3场否则少不少于3场")
    build.determination("审查", [("准予", "满足（一）")], "不予")
    assert list(sheet(build, {"甲": True, "数": 5})) == ["多"]
    assert list(sheet(build, {"甲": True, "数": None})) == []


# ---- a sheet recomputes to its values ----

ATOMS = ("数一", "数二", "2场", "限")
FORMS = (
    "{}+{}",
    "（{}）−（{}）",
    "较大（{}，{}）",
    "较小（{}，{}）",
    "（若甲则{}否则{}）",
    "（若数一超过2场则{}否则{}）",
    "（{}）÷7+{}",
)
expressions = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.tuples(st.sampled_from(FORMS), inner, inner).map(lambda t: t[0].format(t[1], t[2])),
    max_leaves=5,
)
numbers = st.integers(0, 9)


def world(first: str, second: str) -> Build:
    build = Build().fact("甲").fact("数一", "整数", "场").fact("数二", "整数", "场").parameter("限", 4, "场")
    build.derived("一", first, "场").derived("二", f"一+（{second}）", "场").criterion("规模", "二不少于5场")
    build.score("分", {"甲项": "二×1分÷3场", "乙项": "数一×1分÷7场"}, {"高": "5分以上", "低": "不满5分"}, cap="9分")
    build.determination("审查", [build.outcome("准予", "满足（规模）且分不少于0分", amount="二×1元÷1场")], "不予")
    return build


def recomputed(program: Program, build: Build, sentence: str, facts: dict[str, Any]) -> Any:
    values = program.load(case({}))
    for name, value in facts.items():
        values[program.slots[name]] = value
    return program.value_once(build.expression(sentence), values)


@settings(max_examples=examples(60), deadline=None)
@given(expressions, expressions, st.booleans(), numbers, numbers)
def test_a_sheet_recomputes_to_its_values(first: str, second: str, yes: bool, one: int, two: int) -> None:
    """Each line from its own figures alone, and from its figures as they are printed."""
    build = world(first, second)
    program = compile_package(build.package())
    found = decide(program, case({"甲": yes, "数一": one, "数二": two}), "审查")
    before: set[str] = set()
    for line in found.workings.value:
        derived = [seen.name for seen in line.figures if seen.kind == "derived"]
        assert before.issuperset(derived)
        before.add(line.name)
        if line.kind in ("derived", "amount"):
            figures = {seen.name: seen.value for seen in line.figures}
            assert recomputed(program, build, line.formula, figures) == line.value
            if "≈" not in line.put_in + line.text:
                assert recomputed(program, build, line.put_in or line.formula, figures) == line.value
                assert recomputed(program, build, line.text, {}) == line.value
    adds_up(found)


def adds_up(found: Decision) -> None:
    """Items as shown come to the total as shown."""
    for sheet_ in found.scores:
        total = Decimal(sheet_.total.strip("≈分"))
        added = sum((Decimal(line.weighted.strip("≈分")) for line in sheet_.lines), Decimal(0))
        places = max(0, -int(total.as_tuple().exponent))
        assert number_text(rounded(min(added, Decimal(9)), places)) == number_text(total)


def test_a_value_that_does_not_end_shows_the_same_digits_wherever_it_stands() -> None:
    build = world("数一", "数一÷7")
    found = decide(compile_package(build.package()), case({"甲": True, "数一": 5, "数二": 1}), "审查")
    shown = {line.name: line.text for line in found.workings.value}
    (line,) = [line for line in found.workings.value if line.name == "分：甲项"]
    assert isinstance(line.value, Fraction)
    assert next(seen.text for seen in line.figures if seen.name == "二") == shown["二"]
    (total,) = found.scores
    assert [item.weighted for item in total.lines] == [shown["分：甲项"], shown["分：乙项"]]
    assert total.total == shown["分"]


def test_a_table_applied_to_other_values_tells_its_row() -> None:
    build = Build().enum("级项", "高", "低").fact("级", "级项").fact("人数", "整数", "人")
    build.decision_table(
        "标准", ["级", "人数"], [("高", "不少于10人", "500元"), ("高", "任意", "300元")], "首个", "100元", "元"
    )
    build.derived("应发", "标准（高，人数+5人）+标准（级，3人）", "元")
    build.determination("发放", [build.outcome("发放", "人数超过0人", amount="应发")], "不发")
    decision = decide(compile_package(build.package()), case({"级": "低", "人数": Decimal(6)}), "发放")
    line = next(line for line in decision.workings.value if line.name == "应发")
    assert (line.formula, line.put_in, line.text) == ("标准（高，人数+5人）+标准（级，3人）", "500元+100元", "600元")
    assert [taken.text for taken in line.taken] == [
        "标准第1行（高为高，人数+5人不少于10人）：500元",
        "标准没有一行符合，按默认：100元",
    ]
    assert {figure.name for figure in line.figures} >= {"人数", "级"}


@pytest.mark.parametrize(
    ("hit", "put_in", "text"), [("最大", "较大（100元，300元）", "300元"), ("最小", "较小（100元，300元）", "100元")]
)
def test_of_the_rows_that_hold_the_largest_or_smallest(hit: str, put_in: str, text: str) -> None:
    build = Build().fact("人数", "整数", "人")
    build.decision_table("标准", ["人数"], [("不少于5人", "100元"), ("不少于10人", "300元")], hit, "0元", "元")
    build.determination("发放", [build.outcome("发放", "人数超过0人", amount="标准")], "不发")
    decision = decide(compile_package(build.package()), case({"人数": Decimal(12)}), "发放")
    line = next(line for line in decision.workings.value if line.name == "标准")
    assert (line.put_in, line.text, len(line.taken)) == (put_in, text, 2)
