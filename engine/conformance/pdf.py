"""The page of a PDF by GB/T 9704-2012: its edges, lines and characters, in millimetres, and its fonts."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence

from engine.conformance.pages import Page, Pages
from engine.conformance.roles import FOLIO, RED
from engine.documents import text_points as t
from engine.documents.text_points import quoted
from engine.documents.typography import columns, level
from engine.visible.drawing import Stroke
from engine.visible.lines import BODY_BOTTOM, BODY_LEFT, BODY_RIGHT, BODY_TOP, TextLine

FLUSH = (t.ADDRESSEE, t.BODY)
SONG, FANG, HEI, KAI = ("serif", "song", "宋"), ("fang", "仿宋"), ("sans", "hei", "黑"), ("kai", "楷")
NO_START = "、，。；：？！）》”’〕】％%"
NO_END = "（《“‘〔【"

PdfCheck = Callable[[Pages], "Iterable[str] | None"]


def near(value: float, wanted: float, within: float = 1.0) -> bool:
    """Whether two lengths in mm are the same but for `within`."""
    return abs(value - wanted) <= within


def each(roles: Sequence[str], wrong: Callable[[TextLine], str]) -> PdfCheck:
    """Every line of these parts; `wrong` says what is amiss or ""."""

    def check(pages: Pages) -> Iterator[str] | None:
        found = pages.having(*roles)
        return (f"第{one.page}页 {quoted(one.text)}{said}" for one in found if (said := wrong(one))) if found else None

    return check


def every_page(wrong: Callable[[Page], str]) -> PdfCheck:
    """Every page; `wrong` says what is amiss or ""."""

    def check(pages: Pages) -> Iterator[str]:
        return (f"第{at}页{said}" for at, page in enumerate(pages.pages, 1) if (said := wrong(page)))

    return check


def _block(page: Page) -> list[TextLine]:
    """The lines of 版心: all but the page number, and the mark, which a 信函 sets above it."""
    return [line for line in page.lines if line.role not in (FOLIO, t.MARK)]


def wide_rules(pages: Pages, *, red: bool) -> list[tuple[int, Stroke]]:
    """The rules almost as wide as 版心, red ones or others, with the number of their page."""
    return [
        (at, rule)
        for at, page in enumerate(pages.pages, 1)
        for rule in page.rules
        if (rule.color == RED) == red and rule.right - rule.x > 140
    ]


# ---- page ----


def paper(page: Page) -> str:
    """A4, 210 × 297 mm (5.1)."""
    fits = near(page.width, 210, 0.5) and near(page.height, 297, 0.5)
    return "" if fits else f" {page.width:.0f} × {page.height:.0f} mm"


def upright(page: Page) -> str:
    """Upright and not turned (5.1)."""
    return "旋转了" if page.rotated or page.width > page.height else ""


def top_edge(pages: Pages) -> Iterator[str]:
    """The first line stands half its leading below the edge; a later page begins at the top (5.2.1)."""
    for at, page in enumerate(pages.pages, 1):
        block = _block(page)
        top = min((line.top for line in block), default=BODY_TOP + 2)
        begun = any(line.role == t.TITLE for line in block)
        if top < BODY_TOP - 1 or (not begun and top > BODY_TOP + pages.pitch):
            yield f"第{at}页首行在 {top:.1f} mm"


def left_edge(pages: Pages) -> Iterator[str] | None:
    """订口 28 mm ±1, and every line but a first one begins there (5.2.1, 7.3.3)."""
    found = [line for line in pages.having(*FLUSH) if not line.first or line.role == t.ADDRESSEE]
    return (
        (f"第{o.page}页 {quoted(o.text)}在 {o.x:.1f} mm" for o in found if not near(o.x, BODY_LEFT)) if found else None
    )


def right_edge(page: Page) -> str:
    """No text beyond the right edge of 版心 (5.2.1)."""
    furthest = max(_block(page), key=lambda line: line.right, default=None)
    return f" {quoted(furthest.text)}出版心" if furthest is not None and furthest.right > BODY_RIGHT + 1 else ""


def bottom_edge(page: Page) -> str:
    """No text below 版心 (5.2.1)."""
    lowest = max(_block(page), key=lambda line: line.bottom, default=None)
    return f" {quoted(lowest.text)}出版心" if lowest is not None and lowest.bottom > BODY_BOTTOM + 0.5 else ""


def lines_on(pages: Pages) -> Iterator[str]:
    """Baselines in 版心, a line apart at least half a line (5.2.3, 7.3.5.5)."""
    for at, page in enumerate(pages.pages, 1):
        found: list[float] = []
        for line in sorted((o for o in _block(page) if o.role != t.CELL_LINE), key=lambda line: line.baseline):
            if not found or line.baseline - found[-1] > pages.pitch / 2:
                found.append(line.baseline)
        if len(found) > pages.lines_a_page:
            yield f"第{at}页有 {len(found)} 行"


def pitch(pages: Pages) -> Iterator[str] | None:
    """The distance of two lines of one paragraph: the height of 版心 by the lines of a page (5.2.3, 7.3.5.5)."""
    wrong = (
        f"第{o.page}页 {quoted(o.text)}行距 {step:.2f} mm"
        for o, step in pages.steps
        if not near(step, pages.pitch, 0.15)
    )
    return wrong if pages.steps else None


def characters(line: TextLine) -> str:
    """A full line may draw in one closing mark; a decimal point is narrower than half a character (5.2.3)."""
    allowed = 28.5 + (1 if line.text[-1:] in NO_START else 0)
    return f" {columns(line.text):g} 字" if columns(line.text) > allowed else ""


def begins_well(line: TextLine) -> str:
    """No closing mark or stop at the beginning of a line (GB/T 15834)."""
    return "行首标点" if not line.first and line.text[:1] in NO_START else ""


def ends_well(line: TextLine) -> str:
    """No opening mark at the end of a line (GB/T 15834)."""
    return "行末标点" if line.text[-1:] in NO_END else ""


def full_lines(pages: Pages) -> Iterator[str] | None:
    """Every line of a paragraph but its last reaches the right edge (7.3.3)."""
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
    """A line in a font whose name has one of these in it (5.2.2)."""
    return lambda line: "" if any(name in line.font.lower() for name in names) else f"是 `{line.font}`"


def leads(pages: Pages) -> list[TextLine]:
    """The lines of paragraphs of the second level, （一）, up to the full stop of their first sentence."""
    found: list[TextLine] = []
    lead = False
    for line in pages.having(t.BODY):
        lead = level(line.text) == 2 if line.first else lead
        found += [line] if lead else []
        lead = lead and "。" not in line.text
    return found


def second_level(pages: Pages) -> Iterator[str] | None:
    """Headings of the second level in 楷体, and so the first sentences of paragraphs; a line that is mostly of what follows the
    first sentence is passed over (7.3.3)."""
    first = [line for line in leads(pages) if 2 * (line.text.find("。") % (len(line.text) + 1)) > len(line.text)]
    found = [*pages.having(t.LEVELS[1]), *first]
    return (
        (f"第{one.page}页 {quoted(one.text)}{said}" for one in found if (said := set_in(KAI)(one))) if found else None
    )


def mostly(roles: Sequence[str], names: Sequence[str]) -> PdfCheck:
    """Most lines of a part; single ones fall back to another font for rare characters (5.2.2)."""

    def check(pages: Pages) -> Iterator[str] | None:
        second = leads(pages)
        found = [line for line in pages.having(*roles) if line not in second]
        odd = [line for line in found if set_in(names)(line)]
        return (
            iter([f"{quoted(odd[0].text)}是 `{odd[0].font}`"] if len(odd) * 10 > len(found) else []) if found else None
        )

    return check


def sized(points: float, within: float = 0.3) -> Callable[[TextLine], str]:
    """A line of so many points, ± `within`: 3号 is 15.85, 4号 14, 2号 22 (5.2.2)."""
    return lambda line: "" if near(line.size, points, within) else f"是 {line.size:g} 磅"


def bold_face(line: TextLine) -> str:
    """密级 and 紧急程度 in 3号黑体, 份号 in 3号 (7.2.1–7.2.3)."""
    digits = line.text.strip().isdigit()
    return sized(15.85, 0.25)(line) or ("" if digits else set_in(HEI)(line))


def black(pages: Pages) -> Iterator[str]:
    """Text in black, but for the mark (5.2.4)."""
    for line in pages.having(*t.THREE, t.NUMBER, t.TITLE, t.IMPRINT, FOLIO):
        if any(part > 0.01 for part in line.color):
            yield f"第{line.page}页 {quoted(line.text)}"
