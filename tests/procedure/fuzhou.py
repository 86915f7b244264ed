"""The Fuzhou procedure, compiled once, and comparisons that run in a process of their own."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from engine.policy.load import load_package
from engine.policy.package import Package
from engine.procedure.chaining import chain, reference
from engine.procedure.chaining.durable import DURABLE
from engine.procedure.compiled import Compiled, compile_procedure
from engine.procedure.history import Entry, History
from engine.procedure.replay import replay
from tests.procedure.scripts import bent

POLICIES = Path(__file__).parents[2] / "policies"
DAY = date(2026, 11, 23)


@cache
def fuzhou() -> Package:
    package, problems, _ = load_package(POLICIES, "fuzhou-talent-station", DAY)
    assert package is not None, problems
    return package


@cache
def procedure() -> Compiled:
    return compile_procedure(fuzhou())


def last_day(history: History) -> date:
    """The day of the last event, or some day where there is none."""
    return max((item.day for item in history.items if isinstance(item, Entry)), default=DAY)


def disagreements(seeds: range) -> list[int]:
    """Seeds of bent histories that the two chainers replay differently. Fails where durable-rules did not run."""
    compiled = procedure()
    assert chain(compiled.programs.firing, ()).backend == DURABLE
    found = []
    for seed in seeds:
        history = bent(seed)
        day = last_day(history)
        if replay(compiled, history, day) != replay(compiled, history, day, reference.chain):
            found.append(seed)
    return found
