"""A letter that takes the place of another one that says something else: told, with what it is that differs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from engine.base.problem import Problem
from engine.decision.case import Case
from engine.decision.decide import decide
from engine.decision.program import Program, compile_package
from engine.documents.embedded import read_trace
from engine.documents.production import produce
from engine.documents.receipt import receipt_of
from engine.documents.writing import drafts_of
from engine.office.workspace import Workspace

ROOT = Path(__file__).parents[2]
DAY, DOCUMENT = date(2026, 11, 23), "变更备案回执"


@cache
def world() -> tuple[Program, Case]:
    program, case, _ = Workspace(ROOT / "policies", DAY).case(ROOT / "fixtures" / "17-digital-garden")
    return program, case


@cache
def holiday() -> Program:
    """One day off more, by which the change was reported in time."""
    package = world()[0].package
    day = date(2026, 9, 21)
    notices = tuple(
        replace(n, off=(*n.off, ("临时放假", day, day))) if n.year == day.year else n for n in package.calendar.notices
    )
    return compile_package(replace(package, calendar=replace(package.calendar, notices=notices)))


def issued(program: Program, out: Path, form: str = "docx", signed: date = DAY, number: str = "") -> list[Problem]:
    case = world()[1]
    decisions = [decide(program, case, "变更备案")]
    drafts, problems = drafts_of(program, case, decisions, DOCUMENT, signed, number)
    assert (len(drafts), problems) == (1, [])
    return [problem for made in produce(drafts, out, (form,)) for problem in made.problems]


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_what_differs_is_named(tmp_path: Path, form: str) -> None:
    assert issued(world()[0], tmp_path, form) == []
    (file,) = tmp_path.glob(f"*/*.{form}")
    first = read_trace(file)
    assert issued(world()[0], tmp_path, form) == []
    (problem,) = issued(holiday(), tmp_path, form)
    assert problem.code == "W609"
    assert "规则、口径、事实、程序相同；日历不同：2026年通知" in problem.message
    second = read_trace(file)
    assert (first.faults, second.faults) == ((), ())
    names = ("凭据码", "所据码", "文书摘要", "结果")
    assert {n for n, text in second.receipt.items() if first.receipt[n] != text} == set(names)
    assert [one.receipt["日历"] for one in (first, second)] == ["2026", "2026"]


def test_a_number_and_a_day_may_be_others(tmp_path: Path) -> None:
    for signed, number in ((DAY, ""), (date(2026, 12, 1), ""), (DAY, "榕人社〔2026〕7号")):
        assert issued(world()[0], tmp_path, signed=signed, number=number) == []


def test_what_is_no_letter_is_not_compared(tmp_path: Path) -> None:
    issued(world()[0], tmp_path)
    (file,) = tmp_path.glob("*/*.docx")
    file.write_bytes(b"no letter")
    assert issued(holiday(), tmp_path) == []


def test_a_commit_does_not_make_another_letter() -> None:
    program, case = world()
    other = compile_package(replace(program.package, code="sha256:" + "1" * 64))
    plans = [drafts_of(p, case, [decide(p, case, "变更备案")], DOCUMENT, DAY)[0][0].plan for p in (program, other)]
    assert plans[0].receipt.basis != plans[1].receipt.basis
    assert receipt_of(plans[0]) == receipt_of(plans[1])
