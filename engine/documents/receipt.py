"""The receipt of a letter: what it can be recomputed from, and the short code printed on it that names the receipt."""

from __future__ import annotations

from collections.abc import Mapping

from engine.base import basis
from engine.base.canonical import Plain, digest, short_code
from engine.documents.model import Annex, DocumentPlan, LetterParagraph, LetterPicture, LetterTable, Part

LABEL = "凭据码"


def plan_digest(plan: DocumentPlan) -> str:
    """`sha256:…` over everything the letter says and the reasons it gives, whatever format it is written in."""
    said: dict[str, Plain] = {
        "文书": plan.name,
        "版式": plan.layout,
        "机关": plan.organ,
        "文号": plan.number,
        "标题": plan.title,
        "主送": plan.addressee,
        "正文": [_part(part) for part in plan.body],
        "附件": list(plan.annexes),
        "附页": [_page(page) for page in plan.pages],
        "抄送": list(plan.copies),
        "日期": plan.date.isoformat(),
        "样稿": plan.sample,
        "附注": list(plan.notes),
    }
    return digest(said)


def _page(page: Annex) -> Plain:
    return {"标": page.label, "题": page.title, "文": [_part(part) for part in page.body]}


def _part(part: Part) -> Plain:
    traces: list[Plain] = [[t.criterion, list(t.clauses), list(t.facts)] for t in part.traces]
    match part:
        case LetterParagraph():
            return {"级": part.level, "文": part.text, "由": traces}
        case LetterTable():
            rows: list[Plain] = [[[c.text, c.signer] for c in row.cells] for row in (*part.head, *part.rows)]
            return {"表": rows, "由": traces}
        case LetterPicture():
            return {"图": part.svg, "文": part.text, "由": traces}


def receipt_of(plan: DocumentPlan) -> Mapping[str, str]:
    """The receipt under the names people read; each value is one short line."""
    r = plan.receipt
    named = {
        "规范": r.basis.regulation,
        "规范摘要": r.basis.rules,
        "日历": basis.calendar_text(r.basis),
        "事实摘要": basis.facts_of(r.basis),
        basis.LABEL: r.basis.name,
        "案件": r.case,
        "基准日": r.as_of.isoformat(),
        "决定": r.determination,
        "结果": r.outcome,
        "文书": r.document,
        "文号": plan.number,
        "成文日期": plan.date.isoformat(),
        "文书摘要": plan_digest(plan),
        "程序版本": r.basis.release,
    }
    return {LABEL: code_of(named), **named}


def code_of(receipt: Mapping[str, str]) -> str:
    """`3F2A-91BC-07DE`: the first digits of the receipt's SHA-256, in fours."""
    return short_code({name: value for name, value in receipt.items() if name != LABEL})


def printed_code(plan: DocumentPlan) -> str:
    """The line printed on the letter: `凭据码 3F2A-91BC-07DE`."""
    return f"{LABEL} {receipt_of(plan)[LABEL]}"


def qr_text(plan: DocumentPlan) -> str:
    """What a QR code on a plaque or badge says: enough to ask the office for the record, in a line."""
    r = receipt_of(plan)
    return f"{r[LABEL]} {r['案件']} {r['决定']} {r['结果']} {r['基准日']} {r[basis.LABEL]}"
