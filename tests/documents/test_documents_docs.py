"""docs/documents.md in step with what the sample cases give rise to: the table of documents and of their conformance.

Rewritten by `pytest tests/documents --update-golden`; pictures by `python docs/make_images.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from engine.conformance.conform import READERS
from engine.conformance.docx_points import POINTS as WORD_POINTS
from engine.conformance.pdf_points import POINTS as PDF_POINTS
from engine.documents.draft import Draft
from engine.documents.points import ALL, PointResult
from engine.documents.text_points import POINTS as TEXT_POINTS
from engine.office.workspace import Workspace
from engine.policy.package import Package
from tests.documents.samples import drafts, written

pytestmark = pytest.mark.untraced

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs" / "documents.md"
START, END = "<!-- 以下由 pytest tests/documents --update-golden 生成 -->\n", "<!-- 生成到此 -->\n"
MAX_BYTES = 60_000


@cache
def world() -> tuple[Package, dict[str, Draft]]:
    """The package and the first letter of each document among the samples."""
    return Workspace(ROOT / "policies", date(2026, 11, 23)).program().package, drafts()


@cache
def conformance(name: str, form: str) -> tuple[PointResult, ...]:
    _, findings = READERS[form](written(name, form), f"{name}.{form}")
    return tuple(findings)


def generated() -> str:
    return "\n".join([*documents(), "", *points()]) + "\n"


def documents() -> Iterator[str]:
    package, found = world()
    yield "| 文书 | 版式 | 何时出具（决定：结果） | 条款 | 格式 .docx | 格式 .pdf | 样子 |"
    yield "|---|---|---|---|---|---|---|"
    for name, document in package.documents.items():
        clauses = "、".join(clause.rpartition("#")[2] for clause in document.clauses) or "—"
        image = f"![{name}](images/{name}.png)" if (DOCS.parent / "images" / f"{name}.png").is_file() else "—"
        checked = [counted(name, form) if name in found else "样例中没有" for form in ("docx", "pdf")]
        yield f"| {name} | {document.layout} | {arises(package, name)} | {clauses} | {' | '.join(checked)} | {image} |"


def arises(package: Package, name: str) -> str:
    told = []
    for determination in package.determinations.values():
        every = (*determination.outcomes, *((determination.default,) if determination.default else ()))
        outcomes = dict.fromkeys(outcome.name for outcome in every if name in outcome.documents)
        if outcomes:
            told.append(f"{determination.name}：{'、'.join(outcomes)}")
    rules = package.procedure.rules.values() if package.procedure and not told else ()
    told += [f"事件 {rule.trigger}：{rule.name}" for rule in rules if name in rule.documents]
    return "；".join(told) or "—"


def counted(name: str, form: str) -> str:
    """Points passed of points asserted; a sign is no letter."""
    if world()[1][name].plan.layout not in ALL:
        return "不适用"
    asserted = [finding for finding in conformance(name, form) if finding.passed is not None]
    return f"{sum(bool(f.passed) for f in asserted)}/{len(asserted)}"


def points() -> Iterator[str]:
    yield "| 要点 | 内容 | 依据（GB/T 9704-2012 的条，或注明的标准） | 版式 |"
    yield "|---|---|---|---|"
    for point in (*TEXT_POINTS, *WORD_POINTS, *PDF_POINTS):
        kinds = (
            "全部"
            if point.kinds == ALL
            else "、".join(k for k in ("公文", "信函", "公示", "表格", "报告") if k in point.kinds)
        )
        yield f"| {point.code} | {point.title} | {point.basis} | {kinds} |"


def test_the_tables_are_those_of_the_program(update_golden: bool) -> None:
    text = DOCS.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    old, _, after = rest.partition(END)
    assert rest, f"{DOCS.name} has no place for the tables"
    if update_golden:
        DOCS.write_text(before + START + "\n" + generated() + "\n" + END + after, encoding="utf-8")
        return
    assert old == "\n" + generated() + "\n"


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_every_document_conforms(form: str) -> None:
    letters = [name for name, draft in world()[1].items() if draft.plan.layout in ALL]
    failed = {name: [f for f in conformance(name, form) if f.passed is False] for name in letters}
    assert {name: faults for name, faults in failed.items() if faults} == {}
    assert len(letters) >= 20


def test_every_document_has_a_picture_and_a_small_one() -> None:
    images = {path.stem: path.stat().st_size for path in (DOCS.parent / "images").glob("*.png")}
    assert set(images) == set(world()[0].documents)
    assert max(images.values()) <= MAX_BYTES
