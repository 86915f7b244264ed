from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from engine.base.problem import Refused
from engine.conformance.pages import read_pages
from engine.conformance.pdf_points import findings
from engine.documents import everyday, fonts, pdf
from engine.documents.layouts import TEMPLATES
from engine.documents.pdf import render_pdf
from engine.documents.plan import DocumentPlan, LetterParagraph
from setup import fonts as setup_fonts

LINE = 225 / 22
MM = 25.4 / 72


@dataclass(frozen=True)
class Piece:
    """A piece of text as drawn: left end and baseline in mm from the top left of the page, size in pt."""

    page: int
    text: str
    x: float
    y: float
    size: float
    font: str


def drawn(data: bytes) -> list[Piece]:
    found: list[Piece] = []
    for number, page in enumerate(PdfReader(io.BytesIO(data)).pages, 1):

        def note(text: str, cm: Any, tm: Any, font: Any, size: float, number: int = number) -> None:
            if text.strip():
                x, y = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
                name = str(font.get("/BaseFont")) if font else ""
                found.append(Piece(number, text.strip(), x * MM, 297 - y * MM, size * abs(cm[3] * tm[3]), name))

        page.extract_text(visitor_text=note)
    return found


def copy(folder: Path) -> Path:
    for name in ("official.html", "official.css", "official.docx"):
        shutil.copy(TEMPLATES / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def make() -> Callable[[DocumentPlan], list[Piece]]:
    return lambda plan: drawn(render_pdf(plan))


@pytest.fixture
def pieces(letter: DocumentPlan) -> list[Piece]:
    return drawn(render_pdf(letter))


def only(pieces: list[Piece], start: str, page: int = 0) -> Piece:
    return next(p for p in pieces if p.text.startswith(start) and page in (0, p.page))


def test_page_is_a4(letter: DocumentPlan) -> None:
    reader = PdfReader(io.BytesIO(render_pdf(letter)))
    boxes = {(round(float(p.mediabox.width) * MM), round(float(p.mediabox.height) * MM)) for p in reader.pages}
    assert boxes == {(210, 297)}
    assert len(reader.pages) == 2


def test_22_lines_of_28_characters(world: Any) -> None:
    body = tuple(LetterParagraph(0, "正" * (26 + 28 * 29)) for _ in range(1))
    pieces = [p for p in drawn(render_pdf(replace(world.plan(), body=body, annexes=()))) if "正正" in p.text]
    full = [p for p in pieces if p.page == 2]
    gaps = {round(b.y - a.y, 2) for a, b in pairwise(full)}
    assert gaps == {round(LINE, 2)}
    assert full[0].x == pytest.approx(28, abs=0.1)
    assert all(p.size == pytest.approx(15.75, abs=0.01) for p in full)
    assert all(len(p.text) == 28 for p in full[:-1])
    assert pieces[0].x == pytest.approx(28 + 2 * 15.75 * MM, abs=0.1)
    assert len(pieces[0].text) == 26


def test_a_full_page_holds_22_lines(world: Any) -> None:
    body = (LetterParagraph(0, "正" * (26 + 28 * 45)),)
    pieces = [p for p in drawn(render_pdf(replace(world.plan(), body=body, annexes=()))) if "正正" in p.text]
    second = [p for p in pieces if p.page == 2]
    assert len(second) == 22
    assert second[0].y > 37
    assert second[-1].y < 262


def test_frame_of_the_first_page(pieces: list[Piece]) -> None:
    mark, number = only(pieces, "福州市商务局文件"), only(pieces, "榕商务〔2026〕12号")
    title, addressee = only(pieces, "关于认定"), only(pieces, "福州某某商贸有限公司：")
    assert mark.y - 44 * 0.84 * MM == pytest.approx(37 + 35, abs=1)
    assert title.size == pytest.approx(22, abs=0.01)
    assert title.y - number.y == pytest.approx(4 + 2 * LINE + 8, abs=3)
    assert addressee.x == pytest.approx(28, abs=0.1)
    assert addressee.y - only(pieces, "为示范门店").y == pytest.approx(2 * LINE, abs=1.5)


def test_body_stands_on_the_grid_of_the_next_page(pieces: list[Piece]) -> None:
    first = only(pieces, "近一年你单位举办活动9场，服务", 1)
    second = only(pieces, "近一年你单位举办活动9场，服务", 2)
    offset = (first.y - second.y) / LINE
    assert offset == pytest.approx(round(offset), abs=0.08)


def test_closing(pieces: list[Piece]) -> None:
    organ, day = only(pieces, "福州市商务局", 2), only(pieces, "2026年11月23日", 2)
    em = 15.75 * MM
    assert day.x + 7 * em == pytest.approx(184 - 4 * em, abs=2.5)
    assert organ.x + 3 * em == pytest.approx(day.x + 3.5 * em, abs=2.5)
    annex = only(pieces, "附件：1.补正材料清单")
    assert annex.x == pytest.approx(28 + 2 * em, abs=0.1)
    assert organ.y - only(pieces, "2.联系方式").y == pytest.approx(3 * LINE, abs=0.2)


def test_imprint_on_the_bottom_edge(pieces: list[Piece]) -> None:
    imprint = only(pieces, "2026年11月23日印发")
    assert imprint.page == 2
    assert 262 - LINE < imprint.y < 262
    assert imprint.size == pytest.approx(14, abs=0.01)


def test_page_numbers(pieces: list[Piece]) -> None:
    odd, even = only(pieces, "— 1 —"), only(pieces, "— 2 —")
    dash = odd.y - 14 * 0.37 * MM
    assert dash == pytest.approx(262 + 7, abs=0.6)
    assert even.x == pytest.approx(28 + 14 * MM, abs=0.3)
    assert odd.x > 184 - 14 * MM - 16


@pytest.mark.parametrize("sample", [True, False])
def test_watermark_on_every_page(letter: DocumentPlan, sample: bool) -> None:
    pieces = drawn(render_pdf(replace(letter, sample=sample)))
    assert {p.page for p in pieces if p.text.replace(" ", "") == "样稿"} == ({1, 2} if sample else set())


def test_same_plan_same_bytes(letter: DocumentPlan) -> None:
    first = render_pdf(letter)
    assert render_pdf(letter) == first
    assert render_pdf(replace(letter, number="榕商务〔2026〕13号")) != first


def test_properties_come_from_the_plan(letter: DocumentPlan) -> None:
    data = PdfReader(io.BytesIO(render_pdf(letter))).metadata
    assert data is not None
    assert (data.title, data.author) == (letter.title, letter.organ)
    assert "MD-2026-001" in str(data.get("/Keywords"))
    assert str(data.get("/CreationDate")).startswith("D:20261123")


@pytest.mark.parametrize("text", ["A & B", "甲<乙>丙", "<script>x</script>", "{{ 标题 }}", "</p><img src=http://x/>"])
def test_values_come_out_as_text(letter: DocumentPlan, text: str) -> None:
    plan = replace(letter, body=(LetterParagraph(0, f"前{text}后"),))
    whole = "".join(p.text for p in drawn(render_pdf(plan)))
    assert f"前{text}后".replace(" ", "") in whole.replace(" ", "")


def test_rare_name_characters_are_set(letter: DocumentPlan) -> None:
    plan = replace(letter, body=(LetterParagraph(0, "联系人王䶮、李㛃、赵𠮷。"),))
    assert "王䶮、李㛃、赵𠮷" in "".join(p.text for p in drawn(render_pdf(plan)))


def test_missing_glyphs_are_refused_by_name(letter: DocumentPlan) -> None:
    with pytest.raises(Refused) as refused:
        render_pdf(replace(letter, body=(LetterParagraph(0, "甲\U0002b5ef乙\U00031350"),)))
    problem = refused.value.problems[0]
    assert problem.code == "E630"
    assert "U+31350" in problem.message


def test_no_font_is_said(letter: DocumentPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "STACKS", dict.fromkeys(fonts.STACKS, ("No Such Font",)))
    with pytest.raises(Refused) as refused:
        render_pdf(letter)
    assert (refused.value.problems[0].code, refused.value.exit_code) == ("E631", 2)


def test_style_sheets_name_roles_and_no_fonts() -> None:
    for sheet in TEMPLATES.glob("*.css"):
        css = sheet.read_text(encoding="utf-8")
        own = set(re.findall(r"^ *--(\w+):", css, re.M))
        assert set(re.findall(r"var\(--(.+?)\)", css)) <= fonts.STACKS.keys() | own
        assert not own & fonts.STACKS.keys()
        assert not re.search(r'font(-family)?:[^;]*"', css)


def test_everyday_characters_come_from_the_everyday_part_and_others_from_the_whole_font(letter: DocumentPlan) -> None:
    pieces = drawn(render_pdf(replace(letter, body=(LetterParagraph(0, "王䶮来了"),))))
    names = {p.text: p.font.partition("+")[2] for p in pieces}
    assert names["来了"] == "FandolFang-GB2312v2"
    assert names["䶮"] == "Noto-Serif-CJK-SC"


def test_an_everyday_part_draws_every_character_as_its_font_does() -> None:
    import uharfbuzz
    from fontTools.pens.recordingPen import RecordingPen

    for whole, style in setup_fonts.used():
        made = setup_fonts.part(whole, style)
        assert made == setup_fonts.part(whole, style)
        cut = uharfbuzz.Font(uharfbuzz.Face(made))
        for char in "规矩福州市（〔2026〕1号）“”—…·，。〇AZ09":
            if not whole.has(char):
                continue
            shapes = []
            for font in (whole.font, cut):
                pen, glyph = RecordingPen(), font.get_nominal_glyph(ord(char))
                font.draw_glyph_with_pen(glyph, pen)
                shapes.append((font.get_glyph_h_advance(glyph), pen.value))
            assert shapes[0] == shapes[1], (whole.family, char)


def test_set_up_has_made_the_everyday_parts() -> None:
    assert [whole.family for whole, _ in setup_fonts.used() if fonts.face(whole.family + everyday.MARK) is None] == []


def test_without_everyday_parts_letters_are_set_in_the_whole_fonts(
    letter: DocumentPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = drawn(render_pdf(letter))
    monkeypatch.setattr(everyday, "MARK", " 没有")
    monkeypatch.setattr(pdf, "_roles", everyday.sheet)
    pieces = drawn(render_pdf(letter))
    assert {p.font.partition("+")[2] for p in pieces} >= {"FandolFang", "Noto-Serif-CJK-SC-Bold"}
    assert [(p.page, p.text, p.x, p.y) for p in pieces] == [(p.page, p.text, p.x, p.y) for p in usual]


OUTSIDE = [
    '<img src="http://127.0.0.1:9/x.png">',
    '<img src="https://example.invalid/x.png">',
    '<img src="file:///etc/passwd">',
    '<img src="../pyproject.toml">',
    '<img src="//host/x.png">',
    '<img src="data:image/png;base64,AAAA">',
    '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
    '<link rel="attachment" href="file:///etc/passwd">',
    '<div style="background: url(/etc/passwd)">x</div>',
    "<style>@import 'http://127.0.0.1:9/x.css';</style>",
    "<style>@font-face { font-family: x; src: url(file:///etc/passwd) } p { font-family: x }</style>",
    '<object data="/etc/hostname"></object>',
    '<embed src="missing.png">',
]


@pytest.mark.parametrize("tag", OUTSIDE)
def test_layouts_reach_nothing_outside_templates(tmp_path: Path, letter: DocumentPlan, tag: str) -> None:
    folder = copy(tmp_path)
    page = (folder / "official.html").read_text(encoding="utf-8").replace("<main>", tag + "<main>")
    (folder / "official.html").write_text(page, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        render_pdf(letter, folder)
    assert [p.code for p in refused.value.problems] == ["E625"]


def test_symbolic_link_out_of_templates(tmp_path: Path, letter: DocumentPlan) -> None:
    folder = copy(tmp_path)
    (folder / "official.css").unlink()
    (folder / "official.css").symlink_to(TEMPLATES / "official.css")
    with pytest.raises(Refused) as refused:
        render_pdf(letter, folder)
    assert refused.value.problems[0].code == "E625"


def test_last_two_lines_come_before_the_signature(world: Any) -> None:
    # Found by looking at letters: one lone line before the signature, or 特此通知 with the whole section before it.
    long = replace(world.plan(), annexes=(), body=_filling(24))
    assert _pages_of(long) == {"一、": [2], "文文": [2, 2, 3], "特此": [3], "福州": [1, 3]}


def test_closer_lines_where_that_saves_a_page(world: Any) -> None:
    for lines, pitch, last in ((20, 22, 2), (21, 24, 2), (23, 24, 2), (24, 22, 3)):
        plan = replace(world.plan(), annexes=(), body=_filling(lines))
        pages = read_pages(render_pdf(plan), "通知.pdf")
        assert (pages.lines_a_page, len(pages.pages)) == (pitch, last), lines


def _filling(lines: int) -> tuple[LetterParagraph, ...]:
    """A paragraph of so many lines, a heading, three lines, 特此通知."""
    first = LetterParagraph(0, "正" * (26 + 28 * lines))
    return first, LetterParagraph(1, "一、节"), LetterParagraph(0, "文" * 80), LetterParagraph(0, "特此通知。")


def _pages_of(plan: DocumentPlan) -> dict[str, list[int]]:
    """The page of each line by its first two characters, but of the first paragraph and the head."""
    found: dict[str, list[int]] = {}
    for piece in drawn(render_pdf(plan)):
        if piece.size == pytest.approx(15.75, abs=0.01) and piece.text[:2] in ("一、", "文文", "特此", "福州"):
            found.setdefault(piece.text[:2], []).append(piece.page)
    return found


@pytest.mark.parametrize("notes", range(4))
def test_nothing_is_set_where_the_imprint_stands(notes: int, letter: DocumentPlan) -> None:
    # Found at a letter with one note more: it stood on the copies, for whose lines no room had been left.
    copies = tuple(f"福州市第{n}人才服务中心" for n in range(1, 5))
    for lines in (*range(1, 5), *range(22, 27)):
        body = LetterParagraph(0, "正" * (26 + 28 * lines))
        plan = replace(letter, body=(body,), annexes=(), copies=copies, notes=("本件为示例",) * notes)
        found = {f.code: f.passed for f in findings(read_pages(render_pdf(plan), "通知.pdf"))}
        assert [found[code] for code in ("P06", "P46", "P47", "P49", "P65", "P66")].count(False) == 0, lines


def test_too_long_a_letter(letter: DocumentPlan) -> None:
    with pytest.raises(Refused) as refused:
        render_pdf(replace(letter, body=(LetterParagraph(0, "甲" * 200_001),)))
    assert refused.value.problems[0].code == "E633"
