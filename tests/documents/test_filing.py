"""Letters as PDF/A-2a (ISO 19005-2), looked at object by object by another library than ours: no validator was at hand."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pikepdf
import pytest

from engine.documents.model import DocumentPlan, LetterCell, LetterParagraph, LetterPicture, LetterRow, LetterTable
from engine.documents.pdf import render_pdf
from engine.documents.xmp import SPACE

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="30mm" viewBox="0 0 100 30"><rect width="80" height="30"/></svg>'
SHOWS = {"Tj", "TJ", "'", '"'}


def full(letter: DocumentPlan, layout: str) -> DocumentPlan:
    """Headings, paragraphs, a table with heads of columns and one with heads of rows, a picture."""
    columns = LetterRow((LetterCell("序", 4, "栏目"), LetterCell("内容", 24, "栏目")))
    table = LetterTable((columns,), (LetterRow((LetterCell("1", 4, "中"), LetterCell("活动", 24))),))
    form = LetterTable((), (LetterRow((LetterCell("单位", 4, "项"), LetterCell("甲", 24, "填"))),))
    picture = LetterPicture("图", "活动", "每月场次的柱形图", SVG, b"", 100, 30)
    headed = layout in ("公文", "信函")
    body = (table, form) if layout == "表格" else (*letter.body, table, form, picture, LetterParagraph(0, "以上。"))
    return replace(letter, layout=layout, body=body, annexes=(), number=letter.number if headed else "")


def elements(above: Any) -> Iterator[Any]:
    kids = above.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary):
            if "/S" in kid:
                yield kid
            yield from elements(kid)


def kinds(pdf: Any, kind: str) -> list[Any]:
    return [one for one in elements(pdf.Root.StructTreeRoot) if kind == one.S]


def annotations(pdf: Any) -> list[Any]:
    return [one for page in pdf.pages for one in page.get("/Annots", [])]


def marked(page: Any) -> tuple[list[int], bool]:
    """The numbers of what is marked on a page, and whether all text is marked or set apart."""
    numbers, depth, whole = list[int](), 0, True
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) in ("BDC", "BMC"):
            depth += 1
            if str(operator) == "BDC":
                numbers.append(int(operands[1].MCID))
        elif str(operator) == "EMC":
            depth -= 1
        whole = whole and (str(operator) not in SHOWS or depth > 0)
    return numbers, whole


def tree(pdf: Any) -> Mapping[int, Any]:
    nums = pdf.Root.StructTreeRoot.ParentTree.Nums
    return {int(nums[at]): nums[at + 1] for at in range(0, len(nums), 2)}


def mapped(pdf: Any) -> bool:
    """Every number marked on a page leads to an element that holds it, and nothing else is listed."""
    for page in pdf.pages:
        listed = tree(pdf)[int(page.StructParents)]
        held = {n for n, element in enumerate(listed) if element is not None}
        if held != set(marked(page)[0]) or any(n not in [int(k) for k in listed[n].K] for n in held):
            return False
    return True


def fonts(pdf: Any) -> list[Any]:
    return [font.DescendantFonts[0].FontDescriptor for page in pdf.pages for font in page.Resources.Font.values()]


def described(pdf: Any) -> bool:
    packet = pdf.Root.Metadata.read_bytes().decode()
    return f"<pdfaSchema:namespaceURI>{SPACE}</pdfaSchema:namespaceURI>" in packet and "Filter" not in pdf.Root.Metadata


CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "version": lambda pdf: str(pdf.pdf_version) == "1.7",
    "identified": lambda pdf: len(pdf.trailer.ID) == 2,
    "PDF/A-2a": lambda pdf: pdf.open_metadata().pdfa_status == "2A",
    "own schema": described,
    "title": lambda pdf: pdf.open_metadata()["dc:title"] == str(pdf.docinfo.Title) and bool(pdf.Root.ViewerPreferences.DisplayDocTitle),
    "colours": lambda pdf: [(i.S, i.DestOutputProfile.N) for i in pdf.Root.OutputIntents] == [("/GTS_PDFA1", 3)],
    "open": lambda pdf: not pdf.is_encrypted,
    "language": lambda pdf: str(pdf.Root.Lang) == "zh-CN",
    "marked": lambda pdf: bool(pdf.Root.MarkInfo.Marked),
    "all text": lambda pdf: all(marked(page)[1] for page in pdf.pages),
    "mapped": mapped,
    "headings": lambda pdf: bool(kinds(pdf, "/H1")) and next(one.S for one in elements(pdf.Root.StructTreeRoot) if str(one.S)[:2] == "/H") == "/H1",
    "paragraphs": lambda pdf: bool(kinds(pdf, "/P")),
    "scope": lambda pdf: sorted(str(one.A.Scope) for one in kinds(pdf, "/TH")) == ["/Column", "/Column", "/Row"],
    "alt": lambda pdf: all(str(one.Alt) == "每月场次的柱形图" for one in kinds(pdf, "/Figure")),
    "fonts": lambda pdf: all("/FontFile3" in one for one in fonts(pdf)),
    "opaque": lambda pdf: all(s.get(k, 1) == 1 for p in pdf.pages for s in p.Resources.get("/ExtGState", {}).values() for k in ("/ca", "/CA", "/SMask")),
    "passive": lambda pdf: not {"/OpenAction", "/AA", "/Names"} & set(pdf.Root.keys()),
    "annotations": lambda pdf: all("/AP" in one and one.F == 4 and int(one.StructParent) in tree(pdf) for one in annotations(pdf)),
}  # fmt: skip


@pytest.mark.parametrize("layout", ["公文", "信函", "公示", "表格", "报告"])
def test_letters_are_fit_to_be_filed(letter: DocumentPlan, layout: str) -> None:
    with pikepdf.open(io.BytesIO(render_pdf(full(letter, layout)))) as pdf:
        assert [name for name, holds in CHECKS.items() if not holds(pdf)] == []
        assert len(kinds(pdf, "/Figure")) == (layout != "表格")
        seals = [(str(one.FT), str(one.T), "/V" in one) for one in annotations(pdf)]
        assert seals == ([("/Sig", "印章", False)] if layout != "表格" else [])


def test_page_numbers_are_no_part_of_the_text(letter: DocumentPlan) -> None:
    with pikepdf.open(io.BytesIO(render_pdf(full(letter, "公文")))) as pdf:
        apart = [op for op, name in pikepdf.parse_content_stream(pdf.pages[0]) if str(name) == "BMC"]
        assert [str(op[0]) for op in apart].count("/Artifact") >= 1
        assert len(tree(pdf)) == len(pdf.pages) + 1
