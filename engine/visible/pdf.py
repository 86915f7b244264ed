"""What a PDF shows: its lines page by page, and a digest of everything that draws each page.

The digests do not depend on numbers of objects, compression or the order of the file, so that a file that was written anew
by another program, or signed (which appends to it), still has them. Lines name what differs where a digest does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import islice
from typing import Any

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFObjRef, PDFStream, resolve1
from pdfminer.psexceptions import PSException
from pdfminer.psparser import PSKeyword, PSLiteral

from engine.base.problem import Problem, Refused
from engine.visible.drawing import drawn
from engine.visible.lines import lines_of
from engine.visible.model import SHORT, Block, Visible
from engine.visible.packet import own, root, shown
from engine.visible.pdf_file import decoded, named, open_pdf

MAX_PAGES = 500
_INFO = {"Title": "标题", "Author": "作者", "Subject": "主题", "Keywords": "关键词", "CreationDate": "创建日期"}
_SAVED = {"Producer": "生成软件", "Creator": "创建软件", "ModDate": "最后保存"}
_FILED = {"Length", "Filter", "DecodeParms", "DL", "Parent", "P", "Pg", "StructParent", "StructParents"}
"""What says how an object is kept in a file, or points back to where it is used: no part of what it is."""
_OWN = {"Type", "Pages", "Metadata", "Version", "Extensions", "DSS", "Perms", "AcroForm"}
"""Of the catalogue: what is told elsewhere, and what signing a file adds."""


def read_pdf(data: bytes, file: str, space: str = "") -> Visible:
    """What the PDF in `data` shows. `space`: the namespace of the receipt in its metadata. Refused (exit code 2): E650."""
    try:
        return _Reader(open_pdf(data), space).visible()
    except (PDFException, PSException, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
        raise Refused(Problem("E650", f"`{file}` 不是完好的 PDF", help="换回原文件"), 2) from None


def whole_prefixes(data: bytes) -> Iterator[bytes]:
    """The file as it was before something was appended to it, the shortest first, and the file itself last."""
    at = 0
    while (at := data.find(b"%%EOF", at)) >= 0:
        at += len(b"%%EOF")
        end = at + (data[at : at + 1] == b"\r")
        end += data[end : end + 1] == b"\n"
        if end < len(data):
            yield data[:end]
    yield data


class _Reader:
    def __init__(self, document: PDFDocument, space: str) -> None:
        self.document, self.space = document, space
        self.known: dict[int, str] = {}
        self.pages: dict[object, int] = {}
        self.foreign: list[str] = []
        self.signatures = 0

    def visible(self) -> Visible:
        blocks: list[Block] = []
        parts: list[tuple[str, str]] = []
        pages = list(islice(PDFPage.create_pages(self.document), MAX_PAGES + 1))
        if len(pages) > MAX_PAGES:
            raise ValueError(len(pages))
        self.pages = {page.pageid: at for at, page in enumerate(pages, 1)}
        for at, page in enumerate(pages, 1):
            blocks += self._lines(page, at)
            parts += self._page(page, f"第{at}页")
        if not blocks and not parts:
            raise ValueError("no pages")
        catalog = self.document.catalog
        parts += [(f"文件 {key}", self._digest(value)) for key, value in sorted(catalog.items()) if key not in _OWN]
        self._fields(resolve1(catalog.get("AcroForm")))
        info = {key: decoded(value) for one in self.document.info[:1] for key, value in one.items()}
        properties = [(label, info[key]) for key, label in _INFO.items() if info.get(key)]
        properties += [(key, value) for key, value in info.items() if key not in _INFO and key not in _SAVED]
        packet = root(catalog)
        properties += shown(packet)
        saved = [(label, info[key]) for key, label in _SAVED.items() if info.get(key)]
        return Visible(
            "pdf",
            tuple(blocks),
            tuple(properties),
            tuple(parts),
            tuple(self.foreign),
            tuple(saved),
            tuple(own(packet, self.space)) if self.space else (),
            self.signatures,
        )

    # ---- a page ----

    def _lines(self, page: Any, at: int) -> Iterator[Block]:
        glyphs = drawn(page).glyphs
        for line in lines_of(glyphs, at):
            yield Block(f"第{at}页", "", line.text)
        if turned := "".join(glyph.text for glyph in glyphs if not glyph.upright):
            yield Block(f"第{at}页", "", f"⟦斜 {turned}⟧")

    def _page(self, page: Any, name: str) -> Iterator[tuple[str, str]]:
        contents = b"\n".join(resolve1(one).get_data() for one in page.contents)
        yield f"{name} 内容", sha256(contents).hexdigest()[:SHORT]
        resources = dict(resolve1(page.resources) or {})
        pictures = resolve1(resources.pop("XObject", None)) or {}
        for number, (_, picture) in enumerate(sorted(pictures.items()), 1):
            yield f"{name} 图{number}", self._digest(picture)
        yield f"{name} 字体和颜色", self._digest(resources)
        boxes = {key: page.attrs.get(key) for key in ("CropBox", "BleedBox", "TrimBox", "UserUnit", "AA", "Trans")}
        yield f"{name} 页面", self._digest([list(page.mediabox), page.rotate, boxes])
        for number, annotation in enumerate(resolve1(page.attrs.get("Annots")) or (), 1):
            yield from self._annotation(resolve1(annotation), name, number)

    def _annotation(self, one: Mapping[str, Any], page: str, number: int) -> Iterator[tuple[str, str]]:
        """What is put over a page. A field to sign in is as it was whoever has signed in it; unsigned it shows nothing."""
        if named(one.get("FT")) == "Sig":
            if resolve1(one.get("V")) is None and _draws(one):
                self.foreign.append(f"{page}上没有签名的签名域画了内容")
            return
        yield f"{page} 批注{number}", self._digest(dict(one))
        kind, said = named(one.get("Subtype")), decoded(one.get("Contents", b""))
        if kind != "Link":
            self.foreign.append(f"{page}上的批注（{kind}）" + (f"“{said[:30]}”" if said else ""))

    def _fields(self, form: Any) -> None:
        """Fields of a form: signatures are counted, anything else is none of ours."""
        waiting = list(resolve1(form.get("Fields")) or ()) if isinstance(form, dict) else []
        for one in map(resolve1, waiting[:1000]):
            if not isinstance(one, dict):
                continue
            if named(one.get("FT")) == "Sig":
                self.signatures += resolve1(one.get("V")) is not None
            else:
                self.foreign.append(f"表单域“{decoded(one.get('T', b''))[:30]}”")

    # ---- digests ----

    def _digest(self, value: Any) -> str:
        machine = sha256()
        for piece in self._pieces(value, ()):
            machine.update(piece)
        return machine.hexdigest()[:SHORT]

    def _pieces(self, value: Any, above: tuple[int, ...]) -> Iterator[bytes]:
        """A value as bytes that are the same for the same content."""
        if isinstance(value, PDFObjRef):
            number = value.objid
            if number in self.pages:  # a page is told by itself; what points to it, points to its place
                yield f"page {self.pages[number]}".encode()
                return
            if number in above:
                yield b"^"
                return
            if number not in self.known:
                machine = sha256()
                for piece in self._pieces(value.resolve(), (*above, number)):
                    machine.update(piece)
                self.known[number] = machine.hexdigest()
            yield self.known[number].encode()
        elif isinstance(value, PDFStream):
            yield b"stream"
            yield from self._pieces(value.attrs, above)
            yield sha256(value.get_data()).digest()
        elif isinstance(value, Mapping) and named(value.get("FT")) == "Sig":
            yield b"field to sign in"  # the same whoever has signed in it
        elif isinstance(value, Mapping):
            yield b"<<"
            for key in sorted(key for key in value if key not in _FILED):
                yield f"/{key} ".encode()
                yield from self._pieces(value[key], above)
            yield b">>"
        elif isinstance(value, list | tuple):
            yield b"["
            for one in value:
                yield from self._pieces(one, above)
                yield b" "
            yield b"]"
        else:
            yield _atom(value)


def _draws(annotation: Mapping[str, Any]) -> bool:
    """Whether an annotation has an appearance that is more than an empty one."""
    looks = resolve1(annotation.get("AP"))
    return isinstance(looks, dict) and any(
        not isinstance(look, PDFStream) or bool(look.get_data().strip()) for look in map(resolve1, looks.values())
    )


def _atom(value: Any) -> bytes:
    if isinstance(value, PSKeyword) and value.name == b"null":  # as pdfminer has it from a stream of objects
        value = None
    if isinstance(value, PSLiteral | PSKeyword):
        return b"/" + str(value.name).encode()
    if isinstance(value, bytes):
        return b"(" + value + b")"
    if isinstance(value, bool) or value is None:
        return str(value).encode()
    return f"{float(value):.6g}".encode()
