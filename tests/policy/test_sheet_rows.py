"""Rows of a decision table from a sheet beside the rules (行自)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.decision.gaps import check_tables
from engine.decision.program import compile_package
from engine.policy.load import load_library
from engine.policy.sources import read_folder
from tests.worlds.build import case
from tests.worlds.texts import header, load, package, underlined

RULES = """\
枚举: [{名称: 区项, 取值: [鼓楼区, 台江区]}]
事实: [{名称: 所在区, 类型: 枚举, 枚举: 区项}, {名称: 申请日, 类型: 日期}]
决定表:
  - 名称: 租金标准
    命中: 唯一
    输入: [所在区, 年度（申请日）]
    输出: {单位: 元/月}
    行自: 标准.csv
"""
SHEET = """\
所在区,年度（申请日）,标准
鼓楼区,2025年,1000元/月
鼓楼区, 2026年 ,1200元/月
"台江区",不早于2025年,800元/月

"""


def files(sheet: str = SHEET, rules: str = RULES) -> dict[str, str]:
    return {"rules.yaml": rules, "t/标准.csv": sheet}


each_standard = pytest.mark.parametrize(
    ("district", "day", "standard"),
    [
        ("鼓楼区", "2025-07-01", 1000),
        ("鼓楼区", "2026-07-01", 1200),
        ("台江区", "2026-07-01", 800),
        ("鼓楼区", "2027-01-01", None),
    ],
)
"""What the sheet gives, as .csv or in a workbook."""


@each_standard
def test_a_standard_by_district_and_year_is_read_from_the_sheet(district: str, day: str, standard: int | None) -> None:
    program = compile_package(package(files()))
    found = program.evaluated(case({"所在区": district, "申请日": date.fromisoformat(day)}))
    assert found[program.slots["租金标准"]] == standard


@pytest.mark.parametrize(
    ("old", "new", "code", "marked"),
    [
        ("1200元/月", "1200元", "E203", "1200元"),
        ('"台江区"', '"台江曲"', "E201", "台江曲"),
        ("2026年", "", "E377", ""),
        ("所在区,", "区,", "E377", "区"),
        ("鼓楼区, 2026年 ,1200元/月", "鼓楼区, 2026年", "E330", "鼓楼区"),
        ("800元/月", '"80""0元/月"', "E377", '80""0元/月'),
        ("800元/月", '"800元/月', "E205", '"800元/月'),
    ],
)
def test_what_is_wrong_in_the_sheet_is_told_at_its_cell(old: str, new: str, code: str, marked: str) -> None:
    sheet = files()["t/标准.csv"]
    assert old in sheet
    changed = sheet.replace(old, new, 1)
    problem = next(p for p in load(files(changed))[1])
    assert (problem.code, getattr(problem.place, "file", "")) == (code, "t/标准.csv"), problem.message
    assert underlined(problem, files(changed)) == marked


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("标准.csv", "标注.csv", "没有文件 `标注.csv`"),
        ("标准.csv", "标准.xls", "`行自` 读不了 `标准.xls`"),
        ("标准.csv", "标准.xlsx", "没有文件 `标准.xlsx`"),
        ("标准.csv", "标准.csv!2026年", "`标准.csv!2026年`：.csv 没有工作表"),
        ("标准.csv", "标准.csv\n    行: [[鼓楼区, 任意, 1元/月]]", "写了 `行`，又写了 `行自`"),
    ],
)
def test_a_sheet_that_cannot_be_read_is_refused(old: str, new: str, says: str) -> None:
    assert [(p.code, p.message) for p in load(files(rules=RULES.replace(old, new)))[1]] == [("E377", says)]


def test_a_sheet_without_records_is_refused() -> None:
    assert [p.message for p in load(files("所在区,年度（申请日）,标准\n"))[1]] == ["`标准.csv` 没有记录"]


def test_gaps_and_overlaps_are_found_as_in_rows_of_the_rules() -> None:
    sheet = files()["t/标准.csv"] + "鼓楼区,不晚于2025年,900元/月\n"
    told = [(p.code, getattr(p.place, "file", "")) for p in check_tables(package(files(sheet)))]
    assert ("E341", "t/标准.csv") in told
    assert any(code == "W342" for code, _ in told)


def test_the_sheet_lies_beside_the_rules_on_the_disk_and_counts_in_their_digest(tmp_path: Path) -> None:
    folder = tmp_path / "t"
    folder.mkdir()
    (folder / "policy.yaml").write_text(header("t"), encoding="utf-8")
    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
    (folder / "标准.csv").write_text(files()["t/标准.csv"], encoding="utf-8-sig")
    sources, problems = read_folder(tmp_path)
    assert not problems
    assert sorted(Path(path).name for path in sources["t"]) == ["policy.yaml", "rules.yaml", "标准.csv"]
    assert sources["t"][str(folder / "标准.csv")].startswith("所在区")
    other = package(files(files()["t/标准.csv"].replace("800", "900")))
    assert other.digest != package(files()).digest


def test_a_sheet_in_another_encoding_is_told_as_that_and_not_as_missing(tmp_path: Path) -> None:
    folder = tmp_path / "t"
    folder.mkdir()
    (folder / "policy.yaml").write_text(header("t"), encoding="utf-8")
    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
    (folder / "标准.csv").write_text(files()["t/标准.csv"], encoding="gbk")
    assert [problem.code for problem in load_library(tmp_path)[1]] == ["E105"]
