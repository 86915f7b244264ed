"""Cases by chance, near what the rules tell apart, and what columns and the interpreter each say of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import polars as pl

from engine.columns.algebra import ColumnStep, WorkingDayTables
from engine.columns.encoding import frames_of
from engine.columns.plan import AMOUNT, AskedColumns, Plan, plan_of
from engine.columns.polars_engine import run
from engine.columns.settling import carried_out
from engine.decision.case import Case, Fact, Finding
from engine.decision.core import verdict
from engine.decision.decide import amount_of, evaluate_whole
from engine.decision.model import UNDECIDED
from engine.decision.program import Program
from engine.language import keys
from engine.language.tree import Literal, Table
from engine.language.walk import nodes
from engine.policy.package import AS_OF, NOT_YET, Field

Engine = Callable[[Sequence[ColumnStep], Mapping[str, pl.DataFrame], WorkingDayTables | None], pl.DataFrame]

_AROUND = (-1, 0, 1, 2, 3, 5, 10, 15, 20, 30, 60, -5, -10, -15, -20, -30, -60, -90, -365, -366, -730)
_HOLIDAYS = ((2024, 2, 29), (2025, 12, 31), (2026, 1, 1), (2026, 9, 30), (2026, 10, 1), (2026, 10, 8), (2027, 1, 1))


class Chance:
    """Cases of a program by a seed. `bases`: cases from which most are made by changing a little, so that what is seldom
    come to by chance is come to."""

    def __init__(self, program: Program, plan: Plan, seed: int, bases: Sequence[Case] = ()) -> None:
        self.program, self.plan, self.r, self.bases = program, plan, Random(seed), bases
        literals = [n.value for d in program.form.definitions.values() for n in nodes(d.node) if isinstance(n, Literal)]
        self.texts = sorted({v for v in literals if isinstance(v, str) and len(v) < 12}) or ["甲"]
        numbers = {v for v in (*literals, *program.form.constants.values()) if isinstance(v, Decimal)}
        self.limits = sorted(numbers)

    def day(self) -> date:
        r = self.r
        if r.random() < 0.15:
            return date(*r.choice(_HOLIDAYS))
        return self.program.package.as_of + timedelta(r.choice((*_AROUND, r.randint(-900, 100))))

    def value(self, declared: Field) -> Any:
        r, kind = self.r, declared.type.kind
        if kind == "bool":
            return r.random() < self.yes
        if kind == "enum":
            return r.choice([m for m in self.program.package.scope.enums[declared.type.name] if m != NOT_YET])
        if kind == "text":
            return r.choice(self.texts)
        if kind == "date":
            return self.day()
        if kind == "time":
            return time(r.randint(0, 23), r.choice((0, 30)))
        return self.number(declared)

    def number(self, declared: Field) -> Decimal:
        r, (low, high) = self.r, declared.bounds
        assert low is not None
        assert high is not None
        fits = [n for n in self.limits if low <= n <= high and not (declared.whole and n % 1) and not n * 100 % 1]
        if fits and r.random() < 0.5:
            return r.choice(fits)
        if r.random() < 0.15:
            return Decimal(r.choice((low, high)))
        top = min(Decimal(high), Decimal(low) + r.choice((1, 10, 100, 3000)))
        found = Decimal(low) + (top - Decimal(low)) * r.randint(0, 1000) / 1000
        return min(found.quantize(Decimal(1) if declared.whole else Decimal("0.01")), Decimal(high))

    def case(self, number: int) -> Case:
        r, package = self.r, self.program.package
        self.yes, blank = r.choice((0.5, 0.8, 0.97)), r.choice((0, 0, 0.05, 0.3))
        base = r.choice(self.bases) if self.bases and r.random() < 0.7 else None
        anew = r.choice((0, 0.05, 0.3)) if base is not None else 1
        facts = dict(base.facts) if base is not None else {}
        told = {name for name, _ in self.plan.told.values()}
        for name in {**self.plan.facts, **dict.fromkeys(sorted(told))}:
            declared = package.facts[name]
            if name == AS_OF or r.random() < blank:
                facts.pop(name, None)
            elif r.random() < anew:
                finding = Finding("甲", self.day(), r.choice(("因故。", "已核"))) if declared.finding else None
                facts[name] = Fact(self.value(declared), finding=finding)
        for name in self.plan.tables:
            if r.random() < blank / 2:
                facts.pop(name, None)
            elif r.random() < anew or name not in facts:
                columns = package.tables[name].columns
                rows = [
                    tuple(None if r.random() < blank / 3 else self.value(column) for column in columns)
                    for _ in range(r.choice((0, 0, 1, 2, 3, 8, 30)))
                ]
                facts[name] = Fact(Table(tuple(column.name for column in columns), tuple(rows)))
        excuses = {
            keys.named_by(key): Fact(r.random() < 0.5, finding=Finding("甲", self.day(), "因故"))
            for key in self.plan.excuses
            if r.random() < 0.4
        }
        return Case(str(number), package.as_of, facts, excuses)


@dataclass
class Compared:
    """What a comparison came to. `left`: rows that columns leave to the interpreter; `outcomes`: what the interpreter says."""

    rows: int = 0
    left: int = 0
    values: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    differing: list[str] = field(default_factory=list)


def compared(
    program: Program, names: Sequence[str], count: int, seed: int, bases: Sequence[Case] = (), engine: Engine = run
) -> dict[str, Compared]:
    """Columns beside the interpreter, on so many cases by chance, for each of some determinations."""
    plan = plan_of(program, names)
    chance = Chance(program, plan, seed, [replace(b, as_of=program.package.as_of) for b in bases])
    frames, cases, rejected = frames_of(plan, [chance.case(number) for number in range(count)])
    assert not rejected
    out = carried_out(plan, frames, engine)
    columns = {name: out[name].to_list() for name in out.columns}
    results = {asked.determination: Compared(len(cases), int(out[asked.open].sum())) for asked in plan.asked}
    for asked in plan.asked:
        found = results[asked.determination]
        for place, case in enumerate(cases):
            for what, said, wanted in _row(program, asked, columns, place, case, found):
                found.values += 1
                if said != wanted:
                    found.differing.append(
                        f"{asked.determination} {what}（第 {place} 件，种子 {seed}）：列 {said}，逐件 {wanted}"
                    )
    return results


def _row(
    program: Program, asked: AskedColumns, columns: Mapping[str, list[Any]], place: int, case: Case, found: Compared
) -> Iterator[tuple[str, Any, Any]]:
    """What each says. Of a row that is left to the interpreter columns only have to keep to what they say."""
    evaluation = evaluate_whole(program, case, asked.determination)
    found.outcomes[evaluation.outcome] += 1
    outcome, left = columns[asked.outcome][place], columns[asked.open][place]
    if outcome is not None or not left:
        yield "结果", outcome or UNDECIDED, evaluation.outcome
    if left:
        return
    for criterion, column in asked.verdicts.items():
        yield criterion, columns[column][place], verdict(evaluation.values, program.layout.criterion(criterion))
    for score, column in asked.words.items():
        yield f"{score} 等次", columns[column][place], evaluation.values[program.slots[keys.band(score)]]
    for name, (over, under) in asked.numbers.items():
        top, bottom = columns[over][place], columns[under][place]
        value = amount_of(evaluation)[0] if name == AMOUNT else evaluation.values[program.slots[name]]
        said = None if top is None or bottom is None else Fraction(top, bottom)
        yield name, said, None if value is None else Fraction(value)
