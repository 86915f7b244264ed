"""The head of a ledger: which row it is, which column stands for which field, in what unit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from engine.base.classes import dataclass
from engine.base.text import folded, nearest
from engine.base.units import Unit
from engine.intake.remarks import Remarks
from engine.intake.units import Stated, head_unit, sheet_unit, stated_units
from engine.intake.values import Reader, make_reader
from engine.language.tree import Scope
from engine.policy.package import Field, RecordTable
from engine.spreadsheets.grid import Fault, GridRow, letters, ref

HEADER_WITHIN = 50
_BRACKETED = re.compile(r"(.+?)[（(\[【〔]([^（）()\[\]【】〔〕]*)[）)\]】〕]")
_SLASHED = re.compile(r"(.+?)[/／:：]([^/／:：]+)")
_IGNORED = frozenset({"序号", "编号", "备注", "no", "no.", "说明"})


@dataclass(frozen=True, slots=True)
class LedgerHeader:
    """`columns`: how each is read; `titles`: what the head row says; `width`: in a CSV how many cells it has; `stated`:
    the units said above it."""

    row: int
    columns: Mapping[int, Reader]
    titles: Mapping[int, str]
    width: int = 0
    stated: tuple[Stated, ...] = ()

    @property
    def units(self) -> Mapping[str, Unit]:
        return next(iter(self.columns.values())).measure.units

    def read(self, row: GridRow) -> bool:
        """Whether a row that is not under this head reads like one of its records: every required column is typed
        rightly, and at least one that is more than text."""
        values = {c: reader.read(row.cells[c]) for c, reader in self.columns.items() if c in row.cells}
        needed = [c for c, reader in self.columns.items() if reader.declared.required]
        if any(isinstance(value, Fault) for value in values.values()) or not values:
            return False
        typed = any(self.columns[c].declared.type.kind != "text" for c in values)
        return typed and all(c in values for c in needed)


def names_of(table: RecordTable) -> dict[str, Field]:
    """What the head of a column may say -> the column: its name, label and aliases, folded."""
    other = {folded(word): column for column in table.columns for word in (column.label, *column.aliases) if word}
    return other | {folded(column.name): column for column in table.columns}


def match(text: str, names: Mapping[str, Field]) -> tuple[Field, str] | None:
    """The column a head stands for and what it has in brackets: `经费（万元）`, `经费/万元`."""
    if found := names.get(folded(text)):
        return found, ""
    for pattern in (_BRACKETED, _SLASHED):
        head = pattern.fullmatch("".join(text.split()))
        found = names.get(folded(head.group(1))) if head else None
        if head and found:
            return found, head.group(2).strip()
    return None


def matched(row: GridRow, names: Mapping[str, Field]) -> set[str]:
    """The fields whose heads stand in a row."""
    found = (match(value, names) for value in row.cells.values() if isinstance(value, str))
    return {one[0].name for one in found if one}


def head_row(top: Sequence[GridRow], names: Mapping[str, Field]) -> GridRow | None:
    """The row with the most heads, the first of several; a head that stands alone one row above a gap belongs to it."""
    best = max(top, key=lambda row: (len(matched(row, names)), -row.number), default=None)
    if best is None or not matched(best, names):
        return None
    above = next((row for row in top if row.number == best.number - 1), None)
    if above is None or not matched(above, names) - matched(best, names):
        return best
    cells = {c: v for c, v in above.cells.items() if isinstance(v, str) and match(v, names)} | best.cells
    return best._replace(cells=cells)


def read_header(
    top: Sequence[GridRow], table: RecordTable, scope: Scope, report: Remarks, epoch_1904: bool = False
) -> LedgerHeader | None:
    """The header among the first rows, or None with problems. Columns that are needed and missing are problems too."""
    names = names_of(table)
    best = head_row(top, names)
    if best is None:
        wanted = "、".join(column.name for column in table.columns)
        where = f"A1:{ref(max(max(row.cells) for row in top), top[-1].number)}" if top else "A1"
        report.add("E540", f"前 {HEADER_WITHIN} 行里没有 `{table.name}` 的表头", where, f"表头应有 {wanted}")
        return None
    readers: dict[int, Reader] = {}
    seen: dict[str, int] = {}
    brackets: dict[int, str] = {}
    for column, title in sorted(best.cells.items()):
        where = ref(column, best.number)
        found = match(title, names) if isinstance(title, str) else None
        if found is None:
            _unknown_column(str(title), where, table, report)
        elif found[0].name in seen:
            first = ref(seen[found[0].name], best.number)
            report.add("E542", f"列 `{title}` 与 {first} 重复", where, "只留一列")
        else:
            seen[found[0].name] = column
            readers[column] = make_reader(found[0], scope.units, scope.enums, lenient=True, epoch_1904=epoch_1904)
            brackets[column] = found[1]
    _missing(table, best, seen, readers, report)
    units = next(iter(readers.values())).measure.units
    stated = tuple(one for row in top if row.number < best.number for one in stated_units(row, units))
    columns = {c: _in_unit(r, brackets[c], stated, ref(c, best.number), report) for c, r in readers.items()}
    return LedgerHeader(best.number, columns, {c: str(t) for c, t in best.cells.items()}, best.width, stated)


def _in_unit(reader: Reader, bracketed: str, stated: Sequence[Stated], where: str, report: Remarks) -> Reader:
    """The reader in the unit of its head, or else of the sheet."""
    column = reader.declared
    unit = head_unit(bracketed, column, reader.measure.units) if bracketed else None
    if unit is None:
        unit, against = sheet_unit(stated, column)
        if against is not None:
            why = "不认识" if against.unit is None else "与前面写的不一致"
            message = f"表上写着单位 `{against.word}`，{why}，`{column.name}` 列不知按什么单位读"
            wanted = column.unit.name if column.unit else "规则里的单位"
            report.add(
                "E519",
                message,
                ref(against.column, against.row),
                f"改正单位，或在表头写明各列单位，如 `{column.name}（{wanted}）`",
            )
    if isinstance(unit, Fault):
        report.add(unit.code, unit.message, where, unit.help)
        return reader
    return reader.in_unit(unit) if unit is not None else reader


def _missing(
    table: RecordTable, best: GridRow, seen: Mapping[str, int], readers: Mapping[int, Reader], report: Remarks
) -> None:
    for missing in (c for c in table.columns if c.required and c.name not in seen):
        row = f"{ref(min(best.cells), best.number)}:{ref(max(best.cells), best.number)}"
        loose = [str(t) for c, t in best.cells.items() if c not in readers]
        close = nearest(missing.name, loose)
        help = f"是否就是列 `{close}`？改名为 `{missing.name}`" if close else f"加上一列 `{missing.name}`"
        report.add("E541", f"缺少必填的列 `{missing.name}`", row, help)


def _unknown_column(title: str, where: str, table: RecordTable, report: Remarks) -> None:
    if folded(title) in _IGNORED:
        return
    close = None
    if report.counts["W541"] < HEADER_WITHIN:
        close = nearest(title, (word for c in table.columns for word in (c.name, *c.aliases)))
    help = f"是否想写 `{close}`？" if close else "与本表无关可不理会"
    report.add("W541", f"不认识的列 `{title}`，没有读取", where, help)


def untitled(column: int) -> str:
    """The remark on a column without a head."""
    return f"{letters(column)} 列没有列名，没有读取"
