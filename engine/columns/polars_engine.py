"""The algebra in Polars: a stage of the program is one `with_columns`, records are folded by the place of their case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING

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
    columns_of,
    stages,
)

if TYPE_CHECKING:
    import polars as pl


def run(
    steps: Sequence[ColumnStep], frames: Mapping[str, pl.DataFrame], calendar: WorkingDayTables | None
) -> pl.DataFrame:
    """The frame of the cases with every column the steps make. `frames`: the cases, and for each table its records, with
    `PLACE`."""
    held = dict(frames)
    made = _Expressions(calendar)
    for stage in stages(tuple(steps)):
        for frame in held:
            columns = [made.column(s) for s in stage if isinstance(s, Compute) and s.frame == frame]
            if columns:
                held[frame] = held[frame].with_columns(columns)
        for frame in held:
            carried = [step for step in stage if isinstance(step, Carry) and step.frame == frame]
            if carried:
                cases = held[CASES]
                at = held[frame][PLACE]
                held[frame] = held[frame].with_columns(
                    [cases[step.source].gather(at).alias(step.name) for step in carried]
                )
        folds = [step for step in stage if isinstance(step, Fold)]
        if folds:
            held[CASES] = _folded(held, folds, made)
    return held[CASES]


def _folded(held: Mapping[str, pl.DataFrame], folds: Sequence[Fold], made: _Expressions) -> pl.DataFrame:
    import polars as pl

    cases = held[CASES]
    for table in dict.fromkeys(step.table for step in folds):
        own = [step for step in folds if step.table == table]
        plain = [step for step in own if step.how != "least"]
        if plain:
            # A constant has to be as long as the frame before it is added up.
            read = [
                e
                for n, s in enumerate(plain)
                for e in (made.of(s.where).alias(f"计{n}"), made.of(s.value).alias(f"数{n}"))
            ]
            parts = [_aggregate(step.how, n).alias(step.name) for n, step in enumerate(plain)]
            found = held[table].select(PLACE, *read).group_by(PLACE).agg(parts)
            cases = cases.join(found, on=PLACE, how="left", maintain_order="left")
            empty = [pl.col(s.name).fill_null(0) for s in plain if s.how in ("count", "sum", "distinct")]
            cases = cases.with_columns([one.cast(pl.Int64) for one in empty])
        for step in own:
            if step.how == "least":
                cases = _least(cases, held[table], step, made)
    return cases


def _aggregate(how: str, number: int) -> pl.Expr:
    import polars as pl

    where, value = pl.col(f"计{number}"), pl.col(f"数{number}")
    match how:
        case "count":
            return where.sum()
        case "sum":
            return value.filter(where).sum()
        case "distinct":
            return value.filter(where).drop_nulls().n_unique()
        case "max":
            return value.filter(where).max()
    return value.filter(where).min()


def _least(cases: pl.DataFrame, records: pl.DataFrame, step: Fold, made: _Expressions) -> pl.DataFrame:
    """The sums of each month, then the least; a month that is missing among them counts as zero."""
    import polars as pl

    assert step.month is not None
    assert step.months is not None
    by_month = (
        records.select(PLACE, made.of(step.month).alias("月"), made.of(step.value).alias("数"), made.of(step.where).alias("计"))
        .filter(pl.col("计"))
        .group_by(PLACE, "月")
        .agg(pl.col("数").sum())
        .group_by(PLACE)
        .agg(pl.col("数").min(), pl.len().cast(pl.Int64).alias("月"))
    )  # fmt: skip
    joined = cases.join(by_month, on=PLACE, how="left", maintain_order="left")
    some = pl.col("月").fill_null(0) < made.of(step.months)
    least = (
        pl.when(some).then(pl.min_horizontal(pl.col("数").fill_null(0), pl.lit(0, pl.Int64))).otherwise(pl.col("数"))
    )
    return joined.with_columns(least.alias(step.name)).drop("月", "数")


class _Expressions:
    """Expressions of the algebra as Polars has them."""

    def __init__(self, calendar: WorkingDayTables | None) -> None:
        import polars as pl

        self.pl = pl
        self.calendar = calendar
        self.kinds = {BOOL: pl.Boolean, INT: pl.Int64}
        self.tables: dict[str, pl.Series] = {}

    def column(self, step: Compute) -> pl.Expr:
        """What is the same for all rows is worked out once, and is as long as the frame."""
        if any(columns_of(step.expr)):
            return self.of(step.expr).alias(step.name)
        found, kind = self.pl.select(self.of(step.expr)).item(), self.kinds.get(step.expr.kind, self.pl.String)
        return self.pl.repeat(found, self.pl.len(), dtype=kind).alias(step.name)

    def of(self, expr: Expr) -> pl.Expr:
        if expr.op == "const":
            return self.pl.lit(expr.value, dtype=self.kinds.get(expr.kind, self.pl.String))
        if expr.op == "column":
            assert isinstance(expr.value, str)
            return self.pl.col(expr.value)
        args = [self.of(arg) for arg in expr.args]
        if expr.op == "case":
            return self.case(args)
        if expr.op == "month":
            day = args[0].cast(self.pl.Int32).cast(self.pl.Date)
            return (day.dt.year().cast(self.pl.Int64) * 12) + day.dt.month().cast(self.pl.Int64) - 1
        if expr.op in ("rank", "nth"):
            found = self.looked_up(expr.op, args[0])
            return found if any(columns_of(expr)) else found.first()
        if expr.op in ("and", "or"):
            return reduce(and_ if expr.op == "and" else or_, args)
        if expr.op in ("most", "least"):
            return (self.pl.max_horizontal if expr.op == "most" else self.pl.min_horizontal)(args)
        if expr.op == "joined":
            return self.pl.concat_str(args)
        if expr.op in _FLIPPED and not any(columns_of(expr.args[0])):
            # A literal compared with a column that is null throughout is one value long in Polars 2.1.
            return _FLIPPED[expr.op](args[1], args[0])
        return _PLAIN[expr.op](*args)

    def case(self, args: Sequence[pl.Expr]) -> pl.Expr:
        *pairs, otherwise = args
        found = otherwise
        for condition, value in zip(reversed(pairs[::2]), reversed(pairs[1::2]), strict=True):
            found = self.pl.when(condition).then(value).otherwise(found)
        return found

    def looked_up(self, which: str, at: pl.Expr) -> pl.Expr:
        assert self.calendar is not None
        table, first = (self.calendar.rank, self.calendar.first) if which == "rank" else (self.calendar.nth, 0)
        if which not in self.tables:
            self.tables[which] = self.pl.Series(table, dtype=self.pl.Int64)
        place = at - first
        inside = self.pl.when((place >= 0) & (place < len(table))).then(place)
        return self.pl.lit(self.tables[which]).gather(inside)


_PLAIN: Mapping[str, Callable[..., pl.Expr]] = {
    "not": lambda a: ~a,
    "null": lambda a: a.is_null(),
    "=": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    "≤": lambda a, b: a <= b,
    "+": lambda a, b: a + b,
    "−": lambda a, b: a - b,
    "×": lambda a, b: a * b,
    "÷": lambda a, b: a // b,
    "contains": lambda a, b: a.str.contains(b, literal=True),
    "starts": lambda a, b: a.str.starts_with(b),
    "ends": lambda a, b: a.str.ends_with(b),
}
_FLIPPED: Mapping[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "=": lambda a, b: a == b,
    "<": lambda a, b: a > b,
    "≤": lambda a, b: a >= b,
}
"""A comparison read from the other side."""
