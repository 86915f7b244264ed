"""What was asked of the rules and what came of it (`guiju check --deep`), as text and plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from engine.base.text import wrap
from engine.proofs.replies import BOUNDED, PROVED, UNKNOWN, WITNESSED, Reply
from engine.views.decision import COLUMNS

INSTALL = ".venv/bin/python -m pip install --require-hashes -r requirements/proofs.txt"


def text(replies: Sequence[Reply], solver: bool) -> Iterator[str]:
    """How many questions were answered in which way, and by name those that were not."""
    counted = Counter(reply.status for reply in replies)
    shown = sum(reply.status == WITNESSED and bool(reply.case) and not reply.moves for reply in replies)
    said = [f"已证没有 {counted[PROVED]}", f"有例 {counted[WITNESSED]}（其中用例就是 {shown}）"]
    said += [f"在所试的记录里没有 {counted[BOUNDED]}", f"未知 {counted[UNKNOWN]}"]
    yield from wrap(f"深入检查：{len(replies)} 个问题，{'，'.join(said)}", COLUMNS, hanging="  ")
    for reply in replies:
        if reply.status in (BOUNDED, UNKNOWN):
            why = f"：{reply.why}" if reply.why else "：规律不排除，几种样式的记录里没有找到"
            yield from wrap(f"{reply.status} {reply.question}{why}", COLUMNS, indent="  ", hanging="    ")
    if not solver:
        yield from wrap(f"没有安装求解器，只逐一试了情形。要证明，先运行 {INSTALL}", COLUMNS, hanging="  ")


def to_plain(replies: Sequence[Reply], solver: bool) -> dict[str, Any]:
    """JSON-ready."""
    return {"求解器": solver, "问题": [_plain(reply) for reply in replies]}


def _plain(reply: Reply) -> dict[str, Any]:
    question = reply.question
    return {
        "问": question.what,
        "名称": list(question.about),
        "答": reply.status,
        "案件": reply.case,
        "改": [{"名称": move.name, "现": move.now, "若为": move.instead} for move in reply.moves],
        "原因": reply.why,
    }
