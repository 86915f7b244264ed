"""What a PDF that says it is PDF/A-2a must have (ISO 19005-2): its metadata and colours, its tags, nothing that other readers would
show otherwise. As far as can be told by looking at objects; no validator is part of this."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, resolve1

from engine.visible.drawing import MM
from engine.visible.packet import root, said, spaces
from engine.visible.pdf_file import decoded, named

METADATA, TAGS, DRAWN = "元数据", "标签", "画面"
_ID = "{http://www.aiim.org/pdfa/ns/id/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_SCHEMA = "{http://www.aiim.org/pdfa/ns/schema#}namespaceURI"
_KNOWN = (
    "http://www.w3.org/",
    "http://purl.org/dc/",
    "http://ns.adobe.com/",
    "http://www.aiim.org/pdf",
    "adobe:ns:meta/",
)
"""Beginnings of the namespaces nobody has to describe."""
_MOST = 100_000
"""Elements of a tree of tags; no letter has more."""


def filed(document: PDFDocument) -> Mapping[str, Sequence[str]] | None:
    """What is amiss by topic; None where the file says of itself that it is no PDF/A-2a."""
    packet = root(document.catalog)
    if packet is None or not next(said(packet, f"{_ID}part"), ""):
        return None
    return {
        METADATA: tuple(_metadata(document, packet)),
        TAGS: tuple(_tags(document.catalog)),
        DRAWN: tuple(_drawn(document)),
    }


def _metadata(document: PDFDocument, packet: Any) -> Iterator[str]:
    claims = next(said(packet, f"{_ID}part"), ""), next(said(packet, f"{_ID}conformance"), "")
    if claims != ("2", "A"):
        yield f"自称 PDF/A-{''.join(claims)}"
    info = {key: decoded(value) for one in document.info[:1] for key, value in one.items()}
    if "".join(said(packet, f"{_DC}title")) != info.get("Title", ""):
        yield "元数据的标题与文档信息不同"
    described = set(said(packet, _SCHEMA))
    yield from (
        f"没有说明自己的元数据 `{space}`"
        for space in spaces(packet)
        if not space.startswith(_KNOWN) and space not in described
    )
    intents = [resolve1(one) for one in resolve1(document.catalog.get("OutputIntents")) or ()]
    if not any(
        named(one.get("S")) == "GTS_PDFA1" and isinstance(resolve1(one.get("DestOutputProfile")), PDFStream)
        for one in intents
    ):
        yield "没有输出条件"
    if document.encryption is not None:
        yield "加了密"


def _tags(catalog: Mapping[str, Any]) -> Iterator[str]:
    mark = resolve1(catalog.get("MarkInfo")) or {}
    if not mark.get("Marked") or "Lang" not in catalog:
        yield "没有写明有标签，或没有写明语言"
    found = list(_elements(resolve1(catalog.get("StructTreeRoot")) or {}))
    kinds = [named(one.get("S")) for one in found]
    if "H1" not in kinds or ("P" not in kinds and "Table" not in kinds):
        yield "标签里没有标题或段落"
    for one, kind in zip(found, kinds, strict=True):
        if kind == "Figure" and not decoded(one.get("Alt", b"")):
            yield "图没有替代文字"
        elif kind == "TH" and named((resolve1(one.get("A")) or {}).get("Scope")) not in ("Column", "Row"):
            yield "表头没有写明是列的还是行的"


def _elements(above: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    waiting = [above]
    for _ in range(_MOST):
        if not waiting:
            return
        kids = resolve1(waiting.pop().get("K"))
        below = [resolve1(kid) for kid in (kids if isinstance(kids, list) else [kids])]
        elements = [kid for kid in below if isinstance(kid, dict) and "S" in kid]
        yield from elements
        waiting += elements


def _drawn(document: PDFDocument) -> Iterator[str]:
    for number, page in enumerate(PDFPage.create_pages(document), 1):
        states = resolve1((resolve1(page.resources) or {}).get("ExtGState")) or {}
        for state in map(resolve1, states.values()):
            if any(resolve1(state.get(key, 1)) != 1 for key in ("CA", "ca")) or isinstance(
                resolve1(state.get("SMask")), dict
            ):
                yield f"第{number}页有透明"
        for one in _annotations(page):
            flags = int(resolve1(one.get("F", 0)))
            if "AP" not in one or not flags & 4 or flags & 0b100011:
                yield f"第{number}页的批注没有外观，或不印出来"


def _annotations(page: PDFPage) -> Iterator[Mapping[str, Any]]:
    return map(resolve1, resolve1(page.attrs.get("Annots")) or ())


def seals(document: PDFDocument) -> Iterator[tuple[int, float, float, float]]:
    """Of every field to sign in that has a size: its page, the middle from the left, the top from the top, the width, in mm."""
    for number, page in enumerate(PDFPage.create_pages(document), 1):
        for one in _annotations(page):
            if named(one.get("FT")) == "Sig":
                left, bottom, right, top = (float(resolve1(value)) for value in resolve1(one["Rect"]))
                if right > left and top > bottom:
                    yield number, (left + right) / 2 * MM, (page.mediabox[3] - top) * MM, (right - left) * MM
