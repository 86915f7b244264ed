"""The parts of a .docx, from the mark to the imprint, its tables and the file itself, by GB/T 9704-2012."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

from engine.conformance.word import GAP, RULE, WordFile, WordParagraph, WordRun
from engine.conformance.word_checks import (
    FLOWING,
    RED,
    attribute,
    attributes,
    characters,
    lines,
    mm,
    near,
    number,
)
from engine.documents import text_points as t
from engine.documents.text_points import quoted, read_date
from engine.documents.typography import columns
from engine.visible.styles import W

# ---- paragraphs ----


def spaced_by_the_grid(word: WordFile) -> Iterator[str] | None:
    """Exactly one line of the grid from line to line: 22 a page, or up to 26 (5.2.3)."""
    pitches = [attribute(attributes(section), "docGrid", "linePitch") for section in word.sections]
    wanted = pitches[-1] if pitches else 0
    found = word.having(*FLOWING, t.ADDRESSEE, t.DAY)
    wrong = (p for p in found if p.shape.spacing.get("lineRule") != "exact" or not near(_line(p), wanted, 6))
    return (f"{quoted(p.text)}行距 {p.shape.spacing.get('lineRule', 'auto')} {_line(p) / 20:g} 磅" for p in wrong)


def _line(p: WordParagraph) -> float:
    return number(p.shape.spacing.get("line"))


def no_space_around(p: WordParagraph) -> str:
    """No space before or after a paragraph of the body (7.3.3)."""
    return "" if not lines(p, "before") and not lines(p, "after") else "段前或段后有空"


def indented(p: WordParagraph) -> str:
    """The first line two characters in, said in characters, nothing else indented (7.3.3)."""
    chars = p.shape.indent.get("firstLineChars")
    others = characters(p, "left") or characters(p, "right") or characters(p, "hanging")
    if chars is None or others:
        return "没有按字数设首行缩进" if chars is None else "左右另有缩进"
    return "" if number(chars) == 200 else f"缩进 {number(chars) / 100:g} 字"


def justified(p: WordParagraph) -> str:
    """A paragraph set to both edges or to the left (7.3.3)."""
    return "" if p.shape.align in ("both", "left", "start") else f"对齐 `{p.shape.align}`"


def ungapped(p: WordParagraph) -> str:
    """No gap is made between characters and digits (5.2.3)."""
    return "自动在汉字和数字之间加空" if p.shape.flags & {"autoSpaceDE", "autoSpaceDN"} else ""


def empty_paragraphs(word: WordFile) -> Iterator[str]:
    """Blank lines are space before and after, not paragraphs; nor where a 信函 keeps the line of its number (5.2.3)."""
    for place, p in enumerate(word.paragraphs, 1):
        if not p.text.strip() and p.where == "body" and p.role not in (RULE, GAP, t.NUMBER) and not p.drawn:
            yield f"第{place}段是空段"


_BLANKS = re.compile("□|年[ \u3000]+月[ \u3000]+日")
"""Boxes to tick and days to fill in by hand, with the room people need for it."""


def layout_spaces(word: WordFile) -> Iterator[str]:
    """No spaces are used to lay out, but in blanks to be filled in and places to sign (5.2.3)."""
    for p in word.paragraphs:
        if p.style.endswith("签章") or (p.role == t.CELL and _BLANKS.search(p.text)):
            continue
        found = re.search("^[ \u3000\xa0]|[ \u3000\xa0]$|[ \u3000\xa0]{2}|\u3000|\xa0", p.text.replace("\n", ""))
        if found:
            yield quoted(p.text, found.start())


def layout_breaks(word: WordFile) -> Iterator[str]:
    """No line breaks or tabs are used to lay out the body (5.2.3)."""
    return (quoted(p.text) for p in word.having(*FLOWING, t.ADDRESSEE) if re.search("[\n\t\f]", p.text))


# ---- head ----


def centred(p: WordParagraph) -> str:
    """A paragraph in the middle, and not shifted from it (7.2.4, 7.2.5, 7.3.1)."""
    shifted = any(characters(p, side) for side in ("left", "right", "firstLine", "hanging"))
    return (
        ""
        if p.shape.align == "center" and not shifted
        else f"对齐 `{p.shape.align}`" + ("，另有缩进" if shifted else "")
    )


def flush_left(p: WordParagraph) -> str:
    """A paragraph from the left edge (7.3.2)."""
    shifted = any(characters(p, side) for side in ("left", "firstLine", "hanging"))
    return "有缩进" if shifted else "" if p.shape.align in ("left", "both", "start") else f"对齐 `{p.shape.align}`"


def red(run: WordRun) -> str:
    """The mark in red (7.2.4)."""
    return "" if run.look.color == RED else f"颜色 `{run.look.color or '黑'}`"


def mark_fits(p: WordParagraph) -> str:
    """The mark on one line, no wider than 版心 (7.2.4)."""
    look = p.runs[0].look
    width = columns(p.text) * look.size * look.scale / 100
    return "" if width <= 156 * 72 / 25.4 + 1 and "\n" not in p.text else f"宽 {width * 25.4 / 72:.0f} mm，排不下一行"


def mark_place(p: WordParagraph) -> str:
    """The mark 35 mm below the upper edge of 版心, ±1.5 (7.2.4)."""
    found = mm(number(p.shape.spacing.get("before")))
    return "" if near(found, 35, 1.5) else f"距版心上边缘 {found:.1f} mm"


def letter_mark_place(p: WordParagraph) -> str:
    """A frame measured from the page; the face of a character begins about 1.4 mm below the top of its line (10.1)."""
    found = mm(number(p.shape.frame.get("y"))) + 1.4
    fits = p.shape.frame.get("vAnchor") == "page" and near(found, 30, 1.5)
    return "" if fits else f"距上页边 {found:.1f} mm"


def letter_rules(word: WordFile) -> Iterator[str]:
    """Two double rules of 170 mm on page 1, drawn in its header: thick over thin above, thin over thick below (10.1)."""
    rules = [
        _style(shape) for root in word.headers("first") for shape in root.iter("{urn:schemas-microsoft-com:vml}rect")
    ]
    widths = [(points(rule, "width") * 25.4 / 72, points(rule, "height")) for rule in rules]
    if len(widths) != 4:
        yield f"首页有 {len(widths)} 条线"
        return
    yield from (f"宽 {width:.0f} mm" for width, _ in widths if not near(width, 170, 1))
    heights = [height for _, height in widths]
    if not (heights[0] > heights[1] and heights[3] > heights[2]):
        yield "上面应上粗下细，下面应上细下粗"
    below = 297 - (points(rules[3], "margin-top") + heights[3]) * 25.4 / 72
    if not near(below, 20, 1):
        yield f"下面一条距下页边 {below:.1f} mm"


def _style(shape: Any) -> dict[str, str]:
    pairs = (entry.partition(":") for entry in (shape.get("style") or "").split(";"))
    return {key.strip(): value.strip() for key, _, value in pairs}


def points(style: dict[str, str], key: str) -> float:
    """A length of a drawing, in points; 0 where it says none."""
    return number(style.get(key, "").removesuffix("pt"))


def two_lines_above(p: WordParagraph) -> str:
    """Two empty lines above (7.2.5, 7.3.1)."""
    return "" if near(lines(p, "before"), 2, 0.05) else f"上空 {lines(p, 'before'):g} 行"


def one_line_above(p: WordParagraph) -> str:
    """One empty line above (7.3.2, 7.3.4)."""
    return "" if near(lines(p, "before"), 1, 0.05) else f"上空 {lines(p, 'before'):g} 行"


def _ruled(word: WordFile) -> list[WordParagraph]:
    return [p for p in word.having(t.NUMBER, t.SIGNERS, RULE) if "bottom" in p.shape.borders]


def red_rule(word: WordFile) -> Iterator[str]:
    """One red rule, drawn singly (7.2.7)."""
    found = _ruled(word)
    if len(found) != 1:
        yield f"有 {len(found)} 条红色分隔线"
    for p in found:
        border = p.shape.borders["bottom"]
        if border.get("color", "").upper() != RED or border.get("val") != "single":
            yield f"线型 `{border.get('val')}`，颜色 `{border.get('color')}`"


def rule_width(word: WordFile) -> Iterator[str] | None:
    """The red rule as wide as 版心 (7.2.7)."""
    found = _ruled(word)
    return (
        (f"缩进 {characters(p, s):g} 字" for p in found for s in ("left", "right") if characters(p, s))
        if found
        else None
    )


def rule_gap(word: WordFile) -> Iterator[str] | None:
    """The red rule 4 mm below the number, ±0.3 (7.2.7)."""
    found = [p for p in _ruled(word) if p.role != RULE]
    gaps = [number(p.shape.borders["bottom"].get("space")) * 25.4 / 72 for p in found]
    return (f"相距 {gap:.1f} mm" for gap in gaps if not near(gap, 4, 0.3)) if found else None


def below_title(word: WordFile) -> Iterator[str] | None:
    """The addressee one empty line below the title (7.3.2)."""
    title, addressee = word.having(t.TITLE), word.having(t.ADDRESSEE)
    if not title or not addressee:
        return None
    gap = lines(title[-1], "after") + lines(addressee[0], "before")
    return iter([] if near(gap, 1, 0.05) else [f"空 {gap:g} 行"])


# ---- closing ----


def annex_above(word: WordFile) -> Iterator[str] | None:
    """The list of annexes one empty line below the body (7.3.4)."""
    found = word.having(t.ANNEX)
    return (said for p in found[:1] if (said := one_line_above(p))) if found else None


def annex_indent(word: WordFile) -> Iterator[str] | None:
    """The list of annexes two characters from the left (7.3.4)."""
    found = word.having(t.ANNEX)
    left = [characters(p, "left") - characters(p, "hanging") + characters(p, "firstLine") for p in found[:1]]
    return (f"左空 {chars:g} 字" for chars in left if not near(chars, 2, 0.05)) if found else None


def right(p: WordParagraph) -> str:
    """A paragraph at the right edge (7.3.5, 10.1)."""
    return "" if p.shape.align in ("right", "end") else f"对齐 `{p.shape.align}`"


def date_indent(p: WordParagraph) -> str:
    """The day four characters from the right (7.3.5.1)."""
    return "" if characters(p, "right") >= 3.95 else f"右空 {characters(p, 'right'):g} 字"


def organ_over_date(word: WordFile) -> Iterator[str] | None:
    """The organ in the middle over the day, ±0.6 characters (7.3.5.1)."""
    organs, days = word.having(t.ORGAN), word.having(t.DAY)
    if not organs or not days:
        return None
    middles = [characters(p, "right") + columns(p.text) / 2 for p in (organs[-1], days[-1])]
    off = abs(middles[0] - middles[1])
    return iter([] if off <= 0.6 else [f"偏 {off:.1f} 字"])


def kept_together(word: WordFile) -> Iterator[str] | None:
    """The page with organ and date also shows text: the last paragraph before them is kept with them (7.3.5.5)."""
    at = next((i for i, p in enumerate(word.paragraphs) if p.role in (t.ORGAN, t.JOINT)), None)
    if not at:
        return None
    held = [p for p in word.paragraphs[max(0, at - 1) : at + 1] if p.text.strip() and p.where == "body"]
    return (quoted(p.text) for p in held if "keepNext" not in p.shape.flags)


def no_lone_line(word: WordFile) -> Iterator[str] | None:
    """The last paragraph of the text sends at least two of its lines to the page of the signature (7.3.5.5)."""
    at = next((i for i, p in enumerate(word.paragraphs) if p.role in (t.ANNEX, t.ORGAN, t.JOINT)), 0)
    text = [p for p in word.paragraphs[:at] if p.text.strip() and p.where == "body" and p.role in t.RUNNING]
    if not text:
        return None
    return iter([quoted(text[-1].text)] if not {"keepNext", "widowControl"} <= text[-1].shape.flags else [])


def _rule(border: Any) -> float:
    """The width of a rule in mm; sizes are eighths of a point."""
    return number((border or {}).get("sz")) / 8 * 25.4 / 72


def imprint_rules(word: WordFile) -> Iterator[str] | None:
    """First and last rule 0.35 mm, those between 0.25 mm, of paragraphs or of a table (7.4.1)."""
    found = word.having(t.IMPRINT)
    if not found:
        return None
    table = found[0].table
    if table is not None:
        sides = ("top", *["insideH"] * (len(found) - 1), "bottom")
        widths = [_rule(_attributes(table.find(f"{W}tblPr/{W}tblBorders/{W}{side}"))) for side in sides]
    else:
        inner = [
            _rule(upper.shape.borders.get("bottom") or lower.shape.borders.get("top"))
            for upper, lower in itertools.pairwise(found)
        ]
        widths = [_rule(found[0].shape.borders.get("top")), *inner, _rule(found[-1].shape.borders.get("bottom"))]
    wanted = [0.35, *[0.25] * (len(widths) - 2), 0.35]
    wrong = any(not near(width, want, 0.05) for width, want in zip(widths, wanted, strict=True))
    return iter(["、".join(f"{width:.2f}" for width in widths) + " mm"] if wrong else [])


def _attributes(element: Any) -> dict[str, str]:
    return {key.rpartition("}")[2]: value for key, value in element.attrib.items()} if element is not None else {}


def imprint_indent(p: WordParagraph) -> str:
    """The imprint one character from the left (7.4.2, 7.4.3)."""
    hundredths = {side: number(p.shape.indent.get(f"{side}Chars")) for side in ("left", "firstLine", "hanging")}
    left = (hundredths["left"] + hundredths["firstLine"] - hundredths["hanging"]) / 100
    return "" if near(left, 1, 0.05) else f"左空 {left:g} 字"


def imprint_place(word: WordFile) -> Iterator[str] | None:
    """A frame, or a floating table, on the bottom edge of the margins (7.4.1)."""
    found = word.having(t.IMPRINT)
    return ("没有固定在版心下边缘" for p in found if not _at_bottom(p)) if found else None


def _at_bottom(p: WordParagraph) -> bool:
    if p.table is None:
        return (p.shape.frame.get("vAnchor"), p.shape.frame.get("yAlign")) == ("margin", "bottom")
    place = _attributes(p.table.find(f"{W}tblPr/{W}tblpPr"))
    return (place.get("vertAnchor"), place.get("tblpYSpec")) == ("margin", "bottom")


def imprint_width(word: WordFile) -> Iterator[str] | None:
    """The imprint as wide as 版心, ±1 mm (7.4.1)."""
    widths = [mm(number(p.shape.frame.get("w") if p.table is None else _grid(p.table))) for p in word.having(t.IMPRINT)]
    return (f"宽 {w:.1f} mm" for w in widths if not near(w, 156, 1)) if widths else None


def _grid(table: Any) -> str:
    return str(sum(number(column.get(f"{W}w")) for column in table.iterfind(f"{W}tblGrid/{W}gridCol")))


# ---- tables and package ----


def table_heads(word: WordFile) -> Iterator[str] | None:
    """Tables of many rows repeat their head; a form of labels and blanks has none (8)."""
    tables = [list(table.iterchildren(f"{W}tr")) for table in word.body.iter(f"{W}tbl")]
    long = [rows for rows in tables if len(rows) > 8 and not _labelled(rows[0], word)]
    bare = [rows for rows in long if rows[0].find(f"{W}trPr/{W}tblHeader") is None]
    return (f"{len(rows)} 行的表没有重复表头" for rows in bare) if long else None


def _labelled(row: Any, word: WordFile) -> bool:
    """Whether a row is a label and a blank rather than the heads of columns."""
    styles = [found.get(f"{W}val") for found in row.iter(f"{W}pStyle")]
    return any(word.style_names.get(style, "").startswith("表单") for style in styles)


def whole_rows(word: WordFile) -> Iterator[str] | None:
    """No row of a table breaks across pages (8)."""
    floating = f"{W}tblPr/{W}tblpPr"
    rows = [row for row in word.body.iter(f"{W}tr") if next(row.iterancestors(f"{W}tbl")).find(floating) is None]
    broken = [row for row in rows if row.find(f"{W}trPr/{W}cantSplit") is None]
    return iter([f"{len(broken)} 行可以跨页断开"] if broken else []) if rows else None


def table_width(word: WordFile) -> Iterator[str] | None:
    """No table wider than 版心, 156 mm (8)."""
    tables = list(word.body.iter(f"{W}tbl"))
    widths = [mm(number(_grid(table))) for table in tables]
    return (f"宽 {w:.1f} mm" for w in widths if w > 157) if tables else None


def no_revisions(word: WordFile) -> Iterator[str]:
    """No tracked changes and no comments."""
    if any(True for _ in word.body.iter(f"{W}ins", f"{W}del", f"{W}moveFrom", f"{W}moveTo")):
        yield "有修订痕迹"
    if any("comments" in part for part in word.parts):
        yield "有批注"


def titled(word: WordFile) -> Iterator[str]:
    """The title among the file's properties is the one in the letter."""
    printed = "".join(p.text for p in word.having(t.TITLE)).replace("\n", "")
    if word.core.get("title", "").replace("\n", "") != printed:
        yield f"属性中的标题是 {quoted(word.core.get('title', ''))}"


def authored(word: WordFile) -> Iterator[str]:
    """The author among the file's properties is the organ, no person."""
    organs = {p.text.strip() for p in word.pieces if p.role == t.ORGAN}
    for key in ("creator", "lastModifiedBy"):
        if organs and word.core.get(key, "") not in organs:
            yield f"`{word.core.get(key, '')}`"


def dated(word: WordFile) -> Iterator[str] | None:
    """The day among the file's properties is the day of the letter."""
    days = [day for p in word.having(t.DAY) if (day := read_date(p.text))]
    created = word.core.get("created", "")[:10]
    return iter([f"属性中的日期是 `{created}`"] if created != days[-1].isoformat() else []) if days else None
