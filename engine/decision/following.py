"""In what versions of the rules differ about what follows from an outcome: its amount, nature, documents, organ. Pure.

The outcomes may all be the same while somebody gets another sum, or a letter that says he may not complain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from engine.base.classes import dataclass
from engine.decision.decide import decide
from engine.decision.equivalence import Sameness, opened, said
from engine.decision.model import AMOUNT
from engine.decision.program import Program
from engine.decision.witnesses import Version
from engine.language import keys
from engine.policy.differences import bare, text_of
from engine.policy.package import Outcome
from engine.policy.uses import outcomes

SHOWN = 3
"""Cases that are named for one amount at most."""

_PARTS: Mapping[str, str] = {
    "性质": "nature",
    "机关": "authority",
    "文书": "documents",
    "有利": "favourable",
    "义务": "duties",
    "说明": "note",
}


@dataclass(frozen=True, slots=True)
class Following:
    """`what` (金额, 性质 …) of an outcome, as both versions say it. `cases`: (case, before, after) where they come to
    another amount; `rests`: the definitions below the amount that changed."""

    outcome: str
    what: str
    before: str
    after: str
    cases: tuple[tuple[str, str, str], ...] = ()
    rests: tuple[str, ...] = ()


def followings(
    before: Program,
    after: Program,
    determination: str,
    sides: Sequence[tuple[Version, Version]],
    changed: Callable[[str], Mapping[str, Sameness]],
) -> tuple[Following, ...]:
    """What follows otherwise from the outcomes that both versions have; `changed` is `differing` of a definition."""
    old, new = (_placed(program, determination) for program in (before, after))
    found: list[Following] = []
    for name in (name for name in old if name in new):
        (index, one), (place, other) = old[name], new[name]
        found += _written(one, other)
        slots = keys.amount(determination, index), keys.amount(determination, place)
        rests = _rests(((before, slots[0]), (after, slots[1])), changed)
        if rests is not None:
            was, is_ = text_of(one.amount), text_of(other.amount)
            found.append(Following(name, AMOUNT, was, is_, _cases(determination, name, sides), rests))
    return tuple(found)


def _placed(program: Program, determination: str) -> dict[str, tuple[int, Outcome]]:
    """The first outcome of each name, with its place among all."""
    listed = enumerate(outcomes(program.package.determinations[determination]))
    found: dict[str, tuple[int, Outcome]] = {}
    for index, outcome in listed:
        found.setdefault(outcome.name, (index, outcome))
    return found


def _written(one: Outcome, other: Outcome) -> Iterator[Following]:
    for what, part in _PARTS.items():
        was, is_ = getattr(one, part), getattr(other, part)
        if bare(was) != bare(is_):
            yield Following(one.name, what, text_of(was), text_of(is_))


def _rests(
    pairs: tuple[tuple[Program, str], tuple[Program, str]], changed: Callable[[str], Mapping[str, Sameness]]
) -> tuple[str, ...] | None:
    """The definitions below an amount, a slot of either version, that say something else; None where it is the same
    amount."""
    there = [slot in program.form.definitions for program, slot in pairs]
    if not all(there):
        return () if any(there) else None
    below = dict.fromkeys(
        name
        for program, slot in pairs
        for name in program.steps
        if name in program.steps[slot].rests_on and name != slot and program.steps[name].kind != "shared"
    )
    rests = tuple(name for name in below if any(not same.shown for same in changed(name).values()))
    one, two = (said(program, opened(program, program.form.definitions[slot].node)) for program, slot in pairs)
    return rests if rests or one != two else None


def _cases(
    determination: str, outcome: str, sides: Sequence[tuple[Version, Version]]
) -> tuple[tuple[str, str, str], ...]:
    found: list[tuple[str, str, str]] = []
    for pair in sides:
        one, other = (decide(version.program, version.case, determination) for version in pair)
        if one.outcome == other.outcome == outcome and one.amount != other.amount:
            found.append((one.case, one.amount or "未知", other.amount or "未知"))
        if len(found) == SHOWN:
            break
    return tuple(found)
