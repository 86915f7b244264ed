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
from engine.documents.trace import packed
from engine.visible.model import Visible
from engine.visible.packet import inflated, root

SPACE = "urn:guiju:receipt:1"
REASONS = "理由"
_SPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "guiju": SPACE,
}
_BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
_END = '<?xpacket end="r"?>'


def packet(plan: DocumentPlan, shown: Visible | None = None) -> bytes:
    """The packet of a letter, the same for the same plan. `shown`: what its pages show, None as long as nobody has looked."""
    reasons = base64.b64encode(zlib.compress(packed(plan, shown).encode(), 9)).decode()
    own = {**receipt_of(plan), REASONS: reasons}
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
    packet = root(catalog)
    found = packet.findtext(f".//{{{SPACE}}}{REASONS}") if packet is not None else None
    try:
        text = inflated(base64.b64decode(found, validate=True)) if found else None
        return text.decode() if text else None
    except ValueError:
        return None
