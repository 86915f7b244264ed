"""Helpers of the points a .docx is held to: lengths, and rules over every paragraph, run or section."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from engine.conformance.word import MOST, WordFile, WordParagraph, WordRun
from engine.documents import text_points as t
from engine.documents.text_points import quoted

CHARACTER = 315.9
LINE = 579
LINES_A_PAGE = range(22, 27)
"""How many lines 版心 may hold."""
RED = "FF0000"
EAST_ASIAN = {
    *("方正小标宋简体", "方正小标宋_GBK", "小标宋体", "仿宋_GB2312", "仿宋", "方正仿宋_GBK", "楷体_GB2312", "楷体"),
    *("方正楷体_GBK", "黑体", "方正黑体_GBK", "宋体", "方正书宋_GBK"),
}
"""Parts set in 3号."""
FANGSONG = (t.ADDRESSEE, t.BODY, t.LEVELS[2], t.LEVELS[3], t.ANNEX, t.ORGAN, t.JOINT, t.DAY, t.NOTE)
FLOWING = (t.BODY, *t.LEVELS, t.NOTE)

WordCheck = Callable[[WordFile], "Iterable[str] | None"]


def mm(twips: float) -> float:
    """Twips, of which an inch has 1440, in mm."""
    return twips * 25.4 / 1440


def near(value: float, wanted: float, within: float) -> bool:
    """Whether two lengths are the same but for `within`."""
    return abs(value - wanted) <= within


def number(text: str | None) -> float:
    """An attribute as a number; absent or odd is 0, as Word takes it."""
    try:
        value = float(text or 0)
    except ValueError:
        return 0.0
    return value if abs(value) < MOST else 0.0


def characters(p: WordParagraph, side: str) -> float:
    """An indent in characters of the grid: the one in characters goes before the one in twips."""
    chars = p.shape.indent.get(f"{side}Chars")
    return number(chars) / 100 if chars is not None else number(p.shape.indent.get(side)) / CHARACTER


def lines(p: WordParagraph, side: str) -> float:
    """Space before or after in lines of the grid."""
    given = p.shape.spacing.get(f"{side}Lines")
    return number(given) / 100 if given is not None else number(p.shape.spacing.get(side)) / LINE


# ---- builders: most points say one thing of every paragraph or run of some parts ----


def each(roles: Sequence[str], wrong: Callable[[WordParagraph], str]) -> WordCheck:
    """Every paragraph of these parts; `wrong` says what is amiss or ""."""

    def check(word: WordFile) -> Iterator[str] | None:
        found = word.having(*roles)
        return (f"{quoted(p.text)}{said}" for p in found if (said := wrong(p))) if found else None

    return check


def runs(roles: Sequence[str], wrong: Callable[[WordRun], str]) -> WordCheck:
    """Every run with text in these parts (all parts and footers for ())."""

    def check(word: WordFile) -> Iterator[str] | None:
        paragraphs = (
            word.having(*roles) if roles else [*word.paragraphs, *(p for f in word.footers.values() for p in f)]
        )
        found = [r for p in paragraphs for r in p.runs if r.text.strip()]
        return (f"{quoted(r.text)}{said}" for r in found if (said := wrong(r))) if found else None

    return check


def sections(wrong: Callable[[dict[str, dict[str, str]]], str]) -> WordCheck:
    """Every section, as the attributes of its properties by name."""

    def check(word: WordFile) -> Iterator[str]:
        if not word.sections:
            yield "没有页面设置"
        for section in word.sections:
            said = wrong(attributes(section))
            if said:
                yield said

    return check


def attributes(element: Any) -> dict[str, dict[str, str]]:
    """What each child of an element says, by name."""
    return {
        child.tag.rpartition("}")[2]: {k.rpartition("}")[2]: v for k, v in child.attrib.items()} for child in element
    }


def attribute(section: dict[str, dict[str, str]], element: str, name: str) -> float:
    """A number among a section's elements; 0 where there is none."""
    return number(section.get(element, {}).get(name))
