from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine.base.problem import Refused
from engine.documents.docx import render_docx
from engine.documents.layouts import TEMPLATES
from engine.documents.plan import DocumentPlan, LetterParagraph
from engine.visible.archive import pack, unpack

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MM = 1440 / 25.4


class Letter:
    """A rendered letter: its XML parts and the effective properties of the first paragraph of each style."""

    def __init__(self, data: bytes) -> None:
        self.parts = unpack(data, "信.docx")
        self.document = etree.fromstring(self.parts["word/document.xml"])
        self.styles = etree.fromstring(self.parts["word/styles.xml"])
        self.settings = etree.fromstring(self.parts["word/settings.xml"])
        self.names = {s.get(f"{W}styleId"): s.find(f"{W}name").get(f"{W}val") for s in self.styles.iter(f"{W}style")}

    def paragraphs(self, style: str) -> list[Any]:
        found = []
        for paragraph in self.document.iter(f"{W}p"):
            chosen = paragraph.find(f"{W}pPr/{W}pStyle")
            if chosen is not None and self.names[chosen.get(f"{W}val")] == style:
                found.append(paragraph)
        return found

    def said(self, style: str, path: str, attribute: str = "val") -> str | None:
        """A property of a style's first paragraph: on the paragraph or its first run, else on the style."""
        way = "/".join(W + step for step in path.split("/"))
        places = [p.find(f"{W}pPr/{way}") for p in self.paragraphs(style)[:1]]
        places += [p.find(f"{W}r/{W}rPr/{way}") for p in self.paragraphs(style)[:1]]
        for found in self.styles.iter(f"{W}style"):
            if self.names[found.get(f"{W}styleId")] == style:
                places += [found.find(f"{W}pPr/{way}"), found.find(f"{W}rPr/{way}")]
        return next((p.get(W + attribute) for p in places if p is not None and p.get(W + attribute) is not None), None)

    def section(self, path: str, attribute: str) -> int:
        found = self.document.find(f".//{W}sectPr/{W}{path}")
        return int(found.get(W + attribute))

    def texts(self) -> list[str]:
        return ["".join(t.text or "" for t in p.iter(f"{W}t")) for p in self.document.iter(f"{W}p")]


@pytest.fixture
def docx(letter: DocumentPlan) -> Letter:
    return Letter(render_docx(letter))


PAGE = [
    ("pgSz", "w", 210 * MM, 2),
    ("pgSz", "h", 297 * MM, 2),
    ("pgMar", "top", 37 * MM, MM),
    ("pgMar", "left", 28 * MM, MM),
    ("pgMar", "right", 26 * MM, MM),
    ("pgMar", "bottom", 35 * MM, MM),
    ("docGrid", "linePitch", 579, 0),
]


@pytest.mark.parametrize(("path", "attribute", "expected", "tolerance"), PAGE, ids=[f"{p[0]}-{p[1]}" for p in PAGE])
def test_page(docx: Letter, path: str, attribute: str, expected: float, tolerance: float) -> None:
    assert abs(docx.section(path, attribute) - expected) <= tolerance


def test_text_area_is_156_by_225(docx: Letter) -> None:
    width = docx.section("pgSz", "w") - docx.section("pgMar", "left") - docx.section("pgMar", "right")
    height = docx.section("pgSz", "h") - docx.section("pgMar", "top") - docx.section("pgMar", "bottom")
    assert width == pytest.approx(156 * MM, abs=3)
    assert height == pytest.approx(225 * MM, abs=3)
    assert 22 * docx.section("docGrid", "linePitch") <= height
    assert docx.said("公文正文", "spacing", "val") == "-5"
    assert width + 1 >= 28 * (16 * 20 - 5)


STYLES = [
    ("发文机关标志", "rFonts", "eastAsia", "方正小标宋简体"),
    ("发文机关标志", "color", "val", "FF0000"),
    ("发文机关标志", "jc", "val", "center"),
    ("发文机关标志", "spacing", "before", str(round(35 * MM))),
    ("发文字号", "rFonts", "eastAsia", "仿宋_GB2312"),
    ("发文字号", "sz", "val", "32"),
    ("发文字号", "spacing", "beforeLines", "200"),
    ("发文字号", "pBdr/bottom", "color", "FF0000"),
    ("发文字号", "pBdr/bottom", "space", "11"),
    ("公文标题", "rFonts", "eastAsia", "方正小标宋简体"),
    ("公文标题", "sz", "val", "44"),
    ("公文标题", "jc", "val", "center"),
    ("公文标题", "spacing", "beforeLines", "200"),
    ("公文标题", "b", "val", None),
    ("公文标题", "spacing", "afterLines", "100"),
    ("主送机关", "ind", "firstLineChars", None),
    ("公文正文", "rFonts", "eastAsia", "仿宋_GB2312"),
    ("公文正文", "sz", "val", "32"),
    ("公文正文", "ind", "firstLineChars", "200"),
    ("公文正文", "spacing", "line", "579"),
    ("公文正文", "spacing", "lineRule", "exact"),
    ("公文一级标题", "rFonts", "eastAsia", "黑体"),
    ("公文二级标题", "rFonts", "eastAsia", "楷体_GB2312"),
    ("公文三级标题", "rFonts", "eastAsia", "仿宋_GB2312"),
    ("公文四级标题", "rFonts", "eastAsia", "仿宋_GB2312"),
    ("公文一级标题", "ind", "firstLineChars", "200"),
    ("附件说明首件", "spacing", "beforeLines", "100"),
    ("附件说明首件", "ind", "leftChars", "575"),
    ("署名", "jc", "val", "right"),
    ("成文日期", "ind", "rightChars", "400"),
    ("版记", "sz", "val", "28"),
    ("版记", "pBdr/top", "sz", "8"),
    ("版记", "framePr", "yAlign", "bottom"),
    ("版记", "framePr", "vAnchor", "margin"),
]


@pytest.mark.parametrize(("style", "path", "attribute", "expected"), STYLES, ids=["-".join(s[:3]) for s in STYLES])
def test_styles(docx: Letter, style: str, path: str, attribute: str, expected: str | None) -> None:
    assert docx.paragraphs(style)
    assert docx.said(style, path, attribute) == expected


def test_styles_say_the_fonts_and_runs_only_that_marks_are_chinese(docx: Letter) -> None:
    for name in [n for n in docx.parts if n.startswith("word/") and n.endswith(".xml")]:
        assert b"Theme=" not in docx.parts[name]
    runs = list(docx.document.iter(f"{W}r"))
    direct = {child.tag.removeprefix(W) for run in runs for child in run.find(f"{W}rPr")}
    assert direct == {"rFonts", "w"}  # the mark is narrowed by its length
    assert {tuple(f.attrib.items()) for f in docx.document.iter(f"{W}rFonts")} == {((f"{W}hint", "eastAsia"),)}
    named = [style.find(f"{W}rPr/{W}rFonts") for style in docx.styles.iter(f"{W}style")]
    assert all(fonts.get(f"{W}eastAsia") and fonts.get(f"{W}ascii") for fonts in named)
    default = docx.styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
    assert default.find(f"{W}rFonts").get(f"{W}eastAsia") == "仿宋_GB2312"
    assert default.find(f"{W}lang").get(f"{W}eastAsia") == "zh-CN"


@pytest.mark.parametrize(
    ("part", "align", "side"), [("footerdefault", "right", "right"), ("footereven", "left", "left")]
)
def test_page_numbers(docx: Letter, part: str, align: str, side: str) -> None:
    footer = etree.fromstring(docx.parts[f"word/{part}.xml"])
    assert "".join(t.text for t in footer.iter(f"{W}t")) == "— 1 —"
    assert [i.text.strip() for i in footer.iter(f"{W}instrText")] == ["PAGE"]
    style = footer.find(f".//{W}pStyle").get(f"{W}val")
    name = docx.names[style]
    assert docx.said(name, "jc") == align
    assert docx.said(name, "ind", f"{side}Chars") == "100"
    assert docx.said(name, "sz") == "28"
    assert docx.settings.find(f"{W}evenAndOddHeaders") is not None


def test_organ_is_centred_over_the_date(docx: Letter) -> None:
    organ, day = (int(str(docx.said(style, "ind", "rightChars"))) / 100 for style in ("署名", "成文日期"))
    assert organ + len("福州市商务局") / 2 == pytest.approx(day + 7 / 2, abs=0.02)


def test_closing_stays_with_the_body(docx: Letter) -> None:
    last = docx.paragraphs("公文正文")[-1]
    assert last.find(f"{W}pPr/{W}keepNext") is not None
    for style in ("附件说明首件", "附件说明后件", "署名", "成文日期", "版记", "公文标题", "公文一级标题"):
        assert any(
            s.find(f"{W}pPr/{W}keepNext") is not None
            for s in docx.styles.iter(f"{W}style")
            if docx.names[s.get(f"{W}styleId")] == style
        )


def test_imprint_does_not_part_the_closing(docx: Letter) -> None:
    # Found by looking: a frame between body and organ broke the chain that keeps them on one page.
    styles = [docx.names[p.find(f"{W}pPr/{W}pStyle").get(f"{W}val")] for p in docx.document.iter(f"{W}p")]
    assert styles[styles.index("附件说明后件") :] == [
        *("附件说明后件", "署名", "成文日期", "附注", "附注", "版记", "版记锚点")
    ]


def test_nothing_of_the_layout_language_is_left(docx: Letter) -> None:
    for name, content in docx.parts.items():
        if name.startswith("customXml/"):  # JSON of our own
            continue
        assert not re.search(rb"\{[{%]|[%}]\}|None", content), name
    assert not [t for t in docx.texts() if re.search("  +|\u3000", t)]


@pytest.mark.parametrize("sample", [True, False])
def test_watermark(letter: DocumentPlan, sample: bool) -> None:
    docx = Letter(render_docx(replace(letter, sample=sample)))
    for part in ("word/headerdefault.xml", "word/headereven.xml"):
        assert ("样稿" in docx.parts[part].decode()) is sample
        assert b"<w:p" in docx.parts[part]


@pytest.mark.parametrize("number", ["", "榕商务〔2026〕12号"])
def test_number_line_is_left_out_without_a_number(letter: DocumentPlan, number: str) -> None:
    docx = Letter(render_docx(replace(letter, number=number)))
    assert len(docx.paragraphs("发文字号")) == bool(number)
    assert len(docx.paragraphs("红色分隔线")) == (not number)
    assert any("〔" in t for t in docx.texts()) is bool(number)
    rule = "发文字号" if number else "红色分隔线"
    assert docx.said(rule, "pBdr/bottom", "color") == "FF0000"


LAYOUT_STYLES = [
    ("公文", {"发文机关标志": 1, "发文字号": 1, "版记": 1, "署名": 1}, {"信函发文机关标志", "表首"}),
    ("信函", {"信函发文机关标志": 1, "信函发文字号": 1, "署名": 1}, {"发文机关标志", "版记", "表首"}),
    ("公示", {"署名": 1, "成文日期": 1}, {"发文机关标志", "信函发文机关标志", "版记"}),
    ("表格", {"表首": 1, "表格标题": 1}, {"发文机关标志", "署名", "版记"}),
    ("报告", {"署名": 1, "表格标题": 1}, {"发文机关标志", "信函发文机关标志", "版记"}),
]


@pytest.mark.parametrize(("layout", "has", "lacks"), LAYOUT_STYLES, ids=[x[0] for x in LAYOUT_STYLES])
def test_layouts(letter: DocumentPlan, layout: str, has: dict[str, int], lacks: set[str]) -> None:
    headed = layout in ("公文", "信函")
    docx = Letter(render_docx(replace(letter, layout=layout, number=letter.number if headed else "")))
    assert {name: len(docx.paragraphs(name)) for name in has} == has
    assert not [name for name in lacks if docx.paragraphs(name)]
    assert any("福州市商务局" in t for t in docx.texts())


INJECTIONS = [
    "A & B",
    "甲<乙>",
    "</w:t></w:r></w:p><w:p>",
    "{{ 标题 }}",
    "{% for x in y %}",
    "{_{ x }_}",
    "\"'&amp;",
    "{%p if %}",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_values_come_out_as_text(letter: DocumentPlan, text: str) -> None:
    plan = replace(letter, title=text, title_lines=(text,), addressee=text, body=(LetterParagraph(0, f"前{text}后"),))
    docx = Letter(render_docx(plan))
    assert f"前{text}后" in docx.texts()
    assert f"{text}：" in docx.texts()
    before = len(Letter(render_docx(replace(plan, body=(LetterParagraph(0, "甲"),)))).texts())
    assert len(docx.texts()) == before


def test_same_plan_same_bytes(letter: DocumentPlan) -> None:
    first, second = render_docx(letter), render_docx(letter)
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {e.date_time for e in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert next(e.filename for e in archive.infolist()) == "[Content_Types].xml"
    assert render_docx(replace(letter, number="榕商务〔2026〕13号")) != first


def test_properties_come_from_the_plan(docx: Letter) -> None:
    core = docx.parts["docProps/core.xml"].decode()
    assert "2026-11-23T00:00:00Z" in core
    assert "福州市商务局" in core
    assert "python-docx" not in core
    assert "sha256:" in core


def changed(folder: Path, part: str, old: str, new: str) -> Path:
    """A copy of the layouts with one text of official.docx replaced."""
    parts = unpack((TEMPLATES / "official.docx").read_bytes(), "official.docx")
    content = parts[part].decode()
    assert old in content
    parts[part] = content.replace(old, new).encode()
    (folder / "official.docx").write_bytes(pack(parts))
    return folder


LAYOUT_MISTAKES = [
    ("word/document.xml", "{{ 成文日期 }}", "{{ 成文日子 }}", "E623"),
    ("word/document.xml", "{{ 成文日期 }}", "{{ 标题.__class__ }}", "E622"),
    ("word/headereven.xml", "{%p if 样稿 %}", "{%p if cycler.__init__.__globals__ %}", "E622"),
    ("word/footerdefault.xml", "— <", "{{ 1 + 1 }}<", "E622"),
    ("docProps/core.xml", "{{ 标题 }}", "{{ cycler.__init__.__globals__.os }}", "E622"),
    ("word/document.xml", "{%p endfor %}", "", "E621"),
    ("word/document.xml", "{{ 段.文 }}", "", "E624"),
    ("word/document.xml", "<w:body>", "<!DOCTYPE x><w:body>", "E620"),
]


@pytest.mark.parametrize(
    ("part", "old", "new", "code"), LAYOUT_MISTAKES, ids=[m[2][:20] or m[1] for m in LAYOUT_MISTAKES]
)
def test_layout_mistakes_refuse_the_letter(
    tmp_path: Path, letter: DocumentPlan, part: str, old: str, new: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        render_docx(letter, changed(tmp_path, part, old, new))
    assert code in [p.code for p in refused.value.problems]
    assert all(p.place is not None for p in refused.value.problems if p.code in ("E621", "E622", "E623"))


def test_missing_or_broken_layout(tmp_path: Path, letter: DocumentPlan) -> None:
    for content in (None, b"", b"PK\x03\x04 not a zip", b"x" * 100):
        if content is not None:
            (tmp_path / "official.docx").write_bytes(content)
        with pytest.raises(Refused) as refused:
            render_docx(letter, tmp_path)
        assert refused.value.problems[0].code == "E620"


UNSAFE = {
    "bomb": {"word/document.xml": b"0" * 3_000_000},
    "macro": {"word/document.xml": b"<a/>", "word/vbaProject.bin": b"x"},
    "embedding": {"word/document.xml": b"<a/>", "word/embeddings/a.bin": b"x"},
    "external": {"word/document.xml": b"<a/>", "word/_rels/a.rels": b'<r TargetMode="External"/>'},
    "traversal": {"word/document.xml": b"<a/>", "../x": b"x"},
    "no document": {"a.xml": b"<a/>"},
}


@pytest.mark.parametrize("name", UNSAFE)
def test_unsafe_packages_are_refused(name: str) -> None:
    with pytest.raises(Refused) as refused:
        unpack(pack(UNSAFE[name]), "坏.docx")
    assert refused.value.problems[0].code == "E620"


def damage(whole: bytes, at: int) -> list[str]:
    try:
        unpack(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :], "坏.docx")
    except Refused as refused:
        return [problem.code for problem in refused.problems]
    return []


def test_a_damaged_byte_is_refused_wherever_it_is() -> None:
    """In the directory, in the headers and in the packed text; a byte that says nothing may be any."""
    whole = pack({"word/document.xml": "".join(f"<a>{n * n}</a>" for n in range(300)).encode()})
    found = [damage(whole, at) for at in range(len(whole))]
    assert {code for codes in found for code in codes} == {"E620"}
    assert sum(map(bool, found)) > 0.9 * len(whole)


def test_layouts_are_what_the_script_writes() -> None:
    import runpy

    built = runpy.run_path(str(TEMPLATES / "build"), run_name="layout")["built"]()
    assert set(built) == {p.name for p in TEMPLATES.iterdir() if p.suffix in (".docx", ".html")}
    for name, content in built.items():
        found = (TEMPLATES / name).read_bytes()
        if name.endswith(".docx"):
            assert unpack(content, name) == unpack(found, name)
        else:
            assert content == found
