"""The ledger as text: its entries in a line each, and what a check of it came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from engine.base.basis import fingerprint
from engine.base.text import pad, wrap
from engine.record.act import KINDS, read_body
from engine.record.lines import Kept
from engine.record.verify import Checked
from engine.views.paint import Paint

COLUMNS = 80
MOST = 50
"""Faults that are told one by one."""

ITEMS = 12
"""Items of a list that are shown one by one."""


def checked(found: Checked, name: str, paint: Paint) -> Iterator[str]:
    """What the check of the ledger called `name` came to."""
    if found.whole:
        yield f"{paint('✓ 一致', 'good')}  {name}"
        yield f"  {found.count} 条，账本头 {found.head}"
        return
    kinds = "、".join(f"{kind} {count}" for kind, count in Counter(fault.kind for fault in found.faults).items())
    yield f"{paint('✗ 不一致', 'bad')}  {name}"
    yield f"  {found.count} 条，{len(found.faults)} 处：{kinds}"
    for fault in found.faults[:MOST]:
        yield from wrap(f"{fault.kind}：{fault.said}", COLUMNS, indent="  - ", hanging="    ")
    if len(found.faults) > MOST:
        yield f"  - 其余 {len(found.faults) - MOST} 处没有列出"


def checked_plain(found: Checked, name: str) -> dict[str, Any]:
    """The same for JSON."""
    faults = [{"类别": fault.kind, "条": fault.seq, "说明": fault.said} for fault in found.faults]
    return {"账本": name, "一致": found.whole, "条数": found.count, "账本头": str(found.head), "不一致": faults}


def entries(kept: Iterable[Kept]) -> Iterator[str]:
    """A line an entry: number, time, kind, whose case, what, by whom."""
    for one in kept:
        body = read_body(one.entry.body)
        sealed = one.seal.content if one.seal is not None else {}
        about = " ".join(_said(part) for part in (sealed.get("案件"), body.open.get(body.kind)) if part)
        about = about or ("已清除" if body.seal and one.seal is None else KINDS[body.kind])
        by = f"  {body.by.name}" if body.by.name else ""
        yield f"{pad(str(one.entry.seq), 6)}{body.at[:16].replace('T', ' ')}  {pad(body.kind, 6)}{about}{by}"


def one(kept: Kept) -> Iterator[str]:
    """All that an entry says."""
    body = read_body(kept.entry.body)
    yield f"第 {kept.entry.seq} 条  {body.at}  {body.kind}：{KINDS[body.kind]}"
    if body.by.name:
        yield f"  经办人 {body.by.name}（{'、'.join(body.by.roles)}）"
    for part, said in (("内容", body.open), ("封存", kept.seal.content if kept.seal is not None else {})):
        if said:
            yield f"  {part}"
            for key, value in said.items():
                yield from wrap(f"{key} {_said(value)}", COLUMNS, indent="    ", hanging="      ")
    if body.seal and kept.seal is None:
        yield "  封存的内容已经清除"
    yield f"  账本头 {kept.entry.head}"


def _said(value: Any) -> str:
    match value:
        case dict():
            return _some([f"{key} {_said(item)}" for key, item in value.items()], "；")
        case list():
            return _some(
                [f"（{_said(item)}）" if isinstance(item, list | dict) else _said(item) for item in value], "、"
            )
        case bool():
            return "是" if value else "否"
        case str() if value.startswith("sha256:"):
            return fingerprint(value)
        case _:
            return str(value)


def _some(parts: list[str], between: str) -> str:
    more = f"{between}等 {len(parts)} 项" if len(parts) > ITEMS else ""
    return between.join(parts[:ITEMS]) + more
