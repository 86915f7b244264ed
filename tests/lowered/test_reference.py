"""The program against the naive reference on random packages and cases: what that knows is known alike, and what case
splits, complements and bounds know beyond it survives every completion."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from engine.decision.program import Program, compile_package
from engine.language import keys
from tests.lowered.random_rules import CELLS, DOMAINS, Rules, random_facts
from tests.lowered.reference import Reference
from tests.worlds.build import case, records

PACKAGES, CASES, COMPLETIONS = 120, 8, 3


def values_of(program: Program, facts: Mapping[str, Any], excuses: Mapping[str, bool]) -> dict[str, Any]:
    """Every definition's values by the program."""
    values = program.evaluated(case(facts, excuses))
    package, slots = program.package, program.slots
    found = {name: values[slots[name]] for name in package.order if name not in package.criteria}
    found |= {keys.passed(name): values[slots[keys.passed(name)]] for name in package.criteria}
    found |= {keys.applies(name): values[slots[keys.applies(name)]] for name in package.criteria}
    return found | {keys.band(name): values[slots[keys.band(name)]] for name in package.scores}


def naive(program: Program, facts: Mapping[str, Any], excuses: Mapping[str, bool]) -> dict[str, Any]:
    package = program.package
    reference = Reference(package, facts, excuses)
    found = {name: reference.name(name) for name in package.order if name not in package.criteria}
    found |= {keys.passed(name): reference.passed(name) for name in package.criteria}
    found |= {keys.applies(name): reference.applies(package.criteria[name]) for name in package.criteria}
    return found | {keys.band(name): reference.band(score) for name, score in package.scores.items()}


def completed(r: Random, facts: Mapping[str, Any], program: Program) -> dict[str, Any]:
    """The facts with everything filled in; blank cells too, where no condition asks whether they are."""
    found = {name: facts.get(name, r.choice(domain)) for name, domain in DOMAINS.items()}
    ledger, asked = facts.get("台账"), any("已填（额）" in key for key in program.form.definitions)
    if ledger is not None and not asked:
        filled = (
            [r.choice(cells) if v is None else v for v, cells in zip(row, CELLS.values(), strict=True)]
            for row in ledger.rows
        )
        return found | {"台账": records(tuple(CELLS), *filled)}
    return found | {name: value for name, value in facts.items() if name not in DOMAINS}


@pytest.mark.parametrize("first", range(0, PACKAGES, 20))
def test_the_program_means_what_the_reference_means(first: int) -> None:
    decided = beyond = 0
    for seed in range(first, first + 20):
        program, r = compile_package(Rules(seed).build.package()), Random(seed)
        asks_presence = bool(program.form.asked)
        for _ in range(CASES):
            facts, excuses = random_facts(r)
            found, expected = values_of(program, facts, excuses), naive(program, facts, excuses)
            known = {key: value for key, value in expected.items() if value is not None}
            decided += len(known)
            assert {key: same(found[key]) for key in known} == {key: same(value) for key, value in known.items()}, seed
            more = {key: same(value) for key, value in found.items() if value is not None and key not in known}
            beyond += len(more)
            for _ in range(COMPLETIONS if more and not asks_presence else 0):
                later = naive(program, completed(r, facts, program), excuses)
                assert {key: same(later[key]) for key in more if later[key] is not None}.items() <= more.items(), seed
    assert decided > 500
    assert beyond > 10


def same(value: Any) -> Any:
    """Numbers as fractions."""
    return value if isinstance(value, bool | str | None) else Fraction(value)
