"""The facts of a case as one digest, and what differs between those of two cases, by name. Pure.

What counts: the case's number, every value with how it came to be known (evidence, ledger and cells, who found it when and
why), and the findings on exceptions. What does not: in which folder the files lie, on which line of them a value stands,
in which order the facts were given. Records count in their order, because lists in letters follow it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePath
from typing import Any

from engine.base.canonical import Plain, digest
from engine.base.numbers import Number, number_text
from engine.base.problem import Cell, Place
from engine.decision.case import Case, Fact
from engine.language.tree import Table, Value


def facts_digest(case: Case) -> str:
    """`sha256:…` over everything that is known of the case."""
    return digest(facts_plain(case))


def facts_plain(case: Case) -> dict[str, Plain]:
    """Everything that is known of the case, as plain data."""
    return {
        "案件": case.id,
        "事实": {name: _fact(fact) for name, fact in case.facts.items()},
        "例外": {name: _fact(fact) for name, fact in case.excuses.items()},
    }


def typed(value: Value) -> Plain:
    """A value as plain data in which no two different values look alike: the number 12 is not the text 12."""
    match value:
        case None | bool() | str():
            return value
        case Decimal():
            return {"数": number_text(value)}
        case Fraction():
            return {"数": f"{value.numerator}/{value.denominator}"}
        case date():
            return {"日": value.isoformat()}
        case time():
            return {"时": value.isoformat()}
        case Table():
            return {"栏": list(value.columns), "行": [[typed(cell) for cell in row] for row in value.rows]}
        case tuple():
            return [typed(item) for item in value]


def _fact(fact: Fact) -> Plain:
    found = fact.finding
    said: Plain = None if found is None else [found.person, found.on.isoformat(), found.reasons]
    cells: list[Plain] = [[one.column, one.ref, one.evidence] for one in fact.corrections]
    return [typed(fact.value), fact.evidence, _ledger(fact.place), said, *([cells] if cells else ())]


def _ledger(place: Place | None) -> str:
    """`台账.xlsx!A4:H17` of what came from a ledger, without its folders; "" of what was written by hand."""
    return f"{PurePath(place.file).name}!{place.ref}" if isinstance(place, Cell) else ""


def facts_differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names of facts and exceptions that differ, or are new or gone; both as `facts_plain` gives them."""
    return [
        name
        for kind in ("事实", "例外")
        for name in dict.fromkeys((*before.get(kind, {}), *after.get(kind, {})))
        if before.get(kind, {}).get(name) != after.get(kind, {}).get(name)
    ]


def shown(value: Value) -> str:
    """A value in a word, without its unit."""
    words: dict[Any, str] = {None: "未填", True: "是", False: "否"}
    match value:
        case None | bool():
            return words[value]
        case str():
            return value
        case Decimal() | Fraction():
            return _number(value)
        case date() | time():
            return value.isoformat()
        case Table():
            return f"{len(value.rows)}条"
        case tuple():
            return "、".join(map(shown, value))


def _number(value: Number) -> str:
    return number_text(value) if isinstance(value, Decimal) else f"{value.numerator}/{value.denominator}"
