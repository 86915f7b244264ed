"""The fonts of every role as a style sheet for PDF, each preceded by its everyday part where set-up has made one.

Of every font WeasyPrint embeds the glyphs a letter uses. Out of a face of 65,000 glyphs that costs more than setting
the letter; out of the 7,500 characters of GB/T 2312 it is a fraction, and the file is smaller. `setup/fonts.py` makes
those parts; the glyphs are the font's own. Other characters come from the whole font, which stands next in the stack.
"""

from __future__ import annotations

from typing import Any

from engine.documents.fonts import STACKS, face

EVERY = "GB2312"
MARK = f" {EVERY}v2"
"""What follows the family of an everyday part; in the PDF it is called `FandolFang-GB2312v2`. Its number goes up whenever
parts are cut another way: parts of another number, lying where an older program put them, are then not found by name."""


def sheet() -> Any:
    """A style sheet that defines the stack of each role as `--仿宋` and so on."""
    from weasyprint import CSS

    return CSS(string="\n".join(f":root {{ --{role}: {_stack(stack)} }}" for role, stack in STACKS.items()))


def _stack(families: tuple[str, ...]) -> str:
    parts = [name for family in families for name in (family + MARK, family) if name == family or face(name)]
    return ", ".join(f'"{name}"' for name in parts)
