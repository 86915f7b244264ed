"""kill -9 over processes that append to one ledger, or over the server that keeps it; whatever a commit acknowledged must be there afterwards.

Writers are forked with everything loaded. Each appends entries with numbers of its own, keeps a content with each, and says
through a pipe which number is recorded, after the commit has returned.
"""

from __future__ import annotations

import os
import random
import select
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from engine.record.act import Act, By
from engine.record.store import Store, StoreFault, Trouble

AT = "2026-03-01T09:00:00+08:00"
WRITERS = 4


@dataclass
class Report:
    """`said`: (writer, number) acknowledged; `wrong`: what was lost or no longer holds."""

    kills: int = 0
    said: list[tuple[str, int]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def storm(
    open_store: Callable[[], Store], kills: int, seed: int, strike: Callable[[random.Random], None] | None = None
) -> Report:
    """`kills` writers of the ledger killed at random moments, one after the other, others at work meanwhile; or, by `strike`,
    what they write to, which answers again when it returns."""
    chance, report = random.Random(seed), Report()
    writers = [_Writer(open_store, f"{seed}-{number}") for number in range(WRITERS)]
    born = WRITERS
    try:
        # Something is at stake first, however busy the machine.
        select.select([writer.pipe for writer in writers], [], [], 60)
        for _ in range(kills):
            time.sleep(chance.expovariate(1 / 0.04))
            if strike is not None:
                strike(chance)
                report.kills += 1
                continue
            at = chance.randrange(WRITERS)
            report.said += writers[at].killed()
            report.kills += 1
            writers[at] = _Writer(open_store, f"{seed}-{born}")
            born += 1
    finally:
        for writer in writers:
            report.said += writer.killed()
    store = open_store()
    found = store.check()
    there = {(row[0], row[1]) for row in _recorded(store)}
    store.close()
    report.wrong += [fault.said for fault in found.faults]
    report.wrong += [f"acknowledged, and not there: {one}" for one in report.said if one not in there]
    return report


def _recorded(store: Store) -> list[tuple[str, int]]:
    return [
        (str(kept.seal.content["谁"]), int(str(kept.seal.content["次"])))
        for kept in store.kept()
        if kept.seal is not None
    ]


class _Writer:
    """A process that appends until it is killed, and acknowledges every entry in its `pipe`."""

    def __init__(self, open_store: Callable[[], Store], name: str) -> None:
        self._name, self._said = name, b""
        self.pipe, write = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self.pipe)
            try:
                _append(open_store, name, write)
            finally:
                os._exit(1)
        os.close(write)

    def killed(self) -> list[tuple[str, int]]:
        """Everything it acknowledged, once it is gone."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        while select.select([self.pipe], [], [], 5)[0] and (data := os.read(self.pipe, 1 << 16)):
            self._said += data
        os.close(self.pipe)
        return [(self._name, int(line)) for line in self._said.split(b"\n")[:-1]]


def _append(open_store: Callable[[], Store], name: str, pipe: int) -> None:
    store, number = None, 0
    while True:
        number += 1
        try:
            store = store or open_store()
            _one(store, name, number)
        except StoreFault as fault:
            if fault.kind != Trouble.OFFLINE:
                raise
            store = None
            time.sleep(0.02)
            continue
        os.write(pipe, f"{number}\n".encode())


def _one(store: Store, name: str, number: int) -> None:
    with store.writing() as writer:
        digest = writer.keep(f"{name}/{number}".encode())
        sealed = {"谁": name, "次": str(number), "案件": name, "文件": {"附件": digest}}
        writer.record(Act("事件", {"事件": "试"}, sealed), AT, By())
