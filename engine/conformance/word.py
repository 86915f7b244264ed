"""A .docx as the points of conformance see it: paragraphs with the properties that take effect, sections, footers.

Properties are resolved as Word does it: document defaults, the chain of styles, then what is said on the spot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from typing import Any

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.documents import text_points as t
from engine.documents.points import ALL, FORM, LETTER, NOTICE, OFFICIAL
from engine.documents.text_points import Piece, read_date
from engine.documents.typography import is_document_number, level
from engine.visible.archive import unpack
from engine.visible.styles import Styles, W, flag, merged
from engine.visible.word import R

MOST = 1e9
"""A measure beyond this, or no number at all (NaN), is none."""
RULE, GAP = "红色分隔线", "空隙"
"""Paragraphs without text: the red rule where there is no number, what Word needs after a table or a frame."""
STYLES: Mapping[str, str] = {
    "发文机关标志": t.MARK,
    "信函发文机关标志": t.MARK,
    "发文字号": t.NUMBER,
    "信函发文字号": t.NUMBER,
    "版头标注": t.MARKING,
    "信函版头标注": t.MARKING,
    "签发人": t.SIGNERS,
    "上行发文字号": t.SIGNERS,
    "联合署名": t.JOINT,
    "红色分隔线": RULE,
    "公文标题": t.TITLE,
    "表格标题": t.TITLE,
    "主送机关": t.ADDRESSEE,
    "公文正文": t.BODY,
    "公文一级标题": t.LEVELS[0],
    "公文二级标题": t.LEVELS[1],
    "公文三级标题": t.LEVELS[2],
    "公文四级标题": t.LEVELS[3],
    "署名": t.ORGAN,
    "成文日期": t.DAY,
    "附注": t.NOTE,
    "附件标记": t.ANNEX_LABEL,
    "附件标题": t.ANNEX_TITLE,
    "表间": GAP,
    "版记锚点": GAP,
    "信函抄送": t.OTHER,
    "表首": t.CELL,
    "表下附注": t.CELL,
    "图题": t.CELL,
}
_BY_START = {"附件说明": t.ANNEX, "版记": t.IMPRINT, "表单": t.CELL, "表格": t.CELL}
_FLAGS = ("b", "i", "strike", "vanish", "snapToGrid")


@dataclass(frozen=True, slots=True)
class Look:
    """Effective properties of a run. `fonts` by script, theme fonts under their own keys; `size` in points."""

    fonts: Mapping[str, str]
    size: float
    color: str
    scale: int
    language: str
    flags: Mapping[str, bool]
    underline: str
    spacing: int


@dataclass(frozen=True, slots=True)
class WordRun:
    """Text of one look."""

    text: str
    look: Look


@dataclass(frozen=True, slots=True)
class Shape:
    """Effective properties of a paragraph: attributes of w:spacing and w:ind, borders by side, and the rest by name."""

    spacing: Mapping[str, str]
    indent: Mapping[str, str]
    borders: Mapping[str, Mapping[str, str]]
    align: str
    frame: Mapping[str, str]
    flags: frozenset[str]
    tabs: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class WordParagraph:
    """`where`: body, table, header or footer; `table` the w:tbl it stands in. Text with \\n for line breaks and \\t for tabs."""

    role: str
    style: str
    text: str
    runs: tuple[WordRun, ...]
    shape: Shape
    where: str = "body"
    drawn: bool = False
    table: Any = None


@dataclass
class WordFile:
    """The document. `roots` are the XML parts by name; `core` the core properties by local name."""

    name: str
    roots: Mapping[str, Any]
    parts: frozenset[str]
    paragraphs: Sequence[WordParagraph]
    footers: Mapping[str, Sequence[WordParagraph]]
    sections: Sequence[Any]
    core: Mapping[str, str]
    defaults: Any = None
    style_names: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""

    @cached_property
    def pieces(self) -> Sequence[Piece]:
        """Paragraphs with something in them, by the part they play."""
        return [piece for p in self.paragraphs if p.text.strip() and p.role != RULE for piece in _pieces(p)]

    def having(self, *roles: str) -> list[WordParagraph]:
        return [p for p in self.paragraphs if p.role in roles]

    def headers(self, kind: str) -> list[Any]:
        """The roots of the headers of a type (default, even, first)."""
        found = _related(self.roots, "headerReference")
        return [found[kind]] if kind in found else []

    @property
    def body(self) -> Any:
        return self.roots["word/document.xml"].find(f"{W}body")


def _pieces(p: WordParagraph) -> Iterator[Piece]:
    """What a paragraph says; of those with tabs between what they say, each for itself."""
    if p.role == t.JOINT:
        yield from (Piece(t.ORGAN, organ) for organ in p.text.split("\t") if organ.strip())
    elif p.role == t.SIGNERS:
        number, _, names = p.text.partition("\t")
        yield from [Piece(t.NUMBER, number)] if number.strip() else []
        yield Piece(t.SIGNERS, names.replace("\t", " ").strip())
    elif p.role == t.MARKING:
        marking, _, number = p.text.partition("\t")
        yield Piece(t.MARKING, marking)
        yield from [Piece(t.NUMBER, number)] if number.strip() else []
    else:
        yield Piece(p.role, p.text.strip("\n"))


def read_word(data: bytes, name: str) -> WordFile:
    """The document in `data`; refused (E650) where it is not a sound .docx."""
    from lxml import etree

    try:
        parts = unpack(data, name)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        roots = {n: etree.fromstring(c, parser) for n, c in parts.items() if n.endswith((".xml", ".rels"))}
        whole = roots["word/document.xml"].find(f"{W}body") is not None
    except (Refused, KeyError, etree.XMLSyntaxError):
        whole = False
    if not whole:
        raise Refused(Problem("E650", f"`{name}` 不是完好的 .docx", help="用 Word 或 WPS 另存后再核对"), 2)
    return _word(name, roots, frozenset(parts))


def _word(name: str, roots: Mapping[str, Any], parts: frozenset[str]) -> WordFile:
    styles = Styles(roots.get("word/styles.xml"))
    body = roots["word/document.xml"].find(f"{W}body")
    core = {child.tag.rpartition("}")[2]: child.text or "" for child in roots.get("docProps/core.xml", ())}
    paragraphs = _with_guessed_roles(list(_paragraphs(body, styles)))
    word = WordFile(
        name,
        roots,
        parts,
        paragraphs,
        _footers(roots, styles),
        list(body.iter(f"{W}sectPr")),
        core,
        defaults=styles.defaults,
        style_names={identifier: styles.name(identifier) for identifier in styles.by_id},
    )
    word.kind = _kind(word)
    return word


def _kind(word: WordFile) -> str:
    """The 版式 the file says it has, else what it looks like."""
    said = word.core.get("category", "")
    if said in ALL:
        return said
    marks = [p.text for p in word.having(t.MARK)]
    if marks:
        return OFFICIAL if any(m.endswith("文件") for m in marks) else LETTER
    return FORM if any(True for _ in word.body.iter(f"{W}tbl")) else NOTICE


# ---- looks ----


def _number(text: str, default: int = 0) -> int:
    try:
        value = float(text)
        return round(value) if abs(value) < MOST else default
    except ValueError:
        return default


def _look(sources: Sequence[Any]) -> Look:
    fonts = merged(sources, "rFonts")
    value = {tag: merged(sources, tag).get("val", "") for tag in ("sz", "color", "w", "u", "spacing")}
    return Look(
        fonts,
        _number(value["sz"], 20) / 2,
        value["color"].upper() if value["color"] != "auto" else "",
        _number(value["w"], 100),
        merged(sources, "lang").get("eastAsia", ""),
        {name: flag(sources, name, name == "snapToGrid") for name in _FLAGS},
        value["u"] if value["u"] != "none" else "",
        _number(value["spacing"]),
    )


def _shape(sources: Sequence[Any]) -> Shape:
    borders: dict[str, Mapping[str, str]] = {}
    tabs: list[Mapping[str, str]] = []
    for source in sources:
        for side in source.iterfind(f"{W}pBdr/*"):
            borders[side.tag.rpartition("}")[2]] = {k.rpartition("}")[2]: v for k, v in side.attrib.items()}
        tabs += [{k.rpartition("}")[2]: v for k, v in tab.attrib.items()} for tab in source.iterfind(f"{W}tabs/{W}tab")]
    named = ("keepNext", "keepLines", "pageBreakBefore", "kinsoku", "overflowPunct", "autoSpaceDE", "autoSpaceDN")
    flags = frozenset(name for name in named if flag(sources, name))
    flags |= {"widowControl"} if flag(sources, "widowControl", True) else set()
    align = merged(sources, "jc").get("val", "left")
    return Shape(
        merged(sources, "spacing"),
        merged(sources, "ind"),
        borders,
        align,
        merged(sources, "framePr"),
        flags,
        tuple(tabs),
    )


# ---- paragraphs ----


def _paragraphs(body: Any, styles: Styles) -> Iterator[WordParagraph]:
    for element in body.iter(f"{W}p"):
        table = next(element.iterancestors(f"{W}tbl"), None)
        found = _paragraph(element, styles, "body" if table is None else "table")
        yield replace(found, table=table)


def _paragraph(element: Any, styles: Styles, where: str) -> WordParagraph:
    own = element.find(f"{W}pPr")
    named = own.find(f"{W}pStyle") if own is not None else None
    identifier = named.get(f"{W}val", "") if named is not None else styles.normal
    base = styles.sources(identifier, "rPr")
    runs = tuple(_runs(element, base, styles))
    sources = [*styles.sources(identifier, "pPr"), *([own] if own is not None else [])]
    style = styles.name(identifier)
    drawn = any(True for _ in element.iter(f"{W}drawing", f"{W}pict"))
    text = "".join(run.text for run in runs)
    role = STYLES.get(style) or next((r for s, r in _BY_START.items() if style.startswith(s)), "")
    role = role or (t.CELL if where == "table" else "")
    return WordParagraph(role, style, text, runs, _shape(sources), where, drawn)


def _runs(element: Any, base: Sequence[Any], styles: Styles) -> Iterator[WordRun]:
    for run in element.iter(f"{W}r"):
        own = run.find(f"{W}rPr")
        style = own.find(f"{W}rStyle") if own is not None else None
        character = styles.sources(style.get(f"{W}val", ""), "rPr")[1:] if style is not None else []
        text = "".join(_text(part) for part in run)
        yield WordRun(text, _look([*base, *character, *([own] if own is not None else [])]))


def _text(part: Any) -> str:
    match part.tag.rpartition("}")[2]:
        case "t":
            return part.text or ""
        case "tab":
            return "\t"
        case "br":
            return "\f" if part.get(f"{W}type") == "page" else "\n"
        case "instrText":
            return f"\x01{(part.text or '').strip()}\x02"
    return ""


def _related(roots: Mapping[str, Any], reference: str) -> dict[str, Any]:
    """The headers or footers of the last section by type (default, even, first)."""
    sections = list(roots["word/document.xml"].iter(f"{W}sectPr"))
    related = roots.get("word/_rels/document.xml.rels")
    targets = {r.get("Id"): r.get("Target", "") for r in related} if related is not None else {}
    found = sections[-1].iterfind(f"{W}{reference}") if sections else ()
    named = {r.get(f"{W}type", "default"): "word/" + targets.get(r.get(f"{R}id"), "") for r in found}
    return {kind: roots[name] for kind, name in named.items() if name in roots}


def _footers(roots: Mapping[str, Any], styles: Styles) -> dict[str, Sequence[WordParagraph]]:
    return {
        kind: [_paragraph(p, styles, "footer") for p in root.iter(f"{W}p")]
        for kind, root in _related(roots, "footerReference").items()
    }


def _with_guessed_roles(paragraphs: Sequence[WordParagraph]) -> list[WordParagraph]:
    """Paragraphs of styles that say nothing get the part their text and type size suggest."""
    seen: set[str] = set()
    guessed: list[WordParagraph] = []
    for at, p in enumerate(paragraphs):
        role = p.role
        if not role and p.where == "body" and p.text.strip():
            follows = next((q.text for q in paragraphs[at + 1 :] if q.text.strip()), "")
            role = _guess(p, seen, follows)
        seen.add(role)
        guessed.append(replace(p, role=role or t.OTHER))
    return guessed


def _guess(p: WordParagraph, seen: set[str], follows: str) -> str:
    text, size = p.text.strip(), max((r.look.size for r in p.runs if r.text.strip()), default=0)
    red = any(r.look.color == "FF0000" for r in p.runs if r.text.strip())
    if t.TITLE not in seen:
        if red and size > 22:
            return t.MARK
        if is_document_number(text):
            return t.NUMBER
        return t.TITLE if p.shape.align == "center" and size > 16 else ""
    if read_date(text):
        return t.DAY
    if read_date(follows.strip()) and p.shape.align == "right":
        return t.ORGAN
    if text.startswith("附件："):
        return t.ANNEX
    if text.endswith("印发"):
        return t.IMPRINT
    if not seen & {t.BODY, *t.LEVELS, t.ADDRESSEE} and re.search("[：:]$", text):
        return t.ADDRESSEE
    found = level(text)
    return t.LEVELS[found - 1] if found in (1, 2) and len(text) < 40 else t.BODY
