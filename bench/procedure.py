"""Event histories under the Fuzhou procedure: durable-rules against the reference, in speed, memory and agreement.

python -m bench.procedure                          microseconds a history of 40 events, memory over 2,000 histories
python -m bench.procedure --histories 100000       the same, memory over more histories
python -m bench.procedure --compare 1000000        compare on bent histories, from --seed on, in --jobs processes
python -m bench.procedure --world 50               stations over ten years, twice, and under both chainers
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter

from engine.procedure.chaining import chain, reference
from engine.procedure.duties import Chain
from engine.procedure.history import Entry, History
from engine.procedure.replay import replay
from tests.procedure.fuzhou import disagreements, procedure
from tests.procedure.scripts import scripted_histories, scripted_history

EVENTS = 40
ROUNDS = 9
BACKENDS: dict[str, Chain] = {"durable-rules": chain, "reference": reference.chain}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--histories", type=int, default=2_000, help="histories over which memory is watched")
    parser.add_argument("--compare", type=int, default=0, help="compare on this many bent histories")
    parser.add_argument("--world", type=int, default=0, help="stations to replay over ten years")
    parser.add_argument("--jobs", type=int, default=1, help="processes to compare in")
    parser.add_argument("--seed", type=int, default=0, help="the first bent history's seed")
    options = parser.parse_args()
    if options.compare:
        return compare(options.seed, options.compare, options.jobs)
    if options.world:
        return world(options.world)
    speed()
    memory(options.histories)
    return 0


def forty(number: int) -> History:
    """The first forty events of a history that has as many."""
    while True:
        found = scripted_history(11, number)
        entries = sorted((i for i in found.items if isinstance(i, Entry)), key=lambda e: e.day)[:EVENTS]
        if len(entries) == EVENTS:
            return History(found.case, tuple(entries))
        number += 1_000


def speed() -> None:
    """Median over rounds of a hundred histories, the chainers taking turns."""
    histories = [forty(number) for number in range(100)]
    taken: dict[str, list[float]] = {name: [] for name in BACKENDS}
    for _ in range(ROUNDS):
        for name, chainer in BACKENDS.items():
            begun = perf_counter()
            for history in histories:
                replay(procedure(), history, last(history), chainer)
            taken[name].append((perf_counter() - begun) / len(histories))
    for name, rounds in taken.items():
        print(f"{name:14} {median(rounds) * 1e6:8.0f} µs a history of {EVENTS} events")


def last(history: History) -> date:
    return max(item.day for item in history.items if isinstance(item, Entry))


def memory(count: int) -> None:
    """Resident memory while histories are replayed under durable-rules; the first tenth warms up."""
    histories = [forty(number) for number in range(50)]
    marks = []
    for number in range(count + 1):
        if number % max(1, count // 10) == 0 and number:
            gc.collect()
            marks.append(resident())
        history = histories[number % len(histories)]
        replay(procedure(), history, last(history), chain)
    print(f"resident memory over {count} histories, MB: {' '.join(f'{mark:.1f}' for mark in marks)}")
    print(f"grown after the first tenth: {marks[-1] - marks[0]:+.1f} MB")


def resident() -> float:
    """Megabytes now; where the system does not say, the most there ever were."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def compare(seed: int, count: int, jobs: int) -> int:
    """Prints every thousandth part as it is done, so that a run that is ended early has said how far it came."""
    begun, wrong, done = perf_counter(), 0, 0
    ranges = [range(first, min(first + 1_000, seed + count)) for first in range(seed, seed + count, 1_000)]
    with ProcessPoolExecutor(jobs) as pool:
        for chunk, found in zip(ranges, pool.map(disagreements, ranges), strict=True):
            wrong, done = wrong + len(found), done + len(chunk)
            if found:
                print("differ:", *found)
            print(f"{done} histories from {seed}: {wrong} differ, {perf_counter() - begun:.0f} s", flush=True)
    return 1 if wrong else 0


def world(stations: int) -> int:
    """Every station's ten years, twice under durable-rules and once under the reference."""
    day, runs = date(2037, 1, 31), []
    for name, chainer in (*BACKENDS.items(), ("durable-rules", chain)):
        begun = perf_counter()
        runs.append([replay(procedure(), history, day, chainer) for history in scripted_histories(7, stations)])
        print(f"{name:14} {perf_counter() - begun:6.1f} s for {sum(len(t.events) for t in runs[-1])} events")
    same = runs[0] == runs[1] == runs[2]
    print("identical" if same else "DIFFERENT")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
