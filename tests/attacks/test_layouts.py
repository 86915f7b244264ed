"""Layouts that would open, fetch or run something when the letter is opened: each is refused, with the place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.base.problem import Cell, Refused
from engine.documents.layouts import TEMPLATES, read_word
from engine.visible.archive import pack, unpack

Parts = dict[str, bytes]
_MARK = b"<w:sectPr"
_REL = b"</Relationships>"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def run(text: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve">{text}</w:instrText></w:r>'


def field(*codes: str) -> str:
    """A field whose code is spread over several runs, as Word spreads it."""
    inside = "".join(map(run, codes))
    return (
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{inside}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def body(xml: str) -> Callable[[Parts], None]:
    """Put at the end of the text."""

    def change(parts: Parts) -> None:
        content = parts["word/document.xml"]
        at = content.rindex(_MARK)
        parts["word/document.xml"] = content[:at] + xml.encode() + content[at:]

    return change


def relation(kind: str, target: str, mode: str = "", quote: str = '"') -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        name = "word/_rels/document.xml.rels"
        made = f"<Relationship Id='rId99' Type='{_OFFICE}/{kind}' Target={quote}{target}{quote} {mode}/>"
        parts[name] = parts[name].replace(_REL, made.encode() + _REL)

    return change


def part(name: str, content: bytes) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        parts[name] = content

    return change


def typed(kind: str) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        made = f'<Override PartName="/word/a.xml" ContentType="{kind}"/></Types>'
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", made.encode())

    return change


SIMPLE = '<w:p><w:fldSimple w:instr="{}"><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>'
DDE = 'DDEAUTO c:\\windows\\system32\\cmd.exe "/k calc.exe"'
TEMPLATE = "http://example.com/a.dotm"
ATTACKS: dict[str, tuple[Callable[[Parts], None], str]] = {
    "dde": (body(field(DDE.replace('"', "&quot;"))), "E659"),
    "dde-small": (body(field(" ddeauto c:\\a")), "E659"),
    "dde-in-pieces": (body(field("DD", "EAU", "TO c:\\a")), "E659"),
    "dde-simple": (body(SIMPLE.format("DDE c:\\a")), "E659"),
    "dde-by-quote-of-codes": (body(field("QUOTE 68 68 69")), "E659"),
    "dde-in-a-deleted-text": (
        body(field("PAGE").replace("instrText", "delInstrText").replace("PAGE", "DDE a")),
        "E659",
    ),
    "field-in-a-field": (
        body(field("PAGE", "</w:instrText></w:r>" + field("PAGE")[5:-6] + "<w:r><w:instrText>")),
        "E659",
    ),
    "field-without-begin": (body(f"<w:p>{run('INCLUDETEXT a')}</w:p>"), "E659"),
    "field-without-end": (body(field("DDE a").replace('<w:r><w:fldChar w:fldCharType="end"/></w:r>', "")), "E659"),
    "inserted": (body('<w:p><w:ins w:id="1" w:author="x"><w:r><w:t>添上的字</w:t></w:r></w:ins></w:p>'), "E667"),
    "deleted": (body('<w:p><w:del w:id="1"><w:r><w:delText>删去的字</w:delText></w:r></w:del></w:p>'), "E667"),
    "moved": (body('<w:p><w:moveTo w:id="1"><w:r><w:t>移来的字</w:t></w:r></w:moveTo></w:p>'), "E667"),
    "look-changed": (body('<w:p><w:pPr><w:pPrChange w:id="1"><w:pPr/></w:pPrChange></w:pPr></w:p>'), "E667"),
    "commented": (body('<w:p><w:commentRangeStart w:id="0"/></w:p>'), "E667"),
    "picture-from-elsewhere": (body(SIMPLE.format("INCLUDEPICTURE http://example.com/a.png")), "E659"),
    "text-from-elsewhere": (body(SIMPLE.format("INCLUDETEXT /etc/passwd")), "E659"),
    "link": (body(SIMPLE.format("LINK Excel.Sheet.8 c:\\a.xls")), "E659"),
    "macro-button": (body(SIMPLE.format("MACROBUTTON Run me")), "E659"),
    "database": (body(SIMPLE.format("DATABASE \\d c:\\a.mdb")), "E659"),
    "no-field-at-all": (body(field("  ")), "E659"),
    "page-with-an-address": (body(SIMPLE.format("PAGE http://example.com")), "E659"),
    "a-value-as-field-code": (body(field("PAGE {{ 标题 }}")), "E659"),
    "object": (body("<w:p><w:object/></w:p>"), "E659"),
    "html-chunk": (body('<w:altChunk r:id="rId99"/>'), "E659"),
    "picture-by-address": (
        body(
            '<w:p><w:pict><v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" src="\\\\host\\a.png"/></w:pict></w:p>'
        ),
        "E659",
    ),
    "template": (relation("attachedTemplate", TEMPLATE, "TargetMode='External'", "'"), "E620 E659"),
    "template-double-quoted": (relation("attachedTemplate", TEMPLATE, 'TargetMode="External"'), "E620 E659"),
    "template-spaced": (relation("attachedTemplate", TEMPLATE, "TargetMode = 'External'"), "E620 E659"),
    "template-by-entity": (relation("attachedTemplate", TEMPLATE, 'TargetMode="&#69;xternal"'), "E659"),
    "template-inside": (relation("attachedTemplate", "a.dotm"), "E659"),
    "address-without-mode": (relation("image", "file:///etc/passwd"), "E659"),
    "address-of-a-share": (relation("image", "//host/share/a.png"), "E659"),
    "picture-linked": (relation("image", "http://example.com/a.png", "TargetMode='External'"), "E620 E659"),
    "sub-document": (relation("subDocument", "b.docx"), "E659"),
    "macros": (part("word/vbaProject.bin", b"x"), "E620"),
    "macros-under-another-name": (typed("application/vnd.ms-office.vbaProject"), "E659"),
    "macros-by-type": (typed("application/vnd.ms-word.document.macroEnabled.main+xml"), "E659"),
    "embedding": (part("word/embeddings/a.bin", b"x"), "E620"),
    "doctype-in-utf-16": (
        part("word/a.xml", '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16")),
        "E620",
    ),
    "broken": (part("word/a.xml", b"<a>"), "E620"),
}


def layout(folder: Path, change: Callable[[Parts], None]) -> Path:
    parts = unpack((TEMPLATES / "form.docx").read_bytes(), "form.docx")
    change(parts)
    (folder / "自备.docx").write_bytes(pack(parts))
    return folder


@pytest.mark.parametrize("name", ATTACKS)
def test_a_layout_does_nothing_but_lie_there(name: str, tmp_path: Path) -> None:
    change, codes = ATTACKS[name]
    with pytest.raises(Refused) as refused:
        read_word(layout(tmp_path, change), "自备.docx")
    problem = refused.value.problems[0]
    assert problem.code in codes.split()
    assert problem.help
    assert problem.code == "E620" or (isinstance(problem.place, Cell) and problem.place.file == "自备.docx")


def test_the_place_is_the_paragraph(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_word(layout(tmp_path, body(SIMPLE.format("DDE a"))), "自备.docx")
    (problem,) = refused.value.problems
    paragraphs = unpack((TEMPLATES / "form.docx").read_bytes(), "a")["word/document.xml"].count(b"<w:p>")
    assert problem.place == Cell("自备.docx", f"第{paragraphs + 1}段")


@pytest.mark.parametrize("code", ["PAGE", " NUMPAGES \\* MERGEFORMAT ", "page", "SEQ 表 \\* ARABIC", "EQ \\o(a,b)"])
def test_fields_that_only_count_may_be_there(code: str, tmp_path: Path) -> None:
    for written in (field(code), SIMPLE.format(code)):
        assert read_word(layout(tmp_path, body(written)), "自备.docx")


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.docx")), ids=lambda path: path.stem)
def test_our_own_layouts_are_inert(path: Path) -> None:
    assert read_word(path.parent, path.name)
