"""Cases as frames and what frames say as values: the two ends of columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from engine.base.classes import dataclass
from engine.base.numbers import unsigned_zero
from engine.columns.algebra import BOOL, CASES, INT, PLACE, TEXT
from engine.columns.held import DECIMALS, EPOCH, days, kind_of, minutes, scale_of
from engine.columns.plan import Plan
from engine.columns.records import MOST
from engine.decision.case import Case, Fact
from engine.language import keys
from engine.language.tree import Table, Value
from engine.policy.package import FINDING_PARTS, Field

if TYPE_CHECKING:
    import polars as pl


class NotColumnar(ValueError):
    """A value that columns cannot hold. The text is Chinese."""


def encoded(value: Value, declared: Field | None) -> bool | int | str | None:
    """A value as its column holds it. Raises `NotColumnar`."""
    match value:
        case None | bool() | str():
            return value
        case Decimal() | Fraction():
            assert declared is not None
            found = Fraction(value) * scale_of(declared)
            if found.denominator != 1:
                raise NotColumnar(f"小数超过 {DECIMALS} 位（以基本单位计）")
            low, high = declared.bounds
            if (low is not None and value < low) or (high is not None and value > high):
                raise NotColumnar("超出声明的范围")
            return int(found)
        case date():
            return days(value)
        case time() if not (value.second or value.microsecond):
            return minutes(value)
    raise NotColumnar("这种值不能按列计算")


def decoded(held: bool | int | str, declared: Field) -> Value:
    """The value a column holds."""
    match declared.type.kind:
        case "number":
            return unsigned_zero(Decimal(held) / scale_of(declared))
        case "date":
            return date.fromordinal(int(held) + EPOCH)
        case "time":
            return time(int(held) // 60, int(held) % 60)
        case "bool":
            return bool(held)
    return str(held)


@dataclass(frozen=True, slots=True)
class Rejected:
    """Why a row cannot be decided by columns: the file, its row (0: none in particular), the case, the column."""

    file: str
    row: int
    case: str
    column: str
    reason: str


def frames_of(plan: Plan, cases: Iterable[Case]) -> tuple[dict[str, pl.DataFrame], list[Case], list[Rejected]]:
    """The frames of some cases, those that are in them in order, and why others are not."""
    taken: list[Case] = []
    rejected: list[Rejected] = []
    rows: list[dict[str, Any]] = []
    records: dict[str, list[tuple[Any, ...]]] = {table: [] for table in plan.tables}
    for case in cases:
        try:
            row, own = _case(plan, case, len(rows))
        except _Objected as objected:
            rejected.append(Rejected(case.file, 0, case.id, objected.what, str(objected)))
            continue
        taken.append(case)
        rows.append(row)
        for table, lines in own.items():
            records[table] += lines
    return _frames(plan, rows, records), taken, rejected


class _Objected(Exception):
    def __init__(self, what: str, reason: str) -> None:
        super().__init__(reason)
        self.what = what


def _case(plan: Plan, case: Case, place: int) -> tuple[dict[str, Any], dict[str, list[tuple[Any, ...]]]]:
    row: dict[str, Any] = {PLACE: place}
    for name, declared in plan.facts.items():
        fact = case.facts.get(name)
        held = fact is not None and (not declared.finding or fact.finding is not None)
        row[name] = _encoded(fact.value, declared, name) if held and fact is not None else None
    for key, (name, part) in plan.told.items():
        finding = fact.finding if (fact := case.facts.get(name)) is not None else None
        row[key] = None if finding is None else _encoded(finding.part(part), None, key)
    for key in plan.excuses:
        excuse = case.excuses.get(keys.named_by(key))
        row[key] = excuse.value if excuse is not None and excuse.finding is not None else None
    own: dict[str, list[tuple[Any, ...]]] = {}
    for table, columns in plan.tables.items():
        found: Fact | None = case.facts.get(table)
        value = found.value if found is not None else None
        row[f"有：{table}"] = isinstance(value, Table)
        if isinstance(value, Table):
            if len(value.rows) > MOST:
                raise _Objected(table, f"有 {len(value.rows)} 条记录，最多 {MOST} 条")
            at = [(value.columns.index(name), declared) for name, declared in columns.items()]
            own[table] = [
                (place, *(_encoded(line[index], declared, f"{table}.{declared.name}") for index, declared in at))
                for line in value.rows
            ]
    return row, own


def _encoded(value: Value, declared: Field | None, what: str) -> Any:
    try:
        return encoded(value, declared)
    except NotColumnar as unfit:
        raise _Objected(what, str(unfit)) from None


def schema(plan: Plan) -> dict[str, str]:
    """The columns a plan reads of the cases, and what each holds."""
    found = {PLACE: INT}
    found |= {name: kind_of(declared.type) for name, declared in plan.facts.items()}
    found |= {key: kind_of(FINDING_PARTS[part]) for key, (_, part) in plan.told.items()}
    found |= dict.fromkeys(plan.excuses, BOOL)
    return found | {f"有：{table}": BOOL for table in plan.tables}


def frame_kinds(columns: Mapping[str, Field]) -> dict[str, Any]:
    """The columns of a frame of records."""
    import polars as pl

    return {PLACE: pl.Int64, **{name: kinds(kind_of(declared.type)) for name, declared in columns.items()}}


def kinds(kind: str) -> Any:
    """The type of a column in Polars."""
    import polars as pl

    return {BOOL: pl.Boolean, INT: pl.Int64, TEXT: pl.String}[kind]


def _frames(
    plan: Plan, rows: Sequence[dict[str, Any]], records: Mapping[str, Sequence[tuple[Any, ...]]]
) -> dict[str, pl.DataFrame]:
    import polars as pl

    found = {CASES: pl.DataFrame(list(rows), schema={name: kinds(kind) for name, kind in schema(plan).items()})}
    for table, columns in plan.tables.items():
        found[table] = pl.DataFrame(list(records[table]), schema=frame_kinds(columns), orient="row")
    return found
