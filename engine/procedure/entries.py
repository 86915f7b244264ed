"""What was entered of a history up to a day as one digest. Pure.

Entries count in the order of entering, with their payload, the day they were entered and the files they rest on; so do
withdrawals of them, with the reason. Remarks, and on which line of the file an entry stands, do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.base.canonical import Plain, digest
from engine.decision.facts import typed
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
