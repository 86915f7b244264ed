"""The fields a layout may use, under the names the document office sees, and their values for one plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.documents.layouts import LAYOUTS
from engine.documents.plan import DocumentPlan
from engine.documents.typography import columns, long_date

Schema = Mapping[str, "str | Schema"]
"""Field -> what it holds; a mapping is a list whose items have those fields."""

FIELDS: Schema = {
    "版式": "版式名称，如 `公文`",
    "红头": "是否印发文机关标志、发文字号和红线",
    "标志": "发文机关标志，如 `福州市商务局文件`",
    "版记": "是否印版记",
    "发文机关": "署名机关的名称",
    "发文字号": "如 `榕人社〔2026〕1号`；没有时为空",
    "标题": "标题，长标题已按词意分行",
    "标题行": {"文": "标题的一行"},
    "主送": "主送机关，不带冒号；没有时为空",
    "正文": {"级": "0 正文，1 至 4 各级标题", "文": "一段文字", "末": "是否最后一段"},
    "附件": {"序": "附件序号；只有一件时为空", "名": "附件名称", "首": "是否第一件"},
    "成文日期": "如 `2026年1月5日`",
    "附注": {"文": "附注，不带括号"},
    "样稿": "是否样稿（规范尚未施行）",
    "印发日期": "同成文日期",
    "凭据": "可据以重算本件的凭据：规范、摘要、案件、基准日",
    "字距缩放": "发文机关标志的横向缩放，百分数",
    "署名右空": "署名右端空出的字数（百分之一字）",
    "日期右空": "成文日期右端空出的字数（百分之一字）",
}

PDF_FIELDS: Schema = {
    "正文": {
        "级": "0 正文，1 至 4 各级标题",
        "文": "一段文字",
        "末": "是否最后一段",
        "行": {"文": "一行", "距": "字距，em"},
    },
    "缩放": "发文机关标志的横向缩放，0 至 1",
    "日期": "成文日期，如 `2026-01-05`",
    "署名右移": "署名右端空出的字数",
    "日期右移": "日期右端空出的字数",
}
"""What .html layouts may use besides: lines already broken and spaced."""

LINE_CHARACTERS = 28
MARK_POINTS = 44
"""发文机关标志: its type size before it is narrowed to fit one line."""


def fields(plan: DocumentPlan) -> dict[str, Any]:
    """`plan` as plain data under the names of `FIELDS`."""
    single = len(plan.annexes) == 1
    layout = LAYOUTS[plan.layout]
    mark = plan.organ + (layout.mark or "")
    right, organ_right = closing_indents(plan.organ, long_date(plan.date))
    return {
        "版式": plan.layout,
        "红头": layout.mark is not None,
        "标志": mark,
        "版记": layout.imprint,
        "发文机关": plan.organ,
        "发文字号": plan.number,
        "标题": plan.title,
        "标题行": [{"文": line} for line in plan.title_lines],
        "主送": plan.addressee,
        "正文": [{"级": p.level, "文": p.text, "末": place == len(plan.body)} for place, p in enumerate(plan.body, 1)],
        "附件": [
            {"序": "" if single else f"{place}.", "名": name, "首": place == 1}
            for place, name in enumerate(plan.annexes, 1)
        ],
        "成文日期": long_date(plan.date),
        "附注": [{"文": note} for note in plan.notes],
        "样稿": plan.draft,
        "印发日期": long_date(plan.date),
        "凭据": receipt_text(plan),
        "字距缩放": mark_scale(mark),
        "署名右空": round(organ_right * 100),
        "日期右空": round(right * 100),
    }


def receipt_text(plan: DocumentPlan) -> str:
    """`fuzhou… sha256:1a2b… FZ-2026-001 2026-11-23 认定审查 认定 认定通知`: one line a replay can be started from."""
    r = plan.receipt
    return f"{r.package} {r.digest} {r.case} {r.as_of.isoformat()} {r.determination} {r.outcome} {r.document}"


def mark_scale(mark: str) -> int:
    """Per cent by which the mark is narrowed to fit 156 mm; at most 90, at least 40."""
    room = LINE_CHARACTERS * 15.79 / MARK_POINTS
    return max(40, min(90, int(100 * room / max(1.0, columns(mark)))))


def closing_indents(organ: str, day: str) -> tuple[float, float]:
    """Characters left free to the right of the date (4, more under a long organ) and of the organ centred over it."""
    date_width, organ_width = columns(day), columns(organ)
    right = max(4.0, (organ_width - date_width) / 2)
    return right, max(0.0, right + (date_width - organ_width) / 2)
