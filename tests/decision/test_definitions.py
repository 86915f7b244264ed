"""What is claimed of reasons and of what is missing, against the definitions by enumeration, nothing assumed known."""

from __future__ import annotations

from collections import Counter

import pytest

from engine.decision.decide import decide
from engine.decision.model import UNDECIDED
from engine.decision.program import compile_package
from tests.decision.oracle import DOMAINS, EXCUSE, PRESENT, Sketch, known, oracle, together
from tests.sizes import sized
from tests.worlds.build import case

PACKAGES, CASES = sized(60, 3000), 12


@pytest.mark.parametrize("first", range(0, PACKAGES, 20))
def test_reasons_suffice_none_can_be_missed_and_what_is_called_needless_is(first: int) -> None:
    """`idle`: facts listed though they cannot matter; `slack`: names of a reason that a cleverer proof might spare."""
    seen: Counter[str] = Counter()
    for seed in range(first, first + 20):
        sketch = Sketch(seed)
        program, worlds = compile_package(sketch.package), oracle(sketch)
        for _ in range(CASES):
            facts, excuses = sketch.case()
            found = decide(program, case(facts, excuses), "审查")
            parts = known(facts, excuses, worlds)
            now = together(parts, parts)
            if found.outcome != UNDECIDED:
                seen["decided"] += 1
                grounds = together(parts, found.grounds)
                assert worlds.outcomes(grounds) == {found.outcome}, (seed, facts, excuses, found.grounds)
                for name in found.grounds:
                    fewer = together(parts, [other for other in found.grounds if other != name])
                    spared = worlds.outcomes(fewer) == {found.outcome}
                    seen["slack" if spared else "needed"] += 1
            elif len(worlds.outcomes(now)) == 1:
                seen["open"] += 1
            absent = [name for name in DOMAINS if name not in facts]
            listed = {item.name: item for item in found.missing if item.kind != "parameter"}
            filled = {key: value for key, value in now.items() if not (key.startswith(PRESENT) and not value)}
            for name in absent:
                item = listed.get(name)
                matters = worlds.turns(now, [name])
                reopens = worlds.turns(filled, [name, PRESENT + name])
                asked = item is not None and item.matters
                assert asked or not matters, (seed, facts, excuses, name)
                assert asked or not reopens or (item is not None and item.reopens), (seed, facts, excuses, name)
                seen["asked"] += asked
                seen["idle"] += asked and not matters
            # An exception is asked for once the requirement is known not to be met.
            for name in (c.name for c in found.criteria if c.verdict == "未满足"):
                if EXCUSE + name in worlds.names and name not in excuses:
                    assert name in listed or not worlds.turns(now, [EXCUSE + name]), (seed, facts, excuses, name)
    print(dict(seen))
    assert seen["decided"] > 50
    assert seen["needed"] > 50, "a reason with a name too few would be found out"
    assert seen["slack"] < seen["decided"], seen
