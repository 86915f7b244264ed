"""CIDs of embedded fonts are the numbers of their glyphs, whatever font a letter is set in and however it was cut."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfparser import PDFParser
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from engine.conformance.fonts import renumbered
from engine.documents import cids, everyday
from engine.documents.fonts import face
from engine.documents.model import DocumentPlan, LetterParagraph
from engine.documents.pdf import render_pdf
from setup import fonts as setup_fonts

ROOT = Path(__file__).resolve().parents[2]


def off(program: bytes) -> list[int]:
    """Glyphs of a CFF program whose CID is another number."""
    charset = cids.top_dict(program).charset
    return [number for number, name in enumerate(charset) if number and name != f"cid{number:05d}"]


def embedded(pdf: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Name, kind and program of every font a PDF carries."""
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for font in page["/Resources"]["/Font"].values():
            own = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]["/FontFile3"]
            yield font.get_object()["/BaseFont"].partition("+")[2], own["/Subtype"], own.get_data()


def outlined(keyed: bool) -> bytes:
    """A font of two glyphs with PostScript outlines, `keyed` by names and not by CIDs, or with TrueType outlines."""
    builder = FontBuilder(1000, isTTF=not keyed)
    builder.setupGlyphOrder([".notdef", "A"])
    builder.setupCharacterMap({65: "A"})
    if keyed:
        empty = {name: T2CharString(program=[500, "endchar"]) for name in (".notdef", "A")}
        builder.setupCFF("Test", {}, empty, {})
    else:
        builder.setupGlyf({name: TTGlyphPen(None).glyph() for name in (".notdef", "A")})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "A": (500, 0)})
    builder.setupHorizontalHeader()
    builder.setupPost()
    buffer = io.BytesIO()
    builder.save(buffer)
    return buffer.getvalue()


def test_every_font_of_a_letter_is_numbered(letter: DocumentPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    # € is not among the everyday characters, and in the whole FandolFang its glyph has another number than its CID.
    plan = replace(letter, body=(*letter.body, LetterParagraph(0, "€䶮。")))
    carried = list(embedded(render_pdf(plan)))
    assert {name for name, _, _ in carried} >= {"FandolFang-GB2312v2", "FandolFang", "Noto-Serif-CJK-SC"}
    assert [(name, kind, off(program)[:3]) for name, kind, program in carried if off(program)] == []
    assert {kind for _, kind, _ in carried} == {"/CIDFontType0C"}
    monkeypatch.setattr("engine.documents.embedded.program", lambda font: None)
    wrapped = {name: TTFont(io.BytesIO(data)).reader["CFF "] for name, _, data in embedded(render_pdf(plan))}
    assert {name for name, program in wrapped.items() if off(program)} == {"FandolFang"}


def as_opentype(font: Any, file: Any) -> None:
    """A font as WeasyPrint leaves it, with the CIDs it came with."""
    whole = face("FandolFang")
    assert whole is not None
    file.set_data(Path(whole.file).read_bytes())
    file[NameObject("/Subtype")] = NameObject("/OpenType")


def by_table(font: Any, file: Any) -> None:
    """A TrueType font that counts its glyphs backwards."""
    table = DecodedStreamObject()
    table.set_data(struct.pack(">6H", 0, 5, 4, 3, 0, 1))
    font[NameObject("/Subtype")] = NameObject("/CIDFontType2")
    font[NameObject("/CIDToGIDMap")] = font.indirect_reference.pdf._add_object(table)


def by_name(font: Any, file: Any) -> None:
    file.set_data(outlined(True))


def torn(font: Any, file: Any) -> None:
    file.set_data(file.get_data()[:40])


def without(font: Any, file: Any) -> None:
    del font["/FontDescriptor"]["/FontFile3"]


@pytest.mark.parametrize(
    ("change", "counted"), [(as_opentype, 1469), (by_table, 3), (by_name, 0), (torn, -1), (without, None)]
)
def test_cids_are_counted_in_every_kind_of_embedded_font(
    letter: DocumentPlan, change: Callable[[Any, Any], None], counted: int | None
) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(render_pdf(letter))))
    for page in writer.pages:
        for font in page["/Resources"]["/Font"].values():
            if font["/BaseFont"].endswith("FandolFang-GB2312v2"):
                own = font["/DescendantFonts"][0].get_object()
                change(own, own["/FontDescriptor"]["/FontFile3"].get_object())
        break
    buffer = io.BytesIO()
    writer.write(buffer)
    found = dict(renumbered(PDFDocument(PDFParser(buffer))))
    assert found.pop("FandolFang-GB2312v2", None) == counted
    assert set(found.values()) == {0}


def test_everyday_parts_are_numbered_where_they_are_cut() -> None:
    for whole, style in setup_fonts.used():
        program = TTFont(io.BytesIO(setup_fonts.part(whole, style))).reader["CFF "]
        assert off(program) == []
        assert len(cids.top_dict(program).charset) > 7000


@pytest.mark.parametrize("keyed", [True, False])
def test_a_font_without_cids_stays_as_it_is(keyed: bool) -> None:
    assert cids.program(outlined(keyed)) is None


@pytest.mark.parametrize("count", [1, 2, 3, 257, 258, 65535])
def test_no_charset_of_as_many_glyphs_is_shorter(count: int) -> None:
    charset = cids.identity(count)
    single = 1 + 2 * (count - 1)
    ranges = 1 + 3 * -(-(count - 1) // 256), 1 + 4 * bool(count - 1)
    assert len(charset) == min(single, *ranges)


def test_parts_of_another_set_up_are_removed_and_never_used(tmp_path: Path) -> None:
    assert everyday.MARK.startswith(f" {everyday.EVERY}v")
    old = tmp_path / "FandolFangGB2312-Regular.otf"
    kept = tmp_path / "FandolFang-Regular.otf"
    for file in (old, kept):
        file.write_bytes(b"x")
    subprocess.run([sys.executable, ROOT / "setup" / "fonts.py", tmp_path], check=True, capture_output=True)
    assert not old.exists()
    assert kept.exists()
    names = {TTFont(file)["name"].getDebugName(1) for file in tmp_path.glob("*GB2312*.otf")}
    assert names == {whole.family + everyday.MARK for whole, _ in setup_fonts.used()}
