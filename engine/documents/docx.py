"""A document plan as an editable .docx, through docxtpl and a Word layout (edge: reads templates/)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.base.problem import Problem, Refused
from engine.documents.check import check_docx, ill_tagged, template_problem
from engine.documents.embedded import write_docx
from engine.documents.fields import fields, receipt_text
from engine.documents.layouts import TEMPLATES, layout_file, read_word
from engine.documents.model import DocumentPlan, LetterParagraph, LetterTable
from engine.documents.pdf import spacing_of
from engine.documents.receipt import printed_code
from engine.documents.word_fit import fit, marked
from engine.visible.archive import pack, unpack
from engine.visible.styles import W

BODY = "word/document.xml"


def render_docx(plan: DocumentPlan, templates: Path = TEMPLATES) -> bytes:
    """The letter as .docx: the same plan and layout give the same bytes.

    Refused: E620, E659 layout missing or unsafe, E621/E622/E623 its mistakes, E624 a text of the plan that did not arrive.
    """
    folder, name = layout_file(plan, ".docx", templates)
    template = read_word(folder, name)
    if problems := ill_tagged(template, name):
        raise Refused(problems)
    template[BODY] = marked(template[BODY])
    context = fields(plan)
    document = _rendered(pack(template), context, folder, name)
    fit(document, plan, context, spacing_of(plan, templates))
    _describe(document, plan)
    _arrived(document, plan, name)
    buffer = io.BytesIO()
    document.save(buffer)
    return pack(write_docx(unpack(buffer.getvalue(), name), plan))


def _rendered(template: bytes, context: dict[str, Any], folder: Path, name: str) -> Any:
    """A python-docx document with every tag of body, headers, footers, notes and properties filled in."""
    from docxtpl import DocxTemplate
    from jinja2.exceptions import TemplateError

    from engine.documents.sandbox import shared

    layout: Any = DocxTemplate(io.BytesIO(template))

    def render_part(source: str, part: Any, context: Any, environment: Any) -> str:
        # docxtpl's own method turns `{_{` in values into `{{`; here values stay as they are.
        layout.current_rendering_part = part
        return str(layout.resolve_listing(environment.from_string(source).render(context)))

    layout.render_xml_part = render_part
    layout.patch_xml = _tidied
    try:
        layout.render({**context, "标题": "\n".join(line["文"] for line in context["标题行"])}, shared())
    except TemplateError as error:
        raise Refused(list(check_docx(folder, name)) or template_problem(error, name)) from None
    except ValueError:
        raise Refused(Problem("E621", f"模板 `{name}` 的内容读不懂", help="换回原模板，或用 Word 另存一次")) from None
    return layout.docx


@lru_cache(maxsize=200)
def _tidied(source: str) -> str:
    """docxtpl's tidying of the tags in a part, which depends on the text of the part alone: done once for each."""
    from docxtpl import DocxTemplate

    return str(DocxTemplate.patch_xml(None, source))


def _describe(document: Any, plan: DocumentPlan) -> None:
    """Core properties, all from the plan: nothing of the machine or the clock."""
    properties = document.core_properties
    day = datetime(plan.date.year, plan.date.month, plan.date.day, tzinfo=UTC).replace(tzinfo=None)
    properties.title, properties.author, properties.last_modified_by = (
        plan.title[:255],
        plan.organ[:255],
        plan.organ[:255],
    )
    properties.subject, properties.keywords = plan.name[:255], receipt_text(plan)[:255]
    properties.category = plan.layout
    properties.created = properties.modified = day
    properties.revision = 1
    properties.language = "zh-CN"


def texts(document: Any) -> Iterator[str]:
    """The text of each paragraph, tables included; a break of a line is a new line."""
    for paragraph in document.element.body.iter(f"{W}p"):
        yield "".join("\n" if part.tag == f"{W}br" else part.text or "" for part in paragraph.iter(f"{W}t", f"{W}br"))


def _arrived(document: Any, plan: DocumentPlan, name: str) -> None:
    """Every text of the plan must be in the letter: a layout that drops one is refused."""
    printed = "\n".join(texts(document))
    wanted = [*plan.title_lines, plan.addressee, *plan.annexes, plan.organ, plan.number, *plan.notes, *plan.copies]
    wanted += [*plan.cosigners, *plan.head.markings, *plan.head.signers]
    wanted += printed_code(plan)
    wanted += [text for page in plan.pages for text in (page.label, *page.title_lines)]
    wanted += [part.text for part in plan.parts if isinstance(part, LetterParagraph)]
    wanted += [
        text for part in plan.parts if isinstance(part, LetterTable) for c in part.cells for text in (c.text, c.signer)
    ]
    lost = [text for text in wanted if text and text not in printed]
    if lost:
        message = f"模板 `{name}` 没有印出 `{lost[0][:40]}`"
        raise Refused(Problem("E624", message, help="检查模板中该字段的标签是否被删去"))
