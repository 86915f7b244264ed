"""Records that must differ in some columns: told where the second one stands, on the way in and at the library's door."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from engine.decision.case import Case, Fact
from engine.decision.door import objections
from engine.intake.case import load_case
from engine.language.tree import Table
from tests.worlds.texts import load, package

WORLD = """\
记录表:
  - 名称: 台账
    列: [{名称: 编号, 类型: 文本}, {名称: 年份, 类型: 整数, 单位: 年}, {名称: 费用, 类型: 金额}]
    不重复: $
"""


def inline(*rows: tuple[str, int | str, int]) -> str:
    return "".join(f"    - {{编号: {number}, 年份: {year}, 费用: {cost}}}\n" for number, year, cost in rows)


@pytest.mark.parametrize(
    ("key", "rows", "told"),
    [
        ("[编号]", [("甲", 2025, 1), ("乙", 2025, 1)], []),
        ("[编号]", [("甲", 2025, 1), ("甲", 2026, 2)], ["第 2 条与第 1 条的编号相同"]),
        ("[编号, 年份]", [("甲", 2025, 1), ("甲", 2026, 2)], []),
        ("[编号, 年份]", [("甲", 2025, 1), ("乙", 2025, 1), ("甲", 2025, 3)], ["第 3 条与第 1 条的编号、年份相同"]),
        ("[编号, 年份]", [("甲", "", 1), ("甲", "", 1)], []),
        (
            "[编号]",
            [("甲", 1, 1), ("甲", 2, 2), ("甲", 3, 3)],
            ["第 2 条与第 1 条的编号相同", "第 3 条与第 1 条的编号相同"],
        ),
    ],
)
def test_records_with_the_same_key(
    key: str, rows: list[tuple[str, int | str, int]], told: list[str], tmp_path: Path
) -> None:
    found = package(WORLD.replace("$", key))
    (tmp_path / "case.yaml").write_text(f"案件: A\n规范: t\n记录:\n  台账:\n{inline(*rows)}", encoding="utf-8")
    problems = [p for p in load_case(tmp_path / "case.yaml", found)[1] if p.code == "E558"]
    assert [p.message.removeprefix("`台账` ") for p in problems] == told


def test_the_place_is_that_of_the_second_in_a_ledger(tmp_path: Path) -> None:
    found = package(WORLD.replace("$", "[编号]"))
    (tmp_path / "台账.csv").write_text("编号,年份,费用\n甲,2025,1\n乙,2025,1\n甲,2026,2\n", encoding="utf-8")
    (tmp_path / "case.yaml").write_text("案件: A\n规范: t\n记录: {台账: 台账.csv}\n", encoding="utf-8")
    (problem,) = [p for p in load_case(tmp_path / "case.yaml", found)[1] if p.code == "E558"]
    assert str(problem.place).endswith("A4")


def test_the_door_of_the_library_refuses_them_too() -> None:
    found = package(WORLD.replace("$", "[编号]"))
    rows = (("甲", Decimal(2025), Decimal(1)), ("甲", Decimal(2026), Decimal(2)))
    case = Case("A", date(2026, 6, 1), {"台账": Fact(Table(("编号", "年份", "费用"), rows))}, {}, "t")
    assert [p.code for p in objections(found, case)] == ["E558"]


def test_a_key_names_columns() -> None:
    assert [(p.code, p.message) for p in load(WORLD.replace("$", "[编码]"))[1]] == [
        ("E211", "记录表“台账”没有这一列：`编码`")
    ]
