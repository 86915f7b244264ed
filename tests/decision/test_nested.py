"""Records that look at other records: what counts, which blank cell is missing, what is told of both."""

from __future__ import annotations

from typing import Any

from engine.decision.decide import decide
from engine.decision.program import Program, compile_package
from engine.decision.tallies import tallies
from engine.language.printer import print_node
from tests.worlds.build import Build, case, records

TWICE = "复评 甲，结果为不合格且存在（复评，对象为甲的对象且年为甲.年+1且结果为不合格）"


def program() -> Program:
    build = Build().enum("结果项", "合格", "不合格")
    build.table("复评", build.field("对象", "文本"), build.field("年", "整数"), build.field("结果", "结果项"))
    build.derived("连续两年", f"计数（{TWICE}）").criterion("没有连续两年不合格", f"不存在（{TWICE}）")
    return compile_package(build.determination("审查", [("准予", "全部满足（条件组）")], "不予").package())


PROGRAM = program()


def reviews(*rows: tuple[Any, ...]) -> Any:
    return case({"复评": records(("对象", "年", "结果"), *rows)})


def test_the_blank_cell_of_an_inner_record_is_what_is_missing() -> None:
    """A ledger with one blank result: whoever fills it in is told which, though only the inner condition reads it there."""
    given = reviews(("甲社", 1, "不合格"), ("甲社", 2, None), ("乙社", 1, "合格"))
    decision = decide(PROGRAM, given, "审查")
    assert decision.outcome == "待查"
    (missing,) = decision.missing
    assert [getattr(place, "path", "") for place in missing.places] == ["/记录/复评/1/结果"]


def test_records_that_cannot_be_two_in_a_row_settle_it() -> None:
    given = reviews(("甲社", 1, "不合格"), ("甲社", 3, None), ("乙社", 2, "不合格"))
    assert decide(PROGRAM, given, "审查").outcome == "准予"


def test_a_tally_tells_of_the_outer_records_and_reads_as_written() -> None:
    given = reviews(("甲社", 1, "不合格"), ("甲社", 2, "不合格"), ("乙社", 2, "合格"))
    written = PROGRAM.written(PROGRAM.package.derived["连续两年"].expression)
    (tally,) = tallies(PROGRAM, PROGRAM.evaluated(given), given, [written])
    assert [record.counts for record in tally.records] == [True, False, False]
    (test,) = tally.records[1].tests
    assert test.cells == (("对象", "甲社"), ("年", "2"))
    assert tally.sentence == print_node(written)
    assert "复评 甲，" in tally.sentence
    assert "对象为甲.对象" in tally.sentence


def test_what_is_joined_by_an_equal_cell_is_looked_up() -> None:
    """Ten thousand records against each other would be a hundred million conditions; each looks at its own few."""
    rows = [(f"{n}社", year, "不合格" if n % 2 else "合格") for n in range(5000) for year in (1, 2)]
    values = PROGRAM.evaluated(reviews(*rows))
    assert values[PROGRAM.slots["连续两年"]] == 2500
