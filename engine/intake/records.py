"""Rows below the head of a ledger, typed one by one: what counts, what does not and why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from decimal import Decimal

from engine.base.classes import dataclass
from engine.intake.header import LedgerHeader, match, names_of, untitled
from engine.intake.remarks import Remarks, area, some
from engine.intake.totals import Sums, is_sure, label
from engine.intake.units import sheet_unit, stated_units
from engine.language.tree import Row as Record
from engine.language.tree import Value
from engine.policy.package import RecordTable
from engine.spreadsheets.grid import Fault, Grid, GridRow, column_number, letters, ref

_FOOTER = re.compile(
    r"(备注|附注|注|说明|填表|制表|填报|审核|复核|负责人|经办|日期|盖章|单位|电话|联系)[^\n]{0,6}[：:（(]"
)
_LEAD = re.compile(r"-?[0-9]{1,3}", re.ASCII)
_THREE = re.compile(r"[0-9]{3}(\.[0-9]+)?", re.ASCII)
_TELL_TWICE = "确实是两条记录的，不必理会；重复粘贴的请删去"


@dataclass(slots=True)
class SeenRecords:
    """The records of a table so far, over all its sheets and files: where each stands first."""

    first: dict[Record, tuple[str, int]] = field(default_factory=dict)


class SheetRecords:
    """The records of one sheet. A cell that cannot be read is unknown and a problem; a row whose cells have moved is
    unknown throughout."""

    def __init__(self, table: RecordTable, header: LedgerHeader, report: Remarks, seen: SeenRecords) -> None:
        self.table, self.header, self.report, self.seen = table, header, report, seen
        self.prefix = report.prefix
        order = {column.name: index for index, column in enumerate(table.columns)}
        self.slots = [
            (c, reader, order[reader.declared.name], letters(c)) for c, reader in sorted(header.columns.items())
        ]
        self.required = [c for c, reader in header.columns.items() if reader.declared.required]
        self.numbers = [(c, slot) for c, reader, slot, _ in self.slots if reader.declared.type.kind == "number"]
        self.width = len(table.columns)
        self.leader = self.slots[0][0]
        self.names = names_of(table)
        self.edge = max(header.titles)
        self.sums = Sums(header.columns)
        self.rows: list[Record] = []
        self.numbered: list[int] = []
        self.first = self.last = 0
        self.hidden: list[str] = []
        self.struck: list[str] = []
        self.twice: list[tuple[int, str, int]] = []

    def take(self, row: GridRow) -> None:
        if self.skipped(row):
            return
        self.beside(row)
        if row.cells.keys().isdisjoint(self.header.columns):
            return
        faults = self.report.faults
        record: Record = (None,) * self.width if self.moved(row) else self.typed(row)
        if self.report.faults == faults:
            self.again(record, row.number)
        self.rows.append(record)
        self.numbered.append(row.number)
        values = {c: record[slot] for c, slot in self.numbers}
        self.sums.take({c: value for c, value in values.items() if isinstance(value, Decimal)})
        self.first, self.last = self.first or row.number, row.number
        if row.hidden:
            self.hidden.append(str(row.number))
        if row.struck:
            self.struck.append(str(row.number))

    def typed(self, row: GridRow) -> Record:
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
            name = reader.declared.name
            if isinstance(result, Fault):
                self.report.add(result.code, f"`{name}`：{result.message}", f"{letter}{number}", result.help)
                continue
            record[slot] = result.value
            if result.remark and result.once:
                self.report.once("W523", f"`{name}`：{result.remark}", f"{letter}{number}", "在表头写明，例如 `（%）`")
            elif result.remark:
                self.report.add("W522", f"`{name}`：{result.remark}", f"{letter}{number}", "最好改成规范写法")
        return tuple(record)

    def again(self, record: Record, number: int) -> None:
        """A record that stands there already is told, wherever the first one is."""
        first = self.seen.first.setdefault(record, (self.report.prefix, number))
        if first != (self.report.prefix, number) and any(value is not None for value in record):
            self.twice.append((number, *first))

    def moved(self, row: GridRow) -> bool:
        """In a CSV, more cells than the head has: a comma inside a number or a text has moved what follows."""
        if not row.width:
            return False
        extra = [str(row.cells[c]) for c in sorted(row.cells) if c > self.header.width]
        split = self.split_number(row)
        if extra or (split and row.width > self.header.width):
            what = f"`{'`、`'.join(extra[:3])}`" if extra else "空格"
            message = f"第 {row.number} 行比表头多出 {row.width - self.header.width} 格（{what}），各格可能错位"
            where = area(f"A{row.number}", ref(max(row.cells), row.number))
            self.report.add("E543", message, where, "数字和文字里有逗号的，加上双引号；数字最好不用千分位")
            return True
        if split:
            message = f"`{row.cells[split]}` 后面一格是 `{row.cells[split + 1]}`，可能是一个数被千分位逗号分开"
            self.report.add("W522", message, ref(split, row.number), "确实是两格的，不必理会；否则给数字加上双引号")
        return False

    def split_number(self, row: GridRow) -> int:
        """The column of a number that may go on in the next cell, where no number belongs; 0 where there is none."""
        for column, _ in self.numbers:
            here, after = row.cells.get(column), row.cells.get(column + 1)
            beyond = self.header.columns.get(column + 1)
            if beyond is not None and beyond.declared.type.kind == "number":
                continue
            if isinstance(here, str) and isinstance(after, str) and _LEAD.fullmatch(here) and _THREE.fullmatch(after):
                return column
        return 0

    def beside(self, row: GridRow) -> None:
        """Cells under no head at all are told once a column."""
        for column in row.cells:
            if column not in self.header.titles and not (row.width and column > self.header.width):
                self.report.once(
                    "W541", untitled(column), ref(column, row.number), "要读的补上列名；与本表无关可不理会"
                )

    def skipped(self, row: GridRow) -> bool:
        """Totals, repeated heads, and remarks at the foot."""
        return self.is_head(row) or self.is_total(row) or self.is_foot(row)

    def is_head(self, row: GridRow) -> bool:
        cells, titles = row.cells, self.header.titles
        if cells.get(self.leader) == titles.get(self.leader) and all(
            cells.get(column) == titles[column] for column in self.header.columns
        ):
            self.note(row, "重复的表头")
            return True
        heads = [match(value, self.names) for value in cells.values() if isinstance(value, str)]
        known = sum(1 for head in heads if head)
        if known < 2 or 2 * known <= len(cells):
            return False
        message = f"第 {row.number} 行又是表头，列与第 {self.header.row} 行不同"
        self.report.add("E544", message, self.whole(row), "把两段分到两张工作表，或排成同样的列")
        return True

    def is_total(self, row: GridRow) -> bool:
        if found := label(row):
            if is_sure(found) or self.lacks_required(row):
                self.note(row, f"`{found}`")
                self.sums.restart()
                return True
            self.report.add(
                "W543",
                f"第 {row.number} 行的 `{found}` 像合计，但各列都已填写，仍然计入",
                self.whole(row),
                "不是记录的请删去",
            )
        elif self.sums.equal(row):
            self.note(row, "上面各行之和，没有写名称")
            self.sums.restart()
            return True
        return False

    def is_foot(self, row: GridRow) -> bool:
        texts = [value.strip() for value in row.cells.values() if isinstance(value, str)]
        if len(texts) < len(row.cells) or not all(_FOOTER.match(text) for text in texts):
            return False
        self.note(row, "表尾的说明")
        for one in stated_units(row, self.header.units):
            for reader in self.header.columns.values():
                unit, against = sheet_unit([one], reader.declared)
                used = reader.measure.unit
                if against is not None or (unit is not None and used is not None and unit.factor != used.factor):
                    message = f"表尾写着单位 `{one.word}`，与 `{reader.declared.name}` 列所用的不同"
                    self.report.add("E519", message, ref(one.column, one.row), "把单位写到表头")
        return True

    def lacks_required(self, row: GridRow) -> bool:
        """No record: a required column is blank or cannot be read."""
        needed = self.required or list(self.header.columns)
        return any(c not in row.cells or isinstance(self.header.columns[c].read(row.cells[c]), Fault) for c in needed)

    def note(self, row: GridRow, what: str) -> None:
        self.report.add("W543", f"第 {row.number} 行是{what}，没有计入", self.whole(row), "是记录的，补全各列或改名")

    def whole(self, row: GridRow) -> str:
        return area(ref(min(row.cells), row.number), ref(max(row.cells), row.number))

    def close(self, grid: Grid) -> None:
        """What is told of the sheet as a whole once its rows have been read."""
        self.tell_rows("W545", self.hidden, "被隐藏或筛掉，仍然计入", "不该计入的行请删除")
        self.tell_rows("W542", self.struck, "有删除线，仍然计入", "不该计入的行请删除；该计入的去掉删除线")
        for number, sheet, first in self.twice:
            where = f"{sheet}{first}" if sheet != self.report.prefix else f"第 {first} 行"
            self.report.add(
                "W524",
                f"第 {number} 行与{where}完全相同，都已计入",
                area(f"A{number}", ref(self.edge, number)),
                _TELL_TWICE,
            )
        for left, right in grid.marks.hidden:
            for column, reader in self.header.columns.items():
                if left <= column <= right:
                    message = f"`{reader.declared.name}` 列被隐藏，仍然读取"
                    self.report.add("W545", message, ref(column, self.header.row), "取消隐藏，核对内容")
        for merged in grid.marks.merges:
            self.merged(merged)

    def tell_rows(self, code: str, rows: list[str], what: str, help: str) -> None:
        if rows:
            where = area(f"A{rows[0]}", f"A{rows[-1]}")
            self.report.add(code, f"第 {some(rows)} 行{what}", where, help)

    def merged(self, merged: str) -> None:
        start, _, end = merged.partition(":")
        left, top = _corner(start)
        right, bottom = _corner(end or start)
        over = [c for c in self.header.columns if left <= c <= right]
        if over and bottom > top and top <= self.last and bottom >= self.first > 0 and top > self.header.row:
            name = self.header.columns[over[0]].declared.name
            message = f"`{name}` 列有合并单元格，只有第一格有值，其余按待查处理"
            self.report.add("W544", message, merged, "取消合并，逐行填写")

    def stretches(self) -> tuple[range, ...]:
        """The row numbers of the records, in order."""
        found: list[range] = []
        for number in self.numbered:
            if found and found[-1].stop == number:
                found[-1] = range(found[-1].start, number + 1)
            else:
                found.append(range(number, number + 1))
        return tuple(found)

    def letters(self) -> Mapping[str, str]:
        """Column name -> its letter in the sheet."""
        return {reader.declared.name: letter for _, reader, _, letter in self.slots}

    def extent(self) -> str:
        """The range its records stand in."""
        used = sorted(self.header.columns)
        return area(ref(used[0], self.first), ref(used[-1], self.last))


def _corner(name: str) -> tuple[int, int]:
    """B7 -> (2, 7); (0, 0) where it is no cell."""
    head = name.rstrip("0123456789")
    tail = name[len(head) :]
    return column_number(head), int(tail) if tail else 0
