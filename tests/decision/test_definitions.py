"""What is claimed of reasons and of what is missing, against the definitions by enumeration, nothing assumed known."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from engine.decision.decide import decide
from engine.decision.model import UNDECIDED
from engine.decision.program import compile_package
from tests.decision.oracle import DOMAINS, EXCUSE, PRESENT, Sketch, changes, known, oracle, together
from tests.sizes import sized
from tests.worlds.build import case

PACKAGES, BATCH, CASES = sized(260, 4225), 65, 12


@pytest.mark.parametrize("first", range(0, PACKAGES, BATCH))
def test_reasons_suffice_none_can_be_missed_and_what_is_called_needless_is(first: int) -> None:
    """`idle`: facts listed though they cannot matter; `slack`: names of a reason that a cleverer proof might spare,
    `constant`: of rules that always come to the same; `open`: 待查 though certain; `impossible`: of `several` still possible
    one is listed that is not."""
    seen: Counter[str] = Counter()
    for seed in range(first, first + BATCH):
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
                    seen["needed" if not spared else "slack" if worlds.vary else "constant"] += 1
            elif len(worlds.outcomes(now)) == 1:
                seen["open"] += 1
            else:
                impossible = set(found.possible) - worlds.outcomes(now)
                assert worlds.outcomes(now) <= set(found.possible), (seed, facts, excuses)
                seen["impossible"] += bool(impossible)
                seen["several"] += 1
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
    print(first, dict(seen))
    assert seen["decided"] > 150
    assert seen["needed"] > 150, "a reason with a name too few would be found out"
    assert seen["slack"] <= 10, seen
    assert seen["idle"] <= seen["asked"] * 0.08 + 4, seen
    assert seen["open"] <= 4, seen
    assert seen["impossible"] <= 3, seen


@pytest.mark.parametrize("first", range(0, sized(80, 1000), 20))
def test_a_remedy_reaches_in_every_world_and_none_that_two_changes_make_is_called_unreachable(first: int) -> None:
    """`clever`: fewer changes reach in every world, by a proof that the rules' own logic does not find."""
    seen: Counter[str] = Counter()
    for seed in range(first, first + 20):
        sketch = Sketch(seed)
        aimed = replace(sketch.package.determinations["审查"], favourable="准予")
        program = compile_package(replace(sketch.package, determinations={"审查": aimed}))
        worlds = oracle(sketch)
        for _ in range(CASES):
            facts, excuses = sketch.case()
            found = decide(program, case(facts, excuses), "审查")
            if found.remedy is None:
                continue

            def certain(
                change: dict[str, Any], facts: Any = facts, excuses: Any = excuses, worlds: Any = worlds
            ) -> bool:
                parts = known({**facts, **change}, excuses, worlds)
                return bool(worlds.outcomes(together(parts, parts)) == {"准予"})

            def fewest(reaches: Any, facts: Any = facts) -> int:
                """How many changes it takes; 4 where no three do."""
                sizes = (size for size in (1, 2, 3) if any(map(reaches, changes(facts, size))))
                return next(sizes, 4)

            def seen_to(
                change: dict[str, Any], facts: Any = facts, excuses: Any = excuses, program: Any = program
            ) -> bool:
                """Whether the program itself finds that the change reaches."""
                return decide(program, case({**facts, **change}, excuses), "审查").outcome == "准予"

            made = {change.name: change.value for change in found.remedy.changes} if found.remedy.reachable else {}
            least = fewest(certain)
            assert not made or certain(made), (seed, facts, excuses, made)
            if least < (len(made) or 4):
                assert fewest(seen_to) == (len(made) or 4), (seed, facts, excuses, found.remedy.sentence)
                seen["clever"] += 1
            elif made:
                seen["reached"] += 1
            else:
                seen["none"] += 1
    print(first, dict(seen))
    assert seen["none"] + seen["reached"] > 20
