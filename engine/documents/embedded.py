"""Receipt and reasons inside the finished file, and read back from it alone (edge: reads files).

.docx: the receipt as custom properties, the reasons as a custom XML part (Word keeps both when it saves). PDF: both in its
XMP metadata. SVG: both in its metadata.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Mapping
from copy import copy
from pathlib import Path, PurePath
from typing import Any

from engine.base.problem import Problem, Refused
from engine.documents.cids import program
from engine.documents.filing import add_seals, referenced, tagged
from engine.documents.issued import compared
from engine.documents.labels import labelled
from engine.documents.model import DocumentPlan
from engine.documents.receipt import receipt_of
from engine.documents.trace import Letter, nothing, packed, unpacked
from engine.documents.xmp import SPACE, packet, reasons_in
from engine.files import reading
from engine.files.faults import reason
from engine.visible.archive import opened
from engine.visible.model import Visible
from engine.visible.svg import parsed, read_svg
from engine.visible.word import read_parts, read_word

MAX_FILE = 50_000_000
_MOST = 8_000_000
"""Characters of what a file carries about itself."""
MAX_DIGITS = 9
"""No letter has paragraphs with a number of more digits."""


# ---- .docx ----

_CUSTOM = "docProps/custom.xml"
_FMTID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_STORE = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
_SPACE = "urn:guiju:trace:1"
_ITEM = "{8A6E2B54-0F0C-4C57-9B0E-5D1D6B1C7A11}"
"""What says to other programs which data the part holds: the same for every letter."""


def write_docx(parts: dict[str, bytes], plan: DocumentPlan) -> dict[str, bytes]:
    """The parts of a .docx with the receipt as custom properties and the reasons as a custom XML part, which has
    properties of its own: LibreOffice drops one that has none."""
    shown = labelled(read_parts(parts), plan)
    parts = dict(parts)
    number = next(n for n in range(1, 1000) if f"customXml/item{n}.xml" not in parts)
    item, own = f"customXml/item{number}.xml", f"customXml/itemProps{number}.xml"
    parts[item] = _xml(f'<trace xmlns="{_SPACE}">{_escaped(packed(plan, shown))}</trace>')
    schema = f'<ds:schemaRefs><ds:schemaRef ds:uri="{_SPACE}"/></ds:schemaRefs>'
    parts[own] = _xml(f'<ds:datastoreItem ds:itemID="{_ITEM}" xmlns:ds="{_STORE}">{schema}</ds:datastoreItem>')
    parts[f"customXml/_rels/item{number}.xml.rels"] = _xml(f'<Relationships xmlns="{_PACKAGE}"></Relationships>')
    _relate(parts, f"customXml/_rels/item{number}.xml.rels", f"{_RELATIONS}/customXmlProps", f"itemProps{number}.xml")
    _type(parts, own, "customXmlProperties")
    _relate(parts, "word/_rels/document.xml.rels", f"{_RELATIONS}/customXml", f"../{item}")
    if _CUSTOM not in parts:
        _relate(parts, "_rels/.rels", f"{_RELATIONS}/custom-properties", _CUSTOM)
        _type(parts, _CUSTOM, "custom-properties")
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


def _type(parts: dict[str, bytes], name: str, kind: str) -> None:
    entry = f'<Override PartName="/{name}" ContentType="application/vnd.openxmlformats-officedocument.{kind}+xml"/>'
    types = parts["[Content_Types].xml"].decode()
    parts["[Content_Types].xml"] = types.replace("</Types>", f"{entry}</Types>").encode()


def _relate(parts: dict[str, bytes], name: str, kind: str, target: str) -> None:
    text = parts[name].decode()
    number = 1 + max((int(n) for n in re.findall(r'Id="rId(\d+)"', text)), default=0)
    entry = f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
    parts[name] = text.replace("</Relationships>", f"{entry}</Relationships>").encode()


def _read_docx(data: bytes, file: str) -> Letter:
    from lxml import etree

    try:
        parts = opened(data, file)
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
                letter = unpacked((root.text or "")[:_MOST], file)
                return compared(letter, read_word(parts, file))
    raise nothing(file)


# ---- PDF ----


def finisher(plan: DocumentPlan) -> Callable[[Any, Any], None]:
    """What WeasyPrint calls before it writes the file: fonts get CID = GID; receipt, reasons and what the pages show become
    its metadata."""

    def finish(document: Any, pdf: Any) -> None:
        import pydyf

        archived = "Metadata" in pdf.catalog
        metadata = referenced(pdf, pdf.catalog["Metadata"]) if archived else _metadata(pdf)
        producer = pdf.info["Producer"].string
        metadata.stream, metadata.compress = [packet(plan, producer=producer, archived=archived)], False
        if archived:
            tagged(pdf)
            add_seals(document, pdf)
        pdf.info["Subject"] = pydyf.String(plan.layout)
        for stream in (found for found in pdf.objects if isinstance(found, pydyf.Stream)):
            if stream.extra.get("Subtype") == "/OpenType":
                _number(stream)
            if stream.compress:
                _squeeze(stream)
        metadata.stream = [packet(plan, labelled(_pages(pdf), plan), producer=producer, archived=archived)]

    return finish


def _metadata(pdf: Any) -> Any:
    import pydyf

    made = pydyf.Stream([], {"Type": "/Metadata", "Subtype": "/XML"})
    pdf.add_object(made)
    pdf.catalog["Metadata"] = made.reference
    return made


def _pages(pdf: Any) -> Visible:
    """What the pages show, as whoever gets the file reads them."""
    from engine.visible.pdf import read_pdf

    buffer = io.BytesIO()
    draft = copy(pdf)
    draft.objects = list(pdf.objects)  # writing adds to them, and the file itself is still to be written
    draft.write(buffer)
    return read_pdf(buffer.getvalue(), "")


def _number(stream: Any) -> None:
    font = program(stream.stream[0])
    if font is not None:
        stream.stream, stream.extra["Subtype"] = [font], "/CIDFontType0C"


def _squeeze(stream: Any) -> None:
    """What pydyf would do each time it is asked for the stream, which is twice."""
    whole = b"\n".join(_bytes(part) for part in stream.stream)
    stream.stream, stream.compress = [zlib.compress(whole)], False
    stream.extra["Filter"] = "/FlateDecode"


def _bytes(part: Any) -> bytes:
    """An operand as pydyf writes it."""
    import pydyf

    return part if isinstance(part, bytes) else bytes(pydyf.Array([part]).data[1:-1])


def _read_pdf(data: bytes, file: str) -> Letter:
    from pdfminer.pdfexceptions import PDFException
    from pdfminer.psexceptions import PSException

    from engine.visible.pdf import read_pdf
    from engine.visible.pdf_file import open_pdf

    try:
        text = reasons_in(open_pdf(data).catalog)
    except (PDFException, PSException, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
        raise Refused(Problem("E650", f"`{file}` 不是完好的 PDF", help="换回原文件"), 2) from None
    if text is None:
        raise nothing(file)
    return compared(unpacked(text, file), read_pdf(data, file, SPACE))


# ---- SVG ----


def svg_metadata(plan: DocumentPlan, drawing: str) -> str:
    """The element a sign's `drawing` keeps receipt and reasons in."""
    shown = labelled(read_svg(drawing.encode(), ""), plan)
    return f'<metadata><trace xmlns="{_SPACE}">{_escaped(packed(plan, shown))}</trace></metadata>'


def _read_svg(data: bytes, file: str) -> Letter:
    found = parsed(data, file).find(f".//{{{_SPACE}}}trace")
    if found is None:
        raise nothing(file)
    return compared(unpacked((found.text or "")[:_MOST], file), read_svg(data, file))


_READERS: Mapping[str, Callable[[bytes, str], Letter]] = {".docx": _read_docx, ".pdf": _read_pdf, ".svg": _read_svg}


def pointed(subject: str, paragraph: int | None) -> tuple[Path, int | None] | None:
    """`letter.docx#3` → the file and 3; None where `subject` is no letter and no paragraph is asked for. Refused (exit code
    2): E652 a letter with something behind # that is no number."""
    path, mark, number = subject.rpartition("#")
    if mark and Path(path).suffix.lower() in _READERS:
        if not (number.isascii() and number.isdigit()):
            help = f"写作 `{path}#3`；不写段号列出各段"
            raise Refused(Problem("E652", f"`{number}` 不是段号：`{path}` 的各段用数字指明", help=help), 2)
        return Path(path), int(number[-MAX_DIGITS:]) if len(number.lstrip("0")) <= MAX_DIGITS else 10**MAX_DIGITS
    letter = paragraph is not None or Path(subject).suffix.lower() in _READERS
    return (Path(subject), paragraph) if letter else None


def read_trace(path: Path) -> Letter:
    """What a finished letter tells about itself. Refused (exit code 2): E650 no readable .docx, .pdf or .svg, E651 no receipt."""
    _reader(path.name)
    try:
        data = reading.read(path, MAX_FILE)
    except OSError as error:
        help = "核对文件名和权限；至多 50 MB"
        raise Refused(Problem("E650", f"读不了 `{path}`：{reason(error)}", help=help), 2) from None
    return read_letter(data, path.name)


def read_letter(data: bytes, file: str) -> Letter:
    """The same of the bytes of a file."""
    return _reader(file)(data, file)


def _reader(file: str) -> Callable[[bytes, str], Letter]:
    read = _READERS.get(PurePath(file).suffix.lower())
    if read is None:
        raise Refused(Problem("E650", f"`{file}` 不是 .docx、.pdf 或 .svg", help="指定本程序出具的文书文件"), 2)
    return read
