"""Each layout as .docx and as PDF: the letter's rules, tables over pages, annexes, copies, pictures, own layouts."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from pypdf import PdfReader

from engine.base.basis import Basis
from engine.base.problem import Cell as Place
from engine.base.problem import Refused
from engine.documents.check import check_own_layouts
from engine.documents.docx import render_docx
from engine.documents.layouts import TEMPLATES
from engine.documents.model import (
    Annex,
    DocumentPlan,
    LetterCell,
    LetterParagraph,
    LetterPicture,
    LetterRow,
    LetterTable,
)
from engine.documents.pdf import render_pdf
from engine.visible.archive import pack, unpack
from tests.sizes import sized

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
V = "{urn:schemas-microsoft-com:vml}"
MM = 25.4 / 72
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="30mm" viewBox="0 0 100 30">'
    '<rect width="80" height="30" fill="#000"/></svg>'
)


def body(data: bytes) -> Any:
    return etree.fromstring(unpack(data, "a.docx")["word/document.xml"])


def said(element: Any) -> str:
    return "".join(t.text or "" for t in element.iter(f"{W}t"))


def styles_of(data: bytes) -> list[tuple[str, str]]:
    """The style and text of every paragraph."""
    names = {
        style.get(f"{W}styleId"): style.find(f"{W}name").get(f"{W}val")
        for style in etree.fromstring(unpack(data, "a.docx")["word/styles.xml"]).iter(f"{W}style")
    }
    found = []
    for paragraph in body(data).iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        found.append((names.get(style.get(f"{W}val"), "") if style is not None else "", said(paragraph)))
    return found


def pages(data: bytes) -> list[str]:
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages]


def lines(data: bytes, page: int = 0) -> list[tuple[float, float, float, float]]:
    """Filled rectangles of a PDF page, from its top left, in mm: x, top, width, height."""
    from pypdf.generic import ContentStream

    reader = PdfReader(io.BytesIO(data))
    found, stack, matrix = [], [], (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    content = reader.pages[page].get_contents()
    for operands, operator in ContentStream(content, reader).operations:
        if operator == b"q":
            stack.append(matrix)
        elif operator == b"Q":
            matrix = stack.pop()
        elif operator == b"cm":
            a, b, c, d, e, f = (float(x) for x in operands)
            m = matrix
            matrix = (
                a * m[0] + b * m[2],
                a * m[1] + b * m[3],
                c * m[0] + d * m[2],
                c * m[1] + d * m[3],
                e * m[0] + f * m[2] + m[4],
                e * m[1] + f * m[3] + m[5],
            )
        elif operator == b"re":
            x, y, w, h = (float(v) for v in operands)
            left, top = x * matrix[0] + matrix[4], y * matrix[3] + matrix[5]
            width, height = w * matrix[0], h * matrix[3]
            top = max(top, top + height)
            found.append((left * MM, 297 - top * MM, abs(width) * MM, abs(height) * MM))
    return found


# ---- 信函 ----


@pytest.fixture
def post(letter: DocumentPlan) -> DocumentPlan:
    return replace(letter, layout="信函", number="榕商务函〔2026〕3号", sample=False)


def test_letter_bars_in_word(post: DocumentPlan) -> None:
    data = render_docx(post)
    section = body(data).find(f".//{W}sectPr")
    assert section.find(f"{W}titlePg") is not None
    kinds = {r.get(f"{W}type") for r in section.iter(f"{W}footerReference")}
    assert kinds == {"first", "default", "even"}
    parts = unpack(data, "a.docx")
    assert said(etree.fromstring(parts["word/footerfirst.xml"])) == ""
    bars = [
        dict(item.split(":", 1) for item in bar.get("style").split(";") if ":" in item)
        for bar in etree.fromstring(parts["word/headerfirst.xml"]).iter(f"{V}rect")
    ]
    placed = [(float(b["margin-top"][:-2]) * MM, float(b["height"][:-2])) for b in bars]
    assert [round(thick, 2) for _, thick in placed] == [2.25, 0.75, 0.75, 2.25]
    assert placed[3][0] + placed[3][1] * MM == pytest.approx(297 - 20, abs=0.05)
    assert {round(float(b["width"][:-2]) * MM) for b in bars} == {170}
    assert {round(float(b["margin-left"][:-2]) * MM) for b in bars} == {20}


def test_letter_mark_and_number_in_word(post: DocumentPlan) -> None:
    found = styles_of(render_docx(post))
    assert found[0] == ("信函发文机关标志", "福州市商务局")
    assert found[1] == ("信函发文字号", "榕商务函〔2026〕3号")
    mark = body(render_docx(post)).find(f".//{W}framePr")
    assert (mark.get(f"{W}vAnchor"), mark.get(f"{W}wrap")) == ("page", "notBeside")
    assert int(mark.get(f"{W}y")) / 1440 * 25.4 == pytest.approx(30, abs=1)
    assert "信函发文字号" not in dict(styles_of(render_docx(replace(post, number=""))))


def test_letter_in_pdf(post: DocumentPlan) -> None:
    data = render_pdf(post)
    wide = [line for line in lines(data) if line[2] == pytest.approx(170, abs=0.5)]
    tops = sorted({(round(top, 1), round(height, 2)) for _, top, _, height in wide})
    assert [height for _, height in tops] == [0.79, 0.26, 0.26, 0.79]
    assert tops[0][0] == pytest.approx(44.3 + 4, abs=0.6)
    assert tops[3][0] + tops[3][1] == pytest.approx(277, abs=0.1)
    assert all(left == pytest.approx(20, abs=0.1) for left, *_ in wide)
    assert not any(line[2] == pytest.approx(170, abs=0.5) for line in lines(data, 1))
    first, second = pages(data)
    assert "—1—" not in first
    assert "—2—" in second
    assert "文件" not in first
    assert "印发" not in first + second


# ---- 表格 ----


def form(letter: DocumentPlan, rows: int) -> DocumentPlan:
    head = (LetterRow((LetterCell("序", 2, "栏目"), LetterCell("要求", 20, "栏目"), LetterCell("结论", 6, "栏目"))),)
    entries = LetterTable((), (LetterRow((LetterCell("单位", 4, "项"), LetterCell("甲公司", 24, "填"))),))
    found = tuple(
        LetterRow(
            (
                LetterCell(str(n), 2, "中"),
                LetterCell(f"要求{n}：活动台账齐备，场地独立。", 20),
                LetterCell("满足", 6, "中"),
            )
        )
        for n in range(1, rows + 1)
    )
    section = LetterRow((LetterCell("一、门店条件", 28, "节"),))
    sign = LetterTable((), (LetterRow((LetterCell("意见", 4, "项"), LetterCell("", 24, "签章", "核查人（签名）"))),))
    return replace(
        letter,
        layout="表格",
        number="",
        addressee="",
        annexes=(),
        body=(entries, LetterTable(head, (section, *found)), sign),
    )


def test_tables_in_word(letter: DocumentPlan) -> None:
    root = body(render_docx(form(letter, 40)))
    tables = list(root.iter(f"{W}tbl"))
    assert len(tables) == 3
    rows = list(tables[1].iter(f"{W}tr"))
    assert len(rows) == 42
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True] + [False] * 41
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
    for table in tables:
        grid = [int(g.get(f"{W}w")) for g in table.find(f"{W}tblGrid")]
        assert len(grid) == max(len(list(row.iter(f"{W}tc"))) for row in table.iter(f"{W}tr"))
        assert sum(grid) / 1440 * 25.4 == pytest.approx(156, abs=0.05)
        for row in table.iter(f"{W}tr"):
            widths = [int(c.find(f"{W}tcPr/{W}tcW").get(f"{W}w")) for c in row.iter(f"{W}tc")]
            assert sum(widths) == sum(grid)
        borders = table.find(f"{W}tblPr/{W}tblBorders")
        assert {b.get(f"{W}val") for b in borders} == {"single"}
    # Tables that follow each other share the rule between them.
    assert tables[0].find(f".//{W}tcBorders/{W}bottom").get(f"{W}val") == "nil"
    assert tables[2].find(f".//{W}tcBorders") is None
    sign = list(tables[2].iter(f"{W}p"))[-1]
    assert said(sign) == "核查人（签名）：年月日"
    assert len(list(sign.iter(f"{W}tab"))) == 3


def test_table_heads_are_repeated_in_pdf(letter: DocumentPlan) -> None:
    found = pages(render_pdf(form(letter, 60)))
    assert len(found) >= 3
    with_rows = [page for page in found if "活动台账齐备" in page]
    assert len(with_rows) >= 2
    assert all("序要求结论" in page for page in with_rows)
    assert "核查人（签名）：" in found[-1]
    assert [page for page in found if "单位甲公司" in page] == found[:1]


def test_a_section_row_stays_with_its_first_row(letter: DocumentPlan) -> None:
    for rows in range(20, 40):
        plan = form(letter, rows)
        table = plan.body[1]
        assert isinstance(table, LetterTable)
        twice = replace(table, rows=(*table.rows, *table.rows[:3]))
        for page in pages(render_pdf(replace(plan, body=(plan.body[0], twice)))) if rows % 5 == 0 else ():
            assert "一、门店条件—" not in page


# ---- annexes, copies, pictures ----


def with_annex(letter: DocumentPlan) -> DocumentPlan:
    head = (LetterRow((LetterCell("序", 4, "栏目"), LetterCell("事项", 24, "栏目"))),)
    table = LetterTable(
        head, tuple(LetterRow((LetterCell(str(n), 4, "中"), LetterCell(f"事项{n}", 24))) for n in range(1, 60))
    )
    page = Annex("附件3", "补正事项清单", ("补正事项清单",), (LetterParagraph(0, "下列事项需要补正。"), table))
    return replace(letter, annexes=(*letter.annexes, page.title), pages=(page,), copies=("市财政局", "市审计局"))


def test_annexes_begin_a_page_in_word(letter: DocumentPlan) -> None:
    data = render_docx(with_annex(letter))
    found = styles_of(data)
    order = [style for style, text in found if text]
    assert order.index("附件标记") < order.index("附件标题") < order.index("版记抄送") < order.index("版记印发")
    assert order.index("成文日期") < order.index("附件标记")
    styles = etree.fromstring(unpack(data, "a.docx")["word/styles.xml"])
    label = next(s for s in styles.iter(f"{W}style") if s.find(f"{W}name").get(f"{W}val") == "附件标记")
    assert label.find(f"{W}pPr/{W}pageBreakBefore") is not None
    assert label.find(f"{W}rPr/{W}rFonts").get(f"{W}eastAsia") == "黑体"
    title = next(s for s in styles.iter(f"{W}style") if s.find(f"{W}name").get(f"{W}val") == "附件标题")
    assert title.find(f"{W}pPr/{W}spacing").get(f"{W}beforeLines") == "100"


def test_annexes_and_imprint_in_pdf(letter: DocumentPlan) -> None:
    data = render_pdf(with_annex(letter))
    found = pages(data)
    first = next(place for place, page in enumerate(found) if "附件3补正事项清单" in page)
    assert "福州市商务局2026年11月23日" in found[first - 1]
    assert all("序事项" in page for page in found[first:])
    assert [place for place, page in enumerate(found) if "抄送：市财政局，市审计局。" in page] == [len(found) - 1]


def test_annex_label_and_title_stand_on_lines_one_and_three(letter: DocumentPlan) -> None:
    reader = PdfReader(io.BytesIO(render_pdf(with_annex(letter))))
    page = next(p for p in reader.pages if "附件3" in p.extract_text())
    heights: dict[str, float] = {}

    def note(text: str, cm: Any, tm: Any, font: Any, size: float) -> None:
        if text.strip():
            heights[text.strip()] = 297 - (tm[5] * cm[3] + cm[5]) * MM

    page.extract_text(visitor_text=note)
    line = 225 / 22
    assert 37 < heights["附件3"] < 37 + line
    assert 37 + 2 * line < heights["补正事项清单"] < 37 + 3 * line


def test_imprint_with_copies_in_word(letter: DocumentPlan) -> None:
    root = body(render_docx(with_annex(letter)))
    table = next(t for t in root.iter(f"{W}tbl") if t.find(f"{W}tblPr/{W}tblpPr") is not None)
    place = table.find(f"{W}tblPr/{W}tblpPr")
    assert (place.get(f"{W}vertAnchor"), place.get(f"{W}tblpYSpec")) == ("margin", "bottom")
    borders = {b.tag.removeprefix(W): b.get(f"{W}sz") for b in table.find(f"{W}tblPr/{W}tblBorders")}
    assert borders == {"top": "8", "bottom": "8", "insideH": "6"}
    assert [said(row) for row in table.iter(f"{W}tr")] == [
        "抄送：市财政局，市审计局。",
        "福州市商务局2026年11月23日印发",
    ]


def picture() -> LetterPicture:
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 2, 1, 8, 0, 0, 0, 0)
    png = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\x00\x00\xff"))
        + chunk(b"IEND", b"")
    )
    return LetterPicture("得分", "各项得分", "各项得分的条形图", SVG, png, 120, 36)


def test_pictures(letter: DocumentPlan) -> None:
    plan = replace(letter, layout="报告", number="", body=(LetterParagraph(0, "见图。"), picture()))
    data = render_docx(plan)
    assert ("图题", "各项得分") in styles_of(data)
    drawn = next(e for e in body(data).iter() if e.tag.endswith("}docPr"))
    extent = next(e for e in body(data).iter() if e.tag.endswith("}extent"))
    assert drawn.get("descr") == "各项得分的条形图"
    assert int(extent.get("cx")) / 36000 == pytest.approx(120, abs=0.01)
    pdf = render_pdf(plan)
    assert "各项得分" in pages(pdf)[0]
    assert any(line[2] == pytest.approx(96, abs=1) for line in lines(pdf))


def test_pictures_reach_nothing_outside(letter: DocumentPlan) -> None:
    bad = SVG.replace("<rect", '<image href="file:///etc/hostname" width="5" height="5"/><rect')
    plan = replace(letter, layout="报告", number="", body=(replace(picture(), svg=bad),))
    with pytest.raises(Refused) as refused:
        render_pdf(plan)
    assert refused.value.problems[0].code == "E625"


# ---- every layout conforms ----


def made(letter: DocumentPlan) -> dict[str, DocumentPlan]:
    """One plan of each layout, with all it can carry."""
    plain = replace(letter, number="", sample=False)
    unaddressed = replace(plain, addressee="")
    return {
        "公文": with_annex(replace(letter, sample=False)),
        "信函": replace(letter, layout="信函", number="榕商务函〔2026〕3号"),
        "信函无文号": replace(plain, layout="信函"),
        "公示": replace(
            unaddressed, layout="公示", title="关于拟入选名单的公示", title_lines=("关于拟入选名单的公示",)
        ),
        "表格": replace(form(plain, 60), title="示范门店核查表", title_lines=("示范门店核查表",)),
        "报告": replace(unaddressed, layout="报告", title="年度考核报告", title_lines=("年度考核报告",), annexes=()),
    }


@pytest.mark.parametrize("name", ["公文", "信函", "信函无文号", "公示", "表格", "报告"])
@pytest.mark.parametrize(("suffix", "write"), [("docx", render_docx), ("pdf", render_pdf)])
def test_every_layout_conforms(tmp_path: Path, letter: DocumentPlan, name: str, suffix: str, write: Any) -> None:
    from engine.conformance.conform import conform

    path = tmp_path / f"{name}.{suffix}"
    path.write_bytes(write(made(letter)[name]))
    report = conform(path)
    assert report.asserted >= 30
    assert [(f.code, f.title, f.faults) for f in report.findings if f.passed is False] == []


# ---- a package's own layout ----


def own(world: Any, folder: Path, name: str = "自备.docx") -> Any:
    from engine.base.problem import Span

    place = Span(str(folder / "documents.yaml"), 1, 1, 1, 2)
    return world.document("认定通知", file=name, span=place)


def test_own_layout(world: Any, tmp_path: Path) -> None:
    parts = unpack((TEMPLATES / "notice.docx").read_bytes(), "notice.docx")
    parts["word/document.xml"] = parts["word/document.xml"].replace(
        "{{ 标题 }}".encode(), "【本局】{{ 标题 }}".encode()
    )
    (tmp_path / "自备.docx").write_bytes(pack(parts))
    package = own(world, tmp_path)
    assert check_own_layouts(package) == []
    from engine.documents.plan import plan_document

    plan, _ = plan_document(package, world.decision(), world.case, "认定通知", world.reading, date=world.day)
    assert plan is not None
    assert any(text.startswith("【本局】") for _, text in styles_of(render_docx(plan)))
    with pytest.raises(Refused) as refused:
        render_pdf(plan)
    assert refused.value.problems[0].code == "E635"
    shutil.copy(TEMPLATES / "notice.html", tmp_path / "自备.html")
    shutil.copy(TEMPLATES / "official.css", tmp_path / "official.css")
    assert check_own_layouts(package) == []
    assert render_pdf(plan).startswith(b"%PDF")


OWN = [
    (
        "{{ 标题 }}",
        "</w:t><w:instrText>DDE a</w:instrText><w:t>{{ 标题 }}",
        "E659",
        "模板 `自备.docx` 的 `word/document.xml` 含有",
    ),
    ("{{ 成文日期 }}", "{{ 成文日子 }}", "E623", "没有字段 `成文日子`"),
    ("{{ 标题 }}", "{{ 标题.__class__ }}", "E622", "模板不允许使用以下划线开头的名称 `__class__`"),
    ("{{ 格.文 }}", "{{ 格.字 }}", "E623", "没有字段 `格.字`"),
    ("{%tr for 行 in 段.体 %}", "{%tr for 行 in 段.提 %}", "E623", "没有字段 `段.提`"),
]


@pytest.mark.parametrize(("old", "new", "code", "message"), OWN, ids=[o[1] for o in OWN])
def test_mistakes_in_own_layouts(world: Any, tmp_path: Path, old: str, new: str, code: str, message: str) -> None:
    parts = unpack((TEMPLATES / "form.docx").read_bytes(), "form.docx")
    content = parts["word/document.xml"].decode()
    before = content.index(old)
    parts["word/document.xml"] = content.replace(old, new, 1).encode()
    (tmp_path / "自备.docx").write_bytes(pack(parts))
    found = check_own_layouts(own(world, tmp_path))
    assert (found[0].code, found[0].message.startswith(message)) == (code, True)
    number = content[:before].count("<w:p>")
    assert found[0].place == Place("自备.docx", f"第{number}段")


@pytest.mark.parametrize("name", ["../自备.docx", "自备.doc", "没有.docx"])
def test_own_layouts_that_cannot_be_used(world: Any, tmp_path: Path, name: str) -> None:
    (found,) = check_own_layouts(own(world, tmp_path, name))
    assert found.code == ("E620" if name == "没有.docx" else "E626")
    assert found.place is not None


# ---- the same bytes anywhere ----

PROGRAM = """
import hashlib, sys
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/tests"]
from tests.documents.test_layouts import everything
print(everything())
"""


ENVIRONMENTS = (
    {"PYTHONHASHSEED": "77", "TZ": "Asia/Shanghai", "LANG": "zh_CN.UTF-8", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "1", "TZ": "UTC", "LANG": "C.UTF-8"},
)[: sized(1, 2)]


def everything() -> str:
    """A digest of every layout in both formats."""
    import hashlib
    from datetime import date

    from engine.documents.model import Receipt

    day = date(2026, 11, 23)
    receipt = Receipt(
        Basis("demo", day, day, "sha256:ab", (), (), (), (), "0"), "MD-1", "认定审查", "予以认定", "认定通知"
    )
    plain = DocumentPlan(
        "认定通知", "公文", "福州市商务局", "", "关于认定的通知", ("关于认定的通知",), "甲公司",
        (LetterParagraph(0, "正文“引号”一段。"),), ("清单",), date(2026, 11, 23), True, ("附注",), receipt,
    )  # fmt: skip
    digest = hashlib.sha256()
    for plan in (
        plain,
        with_annex(plain),
        form(plain, 30),
        replace(plain, layout="信函"),
        replace(plain, layout="公示"),
    ):
        for data in (render_docx(plan), render_pdf(plan)):
            digest.update(data)
    report = replace(plain, layout="报告", body=(picture(),))
    digest.update(render_docx(report) + render_pdf(report))
    return digest.hexdigest()


def test_two_processes_write_the_same_bytes() -> None:
    root = str(Path(__file__).parents[2])
    found = {everything()} | {
        subprocess.run(
            [sys.executable, "-c", PROGRAM, root],
            env={**os.environ, **given},
            capture_output=True,
            text=True,
            check=True,
            cwd=root,
            timeout=120,
        ).stdout.strip()
        for given in ENVIRONMENTS
    }
    assert len(found) == 1
    assert len(found.pop()) == 64
