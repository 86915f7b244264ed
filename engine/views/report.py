"""A report that the program makes for people of the office to print and sign: a document like any other, set as 报告."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from engine.base.basis import Basis
from engine.documents import titles
from engine.documents.model import DocumentPlan, Part, Receipt

LAYOUT = "报告"


def signing(role: str) -> str:
    """The line to sign on: `审计人（签名）：`, with room after it."""
    return f"{role}（签名）：　　　　　　"


def report(
    name: str, role: str, title: str, body: Iterable[Part], day: date, basis: Basis, about: str, head: str = ""
) -> DocumentPlan:
    """The report `name` made on `day`, to be signed by a person of that role; what it is `about`, what it rests on (`basis`)
    and the ledger's `head` stand in its receipt."""
    return DocumentPlan(
        name=name,
        layout=LAYOUT,
        organ=signing(role),
        number="",
        title=title,
        title_lines=titles.broken(title),
        addressee="",
        body=tuple(body),
        annexes=(),
        date=day,
        sample=False,
        notes=(),
        receipt=Receipt(basis, about, "", "", name, head=head),
    )
