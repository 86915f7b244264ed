"""Dated values of one parameter: which of them holds on a day must never be in doubt. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from engine.policy.dated import value_on
from engine.policy.names import Names
from engine.policy.spec.vocabulary import DatedSpec

_DAY = timedelta(days=1)


def check_dates(values: Sequence[DatedSpec], name: str, day: date, names: Names) -> None:
    """Ends before begins, one beginning twice, stated periods that overlap (E329); days without a value (W356).

    A value without 至 gives way to the next 自: that is how a value is changed, and no overlap. Nor is a value that
    begins and ends within another's period: the narrower one holds for a while, then the other again."""
    for dated in values:
        if dated.since and dated.until and dated.until < dated.since:
            message = f"`{name}` 的取值 `{dated.value.text}` 截止在开始之前"
            names.fail("E329", message, dated.value.span, "`至` 不早于 `自`")
            return
    ordered = sorted(values, key=_since)
    for first, second in pairwise(ordered):
        if first.since == second.since:
            message = f"`{name}` 有两个取值从同一天起，分不清用哪个"
            names.fail("E329", message, second.value.span, "给每个取值写不同的 `自`，例如 `自: 2027-01-01`")
            return
    _overlaps(ordered, name, names)
    if ordered and not _gaps(ordered, name, day, names) and value_on(values, day) is None:
        names.fail("W356", f"`{name}` 在 {day.isoformat()} 没有取值", ordered[0].value.span, "补上这一天的取值")


def _since(dated: DatedSpec) -> date:
    return dated.since or date.min


def _overlaps(ordered: Sequence[DatedSpec], name: str, names: Names) -> None:
    for index, first in enumerate(ordered):
        for second in ordered[index + 1 :]:
            if first.until is None or second.since is None or second.since > first.until:
                continue
            if second.until is not None and second.until < first.until:
                continue
            last = min(first.until, second.until or date.max)
            days = _days(second.since, last)
            message = f"`{name}` 的取值 `{first.value.text}` 与 `{second.value.text}` 在 {days} 重叠"
            help_ = f"把 `{first.value.text}` 的 `至` 改为 {second.since - _DAY}，或不写 `至`"
            names.fail("E329", message, second.value.span, help_)


def _gaps(ordered: Sequence[DatedSpec], name: str, day: date, names: Names) -> bool:
    """Notes every stretch between two values that none covers; whether `day` lies in one."""
    within = False
    reached = ordered[0].until
    for dated in ordered[1:]:
        if reached is None:
            break
        if reached < date.max and dated.since is not None and dated.since > reached + _DAY:
            first, last = reached + _DAY, dated.since - _DAY
            names.fail(
                "W356", f"`{name}` 在 {_days(first, last)} 没有取值", dated.value.span, "改 `自` 或 `至`，使日期相接"
            )
            within = within or first <= day <= last
        reached = None if dated.until is None else max(reached, dated.until)
    return within


def _days(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()} 至 {last.isoformat()}"
