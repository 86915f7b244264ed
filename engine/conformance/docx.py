"""The page, page numbers and fonts of a .docx, by GB/T 9704-2012."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from engine.conformance.word import WordFile, WordParagraph, WordRun
from engine.conformance.word_checks import (
    EAST_ASIAN,
    FANGSONG,
    FLOWING,
    LINES_A_PAGE,
    attribute,
    attributes,
    characters,
    mm,
    near,
    number,
)
from engine.documents import text_points as t
from engine.documents.points import LETTER
from engine.documents.text_points import quoted
from engine.documents.typography import leading
from engine.visible.styles import W

# ---- page ----


def paper(section: dict[str, dict[str, str]]) -> str:
    """A section on A4, upright or not, ±0.5 mm (5.1)."""
    width, height = mm(attribute(section, "pgSz", "w")), mm(attribute(section, "pgSz", "h"))
    return "" if near(width, 210, 0.5) and near(height, 297, 0.5) else f"纸幅 {width:.0f} × {height:.0f} mm"


def margin(side: str, wanted: float) -> Callable[[dict[str, dict[str, str]]], str]:
    """The margin on one side, `wanted` mm ±1 (5.2.1: 天头 37, 订口 28)."""

    def wrong(section: dict[str, dict[str, str]]) -> str:
        found = mm(attribute(section, "pgMar", side))
        return "" if near(found, wanted, 1.01) else f"是 {found:.1f} mm"

    return wrong


def _width(section: dict[str, dict[str, str]]) -> float:
    return attribute(section, "pgSz", "w") - attribute(section, "pgMar", "left") - attribute(section, "pgMar", "right")


def _height(section: dict[str, dict[str, str]]) -> float:
    return attribute(section, "pgSz", "h") - attribute(section, "pgMar", "top") - attribute(section, "pgMar", "bottom")


def text_width(section: dict[str, dict[str, str]]) -> str:
    """版心 156 mm wide (5.2.1)."""
    return "" if near(mm(_width(section)), 156, 1) else f"版心宽 {mm(_width(section)):.1f} mm"


def text_height(section: dict[str, dict[str, str]]) -> str:
    """版心 225 mm high (5.2.1)."""
    return "" if near(mm(_height(section)), 225, 1) else f"版心高 {mm(_height(section)):.1f} mm"


def grid(section: dict[str, dict[str, str]]) -> str:
    """Lines are set on a grid (5.2.3)."""
    kind = section.get("docGrid", {}).get("type", "")
    return "" if kind in ("lines", "linesAndChars", "snapToChars") else f"网格是 `{kind or '无'}`"


def grid_lines(section: dict[str, dict[str, str]]) -> str:
    """22 lines a page, or as many as save a page up to 24, and with room to spare up to 26 (5.2.3, 7.3.5.5)."""
    pitch = attribute(section, "docGrid", "linePitch") or 1
    found = int((_height(section) + 10) / pitch)
    return "" if found in LINES_A_PAGE else f"每面 {found} 行"


def characters_a_line(word: WordFile) -> Iterator[str]:
    """By the grid of characters, or where there are only lines, by the size and spacing of the text itself (5.2.3)."""
    for section in word.sections:
        plain = attributes(section)
        gridded = plain.get("docGrid", {}).get("type", "") in ("linesAndChars", "snapToChars")
        spaced = {16 + attribute(plain, "docGrid", "charSpace") / 4096}
        if not gridded:
            spaced = {16 + r.look.spacing / 20 for p in word.having(*FLOWING) for r in p.runs if r.text.strip()}
        for pitch in sorted(spaced):
            found = int((_width(plain) / 20 + 0.5) / max(pitch, 1))
            if found != 28:
                yield f"每行 {found} 字"


def columns_of(section: dict[str, dict[str, str]]) -> str:
    """One column (5.2)."""
    found = section.get("cols", {}).get("num", "1")
    return "" if found == "1" else f"分 {found} 栏"


def upright(section: dict[str, dict[str, str]]) -> str:
    """Upright, with no width of its own for binding (5.1)."""
    if section.get("pgSz", {}).get("orient") == "landscape":
        return "横向"
    return "有装订线宽度" if attribute(section, "pgMar", "gutter") else ""


# ---- page numbers ----


def _numbered(word: WordFile) -> dict[str, WordParagraph]:
    found = {kind: next((p for p in ps if "PAGE" in p.text), None) for kind, ps in word.footers.items()}
    return {kind: p for kind, p in found.items() if p is not None}


def even_and_odd(word: WordFile) -> Iterator[str]:
    """Odd and even pages each have their number (7.5)."""
    settings = word.roots.get("word/settings.xml")
    if settings is None or settings.find(f"{W}evenAndOddHeaders") is None:
        yield "没有设“奇偶页不同”"
    for kind, name in (("default", "单页"), ("even", "双页")):
        if kind not in _numbered(word):
            yield f"{name}没有页码"


def number_form(word: WordFile) -> Iterator[str] | None:
    """The page number is a field between dashes: — n — (7.5)."""
    found = _numbered(word)
    form = re.compile("— ?\x01PAGE[^\x02]*\x02[0-9]* ?—")
    return (
        (quoted(re.sub("[\x01\x02]", "", p.text)) for p in found.values() if not form.fullmatch(p.text))
        if found
        else None
    )


def number_place(word: WordFile) -> Iterator[str] | None:
    """The page number stands right on odd pages and left on even ones, one character in (7.5)."""
    found = _numbered(word)
    return _places(found) if found else None


def _places(found: dict[str, WordParagraph]) -> Iterator[str]:
    for kind, side, name in (("default", "right", "单页"), ("even", "left", "双页")):
        p = found.get(kind)
        if p is not None and (p.shape.align.replace("start", "left").replace("end", "right") != side):
            yield f"{name}页码没有{'居右' if side == 'right' else '居左'}"
        elif p is not None and not near(characters(p, side), 1, 0.15):
            yield f"{name}页码空 {characters(p, side):.1f} 字"


def number_look(word: WordFile) -> Iterator[str] | None:
    """The page number in 4号 宋体, 14 points (7.5)."""
    found = [r for p in _numbered(word).values() for r in p.runs if r.text.strip()]
    wrong = (r for r in found if r.look.size != 14 or "宋" not in _east(r) or "仿" in _east(r))
    return (f"{r.look.size:g} 磅 `{_east(r)}`" for r in wrong) if found else None


def number_height(word: WordFile) -> Iterator[str] | None:
    """The dashes stand in the middle of the line: half a line above the bottom edge of the footer (7.5)."""
    found = _numbered(word)
    if not found or not word.sections:
        return None
    place = word.sections[-1].find(f"{W}pgMar")
    foot, bottom = (number(place.get(f"{W}{name}")) if place is not None else 0 for name in ("footer", "bottom"))
    gaps = [mm(bottom - foot - number(p.shape.spacing.get("line")) / 2) for p in found.values()]
    return (f"相距 {gap:.1f} mm" for gap in gaps if not near(gap, 7, 1))


def first_page_number(word: WordFile) -> Iterator[str]:
    """A 信函 shows no number on page 1, everything else does (7.5, 10.1)."""
    first = any(s.find(f"{W}titlePg") is not None for s in word.sections[:1])
    shown = not first or "first" in _numbered(word)
    if shown == (word.kind == LETTER):
        yield "首页显示了页码" if shown else "首页没有页码"


# ---- fonts ----


def _east(run: WordRun) -> str:
    return run.look.fonts.get("eastAsia", "")


def default_fonts(word: WordFile) -> Iterator[str]:
    """The document's defaults name a Chinese font and none of a theme (5.2.2)."""
    found = word.defaults.find(f"{W}rPrDefault/{W}rPr/{W}rFonts") if word.defaults is not None else None
    if found is None or not found.get(f"{W}eastAsia"):
        yield "文档默认没有中文字体"
    elif any(key.endswith("Theme") for key in found.attrib):
        yield "文档默认用了主题字体"


def theme_fonts(word: WordFile) -> Iterator[str]:
    """No part takes its fonts from a theme, which another machine may fill otherwise (5.2.2)."""
    for name, root in sorted(word.roots.items()):
        for found in root.iter(f"{W}rFonts"):
            if any(key.endswith("Theme") for key in found.attrib):
                yield f"`{name}` 用了主题字体"
                break


def east_asian(run: WordRun) -> str:
    """Chinese characters in a font of official documents (5.2.2)."""
    return "" if _east(run) in EAST_ASIAN else f"是 `{_east(run) or '无'}`"


def latin(run: WordRun) -> str:
    """Digits and letters in Times New Roman (5.2.2)."""
    names = {run.look.fonts.get(key, "") for key in ("ascii", "hAnsi")}
    return (
        ""
        if names == {"Times New Roman"} or not re.search("[0-9A-Za-z]", run.text)
        else f"是 `{'、'.join(sorted(names))}`"
    )


def language(run: WordRun) -> str:
    """The language of a run is zh-CN (5.2.2)."""
    return "" if run.look.language == "zh-CN" else f"语言是 `{run.look.language or '无'}`"


def hinted(run: WordRun) -> str:
    """Quotation marks and dashes, which two scripts share, are set as Chinese ones (5.2.2)."""
    needs = re.search("[“”‘’—…·]", run.text)
    return "标点没有按中文设" if needs and run.look.fonts.get("hint") != "eastAsia" else ""


def sized(points: float) -> Callable[[WordRun], str]:
    """A run of so many points: 3号 is 16, 4号 14, 2号 22 (5.2.2)."""
    return lambda run: "" if run.look.size == points else f"是 {run.look.size:g} 磅"


def set_in(*names: str) -> Callable[[WordRun], str]:
    """A run in one of these fonts, whoever made it: 方正小标宋 counts as 小标宋 (5.2.2)."""
    return lambda run: (
        ""
        if _east(run).startswith(names) or _east(run).removeprefix("方正").startswith(names)
        else f"是 `{_east(run)}`"
    )


def _led(p: WordParagraph) -> Iterator[tuple[WordRun, bool]]:
    """The runs with text of a paragraph, and whether each begins in the first sentence of one of the second level, （一）."""
    lead, at = leading(p.text) if p.role == t.BODY else 0, 0
    for run in p.runs:
        if run.text.strip():
            yield run, at < lead
        at += len(run.text)


def fangsong(word: WordFile) -> Iterator[str] | None:
    """Text in 仿宋, but for first sentences of the second level (5.2.2, 7.3.3)."""
    found = [run for p in word.having(*FANGSONG) for run, lead in _led(p) if not lead]
    return (f"{quoted(r.text)}{said}" for r in found if (said := set_in("仿宋")(r))) if found else None


def second_level(word: WordFile) -> Iterator[str] | None:
    """Headings of the second level in 楷体, and so the first sentences of paragraphs (7.3.3)."""
    found = [run for p in word.having(t.BODY, t.LEVELS[1]) for run, lead in _led(p) if lead or p.role != t.BODY]
    return (f"{quoted(r.text)}{said}" for r in found if (said := set_in("楷体")(r))) if found else None


def undecorated(run: WordRun) -> str:
    """Neither bold, italic, struck out, hidden nor underlined (5.2.2)."""
    flags = {"b": "加粗", "i": "倾斜", "strike": "删除线", "vanish": "隐藏"}
    found = [word for flag, word in flags.items() if run.look.flags.get(flag)]
    return "、".join([*found, *(["下划线"] if run.look.underline else [])])


def black(run: WordRun) -> str:
    """A run in black (5.2.4)."""
    return "" if run.look.color in ("", "000000") else f"颜色 `{run.look.color}`"


def unsqueezed(run: WordRun) -> str:
    """A quarter of a point closer is what sets 28 characters of 3号 in 156 mm (5.2.2)."""
    return "" if run.look.spacing in (0, -5) and run.look.scale == 100 else "字距或缩放改动过"
