"""What must not be in a Word layout: it would open, fetch or run something on the reader's machine (pure).

A letter keeps everything its layout has. So a layout may hold text, styles and the fields that count pages; fields that
start programs or fetch files, macros, embedded objects, templates and pictures from elsewhere are refused, with the place.
Fields are judged by what is allowed, not by what is known to be bad: Word understands more than anybody lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.base.problem import Cell, Problem
from engine.base.text import visible

FIELDS = frozenset(
    ("PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "SEQ", "REF", "PAGEREF", "STYLEREF", "TOC", "EQ", "SYMBOL")
)
"""Fields that only count, refer within the document or draw a character."""
_FIELD = re.compile(r"\s*([A-Za-z=]*)")
_CODED = re.compile(r"[{}\"]|://|\\\\")
"""What no allowed field needs: another field or a value inside, a text in quotes, an address."""
_ELEMENTS = frozenset(
    (
        "OLEObject",
        "object",
        "control",
        "altChunk",
        "subDoc",
        "attachedTemplate",
        "mailMerge",
        "frameset",
        "movie",
        "script",
    )
)
_RELATIONS = frozenset(
    (
        *("vbaProject", "wordVbaData", "oleObject", "package", "control", "activeXControlBinary", "attachedTemplate"),
        *(
            "aFChunk",
            "subDocument",
            "frame",
            "mailMergeSource",
            "mailMergeHeaderSource",
            "recipientData",
            "externalLink",
        ),
        *("attachedToolbars", "keyMapCustomizations", "xlExternalLinkPath", "movie", "audio", "video", "media"),
    )
)
_REVISIONS = re.compile(
    "ins|del|moveFrom|moveTo|cellIns|cellDel|cellMerge|numberingChange|(?:r|p|tbl|tr|tc|sect|tblPrEx)PrChange|tblGridChange"
)
"""Tracked changes, by the names of their elements."""
_COMMENTS = frozenset(("commentRangeStart", "commentReference", "comment"))
_TYPES = re.compile(
    "vbaProject|vbaData|macroEnabled|oleObject|activeX|attachedToolbars|keyMapCustomizations", re.IGNORECASE
)
_ELSEWHERE = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:|//|\\)")
_ADDRESSES = ("src", "href", "Target", "althref", "cite", "data", "source")
_NAMED = re.compile(r"word/(document|header|footer|footnotes)[A-Za-z0-9]*\.xml$")
_NAMES = {"document": "", "header": "页眉", "footer": "页脚", "footnotes": "脚注"}
HELP = "在 Word 里去掉这个域、对象或链接（图片改为嵌入，模板改为 Normal），另存为 .docx"

UNMARKED = "在 Word 的“审阅”里接受或拒绝全部修订、删除全部批注，关闭修订，再保存"


def active(parts: Mapping[str, bytes], file: str) -> Iterator[Problem]:
    """E659 for everything in the parts of a layout that is not inert, E667 for tracked changes and comments, E620 for a part
    that cannot be read."""
    for name in sorted(parts):
        if not name.lower().endswith((".xml", ".rels", ".vml")):
            continue
        root = _parsed(parts[name])
        if root is None:
            message = f"模板 `{file}` 的 `{visible(name)}` 已损坏，或带有 DOCTYPE"
            yield Problem("E620", message, help="换回原模板，或用 Word 另存为新的 .docx")
        elif name.lower().endswith(".rels"):
            yield from (_problem(file, name, what) for what in _relations(root))
        elif name == "[Content_Types].xml":
            kinds = (node.get("ContentType", "") for node in root.iter("{*}Override", "{*}Default"))
            yield from (_problem(file, name, f"类型 `{visible(kind)}`") for kind in kinds if _TYPES.search(kind))
        else:
            yield from (_problem(file, name, what, number) for number, what in _content(root))
            yield from (_problem(file, name, what, number, "E667") for number, what in _working_marks(root))


def _parsed(data: bytes) -> Any:
    from lxml import etree

    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except (etree.XMLSyntaxError, ValueError):
        return None
    return None if root.getroottree().docinfo.doctype else root


def _problem(file: str, part: str, what: str, paragraph: int = 0, code: str = "E659") -> Problem:
    named = _NAMED.match(part)
    where = (_NAMES[named.group(1)] if named else f"{part} ") + f"第{paragraph}段" if paragraph else part
    message = f"模板 `{file}` 的 `{visible(part)}` 含有{what}"
    return Problem(code, message, Cell(file, visible(where)), HELP if code == "E659" else UNMARKED)


def _relations(root: Any) -> Iterator[str]:
    for node in root.iter("{*}Relationship"):
        kind, target = node.get("Type", "").rpartition("/")[2], node.get("Target", "")
        if node.get("TargetMode", "Internal") != "Internal" or _ELSEWHERE.match(target):
            yield f"文件之外的链接 `{visible(target)}`"
        elif kind in _RELATIONS:
            yield f"`{visible(kind)}`（`{visible(target)}`）"


def _content(root: Any) -> Iterator[tuple[int, str]]:
    """(number of the paragraph, what is in it) for objects, links and fields, in the order of the part."""
    paragraph, open_fields = 0, list[list[str]]()
    for node in root.iter():
        if not isinstance(node.tag, str):
            continue
        name = node.tag.rpartition("}")[2]
        if name == "p":
            paragraph += 1
        yield from ((paragraph, what) for what in _object(node, name))
        if name == "fldSimple":
            yield from ((paragraph, what) for what in _field(_attribute(node, "instr")))
        elif name in ("instrText", "delInstrText"):
            text = "".join(node.itertext())
            if open_fields:
                open_fields[-1].append(text)
            else:
                yield paragraph, f"不在域里的域代码 `{visible(text.strip()[:40])}`"
        elif name == "fldChar" and (kind := _attribute(node, "fldCharType")) in ("begin", "end"):
            if kind == "begin":
                # A field inside a field computes the outer one's code.
                yield from ((paragraph, "域里套着域") for _ in open_fields[:1])
                open_fields.append([])
            elif open_fields:
                yield from ((paragraph, what) for what in _field("".join(open_fields.pop())))
    yield from ((paragraph, "没有结束的域") for _ in open_fields[:1])


def _working_marks(root: Any) -> Iterator[tuple[int, str]]:
    """(number of the paragraph, 修订痕迹 or 批注), each kind once in a paragraph: a letter would carry them out of the office."""
    paragraph, told = 0, set[tuple[int, str]]()
    for node in root.iter("{*}*"):
        name = node.tag.rpartition("}")[2]
        paragraph += name == "p"
        what = "修订痕迹" if _REVISIONS.fullmatch(name) else "批注" if name in _COMMENTS else ""
        if what and (paragraph, what) not in told:
            told.add((paragraph, what))
            yield paragraph, what


def _attribute(node: Any, name: str) -> str:
    """An attribute by its local name, whatever its namespace."""
    return next((str(value) for key, value in node.attrib.items() if key.rpartition("}")[2] == name), "")


def _object(node: Any, name: str) -> Iterator[str]:
    if name in _ELEMENTS:
        yield f"`{name}`"
    for key, value in node.attrib.items():
        if key.rpartition("}")[2] in _ADDRESSES and _ELSEWHERE.match(str(value)):
            yield f"文件之外的链接 `{visible(str(value)[:60])}`"


def _field(code: str) -> Iterator[str]:
    match = _FIELD.match(code)
    word = match.group(1) if match else ""
    if word.upper() not in FIELDS or _CODED.search(code):
        yield f"域 `{visible(code.strip()[:40]) or '（空）'}`"
