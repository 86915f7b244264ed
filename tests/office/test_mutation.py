"""Which faults the examples of a package notice: one exactly on the limit does, one far from it does not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.intake.examples import ExampleReport, run_examples
from engine.office.mutation import Trial, noticed
from engine.office.workspace import Workspace
from engine.policy.mutants import mutants
from engine.views.mutants import mutants as view
from engine.views.paint import uncoloured
from tests.policy.test_mutants import RULES
from tests.worlds import permits
from tests.worlds.texts import header

DAY = date(2026, 6, 1)
GOOD = "面积: 200平方米, 店铺类型: 书店, 吸烟: 否, 开业日: 2026-03-01"


def _example(name: str, facts: str, outcome: str) -> str:
    return f"  - {{名称: {name}, 事实: {{{facts}}}, 断言: [{{决定: 评定, 结果: {outcome}}}]}}\n"


def _tried(folder: Path, files: dict[str, str], examples: str) -> list[Trial]:
    for name, text in files.items():
        (folder / "shop").mkdir(exist_ok=True)
        (folder / "shop" / name).write_text(text, encoding="utf-8")
    (folder / "shop" / "tests").mkdir()
    (folder / "shop" / "tests" / "a.yaml").write_text(examples, encoding="utf-8")
    workspace, report = Workspace(folder, DAY), ExampleReport()
    run_examples(folder / "shop" / "tests", workspace.by_day, report, workspace.adopting)
    assert not report.failed
    assert not report.problems
    package = workspace.program().package
    return noticed(list(mutants(package)), report, package, lambda *_: None, 2)


def _lives(found: list[Trial], owner: str, said: str) -> bool:
    (one,) = [one for one in found if one.mutant.owner == owner and said in one.mutant.said]
    return not one.killer


@pytest.mark.parametrize(("area", "lives"), [("80平方米", False), ("200平方米", True)])
def test_an_example_on_the_limit_notices(tmp_path: Path, area: str, lives: bool) -> None:
    facts = GOOD.replace("200平方米", area)
    files = {"policy.yaml": header("shop") + RULES}
    found = _tried(tmp_path, files, "用例:\n" + _example("甲", facts, "合格"))
    assert _lives(found, "够大", "“不少于”变“超过”") is lives
    assert _lives(found, "下限", "变 81平方米") is lives
    assert _lives(found, "下限", "变 79平方米")
    assert not _lives(found, "无烟", "去掉“非”")


def test_what_lives_is_told_with_its_place(tmp_path: Path) -> None:
    files = {"policy.yaml": header("shop") + RULES}
    found = _tried(tmp_path, files, "用例:\n" + _example("甲", GOOD, "合格"))
    lines = list(view(found, uncoloured))
    count = sum(bool(one.killer) for one in found)
    assert lines[-1] == f"改错 {len(found)} 处，用例发现 {count} 处（{count * 100 // len(found)}%）"
    assert any(line.startswith("  够大  ") and "policy.yaml:" in line for line in lines)
    assert "    · 比较：`面积不少于下限` 的“不少于”变“超过”" in lines


@pytest.mark.parametrize(("day", "lives"), [("2026-06-08", False), ("2026-06-09", True)])
def test_histories_notice_what_a_procedure_asks(tmp_path: Path, day: str, lives: bool) -> None:
    """作出结论要在受理满二日以后。"""
    example = (
        "程序用例:\n  - 名称: 刚满二日\n    基准日: 2026-06-30\n    事件:\n"
        "      - {编号: a, 事件: 申请, 日期: 2026-06-06, 编码: 甲}\n"
        f"      - {{编号: b, 事件: 结论, 日期: {day}, 编码: 甲, 批复: 准}}\n"
        "    断言: {状态: 有效}\n"
    )
    files = {"policy.yaml": header("shop")} | permits.files()
    found = _tried(tmp_path, files, example)
    assert _lives(found, "结论", "2日 变 3日") is lives
    assert not _lives(found, "准予", "`批复为准` 的“为”变“不为”")
    assert _lives(found, "吊销", "删去前提 条件")
