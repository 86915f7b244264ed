"""A `Decision` as plain data: Chinese keys in a fixed order, numbers as strings, days as ISO 8601."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date, time
from typing import Any

from engine.decision.core import plain_value
from engine.decision.model import (
    Attached,
    Case,
    Change,
    CriterionResult,
    Decision,
    DutyDue,
    Finding,
    Found,
    Missing,
    Relied,
    Remedy,
    ScoreLine,
    ScoreSheet,
    Seen,
)
from engine.decision.wording import called
from engine.policy.package import Package

KEYS: Mapping[type, Mapping[str, str]] = {
    Decision: {
        "determination": "决定",
        "case": "案件",
        "as_of": "基准日",
        "package": "规范",
        "digest": "规范摘要",
        "outcome": "结果",
        "possible": "可能",
        "nature": "性质",
        "authority": "机关",
        "favourable": "有利",
        "amount": "金额",
        "note": "说明",
        "clauses": "条款",
        "reasons": "决定性",
        "criteria": "准则",
        "facts": "直接依据",
        "obstacles": "阻碍",
        "missing": "待补",
        "remedy": "补救",
        "relied": "依据",
        "documents": "文书",
        "duties": "义务",
        "attached": "附随",
        "scores": "评分",
        "notes": "提示",
        "estimated": "暂估",
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
        "origin": "来源",
    },
    Seen: {"name": "名称", "kind": "种类", "value": "值", "text": "显示", "source": "来源"},
    Finding: {"person": "人", "on": "日期", "reasons": "理由"},
    Found: {"name": "名称", "finding": "认定"},
    Missing: {
        "name": "名称",
        "kind": "种类",
        "label": "说明",
        "question": "问题",
        "evidence": "证据",
        "by": "提供",
        "criteria": "准则",
        "matters": "仍需",
        "clauses": "条款",
    },
    Remedy: {
        "outcome": "目标",
        "reachable": "可达",
        "changes": "改变",
        "remains": "余下",
        "sentence": "表述",
    },
    Change: {"name": "名称", "now": "现为", "to": "改为", "value": "值"},
    Relied: {
        "name": "名称",
        "kind": "种类",
        "text": "内容",
        "source": "来源",
        "package": "规范",
        "clauses": "条款",
        "alternatives": "其他解释",
    },
    DutyDue: {"name": "名称", "who": "主体", "due": "期限", "clauses": "条款", "provisional": "暂估"},
    Attached: {
        "name": "名称",
        "kind": "种类",
        "text": "内容",
        "clauses": "条款",
        "due": "期限",
        "package": "规范",
        "stages": "阶段",
    },
    ScoreSheet: {"name": "名称", "total": "总分", "band": "等次", "lines": "分项", "source": "来源"},
    ScoreLine: {
        "name": "名称",
        "clauses": "条款",
        "full": "满分",
        "mark": "得分",
        "weight": "权重",
        "weighted": "加权得分",
    },
}
"""Class -> attribute -> key, in the order written."""

KINDS = {
    "fact": "事实",
    "table": "记录表",
    "derived": "派生量",
    "parameter": "参数",
    "decision-table": "决定表",
    "score": "评分",
    "criterion": "准则",
    "determination": "决定",
    "interpretation": "解释口径",
    "excuse": "例外理由",
}


def case_plain(package: Package, case: Case, decisions: Sequence[Decision]) -> dict[str, Any]:
    """JSON-ready: a case with its decisions."""
    return {
        "案件": case.id,
        "名称": called(package, case) or None,
        "决定": [to_plain(decision) for decision in decisions],
    }


def to_plain(decision: Decision) -> dict[str, Any]:
    """JSON-ready. The same decision always gives the same data, in the same order."""
    plain = _plain(decision)
    assert isinstance(plain, dict)
    return plain


def _plain(value: Any) -> Any:
    if is_dataclass(value) and type(value) in KEYS:
        keys = KEYS[type(value)]
        return {
            key: KINDS.get(getattr(value, name), "")
            if key == "种类" and type(value) is not Attached
            else _plain(getattr(value, name))
            for name, key in keys.items()
        }
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, date | time):
        return value.isoformat()
    return plain_value(value)
