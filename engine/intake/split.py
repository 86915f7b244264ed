"""Tables of cases and of their records, split on the disk into parts of so many cases, each with the records of its cases
(edge): a table is read through once, whatever the order of its rows. Memory holds some rows of it and the numbers of the cases.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.columns.algebra import CASES
from engine.files.reading import read
from engine.files.writing import remove, remove_folder, replacing, write
from engine.intake.scanning import ROW, TextFrame, scan

if TYPE_CHECKING:
    import polars as pl

CASE = "案件"

_PART = "#批"
_STRANGE = -1
"""The part of records whose case the table of cases does not have."""

_CELLS = 2_000_000
"""Cells that are read at a time."""

_LIMIT = 1 << 32


@dataclass(frozen=True)
class SplitTable:
    """Its columns but for `ROW`; `numbers`: of columns that hold numbers the rows in which they do, None for all."""

    names: Sequence[str]
    numbers: Mapping[str, Collection[int] | None]

    def in_numbers(self, name: str, row: int) -> bool:
        """Whether a cell holds a number and not a text."""
        if name not in self.numbers:
            return False
        held = self.numbers[name]
        return held is None or row in held


@dataclass(frozen=True)
class SplitTables:
    """What is in a folder. `height`: how many cases there are, `rows` of them in each part; `tables`: by name, that of the
    cases under `CASES`; `repeated`: numbers that more than one case has → the rows of these."""

    folder: Path
    height: int
    rows: int
    tables: Mapping[str, SplitTable]
    repeated: Mapping[str, Sequence[int]]

    @property
    def parts(self) -> int:
        return -(-self.height // self.rows)

    def part(self, table: str, number: int) -> pl.DataFrame:
        """The rows of a part as they are written, in their order; numbers of cases without spaces around them."""
        import polars as pl

        head = {ROW: pl.Int64, **dict.fromkeys(self.tables[table].names, pl.String)}
        found = [pl.read_parquet(path) for path in sorted(self.folder.glob(f"{_named(self.tables, table, number)}-*"))]
        return pl.concat([pl.DataFrame(schema=head), *(one.select(*head) for one in found)]).sort(ROW)

    def strange(self, table: str) -> pl.DataFrame:
        """The records whose case there is none of."""
        return self.part(table, _STRANGE)


def _named(tables: Collection[str], table: str, part: int) -> str:
    return f"{'外' if part == _STRANGE else f'{part:06}'}-{list(tables).index(table):03}"


def key(cases: Path, records: Mapping[str, Path], rows: int) -> str:
    """What the parts rest on: the files as they are."""
    looked = [("", cases), *sorted(records.items())]
    found = [(name, str(path), path.stat().st_size, path.stat().st_mtime_ns) for name, path in looked]
    return sha256(repr((found, rows)).encode()).hexdigest()


def split(cases: Path, records: Mapping[str, Path], rows: int, folder: Path) -> SplitTables:
    """The tables in parts of so many cases, in `folder`; what an earlier run made of the same files is taken as it is.
    Raises Refused: E541 a table without a column 案件, E105, E164 and what else is wrong with the files."""
    made = key(cases, records, rows)
    known = _known(folder, made)
    if known is not None:
        return known
    clear(folder)
    files = {CASES: cases, **records}
    scanned = {table: _scanned(path) for table, path in files.items()}
    where = _cases(folder, scanned, rows)
    repeated = _repeated(where)
    height = where.height
    where = _one_place(where, repeated)
    for table in records:
        _records(folder, scanned, table, where)
    tables = {name: SplitTable(one.names, _numbers(one)) for name, one in scanned.items()}
    found = SplitTables(folder, height, rows, tables, repeated)
    _keep(found, made)
    return found


def clear(folder: Path) -> None:
    """There is nothing of it left."""
    for path in [*folder.glob("*.parquet"), *folder.glob("*.json")]:
        remove(path)
    remove_folder(folder)


def _scanned(path: Path) -> TextFrame:
    found = scan(path)
    if CASE not in found.names:
        raise Refused(Problem("E541", f"`{path.name}` 没有 `{CASE}` 一列", help="第一行写列名，一列是案件编号"))
    return found


def _numbers(frame: TextFrame) -> dict[str, Collection[int] | None]:
    """A .parquet has numbers in every row of a column or in none."""
    return {name: None if isinstance(rows, range) else sorted(rows) for name, rows in frame.numbers.items()}


def _batches(frame: TextFrame) -> Iterator[pl.DataFrame]:
    """Some rows at a time, numbers of cases without spaces around them."""
    import polars as pl

    for rows in frame.batches(max(1, _CELLS // (1 + len(frame.names)))):
        yield rows.with_columns(pl.col(CASE).str.strip_chars())


def _cases(folder: Path, scanned: Mapping[str, TextFrame], rows: int) -> pl.DataFrame:
    """The table of cases in parts; of each case its number, its row and the part it is in."""
    import polars as pl

    where, first = [pl.DataFrame(schema={CASE: pl.String, ROW: pl.Int64, _PART: pl.Int64})], 0
    for count, batch in enumerate(_batches(scanned[CASES])):
        places = pl.int_range(first, first + batch.height, dtype=pl.Int64)
        parted = batch.with_columns((places // rows).alias(_PART))
        where.append(parted.select(CASE, ROW, _PART))
        _written(folder, scanned, CASES, parted, count)
        first += batch.height
    return pl.concat(where)


def _records(folder: Path, scanned: Mapping[str, TextFrame], table: str, where: pl.DataFrame) -> None:
    import polars as pl

    for count, batch in enumerate(_batches(scanned[table])):
        near = where.join(batch.select(CASE).unique(), on=CASE, how="semi")
        parted = batch.join(near, on=CASE, how="left", maintain_order="left")
        _written(folder, scanned, table, parted.with_columns(pl.col(_PART).fill_null(_STRANGE)), count)


def _written(folder: Path, tables: Collection[str], table: str, parted: pl.DataFrame, count: int) -> None:
    for (part,), rows in parted.partition_by(_PART, as_dict=True, include_key=False).items():
        path = folder / f"{_named(tables, table, part)}-{count:06}.parquet"
        with replacing(path, (".parquet",)) as stream:
            rows.write_parquet(stream, compression="lz4")


def _repeated(where: pl.DataFrame) -> dict[str, list[int]]:
    """Of numbers that more than one case has, the rows. Few have the same hash, so that only these are compared."""
    import polars as pl

    hashed = where[CASE].hash()
    ordered = hashed.sort()
    alike = where.filter(hashed.is_in(ordered.filter(ordered == ordered.shift()).unique().implode()))
    named = alike.filter(pl.col(CASE) != "").group_by(CASE, maintain_order=True).agg(ROW)
    return {case: rows for case, rows in named.iter_rows() if len(rows) > 1}


def _one_place(where: pl.DataFrame, repeated: Collection[str]) -> pl.DataFrame:
    """Number → part. That of a number which several cases have is of no account: they are all rejected."""
    import polars as pl

    where = where.select(CASE, _PART).filter(pl.col(CASE) != "")
    return where.unique(CASE, keep="first", maintain_order=True) if repeated else where


# What is kept of it


def _keep(found: SplitTables, made: str) -> None:
    said = {
        "key": made,
        "height": found.height,
        "rows": found.rows,
        "tables": {name: [list(one.names), one.numbers] for name, one in found.tables.items()},
        "repeated": found.repeated,
    }
    write(found.folder / "表.json", json.dumps(said, ensure_ascii=False).encode(), (".json",))


def _known(folder: Path, made: str) -> SplitTables | None:
    """What an earlier run of the same has made; without its last file it did not come to an end."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        said = json.loads(read(folder / "表.json", _LIMIT))
        if said["key"] == made:
            tables = {name: SplitTable(names, numbers) for name, (names, numbers) in said["tables"].items()}
            return SplitTables(folder, said["height"], said["rows"], tables, said["repeated"])
    return None
