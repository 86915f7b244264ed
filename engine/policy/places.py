"""From offsets in decoded YAML scalars back to places in the file. Computed only when an error needs it."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache, reduce

from engine.base.classes import dataclass
from engine.base.problem import Span

IN_SHEET = re.compile(r"(?:(.*)!)?([A-Z]{1,3})([1-9][0-9]*)\t", re.ASCII)
"""What a line of a workbook's text begins with: the sheet, the column and the row of the cell whose content follows."""
FAULT = "\x01"
"""Stands before what is wrong with a cell of a workbook, and again before what to do; no cell that is read has it."""

_ESCAPE_DIGITS = {"x": 2, "u": 4, "U": 8}


@dataclass(frozen=True, eq=False)
class SourceText:
    """The text of one file, shared by its nodes. Compared by identity."""

    file: str
    text: str

    def span(self, start: int, end: int) -> Span:
        """The span of the characters [start, end)."""
        starts = _line_starts(self)
        line = bisect_right(starts, start)
        same = start <= end and (line == len(starts) or end < starts[line])
        end_line = line if same else bisect_right(starts, end)
        return Span(self.file, line, start - starts[line - 1] + 1, end_line, end - starts[end_line - 1] + 1)

    def trimmed(self, start: int, end: int) -> int:
        """`end` moved back over blanks and whole-line comments, for block nodes whose end mark is the next token."""
        text = self.text
        while end > start:
            while end > start and text[end - 1] in " \t\n":
                end -= 1
            line = text.rfind("\n", 0, end) + 1
            if line <= start or not text[line:end].lstrip(" \t").startswith("#"):
                return end
            end = line
        return end


class SheetText(SourceText):
    """The text of a workbook, a cell a line (`IN_SHEET`); its places are cells."""

    def span(self, start: int, end: int) -> Span:
        """The cell that the characters from `start` on stand in."""
        first = self.text.rfind("\n", 0, start) + 1
        found = IN_SHEET.match(self.text, first)
        if found is None:
            return super().span(start, end)
        row, column = int(found[3]), reduce(lambda number, letter: number * 26 + ord(letter) - 64, found[2], 0)
        return Span(self.file, row, column, row, column + 1, found[0].rstrip("\t"))


@lru_cache(maxsize=32)
def _line_starts(source: SourceText) -> tuple[int, ...]:
    starts, at = [0], source.text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = source.text.find("\n", at + 1)
    return tuple(starts)


@lru_cache(maxsize=64)
def positions(
    source: SourceText, start: int, end: int, style: str, decoded: str
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """For each character of `decoded` the source index where it starts and where it ends, plus one closing entry.

    Exact for every character of plain, single-quoted and literal scalars and for every non-blank one of the others;
    a blank made by folding points at the line end it came from.
    """
    text = source.text
    if style == "literal":
        starts, ends = _literal(text, start, end)
    elif style == "double":
        starts, ends = _double(text, start + 1, end - 1)
    elif style == "folded":
        starts, ends = _aligned(decoded, text, text.find("\n", start) + 1 or end, end)
    else:
        quoted = style == "single"
        starts, ends = _folded(text, start + quoted, end - quoted, quotes=quoted)
    last = ends[-1] if ends else start
    return (*starts, last), (*ends, last)


def _aligned(decoded: str, text: str, at: int, end: int) -> tuple[list[int], list[int]]:
    """A folded block changes blanks only, so its other characters follow one another as in the file."""
    starts: list[int] = []
    for char in decoded:
        if char in " \n":
            starts.append(min(at, end - 1))
            at += at < end and text[at] in " \n"
            continue
        while at < end and text[at] != char:
            at += 1
        starts.append(min(at, end - 1))
        at += 1
    return starts, [index + 1 for index in starts]


def _literal(text: str, start: int, end: int) -> tuple[list[int], list[int]]:
    header_end = text.find("\n", start)
    if not 0 <= header_end < end:
        return [], []
    at = header_end + 1
    first = next((line for line in text[at:end].split("\n") if line.strip(" ")), "")
    indent = len(first) - len(first.lstrip(" "))
    digits = [c for c in text[start:header_end].split("#")[0] if c.isdigit()]
    if digits:  # an explicit indentation indicator counts from the parent, which the first line's key line shows
        line_start = text.rfind("\n", 0, start) + 1
        parent = len(text[line_start:start]) - len(text[line_start:start].lstrip(" -"))
        indent = min(indent, parent + int(digits[0]))
    out: list[int] = []
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        out += range(min(at + indent, stop), min(stop + 1, end))
        at = stop + 1
    return out, [index + 1 for index in out]


def _folded(text: str, at: int, end: int, *, quotes: bool) -> tuple[list[int], list[int]]:
    """Runs of non-blank characters map one to one; runs of blanks with a line feed in them fold."""
    starts: list[int] = []
    ends: list[int] = []
    while at < end:
        if text[at] in " \t\n":
            run = at
            while run < end and text[run] in " \t\n":
                run += 1
            feeds = [i for i in range(at, run) if text[i] == "\n"]
            kept = list(range(at, run)) if not feeds else feeds[:1] if len(feeds) == 1 else feeds[1:]
            starts += kept
            ends += [i + 1 for i in kept]
            at = run
            continue
        step = 2 if quotes and text.startswith("''", at) else 1
        starts.append(at)
        ends.append(at + step)
        at += step
    return starts, ends


def _double(text: str, at: int, end: int) -> tuple[list[int], list[int]]:
    starts: list[int] = []
    ends: list[int] = []
    while at < end:
        if text[at] == "\\":
            if text[at + 1 : at + 2] == "\n":  # an escaped line end and the indent after it make nothing
                at += 2
                while at < end and text[at] in " \t":
                    at += 1
                continue
            step = 2 + _ESCAPE_DIGITS.get(text[at + 1], 0)
            starts.append(at)
            ends.append(at + step)
            at += step
            continue
        stop = at
        while stop < end and text[stop] != "\\":
            stop += 1
        more, more_ends = _folded(text, at, stop, quotes=False)
        starts += more
        ends += more_ends
        at = stop
    return starts, ends
