"""The metadata stream of a PDF (XMP, ISO 16684-1): who issued what on which day, the receipt readable, the reasons packed.

Any tool that reads XMP shows the receipt. The reasons are the JSON of `trace.packed`, deflated, in base 64.
"""

from __future__ import annotations

import base64
import zlib
from typing import Any
from xml.sax.saxutils import escape

from engine.documents.model import DocumentPlan
from engine.documents.receipt import receipt_of
from engine.documents.trace import MAX_TRACE, packed

SPACE = "urn:guiju:receipt:1"
_REASONS = "理由"
_SPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "guiju": SPACE,
}
_BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
_END = '<?xpacket end="r"?>'


def packet(plan: DocumentPlan) -> bytes:
    """The packet of a letter, the same for the same plan."""
    reasons = base64.b64encode(zlib.compress(packed(plan).encode(), 9)).decode()
    own = {**receipt_of(plan), _REASONS: reasons}
    spaces = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items())
    lines = [
        _BEGIN,
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {spaces}><rdf:Description rdf:about="">',
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(plan.title)}</rdf:li></rdf:Alt></dc:title>',
        f"<dc:creator><rdf:Seq><rdf:li>{escape(plan.organ)}</rdf:li></rdf:Seq></dc:creator>",
        f"<xmp:CreateDate>{plan.date.isoformat()}</xmp:CreateDate>",
        *(f"<guiju:{name}>{escape(value)}</guiju:{name}>" for name, value in own.items() if value),
        "</rdf:Description></rdf:RDF></x:xmpmeta>",
        _END,
    ]
    return "\n".join(lines).encode()


def reasons_in(catalog: Any) -> str | None:
    """The JSON of the reasons in the metadata a PDF's catalog names; None where there are none, or more than may be."""
    from lxml import etree
    from pdfminer.pdftypes import PDFStream, resolve1

    stream = resolve1(catalog.get("Metadata"))
    if not isinstance(stream, PDFStream):
        return None
    data = _inflated(stream.get_rawdata() or b"") if stream.get_filters() else stream.get_rawdata()
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        found = etree.fromstring(data, parser).findtext(f".//{{{SPACE}}}{_REASONS}") if data else None
        text = _inflated(base64.b64decode(found, validate=True)) if found else None
        return text.decode() if text else None
    except (etree.XMLSyntaxError, ValueError):
        return None


def _inflated(data: bytes) -> bytes | None:
    """Deflated data, if that is what it is and it does not unpack without end."""
    machine = zlib.decompressobj()
    try:
        found = machine.decompress(data, 8 * MAX_TRACE)
    except zlib.error:
        return None
    return None if machine.unconsumed_tail else found
