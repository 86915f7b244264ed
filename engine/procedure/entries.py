"""What was entered of a history up to a day as one digest, and what differs between two histories, by name. Pure.

Entries count in the order of entering, with their payload, the day they were entered and the files they rest on; so do
withdrawals of them, with the reason. Remarks, and on which line of the file an entry stands, do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.base.basis import Difference
from engine.base.canonical import Plain, digest
from engine.decision.facts import NOTHING, line, shown, typed
from engine.procedure.history import Entry, History, Withdrawal


def history_digest(history: History, as_of: date) -> str:
    """`sha256:…` over the case's number, its name and everything entered about what happened up to `as_of`."""
    return digest([history.case, history.title, [item_plain(item) for item in _upto(history, as_of)]])


def _upto(history: History, as_of: date) -> Iterator[Entry | Withdrawal]:
    """The entries up to the day, and whatever takes one of them back."""
    there = {item.id for item in history.items if isinstance(item, Entry) and item.day <= as_of}
    for item in history.items:
        if (item.target if isinstance(item, Withdrawal) else item.id) in there:
            yield item


def item_plain(item: Entry | Withdrawal) -> dict[str, Plain]:
    """An entry or withdrawal as plain data."""
    if isinstance(item, Withdrawal):
        return {"编号": item.id, "撤回": item.target, "日期": _day(item.day), "理由": item.reason}
    payload = {name: typed(value) for name, value in item.payload.items()}
    days: dict[str, Plain] = {"日期": item.day.isoformat(), "录入日期": _day(item.entered)}
    return {"编号": item.id, "事件": item.event, **days, "案卷": item.case, "载荷": payload}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def entry_differences(before: History, after: History, as_of: date) -> tuple[Difference, ...]:
    """Every entry and withdrawal up to the day that differs, in a line each; none exactly where the digests agree."""
    old, new = ({item.id: item for item in _upto(history, as_of)} for history in (before, after))
    heads = (("案件", before.case, after.case), ("名称", before.title, after.title))
    found = [line(what, one, other) for what, one, other in heads if one != other]
    found += [one for id in dict.fromkeys((*old, *new)) for one in _lines(old.get(id), new.get(id))]
    if not found and list(old) != list(new):
        found.append("录入的先后")
    return (Difference("事实", tuple(found)),) if found else ()


def _lines(before: Entry | Withdrawal | None, after: Entry | Withdrawal | None) -> Iterator[str]:
    if type(before) is not type(after):
        yield line(_label(before or after), _there(before), _there(after))
    elif isinstance(before, Withdrawal) and isinstance(after, Withdrawal):
        parts = (("撤回", before.target, after.target), ("日期", _day(before.day), _day(after.day)))
        for part, old, new in (*parts, ("理由", before.reason, after.reason)):
            if old != new:
                yield line(f"{_label(before)}的{part}", old or NOTHING, new or NOTHING)
    elif isinstance(before, Entry) and isinstance(after, Entry):
        yield from _entry(before, after)


def _entry(before: Entry, after: Entry) -> Iterator[str]:
    days = (("日期", _day(before.day), _day(after.day)), ("录入日期", _day(before.entered), _day(after.entered)))
    for part, old, new in (("事件", before.event, after.event), *days, ("案卷", before.case, after.case)):
        if old != new:
            yield line(f"{_label(before)}的{part}", old or NOTHING, new or NOTHING)
    for name in dict.fromkeys((*before.payload, *after.payload)):
        one, other = before.payload.get(name), after.payload.get(name)
        if typed(one) != typed(other):
            yield line(f"{_label(before)}的{name}", shown(one), shown(other))


def _there(item: Entry | Withdrawal | None) -> str:
    return NOTHING if item is None else "撤回" if isinstance(item, Withdrawal) else item.event


def _label(item: Entry | Withdrawal | None) -> str:
    return "" if item is None else f"{item.id}号"
