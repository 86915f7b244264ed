"""kill -9 over every command that writes, six writers at once, in a new folder; what was said to be done must be there.

python -m bench.kills --kills 200 --seed 1
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter

from tests.attacks.kills import WRITERS, storm


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    start = perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        report = storm(Path(folder), options.kills, options.seed)
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
