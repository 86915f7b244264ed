"""Edge: a whole population decided over columns: a part of its cases at a time, the rows that columns leave open by the
interpreter, everything counted.

What comes out is what `decide` says of each case. Memory holds one part of the cases with their records, and the results.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused, errors
from engine.base.text import did_you_mean
from engine.columns import polars_engine, sql_engine
from engine.columns.encoding import Rejected, frames_of
from engine.columns.plan import AskedColumns, Plan, plan_of
from engine.columns.settling import carried_out
from engine.decision.case import Case
from engine.decision.core import evaluate_case, plain_value, verdict
from engine.decision.decide import amount_of, decide, evaluate_whole
from engine.decision.missing import first_missing
from engine.decision.model import AMOUNT, NOT_OPENED, UNDECIDED, Decision
from engine.decision.program import Program
from engine.intake.builder import day_field
from engine.intake.columnar import CASE, Tables
from engine.intake.grid import Fault
from engine.intake.scanning import ROW
from engine.intake.values import make_reader
from engine.language import keys
from engine.language.values import quotient
from engine.office.batch import cases_in
from engine.office.kept_parts import KeptParts, PartAccount
from engine.office.processes import forked
from engine.policy import cache
from engine.policy.package import AS_OF

if TYPE_CHECKING:
    import polars as pl

    from engine.office.workspace import Workspace

ENGINES = {"polars": polars_engine.run, "duckdb": sql_engine.run}
TABLES = (".csv", ".parquet", ".xlsx")
MISSING, GRADE = "先补", "等次"
"""What columns of the results are called behind the name of what they belong to."""

_FIRST = 3
"""How many missing facts are named."""


@dataclass(frozen=True)
class PopulationRequest:
    """What to decide: `cases` a table, or a folder of case files; `records` a file for each table; `determinations` () for
    all; `day` where a case says none; `rows` of a part; `parts`: the folder that keeps what parts came to; `explained`: how
    many cases to explain in full; `engine`: a key of `ENGINES`; `jobs`: processes side by side."""

    cases: Path
    records: Mapping[str, Path]
    determinations: tuple[str, ...]
    day: date
    rows: int
    parts: Path
    explained: int = 0
    engine: str = "polars"
    jobs: int = 1


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
        return self.kept.frame()


@dataclass(frozen=True, slots=True)
class _Part:
    plan: Plan
    frames: Mapping[str, pl.DataFrame]
    ids: Sequence[str]
    case: Callable[[int], Case]


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
    # A process that has once used Polars cannot be forked: the children count and decide.
    apart = request.jobs > 1
    height = forked(_height, [request], 1, lambda done, whole: None)[0] if apart else _height(request)
    numbers = range(-(-height // request.rows))
    known = {number: account for number in numbers if (account := found.kept.account(number)) is not None}
    wanted = [number for number in numbers if number not in known]
    found.kept.keep_only(known)
    deciding = _Deciding(rules, request, found.kept)
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
    adverse = ((number, id_) for number in numbers for id_ in accounts[number].adverse)
    for number, id_ in islice(adverse, request.explained):
        found.explained.append(deciding.explained(number, id_))
    return found


def _height(request: PopulationRequest) -> int:
    return Tables(request.cases, request.records).height()


def _key(rules: Workspace, request: PopulationRequest) -> str:
    """What the results of a part rest on: rules, calendar and program, the tables as they are, and what is asked of them."""
    looked = [request.cases, *request.records.values()]
    found = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in looked]
    asked = (sorted(request.records), request.determinations, request.rows, request.engine, request.explained)
    days = [max(since, date(1, 1, 2)) for since, _ in rules.versions]
    said = [cache.digest(rules.sources_on(day), rules.target, request.day, rules.calendar) for day in days]
    return sha256(repr((said, rules.versions, found, asked)).encode()).hexdigest()


class _Deciding:
    """The parts of a table, each decided and its results kept."""

    def __init__(self, rules: Workspace, request: PopulationRequest, kept: KeptParts) -> None:
        self.rules, self.request, self.kept = rules, request, kept
        self.plans = _Plans(rules, request)
        self.tables = Tables(request.cases, request.records)

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

    def explained(self, number: int, id_: str) -> tuple[Program, Case, list[Decision]]:
        for part in _tables(self.rules, self.tables, self.plans, self.request, number, PartAccount()):
            if id_ in part.ids:
                return _explained(part, part.ids.index(id_))
        raise AssertionError(id_)


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


def _files(rules: Workspace, request: PopulationRequest) -> Iterator[tuple[PartAccount, list[_Part]]]:
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
            parts.append(_Part(plan, frames, [case.id for case in taken], taken.__getitem__))
        yield account, parts


def _reject(account: PartAccount, path: Path, problems: Sequence[Problem]) -> None:
    account.out += 1
    for problem in problems:
        place = f"{problem.place}：" if problem.place is not None else ""
        account.rejected.append(Rejected(str(path), 0, path.name, problem.code, f"{place}{problem.message}"))


def _tables(
    rules: Workspace, tables: Tables, plans: _Plans, request: PopulationRequest, number: int, account: PartAccount
) -> Iterator[_Part]:
    """A part of a table, by days."""
    tables.rejected = account.rejected
    part, height = tables.part(number, request.rows)
    account.read += height
    account.out += height - part.height
    for day, rows in _by_day(part, request, account):
        plan = plans.of(rules.program(day=day))
        typed = tables.typed(rows, plan.program.package, plan)
        account.out += typed.rejected
        yield _Part(plan, typed.frames, typed.ids, typed.case)


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


def _decided(part: _Part, request: PopulationRequest, account: PartAccount) -> _Results:
    results = _Results(
        *_consistent(part, carried_out(part.plan, part.frames, ENGINES[request.engine]), request, account)
    )
    account.asked_again += results.settle()
    for asked in part.plan.asked:
        counted = account.outcomes.setdefault(asked.determination, Counter())
        counted.update(results.columns[asked.determination])
    return results


def _consistent(
    part: _Part, out: pl.DataFrame, request: PopulationRequest, found: PartAccount
) -> tuple[_Part, pl.DataFrame]:
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
    return _Part(part.plan, part.frames, ids, lambda place: part.case(places[place])), out.filter(kept)


def _explained(part: _Part, place: int) -> tuple[Program, Case, list[Decision]]:
    program, case = part.plan.program, part.case(place)
    return program, case, [decide(program, case, asked.determination) for asked in part.plan.asked]


class _Results:
    """The columns of the results, as lists; those of rows that are open are written over by the interpreter."""

    def __init__(self, part: _Part, out: pl.DataFrame) -> None:
        self.part, self.out = part, out
        self.columns: dict[str, list[Any]] = {}
        for asked in part.plan.asked:
            self.columns[asked.determination] = [one or UNDECIDED for one in out[asked.outcome].to_list()]
            self.columns[f"{asked.determination}·{MISSING}"] = [None] * out.height
            for name, (over, under) in asked.numbers.items():
                self.columns[_number_title(asked, name)] = _numbers(out, over, under)
            for score, column in asked.words.items():
                self.columns[f"{score}·{GRADE}"] = out[column].to_list()
            for criterion, column in asked.verdicts.items():
                self.columns[criterion] = out[column].to_list()

    def settle(self) -> int:
        """How many rows the interpreter decided."""
        again: set[int] = set()
        for asked in self.part.plan.asked:
            left, undecided = self.out[asked.open], self.out[asked.outcome].is_null()
            for place in (left | undecided).arg_true().to_list():
                again.add(place)
                self.interpret(asked, place)
        return len(again)

    def interpret(self, asked: AskedColumns, place: int) -> None:
        """What the interpreter says of a row, in the place of what columns say."""
        program, case, columns = self.part.plan.program, self.part.case(place), self.columns
        name = asked.determination
        found = evaluate_case(program, case, name)
        if found.outcome == UNDECIDED or AMOUNT in asked.numbers:  # what is missing, or the amount, may rest on more
            found = evaluate_whole(program, case, name)
        columns[name][place] = found.outcome
        for criterion in asked.verdicts:
            columns[criterion][place] = verdict(found.values, program.layout.criterion(criterion))
        for score in asked.words:
            columns[f"{score}·{GRADE}"][place] = found.values[program.slots[keys.band(score)]]
        for number in asked.numbers:
            value = amount_of(found)[0] if number == AMOUNT else found.values[program.slots[number]]
            columns[_number_title(asked, number)][place] = plain_value(value)
        if found.outcome == UNDECIDED:
            columns[f"{name}·{MISSING}"][place] = "、".join(first_missing(found, _FIRST))

    def adverse(self) -> Iterator[int]:
        """The rows of which some outcome is neither favourable nor beside the point."""
        package = self.part.plan.program.package
        good = {
            name: {NOT_OPENED, *(o.name for o in package.determinations[name].outcomes if o.favourable)}
            for name in (asked.determination for asked in self.part.plan.asked)
        }
        for place in range(len(self.part.ids)):
            if any(self.columns[name][place] not in fine for name, fine in good.items()):
                yield place

    def frame(self) -> pl.DataFrame:
        """A row a case: number, day, then of each determination everything it says."""
        import polars as pl

        day = self.part.plan.program.package.as_of.isoformat()
        columns = {CASE: list(self.part.ids), AS_OF: [day] * len(self.part.ids), **self.columns}
        return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def _number_title(asked: AskedColumns, name: str) -> str:
    return f"{asked.determination}·{AMOUNT}" if name == AMOUNT else name


def _numbers(out: pl.DataFrame, over: str, under: str) -> list[Any]:
    """Numbers as they are written, exactly: each different one once."""
    pairs = list(zip(out[over].to_list(), out[under].to_list(), strict=True))
    written = {
        pair: None if None in pair else plain_value(quotient(Decimal(pair[0]), Decimal(pair[1]))) for pair in set(pairs)
    }
    return [written[pair] for pair in pairs]


def rejections(found: Assessed) -> pl.DataFrame:
    """What was rejected, a row each: file, its row, case, column, why."""
    import polars as pl

    rows = [(one.file, one.row or None, one.case, one.column, one.reason) for one in found.rejected]
    schema = {"文件": pl.String, "行": pl.Int64, "案件": pl.String, "列": pl.String, "原因": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")
