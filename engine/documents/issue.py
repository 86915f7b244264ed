"""One call from a decision to the files of a letter (edge: reads layouts and fonts)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock

from engine.base.problem import Problem, Refused
from engine.documents import plaque
from engine.documents.docx import render_docx
from engine.documents.layouts import LAYOUTS, TEMPLATES
from engine.documents.pdf import render_pdf
from engine.documents.plan import DocumentPlan

RENDERERS: Mapping[str, Callable[[DocumentPlan, Path], bytes]] = {"docx": render_docx, "pdf": render_pdf}
SIGNS: Mapping[str, Callable[[DocumentPlan, Path], bytes]] = {"svg": plaque.render_svg, "pdf": plaque.render_pdf}

_ONE_AT_A_TIME = Lock()
"""Pango and fontTools keep fonts open and read them bit by bit: a process sets one letter at a time, whichever threads
ask. Several processes set several."""


def render(plan: DocumentPlan, format: str, templates: Path = TEMPLATES) -> bytes:
    """`plan` in one format; refused (E634) for a format there is no renderer for, and as the renderers say."""
    renderer = (SIGNS if LAYOUTS[plan.layout].drawn else RENDERERS).get(format)
    if renderer is None:
        message = f"不能输出 `{format}` 格式"
        raise Refused(Problem("E634", message, help=f"可选：{'、'.join(RENDERERS)}"), exit_code=2)
    with _ONE_AT_A_TIME:
        return renderer(plan, templates)
