"""Packages beside each other: examples are decided, and packages checked, under the regulation they belong to."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.office.check import check_library
from engine.office.tried import tried
from engine.office.workspace import Workspace
from engine.views.coverage import examples
from tests.worlds.texts import header

RULES = """\
事实: [{名称: 数, 类型: 整数}]
决定: [{名称: 审查, 结果: [{结果: 准予, 条件: 数不少于$}], 默认: 不予}]
"""
EXAMPLE = "用例: [{名称: 刚好, 事实: {数: $}, 断言: [{决定: 审查, 结果: 准予}]}]\n"


@pytest.fixture
def rules(tmp_path: Path) -> Workspace:
    files = {"甲": ("3", header("甲")), "乙": ("5", header("乙", 状态="示例"))}
    files["丙"] = ("5", header("丙", 性质="实施方案", 实施="[乙]"))
    for name, (least, head) in files.items():
        (tmp_path / name / "tests").mkdir(parents=True)
        (tmp_path / name / "policy.yaml").write_text(head, encoding="utf-8")
        if name != "丙":
            (tmp_path / name / "rules.yaml").write_text(RULES.replace("$", least), encoding="utf-8")
        (tmp_path / name / "tests" / "a.yaml").write_text(EXAMPLE.replace("$", least), encoding="utf-8")
    return Workspace(tmp_path, date(2026, 6, 1), kept=False)


def counted(rules: Workspace, *packages: str) -> dict[str, tuple[int, int]]:
    found = tried(rules, [rules.folder / name for name in packages])
    return {key: (report.passed, report.failed) for key, report in found.items()}


def test_each_under_its_own(rules: Workspace) -> None:
    assert counted(rules) == {"乙": (2, 0), "甲": (1, 0)}
    assert counted(rules, "丙") == {"乙": (1, 0)}
    assert counted(rules.under("乙")) == {"乙": (2, 0)}


def test_each_is_told_by_its_title(rules: Workspace) -> None:
    reports = tried(rules, ())
    wholes = [(rules.under(key).program().package, report) for key, report in reports.items()]
    lines = list(examples(wholes, lambda text, _: text))
    assert [line for line in lines if line[0] in "《用"] == [
        "《乙》",
        "用例 2 个通过，0 个失败",
        "《甲》",
        "用例 1 个通过，0 个失败",
    ]
    assert not any(line.startswith("《") for line in examples(wholes[:1], lambda text, _: text))


def test_a_package_is_checked_under_its_own(rules: Workspace) -> None:
    (rules.folder / "乙" / "rules.yaml").write_text(RULES.replace("数不少于$", "另数不少于1"), encoding="utf-8")
    assert ["E201" in check(rules, name) for name in ("甲", "乙", "丙")] == [False, True, False]
    assert "E201" in check(rules)


def test_what_keeps_all_from_being_checked_is_told_of_any(rules: Workspace) -> None:
    (rules.folder / "乙" / "rules.yaml").write_text("决定: [{名称: 审查}]\n", encoding="utf-8")
    assert check(rules, "甲") == ["E304"]


def check(rules: Workspace, *packages: str) -> list[str]:
    """The errors of the packages."""
    chosen = [rules.folder / name for name in packages]
    problems, _ = check_library(rules.folder, None, rules.today, rules.calendar, chosen, whole=False)
    return [problem.code for problem in problems if problem.is_error]
