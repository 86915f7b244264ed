"""The pictures of a whole package, drawn for its sample cases: they must agree with what the decision says in words."""

from __future__ import annotations

import io
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from engine.base.problem import Problem
from engine.decision.decide import decide_all
from engine.decision.model import Decision
from engine.decision.program import Program
from engine.documents.docx import render_docx
from engine.documents.model import LetterPicture, LetterTable
from engine.documents.pdf import render_pdf
from engine.documents.pictures import DPI, drawer
from engine.documents.writing import drafts_of
from engine.lowered.writes import run_rules
from engine.office.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
REPORT = "年度考核报告"
CASES = {"good": "15-strait-centre", "poor": "18-youth-incubator"}


@cache
def case(name: str) -> tuple[Program, Any, tuple[Decision, ...]]:
    program, loaded, _ = Workspace(ROOT / "policies", date(2026, 11, 23), None, None).case(
        ROOT / "fixtures" / CASES[name]
    )
    return program, loaded, tuple(decide_all(program, loaded))


@cache
def report(name: str) -> Any:
    program, loaded, decisions = case(name)
    drafts, problems = drafts_of(program, loaded, decisions, REPORT, date(2026, 11, 23))
    assert [p for p in problems if p.is_error] == []
    return drafts[0].plan


def tables(name: str) -> dict[str, list[tuple[str, ...]]]:
    """Caption of a picture -> the rows of the table after it."""
    body = report(name).body
    found = {}
    for place, part in enumerate(body):
        if isinstance(part, LetterPicture):
            table = body[place + 1]
            assert isinstance(table, LetterTable)
            found[part.text] = [tuple(c.text for c in row.cells) for row in (*table.head, *table.rows)]
    return found


def number(text: str) -> float:
    return float(re.findall(r"[\d.]+", text)[0])


@pytest.mark.parametrize("name", CASES)
def test_the_report_has_its_pictures_each_with_its_table(name: str) -> None:
    assert list(tables(name)) == ["职责功能履行情况", "各月活动场次和服务人次", "与同类型驿站比较", "各项考核内容得分"]


@pytest.mark.parametrize("name", CASES)
def test_months_add_up_to_the_year(name: str) -> None:
    head, *rows = tables(name)["各月活动场次和服务人次"]
    assert len(rows) == 12
    text = " ".join(p.text for p in report(name).body)
    ((held, served),) = re.findall(r"共举办活动(\d+)场，服务人才(\d+)人次", text)
    assert sum(number(row[1]) for row in rows) == float(held)
    assert sum(number(row[head.index("服务人次")]) for row in rows) == float(served)


@pytest.mark.parametrize("name", CASES)
def test_marks_are_those_of_the_score(name: str) -> None:
    sheet = next(s for d in case(name)[2] for s in d.scores if s.name == "年度考核得分")
    bars, radar = tables(name)["各项考核内容得分"][1:], tables(name)["与同类型驿站比较"][1:]
    assert [row[0] for row in bars] == [line.name for line in sheet.lines]
    assert [row[1] for row in bars] == [line.weighted for line in sheet.lines]
    assert sum(number(row[2]) for row in bars) == pytest.approx(100)
    assert [row[1] for row in radar] == [row[1] for row in bars]
    assert [row[3] for row in radar][:2] == ["8.6分", "12.4分"]


def test_a_function_without_records_is_the_unmet_criterion() -> None:
    lacking = [row[0] for row in tables("poor")["职责功能履行情况"][1:] if number(row[1]) == 0]
    unmet = [c.name for d in case("poor")[2] for c in d.criteria if "职责功能" in c.groups and c.verdict == "未满足"]
    assert len(lacking) == len(set(unmet)) == 1
    assert all(any(label in criterion for criterion in unmet) for label in lacking)


def test_pictures_know_their_clauses_and_facts() -> None:
    picture = next(
        p for p in report("good").body if isinstance(p, LetterPicture) and p.text == "各月活动场次和服务人次"
    )
    (trace,) = picture.traces
    assert trace.clauses == ("附件第二（三）2",)
    assert {"活动台账", "月度活动场次下限"} <= set(trace.facts)


def test_word_gets_a_picture_of_the_same_shape() -> None:
    for part in (p for p in report("good").body if isinstance(p, LetterPicture)):
        image = Image.open(io.BytesIO(part.png))
        assert image.width == pytest.approx(part.width / 25.4 * DPI, abs=2)
        assert image.width / image.height == pytest.approx(part.width / part.height, rel=0.01)
        assert image.convert("L").getextrema() == (pytest.approx(17, abs=17), 255)


def test_the_report_is_written_twice_the_same() -> None:
    plan = report("poor")
    assert render_docx(plan) == render_docx(plan)
    assert render_pdf(plan) == render_pdf(plan)


def test_what_has_nothing_to_draw_says_so() -> None:
    program, _, decisions = case("good")
    bare = decisions[0]
    values = run_rules((), list(program.initial))
    draw = drawer(program, values, bare)
    for name, said in (
        ("没有的图", "没有图"),
        ("各项考核内容得分", "没有数据可画"),
        ("各月活动场次和服务人次", "没有数据可画"),
    ):
        answer = draw(name)
        assert isinstance(answer, Problem)
        assert (answer.code, said in answer.message) == ("E617", True)


# ---- a document for each record ----


def badges() -> Any:
    program, loaded, _ = Workspace(ROOT / "policies", date(2026, 11, 23), None, None).case(
        ROOT / "fixtures/01-optics-park"
    )
    return loaded, *drafts_of(program, loaded, decide_all(program, loaded), "人员牌", date(2026, 11, 23))


def test_a_badge_for_each_person_of_the_roll() -> None:
    loaded, drafts, problems = badges()
    table = loaded.facts["人员名册"].value
    place = {name: at for at, name in enumerate(table.columns)}
    assert problems == []
    assert [d.stem for d in drafts] == [f"人员牌（{n:02}）" for n in range(1, len(table.rows) + 1)]
    for draft, row in zip(drafts, table.rows, strict=True):
        name, role = (part.text for part in draft.plan.body)
        assert name == row[place["姓名"]]
        assert role == ("讲解员" if row[place["任讲解员"]] else row[place["岗位"]])
    assert [d.plan.record for d in drafts] == list(range(1, len(drafts) + 1))
