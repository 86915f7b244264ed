"""The guards of the ledger reader by name, and how each is turned off: by what a reader without it would do."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.base.numbers import number_text
from engine.intake import days, header, ledger, quantities, records, sheets, totals, units, values
from engine.intake.understood import Understood
from engine.spreadsheets import cells, formats, xlsx

Off = Callable[[pytest.MonkeyPatch], None]


def first_number(self: quantities.Measure, text: str) -> Any:
    """The first digits in a text, whatever stands around them."""
    found = re.search(r"-?[0-9]+(?:\.[0-9]+)?", text.replace(",", "").replace("_", ""))
    return Understood(Decimal(found.group()) if found else Decimal(0))


def first_day(text: str, lenient: bool) -> Any:
    """Year, month and day in the order they come, made to fit."""
    digits = [int(part) for part in re.findall(r"[0-9]+", text)]
    if len(digits) == 1 and digits[0] > 9999:
        digits = [digits[0] // 10000, digits[0] // 100 % 100, digits[0] % 100]
    year, month, day = [*digits, 1, 1, 1][:3]
    if month > 1000:
        year, month, day = day, year, 1
    return Understood(date(year % 10000 if year > 99 else 2000 + year, min(max(month, 1), 12), min(max(day, 1), 28)))


def setting(target: Any, name: str, value: Any) -> Off:
    return lambda patch: patch.setattr(target, name, value)


def both(*offs: Off) -> Off:
    def off(patch: pytest.MonkeyPatch) -> None:
        for one in offs:
            one(patch)

    return off


LOOSE = re.compile(r"([-+−]?)([0-9][0-9,]*)((?:\.[0-9]+)?\s*(?:[^\s0-9,.^*+-][^0-9,^*]*)?)", re.ASCII)
NEVER = re.compile("(?!)")

GUARDS: dict[str, Off] = {
    "numbers are understood whole": setting(quantities.Measure, "read", first_number),
    "thousands are groups of three": setting(quantities, "_GROUPED", LOOSE),
    "numerals of a file are decimal": setting(cells, "_NUMBER", re.compile(r".*")),
    "days are understood whole": setting(values, "read_day", first_day),
    "spaces only around separators": setting(days, "_SPACED", re.compile(r"\s+")),
    "days counted from 1904 are not guessed": setting(
        days, "_serial_day", lambda raw, epoch: Understood(cells.serial_value(raw))
    ),
    "units of heads": setting(header, "head_unit", lambda *_: None),
    "units of sheets": setting(header, "sheet_unit", lambda *_: (None, None)),
    "units at the foot": setting(records, "stated_units", lambda *_: []),
    "numbers as they are shown": setting(formats.Format, "shown", lambda self, number: number),
    "totals by label": setting(records, "label", lambda row: ""),
    "totals by value": setting(totals.Sums, "equal", lambda self, row: False),
    "ratios have two readings": setting(quantities.Measure, "is_ratio", False),
    "texts from number cells": lambda patch: patch.setitem(
        dict.__getitem__(vars(values), "_NATIVE"),
        "text",
        lambda reader, raw: Understood(number_text(raw) if isinstance(raw, Decimal) else str(raw)),
    ),
    "texts in scientific notation": setting(values, "_SCIENTIFIC", NEVER),
    "records that are there already": setting(records.SheetRecords, "again", lambda *_: None),
    "sheets that fit": setting(ledger, "choose", lambda grids, *_: grids[:1]),
    "copies and summaries": setting(sheets, "_NOT_RECORDS", NEVER),
    "rows and cells in order": setting(xlsx, "follows", lambda now, before: True),
    "cells that have moved": setting(records.SheetRecords, "moved", lambda *_: False),
    "what is hidden": setting(records.SheetRecords, "close", lambda *_: None),
    "one head above the records": both(
        setting(ledger, "_above", lambda *_: False), setting(records.SheetRecords, "is_head", lambda *_: False)
    ),
    "columns have a head": setting(records.SheetRecords, "beside", lambda *_: None),
    "look-alikes": setting(values, "unified", lambda text: text),
    "known units only": setting(
        quantities, "find_unit", lambda word, known: units.find_unit(word, known) or next(iter(known.values()))
    ),
}
