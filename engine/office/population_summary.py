"""Edge: what a batch comes to as a whole: outcomes, by facts of the cases, which clause stands most often in the way, money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.base.basis import fingerprint
from engine.base.classes import dataclass
from engine.columns.plan import UNMET
from engine.decision.against import counting
from engine.decision.core import view_of
from engine.decision.model import AMOUNT, BENEFIT, BURDEN, UNDECIDED
from engine.decision.program import Program
from engine.office.population import Assessed
from engine.office.population_results import MISSING
from engine.policy.package import AS_OF

if TYPE_CHECKING:
    import polars as pl

    from engine.office.workspace import Workspace

_MOST = 10
"""How many criteria, and how many missing facts, are told."""


@dataclass(frozen=True, slots=True)
class Paid:
    """The amounts of an outcome: how many cases have one, all of it, least and most, in base units."""

    outcome: str
    cases: int
    total: Fraction
    least: Fraction
    most: Fraction


@dataclass(frozen=True, slots=True)
class DeterminationSummary:
    """`by`: fact → value → outcomes; `unmet`: criteria with their clauses and how many cases do not meet
    them that came to an outcome whose condition reads them; `missing`: what undecided cases are first asked to supply; `paid`:
    amounts."""

    name: str
    outcomes: Counter[str]
    adverse: frozenset[str]
    favourable: frozenset[str]
    by: dict[str, dict[str, Counter[str]]]
    unmet: tuple[tuple[str, tuple[str, ...], int], ...]
    missing: tuple[tuple[str, int], ...]
    paid: tuple[Paid, ...]


def summarized(found: Assessed, program: Program, by: Sequence[str]) -> list[DeterminationSummary]:
    """Each determination of the batch, its results still in parts."""
    whole = found.kept.scanned()
    return [_determination(whole, program, name, counted, by) for name, counted in found.outcomes.items()]


def rules_line(found: Assessed, rules: Workspace) -> str:
    """The days that the cases are decided as of, and the versions of the rules in force on them."""
    import polars as pl

    whole = found.kept.scanned()
    said = whole.select(pl.col(AS_OF).unique()).collect()[AS_OF] if AS_OF in whole.collect_schema() else ()
    days = sorted(map(date.fromisoformat, said))
    if not days:
        return "没有作出决定的案件"
    in_force = {max((since for since, _ in rules.versions if since <= day), default=date.min): day for day in days}
    versions = dict.fromkeys(fingerprint(rules.program(day=day).package.digest) for day in in_force.values())
    span = str(days[0]) if len(days) == 1 else f"{days[0]} 至 {days[-1]}（{len(days)} 个）"
    return f"基准日 {span}　规则版本 {'、'.join(versions)}"


def _determination(
    whole: pl.LazyFrame, program: Program, name: str, outcomes: Counter[str], by: Sequence[str]
) -> DeterminationSummary:
    import polars as pl

    package, held = program.package, set(whole.collect_schema().names())
    criteria = [one.name for one in view_of(program, name).criteria if one.name in held]
    read = {outcome: counting(program, name, outcome) for outcome in outcomes}
    reached = {one: [outcome for outcome in outcomes if one in read[outcome]] for one in criteria}
    fails = [((pl.col(c) == UNMET) & pl.col(name).is_in(came_to)).sum().alias(c) for c, came_to in reached.items()]
    counts = whole.select(fails).collect().row(0) if fails else ()
    unmet = sorted(zip(criteria, counts, strict=True), key=lambda one: -one[1])
    grouped = {fact: _counted(whole, fact, name) for fact in by}
    first = pl.col(f"{name}·{MISSING}").str.split("、").list.first()
    missing = whole.filter(pl.col(name) == UNDECIDED).group_by(first.alias("项")).len().collect().drop_nulls().rows()
    each = package.determinations[name].outcomes
    bad = frozenset(one.name for one in each if one.nature == BURDEN)
    good = frozenset(one.name for one in each if one.favourable or one.nature == BENEFIT)
    return DeterminationSummary(
        name,
        outcomes,
        bad,
        good,
        grouped,
        tuple((one, package.criteria[one].clauses, count) for one, count in unmet[:_MOST] if count),
        tuple(sorted(missing, key=lambda one: (-one[1], one[0]))[:_MOST]),
        tuple(_paid(whole, name) if f"{name}·{AMOUNT}" in held else ()),
    )


def _counted(whole: pl.LazyFrame, fact: str, name: str) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for value, outcome, count in whole.group_by(fact, name).len().collect().iter_rows():
        found.setdefault(value or "（没有填报）", Counter())[outcome] += count
    return dict(sorted(found.items(), key=lambda one: (-one[1].total(), one[0])))


def _paid(whole: pl.LazyFrame, name: str) -> list[Paid]:
    """Exactly: each different amount once, as often as it is there."""
    import polars as pl

    amount = f"{name}·{AMOUNT}"
    rows = whole.filter(pl.col(amount).is_not_null()).group_by(name, amount).len().collect().iter_rows()
    found: dict[str, Counter[Fraction]] = {}
    for outcome, said, count in rows:
        found.setdefault(outcome, Counter())[Fraction(said)] += count
    return [
        Paid(outcome, held.total(), sum((value * n for value, n in held.items()), Fraction(0)), min(held), max(held))
        for outcome, held in sorted(found.items())
    ]
