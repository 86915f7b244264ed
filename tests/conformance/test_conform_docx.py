"""The points of conformance of Word files: met by every layout as written, and each caught when broken on purpose."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from engine.base.problem import Refused
from engine.conformance.conform import conform
from engine.conformance.docx_points import POINTS, findings
from engine.conformance.word import read_word
from engine.documents.docx import render_docx
from engine.documents.model import Annex, DocumentPlan, LetterCell, LetterParagraph, LetterRow, LetterTable
from engine.documents.points import PointResult
from engine.documents.text_points import POINTS as TEXT_POINTS
from tests.conformance.conftest import several

Parts = dict[str, str]
Break = Callable[[Parts], None]
DOCUMENT, STYLES, SETTINGS = "word/document.xml", "word/styles.xml", "word/settings.xml"


def table() -> LetterTable:
    head = LetterRow((LetterCell("序", 4, "栏目"), LetterCell("内容", 24, "栏目")))
    return LetterTable(
        (head,), tuple(LetterRow((LetterCell(str(n), 4, "中"), LetterCell(f"第{n}项内容", 24))) for n in range(1, 11))
    )


@pytest.fixture
def plans(letter: DocumentPlan) -> dict[str, DocumentPlan]:
    """One letter of every layout, with as much in it as the layout takes."""
    annex = Annex("附件1", "补正材料清单", ("补正材料清单",), (LetterParagraph(0, "需要补正的材料列表如下。"), table()))
    full = replace(letter, pages=(annex,), copies=("福州市财政局",))
    plain = replace(letter, number="", addressee="", annexes=())
    titles = {"公示": "关于拟认定名单的公示", "报告": "年度考核报告", "表格": "考察记录表"}
    others = {k: replace(plain, layout=k, title=title, title_lines=(title,)) for k, title in titles.items()}
    others["表格"] = replace(others["表格"], body=(table(),))
    return {"公文": full, "信函": replace(letter, layout="信函"), **others} | several(letter)


# ---- ways of breaking a file ----


def sub(part: str, pattern: str, text: str, count: int = 0) -> Break:
    """Every (or the first `count`) place of a pattern in a part; it must be there."""

    def apply(parts: Parts) -> None:
        parts[part], times = re.subn(pattern, text, parts[part], count=count, flags=re.DOTALL)
        assert times, f"nothing to break: {pattern}"

    return apply


def style(name: str, pattern: str, text: str) -> Break:
    """Inside the definition of one style."""

    def apply(parts: Parts) -> None:
        found = re.search(rf'<w:style [^>]*><w:name w:val="{name}"/>.*?</w:style>', parts[STYLES], re.DOTALL)
        assert found, name
        changed, times = re.subn(pattern, text, found.group(), flags=re.DOTALL)
        assert times, f"nothing to break in {name}: {pattern}"
        parts[STYLES] = parts[STYLES].replace(found.group(), changed)

    return apply


def paragraph(identifier: str, pattern: str, text: str) -> Break:
    """Inside the first paragraph of a style."""

    def apply(parts: Parts) -> None:
        found = re.search(rf'<w:p><w:pPr><w:pStyle w:val="{identifier}"/>.*?</w:p>', parts[DOCUMENT], re.DOTALL)
        assert found, identifier
        changed, times = re.subn(pattern, text, found.group(), flags=re.DOTALL)
        assert times, f"nothing to break in {identifier}: {pattern}"
        parts[DOCUMENT] = parts[DOCUMENT].replace(found.group(), changed, 1)

    return apply


def say(identifier: str, old: str, new: str) -> Break:
    """Other words in the first paragraph of a style."""
    return paragraph(identifier, f"(<w:t[^>]*>[^<]*?){old}", rf"\g<1>{new}")


def drop(identifier: str) -> Break:
    return sub(DOCUMENT, rf'<w:p><w:pPr><w:pStyle w:val="{identifier}"/>.*?</w:p>', "", 1)


def twice(identifier: str) -> Break:
    return sub(DOCUMENT, rf'(<w:p><w:pPr><w:pStyle w:val="{identifier}"/>.*?</w:p>)', r"\1\1", 1)


def both(*breaks: Break) -> Break:
    def apply(parts: Parts) -> None:
        for one in breaks:
            one(parts)

    return apply


BODY = "BodyText3"
HINT = '<w:rFonts w:hint="eastAsia"/>'
EMPTY = f'<w:p><w:pPr><w:pStyle w:val="{BODY}"/></w:pPr></w:p>'
RUNNING = (BODY, "Level1", "Level2", "Level3", "Level4", "CellText", "CellCentre", "CellHead")
FOOT, EVEN, CORE = "word/footerdefault.xml", "word/footereven.xml", "docProps/core.xml"

TEXT_BREAKS: dict[str, Break] = {
    "T01": twice("Mark"),
    "T02": say("Mark", "文件", ""),
    "T03": say("Number", "〔2026〕12号", "〔2026〕第012号"),
    "T04": drop("DocTitle"),
    "T05": say("DocTitle", "认定", "认定，"),
    "T06": say("DocTitle", "通知", "事"),
    "T07": say("DocTitle", "的通知", "行政处罚决定"),
    "T08": paragraph("DocTitle", "</w:t>", "</w:t><w:br/><w:t>书</w:t>"),
    "T33": paragraph("DocTitle", "通知", "</w:t><w:br/><w:t>通知"),
    "T32": paragraph("DocTitle", "有限公司", "有限</w:t><w:br/><w:t>公司"),
    "T09": say("Addressee", "：", ":"),
    "T10": both(*(sub(DOCUMENT, rf'<w:p><w:pPr><w:pStyle w:val="{s}"/>.*?</w:p>', "") for s in RUNNING)),
    "T11": drop("Level2"),
    "T12": say("Level2", "（一）", "一、"),
    "T13": say("Level1", "一、", "二、"),
    "T14": say("Level1", "事实", "事实。"),
    "T15": say(BODY, "届满。", "届满"),
    "T16": say("AnnexFirst", "清单", "清单。"),
    "T17": say("AnnexFirst", "1\\.", "2."),
    "T18": drop("Date3"),
    "T19": say("Date3", "11月23日", "08月23日"),
    "T20": say("Signature3", "福州市", "福建省"),
    "T21": say("Note3", "（", ""),
    "T22": sub(DOCUMENT, "日印发", "日"),
    "T23": say(BODY, "，", ","),
    "T24": say(BODY, "你单位", '你"单位"'),
    "T25": say(BODY, "9场，", "9场--"),
    "T26": say(BODY, "你单位", "（你单位"),
    "T27": say(BODY, "，", "，，"),
    "T28": say(BODY, "2026年12月31日", "2026年02月31日"),
    "T29": say(BODY, "你单位", "Ａ单位"),
    "T30": say(BODY, "你单位", "{{ 单位 }}"),
    "T31": say(BODY, "你单位", "你\u200b单位"),
}
WORD_BREAKS: dict[str, Break] = {
    "W01": sub(DOCUMENT, 'w:w="11906"', 'w:w="12240"'),
    "W02": sub(DOCUMENT, 'w:gutter="0"', 'w:gutter="567"'),
    "W03": sub(DOCUMENT, 'w:top="2098"', 'w:top="1440"'),
    "W04": sub(DOCUMENT, 'w:left="1587"', 'w:left="1800"'),
    "W05": sub(DOCUMENT, 'w:right="1474"', 'w:right="1800"'),
    "W06": sub(DOCUMENT, 'w:bottom="1984"', 'w:bottom="1440"'),
    "W07": sub(DOCUMENT, 'w:type="lines"', 'w:type="default"'),
    "W08": sub(DOCUMENT, 'w:linePitch="579"', 'w:linePitch="620"'),
    "W09": style("公文正文", '<w:spacing w:val="-5"/>', '<w:spacing w:val="0"/>'),
    "W10": sub(DOCUMENT, '<w:cols w:space="425"/>', '<w:cols w:num="2" w:space="425"/>'),
    "W11": sub(SETTINGS, "<w:evenAndOddHeaders/>", ""),
    "W12": sub(FOOT, "— ", "第"),
    "W13": style("双页码", 'w:jc w:val="left"', 'w:jc w:val="right"'),
    "W14": style("双页码", '<w:sz w:val="28"/>', '<w:sz w:val="21"/>'),
    "W15": sub(DOCUMENT, 'w:footer="1389"', 'w:footer="850"'),
    "W16": sub(DOCUMENT, "<w:docGrid", "<w:titlePg/><w:docGrid"),
    "W17": sub(STYLES, '(<w:rPrDefault>.*?) w:eastAsia="仿宋_GB2312"', r"\1", 1),
    "W18": sub(DOCUMENT, 'w:hint="eastAsia"', 'w:hint="eastAsia" w:asciiTheme="minorHAnsi"', 1),
    "W19": style("公文正文", 'w:eastAsia="仿宋_GB2312"', 'w:eastAsia="微软雅黑"'),
    "W20": style("公文正文", 'w:ascii="Times New Roman"', 'w:ascii="Calibri"'),
    "W21": style("公文正文", 'w:eastAsia="zh-CN"', 'w:eastAsia="ja-JP"'),
    "W22": both(say(BODY, "你单位", "“你单位”"), paragraph(BODY, 'w:hint="eastAsia"', 'w:hint="default"')),
    "W23": paragraph(BODY, HINT, HINT + '<w:sz w:val="28"/>'),
    "W24": style("公文正文", 'w:eastAsia="仿宋_GB2312"', 'w:eastAsia="宋体"'),
    "W25": paragraph("DocTitle", HINT, HINT + "<w:b/>"),
    "W26": paragraph(BODY, HINT, HINT + '<w:color w:val="0000FF"/>'),
    "W27": paragraph(BODY, HINT, HINT + '<w:spacing w:val="20"/>'),
    "W28": style("公文正文", 'w:line="579" w:lineRule="exact"', 'w:line="360" w:lineRule="auto"'),
    "W29": style("公文正文", "<w:spacing ", '<w:spacing w:before="120" '),
    "W30": style("公文正文", 'w:firstLineChars="200"', 'w:firstLineChars="150"'),
    "W31": style("公文正文", 'w:jc w:val="both"', 'w:jc w:val="center"'),
    "W32": sub(STYLES, '<w:autoSpaceDE w:val="0"/>', "<w:autoSpaceDE/>"),
    "W33": sub(DOCUMENT, rf'(<w:p><w:pPr><w:pStyle w:val="{BODY}"/>)', EMPTY + r"\1", 1),
    "W34": say(BODY, "你单位", "你  单位"),
    "W35": paragraph(BODY, "</w:t>", "</w:t><w:br/>"),
    "W36": style("发文机关标志", "FF0000", "C00000"),
    "W37": style("发文机关标志", "方正小标宋简体", "黑体"),
    "W38": style("发文机关标志", 'w:jc w:val="center"', 'w:jc w:val="left"'),
    "W39": style("发文机关标志", 'w:before="1984"', 'w:before="1400"'),
    "W40": paragraph("Mark", '<w:w w:val="[0-9]+"/>', '<w:w w:val="150"/>'),
    "W41": style("发文字号", "仿宋_GB2312", "黑体"),
    "W42": style("发文字号", 'w:jc w:val="center"', 'w:jc w:val="right"'),
    "W43": style("发文字号", 'w:beforeLines="200"', 'w:beforeLines="100"'),
    "W44": style("发文字号", 'w:color="FF0000"', 'w:color="000000"'),
    "W45": style("发文字号", "(<w:jc )", r'<w:ind w:leftChars="200"/>\1'),
    "W46": style("发文字号", 'w:space="11"', 'w:space="1"'),
    "W47": style("公文标题", '<w:sz w:val="44"/>', '<w:sz w:val="36"/>'),
    "W48": style("公文标题", "方正小标宋简体", "黑体"),
    "W49": style("公文标题", 'w:jc w:val="center"', 'w:jc w:val="left"'),
    "W50": style("公文标题", 'w:beforeLines="200"', 'w:beforeLines="100"'),
    "W51": style("主送机关", "</w:pPr>", '<w:ind w:firstLineChars="200"/></w:pPr>'),
    "W52": style("公文标题", 'w:afterLines="100"', 'w:afterLines="0"'),
    "W53": style("公文一级标题", "黑体", "仿宋_GB2312"),
    "W54": style("公文二级标题", "楷体_GB2312", "仿宋_GB2312"),
    "W55": style("公文三级标题", "仿宋_GB2312", "黑体"),
    "W56": style("公文一级标题", "<w:keepNext/>", ""),
    "W57": style("附件说明首件", 'w:beforeLines="100"', 'w:beforeLines="0"'),
    "W58": style("附件说明首件", 'w:leftChars="575"', 'w:leftChars="375"'),
    "W59": style("署名", 'w:jc w:val="right"', 'w:jc w:val="left"'),
    "W60": paragraph("Date3", 'w:rightChars="[0-9]+"', 'w:rightChars="100"'),
    "W61": paragraph("Signature3", 'w:rightChars="[0-9]+"', 'w:rightChars="2000"'),
    "W62": style("署名", "<w:keepNext/>", ""),
    "W78": sub(DOCUMENT, "<w:widowControl/>", ""),
    "W63": sub(DOCUMENT, '<w:insideH w:val="single" w:sz="6"', '<w:insideH w:val="single" w:sz="18"'),
    "W64": style("版记抄送", '<w:sz w:val="28"/>', '<w:sz w:val="32"/>'),
    "W65": style("版记印发", 'Chars="100"', 'Chars="300"'),
    "W66": sub(DOCUMENT, 'w:tblpYSpec="bottom"', 'w:tblpYSpec="top"'),
    "W67": sub(DOCUMENT, '<w:gridCol w:w="8844"/>', '<w:gridCol w:w="7000"/>'),
    "W68": sub(DOCUMENT, "<w:tblHeader/>", ""),
    "W69": sub(DOCUMENT, "<w:cantSplit/>", "", 1),
    "W70": sub(DOCUMENT, r'(<w:gridCol w:w=")[0-9]+', r"\g<1>9000", 1),
    "W71": sub(DOCUMENT, "(<w:r>.*?</w:r>)", r'<w:ins w:id="1" w:author="甲">\1</w:ins>', 1),
    "W72": sub(CORE, "<dc:title>", "<dc:title>新建文档"),
    "W73": sub(CORE, "(<cp:lastModifiedBy>)[^<]*", r"\1Administrator"),
    "W74": sub(CORE, '(W3CDTF">)2026', r"\g<1>2025"),
}
LETTER_BREAKS: dict[str, Break] = {
    "W75": paragraph("LetterMark", 'w:y="[0-9]+"', 'w:y="3000"'),
    "W76": sub("word/headerfirst.xml", "width:481.89pt", "width:400pt", 1),
    "W77": style("信函发文字号", 'w:jc w:val="right"', 'w:jc w:val="center"'),
}
UPWARD_BREAKS: dict[str, Break] = {
    "T34": say("Marking", "000001", "1"),
    "T35": twice("Marking"),
    "T36": say("UpwardNumber", "签发人：", "签发人:"),
    "W79": paragraph("Marking", 'w:xAlign="left"', 'w:xAlign="right"'),
    "W80": style("版头标注", "黑体", "仿宋_GB2312"),
    "W81": paragraph("UpwardNumber", 'w:pos="[0-9]+"', 'w:pos="8800"'),
    "W82": style("签发人姓名", "楷体_GB2312", "仿宋_GB2312"),
    "W83": paragraph("Joint", 'w:pos="[0-9]+"', 'w:pos="3000"'),
}
BREAKS = {
    **{c: ("公文", b) for c, b in (TEXT_BREAKS | WORD_BREAKS).items()},
    **{c: ("信函", b) for c, b in LETTER_BREAKS.items()},
    **{c: ("上行", b) for c, b in UPWARD_BREAKS.items()},
}


def broken(data: bytes, change: Break | None) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {n: archive.read(n).decode("utf-8") for n in archive.namelist() if n.endswith((".xml", ".rels"))}
        rest = {n: archive.read(n) for n in archive.namelist() if n not in parts}
    if change is not None:
        change(parts)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        for name, content in rest.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def found(data: bytes) -> dict[str, PointResult]:
    return {finding.code: finding for finding in findings(read_word(data, "通知.docx"))}


@cache
def rendered(plan: DocumentPlan) -> bytes:
    return render_docx(plan)


@pytest.mark.parametrize("kind", ["公文", "信函", "公示", "表格", "报告", "上行", "联合信函"])
def test_every_layout_meets_every_point(kind: str, plans: dict[str, DocumentPlan], tmp_path: Path) -> None:
    file = tmp_path / "文书.docx"
    file.write_bytes(rendered(plans[kind]))
    report = conform(file)
    assert (report.kind, [(f.code, f.faults) for f in report.findings if f.passed is False]) == (plans[kind].layout, [])
    assert report.asserted >= (60 if plans[kind].layout in ("公文", "信函") else 40)


def test_every_point_has_a_violation() -> None:
    assert set(BREAKS) == {point.code for point in (*TEXT_POINTS, *POINTS)}


@pytest.mark.parametrize("code", BREAKS)
def test_a_planted_violation_is_caught(code: str, plans: dict[str, DocumentPlan]) -> None:
    kind, change = BREAKS[code]
    sound = rendered(plans[kind])
    assert found(sound)[code].passed is True
    caught = found(broken(sound, change))[code]
    assert caught.passed is False
    assert caught.faults


def test_rewriting_the_archive_alone_breaks_nothing(plans: dict[str, DocumentPlan]) -> None:
    assert all(finding.passed is not False for finding in found(broken(rendered(plans["公文"]), None)).values())


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("坏.docx", b"PK\x03\x04"),
        ("坏.docx", b""),
        ("坏.pdf", b"%PDF-1.7\n"),
        ("坏.pdf", b"\x00" * 999),
        ("旧.doc", b"x"),
    ],
)
def test_files_that_cannot_be_read_are_refused(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(Refused) as refused:
        conform(tmp_path / name)
    assert ([p.code for p in refused.value.problems], refused.value.exit_code) == (["E650"], 2)


def test_styles_renamed_parts_are_known_by_their_looks(plans: dict[str, DocumentPlan]) -> None:
    """A letter typed without our styles is checked all the same."""
    plan = replace(plans["公文"], pages=(), copies=())

    def anonymous(parts: Parts) -> None:
        parts[STYLES] = re.sub('<w:name w:val="(?!Normal)[^"]*"', '<w:name w:val="某样式"', parts[STYLES])

    word = read_word(broken(rendered(plan), anonymous), "通知.docx")
    roles = [piece.role for piece in word.pieces]
    assert roles[:5] == ["发文机关标志", "发文字号", "标题", "主送", "正文"]
    assert {"一级标题", "署名", "成文日期", "附件说明"} <= set(roles)


def test_first_sentences_of_the_second_level_are_set_as_its_headings(plans: dict[str, DocumentPlan]) -> None:
    """The rest of the paragraph in 仿宋; a layout that sets all of it so has no such run, and one by another name is kept with
    the signature all the same."""
    text = "（一）未提交活动台账，对应的是《办法》第七条。补正要求：补交活动台账和佐证。"
    plan = replace(plans["公文"], body=(LetterParagraph(1, "一、材料"), LetterParagraph(0, text)))
    sound = rendered(plan)
    (item,) = (p for p in read_word(sound, "通知.docx").paragraphs if p.text == text)
    sentence = text.partition("。")[0] + "。"
    assert [(r.text, r.look.fonts["eastAsia"]) for r in item.runs] == [
        (sentence, "楷体_GB2312"),
        (text.removeprefix(sentence), "仿宋_GB2312"),
    ]
    assert {"keepNext", "widowControl"} <= item.shape.flags
    assert [f.code for f in found(sound).values() if f.passed is False] == []
    plain = found(broken(sound, sub(DOCUMENT, '<w:rStyle w:val="Leading"/>', "")))
    assert [f.code for f in plain.values() if f.passed is False] == ["W54"]
    every = found(broken(sound, say(BODY, "补正要求", "补正")))
    assert every["W24"].passed is True
    kai = broken(sound, style("公文正文", 'w:eastAsia="仿宋_GB2312"', 'w:eastAsia="楷体_GB2312"'))
    assert found(kai)["W24"].passed is False
