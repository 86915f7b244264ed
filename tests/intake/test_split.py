"""Tables are split into parts of so many cases with their records, in whatever order these stand; nothing is lost or moved."""

from __future__ import annotations

from pathlib import Path
from random import Random

import polars as pl
import pytest

from engine.columns.algebra import CASES
from engine.intake import split as splitting
from engine.intake.scanning import ROW
from engine.intake.split import CASE, SplitTables, clear, split

RECORDS = {"台账": "台账", "名册": "名册"}


def made(folder: Path, suffix: str, shuffled: bool) -> tuple[Path, dict[str, Path]]:
    """Twenty-three cases, one number twice, one blank; records of some, of one that is not there and of none."""
    ids = [*(f"第{number}件" for number in range(21)), "第3件", " "]
    cases = folder / f"案件{suffix}"
    _kept(pl.DataFrame({CASE: ids, "甲": [str(place) for place in range(23)]}), cases)
    records = {}
    for table, name in RECORDS.items():
        lines = [(f"{id_} ", f"{table}{count}") for count in range(3) for id_ in (*ids[:15], "外来", "")]
        if shuffled:
            Random(3).shuffle(lines)
        records[table] = folder / f"{name}{suffix}"
        _kept(pl.DataFrame(lines, schema=[CASE, "名"], orient="row"), records[table])
    return cases, records


def _kept(frame: pl.DataFrame, path: Path) -> None:
    frame.write_parquet(path) if path.suffix == ".parquet" else frame.write_csv(path)


def whole(found: SplitTables, table: str) -> list[tuple[str, ...]]:
    return [row for number in range(-1, found.parts) for row in found.part(table, number).iter_rows()]


@pytest.mark.parametrize(
    ("suffix", "shuffled", "cells"), [(".csv", True, 9), (".parquet", False, 1), (".csv", False, 999)]
)
def test_every_row_is_in_the_part_of_its_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, shuffled: bool, cells: int
) -> None:
    monkeypatch.setattr(splitting, "_CELLS", cells)
    cases, records = made(tmp_path, suffix, shuffled)
    found = split(cases, records, 5, tmp_path / "表")
    first = 1 if suffix == ".parquet" else 2
    assert (found.height, found.parts) == (23, 5)
    assert found.repeated == {"第3件": [first + 3, first + 21]}
    each = [found.part(CASES, number) for number in range(found.parts)]
    assert [one.height for one in each] == [5, 5, 5, 5, 3]
    assert [row for one in each for row in one[ROW]] == [first + place for place in range(23)]
    for table, path in records.items():
        read = (pl.read_parquet if suffix == ".parquet" else pl.read_csv)(path)
        said = [(first + place, (id_ or "").strip(), name) for place, (id_, name) in enumerate(read.iter_rows())]
        assert sorted((row, id_ or "", name) for row, id_, name in whole(found, table)) == said
        assert {id_ or "" for id_ in found.strange(table)[CASE]} == {"外来", ""}
        for number, part in enumerate(each):
            rows = found.part(table, number)
            assert set(rows[CASE]) <= set(part[CASE])
            assert rows[ROW].is_sorted()


def test_what_was_split_is_taken_as_it_is_while_the_files_are_the_same(tmp_path: Path) -> None:
    cases, records = made(tmp_path, ".parquet", shuffled=True)
    folder = tmp_path / "表"
    found = split(cases, records, 5, folder)
    seen = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert split(cases, records, 5, folder) == found
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == seen
    (folder / "表.json").unlink()  # interrupted before the end
    assert split(cases, records, 5, folder) == found
    records["台账"].touch()
    assert split(cases, records, 7, folder).parts == 4
    assert whole(split(cases, records, 7, folder), "台账") != []
    clear(folder)
    assert not folder.exists()


def test_a_cell_that_holds_a_number_is_known_in_every_part(tmp_path: Path) -> None:
    path = tmp_path / "案件.parquet"
    pl.DataFrame({CASE: ["甲", "乙"], "号": [1, 2], "名": ["a", "b"]}).write_parquet(path)
    table = split(path, {}, 1, tmp_path / "表").tables[CASES]
    assert [table.in_numbers(name, 2) for name in ("号", "名")] == [True, False]
