"""Files of tables as frames of texts, each row with its number in the file (edge): .parquet, .csv, the first sheet of an .xlsx."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field
from datetime import date
from decimal import Decimal
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.base.classes import dataclass
from engine.base.numbers import number_text
from engine.base.problem import Problem, Refused
from engine.files.faults import unreadable
from engine.files.reading import find
from engine.policy.nodes import wrong_encoding
from engine.spreadsheets.formats import Formatted
from engine.spreadsheets.grid import Fault, letters
from engine.spreadsheets.opening import open_grids

if TYPE_CHECKING:
    import polars as pl

ROW = "行"

_LIMIT = 1 << 40
_SAVE_AS = "另存为 UTF-8 编码的 .csv，或 .parquet"


@dataclass(frozen=True)
class TextFrame:
    """A table, not yet read: its cells as texts. `names`: the columns but for `ROW`; `numbers`: of columns that hold numbers and
    not texts, the rows in which they do; `first`: the number of the first row, where they stand one after the other and none
    is told in `ROW`; `anywhere`: whether rows can be read without those before."""

    path: Path
    texts: pl.LazyFrame
    names: Sequence[str]
    numbers: Mapping[str, Collection[int]] = field(default_factory=dict)
    first: int | None = None
    anywhere: bool = False

    def batches(self, rows: int) -> Iterator[pl.DataFrame]:
        """The table, about so many rows at a time; rows without anything in them are none. Raises Refused: E164."""
        import polars as pl

        try:
            if self.anywhere:
                height = int(self.texts.select(pl.len()).collect().item())
                for at in range(0, height, rows):
                    yield self._whole(self.texts.slice(at, rows), at).collect()
            else:
                yield from self._whole(self.texts, 0).collect_batches(chunk_size=rows)
        except pl.exceptions.PolarsError as error:
            raise unusable(self.path, error) from None

    def _whole(self, texts: pl.LazyFrame, at: int) -> pl.LazyFrame:
        """Some rows from `at`, those with anything in them, numbered."""
        import polars as pl

        cells = [pl.col(name) for name in self.names]
        if self.first is not None:
            texts = texts.with_row_index(ROW, self.first + at).with_columns(pl.col(ROW).cast(pl.Int64))
        return texts.filter(~pl.all_horizontal(*(cell.is_null() | (cell.str.strip_chars() == "") for cell in cells)))


def scan(path: Path) -> TextFrame:
    """A table. Raises Refused: E105, E150, E541 a column that is there twice or has no name, E164 and what else is wrong with
    the file."""
    import polars as pl

    suffix = path.suffix.lower()
    try:
        find(path, _LIMIT)
        found = _parquet(path) if suffix == ".parquet" else _csv(path) if suffix == ".csv" else _sheet(path)
    except OSError as error:
        raise Refused(unreadable(error, str(path))) from None
    except pl.exceptions.PolarsError as error:
        raise unusable(path, error) from None
    return found


def unusable(path: Path, error: Exception) -> Refused:
    """E164: a table that cannot be read through."""
    said = (_misshapen(path) if path.suffix.lower() == ".csv" else "") or str(error).partition("\n")[0][:200]
    return _stopped(path, f"读不下去：{said or type(error).__name__}")


def _stopped(path: Path, said: str) -> Refused:
    return Refused(Problem("E164", f"`{path.name}` {said}", help=_SAVE_AS))


def _parquet(path: Path) -> TextFrame:
    import polars as pl

    frame = pl.scan_parquet(path, glob=False)
    columns, numbers = list[pl.Expr](), dict[str, Collection[int]]()
    for name, kind in frame.collect_schema().items():
        if kind.is_nested() or kind in (pl.Binary, pl.Object, pl.Unknown):
            raise _stopped(path, f"的列 `{name}` 每格不是一个值（{kind}）")
        held = pl.col(name)
        if kind == pl.Boolean:
            held = pl.when(held).then(pl.lit("是")).when(~held).then(pl.lit("否")).alias(name)
        elif kind.is_numeric():
            numbers[name] = range(_LIMIT)
        columns.append(held.cast(pl.String))
    return TextFrame(path, frame.select(columns), frame.collect_schema().names(), numbers, first=1, anywhere=True)


def _csv(path: Path) -> TextFrame:
    import polars as pl

    _decoded(path)
    with _records(path) as records:
        head = next(records, None)
    if not head:
        raise _stopped(path, "是空的，第一行没有列名")
    _named(path, head)
    texts = pl.scan_csv(path, infer_schema=False, glob=False)
    return TextFrame(path, texts, texts.collect_schema().names(), first=2)


def _named(path: Path, head: Sequence[str]) -> None:
    if "" in head:
        raise Refused(
            Problem("E541", f"`{path.name}` 第 {head.index('') + 1} 列没有列名", help="写上列名，或删去这一列")
        )
    name, count = Counter(head).most_common(1)[0]
    if count > 1:
        places = "、".join(str(place) for place, one in enumerate(head, 1) if one == name)
        raise Refused(Problem("E541", f"`{path.name}` 有 {count} 列 `{name}`（第 {places} 列）", help="只留一列"))


def _decoded(path: Path) -> None:
    """Raises Refused: E105."""
    with find(path, _LIMIT).opened() as stream:
        for number, line in enumerate(stream, 1):
            if number == 1 and line[:2] in (b"\xff\xfe", b"\xfe\xff"):
                raise Refused(wrong_encoding(path.name, 1, "`UTF-16`"))
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                raise Refused(wrong_encoding(path.name, number, _other(line))) from None


def _other(line: bytes) -> str:
    try:
        line.decode("gb18030")
    except UnicodeDecodeError:
        return "既不是 UTF-8，也不是 GB18030"
    return "`GB18030`（GBK）"


@contextmanager
def _records(path: Path) -> Iterator[Iterator[list[str]]]:
    with TextIOWrapper(find(path, _LIMIT).opened(), encoding="utf-8-sig", newline="") as stream:
        yield csv.reader(stream, strict=True)


def _misshapen(path: Path) -> str:
    """The first row of a .csv that has more cells than its head, or whose quotes are not closed."""
    number = 0
    try:
        with _records(path) as records:
            wide = len(next(records, []))
            for number, record in enumerate(records, 2):
                if len(record) > wide:
                    return f"第 {number} 行有 {len(record)} 格，表头只有 {wide} 列"
    except csv.Error:
        return f"第 {number + 1} 行的引号没有成对，或单元格过长"
    except (OSError, UnicodeError):
        return ""
    return ""


def _sheet(path: Path) -> TextFrame:
    """The first sheet of a workbook, its first row the head."""
    import polars as pl

    grids, problems = open_grids(path, path.name)
    if not grids:
        raise Refused(problems)
    rows = grids[0].rows()
    head = next(rows, None)
    if head is None:
        raise _stopped(path, "是空的，第一行没有列名")
    names = {column: str(cell).strip() for column, cell in head.cells.items()}
    _named(path, list(names.values()))
    numbers: dict[str, set[int]] = {}
    lines = []
    for row in rows:
        if unnamed := sorted(row.cells.keys() - names.keys()):
            message = f"`{path.name}` 的 {letters(unnamed[0])} 列没有列名，第 {row.number} 行却有内容"
            raise Refused(Problem("E541", message, help="写上列名，或删去这一列"))
        cells = {names[column]: cell for column, cell in row.cells.items()}
        lines.append({ROW: row.number, **{name: _text(cell) for name, cell in cells.items()}})
        for name, cell in cells.items():
            if isinstance(cell, Decimal | Formatted):
                numbers.setdefault(name, set()).add(row.number)
    schema = {ROW: pl.Int64, **dict.fromkeys(names.values(), pl.String)}
    return TextFrame(path, pl.DataFrame(lines, schema=schema).lazy(), list(names.values()), numbers)


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, Fault):
        return f"#{cell.message}"
    return cell.isoformat() if isinstance(cell, date) else cell if isinstance(cell, str) else number_text(cell)
