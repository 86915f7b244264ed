"""A document plan as PDF: the HTML/CSS twin of the Word layout, set by WeasyPrint (edge: reads templates/ and fonts)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.base.text import long_date
from engine.documents import fonts
from engine.documents.closing import closing_indents, name_width
from engine.documents.embedded import finisher
from engine.documents.everyday import sheet
from engine.documents.fields import fields, pictures_in, receipt_text
from engine.documents.layouts import LAYOUTS, TEMPLATES, layout_file, read_text
from engine.documents.lines import composed
from engine.documents.model import DocumentPlan, LetterParagraph, LetterPicture, LetterTable
from engine.documents.natives import weasyprint_html
from engine.documents.room import HEIGHT, lines_needed
from engine.documents.typography import columns, leading
from engine.files.reading import read

_ROLES = {0: "仿宋", 1: "黑体", 2: "楷体", 3: "仿宋", 4: "仿宋"}
MAX_TEXT = 200_000
"""Characters of one letter; more would only keep the layout engine busy."""


@dataclass(frozen=True, slots=True)
class Spacing:
    """How a letter fills its pages: so many lines on each, its pictures so much of the width they ask for; `parted`: whether its
    notes and imprint may begin a page."""

    lines: int = 22
    pictures: float = 1.0
    parted: bool = False


USUAL = Spacing()
CLOSER = Spacing(24), Spacing(24, 0.8)
"""What is tried where a letter has several pages, and kept where it saves one (GB/T 9704-2012, 5.2.3 and 7.3.5.5); the last for
letters with pictures."""
PARTED = Spacing(22, parted=True), Spacing(24, parted=True)
"""What is tried where what follows the body is so much that none of the body would be on the first page (7.3.3)."""

ARCHIVED: Mapping[str, Any] = {"pdf_variant": "pdf/a-2a", "output_intent": "srgb"}
"""What letters are filed as: PDF/A-2a (ISO 19005-2), tagged, with the colours of the screen. Asked for when they are laid out and
when they are written."""

MAX_FILE = 50_000_000
"""Bytes of a font, a style sheet or a picture that a layout names."""


def render_pdf(plan: DocumentPlan, templates: Path = TEMPLATES) -> bytes:
    """The letter as PDF: the same plan, layout, fonts and libraries give the same bytes.

    Refused: E620 layout missing, E621/E622/E623 its mistakes, E625 it reaches outside templates/, E630 characters without
    a glyph, E631 no Chinese font, E632 PDF library not usable, E633 letter too long.
    """
    layout = _laid_out(plan, templates)
    _LAST.clear()
    identifier = hashlib.sha256((receipt_text(plan) + layout.html).encode()).digest()[:16]
    with _inside(layout.blocked):  # attachments and what an SVG names are read only now
        return bytes(layout.document.write_pdf(pdf_identifier=identifier, finisher=finisher(plan), **ARCHIVED))


def spacing_of(plan: DocumentPlan, templates: Path = TEMPLATES) -> Spacing:
    """How the Word file of a letter fills its pages: as the PDF, closer where other programs would need a page more, as usual where
    no PDF of it can be set here. What was laid out to know is what `render_pdf` writes."""
    if not LAYOUTS[plan.layout].closing:
        return USUAL
    try:
        laid = _laid_out(plan, templates)
    except Refused:
        return USUAL
    return replace(laid.spacing, lines=lines_needed(plan, laid.spacing.lines, laid.document))


@dataclass(frozen=True, slots=True)
class _LaidOut:
    """A letter on its pages, `document` being WeasyPrint's, made of what is named before it. `blocked`: what it wanted to read
    outside of its folder, as far as that is known."""

    html: str
    pictures: tuple[LetterPicture, ...]
    sheets: tuple[Any, ...]
    document: Any
    spacing: Spacing
    blocked: list[str]


_LAST: list[_LaidOut] = []
"""The letter laid out last, until it is written: .docx and PDF of a letter are asked for one after the other."""


def _laid_out(plan: DocumentPlan, templates: Path) -> _LaidOut:
    texts = list(_texts(plan))
    if sum(len(text) for text, _ in texts) > MAX_TEXT:
        raise Refused(Problem("E633", f"`{plan.name}` 过长，超过 {MAX_TEXT} 字", help="拆成正文和附件"))
    boxes = fonts.uncovered(texts)
    if boxes:
        raise Refused(boxes)
    folder, name = layout_file(plan, ".html", templates)
    return _set(_html(plan, read_text(folder, name), name), plan, folder, templates)


def _texts(plan: DocumentPlan) -> Iterator[tuple[str, str]]:
    """Every text of the plan with the font role it is set in."""
    yield plan.organ + plan.title + "文件", "宋体"
    yield plan.addressee + plan.organ + plan.number + long_date(plan.date) + "：（）", "仿宋"
    for part in plan.parts:
        if isinstance(part, LetterParagraph):
            yield part.text, _ROLES[part.level]
            yield part.text[: leading(part.text)], "楷体"
        elif isinstance(part, LetterTable):
            for cell in part.cells:
                yield cell.text + cell.signer, "黑体" if cell.kind in ("栏目", "节") else "仿宋"
        else:
            yield part.text, "黑体"
    for page in plan.pages:
        yield page.title, "宋体"
        yield page.label, "黑体"
    for text in (*plan.annexes, *plan.notes, *plan.copies, *plan.cosigners):
        yield text, "仿宋"
    yield from ((text, "黑体") for text in plan.head.markings)
    yield from ((name, "楷体") for name in plan.head.signers)


def pdf_fields(plan: DocumentPlan) -> dict[str, Any]:
    """The fields of the Word layout, and lines already broken and spaced."""
    context = fields(plan)
    pages = [part for page in context["附页"] for part in page["正文"]]
    for paragraph in (*context["正文"], *pages):
        paragraph["行"] = list(_lines(paragraph))
    right, organ_right = closing_indents((plan.organ, *plan.cosigners), long_date(plan.date))
    context["签发宽"] = f"{name_width(plan.head.signers):g}"
    context["缩放"] = f"{context['字距缩放'] / 100:.2f}"
    context["日期"] = plan.date.isoformat()
    context["署名右移"], context["日期右移"] = f"{organ_right:.3f}", f"{right:.3f}"
    context["印章右移"] = f"{right + columns(long_date(plan.date)) / 2:.3f}"
    return context


def _lines(paragraph: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """The lines of a paragraph, and of each what belongs to a first sentence in 楷体."""
    kai, rest = len(paragraph["楷"]), _ROLES[paragraph["级"]]
    widths = fonts.widths(paragraph["楷"], "楷体") + fonts.widths(paragraph["文"][kai:], rest)
    for line in composed(paragraph["文"], widths):
        yield {"文": line.text, "楷": line.text[:kai], "余": line.text[kai:], "距": f"{line.spacing:.5f}"}
        kai = max(0, kai - len(line.text))


def _html(plan: DocumentPlan, source: str, name: str) -> str:
    from jinja2.exceptions import TemplateError

    from engine.documents.sandbox import shared

    try:
        return shared().from_string(source).render(pdf_fields(plan))
    except TemplateError as error:
        from engine.documents.check import template_problem

        raise Refused(template_problem(error, name)) from None


def _set(html: str, plan: DocumentPlan, folder: Path, templates: Path) -> _LaidOut:
    HTML = weasyprint_html()
    blocked: list[str] = []
    fetcher = _fetcher(plan, folder, templates, blocked)
    with _inside(blocked):
        page = HTML(string=html, base_url=folder.resolve().as_uri() + "/", url_fetcher=fetcher)
        sheets = (_roles(), *(_stylesheet(url, fetcher) for url in _links(page)))
        made_of = html, tuple(part for part in plan.parts if isinstance(part, LetterPicture)), sheets
        if not (_LAST and (_LAST[0].html, _LAST[0].pictures, _LAST[0].sheets) == made_of):
            _LAST[:] = [_LaidOut(*made_of, *_paged(page, list(sheets), plan), blocked)]
        return _LAST[0]


@contextmanager
def _inside(blocked: list[str]) -> Iterator[None]:
    """Refuses (E625) what is set meanwhile where something was `blocked`: inside an SVG WeasyPrint goes on without it."""
    from weasyprint.urls import FatalURLFetchingError

    try:
        yield
    except FatalURLFetchingError as error:
        blocked.insert(0, str(error))
    if blocked:
        _LAST.clear()
        help = "模板只能引用 templates 目录下的文件"
        raise Refused(Problem("E625", f"模板要读取目录之外的 `{blocked[0]}`", help=help))


def _paged(page: Any, sheets: list[Any], plan: DocumentPlan) -> tuple[Any, Spacing]:
    """The letter as usual, or closer where that saves a page, or parted where its first page would have no body; and which it is."""
    best, spacing = _spaced(page, sheets, USUAL), USUAL
    if len(best.pages) == 1 or not LAYOUTS[plan.layout].closing:
        return best, spacing
    for closer in CLOSER if pictures_in(plan.parts) else CLOSER[:1]:
        found = _spaced(page, sheets, closer)
        if len(found.pages) < len(best.pages):
            best, spacing = found, closer
    if not _has_body(best.pages[0]):
        tried = ((_spaced(page, sheets, parted), parted) for parted in PARTED)
        best, spacing = next((one for one in tried if _has_body(one[0].pages[0])), (best, spacing))
    return best, spacing


def _spaced(page: Any, sheets: list[Any], spacing: Spacing) -> Any:
    if spacing != USUAL:
        pitch = HEIGHT / spacing.lines - 0.0001
        kept = "auto" if spacing.parted else "avoid"
        page.etree_element.set("style", f"line-height: {pitch:.4f}mm; --图: {spacing.pictures}; --连: {kept}")
    return page.render(font_config=_installed_fonts(), stylesheets=sheets, **ARCHIVED)


def _has_body(page: Any) -> bool:
    boxes = (box for box in page._page_box.descendants() if box.element is not None)
    return any(box.element.tag == "main" and box.height > 0 for box in boxes)


@cache
def _installed_fonts() -> Any:
    """WeasyPrint's view of the fonts, and what it has read of them: once for all letters of this process."""
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


@cache
def _roles() -> Any:
    """The fonts of each role, as a style sheet: once for all letters of this process."""
    return sheet()


def _links(page: Any) -> list[str]:
    """The style sheets the layout links to, taken out of the page: parsed once and not for every letter."""
    found = [link for link in page.etree_element.iter("link") if link.get("rel") == "stylesheet"]
    for link in found:
        link.set("rel", "")
    return [urljoin(page.base_url, link.get("href", "")) for link in found]


_SHEETS: dict[tuple[str, bytes], Any] = {}


def _stylesheet(url: str, fetcher: Callable[[str], Any]) -> Any:
    """The style sheet at `url`, read anew but parsed only where its text has changed."""
    from weasyprint import CSS

    text = fetcher(url).read()
    if (url, text) not in _SHEETS:
        if len(_SHEETS) >= 50:
            _SHEETS.clear()
        _SHEETS[url, text] = CSS(
            string=text.decode("utf-8", "replace"), base_url=url, url_fetcher=fetcher, font_config=_installed_fonts()
        )
    return _SHEETS[url, text]


def _fetcher(plan: DocumentPlan, folder: Path, templates: Path, blocked: list[str]) -> Callable[[str], Any]:
    """A fetcher for the plan's own pictures and for files under `folder` and `templates`; anything else is `blocked` and
    stops the rendering instead of leaving a hole."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcherResponse

    roots = {folder.resolve(), templates.resolve()}
    kinds = {".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png", ".otf": "font/otf", ".ttf": "font/ttf"}
    pictures = {
        f"picture:{number}": part.svg.encode()
        for number, part in enumerate((part for part in plan.parts if isinstance(part, LetterPicture)), 1)
    }

    def fetch(url: str) -> Any:
        if url in pictures:
            return URLFetcherResponse(url, pictures[url], {"Content-Type": kinds[".svg"]})
        try:
            parts = urlsplit(url)
            path = Path(unquote(parts.path)).resolve() if parts.scheme == "file" and not parts.netloc else None
            home = next((root for root in roots if path is not None and path.is_relative_to(root)), None)
            if path is not None and home is not None and path.suffix in kinds:
                return URLFetcherResponse(url, read(path, MAX_FILE, home), {"Content-Type": kinds[path.suffix]})
        except (OSError, ValueError):
            pass
        blocked.append(url[:120])
        raise FatalURLFetchingError(url[:120])

    return fetch
