"""A round (同批): what its cases come to together, given to each of them as record tables (各案). Pure.

Every case has a record, in the order in which the cases are given. What is not known of a case is a blank cell, as in any other
table: so a place, a share or a sum is settled where the cases still pending cannot change it, and only there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from engine.base.classes import dataclass
from engine.base.problem import Pointer, Problem, Refused, errors
from engine.decision.case import Case, Fact
from engine.decision.door import unfit_records
from engine.decision.program import Program
from engine.language.tree import Table
from engine.policy.package import RecordTable


@dataclass(frozen=True, slots=True)
class Round:
    """`cases`: the numbers of its cases; `tables`: what they come to together."""

    cases: tuple[str, ...]
    tables: Mapping[str, Fact]

    def joined(self, case: Case) -> Case:
        """The case with what its round gives. Raises `Refused` (E710) where the case itself lists other records."""
        found = [problem for name, fact in self.tables.items() for problem in _differing(case, name, fact)]
        if found:
            raise Refused(found)
        return replace(case, facts={**case.facts, **self.tables})


def round_of(cases: Sequence[tuple[Program, Case]]) -> Round:
    """What all the cases of a round come to, each by its own rules. Raises `Refused`: E703 a case is there twice, E709 two are
    under different rules, E511 E520 and the like a case says what does not fit the column; E710 as `joined`."""
    if found := [*_twice(cases), *_strangers(cases)]:
        raise Refused(found)
    known = Round(tuple(case.id for _, case in cases), {})
    for name in cases[0][0].package.rounds if cases else ():
        joined = [(program, known.joined(case)) for program, case in cases]
        fact, problems = _records(joined, cases[0][0].package.tables[name])
        if found := errors(problems):
            raise Refused(found)
        known = replace(known, tables={**known.tables, name: fact})
    for _, case in cases:
        known.joined(case)
    return known


def _records(cases: Sequence[tuple[Program, Case]], table: RecordTable) -> tuple[Fact, list[Problem]]:
    """A record for every case, and what does not fit its column."""
    columns = tuple(column.name for column in table.columns)
    places = {number: Pointer(case.file, f"/案件/{case.id}") for number, (_, case) in enumerate(cases)}
    rows = []
    for program, case in cases:
        said, values = program.package.tables[table.name].of_cases, program.evaluated(case)
        rows.append(tuple(program.value(said[column], values) for column in columns))
    fact = Fact(Table(columns, tuple(rows)), f"同批{len(cases)}个案件", places=places)
    return fact, list(unfit_records(cases[0][0].package.scope, table, fact, places[0]))


def _twice(cases: Sequence[tuple[Program, Case]]) -> Iterator[Problem]:
    for id, times in Counter(case.id for _, case in cases).items():
        if times > 1:
            yield Problem("E703", f"案件 `{id}` 在同批里有 {times} 个", help="每个案件只列一次，编号不要相同")


def _strangers(cases: Sequence[tuple[Program, Case]]) -> Iterator[Problem]:
    first = cases[0][0].package if cases else None
    for program, case in cases:
        package = program.package
        if first is not None and (package.id, package.digest) != (first.id, first.digest):
            message = (
                f"案件 `{case.id}` 依《{package.header.title}》，同批的 `{cases[0][1].id}` 依《{first.header.title}》"
            )
            yield Problem("E709", message, help="同一批案件须依同一规范；分开办理")


def _differing(case: Case, name: str, fact: Fact) -> Iterator[Problem]:
    """E710 where the case lists other records than the round has, in whatever order."""
    written = case.facts.get(name)
    own, told = (one.value.rows if one and isinstance(one.value, Table) else () for one in (written, fact))
    if written is not None and written is not fact and Counter(own) != Counter(told):
        message = f"案件 `{case.id}` 写明的 `{name}` 与同批案件得出的不同"
        yield Problem("E710", message, case.place_of("记录", name), "两处要一致：删去案件里写的，或更正")
