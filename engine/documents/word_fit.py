"""What a Word layout cannot compute, done to the finished document: the width of the mark, the indents of organ and date, the
closing kept with the body, lines a page, the columns of tables, pictures.

A paragraph is known by the tag that stands in it, not by its style: an office may rename its styles.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from engine.documents.closing import LINE_CHARACTERS, ROW, signer_columns
from engine.documents.fields import SHORT
from engine.documents.filing import SEAL
from engine.documents.layouts import LAYOUTS
from engine.documents.model import DocumentPlan, LetterPicture
from engine.documents.pdf import USUAL, Spacing
from engine.documents.room import HEIGHT as BODY_HEIGHT
from engine.visible.styles import W

PLAYS = "guiju"
"""The attribute of a paragraph that says which part it plays, while a letter is written."""
CHARACTER = 315.9
"""Twips of one character of the 28 in 156 mm."""
HEIGHT = BODY_HEIGHT * 1440 / 25.4
"""Twips of 22 lines."""
LINE_TWIPS = "579"
ONE_LINE = 26
"""Characters of a paragraph that certainly fit on its first line."""
GAP = "260"
"""Twips below a table in running text."""
A_FEW = 2
"""Rows of a table that says what the one before it comes to."""
_PARTS = {
    "标志": re.compile(r"\{\{\s*标志\s*\}\}"),
    "署名": re.compile(r"\{\{\s*发文机关\s*\}\}"),
    "联署": re.compile(r"\{\{\s*\w+\.行\s*\}\}"),
    "签发": re.compile(r".*\{\{\s*\w+\.签名\s*\}\}"),
    "日期": re.compile(r"\{\{\s*成文日期\s*\}\}"),
    "图": re.compile(r"\{\{\s*\w+\.图\s*\}\}"),
    "正文": re.compile(r"\{\{\s*\w+\.文\s*\}\}|\{\{\s*\w+\.楷\s*\}\}\{\{\s*\w+\.余\s*\}\}"),
    "附件": re.compile(r".*\{\{\s*\w+\.名\s*\}\}.*"),
}
"""Part -> all there is in its paragraph. In tables and headers nothing is fitted."""
_AFTER_SCALE = tuple(
    f"w:{name}"
    for name in (
        *("kern", "position", "sz", "szCs", "highlight", "u", "effect", "bdr", "shd", "fitText", "vertAlign", "rtl"),
        *("cs", "em", "lang", "eastAsianLayout", "specVanish", "oMath"),
    )
)
"""What follows w:w in the properties of a run."""


@lru_cache(maxsize=32)
def marked(document: bytes) -> bytes:
    """word/document.xml of a layout, with the part that each paragraph of its body plays."""
    from lxml import etree

    root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True))
    for paragraph in root.iterfind(f"{W}body/{W}p"):
        text = "".join(t.text or "" for t in paragraph.iter(f"{W}t")).strip()
        for part, whole in _PARTS.items():
            if whole.fullmatch(text):
                paragraph.set(PLAYS, part)
    return bytes(etree.tostring(root, encoding="UTF-8", standalone=True))


def fit(document: Any, plan: DocumentPlan, context: dict[str, Any], spacing: Spacing) -> None:
    """`document`: of python-docx, made from a layout that was `marked`."""
    paragraphs = list(document.element.body.iterchildren(f"{W}p"))
    parts = [paragraph.attrib.pop(PLAYS, "") for paragraph in paragraphs]
    pictures = [part for part in plan.parts if isinstance(part, LetterPicture)]
    for paragraph, part in zip(paragraphs, parts, strict=True):
        if part == "标志":
            _scale(paragraph, context["字距缩放"])
        elif part == "署名":
            _indent_right(paragraph, context["署名右空"])
        elif part == "日期":
            _indent_right(paragraph, context["日期右空"])
        elif part == "图":
            _draw(document, paragraph, pictures, spacing.pictures)
    _set_joint([paragraph for paragraph, part in zip(paragraphs, parts, strict=True) if part == "联署"], context)
    for paragraph, part in zip(paragraphs, parts, strict=True):
        if part == "签发":
            _set_tabs(paragraph, "left", signer_columns(plan.head.signers))
    _keep(paragraphs, parts, plan, parted=spacing.parted)
    for table in document.element.body.iterchildren(f"{W}tbl"):
        if table.tblPr.find(f"{W}tblpPr") is None:
            _fit_table(table, tight=not LAYOUTS[plan.layout].closing)
    _set_lines(document, spacing.lines)


def _keep(paragraphs: Sequence[Any], parts: Sequence[str], plan: DocumentPlan, *, parted: bool) -> None:
    """The end of the body on one page with the signature: its last paragraph, and the one before where that is short, at least two
    lines; and what comes before a heading with nothing but that paragraph. Where the letter is `parted`, what follows the day may
    begin a page. As in the PDF; elsewhere pages are full."""
    closing = next((place for place, part in enumerate(parts) if part in ("附件", "署名", "联署")), 0)
    body = [place for place, part in enumerate(parts[:closing]) if part == "正文"]
    short = bool(body) and len("".join(paragraphs[body[-1]].itertext())) <= ONE_LINE
    kept = [paragraphs[place] for place in (body[-2:] if short and not parted else body[-1:])]
    if len(body) > 1 and len(plan.body) > 1 and plan.body[-2].level:
        kept += _before(paragraphs[body[-2]])
    for paragraph in kept:
        properties = paragraph.get_or_add_pPr()
        for name in ("keepNext", "widowControl"):
            getattr(properties, f"_remove_{name}")()
            getattr(properties, f"_insert_{name}")(_element(name))
    day = next((place for place, part in enumerate(parts) if part == "日期"), len(parts))
    for paragraph in paragraphs[day:] if parted else ():
        paragraph.get_or_add_pPr().get_or_add_keepNext().val = False


def _before(paragraph: Any) -> list[Any]:
    """The paragraph above, with the last row of the table it stands below."""
    above = paragraph.getprevious()
    if above is None or above.tag != f"{W}p":
        return []
    table = above.getprevious()
    rows = [] if table is None or table.tag != f"{W}tbl" else list(table.iterchildren(f"{W}tr"))
    return [above, *(inside for row in rows[-1:] for inside in row.iter(f"{W}p"))]


# ---- lines a page ----


def _set_lines(document: Any, lines: int) -> None:
    """The grid of every section, and every style spaced by it, at `lines` a page."""
    grids = list(document.element.iter(f"{W}docGrid"))
    usual = next((grid.get(f"{W}linePitch") for grid in grids), None)
    if lines == USUAL.lines or usual is None:
        return
    closer = str(int(HEIGHT / lines))
    for grid in grids:
        grid.set(f"{W}linePitch", closer)
    for spacing in (*document.styles.element.iter(f"{W}spacing"), *document.element.iter(f"{W}spacing")):
        if spacing.get(f"{W}line") == usual:
            spacing.set(f"{W}line", closer)
        for side in ("before", "after"):
            if (given := spacing.get(f"{W}{side}Lines")) is not None:
                spacing.set(f"{W}{side}", str(round(int(given) * int(closer) / 100)))


# ---- tables ----


def _fit_table(table: Any, *, tight: bool) -> None:
    """The columns there are, and each cell as wide as those it spans. In a form (`tight`) tables that follow each other share a
    rule, elsewhere there is room below."""
    gap = table.getnext()
    following = gap.getnext() if gap is not None else None
    if gap is not None and not tight:
        gap.get_or_add_pPr().get_or_add_spacing().set(f"{W}line", GAP)
    _columns(table)
    rows = list(table.iterchildren(f"{W}tr"))
    following = following if following is not None and following.tag == f"{W}tbl" else None
    _keep_rows(rows, gap, following)
    if tight and following is not None:
        for cell in rows[-1].iterchildren(f"{W}tc"):
            cell.get_or_add_tcPr().find(f"{W}vAlign").addprevious(_bare())


def _keep_rows(rows: Sequence[Any], gap: Any, following: Any) -> None:
    """As in the PDF: a short table on one page, of a longer one at least three rows with a heading's two; the last table, and one of
    a row or two, with what is before it. `following`: the table after it, if that is what follows."""
    body = [row for row in rows if row.find(f"{W}trPr/{W}tblHeader") is None]
    whole = sum(1 + max(len(list(cell.iter(f"{W}br"))) for cell in row.iterchildren(f"{W}tc")) for row in body) <= SHORT
    heads = {at for at, row in enumerate(body) if len(list(row.iterchildren(f"{W}tc"))) == 1}
    ends = {0, 1, len(body) - 3, len(body) - 2} | heads | {at + 1 for at in heads}
    kept = [row for at, row in enumerate(body[:-1]) if whole or at in ends]
    paragraphs = [paragraph for row in kept for paragraph in row.iter(f"{W}p")]
    if following is not None and (_last(following) or len(list(following.iterchildren(f"{W}tr"))) <= A_FEW):
        paragraphs += [*rows[-1].iter(f"{W}p"), gap]
    for paragraph in paragraphs:
        paragraph.get_or_add_pPr().get_or_add_keepNext()


def _last(table: Any) -> bool:
    return not any(later.tag == f"{W}tbl" for later in table.itersiblings())


def _columns(table: Any) -> None:
    """In place of the layout's 28 columns those the rows divide the table into."""
    from docx.shared import Twips

    edges = [0]
    for column in table.tblGrid.iterchildren():
        edges.append(edges[-1] + int(column.get(f"{W}w")))
    rows = [list(_spans(row)) for row in table.iterchildren(f"{W}tr")]
    used = sorted({place for row in rows for _, start, end in row for place in (start, end)} | {0})
    if not rows or used[-1] >= len(edges):
        return
    for column in list(table.tblGrid.iterchildren()):
        table.tblGrid.remove(column)
    for start, end in pairwise(used):
        table.tblGrid.append(_element("gridCol", w=str(edges[end] - edges[start])))
    at = {place: number for number, place in enumerate(used)}
    for cell, start, end in (found for row in rows for found in row):
        cell.width = Twips(edges[end] - edges[start])
        properties = cell.get_or_add_tcPr()
        if properties.gridSpan is not None:
            properties.remove(properties.gridSpan)
        if (span := at[end] - at[start]) > 1:
            properties.grid_span = span


def _spans(row: Any) -> Iterator[tuple[Any, int, int]]:
    start = 0
    for cell in row.iterchildren(f"{W}tc"):
        yield cell, start, start + cell.grid_span
        start += cell.grid_span


def _bare() -> Any:
    borders = _element("tcBorders")
    borders.append(_element("bottom", val="nil"))
    return borders


# ---- paragraphs ----


def _draw(document: Any, paragraph: Any, pictures: list[LetterPicture], scale: float) -> None:
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
    holder.runs[0].add_picture(io.BytesIO(picture.png), Mm(picture.width * scale))
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
    """Said of the runs: a style has one width for every organ's name."""
    for run in paragraph.iterchildren(f"{W}r"):
        properties = run.get_or_add_rPr()
        for old in properties.findall(f"{W}w"):
            properties.remove(old)
        properties.insert_element_before(_element("w", val=str(percent)), *_AFTER_SCALE)


def _set_joint(paragraphs: Sequence[Any], context: dict[str, Any]) -> None:
    """Organs that sign together, each in the middle of the place of its seal and in a bookmark for it, named as its field of the PDF
    is; rows as far apart as seals are."""
    number = 0
    for place, (paragraph, row) in enumerate(zip(paragraphs, context["联署"], strict=True)):
        for run in [run for run in paragraph.iterchildren(f"{W}r") if "".join(run.itertext()).strip()]:
            number += 1
            run.addprevious(_element("bookmarkStart", id=str(number), name=SEAL + (str(number) if number > 1 else "")))
            run.addnext(_element("bookmarkEnd", id=str(number)))
        _set_tabs(paragraph, "center", [LINE_CHARACTERS - float(organ["心"]) for organ in row["机关"]])
        if place:
            properties = paragraph.get_or_add_pPr()
            space = round(ROW * 1440 / 25.4 - HEIGHT / USUAL.lines)
            properties._remove_spacing()
            properties._insert_spacing(_element("spacing", before=str(space), line=LINE_TWIPS, lineRule="exact"))


def _set_tabs(paragraph: Any, kind: str, places: Sequence[float]) -> None:
    """Tab stops at so many characters from the left edge."""
    tabs = _element("tabs")
    for place in places:
        tabs.append(_element("tab", val=kind, pos=str(round(place * CHARACTER))))
    properties = paragraph.get_or_add_pPr()
    properties._remove_tabs()
    properties._insert_tabs(tabs)


def _indent_right(paragraph: Any, hundredths: int) -> None:
    properties = paragraph.get_or_add_pPr()
    for old in properties.findall(f"{W}ind"):
        properties.remove(old)
    twips = str(round(hundredths * CHARACTER / 100))
    properties._insert_ind(_element("ind", rightChars=str(hundredths), right=twips))
