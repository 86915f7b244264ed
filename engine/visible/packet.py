"""The metadata stream of a PDF (XMP, ISO 16684-1) read: what it says of the file, and elements of our own."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

MAX_PACKET = 8_000_000
_DC = "{http://purl.org/dc/elements/1.1/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_SHOWN = {f"{_DC}title": "元数据 标题", f"{_DC}creator": "元数据 作者", f"{_XMP}CreateDate": "元数据 创建日期"}


def root(catalog: Any) -> Any:
    """The packet a PDF's catalogue names, as XML; None where there is none that can be read."""
    from lxml import etree
    from pdfminer.pdftypes import PDFStream, resolve1

    stream = resolve1(catalog.get("Metadata"))
    if not isinstance(stream, PDFStream):
        return None
    data = inflated(stream.get_rawdata() or b"") if stream.get_filters() else stream.get_rawdata()
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        return etree.fromstring(data, parser) if data else None
    except (etree.XMLSyntaxError, ValueError):
        return None


def shown(packet: Any) -> Iterator[tuple[str, str]]:
    """What the packet says as other programs show it."""
    for tag, label in _SHOWN.items():
        for found in () if packet is None else packet.iter(tag):
            yield label, "".join(found.itertext()).strip()


def own(packet: Any, space: str) -> Iterator[tuple[str, str]]:
    """The elements of a namespace with their texts."""
    for found in () if packet is None else packet.iter(f"{{{space}}}*"):
        yield found.tag.rpartition("}")[2], found.text or ""


def inflated(data: bytes) -> bytes | None:
    """Deflated data, if that is what it is and it does not unpack without end."""
    machine = zlib.decompressobj()
    try:
        found = machine.decompress(data, MAX_PACKET)
    except zlib.error:
        return None
    return None if machine.unconsumed_tail else found
