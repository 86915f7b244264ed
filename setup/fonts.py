"""Makes the everyday parts of the installed fonts (see engine/documents/everyday.py): python setup/fonts.py FOLDER

Each is the font cut down to GB/T 2312 and what official letters use beside it, under its own family name. Made anew every
time, the same bytes from the same fonts; fonts that are not installed are passed over.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import uharfbuzz
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.DefaultTable import DefaultTable

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine.documents.cids import program
from engine.documents.everyday import EVERY, MARK
from engine.documents.fonts import SONG, STACKS, Face, face

BOLD = f"{SONG}:bold"
"""The one bold face letters use: titles and marks."""
LEGAL = (0, 7, 13, 14)
"""Entries of the name table that are kept as they are: copyright, trademark, licence."""


def characters() -> frozenset[int]:
    """The code points of GB/T 2312 and ASCII, and those official letters use beside them."""
    codes = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    found = {ord(char) for code in codes for char in code.decode("gb2312", "ignore")}
    return frozenset(found | set(range(0x20, 0x7F)) | set(map(ord, "·–—〇✓✗")))


def used() -> Iterator[tuple[Face, str]]:
    """The installed faces letters are set in, each with the name of its style."""
    for pattern in dict.fromkeys((*(family for stack in STACKS.values() for family in stack), BOLD)):
        if (found := face(pattern)) is not None:
            yield found, "Bold" if pattern == BOLD else "Regular"


def part(whole: Face, style: str) -> bytes:
    """The everyday part of a face, without features, which letters turn off; cutting numbered its glyphs anew, and so are
    its CIDs."""
    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(characters())
    wanted.layout_feature_tag_set.clear()
    wanted.flags = uharfbuzz.SubsetFlags.NOTDEF_OUTLINE | uharfbuzz.SubsetFlags.NO_HINTING
    cut = bytes(uharfbuzz.subset(whole.font.face, wanted).blob.data)
    font = TTFont(io.BytesIO(cut), recalcTimestamp=False)
    if (numbered := program(cut)) is not None:
        font["CFF "] = DefaultTable("CFF ")
        font["CFF "].data = numbered
    family, names = whole.family + MARK, font["name"]
    names.names = [entry for entry in names.names if entry.nameID in LEGAL]
    said = {
        1: family,
        2: style,
        3: f"{family} {style}",
        4: f"{family} {style}",
        6: f"{family}-{style}".replace(" ", ""),
    }
    for number, text in said.items():
        names.setName(text, number, 3, 1, 0x409)
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def main(folder: Path) -> None:
    """Makes the parts, then removes those an older or newer program made, which this one does not use."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {f"{whole.family}{MARK}-{style}.otf".replace(" ", ""): (whole, style) for whole, style in used()}
    for name, (whole, style) in made.items():
        beside = folder / f".{name}.partial"
        beside.write_bytes(part(whole, style))
        beside.replace(folder / name)
        print(name)
    for old in folder.glob(f"*{EVERY}*.otf"):
        if old.name not in made:
            old.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
