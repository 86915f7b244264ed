"""The tags of a Word layout, paragraph by paragraph: each whole, alone where it must be, and closed. What is wrong names the
paragraph and the tag; the template language itself only knows that something never ended. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from engine.base.classes import dataclass
from engine.base.problem import Cell, Problem
from engine.visible.styles import W

_TAG = re.compile(r"\{%(?P<kind>p|tr|tc|r)?(?=[\s])\s*(?P<word>\w+)(?P<rest>.*?)%\}", re.DOTALL)
_WHOLE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_PART = re.compile(r"\{\{|\{%|%\}|\}\}")
_OF_A_CELL = re.compile(r"\{%\s*(?:colspan|cellbg|vm|hm)\b.*?%\}")
"""Says something of the cell it stands in, and is taken out first."""
_ENDS = {"endfor": "for", "endif": "if"}
_HOLDERS = {"p": "一段", "tr": "表格的一行", "tc": "表格的一格"}


@dataclass(frozen=True, slots=True)
class _Tag:
    """`kind`: what disappears with it (p a paragraph, tr a row, tc a cell), "" for nothing but itself."""

    kind: str
    word: str
    shown: str
    place: Cell


def tag_problems(root: Any, file: str, label: str) -> Iterator[Problem]:
    """E621 for every tag of a part (`label`: 页眉, 脚注 …, "" for the text) that is not written as it must be."""
    tags: list[_Tag] = []
    for number, paragraph in enumerate(root.iter(f"{W}p"), 1):
        boxed = next(paragraph.iterancestors(f"{W}txbxContent"), None) is not None
        place = Cell(file, f"{label}第{number}段" + ("（文本框里）" if boxed else ""))
        text = _text(paragraph)
        yield from _whole(text, place)
        found = [_Tag(m["kind"] or "", m["word"], m.group(), place) for m in _TAG.finditer(text)]
        yield from _alone(found, text, boxed=boxed)
        inline = [tag for tag in found if not tag.kind]
        yield from _closed(inline)
        tags += [tag for tag in found if tag.kind]
    yield from _closed(tags)


def _text(paragraph: Any) -> str:
    """What stands in it, without the text boxes anchored there."""
    own = (t for t in paragraph.iter(f"{W}t") if next(t.iterancestors(f"{W}p")) is paragraph)
    return "".join(t.text or "" for t in own)


def _whole(text: str, place: Cell) -> Iterator[Problem]:
    """Braces of tags are closed in the paragraph they are opened in."""
    left = _WHOLE.sub("", text)
    if found := _PART.search(left):
        near = left[max(0, found.start() - 6) : found.end() + 14].strip()
        yield _wrong(f"标签没有写完：`{near}`", place, "一个标签从 `{{` 到 `}}`、从 `{%` 到 `%}`，写在同一段里")


def _alone(tags: Sequence[_Tag], text: str, *, boxed: bool) -> Iterator[Problem]:
    """What takes its paragraph with it stands there alone, and in no text box, where it would take the paragraph around it."""
    for tag in tags:
        if boxed and tag.kind:
            help = "文本框里只写 `{{ 字段 }}` 和同一段里的 `{% if … %}`；要逐项印的写在正文里"
            yield _wrong(f"文本框里不能写 `{tag.shown}`", tag.place, help)
        elif tag.kind == "p" and _OF_A_CELL.sub("", text).strip() != tag.shown:
            help = f"标签单独占一段；只管这一段里几个字的，写 `{{% {tag.word} … %}}`，不写 `p`"
            yield _wrong(f"`{tag.shown}` 前后还有文字，印出来时整段都会不见", tag.place, help)


def _closed(tags: Sequence[_Tag]) -> Iterator[Problem]:
    """Every for has its endfor, every if its endif, of the same kind."""
    opened: list[_Tag] = []
    for tag in tags:
        wanted = _ENDS.get(tag.word)
        if tag.word in ("for", "if"):
            opened.append(tag)
        elif tag.word in ("else", "elif") and not any(one.word == "if" for one in opened):
            yield _wrong(f"`{tag.shown}` 前面没有 `if`", tag.place, "`else`、`elif` 写在 `if` 和 `endif` 之间")
        elif wanted is not None:
            at = next((n for n in range(len(opened) - 1, -1, -1) if opened[n].word == wanted), None)
            if at is None:
                yield _wrong(f"`{tag.shown}` 前面没有 `{wanted}`", tag.place, f"删去它，或补上 `{wanted}`")
                continue
            yield from map(_unclosed, opened[at + 1 :])
            if opened[at].kind != tag.kind:
                yield _wrong(
                    f"`{opened[at].shown}` 由 `{tag.shown}` 结束，两个写得不一样", tag.place, _alike(opened[at])
                )
            del opened[at:]
    yield from map(_unclosed, opened)


def _unclosed(tag: _Tag) -> Problem:
    end = f"{{%{tag.kind} end{tag.word} %}}"
    where = f"各占{_HOLDERS[tag.kind]}" if tag.kind in _HOLDERS else "写在同一段里"
    return _wrong(f"`{tag.shown}` 没有结束", tag.place, f"在它管到的地方后面写 `{end}`，{where}")


def _alike(tag: _Tag) -> str:
    return f"写 `{{%{tag.kind} end{tag.word} %}}`"


def _wrong(message: str, place: Cell, help: str) -> Problem:
    return Problem("E621", message, place, help)
