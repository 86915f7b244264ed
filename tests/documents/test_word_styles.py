"""A Word layout is changed by its styles, whatever they are called, and has as many lines a page as the PDF."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from engine.conformance.docx_points import findings
from engine.conformance.pages import read_pages
from engine.conformance.word import WordFile, read_word
from engine.documents import text_points as t
from engine.documents.docx import render_docx
from engine.documents.layouts import TEMPLATES
from engine.documents.model import DocumentPlan, LetterParagraph
from engine.documents.pdf import render_pdf
from engine.visible.archive import pack, unpack

STYLES = "word/styles.xml"


def layout(folder: Path, pattern: str, text: str) -> Path:
    """A folder with official.docx, its styles changed."""
    parts = unpack((TEMPLATES / "official.docx").read_bytes(), "official.docx")
    changed, times = re.subn(pattern, text, parts[STYLES].decode(), flags=re.DOTALL)
    assert times
    (folder / "official.docx").write_bytes(pack(parts | {STYLES: changed.encode()}))
    return folder


def written(plan: DocumentPlan, folder: Path) -> WordFile:
    return read_word(render_docx(plan, folder), "通知.docx")


def test_a_style_changed_in_a_layout_changes_the_letter(letter: DocumentPlan, tmp_path: Path) -> None:
    body = r'(<w:name w:val="公文正文"/>.*?<w:rPr>.*?w:eastAsia=")仿宋_GB2312(".*?<w:sz w:val=")32'
    word = written(letter, layout(tmp_path, body, r"\g<1>楷体_GB2312\g<2>28"))
    looks = {(r.look.fonts["eastAsia"], r.look.size) for p in word.having(t.BODY) for r in p.runs}
    assert looks == {("楷体_GB2312", 14)}
    assert {(r.look.fonts["eastAsia"], r.look.size) for p in word.having(t.NOTE) for r in p.runs} == {
        ("仿宋_GB2312", 16)
    }
    assert {f.code for f in findings(word) if f.passed is False} == {"W23", "W24"}


def test_styles_by_other_names_are_fitted_all_the_same(letter: DocumentPlan, tmp_path: Path) -> None:
    ours = written(letter, TEMPLATES)
    renamed = written(letter, layout(tmp_path, r'(<w:name w:val=")(?!Normal)', r"\1本局"))
    assert {p.style for p in renamed.paragraphs} == {f"本局{p.style}" for p in ours.paragraphs}
    assert [p.shape for p in renamed.paragraphs] == [p.shape for p in ours.paragraphs]
    assert [[r.look for r in p.runs] for p in renamed.paragraphs] == [[r.look for r in p.runs] for p in ours.paragraphs]


def test_the_word_file_has_as_many_lines_a_page_as_the_pdf(letter: DocumentPlan) -> None:
    """A paragraph is made longer: at some length 24 lines a page save a page, in the PDF and so in Word."""
    text = "近一年你单位举办活动，服务群众，独立活动场所的租赁合同尚未届满。"
    seen = set()
    for count in (9, 21):
        plan = replace(letter, body=(LetterParagraph(0, text * count),), annexes=())
        word, pages = written(plan, TEMPLATES), read_pages(render_pdf(plan), "通知.pdf")
        pitch = {22: 579, 24: 531}[pages.lines_a_page]
        seen.add(pitch)
        own = [p.shape.spacing for p in word.paragraphs if p.role in (*t.RUNNING, t.ORGAN, t.DAY, t.NOTE)]
        assert {int(spacing["line"]) for spacing in own} == {pitch}
        assert int(word.having(t.ORGAN)[0].shape.spacing["before"]) == 2 * pitch
        assert {f.code for f in findings(word) if f.passed is False} == set()
    assert seen == {579, 531}
