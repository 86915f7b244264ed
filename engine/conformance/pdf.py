"""The points of GB/T 9704-2012 a PDF can be held to: where everything stands on the page, in millimetres, and its fonts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from engine.conformance.pages import Page, Pages
from engine.conformance.roles import FOLIO, RED
from engine.documents import text_points as t
from engine.documents.points import LETTER
from engine.documents.text_points import quoted
from engine.documents.typography import columns
from engine.visible.drawing import MM, Stroke
from engine.visible.lines import BODY_BOTTOM, BODY_LEFT, BODY_RIGHT, BODY_TOP, TextLine

FLUSH = (t.ADDRESSEE, t.BODY)
TEXT = (t.ADDRESSEE, t.BODY, *t.LEVELS, t.ANNEX, t.ORGAN, t.DAY, t.NOTE)
SONG, FANG, HEI, KAI = ("serif", "song", "宋"), ("fang", "仿宋"), ("sans", "hei", "黑"), ("kai", "楷")
NO_START = "、，。；：？！）》”’〕】％%"
NO_END = "（《“‘〔【"

PdfCheck = Callable[[Pages], "Iterable[str] | None"]


def near(value: float, wanted: float, within: float = 1.0) -> bool:
    return abs(value - wanted) <= within


def each(roles: Sequence[str], wrong: Callable[[TextLine], str]) -> PdfCheck:
    """Every line of these parts; `wrong` says what is amiss or ""."""

    def check(pages: Pages) -> Iterator[str] | None:
        found = pages.having(*roles)
        return (f"第{one.page}页 {quoted(one.text)}{said}" for one in found if (said := wrong(one))) if found else None

    return check


def every_page(wrong: Callable[[Page], str]) -> PdfCheck:
    def check(pages: Pages) -> Iterator[str]:
        return (f"第{at}页{said}" for at, page in enumerate(pages.pages, 1) if (said := wrong(page)))

    return check


def _block(page: Page) -> list[TextLine]:
    """The lines of 版心: all but the page number, and the mark, which a 信函 sets above it."""
    return [line for line in page.lines if line.role not in (FOLIO, t.MARK)]


def _rules(pages: Pages, *, red: bool) -> list[tuple[int, Stroke]]:
    return [
        (at, rule)
        for at, page in enumerate(pages.pages, 1)
        for rule in page.rules
        if (rule.color == RED) == red and rule.right - rule.x > 140
    ]


# ---- page ----


def paper(page: Page) -> str:
    fits = near(page.width, 210, 0.5) and near(page.height, 297, 0.5)
    return "" if fits else f" {page.width:.0f} × {page.height:.0f} mm"


def upright(page: Page) -> str:
    return "旋转了" if page.rotated or page.width > page.height else ""


def top_edge(pages: Pages) -> Iterator[str]:
    """The first line stands half its leading below the edge; a later page begins at the top."""
    for at, page in enumerate(pages.pages, 1):
        block = _block(page)
        top = min((line.top for line in block), default=BODY_TOP + 2)
        begun = any(line.role == t.TITLE for line in block)
        if top < BODY_TOP - 1 or (not begun and top > BODY_TOP + pages.pitch):
            yield f"第{at}页首行在 {top:.1f} mm"


def left_edge(pages: Pages) -> Iterator[str] | None:
    found = [line for line in pages.having(*FLUSH) if not line.first or line.role == t.ADDRESSEE]
    return (
        (f"第{o.page}页 {quoted(o.text)}在 {o.x:.1f} mm" for o in found if not near(o.x, BODY_LEFT)) if found else None
    )


def right_edge(page: Page) -> str:
    furthest = max(_block(page), key=lambda line: line.right, default=None)
    return f" {quoted(furthest.text)}出版心" if furthest is not None and furthest.right > BODY_RIGHT + 1 else ""


def bottom_edge(page: Page) -> str:
    lowest = max(_block(page), key=lambda line: line.bottom, default=None)
    return f" {quoted(lowest.text)}出版心" if lowest is not None and lowest.bottom > BODY_BOTTOM + 0.5 else ""


def lines_on(pages: Pages) -> Iterator[str]:
    """Baselines in 版心, a line apart at least half a line."""
    for at, page in enumerate(pages.pages, 1):
        found: list[float] = []
        for line in sorted((o for o in _block(page) if o.role != t.CELL_LINE), key=lambda line: line.baseline):
            if not found or line.baseline - found[-1] > pages.pitch / 2:
                found.append(line.baseline)
        if len(found) > pages.lines_a_page:
            yield f"第{at}页有 {len(found)} 行"


def pitch(pages: Pages) -> Iterator[str] | None:
    """The distance of two lines of one paragraph: the height of 版心 by the lines of a page."""
    wrong = (
        f"第{o.page}页 {quoted(o.text)}行距 {step:.2f} mm"
        for o, step in pages.steps
        if not near(step, pages.pitch, 0.15)
    )
    return wrong if pages.steps else None


def characters(line: TextLine) -> str:
    """A full line may draw in one closing mark; a decimal point is narrower than half a character."""
    allowed = 28.5 + (1 if line.text[-1:] in NO_START else 0)
    return f" {columns(line.text):g} 字" if columns(line.text) > allowed else ""


def begins_well(line: TextLine) -> str:
    return "行首标点" if not line.first and line.text[:1] in NO_START else ""


def ends_well(line: TextLine) -> str:
    return "行末标点" if line.text[-1:] in NO_END else ""


def full_lines(pages: Pages) -> Iterator[str] | None:
    """Every line of a paragraph but its last reaches the right edge."""
    lines = [line for page in pages.pages for line in page.lines if line.role != FOLIO]
    inner = [a for a, b in itertools.pairwise(lines) if a.role == b.role == t.BODY and not b.first]
    short = (o for o in inner if not near(o.right, BODY_RIGHT, 1.5) and o.right < BODY_RIGHT - 6)
    ragged = [o for o in inner if not near(o.right, BODY_RIGHT, 1.5)]
    return (
        (f"第{o.page}页 {quoted(o.text)}" for o in (short if len(ragged) <= len(inner) / 10 else ragged))
        if inner
        else None
    )


# ---- fonts ----


def set_in(names: Sequence[str]) -> Callable[[TextLine], str]:
    return lambda line: "" if any(name in line.font.lower() for name in names) else f"是 `{line.font}`"


def mostly(roles: Sequence[str], names: Sequence[str]) -> PdfCheck:
    """Most lines of a part; single ones fall back to another font for rare characters."""

    def check(pages: Pages) -> Iterator[str] | None:
        found = pages.having(*roles)
        odd = [line for line in found if set_in(names)(line)]
        return (
            iter([f"{quoted(odd[0].text)}是 `{odd[0].font}`"] if len(odd) * 10 > len(found) else []) if found else None
        )

    return check


def sized(points: float, within: float = 0.3) -> Callable[[TextLine], str]:
    return lambda line: "" if near(line.size, points, within) else f"是 {line.size:g} 磅"


def black(pages: Pages) -> Iterator[str]:
    for line in pages.having(*TEXT, t.NUMBER, t.TITLE, t.IMPRINT, FOLIO):
        if any(part > 0.01 for part in line.color):
            yield f"第{line.page}页 {quoted(line.text)}"


# ---- head ----


def red(line: TextLine) -> str:
    return "" if line.color == RED else "不是红色"


def centred(line: TextLine) -> str:
    off = (line.x + line.right) / 2 - (BODY_LEFT + BODY_RIGHT) / 2
    return "" if abs(off) <= 1.5 else f"偏 {off:.1f} mm"


def mark_place(line: TextLine) -> str:
    """The face of a character ends about 0.09 em below the top of its em box."""
    top = line.top + 0.09 * line.size * MM - BODY_TOP
    return "" if near(top, 35, 1.5) else f"距版心上边缘 {top:.1f} mm"


def letter_mark_place(line: TextLine) -> str:
    top = line.top + 0.09 * line.size * MM
    return "" if near(top, 30, 1.5) else f"距上页边 {top:.1f} mm"


def mark_fits(pages: Pages) -> Iterator[str] | None:
    found = pages.having(t.MARK)
    if not found:
        return None
    wide = (f"{o.right - o.x:.0f} mm" for o in found if o.right - o.x > 157)
    return iter([*wide, *(["不止一行"] if len(found) > 1 else [])])


def number_below(pages: Pages) -> Iterator[str] | None:
    marks, numbers = pages.having(t.MARK), pages.having(t.NUMBER)
    if not marks or not numbers:
        return None
    gap = numbers[0].top - marks[-1].bottom
    return iter([] if near(gap, 2 * pages.pitch, 2.5) else [f"空 {gap / pages.pitch:.1f} 行"])


def red_rule(pages: Pages) -> Iterator[str]:
    found = _rules(pages, red=True)
    if [at for at, _ in found] != [1]:
        yield f"有 {len(found)} 条"


def letter_rules(pages: Pages) -> Iterator[str]:
    """Two double rules of 170 mm on page 1: thick over thin below the mark, thin over thick 20 mm above the foot."""
    found = [rule for at, rule in _rules(pages, red=True) if at == 1]
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
    """4 mm below the mark; the face of a character ends about 0.09 em above the foot of its em box."""
    found, marks = _rules(pages, red=True), pages.having(t.MARK)
    if not found or not marks:
        return None
    gap = found[0][1].top - (marks[-1].bottom - 0.09 * marks[-1].size * MM)
    return iter([] if near(gap, 4, 1.2) else [f"相距 {gap:.1f} mm"])


def number_right(line: TextLine) -> str:
    return "" if near(line.right, BODY_RIGHT, 1.5) else f"距版心右边缘 {BODY_RIGHT - line.right:.1f} mm"


def rule_width(pages: Pages) -> Iterator[str] | None:
    found = [rule for _at, rule in _rules(pages, red=True)]
    wrong = (r for r in found if not near(r.x, BODY_LEFT, 0.5) or not near(r.right, BODY_RIGHT, 0.5))
    return (f"{r.x:.1f}–{r.right:.1f} mm" for r in wrong) if found else None


def rule_gap(pages: Pages) -> Iterator[str] | None:
    rules, numbers = _rules(pages, red=True), pages.having(t.NUMBER)
    if not rules or not numbers:
        return None
    gap = rules[0][1].top - numbers[-1].bottom
    return iter([] if near(gap, 4, 0.8) else [f"相距 {gap:.1f} mm"])


def title_below(pages: Pages) -> Iterator[str] | None:
    """Two blank lines, then half the leading of the title's own line."""
    rules, found = _rules(pages, red=True), pages.having(t.TITLE)
    if not rules or not found:
        return None
    gap = found[0].top - rules[0][1].bottom - (pages.pitch - 22 * MM) / 2
    return iter([] if near(gap, 2 * pages.pitch, 1.5) else [f"空 {gap / pages.pitch:.1f} 行"])


def flush_left(line: TextLine) -> str:
    return "" if near(line.x, BODY_LEFT, 0.8) else f"在 {line.x:.1f} mm"


def addressee_below(pages: Pages) -> Iterator[str] | None:
    found, below = pages.having(t.TITLE), pages.having(t.ADDRESSEE)
    if not found or not below:
        return None
    gap = (below[0].baseline - found[-1].baseline) / pages.pitch - 1
    return iter([] if near(gap, 1, 0.15) else [f"空 {gap:.1f} 行"])


# ---- body and closing ----


def body_first(pages: Pages) -> Iterator[str]:
    if not any(line.role in (*t.RUNNING, t.CELL_LINE) for line in pages.pages[0].lines):
        yield "首页没有正文"


def indented(line: TextLine) -> str:
    if not line.first:
        return ""
    found = (line.x - BODY_LEFT) / (line.size * MM)
    return "" if near(found, 2, 0.15) else f"缩进 {found:.1f} 字"


def annex_place(pages: Pages) -> Iterator[str] | None:
    found = pages.having(t.ANNEX)
    return (said for o in found[:1] if (said := indented(o))) if found else None


def annex_below(pages: Pages) -> Iterator[str] | None:
    lines = [line for page in pages.pages for line in page.lines if line.role in (t.ANNEX, *t.RUNNING)]
    at = next((place for place, line in enumerate(lines) if line.role == t.ANNEX), 0)
    if not at or lines[at - 1].page != lines[at].page:
        return None
    gap = (lines[at].baseline - lines[at - 1].baseline) / pages.pitch - 1
    return iter([] if near(gap, 1, 0.15) else [f"空 {gap:.1f} 行"])


def date_place(line: TextLine) -> str:
    free = (BODY_RIGHT - line.right) / (line.size * MM)
    return "" if free >= 3.8 else f"右空 {free:.1f} 字"


def organ_over_date(pages: Pages) -> Iterator[str] | None:
    organs, days = pages.having(t.ORGAN), pages.having(t.DAY)
    if not organs or not days:
        return None
    off = abs((organs[-1].x + organs[-1].right) - (days[-1].x + days[-1].right)) / 2
    return iter([] if off <= 3 else [f"偏 {off:.1f} mm"])


def together(pages: Pages) -> Iterator[str] | None:
    organs, days = pages.having(t.ORGAN), pages.having(t.DAY)
    if not organs or not days:
        return None
    page = pages.pages[organs[-1].page - 1]
    if organs[-1].page != days[-1].page:
        return iter(["署名与成文日期不在同一页"])
    return iter([] if any(o.role in t.RUNNING for o in page.lines) else [f"第{organs[-1].page}页没有正文"])


def not_alone(pages: Pages) -> Iterator[str] | None:
    """On a later page at least two lines of the text come before the signature, unless there is only one."""
    organs = pages.having(t.ORGAN)
    if not organs or organs[-1].page == 1:
        return None
    text = pages.having(*t.RUNNING, t.CELL_LINE)
    before = [o for o in text if o.page == organs[-1].page and o.baseline < organs[-1].baseline]
    lone = len(before) == 1 and len(text) > 1
    return iter([f"第{organs[-1].page}页署名以前只有 {quoted(before[0].text)}"] if lone else [])


# ---- imprint and page numbers ----


def _imprint(pages: Pages) -> list[tuple[int, Stroke]]:
    lines = pages.having(t.IMPRINT)
    if not lines:
        return []
    top = min(line.top for line in lines) - 6
    return [(at, rule) for at, rule in _rules(pages, red=False) if at == lines[0].page and rule.top > top]


def imprint_rules(pages: Pages) -> Iterator[str] | None:
    """First and last 0.35 mm, those between 0.25 mm."""
    found = [rule.thickness for _at, rule in _imprint(pages)]
    if not pages.having(t.IMPRINT):
        return None
    wanted = [0.35, *[0.25] * (len(found) - 2), 0.35]
    wrong = len(found) < 2 or any(not near(a, b, 0.05) for a, b in zip(found, wanted, strict=False))
    return iter(["、".join(f"{w:.2f}" for w in found) + " mm" if found else "没有线"] if wrong else [])


def imprint_bottom(pages: Pages) -> Iterator[str] | None:
    found = _imprint(pages)
    return (f"在 {r.bottom:.1f} mm" for _at, r in found[-1:] if not near(r.bottom, BODY_BOTTOM, 0.6)) if found else None


def imprint_width(pages: Pages) -> Iterator[str] | None:
    found = [rule for _at, rule in _imprint(pages)]
    return (f"宽 {r.right - r.x:.1f} mm" for r in found if not near(r.right - r.x, 156, 0.6)) if found else None


def imprint_last(pages: Pages) -> Iterator[str] | None:
    found = pages.having(t.IMPRINT)
    return iter([] if found[0].page == len(pages.pages) else [f"在第{found[0].page}页"]) if found else None


def imprint_clear(pages: Pages) -> Iterator[str] | None:
    """Nothing else is set below the first rule."""
    found = _imprint(pages)
    if not found:
        return None
    at, first = found[0]
    others = (o for o in pages.pages[at - 1].lines if o.role not in (t.IMPRINT, FOLIO))
    return (f"{quoted(o.text)}排在版记上" for o in others if o.bottom > first.top + 0.5)


def imprint_indent(pages: Pages) -> Iterator[str] | None:
    found = pages.having(t.IMPRINT)
    if not found:
        return None
    free = (min(o.x for o in found) - BODY_LEFT, BODY_RIGHT - max(o.right for o in found))
    return (f"{side}空 {gap:.1f} mm" for side, gap in zip("左右", free, strict=True) if not near(gap, 14 * MM, 0.8))


def folios(pages: Pages) -> Iterator[str]:
    """A number on every page; a 信函 leaves out the first."""
    for at, page in enumerate(pages.pages, 1):
        shown = [re.sub("[— ]", "", line.text) for line in page.lines if line.role == FOLIO]
        wanted = [] if at == 1 and pages.kind == LETTER else [str(at)]
        if shown != wanted:
            yield f"第{at}页印 `{'、'.join(shown) or '无'}`"


def folio_side(line: TextLine) -> str:
    left, right_ = (line.x - BODY_LEFT) / (14 * MM), (BODY_RIGHT - line.right) / (14 * MM)
    free = right_ if line.page % 2 else left
    return "" if near(free, 1, 0.3) else f"空 {free:.1f} 字"


def folio_height(line: TextLine) -> str:
    """The dash runs 0.38 em above the baseline."""
    gap = line.baseline - 0.38 * line.size * MM - BODY_BOTTOM
    return "" if near(gap, 7, 1) else f"相距 {gap:.1f} mm"
