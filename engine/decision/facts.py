"""The facts of a case as one digest, and what differs between those of two cases, by name. Pure.

What counts: the case's number, every value with how it came to be known (evidence, ledger and cells, who found it when and
why), and the findings on exceptions. What does not: in which folder the files lie, on which line of them a value stands,
in which order the facts were given. Records count in their order, because lists in letters follow it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePath
from typing import Any

from engine.base.basis import Difference
from engine.base.canonical import Plain, digest
from engine.base.numbers import Number, number_text
from engine.base.problem import Cell, Place
from engine.decision.model import Case, Fact, Finding
from engine.language.tree import Table, Value

NOTHING = "没有"


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
    return [typed(fact.value), fact.evidence, _ledger(fact.place), said]


def _ledger(place: Place | None) -> str:
    """`台账.xlsx!A4:H17` of what came from a ledger, without its folders; "" of what was written by hand."""
    return f"{PurePath(place.file).name}!{place.ref}" if isinstance(place, Cell) else ""


# ---- what differs ----


def facts_differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names of facts and exceptions that differ, or are new or gone; both as `facts_plain` gives them."""
    return [
        name
        for kind in ("事实", "例外")
        for name in dict.fromkeys((*before.get(kind, {}), *after.get(kind, {})))
        if before.get(kind, {}).get(name) != after.get(kind, {}).get(name)
    ]


def fact_differences(before: Case, after: Case) -> tuple[Difference, ...]:
    """Every fact, record, finding and exception that differs, in a line each; none exactly where the digests agree."""
    lines = [*_numbers(before, after)]
    for kind, old, new in (("", before.facts, after.facts), ("例外 ", before.excuses, after.excuses)):
        lines += [
            line for name in dict.fromkeys((*old, *new)) for line in _lines(kind + name, old.get(name), new.get(name))
        ]
    return (Difference("事实", tuple(lines)),) if lines else ()


def _numbers(before: Case, after: Case) -> Iterator[str]:
    if before.id != after.id:
        yield line("案件", before.id, after.id)


def line(what: str, old: str, new: str) -> str:
    return f"{what}（{old} → {new}）"


def _lines(name: str, before: Fact | None, after: Fact | None) -> Iterator[str]:
    if before is None or after is None:
        if before is not after:
            yield line(name, *(NOTHING if fact is None else shown(fact.value) for fact in (before, after)))
        return
    yield from _values(name, before.value, after.value)
    for part, old, new in _parts(before, after):
        if old != new:
            yield line(f"{name}的{part}", old or NOTHING, new or NOTHING)


def _parts(before: Fact, after: Fact) -> Iterator[tuple[str, str, str]]:
    yield "佐证", before.evidence, after.evidence
    yield "出处", _ledger(before.place), _ledger(after.place)
    old, new = (_said(fact.finding) for fact in (before, after))
    yield from ((part, old.get(part, ""), new.get(part, "")) for part in ("判断人", "日期", "理由"))
    if (before.finding is None) != (after.finding is None) and not any((*old.values(), *new.values())):
        yield "认定", "" if before.finding is None else "空白", "" if after.finding is None else "空白"


def _said(finding: Finding | None) -> Mapping[str, str]:
    if finding is None:
        return {}
    return {"判断人": finding.person, "日期": finding.on.isoformat(), "理由": finding.reasons}


def _values(name: str, before: Value, after: Value) -> Iterator[str]:
    if typed(before) == typed(after):
        return
    if not (isinstance(before, Table) and isinstance(after, Table) and before.columns == after.columns):
        yield line(name, shown(before), shown(after))
        return
    if len(before.rows) != len(after.rows):
        yield line(name, f"{len(before.rows)}条", f"{len(after.rows)}条")
    for number, (old, new) in enumerate(zip(before.rows, after.rows, strict=False), 1):
        for column, one, other in zip(before.columns, old, new, strict=True):
            if typed(one) != typed(other):
                yield line(f"{name}第{number}条的{column}", shown(one), shown(other))


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
