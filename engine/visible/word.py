"""What a .docx shows: its text by paragraph and row, in every story, with pictures, fields and shapes where they stand.

How it looks is left out, but for what hides text: a file that was opened and saved elsewhere shows the same.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from engine.base.problem import Problem, Refused
from engine.visible.archive import harm
from engine.visible.differences import PARTS
from engine.visible.model import SHORT, Block, Visible, together
from engine.visible.styles import Styles, W, flag, merged

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
V = "{urn:schemas-microsoft-com:vml}"

BODY = "正文"
_STORIES = {"headerReference": "页眉", "footerReference": "页脚"}
_TYPES = {"default": "", "even": "（偶数页）", "first": "（首页）"}
_NOTES = {"footnotes": "脚注", "endnotes": "尾注"}
_SHAPES = {f"{V}{name}" for name in ("rect", "roundrect", "oval", "line", "polyline", "curve", "arc", "shape")}
_DRAWN = {"wsp": "形", "graphicFrame": "图表", "inkPart": "墨迹"}
_REVISED = {"ins": "插入", "moveTo": "移入", "del": "删除", "moveFrom": "移出"}
_PROPERTIES = {
    "title": "标题",
    "creator": "作者",
    "subject": "主题",
    "keywords": "关键词",
    "category": "类别",
    "description": "备注",
    "language": "语言",
    "created": "创建日期",
}
_SAVED = {"lastModifiedBy": "最后保存者", "modified": "最后保存", "revision": "修订号"}
_QUOTED = 30
TINY = 4
"""Half-points: type that nobody can read."""


def read_word(parts: Mapping[str, bytes], file: str) -> Visible:
    """What the .docx of these parts shows. Refused (exit code 2): E650."""
    from lxml import etree

    if found := tuple(dict.fromkeys(harm(parts))):  # nothing in it can be trusted: what else differs hardly matters
        return Visible("docx", (), (), foreign=found)
    try:
        return read_parts(parts)
    except (KeyError, ValueError, RecursionError, etree.XMLSyntaxError):
        raise Refused(Problem("E650", f"`{file}` 不是完好的 .docx", help="换回原文件"), 2) from None


def read_parts(parts: Mapping[str, bytes]) -> Visible:
    """The same of parts that are known to be sound."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    roots = {n: etree.fromstring(c, parser) for n, c in parts.items() if n.endswith((".xml", ".rels"))}
    body = roots["word/document.xml"].find(f"{W}body")
    if body is None:
        raise KeyError("body")
    return _Reader(parts, roots).visible(body)


class _Reader:
    def __init__(self, parts: Mapping[str, bytes], roots: Mapping[str, Any]) -> None:
        self.parts, self.roots = parts, roots
        self.styles = Styles(roots.get("word/styles.xml"))
        self.looks: dict[tuple[str, str, bytes], str] = {}
        self.foreign: list[str] = []
        self.boxes: list[tuple[str, Any]] = []

    def visible(self, body: Any) -> Visible:
        blocks = list(self._story(BODY, body, "word/document.xml"))
        for story, part in self._stories():
            blocks += self._story(story, self.roots[part], part)
        for name in sorted(self.roots):
            if name.startswith("word/comments") and not name.endswith(".rels"):
                self.foreign += [f"批注“{quoted(_plain(one))}”" for one in self.roots[name]]
        core = {child.tag.rpartition("}")[2]: (child.text or "") for child in self.roots.get("docProps/core.xml", ())}
        known = [(label, _property(key, core.get(key, ""))) for key, label in _PROPERTIES.items()]
        properties = [(label, value) for label, value in known if value]
        saved = [(label, core[key]) for key, label in _SAVED.items() if core.get(key)]
        saved.append((PARTS, _digest(self.parts)))
        custom = [(one.get("name", ""), "".join(one.itertext())) for one in self.roots.get("docProps/custom.xml", ())]
        return Visible("docx", tuple(blocks), tuple(properties), (), tuple(self.foreign), tuple(saved), tuple(custom))

    def _stories(self) -> Iterator[tuple[str, str]]:
        """Headers, footers and notes with their parts, each once."""
        related, seen = self._related("word/document.xml"), set[str]()
        for section in self.roots["word/document.xml"].iter(f"{W}sectPr"):
            for reference in section:
                story = _STORIES.get(reference.tag.rpartition("}")[2])
                part = related.get(reference.get(f"{R}id"), "")
                if story and part in self.roots and part not in seen:
                    seen.add(part)
                    yield story + _TYPES.get(reference.get(f"{W}type", "default"), ""), part
        for name, story in _NOTES.items():
            if f"word/{name}.xml" in self.roots:
                yield story, f"word/{name}.xml"

    def _related(self, part: str) -> dict[str, str]:
        folder, name = posixpath.split(part)
        relations = self.roots.get(f"{folder}/_rels/{name}.rels", ())
        return {r.get("Id"): posixpath.normpath(posixpath.join(folder, r.get("Target", ""))) for r in relations}

    # ---- blocks ----

    def _story(self, story: str, root: Any, part: str) -> Iterator[Block]:
        pictures = self._related(part)
        yield from self._blocks(story, root, pictures, 0)
        while self.boxes:
            boxes, self.boxes = self.boxes, []
            for name, box in boxes:
                yield from self._blocks(name, box, pictures, 0)

    def _blocks(self, story: str, root: Any, pictures: Mapping[str, str], tables: int) -> Iterator[Block]:
        for element in root:
            tag = _tag(element)
            if tag == "p":
                if text := self._paragraph(element, pictures).strip("\n"):
                    yield Block(story, "", text)
            elif tag == "tbl":
                tables += 1
                yield from self._rows(story, element, pictures, tables)
            elif tag in _REVISED:
                self.foreign.append(f"修订：{_REVISED[tag]}“{quoted(_plain(element))}”")
                yield from self._blocks(story, element, pictures, tables) if tag in ("ins", "moveTo") else ()
            elif tag and tag not in ("sectPr", "sdtPr", "sdtEndPr", "pPr", "separator"):
                yield from self._blocks(story, element, pictures, tables)

    def _rows(self, story: str, table: Any, pictures: Mapping[str, str], number: int) -> Iterator[Block]:
        for at, row in enumerate(table.iter(f"{W}tr"), 1):
            if next(row.iterancestors(f"{W}tbl")) is not table:
                continue
            for tag in ("ins", "del"):
                if row.find(f"{W}trPr/{W}{tag}") is not None:
                    self.foreign.append(f"修订：{_REVISED[tag]}表{number}第{at}行")
            own = [cell for cell in row.iter(f"{W}tc") if next(cell.iterancestors(f"{W}tr")) is row]
            cells = ["\n".join(b.text for b in self._blocks(story, cell, pictures, 0)) for cell in own]
            if any(cells):
                yield Block(story, f"表{number}第{at}行", together(cells))

    def _paragraph(self, element: Any, pictures: Mapping[str, str]) -> str:
        own = element.find(f"{W}pPr")
        style = _value(own, "pStyle") or self.styles.normal
        numbered = [_value(found, "numId") for found in self._numbering(own, style)]
        fields: list[list[str]] = []
        text = "".join(self._inline(element, pictures, style, fields))
        return ("⟦编号⟧" if numbered and numbered[-1] not in ("", "0") else "") + text

    def _numbering(self, own: Any, style: str) -> Iterator[Any]:
        sources = [*self.styles.sources(style, "pPr"), *([own] if own is not None else [])]
        yield from (found for source in sources if (found := source.find(f"{W}numPr")) is not None)

    def _inline(self, element: Any, pictures: Mapping[str, str], style: str, fields: list[list[str]]) -> Iterator[str]:
        """The text of a paragraph's children in order. `fields`: those begun and not ended, each its instruction so far
        and, from its result on, a mark."""
        for child in element:
            tag = _tag(child)
            if tag == "r":
                yield from self._run(child, pictures, style, fields)
            elif tag in _REVISED:
                self.foreign.append(f"修订：{_REVISED[tag]}“{quoted(_plain(child))}”")
                yield from self._inline(child, pictures, style, fields) if tag in ("ins", "moveTo") else ()
            elif tag == "fldSimple":
                yield _field(child.get(f"{W}instr", ""))
                if not _counted(child.get(f"{W}instr", "")):
                    yield from self._inline(child, pictures, style, fields)
            elif tag == "pPr":
                self._marked(child)
            elif tag == "t":  # m:t of a formula
                yield child.text or ""
            elif tag:
                yield from self._inline(child, pictures, style, fields)

    def _run(self, run: Any, pictures: Mapping[str, str], style: str, fields: list[list[str]]) -> Iterator[str]:
        own = run.find(f"{W}rPr")
        self._marked(own)
        texts = []
        for part in run:
            tag = _tag(part)
            if tag == "fldChar":
                yield from _turned(part.get(f"{W}fldCharType"), fields)
            elif tag == "instrText":
                if fields:
                    fields[-1][0] += part.text or ""
            elif not any(len(field) > 1 and _counted(field[0]) for field in fields):
                texts.append(self._piece(part, tag, pictures))
        text = "".join(texts)
        hidden = self._look(run, own, style) if text.strip() else ""
        if hidden:
            self.foreign.append(f"{hidden}“{quoted(text)}”")
        yield "" if hidden == "隐藏文字" else text

    def _piece(self, part: Any, tag: str, pictures: Mapping[str, str]) -> str:
        match tag:
            case "t" | "delText":
                return part.text or ""
            case "tab" | "ptab":
                return "\t"
            case "br":
                return "" if part.get(f"{W}type") in ("page", "column") else "\n"
            case "cr":
                return "\n"
            case "noBreakHyphen":
                return "-"
            case "sym":
                return f"⟦符 {part.get(f'{W}font', '')} {part.get(f'{W}char', '')}⟧"
            case "footnoteReference" | "endnoteReference":
                return "⟦注⟧"
            case "drawing" | "pict" | "AlternateContent" | "object" | "ruby":
                return "".join(self._drawn(part, pictures))
        return ""

    def _drawn(self, element: Any, pictures: Mapping[str, str]) -> Iterator[str]:
        tag = _tag(element)
        if tag == "AlternateContent":
            chosen = element[0] if len(element) else None
            if chosen is not None:
                yield from self._drawn(chosen, pictures)
                self._otherwise(element, _plain(chosen))
            return
        if tag == "txbxContent":
            self.boxes.append(("文本框", element))
            return
        if tag == "t":
            yield element.text or ""
        name = next((element.get(key) for key in (f"{R}embed", f"{R}link", f"{R}id") if element.get(key)), None)
        if element.tag in (f"{A}blip", f"{V}imagedata"):
            yield self._picture(element, pictures.get(name or "", ""))
        elif element.tag == f"{V}textpath":
            yield f"⟦字 {element.get('string', '')}⟧" if element.get("string") else ""
        elif tag in _DRAWN or (element.tag in _SHAPES and not _filled(element)):
            yield f"⟦{_DRAWN.get(tag, '形')}⟧"
        for child in element:
            yield from self._drawn(child, pictures) if _tag(child) else ()

    def _otherwise(self, element: Any, text: str) -> None:
        """What another reader would choose has to say the same."""
        for other in element[1:]:
            if (said := _plain(other)) != text:
                self.foreign.append(f"给别的软件看的另一种文字“{quoted(said)}”")

    def _picture(self, element: Any, part: str) -> str:
        inline = next((up for up in element.iterancestors() if _tag(up) in ("inline", "anchor")), None)
        described = inline.find("{*}docPr") if inline is not None else None
        alt = described.get("descr", "") if described is not None else ""
        data = self.parts.get(part)
        said = sha256(data).hexdigest()[:SHORT] if data is not None else "没有"
        return f"⟦图 {said}{' ' + alt if alt else ''}⟧"

    # ---- what hides text, and marks of revision ----

    def _marked(self, properties: Any) -> None:
        changes = [] if properties is None else [e for e in properties.iter() if _tag(e).endswith("PrChange")]
        if changes:
            self.foreign.append("修订：格式")

    def _look(self, run: Any, own: Any, style: str) -> str:
        from lxml import etree

        key = (style, _value(own, "rStyle"), b"" if own is None else etree.tostring(own))
        if key not in self.looks:
            character = self.styles.sources(key[1], "rPr")[1:] if key[1] else []
            self.looks[key] = _hides(
                [*self.styles.sources(style, "rPr"), *character, *([own] if own is not None else [])]
            )
        return self.looks[key]


def _digest(parts: Mapping[str, bytes]) -> str:
    """Of everything but what is added when the letter is issued: receipt and reasons, and where they are listed."""
    added = ("customXml/", "docProps/custom.xml", "[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels")
    machine = sha256()
    for name in sorted(name for name in parts if not name.startswith(added)):
        machine.update(name.encode() + sha256(parts[name]).digest())
    return machine.hexdigest()[:SHORT]


def _hides(sources: Sequence[Any]) -> str:
    if any(flag(sources, name) for name in ("vanish", "webHidden", "specVanish")):
        return "隐藏文字"
    if any(flag(sources, name) for name in ("strike", "dstrike")):
        return "划掉的文字"
    if merged(sources, "color").get("val", "").upper() == "FFFFFF":
        return "白色的文字"
    size = merged(sources, "sz").get("val", "")
    return "小得看不见的文字" if size.isdigit() and int(size) <= TINY else ""


def _tag(element: Any) -> str:
    """The local name; "" for comments and processing instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _value(element: Any, tag: str) -> str:
    found = element.find(f"{W}{tag}") if element is not None else None
    return found.get(f"{W}val", "") if found is not None else ""


def _plain(element: Any) -> str:
    return "".join(t.text or "" for t in element.iter(f"{W}t", f"{W}delText", f"{A}t"))


def quoted(text: str) -> str:
    """Text to be shown among others: on one line, cut where it is long."""
    text = " ".join(text.split())
    return text if len(text) <= _QUOTED else text[:_QUOTED] + "…"


def _filled(shape: Any) -> bool:
    """Whether it is a picture or letters rather than a shape of its own."""
    return any(_tag(child) in ("imagedata", "textpath") for child in shape)


def _turned(kind: str | None, fields: list[list[str]]) -> Iterator[str]:
    if kind == "begin":
        fields.append([""])
    elif kind == "separate" and fields:
        fields[-1].append("")
        yield _field(fields[-1][0])
    elif kind == "end" and fields:
        last = fields.pop()
        yield _field(last[0]) if len(last) == 1 else ""


def _counted(instruction: str) -> bool:
    """A field whose result every reader computes anew."""
    return instruction.split()[:1] in (["PAGE"], ["NUMPAGES"], ["SECTIONPAGES"])


def _field(instruction: str) -> str:
    words = re.sub(r"\\\*\s*\S+", "", instruction).split()
    return f"⟦{' '.join(words)}⟧" if words else ""


def _property(key: str, value: str) -> str:
    """Some programs write keywords with other marks between them."""
    return " ".join(re.split(r"[\s,;:]+", value)).strip() if key == "keywords" else value.strip()
