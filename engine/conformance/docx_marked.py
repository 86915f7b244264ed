"""What some letters have besides: 份号, 密级 and 紧急程度 in the head of a .docx, who signed a letter to a superior, several organs that
sign together; by GB/T 9704-2012."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from engine.conformance.docx import set_in, sized
from engine.conformance.word import WordFile, WordParagraph
from engine.conformance.word_checks import CHARACTER, characters, lines, mm, near, number
from engine.documents import text_points as t
from engine.documents.text_points import SIGNED_BY, quoted
from engine.documents.typography import columns

LINE, SEAL = 28, 42.0
"""Characters of a line; millimetres across a seal."""


def marking_place(p: WordParagraph) -> str:
    """In a frame at the upper left of 版心, or below the rules of a 信函, with its number at the right (7.2.1–7.2.3, 10.1)."""
    if characters(p, "firstLine") or characters(p, "left"):
        return "没有顶格"
    if p.shape.frame:
        at = p.shape.frame.get("vAnchor"), p.shape.frame.get("xAlign")
        return "" if at == ("margin", "left") and mm(number(p.shape.frame.get("y"))) < 1 else "没有固定在左上角"
    if "\t" not in p.text:
        return ""
    below, right = mm(number(p.shape.spacing.get("before"))), _stops(p, "right")
    return "" if near(below, 17, 1) and any(near(at, LINE, 0.1) for at in right) else "与双线、发文字号的位置不合"


def marking_look(word: WordFile) -> Iterator[str] | None:
    """3号黑体; the number beside it 3号仿宋 (7.2.2, 7.2.3, 7.2.5)."""
    found = word.having(t.MARKING)
    return (
        (said for p in found for said in _font(p, lambda seen: "仿宋" if "\t" in seen else "黑体")) if found else None
    )


def _font(p: WordParagraph, wanted: Callable[[str], str]) -> Iterator[str]:
    """Runs of another size than 3号, or in another font than `wanted` after the text before them."""
    seen = ""
    for run in p.runs:
        font = wanted(seen)
        seen += run.text
        if run.text.strip() and (said := sized(16)(run) or set_in(font)(run)):
            yield f"{quoted(run.text)}{said}"


def _stops(p: WordParagraph, kind: str) -> list[float]:
    """Tab stops of a kind, in characters from the left edge."""
    return [number(tab.get("pos")) / CHARACTER for tab in p.shape.tabs if tab.get("val") == kind]


def signers_place(word: WordFile) -> Iterator[str] | None:
    """The number one character from the left, the first of those who signed two lines below the mark, all of them on the same
    stops, which end a character before the right edge (7.2.5, 7.2.6)."""
    found = word.having(t.SIGNERS)
    return _signers_misplaced(found) if found else None


def _signers_misplaced(found: list[WordParagraph]) -> Iterator[str]:
    if not near(lines(found[0], "before"), 2, 0.05):
        yield f"上空 {lines(found[0], 'before'):g} 行"
    for p in found:
        names = [name for name in p.text.replace(SIGNED_BY, "\t").split("\t")[2:] if name]
        stops = _stops(p, "left")
        if not near(characters(p, "left") + characters(p, "firstLine"), 1, 0.05):
            yield f"{quoted(p.text)}左边没有空一字"
        if stops != _stops(found[0], "left") or len(stops) <= len(names):
            yield f"{quoted(p.text)}没有与上一行对齐"
        elif any(at + columns(name) > LINE - 0.95 for at, name in zip(stops[1:], names, strict=False)):
            yield f"{quoted(p.text)}离右边缘不足一字"


def signers_look(word: WordFile) -> Iterator[str] | None:
    """The names in 楷体, 签发人 and the number in 仿宋, all of 3号 (7.2.6)."""
    found = word.having(t.SIGNERS)
    return (said for p in found for said in _font(p, _of_signers)) if found else None


def _of_signers(before: str) -> str:
    """The font of what comes after `before` on a line of signers: names follow 签发人, or two tabs."""
    return "楷体" if SIGNED_BY in before or before.count("\t") > 1 else "仿宋"


def cosigned(word: WordFile) -> Iterator[str] | None:
    """Organs on stops that are apart as far as seals are, in every row on those of the last; the last one over the day; rows far
    enough apart; none parted from the day (7.3.5.1)."""
    found, days = word.having(t.JOINT), word.having(t.DAY)
    return _ill_cosigned(found, days[-1]) if found and days else None


def _ill_cosigned(rows: list[WordParagraph], day: WordParagraph) -> Iterator[str]:
    middle = LINE - characters(day, "right") - columns(day.text) / 2
    longest = max((_stops(row, "center") for row in rows), key=len)
    for row in rows:
        stops, organs = _stops(row, "center"), [organ for organ in row.text.split("\t") if organ]
        if len(stops) != len(organs) or not stops or any(min(abs(at - one) for one in longest) > 0.05 for at in stops):
            yield f"{quoted(row.text.strip())}没有排列整齐"
        if "keepNext" not in row.shape.flags:
            yield f"{quoted(row.text.strip())}会与成文日期分开"
    if any(mm((b - a) * CHARACTER) < SEAL for a, b in pairwise(longest)):
        yield "印章会相交"
    if any(
        mm(number(row.shape.spacing.get("before")) + number(row.shape.spacing.get("line"))) < SEAL for row in rows[1:]
    ):
        yield "上下两排印章会相交"
    if not near((_stops(rows[-1], "center") or [0.0])[-1], middle, 0.6):
        yield f"{quoted(rows[-1].text.strip())}没有以成文日期为准居中"
