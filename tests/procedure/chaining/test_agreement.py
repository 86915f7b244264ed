"""durable-rules and the reference give the same result, explanations included, on random programs.

A million are compared by hand: `python -m bench.chaining --programs 1000000`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.problem import Refused
from engine.procedure.chaining import Atom, HornProgram, HornRule, Pattern, Var, network, reference
from engine.procedure.chaining.durable import DURABLE, DurableChainer
from tests.procedure.chaining.programs import SHAPES, Case, random_case
from tests.sizes import examples, sized

pytestmark = pytest.mark.untraced

BATCHES, BATCH = sized(4, 100), 1_000


@pytest.mark.parametrize("batch", range(BATCHES))
def test_random_programs(batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        case = random_case(Random(seed))
        assert DurableChainer(case.program).run(case.facts) == reference.chain(*case), f"random_case(Random({seed}))"


@pytest.mark.parametrize("shape", [shape for shape, _ in SHAPES], ids=lambda shape: shape.__name__)
def test_every_shape_again_and_in_another_order(shape: Callable[[Random], Case]) -> None:
    for seed in range(20):
        case = shape(Random(seed))
        chainer = DurableChainer(case.program)
        for facts in (case.facts, case.facts[::-1], (), case.facts):
            assert chainer.run(facts) == reference.chain(case.program, facts)


def test_the_cases_say_something() -> None:
    """Most derive something, many in several ways; long explanations and empty histories are among them."""
    results = [reference.chain(*random_case(Random(seed))) for seed in range(2_000)]
    assert sum(1 for result in results if result.derived) > 1_000
    assert sum(1 for result in results if len(result.derivations) > len(result.derived)) > 500
    assert max(len(result.why(result.derived[-1])) for result in results if result.derived) >= 100
    assert any(not result.given for result in results)


TERMS = st.one_of(st.text(st.characters(), max_size=3), st.sampled_from(["甲", "乙", "1", "1.0"]))


@given(
    arguments=st.lists(st.tuples(TERMS, TERMS), max_size=6),
    constants=st.tuples(TERMS, TERMS),
    names=st.lists(st.text(st.characters(), max_size=5), min_size=3, max_size=3, unique=True),
)
@settings(max_examples=examples(200), deadline=None)
def test_any_text(arguments: list[tuple[str, str]], constants: tuple[str, str], names: list[str]) -> None:
    """Predicates, arguments and constants of any characters, unpaired surrogates and controls too."""
    x, y, z = Var("X"), Var("Y"), Var("\x00")
    first, second, third = names
    rules = (
        HornRule("一", (Pattern(second, (y, x)),), (Pattern(first, (x, y)),)),
        HornRule("二", (Pattern(third, (x, z, constants[0])),), (Pattern(first, (x, y)), Pattern(second, (z, y)))),
        HornRule("三", (Pattern(first, (x, x)),), (Pattern(third, (x, constants[1], constants[0])),)),
    )
    case = Case(HornProgram(rules), tuple(Atom(first, pair) for pair in arguments))
    result = DurableChainer(case.program).run(case.facts)
    assert result.backend == DURABLE
    assert result == reference.chain(*case)


def forget(part: str) -> Callable[[HornRule], network.CompiledRule]:
    """Planning that forgets the last of each premise's constants, equalities or joins."""
    right = network.plan

    def plan(rule: HornRule) -> network.CompiledRule:
        whole = right(rule)
        premises = []
        for premise in whole.premises:
            parts: dict[str, Any] = {n: getattr(premise, n) for n in ("predicate", "constants", "equalities", "joins")}
            premises.append(network.CompiledPremise(**{**parts, part: parts[part][:-1]}))
        return network.CompiledRule(tuple(premises), whole.heads)

    return plan


def altered(change: Callable[[network.Network], dict[str, Any]]) -> Callable[[HornProgram], network.Network]:
    """Building that changes some of a network's fields."""
    right = network.build

    def build(program: HornProgram) -> network.Network:
        whole = right(program)
        parts = {name: getattr(whole, name) for name in ("definition", "plans", "aliases", "symbols")}
        return network.Network(**{**parts, **change(whole)})

    return build


def first_head(plan: network.CompiledRule) -> network.CompiledRule:
    return network.CompiledRule(plan.premises, plan.heads[:1])


def folded(value: str, symbols: dict[str, str]) -> str:
    return symbols.setdefault(unicodedata.normalize("NFKC", value), str(len(symbols)))


def numeric(value: str, symbols: dict[str, str]) -> str:
    try:
        return symbols.setdefault(str(float(value)), str(len(symbols)))
    except ValueError:
        return symbols.setdefault(value, str(len(symbols)))


PLAN, BUILD = ("network.plan",), ("durable.build",)
INTERN = ("network.intern", "durable.intern")
FAULTS: dict[str, tuple[tuple[str, ...], object]] = {
    "a join forgotten": (PLAN, forget("joins")),
    "a constant forgotten": (PLAN, forget("constants")),
    "an equality forgotten": (PLAN, forget("equalities")),
    "a fact is one premise only": (
        BUILD,
        altered(lambda n: {"definition": n.definition.replace('"dist": 0', '"dist": 1')}),
    ),
    "asserted for one alias": (BUILD, altered(lambda n: {"aliases": {p: own[:1] for p, own in n.aliases.items()}})),
    "asserts one conclusion": (BUILD, altered(lambda n: {"plans": tuple(map(first_head, n.plans))})),
    "70 premises on one alias": (("network.PREMISES_PER_ALIAS",), 70),
    "texts normalised": (INTERN, folded),
    "texts read as numbers": (INTERN, numeric),
}


def disagrees(case: Case) -> bool:
    try:
        return DurableChainer(case.program).run(case.facts) != reference.chain(*case)
    except Refused:
        return True


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: str) -> None:
    """Each within the cases that `test_random_programs` runs."""
    targets, replacement = FAULTS[fault]
    patches = [patch(f"engine.procedure.chaining.{target}", replacement) for target in targets]
    for each in patches:
        each.start()
    try:
        found = next((seed for seed in range(BATCHES * BATCH) if disagrees(random_case(Random(seed)))), None)
    finally:
        for each in patches:
            each.stop()
    assert found is not None
