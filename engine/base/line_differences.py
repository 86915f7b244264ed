"""In what two sets of text files differ, line by line. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from engine.base.text import clip

MOST = 10
"""Lines that are told one by one."""
COLUMNS = 48
"""Columns of a line that are shown."""


def lines_differing(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[str]:
    """`参数.yaml 第12行（12场 → 10场）`: each line that differs, with its number now, or before where it is gone."""
    found = [line for name in sorted({*before, *after}) for line in _file(name, before.get(name), after.get(name))]
    return found[:MOST] + ([f"等 {len(found)} 处"] if len(found) > MOST else [])


def _file(name: str, old: bytes | None, new: bytes | None) -> Iterator[str]:
    if old is None or new is None:
        yield f"{name}（{'新增' if old is None else '已删'}）"
        return
    if old == new:
        return
    try:
        lines = old.decode().splitlines(), new.decode().splitlines()
    except UnicodeDecodeError:
        yield name
        return
    told = False
    for kind, first, end, start, stop in SequenceMatcher(None, *lines, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        told = True
        for place in range(max(end - first, stop - start)):
            was = lines[0][first + place] if first + place < end else ""
            now = lines[1][start + place] if start + place < stop else ""
            number = start + place + 1 if start + place < stop else first + place + 1
            yield f"{name} 第{number}行（{_shown(was)} → {_shown(now)}）"
    if not told:
        yield f"{name}（换行）"


def _shown(line: str) -> str:
    return clip(line.strip(), COLUMNS) or "没有"
