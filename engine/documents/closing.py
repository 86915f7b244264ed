"""Where organ and date stand at the end of a letter, and several organs that sign it together; where the names stand of those who
sign a letter to a superior. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from engine.documents.typography import columns

LINE_CHARACTERS = 28
EM = 156 / LINE_CHARACTERS
"""Millimetres of one character."""
SEAL = 42.0
"""Millimetres across a seal; with a little more from one to the next none touches another."""
APART = 1.0
ROW = SEAL + APART
"""Millimetres from one row of seals to the next."""
A_ROW = 3
"""Seals side by side in 156 mm, at most."""
MOST_ROWS = 3
"""Rows of seals that leave room for some of the body on their page."""
BESIDE = 2
"""Characters free between two names side by side, at least."""


def closing_indents(organs: Sequence[str], day: str) -> tuple[float, float]:
    """Characters left free to the right of the date (4, more under a long organ) and of the last organ centred over it."""
    date_width, widest = columns(day), max(map(columns, organs))
    right = max(4.0, (widest - date_width) / 2)
    return right, max(0.0, right + (date_width - columns(organs[-1])) / 2)


def signed_rows(organs: Sequence[str], day: str) -> tuple[tuple[tuple[str, float], ...], ...]:
    """Organs that sign a letter together, in rows from the left: each with the characters from its middle to the right edge. The
    last one stands over the date, all rows on the same middles (GB/T 9704-2012, 7.3.5.1)."""
    right, _ = closing_indents(organs, day)
    last = right + columns(day) / 2
    for a_row in range(A_ROW, 0, -1):
        rows = [tuple(organs[at : at + a_row]) for at in range(0, len(organs), a_row)]
        beside = [(columns(one) + columns(other)) / 2 + BESIDE for row in rows for one, other in pairwise(row)]
        step = max([ROW / EM, *beside])
        half = max([SEAL / EM, *(columns(row[0]) for row in rows if len(row) == a_row)]) / 2
        if last + step * (a_row - 1) + half <= LINE_CHARACTERS:
            break
    return tuple(
        tuple((organ, last + step * (len(row) - 1 - place)) for place, organ in enumerate(row)) for row in rows
    )


SIGNERS_A_LINE = 2
"""Names of those who sign a letter to a superior, side by side (GB/T 9704-2012, 7.2.6)."""


def name_width(names: Sequence[str]) -> float:
    """Characters of a column of such names, with the one that is free after them."""
    return max(map(columns, names), default=0) + 1


def signer_columns(names: Sequence[str]) -> tuple[float, ...]:
    """Characters from the left edge to 签发人： and to each column of names; the last ends a character before the right edge."""
    side = min(SIGNERS_A_LINE, len(names))
    first = LINE_CHARACTERS - side * name_width(names)
    return (first - columns("签发人："), *(first + at * name_width(names) for at in range(side)))
