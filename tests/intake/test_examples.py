"""Which day the rules of an example are those of: its own, else its case file's, else today's."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.decision.program import Program
from engine.intake.examples import Report, run_examples


class _Asked(Exception):
    """Enough is known: the program was asked for."""


@pytest.mark.parametrize(
    ("case", "example", "expected"),
    [
        ("基准日: 2026-05-06\n", "", date(2026, 5, 6)),
        ("基准日: 2026-05-06\n", "    基准日: 2027-01-02\n", date(2027, 1, 2)),
        ("", "", None),
    ],
)
def test_the_day_of_an_example(case: str, example: str, expected: date | None, tmp_path: Path) -> None:
    tests = tmp_path / "tests"
    tests.mkdir()
    (tmp_path / "案件.yaml").write_text(f"案件: A-1\n{case}", encoding="utf-8")
    text = f"用例:\n  - 名称: 甲\n    案件: ../案件.yaml\n{example}    断言: [{{决定: 认定, 结果: 通过}}]\n"
    (tests / "01.yaml").write_text(text, encoding="utf-8")
    asked: list[date | None] = []

    def programs(day: date | None) -> Program:
        asked.append(day)
        raise _Asked

    with pytest.raises(_Asked):
        run_examples(tests, programs, Report())
    assert asked == [expected]
