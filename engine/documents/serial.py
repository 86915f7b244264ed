"""A `DocumentPlan` as plain data and back, equal: Chinese keys in a fixed order, pictures as SVG and Base64."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.base import basis
from engine.base.basis import Basis
from engine.base.codec import Codec, Json, Sort
from engine.documents.lists import Trace
from engine.documents.model import (
    Annex,
    AttachedFile,
    DocumentPlan,
    Evidence,
    LetterCell,
    LetterHead,
    LetterParagraph,
    LetterPicture,
    LetterRow,
    LetterTable,
    Receipt,
)

KEYS: Mapping[type, Mapping[str, str]] = {
    DocumentPlan: {
        "name": "文书",
        "layout": "版式",
        "organ": "机关",
        "number": "文号",
        "title": "标题",
        "title_lines": "标题行",
        "addressee": "主送",
        "body": "正文",
        "annexes": "附件",
        "pages": "附页",
        "copies": "抄送",
        "date": "日期",
        "sample": "样稿",
        "notes": "附注",
        "receipt": "凭据",
        "evidence": "事实",
        "with_facts": "附值",
        "record": "记录",
        "file": "版面文件",
        "mark": "标识文件",
        "cosigners": "联署",
        "head": "版头",
        "attached": "随附文件",
    },
    LetterHead: {"copy": "份号", "secrecy": "密级", "urgency": "紧急程度", "signers": "签发人"},
    LetterParagraph: {"level": "级", "text": "文", "traces": "由"},
    LetterTable: {"head": "表头", "rows": "行"},
    LetterRow: {"cells": "格", "traces": "由"},
    LetterCell: {"text": "文", "width": "宽", "kind": "种类", "signer": "签章人"},
    LetterPicture: {
        "name": "图",
        "text": "图注",
        "alt": "图意",
        "svg": "SVG",
        "png": "PNG",
        "width": "宽",
        "height": "高",
        "traces": "由",
    },
    Trace: {"criterion": "准则", "clauses": "条款", "facts": "事实"},
    Annex: {"label": "标", "title": "题", "title_lines": "题行", "body": "正文"},
    AttachedFile: {"label": "标", "folder": "文件夹", "name": "文件"},
    Receipt: {
        "basis": "所据",
        "case": "案件",
        "determination": "决定",
        "outcome": "结果",
        "document": "文书",
        "code": "凭据码",
        "head": "账本头",
    },
    Evidence: {"name": "名称", "text": "显示", "source": "来源"},
}
"""Class -> attribute -> key, in the order written."""

NAMES: Mapping[type, str] = {
    DocumentPlan: "文书稿",
    LetterHead: "版头",
    LetterParagraph: "段",
    LetterTable: "表",
    LetterRow: "行",
    LetterCell: "格",
    LetterPicture: "图",
    Trace: "理由",
    Annex: "附页",
    AttachedFile: "随附文件",
    Receipt: "凭据",
    Basis: "所据",
    Evidence: "事实",
}

CODEC = Codec(KEYS, NAMES, forms={Basis: Sort(Basis, basis.to_plain, basis.from_plain, basis.SCHEMA)})
"""Document plans as JSON, read back, and as JSON Schema."""


def to_plain(plan: DocumentPlan) -> Json:
    """JSON-ready. The same plan always gives the same data, in the same order."""
    plain: Json = CODEC.to_plain(plan)
    return plain


def from_plain(data: Any) -> DocumentPlan:
    """The plan `to_plain` was given, equal to it. Raises Refused (E706) for anything else."""
    return CODEC.read(DocumentPlan, data)


def schema() -> Json:
    """The JSON Schema of what `to_plain` gives."""
    return CODEC.schema(DocumentPlan)
