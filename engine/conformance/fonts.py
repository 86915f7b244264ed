"""The fonts a PDF carries, as far as readers may disagree about them: which glyph a CID is."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import Any

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdftypes import PDFStream, resolve1

from engine.documents.cids import cff, glyphs, identity, top_dict
from engine.visible.pdf_file import named

UNREADABLE = -1


def renumbered(document: PDFDocument) -> dict[str, int]:
    """Every embedded CID font of the file, used or not, and how many of its CIDs are not the numbers of their glyphs;
    `UNREADABLE` for a font that cannot be read."""
    found: dict[str, int] = {}
    for font in _cid_fonts(document):
        descriptor = resolve1(font.get("FontDescriptor"))
        if not isinstance(descriptor, dict):
            continue
        name = named(font.get("BaseFont"))
        count = _count(font, descriptor)
        if count is not None:
            found[name.partition("+")[2] or name] = count
    return found


def _cid_fonts(document: PDFDocument) -> Iterator[Mapping[str, Any]]:
    for number in sorted({number for table in document.xrefs for number in table.get_objids()}):
        try:
            one = document.getobj(number)
        except PDFException:
            continue
        if isinstance(one, dict) and named(one.get("Subtype")) in ("CIDFontType0", "CIDFontType2"):
            yield one


def _count(font: Mapping[str, Any], descriptor: Mapping[str, Any]) -> int | None:
    """None where the file does not carry the font."""
    from fontTools.ttLib import TTLibError

    program = next(
        (own for key in ("FontFile3", "FontFile2", "FontFile") if (own := resolve1(descriptor.get(key)))), None
    )
    if not isinstance(program, PDFStream):
        return None
    if named(font.get("Subtype")) == "CIDFontType2":
        return _mapped(resolve1(font.get("CIDToGIDMap")))
    try:
        return _charted(program.get_data())
    except (AssertionError, AttributeError, LookupError, TypeError, ValueError, TTLibError, struct.error):
        return UNREADABLE


def _mapped(table: Any) -> int:
    """The glyphs of a TrueType font are numbered by a table of two bytes for each CID; 0 is none."""
    if not isinstance(table, PDFStream):
        return 0
    data = table.get_data()
    glyphs = struct.unpack(f">{len(data) // 2}H", data[: len(data) // 2 * 2])
    return sum(glyph not in (0, cid) for cid, glyph in enumerate(glyphs))


def _charted(data: bytes) -> int:
    """Those of a CFF font by its charset, if it has CIDs at all. A charset that is not written as ours is read in full."""
    program = cff(data) if data[:4] == b"OTTO" else data
    if program is None or "ROS" not in (top := top_dict(program)).rawDict:
        return 0
    if program[top.rawDict["charset"] :].startswith(identity(glyphs(program, top))):
        return 0
    return sum(name != f"cid{at:05d}" for at, name in enumerate(top.charset) if at)
