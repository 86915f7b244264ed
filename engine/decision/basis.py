"""The `Basis` of a decision. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from engine.base.basis import Basis, Pairs
from engine.base.calendar import Calendar
from engine.base.version import VERSION
from engine.policy.package import Package


def basis_of(package: Package, as_of: date, years: Iterable[int], facts: Pairs) -> Basis:
    """What a decision under `package` rests on: `years` of its calendar, and `facts`: case -> digest."""
    return Basis(
        regulation=package.id,
        as_of=as_of,
        rules_on=package.as_of,
        rules=package.digest,
        files=tuple(package.files.items()),
        choices=tuple((number, item.adopted or "未定") for number, item in package.interpretations.items()),
        calendar=package.calendar.editions(years),
        facts=facts,
        release=VERSION,
        code=package.code,
    )


def with_years(basis: Basis, calendar: Calendar, years: Iterable[int]) -> Basis:
    """The same, resting on more years of the calendar."""
    return replace(basis, calendar=tuple(sorted({*basis.calendar, *calendar.editions(years)})))
