"""A plan carried out, and what is in doubt settled as far as columns can.

Where columns are silent the interpreter may know more by trying cases. That it does not is proved by two completions of the
case, values for what is blank, of which one says this and the other that: both may come true, so nobody knows. What is not
filled in is asked as it was, since that is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.columns.algebra import CASES, PLACE, ColumnStep, WorkingDayTables
from engine.columns.held import days, scale_of
from engine.columns.plan import Plan
from engine.policy.package import NOT_YET, Field

if TYPE_CHECKING:
    import polars as pl

Engine = Callable[[Sequence[ColumnStep], Mapping[str, "pl.DataFrame"], WorkingDayTables | None], "pl.DataFrame"]
"""What carries out steps over frames: `polars_engine.run` and `sql_engine.run`."""

COMPLETIONS = 6
"""How many completions of a case are tried."""

_FROM = "#原"
_AROUND = (-3650, -400, -30, 0, 365)
"""Days around the one the rules are asked for that stand for a day that is blank."""


def carried_out(plan: Plan, frames: Mapping[str, pl.DataFrame], run: Engine) -> pl.DataFrame:
    """The frame of the cases with every column of the plan; in doubt is what is left to the interpreter."""
    import polars as pl

    cases = frames[CASES].with_columns(pl.col(name).is_not_null().alias(key) for key, name in plan.presences.items())
    frames = {**frames, CASES: cases}
    out = run(plan.steps, frames, plan.calendar)
    doubts = list(dict.fromkeys(doubt for asked in plan.asked for doubt in asked.doubts if doubt.held))
    if not doubts:
        return out
    open_ = out.filter(pl.any_horizontal(asked.open for asked in plan.asked))[PLACE]
    if not open_.len():
        return out
    told = run(plan.steps, _completed(plan, frames, open_), plan.calendar)
    held = dict.fromkeys(doubt.held for doubt in doubts)
    apart = told.group_by(_FROM).agg((pl.col(name).drop_nulls().n_unique() > 1).alias(f"异：{name}") for name in held)
    out = out.join(apart, left_on=PLACE, right_on=_FROM, how="left", maintain_order="left")
    return out.with_columns(
        (pl.col(doubt.flag) & ~pl.col(f"异：{doubt.held}").fill_null(False)).alias(doubt.flag) for doubt in doubts
    ).with_columns(
        pl.any_horizontal(pl.lit(False), *(doubt.flag for doubt in asked.doubts)).alias(asked.open)
        for asked in plan.asked
    )


def _completed(plan: Plan, frames: Mapping[str, pl.DataFrame], places: pl.Series) -> dict[str, pl.DataFrame]:
    """Each of some cases several times, with something else in its blanks each time."""
    import polars as pl

    worlds = pl.DataFrame({"#世": range(COMPLETIONS)}, schema={"#世": pl.Int64})
    chosen = pl.DataFrame({_FROM: places}).join(worlds, how="cross").with_row_index(PLACE)
    chosen = chosen.with_columns(pl.col(PLACE).cast(pl.Int64))
    found = {}
    for name, frame in frames.items():
        columns = plan.facts if name == CASES else plan.tables.get(name, {})
        held = chosen.join(
            frame.select(pl.col(PLACE).alias(_FROM), pl.exclude(PLACE)),
            on=_FROM,
            how="inner",
            maintain_order="left_right",
        )
        filled = [_filled(plan, place, column) for place, column in enumerate(columns.values())]
        if name == CASES:
            filled += [pl.col(key).fill_null(_one_of((False, True), place)) for place, key in enumerate(plan.excuses)]
        found[name] = held.with_columns(one for one in filled if one is not None)
    return found


def _filled(plan: Plan, place: int, declared: Field) -> pl.Expr | None:
    """A column with its blanks filled, another value for each completion; None where there are none to choose."""
    import polars as pl

    values = tuple(_values(plan, declared))
    return pl.col(declared.name).fill_null(_one_of(values, place)) if values else None


def _values(plan: Plan, declared: Field) -> Iterator[Any]:
    package, kind = plan.program.package, declared.type.kind
    if kind == "bool":
        yield from (False, True)
    elif kind == "enum":
        yield from (member for member in package.scope.enums.get(declared.type.name, ()) if member != NOT_YET)
    elif kind == "date":
        yield from (days(package.as_of + timedelta(days=away)) for away in _AROUND)
    elif kind == "number":
        low, high = declared.bounds
        if low is not None and high is not None:
            ends = int(low * scale_of(declared)), int(high * scale_of(declared))
            yield from (ends[0], (ends[0] + ends[1]) // 2, ends[1])


def _one_of(values: Sequence[Any], place: int) -> pl.Expr:
    """The first in the first completion, the last in the second, then one or another."""
    import polars as pl

    last = len(values) - 1
    chosen = [0, last, *((world * 7 + place * (2 * world + 1)) % len(values) for world in range(2, COMPLETIONS))]
    picked = [values[at] for at in chosen]
    return pl.col("#世").replace_strict(list(range(COMPLETIONS)), picked, return_dtype=pl.Series(picked).dtype)
