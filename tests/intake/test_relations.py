"""校验: facts that cannot be true together are refused wherever a case comes in, with the places of both."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.decision.case import Case, Fact
from engine.decision.dead import check_dead
from engine.decision.door import objections
from engine.decision.program import compile_package
from engine.intake.case import load_case
from engine.intake.examples import ExampleReport, run_examples
from engine.intake.forms import case_form
from engine.language.tree import Table
from tests.worlds.texts import load, package, underlined

WORLD = """\
事实: [{名称: 进入日期, 类型: 日期}, {名称: 离开日期, 类型: 日期}, {名称: 座位, 类型: 整数, 范围: 0 至 500}]
参数: [{名称: 座位上限, 取值: [{值: 300}]}]
记录表:
  - {名称: 台账, 列: [{名称: 借出, 类型: 日期}, {名称: 归还, 类型: 日期}, {名称: 册数, 类型: 整数}]}
派生量: [{名称: 天数甲, 式: 天数（进入日期，离开日期）}]
准则: [{名称: 有座位, 要求: 座位不少于1}]
决定: [{名称: 准入, 结果: [{结果: 准予, 条件: 满足（有座位）}], 默认: 不予, 有利: 准予}]
校验:
  - {名称: 先进后出, 式: 离开日期不早于进入日期, 不成立: 离开在进入之前}
  - {名称: 座位数, 式: 座位不超过座位上限, 不成立: 座位多于上限}
  - {名称: 先借后还, 逐条: 台账, 式: 归还不早于借出, 不成立: 归还在借出之前}
  - {名称: 借期在内, 式: 全部（台账，借出不早于进入日期）, 不成立: 进入以前就借出了}
  - {名称: 不在将来, 式: 进入日期不晚于基准日, 不成立: 进入日期还没有到}
"""


def problems_of(facts: str, folder: Path, tolerant: bool = False) -> tuple[Case | None, list[str]]:
    (folder / "case.yaml").write_text(f"案件: A\n规范: t\n{facts}", encoding="utf-8")
    case, problems = load_case(folder / "case.yaml", package(WORLD), tolerant)
    return case, [f"{p.message} @{str(p.place).rsplit('/')[-1]}" for p in problems if p.code == "E559"]


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ("事实:\n  进入日期: 2026-03-05\n  离开日期: 2026-03-05\n  座位: 300\n", []),
        (
            "事实:\n  进入日期: 2026-03-05\n  离开日期: 2026-03-01\n",
            ["离开在进入之前：`离开日期` 2026年3月1日、`进入日期` 2026年3月5日（case.yaml:4） @case.yaml:5:9"],
        ),
        ("事实:\n  离开日期: 2026-03-01\n", []),
        ("事实:\n  进入日期: 2026-03-05\n  离开日期:\n", []),
        ("事实: {座位: 301}\n", ["座位多于上限：`座位` 301 @case.yaml:3:10"]),
        ("事实: {进入日期: 2026-06-02}\n", ["进入日期还没有到：`进入日期` 2026年6月2日 @case.yaml:3:12"]),
        (
            "记录:\n  台账:\n    - {借出: 2026-03-05, 归还: 2026-03-06}\n    - {借出: 2026-03-05, 归还: 2026-03-04}\n"
            "    - {借出: 2026-03-05, 归还: }\n",
            ["归还在借出之前：`台账` 第 2 条的`借出` 2026年3月5日、`归还` 2026年3月4日 @case.yaml:4:3"],
        ),
        (
            "事实: {进入日期: 2026-03-06}\n记录:\n  台账: [{借出: 2026-03-05, 归还: 2026-03-06}]\n",
            ["进入以前就借出了：`台账`、`进入日期` 2026年3月6日（case.yaml:3） @case.yaml:5:3"],
        ),
    ],
)
def test_what_cannot_be_true_together(facts: str, told: list[str], tmp_path: Path) -> None:
    case, found = problems_of(facts, tmp_path)
    assert found == told
    assert (case is None) == bool(told)


def test_cells_of_a_ledger_are_named(tmp_path: Path) -> None:
    (tmp_path / "台账.csv").write_text("借出,归还\n2026-03-05,2026-03-06\n2026-03-05,2026-03-01\n", encoding="utf-8")
    _, found = problems_of("记录: {台账: 台账.csv}\n", tmp_path)
    assert found == ["归还在借出之前：`台账` 第 2 条的`借出` 2026年3月5日、`归还` 2026年3月1日 @台账.csv!A3"]


def test_who_goes_on_all_the_same_knows_neither(tmp_path: Path) -> None:
    case, found = problems_of("事实: {进入日期: 2026-03-05, 离开日期: 2026-03-01, 座位: 3}\n", tmp_path, tolerant=True)
    assert len(found) == 1
    assert case is not None
    assert list(case.facts) == ["座位"]


def test_the_door_of_the_library_refuses_them_too() -> None:
    found = package(WORLD)
    rows = Table(("借出", "归还", "册数"), ((date(2026, 3, 5), date(2026, 3, 1), None),))
    case = Case("A", date(2026, 6, 1), {"台账": Fact(rows)}, {}, "t")
    assert [str(p.place) for p in objections(found, case) if p.code == "E559"] == ["/记录/台账/0/借出"]


def test_examples_are_cases(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "one.yaml").write_text(
        "用例:\n  - 名称: 倒了\n    事实: {进入日期: 2026-03-05, 离开日期: 2026-03-01, 座位: 3}\n"
        "    断言: [{决定: 准入, 结果: 准予}]\n",
        encoding="utf-8",
    )
    report = ExampleReport()
    program = compile_package(package(WORLD))
    run_examples(tmp_path / "tests", lambda day: program, report)
    assert [p.code for p in report.problems] == ["E559"]
    assert (report.passed, report.failed) == (0, 1)


def test_forms_say_it_beforehand() -> None:
    lines = [line.strip() for line in case_form(package(WORLD), "A", "t").splitlines()]
    assert "# 须：离开日期不早于进入日期" in lines
    assert "# 须：归还不早于借出" in lines


@pytest.mark.parametrize(
    ("relation", "code", "at"),
    [
        ("{名称: 甲, 式: 天数甲不少于0日, 不成立: 乙}", "E371", "天数甲"),
        ("{名称: 甲, 式: 满足（有座位）, 不成立: 乙}", "E371", "有座位"),
        ("{名称: 甲, 式: 座位, 不成立: 乙}", "E202", "座位"),
        ("{名称: 甲, 式: 归还不早于借出, 不成立: 乙, 逐条: 名册}", "E502", "名册"),
        ("{名称: 甲, 式: 离开日期不早于进入日期, 不成立: '{离开日期}早了'}", "E213", "'{离开日期}早了'"),
        ("{名称: 先进后出, 式: 离开日期不早于进入日期, 不成立: 乙}", "E320", "先进后出"),
    ],
)
def test_how_it_is_written(relation: str, code: str, at: str) -> None:
    text = WORLD + f"  - {relation}\n"
    _, problems = load(text)
    assert [(p.code, underlined(p, text)) for p in problems] == [(code, at)]


@pytest.mark.parametrize(
    ("condition", "said"),
    [("座位超过500", "总不成立"), ("座位不少于0", "总是成立"), ("座位不少于1", "")],
)
def test_one_that_never_or_always_holds_is_told(condition: str, said: str) -> None:
    text = WORLD + f"  - {{名称: 甲, 式: {condition}, 不成立: 乙}}\n"
    found = [p.message for p in check_dead(package(text)) if "校验 `甲`" in p.message]
    assert len(found) == bool(said)
    assert all(said in message for message in found)
