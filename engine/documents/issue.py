"""One call from a decision to the files of a letter (edge: reads layouts and fonts)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock

from engine.base.problem import Problem, Refused
from engine.documents import plaque, suite
from engine.documents.docx import render_docx
from engine.documents.layouts import LAYOUTS, TEMPLATES, twin
from engine.documents.pdf import render_pdf
from engine.documents.plan import DocumentPlan


def _pdf(plan: DocumentPlan, templates: Path) -> bytes:
    if not by_suite(plan, "pdf"):
        return render_pdf(plan, templates)
    return suite.converted({plan.name: render_docx(plan, templates)})[plan.name]


RENDERERS: Mapping[str, Callable[[DocumentPlan, Path], bytes]] = {"docx": render_docx, "pdf": _pdf}
SIGNS: Mapping[str, Callable[[DocumentPlan, Path], bytes]] = {"svg": plaque.render_svg, "pdf": plaque.render_pdf}

_ONE_AT_A_TIME = Lock()
"""Pango and fontTools keep fonts open and read them bit by bit: a process sets one letter at a time, whichever threads
ask. Several processes set several."""


def by_suite(plan: DocumentPlan, format: str) -> bool:
    """Whether the file is LibreOffice's: the PDF of a package's own Word layout without an .html beside it."""
    return format == "pdf" and bool(plan.file) and not twin(plan.file).is_file() and suite.installed()


def labelled(plan: DocumentPlan, format: str) -> list[Problem]:
    """W610 for a file that is LibreOffice's."""
    if not by_suite(plan, format):
        return []
    message = f"`{plan.name}` 的 PDF 由 LibreOffice 从自备的版面 `{Path(plan.file).name}` 转成，再转一次字节不同，也不带凭据和理由"
    return [
        Problem("W610", message, help="核对、存档以同名的 .docx 为准；要逐字节相同的 PDF，在版面旁边放同名的 .html")
    ]


def render(plan: DocumentPlan, format: str, templates: Path = TEMPLATES) -> bytes:
    """`plan` in one format; refused (E634) for a format there is no renderer for, and as the renderers say."""
    renderer = (SIGNS if LAYOUTS[plan.layout].drawn else RENDERERS).get(format)
    if renderer is None:
        message = f"不能输出 `{format}` 格式"
        raise Refused(Problem("E634", message, help=f"可选：{'、'.join(RENDERERS)}"), exit_code=2)
    with _ONE_AT_A_TIME:
        return renderer(plan, templates)
