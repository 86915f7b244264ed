"""What counts against the party where not everything is known, and which findings, against the definitions by enumeration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import reduce
from itertools import combinations
from typing import Any

import pytest

from engine.decision.core import evaluate_case
from engine.decision.decide import decide
from engine.decision.model import NOT_OPENED, UNDECIDED, Decision
from engine.language.functions import FUNCTIONS
from engine.language.make import NOT
from engine.language.tree import Call, Name, Node
from engine.lowered.rules import NO_OUTCOME
from tests.decision.oracle import Sketch, World, known, oracle, together
from tests.decision.test_definitions_moves import FAVOURABLE, holding, pivotal, programmed
from tests.sizes import sized
from tests.worlds.build import case

CASES, WORLDS = 12, 24
FINDING = "甲"


def adverse(seeds: range, least: int, **sketched: Any) -> Iterator[tuple[Any, ...]]:
    """Adverse decisions of random packages in cases that leave at `least` so many worlds, with these."""
    for seed in seeds:
        sketch = Sketch(seed, **sketched)
        program, worlds = programmed(sketch), oracle(sketch)
        for _ in range(CASES):
            facts, excuses = sketch.case()
            parts = known(facts, excuses, worlds)
            given, asked = together(parts, parts), case(facts, excuses)
            if not least <= worlds.how_many(given) <= WORLDS:
                continue
            if evaluate_case(program, asked, "审查").outcome not in (FAVOURABLE, UNDECIDED, NOT_OPENED, NO_OUTCOME):
                yield (seed, facts, excuses), sketch, program, decide(program, asked, "审查"), list(worlds.left(given))


@pytest.mark.parametrize("first", [*range(0, sized(80, 360), 40), 360, *range(400, sized(400, 2000), 40)])
def test_what_tips_the_outcome_whatever_is_still_unknown_counts_against_the_party(first: int) -> None:
    """A criterion that is unmet for certain and tips the outcome in every world that is left is listed, and no other than
    unmet ones is."""
    seen: Counter[str] = Counter()
    for at, sketch, program, decision, left in adverse(range(first, first + 40), 2, count="不少于2"):
        unmet = [c.name for c in decision.criteria if c.fails]
        listed = {c.name for c in decision.against}
        assert listed <= set(unmet), (at, listed)
        own = holding(sketch, left)
        each = [pivotal(sketch, program, world, unmet, own) for world in left] if unmet else []
        needed = reduce(set.__and__, each) if each else set()
        assert needed <= listed, (at, needed, listed, decision.outcome)
        seen["decided"] += 1
        seen["needed"] += len(needed)
        seen["beyond"] += len(listed - needed)
    print(first, dict(seen))
    assert seen["needed"] > 10


class Turned(World):
    """A world in which some leaves of a condition are put down as the opposite."""

    def __init__(self, sketch: Sketch, world: Mapping[str, Any], leaves: tuple[Node, ...]) -> None:
        super().__init__(sketch.package, world)
        self.leaves = {id(leaf) for leaf in leaves}

    def value(self, node: Node, row: Any = ()) -> Any:
        found = super().value(node, row)
        return not found if id(node) in self.leaves else found


def leaves_of(node: Node) -> Iterator[Node]:
    """What connectives join."""
    if isinstance(node, Call) and (FUNCTIONS[node.function].decisive is not None or node.function == NOT):
        for arg in node.args:
            yield from leaves_of(arg)
    else:
        yield node


def blamed(sketch: Sketch, world: Mapping[str, Any], condition: Node, wanted: bool) -> bool:
    """Whether the finding is among the leaves of some smallest set that would have to be otherwise for the condition to come
    out as wanted."""
    leaves, smallest = list(leaves_of(condition)), list[tuple[Node, ...]]()
    for size in range(len(leaves) + 1):
        for turned in combinations(leaves, size):
            if any(set(map(id, less)) <= set(map(id, turned)) for less in smallest):
                continue
            if Turned(sketch, world, turned).value(condition) is wanted:
                smallest.append(turned)
    return any(isinstance(leaf, Name) and leaf.name == FINDING for turned in smallest for leaf in turned)


def charged(sketch: Sketch, decision: Decision, left: list[Mapping[str, Any]]) -> Iterator[tuple[str, bool]]:
    """Where the finding may have to be told of, and whether it has: under a criterion, or ("") by the outcome itself."""
    for criterion in decision.against:
        requirement = sketch.package.criteria[criterion.name].requirement
        yield criterion.name, all(blamed(sketch, world, requirement, True) for world in left)
    own = holding(sketch, left)
    if own is not None:
        yield "", all(blamed(sketch, world, own, False) for world in left)


@pytest.mark.parametrize("first", range(0, sized(120, 1920), 120))
def test_every_finding_that_a_failed_requirement_or_the_outcome_rests_on_is_told(first: int) -> None:
    """甲 is a 判断: told with every criterion that counts against the party and would need it otherwise, alone or with others,
    and with the outcome whose condition reads it itself."""
    seen: Counter[str] = Counter()
    for at, sketch, _, decision, left in adverse(range(first, first + 120), 1, finding=True):
        if FINDING not in at[1]:
            continue
        told = {c.name: FINDING in [f.name for f in c.found] for c in decision.against}
        told[""] = FINDING in [f.name for f in decision.found]
        for where, has_to in charged(sketch, decision, left):
            assert told[where] or not has_to, (at, where, decision.outcome)
            seen["needed" if has_to else "beyond" if told[where] else "neither"] += 1
    print(first, dict(seen))
    assert seen["needed"] > 10
    assert seen["neither"] > 50
