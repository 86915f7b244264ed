"""A new package checks clean from the first minute, its examples hold, and nothing is written over."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.decision.program import compile_package
from engine.intake.examples import ExampleReport, run_examples
from engine.office.check import check_library
from engine.office.new_policy import SKELETON, init_policy
from engine.policy.load import load_calendar, load_library
from engine.policy.resolve import resolve
from tests.cli.run import guiju

DAY = date(2026, 6, 1)


@pytest.mark.parametrize("name", ["my-rules", "新规定", "2026", "true", "a'b"])
def test_a_new_package_checks_clean_and_its_examples_hold(name: str, tmp_path: Path) -> None:
    written, problems = init_policy(tmp_path / name)
    assert problems == []
    assert {path.relative_to(tmp_path / name) for path in written} == {
        path.relative_to(SKELETON) for path in SKELETON.rglob("*.yaml")
    }
    calendar = load_calendar()
    assert check_library(tmp_path, None, DAY, calendar, whole=True)[0] == []
    package, _ = resolve(load_library(tmp_path)[0], name, DAY, calendar)
    assert package is not None
    program, report = compile_package(package), ExampleReport()
    run_examples(tmp_path / name / "tests", lambda day: program, report)
    assert (report.passed, report.problems) == (4, [])


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    mine = tmp_path / "rules" / "clauses.yaml"
    mine.parent.mkdir()
    mine.write_text("条款: []\n", encoding="utf-8")
    result = guiju("init", "policy", str(tmp_path / "rules"))
    assert (result.code, "没有覆盖" in result.err) == (1, True)
    assert (mine.read_text(encoding="utf-8"), [*mine.parent.iterdir()]) == ("条款: []\n", [mine])


def test_the_command_says_what_to_do_next(tmp_path: Path) -> None:
    result = guiju("init", "policy", str(tmp_path / "rules"))
    assert (result.code, result.err) == (0, "")
    assert (
        result.out.splitlines()[-1] == f"检查：guiju check {tmp_path / 'rules'}；试算：guiju test {tmp_path / 'rules'}"
    )
    assert guiju("check", str(tmp_path / "rules")).code == 0
    assert guiju("test", str(tmp_path / "rules")).code == 0
