"""Which small faults in the rules the examples notice, as people read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from engine.base.text import pad, wrap
from engine.office.mutation import Trial
from engine.views.decision import COLUMNS
from engine.views.paint import Paint


def mutants(found: Sequence[Trial], paint: Paint, columns: int = COLUMNS) -> Iterator[str]:
    """How many of each kind were noticed; then those that were not, by definition, with their place."""
    heard = Counter(one.mutant.kind for one in found if one.killer)
    every = Counter(one.mutant.kind for one in found)
    yield "改错一处，用例发现不发现"
    for kind, total in every.items():
        share = f"{heard[kind] * 100 // total}%"
        role = "good" if heard[kind] == total else "open"
        yield f"  {pad(kind, 12)} {paint(pad(share, 5, '>'), role)}  {heard[kind]}/{total}"
    left = [one for one in found if not one.killer]
    if left:
        yield "没有用例发现的"
    for owner in dict.fromkeys(one.mutant.owner for one in left):
        own = [one for one in left if one.mutant.owner == owner]
        yield f"  {owner}  {paint(str(own[0].mutant.span or ''), 'faint')}"
        for one in own:
            asked = "没有相关的用例" if not one.asked else ""
            said = f"{one.mutant.kind}：{one.mutant.said}{f'（{asked}）' if asked else ''}"
            yield from wrap(said, columns, indent="    · ", hanging=" " * 6)
    total = len(found)
    yield f"改错 {total} 处，用例发现 {total - len(left)} 处（{(total - len(left)) * 100 // total if total else 100}%）"


def plain(found: Sequence[Trial]) -> list[dict[str, object]]:
    """The same for JSON; 用例 is the one that noticed it, null where none did."""
    return [
        {
            "名称": one.mutant.owner,
            "种类": one.mutant.kind,
            "改动": one.mutant.said,
            "位置": str(one.mutant.span or ""),
            "用例": one.killer or None,
        }
        for one in found
    ]
