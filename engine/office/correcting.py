"""A cell of a ledger said otherwise than its file says: the file stays as it was sent, the case goes by the new value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.base.problem import Cell, Problem, Refused
from engine.decision.case import Correction
from engine.intake.values import make_reader
from engine.language.tree import Table, Value
from engine.office.api import CaseFile
from engine.policy.fields import Field, RecordTable
from engine.spreadsheets.grid import Fault


def cells(file: CaseFile) -> Iterator[tuple[Cell, RecordTable, int, Field]]:
    """Every cell that was read of the case's ledgers, with its table, record (from 0) and column."""
    for table in file.package.tables.values():
        fact = file.case.facts.get(table.name)
        if fact is None or not isinstance(fact.value, Table):
            continue
        for record in range(len(fact.value.rows)):
            for column in table.columns:
                if (cell := fact.cell(record, column.name)) is not None:
                    yield cell, table, record, column


def said(file: CaseFile) -> Iterator[tuple[Cell, Value]]:
    """Every cell with its value, None where it is blank or cannot be read."""
    for cell, table, record, column in cells(file):
        records = file.case.facts[table.name].value
        assert isinstance(records, Table)
        yield cell, records.rows[record][records.columns.index(column.name)]


def corrected(file: CaseFile, place: str, text: str, evidence: str) -> CaseFile:
    """The case with another value in the cell called `place` (`台账.xlsx!E10`), "" for one that is not known. What was wrong
    with the cell is no longer told. Refused: E501 there is no such cell, what is no value of its column, and what
    the door says of the table then (the same record twice)."""
    found = next((found for found in cells(file) if str(found[0]) == place), None)
    if found is None:
        raise Refused(Problem("E501", f"台账里没有单元格 `{place}`", help="从页面上列出的单元格进入"), 2)
    cell, table, record, column = found
    fact = file.case.facts[table.name]
    assert isinstance(fact.value, Table)
    value = None
    if text:
        package = file.package
        read = make_reader(column, package.scope.units, package.scope.enums, lenient=True).read(text)
        if isinstance(read, Fault):
            raise Refused(Problem(read.code, f"`{column.name}`：{read.message}", cell, read.help))
        value = read.value
    rows = list(fact.value.rows)
    at = fact.value.columns.index(column.name)
    rows[record] = (*rows[record][:at], value, *rows[record][at + 1 :])
    records = Table(fact.value.columns, tuple(rows))
    corrections = (
        *(one for one in fact.corrections if one.ref != cell.ref),
        Correction(column.name, cell.ref, evidence),
    )
    facts = {**file.case.facts, table.name: replace(fact, value=records, corrections=corrections)}
    left = tuple(problem for problem in file.problems if problem.place != cell)
    return replace(file, case=replace(file.case, facts=facts), problems=left)
