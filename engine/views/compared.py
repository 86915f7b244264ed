"""Two decisions of one case held against each other, as people and programs read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from engine.base.basis import sentence
from engine.base.text import wrap
from engine.office.stored import DecidedAgain
from engine.views.decision import COLUMNS
from engine.views.paint import Paint


def text(found: Sequence[DecidedAgain], paint: Paint) -> Iterator[str]:
    """Each determination: what it came to before and now, what else differs, and in what its basis does."""
    for one in found:
        where = f"（账本{one.where}）" if one.where else ""
        yield f"{one.case}  {one.determination}{where}  {paint(_outcome(one), _role(one))}"
        for detail in one.shift.details if one.shift else ():
            said = f"{detail.what}：{detail.before or '—'} → {detail.after or '—'}"
            yield from wrap(said, COLUMNS, indent="    ", hanging="      ")
        if one.before and one.after:
            said = sentence(one.basis) if one.basis else "全部相同"
            yield from wrap(f"所据  {said}", COLUMNS, indent="    ", hanging="          ")


def _outcome(one: DecidedAgain) -> str:
    if one.before is None or one.after is None:
        return "只在现在的里面" if one.before is None else "只在原来的里面"
    before, after = (decision.outcome or "尚不能作出" for decision in (one.before, one.after))
    if before != after:
        return f"{before} → {after}"
    return f"{before}（结果相同{'，理由或后果不同' if one.shift else '，理由相同'}）"


def _role(one: DecidedAgain) -> str:
    return "bad" if one.shift is not None and one.shift.turned else "open" if one.shift else "good"


def to_plain(one: DecidedAgain) -> dict[str, Any]:
    """The same as plain data."""
    details = one.shift.details if one.shift else ()
    return {
        "案件": one.case,
        "账本": one.where or None,
        "决定": one.determination,
        "原": one.before.outcome if one.before else None,
        "现": one.after.outcome if one.after else None,
        "另外": [{"项": detail.what, "原": detail.before, "现": detail.after} for detail in details],
        "所据": [{"项": difference.part, "不同": list(difference.what)} for difference in one.basis],
    }
