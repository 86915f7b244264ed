"""A document plan as an editable .docx, through docxtpl and a Word layout (edge: reads templates/)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.base.problem import Problem, Refused
from engine.documents.archive import pack, unpack
from engine.documents.fields import fields, receipt_text
from engine.documents.layouts import LAYOUTS, TEMPLATES, read_layout
from engine.documents.plan import DocumentPlan

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CHARACTER = 315.9
"""Twips of one character of the 28 in 156 mm."""
BODY_STYLES = ("公文正文", "公文一级标题", "公文二级标题", "公文三级标题", "公文四级标题")


def render_docx(plan: DocumentPlan, templates: Path = TEMPLATES) -> bytes:
    """The letter as .docx: the same plan and layout give the same bytes.

    Refused: E620 layout missing or unsafe, E621/E622/E623 its mistakes, E624 a text of the plan that did not arrive.
    """
    name = LAYOUTS[plan.layout].stem + ".docx"
    template = unpack(read_layout(templates, name), name)
    context = fields(plan)
    document = _rendered(pack(template), context, name)
    _fit(document, context)
    _describe(document, plan)
    _arrived(document, plan, name)
    buffer = io.BytesIO()
    document.save(buffer)
    return pack(unpack(buffer.getvalue(), name))


def _rendered(template: bytes, context: dict[str, Any], name: str) -> Any:
    """A python-docx document with every tag of body, headers, footers, notes and properties filled in."""
    from docxtpl import DocxTemplate
    from jinja2.exceptions import TemplateError

    from engine.documents.sandbox import LayoutEnvironment

    layout: Any = DocxTemplate(io.BytesIO(template))

    def render_part(source: str, part: Any, context: Any, environment: Any) -> str:
        # docxtpl's own method turns `{_{` in values into `{{`; here values stay as they are.
        layout.current_rendering_part = part
        return str(layout.resolve_listing(environment.from_string(source).render(context)))

    layout.render_xml_part = render_part
    environment = LayoutEnvironment()
    try:
        layout.render({**context, "标题": "\n".join(line["文"] for line in context["标题行"])}, environment)
    except TemplateError as error:
        from engine.documents.check import template_problem

        raise Refused(template_problem(error, name)) from None
    except ValueError:
        raise Refused(Problem("E621", f"模板 `{name}` 的内容读不懂", help="换回原模板，或用 Word 另存一次")) from None
    return layout.docx


def _fit(document: Any, context: dict[str, Any]) -> None:
    """What a Word file cannot compute: the width of the mark, the indents of organ and date, the closing kept with
    the body. Paragraphs are known by the names of their styles."""
    styles = {style.style_id: style.name for style in document.styles}
    paragraphs = [p for p in document.element.body.iterchildren() if p.tag == f"{W}p"]
    names = [styles.get(p.style, "") if p.style else "" for p in paragraphs]
    for paragraph, name in zip(paragraphs, names, strict=True):
        if name == "发文机关标志":
            _scale(paragraph, context["字距缩放"])
        elif name == "署名":
            _indent_right(paragraph, context["署名右空"])
        elif name == "成文日期":
            _indent_right(paragraph, context["日期右空"])
    body = [place for place, name in enumerate(names) if name in BODY_STYLES]
    for place in body[-1:]:
        paragraphs[place].get_or_add_pPr()._insert_keepNext(_element("keepNext"))


def _element(tag: str, **attributes: str) -> Any:
    from docx.oxml.parser import OxmlElement

    element = OxmlElement(f"w:{tag}")
    for key, value in attributes.items():
        element.set(f"{W}{key}", value)
    return element


def _scale(paragraph: Any, percent: int) -> None:
    for found in list(paragraph.iter(f"{W}rPr")):
        for old in found.findall(f"{W}w"):
            old.set(f"{W}val", str(percent))


def _indent_right(paragraph: Any, hundredths: int) -> None:
    properties = paragraph.get_or_add_pPr()
    for old in properties.findall(f"{W}ind"):
        properties.remove(old)
    twips = str(round(hundredths * CHARACTER / 100))
    properties._insert_ind(_element("ind", rightChars=str(hundredths), right=twips))


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
    properties.created = properties.modified = day
    properties.revision = 1
    properties.language = "zh-CN"


def texts(document: Any) -> Iterator[str]:
    """The text of each paragraph, tables included."""
    for paragraph in document.element.body.iter(f"{W}p"):
        yield "".join(part.text or "" for part in paragraph.iter(f"{W}t"))


def _arrived(document: Any, plan: DocumentPlan, name: str) -> None:
    """Every text of the plan must be in the letter: a layout that drops one is refused."""
    printed = "\n".join(texts(document))
    wanted = [*plan.title_lines, plan.addressee, *(p.text for p in plan.body), *plan.annexes, plan.organ, plan.number]
    lost = [text for text in (*wanted, *plan.notes) if text and text not in printed]
    if lost:
        message = f"模板 `{name}` 没有印出 `{lost[0][:40]}`"
        raise Refused(Problem("E624", message, help="检查模板中该字段的标签是否被删去"))
