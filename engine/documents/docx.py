"""A document plan as an editable .docx, through docxtpl and a Word layout (edge: reads templates/)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.base.problem import Problem, Refused
from engine.documents.embedded import write_docx
from engine.documents.fields import fields, receipt_text
from engine.documents.layouts import LAYOUTS, TEMPLATES, layout_file, read_word
from engine.documents.model import DocumentPlan, LetterParagraph, LetterPicture, LetterTable
from engine.documents.receipt import printed_code
from engine.visible.archive import pack, unpack

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CHARACTER = 315.9
"""Twips of one character of the 28 in 156 mm."""
BODY_STYLES = ("公文正文", "公文一级标题", "公文二级标题", "公文三级标题", "公文四级标题")


ONE_LINE = 26
"""Characters of a paragraph that certainly fit on its first line."""
GAP = "260"
"""Twips below a table in running text."""
MARKS = ("发文机关标志", "信函发文机关标志")
CLOSING = ("附件说明单件", "附件说明首件", "署名")


def render_docx(plan: DocumentPlan, templates: Path = TEMPLATES) -> bytes:
    """The letter as .docx: the same plan and layout give the same bytes.

    Refused: E620, E659 layout missing or unsafe, E621/E622/E623 its mistakes, E624 a text of the plan that did not arrive.
    """
    folder, name = layout_file(plan, ".docx", templates)
    template = read_word(folder, name)
    context = fields(plan)
    document = _rendered(pack(template), context, name)
    _fit(document, plan, context)
    _describe(document, plan)
    _arrived(document, plan, name)
    buffer = io.BytesIO()
    document.save(buffer)
    return pack(write_docx(unpack(buffer.getvalue(), name), plan))


def _rendered(template: bytes, context: dict[str, Any], name: str) -> Any:
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
        from engine.documents.check import template_problem

        raise Refused(template_problem(error, name)) from None
    except ValueError:
        raise Refused(Problem("E621", f"模板 `{name}` 的内容读不懂", help="换回原模板，或用 Word 另存一次")) from None
    return layout.docx


@lru_cache(maxsize=200)
def _tidied(source: str) -> str:
    """docxtpl's tidying of the tags in a part, which depends on the text of the part alone: done once for each."""
    from docxtpl import DocxTemplate

    return str(DocxTemplate.patch_xml(None, source))


def _fit(document: Any, plan: DocumentPlan, context: dict[str, Any]) -> None:
    """What a Word file cannot compute: the width of the mark, the indents of organ and date, the closing kept with
    the body, the widths of cells, the pictures. Paragraphs are known by the names of their styles."""
    styles = {style.style_id: style.name for style in document.styles}
    paragraphs = [p for p in document.element.body.iterchildren() if p.tag == f"{W}p"]
    names = [styles.get(p.style, "") if p.style else "" for p in paragraphs]
    pictures = [part for part in plan.parts if isinstance(part, LetterPicture)]
    for paragraph, name in zip(paragraphs, names, strict=True):
        if name in MARKS:
            _scale(paragraph, context["字距缩放"])
        elif name == "署名":
            _indent_right(paragraph, context["署名右空"])
        elif name == "成文日期":
            _indent_right(paragraph, context["日期右空"])
        elif name == "图":
            _draw(document, paragraph, pictures)
    closing = next((place for place, name in enumerate(names) if name in CLOSING), len(names))
    body = [place for place, name in enumerate(names[:closing]) if name in BODY_STYLES]
    short = bool(body) and len("".join(paragraphs[body[-1]].itertext())) <= ONE_LINE
    for place in body[-2:] if short else body[-1:]:
        paragraphs[place].get_or_add_pPr()._insert_keepNext(_element("keepNext"))
    for table in document.element.body.iterchildren(f"{W}tbl"):
        if table.tblPr.find(f"{W}tblpPr") is None:
            _fit_table(table, tight=not LAYOUTS[plan.layout].closing)


def _fit_table(table: Any, *, tight: bool) -> None:
    """Cells as wide as the columns they span. In a form (`tight`) tables that follow each other share a rule, elsewhere
    there is room below."""
    from docx.shared import Twips

    grid = [int(column.get(f"{W}w")) for column in table.tblGrid.iterchildren()]
    gap = table.getnext()
    following = gap.getnext() if gap is not None else None
    shared = tight and following is not None and following.tag == f"{W}tbl"
    if gap is not None and not tight:
        gap.get_or_add_pPr().get_or_add_spacing().set(f"{W}line", GAP)
    rows = list(table.iterchildren(f"{W}tr"))
    for row in rows:
        start = 0
        for cell in row.iterchildren(f"{W}tc"):
            end = start + cell.grid_span
            cell.width = Twips(sum(grid[start:end]))
            start = end
            if shared and row is rows[-1]:
                cell.get_or_add_tcPr().find(f"{W}vAlign").addprevious(_bare())


def _bare() -> Any:
    borders = _element("tcBorders")
    borders.append(_element("bottom", val="nil"))
    return borders


def _draw(document: Any, paragraph: Any, pictures: list[LetterPicture]) -> None:
    """The picture whose number stands in `paragraph`, as PNG."""
    from docx.shared import Mm
    from docx.text.paragraph import Paragraph as Holder

    holder = Holder(paragraph, document._body)
    number = holder.text.strip()
    picture = pictures[int(number) - 1] if number.isdigit() and 0 < int(number) <= len(pictures) else None
    if picture is None:
        return
    for run in holder.runs[1:]:
        paragraph.remove(run._r)
    if not picture.png:  # no library or font to draw with: the table below has the numbers
        holder.runs[0].text = "（图见 PDF 文件，数据见下表）"
        return
    holder.runs[0].text = ""
    holder.runs[0].add_picture(io.BytesIO(picture.png), Mm(picture.width))
    for drawn in paragraph.iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"):
        drawn.set("descr", picture.alt)
        drawn.set("name", f"图{number}")


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
    properties.category = plan.layout
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
    wanted = [*plan.title_lines, plan.addressee, *plan.annexes, plan.organ, plan.number, *plan.notes, *plan.copies]
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
