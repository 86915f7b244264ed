"""A case made again from all that was known of it, as `facts_plain` wrote it down. Pure.

What comes back has the same digest. What `facts_plain` leaves out is not known any more: on which line of a file a value
stood, and which cell a record came from.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

from engine.base.problem import Cell
from engine.decision.case import Case, Correction, Fact, Finding
from engine.language.tree import Table, Value


def recalled(plain: Any, as_of: date, regulation: str, told: Collection[str] = ()) -> Case:
    """The case of which `plain` is everything that was known; `told`: the facts that the events of its history say.
    ValueError for what `facts_plain` does not write."""
    try:
        facts, excuses = ({str(name): _fact(said) for name, said in plain[kind].items()} for kind in ("事实", "例外"))
        facts = {name: replace(fact, recorded=name in told) for name, fact in facts.items()}
        return Case(str(plain["案件"]), as_of, facts, excuses, regulation)
    except (KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"no facts: {error}") from None


def _fact(said: Any) -> Fact:
    value, evidence, ledger, finding, *more = said
    file, _, ref = str(ledger).partition("!")
    found = Finding(finding[0], date.fromisoformat(finding[1]), finding[2]) if finding is not None else None
    corrections = tuple(Correction(*map(str, one)) for cells in more for one in cells)
    return Fact(_value(value), str(evidence), Cell(file, ref) if ref else None, found, corrections)


def _value(said: Any) -> Value:
    match said:
        case None | bool() | str():
            return said
        case list():
            return tuple(map(_value, said))
        case {"数": str(digits)}:
            return Fraction(digits) if "/" in digits else Decimal(digits)
        case {"日": str(day)}:
            return date.fromisoformat(day)
        case {"时": str(hour)}:
            return time.fromisoformat(hour)
        case {"栏": [*columns], "行": [*rows]}:
            return Table(tuple(map(str, columns)), tuple(tuple(map(_value, row)) for row in rows))
        case _:
            raise ValueError(f"no value: {said!r:.60}")
