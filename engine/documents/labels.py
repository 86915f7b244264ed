"""What the blocks of a letter are called: 主送机关, 第3段 (numbered as `explain` numbers them), 页码. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from engine.base.text import long_date
from engine.documents.model import DocumentPlan
from engine.documents.receipt import printed_code
from engine.documents.trace import told
from engine.visible.model import CELL, Block, Visible


def labelled(visible: Visible, plan: DocumentPlan) -> Visible:
    """`visible` with the place of every block that the plan knows."""
    call = _caller(plan)
    return replace(visible, blocks=tuple(call(block) for block in visible.blocks))


def _caller(plan: DocumentPlan) -> Callable[[Block], Block]:
    fixed = {_bare(text): name for name, text in _fixed(plan)}
    parts = [
        (kind, tuple(map(_bare, text.split("　"))) if kind == "行" else (_bare(text),)) for kind, text, _ in told(plan)
    ]
    seen = 0

    def call(block: Block) -> Block:
        nonlocal seen
        bare = _bare(block.text)
        found = fixed.get(bare) or (
            next((n for text, n in fixed.items() if bare and bare in text), "") if seen == 0 else ""
        )
        if not found:
            order = [*range(seen, len(parts)), *range(seen)]
            at = next((n for n in order if bare and _is(bare, *parts[n])), None)
            if at is None:
                return replace(block, place=block.place or _usual(bare))
            seen, found = at, f"第{at + 1}段"
        return replace(block, place=found)

    return call


def _is(bare: str, kind: str, texts: tuple[str, ...]) -> bool:
    """Whether a block is a part of the letter, a cell of it, or one line of it."""
    return bare in texts or bare == "".join(texts) or (kind != "行" and len(bare) > 1 and bare in texts[0])


def _usual(bare: str) -> str:
    if bare.strip("—").isdigit() or "⟦PAGE⟧" in bare:
        return "页码"
    return "样稿标记" if "样稿" in bare and bare.startswith("⟦") else ""


def _fixed(plan: DocumentPlan) -> Iterator[tuple[str, str]]:
    yield from (("附件说明", f"附件：{name}") for name in plan.annexes)
    yield from (("附件", text) for page in plan.pages for text in (page.label, page.title, *page.title_lines))
    yield from (("抄送", f"抄送：{'，'.join(plan.copies)}。") for _ in plan.copies[:1])
    yield from (("署名", organ) for organ in (plan.organ, *plan.cosigners))
    yield from (("版头", text) for text in plan.head.markings)
    yield from (("签发人", name) for name in plan.head.signers)
    yield "发文机关标志", f"{plan.organ}文件"
    yield "印发机关和日期", f"{plan.organ}{long_date(plan.date)}印发"
    yield "成文日期", long_date(plan.date)
    yield from (("附注", f"（{note}）") for note in plan.notes)
    for line in printed_code(plan):
        yield line.split()[0], f"（{line}）"
        yield line.split()[0], f"注：{line}。"
    yield "主送机关", f"{plan.addressee}："
    yield "发文字号", plan.number
    yield from (("标题", line) for line in (plan.title, *plan.title_lines))


def _bare(text: str) -> str:
    """Without what only sets it apart: a line of a page and a cell of a table compare with what they came from."""
    return "".join(text.replace(CELL, "").split())
