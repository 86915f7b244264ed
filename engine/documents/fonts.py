"""The fonts letters are set in: which are installed, which characters they have, how wide these are (edge).

fontconfig answers a request for a missing font with another one, and Pango then prints boxes or Japanese forms without a
word. So every family is asked for by name, and every character of a letter is looked up before it is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.documents import fontconfig

SONG, HEI = "Noto Serif CJK SC", "Noto Sans CJK SC"
STACKS: Mapping[str, tuple[str, ...]] = {
    "仿宋": ("FandolFang", SONG),
    "楷体": ("FandolKai", SONG),
    "黑体": (HEI, SONG),
    "宋体": (SONG,),
}
"""Families by role, in the order they are tried; a layout's style sheet names the role: `var(--仿宋)`."""

_INSTALL = "执行 `apt-get install fonts-noto-cjk fontconfig`，再用 `guiju doctor` 查看"


@dataclass(frozen=True, slots=True)
class Face:
    """An installed font: its file, its number in that file, and HarfBuzz's view of it."""

    family: str
    file: str
    index: int
    font: Any

    def has(self, char: str) -> bool:
        return self.font.get_nominal_glyph(ord(char)) is not None

    def advance(self, char: str) -> float | None:
        """The width of a character in em; None without a glyph."""
        glyph = self.font.get_nominal_glyph(ord(char))
        return None if glyph is None else float(self.font.get_glyph_h_advance(glyph)) / float(self.font.face.upem)


@cache
def face(pattern: str) -> Face | None:
    """The installed font of exactly this family (`family`, or `family:bold` for its bold face), or None."""
    import uharfbuzz

    try:
        found = fontconfig.matched(pattern)
    except OSError:
        message = "查不到系统字体：没有装 fontconfig"
        raise Refused(Problem("E631", message, help=_INSTALL), exit_code=2) from None
    family = pattern.partition(":")[0]
    if found is None or family not in found[0].split(","):
        return None
    number, file = found[1] & 0xFFFF, found[2]
    try:
        font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(file), number))
    except (OSError, uharfbuzz.HarfBuzzError):
        return None
    return Face(family, file, number, font)


def faces(role: str) -> tuple[Face, ...]:
    """The installed fonts of a role; refused (E631) when there is none with Chinese."""
    found = tuple(f for family in STACKS[role] if (f := face(family)) is not None)
    if not found:
        message = f"没有可用的中文字体：需要 `{'` 或 `'.join(STACKS[role])}`"
        raise Refused(Problem("E631", message, help=_INSTALL), exit_code=2)
    return found


def missing(text: str, role: str) -> str:
    """The characters no font of the role's stack has, each once, in order; "" when all are covered."""
    stack = faces(role)
    characters = dict.fromkeys(c for c in text if not c.isspace())
    return "".join(c for c in characters if not any(f.has(c) for f in stack))


def widths(text: str, role: str) -> list[float]:
    """The advance of each character in em; 1 for a character without a glyph."""
    stack = faces(role)
    return [next((width for f in stack if (width := f.advance(c)) is not None), 1.0) for c in text]


def uncovered(texts: Iterable[tuple[str, str]]) -> list[Problem]:
    """One problem (E630) naming every character that could only be printed as a box; `texts` are (text, role)."""
    found = dict.fromkeys(c for text, role in texts for c in missing(text, role))
    if not found:
        return []
    named = "、".join(f"`{c}`（U+{ord(c):04X}）" for c in list(found)[:20])
    help = "安装含有这些字的字体，或核对是否误录"
    return [Problem("E630", f"字体中没有这些字，无法印出：{named}", help=help)]
