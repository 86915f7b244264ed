"""What a file shows as plain immutable data: the same whoever saved it last. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.base.canonical import Plain, digest
from engine.base.classes import dataclass

SHORT = 16
"""Hexadecimal digits by which a picture or a page is told."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a row of a table or a line of a page. `story`: 正文, 页眉, 脚注 … or a page of a PDF; `place`: what it is
    called (主送机关, 第3段), "" where nobody said. Pictures, fields and shapes stand in `text` as ⟦图 …⟧, ⟦PAGE⟧, ⟦形⟧."""

    story: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Visible:
    """`properties`: what readers show of the file itself (标题, 作者 …). `drawn`: digests of what has no text: pages and
    pictures of a PDF, the drawing of a sign. `foreign`: what no letter is issued with, in words: hidden text, revisions,
    comments, scripts. `saved`: what changes whenever a file is saved (who, when, with what), never a difference.
    `receipt`: the receipt as other programs see it; `signatures`: how many electronic signatures a PDF bears: these two
    are of the file, and not what a letter carries about itself."""

    form: str
    blocks: tuple[Block, ...]
    properties: tuple[tuple[str, str], ...]
    drawn: tuple[tuple[str, str], ...] = ()
    foreign: tuple[str, ...] = ()
    saved: tuple[tuple[str, str], ...] = ()
    receipt: tuple[tuple[str, str], ...] = ()
    signatures: int = 0

    @property
    def digest(self) -> str:
        return digest(to_plain(self))


def to_plain(visible: Visible) -> dict[str, Plain]:
    """JSON-ready: blocks by story, in order."""
    stories: list[Plain] = []
    block: list[Plain] = []
    name: str | None = None
    for one in visible.blocks:
        if one.story != name:
            name, block = one.story, []
            stories.append([name, block])
        block.append([one.place, one.text])
    found: dict[str, Plain] = {"文": stories, "属性": dict(visible.properties), "画": dict(visible.drawn)}
    found["外"] = list(visible.foreign)
    found["存"] = dict(visible.saved)
    return found


def from_plain(data: Any, form: str) -> Visible:
    """What `to_plain` wrote. ValueError for anything else."""
    try:
        blocks = tuple(Block(str(story), *_texts(one)) for story, ones in data["文"] for one in ones)
        return Visible(
            form,
            blocks,
            _pairs(data["属性"]),
            _pairs(data["画"]),
            tuple(_texts(data["外"])),
            _pairs(data["存"]),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"nothing shown: {error}") from None


def _texts(values: Sequence[Any]) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(values)
    return list(values)


def _pairs(data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(zip(map(str, data), _texts(list(data.values())), strict=True))


def together(texts: Iterable[str]) -> str:
    """`texts` joined as the cells of a row."""
    return CELL.join(texts)


CELL = " │ "
