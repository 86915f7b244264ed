"""派生列: a column that no ledger has, worked out of each record, other tables looked up for it."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from engine.decision.decide import decide
from engine.decision.program import compile_package
from engine.decision.tallies import tallies
from engine.language.printer import print_node
from engine.policy.check_amounts import check_amounts
from tests.lowered.reference import handed_out
from tests.worlds.build import case, records
from tests.worlds.texts import load, package

TABLES = """\
枚举: [{名称: 岗级, 取值: [高级, 初级]}]
事实: [{名称: 系数, 类型: 整数, 范围: 1 至 3}]
记录表:
  - 名称: 标准
    列: [{名称: 岗, 类型: 枚举, 枚举: 岗级}, {名称: 月额, 类型: 金额, 单位: 元}]
  - 名称: 名单
    列:
      - {名称: 姓名, 类型: 文本}
      - {名称: 岗, 类型: 枚举, 枚举: 岗级}
      - {名称: 月数, 类型: 整数, 范围: 0 至 12}
      - {名称: 组, 类型: 文本}
    派生列:
      - {名称: 月标准, 式: 查找（标准.月额，岗为本行.岗）, 单位: 元}
      - {名称: 应发, 式: 月标准×月数, 单位: 元}
      - {名称: 同组, 式: 计数（名单 甲，甲.组为本行.组）}
      - {名称: 加发, 式: 若同组不少于2则应发×系数否则0元, 单位: 元}
派生量:
"""


def value(sentence: str, people: Any, unit: str = "", **facts: Any) -> Any:
    text = TABLES + f"  - {{名称: 值, 式: '{sentence}'{unit and f', 单位: {unit}'}}}\n"
    program = compile_package(package(text))
    standards = records(("岗", "月额"), ("高级", 500), ("初级", 300))
    given = case({"标准": standards, "名单": records(("姓名", "岗", "月数", "组"), *people), **facts})
    return program.evaluated(given)[program.slots["值"]]


PEOPLE = (("甲", "高级", 6, "一"), ("乙", "初级", 2, "一"), ("丙", "初级", 12, "二"))
BLANK = (("甲", "高级", 6, "一"), ("乙", "初级", None, "一"), ("丙", None, 12, "二"))


@pytest.mark.parametrize(
    ("sentence", "people", "expected"),
    [
        ("合计（名单.应发）", PEOPLE, 7200),
        ("合计（名单.应发，岗为初级）", PEOPLE, 4200),
        ("最大（名单.应发）", PEOPLE, 3600),
        ("计数（名单，应发不少于3000元）", PEOPLE, 2),
        ("合计（名单，应发−月标准，同组不少于2）", PEOPLE, 2800),
        ("合计（名单.加发）", PEOPLE, None),
        ("计数（名单 子，存在（名单，组为子.组且应发超过子.应发））", PEOPLE, 1),
        ("计数（名单 子，存在（名单，姓名为子.姓名且同组为2））", PEOPLE, 2),
        ("查找（名单.应发，姓名为“丙”）", PEOPLE, 3600),
        ("末次（名单.应发，名单.月数）", PEOPLE, 3600),
        ("合计（名单.应发）", BLANK, None),
        ("计数（名单，应发不少于3000元）", BLANK, None),
        ("计数（名单，应发不超过3600元）", (*BLANK[:1], ("乙", "初级", 12, "一")), 2),
        ("种数（名单.月标准）", PEOPLE, 2),
        ("最大几项合计（名单.应发，2）", PEOPLE, 6600),
    ],
)
def test_what_it_comes_to(sentence: str, people: Any, expected: Any) -> None:
    assert value(sentence, people) == (None if expected is None else Decimal(expected))


def test_what_is_known_bounds_it() -> None:
    assert value("合计（名单.应发）不少于3000元", BLANK[:2]) is True
    assert value("合计（名单.应发）不少于3000元", BLANK) is None
    assert value("合计（名单.应发，岗为初级）不超过3600元", (*BLANK[:1], ("乙", "初级", None, "一"))) is True
    assert value("合计（名单.加发）不超过10800元", PEOPLE) is True
    assert value("合计（名单.加发）", PEOPLE, 系数=2) == 7200


def test_a_tally_shows_what_each_record_comes_to_and_the_blank_cells_below() -> None:
    program = compile_package(package(TABLES + "  - {名称: 值, 式: '合计（名单.应发，应发不少于1元）'}\n"))
    given = case(
        {
            "标准": records(("岗", "月额"), ("高级", 500), ("初级", 300)),
            "名单": records(("姓名", "岗", "月数", "组"), *BLANK[:2]),
        }
    )
    node = program.package.derived["值"].expression
    (tally,) = tallies(program, program.evaluated(given), given, [node])
    assert [record.amount for record in tally.records] == ["3000元", ""]
    assert [getattr(place, "path", "") for place in tally.records[1].blanks] == ["/记录/名单/1/月数"]
    assert print_node(node) == "合计（名单.应发，应发不少于1元）"


def test_a_decision_rests_on_it() -> None:
    text = TABLES + "  - {名称: 值, 式: 合计（名单.应发）, 单位: 元}\n"
    text += "准则: [{名称: 限额, 组: 组, 要求: 值不超过5000元}]\n"
    text += "决定: [{名称: 审查, 结果: [{结果: 准予, 条件: 全部满足（组）}], 默认: 不予}]\n"
    program = compile_package(package(text))
    given = {"标准": records(("岗", "月额"), ("高级", 500), ("初级", 300))}
    people = records(("姓名", "岗", "月数", "组"), *BLANK[:2])
    decision = decide(program, case({**given, "名单": people}), "审查")
    assert decision.outcome == "待查"
    assert [getattr(p, "path", "") for m in decision.missing for p in m.places] == ["/记录/名单/1/月数"]


@pytest.mark.parametrize(
    ("column", "found"),
    [
        ("{名称: 乙, 式: 月数×2元, 单位: 人}", ["E203"]),
        ("{名称: 乙, 式: 乙+1}", ["E318"]),
        ("{名称: 月数, 式: 1+1}", ["E320"]),
        ("{名称: 乙, 式: 没有的列+1}", ["E201"]),
        ("{名称: 乙, 式: 计数（名单，岗为本行.岗且月数超过乙）}", ["E318"]),
    ],
)
def test_what_is_no_column(column: str, found: list[str]) -> None:
    text = TABLES.replace("派生列:\n", f"派生列:\n      - {column}\n")
    assert [p.code for p in load(text + "  - {名称: 值, 式: 计数（名单）}\n")[1] if p.is_error] == found


def test_order_needs_a_column_that_is_there() -> None:
    found = load(TABLES + "  - {名称: 值, 式: 末次（名单.月数，名单.应发）}\n")[1]
    assert [(p.code, p.message) for p in found if p.is_error] == [("E211", "`应发` 是派生列，这里要台账里有的列")]


SHARES = """\
事实: [{名称: 总额, 类型: 金额}]
记录表:
  - 名称: 名单
    列: [{名称: 姓名, 类型: 文本}, {名称: 份数, 类型: 整数}]
    派生列: [{名称: 应分, 式: '分摊（名单.份数，姓名为本行.姓名，总额，0.01元）', 单位: 元}]
派生量: [{名称: 甲分, 式: 查找（名单.应分，姓名为“0”）, 单位: 元}, {名称: 合, 式: 合计（名单.应分）, 单位: 元}]
决定: [{名称: 发放, 结果: [{结果: 发, 条件: 合为总额, 金额: 甲分}], 默认: 不发}]
"""


def test_parts_of_an_amount_are_whole_cents_and_add_up() -> None:
    found = package(SHARES)
    program, chance = compile_package(found), random.Random(5)
    assert not list(check_amounts(found)), "shares in 分 are payable amounts"
    for _ in range(60):
        weights = [chance.randint(0, 7) for _ in range(chance.randint(1, 6))]
        total = Decimal(chance.randint(0, 10000)) / 100
        people = records(("姓名", "份数"), *((str(n), weight) for n, weight in enumerate(weights)))
        decision = decide(program, case({"总额": total, "名单": people}), "发放")
        pairs = [(Fraction(weight), n == 0) for n, weight in enumerate(weights)]
        part = handed_out(pairs, Fraction(total), Fraction(1, 100))
        shown = decision.amount.rstrip("元")
        assert (decision.outcome, Fraction(shown) if shown else None) == ("待查" if part is None else "发", part)
