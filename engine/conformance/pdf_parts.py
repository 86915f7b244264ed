"""The parts of a letter in a PDF, from the mark to the imprint and the page numbers, by GB/T 9704-2012."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import combinations

from engine.conformance.pages import Pages
from engine.conformance.pdf import KAI, near, wide_rules
from engine.conformance.roles import FOLIO, RED
from engine.documents import text_points as t
from engine.documents.points import LETTER
from engine.documents.text_points import quoted
from engine.visible.drawing import MM, Stroke
from engine.visible.lines import BODY_BOTTOM, BODY_LEFT, BODY_RIGHT, BODY_TOP, TextLine

# ---- head ----


def red(line: TextLine) -> str:
    """The mark in red (7.2.4)."""
    return "" if line.color == RED else "不是红色"


def centred(line: TextLine) -> str:
    """A line in the middle of 版心, ±1.5 mm (7.2.4, 7.2.5, 7.3.1)."""
    off = (line.x + line.right) / 2 - (BODY_LEFT + BODY_RIGHT) / 2
    return "" if abs(off) <= 1.5 else f"偏 {off:.1f} mm"


def mark_place(line: TextLine) -> str:
    """The face of a character ends about 0.09 em below the top of its em box (7.2.4)."""
    top = line.top + 0.09 * line.size * MM - BODY_TOP
    return "" if near(top, 35, 1.5) else f"距版心上边缘 {top:.1f} mm"


def letter_mark_place(line: TextLine) -> str:
    """The mark of a 信函 30 mm below the page's edge, ±1.5 (10.1)."""
    top = line.top + 0.09 * line.size * MM
    return "" if near(top, 30, 1.5) else f"距上页边 {top:.1f} mm"


def mark_fits(pages: Pages) -> Iterator[str] | None:
    """The mark on one line, no wider than 版心 (7.2.4)."""
    found = pages.having(t.MARK)
    if not found:
        return None
    wide = (f"{o.right - o.x:.0f} mm" for o in found if o.right - o.x > 157)
    return iter([*wide, *(["不止一行"] if len(found) > 1 else [])])


def number_below(pages: Pages) -> Iterator[str] | None:
    """The number two empty lines below the mark (7.2.5)."""
    marks, numbers = pages.having(t.MARK), _head_lines(pages)
    if not marks or not numbers:
        return None
    gap = numbers[0].top - marks[-1].bottom
    return iter([] if near(gap, 2 * pages.pitch, 2.5) else [f"空 {gap / pages.pitch:.1f} 行"])


def _head_lines(pages: Pages) -> list[TextLine]:
    """The lines of number and 签发人, the upper first."""
    return sorted(pages.having(t.NUMBER, t.SIGNERS), key=lambda line: line.baseline)


def number_middle(pages: Pages) -> Iterator[str] | None:
    """The number in the middle, but of a letter to a superior (7.2.5)."""
    found = pages.having(t.NUMBER)
    return (said for o in found if (said := centred(o))) if found and not pages.having(t.SIGNERS) else None


def markings(pages: Pages) -> Iterator[str] | None:
    """份号, 密级 and 紧急程度 from the left edge, a line each: above all, or below the rules of a 信函 (7.2.1–7.2.3, 10.1)."""
    found = pages.having(t.MARKING)
    if not found:
        return None
    below = wide_rules(pages, red=True)[1:2] if pages.kind == LETTER else []
    top = below[0][1].bottom + 7 / 8 * 16 * MM if below else BODY_TOP + (pages.pitch - 16 * MM) / 2
    return (f"{quoted(o.text)}{said}" for at, o in enumerate(found) if (said := _marked(o, top + at * pages.pitch)))


def _marked(line: TextLine, top: float) -> str:
    return flush_left(line) or ("" if near(line.top, top, 1.5) else f"上边缘在 {line.top:.1f} mm")


def signers_place(pages: Pages) -> Iterator[str] | None:
    """The number one character from the left, on the line of the last of who signed; those end a character from the right or
    more, names below each other (7.2.5, 7.2.6)."""
    signers, numbers = pages.having(t.SIGNERS), pages.having(t.NUMBER)
    if not signers:
        return None
    return _signers_misplaced(signers, numbers)


def _signers_misplaced(signers: list[TextLine], numbers: list[TextLine]) -> Iterator[str]:
    em = signers[0].size * MM
    for line in numbers:
        if not near(line.x, BODY_LEFT + em, 0.8):
            yield f"发文字号左空 {(line.x - BODY_LEFT) / em:.1f} 字"
        if not near(line.baseline, max(o.baseline for o in signers), 0.5):
            yield "发文字号与末行签发人不在一行"
    yield from (f"{quoted(o.text)}离右边缘不足一字" for o in signers if o.right > BODY_RIGHT - em + 0.8)
    if signers[0].x < BODY_LEFT + (BODY_RIGHT - BODY_LEFT) / 3:
        yield f"{quoted(signers[0].text)}不在右边"


def signers_font(pages: Pages) -> Iterator[str] | None:
    """The names of who signed in 楷体 (7.2.6)."""
    signers = pages.having(t.SIGNERS)
    if not signers:
        return None
    ended = {o.baseline: o.x + (4.2 * o.size * MM if o.text.startswith("签发人") else -1) for o in reversed(signers)}
    names = (
        glyph
        for glyph in pages.pages[0].glyphs
        for line in signers
        if near(glyph.baseline, line.baseline, 0.3) and glyph.x >= ended[line.baseline] - 1 and glyph.text.strip()
    )
    return (f"`{g.text}`是 `{g.font}`" for g in names if not any(name in g.font.lower() for name in KAI))


def red_rule(pages: Pages) -> Iterator[str]:
    """One red rule, on page 1 (7.2.7)."""
    found = wide_rules(pages, red=True)
    if [at for at, _ in found] != [1]:
        yield f"有 {len(found)} 条"


def letter_rules(pages: Pages) -> Iterator[str]:
    """Two double rules of 170 mm on page 1: thick over thin below the mark, thin over thick 20 mm above the foot (10.1)."""
    found = [rule for at, rule in wide_rules(pages, red=True) if at == 1]
    if len(found) != 4:
        yield f"首页有 {len(found)} 条"
        return
    yield from (f"宽 {r.right - r.x:.0f} mm" for r in found if not near(r.right - r.x, 170))
    if not (found[0].thickness > found[1].thickness and found[3].thickness > found[2].thickness):
        yield "上面应上粗下细，下面应上细下粗"
    below = pages.pages[0].height - found[3].bottom
    if not near(below, 20):
        yield f"下面一条距下页边 {below:.1f} mm"


def letter_rule_gap(pages: Pages) -> Iterator[str] | None:
    """4 mm below the mark; the face of a character ends about 0.09 em above the foot of its em box (10.1)."""
    found, marks = wide_rules(pages, red=True), pages.having(t.MARK)
    if not found or not marks:
        return None
    gap = found[0][1].top - (marks[-1].bottom - 0.09 * marks[-1].size * MM)
    return iter([] if near(gap, 4, 1.2) else [f"相距 {gap:.1f} mm"])


def number_right(line: TextLine) -> str:
    """The number of a 信函 at the right edge of 版心, ±1.5 mm (10.1)."""
    return "" if near(line.right, BODY_RIGHT, 1.5) else f"距版心右边缘 {BODY_RIGHT - line.right:.1f} mm"


def rule_width(pages: Pages) -> Iterator[str] | None:
    """The red rule as wide as 版心, ±0.5 mm (7.2.7)."""
    found = [rule for _at, rule in wide_rules(pages, red=True)]
    wrong = (r for r in found if not near(r.x, BODY_LEFT, 0.5) or not near(r.right, BODY_RIGHT, 0.5))
    return (f"{r.x:.1f}–{r.right:.1f} mm" for r in wrong) if found else None


def rule_gap(pages: Pages) -> Iterator[str] | None:
    """The red rule 4 mm below the number, ±0.8 (7.2.7)."""
    rules, numbers = wide_rules(pages, red=True), _head_lines(pages)
    if not rules or not numbers:
        return None
    gap = rules[0][1].top - numbers[-1].bottom
    return iter([] if near(gap, 4, 0.8) else [f"相距 {gap:.1f} mm"])


def title_below(pages: Pages) -> Iterator[str] | None:
    """Two blank lines, then half the leading of the title's own line (7.3.1)."""
    rules, found = wide_rules(pages, red=True), pages.having(t.TITLE)
    if not rules or not found:
        return None
    gap = found[0].top - rules[0][1].bottom - (pages.pitch - 22 * MM) / 2
    return iter([] if near(gap, 2 * pages.pitch, 1.5) else [f"空 {gap / pages.pitch:.1f} 行"])


def flush_left(line: TextLine) -> str:
    """A line from the left edge of 版心, ±0.8 mm (7.3.2)."""
    return "" if near(line.x, BODY_LEFT, 0.8) else f"在 {line.x:.1f} mm"


def addressee_below(pages: Pages) -> Iterator[str] | None:
    """The addressee one empty line below the title (7.3.2)."""
    found, below = pages.having(t.TITLE), pages.having(t.ADDRESSEE)
    if not found or not below:
        return None
    gap = (below[0].baseline - found[-1].baseline) / pages.pitch - 1
    return iter([] if near(gap, 1, 0.15) else [f"空 {gap:.1f} 行"])


# ---- body and closing ----


def body_first(pages: Pages) -> Iterator[str]:
    """Page 1 shows some of the body (7.3.3)."""
    if not any(line.role in (*t.RUNNING, t.CELL_LINE) for line in pages.pages[0].lines):
        yield "首页没有正文"


def indented(line: TextLine) -> str:
    """The first line of a paragraph two characters in (7.3.3)."""
    if not line.first:
        return ""
    found = (line.x - BODY_LEFT) / (line.size * MM)
    return "" if near(found, 2, 0.15) else f"缩进 {found:.1f} 字"


def annex_place(pages: Pages) -> Iterator[str] | None:
    """The list of annexes two characters from the left (7.3.4)."""
    found = pages.having(t.ANNEX)
    return (said for o in found[:1] if (said := indented(o))) if found else None


def annex_below(pages: Pages) -> Iterator[str] | None:
    """The list of annexes one empty line below the body (7.3.4)."""
    lines = [line for page in pages.pages for line in page.lines if line.role in (t.ANNEX, *t.RUNNING)]
    at = next((place for place, line in enumerate(lines) if line.role == t.ANNEX), 0)
    if not at or lines[at - 1].page != lines[at].page:
        return None
    gap = (lines[at].baseline - lines[at - 1].baseline) / pages.pitch - 1
    return iter([] if near(gap, 1, 0.15) else [f"空 {gap:.1f} 行"])


def date_place(line: TextLine) -> str:
    """The day four characters from the right (7.3.5.1)."""
    free = (BODY_RIGHT - line.right) / (line.size * MM)
    return "" if free >= 3.8 else f"右空 {free:.1f} 字"


def organ_over_date(pages: Pages) -> Iterator[str] | None:
    """The organ in the middle over the day, ±3 mm (7.3.5.1)."""
    organs, days = pages.having(t.ORGAN), pages.having(t.DAY)
    if not organs or not days:
        return None
    off = abs((organs[-1].x + organs[-1].right) - (days[-1].x + days[-1].right)) / 2
    return iter([] if off <= 3 else [f"偏 {off:.1f} mm"])


def together(pages: Pages) -> Iterator[str] | None:
    """Organ and day on one page, with some of the body (7.3.5.5)."""
    organs, days = pages.having(t.ORGAN), pages.having(t.DAY)
    if not organs or not days:
        return None
    page = pages.pages[organs[-1].page - 1]
    if organs[-1].page != days[-1].page:
        return iter(["署名与成文日期不在同一页"])
    return iter([] if any(o.role in t.RUNNING for o in page.lines) else [f"第{organs[-1].page}页没有正文"])


def not_alone(pages: Pages) -> Iterator[str] | None:
    """On a later page at least two lines of the text come before the signature, unless there are no more than two: then one
    is on the first page (7.3.5.5)."""
    organs = pages.having(t.ORGAN)
    if not organs or organs[-1].page == 1:
        return None
    last = organs[-1].page, organs[-1].baseline
    text = [o for o in pages.having(*t.RUNNING, t.CELL_LINE) if (o.page, o.baseline) < last]
    before = [o for o in text if o.page == organs[-1].page]
    lone = len(before) == 1 and len(text) > 2
    return iter([f"第{organs[-1].page}页署名以前只有 {quoted(before[0].text)}"] if lone else [])


def seal_place(pages: Pages) -> Iterator[str] | None:
    """A place kept for the seal: over the date, the organ and date a little below its middle, at most a line below the text."""
    days = pages.having(t.DAY)
    if not pages.seals or not days:
        return None
    return _misplaced(pages, days[-1], *pages.seals[-1])


def _misplaced(pages: Pages, day: TextLine, page: int, middle: float, top: float, width: float) -> Iterator[str]:
    if page != day.page:
        yield f"印章处在第{page}页，成文日期在第{day.page}页"
        return
    if not near(middle, (day.x + day.right) / 2, 1.5):
        yield f"印章处的中心偏 {middle - (day.x + day.right) / 2:.1f} mm"
    if not top + width / 2 < day.top < top + width:
        yield "成文日期不在印章处的下半"
    above = [o.bottom for o in pages.pages[page - 1].lines if o.role in (*t.RUNNING, t.ANNEX) and o.bottom < day.top]
    highest = min(seal[2] for seal in pages.seals if seal[0] == page)
    if above and not 0 <= highest - max(above) <= pages.pitch + 1:
        yield f"印章处的顶端距正文 {highest - max(above):.1f} mm"


def cosigned(pages: Pages) -> Iterator[str] | None:
    """Several organs: each in the middle of its seal, rows and columns straight, no seal touching another or leaving 版心; the
    last organ's is held to by `seal_place` (7.3.5.1)."""
    organs = pages.having(t.ORGAN)
    return _cosigned_ill(pages, organs) if len(organs) > 1 else None


def _cosigned_ill(pages: Pages, organs: list[TextLine]) -> Iterator[str]:
    if pages.seals and len(pages.seals) != len(organs):
        yield f"署名 {len(organs)} 个，印章处 {len(pages.seals)} 处"
        return
    last = (organs[-1].x + organs[-1].right) / 2
    for organ, seal in zip(organs, pages.seals, strict=False):
        if not near(seal[1], (organ.x + organ.right) / 2, 1.5):
            yield f"{quoted(organ.text)}的印章处偏 {seal[1] - (organ.x + organ.right) / 2:.1f} mm"
        if seal[1] - seal[3] / 2 < BODY_LEFT - 0.5 or seal[1] + seal[3] / 2 > BODY_RIGHT + 0.5:
            yield f"{quoted(organ.text)}的印章处出版心"
    steps = {round(abs(last - (o.x + o.right) / 2)) for o in organs if not near((o.x + o.right) / 2, last, 1)}
    if steps and any(not near(step / min(steps), round(step / min(steps)), 0.1) for step in steps):
        yield "各机关署名排列不整齐"
    for one, other in combinations(pages.seals, 2):
        apart = math.hypot(one[1] - other[1], one[2] + one[3] / 2 - other[2] - other[3] / 2)
        if one[0] == other[0] and apart < (one[3] + other[3]) / 2:
            yield "印章处相交或者相切"


# ---- imprint and page numbers ----


def _imprint(pages: Pages) -> list[tuple[int, Stroke]]:
    lines = pages.having(t.IMPRINT)
    if not lines:
        return []
    top = min(line.top for line in lines) - 6
    return [(at, rule) for at, rule in wide_rules(pages, red=False) if at == lines[0].page and rule.top > top]


def imprint_rules(pages: Pages) -> Iterator[str] | None:
    """First and last 0.35 mm, those between 0.25 mm (7.4.1)."""
    found = [rule.thickness for _at, rule in _imprint(pages)]
    if not pages.having(t.IMPRINT):
        return None
    wanted = [0.35, *[0.25] * (len(found) - 2), 0.35]
    wrong = len(found) < 2 or any(not near(a, b, 0.05) for a, b in zip(found, wanted, strict=False))
    return iter(["、".join(f"{w:.2f}" for w in found) + " mm" if found else "没有线"] if wrong else [])


def imprint_bottom(pages: Pages) -> Iterator[str] | None:
    """The last rule of the imprint on the lower edge of 版心, ±0.6 mm (7.4.1)."""
    found = _imprint(pages)
    return (f"在 {r.bottom:.1f} mm" for _at, r in found[-1:] if not near(r.bottom, BODY_BOTTOM, 0.6)) if found else None


def imprint_width(pages: Pages) -> Iterator[str] | None:
    """The imprint as wide as 版心, ±0.6 mm (7.4.1)."""
    found = [rule for _at, rule in _imprint(pages)]
    return (f"宽 {r.right - r.x:.1f} mm" for r in found if not near(r.right - r.x, 156, 0.6)) if found else None


def imprint_last(pages: Pages) -> Iterator[str] | None:
    """The imprint on the last page (7.4)."""
    found = pages.having(t.IMPRINT)
    return iter([] if found[0].page == len(pages.pages) else [f"在第{found[0].page}页"]) if found else None


def imprint_clear(pages: Pages) -> Iterator[str] | None:
    """Nothing else is set below the first rule (7.4)."""
    found = _imprint(pages)
    if not found:
        return None
    at, first = found[0]
    others = (o for o in pages.pages[at - 1].lines if o.role not in (t.IMPRINT, FOLIO))
    return (f"{quoted(o.text)}排在版记上" for o in others if o.bottom > first.top + 0.5)


def imprint_indent(pages: Pages) -> Iterator[str] | None:
    """The imprint one character from both edges (7.4.2, 7.4.3)."""
    found = pages.having(t.IMPRINT)
    if not found:
        return None
    free = (min(o.x for o in found) - BODY_LEFT, BODY_RIGHT - max(o.right for o in found))
    return (f"{side}空 {gap:.1f} mm" for side, gap in zip("左右", free, strict=True) if not near(gap, 14 * MM, 0.8))


def folios(pages: Pages) -> Iterator[str]:
    """A number on every page; a 信函 leaves out the first (7.5, 10.1)."""
    for at, page in enumerate(pages.pages, 1):
        shown = [re.sub("[— ]", "", line.text) for line in page.lines if line.role == FOLIO]
        wanted = [] if at == 1 and pages.kind == LETTER else [str(at)]
        if shown != wanted:
            yield f"第{at}页印 `{'、'.join(shown) or '无'}`"


def folio_side(line: TextLine) -> str:
    """The page number right on odd pages and left on even ones, one character in (7.5)."""
    left, right_ = (line.x - BODY_LEFT) / (14 * MM), (BODY_RIGHT - line.right) / (14 * MM)
    free = right_ if line.page % 2 else left
    return "" if near(free, 1, 0.3) else f"空 {free:.1f} 字"


def folio_height(line: TextLine) -> str:
    """The dash runs 0.38 em above the baseline (7.5)."""
    gap = line.baseline - 0.38 * line.size * MM - BODY_BOTTOM
    return "" if near(gap, 7, 1) else f"相距 {gap:.1f} mm"
