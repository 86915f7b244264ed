"""What is claimed of remedies, of what counts against the party and of learning more, against the definitions by enumeration."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, combinations
from typing import Any

import pytest

from engine.decision.core import evaluate_case
from engine.decision.decide import decide
from engine.decision.missing import find_missing
from engine.decision.model import NOT_OPENED, UNDECIDED, Remedy
from engine.decision.program import Program, compile_package
from engine.language.tree import Node
from engine.lowered.rules import NO_OUTCOME
from tests.decision.oracle import DOMAINS, EXCUSE, PRESENT, Oracle, Sketch, World, changes, known, oracle, together
from tests.sizes import sized
from tests.worlds.build import case

CASES = 12
FAVOURABLE = "准予"
_MOVED = re.compile(r"将(\S+?)由(\S+?)(改为|增至|减至)([^；。]+)")


def programmed(sketch: Sketch) -> Program:
    """The package with one favourable outcome."""
    aimed = replace(sketch.package.determinations["审查"], favourable=FAVOURABLE)
    return compile_package(replace(sketch.package, determinations={"审查": aimed}))


def certain(worlds: Oracle, facts: dict[str, Any], excuses: dict[str, bool], change: dict[str, Any]) -> bool:
    """Whether every world left has the favourable outcome once `change` is made."""
    parts = known({**facts, **change}, excuses, worlds)
    return worlds.outcomes(together(parts, parts)) == {FAVOURABLE}


def told(sentence: str) -> dict[str, tuple[str, Any]]:
    """The changes a sentence names: verb and new value."""
    found = {name: (verb, to) for name, _, verb, to in _MOVED.findall(sentence)}
    return {name: (verb, {"是": True, "否": False}.get(to, to)) for name, (verb, to) in found.items()}


def remedies(first: int, count: int, *, finding: bool = False) -> Iterator[tuple[Any, ...]]:
    """Cases of random packages that have a remedy, with it and the worlds of the package."""
    for seed in range(first, first + count):
        sketch = Sketch(seed, finding=finding)
        program, worlds = programmed(sketch), oracle(sketch)
        for _ in range(CASES):
            facts, excuses = sketch.case()
            remedy = decide(program, case(facts, excuses), "审查").remedy
            if remedy is not None:
                yield (seed, facts, excuses), remedy, worlds


def directed(facts: dict[str, Any], remedy: Remedy) -> None:
    """Every change goes the way its fact may change, and is worded so."""
    up, down = [(lambda a, b: b > a), (lambda a, b: b < a)]
    allowed: dict[str, Any] = {"甲": lambda a, b: b is (not a), "数一": up, "数二": down}
    verbs = {"甲": "改为", "数一": "增至", "数二": "减至"}
    for change in remedy.changes:
        assert allowed[change.name](facts[change.name], change.value), change
    for sentence in (remedy.sentence, *remedy.alternatives):
        for name, (verb, to) in told(sentence).items():
            value = to if isinstance(to, bool) else int(to)
            assert (verb, allowed[name](facts[name], value)) == (verbs[name], True), sentence


@pytest.mark.parametrize("first", range(0, sized(120, 1000), 20))
def test_changes_go_to_the_nearest_value_in_their_direction_and_so_do_the_other_ways(first: int) -> None:
    seen: Counter[str] = Counter()
    for at, remedy, worlds in remedies(first, 20):
        _, facts, excuses = at
        directed(facts, remedy)
        made = {change.name: change.value for change in remedy.changes} if remedy.reachable else {}
        for name, value in made.items():
            nearer = range(min(facts[name], int(value)) + 1, max(facts[name], int(value))) if name != "甲" else ()
            assert not any(certain(worlds, facts, excuses, {**made, name: one}) for one in nearer), (at, made)
            seen["moved"] += 1
            seen["far"] += len(nearer)
        for way in remedy.alternatives if made else ():
            others = {n: to if isinstance(to, bool) else int(to) for n, (_, to) in told(way).items()}
            assert len(others) == len(made), (at, way)
            assert certain(worlds, facts, excuses, others), (at, way)
            seen["ways"] += 1
    print(first, dict(seen))
    assert seen["moved"]


@pytest.mark.parametrize("first", range(0, sized(80, 1000), 20))
def test_what_a_person_found_is_never_changed_by_a_remedy(first: int) -> None:
    """甲 is a 判断: nothing the party does turns it. What is reached only with it is left to who finds it."""
    seen: Counter[str] = Counter()
    for at, remedy, worlds in remedies(first, 20, finding=True):
        _, facts, excuses = at
        for names in (told(remedy.sentence), *map(told, remedy.alternatives), [c.name for c in remedy.changes]):
            assert "甲" not in names, (at, remedy)
        every = list(chain.from_iterable(changes(facts, size) for size in (1, 2, 3)))
        reaching = [change for change in every if certain(worlds, facts, excuses, change)]
        if reaching and all("甲" in change for change in reaching):
            assert not remedy.reachable, at
            wanted = "须为是" if not facts["甲"] else "须为否"
            assert any(f"甲（{wanted}）" in way for way in (remedy.sentence, *remedy.alternatives)), (at, remedy)
            seen["found"] += 1
        seen["reached"] += remedy.reachable
    print(first, dict(seen))
    assert seen["found"]
    assert seen["reached"]


@pytest.mark.parametrize("first", range(0, sized(40, 1000), 20))
def test_a_remedy_asks_for_nothing_that_cannot_matter(first: int) -> None:
    """What a remedy wants supplied turns the outcome in some world, or filled in may turn it: of the case as it is, where
    something known stands in the way too; else of the case with the changes made. Where it says that nothing helps, no world
    with up to two changes is favourable, whatever is filled in."""
    seen: Counter[str] = Counter()
    for at, remedy, worlds in remedies(first, 20):
        _, facts, excuses = at
        asked = [name for name in remedy.remains if name in DOMAINS and name not in facts]
        made = {} if len(asked) < len(remedy.remains) else {change.name: change.value for change in remedy.changes}
        now, filled = left(worlds, {**facts, **made}, excuses)
        for name in asked:
            assert worlds.turns(now, [name]) or worlds.turns(filled, [name, PRESENT + name]), (
                at,
                name,
                remedy.sentence,
            )
            seen["asked"] += 1
            seen["after changes"] += bool(made)
        if not (remedy.reachable or remedy.remains):
            every = ({}, *chain.from_iterable(changes(facts, size) for size in (1, 2)))
            after = (left(worlds, {**facts, **change}, excuses)[1] for change in every)
            assert not any(FAVOURABLE in worlds.outcomes(known) for known in after), at
            seen["hopeless"] += 1
    print(first, dict(seen))
    assert seen["asked"] > 10
    assert seen["hopeless"]


def left(worlds: Oracle, facts: dict[str, Any], excuses: dict[str, bool]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is known of a case, and what stays so whatever is filled in."""
    parts = known(facts, excuses, worlds)
    now = together(parts, parts)
    return now, {key: value for key, value in now.items() if value or not key.startswith(PRESENT)}


def holding(sketch: Sketch, worlds: Sequence[Mapping[str, Any]]) -> Node | None:
    """The first condition of an outcome that holds, if it is the same in all worlds."""

    def first(world: Mapping[str, Any]) -> Node | None:
        listed = (o.when for o in sketch.package.determinations["审查"].outcomes if o.when is not None)
        return next((when for when in listed if World(sketch.package, world).value(when) is True), None)

    found = [first(world) for world in worlds]
    return found[0] if all(when is found[0] for when in found) else None


def pivotal(sketch: Sketch, program: Program, world: dict[str, Any], unmet: list[str], own: Node | None) -> set[str]:
    """The criteria whose being unmet makes the outcome: with some of the other unmet ones put down as met, its `own` condition
    holds and, with the criterion put down as met too, does not; of a default, a favourable one comes to hold."""
    definition = program.package.determinations["审查"]

    def holds(turned: tuple[str, ...], names: tuple[str, ...]) -> bool:
        reference = World(sketch.package, world, turned)
        return any(
            reference.value(o.when) is True for o in definition.outcomes if o.name in names and o.when is not None
        )

    found = set()
    for name in unmet:
        others = [other for other in unmet if other != name]
        for some in chain.from_iterable(combinations(others, size) for size in range(len(others) + 1)):
            if own is not None:
                before, after = (World(sketch.package, world, t).value(own) for t in (some, (*some, name)))
                speaks = before is True and after is False
            else:
                speaks = not holds(some, (FAVOURABLE,)) and holds((*some, name), (FAVOURABLE,))
            if speaks:
                found.add(name)
    return found


@pytest.mark.parametrize("first", range(0, sized(100, 2000), 50))
def test_every_criterion_that_makes_an_adverse_outcome_counts_against_the_party(first: int) -> None:
    """Of cases of which all is known. `beyond`: listed, though no way of meeting others makes it tip the outcome."""
    seen: Counter[str] = Counter()
    for seed in range(first, first + 50):
        sketch = Sketch(seed, count="不少于2")
        program = programmed(sketch)
        for _ in range(CASES):
            facts = {name: sketch.r.choice(values) for name, values in DOMAINS.items()}
            excuses = {name: sketch.r.random() < 0.4 for name in sketch.criteria}
            decision = decide(program, case(facts, excuses), "审查")
            if decision.outcome in (FAVOURABLE, UNDECIDED, NOT_OPENED, NO_OUTCOME):
                continue
            world = facts | {EXCUSE + name: value for name, value in excuses.items()}
            unmet = [c.name for c in decision.criteria if c.fails]
            listed = {c.name for c in decision.against}
            needed = pivotal(sketch, program, world, unmet, holding(sketch, [world]))
            assert needed <= listed <= set(unmet), (seed, facts, excuses, needed, listed, decision.outcome)
            seen["needed"] += len(needed)
            seen["beyond"] += len(listed - needed)
            seen["several"] += len(needed) > 1
    print(first, dict(seen))
    assert seen["needed"] > 10
    assert seen["several"]
    assert seen["beyond"] < 2 * seen["needed"], seen


@pytest.mark.parametrize("first", range(0, sized(120, 4000), 60))
def test_learning_more_takes_nothing_back_where_presence_is_not_asked(first: int) -> None:
    """One random world learned bit by bit: what is decided stays, nothing becomes possible again, what was called
    needless is not asked for later, and the world's own outcome is possible all along."""
    seen: Counter[str] = Counter()
    for seed in range(first, first + 60):
        sketch = Sketch(seed, presence=False)
        program, r = programmed(sketch), sketch.r
        for _ in range(3):
            world = {name: r.choice(values) for name, values in DOMAINS.items()}
            world |= {EXCUSE + name: r.random() < 0.5 for name in sketch.criteria}
            (outcome,) = set(World(sketch.package, world).possible(program.package.determinations["审查"]))
            possible, needless, facts, excuses = None, set[str](), dict[str, Any](), dict[str, bool]()
            for key in r.sample(list(world), len(world)):
                found = evaluate_case(program, case(facts, excuses), "审查")
                now = set(found.possible)
                at = (seed, facts, excuses, key)
                assert {outcome} <= now <= (possible or now), at
                assert found.outcome == (outcome if len(now) == 1 else UNDECIDED), at
                possible = now
                asked = {item.name for item in find_missing(found, None) if item.matters}
                assert not asked & needless, at
                needless |= set(DOMAINS) - set(facts) - asked
                seen["needless"] += len(needless)
                seen["decided"] += len(now) == 1
                (excuses if key.startswith(EXCUSE) else facts)[key.removeprefix(EXCUSE)] = world[key]
            assert evaluate_case(program, case(facts, excuses), "审查").outcome == outcome
    print(first, dict(seen))
    assert seen["needless"]
    assert seen["decided"]
