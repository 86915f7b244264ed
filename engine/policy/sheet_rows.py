"""Rows of decision tables from a sheet beside the rules (行自: 标准.csv, 标准.xlsx, 标准.xlsx!2026年): each cell is text of the
language, where it stands in the file. Pure: the sheets are among the sources of the package."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath

from engine.base.problem import Problem
from engine.base.text import did_you_mean
from engine.policy.nodes import BOOKS, SHEETS, UNREAD, Scalar
from engine.policy.places import FAULT, IN_SHEET, SheetText, SourceText
from engine.policy.spec import PackageSpec
from engine.policy.spec.rules import DecisionTableBody, DecisionTableSpec

_CELL = re.compile(r'[ \t]*(?:"((?:[^"\n]|"")*)"[ \t]*|([^,\n]*))(,|\n|$)')


def with_sheets(spec: PackageSpec, files: Mapping[str, str]) -> tuple[PackageSpec, list[Problem]]:
    """The spec with the rows that its tables have in sheets among `files`; E377 for what cannot be read of one."""
    problems: list[Problem] = []

    def filled(table: DecisionTableBody) -> DecisionTableBody:
        scalar = table.sheet
        if scalar is None:
            return table
        name, _, page = scalar.text.partition("!")
        path = str(PurePath(scalar.span.file).parent / name)
        if table.rows or path not in files or not path.endswith(SHEETS) or (page and not path.endswith(BOOKS)):
            problems.append(_no_sheet(scalar, path, table, files))
            return table
        if files[path] == UNREAD:
            return table
        if path.endswith(BOOKS):
            chosen, wrong = _page(scalar, page, SheetText(path, files[path]))
        else:
            chosen, wrong = [row for row in _rows(SourceText(path, files[path])) if any(cell.text for cell in row)], []
        problems.extend(wrong or _misread(table, scalar, chosen))
        return table.but(rows=tuple(chosen[1:]))

    changed = {
        "decision_tables": tuple(map(filled, spec.decision_tables)),
        "fillers": tuple(filled(one) if isinstance(one, DecisionTableBody) else one for one in spec.fillers),
    }
    return spec.but(**changed), problems


def _no_sheet(scalar: Scalar, path: str, table: DecisionTableBody, files: Mapping[str, str]) -> Problem:
    if table.rows:
        return Problem("E377", "写了 `行`，又写了 `行自`", scalar.span, "各行只有一个来处，删去其中一个")
    if path in files and path.endswith(SHEETS):
        return Problem("E377", f"`{scalar.text}`：.csv 没有工作表", scalar.span, "只写文件名")
    if not path.endswith(SHEETS):
        return Problem(
            "E377", f"`行自` 读不了 `{scalar.text}`", scalar.span, "另存为 .xlsx 或“CSV UTF-8”，写它的文件名"
        )
    known = [PurePath(file).name for file in files if file.endswith(SHEETS)]
    help_ = did_you_mean(scalar.text, known) or "与写它的规则文件放在同一个文件夹里"
    return Problem("E377", f"没有文件 `{scalar.text}`", scalar.span, help_)


def _page(scalar: Scalar, page: str, source: SheetText) -> tuple[list[tuple[Scalar, ...]], list[Problem]]:
    """The cells of the sheet `page` of a workbook by rows, or E377 where that is no sheet of it; without a name it has to be
    the only one. A row of the sheet is never part of two."""
    pages: dict[str, dict[int, list[Scalar]]] = {}
    at = 0
    for line in source.text.splitlines(keepends=True):
        if found := IN_SHEET.match(line):
            start, text = at + found.end(), line[found.end() :].rstrip("\n")
            cell = Scalar(text, "plain", source, start, start + len(text))
            pages.setdefault(found[1], {}).setdefault(int(found[3]), []).append(cell)
        at += len(line)
    if page in pages or (not page and len(pages) == 1):
        rows = pages[page or next(iter(pages))]
        return [tuple(rows[number]) for number in rows], []
    if not pages:
        return [], []
    listed = "、".join(f"`{one}`" for one in pages)
    what = f"没有工作表 `{page}`" if page else "有几张工作表"
    help_ = f"写 `{PurePath(source.file).name}!工作表`，有 {listed}"
    return [], [Problem("E377", f"`{PurePath(source.file).name}` {what}", scalar.span, help_)]


def _rows(source: SourceText) -> Iterator[tuple[Scalar, ...]]:
    """The cells of every line, in their places; quotes around a cell are none of it."""
    at, row = 0, list[Scalar]()
    while at < len(source.text):
        found = _CELL.match(source.text, at)
        if found is None:  # a quote that is not closed: the rest of the line is one cell, and no sentence
            end = (source.text + "\n").index("\n", at)
            row.append(Scalar(source.text[at:end], "plain", source, at, end))
            at, last = end + 1, True
        else:
            inside = 1 if found[1] is not None else 2
            text = found[inside]
            start = found.start(inside) + len(text) - len(text.lstrip())
            row.append(Scalar(text.strip(), "plain", source, start, start + len(text.strip())))
            at, last = found.end(), found[3] != ","
        if last or at == len(source.text):
            yield tuple(row)
            row = []


def _misread(table: DecisionTableBody, scalar: Scalar, cells: list[tuple[Scalar, ...]]) -> Iterator[Problem]:
    """A head that is not that of the table, blank cells, and doubled quotes, which no cell of the language has."""
    if len(cells) < 2:
        yield Problem("E377", f"`{scalar.text}` 没有记录", scalar.span, "第一行写各输入和输出，以下每行一条")
        return
    wanted = (
        [one.text for one in (*table.inputs, *(f.name for f in table.formals))]
        if isinstance(table, DecisionTableSpec)
        else []
    )
    if spoilt := next((head for head in cells[0] if head.text.startswith(FAULT)), None):
        yield _fault(spoilt)
        return
    for head, name in zip(cells[0], wanted, strict=False):
        if head.text != name:
            yield Problem(
                "E377", f"表头 `{head.text}` 不是输入 `{name}`", head.span, "表头依次写决定表的各输入，再写输出"
            )
            return
    for row in cells[1:]:
        for cell in row:
            if cell.text.startswith(FAULT):
                yield _fault(cell)
            elif not cell.text:
                yield Problem("E377", "有空着的格", cell.span, "不限的写 `任意`")
            elif '""' in cell.text:
                yield Problem("E377", "格里有双写的引号", cell.span, "文字用“”括起来")


def _fault(cell: Scalar) -> Problem:
    """What a cell of a workbook could not be read for."""
    _, message, help_ = cell.text.split(FAULT)
    return Problem("E377", message, cell.span, help_)
