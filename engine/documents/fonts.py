"""The fonts PDF letters are set in: which are installed, which characters they have, how wide these are (edge).

fontconfig answers a request for a missing font with another one, and Pango then prints boxes or Japanese forms without a
word. So every family is asked for by name, and every character of a letter is looked up before it is written.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from engine.base.problem import Problem, Refused

SONG, HEI = "Noto Serif CJK SC", "Noto Sans CJK SC"
STACKS: Mapping[str, tuple[str, ...]] = {
    "仿宋": ("FandolFang", SONG),
    "楷体": ("FandolKai", SONG),
    "黑体": (HEI, SONG),
    "宋体": (SONG,),
}
"""Families by role, in the order they are tried; templates/official.css names the same."""

_INSTALL = "执行 `apt-get install fonts-noto-cjk fontconfig`，再用 `guiju doctor` 查看"


@dataclass(frozen=True, slots=True)
class Face:
    """An installed font: the advance width of each character it has, in em."""

    family: str
    file: str
    advances: Mapping[int, float]


@cache
def face(family: str) -> Face | None:
    """The installed font of exactly this family, or None."""
    from fontTools.ttLib import TTFont, TTLibError

    command = ["fc-match", "-f", "%{family}|%{index}|%{file}", family]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        message = "查不到系统字体：没有 `fc-match` 命令"
        raise Refused(Problem("E631", message, help=_INSTALL), exit_code=2) from None
    names, index, file = answer.split("|", 2)
    if family not in names.split(","):
        return None
    try:
        with TTFont(file, lazy=True, fontNumber=int(index) & 0xFFFF) as font:
            characters, metrics = font.getBestCmap(), font["hmtx"].metrics
            units = font["head"].unitsPerEm
            advances = {code: metrics[glyph][0] / units for code, glyph in characters.items()}
    except (OSError, TTLibError, KeyError):
        return None
    return Face(family, file, advances)


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
    return "".join(c for c in characters if not any(ord(c) in f.advances for f in stack))


def widths(text: str, role: str) -> list[float]:
    """The advance of each character in em; 1 for a character without a glyph."""
    stack = faces(role)
    return [next((f.advances[ord(c)] for f in stack if ord(c) in f.advances), 1.0) for c in text]


def uncovered(texts: Iterable[tuple[str, str]]) -> list[Problem]:
    """One problem (E630) naming every character that could only be printed as a box; `texts` are (text, role)."""
    found = dict.fromkeys(c for text, role in texts for c in missing(text, role))
    if not found:
        return []
    named = "、".join(f"`{c}`（U+{ord(c):04X}）" for c in list(found)[:20])
    help = "安装含有这些字的字体，或核对是否误录"
    return [Problem("E630", f"字体中没有这些字，无法印出：{named}", help=help)]
