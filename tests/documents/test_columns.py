"""Columns as wide as their texts need: no head or label broken off by one character, no room where nothing stands."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.documents.columns import CELL, CHARACTER, settled, shared
from engine.documents.model import LINE, LetterCell, LetterRow, LetterTable
from engine.documents.typography import columns
from tests.documents.samples import drafts
from tests.sizes import examples

SCORES = ("序", "考核内容", "条款", "满分", "得分", "权重", "加权得分")
ASKED = (2, 0, 7, 3, 3, 3, 3)
ROW = ("6", "内部管理与功能履行", "第十一条第（六）项", "10分", "9.2分", "1", "9.2分")


def lines(text: str, width: int) -> int:
    return math.ceil(columns(text) / math.floor((width * CHARACTER - CELL[1]) / CELL[0]))


def test_what_one_column_needs_another_gives() -> None:
    widths = shared(ASKED, SCORES, [ROW])
    assert sum(widths) == LINE
    assert [lines(text, width) for text, width in zip(ROW, widths, strict=True)] == [1] * 7
    assert lines("加权得分", widths[-1]) == 1
    assert sum(widths[3:6]) < sum(ASKED[3:6])  # one of 满分, 得分, 权重, which say little


def test_a_head_is_broken_in_the_middle_or_not_at_all() -> None:
    assert shared((2, 0), ("同分优先", "甲"), [["优先", "乙"]]) == [2, 26]
    assert shared((3, 0), ("加权得分", "甲"), [["9.2分", "乙"]]) == [4, 24]


def test_a_head_is_not_broken_badly_for_what_another_column_needs() -> None:
    """加权满分 gives two of its four characters or none, not the one that would leave 分 on a line of its own."""
    heads = (*SCORES[:-1], "加权满分", "加权得分")
    widths = shared((*ASKED, 3), heads, [(*ROW[:-1], "10分", "9.2分")])
    assert sum(widths) == LINE
    assert not badly_broken(zip(heads, widths, strict=True))


def badly_broken(heads: Iterable[tuple[str, int]]) -> list[str]:
    """Heads whose last line has half of a line or less."""
    found = []
    for text, width in heads:
        room = math.floor((width * CHARACTER - CELL[1]) / CELL[0])
        last = columns(text) - room * (lines(text, width) - 1)
        found += [text] if lines(text, width) > 1 and last <= room / 2 else []
    return found


def test_no_head_of_a_table_of_the_samples_is_broken_badly() -> None:
    tables = [part for draft in drafts().values() for part in draft.plan.parts if isinstance(part, LetterTable)]
    heads = [(cell.text, cell.width) for table in tables for row in table.head for cell in row.cells]
    assert ("加权得分", 4) in heads
    assert badly_broken((text, width) for text, width in heads if width < LINE) == []


def test_a_blank_column_keeps_what_it_was_given() -> None:
    long = "要求" * 30
    assert shared((6, 0), ("签名", "要求"), [["", long]]) == [6, 22]
    assert shared((6, 0), ("签名", "要求"), [["甲", long]]) == [2, 26]


def test_room_goes_where_it_shortens_the_table() -> None:
    widths = shared((0, 0), ("要求", "所见"), [["要求" * 20, "是"]] * 9 + [["是", "所见" * 20]])
    assert widths[0] > widths[1]


@given(
    st.lists(st.tuples(st.sampled_from([0, 2, 3, 7]), st.text("甲乙丙", max_size=8)), min_size=1, max_size=7), st.data()
)
@settings(max_examples=examples(60), deadline=None)
def test_widths_always_fill_the_line(slots: list[tuple[int, str]], data: st.DataObject) -> None:
    count = len(slots)
    row = st.lists(st.text("甲乙丙", max_size=40), min_size=count, max_size=count)
    rows = data.draw(st.lists(row, max_size=4))
    widths = shared([width for width, _ in slots], [head for _, head in slots], rows)
    assert sum(widths) == LINE
    assert min(widths) >= 2


@pytest.mark.parametrize(
    ("label", "width"), [("评审意见", 4), ("考核组意见", 5), ("所在县（市）区", 6), ("一个很长很长的栏目名称", 6)]
)
def test_labels_of_all_forms_are_as_wide_as_the_longest(label: str, width: int) -> None:
    forms = [
        LetterTable((), (LetterRow((LetterCell("单位", 4, "项"), LetterCell("甲", 10, "填")) * 2),)),
        LetterTable((), (LetterRow((LetterCell(label, 4, "项"), LetterCell("", 24, "签章", "甲"))),)),
    ]
    found = [[cell.width for cell in part.rows[0].cells] for part in settled(forms) if isinstance(part, LetterTable)]
    assert found == [[width, 14 - width] * 2, [width, 28 - width]]
