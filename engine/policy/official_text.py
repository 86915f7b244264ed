"""The wording of a regulation, provision by provision: what its lines belong to, which of them the rules list, and in what
two texts differ. Pure.

Numbering follows the drafting rules of Chinese norms (立法技术规范): 章, 节, 条 by 第…; 款 by paragraph; 项 by （一）; 目 by 1.;
an annex by 一、（一）1.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

from engine.base.classes import dataclass
from engine.base.text import chinese, numeral
from engine.policy.citations import covered

_NUMERAL = "[零〇一二三四五六七八九十百]+"
HEADING = re.compile(rf"第({_NUMERAL})([章节])(?=[\s　]|$)")
ARTICLE = re.compile(rf"第({_NUMERAL})条(之{_NUMERAL})?(?=[\s　])")
SECTION = re.compile(r"([一二三四五六七八九十]{1,3})、")
ITEM = re.compile(r"（([一二三四五六七八九十]{1,3})）")
POINT = re.compile(r"([0-9]{1,2})[.．、](?![0-9])")
_NEARLY = (
    (re.compile(r"第[0-9]+条"), "条号写成了阿拉伯数字"),
    (re.compile(r"[(（][一二三四五六七八九十]{1,3}[)）]"), "项号的括号不是全角的一对"),
)
"""What is meant as a number and is none."""
_PARAGRAPH = re.compile(rf"第{_NUMERAL}款")
_ANNEX = re.compile(rf"附件[\s　]*([0-9]{{1,2}}|{_NUMERAL})?[\s　]*")
_LOOSE = re.compile(r"附件[\s　]*[0-9]*[:：].*|[-—－ ]*[0-9]{1,3}[-—－ ]*|（此页无正文）")
"""Lines of no provision: the list of annexes at the end, a page's number, what a drafting tool leaves."""
LEFTOVER = re.compile(r"\[[a-z]+: [^\]]*\]")
"""What a converter writes in the place of a picture or a bookmark."""

Fate = Literal["新增", "删去", "改文字", "改编号", "改编号和文字"]
SAME_PROVISION = 0.6
"""How alike two wordings are that are taken for one provision with another number (share of characters in common)."""
STILL_ALIKE = 0.3
"""The same under one number: a wording changed beyond this is one taken away and another put in."""


@dataclass(frozen=True, slots=True)
class WordedClause:
    """One provision: how it is cited, its own lines, and the first of them in the file, from 1. `also`: other ways of citing
    it (an item by its paragraph)."""

    citation: str
    text: str
    line: int
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OfficialText:
    """`loose`: the lines, by their number, that belong to no provision: title, headings, list of annexes; `odd`: where, and
    why, the numbering cannot be relied on: a number that comes twice is no name for either provision."""

    clauses: tuple[WordedClause, ...]
    loose: tuple[tuple[int, str], ...]
    odd: tuple[tuple[int, str], ...] = ()

    def wording(self, citation: str) -> str:
        """The words of a provision with everything below it; "" where the text has none."""
        found = [c for c in self.clauses if _within(citation, c)]
        return "\n".join(c.text for c in found)

    def cited(self) -> frozenset[str]:
        """Every citation that leads into the text, those of whole articles included."""
        return frozenset(above for c in self.clauses for one in (c.citation, *c.also) for above in chain(one))


@dataclass(frozen=True, slots=True)
class Unmatched:
    """`unlisted`: provisions of the text that the rules do not list; `absent`: what they list and the text has not."""

    unlisted: tuple[WordedClause, ...]
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reworded:
    """One provision that two texts have differently; `old` and `new` as far as there is one."""

    change: Fate
    old: WordedClause | None
    new: WordedClause | None


def parse_official(text: str) -> OfficialText:
    """The provisions of a text, in its order; every line with words is in one of them or among the loose."""
    reader = _Reader()
    for number, line in enumerate(text.splitlines(), 1):
        said = LEFTOVER.sub("", line).strip(" \t　\ufeff")
        if said:
            reader.take(number, said)
    return OfficialText(tuple(reader.clauses()), tuple(reader.loose), tuple(reader.odd))


class _Reader:
    """Where in the numbering the lines have come to."""

    def __init__(self) -> None:
        self.found: dict[str, list[tuple[int, str]]] = {}
        self.loose: list[tuple[int, str]] = []
        self.odd: list[tuple[int, str]] = []
        self.last = 0
        """The number of the last article, here or in the annex."""
        self.article = self.annex = self.paragraph = self.section = self.item = ""
        self.paragraphs: dict[str, int] = {}
        """Article -> paragraphs so far."""

    def take(self, number: int, said: str) -> None:
        annex = _ANNEX.fullmatch(said)
        if annex is not None:
            self.article = self.paragraph = self.section = self.item = ""
            self.last = 0
            self.annex = f"附件{annex[1] or ''}"
            self.loose.append((number, said))
        elif _LOOSE.fullmatch(said) or HEADING.match(said):
            self.loose.append((number, said))
        elif (article := ARTICLE.match(said)) is not None:
            self._article(number, said, article)
        elif self.article:
            self._in_article(number, said)
        elif self.annex:
            self._in_annex(number, said)
        else:
            self.loose.append((number, said))

    def _article(self, number: int, said: str, found: re.Match[str]) -> None:
        before, self.article = self.article, f"{self.annex}第{found[1]}条{found[2] or ''}"
        self.section = self.item = ""
        value = numeral(found[1]) or 0
        if self.article in self.paragraphs:
            self.odd.append((number, f"`{self.article}` 有两处"))
        elif value < self.last or (value == self.last and not found[2]):
            self.odd.append((number, f"`{self.article}` 在 `{before}` 之后"))
        self.last = value
        self._paragraph(number, said)

    def _nearly(self, number: int, said: str) -> None:
        """A line that is hardly meant as one more paragraph."""
        self.odd += [(number, f"{why}：`{said[:12]}`") for pattern, why in _NEARLY if pattern.match(said)]
        begins = re.match(rf"第({_NUMERAL})条", said)
        if begins is not None and numeral(begins[1]) == self.last + 1:
            self.odd.append((number, f"条号后面没有空格：`{said[:12]}`"))

    def _paragraph(self, number: int, said: str) -> None:
        """A paragraph of the article begins."""
        count = self.paragraphs[self.article] = self.paragraphs.get(self.article, 0) + 1
        self.paragraph, self.item = f"第{chinese(count)}款", ""
        self._begin(self.article + self.paragraph, number, said)

    def _in_article(self, number: int, said: str) -> None:
        if (item := ITEM.match(said)) is not None:
            self.item = f"第（{item[1]}）项"
            self._begin(self.article + self.paragraph + self.item, number, said)
        elif self.item and (point := POINT.match(said)) is not None:
            self._begin(f"{self.article}{self.paragraph}{self.item}第{point[1]}目", number, said)
        else:
            self._nearly(number, said)
            self._paragraph(number, said)

    def _in_annex(self, number: int, said: str) -> None:
        """一、 begins a section, （一） an item, 1. a point; what follows belongs to the last that began."""
        if (section := SECTION.match(said)) is not None:
            self.section, self.item, self.paragraph = f"第{section[1]}", "", ""
        elif self.section and (item := ITEM.match(said)) is not None:
            self.item, self.paragraph = f"（{item[1]}）", ""
        elif self.section and (point := POINT.match(said)) is not None:
            self.paragraph = point[1]
        elif not self.section:
            self.loose.append((number, said))
            return
        else:
            self.found[self.annex + self.section + self.item + self.paragraph].append((number, said))
            return
        self._begin(self.annex + self.section + self.item + self.paragraph, number, said)

    def _begin(self, citation: str, number: int, said: str) -> None:
        if citation in self.found:
            self.odd.append((number, f"`{citation}` 有两处"))
        self.found.setdefault(citation, []).append((number, said))

    def clauses(self) -> Iterator[WordedClause]:
        """An article of one paragraph is cited without it; so are items that are their article's only ones."""
        items = [_PARAGRAPH.sub("", one) for one in self.found]
        for citation, lines in self.found.items():
            short = _PARAGRAPH.sub("", citation)
            article = "".join(chain(short)[:1]) if not short.startswith("附件") else "".join(chain(short)[1:2])
            alone = self.paragraphs.get(article, 0) == 1 if short == article else items.count(short) == 1
            names = (short, citation) if alone else (citation,)
            text = "\n".join(said for _, said in lines)
            yield WordedClause(names[0], text, lines[0][0], tuple(n for n in names[1:] if n != names[0]))


_PARTS = re.compile(
    rf"附件(?:[0-9]+|{_NUMERAL}(?=第))?|第{_NUMERAL}条(?:之{_NUMERAL})?|第{_NUMERAL}款|第（{_NUMERAL}）项|第[0-9]+目|第{_NUMERAL}|（{_NUMERAL}）|[0-9]+"
)


def chain(citation: str) -> list[str]:
    """A citation and everything it lies in: 第七条第（六）项 in 第七条."""
    found = [""]
    for part in _PARTS.finditer(citation):
        found.append(found[-1] + part.group())
    return found[1:] if found[-1] == citation else [citation]


def _within(citation: str, clause: WordedClause) -> bool:
    return any(citation in chain(one) for one in (clause.citation, *clause.also))


def unmatched(text: OfficialText, listed: Collection[str]) -> Unmatched:
    """Provisions and citations that have no counterpart. A provision is listed by itself, by what it lies in, or, where it only
    leads up to others, by all of them."""
    there = {one for citation in listed for one in covered(citation)}
    unlisted = [c for c in text.clauses if not any(_within(one, c) for one in there)]
    listed_ones = [one for c in text.clauses if c not in unlisted for one in (c.citation, *c.also)]
    parents = {above for one in listed_ones for above in chain(one)[:-1]}
    known = text.cited()
    absent = [citation for citation in listed if not all(one in known for one in covered(citation))]
    return Unmatched(tuple(c for c in unlisted if c.citation not in parents), tuple(absent))


def reworded(old: OfficialText, new: OfficialText) -> list[Reworded]:
    """In what two texts differ, in the order of the new one; what was taken away stands where it had stood."""
    pairs = _paired(old.clauses, new.clauses)
    came_to = dict(pairs)
    stays = set(came_to.values())
    found: list[tuple[int, Reworded]] = []
    last = -1
    for at, clause in enumerate(old.clauses):
        if at in came_to:
            last = came_to[at]
            change = _change(clause, new.clauses[last])
            found += [(last, Reworded(change, clause, new.clauses[last]))] if change else []
        else:
            found.append((last, Reworded("删去", clause, None)))
    found += [(at, Reworded("新增", None, clause)) for at, clause in enumerate(new.clauses) if at not in stays]
    return [one for _, one in sorted(found, key=lambda item: item[0])]


def _paired(old: Sequence[WordedClause], new: Sequence[WordedClause]) -> list[tuple[int, int]]:
    """Places of the provisions that are one and the same in both texts: first those with the same words, under the same
    number if they can, then the most alike."""
    left = {at: bare(c) for at, c in enumerate(old)}
    right = {at: bare(c) for at, c in enumerate(new)}
    pairs: list[tuple[int, int]] = []
    for numbered in (True, False):
        for at, said in list(left.items()):
            same = (to for to, words in right.items() if words == said)
            to = next((to for to in same if not numbered or old[at].citation == new[to].citation), None)
            if to is not None:
                pairs.append((at, to))
                del left[at], right[to]
    alike = sorted((-how, at, to) for at in left for to in right if (how := _alike(old[at], new[to])))
    for _, at, to in alike:
        if at in left and to in right:
            pairs.append((at, to))
            del left[at], right[to]
    return pairs


def _alike(a: WordedClause, b: WordedClause) -> float:
    """How alike two wordings are; 0 where they are not one provision. The same number speaks for it."""
    same = a.citation == b.citation
    least = STILL_ALIKE if same else SAME_PROVISION
    matcher = SequenceMatcher(None, bare(a), bare(b), autojunk=False)
    how = matcher.ratio() if matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least else 0.0
    return how + same if how >= least else 0.0


def bare(clause: WordedClause) -> str:
    """The words without the number that they begin with."""
    for pattern in (ARTICLE, SECTION, ITEM, POINT):
        if (found := pattern.match(clause.text)) is not None:
            return clause.text[found.end() :].strip(" 　")
    return clause.text


def _change(a: WordedClause, b: WordedClause) -> Fate | None:
    moved, said = a.citation != b.citation, bare(a) != bare(b)
    return ("改编号和文字" if moved else "改文字") if said else "改编号" if moved else None
