"""A finished letter's paragraphs with the criterion, clauses and facts behind each, as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from engine.base.problem import Problem, Refused
from engine.base.text import clauses_text, wrap
from engine.documents.trace import Letter, Reason, Told
from engine.views.decision import COLUMNS, rule
from engine.views.paint import Paint, uncoloured

_SHOWN = (
    *("凭据码", "规范", "案件", "基准日", "决定", "结果", "文号", "成文日期"),
    *("所据码", "规范摘要", "日历", "事实摘要", "程序版本"),
)
OPENING = 24
"""Characters of a paragraph shown in the list of all."""

_INNER = str.maketrans("“”", "‘’")
"""Quotation marks within quotation marks (GB/T 15834)."""


def explain_letter(
    path: Path, number: int | None, paint: Paint = uncoloured, recount: Callable[[Letter], Letter] | None = None
) -> Iterator[str]:
    """The letter in a file (edge): paragraph `number`, or every paragraph in a line. `recount` finds the values behind
    its reasons in the case."""
    from engine.documents.embedded import read_trace

    letter = read_trace(path)
    letter = recount(letter) if recount is not None else letter
    yield from everything(letter, paint) if number is None else paragraph(letter, number, paint)


def paragraph(letter: Letter, number: int, paint: Paint = uncoloured) -> Iterator[str]:
    """Paragraph `number` (from 1) and its reasons. Refused (E652): there is no such paragraph."""
    if not 1 <= number <= len(letter.told):
        message = f"`{letter.file}` 没有第 {number} 段，共 {len(letter.told)} 段"
        raise Refused(Problem("E652", message, help=f"用 `guiju explain {letter.file}` 列出各段"), 2)
    one = letter.told[number - 1]
    yield rule(f"{letter.receipt.get('文书', '')} 第{number}段", COLUMNS)
    inside = one.text.translate(_INNER)
    yield from wrap(f"“{inside}”" if inside else "（没有文字）", COLUMNS, indent="  ")
    yield ""
    yield from _reasons(one)
    if not letter.values and any(reason.facts for reason in one.reasons):
        yield "  事实的数值和出处不在文件里；加上 --case 案件，从案件查出。"
    yield ""
    yield from _receipt(letter, paint)


def everything(letter: Letter, paint: Paint = uncoloured) -> Iterator[str]:
    """Every paragraph in a line, then the receipt."""
    yield rule(f"{letter.receipt.get('文书', '')}（{letter.file}）", COLUMNS)
    for number, one in enumerate(letter.told, 1):
        text = one.text if len(one.text) <= OPENING else one.text[:OPENING] + "…"
        basis = "、".join(dict.fromkeys(c for r in one.reasons for c in r.clauses).keys())
        shown = f"  ← {clauses_text(basis.split('、'))}" if basis else ""
        yield from wrap(f"{number:>3} {_KINDS[one.kind]}{text}{shown}", COLUMNS, hanging=" " * 6)
    yield ""
    yield from _receipt(letter, paint)


_KINDS = {"标题": "【标题】", "段": "", "行": "【表】", "图": "【图】"}


def _reasons(one: Told) -> Iterator[str]:
    said = [reason for reason in one.reasons if reason.criterion or reason.clauses or reason.facts]
    if not said:
        what = "小标题" if one.kind == "标题" else "固定文字"
        yield f"  {what}，没有准则或事实作依据（措辞在政策包的文书中）。"
    for reason in said:
        yield from _reason(reason)


def _reason(reason: Reason) -> Iterator[str]:
    if reason.criterion:
        yield from wrap(f"准则  {reason.criterion}", COLUMNS, indent="  ", hanging=" " * 8)
    if reason.clauses:
        yield from wrap(f"条款  {clauses_text(reason.clauses)}", COLUMNS, indent="  ", hanging=" " * 8)
    for fact in reason.facts:
        value = f" = {fact.text}" if fact.text else ""
        source = f"  ← {fact.source}" if fact.source else ""
        yield from wrap(f"事实  {fact.name}{value}{source}", COLUMNS, indent="  ", hanging=" " * 8)


def _receipt(letter: Letter, paint: Paint) -> Iterator[str]:
    for fault in (*letter.faults, *letter.altered):
        yield from (paint(line, "bad") for line in wrap(f"注意：{fault}", COLUMNS, hanging="      "))
    yield from wrap(f"{letter.unsaid}。", COLUMNS) if letter.unsaid else ()
    for name in _SHOWN:
        if letter.receipt.get(name):
            yield f"{name}：{letter.receipt[name]}"
    yield from wrap(f"与案件今天所据的相比：{letter.since}。", COLUMNS, hanging="  ") if letter.since else ()
