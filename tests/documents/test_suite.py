"""Another program sets the Word files as we set the PDFs: LibreOffice, one process for all of them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from engine.base.problem import Refused
from engine.conformance.pages import Pages, read_pages
from engine.documents import suite
from engine.documents.issue import labelled, render
from engine.documents.layouts import TEMPLATES
from engine.documents.model import DocumentPlan
from engine.documents.points import ALL
from engine.documents.suite import STAND_INS, converted
from engine.documents.typography import columns
from engine.visible.archive import unpack
from tests.documents.samples import drafts, written
from tests.sizes import LONG

pytestmark = pytest.mark.untraced
needed = pytest.mark.skipif(not suite.installed(), reason="LibreOffice is not installed")

FEW = ("认定通知", "变更备案回执", "公示", "送达回证", "年度考核报告")
"""A letter of every layout; `./test --long` converts them all."""


@cache
def office() -> Mapping[str, Pages]:
    """What LibreOffice shows of the sample letters."""
    names = [name for name, draft in drafts().items() if draft.plan.layout in ALL and (LONG or name in FEW)]
    made = converted({name: written(name, "docx") for name in names})
    return {name: read_pages(data, f"{name}.pdf") for name, data in made.items()}


@needed
def test_letters_have_as_many_pages_in_libreoffice_as_in_our_pdf() -> None:
    """It sets numbers apart from the text, whatever a paragraph says, and some paragraphs on a line more: the Word file has as
    many lines a page as that takes."""
    found = {name: len(theirs.pages) for name, theirs in office().items()}
    assert found == {name: len(read_pages(written(name, "pdf"), f"{name}.pdf").pages) for name in found}
    assert len(found) >= (30 if LONG else len(FEW))


@needed
def test_lines_hold_28_characters_in_libreoffice_too() -> None:
    """14 of them is what a grid of characters with a negative charSpace came to."""
    for name in set(FEW) - {"送达回证"}:
        full = [columns(line.text) for page in office()[name].pages for line in page.lines if line.role == "正文"]
        assert 24 <= max(full) <= 29.5, name


@needed
def test_fonts_that_are_not_there_have_their_stand_ins() -> None:
    fonts = "、".join(font for pages in office().values() for font in pages.fonts)
    assert "FandolFang" in fonts
    assert "Liberation" in fonts
    styles = unpack((TEMPLATES / "official.docx").read_bytes(), "official.docx")["word/styles.xml"].decode()
    assert set(re.findall('w:(?:eastAsia|ascii)="([^"]*)"', styles)) - {"zh-CN"} == set(STAND_INS)


@pytest.fixture
def own(letter: DocumentPlan, tmp_path: Path) -> DocumentPlan:
    """A letter in a Word layout of its package's own, without an .html beside it."""
    shutil.copy(TEMPLATES / "notice.docx", tmp_path / "自备.docx")
    return replace(letter, number="", layout="公示", file=str(tmp_path / "自备.docx"))


@needed
def test_an_own_word_layout_becomes_a_pdf_that_is_labelled(own: DocumentPlan) -> None:
    pages = read_pages(render(own, "pdf"), "自备.pdf")
    assert any(own.organ in line.text for page in pages.pages for line in page.lines)
    assert "LibreOffice" in pages.info["Producer"]
    assert [p.code for p in labelled(own, "pdf")] == ["W610"]
    assert labelled(own, "docx") == labelled(replace(own, file=""), "pdf") == []


def test_without_libreoffice_it_is_said_what_can_be_done(own: DocumentPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "COMMAND", "no-such-program")
    with pytest.raises(Refused) as refused:
        render(own, "pdf")
    assert [(p.code, "libreoffice-writer-nogui" in str(p.help)) for p in refused.value.problems] == [("E635", True)]
    with pytest.raises(Refused) as refused:
        converted({"甲": b""})
    assert [p.code for p in refused.value.problems] == ["E635"]
