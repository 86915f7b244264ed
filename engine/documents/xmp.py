"""The metadata stream of a PDF (XMP, ISO 16684-1): who issued what on which day, the receipt readable, the reasons packed.

Any tool that reads XMP shows the receipt. The reasons are the JSON of `trace.packed`, deflated, in base 64. As PDF/A wants it
(ISO 19005-2, 6.6.2), the packet says which part the file conforms to and describes the properties that are our own.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from engine.documents.fields import receipt_text
from engine.documents.model import DocumentPlan
from engine.documents.receipt import receipt_of
from engine.documents.trace import packed
from engine.visible.model import Visible
from engine.visible.packet import inflated, root, said

SPACE = "urn:guiju:receipt:1"
REASONS = "理由"
_SPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
    "guiju": SPACE,
}
_BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
_END = '<?xpacket end="r"?>'


def packet(plan: DocumentPlan, shown: Visible | None = None, *, producer: str = "", archived: bool = False) -> bytes:
    """The packet of a letter, the same for the same plan. `shown`: what its pages show, None as long as nobody has looked;
    `producer`: what wrote the file; `archived`: whether it is PDF/A-2a."""
    reasons = base64.b64encode(zlib.compress(packed(plan, shown).encode(), 9)).decode()
    own = {**receipt_of(plan), REASONS: reasons}
    spaces = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items())
    names = [name for name, value in own.items() if value]
    day = f"{plan.date.isoformat()}T00:00:00Z"
    lines = [
        _BEGIN,
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {spaces}><rdf:Description rdf:about="">',
        "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" if archived else "",
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(plan.title)}</rdf:li></rdf:Alt></dc:title>',
        f"<dc:creator><rdf:Seq><rdf:li>{escape(plan.organ)}</rdf:li></rdf:Seq></dc:creator>",
        f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{escape(plan.layout)}</rdf:li></rdf:Alt></dc:description>',
        f"<xmp:CreateDate>{day}</xmp:CreateDate><xmp:ModifyDate>{day}</xmp:ModifyDate>",
        f"<pdf:Producer>{escape(producer)}</pdf:Producer><pdf:Keywords>{escape(receipt_text(plan))}</pdf:Keywords>",
        *(f"<guiju:{name}>{escape(own[name])}</guiju:{name}>" for name in names),
        _described(names),
        "</rdf:Description></rdf:RDF></x:xmpmeta>",
        _END,
    ]
    return "\n".join(lines).encode()


def _described(names: Sequence[str]) -> str:
    """The schema of our own properties."""
    each = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        f"<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{name}</pdfaProperty:description></rdf:li>"
        for name in names
    )
    return (
        '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
        f"<pdfaSchema:schema>凭据和理由</pdfaSchema:schema><pdfaSchema:namespaceURI>{SPACE}</pdfaSchema:namespaceURI>"
        f"<pdfaSchema:prefix>guiju</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>{each}</rdf:Seq></pdfaSchema:property>"
        "</rdf:li></rdf:Bag></pdfaExtension:schemas>"
    )


def reasons_in(catalog: Any) -> str | None:
    """The JSON of the reasons in the metadata a PDF's catalog names; None where there are none, or more than may be."""
    packet = root(catalog)
    found = next(said(packet, f"{{{SPACE}}}{REASONS}"), "")
    try:
        text = inflated(base64.b64decode(found, validate=True)) if found else None
        return text.decode() if text else None
    except ValueError:
        return None
