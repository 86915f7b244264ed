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


def said(packet: Any, tag: str) -> Iterator[str]:
    """What the packet says under a name: XMP writes a simple value as an element or, in short, as an attribute."""
    for one in () if packet is None else packet.iter():
        if one.tag == tag:
            yield "".join(one.itertext()).strip()
        elif tag in one.attrib:
            yield one.attrib[tag].strip()


def spaces(packet: Any) -> frozenset[str]:
    """The namespaces of what the packet says."""
    names = [name for one in packet.iter() if isinstance(one.tag, str) for name in (one.tag, *one.attrib)]
    return frozenset(name[1:].partition("}")[0] for name in names if name.startswith("{"))


def shown(packet: Any) -> Iterator[tuple[str, str]]:
    """What the packet says as other programs show it."""
    for tag, label in _SHOWN.items():
        yield from ((label, text) for text in said(packet, tag))


def own(packet: Any, space: str) -> Iterator[tuple[str, str]]:
    """What is said under names of a namespace, in either of the two ways."""
    inside = f"{{{space}}}"
    for found in () if packet is None else packet.iter():
        yield from ((name.removeprefix(inside), text) for name, text in found.attrib.items() if name.startswith(inside))
        if isinstance(found.tag, str) and found.tag.startswith(inside):
            yield found.tag.removeprefix(inside), found.text or ""


def inflated(data: bytes) -> bytes | None:
    """Deflated data, if that is what it is and it does not unpack without end."""
    machine = zlib.decompressobj()
    try:
        found = machine.decompress(data, MAX_PACKET)
    except zlib.error:
        return None
    return None if machine.unconsumed_tail else found
