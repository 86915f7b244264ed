"""What became of a population, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.base.text import pad, width
from engine.decision.model import UNDECIDED
from engine.office.population import Assessed
from engine.views.decision import rule
from engine.views.paint import Paint, uncoloured


def text(found: Assessed, title: str, source: Sequence[str] = (), paint: Paint = uncoloured) -> Iterator[str]:
    """How many came to what, by determination; the counts add up to what was read."""
    yield rule(f"批量决定 {title}")
    yield from source
    for determination, outcomes in found.outcomes.items():
        decided = sum(count for outcome, count in outcomes.items() if outcome != UNDECIDED)
        yield paint(determination, "strong")
        widest = max(map(width, outcomes), default=0)
        for outcome, count in sorted(outcomes.items(), key=lambda one: (one[0] == UNDECIDED, -one[1], one[0])):
            yield f"  {pad(outcome, widest)}  {count:>9}"
        yield f"  已决定 {decided} + 待查 {outcomes[UNDECIDED]} + 退回 {found.out} = 读入 {found.read}"
    if not found.outcomes:
        yield f"  已决定 0 + 待查 0 + 退回 {found.out} = 读入 {found.read}"
    yield f"逐件核过 {found.asked_again} 件（待查的，和按列不能定的）"
    if found.again:
        yield f"其中 {found.again} 件是上一次没有做完时已经决定的"
