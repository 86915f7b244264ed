"""The Fuzhou procedure under durable-rules and under the reference: the same timeline, whatever the history."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context

import pytest

from engine.procedure.chaining import reference
from engine.procedure.replay import replay
from tests.procedure.lives import bent, lives
from tests.procedure.world import disagreements, last_day, procedure

pytestmark = pytest.mark.untraced

HISTORIES = 20_000
BATCH = 500


def test_random_histories_agree() -> None:
    batches = [range(first, first + BATCH) for first in range(0, HISTORIES, BATCH)]
    # Forking is out: other tests of this process may have started threads.
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        assert [seed for found in pool.map(disagreements, batches) for seed in found] == []


def test_random_histories_are_worth_comparing() -> None:
    """The generator reaches every state, most rules, and every way of being refused."""
    timelines = [replay(procedure(), h := bent(seed), last_day(h), reference.chain) for seed in range(700)]
    states = {move.after for t in timelines for move in t.moves}
    rules = {effect.rule for t in timelines for effect in t.effects}
    assert states == set(procedure().procedure.states[1:])
    assert len(rules) > 0.8 * len(procedure().rules)
    assert {r.problem.code for t in timelines for r in t.refused} == {"E850", "E851", "E852", "E853", "E854"}
    assert sum(bool(t.refused) for t in timelines) < 0.7 * len(timelines)


def test_ten_years_of_fifty_stations_replay_identically() -> None:
    day = date(2037, 1, 31)
    first = [replay(procedure(), history, day) for history in lives(7, 50)]
    again = [replay(procedure(), history, day) for history in lives(7, 50)]
    assert first == again
    assert [replay(procedure(), history, day, reference.chain) for history in lives(7, 50)] == first
    assert not [r.problem.message for timeline in first for r in timeline.refused]
    assert {e.rule for t in first for e in t.effects} >= set(procedure().rules) - {"月度预警"}
