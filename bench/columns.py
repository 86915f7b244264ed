"""A population of stations decided over columns: rows a second of the processor's time, peak memory, beside the interpreter.

    .venv/bin/python -m bench.columns [ROWS] [DETERMINATION] [--engine duckdb] [--blank 0.05]

Stations are put together by chance from the facts of the samples, with 24 to 40 records of each table; a share of the
facts is left blank. Without a share, records with a blank cell are left out too. Tables are written as .parquet, read and
decided by `guiju batch` in a process of its own.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import polars as pl

from engine.columns.plan import Plan, plan_of
from engine.decision.core import evaluate_case
from engine.decision.program import Program
from engine.intake.columnar import Tables
from engine.intake.split import split
from engine.language.printer import show_value
from engine.language.tree import Table, Value
from engine.office.batch import cases_in
from engine.office.population import ENGINES
from engine.office.workspace import Workspace
from engine.policy.package import AS_OF, Field

ROOT = Path(__file__).resolve().parents[1]
DAY = date(2026, 11, 23)


def written(value: Value, declared: Field) -> str | None:
    """A value as a table has it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None or isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, date) else show_value(value, declared.type, declared.unit)


class Stations:
    """Rows by chance out of what the samples say."""

    def __init__(self, rules: Workspace, program: Program, plan: Plan, blank: float) -> None:
        package = program.package
        paths = [path for path in cases_in([ROOT / "fixtures"]) if (path / "case.yaml").exists()]
        samples = [rules.case(path)[1] for path in paths if "faulty" not in path.name]
        self.random, self.blank = Random(7), blank
        self.facts: dict[str, list[str | None]] = {}
        for name, declared in package.facts.items():
            known = [written(case.facts[name].value, declared) for case in samples if name in case.facts]
            if name in plan.facts and name != AS_OF and known:
                self.facts[name] = known
        self.signed = {name for name in self.facts if package.facts[name].finding}
        self.records: dict[str, list[dict[str, str | None]]] = {}
        for name in plan.tables:
            columns = package.tables[name].columns
            held = [case.facts[name].value for case in samples if name in case.facts]
            rows = [row for table in held if isinstance(table, Table) for row in table.rows]
            lines = [{c.name: written(v, c) for c, v in zip(columns, row, strict=True)} for row in rows]
            self.records[name] = [line for line in lines if blank or None not in line.values()]

    def cases(self, count: int) -> Iterator[dict[str, str | None]]:
        for number in range(count):
            row: dict[str, str | None] = {"案件": f"第{number}站"}
            for name, values in self.facts.items():
                if self.random.random() >= self.blank:
                    row[name] = self.random.choice(values)
                    if name in self.signed:
                        row |= {f"{name}·人": "林某某", f"{name}·日期": "2026-11-01", f"{name}·理由": "现场查看"}
            yield row

    def ledger(self, table: str, count: int) -> Iterator[dict[str, str | None]]:
        for number in range(count):
            for _ in range(self.random.randint(24, 40)):
                yield {"案件": f"第{number}站", **self.random.choice(self.records[table])}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", type=int, nargs="?", default=10_000)
    parser.add_argument("determination", nargs="?", default="年度考核")
    parser.add_argument("--engine", choices=list(ENGINES), default="polars")
    parser.add_argument("--blank", type=float, default=0.0)
    said = parser.parse_args()
    rules = Workspace(ROOT / "policies", DAY)
    program = rules.program(day=DAY)
    plan = plan_of(program, [said.determination])
    stations = Stations(rules, program, plan, said.blank)
    with TemporaryDirectory() as folder:
        cases = Path(folder) / "案件.parquet"
        pl.DataFrame(list(stations.cases(said.rows)), infer_schema_length=None).write_parquet(cases)
        records = {name: Path(folder) / f"{name}.parquet" for name in plan.tables if stations.records[name]}
        held = 0
        for name, path in records.items():
            frame = pl.DataFrame(list(stations.ledger(name, said.rows)), infer_schema_length=None)
            held += frame.height
            frame.write_parquet(path)
        told = [arg for name, path in records.items() for arg in ("--table", f"{name}={path}")]
        out = [
            "--out",
            f"{folder}/结果.parquet",
            "-d",
            said.determination,
            "--engine",
            said.engine,
            "--as-of",
            str(DAY),
        ]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, str(ROOT / "cli.py"), "batch", "--cases", str(cases), *told, *out]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
        tables = Tables(cases, records, split(cases, records, 500, Path(folder) / "表"))
        part = tables.part(0)
        typed = tables.typed(part, part.cases, program.package, plan)
        alone = list(typed.cases(range(len(typed.ids))))
        start = time.process_time()
        for case in alone:
            evaluate_case(program, case, said.determination)
        one = (time.process_time() - start) / len(alone)
    print(f"{said.determination} {said.engine}: {said.rows} cases, {held} records, blank {said.blank:.0%}")
    print(printed)
    print(f"  {taken:.1f} s of the processor, {said.rows / taken:,.0f} cases a second from file to results")
    print(f"  interpreter alone {1 / one:,.0f} a second (cases in memory); peak memory {used.ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
