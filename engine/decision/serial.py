"""A `Decision` as plain data and back, equal: Chinese keys in a fixed order, numbers as strings, days as ISO 8601."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.base import basis
from engine.base.basis import Basis
from engine.base.codec import ADDED, DIALECT, Codec, Json, Sort
from engine.base.problem import Cell, Pointer, Span
from engine.decision.case import Case, Finding
from engine.decision.model import (
    ADVERSE,
    AMOUNT,
    BESIDE,
    CONDITION,
    COUNTED,
    HOLDS,
    LACKING,
    NOT_APPLICABLE,
    SCORE,
    UNCLEAR,
    VERDICTS,
    Attached,
    CriterionResult,
    Decision,
    LimbResult,
    Missing,
    NamedFinding,
    NotApplicable,
    ObligationDue,
    PremiseResult,
    RecordCount,
    Relied,
    Remedy,
    RemedyChange,
    ScoreLine,
    ScoreSheet,
    Seen,
    Taken,
    Working,
)
from engine.decision.wording import called
from engine.policy.package import Package

KEYS: Mapping[type, Mapping[str, str]] = {
    Decision: {
        "determination": "决定",
        "case": "案件",
        "as_of": "基准日",
        "basis": "所据",
        "outcome": "结果",
        "possible": "可能",
        "premises": "前提",
        "nature": "性质",
        "authority": "机关",
        "favourable": "有利",
        "amount": "金额",
        "note": "说明",
        "clauses": "条款",
        "reasons": "决定性",
        "opened": "启动",
        "grounds": "只凭",
        "criteria": "准则",
        "facts": "直接依据",
        "found": "直接判断",
        "obstacles": "阻碍",
        "missing": "待补",
        "remedy": "补救",
        "relied": "依据",
        "documents": "文书",
        "duties": "义务",
        "attached": "附随",
        "scores": "评分",
        "workings": "计算",
        "notes": "提示",
        "estimated": "暂估",
    },
    PremiseResult: {
        "sentence": "须",
        "verdict": "情况",
        "first": "先",
        "who": "主体",
        "clauses": "条款",
        "stated": "案卷写明",
    },
    CriterionResult: {
        "name": "名称",
        "verdict": "结论",
        "strength": "强度",
        "groups": "组",
        "clauses": "条款",
        "sentence": "要求",
        "seen": "所见",
        "reasons": "决定性",
        "message": "说明",
        "remedy": "补救",
        "excused": "例外理由",
        "refused": "不予例外",
        "found": "判断",
        "limbs": "各项",
        "counted": "作用",
        "rests": "据于",
        "origin": "来源",
    },
    LimbResult: {"sentence": "要求", "verdict": "结论", "message": "说明", "remedy": "补救"},
    Seen: {"name": "名称", "kind": "种类", "value": "值", "text": "显示", "source": "来源"},
    Finding: {"person": "人", "on": "日期", "reasons": "理由"},
    NamedFinding: {"name": "名称", "finding": "认定"},
    Missing: {
        "name": "名称",
        "kind": "种类",
        "label": "说明",
        "question": "问题",
        "evidence": "证据",
        "by": "提供",
        "criteria": "准则",
        "matters": "仍需",
        "reopens": "填报后可能改变",
        "clauses": "条款",
        "places": "位置",
    },
    Span: {"file": "文件", "line": "行", "column": "列", "end_line": "止行", "end_column": "止列", "cell": "格"},
    Cell: {"file": "文件", "ref": "格"},
    Pointer: {"file": "文件", "path": "项"},
    Remedy: {
        "outcome": "目标",
        "reachable": "可达",
        "changes": "改变",
        "remains": "余下",
        "sentence": "表述",
        "alternatives": "或者",
    },
    RemedyChange: {"name": "名称", "now": "现为", "to": "改为", "value": "值"},
    Relied: {
        "name": "名称",
        "kind": "种类",
        "text": "内容",
        "source": "来源",
        "package": "规范",
        "clauses": "条款",
        "alternatives": "其他解释",
        "stated": "写入理由",
    },
    ObligationDue: {"name": "名称", "who": "主体", "due": "期限", "clauses": "条款", "provisional": "暂估"},
    Attached: {
        "name": "名称",
        "kind": "种类",
        "text": "内容",
        "clauses": "条款",
        "due": "期限",
        "package": "规范",
        "stages": "阶段",
    },
    Working: {
        "name": "名称",
        "kind": "种类",
        "ends": "用于",
        "formula": "算式",
        "taken": "适用",
        "put_in": "代入",
        "value": "值",
        "text": "得数",
        "figures": "数值",
        "source": "来源",
        "clauses": "条款",
        "place": "位置",
    },
    Taken: {"text": "说明", "place": "位置"},
    ScoreSheet: {"name": "名称", "total": "总分", "band": "等次", "lines": "分项", "source": "来源"},
    ScoreLine: {
        "name": "名称",
        "clauses": "条款",
        "full": "满分",
        "mark": "得分",
        "weight": "权重",
        "weighted": "加权得分",
        "weighted_full": "加权满分",
    },
}
"""Class -> attribute -> key, in the order written."""

NAMES: Mapping[type, str] = {
    Decision: "决定",
    PremiseResult: "前提",
    Basis: "所据",
    CriterionResult: "准则结果",
    LimbResult: "要求项",
    Seen: "所见",
    Finding: "认定",
    NamedFinding: "判断",
    Missing: "待补",
    Span: "文字位置",
    Cell: "单元格",
    Pointer: "数据位置",
    Remedy: "补救",
    RemedyChange: "改变",
    Relied: "依据",
    ObligationDue: "义务",
    Attached: "附随",
    Working: "算式",
    Taken: "适用",
    ScoreSheet: "评分",
    ScoreLine: "分项",
}

KINDS = {
    "": "",
    "fact": "事实",
    "table": "记录表",
    "derived": "派生量",
    "parameter": "参数",
    "decision-table": "决定表",
    "score": "评分",
    "criterion": "准则",
    "determination": "决定",
    "amount": "金额",
    "interpretation": "解释口径",
    "excuse": "例外理由",
}

_RECORDS: Json = {
    "type": "object",
    "properties": {"记录": {"type": "integer", "minimum": 0}},
    "required": ["记录"],
    "additionalProperties": False,
}
CODEC = Codec(
    KEYS,
    NAMES,
    words={
        **{(class_, "kind"): KINDS for class_ in (Seen, Missing, Relied, Working)},
        (PremiseResult, "verdict"): {verdict: verdict for verdict in (HOLDS, LACKING, UNCLEAR)},
        (CriterionResult, "verdict"): {verdict: verdict for verdict in VERDICTS},
        (CriterionResult, "counted"): {word: word for word in (ADVERSE, COUNTED, BESIDE)},
        (Working, "ends"): {word: word for word in (AMOUNT, SCORE, CONDITION)},
        (LimbResult, "verdict"): {verdict: verdict for verdict in ("满足", "未满足", "待查明")},
    },
    values=frozenset({(Seen, "value"), (RemedyChange, "value"), (Working, "value")}),
    forms={Basis: Sort(Basis, basis.to_plain, basis.from_plain, basis.SCHEMA)},
    sorts={
        "记录表": Sort(
            RecordCount, lambda value: {"记录": value.count}, lambda data: RecordCount(int(data["记录"])), _RECORDS
        ),
        "不适用": Sort(NotApplicable, str, lambda _: NOT_APPLICABLE, {"const": str(NOT_APPLICABLE)}),
    },
)
"""Decisions as JSON, read back, and as JSON Schema."""


def case_plain(package: Package, case: Case, decisions: Sequence[Decision]) -> dict[str, Any]:
    """JSON-ready: a case with its decisions."""
    return {
        "案件": case.id,
        "名称": called(package, case) or None,
        "决定": [to_plain(decision) for decision in decisions],
    }


def to_plain(decision: Decision) -> dict[str, Any]:
    """JSON-ready. The same decision always gives the same data, in the same order."""
    plain: dict[str, Any] = CODEC.to_plain(decision)
    return plain


def from_plain(data: Any) -> Decision:
    """The decision `to_plain` was given, equal to it. Raises Refused (E706) for anything else."""
    return CODEC.read(Decision, data)


def schema() -> Json:
    """The JSON Schema of what `decide --json` prints for a case; one decision is its `#/$defs/决定`."""
    decision = CODEC.schema(Decision)
    properties: Json = {
        "案件": {"type": "string"},
        "名称": {"type": ["string", "null"]},
        "决定": {"type": "array", "items": {"$ref": decision["$ref"]}},
    }
    head: Json = {"$schema": DIALECT, "title": "案件的决定", "type": "object", "properties": properties | ADDED}
    return head | {"required": list(properties), "additionalProperties": False, "$defs": decision["$defs"]}
