"""Edge: a whole population decided over columns: a part of its cases at a time, the rows that columns leave open by the
interpreter, everything counted.

What comes out is what `decide` says of each case. Memory holds one part of the cases with their records, and of all only
their numbers, while the tables are split.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from engine.base.classes import dataclass
from engine.base.problem import Cell, Pointer, Problem, Refused, Span, errors
from engine.base.text import did_you_mean
from engine.columns import polars_engine, sql_engine
from engine.columns.encoding import Rejected, frames_of
from engine.columns.plan import Plan, plan_of
from engine.columns.settling import carried_out
from engine.decision.case import Case
from engine.decision.decide import decide
from engine.decision.model import Decision
from engine.decision.program import Program
from engine.files.reading import folder_at
from engine.intake.builder import day_field
from engine.intake.case import peek_case
from engine.intake.columnar import Tables
from engine.intake.scanning import ROW
from engine.intake.split import CASE, SplitTables, key, split
from engine.intake.values import make_reader
from engine.office.batch import cases_in
from engine.office.kept_parts import KeptParts, PartAccount
from engine.office.population_results import PopulationPart, PopulationResults
from engine.office.processes import forkable, forked
from engine.policy import cache
from engine.policy.package import AS_OF
from engine.spreadsheets.grid import Fault

if TYPE_CHECKING:
    import polars as pl

    from engine.office.workspace import Workspace

ENGINES = {"polars": polars_engine.run, "duckdb": sql_engine.run}
TABLES = (".csv", ".parquet", ".xlsx")


@dataclass(frozen=True)
class PopulationRequest:
    """What to decide: `cases` a table, or a folder of case files; `records` a file for each table; `determinations` () for
    all; `day` where a case says none; `rows` of a part; `parts`: the folder that keeps what parts came to; `explained`: how
    many cases to explain in full; `engine`: a key of `ENGINES`; `jobs`: processes side by side; `by`: facts of the cases that
    stand in the results too, to count by."""

    cases: Path
    records: Mapping[str, Path]
    determinations: tuple[str, ...]
    day: date
    rows: int
    parts: Path
    explained: int = 0
    engine: str = "polars"
    jobs: int = 1
    by: tuple[str, ...] = ()


@dataclass
class Assessed:
    """What came out. `outcomes`: determination → how many came to what; `out`: cases that were rejected; `asked_again`: rows
    that the interpreter decided; `again`: cases that an earlier run had decided; `explained`: cases with their decisions in
    full; `kept`: the results, a row a case."""

    kept: KeptParts
    read: int = 0
    out: int = 0
    asked_again: int = 0
    again: int = 0
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    explained: list[tuple[Program, Case, list[Decision]]] = field(default_factory=list)

    def adds_up(self) -> bool:
        """Whether of every determination decided, undecided and rejected are all that was read."""
        return all(sum(found.values()) + self.out == self.read for found in self.outcomes.values())

    def add(self, part: PartAccount) -> None:
        """Count what a part came to."""
        self.read, self.out = self.read + part.read, self.out + part.out
        self.asked_again += part.asked_again
        self.rejected += part.rejected
        for name, counted in part.outcomes.items():
            self.outcomes.setdefault(name, Counter()).update(counted)

    @property
    def frame(self) -> pl.DataFrame:
        """The results of all cases."""
        return self.kept.scanned().collect()


def assess(rules: Workspace, request: PopulationRequest, progress: Callable[[int, int], None]) -> Assessed:
    """Every case of the population. Raises Refused: E904, E940, and tables that cannot be read."""
    if request.cases.suffix.lower() in TABLES:
        found = _of_tables(rules, request, progress)
    else:
        found = Assessed(KeptParts(request.parts, ""))
        found.kept.keep_only(())
        for number, (account, parts) in enumerate(_files(rules, request)):
            frames = [_decided(part, request, account) for part in parts]
            left = request.explained - len(found.explained)
            explained = (_explained(one.part, place) for one in frames for place in one.adverse())
            found.explained += islice(explained, max(0, left))
            found.kept.keep(number, account, [one.frame() for one in frames])
            found.add(account)
            progress(found.read, found.read)
    if not found.adds_up():
        raise AssertionError(f"{found.read} cases read, {found.out} rejected, {found.outcomes}")
    return found


def _of_tables(rules: Workspace, request: PopulationRequest, progress: Callable[[int, int], None]) -> Assessed:
    """A part after the other, or several side by side; those an interrupted run of the same came to are not decided again."""
    found = Assessed(KeptParts(request.parts, _key(rules, request)))
    # Where no engine has run, the children split and decide, and it stays so.
    apart = request.jobs > 1 and forkable()
    tables = forked(_split, [request], 1, lambda done, whole: None)[0] if apart else _split(request)
    height, numbers = tables.height, range(tables.parts)
    known = {number: account for number in numbers if (account := found.kept.account(number)) is not None}
    wanted = [number for number in numbers if number not in known]
    found.kept.keep_only(known)
    deciding = _Deciding(rules, request, tables, found.kept)
    if apart and len(wanted) > 1:
        made = forked(deciding.part, wanted, min(request.jobs, len(wanted)), lambda done, whole: progress(
            min(height, (len(known) + done) * request.rows), height))  # fmt: skip
    else:
        made = []
        for number in wanted:
            made.append(deciding.part(number))
            progress(min(height, (len(known) + len(made)) * request.rows), height)
    found.again = sum(account.read for account in known.values())
    accounts = known | dict(zip(wanted, made, strict=True))
    for number in numbers:
        found.add(accounts[number])
    found.rejected += deciding.tables.strangers()
    for number in numbers:
        left = request.explained - len(found.explained)
        if ids := accounts[number].adverse[:left]:
            found.explained += deciding.explained(number, ids)
    return found


def _split(request: PopulationRequest) -> SplitTables:
    return split(request.cases, request.records, request.rows, KeptParts(request.parts, "").tables)


def _key(rules: Workspace, request: PopulationRequest) -> str:
    """What the results of a part rest on: rules, calendar and program, the tables as they are, and what is asked of them."""
    found = key(request.cases, request.records, request.rows)
    asked = (request.determinations, request.engine, request.explained, request.by)
    days = [max(since, date(1, 1, 2)) for since, _ in rules.versions]
    said = [cache.digest(rules.sources_on(day), rules.target, request.day, rules.calendar) for day in days]
    return sha256(repr((said, rules.versions, found, asked)).encode()).hexdigest()


class _Deciding:
    """The parts of a table, each decided and its results kept."""

    def __init__(self, rules: Workspace, request: PopulationRequest, tables: SplitTables, kept: KeptParts) -> None:
        self.rules, self.request, self.kept = rules, request, kept
        self.plans = _Plans(rules, request)
        self.tables = Tables(request.cases, request.records, tables)

    def part(self, number: int) -> PartAccount:
        account = PartAccount()
        frames = []
        for part in _tables(self.rules, self.tables, self.plans, self.request, number, account):
            results = _decided(part, self.request, account)
            left = self.request.explained - len(account.adverse)
            account.adverse += [part.ids[place] for place in islice(results.adverse(), max(0, left))]
            frames.append(results.frame())
        self.kept.keep(number, account, frames)
        return account

    def explained(self, number: int, ids: Collection[str]) -> list[tuple[Program, Case, list[Decision]]]:
        """Some cases of a part, in the order they are decided in."""
        parts = _tables(self.rules, self.tables, self.plans, self.request, number, PartAccount())
        found = [_explained(part, place) for part in parts for place, id_ in enumerate(part.ids) if id_ in ids]
        if len(found) != len(ids):
            raise AssertionError(ids)
        return found


class _Plans:
    """The plan of each day, made once."""

    def __init__(self, rules: Workspace, request: PopulationRequest) -> None:
        self.rules, self.request = rules, request
        self.kept: dict[tuple[str, date], Plan] = {}

    def of(self, program: Program) -> Plan:
        key = (program.package.id, program.package.as_of)
        plan = self.kept.get(key)
        if plan is None:
            known = program.package.determinations
            asked = self.request.determinations or tuple(known)
            for name in asked:
                if name not in known:
                    help_ = did_you_mean(name, known) or f"有 {'、'.join(known)}"
                    raise Refused(Problem("E904", f"没有决定 `{name}`", help=help_), 2)
            if len(self.kept) > 60:
                self.kept.clear()
            plan = self.kept[key] = plan_of(program, asked)
        return plan


# Where cases come from


def _files(rules: Workspace, request: PopulationRequest) -> Iterator[tuple[PartAccount, list[PopulationPart]]]:
    """Case files, in parts under the same rules."""
    if request.records:
        raise Refused(
            Problem("E557", "案件文件自己写明台账，不用 --table", help="去掉 --table，或用 --cases 给出案件表"), 2
        )
    plans, waiting = _Plans(rules, request), iter(cases_in([request.cases]))
    while paths := list(islice(waiting, request.rows)):
        account = PartAccount()
        grouped: dict[int, tuple[Plan, list[Case]]] = {}
        for path in paths:
            account.read += 1
            try:
                program, case, problems = rules.case(path)
            except Refused as refused:
                _reject(account, path, refused.problems)
                continue
            if wrong := errors(problems):
                _reject(account, path, wrong)
                continue
            plan = plans.of(program)
            grouped.setdefault(id(plan), (plan, []))[1].append(case)
        parts = []
        for plan, cases in grouped.values():
            frames, taken, rejected = frames_of(plan, cases)
            account.rejected += rejected
            account.out += len(rejected)
            parts.append(PopulationPart(plan, frames, [case.id for case in taken], _among(taken)))
        yield account, parts


def _among(cases: Sequence[Case]) -> Callable[[Sequence[int]], Iterable[Case]]:
    return lambda places: [cases[place] for place in places]


def _reject(account: PartAccount, path: Path, problems: Sequence[Problem]) -> None:
    """A case file is out for what is wrong with it, not for what was merely remarked."""
    account.out += 1
    head, _ = peek_case(path)
    case = head.id if head is not None else path.name
    for problem in errors(problems):
        file, row, column, said = str(path), 0, "", f"{problem.code} {problem.message}"
        match problem.place:
            case Cell(name, ref):
                file = str(folder_at(path) / name)
                if at := re.search(r"([A-Z]+)([0-9]+)", ref.rpartition("!")[2]):
                    column, row = at[1], int(at[2])
            case Span(name, line):
                file, row = name, line
            case Pointer() as place:
                said = f"{place}：{said}"
        account.rejected.append(Rejected(file, row, case, column, said))


def _tables(
    rules: Workspace, tables: Tables, plans: _Plans, request: PopulationRequest, number: int, account: PartAccount
) -> Iterator[PopulationPart]:
    """A part of a table, by days."""
    tables.rejected = account.rejected
    part = tables.part(number)
    account.read += part.height
    account.out += part.height - part.cases.height
    for day, cases in _by_day(part.cases, request, account):
        plan = plans.of(rules.program(day=day))
        typed = tables.typed(part, cases, plan.program.package, plan)
        account.out += typed.rejected
        yield PopulationPart(plan, typed.frames, typed.ids, typed.cases)


def _by_day(part: pl.DataFrame, request: PopulationRequest, found: PartAccount) -> Iterator[tuple[date, pl.DataFrame]]:
    """The rows of each day, where the table has the days."""
    import polars as pl

    if AS_OF not in part.columns:
        yield request.day, part
        return
    reader = make_reader(day_field(AS_OF), {}, {}, lenient=False)
    for text in part[AS_OF].unique(maintain_order=True).to_list():
        rows = part.filter(pl.col(AS_OF).eq_missing(pl.lit(text, dtype=pl.String)))
        understood = reader.read(text) if text and text.strip() else None
        if isinstance(understood, Fault):
            found.out += rows.height
            for row, case in rows.select(ROW, CASE).iter_rows():
                found.rejected.append(Rejected(request.cases.name, row, case, AS_OF, understood.message))
        elif understood is None or isinstance(understood.value, date):
            day = request.day if understood is None else understood.value
            assert isinstance(day, date)
            yield day, rows


# What comes out


def _decided(part: PopulationPart, request: PopulationRequest, account: PartAccount) -> PopulationResults:
    results = PopulationResults(
        *_consistent(part, carried_out(part.plan, part.frames, ENGINES[request.engine]), request, account)
    )
    results.by = {name: results.fact(name) for name in request.by}
    account.asked_again += results.settle()
    for asked in part.plan.asked:
        counted = account.outcomes.setdefault(asked.determination, Counter())
        counted.update(results.columns[asked.determination])
    return results


def _consistent(
    part: PopulationPart, out: pl.DataFrame, request: PopulationRequest, found: PartAccount
) -> tuple[PopulationPart, pl.DataFrame]:
    """Without the cases that break a 校验: these are rejected."""
    import polars as pl

    kept = pl.repeat(True, out.height, dtype=pl.Boolean, eager=True)
    for column, message in part.plan.relations.items():
        for place in out[column].arg_true().to_list():
            row = out[ROW][place] if ROW in out.columns else 0
            said = column.partition("：")[2]
            found.rejected.append(Rejected(request.cases.name, row, part.ids[place], said, message))
        kept &= ~out[column]
    if kept.all():
        return part, out
    places = kept.arg_true().to_list()
    found.out += out.height - len(places)
    ids = [part.ids[place] for place in places]
    return PopulationPart(
        part.plan, part.frames, ids, lambda some: part.cases([places[one] for one in some])
    ), out.filter(kept)


def _explained(part: PopulationPart, place: int) -> tuple[Program, Case, list[Decision]]:
    program, (case,) = part.plan.program, part.cases([place])
    return program, case, [decide(program, case, asked.determination) for asked in part.plan.asked]


def rejections(found: Assessed) -> pl.DataFrame:
    """What was rejected, a row each: file, its row, case, column, why."""
    import polars as pl

    rows = [(one.file, one.row or None, one.case, one.column, one.reason) for one in found.rejected]
    schema = {"文件": pl.String, "行": pl.Int64, "案件": pl.String, "列": pl.String, "原因": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")
