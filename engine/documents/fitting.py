"""Fitting a text into a frame: how large, how far apart, in how many lines. Pure.

Letters are never narrowed. A text is set in one line where that is large enough; else it is broken at the edges of words
that stay whole, into two lines, then three; else into two lines of about the same length; else it is as large as the best of
these allows. Below the smallest size it is refused. What room is left in a line spreads the letters, a little.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from engine.base.classes import dataclass


@dataclass(frozen=True, slots=True)
class Frame:
    """Millimetres from the upper left corner of the trimmed sheet."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Sizing:
    """Type sizes in mm: at most `largest`, never below `smallest`; from `good` on no further line is opened. `lines` at
    most; `spread` the most room between letters, in em; `leading` from line to line, in em; `words` stay whole."""

    largest: float
    smallest: float
    good: float
    lines: int = 1
    spread: float = 0.2
    leading: float = 1.3
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fitted:
    """`size` and `spread` in mm."""

    lines: tuple[str, ...]
    size: float
    spread: float


def fit(text: str, advances: Sequence[float], frame: Frame, rule: Sizing) -> Fitted | None:
    """The text as large as the rule has it; `advances` are the widths of its characters in em. None: it would have to be
    smaller than the smallest size."""
    best: tuple[float, tuple[int, ...]] | None = None
    for cuts in _ways(text, advances, rule):
        size = _size(advances, cuts, frame, rule)
        if size >= rule.good:
            best = (size, cuts)
            break
        if best is None or size > best[0]:
            best = (size, cuts)
    if not text or best is None or best[0] < rule.smallest:
        return None
    size, cuts = best
    parts = list(_parts(len(text), cuts))
    gaps = [(frame.width - size * sum(advances[a:b])) / (b - a - 1) for a, b in parts if b - a > 1]
    spread = max(0.0, min([rule.spread * size, *gaps]))
    return Fitted(tuple(text[a:b] for a, b in parts), size, spread)


def _parts(length: int, cuts: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    yield from zip((0, *cuts), (*cuts, length), strict=True)


def _size(advances: Sequence[float], cuts: tuple[int, ...], frame: Frame, rule: Sizing) -> float:
    widest = max(sum(advances[a:b]) for a, b in _parts(len(advances), cuts))
    tall = 1 + rule.leading * len(cuts)
    return min(rule.largest, frame.width / widest if widest else rule.largest, frame.height / tall)


def _ways(text: str, advances: Sequence[float], rule: Sizing) -> Iterator[tuple[int, ...]]:
    """The ways to break the text, the first wished for first."""
    yield ()
    edges = _edges(text, rule.words)
    for lines in range(2, rule.lines + 1):
        ways = list(combinations(edges, lines - 1))
        yield from sorted(ways, key=lambda cuts: _widest(advances, cuts))
    if rule.lines > 1 and len(text) > 3:
        middle = min(range(2, len(text) - 1), key=lambda at: _widest(advances, (at,)))
        yield (middle,)


def _widest(advances: Sequence[float], cuts: tuple[int, ...]) -> float:
    return max(sum(advances[a:b]) for a, b in _parts(len(advances), cuts))


def _edges(text: str, words: Sequence[str]) -> list[int]:
    """Where a word that stays whole begins or ends inside the text."""
    found: set[int] = set()
    for word in words:
        at = text.find(word)
        if word and at >= 0:
            found |= {at, at + len(word)}
    return sorted(found - {0, len(text)})
