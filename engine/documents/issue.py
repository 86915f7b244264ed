"""One call from a decision to the files of a letter (edge: reads layouts and fonts)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date as Day
from pathlib import Path
from threading import Lock

from engine.base.problem import Problem, Refused
from engine.decision.model import Case, Decision
from engine.documents import plaque
from engine.documents.docx import render_docx
from engine.documents.layouts import LAYOUTS, TEMPLATES, formats_of
from engine.documents.pdf import render_pdf
from engine.documents.plan import DocumentPlan, plan_document
from engine.documents.reading import Reading
from engine.policy.package import Package

RENDERERS: Mapping[str, Callable[[DocumentPlan, Path], bytes]] = {"docx": render_docx, "pdf": render_pdf}
SIGNS: Mapping[str, Callable[[DocumentPlan, Path], bytes]] = {"svg": plaque.render_svg, "pdf": plaque.render_pdf}

_ONE_AT_A_TIME = Lock()
"""Pango and fontTools keep fonts open and read them bit by bit: a process sets one letter at a time, whichever threads
ask. Several processes set several."""


def issue(
    package: Package,
    reading: Reading,
    decision: Decision,
    case: Case,
    document: str,
    *,
    date: Day,
    number: str = "",
    formats: Iterable[str] = ("docx", "pdf"),
    templates: Path = TEMPLATES,
) -> tuple[dict[str, bytes], DocumentPlan | None, list[Problem]]:
    """The letter `document` as bytes by format, its plan, and what is wrong.

    A format that cannot be written is left out and its problems are returned; the other is still made, so that an office
    without fonts gets its .docx. `date` is the 成文日期, `number` the 发文字号 (as given, never invented).
    """
    plan, problems = plan_document(package, decision, case, document, reading, date=date, number=number)
    files: dict[str, bytes] = {}
    if plan is None:
        return files, None, problems
    for name in formats_of(plan.layout, tuple(formats)):
        try:
            files[name] = render(plan, name, templates)
        except Refused as refused:
            problems += refused.problems
    return files, plan, problems


def render(plan: DocumentPlan, format: str, templates: Path = TEMPLATES) -> bytes:
    """`plan` in one format; refused (E634) for a format there is no renderer for, and as the renderers say."""
    renderer = (SIGNS if LAYOUTS[plan.layout].drawn else RENDERERS).get(format)
    if renderer is None:
        message = f"不能输出 `{format}` 格式"
        raise Refused(Problem("E634", message, help=f"可选：{'、'.join(RENDERERS)}"), exit_code=2)
    with _ONE_AT_A_TIME:
        return renderer(plan, templates)
