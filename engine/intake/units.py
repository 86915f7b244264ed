"""The one reader of units for a sheet: `经费（万元）` in a head, `单位：万元` or `（单位：元）` above it, 以万元为单位 in a note.

A unit that is known is converted, one that is not is refused: taking 千元 for 元 multiplies a grant. Whatever else stands
in brackets (必填, 含线上) says nothing about units.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from engine.base.units import NONE, Unit, find_unit
from engine.policy.package import Field
from engine.spreadsheets.grid import Fault, GridRow, short

_STATED = re.compile(
    r"(?:^|[\s（(，,；;。：:]|金额|货币|计量|计价|数量|经费|资金|人数|数据)单\s*位\s*(?:均?为|[:：])\s*([^）)。；;]*)"
)
_COUNTED = re.compile(r"(?:均?以|按)\s*([^\s，,。；;以按]{1,8}?)\s*(?:为单位|计(?![划算入分时数价]))")
_TAIL = re.compile(r"[（(\[【]([^（）()\[\]【】]{1,12})[）)\]】]\s*$")
_LABEL = re.compile(r"(?:金额|货币|计量)?单\s*位\s*[:：]?")
_SEPARATOR = re.compile(r"[、，,;；\s和及]+")
_RATE = re.compile(r"[/／每]")
_NOTE = re.compile(
    r"必填|选填|可选|可不填|非必填|如有|没有|请|见|注|按|指|即|例|大写|小写|含|不含|包括|不包括|其中|扣除|税|实际|预计|估算"
    r"|填|线上|线下|本年|当年|上年|全年|累计|合计|[0-9①-⑳*＊+＋]"
)
_COUNTERS = frozenset("人名位个项次场件家户条份篇本台套间期届")
_MONEY = re.compile(r".*(?:元|币|镑|卢布|法郎|美金|USD|EUR|HKD|JPY|GBP|\$|€|£)", re.IGNORECASE)
_MANY = re.compile(r"[十百千万亿].+")


class Stated(NamedTuple):
    """A unit written somewhere on the sheet: the word, the unit it stands for (None where unknown), and the cell."""

    word: str
    unit: Unit | None
    column: int
    row: int


def head_unit(bracketed: str, column: Field, units: Mapping[str, Unit]) -> Unit | Fault | None:
    """The unit in the brackets of a head; None where they hold none; a Fault where it cannot be used."""
    if column.type.kind != "number":
        return None
    for word in _words(_LABEL.sub("", bracketed, count=1)):
        unit = find_unit(word, units)
        if unit is not None:
            return unit if unit.dimension == column.type.dimension else _misfit(column, word)
        if column.type.dimension == NONE and (word in _COUNTERS or word == column.word):
            continue
        if not _NOTE.search(word):
            return _unknown(column, word)
    return None


def stated_units(row: GridRow, units: Mapping[str, Unit]) -> list[Stated]:
    """What a row beside the records says about units: known ones, and unknown ones that can be nothing else."""
    found: list[Stated] = []
    label = 0
    for column, value in sorted(row.cells.items()):
        if not isinstance(value, str):
            label = 0
            continue
        words = list(_stated_words(value))
        if label and not words:
            words = _words(value)
        label = column if _LABEL.fullmatch(value.strip()) else 0
        for word in words:
            unit = find_unit(word, units)
            rate = any(find_unit(part, units) for part in _RATE.split(word)[:2])
            if unit is not None or rate or _MONEY.fullmatch(word) or _MANY.fullmatch(word):
                found.append(Stated(word, unit, column, row.number))
    return found


def _stated_words(text: str) -> Iterable[str]:
    for match in _STATED.finditer(text):
        yield from _words(match.group(1))
    for match in _COUNTED.finditer(text):
        yield from _words(match.group(1))
    tail = _TAIL.search(text)
    if tail and not _STATED.search(text):
        yield from _words(_LABEL.sub("", tail.group(1), count=1))


def _words(text: str) -> list[str]:
    return [word for word in _SEPARATOR.split(text.strip(" （()）[]【】：:")) if word]


def sheet_unit(stated: Iterable[Stated], column: Field) -> tuple[Unit | None, Stated | None]:
    """The unit that a sheet states for a column, and what forbids using it: an unknown unit, or a second one."""
    if column.type.kind != "number" or column.type.dimension == NONE:
        return None, None
    chosen: Unit | None = None
    for one in stated:
        if one.unit is None:
            if not _MONEY.match(one.word) or column.type.dimension == (("元", 1),):
                return None, one
        elif one.unit.dimension == column.type.dimension:
            if chosen is not None and chosen.factor != one.unit.factor:
                return None, one
            chosen = one.unit
    return chosen, None


def _misfit(column: Field, word: str) -> Fault:
    wanted = column.unit.name if column.unit else "无单位"
    return Fault(
        "E519",
        f"列 `{column.name}` 的表头写着单位 `{short(word)}`，应以 `{wanted}` 计",
        f"`{short(word)}` 换算不成 `{wanted}`：核对这一列是什么，改正表头",
    )


def _unknown(column: Field, word: str) -> Fault:
    example = f"写规则里的单位 `{column.unit.name}`" if column.unit else "去掉括号里的字"
    return Fault(
        "E519", f"列 `{column.name}` 的表头写着不认识的单位 `{short(word)}`", f"{example}；不是单位的说明写到别处"
    )
