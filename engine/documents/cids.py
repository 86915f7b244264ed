"""Makes the CIDs of an embedded font the numbers of its glyphs. Pure.

WeasyPrint writes glyph numbers into a page as CIDs. In a CID-keyed font the charset says which glyph a CID is (ISO
32000-1, 9.7.4.2), and fonts number their characters as they like: a reader that goes by it draws other glyphs, or none.
So the charset of every such font says, once it is embedded, that CID n is glyph n.
"""

from __future__ import annotations

import io
import struct
from typing import Any


def program(font: bytes) -> bytes | None:
    """A CID-keyed OpenType font as a PDF embeds it (`/CIDFontType0C`: the bare CFF), with CID = GID; None for any other
    font, whose CIDs are the numbers of its glyphs as it is."""
    data = cff(font)
    if data is None or "ROS" not in (top := top_dict(data)).rawDict:
        return None
    start, charset = top.rawDict["charset"], identity(glyphs(data, top))
    return data[:start] + charset + data[start + len(charset) :]


def cff(font: bytes) -> bytes | None:
    """The CFF program in an OpenType font; None where its outlines are TrueType's."""
    from fontTools.ttLib.sfnt import SFNTReader

    tables = SFNTReader(io.BytesIO(font))
    return bytes(tables["CFF "]) if "CFF " in tables else None


def top_dict(data: bytes) -> Any:
    """What a CFF program says of its one font: raw operands at once, an attribute when it is asked for."""
    from fontTools.cffLib import CFFFontSet

    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(data), None)
    return fonts.topDictIndex[0]


def glyphs(data: bytes, top: Any) -> int:
    """How many glyphs a program has: the first two bytes of their index, without reading it."""
    return int.from_bytes(data[(at := top.rawDict["CharStrings"]) : at + 2])


def identity(count: int) -> bytes:
    """The charset of `count` glyphs, CID n being glyph n: none of as many glyphs is shorter, so it fits over any."""
    if count <= 2:
        return struct.pack(">BH", 0, 1)[: 1 + 2 * (count - 1)]
    return struct.pack(">BHB", 1, 1, count - 2) if count <= 257 else struct.pack(">BHH", 2, 1, count - 2)
