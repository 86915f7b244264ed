"""In what versions of the rules differ about what follows from an outcome: its amount, nature, documents, organ. Pure.

The outcomes may all be the same while somebody gets another sum, or a letter that says he may not complain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from engine.base.classes import dataclass
from engine.decision.decide import decide
from engine.decision.equivalence import Sameness, opened, parts, said
from engine.decision.model import AMOUNT
from engine.decision.program import Program
from engine.decision.witnesses import Version
from engine.language import keys
from engine.language.make import slot
from engine.language.tree import Name, Node
from engine.language.walk import nodes
from engine.policy.differences import bare, text_of
from engine.policy.package import Obligation, Outcome, Package
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
    old, new = (_placed(program.package, determination) for program in (before, after))
    found: list[Following] = []
    for name in (name for name in old if name in new):
        (index, one), (place, other) = old[name], new[name]
        found += _written((before, one), (after, other))
        slots = keys.amount(determination, index), keys.amount(determination, place)
        rests = _rests(((before, slots[0]), (after, slots[1])), changed)
        if rests is not None:
            was, is_ = text_of(one.amount), text_of(other.amount)
            found.append(Following(name, AMOUNT, was, is_, _cases(determination, name, sides), rests))
    return tuple(found)


def _placed(package: Package, determination: str) -> dict[str, tuple[int, Outcome]]:
    """The first outcome of each name, with its place among all."""
    listed = enumerate(outcomes(package.determinations[determination]))
    found: dict[str, tuple[int, Outcome]] = {}
    for index, outcome in listed:
        found.setdefault(outcome.name, (index, outcome))
    return found


def _written(was: tuple[Program, Outcome], now: tuple[Program, Outcome]) -> Iterator[Following]:
    for what, part in _PARTS.items():
        one, other = getattr(was[1], part), getattr(now[1], part)
        if bare(one) != bare(other):
            yield Following(was[1].name, what, text_of(one), text_of(other))
        elif below := _below(one, was[0], now[0]):
            yield Following(was[1].name, what, text_of(one), text_of(other), rests=below)


def _below(part: Any, before: Program, after: Program) -> tuple[str, ...]:
    """What of a part that is written the same in both versions rests on something else: the parameters it names, and the
    definitions below it."""
    found: dict[str, None] = {}
    for node in trees_in(part):
        names = dict.fromkeys(name for program in (before, after) for name in _slots(program.inlined(node)))
        named = [
            *names,
            *(below for name in names for program in (before, after) for below in program.rests_on(slot(name))),
        ]
        for name in dict.fromkeys(named):
            if name in before.package.parameters or name in after.package.parameters:
                differs = before.form.constants.get(name) != after.form.constants.get(name)
            else:
                differs = _differs(before, after, name)
            found |= {name: None} if differs else {}
    return tuple(found)


def trees_in(part: Any) -> Iterator[Node]:
    """The expressions that a part of an outcome is written with."""
    if isinstance(part, Node):
        yield part
    elif isinstance(part, Obligation):
        yield from (node for node in (part.due, part.who) if isinstance(node, Node))
    elif isinstance(part, tuple):
        for one in part:
            yield from trees_in(one)


def _slots(node: Node) -> Iterator[str]:
    kinds = ("member", "column", "cell", "table", "records")
    yield from (n.name for n in nodes(node) if isinstance(n, Name) and n.kind not in kinds)


def _differs(before: Program, after: Program, name: str) -> bool:
    """Whether a definition says something else."""
    one, other = parts(before, name), parts(after, name)
    return one.keys() != other.keys() or any(said(before, one[key]) != said(after, other[key]) for key in one)


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
