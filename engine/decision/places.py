"""Where what is missing would be filled in: the field, the blank cells, the parameter's declaration. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from engine.base.problem import Place
from engine.decision.case import Case
from engine.decision.core import Evaluation
from engine.decision.model import Missing
from engine.decision.tallies import tallies
from engine.language.tree import Table
from engine.policy.package import Package

MAX_PLACES = 200
"""Blank cells that are told of one table."""

_SHOWN = 3
"""Cells named in a question."""


def placed(evaluation: Evaluation, case: Case, missing: Iterable[Missing]) -> tuple[Missing, ...]:
    """The same with their places; files by their names, as wherever values come from is told."""
    return tuple(
        _asked(case, replace(one, places=tuple(map(_named, _places(evaluation, case, one))))) for one in missing
    )


def _asked(case: Case, one: Missing) -> Missing:
    """Of a table that is there the cells are asked for, not the table."""
    if one.kind != "table" or one.name not in case.facts or not one.places:
        return one
    return replace(one, question=f"请补填{one.label}中空白的格：{_first(one.places)}")


def _first(places: Sequence[Place]) -> str:
    return "、".join(map(str, places[:_SHOWN])) + ("等" if len(places) > _SHOWN else "")


def blank_cells(evaluation: Evaluation, case: Case, table: str) -> str:
    """Of a table that is there and lacks values which the determination waits for, the first of those cells; "" of anything
    else."""
    records = case.facts[table].value if table in case.facts else None
    if not isinstance(records, Table) or not any(None in row for row in records.rows):
        return ""
    return _first([_named(place) for place in islice(_blanks(evaluation, case, table), _SHOWN + 1)])


def _named(place: Place) -> Place:
    name = place.file.rsplit("/", 1)[-1]
    return place if name == place.file else replace(place, file=name)


def _places(evaluation: Evaluation, case: Case, one: Missing) -> Iterator[Place]:
    if one.kind == "parameter":
        yield from _declared(evaluation.view.program.package, one.name)
    elif one.kind == "table" and one.name in case.facts:
        yield from islice(_blanks(evaluation, case, one.name), MAX_PLACES)
    else:
        yield case.place_of({"table": "记录", "excuse": "例外理由"}.get(one.kind, "事实"), one.name)


def _declared(package: Package, name: str) -> Iterator[Place]:
    term = package.parameters.get(name) or package.decision_tables.get(name) or package.scores.get(name)
    if term is not None and term.span is not None:
        yield term.span


def _blanks(evaluation: Evaluation, case: Case, table: str) -> Iterator[Place]:
    """The cells whose values what the determination rests on is waiting for, each once."""
    program = evaluation.view.program
    below = program.steps[evaluation.view.determination].rests_on
    steps = (step for name, step in program.steps.items() if name in below and table in step.rests_on)
    expressions = (program.written(node) for step in steps for node in step.nodes)
    found: dict[Place, None] = {}
    for tally in tallies(program, evaluation.values, case, expressions, inside=True):
        for record in tally.records if tally.table == table else ():
            for place in record.blanks:
                if place not in found:
                    found[place] = None
                    yield place
