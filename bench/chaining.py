"""Forward chaining: durable-rules against the reference, in speed, memory and agreement.

python -m bench.chaining                      microseconds a run, memory over 20,000 runs
python -m bench.chaining --runs 100000        the same, memory over more runs
python -m bench.chaining --programs 1000000   compare on random programs, from --seed on
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
from collections import Counter
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

from engine.base.problem import Refused
from engine.procedure.chaining import reference
from engine.procedure.chaining.durable import DurableChainer
from tests.procedure.chaining.programs import office, random_case

EVENTS = 40
ROUNDS = 15


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=int, default=0, help="compare on this many random programs")
    parser.add_argument("--seed", type=int, default=0, help="the first program's seed")
    parser.add_argument("--runs", type=int, default=20_000, help="runs over which memory is watched")
    options = parser.parse_args()
    if options.programs:
        return compare(options.seed, options.programs)
    speed()
    memory(options.runs)
    return 0


def compare(first: int, count: int) -> int:
    """Both chainers on every program; the exit code is 1 if any result differs."""
    seen: Counter[str] = Counter()
    wrong = 0
    start = perf_counter()
    for seed in range(first, first + count):
        case = random_case(Random(seed))
        expected = reference.chain(*case)
        try:
            same = DurableChainer(case.program).run(case.facts) == expected
        except Refused as refused:
            print(f"seed {seed}: {refused}", flush=True)
            same = False
        if not same:
            wrong += 1
            print(f"seed {seed}: the results differ", flush=True)
        seen["rules"] += len(case.program.rules)
        seen["derivations"] += len(expected.derivations)
        seen["with derived facts"] += bool(expected.derived)
        if (seed - first + 1) % 100_000 == 0:
            print(
                f"{seed - first + 1:,} programs, {wrong} differ, {perf_counter() - start:,.0f} s, {resident():.0f} MB",
                flush=True,
            )
    numbers = ", ".join(f"{name} {number:,}" for name, number in seen.items())
    print(f"{count:,} programs from seed {first}: {wrong} differ; {numbers}; {perf_counter() - start:,.1f} s")
    return 1 if wrong else 0


def speed() -> None:
    """Medians of alternating rounds in one process: the same history of events, a network that is kept."""
    print(
        f"{'rules':>6} {'facts':>6} {'firings':>8} {'build':>8} {'durable':>8} {'reference':>10}  µs, {EVENTS} events"
    )
    for size in (20, 60, 200):
        case = office(size, Random(size), EVENTS)
        chainer = DurableChainer(case.program)
        result = chainer.run(case.facts)
        build, durable, plain = [], [], []
        for _ in range(ROUNDS):
            build.append(timed(lambda case=case: DurableChainer(case.program).run(()), 5))
            durable.append(timed(lambda chainer=chainer, case=case: chainer.run(case.facts), 20))
            plain.append(timed(lambda case=case: reference.chain(*case), 20))
        print(
            f"{size:>6} {len(result.facts):>6} {len(result.derivations):>8} "
            f"{median(build):>8,.0f} {median(durable):>8,.0f} {median(plain):>10,.0f}"
        )


def timed(call: object, times: int) -> float:
    """Microseconds a call."""
    assert callable(call)
    start = perf_counter()
    for _ in range(times):
        call()
    return (perf_counter() - start) / times * 1e6


def memory(runs: int) -> None:
    """Resident memory while one network runs many histories."""
    program = office(60, Random(60), 0).program
    histories = [office(60, Random(seed), EVENTS).facts for seed in range(200)]
    chainer = DurableChainer(program)
    marks = sorted({0, runs // 100, runs // 10, runs // 2, runs})
    done = 0
    shown = []
    start = perf_counter()
    for mark in marks:
        while done < mark:
            chainer.run(histories[done % len(histories)])
            done += 1
        shown.append(f"{mark:,} runs {resident():.1f} MB")
    print(f"memory, 60 rules, {EVENTS} events: {'; '.join(shown)}; {perf_counter() - start:,.0f} s")


def resident() -> float:
    """Memory this process has now, in MB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    sys.exit(main())
