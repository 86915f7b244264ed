"""What the file system and damaged containers can do to a reader."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from engine.base.problem import Refused
from engine.files.reading import Found
from engine.intake import case
from engine.intake.case import case_file
from engine.intake.files import read_text
from engine.spreadsheets import container
from engine.spreadsheets.opening import open_grids
from tests.intake.sheets import data, packed, parts, raw, text

ONE = data(text("甲"))


def failing(*_: Any, **__: Any) -> Any:
    raise PermissionError


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("a.yaml", lambda path: read_text(path, path.name)),
        ("a.xlsx", lambda path: open_grids(path, path.name)),
        ("a.csv", lambda path: open_grids(path, path.name)),
    ],
)
def test_opening_may_fail_after_the_check(
    name: str, read: Callable[[Path], tuple[Any, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name
    path.write_bytes(packed(parts(ONE)))
    monkeypatch.setattr(Found, "opened", failing)
    assert [p.code for p in read(path)[1]] == ["E103"]


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_a_file_may_vanish_or_change_between_opening_and_reading(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(packed(parts(ONE)) if name == "a.xlsx" else "甲\n".encode())
    grid = open_grids(path, name)[0][0]
    path.write_bytes(b"\xff\xff" * 20)
    with pytest.raises(Refused) as changed:
        list(grid.rows())
    assert [(p.code, "改动" in p.message) for p in changed.value.problems] == [("E103", True)]
    path.unlink()
    with pytest.raises(Refused) as vanished:
        list(grid.rows())
    assert [p.code for p in vanished.value.problems] == ["E101"]


def test_looking_for_a_case_may_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case.Path, "exists", failing)
    found, problems = case_file(tmp_path)
    assert found is None
    assert [p.code for p in problems] == ["E103"]


def zipped(**changes: Any) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", changes.pop("method", zipfile.ZIP_DEFLATED)) as archive:
        for name, content in parts(ONE).items():
            info = zipfile.ZipInfo(name)
            info.compress_type = archive.compression
            archive.writestr(info, content)
    content = bytearray(out.getvalue())
    if changes.get("encrypted"):
        at = content.index(b"PK\x01\x02")
        content[at + 8] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (zipped(encrypted=True), "E151", "加密"),
        (zipped(method=zipfile.ZIP_BZIP2), "E154", "压缩方法"),
        (packed({"xl/workbook.xml": "<workbook/>"}), "E159", "工作表"),
        (packed({"xl/other.xml": "<a/>"}), "E152", "损坏"),
        (packed(parts(ONE) | {"xl/workbook.xml": "<workbook><sheets>"}), "E152", "损坏"),
        (packed(parts(ONE) | {"xl/workbook.xml": "<!DOCTYPE a><workbook/>"}), "E155", "DOCTYPE"),
        (packed(parts(ONE) | {"XL/WORKBOOK.XML": "x"}), "E154", "重复"),
        (packed(parts(ONE) | {"a\\b.xml": "x"}), "E154", "不安全"),
        (packed(parts(ONE) | {"/abs.xml": "x"}), "E154", "不安全"),
        (packed(parts(ONE) | {"c:x.xml": "x"}), "E154", "不安全"),
    ],
)
def test_containers_that_are_refused(content: bytes, code: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    grids, problems = open_grids(path, "a.xlsx")
    assert grids == []
    assert problems[0].code == code
    assert says in problems[0].message


def test_a_doctype_far_into_a_part_is_met_by_the_parser(tmp_path: Path) -> None:
    sheet = parts(ONE)["xl/worksheets/sheet1.xml"]
    path = tmp_path / "a.xlsx"
    path.write_bytes(packed(parts(ONE) | {"xl/worksheets/sheet1.xml": " " * 5000 + f"<!DOCTYPE a>{sheet}"}))
    grids, problems = open_grids(path, "a.xlsx")
    assert problems == []
    with pytest.raises(Refused):
        list(grids[0].rows())


def test_hyperlinks_are_no_danger(tmp_path: Path) -> None:
    rels = (
        '<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/hyperlink" Target="mailto:a@example.com" TargetMode="External"/></Relationships>'
    )
    path = tmp_path / "a.xlsx"
    path.write_bytes(packed(parts(ONE) | {"xl/worksheets/_rels/sheet1.xml.rels": rels}))
    grids, problems = open_grids(path, "a.xlsx")
    assert problems == []
    assert [row.cells for row in grids[0].rows()] == [{1: "甲"}]


@pytest.mark.parametrize(("limit", "value"), [("MAX_UNPACKED", 100), ("MAX_PARTS", 2), ("MAX_PACKED", 10)])
def test_limits(limit: str, value: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = raw(tmp_path / "a.xlsx", ONE)
    assert open_grids(path, "a")[1] == []
    monkeypatch.setattr(container, limit, value)
    assert open_grids(path, "a")[1][0].code in ("E153", "E104")


def test_a_long_ledger_streams(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 20_001))
    grid = open_grids(raw(tmp_path / "a.xlsx", f"<sheetData>{rows}</sheetData>"), "a")[0][0]
    stream = grid.rows()
    assert next(stream).number == 1
    assert sum(1 for _ in stream) == 19_999
