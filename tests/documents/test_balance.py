"""Tables, pictures and closings are spread over pages so that none holds just a leftover: as PDF and as Word file."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from engine.conformance.pages import Pages, read_pages
from engine.documents import pdf, room
from engine.documents import text_points as t
from engine.documents.docx import render_docx
from engine.documents.layouts import TEMPLATES
from engine.documents.model import DocumentPlan, LetterCell, LetterParagraph, LetterRow, LetterTable
from engine.documents.pdf import CLOSER, USUAL, render_pdf, spacing_of
from engine.documents.titles import broken
from engine.visible.archive import unpack
from tests.documents.samples import drafts, written
from tests.documents.test_layouts import form, picture

LINE = "近一年你单位举办活动，服务群众，独立活动场所的租赁合同尚未届满。"


def pages(plan: DocumentPlan) -> Pages:
    return read_pages(render_pdf(plan), "文书.pdf")


def document(plan: DocumentPlan) -> str:
    return unpack(render_docx(plan), "文书.docx")["word/document.xml"].decode()


def rows(count: int) -> LetterTable:
    return LetterTable((), tuple(LetterRow((LetterCell(f"第{n}行", 28),)) for n in range(1, count + 1)))


@pytest.mark.parametrize("count", [28, 33])
def test_signatures_of_a_form_are_not_alone_on_a_page(letter: DocumentPlan, count: int) -> None:
    """As many rows as just fill the first page: three of them go over to where people sign."""
    last = [line.text for line in pages(form(letter, count)).pages[-1].lines]
    assert "核查人（签名）：" in last
    assert len([text for text in last if "活动台账齐备" in text]) >= 3


def test_a_short_table_stands_on_one_page_and_a_long_one_leaves_no_row_alone(letter: DocumentPlan) -> None:
    for lines, count in ((10, 12), (11, 30), (19, 30)):
        body = (*(LetterParagraph(0, f"{LINE[:20]}。") for _ in range(lines)), rows(count))
        found = pages(replace(letter, layout="报告", number="", addressee="", annexes=(), body=body))
        on = [sum(bool(re.fullmatch("第[0-9]+行", line.text)) for line in page.lines) for page in found.pages]
        parts = [part for part in on if part]
        assert sum(parts) == count
        assert (len(parts) == 1) if count <= 12 else min(parts) >= 3


def test_word_keeps_the_rows_of_tables_together_as_the_pdf_does(letter: DocumentPlan) -> None:
    def kept(plan: DocumentPlan) -> list[list[bool]]:
        tables = re.findall("<w:tbl>.*?</w:tbl>", document(plan), re.DOTALL)
        return [
            ["<w:keepNext/>" in row for row in re.findall("<w:tr>.*?</w:tr>|<w:tr .*?</w:tr>", one)] for one in tables
        ]

    entries, table, sign = kept(form(letter, 20))
    assert (entries, sign) == ([False], [False])
    # Its head is repeated, the first three rows (one of them the heading of a section) and the last three are together,
    # and the last with where people sign.
    assert table == [False, True, True, *[False] * 16, *[True] * 3]
    assert kept(form(letter, 11))[1] == [False, *[True] * 12]


def test_pictures_are_smaller_where_that_saves_a_page(letter: DocumentPlan) -> None:
    """In the PDF and in the Word file alike."""
    plain = replace(letter, layout="报告", number="", addressee="", annexes=(), notes=(), cosigners=())
    shot = picture()
    tried = {}
    for lines in range(1, 12):
        plan = replace(plain, body=(*(LetterParagraph(0, f"{LINE[:20]}。") for _ in range(lines)), *[shot] * 3))
        tried.setdefault(spacing_of(plan), plan)
        pdf._LAST.clear()
    assert CLOSER[1] in tried
    widths = {spacing: set(re.findall(r'<wp:extent cx="([0-9]+)"', document(plan))) for spacing, plan in tried.items()}
    assert widths[USUAL] == {str(120 * 36000)}
    assert widths[CLOSER[1]] == {str(96 * 36000)}


@pytest.mark.parametrize(("count", "word", "own"), [(1, 24, 22), (3, 22, 22), (22, 22, 22), (23, 24, 22), (24, 24, 24)])
def test_a_page_without_a_line_to_spare_is_closer_in_word_alone(
    letter: DocumentPlan, count: int, word: int, own: int
) -> None:
    """Of one page and of two; with a line more than 23 the PDF is closer too."""
    body = tuple(LetterParagraph(0, f"{LINE[:20]}。") for _ in range(count))
    plan = replace(letter, annexes=(), body=body)
    assert (spacing_of(plan).lines, pdf._laid_out(plan, TEMPLATES).spacing.lines) == (word, own)
    pdf._LAST.clear()


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("申报材料齐全" * 9, 0),  # nothing to set apart
        ("于" * 25 + "5" + "日" * 20, 0),  # apart, and still as many lines
        ("于" * 22 + "5日3日" + "于" * 29, 1),
        ("各" * 26 + "。" + "各" * 27, 1),  # the mark is drawn into the line here and in no other program
        ("（5）" * 12, 0),  # marks are no letters
    ],
)
def test_lines_that_other_programs_set_more(text: str, more: int) -> None:
    assert room._more(text) == more


def test_word_leaves_room_for_what_other_programs_set_more(letter: DocumentPlan) -> None:
    """A letter whose last page is full, at 24 lines, is closer still in Word; one that ends with room is as in the PDF."""
    text = "于" * 22 + "5日3日" + "于" * 28 + "。"
    plans = [replace(letter, annexes=(), body=(LetterParagraph(0, text),) * count) for count in range(8, 16)]
    found = {pdf._laid_out(plan, TEMPLATES).spacing.lines: spacing_of(plan).lines for plan in plans}
    pdf._LAST.clear()
    assert set(found) <= {22, 24}
    assert all(word >= own for own, word in found.items())
    assert 26 in {spacing_of(plan).lines for plan in plans}


def test_no_report_ends_with_a_page_for_its_opinion_alone() -> None:
    found = read_pages(written("年度考核报告", "pdf"), "报告.pdf")
    last = [line.role for line in found.pages[-1].lines]
    assert t.CELL_LINE in last[: last.index(t.BODY)]


def test_no_letter_ends_with_a_page_of_signatures_alone() -> None:
    """Of forms over several pages: before where people sign there are rows of what they sign."""
    seen = 0
    for name, draft in drafts().items():
        if draft.plan.layout == "表格":
            found = read_pages(written(name, "pdf"), name).pages
            texts = [line.text for line in found[-1].lines]
            first = next((at for at, text in enumerate(texts) if "签名" in text), 0)
            seen += len(found) > 1
            assert len(found) == 1 or first >= 9, (name, texts)
    assert seen >= 3


def test_lines_of_a_title_fit_with_digits_and_latin_letters() -> None:
    """Digits of 宋体 are wider than half a character: 18 characters and a year are too wide for a line."""
    title = "福州市储能新材料人才驿站2025年度考核报告"
    assert broken(title, ("福州市储能新材料人才驿站",)) == ("福州市储能新材料人才驿站", "2025年度考核报告")


def test_word_lets_notes_of_a_short_letter_begin_a_page_as_the_pdf_does(letter: DocumentPlan) -> None:
    def kept(notes: int) -> list[bool]:
        """Whether the day, and each note after it, is kept with what follows."""
        plan = replace(letter, annexes=(), pages=(), body=letter.body[:1], notes=(f"说明{LINE * 2}",) * notes)
        assert spacing_of(plan).parted is bool(notes)
        paragraphs = re.findall(r"<w:p[ >].*?</w:p>", document(plan), re.DOTALL)
        day = next(at for at, text in enumerate(paragraphs) if "年" in text and ">2026年" in text)
        return ['<w:keepNext w:val="0"/>' not in text for text in paragraphs[day : day + notes + 1]]

    assert kept(0) == [True]
    assert kept(4) == [False] * 5
