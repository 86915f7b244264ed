"""The fonts of every role for PDF, each preceded by its everyday part, which is made once and kept (edge).

Of every font WeasyPrint embeds the glyphs a letter uses. Out of a face of 65,000 glyphs that costs more than setting
the letter; out of the 7,500 characters of GB/T 2312 it is a fraction, and the file is smaller. The glyphs are the font's
own. Other characters come from the whole font, which stands next in the stack.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from typing import Any

from engine.documents.fonts import SONG, STACKS, Face, face
from engine.policy.cache import read, write

MARK = " GB2312"
"""What follows the family of an everyday part; in the PDF it is called `FandolFang-GB2312`."""
BOLD = (SONG,)
"""Families whose bold face letters use: titles and marks."""


@cache
def characters() -> frozenset[int]:
    """The code points of GB/T 2312 and ASCII, and those official letters use beside them."""
    codes = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    found = {ord(char) for code in codes for char in code.decode("gb2312", "ignore")}
    return frozenset(found | set(range(0x20, 0x7F)) | set(map(ord, "·–—〇✓✗")))


def sheet(font_config: Any) -> Any:
    """A style sheet that defines the stack of each role as `--仿宋` and so on."""
    from weasyprint import CSS
    from weasyprint.urls import URLFetcherResponse

    parts = {f"everyday:{number}": part for number, part in enumerate(used())}
    lines = [
        f'@font-face {{ font-family: "{part.family}{MARK}"; font-weight: {weight}; src: url({url}) }}'
        for url, (part, weight) in parts.items()
    ]
    families = {part.family for part, _ in parts.values()}
    for role, stack in STACKS.items():
        named = [f'"{family}{mark}"' for family in stack for mark in (MARK, "") if not mark or family in families]
        lines.append(f":root {{ --{role}: {', '.join(named)} }}")

    def fetch(url: str) -> Any:
        return URLFetcherResponse(url, part(parts[url][0]), {"Content-Type": "font/otf"})

    return CSS(string="\n".join(lines), font_config=font_config, url_fetcher=fetch)


def used() -> Iterator[tuple[Face, int]]:
    """The installed faces letters are set in, each with its weight."""
    for family in dict.fromkeys(family for stack in STACKS.values() for family in stack):
        if (found := face(family)) is not None:
            yield found, 400
        if family in BOLD and (found := face(f"{family}:bold")) is not None:
            yield found, 700


def part(whole: Face) -> bytes:
    """The everyday part of a face, kept under what it is made from."""
    import uharfbuzz

    file = os.stat(whole.file)
    source = (whole.file, file.st_size, file.st_mtime_ns, whole.index, uharfbuzz.version_string(), sorted(characters()))
    name = f"{hashlib.sha256(repr(source).encode()).hexdigest()}.otf"
    kept = read(name)
    if kept is None:
        kept = _cut(whole)
        write(name, kept)
    return kept


def _cut(whole: Face) -> bytes:
    """The face with everyday characters alone; without features, which letters turn off."""
    import uharfbuzz

    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(characters())
    wanted.layout_feature_tag_set.clear()
    wanted.flags = uharfbuzz.SubsetFlags.NOTDEF_OUTLINE | uharfbuzz.SubsetFlags.NO_HINTING
    return bytes(uharfbuzz.subset(whole.font.face, wanted).blob.data)
