"""Whole commands against `python -c pass`, alternating in one run, and loading the packages in-process. Processor time is
what counts on a machine with other work: the least of the runs.

    python bench/startup.py [--runs 15] [--only issue]

Prints medians of the clock, least processor times, and their ratios to the empty interpreter. Nothing is asserted: the numbers go to
bench/README.md by hand, with the day they were taken.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

LETTER = ["cli.py", "issue", "fixtures/04-culture-guild", "--document", "补正告知书"]
COMMANDS: dict[str, list[str]] = {
    "python -c pass": ["-c", "pass"],
    "guiju --help": ["cli.py", "--help"],
    "guiju decide": ["cli.py", "decide", "fixtures/03-maker-incubator"],
    "guiju decide，规则改动": ["cli.py", "decide", "fixtures/03-maker-incubator"],
    "guiju decide -d，规则改动": ["cli.py", "decide", "fixtures/03-maker-incubator", "-d", "认定审查"],
    "guiju decide，规则未存": ["cli.py", "decide", "fixtures/03-maker-incubator"],
    "guiju decide --json": ["cli.py", "decide", "fixtures/03-maker-incubator", "--json"],
    "guiju check": ["cli.py", "check"],
    "import weasyprint": ["-c", "import weasyprint"],
    "guiju issue，一件 .docx": [*LETTER, "--format", "docx"],
    "guiju issue，一件 .pdf": [*LETTER, "--format", "pdf"],
    "guiju issue，一件 .docx 和 .pdf": LETTER,
}


UNKEPT = "规则未存"
"""Commands so named keep nothing and find nothing kept."""
CHANGED = "规则改动"
"""Before commands so named a threshold was changed, in one file of a copy of the packages."""


def changed(folder: Path, number: int) -> list[str]:
    """Another number of events in the rules; what names them to a command."""
    inside = "fuzhou-talent-station/parameters.yaml"
    text = (ROOT / "policies" / inside).read_text(encoding="utf-8")
    (folder / inside).write_text(text.replace("值: 12场", f"值: {13 + number}场", 1), encoding="utf-8")
    return ["--policies", str(folder)]


def seconds(name: str, args: list[str], kept: str) -> tuple[float, float]:
    """By the clock, and of the processor."""
    environment = os.environ | {"GUIJU_CACHE": "no" if UNKEPT in name else kept}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
    start = time.perf_counter()
    none = subprocess.DEVNULL
    run = subprocess.Popen([sys.executable, *args], cwd=ROOT, stdout=none, stderr=none, env=environment)
    _, run.returncode, used = os.wait4(run.pid, 0)
    return time.perf_counter() - start, used.ru_utime + used.ru_stime


def whole_commands(runs: int, only: str) -> None:
    wanted = {name: args for name, args in COMMANDS.items() if only in name or args[0] == "-c"}
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in wanted}
    with tempfile.TemporaryDirectory() as kept, tempfile.TemporaryDirectory() as copied:
        folder = Path(shutil.copytree(ROOT / "policies", Path(copied) / "policies"))
        for turn in range(runs + 1):
            for number, (name, args) in enumerate(wanted.items()):
                more = changed(folder, turn * len(COMMANDS) + number) if CHANGED in name else []
                more += ["--out", str(folder / "out")] if "issue" in args else []
                taken[name].append(seconds(name, args + more, kept))
    told = {name: (statistics.median(c for c, _ in v[1:]), min(p for _, p in v[1:])) for name, v in taken.items()}
    base = told["python -c pass"]
    for name, times in told.items():
        columns = (f"{own * 1000:8.1f} ms {own / empty:6.1f} ×" for own, empty in zip(times, base, strict=True))
        print(f"{name:<24} clock {'   processor '.join(columns)}")


def in_process(runs: int) -> None:
    from engine.decision.gaps import check_tables
    from engine.decision.program import compile_package
    from engine.policy.calendar_data import load_calendar
    from engine.policy.checks import check_package
    from engine.policy.load import load_library
    from engine.policy.resolve import resolve

    day, folder = date(2026, 11, 23), ROOT / "policies"
    library, _ = load_library(folder)
    package, problems = resolve(library, "fuzhou-talent-station", day, load_calendar())
    if package is None:
        raise SystemExit("\n".join(p.message for p in problems))
    steps: dict[str, Callable[[], object]] = {
        "读入三个包": lambda: load_library(folder),
        "解析、定型": lambda: resolve(library, "fuzhou-talent-station", day, load_calendar()),
        "检查": lambda: (check_package(package, None), check_tables(package)),
        "编译": lambda: compile_package(package),
    }
    for name, step in steps.items():
        times = []
        for _ in range(runs):
            start = time.perf_counter()
            step()
            times.append(time.perf_counter() - start)
        print(f"{name:<24} {statistics.median(times) * 1000:8.1f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument(
        "--only", default="", help="commands with this in their name, beside those that are Python alone"
    )
    given = parser.parse_args()
    whole_commands(given.runs, given.only)
    if not given.only:
        in_process(given.runs)
