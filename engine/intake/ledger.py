"""Ledgers to a record table: which sheets, which head, every cell typed; what was left out and why."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, islice
from pathlib import Path

from engine.base.classes import dataclass
from engine.base.problem import Cell, Problem, Refused
from engine.decision.case import Fact, Sheet
from engine.intake.header import HEADER_WITHIN, LedgerHeader, match, names_of, read_header
from engine.intake.records import SeenRecords, SheetRecords
from engine.intake.remarks import Remarks
from engine.intake.sheets import GUIDE, choose, naming
from engine.language.tree import Row as Record
from engine.language.tree import Scope, Table
from engine.policy.package import RecordTable
from engine.spreadsheets.grid import Grid, GridRow
from engine.spreadsheets.opening import open_grids


@dataclass(frozen=True, slots=True)
class LedgerSource:
    """A ledger as a case names it: `file` is how problems call it; `sheet` its tab, or "" to find those that fit. A link
    may lead no further than `within` (its own folder)."""

    path: Path
    file: str
    sheet: str = ""
    within: Path | None = None


@dataclass(slots=True)
class _Found:
    """What has been read of a table so far."""

    rows: list[Record]
    places: list[str]
    sheets: list[Sheet]
    unread: bool = False
    """Something is wrong that concerns more than single cells."""


def read_ledger(
    sources: Sequence[LedgerSource], table: RecordTable, scope: Scope, tolerant: bool = False
) -> tuple[Fact | None, list[Problem]]:
    """The records of `table` in its ledgers, with the ranges they stand in.

    None with errors where something is wrong, None without errors where the ledgers have a head and no records: an
    empty form is unknown, not "no records". `tolerant`: errors about single cells and rows leave the others standing, and
    what cannot be read is unknown.
    """
    found, seen = _Found([], [], []), SeenRecords()
    problems: list[Problem] = []
    for source in sources:
        report = Remarks(source.file)
        try:
            _read_file(source, table, scope, report, seen, found)
            problems += report.all()
        except Refused as refused:
            found.unread = True
            problems += [*report.all(), *refused.problems]
    failed = found.unread or (not tolerant and any(p.is_error for p in problems))
    if failed or not found.rows:
        return None, problems
    columns = tuple(column.name for column in table.columns)
    place = Cell(sources[0].file, "、".join(found.places).removeprefix(f"{sources[0].file}!"))
    return Fact(Table(columns, tuple(found.rows)), place=place, sheets=tuple(found.sheets)), problems


def _read_file(
    source: LedgerSource, table: RecordTable, scope: Scope, report: Remarks, seen: SeenRecords, found: _Found
) -> None:
    grids, problems = open_grids(source.path, source.file, source.within)
    if problems:
        raise Refused(problems)
    several = sum(not grid.hidden for grid in grids) > 1
    chosen = choose(grids, source.sheet, table, scope, report) if len(grids) > 1 or source.sheet else grids
    form = any(grid.sheet == GUIDE for grid in grids)
    found.unread = found.unread or not chosen
    read: list[tuple[Grid, SheetRecords]] = []
    for grid in chosen:
        report.prefix = f"{grid.sheet}!" if several and grid.sheet != table.name else ""
        records = _read_sheet(grid, table, scope, report, seen)
        if records is None:
            found.unread = True
        elif records.rows:
            read.append((grid, records))
            found.rows += records.rows
            found.places.append(f"{source.file}!{report.prefix}{records.extent()}")
            found.sheets.append(
                Sheet(source.file, report.prefix.removesuffix("!"), records.stretches(), records.letters())
            )
        elif not form:
            message = f"`{table.name}` 里没有记录，按未填处理"
            where = f"A{records.header.row + 1}"
            report.add("W548", message, where, f"确实没有记录时，写 `{table.name}: []`")
    report.prefix = ""
    if len(read) > 1:
        _together(read, source, table, report, found)


def _together(
    read: list[tuple[Grid, SheetRecords]], source: LedgerSource, table: RecordTable, report: Remarks, found: _Found
) -> None:
    """Several sheets of one workbook: told; refused where one repeats another."""
    for grid, records in read:
        again = {number for number, sheet, _ in records.twice if sheet != records.prefix}
        if len(again) == len(records.rows):
            message = f"工作表 `{grid.sheet}` 的记录都在别的工作表里，像是副本或汇总"
            others = [other.sheet for other, _ in read if other is not grid]
            report.add("E548", message, "A1", naming(source.file, table, others))
            found.unread = True
    listed = "、".join(f"`{grid.sheet}` {len(records.rows)} 条" for grid, records in read)
    report.add("W547", f"`{table.name}` 由 {len(read)} 张工作表合成：{listed}", "A1", "不该合在一起的，写明用哪几张")


def _read_sheet(
    grid: Grid, table: RecordTable, scope: Scope, report: Remarks, seen: SeenRecords
) -> SheetRecords | None:
    rows = grid.rows()
    top = list(islice(rows, HEADER_WITHIN))
    before = len(report.problems)
    header = read_header(top, table, scope, report, grid.epoch_1904)
    broken = any(p.is_error for p in report.problems[before:])
    if header is None or _above(top, header, table, report):
        return None
    records = SheetRecords(table, header, report, seen)
    for row in chain((r for r in top if r.number > header.row), rows):
        records.take(row)
    records.close(grid)
    return None if broken else records


def _above(top: Sequence[GridRow], header: LedgerHeader, table: RecordTable, report: Remarks) -> bool:
    """Whether records, or another head, stand above the head that was found: what is there would be lost."""
    names = names_of(table)
    for row in top:
        heads = sum(1 for value in row.cells.values() if isinstance(value, str) and match(value, names))
        if row.number < header.row - 1 and 2 * heads > len(row.cells) > 1:
            report.add("E544", f"第 {row.number} 行和第 {header.row} 行都像表头", f"A{row.number}", "只留一行表头")
            return True
        if row.number < header.row and header.read(row):
            report.add(
                "E544",
                f"第 {row.number} 行是记录，却在第 {header.row} 行的表头之上",
                f"A{row.number}",
                "把表头放在记录之上",
            )
            return True
    return False
