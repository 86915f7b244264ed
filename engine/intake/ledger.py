"""A ledger (grid) to a record table: find the header, match columns, type every cell, say what was left out and why."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path

from engine.base.problem import Cell, Problem, Refused
from engine.base.text import nearest
from engine.base.units import Unit
from engine.decision.model import Fact
from engine.intake.grid import Fault, Grid, Row, column_number, letters, open_grids, ref
from engine.intake.grid import Value as Raw
from engine.intake.values import Reader, make_reader
from engine.language.tree import Row as Record
from engine.language.tree import Scope, Table, Value
from engine.policy.package import Field, RecordTable

HEADER_WITHIN = 50
MAX_PROBLEMS = 50
_TOTALS = re.compile(r".{0,8}?(合计|总计|小计|共计|累计)[：:]?")
_FOOTER = re.compile(r"(备注|附注|注|说明|填表|制表|填报|审核|负责人|经办|日期|盖章|单位)[^\n]{0,4}[：:（(]")
_BRACKETED = re.compile(r"(.+?)[（(]([^（()）]*)[）)]")
_IGNORED = frozenset({"序号", "编号", "备注", "no", "no.", "说明"})


@dataclass(slots=True)
class _Report:
    """Problems of one ledger, at most so many errors and so many warnings."""

    file: str
    prefix: str = ""
    problems: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, code: str, message: str, where: str, help: str | None = None) -> None:
        self.counts[code[0]] += 1
        if self.counts[code[0]] <= MAX_PROBLEMS:
            self.problems.append(Problem(code, message, Cell(self.file, self.prefix + where), help=help))

    def all(self) -> list[Problem]:
        dropped = sum(max(0, count - MAX_PROBLEMS) for count in self.counts.values())
        if dropped:
            more = Problem("W549", f"`{self.file}` 还有 {dropped} 处问题没有列出", help="先改正列出的，再运行一次")
            return [*self.problems, more]
        return self.problems


@dataclass(frozen=True, slots=True)
class _Header:
    row: int
    columns: Mapping[int, Reader]
    titles: Mapping[int, str]


def read_ledger(
    path: Path, name: str, sheet: str, table: RecordTable, scope: Scope
) -> tuple[Fact | None, list[Problem]]:
    """The records of `table` in the ledger at `path` (`sheet`: its tab, or "" to find it) with the range they stand in.

    None with errors where something is wrong, None without errors where the ledger has a header and no records: an
    empty form is unknown, not "no records".
    """
    grids, problems = open_grids(path, name)
    if problems:
        return None, problems
    report = _Report(name)
    try:
        grid = _choose(grids, sheet, table, report)
        if grid is not None and len(grids) > 1 and grid.sheet != table.name:
            report.prefix = f"{grid.sheet}!"
        fact = _read(grid, table, scope, report) if grid is not None else None
    except Refused as refused:
        return None, [*report.all(), *refused.problems]
    found = report.all()
    return (None if any(p.is_error for p in found) else fact), found


def key(text: str) -> str:
    """What two spellings of a column head have in common."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def _names(table: RecordTable) -> dict[str, Field]:
    other = {key(word): column for column in table.columns for word in (column.label, *column.aliases) if word}
    return other | {key(column.name): column for column in table.columns}


def _match(text: str, names: Mapping[str, Field]) -> tuple[Field, str] | None:
    """The column a head stands for and what it has in brackets: `经费（万元）`."""
    if found := names.get(key(text)):
        return found, ""
    head = _BRACKETED.fullmatch(text.strip())
    found = names.get(key(head.group(1))) if head else None
    return (found, head.group(2).strip()) if head and found else None


def _matches(row: Row, names: Mapping[str, Field]) -> int:
    return sum(1 for value in row.cells.values() if isinstance(value, str) and _match(value, names))


def _choose(grids: list[Grid], sheet: str, table: RecordTable, report: _Report) -> Grid | None:
    """The sheet that was named, or has the table's name, or the only one with its header."""
    titles = [grid.sheet for grid in grids]
    if sheet:
        if sheet in titles:
            return grids[titles.index(sheet)]
        close = nearest(sheet, titles)
        message = f"没有可见的工作表 `{sheet}`"
        report.add("E547", message, "A1", f"是否想写 `{close}`？" if close else f"有 {'、'.join(titles)}")
        return None
    if len(grids) == 1:
        return grids[0]
    if table.name in titles:
        return grids[titles.index(table.name)]
    names = _names(table)
    scores = [max((_matches(row, names) for row in islice(grid.rows(), HEADER_WITHIN)), default=0) for grid in grids]
    best = [grid for grid, score in zip(grids, scores, strict=True) if score and score == max(scores)]
    if len(best) > 1:
        listed = "、".join(f"`{grid.sheet}`" for grid in best)
        report.add(
            "E548", f"工作表 {listed} 都像 `{table.name}`", "A1", f"写明用哪一张，例如 `{report.file}#{best[0].sheet}`"
        )
        return None
    return best[0] if best else grids[0]


def _read(grid: Grid, table: RecordTable, scope: Scope, report: _Report) -> Fact | None:
    rows = grid.rows()
    top = list(islice(rows, HEADER_WITHIN))
    header = _find_header(top, table, scope, report)
    if header is None:
        return None
    records = _Records(table, header, report)
    for row in chain((r for r in top if r.number > header.row), rows):
        records.take(row)
    records.close(grid.merges)
    return records.fact(grid)


def _find_header(top: list[Row], table: RecordTable, scope: Scope, report: _Report) -> _Header | None:
    names = _names(table)
    best = max(top, key=lambda row: (_matches(row, names), -row.number), default=None)
    if best is None or not _matches(best, names):
        wanted = "、".join(column.name for column in table.columns)
        where = f"A1:{ref(max(best.cells), top[-1].number)}" if best else "A1"
        report.add("E540", f"前 {HEADER_WITHIN} 行里没有 `{table.name}` 的表头", where, f"表头应有 {wanted}")
        return None
    readers: dict[int, Reader] = {}
    seen: dict[str, int] = {}
    for column, title in sorted(best.cells.items()):
        where = ref(column, best.number)
        match = _match(title, names) if isinstance(title, str) else None
        if match is None:
            _unknown_column(str(title), where, table, report)
        elif match[0].name in seen:
            first = ref(seen[match[0].name], best.number)
            report.add("E542", f"列 `{title}` 与 {first} 重复", where, "只留一列")
        else:
            seen[match[0].name] = column
            readers[column] = _reader(match[0], match[1], scope)
    for missing in (c for c in table.columns if c.required and c.name not in seen):
        row = f"{ref(min(best.cells), best.number)}:{ref(max(best.cells), best.number)}"
        loose = [str(t) for c, t in best.cells.items() if c not in readers]
        close = nearest(missing.name, loose)
        help = f"是否就是列 `{close}`？改名为 `{missing.name}`" if close else f"加上一列 `{missing.name}`"
        report.add("E541", f"缺少必填的列 `{missing.name}`", row, help)
    return _Header(best.number, readers, {c: str(t) for c, t in best.cells.items()})


def _unknown_column(title: str, where: str, table: RecordTable, report: _Report) -> None:
    if key(title) in _IGNORED:
        return
    close = nearest(title, (word for c in table.columns for word in (c.name, *c.aliases)))
    help = f"是否想写 `{close}`？" if close else "与本表无关可不理会"
    report.add("W541", f"不认识的列 `{title}`，没有读取", where, help)


def _reader(column: Field, bracketed: str, scope: Scope) -> Reader:
    reader = make_reader(column, scope.units, scope.enums, lenient=True)
    unit: Unit | None = reader.units.get(bracketed)
    fits = unit is not None and column.type.kind == "number" and unit.dimension == column.type.dimension
    return replace(reader, default=unit) if fits else reader


class _Records:
    """Rows below the header, typed one by one."""

    def __init__(self, table: RecordTable, header: _Header, report: _Report) -> None:
        self.table, self.header, self.report = table, header, report
        order = {column.name: index for index, column in enumerate(table.columns)}
        self.slots = [
            (c, reader, order[reader.declared.name], letters(c)) for c, reader in sorted(header.columns.items())
        ]
        self.required = [c for c, reader in header.columns.items() if reader.declared.required]
        self.width = len(table.columns)
        self.leader = self.slots[0][0]
        self.rows: list[Record] = []
        self.first = self.last = 0
        self.hidden: list[int] = []

    def take(self, row: Row) -> None:
        if self.skipped(row):
            return
        cells, number = row.cells, row.number
        record: list[Value] = [None] * self.width
        for column, reader, slot, letter in self.slots:
            raw = cells.get(column)
            if raw is None:
                if reader.declared.required:
                    message = f"必填的 `{reader.declared.name}` 空白，按待查处理"
                    self.report.add("W546", message, f"{letter}{number}", "补填；合并的单元格请拆开逐行填写")
                continue
            result = reader.read(raw)
            if isinstance(result, Fault):
                self.report.add(
                    result.code, f"`{reader.declared.name}`：{result.message}", f"{letter}{number}", result.help
                )
                continue
            record[slot] = result.value
            if result.remark:
                self.report.add(
                    "W522", f"`{reader.declared.name}`：{result.remark}", f"{letter}{number}", "最好改成规范写法"
                )
        self.rows.append(tuple(record))
        self.first, self.last = self.first or number, number
        if row.hidden:
            self.hidden.append(number)

    def skipped(self, row: Row) -> bool:
        """Rows without a value in any known column, totals, repeated headers and remarks at the foot."""
        cells = row.cells
        if cells.get(self.leader) == self.header.titles[self.leader] and self.repeats(cells):
            self.note(row, "重复的表头")
            return True
        for column, value in cells.items():
            if isinstance(value, str) and "计" in value and _TOTALS.fullmatch("".join(value.split())):
                if self.lacks_required(row, column):
                    self.note(row, f"`{value.strip()}`")
                    return True
                break
        if len(cells) == 1:
            text = next(iter(cells.values()))
            if isinstance(text, str) and _FOOTER.match(text.strip()):
                self.note(row, "表尾的说明")
                return True
        return cells.keys().isdisjoint(self.header.columns)

    def repeats(self, cells: Mapping[int, Raw]) -> bool:
        return all(cells.get(column) == self.header.titles[column] for column in self.header.columns)

    def lacks_required(self, row: Row, label: int) -> bool:
        """No record: a required column is blank or holds the label itself where a date or number belongs."""
        needed = self.required or list(self.header.columns)
        blank = [c for c in needed if c not in row.cells]
        reader = self.header.columns.get(label)
        return bool(blank) or (reader is not None and reader.declared.type.kind != "text")

    def note(self, row: Row, what: str) -> None:
        where = _area(ref(min(row.cells), row.number), ref(max(row.cells), row.number))
        self.report.add("W543", f"第 {row.number} 行是{what}，没有计入", where)

    def close(self, merges: list[str]) -> None:
        if self.hidden:
            listed = "、".join(str(n) for n in self.hidden[:8]) + ("…" if len(self.hidden) > 8 else "")
            message = f"第 {listed} 行被隐藏或筛掉，仍然计入"
            self.report.add("W545", message, _area(f"A{self.hidden[0]}", f"A{self.hidden[-1]}"), "不该计入的行请删除")
        for merged in merges:
            start, _, end = merged.partition(":")
            left, top = _corner(start)
            right, bottom = _corner(end or start)
            over = [c for c in self.header.columns if left <= c <= right]
            if over and bottom > top and top <= self.last and bottom >= self.first > 0 and top > self.header.row:
                name = self.header.columns[over[0]].declared.name
                message = f"`{name}` 列有合并单元格，只有第一格有值，其余按待查处理"
                self.report.add("W544", message, merged, "取消合并，逐行填写")

    def fact(self, grid: Grid) -> Fact | None:
        columns = tuple(column.name for column in self.table.columns)
        if not self.rows:
            message = f"`{self.table.name}` 里没有记录，按未填处理"
            self.report.add("W548", message, f"A{self.header.row + 1}", f"确实没有记录时，写 `{self.table.name}: []`")
            return None
        used = sorted(self.header.columns)
        where = f"{self.report.prefix}{ref(used[0], self.first)}:{ref(used[-1], self.last)}"
        return Fact(Table(columns, tuple(self.rows)), place=Cell(grid.file, where))


def _area(first: str, last: str) -> str:
    """`A4:H17`; a single cell by itself."""
    return first if first == last else f"{first}:{last}"


def _corner(name: str) -> tuple[int, int]:
    """B7 -> (2, 7); (0, 0) where it is no cell."""
    head = name.rstrip("0123456789")
    tail = name[len(head) :]
    return column_number(head), int(tail) if tail else 0
