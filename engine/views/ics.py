"""Deadlines as an iCalendar file (RFC 5545), for the calendars people already use. Deterministic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256

from engine.base.text import clauses_text
from engine.procedure.sweep import Due

_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def calendar(found: Sequence[Due], as_of: date, name: str = "规矩：待办") -> str:
    """One all-day entry for every deadline; what has no day is left out. Lines end in CRLF and are at most 75 octets."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//guiju//due//ZH",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    for item in found:
        lines += _entry(item, as_of)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in fold(line))


def _entry(item: Due, as_of: date) -> Iterator[str]:
    duty = item.duty
    day = duty.due or duty.start
    if day is None:
        return
    uid = sha256("\0".join((item.case, *duty.key)).encode()).hexdigest()[:32]
    period = f"（{duty.period}）" if duty.period else ""
    said = [f"{item.group}；状态 {item.state}；{duty.who}；依 {clauses_text(duty.clauses)}"]
    said += [duty.provisional] if duty.provisional else []
    said += [f"可以出具：{'、'.join(item.documents)}"] if item.documents else []
    yield "BEGIN:VEVENT"
    yield f"UID:{uid}@guiju"
    yield f"DTSTAMP:{as_of:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + timedelta(1):%Y%m%d}"
    yield f"SUMMARY:{_text(f'{item.title or item.case}：{duty.name}{period}')}"
    yield f"DESCRIPTION:{_text(chr(10).join(said))}"
    yield f"CATEGORIES:{_text(item.group)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(text: str) -> str:
    return text.translate(_ESCAPES)


def fold(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, the later ones begun by a blank; no character is cut."""
    piece, size = "", 0
    for char in line:
        octets = len(char.encode())
        if size + octets > 75:
            yield piece
            piece, size = " ", 1
        piece, size = piece + char, size + octets
    yield piece
