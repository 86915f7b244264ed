"""Where two versions of the rules part: a case and the one value of it that would have to be another. Pure.

A threshold moved where no case lies turns nobody; the witness says whom it would turn. One quantity at a time is moved to
the places where a comparison of either version turns over, the nearest first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from engine.base.classes import dataclass
from engine.base.numbers import Number
from engine.decision.boundaries import thresholds
from engine.decision.case import Case
from engine.decision.model import UNDECIDED
from engine.decision.program import Program, Step
from engine.decision.quantities import Quantities
from engine.language.printer import show_value


@dataclass(frozen=True, slots=True)
class Witness:
    """Were `name` of `case` not `now` but `value`, `determination` would come to `before` under one version and to
    `after` under the other."""

    determination: str
    case: str
    name: str
    now: str
    value: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Version:
    """A case under one of the versions."""

    program: Program
    case: Case


def witnesses(
    sides: Sequence[tuple[Version, Version]], changed: Collection[str], settled: Collection[str]
) -> Iterator[Witness]:
    """At most one for each determination and quantity. `changed`: definitions the versions differ in; `settled`:
    determinations that need no witness."""
    done: set[tuple[str, str]] = set()
    for before, after in sides:
        both = _of(before), _of(after)
        judges = after.program.judges
        names = [name for name in judges if name in before.program.judges and name not in settled]
        for determination in names:
            steps = [_affected(one.program, determination, changed) for one in both]
            for name in _quantities(both, steps):
                if (determination, name) in done:
                    continue
                if (found := _witness(both, steps, determination, name, after.case.id)) is not None:
                    done.add((determination, name))
                    yield found


def _of(side: Version) -> Quantities:
    program = side.program
    return Quantities(program, tuple(program.steps.values()), program.evaluated(side.case), side.case.as_of)


def _affected(program: Program, determination: str, changed: Collection[str]) -> list[Step]:
    """The steps the determination needs that are changed or rest on something changed."""
    return [step for step in program.support(determination) if not step.rests_on.isdisjoint(changed)]


def _quantities(both: Sequence[Quantities], steps: Sequence[Sequence[Step]]) -> list[str]:
    """Known numbers and days below the affected steps of both."""
    found = dict.fromkeys(name for part in steps for step in part for name in sorted(step.rests_on))
    return [name for name in found if all(_known(one, name) for one in both)]


def _known(of: Quantities, name: str) -> bool:
    if of.definition(name) is None or name not in of.program.slots:
        return False
    value = of.values[of.program.slots[name]]
    return isinstance(value, Number | date) and not isinstance(value, bool)


def _witness(
    both: Sequence[Quantities], steps: Sequence[Sequence[Step]], determination: str, name: str, case: str
) -> Witness | None:
    limits = [set(thresholds(one.program, part, one.values, name)) for one, part in zip(both, steps, strict=True)]
    after = both[1]
    scale, now = after.scale(name), after.values[after.program.slots[name]]
    places = {scale.place(value) for value in limits[0] ^ limits[1] if scale.holds(value)}
    near = {place + step for place in places for step in (-1, 0, 1) if scale.within(place + step)}
    for place in sorted(near, key=lambda place: (abs(place - scale.place(now)), place)):
        value = scale.value(place)
        outcomes = [_outcome(one, determination, name, value) for one in both]
        if outcomes[0] != outcomes[1]:
            shown = [_shown(after, name, shown) for shown in (now, value)]
            return Witness(determination, case, name, *shown, *outcomes)
    return None


def _outcome(of: Quantities, determination: str, name: str, value: Any) -> str:
    found = of.moved.after({name: value})[of.program.judges[determination].slot]
    return found if isinstance(found, str) else UNDECIDED


def _shown(of: Quantities, name: str, value: Any) -> str:
    definition = of.definition(name)
    assert definition is not None
    return show_value(value, definition.type, definition.unit)
