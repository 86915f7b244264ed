"""A round (同批): what its cases come to together, given to each of them: record tables (各案), and facts taken from a ranking of
them (取自). Pure.

In a table every case has a record, in the order in which the cases are given. What is not known of a case is a blank cell, as in
any other table: so a place, a share or a sum is settled where the cases still pending cannot change it, and only there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from decimal import Decimal

from engine.base.classes import dataclass
from engine.base.problem import Pointer, Problem, Refused, errors
from engine.decision.case import Case, Fact
from engine.decision.door import unfit_records
from engine.decision.program import Program
from engine.decision.ranking import RankingResult, ranked
from engine.language.printer import show_value
from engine.language.tree import Table, Value
from engine.policy.package import PLACE, Package, RecordTable

Attending = Sequence[tuple[Program, Case]]
_NOTHING: Mapping[str, Fact] = {}


@dataclass(frozen=True, slots=True)
class Round:
    """`cases`: the numbers of its cases; `tables`: what they come to together; `own`: case -> what that comes to for it alone."""

    cases: tuple[str, ...]
    tables: Mapping[str, Fact] = field(default_factory=dict)
    own: Mapping[str, Mapping[str, Fact]] = field(default_factory=dict)

    def joined(self, case: Case) -> Case:
        """The case with what its round gives. Raises `Refused` (E710) where the case itself says otherwise."""
        given = {**self.tables, **self.own.get(case.id, _NOTHING)}
        if found := [problem for name, fact in given.items() for problem in _differing(case, name, fact)]:
            raise Refused(found)
        return replace(case, facts={**case.facts, **given})


def round_of(cases: Attending) -> Round:
    """What all the cases of a round come to, each by its own rules. Raises `Refused`: E703 a case is there twice, E709 two are
    under different rules, E511 E520 and the like a case says what does not fit the column; E710 as `joined`."""
    if found := [*_twice(cases), *_strangers(cases)]:
        raise Refused(found)
    known = Round(tuple(case.id for _, case in cases))
    if not cases:
        return known
    program = cases[0][0]
    for source, given in program.package.rounds.items():
        joined = [(own, known.joined(case)) for own, case in cases]
        if source in program.package.tables:
            fact = _records(joined, program.package.tables[source])
            known = replace(known, tables={**known.tables, source: fact})
        else:
            result = ranked(program, [case for _, case in cases], [case for _, case in joined], source)
            told = {id: dict(_places(program, result, id, given)) for id in known.cases}
            own = {id: {**known.own.get(id, _NOTHING), **facts} for id, facts in told.items()}
            known = replace(known, own=own)
    for _, case in cases:
        known.joined(case)
    return known


def rank(program: Program, cases: Sequence[Case], ranking: str) -> RankingResult:
    """The cases in order; they are a round, unless what theirs comes to has been given to them. Raises `Refused` as `ranked` and
    `round_of` do."""
    given = program.package.of_round
    if (
        not given
        or ranking not in program.package.rankings
        or any(name in case.facts for name in given for case in cases)
    ):
        return ranked(program, cases, cases, ranking)
    whole = round_of([(program, case) for case in cases])
    return ranked(program, cases, [whole.joined(case) for case in cases], ranking)


def _places(program: Program, result: RankingResult, case: str, given: Mapping[str, str]) -> Iterator[tuple[str, Fact]]:
    """What a ranking says of a case, where no case still pending and no person may say otherwise."""
    placed = next((one for one in result.placed if one.case == case), None)
    within: Value = placed.within if placed is not None else False if case in result.excluded else None
    broken = program.package.rankings[result.ranking].preferences  # what is not known of them may part equals yet
    firm = placed is not None and not result.pending and not (placed.tied and (broken or within is None))
    place: Value = Decimal(placed.place) if placed is not None and firm else None
    said = f"择优 {result.ranking}：{f'第{placed.place}名' if placed is not None else '未入围'}，同批{_counted(result)}个案件"
    for name, item in given.items():
        value = place if item == PLACE else within
        if value is not None:
            yield name, Fact(value, said)


def _counted(result: RankingResult) -> int:
    return len(result.placed) + len(result.pending) + len(result.excluded)


def _records(cases: Attending, table: RecordTable) -> Fact:
    """A record for every case. Refused: what does not fit its column."""
    columns = tuple(column.name for column in table.columns)
    places = {number: Pointer(case.file, f"/案件/{case.id}") for number, (_, case) in enumerate(cases)}
    rows = []
    for program, case in cases:
        said, values = program.package.tables[table.name].of_cases, program.evaluated(case)
        rows.append(tuple(program.value(said[column], values) for column in columns))
    fact = Fact(Table(columns, tuple(rows)), f"同批{len(cases)}个案件", places=places)
    if found := errors(unfit_records(cases[0][0].package.scope, table, fact, places[0])):
        raise Refused(found)
    return fact


def _twice(cases: Attending) -> Iterator[Problem]:
    for id, times in Counter(case.id for _, case in cases).items():
        if times > 1:
            yield Problem("E703", f"案件 `{id}` 在同批里有 {times} 个", help="每个案件只列一次，编号不要相同")


def _strangers(cases: Attending) -> Iterator[Problem]:
    first: Package | None = cases[0][0].package if cases else None
    for program, case in cases:
        package = program.package
        if first is not None and (package.id, package.digest) != (first.id, first.digest):
            message = (
                f"案件 `{case.id}` 依《{package.header.title}》，同批的 `{cases[0][1].id}` 依《{first.header.title}》"
            )
            yield Problem("E709", message, help="同一批案件须依同一规范；分开办理")


def _differing(case: Case, name: str, fact: Fact) -> Iterator[Problem]:
    """E710 where the case says otherwise than the round comes to; records in whatever order."""
    written = case.facts.get(name)
    if written is None or written is fact or _unordered(written.value) == _unordered(fact.value):
        return
    if isinstance(fact.value, Table):
        message = f"案件 `{case.id}` 写明的 `{name}` 与同批案件得出的不同"
        yield Problem("E710", message, case.place_of("记录", name), "两处要一致：删去案件里写的，或更正")
    else:
        message = (
            f"案件 `{case.id}` 写明 `{name}` 为 `{show_value(written.value)}`，同批案件得出 `{show_value(fact.value)}`"
        )
        yield Problem("E710", message, case.place_of("事实", name), "两处要一致：删去案件里写的，或更正")


def _unordered(value: Value) -> object:
    return Counter(value.rows) if isinstance(value, Table) else value
