"""kill -9 over every command that writes, six writers at once, in a new folder; what was said to be done must be there.

python -m bench.kills --kills 200 --seed 1
python -m bench.kills --kills 100 --ledger sqlite          over those that record in the office's ledger, there or in postgresql
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter

from tests.attacks.kills import WRITERS, Report, storm
from tests.record.server import OFFICE, programs, running


def recording(folder: Path, kills: int, seed: int, kind: str) -> Report:
    from bench import ledger_kills

    if kind == "sqlite":
        return ledger_kills.storm(folder, kills, seed, folder / "账本.db")
    found = programs()
    if found is None:
        raise SystemExit("no PostgreSQL server on this machine")
    with running(found, durable=True) as server:
        database = server.cleared("kills")
        return ledger_kills.storm(folder, kills, seed, server.url(database, OFFICE), server.url(database))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ledger", choices=["sqlite", "postgresql"])
    options = parser.parse_args()
    start = perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        if options.ledger is None:
            report = storm(Path(folder), options.kills, options.seed)
        else:
            report = recording(Path(folder), options.kills, options.seed, options.ledger)
    print(f"{report.kills} kills among {WRITERS} writers, {perf_counter() - start:.0f} s")
    print(
        "said to be done:",
        ", ".join(f"{name} {times}" for name, times in Counter(name for name, _ in report.said).most_common()),
    )
    print("killed in:", ", ".join(f"{name or 'nothing'} {times}" for name, times in sorted(report.met.items())))
    print("\n".join(report.wrong) or "nothing lost, nothing torn")
    return 1 if report.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
