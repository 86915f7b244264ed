"""In what a file as it is and the same file as it was issued differ, each difference named. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from engine.base.classes import dataclass
from engine.visible.model import CELL, Block, Visible

ALTERED, ADDED, REMOVED, MOVED = "改了", "多出", "没有了", "移了位置"
ALIKE = 0.5
"""How much of two texts must be the same for one to be the other, altered."""
MANY = 5000
"""Blocks from which on it is no longer looked for what became of each, if they are twice as many as there were."""
MOST = 400
"""Characters of a text that are quoted."""
_SENTENCE = re.compile(rf"[^。；！？\n]*[。；！？\n]?(?:{re.escape(CELL)})?")
_MARK = re.compile("⟦[^⟦⟧]*⟧")
_PICTURE = re.compile("⟦图 ([0-9a-f]+|没有)([^⟦⟧]*)⟧")


@dataclass(frozen=True, slots=True)
class Difference:
    """`what` happened to `place`: 改了 多出 没有了 移了位置; `before` and `after` are texts, "" for none."""

    what: str
    place: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        if self.what == ADDED:
            return f"多出{self.place}：“{_cut(self.after)}”" if self.after else f"多出{self.place}"
        if self.what == ALTERED and (self.before or self.after):
            return f"{self.place}改了：“{_cut(self.before)}” → “{_cut(self.after)}”"
        return f"{self.place}{self.what}" + (f"：“{_cut(self.before)}”" if self.before else "")


def differences(issued: Visible, now: Visible) -> tuple[Difference, ...]:
    """Everything that a reader of the two could see or be told otherwise; none where they show the same."""
    texts = list(_texts(issued, now))
    touched = {pages for _, pages in texts}
    found = [difference for difference, _ in texts]
    found += _named("属性", dict(issued.properties), dict(now.properties))
    found += _drawn(dict(issued.drawn), dict(now.drawn), {story for stories in touched for story in stories})
    extra = Counter(now.foreign) - Counter(issued.foreign)
    found += [Difference(ADDED, text) for text in extra.elements()]
    return tuple(found)


def resaved(issued: Visible, now: Visible) -> str:
    """How one sees that the file was saved again since: `保存者 …`; "" where one does not."""
    before, after = dict(issued.saved), dict(now.saved)
    changed = [name for name in (*before, *after) if before.get(name) != after.get(name)]
    told = [f"{name} {after[name]}" for name in dict.fromkeys(changed) if after.get(name) and name != PARTS]
    return "、".join(told) or (PARTS if changed else "")


PARTS = "部件"
"""The digest of a package's parts, among what changes when it is saved."""


# ---- texts ----

StoryDifference = tuple[Difference, tuple[str, ...]]
"""A difference and the stories it is in."""


def _texts(issued: Visible, now: Visible) -> Iterator[StoryDifference]:
    if len(now.blocks) > MANY and len(now.blocks) > 2 * len(issued.blocks):
        yield Difference(ADDED, f"大量文字：{len(now.blocks)} 段，出具时 {len(issued.blocks)} 段"), ()
        return
    paged = now.form == "pdf"  # lines that move on to the next page are the same lines
    before, after = ([("" if paged else b.story, b.text) for b in one.blocks] for one in (issued, now))
    removed: dict[int, Block] = {}
    added: dict[int, Block] = {}
    altered: list[tuple[int, int]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        pairs = list(_pairs(issued.blocks[i1:i2], now.blocks[j1:j2]))
        altered += [(i1 + i, j1 + j) for i, j in pairs]
        removed |= {i: issued.blocks[i] for i in range(i1, i2) if i - i1 not in {i for i, _ in pairs}}
        added |= {j: now.blocks[j] for j in range(j1, j2) if j - j1 not in {j for _, j in pairs}}
    places = {j: i for i, j in _aligned(before, after)} | {j: i for i, j in altered}
    moved = {i: j for i, b in removed.items() for j, c in added.items() if b.text == c.text}
    gone = set(moved.values())
    for i, j in altered:
        old, new = issued.blocks[i], now.blocks[j]
        for difference in _altered(place_of(old), old.text, new.text):
            yield difference, (old.story, new.story)
    for i, old in removed.items():
        if i in moved:
            yield Difference(MOVED, place_of(old), old.text), (old.story, now.blocks[moved[i]].story)
        else:
            yield Difference(REMOVED, place_of(old), old.text), (old.story,)
    for j, new in added.items():
        if j not in gone:
            yield Difference(ADDED, _where(issued.blocks, places, j, new), "", new.text), (new.story,)


def _aligned(before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> Iterator[tuple[int, int]]:
    for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        yield from ((block.a + n, block.b + n) for n in range(block.size))


def _pairs(before: Sequence[Block], after: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """Which became which, in order."""
    start = 0
    for i, old in enumerate(before):
        rest = range(start, len(after))
        best = next((j for j in rest if old.story == after[j].story and _alike(old.text, after[j].text)), None)
        if best is None and len(before) == len(after) and len(after[i].text) < 2 * len(old.text) + 10:
            best = i if i >= start and old.place and not old.place.startswith("第") else None
        if best is not None:
            yield i, best
            start = best + 1


def _alike(before: str, after: str) -> bool:
    if min(len(before), len(after)) > 2 and (before in after or after in before):
        return True
    if 4 * min(len(before), len(after)) < max(len(before), len(after)):
        return False
    if min(len(before), len(after)) > 2000:
        return before[:500] == after[:500] or before[-500:] == after[-500:]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _where(blocks: Sequence[Block], places: Mapping[int, int], at: int, new: Block) -> str:
    """`一段（第5段之后）`."""
    before = next((places[j] for j in range(at - 1, -1, -1) if j in places), None)
    what = "一行" if CELL in new.text else "一段"
    if before is None:
        return f"{what}（{new.story}开头）"
    return f"{what}（{place_of(blocks[before])}之后）"


def place_of(block: Block) -> str:
    """What a block is called: its place, or the story it is in."""
    if not block.place:
        return f"{block.story}中的一段" if block.story == "正文" else block.story
    return block.place if block.story == "正文" else f"{block.story}{block.place}"


def _altered(place: str, before: str, after: str) -> Iterator[Difference]:
    """A text that became another, sentence by sentence; where only a picture or a shape is another, that."""
    if _MARK.sub("", before) == _MARK.sub("", after):
        yield from _marks(place, before, after)
        return
    old, new = (_SENTENCE.findall(text)[:-1] or [text] for text in (before, after))
    if len(old) + len(new) > MANY:
        old, new = [before], [after]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        was, became = ("".join(part).strip("\n") for part in (old[i1:i2], new[j1:j2]))
        if not became:
            yield Difference(REMOVED, f"{place}的一句", was)
        elif not was:
            yield Difference(ADDED, f"一句（{place}）", "", became)
        else:
            yield Difference(ALTERED, place, was, became)


def _marks(place: str, before: str, after: str) -> Iterator[Difference]:
    old, new = Counter(_MARK.findall(before)), Counter(_MARK.findall(after))
    lost, gained = list((old - new).elements()), list((new - old).elements())
    for was, became in zip(lost, gained, strict=False):
        one, other = _PICTURE.fullmatch(was), _PICTURE.fullmatch(became)
        if one and other and one[1] != other[1]:
            yield Difference("换了", f"{place}的图", one[2].strip())
        else:
            yield Difference(ALTERED, place, _told(was), _told(became))
    yield from (Difference(REMOVED, f"{place}的{_told(mark)}") for mark in lost[len(gained) :])
    yield from (Difference(ADDED, f"{place}的{_told(mark)}") for mark in gained[len(lost) :])
    if not lost and not gained:
        yield Difference(MOVED, f"{place}的图或域")


def _told(mark: str) -> str:
    picture = _PICTURE.fullmatch(mark)
    return f"图{picture[2]}" if picture else mark.strip("⟦⟧")


# ---- what is no text ----


def _named(kind: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Difference]:
    for name in dict.fromkeys((*before, *after)):
        if before.get(name, "") != after.get(name, ""):
            yield Difference(ALTERED, f"{kind}“{name}”", before.get(name, "（没有）"), after.get(name, "（没有）"))


def named(kind: str, before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Difference, ...]:
    """Values under the same names that differ."""
    return tuple(_named(kind, before, after))


def _drawn(before: Mapping[str, str], after: Mapping[str, str], touched: set[str]) -> Iterator[Difference]:
    """Pages and pictures. Where the text of a page is told to differ, what draws the text need not be told too."""
    pages = [{name.split(" ")[0] for name in one if name.startswith("第")} for one in (before, after)]
    yield from (Difference(REMOVED, page) for page in sorted(pages[0] - pages[1]))
    yield from (Difference(ADDED, page) for page in sorted(pages[1] - pages[0]))
    for name in dict.fromkeys((*before, *after)):
        page, _, part = name.partition(" ")
        if before.get(name) == after.get(name) or page in pages[0] ^ pages[1]:
            continue
        if part.startswith(("图", "批注")):
            what = "换了" if name in before and name in after else REMOVED if name in before else ADDED
            yield Difference(what, f"{page}的{part}")
        elif page == "图样":
            yield Difference(ALTERED, "图样（线条、字形或颜色）")
        elif page not in pages[0]:
            yield Difference(ALTERED if name in before else ADDED, f"文件的 {part}")
        elif page not in touched:
            yield Difference(ALTERED, f"{page}{_DRAWING.get(part, part)}")


_DRAWING = {"内容": "画的内容（线条、位置、颜色，或盖在上面的东西）", "字体和颜色": "用的字体或颜色", "页面": "的大小"}


def _cut(text: str) -> str:
    shown = " ".join(text.replace("\n", "").split())
    return shown if len(shown) <= MOST else shown[:MOST] + "…"
