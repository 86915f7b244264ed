"""Where a value came from, as data: file, sheet, range or field, evidence, who found it, clause and package. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date

from engine.base.classes import dataclass
from engine.base.problem import Cell, Place, Pointer, Span
from engine.decision.case import Case, Fact
from engine.decision.program import Program
from engine.decision.relied import title
from engine.decision.wording import columns_read, kind_of, standing
from engine.language.keys import named_by
from engine.language.printer import show_value
from engine.lowered.calls import Values
from engine.policy.package import AS_OF, DecisionTable, Package, Parameter, Score


@dataclass(frozen=True, slots=True)
class Provenance:
    """One known value that another rests on, or is; a table that was read from several sheets is there once for each.
    `kind`: fact table parameter decision-table score; `text` as people read it. Of a fact or table: `file` with `line`, or
    with `sheet` ("" where it need not be named) and `range`, or `item` (a JSON Pointer) for data; `evidence`; `person`,
    `on` and `reasons` of a 判断. Of the rest: `standing` 条文, 实施口径（示例）…, and the `package` that says so. `clauses` are
    those of its definition."""

    name: str
    kind: str
    text: str
    file: str = ""
    line: int = 0
    sheet: str = ""
    range: str = ""
    item: str = ""
    evidence: str = ""
    person: str = ""
    on: date | None = None
    reasons: str = ""
    standing: str = ""
    package: str = ""
    clauses: tuple[str, ...] = ()


def sources_of(program: Program, values: Values, case: Case, name: str) -> tuple[Provenance, ...]:
    """Of a fact, table or parameter its own; of anything else those of every known one below it, in the package's order.
    KeyError for a name the package does not have."""
    if not kind_of(program.package, name):
        raise KeyError(name)
    names = {name, *(program.under(name) if name in program.steps else ())}
    ordered = sorted(map(named_by, names), key=lambda key: program.position.get(key, 0))
    read = columns_read(program, name) if name in program.steps else {}
    return tuple(
        source
        for key in dict.fromkeys(ordered)
        for source in _sources(program, values, case, key, read.get(key, ()) if name in program.steps else None)
    )


def _sources(
    program: Program, values: Values, case: Case, name: str, columns: Collection[str] | None
) -> Iterator[Provenance]:
    """`columns`: those of a table that count, None for all."""
    package = program.package
    symbol = package.scope.symbols.get(name)
    value = values[program.slots[name]] if name in program.slots else None
    text = show_value(value, symbol.type if symbol else None, symbol.unit if symbol else None)
    fact = case.facts.get(name)
    if fact is not None:
        corrected = "；".join(str(one) for one in fact.corrections if columns is None or one.column in columns)
        own = _given(package, name, text, fact)
        own = replace(own, evidence="；".join(filter(None, (own.evidence, corrected))))
        sheets = (replace(own, file=of.file, sheet=of.tab, range=of.range) for of in fact.sheets)
        yield from sheets if fact.sheets else (own,)
    elif name == AS_OF and name in package.facts:
        yield Provenance(name, "fact", show_value(case.as_of), clauses=package.facts[name].clauses)
    elif (term := _term(package, name)) is not None and value is not None:
        by = term.source or term.origin
        kind = kind_of(package, name)
        said = standing(package, term.origin, term.source)
        yield Provenance(name, kind, text, standing=said, package=title(package, by), clauses=term.clauses)


def _term(package: Package, name: str) -> Parameter | DecisionTable | Score | None:
    return package.parameters.get(name) or package.decision_tables.get(name) or package.scores.get(name)


def _given(package: Package, name: str, text: str, fact: Fact) -> Provenance:
    declared = package.facts.get(name) or package.tables[name]
    file, line, sheet, range_, item = _where(fact.place)
    finding = fact.finding
    return Provenance(
        name,
        "table" if name in package.tables else "fact",
        text,
        file=file,
        line=line,
        sheet=sheet,
        range=range_,
        item=item,
        evidence=fact.evidence,
        person=finding.person if finding is not None else "",
        on=finding.on if finding is not None else None,
        reasons=finding.reasons if finding is not None else "",
        clauses=declared.clauses,
    )


def _where(place: Place | None) -> tuple[str, int, str, str, str]:
    """(file, line, sheet, range, item) of a place."""
    match place:
        case Span():
            return place.file, place.line, "", "", ""
        case Cell():
            sheet, mark, range_ = place.ref.rpartition("!")
            return place.file, 0, sheet if mark else "", range_, ""
        case Pointer():
            return place.file, 0, "", "", place.path
        case None:
            return "", 0, "", "", ""
