"""Receipt and reasons inside the finished file, and read back from it alone (edge: reads files).

.docx: the receipt as custom properties, the reasons as a custom XML part (Word keeps both when it saves). PDF: both in its
XMP metadata. SVG: both in its metadata.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.base.problem import Problem, Refused
from engine.documents.archive import unpack
from engine.documents.cids import program
from engine.documents.model import DocumentPlan
from engine.documents.receipt import receipt_of
from engine.documents.trace import MAX_TRACE, Letter, nothing, packed, unpacked
from engine.documents.xmp import packet, reasons_in
from engine.files import reading
from engine.files.faults import reason

MAX_FILE = 50_000_000
MAX_DIGITS = 9
"""No letter has paragraphs with a number of more digits."""


# ---- .docx ----

_CUSTOM = "docProps/custom.xml"
_FMTID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SPACE = "urn:guiju:trace:1"


def write_docx(parts: dict[str, bytes], plan: DocumentPlan) -> dict[str, bytes]:
    """The parts of a .docx with the receipt as custom properties and the reasons as a custom XML part."""
    parts = dict(parts)
    item = next(f"customXml/item{n}.xml" for n in range(1, 1000) if f"customXml/item{n}.xml" not in parts)
    parts[item] = _xml(f'<trace xmlns="{_SPACE}">{_escaped(packed(plan))}</trace>')
    _relate(parts, "word/_rels/document.xml.rels", f"{_RELATIONS}/customXml", f"../{item}")
    if _CUSTOM not in parts:
        _relate(parts, "_rels/.rels", f"{_RELATIONS}/custom-properties", _CUSTOM)
        kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
        types = parts["[Content_Types].xml"].decode()
        entry = f'<Override PartName="/{_CUSTOM}" ContentType="{kind}"/>'
        parts["[Content_Types].xml"] = types.replace("</Types>", f"{entry}</Types>").encode()
    properties = "".join(
        f'<property fmtid="{_FMTID}" pid="{pid}" name="{_escaped(name)}"><vt:lpwstr>{_escaped(value[:255])}</vt:lpwstr>'
        "</property>"
        for pid, (name, value) in enumerate(((n, v) for n, v in receipt_of(plan).items() if v), 2)
    )
    parts[_CUSTOM] = _xml(f'<Properties xmlns="{_PROPERTIES}" xmlns:vt="{_TYPES}">{properties}</Properties>')
    return parts


def _xml(body: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{body}'.encode()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _relate(parts: dict[str, bytes], name: str, kind: str, target: str) -> None:
    text = parts[name].decode()
    number = 1 + max((int(n) for n in re.findall(r'Id="rId(\d+)"', text)), default=0)
    entry = f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
    parts[name] = text.replace("</Relationships>", f"{entry}</Relationships>").encode()


def _read_docx(data: bytes, file: str) -> Letter:
    from lxml import etree

    try:
        parts = unpack(data, file)
    except Refused as refused:
        raise Refused([Problem("E650", p.message, p.place, "换回原文件") for p in refused.problems], 2) from None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    for name in sorted(parts):
        if re.fullmatch(r"customXml/item\d+\.xml", name) and _SPACE.encode() in parts[name]:
            try:
                root = etree.fromstring(parts[name], parser)
            except etree.XMLSyntaxError:
                continue
            if root.tag == f"{{{_SPACE}}}trace":
                letter = unpacked((root.text or "")[: 2 * MAX_TRACE], file)
                return _compared(letter, _document(parts, file, parser))
    raise nothing(file)


def _document(parts: Mapping[str, bytes], file: str, parser: Any) -> Any:
    from lxml import etree

    try:
        return etree.fromstring(parts["word/document.xml"], parser)
    except (KeyError, etree.XMLSyntaxError):
        raise Refused(Problem("E650", f"`{file}` 的正文读不出来", help="换回原文件"), 2) from None


def _compared(letter: Letter, document: Any) -> Letter:
    """The letter with a fault for each paragraph the file no longer prints as it was issued."""
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    printed = {"".join(t.text or "" for t in p.iter(f"{w}t")).strip() for p in document.iter(f"{w}p")}
    changed = [
        f"第{number}段的文字与出具时不同"
        for number, one in enumerate(letter.told, 1)
        if one.kind in ("标题", "段") and one.text not in printed
    ]
    return replace(letter, faults=(*letter.faults, *changed))


# ---- PDF ----


def finisher(plan: DocumentPlan) -> Callable[[Any, Any], None]:
    """What WeasyPrint calls before it writes the file: fonts get CID = GID, receipt and reasons become its metadata."""

    def finish(_document: Any, pdf: Any) -> None:
        import pydyf

        metadata = pydyf.Stream([packet(plan)], {"Type": "/Metadata", "Subtype": "/XML"})
        pdf.add_object(metadata)
        pdf.catalog["Metadata"] = metadata.reference
        pdf.info["Subject"] = pydyf.String(plan.layout)
        for stream in (found for found in pdf.objects if isinstance(found, pydyf.Stream)):
            if stream.extra.get("Subtype") == "/OpenType":
                _number(stream)
            if stream.compress:
                _squeeze(stream)

    return finish


def _number(stream: Any) -> None:
    font = program(stream.stream[0])
    if font is not None:
        stream.stream, stream.extra["Subtype"] = [font], "/CIDFontType0C"


def _squeeze(stream: Any) -> None:
    """What pydyf would do each time it is asked for the stream, which is twice."""
    whole = b"\n".join(part if isinstance(part, bytes) else str(part).encode() for part in stream.stream)
    stream.stream, stream.compress = [zlib.compress(whole)], False
    stream.extra["Filter"] = "/FlateDecode"


def _read_pdf(data: bytes, file: str) -> Letter:
    from pdfminer.pdfexceptions import PDFException
    from pdfminer.psexceptions import PSException

    from engine.documents.pdf_file import open_pdf

    try:
        text = reasons_in(open_pdf(data).catalog)
    except (PDFException, PSException, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
        raise Refused(Problem("E650", f"`{file}` 不是完好的 PDF", help="换回原文件"), 2) from None
    if text is None:
        raise nothing(file)
    return unpacked(text, file)


# ---- SVG ----


def svg_metadata(plan: DocumentPlan) -> str:
    """The element a sign's drawing keeps receipt and reasons in."""
    return f'<metadata><trace xmlns="{_SPACE}">{_escaped(packed(plan))}</trace></metadata>'


def _read_svg(data: bytes, file: str) -> Letter:
    from lxml import etree

    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Refused(Problem("E650", f"`{file}` 含有不允许的 DOCTYPE", help="换回原文件"), 2)
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except (etree.XMLSyntaxError, ValueError):
        raise Refused(Problem("E650", f"`{file}` 不是完好的 SVG", help="换回原文件"), 2) from None
    found = root.find(f".//{{{_SPACE}}}trace")
    if found is None:
        raise nothing(file)
    return unpacked((found.text or "")[: 2 * MAX_TRACE], file)


_READERS: Mapping[str, Callable[[bytes, str], Letter]] = {".docx": _read_docx, ".pdf": _read_pdf, ".svg": _read_svg}


def pointed(subject: str, paragraph: int | None) -> tuple[Path, int | None] | None:
    """`letter.docx#3` → the file and 3; None where `subject` is no letter and no paragraph is asked for."""
    path, mark, number = subject.rpartition("#")
    if mark and number.isascii() and number.isdigit() and Path(path).suffix.lower() in _READERS:
        return Path(path), int(number[-MAX_DIGITS:]) if len(number.lstrip("0")) <= MAX_DIGITS else 10**MAX_DIGITS
    letter = paragraph is not None or Path(subject).suffix.lower() in _READERS
    return (Path(subject), paragraph) if letter else None


def read_trace(path: Path) -> Letter:
    """What a finished letter tells about itself. Refused (exit code 2): E650 no readable .docx, .pdf or .svg, E651 no receipt."""
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise Refused(Problem("E650", f"`{path.name}` 不是 .docx、.pdf 或 .svg", help="指定本程序出具的文书文件"), 2)
    try:
        data = reading.read(path, MAX_FILE)
    except OSError as error:
        help = "核对文件名和权限；至多 50 MB"
        raise Refused(Problem("E650", f"读不了 `{path}`：{reason(error)}", help=help), 2) from None
    return read(data, path.name)
