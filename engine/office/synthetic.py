"""Edge: a population that is made up, as tables `guiju batch` reads: as plausible as the package's own examples, and as various.

Every case begins as one of the examples, with all that goes together in it; what that leaves out is as in others; some
facts are then as in another example, or near a limit of the rules, or blank. The same seed gives the same bytes: chance is
arithmetic on the number of the case (SplitMix64), worked out a column at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.decision.boundaries import candidates
from engine.decision.case import Case
from engine.decision.program import Program
from engine.files.writing import remove, replacing
from engine.intake.columnar import EXCUSE, ON, PERSON, REASONS
from engine.intake.examples import example_cases
from engine.intake.split import CASE
from engine.language.printer import show_value
from engine.language.tree import Table, Value
from engine.policy.package import AS_OF, NOT_YET, Field
from engine.policy.sources import EXAMPLES

if TYPE_CHECKING:
    import polars as pl

    from engine.office.workspace import Workspace

MOVED, NEAR, EXCUSED = 0.06, 0.03, 0.8
"""Shares of the facts that are as in another example, and near a limit of the rules; of the exceptions that are decided."""

_AT_ONCE = 20_000
"""Cases that are made at a time."""

_FEW = 60
"""Values of a fact that are drawn from at most."""

_NUMBER, _FIRST = "#号", "#例"
_FOUND = {PERSON: "核查员", REASONS: "查阅材料并现场核对"}


@dataclass(frozen=True, slots=True)
class SyntheticRequest:
    """How many cases, by what chance, with what share of blanks, where to."""

    count: int
    seed: int
    blank: float
    out: Path


def synthesize(rules: Workspace, request: SyntheticRequest) -> tuple[list[tuple[Path, int]], list[str]]:
    """The files written, with how many rows each has, and the tables of which no example has records. Raises Refused: E949
    where the package has no examples, E556 where there are files already."""
    if request.out.is_dir() and any(request.out.iterdir()):
        raise Refused(
            Problem("E556", f"`{request.out}` 里已有文件，没有覆盖", help="换一个文件夹，或先移走原有文件"), 2
        )
    program = rules.program()
    cases = _prototypes(rules, program)
    if not cases:
        raise Refused(Problem("E949", "政策包没有用例，无从拟造案件", help="先在 tests/ 里写用例"), 2)
    made = _Made(program, cases, request)
    lacking = [name for name in made.tables if not made.has(name)]
    return [made.written(name) for name in ("", *(name for name in made.tables if name not in lacking))], lacking


def _prototypes(rules: Workspace, program: Program) -> list[Case]:
    """The cases of the examples of the package, and of those it rests on, that are under these rules."""
    folders = [name for name in rules.library.specs if rules.regulation_of(name) in (rules.target, "")]
    found = (case for name in folders for case in example_cases(rules.folder / name / EXAMPLES, rules.by_day))
    return [case for case in found if case.regulation == program.package.id]


class _Made:
    def __init__(self, program: Program, cases: Sequence[Case], request: SyntheticRequest) -> None:
        package = program.package
        self.program, self.request = program, request
        self.cases_ = cases
        round_ = package.of_round
        given = {n: f for n, f in package.facts.items() if n != AS_OF and n not in round_ and not f.formal}
        self.facts = {n: f for n, f in given.items() if not f.identifier}
        self.tables = {n: t for n, t in package.tables.items() if n not in round_}

    def has(self, table: str) -> bool:
        return any(table in case.facts for case in self.cases_)

    def written(self, table: str) -> tuple[Path, int]:
        """A table, that of the cases under "", made so many cases at a time, so that memory holds no more."""
        import polars as pl

        path, parts, rows = self.request.out / f"{table or CASE}.parquet", list[Path](), 0
        try:
            for first in range(0, self.request.count, _AT_ONCE):
                frame = (self.records(table, first) if table else self.cases(first)).collect()
                parts.append(path.with_name(f"{path.stem}-{first}.parquet"))
                rows += frame.height
                with replacing(parts[-1], (".parquet",)) as stream:
                    frame.write_parquet(stream)
            with replacing(path, (".parquet",)) as stream:
                whole = pl.concat([pl.scan_parquet(part) for part in parts])
                whole.sink_parquet(stream, maintain_order=True, row_group_size=100_000)
        finally:
            for part in parts:
                remove(part)
        return path, rows

    # Chance

    def chance(self, *what: str, by: pl.Expr | None = None) -> pl.Expr:
        """A number of 32 bits for each row, of its own for what it is about."""
        import polars as pl

        salt = int.from_bytes(sha256("\0".join((str(self.request.seed), *what)).encode()).digest()[:8], "big")
        mixed = (pl.col(_NUMBER) if by is None else by).cast(pl.UInt64) * _u64(0x9E3779B97F4A7C15) + _u64(salt)
        for away, by_ in ((1 << 30, 0xBF58476D1CE4E5B9), (1 << 27, 0x94D049BB133111EB)):
            mixed = (mixed ^ (mixed // _u64(away))) * _u64(by_)
        return (mixed ^ (mixed // _u64(1 << 31))) // _u64(1 << 32)

    def share(self, size: float, *what: str, by: pl.Expr | None = None) -> pl.Expr:
        return self.chance(*what, by=by) < _u64(int(size * (1 << 32)))

    def one_of(self, values: Sequence[str | None], *what: str, by: pl.Expr | None = None) -> pl.Expr:
        return _picked(self.chance(*what, by=by) % _u64(len(values)), values)

    # Cases

    def cases(self, first: int) -> pl.LazyFrame:
        import polars as pl

        columns: list[pl.Expr] = []
        for name, declared in self.facts.items():
            found = self.fact(name, declared)
            if found is not None:
                columns += [found.alias(name), *(self.signed(name, found) if declared.finding else ())]
        for name, criterion in self.program.package.criteria.items():
            if criterion.strength == "一般应当":
                found = pl.when(self.share(EXCUSED, "例外", name)).then(self.one_of(("是", "否"), "准予", name))
                columns += [found.alias(EXCUSE + name), *self.signed(EXCUSE + name, found)]
        return self.numbered(first).select(self.id(), *columns)

    def signed(self, name: str, found: pl.Expr) -> Iterator[pl.Expr]:
        """Who found something, when and why, where it is found."""
        import polars as pl

        said = {**_FOUND, ON: self.program.package.as_of.isoformat()}
        yield from (pl.when(found.is_not_null()).then(pl.lit(text)).alias(name + part) for part, text in said.items())

    def numbered(self, first: int) -> pl.LazyFrame:
        """The numbers of some cases, from `first`, each with the example it begins as."""
        import polars as pl

        last = min(first + _AT_ONCE, self.request.count)
        rows = pl.select(pl.int_range(first, last, dtype=pl.Int64).alias(_NUMBER)).lazy()
        return rows.with_columns((self.chance("例") % _u64(len(self.cases_))).cast(pl.Int64).alias(_FIRST))

    def id(self) -> pl.Expr:
        import polars as pl

        digits = len(str(self.request.count))
        return pl.format("第{}件", (pl.col(_NUMBER) + 1).cast(pl.String).str.zfill(digits)).alias(CASE)

    def fact(self, name: str, declared: Field) -> pl.Expr | None:
        """A fact: as in the example the case begins as, as in another, near a limit of the rules, or blank."""
        import polars as pl

        own = [written(case.facts[name].value, declared) if name in case.facts else None for case in self.cases_]
        known = [value for value in own if value is not None]
        near = list(self.near(name, declared))[:_FEW]
        others = known or near
        if not others:
            return None
        found = pl.coalesce(_picked(pl.col(_FIRST), own), self.one_of(others, "余", name))
        found = pl.when(self.share(MOVED, "移", name)).then(self.one_of(others, "移自", name)).otherwise(found)
        if near:
            found = pl.when(self.share(NEAR, "近", name)).then(self.one_of(near, "近于", name)).otherwise(found)
        return pl.when(~self.share(self.request.blank, "空", name)).then(found)

    def near(self, name: str, declared: Field) -> Iterator[str]:
        """Values on either side of the limits of the rules."""
        if declared.type.kind in ("bool", "enum", "number", "date"):
            for value in candidates(self.program, self.program.steps.values(), list(self.program.initial), name):
                said = written(value, declared) if self.plausible(value, declared) else None
                if said is not None:
                    yield said

    def plausible(self, value: Any, declared: Field) -> bool:
        """Whether a value near a limit may stand in a table."""
        if declared.type.kind == "number":
            low, high = declared.bounds
            within = low is not None and high is not None and bool(low <= value <= high)
            return within and not (value % 1 if declared.whole else value * 100 % 1)
        if declared.type.kind == "date":
            return bool(2000 < value.year < self.program.package.as_of.year + 2)
        return bool(value != NOT_YET)

    # Records

    def records(self, table: str, first: int) -> pl.LazyFrame:
        """Those of the example a case begins as, or of another that has some; now and then a cell as in another record."""
        import polars as pl

        declared = self.tables[table]
        held = [case.facts[table].value if table in case.facts else None for case in self.cases_]
        lines = [list(value.rows) if isinstance(value, Table) else None for value in held]
        having = [place for place, rows in enumerate(lines) if rows is not None]
        flat: list[dict[str, str | int | None]] = []
        place = "#条"
        for example in having:
            for number, row in enumerate(lines[example] or ()):
                cells = {c.name: written(cell, c) for c, cell in zip(declared.columns, row, strict=True)}
                flat.append({_FIRST: example, place: number, **cells})
        schema = {_FIRST: pl.Int64, place: pl.Int64, **{c.name: pl.String for c in declared.columns}}
        from_ = [example if rows is not None else None for example, rows in enumerate(lines)]
        other = _picked(self.chance("表", table) % _u64(len(having)), having, pl.Int64)
        cases = self.numbered(first).select(
            _NUMBER, self.id(), pl.coalesce(_picked(pl.col(_FIRST), from_, pl.Int64), other).alias(_FIRST)
        )
        rows = cases.join(pl.DataFrame(flat, schema=schema).lazy(), on=_FIRST, maintain_order="left_right")
        each = pl.col(_NUMBER) * 1000 + pl.col(place)
        columns = []
        for column in declared.columns:
            known = [str(row[column.name]) for row in flat if row[column.name] is not None]
            found = pl.col(column.name)
            if known and column.name not in declared.unique:
                moved = self.one_of(known[:_FEW], "格自", table, column.name, by=each)
                found = pl.when(self.share(MOVED / 2, "格", table, column.name, by=each)).then(moved).otherwise(found)
            if not column.required:
                found = pl.when(~self.share(self.request.blank / 4, "空格", table, column.name, by=each)).then(found)
            columns.append(found.alias(column.name))
        return rows.select(CASE, *columns)


def _u64(value: int) -> pl.Expr:
    import polars as pl

    return pl.lit(value, dtype=pl.UInt64)


def _picked(
    place: pl.Expr, values: Sequence[str | int | None], kind: pl.DataType | type[pl.DataType] | None = None
) -> pl.Expr:
    import polars as pl

    return place.cast(pl.Int64).replace_strict(list(range(len(values))), list(values), return_dtype=kind or pl.String)


def written(value: Value, declared: Field) -> str | None:
    """A value as a table has it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None or isinstance(value, str):
        return value
    if declared.type.kind in ("date", "time"):
        return str(value)
    return show_value(value, declared.type, declared.unit)
