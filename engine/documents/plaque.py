"""Plaques and badges to physical size: SVG with outlined letters, bleed and crop marks, and the same drawing as PDF (edge:
reads templates/, fonts, and the mark the office supplies)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from engine.base.problem import Problem, Refused
from engine.base.svg import ShapeLook, document, element, number, path, rect, steps, title, view_box
from engine.base.text import long_date
from engine.documents import outlines
from engine.documents.embedded import finisher, svg_metadata
from engine.documents.fitting import Frame, fit
from engine.documents.layouts import TEMPLATES
from engine.documents.model import DocumentPlan, LetterParagraph
from engine.documents.receipt import printed_code, qr_text
from engine.documents.signs import Sign, SignField, sign

QUIET = 4
"""Modules of white around a QR code, as its standard asks."""
_GREY = re.compile(rb"\A([0-9.]+) \1 \1 [rR]([gG])\Z")
"""A colour whose parts are equal, as WeasyPrint has it set: `0 0 0 rg`."""
MARK: ShapeLook = {"stroke": "#000", "stroke_width": 0.1}


def render_svg(plan: DocumentPlan, templates: Path = TEMPLATES) -> bytes:
    """The sign as SVG. Refused: E620, E627 its layout; E628 the mark; E629 a text that does not fit; E630, E631 letters."""
    return _drawing(plan, sign(plan.layout, templates)).encode()


def render_pdf(plan: DocumentPlan, templates: Path = TEMPLATES) -> bytes:
    """The sign as PDF with its trim and bleed boxes; refused as `render_svg`, and E632 without the PDF library."""
    from engine.documents.printing import written

    layout = sign(plan.layout, templates)
    drawing = _drawing(plan, layout)
    keep = finisher(plan)

    def finish(document: Any, pdf: Any) -> None:
        _boxes(pdf, layout)
        _black_alone(pdf)
        keep(document, pdf)

    width, height = layout.width + 2 * layout.margin, layout.height + 2 * layout.margin
    page = f"@page{{size:{width:g}mm {height:g}mm;margin:0}}html,body{{margin:0}}svg{{display:block}}"
    said = "；".join(text for text in _texts(plan).values() if text)
    head = (
        f'<meta charset="utf-8"><title>{escape(plan.title)}</title><meta name="description" content="{escape(said)}">'
    )
    day = plan.date.isoformat()
    dates = f'<meta name="dcterms.created" content="{day}"><meta name="dcterms.modified" content="{day}">'
    html = f'<!DOCTYPE html><html lang="zh-CN"><head>{head}{dates}<style>{page}</style></head><body>{drawing}</body></html>'
    return written(html, finish)


def _boxes(pdf: Any, layout: Sign) -> None:
    """TrimBox and BleedBox of every page, in points."""
    import pydyf

    point = 72 / 25.4
    width, height = layout.width + 2 * layout.margin, layout.height + 2 * layout.margin
    for page in (
        found for found in pdf.objects if isinstance(found, pydyf.Dictionary) and found.get("Type") == "/Page"
    ):
        for name, inset in (("TrimBox", layout.margin), ("BleedBox", layout.margin - layout.bleed)):
            corners = (inset, inset, width - inset, height - inset)
            page[name] = pydyf.Array([round(value * point, 3) for value in corners])


def _black_alone(pdf: Any) -> None:
    """Black, white and greys as DeviceGray, which a press prints with black ink alone (ISO 32000-1, 10.3.3): a QR code or small
    letters made of four inks are blurred where the plates do not meet."""
    import pydyf

    for stream in (found.stream for found in pdf.objects if isinstance(found, pydyf.Stream)):
        stream[:] = [_GREY.sub(rb"\1 \2", part) if isinstance(part, bytes) else part for part in stream]


# ---- the drawing ----


def _drawing(plan: DocumentPlan, layout: Sign) -> str:
    margin = layout.margin
    width, height = layout.width + 2 * margin, layout.height + 2 * margin
    head = [title(plan.title), element("desc", escape(_described(plan, layout)))]
    parts = [
        *_ground(layout),
        *(_sample(layout) if plan.sample else ()),
        *(piece for place in layout.places for piece in _placed(place, plan, layout)),
        *_crop(layout),
    ]
    box = {"width": f"{width:g}mm", "height": f"{height:g}mm", "viewBox": view_box(-margin, -margin, width, height)}
    return document([*head, svg_metadata(plan, document([*head, *parts], **box)), *parts], **box)


def _described(plan: DocumentPlan, layout: Sign) -> str:
    texts = "；".join(f"{name} {text}" for name, text in _texts(plan).items() if text)
    return f"成品 {layout.width:g}×{layout.height:g} mm，出血 {layout.bleed:g} mm，文字已转曲。{texts}。{'，'.join(printed_code(plan))}"


def _texts(plan: DocumentPlan) -> Mapping[str, str]:
    """What the places of a layout may hold. A paragraph that only repeats the title is left out."""
    body = [part.text for part in plan.body if isinstance(part, LetterParagraph) and part.text != plan.title]
    number = plan.number or plan.receipt.case
    return {
        "标题": plan.title,
        **{f"正文{at}": text for at, text in enumerate(body, 1)},
        "署名": plan.organ,
        "日期": long_date(plan.date),
        "编号": f"编号 {number}{f'-{plan.record:02}' if plan.record else ''}",
    }


def _ground(layout: Sign) -> Iterator[str]:
    bleed, width, height = layout.bleed, layout.width, layout.height
    yield rect(-bleed, -bleed, width + 2 * bleed, height + 2 * bleed, fill=layout.ground)
    for line in layout.lines:
        look: ShapeLook = {"fill": "none", "stroke": line.colour, "stroke_width": line.width}
        yield rect(line.inset, line.inset, width - 2 * line.inset, height - 2 * line.inset, **look)


def _crop(layout: Sign) -> Iterator[str]:
    """Two marks at each corner, from the edge of the bleed outwards, in line with the trimmed edges."""
    b, length, w, h = layout.bleed, layout.marks, layout.width, layout.height
    for x, outward in ((0.0, -1), (w, 1)):
        for y, down in ((0.0, -1), (h, 1)):
            across = steps("M", x + outward * b, y, "h", outward * length)
            yield path(across + steps("M", x, y + down * b, "v", down * length), **MARK)


def _sample(layout: Sign) -> Iterator[str]:
    size = min(layout.width, layout.height) * 0.4
    drawn = outlines.centred(("样稿",), "黑体", size, size * 0.2, 0.0, -size / 2, 1.0)
    turn = f"translate({number(layout.width / 2)} {number(layout.height / 2)}) rotate(-30)"
    yield element("g", path(drawn), aria_label="样稿", fill="#000", fill_opacity=0.1, transform=turn)


def _placed(place: SignField, plan: DocumentPlan, layout: Sign) -> Iterator[str]:
    drawn = _SLOTS.get(place.holds)
    if drawn is not None:
        yield from drawn(place.frame, plan)
        return
    texts = _texts(plan)
    text = texts.get(place.holds, "")
    if text:
        spare = [p.frame for p in layout.places if p.holds == place.takes and not texts.get(p.holds)]
        yield _text(replace(place, frame=_together(place.frame, *spare)), text)


def _together(*frames: Frame) -> Frame:
    """The smallest frame around all of them."""
    x, y = min(f.x for f in frames), min(f.y for f in frames)
    right, bottom = max(f.x + f.width for f in frames), max(f.y + f.height for f in frames)
    return Frame(x, y, right - x, bottom - y)


def _text(place: SignField, text: str) -> str:
    frame, rule = place.frame, place.rule
    fitted = fit(text, outlines.advances(text, place.face), frame, rule)
    if fitted is None:
        message = (
            f"`{text}` 放不进{place.holds}（{frame.width:g}×{frame.height:g} 毫米，字不小于 {rule.smallest:g} 毫米）"
        )
        raise Refused(Problem("E629", message, help="缩短文字，或在 signs.yaml 里放大框、增加行数"))
    tall = fitted.size * (1 + rule.leading * (len(fitted.lines) - 1))
    top = frame.y + (frame.height - tall) / 2
    paths = []
    for at, line in enumerate(fitted.lines):
        room = frame.width - outlines.length(line, place.face, fitted.size, fitted.spread)
        x = frame.x + room * {"左": 0.0, "中": 0.5, "右": 1.0}[place.align]
        baseline = top + (at * rule.leading + outlines.BASELINE) * fitted.size
        paths.append(outlines.outlined(line, place.face, x, baseline, fitted.size, fitted.spread))
    return element("g", path("".join(paths)), aria_label=text, fill=place.colour)


# ---- slots ----


def _logo(frame: Frame, plan: DocumentPlan) -> Iterator[str]:
    """The mark the office supplies, or a neutral placeholder that says so."""
    if not plan.mark:
        yield from _empty(frame, ("标识位置", "待主管机关提供"))
        return
    from engine.documents.logo import read_logo

    box, shapes = read_logo(Path(plan.mark))
    place = {"x": frame.x, "y": frame.y, "width": frame.width, "height": frame.height}
    yield element("svg", shapes, **place, viewBox=box, preserveAspectRatio="xMidYMid meet")


def _photo(frame: Frame, plan: DocumentPlan) -> Iterator[str]:
    yield from _empty(frame, ("照片", f"{frame.width:g}×{frame.height:g}毫米"))


def _empty(frame: Frame, lines: tuple[str, ...]) -> Iterator[str]:
    """A dashed frame with what belongs into it."""
    thin = min(frame.width, frame.height) / 100
    look: ShapeLook = {"fill": "none", "stroke": "#777", "stroke_width": max(0.15, thin)}
    dashes = f"{number(4 * thin)} {number(3 * thin)}"
    yield rect(frame.x, frame.y, frame.width, frame.height, **look, stroke_dasharray=dashes)
    size = min(frame.width * 0.9 / max(len(line) for line in lines), frame.height * 0.2)
    tall = size * (1 + 1.4 * (len(lines) - 1))
    top, middle = frame.y + (frame.height - tall) / 2, frame.x + frame.width / 2
    drawn = outlines.centred(lines, "黑体", size, 0.0, middle, top, 1.4)
    yield element("g", path(drawn), aria_label="，".join(lines), fill="#777")


def _code(frame: Frame, plan: DocumentPlan) -> Iterator[str]:
    """The receipt as a QR code (ISO/IEC 18004, level M) on white, one path of whole rows."""
    rows = matrix(qr_text(plan))
    count = len(rows) + 2 * QUIET
    side = min(frame.width, frame.height)
    x, y = frame.x + (frame.width - side) / 2, frame.y + (frame.height - side) / 2
    runs = "".join(f"M{start + QUIET} {at + QUIET}h{length}v1h-{length}z" for at, start, length in _runs(rows))
    ground = rect(0, 0, count, count, fill="#fff")
    box = view_box(0, 0, count, count)
    inside = (ground, path(runs, fill="#000"))
    yield element("svg", *inside, x=x, y=y, width=side, height=side, viewBox=box, shape_rendering="crispEdges")


def matrix(text: str) -> tuple[tuple[int, ...], ...]:
    """The modules of the QR code of `text`, row by row, 1 is dark."""
    import segno

    code = segno.make(text, error="m", micro=False, encoding="utf-8", boost_error=False)
    return tuple(tuple(int(module) for module in row) for row in code.matrix)


def _runs(rows: tuple[tuple[int, ...], ...]) -> Iterator[tuple[int, int, int]]:
    """Row, start and length of the dark runs."""
    for at, row in enumerate(rows):
        start = 0
        while start < len(row):
            length = 0
            while start + length < len(row) and row[start + length]:
                length += 1
            if length:
                yield at, start, length
            start += length or 1


_SLOTS: Mapping[str, Callable[[Frame, DocumentPlan], Iterator[str]]] = {"标识": _logo, "照片": _photo, "二维码": _code}
