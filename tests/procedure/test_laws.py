"""What holds for every history: determinism, prefixes, withdrawal, the order of entering."""

from __future__ import annotations

import gc
from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.calendar import Consulted
from engine.procedure.chaining import reference
from engine.procedure.history import Entry, History, Withdrawal
from engine.procedure.replay import replay as replay_with
from engine.procedure.serial import to_plain
from engine.procedure.timeline import Timeline, what_changed
from tests.procedure.fuzhou import fuzhou, last_day, procedure
from tests.procedure.scripts import bent, scripted_histories
from tests.sizes import examples

seeds = st.integers(0, 200_000)
laws = settings(max_examples=examples(60), deadline=None)


def replay(history: History, days: int = 0) -> Timeline:
    return replay_with(procedure(), history, last_day(history) + timedelta(days), reference.chain)


@laws
@given(seeds)
def test_the_same_history_gives_the_same_timeline(seed: int) -> None:
    history = bent(seed)
    assert replay(history) == replay(history)
    assert to_plain(replay(history), fuzhou()) == to_plain(replay(history), fuzhou())


@laws
@given(seeds, st.floats(0, 1))
def test_a_prefix_of_the_history_gives_a_prefix_of_the_timeline(seed: int, share: float) -> None:
    history = bent(seed)
    days = sorted({i.day for i in history.items if isinstance(i, Entry)})
    if not days:
        return
    day = days[int(share * (len(days) - 1))]
    whole = replay(history)
    part = replay_with(procedure(), history, day, reference.chain)
    for name in ("events", "moves", "effects", "documents"):
        shown = getattr(part, name)
        assert getattr(whole, name)[: len(shown)] == shown
    born = [d.key for d in part.duties if d.effect is not None]
    assert [d.key for d in whole.duties if d.effect is not None][: len(born)] == born
    states = [m.after for m in whole.moves if m.effect.event.day <= day]
    assert part.state == (states[-1] if states else procedure().initial)


@laws
@given(seeds, st.randoms(use_true_random=False))
def test_an_event_taken_back_never_was(seed: int, rng: Random) -> None:
    history = bent(seed)
    taken = {i.target for i in history.items if isinstance(i, Withdrawal)}
    standing = [i.id for i in history.items if isinstance(i, Entry) and i.id not in taken]
    if not standing:
        return
    target = rng.choice(standing)
    withdrawn = replace(history, items=(*history.items, Withdrawal("x", target)))
    day = last_day(history)
    after = replay_with(procedure(), withdrawn, day, reference.chain)
    never = replay_with(procedure(), history.without(target), day, reference.chain)
    assert after == replace(never, basis=after.basis)  # what was taken back is still part of what is on file


@laws
@given(seeds, st.randoms(use_true_random=False))
def test_the_order_of_entering_matters_only_within_a_day(seed: int, rng: Random) -> None:
    history = bent(seed)
    entries = [i for i in history.items if isinstance(i, Entry)]
    days = list(dict.fromkeys(e.day for e in entries))
    rng.shuffle(days)
    shuffled = [e for day in days for e in entries if e.day == day]
    others = [i for i in history.items if isinstance(i, Withdrawal)]
    found, usual = replay(replace(history, items=(*shuffled, *others))), replay(history)
    assert found == replace(usual, basis=found.basis)  # the order of entering is part of what is on file


@laws
@given(seeds)
def test_what_changed_is_empty_only_where_nothing_did(seed: int) -> None:
    history = bent(seed)
    before, after = replay(replace(history, items=history.items[:-1])), replay(history)
    assert what_changed(after, after) == ()
    shown = ("state", "moves", "documents", "refused")
    same_duties = [(d.key, d.status, d.due) for d in before.duties] == [(d.key, d.status, d.due) for d in after.duties]
    if any(getattr(before, n) != getattr(after, n) for n in shown) or not same_duties:
        assert what_changed(before, after)


@laws
@given(seeds)
def test_every_duty_stands_where_its_dates_say(seed: int) -> None:
    timeline = replay(bent(seed), days=20)
    for duty in timeline.duties:
        late = duty.due is not None and (duty.met_by.day if duty.met_by else timeline.as_of) > duty.due
        expected = {
            True: ("逾期履行", "逾期", "逾期已处理", "已过期", "已终止"),
            False: ("已履行", "未到期", "待办", "期限未定", "已终止"),
        }
        assert duty.status in expected[late], duty
        assert (duty.met_by is None) == (duty.status not in ("已履行", "逾期履行"))
        assert (duty.settled_by is None) == (duty.status != "逾期已处理")
        assert duty.settled_by is None or (duty.due is not None and duty.settled_by.day > duty.due)
        assert not (duty.ready and (duty.closed_by or duty.ended)), duty
        assert duty.clauses, duty
    assert all(effect.clauses for effect in timeline.effects)
    assert all(r.problem.clause for r in timeline.refused)


def test_a_replay_leaves_no_more_than_the_one_before() -> None:
    """Ten years reach into years without a notice; what is noted of them belongs to the replay and goes with it."""

    def kept() -> int:
        gc.collect()
        return sum(isinstance(one, Consulted) for one in gc.get_objects())

    before = kept()
    assert any(duty.provisional for history in scripted_histories(7, 8) for duty in replay(history).duties)
    assert kept() == before
