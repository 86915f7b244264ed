"""The receipt of a letter: what it can be recomputed from, and the short code printed on it that names the receipt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace

from engine.base import basis
from engine.base.canonical import Plain, canonical, digest, short_code
from engine.base.classes import dataclass
from engine.documents.model import Annex, DocumentPlan, LetterHead, LetterParagraph, LetterPicture, LetterTable, Part
from engine.record import codes

LABEL, HEAD, SELF = "凭据码", "账本头", "凭据摘要"
"""Of a receipt: its code; the head of the ledger it was entered in; its own digest, where the code was made with a key."""


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
    if plan.cosigners or plan.head != LetterHead():  # most letters have neither, and keep the digest they had
        said["联署"], said["版头"] = list(plan.cosigners), [list(plan.head.markings), list(plan.head.signers)]
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
    if r.head:
        named[HEAD] = r.head
    if r.code:
        return {LABEL: r.code, **named, SELF: digest(named)}
    return {LABEL: code_of(named), **named}


def code_of(receipt: Mapping[str, str], key: bytes = b"") -> str:
    """`14R9-07SY-R4D3`: the code of everything else the receipt says; with the office's key one that nobody can guess."""
    return codes.code_of(canonical(_said(receipt)), key)


def agrees(receipt: Mapping[str, str]) -> bool:
    """Whether the receipt is the one its code names. A code made with a key cannot be made again without it: then the receipt
    carries a digest of its own. Older letters have a code of hexadecimal digits."""
    if SELF in receipt:
        return receipt[SELF] == digest(_said(receipt)) and codes.typed(receipt.get(LABEL, "")) is not None
    return receipt.get(LABEL) in (code_of(receipt), short_code(_said(receipt)))


def _said(receipt: Mapping[str, str]) -> dict[str, Plain]:
    return {name: value for name, value in receipt.items() if name not in (LABEL, SELF)}


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a letter is given besides its number: with the office's `key` (b"": none) its code, and the `head` of its ledger.
    `known`: digest of a letter -> code and head it was given before, which it keeps."""

    key: bytes = b""
    head: str = ""
    known: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def on(self, plan: DocumentPlan) -> DocumentPlan:
        """The letter, numbered and dated, with both."""
        code, head = self.known.get(plan_digest(plan), ("", self.head))
        plan = given(plan, "", head)
        plain = receipt_of(plan)[LABEL]
        code = code or (code_of(receipt_of(plan), self.key) if self.key else plain)
        return plan if code == plain else given(plan, code, head)


def given(plan: DocumentPlan, code: str, head: str) -> DocumentPlan:
    """The letter with this code, "" for the one that follows from it, and this head."""
    return replace(plan, receipt=replace(plan.receipt, code=code, head=head))


def as_given(plan: DocumentPlan, receipt: Mapping[str, str]) -> DocumentPlan:
    """The letter with the code and the head that the `receipt` of a finished one has."""
    return given(plan, receipt.get(LABEL, "") if SELF in receipt else "", receipt.get(HEAD, ""))


def printed_code(plan: DocumentPlan) -> tuple[str, ...]:
    """What is printed on the letter, a line each: `凭据码 14R9-07SY-R4D3`, and where there is a ledger the head of it."""
    head = plan.receipt.head
    return (f"{LABEL} {receipt_of(plan)[LABEL]}", *([f"{HEAD} {head}"] if head else []))


def qr_text(plan: DocumentPlan) -> str:
    """What a QR code on a plaque or badge says: enough to ask the office for the record, in a line."""
    r = receipt_of(plan)
    return f"{r[LABEL]} {r['案件']} {r['决定']} {r['结果']} {r['基准日']} {r[basis.LABEL]}"
