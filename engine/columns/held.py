"""How columns hold values: whole numbers for numbers, days and times; by what each is multiplied."""

from __future__ import annotations

from datetime import date, time

from engine.columns.algebra import BOOL, INT, TEXT
from engine.language.tree import Type
from engine.policy.package import Field

EPOCH = date(1970, 1, 1).toordinal()
DECIMALS = 6
"""Decimal places of a number that is neither whole nor money, in base units."""

_KINDS = {"bool": BOOL, "date": INT, "time": INT, "number": INT}


def kind_of(type_: Type | None) -> str:
    """What a column of this type holds."""
    return _KINDS.get(type_.kind if type_ is not None else "", TEXT)


def scale_of(declared: Field) -> int:
    """By what a number is multiplied to be whole."""
    return 1 if declared.whole else 100 if declared.money else 10**DECIMALS


def days(day: date) -> int:
    """A day as columns hold it."""
    return day.toordinal() - EPOCH


def minutes(value: time) -> int:
    """A time as columns hold it."""
    return value.hour * 60 + value.minute
