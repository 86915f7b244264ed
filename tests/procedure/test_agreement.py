"""The Fuzhou procedure under durable-rules and under the reference: the same timeline, whatever the history."""

from __future__ import annotations

from datetime import date

import pytest

from engine.procedure.chaining import reference
from engine.procedure.replay import replay
from tests.procedure.fuzhou import disagreements, last_day, procedure
from tests.procedure.scripts import bent, scripted_histories
from tests.sizes import sized

pytestmark = pytest.mark.untraced

HISTORIES = sized(2_000, 100_000)
STATIONS = sized(9, 200)
BATCH = 500


@pytest.mark.parametrize("first", range(0, HISTORIES, BATCH))
def test_random_histories_agree(first: int) -> None:
    assert disagreements(range(first, first + BATCH)) == []


def test_random_histories_are_worth_comparing() -> None:
    """The generator reaches every state, most rules, and every way of being refused."""
    timelines = [replay(procedure(), h := bent(seed), last_day(h), reference.chain) for seed in range(700)]
    states = {move.after for t in timelines for move in t.moves}
    rules = {effect.rule for t in timelines for effect in t.effects}
    assert states == set(procedure().procedure.states[1:])
    assert len(rules) > 0.8 * len(procedure().rules)
    assert {r.problem.code for t in timelines for r in t.refused} == {"E850", "E851", "E852", "E853", "E854"}
    assert sum(bool(t.refused) for t in timelines) < 0.7 * len(timelines)


def test_ten_years_of_many_stations_replay_identically() -> None:
    day = date(2037, 1, 31)
    first = [replay(procedure(), history, day) for history in scripted_histories(2, STATIONS)]
    again = [replay(procedure(), history, day) for history in scripted_histories(2, STATIONS)]
    assert first == again
    assert [replay(procedure(), history, day, reference.chain) for history in scripted_histories(2, STATIONS)] == first
    assert not [r.problem.message for timeline in first for r in timeline.refused]
    assert {e.rule for t in first for e in t.effects} >= set(procedure().rules) - {"月度预警"}
