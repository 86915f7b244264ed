"""The ledger: entries added and checked a second, writers killed, a ledger of 1,000 entries altered everywhere.

python -m bench.records speed
python -m bench.records kills --kills 1000 --seed 1
python -m bench.records bits --seed 1                     a ledger of 1,000 entries altered everywhere
python -m bench.records server --kills 50 --seed 1        the same of PostgreSQL: speed, writers and postmasters killed
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

from engine.record import place, sqlite
from engine.record.act import Act, By
from engine.record.store import Store
from engine.record.verify import check
from tests.record.kinds import Postgresql
from tests.record.server import programs, running
from tests.record.storm import AT, WRITERS, Report, storm

COUNT = 1_000
BY = By("林岚", ("审查",))
LINKS = [["条款", f"第{n}条", "提及", ""] for n in range(20)]


def decision(number: int, digest: str, links: int = len(LINKS)) -> Act:
    """An act as large as a decision's."""
    open_ = {"规范": "某办法", "决定": "认定", "结果": "通过", "性质": "授益", "有利": True, "关联": LINKS[:links]}
    return Act("决定", open_, {"案件": f"案件{number}", "当事人": "某公司", "文件": {"决定": digest}})


def fill(store: Store, count: int, each: int = 1, links: int = len(LINKS)) -> float:
    """Entries a second, `each` in a transaction."""
    start = perf_counter()
    for first in range(0, count, each):
        with store.writing() as writer:
            for number in range(first, min(first + each, count)):
                writer.record(decision(number, writer.keep(f"决定 {number}".encode()), links), AT, BY)
    return count / (perf_counter() - start)


def speed(folder: Path) -> None:
    for sm3 in (False, True):
        path = folder / f"{sm3}.db"
        store = sqlite.create(path, AT, with_sm3=sm3)
        count = measured(store, "SHA-256 and SM3" if sm3 else "SHA-256")
        print(f"  {os.path.getsize(path) / count:,.0f} bytes each")
        store.close()
    path = folder / "crowd.db"
    sqlite.create(path, AT).close()
    crowd(path)


def measured(store: Store, named: str) -> int:
    """Tells what a ledger with its first entry takes to be filled and checked; how many entries it has then."""
    one, many = fill(store, COUNT), fill(store, 10 * COUNT, 100)
    start = perf_counter()
    found = store.check()
    whole = found.count / (perf_counter() - start)
    entries = list(store.entries())
    start = perf_counter()
    assert check(entries).whole
    chain = len(entries) / (perf_counter() - start)
    print(f"{named}: {one:,.0f} a second one by one, {many:,.0f} by hundreds; checked {whole:,.0f} with all that is")
    print(f"  beside them, {chain:,.0f} the chain alone")
    assert found.whole
    return found.count


def crowd(where: place.Place) -> None:
    """16 processes that write at once to a ledger with its first entry."""
    start = perf_counter()
    writers = [get_context("fork").Process(target=_several, args=(where,)) for _ in range(16)]
    for process in writers:
        process.start()
    for process in writers:
        process.join()
    store = place.opened(where)
    count = store.head().seq - 1
    rate = count / (perf_counter() - start)
    print(f"16 writers at once: {rate:,.0f} a second, {16 * 100 - count} lost, {store.check().whole=}", flush=True)
    store.close()


def _several(where: place.Place) -> None:
    fill(place.opened(where), 100)


def server(count: int, seed: int) -> int:
    """PostgreSQL: killed with its files left to the system, which outlives it; measured with them on the disk."""
    found = programs()
    if found is None:
        raise SystemExit("no PostgreSQL server on this machine")
    with running(found) as one:

        def strike(chance: random.Random) -> None:
            one.kill(whole=chance.random() < 0.5)
            one.start()

        where, start = begun(Postgresql(one)), perf_counter()
        wrong = told("postmasters", storm(lambda: place.opened(where), count, seed, strike), start)
        where, start = begun(Postgresql(one)), perf_counter()
        wrong += told("writers", storm(lambda: place.opened(where), 4 * count, seed), start)
    with running(found, durable=True) as one:
        crowd(begun(Postgresql(one)))
        store = place.opened(begun(Postgresql(one)))
        measured(store, "PostgreSQL, SHA-256")
        store.close()
    return wrong


def begun(kind: Postgresql) -> str:
    """Where a ledger with its first entry is."""
    store = kind.empty()
    store.begin(AT)
    store.close()
    return kind.place()


def told(what: str, report: Report, start: float) -> int:
    seconds = perf_counter() - start
    print(f"{report.kills} {what} killed, {WRITERS} writers, {seconds:.0f} s, {len(report.said):,} acknowledged")
    print("\n".join(report.wrong) or "none lost, the chain holds", flush=True)
    return len(report.wrong)


def kills(folder: Path, count: int, seed: int) -> int:
    path = folder / "a.db"
    sqlite.create(path, AT, with_sm3=True).close()
    start = perf_counter()
    report = storm(lambda: sqlite.opened(path), count, seed)
    return told("writers", report, start)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["speed", "kills", "bits", "server"])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if asked.what == "speed":
            speed(folder)
            return 0
        if asked.what == "server":
            return server(asked.kills, asked.seed)
        if asked.what == "kills":
            return kills(folder, asked.kills, asked.seed)
        from bench.altered_ledger import altered

        return min(1, altered(folder, asked.seed))


if __name__ == "__main__":
    raise SystemExit(main())
