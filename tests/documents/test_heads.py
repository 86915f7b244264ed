"""What some letters say besides: 份号, 密级, 紧急程度, who signed a letter to a superior, several organs that sign together."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from engine.documents.check import check_wording
from engine.documents.closing import EM, SEAL, signed_rows
from engine.documents.model import LetterHead
from engine.documents.plan import plan_document
from engine.documents.receipt import plan_digest
from engine.documents.serial import from_plain, to_plain
from engine.documents.typography import columns
from engine.language.tree import Name
from engine.policy.package import Block, HeadWording


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
