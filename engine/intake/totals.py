"""Which rows of a ledger are totals: by their label anywhere in the row, or by their value where nothing else is filled.

A total that counts as a record doubles what it sums; a record taken for a total vanishes. Both are told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from engine.intake.values import Reader
from engine.spreadsheets.grid import Fault, GridRow

LEAST_ROWS = 3
"""Fewer rows above an unlabelled sum may add up to it by chance."""

_WORDS = "合计|总计|小计|共计|累计"
_PERIOD = (
    r"全年|本?年度?|年终|当年|[0-9]{4}年度?|[上下]半年|第?[一二三四1-4]季度?|[0-9一二三四五六七八九十]{1,3}月份?"
    r"|本月|当月|本页|本季度?|本期|全部|以上|各项|总|共"
)
_SURE = re.compile(
    rf"(?:{_PERIOD})*(?:{_WORDS})(?:人次|人数|场次|金额)?[：:]?(?:[0-9.,]+\D{{0,3}})?|total[:：]?|总数[：:]?",
    re.IGNORECASE,
)
_LIKELY = re.compile(rf".{{0,8}}?(?:{_WORDS})[：:]?")


def label(row: GridRow) -> str:
    """The first text in a row that reads like the label of a total; "" where none does."""
    for value in row.cells.values():
        if not isinstance(value, str) or len(value) > 40 or not ("计" in value or value[:1] in "总tT"):
            continue
        key = _key(value)
        if _SURE.fullmatch(key) or _LIKELY.fullmatch(key):
            return value.strip()
    return ""


def is_sure(label: str) -> bool:
    """Whether a label can be nothing but a total's: 合计, 3月小计, 本年度合计."""
    return _SURE.fullmatch(_key(label)) is not None


def _key(text: str) -> str:
    return "".join(text.split())


class Sums:
    """The sums of the number columns so far, and since the last total."""

    def __init__(self, columns: Mapping[int, Reader]) -> None:
        self.numbers = {c: reader for c, reader in columns.items() if reader.declared.type.kind == "number"}
        self.keys = [c for c in columns if c not in self.numbers]
        self.whole: dict[int, Decimal] = dict.fromkeys(self.numbers, Decimal(0))
        self.part = dict(self.whole)
        self.rows = self.since = 0

    def take(self, values: Mapping[int, Decimal]) -> None:
        """The numbers of one more record, by column."""
        self.rows, self.since = self.rows + 1, self.since + 1
        for column, value in values.items():
            self.whole[column] += value
            self.part[column] += value

    def restart(self) -> None:
        """After a total: the next may be of what follows."""
        self.part = dict.fromkeys(self.numbers, Decimal(0))
        self.since = 0

    def equal(self, row: GridRow) -> bool:
        """Whether a row has numbers alone, each the sum of what stands above, of at least three records."""
        if not self.keys or self.rows < LEAST_ROWS or any(c in row.cells for c in self.keys):
            return False
        values = {c: reader.read(row.cells[c]) for c, reader in self.numbers.items() if c in row.cells}
        if not values or any(isinstance(value, Fault) for value in values.values()):
            return False
        found = {c: value.value for c, value in values.items() if not isinstance(value, Fault)}
        sums = [(self.whole, self.rows), (self.part, self.since)]
        return any(count >= LEAST_ROWS and all(found[c] == sum[c] for c in found) for sum, count in sums)
