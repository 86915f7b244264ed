"""A workbook of rules that came back: in what it differs from the pages it was made of, as edits. Pure.

Rows are known by their number in the first column, not by where they stand: a sheet may have been sorted. What was changed
and may not be, or cannot be told apart, is a fault of a cell.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date

from engine.base.classes import dataclass
from engine.revise.cells import list_edits, nested, pairs_edits, set_part
from engine.revise.edits import Add, Edit, Insert, Remove, Reorder, SetValue
from engine.revise.found import Steps
from engine.revise.sheets import BETWEEN, BookColumn, BookPage, Row
from engine.revise.writing import YamlValue

_PAIR = re.compile(r"([^:：]+)[:：]\s*(.*)")


@dataclass(frozen=True, slots=True)
class Line:
    """A row that came back: its number in the sheet, its id (None: a new row), and a text for every column of the page."""

    number: int
    id: int | None
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with a cell; `column` from 0 as the page counts, -1: the row's id."""

    page: str
    number: int
    column: int
    message: str
    help: str


@dataclass(frozen=True, slots=True)
class CellChange:
    """What a cell or row comes to in a file, and in words; `number` and `column` are where it was asked for."""

    page: str
    number: int
    column: int
    file: str
    edits: tuple[Edit, ...]
    said: str


@dataclass(slots=True)
class Differing:
    """What was found in comparing."""

    asked: list[CellChange] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)


def differing(pages: Sequence[BookPage], returned: Mapping[str, Sequence[Line]]) -> Differing:
    """In what the lines that came back differ from the pages. The edits are in an order in which each can be planned for
    what the one before leaves."""
    found = Differing()
    for page in pages:
        _Page(page, returned.get(page.title, ()), found).compare()
    return found


@dataclass(slots=True)
class _Page:
    """One page against its lines. `moved`: ids of rows that stand in another order."""

    page: BookPage
    lines: Sequence[Line]
    out: Differing
    moved: frozenset[int] = frozenset()

    def compare(self) -> None:
        known = self._known()
        if self.page.ordered:
            self.moved = frozenset(self._out_of_order(known))
        for line in known:
            assert line.id is not None
            self._changed(self.page.rows[line.id - 1], line)
        if self.page.adding == "example":
            self._assertions(known)
        if self.page.adding in ("definition", "example"):
            self._defined(known)
        else:
            self._rows(known)

    def fault(self, line: Line, column: int, message: str, help: str) -> None:
        self.out.faults.append(CellFault(self.page.title, line.number, column, message, help))

    def ask(self, line: Line, column: int, file: str, edits: Sequence[Edit], said: str) -> None:
        self.out.asked.append(CellChange(self.page.title, line.number, column, file, tuple(edits), said))

    def _known(self) -> list[Line]:
        """The lines with an id of the page, each once."""
        seen: dict[int, Line] = {}
        for line in self.lines:
            if line.id is None or self._cleared(line):
                continue
            if not 0 < line.id <= len(self.page.rows):
                self.fault(line, -1, f"没有编号 {line.id} 的行", "编号由程序写；新增的行，编号一格空着")
            elif line.id in seen:
                first = seen[line.id].number
                self.fault(line, -1, f"编号 {line.id} 与第 {first} 行重复", "复制出来当作新行的，把编号一格清空")
            else:
                seen[line.id] = line
        return list(seen.values())

    def _cleared(self, line: Line) -> bool:
        """Whether every cell of a row that may be filled in was emptied: so a row is deleted where its sheet is protected."""
        if line.id is None or not self.page.adding or not 0 < line.id <= len(self.page.rows):
            return False
        row, columns = self.page.rows[line.id - 1], self.page.columns
        open_ = [n for n, one in enumerate(columns) if one.form != "shown" and not one.whole and n not in row.closed]
        return any(row.cells[n] for n in open_) and not any(line.cells[n] for n in open_)

    # ---- cells ----

    def _changed(self, row: Row, line: Line) -> None:
        for number, (column, old, new) in enumerate(zip(self.page.columns, row.cells, line.cells, strict=True)):
            if old == new:
                continue
            if column.steps is None or column.form == "shown" or number in row.closed:
                help = "改回原来的字；要改它，到规则文件里改"
                self.fault(line, number, f"`{column.title}` 这一格只供看，原来是 `{_short(old)}`", help)
                continue
            edits = self._cell(row, line, number, column, new)
            if edits:
                said = f"{self._called(row)} {column.title}：{_short(old) or '（空）'} → {_short(new) or '（空）'}"
                self.ask(line, number, row.file, edits, said)

    def _called(self, row: Row) -> str:
        """What a row is about: its definition, and what is shown before the first cell that may be filled in."""
        told: list[str] = []
        for column, cell in zip(self.page.columns, row.cells, strict=True):
            if column.form != "shown":
                break
            told.append(cell)
        if self.page.adding == "item":
            told.append(next((cell for n, cell in enumerate(row.cells) if n >= len(told) and cell), ""))
        names = " ".join(dict.fromkeys([row.found.name, *(one for one in told if one and len(one) <= 30)]))
        return f"{self.page.title.partition('·')[0]} {names}"

    def _cell(self, row: Row, line: Line, number: int, column: BookColumn, new: str) -> list[Edit]:
        kind, name, place, node = row.found.kind, row.found.name, row.place(column), row.nodes[number]
        allowed = (row.choices or {}).get(number, column.choices)
        if new and allowed and new not in allowed:
            self.fault(line, number, f"`{new}` 不在可选的之内", f"可选：{'、'.join(allowed)}")
            return []
        if node is not None and not new:
            return [Remove(kind, name, place)]
        if column.form == "pairs":
            pairs = self._pairs(line, number, new)
            return [] if pairs is None else list(pairs_edits(row, place, node, pairs))
        if column.form == "list":
            return list(list_edits(row, place, node, [one for one in map(str.strip, new.split(BETWEEN)) if one]))
        return [set_part(row, place, node, new)]

    def _pairs(self, line: Line, number: int, text: str) -> dict[str, str] | None:
        found: dict[str, str] = {}
        for said in filter(None, map(str.strip, text.split("\n"))):
            match = _PAIR.fullmatch(said)
            if match is None or match[1].strip() in found:
                what = "不是 `名称: 值`" if match is None else "写了两次"
                self.fault(line, number, f"`{said}` {what}", "一行一项，如 `甲型: 1.5`")
                return None
            found[match[1].strip()] = match[2].strip()
        return found

    # ---- rows that come and go ----

    def _out_of_order(self, known: Sequence[Line]) -> Iterator[int]:
        """Ids of as few lines as can be that stand elsewhere within their list."""
        lists: dict[object, list[int]] = {}
        for line in known:
            assert line.id is not None
            lists.setdefault(self.page.rows[line.id - 1].within, []).append(line.id)
        for ids in lists.values():
            yield from {*ids} - {*_rising(ids)}

    def _rows(self, known: Sequence[Line]) -> None:
        """Rows that are put in, moved and taken out. `now` is every list as the edits so far leave it, new rows by a number
        below zero: each row goes right behind the one above it in the sheet, so that the order comes to be the sheet's."""
        kept, told = {line.id for line in known}, {line.number for line in known}
        gone = [(id, row) for id, row in enumerate(self.page.rows, 1) if id not in kept]
        if self.page.adding != "item":
            for _, row in reversed(gone):
                self._remove(row, row.item)
            for line in self.lines:
                if line.id is None:
                    self._elsewhere(line)
            return
        now: dict[object, list[int]] = {}
        for id, row in enumerate(self.page.rows, 1):
            now.setdefault(row.within, []).append(id)
        above: dict[object, int] = {}
        here: Row | None = None
        for line in (line for line in self.lines if line.id is None or line.number in told):
            row_ = self._among(line, here) if line.id is None else self.page.rows[line.id - 1]
            if row_ is None:
                continue
            here, listed, meant = row_, now[row_.within], line.id or -line.number
            if line.id is None:
                self._put(row_, line, listed, above.get(row_.within))
            elif line.id in self.moved:
                self._move(row_, line, listed, above.get(row_.within))
            if meant in listed:
                above[row_.within] = meant
        for id, row in reversed(gone):
            listed = now[row.within]
            self._remove(row, (*row.item[:-1], listed.index(id) + 1))
            listed.remove(id)

    def _remove(self, row: Row, item: Steps) -> None:
        if not self.page.adding or not item:
            self.fault(self._end(), -1, f"少了一行：{self._called(row)}", "这一页不能删行；恢复它，或重新导出")
            return
        said = "、".join(_short(cell) for cell in row.cells if cell)
        edit = Remove(row.found.kind, row.found.name, item)
        self.ask(self._end(), -1, row.file, [edit], f"{self._called(row)} 删去：{said}")

    def _elsewhere(self, line: Line) -> None:
        """A new row where rows are no items of a list."""
        if self.page.adding == "period":
            self._period(line)
        else:
            self.fault(line, -1, "这一页不能加行", "加在规则文件里；或删去这一行")

    def _among(self, line: Line, above: Row | None) -> Row | None:
        """A row of the list that a new one belongs to: the one above it, or of the one it names."""
        told = [number for number, column in enumerate(self.page.columns) if column.steps is None]
        names = [line.cells[number] for number in told]
        if above is not None and (not any(names) or names == [above.cells[number] for number in told]):
            return above
        same = next((row for row in self.page.rows if [row.cells[number] for number in told] == names), None)
        if same is None:
            known = "、".join(dict.fromkeys(row.cells[told[0]] for row in self.page.rows)) if told else ""
            self.fault(line, told[0] if told else -1, f"不知道加到哪里：`{'、'.join(names)}`", f"有：{known}")
        return same

    def _put(self, row: Row, line: Line, listed: list[int], above: int | None) -> None:
        value = self._value(line)
        if value is None:
            return
        kind, name, place = row.found.kind, row.found.name, row.item[:-1]
        after = _behind(listed, above)
        listed.insert(after, -line.number)
        said = f"{self._called(row).split(' ')[0]} {name} 加一行：{'、'.join(filter(None, map(_short, line.cells)))}"
        self.ask(line, -1, row.file, [Insert(kind, name, place, after, value)], said)

    def _move(self, row: Row, line: Line, listed: list[int], above: int | None) -> None:
        """A row that stands elsewhere, as the edits of its cells have left it."""
        assert line.id is not None
        taken = listed.index(line.id) + 1
        listed.remove(line.id)
        after = _behind(listed, above)
        listed.insert(after, line.id)
        if taken == after + 1:
            return
        kind, name, place = row.found.kind, row.found.name, row.item[:-1]
        where = f"移到“{_short(self._behind_said(above))}”之后" if above is not None else "移到最前"
        said = f"{self._called(row).split(' ')[0]} {name} {where}：{'、'.join(filter(None, map(_short, line.cells)))}"
        self.ask(line, -1, row.file, [Reorder(kind, name, (*place, taken), after)], said)

    def _behind_said(self, above: int | None) -> str:
        line = next(one for one in self.lines if above in (one.id, -one.number))
        return "、".join(filter(None, line.cells))

    def _value(self, line: Line) -> YamlValue | None:
        """What a new row says, as the files write it."""
        columns = [(number, column) for number, column in enumerate(self.page.columns) if column.steps is not None]
        texts = [line.cells[number] for number, _ in columns]
        if all((column.steps and isinstance(column.steps[0], int)) or column.steps == () for _, column in columns):
            if (empty := next((number for number, _ in columns if not line.cells[number]), None)) is not None:
                self.fault(line, empty, "有空着的格", "不限的写 `任意`")
                return None
            return texts if columns[0][1].steps else texts[0]
        return nested((column, line.cells[number]) for number, column in columns if line.cells[number])

    def _period(self, line: Line) -> None:
        """A value of a parameter from a day on."""
        by_title = {column.title: number for number, column in enumerate(self.page.columns)}
        name, value, since, until = (line.cells[by_title[title]] for title in ("名称", "值", "自", "至"))
        row = next((row for row in self.page.rows if row.found.name == name), None)
        if row is None:
            self.fault(
                line, by_title["名称"], f"没有参数 `{name}`，或它还没有值", "名称照上面写；未定的先在实施方案里给出值"
            )
        elif not value or not since:
            number = by_title["自" if value else "值"]
            self.fault(line, number, "新的一段要写“值”和“自”", "从哪一天起，如 2027-01-01")
        elif until:
            self.fault(line, by_title["至"], "新的一段不写“至”", "到以后再改的那一天为止；旧值的截止日由程序补上")
        else:
            edit = SetValue(name, value, date.fromisoformat(since))
            self.ask(line, by_title["值"], row.file, [edit], f"参数 {name} 自 {since} 起：{value}")

    # ---- definitions ----

    def _defined(self, known: Sequence[Line]) -> None:
        """Definitions of which no row is left are gone; new names are new ones."""
        names = {(row.file, row.found.name): row for row in self.page.rows}
        there = {(row.file, row.found.name) for row in (self.page.rows[(line.id or 0) - 1] for line in known)}
        for key in names.keys() - there:
            row = names[key]
            self.ask(self._end(), -1, row.file, [Remove(row.found.kind, row.found.name)], f"{self._called(row)} 删去")
        last = self.page.rows[-1]
        after, own = last.found.name, {row.found.name for row in self.page.rows}
        for line in (line for line in self.lines if line.id is None and line.cells[0] not in own):
            if not line.cells[0]:
                self.fault(line, 0, "没有写名称", "新的写一个新名称")
            elif (says := self._says(line)) is not None:
                self.ask(
                    line, 0, last.file, [Add(last.found.kind, says, after)], f"{last.found.kind} {line.cells[0]} 新增"
                )
                after = line.cells[0]
        for line in self.lines:
            if line.id is None and line.cells[0] in own and self.page.adding == "definition":
                self.fault(line, 0, f"`{line.cells[0]}` 已经有了", "新的写一个新名称；要改原来的，改它那一行")

    def _assertions(self, known: Sequence[Line]) -> None:
        """Rows of examples that stay: those taken out, from the last, then those put in behind them."""
        kept = {line.id for line in known}
        there = {(row.file, row.found.name) for row in (self.page.rows[(line.id or 0) - 1] for line in known)}
        for id, row in reversed([*enumerate(self.page.rows, 1)]):
            if id not in kept and (row.file, row.found.name) in there:
                self._remove(row, row.item)
        lasting = {row.found.name: row for id, row in enumerate(self.page.rows, 1) if id in kept}
        for line in self.lines:
            meant = lasting.get(line.cells[0]) if line.id is None else None
            says = self._says(line) if meant is not None else None
            if meant is not None and says is not None:
                after = sum(one.within == meant.within and id in kept for id, one in enumerate(self.page.rows, 1))
                said = says["断言"]
                assert isinstance(said, list)
                edit = Insert(meant.found.kind, meant.found.name, meant.item[:-1], after, said[0])
                self.ask(line, 0, meant.file, [edit], f"{self._called(meant)} 加一项断言")

    def _end(self) -> Line:
        return Line(max((line.number for line in self.lines), default=2), None, ())

    def _says(self, line: Line) -> dict[str, YamlValue] | None:
        own, below = dict[str, YamlValue](), dict[str, YamlValue]()
        for number, column in enumerate(self.page.columns):
            text = line.cells[number]
            if not text or not column.steps:
                continue
            value: YamlValue | None = text
            if column.form == "list" or (column.form == "shown" and BETWEEN in text):
                value = [one.strip() for one in text.split(BETWEEN)]
            elif column.form == "pairs":
                value = self._pairs(line, number, text)
            if value is None:
                return None
            (own if column.whole or self.page.adding == "definition" else below)[str(column.steps[0])] = value
        if self.page.adding == "example":
            if "决定" not in below or "结果" not in below:
                self.fault(line, 5, "新的用例要写“决定”和“应得的结果”", "照上面的行写")
                return None
            own["断言"] = [below]
        return own


def _behind(listed: Sequence[int], above: int | None) -> int:
    """The number, from 1, of the item behind which a row goes; 0: before the first."""
    return 0 if above is None else listed.index(above) + 1


def _rising(ids: Sequence[int]) -> list[int]:
    """The longest run of ids, in the order given, that rises."""
    ends: list[int] = []
    where: list[int] = []
    back: list[int] = []
    for index, id in enumerate(ids):
        length = bisect_left(ends, id)
        ends[length:] = [id, *ends[length + 1 :]]
        where[length:] = [index, *where[length + 1 :]]
        back.append(where[length - 1] if length else -1)
    found, at_ = list[int](), where[-1] if where else -1
    while at_ >= 0:
        found.append(ids[at_])
        at_ = back[at_]
    return found[::-1]


def _short(text: str) -> str:
    line = text.replace("\n", "；")
    return line if len(line) <= 30 else line[:29] + "…"
