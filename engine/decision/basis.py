"""The `Basis` of a decision, and the differences between two where rules, calendar and facts of both are at hand. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from engine.base.basis import Basis, Difference, Pairs, differences
from engine.base.calendar import Calendar, day_differences
from engine.base.classes import dataclass
from engine.base.version import VERSION
from engine.decision.facts import fact_differences
from engine.decision.model import Case
from engine.policy import differences as rules
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


@dataclass(frozen=True, slots=True)
class Side:
    """One of two decisions that are compared: its basis with what it was made of."""

    basis: Basis
    package: Package
    case: Case


def told(before: Side, after: Side) -> tuple[Difference, ...]:
    """`differences` of the bases down to the definition, day, fact or finding that differs."""
    return tuple(_told(before, after))


def _told(before: Side, after: Side) -> Iterator[Difference]:
    for one in differences(before.basis, after.basis):
        match one.part:
            case "规则":
                found = rules.differences(before.package, after.package)
                yield replace(one, what=(*one.what, *map(_definition, found)))
            case "日历":
                years = {*before.basis.years, *after.basis.years}
                days = day_differences(before.package.calendar, after.package.calendar, years)
                yield replace(one, what=(*one.what, *days))
            case "事实":
                yield from fact_differences(before.case, after.case) or (one,)
            case _:
                yield one


def _definition(found: rules.RuleDifference) -> str:
    part = f" › {found.part}" if found.part else ""
    said = f"（{found.before or '没有'} → {found.after or '没有'}）"
    return f"{found.kind} {found.name}{part}{said}"
