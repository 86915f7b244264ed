"""Lines of a body paragraph on the grid of 28 characters, flush at both edges.

WeasyPrint justifies at spaces, of which Chinese has none: a line cut short by punctuation would stay short. So lines are
broken here and each gets the spacing that fills it. Pure: widths are measured by the caller.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.base.classes import dataclass

NO_START = frozenset("、，。；：？！）》”’〕】％%…—·,.;:?!)")
NO_END = frozenset("（《“‘〔【(")
MAX_STRETCH = 0.15
MAX_SQUEEZE = 0.045
_TOKENS = re.compile(r"[0-9]+[年月日场人元个名件项分天次]|[0-9A-Za-z][0-9A-Za-z.,:/_+-]*%?|——|……|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TypesetLine:
    """A line and the extra space after each character, in em (negative: squeezed)."""

    text: str
    spacing: float


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    width: float


def composed(
    text: str, widths: Sequence[float], measure: float = 28, indent: float = 2, squeeze: float = MAX_SQUEEZE
) -> tuple[TypesetLine, ...]:
    """`text` as lines of `measure` em, the first `indent` shorter; `widths` gives each character's advance in em.

    No line starts with closing punctuation or ends with an opening mark; numbers and Latin words stay whole where they
    fit on a line; one closing mark may be drawn into a full line by squeezing it, up to `squeeze` em a character.
    """
    tokens = list(_tokens(text, widths))
    lines: list[TypesetLine] = []
    start, room = 0, measure - indent
    while start < len(tokens):
        end = _line_end(tokens, start, room, squeeze)
        lines.append(_set(tokens[start:end], room, last=end == len(tokens)))
        start, room = end, measure
    return tuple(lines)


def _tokens(text: str, widths: Sequence[float]) -> Iterator[_Token]:
    for match in _TOKENS.finditer(text):
        whole = sum(widths[match.start() : match.end()])
        if whole <= 20:
            yield _Token(match.group(), whole)
            continue
        for at in range(match.start(), match.end()):
            yield _Token(text[at], widths[at])


def _line_end(tokens: Sequence[_Token], start: int, room: float, squeeze: float) -> int:
    """Where the line that begins with token `start` ends (exclusive)."""
    end, used = start, 0.0
    while end < len(tokens) and used + tokens[end].width <= room + 1e-6:
        used += tokens[end].width
        end += 1
    if end == len(tokens):
        return end
    follows = tokens[end + 1].text if end + 1 < len(tokens) else " "
    drawn = used + tokens[end].width
    count = sum(len(token.text) for token in tokens[start : end + 1])
    squeezable = (drawn - room) / max(1, count - 1) <= squeeze
    if tokens[end].text in NO_START and follows not in NO_START and squeezable:
        return end + 1
    cut = end
    while cut > start + 1 and (tokens[cut].text in NO_START or tokens[cut - 1].text in NO_END):
        cut -= 1
    return cut if cut > start + 1 else max(end, start + 1)


def _set(tokens: Sequence[_Token], room: float, *, last: bool) -> TypesetLine:
    text = "".join(token.text for token in tokens)
    short = room - sum(token.width for token in tokens)
    spacing = short / max(1, len(text) - 1)
    if spacing > MAX_STRETCH or (last and spacing > 0):
        spacing = 0.0
    return TypesetLine(text, spacing)
