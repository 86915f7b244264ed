"""What some letters say besides: 份号, 密级, 紧急程度, who signed a letter to a superior, several organs that sign together."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from engine.conformance import docx_points, pdf_points
from engine.conformance.pages import read_pages
from engine.conformance.word import read_word
from engine.documents.check import check_wording
from engine.documents.closing import EM, SEAL, signed_rows
from engine.documents.docx import render_docx
from engine.documents.model import DocumentPlan, LetterHead
from engine.documents.pdf import render_pdf
from engine.documents.plan import plan_document
from engine.documents.receipt import plan_digest
from engine.documents.serial import from_plain, to_plain
from engine.documents.typography import columns
from engine.language.tree import Name
from engine.policy.package import Block, HeadWording
from engine.visible.archive import unpack


def local(name: str) -> Name:
    return Name(name, kind="local")


def test_several_organs_and_what_the_head_says(world: Any) -> None:
    head = HeadWording(("000001",), ("秘密★", local("没有写")), ("特急",), (("林岚",),))
    block = Block("段", ("以上情况已经核对。",))
    package = world.document("认定通知", body=(block,), cosigners=(("市财政局",), ("市教育局",)), head=head)
    given = (world.decision(), world.case, "认定通知", world.reading)
    plan, problems = plan_document(package, *given, date=world.day)
    assert plan is None
    assert any("没有写" in problem.message for problem in problems)
    package = world.document(
        "认定通知", body=(block,), cosigners=(("市财政局",), ("市教育局",)), head=replace(head, secrecy=())
    )
    plan, _ = plan_document(package, *given, date=world.day)
    assert plan is not None
    assert plan.cosigners == ("市财政局", "市教育局")
    assert plan.head == LetterHead("000001", "", "特急", ("林岚",))
    assert from_plain(to_plain(plan)) == plan
    assert (
        plan_digest(plan)
        != plan_digest(replace(plan, head=LetterHead()))
        != plan_digest(replace(plan, head=LetterHead(), cosigners=()))
    )
    hurried = world.document("认定通知", body=(block,), head=HeadWording(urgency=("火急",)))
    assert [p.code for p in plan_document(hurried, *given, date=world.day)[1]] == ["E666"]
    for layout, changed, told in (
        ("公示", {"head": HeadWording(copy=("000001",))}, "版头"),
        ("信函", {"head": HeadWording(signers=(("林岚",),))}, "签发人"),
        ("表格", {"cosigners": (("市财政局",),)}, "联署"),
        ("公文", {"cosigners": (("市财政局",),), "head": head}, ""),
    ):
        package = world.document("认定通知", body=(block,), layout=layout, **changed)
        found = [p.message for p in check_wording(package) if p.code == "E614"]
        assert [f"`{told}`" in message for message in found] == ([True] if told else []), layout


@pytest.mark.parametrize(
    "names", [("甲", "乙"), ("福州市人力资源和社会保障局",) * 5, ("福州市商务局",) * 7, ("某" * 27,) * 2]
)
def test_seals_of_several_organs_stand_apart_inside_the_text(names: tuple[str, ...]) -> None:
    rows = signed_rows(names, "2026年11月23日")
    assert [organ for row in rows for organ, _ in row] == list(names)
    for row in rows:
        middles = [middle for _, middle in row]
        widths = [max(columns(organ), SEAL / EM) for organ, _ in row]
        assert all(a - b >= (v + w) / 2 for (a, v), (b, w) in pairwise(zip(middles, widths, strict=True)))
        assert all(w / 2 - 0.01 <= m <= 28 - w / 2 + 0.01 for m, w in zip(middles, widths, strict=True))
        assert row[-1][1] == rows[-1][-1][1]


LONG = "某市人力资源和社会保障事业发展服务管理协调指导中心办公室"


@pytest.mark.parametrize(
    ("layout", "organ", "others", "told"),
    [
        ("公文", "某市商务局", ("市财政局", "某市商务局"), "`某市商务局` 写了两次"),
        ("公文", "某市商务局", ("市财政局", "市财政局"), "`市财政局` 写了两次"),
        ("公文", LONG[:23], (), ""),
        ("公文", LONG[:24], (), "发文机关标志一行排不下"),
        ("信函", LONG[:25], (), ""),
        ("信函", LONG[:26], (), "发文机关标志一行排不下"),
        ("公示", LONG, (), ""),
        ("公示", LONG + "筹备处", (), "署名一行排不下"),
        ("公文", "某市商务局", (LONG,), ""),
        ("公文", "某市商务局", (LONG + "筹备处",), "署名一行排不下"),
        ("公文", LONG[:12], (LONG[:13], LONG[:14]), ""),
        ("公文", LONG[:12], (LONG[:13], LONG[:14], LONG[:15]), "4 个署名排成 4 行"),
    ],
)
def test_organs_that_sign_twice_or_do_not_fit_are_refused(
    world: Any, letter: DocumentPlan, layout: str, organ: str, others: tuple[str, ...], told: str
) -> None:
    """What is let through meets the points of conformance, in both formats."""
    package = world.document(
        "认定通知",
        body=(Block("段", ("以上情况已经核对。",)),),
        layout=layout,
        signature=(organ,),
        cosigners=tuple((o,) for o in others),
    )
    plan, problems = plan_document(package, world.decision(), world.case, "认定通知", world.reading, date=world.day)
    assert [p.code for p in problems] == (["E670"] if told else [])
    assert told in "".join(p.message for p in problems)
    if plan is not None:
        written = replace(letter, layout=layout, organ=organ, cosigners=others)
        if layout == "公示":
            written = replace(written, number="", addressee="", title="公示", title_lines=("公示",))
        assert [f.code for f in pdf_points.findings(read_pages(render_pdf(written), "")) if f.passed is False] == []
        assert [f.code for f in docx_points.findings(read_word(render_docx(written), "")) if f.passed is False] == []


def test_the_place_of_every_seal_is_in_a_bookmark(letter: DocumentPlan) -> None:
    """Named as the fields of the PDF are, each around its organ."""
    plan = replace(letter, cosigners=("市财政局", "市教育局", "市人力资源和社会保障局"))
    document = unpack(render_docx(plan), "通知.docx")["word/document.xml"].decode()
    marked = re.findall(r'<w:bookmarkStart [^>]*w:name="([^"]+)"/>(.*?)<w:bookmarkEnd ', document, re.DOTALL)
    assert [(name, "".join(re.findall("<w:t[^>]*>([^<]*)", runs))) for name, runs in marked] == [
        ("印章", letter.organ),
        *zip(("印章2", "印章3", "印章4"), plan.cosigners, strict=True),
    ]
