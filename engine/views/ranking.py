"""A ranking of cases as text and as plain data."""

from __future__ import annotations

from collections.abc import Iterator

from engine.base.text import pad, width, wrap
from engine.decision.ranking import WITHIN, RankingResult
from engine.views.decision import COLUMNS, labelled, rests_on, rule
from engine.views.paint import Paint

_TIED = {True: "都在名额之内，取舍不因先后而变", False: "都在名额之外，取舍不因先后而变", None: "由人决定先后"}


def _meaning(result: RankingResult, group: tuple[str, ...]) -> str:
    """What a tie means: a person is asked only where something hangs on it."""
    return _TIED[next(placed.within for placed in result.placed if placed.case in group)]


def text(result: RankingResult, paint: Paint, columns: int = COLUMNS) -> Iterator[str]:
    """Places with their keys, who is in, ties, and who cannot be placed yet."""
    clauses = f"（{'、'.join(result.clauses)}）" if result.clauses else ""
    yield rule(f"{result.ranking}{clauses}", columns)
    if result.as_of is not None:
        yield from labelled("基准日", result.as_of.isoformat(), columns)
    yield from labelled("依据", result.regulation, columns)
    yield from labelled("所据", rests_on(result.basis), columns)
    yield from labelled("名额", result.quota, columns)
    yield from labelled("次序", "、".join(result.heads), columns)
    if result.authority:
        yield from labelled("机关", result.authority, columns)
    yield ""
    wide = max((width(result.label(p.case)) for p in result.placed), default=4)
    for placed in result.placed:
        state = WITHIN[placed.within], {True: "good", False: "faint", None: "open"}[placed.within]
        tied = "  并列" if placed.tied else ""
        keys = "  ".join(placed.keys)
        whose = pad(result.label(placed.case), wide)
        yield f"  {placed.place:>3}  {whose}  {paint(pad(state[0], 6), state[1])}  {keys}{tied}"
    for group in result.ties:
        if group != result.across:
            yield from wrap(
                f"并列：{'、'.join(group)}，{_meaning(result, group)}。", columns, indent="  · ", hanging="    "
            )
    if result.across:
        yield from wrap(
            f"名额线上并列：{'、'.join(result.across)}，由人决定取舍。", columns, indent="  ? ", hanging="    "
        )
    for pending in result.pending:
        lacking = f"，缺 {'、'.join(pending.missing)}" if pending.missing else ""
        yield from wrap(
            f"{result.label(pending.case)}：{pending.reason}{lacking}", columns, indent="  ? ", hanging="    "
        )
    for case, reason in zip(result.excluded, result.excluded_because, strict=True):
        yield from labelled("未入围", f"{result.label(case)}：{reason}", columns)
    for note in result.notes:
        yield from labelled("注意", note, columns)
    if not result.final:
        yield paint("名次未定：有待查或并列须由人决定。", "open")
