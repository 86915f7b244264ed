"""校验: whether the facts of a case can stand beside each other. A case that breaks one is no case; where something it
compares is unknown nothing is said. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from engine.base.calendar import Consulted
from engine.base.problem import Place, Problem
from engine.decision.case import Case
from engine.decision.wording import near
from engine.language.printer import print_node, show_value
from engine.language.row import Run
from engine.language.tree import Name, Table, Value
from engine.language.walk import nodes
from engine.lowered.closures import CONSULTED, Context, compile_node
from engine.lowered.expressions import Expressions
from engine.lowered.rules import counting
from engine.policy.package import AS_OF, Field, Package, Relation


class Inconsistency(NamedTuple):
    """What cannot be true together: E559, and the facts and tables it is about."""

    problem: Problem
    names: tuple[str, ...]


def inconsistencies(package: Package, case: Case) -> Iterator[Inconsistency]:
    """E559 for every 校验 that the case breaks; of one about records, for each record that does."""
    for relation in package.relations.values():
        given = [name for name in relation.given if name in case.facts]
        if given:
            yield from (Inconsistency(problem, tuple(given)) for problem in _broken(package, case, relation))


def without(case: Case, found: list[Inconsistency]) -> Case:
    """The case without what cannot be true together: which of it is wrong, nobody knows."""
    names = {name for one in found for name in one.names}
    return (
        replace(case, facts={name: fact for name, fact in case.facts.items() if name not in names}) if names else case
    )


def _broken(package: Package, case: Case, relation: Relation) -> Iterator[Problem]:
    lowered = Expressions.of(package, counting(package)).lowered(relation.condition)
    slots = {name: index for index, name in enumerate((CONSULTED, AS_OF, *relation.given))}
    constants = {name: parameter.value for name, parameter in package.parameters.items()}
    columns = {table.name: [column.name for column in table.columns] for table in package.tables.values()}
    run = compile_node(lowered, Context(slots, package.calendar, constants, columns))
    known = (case.facts[name].value if name in case.facts else None for name in relation.given)
    values: list[Value | Consulted] = [Consulted(), case.as_of, *known]
    if run(values, None) is not False:
        return
    if not relation.table:
        yield _of_facts(package, case, relation)
        return
    yield from (_of_record(package, case, relation, number) for number in _records(run, values, slots[relation.table]))


def _records(run: Run, values: list[Value | Consulted], slot: int) -> Iterator[int]:
    """The records that break a condition on each of them, from 0."""
    table = values[slot]
    assert isinstance(table, Table)
    for number, row in enumerate(table.rows):
        if run([*values[:slot], Table(table.columns, (row,)), *values[slot + 1 :]], None) is False:
            yield number


def _of_facts(package: Package, case: Case, relation: Relation) -> Problem:
    shown, first = list[str](), None
    for name in (name for name in relation.given if name in case.facts):
        place = case.place_of("事实" if name in package.facts else "记录", name)
        value = case.facts[name].value
        said = f"`{name}` {_shown(package.facts[name], value)}" if name in package.facts else f"`{name}`"
        shown.append(said + (f"（{near(place)}）" if first is not None else ""))
        first = first or place
    return _problem(relation, "、".join(shown), first)


def _of_record(package: Package, case: Case, relation: Relation, number: int) -> Problem:
    table, fact = package.tables[relation.table], case.facts[relation.table]
    assert isinstance(fact.value, Table)
    row, used = fact.value.rows[number], {n.name for n in nodes(relation.condition) if isinstance(n, Name) and n.table}
    columns = [
        (column, row[place])
        for place, column in enumerate(table.columns)
        if column.name in used and row[place] is not None
    ]
    shown = "、".join(f"`{column.name}` {_shown(column, value)}" for column, value in columns)
    place = case.record_place(table.name, number, columns[0][0].name if columns else "")
    if fact.cell(number, table.columns[0].name) is None and number not in fact.places and fact.place is not None:
        place = fact.place
    return _problem(relation, f"`{table.name}` 第 {number + 1} 条的{shown}", place)


def _problem(relation: Relation, shown: str, place: Place | None) -> Problem:
    message = f"{relation.message}：{shown}"
    clause = relation.clauses[0] if relation.clauses else None
    return Problem("E559", message, place, f"须 {print_node(relation.said)}；核对写错的一处", clause)


def _shown(field: Field, value: Value) -> str:
    return "" if value is None else show_value(value, field.type, field.unit)
