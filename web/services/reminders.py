"""What is due, by mail: to the office's own boxes, without names; the party is found by its case's number."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import send_mail

from web.services.queue import GROUPS, Row, of_parties
from web.services.rules import today


def reminded(to: Sequence[str], within: int) -> int:
    """Mails what is overdue or has at most `within` working days left; nothing where there is none. The number of duties.
    Raises OSError (SMTP) where the mail could not be given."""
    found = sorted(
        (row for row in of_parties() if row.left is not None and row.left <= within),
        key=lambda row: (GROUPS.index(row.group), row.due is None, row.due, row.number),
    )
    if found:
        day = today().isoformat()
        send_mail(f"期限提醒 {day}：{len(found)} 项", "\n".join(map(_line, found)) + "\n", None, list(to))
    return len(found)


def _line(row: Row) -> str:
    left = "今天" if row.left == 0 else f"逾期 {row.late} 个工作日" if row.late else f"剩 {row.left} 个工作日"
    due = row.due.isoformat() if row.due else ""
    estimated = f"（暂估：{row.estimated}）" if row.estimated else ""
    return f"{due}　{left}　{row.number}　{row.what}　{row.clauses}　{row.holder}{estimated}"
