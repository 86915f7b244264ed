"""Whole evaluations of the sample cases a second, verdicts and deciding set included, one core.

    python bench/assess.py [--rows 39] [-d 认定审查 -d 年度考核]

Each record table of a case is filled up to so many records by repeating its own, as a year's ledger would be; cases that
the determination does not concern, or that it leaves open, are left out. The best of many passes counts: a busy
machine makes a pass slower, never faster.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine.base.problem import Refused
from engine.decision.case import Case
from engine.decision.core import evaluate_case
from engine.decision.model import NOT_OPENED, UNDECIDED
from engine.decision.program import Program
from engine.language.tree import Table
from engine.office.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
PASSES = 60


def samples() -> list[tuple[Program, Case]]:
    workspace = Workspace(ROOT / "policies", date(2026, 11, 23))
    found = []
    for folder in sorted((ROOT / "fixtures").glob("*/case.yaml")):
        try:
            found.append(workspace.case(folder.parent)[:2])
        except Refused:
            continue
    return found


def filled(case: Case, rows: int) -> Case:
    facts = dict(case.facts)
    for name, fact in case.facts.items():
        if isinstance(fact.value, Table) and fact.value.rows:
            records = (fact.value.rows * rows)[: max(rows, len(fact.value.rows))]
            facts[name] = replace(fact, value=Table(fact.value.columns, records))
    return replace(case, facts=facts)


def measured(determination: str, rows: int) -> None:
    cases = [(program, filled(case, rows)) for program, case in samples()]
    cases = [(p, c) for p, c in cases if evaluate_case(p, c, determination).outcome not in (NOT_OPENED, UNDECIDED)]
    best = float("inf")
    for _ in range(PASSES):
        start = perf_counter()
        for program, case in cases:
            evaluate_case(program, case, determination)
        best = min(best, perf_counter() - start)
    print(f"{determination}: {len(cases)} cases, {len(cases) / best:,.0f} a second")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=39)
    parser.add_argument("-d", "--determination", action="append")
    given = parser.parse_args()
    for name in given.determination or ("认定审查", "年度考核"):
        measured(name, given.rows)
