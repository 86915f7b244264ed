"""What screens need of the library: where values come from, which records counted, where what is missing belongs, what an
unmet criterion means, which clause is carried by what, and how much time is left."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine.base.problem import Cell, Pointer, Span
from engine.decision.model import Decision
from engine.decision.program import compile_package
from engine.language.tree import Call, Name
from engine.language.walk import nodes
from engine.office import api
from tests.worlds.build import Build, case

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 23)
CASES = sorted(path.parent for path in ROOT.glob("fixtures/[0-8]*/case.yaml"))
HEAD = {"案件": "FZ-2026-900", "基准日": "2026-11-23"}


@cache
def packages() -> api.Packages:
    return api.load(ROOT / "policies")


@cache
def opened(name: str) -> api.CaseFile:
    return api.open_case(packages(), next(path for path in CASES if path.name.startswith(name)))


@cache
def decided() -> dict[str, tuple[Decision, ...]]:
    """Every sample case with every decision."""
    return {path.name: api.decide(opened(path.name)) for path in CASES}


# ---- where a value comes from ----


def test_of_a_count_the_ledger_and_the_facts_it_rests_on() -> None:
    year, ledger = api.sources(opened("03"), "年度活动场次")
    assert (year.name, year.kind, year.text, year.line > 0) == ("统计年度", "fact", "2025年", True)
    assert year.file.endswith("case.yaml")
    assert (ledger.kind, ledger.file, ledger.sheet, ledger.range) == ("table", "起帆孵化器活动台账.xlsx", "", "B4:H19")
    assert "第七条第（六）项" in ledger.clauses


def test_of_a_table_in_several_files_each_of_them(tmp_path: Path) -> None:
    for name, day in (("上半年.csv", "2025-03-01"), ("下半年.csv", "2025-09-01")):
        (tmp_path / name).write_text(f"序号,活动日期,活动名称,服务人次\n1,{day},沙龙,20\n", encoding="utf-8")
    data = {**HEAD, "事实": {"统计年度": "2025"}, "记录": {"活动台账": ["上半年.csv", "下半年.csv"]}}
    file = api.open_case(packages(), data, folder=tmp_path)
    found = [source for source in api.sources(file, "年度活动场次") if source.kind == "table"]
    assert [(source.file, source.range) for source in found] == [("上半年.csv", "B2:D2"), ("下半年.csv", "B2:D2")]
    (tally,) = api.records(file, "年度活动场次")
    assert [str(record.place) for record in tally.records] == ["上半年.csv!B2:D2", "下半年.csv!B2:D2"]


def test_of_a_criterion_the_parameters_with_their_standing() -> None:
    found = {source.name: source for source in api.sources(opened("03"), "年度活动规模")}
    floor = found["活动场次下限"]
    assert (floor.kind, floor.text, floor.standing, floor.package) == (
        *("parameter", "12场", "条文"),
        "福州市人才驿站管理办法",
    )


def test_of_a_finding_the_person_the_day_and_the_reasons() -> None:
    (found,) = api.sources(opened("03"), "交通便利人才集聚")
    assert (found.person, found.on, found.text) == ("陈若川", date(2026, 10, 16), "是")
    assert found.reasons.startswith("地处大学城旁")


def test_of_evidence_and_of_data() -> None:
    (found,) = api.sources(opened("03"), "独立场地")
    assert found.evidence == "场地租赁合同"
    file = api.open_case(packages(), {**HEAD, "事实": {"独立场地": {"值": True, "证据": "合同"}}})
    (found,) = api.sources(file, "独立场地")
    assert (found.item, found.file, found.evidence) == ("/事实/独立场地/值", "", "合同")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (True, ""),
        ({"值": True, "证据": "合同"}, "合同"),
    ],
)
def test_people_read_the_evidence_of_data_and_no_path_into_it(said: Any, shown: str) -> None:
    file = api.open_case(packages(), {**HEAD, "事实": {"政策宣传区域": said}})
    seen = [one for decision in api.decide(file, "认定审查") for found in decision.criteria for one in found.seen]
    assert {one.source for one in seen if one.name == "政策宣传区域"} == {shown}


def test_what_is_unknown_has_no_source_and_an_unknown_name_is_a_problem() -> None:
    file = api.open_case(packages(), HEAD)
    assert api.sources(file, "年度活动场次") == ()
    for call in (api.sources, api.records):
        with pytest.raises(api.Refused) as refused:
            call(file, "年度活动场欠")
        assert [(p.code, p.help) for p in refused.value.problems] == [("E501", "是否想写 `年度活动场次`？")]


# ---- which records counted ----


def test_each_record_says_whether_it_counts_and_why_not() -> None:
    (tally,) = api.records(opened("03"), "年度活动场次")
    assert [tally.counted(truth) for truth in (True, False, None)] == [11, 2, 0]
    first = tally.records[0]
    assert (first.record, first.counts, str(first.place)) == (1, False, "起帆孵化器活动台账.xlsx!B4:H4")
    ((condition, holds, cells),) = [(t.condition, t.holds, t.cells) for t in first.tests]
    assert (condition, holds, cells) == ("属于年度（活动日期，统计年度）", False, (("活动日期", "2024年12月27日"),))
    (total,) = api.records(opened("03"), "年度服务人次")
    amounts = [int(r.amount.removesuffix("人次")) for r in total.records if r.counts]
    assert sum(amounts) == 299
    assert [r.amount for r in total.records if r.counts is False] == ["", ""]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_what_counted_comes_to_what_was_counted(path: Path) -> None:
    """Read the other way round: counts and sums over the records that are said to count are the value that was used."""
    file = opened(path.name)
    values = file.rules.evaluated(file.case)
    checked, counted = 0, set()
    for name, derived in file.package.derived.items():
        call = derived.expression
        if not isinstance(call, Call) or call.function not in ("计数", "合计"):
            continue
        counted |= {node.name for node in nodes(call) if isinstance(node, Name)} & set(file.package.tables)
        value = values[file.rules.slots[name]]
        for tally in api.records(file, name):
            open_ = [
                r for r in tally.records if r.counts is None or (r.counts and call.function == "合计" and not r.amount)
            ]
            assert (value is None) == bool(open_)
            assert all(record.blanks or any(test.lacks for test in record.tests) for record in open_)
            if value is not None and call.function == "计数":
                assert tally.counted(True) == value
            checked += 1
    assert checked or not counted & set(file.case.facts)


def test_a_blank_cell_leaves_its_record_open_and_is_named() -> None:
    rows: list[dict[str, Any]] = [
        {"活动日期": "2025-03-01", "活动名称": "甲", "服务人次": 30},
        {"活动日期": "2025-04-01", "活动名称": "乙"},
        {"活动名称": "丙", "服务人次": 20},
        {"活动日期": "2024-04-01", "活动名称": "丁"},
    ]
    file = api.open_case(packages(), {**HEAD, "事实": {"统计年度": "2025"}, "记录": {"活动台账": rows}})
    (count,) = api.records(file, "年度活动场次")
    assert [record.counts for record in count.records] == [True, True, None, False]
    assert [list(map(str, record.blanks)) for record in count.records] == [[], [], ["/记录/活动台账/2/活动日期"], []]
    (total,) = api.records(file, "年度服务人次")
    assert [list(map(str, record.blanks)) for record in total.records] == [
        [],
        ["/记录/活动台账/1/服务人次"],
        ["/记录/活动台账/2/活动日期"],
        [],
    ]


def test_the_least_of_the_months_tells_which_month_is_looked_at() -> None:
    (tally,) = (t for t in api.records(opened("15"), "最少月份场次") if t.table == "活动台账")
    outside = [record for record in tally.records if record.counts is False]
    assert all("各月之内" in record.tests[0].condition for record in outside)
    assert tally.counted(True) + len(outside) == len(tally.records)


# ---- where what is missing belongs ----


def test_the_blank_cell_of_a_ledger() -> None:
    (found,) = (m for m in api.missing(opened("14"), "认定审查") if m.kind == "table" and m.matters)
    assert found.places == (Cell("校友会活动登记.xlsx", "E10"),)


def test_a_blank_field_a_field_that_is_not_there_and_one_of_data(tmp_path: Path) -> None:
    text = "案件: 甲\n基准日: 2026-11-23\n事实:\n  驿站类型:\n"
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    found = {m.name: m.places for m in api.missing(api.open_case(packages(), tmp_path), "认定审查")}
    assert found["驿站类型"] == (Span("case.yaml", 4, 8, 4, 8),)
    assert found["机构类别"] == (Pointer("case.yaml", "/事实/机构类别"),)
    assert found["活动台账"] == (Pointer("case.yaml", "/记录/活动台账"),)
    data = {m.name: m.places for m in api.missing(api.open_case(packages(), HEAD), "认定审查")}
    assert data["驿站类型"] == (Pointer("", "/事实/驿站类型"),)


def test_everything_that_is_missing_has_a_place() -> None:
    kinds = Counter[str]()
    for name, decisions in decided().items():
        for decision in decisions:
            for missing in decision.missing:
                assert missing.places, (name, decision.determination, missing.name)
                assert all("/" not in place.file for place in missing.places)
                kinds[missing.kind] += 1
    assert set(kinds) >= {"fact", "table", "excuse"}


def test_an_open_parameter_is_missing_where_it_is_declared() -> None:
    build = Build().fact("数", "整数", "场").parameter("线", None, "场", setter="市局").criterion("够", "数不少于线")
    build.determination("审查", [("准予", "满足（够）")], "不予")
    file = api.CaseFile(compile_package(build.package()), case({"数": 3}))
    (missing,) = (m for m in api.missing(file, "审查") if m.kind == "parameter")
    assert missing.places == tuple(filter(None, [file.package.parameters["线"].span]))


# ---- decisions as rows ----


def test_an_unmet_criterion_that_only_classifies_is_told_from_one_that_decides_against_the_party() -> None:
    found = Counter[tuple[str, str]]()
    for decisions in decided().values():
        for row in api.rows(decisions):
            found[row.criterion, row.bearing] += 1
            assert bool(row.bearing) <= (row.verdict == "未满足")
            assert row.clauses
    assert found["直接申报机构", "分类"] > 20
    assert found["直接申报机构", "不利"] == 0
    assert found["年度活动规模", "不利"] == 1
    assert found["年度活动规模", "例外"] == 1
    assert found["双招双引优先", "鼓励"] > 0
    assert found["专家资源", "未定"] == 1


def test_what_stands_in_the_way_is_against_the_party() -> None:
    (decision,) = api.decide(opened("03"), "认定审查")
    against = [row for row in api.rows([decision]) if row.bearing == "不利"]
    assert [(row.criterion, row.deciding, row.verdict) for row in against] == [("年度活动规模", True, "未满足")]


# ---- clauses ----


def test_every_clause_and_what_became_of_it() -> None:
    found = [c for c in api.clauses(packages(), DAY) if c.package == "fuzhou-talent-station"]
    assert Counter(clause.status for clause in found) == {
        "已编码": 28,
        "歧义已定": 24,
        "歧义未定": 10,
        "部分": 1,
        "不编码": 5,
    }
    six = next(clause for clause in found if clause.citation == "第七条第（六）项")
    assert {"年度活动规模", "活动场次下限"} <= set(six.carriers)
    assert "Q02" in six.settled
    for clause in found:
        assert (clause.status == "不编码") == (bool(clause.excluded) and not clause.carriers and not clause.unsettled)
        assert (clause.status == "歧义未定") == bool(clause.unsettled)


def test_a_clause_nobody_carries_is_lacking() -> None:
    from engine.policy.carried import coverage
    from engine.policy.package import Clause

    package = packages().rules(DAY).package
    bare = replace(
        package, clauses={**package.clauses, "第九十九条": Clause("第九十九条", "无", "规定", "", package.id)}
    )
    assert coverage(bare)[-1].status == "未编码"


# ---- deadlines ----


def test_deadlines_tell_the_working_days_left() -> None:
    kinds = set()
    for path in sorted(ROOT.glob("fixtures/histories/*/events.yaml")):
        life = api.replay(packages(), path, DAY)
        found = api.due(life)
        assert [d.duty for d in found if d.left is None] == [d.duty for d in found if d.duty.due is None]
        days = [d.duty.due for d in found if d.duty.due]
        assert days == sorted(days)
        for deadline in found:
            if deadline.duty.due is not None and deadline.left is not None:
                counted = life.package.calendar.working_days_between(DAY, deadline.duty.due)
                assert deadline.left == counted.value
                kinds.add((deadline.left < 0, bool(deadline.estimated)))
    assert {(True, False), (False, True)} <= kinds


def test_values_of_the_tests_are_plain() -> None:
    """Tallies are data: text, numbers, places; nothing of the program's machinery."""
    for tally in api.records(opened("15"), "最少月份场次"):
        for record in tally.records:
            assert {type(part) for test in record.tests for cell in test.cells for part in cell} <= {str}
            assert all(isinstance(place, Cell | Pointer) for place in (record.place, *record.blanks))
