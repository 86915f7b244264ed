"""The points of conformance about a PDF as a file: the fonts it carries, what its properties say, and what it must not hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from engine.conformance.pages import Pages
from engine.documents import text_points as t
from engine.documents.text_points import quoted, read_date

# ---- fonts ----


def embedded(pages: Pages) -> Iterator[str]:
    """Every font is embedded."""
    return (f"`{font}` 没有嵌入" for font, carried in pages.fonts.items() if not carried)


def numbered(pages: Pages) -> Iterator[str]:
    """Readers that go by a font's charset and those that take a CID for a glyph's number show the same (ISO 32000-1 9.7.4.2)."""
    for font, count in pages.renumbered.items():
        if count:
            yield f"`{font}` 有 {count} 个 CID 不是字形号" if count > 0 else f"`{font}` 读不了"


def no_boxes(pages: Pages) -> Iterator[str]:
    """No box in the place of a character, and every character can be copied."""
    missing = [g for page in pages.pages for g in page.glyphs if g.missing]
    if missing:
        yield f"{len(missing)} 个字没有字形或不能复制：`{''.join(g.text or '□' for g in missing)[:10]}`"


def chinese_shapes(pages: Pages) -> Iterator[str]:
    """Not the Japanese, Korean or Traditional shapes of one and the same character (5.2.2)."""
    foreign = re.compile("(?i)cjk[- ]?(jp|kr|tc|hk)|gothic|mincho|myungjo|batang")
    return (f"`{font}`" for font in pages.fonts if foreign.search(font))


# ---- properties ----


def titled(pages: Pages) -> Iterator[str]:
    """The title among the file's properties is the one in the letter."""
    printed = "".join(p.text for p in pages.pieces if p.role == t.TITLE).replace("\n", "")
    if pages.info.get("Title", "") != printed:
        yield f"属性中的标题是 {quoted(pages.info.get('Title', ''))}"


def authored(pages: Pages) -> Iterator[str]:
    """The author among the file's properties is the organ."""
    organs = {p.text for p in pages.pieces if p.role == t.ORGAN}
    if organs and pages.info.get("Author", "") not in organs:
        yield f"`{pages.info.get('Author', '')}`"


def dated(pages: Pages) -> Iterator[str] | None:
    """The day among the file's properties is the day of the letter."""
    days = [day for p in pages.pieces if p.role == t.DAY and (day := read_date(p.text))]
    made = pages.info.get("CreationDate", "").removeprefix("D:")[:8]
    return iter([f"属性中的日期是 `{made}`"] if made != days[-1].strftime("%Y%m%d") else []) if days else None


def language(pages: Pages) -> Iterator[str]:
    """The file's language is Chinese."""
    if not pages.language.startswith("zh"):
        yield f"语言是 `{pages.language or '无'}`"


def filed(topic: str) -> Callable[[Pages], Iterator[str] | None]:
    """A topic of PDF/A, where the file says it is one."""
    return lambda pages: iter(pages.filed[topic]) if pages.filed is not None else None


def passive(pages: Pages) -> Iterator[str]:
    """No scripts, forms or attached files."""
    return (f"`{key}`" for key in sorted(pages.active))
