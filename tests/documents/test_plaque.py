from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from lxml import etree

from engine.base.basis import Basis
from engine.base.problem import Refused
from engine.documents import issue
from engine.documents.embedded import read_trace
from engine.documents.layouts import TEMPLATES, formats_of
from engine.documents.logo import read_logo
from engine.documents.model import DocumentPlan, LetterParagraph, Receipt
from engine.documents.plaque import QUIET, matrix, render_pdf, render_svg
from engine.documents.receipt import printed_code, qr_text
from engine.documents.signs import read_signs, sign

SVG = "{http://www.w3.org/2000/svg}"
BASIS = Basis("demo", date(2026, 11, 23), date(2026, 11, 23), "sha256:" + "ab" * 32, (), (), (), (), "0")
RECEIPT = Receipt(BASIS, "MD-2026-001", "公布", "公布认定", "牌匾")


def plan(layout: str = "牌匾", title: str = "福州市榕光人才驿站", *body: str, **changes: Any) -> DocumentPlan:
    parts = tuple(LetterParagraph(0, text) for text in body)
    base = DocumentPlan(
        *("牌匾", layout, "福州市商务局", "", title, (title,), "", parts, (), date(2026, 1, 5), False, (), RECEIPT)
    )
    return replace(base, **changes)


BADGE = plan("人员牌", "福州市榕光人才驿站", "魏子衿", "讲解员", record=3)


def tree(of: DocumentPlan) -> Any:
    return etree.fromstring(render_svg(of))


def said(of: DocumentPlan) -> list[str]:
    return [node.get("aria-label") for node in tree(of).iter(f"{SVG}g") if node.get("aria-label")]


@pytest.mark.parametrize(("of", "trim"), [(plan(), (600, 400)), (BADGE, (86, 128))])
def test_physical_size_bleed_and_crop_marks(of: DocumentPlan, trim: tuple[float, float]) -> None:
    root, layout = tree(of), sign(of.layout, TEMPLATES)
    assert (layout.width, layout.height, layout.bleed) == (*trim, 3)
    width, height = trim[0] + 2 * layout.margin, trim[1] + 2 * layout.margin
    assert (root.get("width"), root.get("height")) == (f"{width:g}mm", f"{height:g}mm")
    assert root.get("viewBox") == f"{-layout.margin:g} {-layout.margin:g} {width:g} {height:g}"
    ground = root.find(f"{SVG}rect")
    assert [float(ground.get(k)) for k in ("x", "y", "width", "height")] == [-3, -3, trim[0] + 6, trim[1] + 6]
    marks = [n.get("d") for n in root.iter(f"{SVG}path") if n.get("stroke") == "#000"]
    assert len(marks) == 4
    starts = {tuple(map(float, m)) for d in marks for m in re.findall(r"M(-?[\d.]+) (-?[\d.]+)", d)}
    assert starts == {
        *((x, y) for x in (-3, trim[0] + 3) for y in (0, trim[1])),
        *((x, y) for x in (0, trim[0]) for y in (-3, trim[1] + 3)),
    }


def test_the_pdf_has_the_same_boxes_and_no_fonts() -> None:
    from pypdf import PdfReader

    page = PdfReader(io.BytesIO(render_pdf(plan()))).pages[0]
    mm = 72 / 25.4
    assert [float(v) / mm for v in page.mediabox] == pytest.approx([0, 0, 618, 418], abs=0.01)
    assert [float(v) / mm for v in page.trimbox] == pytest.approx([9, 9, 609, 409], abs=0.01)
    assert [float(v) / mm for v in page.bleedbox] == pytest.approx([6, 6, 612, 412], abs=0.01)
    resources: Any = page["/Resources"]
    assert not resources["/Font"].get_object()
    assert not resources["/XObject"]


@pytest.mark.parametrize("of", [plan(), BADGE, replace(BADGE, sample=True)])
def test_the_press_prints_black_and_grey_with_black_ink_alone(of: DocumentPlan) -> None:
    with pikepdf.open(io.BytesIO(render_pdf(of))) as pdf:
        assert [(str(one.S), one.DestOutputProfile.N) for one in pdf.Root.OutputIntents] == [("/GTS_PDFX", 3)]
        set_to = [(str(name), [float(one) for one in parts]) for parts, name in pikepdf.parse_content_stream(pdf.pages[0])
                  if str(name).lower() in ("g", "rg", "k", "sc", "scn")]  # fmt: skip
    coloured = [parts for name, parts in set_to if name in ("rg", "RG")]
    assert coloured
    assert all(len(set(parts)) > 1 for parts in coloured)
    assert {name for name, _ in set_to} == {"g", "G", "rg", "RG"}
    assert ("g", [0.0]) in set_to


def test_letters_are_outlines_within_their_frames() -> None:
    root = tree(plan("牌匾", "福州市人才驿站", "福州市䶮㛃𠮷𬭎人才驿站"))
    assert root.find(f".//{SVG}text") is None
    frames = {p.holds: p.frame for p in sign("牌匾", TEMPLATES).places}
    for label, frame in (("福州市人才驿站", frames["标题"]), ("福州市䶮㛃𠮷𬭎人才驿站", frames["正文1"])):
        path = next(n for n in root.iter(f"{SVG}g") if n.get("aria-label") == label).find(f"{SVG}path").get("d")
        xs, ys = _extent(path)
        assert frame.x - 1 <= min(xs)
        assert max(xs) <= frame.x + frame.width + 1
        assert frame.y - 1 <= min(ys)
        assert max(ys) <= frame.y + frame.height + 1


def _extent(path: str) -> tuple[list[float], list[float]]:
    """Every coordinate of an outline."""
    xs, ys, x, y = [], [], 0.0, 0.0
    for letter, numbers in re.findall(r"([MLHVCQ])([^MLHVCQZ]*)", path):
        values = [float(v) for v in re.findall(r"-?\d+(?:\.\d+)?", numbers)]
        if letter == "H":
            x = values[-1]
        elif letter == "V":
            y = values[-1]
        else:
            xs += values[::2]
            ys += values[1::2]
            x, y = values[-2:]
        xs.append(x)
        ys.append(y)
    return xs, ys


def test_a_plaque_says_what_it_should() -> None:
    found = said(plan("牌匾", "福州市人才驿站", "福州市榕光人才驿站"))
    assert found == [
        *("标识位置，待主管机关提供", "福州市人才驿站", "福州市榕光人才驿站"),
        *("福州市商务局", "2026年1月5日", "编号 MD-2026-001"),
    ]


def test_a_body_that_repeats_the_title_is_left_out_and_gives_its_room() -> None:
    once = tree(plan("牌匾", "福州市榕光人才驿站", "福州市榕光人才驿站"))
    labels = [n.get("aria-label") for n in once.iter(f"{SVG}g")]
    assert labels.count("福州市榕光人才驿站") == 1
    path = (
        next(n for n in once.iter(f"{SVG}g") if n.get("aria-label") == "福州市榕光人才驿站").find(f"{SVG}path").get("d")
    )
    ys = _extent(path)[1]
    assert (min(ys) + max(ys)) / 2 == pytest.approx((124 + 282) / 2, abs=4)


def test_a_badge_has_a_photo_slot_and_its_number() -> None:
    found = said(BADGE)
    assert "照片，35×49毫米" in found
    assert {"魏子衿", "讲解员", "编号 MD-2026-001-03"} <= set(found)


def test_drafts_are_marked() -> None:
    assert "样稿" in said(plan(sample=True))
    assert "样稿" not in said(plan())


@pytest.mark.parametrize("of", [plan(), BADGE])
def test_the_same_plan_gives_the_same_bytes(of: DocumentPlan) -> None:
    assert render_svg(of) == render_svg(of)
    assert render_pdf(of) == render_pdf(of)


@pytest.mark.parametrize("suffix", ["svg", "pdf"])
def test_a_sign_tells_where_it_comes_from(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"牌匾.{suffix}"
    path.write_bytes(issue.render(BADGE, suffix))
    letter = read_trace(path)
    assert letter.faults == ()
    assert [one.text for one in letter.told] == ["魏子衿", "讲解员"]
    assert letter.receipt["案件"] == "MD-2026-001"
    path.write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>" if suffix == "svg" else b"%PDF-1.7")
    with pytest.raises(Refused):
        read_trace(path)


@pytest.mark.parametrize("of", [plan(sample=True), BADGE])
def test_the_qr_code_reads_back(of: DocumentPlan) -> None:
    from PIL import Image
    from resvg_py import svg_to_bytes
    from zxingcpp import read_barcodes

    png = svg_to_bytes(svg_string=render_svg(of).decode(), dpi=300 if of.layout == "人员牌" else 72, background="#fff")
    codes = read_barcodes(Image.open(io.BytesIO(bytes(png))).convert("L"))
    assert [code.text for code in codes] == [qr_text(of)]
    assert printed_code(of)[0].split()[1] in qr_text(of)


def test_the_qr_code_has_its_quiet_zone() -> None:
    code = next(n for n in tree(plan()).iter(f"{SVG}svg") if n.get("shape-rendering"))
    side = int(code.get("viewBox").split()[2])
    assert side == len(matrix(qr_text(plan()))) + 2 * QUIET
    starts = [tuple(map(int, m)) for m in re.findall(r"M(\d+) (\d+)h", code.find(f"{SVG}path").get("d"))]
    assert min(x for x, _ in starts) == min(y for _, y in starts) == QUIET


@pytest.mark.parametrize(
    ("of", "code", "quoted"),
    [
        (plan(title="福州市" + "很长的名称" * 12 + "人才驿站"), "E629", "放不进标题"),
        (plan(title="福州市\U0010ffff人才驿站"), "E630", "U+10FFFF"),
        (plan(mark="不存在的/标识.svg"), "E628", "读不到"),
        (plan(mark="标识.png"), "E628", "不是政策包文件夹内的 .svg"),
        (plan(mark="../标识.svg"), "E628", "不是政策包文件夹内的 .svg"),
    ],
)
def test_what_cannot_be_made_is_refused(of: DocumentPlan, code: str, quoted: str) -> None:
    with pytest.raises(Refused) as refused:
        render_svg(of)
    (problem,) = refused.value.problems
    assert problem.code == code
    assert quoted in problem.message


# ---- the mark ----

GOOD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><title>甲</title><g fill="#c00"><path d="M0 0h10v10z"/></g></svg>'


def test_the_office_s_mark_takes_the_placeholder_s_place(tmp_path: Path) -> None:
    (tmp_path / "标识.svg").write_text(GOOD, encoding="utf-8")
    root = tree(plan(mark=str(tmp_path / "标识.svg")))
    assert "标识位置，待主管机关提供" not in [n.get("aria-label") for n in root.iter(f"{SVG}g")]
    inner = next(n for n in root.iter(f"{SVG}svg") if n.get("viewBox") == "0 0 10 10")
    assert [float(inner.get(k)) for k in ("x", "y", "width", "height")] == [262, 34, 76, 76]
    assert inner.find(f"{SVG}g/{SVG}path").get("d") == "M0 0h10v10z"


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        ("<script>alert(1)</script>", "`script`"),
        ('<image href="http://x/y.png"/>', "`image`"),
        ("<text>字</text>", "`text`"),
        ('<rect fill="url(#a)" width="1" height="1"/>', "`fill`"),
        ('<rect style="fill:red"/>', "style"),
        ("<foreignObject/>", "`foreignObject`"),
        ('<use href="#a"/>', "`use`"),
        ("<style>*{}</style>", "`style`"),
    ],
)
def test_a_mark_with_more_than_shapes_is_refused(tmp_path: Path, inside: str, why: str) -> None:
    path = tmp_path / "标识.svg"
    path.write_text(GOOD.replace("<title>甲</title>", inside), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_logo(path)
    assert refused.value.problems[0].code == "E628"
    assert why in refused.value.problems[0].message


@pytest.mark.parametrize(
    "text",
    ["", "不是 XML", '<!DOCTYPE svg [<!ENTITY a "b">]>' + GOOD, GOOD.replace(' viewBox="0 0 10 10"', ""), "<a/>"],
)
def test_a_mark_that_is_no_drawing_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "标识.svg"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused):
        read_logo(path)


def test_attributes_that_are_no_looks_are_dropped(tmp_path: Path) -> None:
    path = tmp_path / "标识.svg"
    path.write_text(GOOD.replace("<g ", '<g onclick="x()" id="y" '), encoding="utf-8")
    assert read_logo(path) == ("0 0 10 10", '<g fill="#c00"><path d="M0 0h10v10z"></path></g>')


# ---- signs.yaml ----


def test_the_layouts_that_come_with_the_program_are_right() -> None:
    signs, problems = read_signs((TEMPLATES / "signs.yaml").read_text(encoding="utf-8"))
    assert problems == []
    assert list(signs) == ["牌匾", "人员牌"]


ONE = "牌匾:\n  宽: 100\n  高: 50\n  位:\n    - {放: 标题, 框: [1, 2, 30, 40]}\n"


@pytest.mark.parametrize(
    ("old", "new", "where", "help"),
    [
        ("宽: 100", "宽: 大", "牌匾 的 宽", "10 至 3000"),
        ("  高: 50\n", "", "牌匾", "`高`"),
        ("高: 50", "高度: 50", "高度", "高"),
        ("标题", "标题字", "标题字", "标题"),
        ("[1, 2, 30, 40]", "[1, 2, 30]", "标题", "四个数"),
        ("[1, 2, 30, 40]", "[90, 2, 30, 40]", "标题", "成品以内"),
        ("[1, 2, 30, 40]}", "[1, 2, 30, 40], 字: 宋}", "标题", "宋体粗"),
        ("[1, 2, 30, 40]}", "[1, 2, 30, 40], 色: 红}", "色", "#8c1515"),
        ("[1, 2, 30, 40]}", "[1, 2, 30, 40], 最大: 5, 最小: 9}", "最小", "0.5 至 5"),
        ("位:", "位: 甲\n  边框:", "牌匾", "列表"),
    ],
)
def test_mistakes_in_a_layout_are_named(old: str, new: str, where: str, help: str) -> None:
    assert read_signs(ONE)[1] == []
    _, problems = read_signs(ONE.replace(old, new))
    assert problems[0].code == "E627"
    assert where in problems[0].message
    assert help in (problems[0].help or "")


@pytest.mark.parametrize("text", ["牌匾: [", "- 甲", "甲: 1", "!!python/object:os.system {}"])
def test_a_file_that_is_no_layout_is_refused(text: str) -> None:
    found, problems = read_signs(text)
    assert found == {}
    assert problems[0].code == "E627"


def test_signs_are_written_as_svg_where_letters_are_written_as_word() -> None:
    assert formats_of("牌匾", ("docx", "pdf")) == ("svg", "pdf")
    assert formats_of("公文", ("docx", "pdf")) == ("docx", "pdf")
    assert issue.render(plan(), "svg") == render_svg(plan())
    with pytest.raises(Refused) as refused:
        issue.render(plan(), "docx")
    assert refused.value.problems[0].code == "E634"
