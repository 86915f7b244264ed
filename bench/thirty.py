"""Thirty criteria over many cases in memory, on one thread: columns beside what a person would write in Polars, the
interpreter, and, where they are installed, OpenFisca-core and zen-engine on the same rules and numbers.

    POLARS_MAX_THREADS=1 python -m bench.thirty [ROWS]        OpenFisca-core 46, zen-engine 2.1 are no dependencies

Criterion i: a_i ≥ 12 and b_i ≥ 300; the outcome is 准予 where all are met, 不予 where one is not, open where that is not known.
Columns and the hand-written Polars say the outcome and the thirty verdicts, three-valued; OpenFisca the outcome and thirty
truths of cases without blanks, which it does not know; zen and the interpreter are asked case by case, some of them.
Processor time, in turns, medians.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from random import Random
from statistics import median
from time import process_time
from typing import Any

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import polars as pl

from bench.decide import COUNT, ours, zen
from engine.columns import polars_engine
from engine.columns.algebra import CASES, PLACE
from engine.columns.plan import Plan, plan_of
from engine.columns.settling import carried_out
from engine.decision.case import Case, Fact
from engine.decision.core import evaluate_case
from engine.decision.program import Program

TURNS, FEW, BLANK = 5, 1000, 0.05
A, B = [f"甲{i}" for i in range(COUNT)], [f"乙{i}" for i in range(COUNT)]


def numbers(rows: int, blank: float) -> pl.DataFrame:
    """Values of which one criterion in thirty or so is not met."""
    random = Random(7)

    def column(low: int, high: int) -> list[int | None]:
        return [None if random.random() < blank else random.randint(low, high) for _ in range(rows)]

    held = {name: column(11, 60) for name in A} | {name: column(295, 700) for name in B}
    return pl.DataFrame({PLACE: range(rows), **held}, schema=dict.fromkeys((PLACE, *held), pl.Int64))


def by_columns(plan: Plan, frame: pl.DataFrame) -> pl.Series:
    return carried_out(plan, {CASES: frame}, polars_engine.run)[plan.asked[0].outcome]


def by_hand(frame: pl.DataFrame) -> pl.Series:
    met = [((pl.col(a) >= 12) & (pl.col(b) >= 300)).alias(f"m{i}") for i, (a, b) in enumerate(zip(A, B, strict=True))]
    truths = [pl.col(f"m{i}") for i in range(COUNT)]
    said = [
        pl.when(one).then(pl.lit("满足")).when(one.is_null()).then(pl.lit("待查明")).otherwise(pl.lit("未满足")).alias(f"v{i}")
        for i, one in enumerate(truths)
    ]  # fmt: skip
    whole = pl.all_horizontal(truths)
    outcome = pl.when(whole).then(pl.lit("准予")).when(~whole).then(pl.lit("不予")).alias("结果")
    return frame.with_columns(met).with_columns(*said, outcome)["结果"]


def by_interpreter(program: Program, frame: pl.DataFrame) -> list[str]:
    package, found = program.package, []
    for row in frame.iter_rows(named=True):
        facts = {name: Fact(value) for name, value in row.items() if name != PLACE and value is not None}
        found.append(
            evaluate_case(program, Case(str(row[PLACE]), package.as_of, facts, {}, package.id), "审查").outcome
        )
    return found


def by_openfisca(frame: pl.DataFrame) -> Callable[[], Any]:
    """What is set up once is not counted: the system, and the columns as arrays."""
    from openfisca_core.entities import build_entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    person = build_entity(key="person", plural="persons", label="", is_person=True)
    system = TaxBenefitSystem([person])

    def variable(name: str, kind: type, formula: Any = None) -> None:
        parts = {"value_type": kind, "entity": person, "definition_period": DateUnit.YEAR}
        system.add_variable(type(name, (Variable,), parts | ({"formula": formula} if formula else {})))

    def criterion(i: int) -> Any:
        return lambda person, period: (person(f"a{i}", period) >= 12) * (person(f"b{i}", period) >= 300)

    def whole(person: Any, period: Any) -> Any:
        found = person("m0", period)
        for i in range(1, COUNT):
            found = found * person(f"m{i}", period)
        return found

    for i in range(COUNT):
        variable(f"a{i}", int)
        variable(f"b{i}", int)
        variable(f"m{i}", bool, criterion(i))
    variable("outcome", bool, whole)
    arrays = {f"{x}{i}": frame[name].to_numpy() for x, names in (("a", A), ("b", B)) for i, name in enumerate(names)}

    def run() -> Any:
        simulation = SimulationBuilder().build_default_simulation(system, count=frame.height)
        for name, values in arrays.items():
            simulation.set_input(name, "2026", values)
        return simulation.calculate("outcome", "2026")

    return run


def by_zen(frame: pl.DataFrame) -> Callable[[], Any]:
    decision = zen(1)
    names = {**{name: f"a{i}" for i, name in enumerate(A)}, **{name: f"b{i}" for i, name in enumerate(B)}}
    rows = [{names[n]: v for n, v in row.items() if n != PLACE} for row in frame.iter_rows(named=True)]
    return lambda: [decision.evaluate(row) for row in rows]


def measured(ways: Mapping[str, tuple[int, Callable[[], Any]]]) -> dict[str, float]:
    """Way → cases a second: the median of some turns, each after the other."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(TURNS):
        for name, (_, run) in ways.items():
            start = process_time()
            run()
            taken[name].append(process_time() - start)
    return {name: ways[name][0] / median(times) for name, times in taken.items()}


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    program = ours(", 范围: 0 至 1000")
    plan = plan_of(program, ["审查"])
    known, blank = numbers(rows, 0), numbers(rows, BLANK)
    few, few_known = blank.head(FEW), known.head(FEW)
    hand = by_hand(few).to_list()
    assert by_columns(plan, few).to_list() == hand
    assert [one if one != "待查" else None for one in by_interpreter(program, few)] == hand
    ways: dict[str, tuple[int, Callable[[], Any]]] = {
        "columns, 5 % blank": (rows, lambda: by_columns(plan, blank)),
        "Polars by hand, 5 % blank": (rows, lambda: by_hand(blank)),
        "columns, no blanks": (rows, lambda: by_columns(plan, known)),
        "Polars by hand, no blanks": (rows, lambda: by_hand(known)),
        "interpreter, 5 % blank": (FEW, lambda: by_interpreter(program, few)),
        "interpreter, no blanks": (FEW, lambda: by_interpreter(program, few_known)),
    }
    if find_spec("openfisca_core"):
        run = by_openfisca(known)
        assert run().tolist() == [one == "准予" for one in by_hand(known)]
        ways["OpenFisca-core, no blanks"] = (rows, run)
    if find_spec("zen"):
        ways["zen-engine, no blanks"] = (FEW, by_zen(few_known))
    print(f"{rows} cases of {COUNT} criteria; load {os.getloadavg()[0]:.1f}")
    for name, each in measured(ways).items():
        print(f"  {name:28} {each:12,.0f} cases a second")


if __name__ == "__main__":
    main()
