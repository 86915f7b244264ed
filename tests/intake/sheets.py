"""Workbooks for tests: minimal raw ones (exact XML) and ordinary ones through openpyxl."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def relationships(*items: tuple[str, str, str], extra: str = "") -> str:
    body = "".join(f'<Relationship Id="{i}" Type="{OFFICE}/{kind}" Target="{target}"/>' for i, kind, target in items)
    return f'<Relationships xmlns="{PACKAGE}">{body}{extra}</Relationships>'


def parts(
    *sheets: str,
    titles: Sequence[str] = (),
    strings: str | None = None,
    styles: str | None = None,
    workbook: str = "",
    prefix: str = "",
) -> dict[str, str | bytes]:
    """The parts of a workbook whose sheets hold the given XML inside <worksheet>."""
    p = f"{prefix}:" if prefix else ""
    names = list(titles) or [f"Sheet{i}" for i in range(1, len(sheets) + 1)]
    tabs = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="rId{i}"/>' for i, n in enumerate(names, 1))
    related = [(f"rId{i}", "worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(sheets) + 1)]
    related += [("rIdS", "sharedStrings", "sharedStrings.xml")] if strings is not None else []
    related += [("rIdT", "styles", "/xl/styles.xml")] if styles is not None else []
    xmlns = f'xmlns:{prefix}="{MAIN}"' if prefix else f'xmlns="{MAIN}"'
    found: dict[str, str | bytes] = {
        "[Content_Types].xml": _types(len(sheets), strings is not None, styles is not None),
        "_rels/.rels": relationships(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{workbook}<sheets>{tabs}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relationships(*related),
    }
    for index, sheet in enumerate(sheets, 1):
        found[f"xl/worksheets/sheet{index}.xml"] = f"<{p}worksheet {xmlns}>{sheet}</{p}worksheet>"
    if strings is not None:
        found["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'
    if styles is not None:
        found["xl/styles.xml"] = f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>'
    return found


def _types(sheets: int, strings: bool, styles: bool) -> str:
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    typed = {"/xl/workbook.xml": "sheet.main"}
    typed |= {f"/xl/worksheets/sheet{i}.xml": "worksheet" for i in range(1, sheets + 1)}
    typed |= {"/xl/sharedStrings.xml": "sharedStrings"} if strings else {}
    typed |= {"/xl/styles.xml": "styles"} if styles else {}
    listed = "".join(f'<Override PartName="{p}" ContentType="{main}.{kind}+xml"/>' for p, kind in typed.items())
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{rels}{listed}</Types>'


def packed(content: Mapping[str, str | bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return out.getvalue()


def raw(path: Path, *sheets: str, **options: Any) -> Path:
    path.write_bytes(packed(parts(*sheets, **options)))
    return path


def data(*rows: str) -> str:
    return "<sheetData>" + "".join(f"<row>{row}</row>" for row in rows) + "</sheetData>"


def text(*cells: str) -> str:
    """Inline text cells side by side."""
    return "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)


def write(path: Path, rows: Sequence[Sequence[Any]], title: str = "Sheet", merges: Sequence[str] = ()) -> Path:
    """An ordinary workbook; (value, number format) tuples set the format."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            if isinstance(value, tuple):
                sheet.cell(number, column, value[0]).number_format = value[1]
            elif value is not None:
                sheet.cell(number, column, value)
    for merge in merges:
        sheet.merge_cells(merge)
    book.save(path)
    return path
