"""What was asked of a ledger as a report to print and sign: a document like any other, set as 报告."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from engine.base.basis import Basis
from engine.base.text import width
from engine.base.version import VERSION
from engine.documents.model import (
    LINE,
    DocumentPlan,
    LetterCell,
    LetterParagraph,
    LetterRow,
    LetterTable,
    Part,
)
from engine.office.standing import AUDIT
from engine.record.chain import Head
from engine.views.audit import Cells, Report
from engine.views.report import report

SIGNER = "审计人"
TOGETHER = (
    *(("条", "日期", "基准日"), ("案件", "当事人"), ("决定", "结果", "性质"), ("作用", "说明")),
    *(("文书", "文号", "凭据码", "签发"), ("例外", "准则"), ("判断人", "理由"), ("种类", "名称"), ("期限", "办结")),
)
"""Columns that share one where they stand beside each other: a page is as wide as 28 characters."""
_SIGNS = str.maketrans("✗▸", "×·")
NARROWEST, WIDEST = 4, 44
"""Columns of a terminal that a column of the report is taken to need, at least and at most."""
TOLD = 10
"""Lines told in a row of a table: a row stays on one page."""
SIZE, PADDING, MEASURE = 10.5, 8.0, 442.0
"""Points: the type of a table, what is left free beside it in a cell, the width of the text."""
_WORD = re.compile("[!-~]+")


def plan(found: Report, head: Head, day: date) -> DocumentPlan:
    """The report made on `day` of a ledger with that head, which is printed and stands in its receipt."""
    title = f"{AUDIT}：{found.title}"
    basis = Basis("", day, day, "", (), (), (), (("账本", str(head)),), VERSION)
    return report(AUDIT, SIGNER, title, _body(found, head), day, basis, found.title, head.short)


def _body(found: Report, head: Head) -> Iterator[Part]:
    facts = ((name, head.short if said == str(head) else said) for name, said in found.facts if said)
    yield from (LetterParagraph(0, f"{name}：{said}") for name, said in facts)
    if found.rows:
        yield LetterParagraph(1, f"一、各项（共{len(found.rows)}项）")
        yield table(found.columns, found.rows)
    else:
        yield LetterParagraph(0, "没有。")
    if found.more:
        yield LetterParagraph(1, "二、所凭的准则、事实、单元格")
        lines = [line for line in found.more if line.strip()]
        parts = [lines[first : first + TOLD] for first in range(0, len(lines), TOLD)]
        yield LetterTable((), tuple(LetterRow((LetterCell("\n".join(map(_flush, part)), LINE),)) for part in parts))


def _flush(line: str) -> str:
    """A line of a terminal, its columns no wider apart than a space, in characters that fonts for letters have."""
    return re.sub(r"━+ ?|  +", "　", line.strip(" ━").translate(_SIGNS))


def table(columns: Sequence[str], rows: Sequence[Cells]) -> LetterTable:
    """Rows under their columns, those that belong together in one; widths by what stands in them."""
    groups = list(_groups(columns))
    heads = ["、".join(columns[one] for one in group) for group in groups]
    cells = [["\n".join(str(row[one]) for one in group if row[one] != "") or "—" for group in groups] for row in rows]
    widths = _widths([[head, *(row[place] for row in cells)] for place, head in enumerate(heads)])
    head = LetterRow(tuple(map(LetterCell, heads, widths, ["栏目"] * len(heads))))
    return LetterTable((head,), tuple(LetterRow(tuple(map(LetterCell, row, widths))) for row in cells))


def _groups(columns: Sequence[str]) -> Iterator[list[int]]:
    place = 0
    while place < len(columns):
        together = next((one for one in TOGETHER if columns[place] in one), (columns[place],))
        count = 1
        while place + count < len(columns) and columns[place + count] in together:
            count += 1
        yield list(range(place, place + count))
        place += count


def _widths(columns: Sequence[Sequence[str]]) -> list[int]:
    """How many of the 28 characters of a line each column gets: room for its longest word, such as a day, and of what is left
    more for more text."""
    lines = [[line for text in column for line in text.split("\n")] for column in columns]
    words = [max((len(word) for line in some for word in _WORD.findall(line)), default=0) for some in lines]
    shares = [min(WIDEST, max(NARROWEST, *map(width, some))) for some in lines]
    found = [max(2, -(-(word * SIZE / 2 + PADDING) // (MEASURE / LINE))) for word in words]
    if sum(found) > LINE - len(found):
        found = [2.0] * len(found)
    left = LINE - sum(found)
    found = [one + left * share // sum(shares) for one, share in zip(found, shares, strict=True)]
    found[shares.index(max(shares))] += LINE - sum(found)
    return list(map(int, found))
