"""What `check` adds to the findings: a wrong citation is shown where it is written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.base.problem import Problem, Span
from engine.office.check import at_citation
from engine.policy.resolve import Library
from tests.cli.run import ROOT, guiju

TEXT = "准则:\n  - 名称: 第九条甲\n    要求: 有场地\n    条款: [第一条, 第九条]\n"
LIBRARY = Library({"t": {"t/a.yaml": TEXT}}, {}, "")
NAME = Span("t/a.yaml", 2, 9, 2, 13)


@pytest.mark.parametrize(
    ("problem", "place"),
    [
        (Problem("E403", "`第九条甲` 引用的 `第九条` 不在条款清单中", NAME), Span("t/a.yaml", 4, 15, 4, 18)),
        (Problem("E403", "`第九条甲` 引用的 `第八条` 不在条款清单中", NAME), NAME),
        (Problem("E405", "`第九条甲` 没有写 `第九条`", NAME), NAME),
        (Problem("E403", "`第九条甲` 引用的 `第九条` 不在条款清单中", None), None),
    ],
)
def test_a_wrong_citation_is_shown_where_it_is_written(problem: Problem, place: Span | None) -> None:
    assert at_citation(problem, LIBRARY).place == place


def test_a_parameter_in_another_unit_is_advised_to_be_written_in_that_of_the_rules(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    file = tmp_path / "policies/study-rooms/parameters.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("值: 10个工作日", "值: 15天"), encoding="utf-8")
    found = guiju("check", "--policies", str(tmp_path / "policies"), "--regulation", "study-rooms")
    assert "E203" in found.out + found.err
    assert "参数 `拨付期限` 的值要以“工作日”计" in found.out + found.err
    assert "日后（…" not in found.out + found.err
