"""The points of conformance of PDFs: met by every layout as written, and each caught when broken on purpose."""

from __future__ import annotations

import io
import shutil
import struct
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject

from engine.conformance.conform import conform
from engine.conformance.pages import read_pages
from engine.conformance.pdf_points import POINTS, findings
from engine.documents.cids import identity, top_dict
from engine.documents.layouts import TEMPLATES
from engine.documents.model import Annex, DocumentPlan, LetterCell, LetterHead, LetterParagraph, LetterRow, LetterTable
from engine.documents.pdf import render_pdf, spacing_of
from engine.documents.points import PointResult
from engine.documents.text_points import POINTS as TEXT_POINTS
from tests.conformance.conftest import several

Break = Callable[[DocumentPlan, Path], bytes]


@pytest.fixture
def plans(letter: DocumentPlan) -> dict[str, DocumentPlan]:
    """One letter of every layout, with as much in it as the layout takes."""
    head = LetterRow((LetterCell("序", 4, "栏目"), LetterCell("内容", 24, "栏目")))
    table = LetterTable(
        (head,), tuple(LetterRow((LetterCell(str(n), 4, "中"), LetterCell(f"第{n}项内容", 24))) for n in range(1, 11))
    )
    annex = Annex("附件1", "补正材料清单", ("补正材料清单",), (LetterParagraph(0, "需要补正的材料列表如下。"), table))
    body = [p for p in letter.body if isinstance(p, LetterParagraph)]
    long = tuple(replace(p, text=p.text * 2) if not p.level else p for p in body)
    full = replace(letter, body=long, pages=(annex,), copies=("福州市财政局",))
    plain = replace(letter, number="", addressee="", annexes=())
    titles = {"公示": "关于拟认定名单的公示", "报告": "年度考核报告", "表格": "考察记录表"}
    others = {k: replace(plain, layout=k, title=title, title_lines=(title,)) for k, title in titles.items()}
    others["表格"] = replace(others["表格"], body=(table,))
    return {"公文": full, "信函": replace(letter, body=long, layout="信函"), **others} | several(letter)


# ---- ways of breaking a file ----


def css(rules: str) -> Break:
    """The layout with further rules."""

    def render(plan: DocumentPlan, folder: Path) -> bytes:
        name = "letter.css" if plan.layout == "信函" else "official.css"
        with (folder / name).open("a", encoding="utf-8") as sheet:
            sheet.write(rules)
        return render_pdf(plan, folder)

    return render


def html(old: str, new: str) -> Break:
    """The layout with other words."""

    def render(plan: DocumentPlan, folder: Path) -> bytes:
        path = folder / "official.html"
        source = path.read_text(encoding="utf-8")
        assert old in source
        path.write_text(source.replace(old, new), encoding="utf-8")
        return render_pdf(plan, folder)

    return render


def fonts(change: Callable[[DictionaryObject], None]) -> Break:
    """The finished file with its fonts changed."""

    def render(plan: DocumentPlan, folder: Path) -> bytes:
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(render_pdf(plan, folder))))
        for page in writer.pages:
            for font in page["/Resources"]["/Font"].values():
                change(font.get_object())
        return saved(writer)

    return render


def saved(writer: PdfWriter) -> bytes:
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def bare(font: DictionaryObject) -> None:
    font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object().pop("/FontFile3", None)


def renumbered(font: DictionaryObject) -> None:
    """The charset says that every CID is the glyph before it."""
    program = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]["/FontFile3"].get_object()
    data = bytearray(program.get_data())
    top = top_dict(bytes(data))
    at, last = top.rawDict["charset"], len(top.CharStrings) - 2
    data[at : at + len(identity(last + 2))] = struct.pack(
        ">BHH" if last > 255 else ">BHB", 2 if last > 255 else 1, 2, last
    )
    program.set_data(bytes(data))


def mute(font: DictionaryObject) -> None:
    font.pop(NameObject("/ToUnicode"), None)


def secret(font: DictionaryObject) -> None:
    """Copied as text, 单 comes out as a character of private use."""
    table = font["/ToUnicode"].get_object()
    table.set_data(table.get_data().replace(b"<5355>", b"<e000>"))


def attached(plan: DocumentPlan, folder: Path) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(render_pdf(plan, folder))))
    writer.add_attachment("附带.txt", b"x")
    return saved(writer)


def catalog(change: Callable[[DictionaryObject], object]) -> Break:
    """The finished file with its catalogue changed."""

    def render(plan: DocumentPlan, folder: Path) -> bytes:
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(render_pdf(plan, folder))))
        change(writer.root_object)
        return saved(writer)

    return render


def other(**changes: object) -> Break:
    """Another letter."""
    return lambda plan, folder: render_pdf(replace(plan, **changes), folder)


def said(*texts: str, level: int = 0) -> Break:
    """The letter with paragraphs in front of its body."""
    return lambda plan, folder: render_pdf(
        replace(plan, body=(*(LetterParagraph(level, text) for text in texts), *plan.body)), folder
    )


def crowded(plan: DocumentPlan, folder: Path) -> bytes:
    return css("html { line-height: 8mm } main .行 { height: 8mm }")(replace(plan, body=plan.body * 4), folder)


LINE = "{{ 行.余 }}"
OFFICIAL_BREAKS: dict[str, Break] = {
    "P01": css("@page { size: Letter }"),
    "P02": css("@page { size: A4 landscape }"),
    "P03": css("@page { margin-top: 25mm }"),
    "P04": css("@page { margin-left: 34mm }"),
    "P05": css("main .行 { letter-spacing: 0.2em !important }"),
    "P06": css("footer div { bottom: -15mm }"),
    "P07": crowded,
    "P08": css("main .行 { height: 11mm; line-height: 11mm }"),
    "P09": html(LINE, LINE + LINE),
    "P10": html(LINE, "，" + LINE),
    "P11": html(LINE, LINE + "（"),
    "P12": css("main .行 { letter-spacing: -0.06em !important }"),
    "P13": css(".主送 { font-size: 16.8pt }"),
    "P14": css("main p, .主送 { font-family: 'Noto Serif CJK SC' }"),
    "P15": css("h2 { font-family: FandolFang }"),
    "P16": css("h3 { font-family: FandolFang }"),
    "P17": css(".主送 { color: #00f }"),
    "P18": fonts(bare),
    "P64": fonts(renumbered),
    "P19": fonts(mute),
    "P20": css(".主送 { font-family: 'Noto Serif CJK JP' }"),
    "P21": css(".标志 { color: #000 }"),
    "P22": css(".标志 { font-family: 'Noto Sans CJK SC' }"),
    "P23": css(".标志 { margin-left: 0 }"),
    "P24": css(".标志 { padding-top: 20mm }"),
    "P26": css(".标志 div { letter-spacing: 1em }"),
    "P27": css(".字号 { font-size: 14pt }"),
    "P28": css(".字号 { text-align: left }"),
    "P29": css(".字号 { margin-top: 8mm }"),
    "P30": css(".字号 { border-bottom-color: #000 }"),
    "P31": css(".字号 { margin-right: 10mm }"),
    "P32": css(".字号 { padding-bottom: 0 }"),
    "P33": css("h1 { font-size: 18pt }"),
    "P34": css("h1 { font-family: 'Noto Sans CJK SC' }"),
    "P35": css("h1 { text-align: left }"),
    "P36": css("header + h1 { margin-top: 5mm }"),
    "P37": css(".主送 { padding-left: 2em }"),
    "P38": css("h1 { padding-bottom: 0 }"),
    "P39": css("main { break-before: page }"),
    "P40": css("main .行:first-child { padding-left: 3em }"),
    "P41": css(".附件.首件 { margin-left: 1em }"),
    "P42": css(".附件.首件 { margin-top: 0 }"),
    "P43": css(".落款 p { margin-right: 0 !important }"),
    "P44": css(".落款 p:first-child { margin-right: 15em !important }"),
    "P45": css(".结尾 { break-before: page }"),
    "P65": css("body > main > p:last-child .行:last-child { break-before: page }"),
    "P46": css("footer .印发 { border-top-width: 1mm !important }"),
    "P47": css("footer div { bottom: 8mm }"),
    "P48": css("footer div { right: 10mm }"),
    "P49": html("</body>", '<p style="break-before: page">另页。</p></body>'),
    "P66": html("</main>\n</section>", '</main><p style="position: absolute; bottom: 4mm">另行。</p></section>'),
    "P50": css("footer div { font-size: 13.6pt }"),
    "P51": css("footer p { padding: 0 40pt !important }"),
    "P52": css("@page :left { @bottom-left { content: none } }"),
    "P53": css("@page :right { @bottom-right { padding-right: 40pt } }"),
    "P54": css("@page :right { @bottom-right { padding-top: 0 } }"),
    "P55": css('@page :right { @bottom-right { font: 16pt/14pt "Noto Serif CJK SC" } }'),
    "P56": html("<title>{{ 标题 }}", "<title>文书"),
    "P57": html('name="author" content="{{ 发文机关 }}"', 'name="author" content="甲"'),
    "P58": html('dcterms.created" content="{{ 日期 }}"', 'dcterms.created" content="2020-01-01"'),
    "P59": html('lang="zh-CN"', 'lang="en"'),
    "P60": attached,
    "P67": catalog(lambda root: root.pop(NameObject("/OutputIntents"))),
    "P68": catalog(lambda root: root["/MarkInfo"].pop(NameObject("/Marked"))),
    "P69": css(".主送 { opacity: 0.5 }"),
    "P70": css(".印章 { margin-right: 20mm }"),
}
LETTER_BREAKS: dict[str, Break] = {
    "P25": css(".标志 { top: 0 }"),
    "P61": css(".双线 { width: 150mm }"),
    "P62": css(".标志 { top: -14mm !important }"),
    "P63": css(".字号 { text-align: left }"),
}
UPWARD_BREAKS: dict[str, Break] = {
    "P71": css(".标注 { left: 20mm }"),
    "P72": css(".标注 { font-family: FandolFang }"),
    "P73": css(".上行 .左 { padding-left: 0 }"),
    "P74": css(".姓名 { font-family: FandolFang }"),
    "P75": css(".联署 p { margin-right: 8mm }"),
    "T34": other(head=LetterHead("000001", "秘密★1年", "火急")),
    "T35": html("<p>{{ 项.文 }}</p>", "<p>{{ 项.文 }}</p><p>{{ 项.文 }}</p>"),
    "T36": html("{{ 行.头 }}", "签发人:"),
}
TEXT_BREAKS: dict[str, Break] = {
    "T01": html('<p class="字号">', '<div class="标志"><div>福州市某局文件</div></div><p class="字号">'),
    "T02": html("{{ 标志 }}", "{{ 发文机关 }}"),
    "T03": other(number="榕商务〔2026〕012号"),
    "T04": other(title="", title_lines=("",), pages=()),
    "T05": other(title="关于认定，公告", title_lines=("关于认定，公告",)),
    "T06": other(title="关于认定门店", title_lines=("关于认定门店",)),
    "T07": other(title="关于门店的行政处罚决定", title_lines=("关于门店的行政处罚决定",)),
    "T32": other(title_lines=("关于认定福州某某商贸有限", "公司为示范门店的通知")),
    "T33": other(title_lines=("关于认定福州某某商贸有限公司为示范门店的", "通知")),
    "T08": other(title="关于认定门店的通知书", title_lines=("关于认定门店的通知", "书")),
    "T09": html("{{ 主送 }}：", "{{ 主送 }}:"),
    "T10": other(body=(), pages=()),
    "T11": said("（一）另起一级", level=2),
    "T12": said("（一）另起一级", level=1),
    "T13": said("三、另起一级", level=1),
    "T14": said("一、另起一级。", level=1),
    "T15": said("这一段没有结束"),
    "T16": other(annexes=("补正材料清单。", "联系方式")),
    "T17": html("附件：{{ 件.序 }}", "附件："),
    "T18": html('<p style="margin-right: {{ 日期右移 }}em">{{ 成文日期 }}</p>', ""),
    "T19": html("{{ 成文日期 }}", "2026年08月23日"),
    "T20": html('{{ 署名右移 }}em">{{ 发文机关 }}', '{{ 署名右移 }}em">福建省某局'),
    "T21": html("（{{ 注.文 }}）", "{{ 注.文 }}"),
    "T22": html("{{ 印发日期 }}印发", "{{ 印发日期 }}"),
    "T23": said("请补正,逾期视为撤回。"),
    "T24": said('授予"示范门店"牌匾。'),
    "T25": said("请补正--逾期视为撤回。"),
    "T26": said("（这一段括号不成对。"),
    "T27": said("请补正，，逾期视为撤回。"),
    "T28": said("自2026年08月05日起施行。"),
    "T29": said("Ａ单位补正。"),
    "T30": said("请于待补前报送。"),
    "T31": fonts(secret),
}
BREAKS = {
    **{code: ("公文", change) for code, change in (OFFICIAL_BREAKS | TEXT_BREAKS).items()},
    **{code: ("信函", change) for code, change in LETTER_BREAKS.items()},
    **{code: ("上行", change) for code, change in UPWARD_BREAKS.items()},
}


def found(data: bytes) -> dict[str, PointResult]:
    return {finding.code: finding for finding in findings(read_pages(data, "通知.pdf"))}


@cache
def sound(plan: DocumentPlan) -> dict[str, PointResult]:
    return found(render_pdf(plan))


@pytest.mark.parametrize("kind", ["公文", "信函", "公示", "表格", "报告", "上行", "联合信函"])
def test_every_layout_meets_every_point(kind: str, plans: dict[str, DocumentPlan], tmp_path: Path) -> None:
    file = tmp_path / "文书.pdf"
    file.write_bytes(render_pdf(plans[kind]))
    report = conform(file)
    assert (report.kind, [(f.code, f.faults) for f in report.findings if f.passed is False]) == (plans[kind].layout, [])
    assert report.asserted >= (70 if plans[kind].layout in ("公文", "信函") else 30)


def test_every_point_has_a_violation() -> None:
    assert set(BREAKS) == {point.code for point in (*POINTS, *TEXT_POINTS)}


@pytest.mark.parametrize("code", BREAKS)
def test_a_planted_violation_is_caught(code: str, plans: dict[str, DocumentPlan], tmp_path: Path) -> None:
    kind, change = BREAKS[code]
    assert sound(plans[kind])[code].passed is True
    folder = Path(shutil.copytree(TEMPLATES, tmp_path / "templates"))
    caught = found(change(plans[kind], folder))[code]
    assert caught.passed is False
    assert caught.faults


def test_a_short_letter_with_annexes_has_its_body_on_the_first_page(
    plans: dict[str, DocumentPlan], tmp_path: Path
) -> None:
    """What annexes say on later pages is no body of the letter."""
    short = replace(plans["公文"], body=(LetterParagraph(0, "现将名单印发给你们，请遵照执行。"),) * 3)
    assert short.annexes
    assert sound(short)["P39"].passed is True
    folder = Path(shutil.copytree(TEMPLATES, tmp_path / "templates"))
    assert found(css("main { break-before: page }")(short, folder))["P39"].passed is False


@pytest.mark.parametrize(
    ("lines", "annexes", "notes", "parted"),
    [(1, 2, 1, True), (1, 3, 1, True), (1, 1, 3, True), (2, 0, 3, True), (2, 3, 0, True), (3, 0, 3, False)],
)
def test_a_short_letter_has_its_body_on_the_first_page_and_with_the_signature(
    plans: dict[str, DocumentPlan], lines: int, annexes: int, notes: int, parted: bool
) -> None:
    """Whatever follows: notes and imprint begin a page where nothing of the body would be on the first."""
    note = "此件公开发布，联系人某某，电话请看通讯录，凭据码另附；本段写得稍长以占两行"
    short = replace(
        plans["公文"],
        body=(LetterParagraph(0, "现将名单印发给你们，请遵照执行。"),) * lines,
        annexes=tuple(f"附件其{number}" for number in range(annexes)),
        pages=plans["公文"].pages[: bool(annexes)],
        notes=(note,) * notes,
    )
    assert spacing_of(short).parted is parted
    results = sound(short)
    assert [code for code, result in results.items() if result.passed is False] == []
    assert all(results[code].passed for code in ("P39", "P45", "P36"))


SECOND = "（一）未提交活动台账，对应的是《办法》第七条。补正要求：补交活动台账和签到表、照片等佐证，逐页加盖公章。"


def test_first_sentences_of_the_second_level_are_set_as_its_headings(
    plans: dict[str, DocumentPlan], tmp_path: Path
) -> None:
    """Of a paragraph that goes on overleaf too; what follows the sentence is 仿宋."""
    folder = Path(shutil.copytree(TEMPLATES, tmp_path / "templates"))
    sentence = SECOND.replace("。补正要求", "，" + "以及有关的佐证材料，" * 6 + "补正要求")
    for above in (1, 6, 9):
        lines = tuple(LetterParagraph(0, "一段文字。") for _ in range(above))
        body = (LetterParagraph(1, "一、材料"), *lines, LetterParagraph(0, SECOND if above == 1 else sentence))
        plan = replace(plans["公文"], pages=(), body=body)
        told = found(render_pdf(plan))
        assert [f.code for f in told.values() if f.passed is False] == [], above
        assert told["P16"].passed is True
    pages = read_pages(render_pdf(replace(plan, body=(*body[:4], LetterParagraph(0, SECOND)))), "通知.pdf")
    glyphs = [glyph for page in pages.pages for glyph in page.glyphs]
    fonts = (
        {glyph.font for glyph in glyphs if glyph.text in "未账"},
        {glyph.font for glyph in glyphs if glyph.text in "逐片"},
    )
    assert ["Kai" in "".join(names) for names in fonts] == [True, False]
    broken = css(".首句 { font-family: FandolFang }")(
        replace(plan, body=(*body[:4], LetterParagraph(0, SECOND))), folder
    )
    assert found(broken)["P16"].passed is False
