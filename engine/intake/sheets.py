"""Which sheets of a workbook hold a table. Half a year on a second sheet is not to be lost, a summary beside the records
not to be counted: every sheet whose head matches is read, or refused by name; the others are told once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice

from engine.base.classes import dataclass
from engine.base.text import folded, nearest
from engine.intake.header import HEADER_WITHIN, head_row, matched, names_of, read_header
from engine.intake.remarks import Remarks
from engine.language.tree import Scope
from engine.policy.package import Field, RecordTable
from engine.spreadsheets.grid import Grid, GridRow

GUIDE, OPTIONS = "填写说明", "选项"
"""The sheets that our own forms have beside the one to fill in."""

_GUIDE_HEAD = {"列", "填写", "必填"}
_NOT_RECORDS = re.compile(
    r"汇总|统计|合计|总表|小结|摘要|透视|副本|备份|旧|作废|草稿|模板|样表|示例|copy|backup|summary", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Tab:
    """A sheet with its first rows and the columns of the table that its best row names."""

    grid: Grid
    top: list[GridRow]
    heads: frozenset[str]

    def own(self, needed: set[str]) -> bool:
        """Whether it came with our own form: the instructions, or the choices of its drop-downs."""
        if self.grid.sheet == GUIDE:
            return any(set(map(str, row.cells.values())) >= _GUIDE_HEAD for row in self.top)
        return self.grid.sheet == OPTIONS and (self.grid.hidden or not needed <= self.heads)


def choose(grids: list[Grid], sheet: str, table: RecordTable, scope: Scope, report: Remarks) -> list[Grid]:
    """The sheets to read, in the order of the tabs; none with problems. Raises `Refused` where one cannot be read."""
    shown = [grid for grid in grids if not grid.hidden]
    if sheet:
        return _named(shown, sheet, report)
    names = names_of(table)
    needed = {column.name for column in table.columns if column.required} or {c.name for c in table.columns[:1]}
    tabs = [tab for tab in (_tab(grid, names) for grid in grids) if not tab.own(needed)]
    whole = [tab for tab in tabs if needed <= tab.heads and not tab.grid.hidden]
    if not whole:
        best = max((tab for tab in tabs if not tab.grid.hidden), key=lambda tab: len(tab.heads), default=None)
        return [best.grid if best else shown[0]]
    if len(whole) > 1 and (doubtful := [tab for tab in whole if _NOT_RECORDS.search(tab.grid.sheet)]):
        listed, plain = _listed(whole), [tab for tab in whole if tab not in doubtful] or whole
        message = f"工作表 {listed} 都像 `{table.name}`，但 {_listed(doubtful)} 不像原始记录"
        report.add("E548", message, "A1", naming(report.file, table, [tab.grid.sheet for tab in plain]))
        return []
    others = [tab for tab in tabs if tab not in whole and tab.top]
    return [tab.grid for tab in whole] if _others(others, whole, table, scope, report) else []


def naming(file: str, table: RecordTable, sheets: list[str]) -> str:
    """How a case says which sheets to read."""
    named = [f"{file}#{sheet}" for sheet in sheets[:6]]
    value = named[0] if len(named) == 1 else f"[{', '.join(named)}]"
    return f"写明用哪几张，例如 `{table.name}: {value}`"


def _named(shown: list[Grid], sheet: str, report: Remarks) -> list[Grid]:
    titles = [grid.sheet for grid in shown]
    same = [grid for grid in shown if grid.sheet == sheet] or [g for g in shown if folded(g.sheet) == folded(sheet)]
    if len(same) == 1:
        return same
    close = nearest(sheet, titles)
    message = f"没有可见的工作表 `{sheet}`"
    report.add("E547", message, "A1", f"是否想写 `{close}`？" if close else f"有 {'、'.join(titles)}")
    return []


def _tab(grid: Grid, names: Mapping[str, Field]) -> Tab:
    top = list(islice(grid.rows(), HEADER_WITHIN))
    head = head_row(top, names)
    return Tab(grid, top, frozenset(matched(head, names)) if head else frozenset())


def _others(others: list[Tab], whole: list[Tab], table: RecordTable, scope: Scope, report: Remarks) -> bool:
    """Whether the sheets that are not read may be left out. One that has most of the head, or rows of the same kind
    without a head, may not; hidden ones that match are told."""
    main = max(whole, key=lambda tab: len(tab.heads))
    header = read_header(main.top, table, scope, Remarks(report.file), main.grid.epoch_1904)
    left: list[str] = []
    good = True
    for tab in others:
        alike = 2 * len(tab.heads) > len(main.heads)
        goes_on = not tab.heads and header is not None and any(header.read(row) for row in tab.top)
        if tab.grid.hidden:
            if alike or goes_on:
                report.add(
                    "W545", f"隐藏的工作表 `{tab.grid.sheet}` 像 `{table.name}`，没有读取", "A1", "要读的取消隐藏"
                )
        elif alike or goes_on:
            what = "的表头缺少必填的列" if alike else "没有表头，但有同样的记录"
            message = f"工作表 `{tab.grid.sheet}` {what}，不知是否属于 `{table.name}`"
            help = naming(report.file, table, [w.grid.sheet for w in whole])
            report.add("E548", message, "A1", f"补全表头；不属于的，{help}")
            good = False
        else:
            left.append(tab.grid.sheet)
    if left:
        message = f"工作表 {'、'.join(f'`{title}`' for title in left[:12])} 不是 `{table.name}`，没有读取"
        report.add("W540", message, "A1", "与本表无关可不理会")
    return good


def _listed(tabs: list[Tab]) -> str:
    return "、".join(f"`{tab.grid.sheet}`" for tab in tabs[:12])
