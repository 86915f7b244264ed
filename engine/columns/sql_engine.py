"""The algebra in SQL, written by SQLGlot and carried out by DuckDB in this process: a stage of the program is one query for
each frame it adds to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

from engine.columns.algebra import (
    BOOL,
    CASES,
    INT,
    PLACE,
    Carry,
    ColumnStep,
    Compute,
    Expr,
    Fold,
    WorkingDayTables,
    stages,
)

if TYPE_CHECKING:
    import polars as pl

SqlTree = Any
"""A tree of SQLGlot."""

_DIALECT = "duckdb"
_KINDS = {BOOL: "BOOLEAN", INT: "BIGINT"}


def run(
    steps: Sequence[ColumnStep], frames: Mapping[str, pl.DataFrame], calendar: WorkingDayTables | None
) -> pl.DataFrame:
    """The frame of the cases with every column the steps make, as `polars_engine.run` gives it."""
    import duckdb

    with duckdb.connect() as connection:
        written = _Written(connection)
        for frame, held in frames.items():
            written.given(frame, held)
        if calendar is not None:
            written.days(calendar)
        for stage in stages(tuple(steps)):
            for frame in frames:
                if computed := [step for step in stage if isinstance(step, Compute) and step.frame == frame]:
                    written.compute(frame, computed)
            for frame in frames:
                if carried := [step for step in stage if isinstance(step, Carry) and step.frame == frame]:
                    written.carry(frame, carried)
            for frame in frames:
                if folded := [step for step in stage if isinstance(step, Fold) and step.table == frame]:
                    written.fold(frame, folded)
        found: pl.DataFrame = connection.sql(f'SELECT * FROM {written.name(CASES)} ORDER BY "{PLACE}"').pl()
        return found


class _Written:
    """The tables of one run: each frame under a number that grows with what is added to it."""

    def __init__(self, connection: Any) -> None:
        from sqlglot import exp

        self.connection, self.exp = connection, exp
        self.frames: dict[str, int] = {}
        self.versions: dict[str, int] = {}

    def name(self, frame: str) -> str:
        return f"f{self.frames[frame]}_{self.versions[frame]}"

    def given(self, frame: str, held: pl.DataFrame) -> None:
        self.frames[frame], self.versions[frame] = len(self.frames), 0
        self.connection.register(self.name(frame), held)

    def days(self, calendar: WorkingDayTables) -> None:
        import polars as pl

        for name, values, first in (("rank", calendar.rank, calendar.first), ("nth", calendar.nth, 0)):
            held = pl.DataFrame({"at": range(first, first + len(values)), "value": values})
            self.connection.register(f"days_{name}", held)

    def table(self, frame: str, alias: str = "") -> SqlTree:
        return self.exp.to_table(self.name(frame), alias=alias or None)

    def column(self, name: str, table: str = "") -> SqlTree:
        return self.exp.column(name, table=table or None, quoted=True)

    def named(self, found: SqlTree, name: str) -> SqlTree:
        return self.exp.alias_(found, name, quoted=True, copy=False)

    def grown(self, frame: str, query: SqlTree) -> None:
        """The frame is what a query makes of it from now on."""
        before = self.name(frame)
        self.versions[frame] += 1
        self.connection.execute(f"CREATE TEMP TABLE {self.name(frame)} AS {query.sql(dialect=_DIALECT, copy=False)}")
        if self.versions[frame] > 1:
            self.connection.execute(f"DROP TABLE {before}")

    def compute(self, frame: str, steps: Sequence[Compute]) -> None:
        columns = [self.named(self.of(step.expr), step.name) for step in steps]
        self.grown(frame, self.exp.select("*", *columns).from_(self.table(frame), copy=False))

    def carry(self, frame: str, steps: Sequence[Carry]) -> None:
        columns = [self.named(self.column(step.source, "c"), step.name) for step in steps]
        query = self.exp.select("r.*", *columns).from_(self.table(frame, "r"), copy=False)
        self.grown(frame, query.join(self.table(CASES, "c"), on=self.same("r", "c"), copy=False))

    def same(self, left: str, right: str) -> SqlTree:
        return self.exp.EQ(this=self.column(PLACE, left), expression=self.column(PLACE, right))

    def fold(self, frame: str, steps: Sequence[Fold]) -> None:
        plain = [step for step in steps if step.how != "least"]
        if plain:
            parts = [self.named(self.aggregate(step), step.name) for step in plain]
            inner = (
                self.exp.select(self.column(PLACE), *parts)
                .from_(self.table(frame), copy=False)
                .group_by(self.column(PLACE), copy=False)
            )
            told = [self.named(self.or_none(step), step.name) for step in plain]
            self.joined(inner, told)
        for step in steps:
            if step.how == "least":
                self.least(frame, step)

    def or_none(self, step: Fold) -> SqlTree:
        found = self.column(step.name, "g")
        return self.func("coalesce", found, self.number(0)) if step.how in ("count", "sum", "distinct") else found

    def joined(self, inner: SqlTree, told: Sequence[SqlTree]) -> None:
        query = self.exp.select("c.*", *told).from_(self.table(CASES, "c"), copy=False)
        self.grown(
            CASES, query.join(inner.subquery("g", copy=False), on=self.same("c", "g"), join_type="left", copy=False)
        )

    def aggregate(self, step: Fold) -> SqlTree:
        where, value = self.of(step.where), self.of(step.value)
        exp = self.exp
        found: SqlTree
        if step.how == "count":
            found = exp.Count(this=exp.Star())
        elif step.how == "distinct":
            found = exp.Count(this=exp.Distinct(expressions=[value]))
        else:
            found = {"sum": exp.Sum, "max": exp.Max, "min": exp.Min}[step.how](this=value)
        filtered = exp.Filter(this=found, expression=exp.Where(this=where))
        return filtered if step.how in ("max", "min") else self.cast(filtered, "BIGINT")

    def least(self, frame: str, step: Fold) -> None:
        """The sums of each month, then the least; a month that is missing among them counts as zero."""
        exp = self.exp
        assert step.month is not None
        assert step.months is not None
        month, total = self.named(self.of(step.month), "m"), self.named(exp.Sum(this=self.of(step.value)), "n")
        by_month = (
            exp.select(self.column(PLACE), month, total)
            .from_(self.table(frame), copy=False)
            .where(self.of(step.where), copy=False)
        )
        by_month = by_month.group_by(self.column(PLACE), exp.column("m"), copy=False)
        least = self.named(self.cast(exp.Min(this=exp.column("n")), "BIGINT"), "n")
        count = self.named(exp.Count(this=exp.Star()), "m")
        inner = (
            exp.select(self.column(PLACE), least, count)
            .from_(by_month.subquery("b", copy=False), copy=False)
            .group_by(self.column(PLACE), copy=False)
        )
        months = self.func("coalesce", self.column("m", "g"), self.number(0))
        zeroed = self.func("least", self.func("coalesce", self.column("n", "g"), self.number(0)), self.number(0))
        some = exp.LT(this=months, expression=self.of(step.months))
        told = exp.Case().when(some, zeroed, copy=False).else_(self.column("n", "g"), copy=False)
        self.joined(inner, [self.named(told, step.name)])

    # Expressions

    def cast(self, found: SqlTree, kind: str) -> SqlTree:
        exp = self.exp
        return exp.Cast(this=found, to=exp.DataType(this=getattr(exp.DataType.Type, kind)))

    def number(self, value: int) -> SqlTree:
        return self.cast(self.exp.Literal.number(value), "BIGINT")

    def func(self, name: str, *args: SqlTree) -> SqlTree:
        return self.exp.Anonymous(this=name, expressions=list(args))

    def of(self, expr: Expr) -> SqlTree:
        exp = self.exp
        if expr.op == "const":
            return self.constant(expr)
        if expr.op == "column":
            assert isinstance(expr.value, str)
            return self.column(expr.value)
        args = [self.of(arg) for arg in expr.args]
        if expr.op == "case":
            *pairs, otherwise = args
            found = exp.Case()
            for condition, value in zip(pairs[::2], pairs[1::2], strict=True):
                found = found.when(condition, value, copy=False)
            return found.else_(otherwise, copy=False)
        if expr.op in ("rank", "nth"):
            rows = (
                exp.select("value")
                .from_(f"days_{expr.op}", copy=False)
                .where(exp.EQ(this=exp.column("at"), expression=args[0]), copy=False)
            )
            return rows.subquery(copy=False)
        if expr.op in ("most", "least"):
            return self.func("greatest" if expr.op == "most" else "least", *args)
        if expr.op == "joined":
            return reduce(lambda a, b: exp.DPipe(this=a, expression=b), args)
        return _PLAIN[expr.op](self, *args)

    def constant(self, expr: Expr) -> SqlTree:
        exp, value = self.exp, expr.value
        if value is None:
            return self.cast(exp.null(), _KINDS.get(expr.kind, "VARCHAR"))
        if isinstance(value, bool):
            return exp.true() if value else exp.false()
        return self.number(value) if isinstance(value, int) else exp.Literal.string(value)

    def floored(self, left: SqlTree, right: SqlTree) -> SqlTree:
        """Rounded down: SQL's own division of whole numbers goes towards zero."""
        exp = self.exp
        rest = exp.Mod(this=exp.paren(left.copy(), copy=False), expression=exp.paren(right.copy(), copy=False))
        above = exp.Mod(
            this=exp.paren(exp.Add(this=rest, expression=exp.paren(right.copy(), copy=False)), copy=False),
            expression=right.copy(),
        )
        even = exp.Sub(this=exp.paren(left, copy=False), expression=exp.paren(above, copy=False))
        return exp.IntDiv(this=exp.paren(even, copy=False), expression=exp.paren(right, copy=False))

    def month(self, day: SqlTree) -> SqlTree:
        """The months from year 0 to the one a day is in."""
        exp = self.exp
        found = exp.Add(
            this=self.cast(exp.Literal.string("1970-01-01"), "DATE"),
            expression=self.cast(day, "INT"),
        )
        year, month = (self.cast(self.func(part, found.copy()), "BIGINT") for part in ("year", "month"))
        return exp.paren(
            exp.Sub(
                this=exp.Add(this=exp.Mul(this=year, expression=self.number(12)), expression=month),
                expression=self.number(1),
            ),
            copy=False,
        )

    def pair(self, kind: str, left: SqlTree, right: SqlTree) -> SqlTree:
        exp = self.exp
        return exp.paren(
            getattr(exp, kind)(this=exp.paren(left, copy=False), expression=exp.paren(right, copy=False)), copy=False
        )


def _pair(kind: str) -> Callable[..., SqlTree]:
    return lambda made, left, right: made.pair(kind, left, right)


_PLAIN: Mapping[str, Callable[..., SqlTree]] = {
    "and": lambda made, *args: made.exp.paren(made.exp.and_(*args, copy=False), copy=False),
    "or": lambda made, *args: made.exp.paren(made.exp.or_(*args, copy=False), copy=False),
    "not": lambda made, a: made.exp.paren(made.exp.not_(made.exp.paren(a, copy=False), copy=False), copy=False),
    "null": lambda made, a: made.exp.paren(
        made.exp.Is(this=made.exp.paren(a, copy=False), expression=made.exp.null()), copy=False
    ),
    "=": _pair("EQ"),
    "<": _pair("LT"),
    "≤": _pair("LTE"),
    "+": _pair("Add"),
    "−": _pair("Sub"),
    "×": _pair("Mul"),
    "÷": lambda made, a, b: made.exp.paren(made.floored(a, b), copy=False),
    "month": lambda made, a: made.month(a),
    "contains": lambda made, a, b: made.func("contains", a, b),
    "starts": lambda made, a, b: made.func("starts_with", a, b),
    "ends": lambda made, a, b: made.func("ends_with", a, b),
}
