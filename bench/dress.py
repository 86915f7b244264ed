"""What a decision dressed for people costs: every determination of the sample cases, a case decided whole, processor time.

    python bench/dress.py [--rounds 5]
    python bench/dress.py --profile      where the time goes, by function
    python bench/dress.py --digest       a digest of all that is told, to hold two versions of the code against each other

One round comes first that is not counted: what a program keeps of its rules is made once.
"""

from __future__ import annotations

import argparse
import cProfile
import hashlib
import json
import pstats
import sys
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.assess import samples
from engine.decision.case import Case
from engine.decision.decide import decide_all
from engine.decision.program import Program
from engine.decision.serial import to_plain


def decided(cases: list[tuple[Program, Case]]) -> int:
    """How many determinations were dressed."""
    return sum(len(decide_all(program, case)) for program, case in cases)


def told(cases: list[tuple[Program, Case]]) -> str:
    """SHA-256 of all decisions as JSON, but for the digest of the code itself."""
    plain = [[to_plain(d) for d in decide_all(program, case)] for program, case in cases]
    for decision in (d for each in plain for d in each):
        decision["所据"].pop("程序代码", None)
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--digest", action="store_true")
    given = parser.parse_args()
    cases = samples()
    if given.digest:
        print(told(cases))
        return
    decided(cases)
    if given.profile:
        profile = cProfile.Profile()
        profile.runcall(decided, cases)
        pstats.Stats(profile).sort_stats("cumulative").print_stats(70)
        return
    times = []
    for _ in range(given.rounds):
        start = process_time()
        count = decided(cases)
        times.append((process_time() - start) / count * 1e3)
    print(f"{count} determinations of {len(cases)} cases: {min(times):.2f} to {max(times):.2f} ms each")


if __name__ == "__main__":
    main()
