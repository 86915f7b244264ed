"""The fields a layout may use, under the names the document office sees, and their values for one plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, chain, pairwise
from typing import Any

from engine.base.text import long_date
from engine.documents.closing import EM, LINE_CHARACTERS, SIGNERS_A_LINE, closing_indents, signed_rows
from engine.documents.layouts import LAYOUTS
from engine.documents.model import NUMBER, DocumentPlan, LetterPicture, LetterRow, LetterTable, Part
from engine.documents.receipt import printed_code
from engine.documents.text_points import SIGNED_BY
from engine.documents.typography import columns, leading

Schema = Mapping[str, "str | Schema"]
"""Field -> what it holds; a mapping is a list whose items have those fields."""

CELLS: Schema = {
    "文": "格中的文字",
    "宽": "占几个字宽，一行共 28",
    "跨": "占表的几列",
    "类": "`栏目` 列的栏目，`值` 内容，`中` 居中的内容，`节` 分节行；表单的 `项` 栏目、`填` 填写的内容、`签章` 供签署的格",
    "签": "签章格的签名行，如 `核查人（签名）：`",
}
ROWS: Schema = {"格": CELLS, "节": "是否分节行"}
PARTS: Schema = {
    "类": "`段` 标题或段落，`表` 表格，`图` 图",
    "级": "0 正文，1 至 4 各级标题",
    "文": "一段文字；图的题名",
    "楷": "第二层（（一）……）的段落用楷体的首句；别的段落为空",
    "余": "首句以外的文字",
    "末": "是否最后一段",
    "列": {"宽": "表的一列宽几毫米，共 156"},
    "头": ROWS,
    "体": ROWS,
    "短": "表是否不过十二行，宜排在一面",
    "图": "图的序号，印在图所在的位置",
    "图宽": "图的宽度，毫米",
    "替": "图的内容说明",
}
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
    "正文": PARTS,
    "附件": {"序": "附件序号；只有一件时为空", "名": "附件名称", "首": "是否第一件"},
    "附页": {"标": "如 `附件2`", "题": "附件的标题", "题行": {"文": "标题的一行"}, "正文": PARTS},
    "成文日期": "如 `2026年1月5日`",
    "附注": {"文": "附注，不带括号"},
    "抄送": "抄送机关，以逗号隔开；没有时为空",
    "版头标注": {"文": "份号、密级和保密期限、紧急程度中写了的，自上而下各一项", "首": "是否第一项"},
    "签发人": {
        "头": "第一行是 `签发人：`，其余为空",
        "签名": "一行的姓名，以制表位隔开",
        "人": {"姓名": "一个姓名；末行不足的为空"},
        "末": "是否最后一行，发文字号与它同行",
    },
    "联署": {
        "行": "联合行文时一行的各署名机关，以制表位隔开；只有一个机关的没有",
        "机关": {"名": "一个机关", "右移": "它右端空出的字数", "心": "它的中心到版心右边缘的字数"},
        "末": "是否最后一行，成文日期在它之下",
    },
    "样稿": "是否样稿（规范尚未施行）",
    "印发日期": "同成文日期",
    "凭据": "可据以重算本件的凭据：规范、摘要、案件、基准日",
    "字距缩放": "发文机关标志的横向缩放，百分数",
    "署名右空": "署名右端空出的字数（百分之一字）",
    "日期右空": "成文日期右端空出的字数（百分之一字）",
}

LINED: Schema = {**PARTS, "行": {"文": "一行", "楷": "其中用楷体的", "余": "其余", "距": "字距，em"}}
PDF_FIELDS: Schema = {
    "正文": LINED,
    "附页": {"标": "如 `附件2`", "题": "附件的标题", "题行": {"文": "标题的一行"}, "正文": LINED},
    "签发宽": "签发人的姓名排成列，一列的字数",
    "缩放": "发文机关标志的横向缩放，0 至 1",
    "日期": "成文日期，如 `2026-01-05`",
    "署名右移": "署名右端空出的字数",
    "日期右移": "日期右端空出的字数",
    "印章右移": "印章中心到版心右边缘的字数",
}
"""What .html layouts may use besides: lines already broken and spaced."""

SHORT = 12
"""Rows of a table that is better moved to the next page whole than parted."""
MARK_MOST = 25
"""Characters of the mark that fit on one line at its narrowest."""
MARK_POINTS = 44
"""发文机关标志: its type size before it is narrowed to fit one line."""


def fields(plan: DocumentPlan) -> dict[str, Any]:
    """`plan` as plain data under the names of `FIELDS`."""
    single = len(plan.annexes) == 1
    layout = LAYOUTS[plan.layout]
    mark = plan.organ + (layout.mark or "")
    right, organ_right = closing_indents((plan.organ, *plan.cosigners), long_date(plan.date))
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
        "正文": list(_parts(plan.body, 0)),
        "附件": [
            {"序": "" if single else f"{place}.", "名": name, "首": place == 1}
            for place, name in enumerate(plan.annexes, 1)
        ],
        "附页": list(_pages(plan)),
        "成文日期": long_date(plan.date),
        "附注": [{"文": note} for note in (*plan.notes, *printed_code(plan))],
        "抄送": "，".join(plan.copies),
        "版头标注": [{"文": text, "首": place == 0} for place, text in enumerate(plan.head.markings)],
        "签发人": _signers(plan.head.signers),
        "联署": _joint(plan),
        "样稿": plan.sample,
        "印发日期": long_date(plan.date),
        "凭据": receipt_text(plan),
        "字距缩放": mark_scale(mark),
        "署名右空": round(organ_right * 100),
        "日期右空": round(right * 100),
    }


def _signers(names: Sequence[str]) -> list[dict[str, Any]]:
    rows = [names[at : at + SIGNERS_A_LINE] for at in range(0, len(names), SIGNERS_A_LINE)]
    return [
        {
            "头": SIGNED_BY if place == 1 else "",
            "签名": "\t".join(row),
            "人": [{"姓名": name} for name in (*row, *[""] * (len(rows[0]) - len(row)))],
            "末": place == len(rows),
        }
        for place, row in enumerate(rows, 1)
    ]


def _joint(plan: DocumentPlan) -> list[dict[str, Any]]:
    rows = signed_rows((plan.organ, *plan.cosigners), long_date(plan.date)) if plan.cosigners else ()
    return [
        {
            "行": "".join(f"\t{organ}" for organ, _ in row),
            "机关": [
                {"名": organ, "右移": f"{middle - columns(organ) / 2:.3f}", "心": f"{middle:.3f}"}
                for organ, middle in row
            ],
            "末": row is rows[-1],
        }
        for row in rows
    ]


def _parts(parts: Sequence[Part], pictures: int) -> Iterator[dict[str, Any]]:
    """`pictures` have come before; each is called by its number."""
    for place, part in enumerate(parts, 1):
        said: dict[str, Any] = {"类": "段", "级": part.level, "文": part.text, "末": place == len(parts)}
        lead = 0 if part.level else leading(part.text)
        said |= {"楷": part.text[:lead], "余": part.text[lead:]}
        said |= {"列": [], "头": [], "体": [], "短": False, "图": "", "图宽": "", "替": ""}
        if isinstance(part, LetterTable):
            edges = _edges(part)
            said |= {
                "类": "表",
                "文": "",
                "列": [{"宽": f"{(b - a) * EM:.4f}"} for a, b in pairwise(edges)],
                "头": _rows(part.head, edges),
                "体": _rows(part.rows, edges),
                "短": sum(map(_lines, part.rows)) <= SHORT,
            }
        elif isinstance(part, LetterPicture):
            pictures += 1
            said |= {"类": "图", "图": str(pictures), "图宽": f"{part.width:.1f}", "替": part.alt}
        yield said


def _lines(row: LetterRow) -> int:
    return max((cell.text.count("\n") for cell in row.cells), default=0) + 1


def _edges(table: LetterTable) -> list[int]:
    """Where the columns begin that the rows divide a table into, and where the last one ends, in characters from the left."""
    ends = (accumulate(cell.width for cell in row.cells) for row in (*table.head, *table.rows))
    return sorted({0, *chain.from_iterable(ends)})


def _rows(rows: Sequence[LetterRow], edges: Sequence[int]) -> list[dict[str, Any]]:
    return [
        {"节": any(c.kind == "节" for c in row.cells), "格": list(_cells(row, {at: n for n, at in enumerate(edges)}))}
        for row in rows
    ]


def _cells(row: LetterRow, columns_at: Mapping[int, int]) -> Iterator[dict[str, str]]:
    start = 0
    for cell in row.cells:
        end = start + cell.width
        kind = "填" if cell.kind == NUMBER else cell.kind
        span = str(columns_at[end] - columns_at[start])
        yield {"文": cell.text, "宽": str(cell.width), "跨": span, "类": kind, "签": cell.signer}
        start = end


def _pages(plan: DocumentPlan) -> Iterator[dict[str, Any]]:
    before = pictures_in(plan.body)
    for page in plan.pages:
        lines = [{"文": line} for line in page.title_lines]
        text = "\n".join(page.title_lines)
        yield {"标": page.label, "题": text, "题行": lines, "正文": list(_parts(page.body, before))}
        before += pictures_in(page.body)


def pictures_in(parts: Sequence[Part]) -> int:
    """How many pictures there are among the parts of a letter."""
    return sum(isinstance(part, LetterPicture) for part in parts)


def receipt_text(plan: DocumentPlan) -> str:
    """`fuzhou… sha256:1a2b… 7C31-90AA-52E1 FZ-2026-001 2026-11-23 认定审查 认定 认定通知`: one line a replay can be
    started from."""
    r = plan.receipt
    rules, day = f"{r.basis.regulation} {r.basis.rules}", r.as_of.isoformat()
    return f"{rules} {r.basis.name} {r.case} {day} {r.determination} {r.outcome} {r.document}"


def mark_scale(mark: str) -> int:
    """Per cent by which the mark is narrowed to fit 156 mm; at most 90, at least 40 (`MARK_MOST` characters)."""
    room = LINE_CHARACTERS * 15.79 / MARK_POINTS
    return max(40, min(90, int(100 * room / max(1.0, columns(mark)))))
