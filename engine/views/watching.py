"""What of the rules is getting old, as text and as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.base.text import wrap
from engine.office.watching import Ageing, Touched, Watched
from engine.views.decision import COLUMNS, labelled, rule
from engine.views.paint import Paint, uncoloured

SHOWN = 8
"""Cases of one finding that are shown; all of them are in the JSON."""


def text(found: Watched, paint: Paint = uncoloured) -> Iterator[str]:
    """Each finding with what it touches."""
    yield rule(f"规则体检 {found.day}", COLUMNS)
    for one in found.found:
        yield from _ageing(one, paint)
    if found.unread:
        yield f"读不出的案件（{len(found.unread)}）"
        for said in found.unread:
            yield from wrap(said, COLUMNS, indent="  · ", hanging="    ")
    what = f"{len(found.found)} 项要处理" if found.found else "没有要处理的"
    yield f"看了 {found.cases} 个案件和事件记录，{what}"


def _ageing(found: Ageing, paint: Paint) -> Iterator[str]:
    yield ""
    yield from (paint(line, "open") for line in wrap(f"{found.kind}　{found.said}", COLUMNS, hanging="    "))
    if found.place:
        yield f"    {found.place}"
    yield from labelled("  规则", "、".join(found.rules), COLUMNS) if found.rules else ()
    if found.cases:
        shown = "；".join(_case(one) for one in found.cases[:SHOWN])
        more = f"；另有 {len(found.cases) - SHOWN} 个" if len(found.cases) > SHOWN else ""
        yield from labelled("  案件", shown + more, COLUMNS)
    yield from labelled("  文书", "、".join(found.letters), COLUMNS) if found.letters else ()
    yield from labelled("  处理", found.help, COLUMNS)


def _case(one: Touched) -> str:
    return f"{one.id}（{'、'.join(one.what)}）" if one.what else one.id


def to_plain(found: Watched) -> dict[str, Any]:
    """JSON-ready."""
    return {
        "日期": found.day.isoformat(),
        "案件数": found.cases,
        "各项": [
            {
                "种类": one.kind,
                "问题": one.said,
                "自": one.day.isoformat() if one.day is not None else None,
                "位置": one.place or None,
                "规则": list(one.rules),
                "案件": [{"案件": c.id, "涉及": list(c.what), "文书": list(c.letters)} for c in one.cases],
                "文书": list(one.letters),
                "处理": one.help,
            }
            for one in found.found
        ],
        "读不出": list(found.unread),
    }
