"""Values as they would be: computed when they are asked for, with something known that is not, or unknown that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.base.classes import dataclass
from engine.language.row import Run
from engine.language.tree import Value
from engine.lowered.calls import Values
from engine.lowered.words import Words

Write = tuple[int, Run]
"""A slot and the closure of what it holds."""

SUPPOSED, TRIED = "情形：皆知", 0
"""The first of all slots: what has been tried of the values so far (`Worlds`)."""

RELEASED, OUT = "情形：不论", 1
"""The second: the slots whose values are left out of account; no case works them out again."""


class Asked:
    """Values of which the slots in `runs` are computed when they are asked for, each once; the others are those given."""

    __slots__ = ("known", "runs", "values")

    def __init__(self, values: Values, runs: Mapping[int, Run], known: dict[int, Any] | None = None) -> None:
        self.values, self.runs = values, runs
        self.known: dict[int, Any] = {TRIED: None} if known is None else known

    def __getitem__(self: Any, slot: int) -> Any:
        known = self.known
        if slot not in known:
            run = self.runs.get(slot)
            known[slot] = self.values[slot] if run is None else run(self, None)
        return known[slot]

    def __setitem__(self, slot: int, value: Any) -> None:
        self.known[slot] = value

    def otherwise(self, changed: Mapping[int, Any], moved: Iterable[int]) -> Asked:
        """The same were some slots otherwise: what was worked out stays, save what is `moved` by them."""
        known = self.known.copy()
        for slot in (*moved, OUT):
            known.pop(slot, None)
        known.update(changed)
        known[TRIED] = None
        return Asked(self.values, self.runs, known)


class Supposed(Asked):
    """The values were some slots known as well: what is known stays, what rests on them is computed anew, save that the
    interval of a number narrows."""

    __slots__ = ()

    def __getitem__(self: Any, slot: int) -> Any:
        known = self.known
        if slot not in known:
            known[slot] = _anew(self, self.values[slot], self.runs.get(slot))
        return known[slot]


def _anew(world: Any, found: Any, run: Run | None) -> Any:
    """What a slot that holds `found` comes to in a world."""
    if run is None or _is_settled(found):
        return found
    if type(found) is frozenset:
        words = run(world, None)
        return found if words is None else (found & words or words)
    return run(world, None)


def _is_settled(found: Any) -> bool:
    """Whether nothing more can be known of it: a value, or an interval that is one."""
    if type(found) is tuple:
        return bool(found[0] is not None and found[0] == found[1])
    return found is not None and type(found) is not frozenset


class Completed(Supposed):
    """The values were all of `given` known that is not: each asked for only where something reads it."""

    __slots__ = ("given",)

    def __init__(self, values: Values, runs: Mapping[int, Run], consulted: int, given: Mapping[int, Any]) -> None:
        super().__init__(values, runs, {consulted: None, **_out(values)})
        self.given = given

    def __getitem__(self: Any, slot: int) -> Any:
        if slot in self.given and self.known.get(slot) is None:
            found = self.values[slot]
            self.known[slot] = self.given[slot] if found is None else found
        return Supposed.__getitem__(self, slot)


def _out(values: Values) -> dict[int, Any]:
    return dict.fromkeys(values[OUT] or ())


class World(Supposed):
    """The values were one case of what is tried: several definitions ask it, each slot is computed once. `before`: the
    world of fewer suppositions, from which comes all that does not rest on the others. `open`: which slots of those that
    can be `tried` are unknown below a slot, as bits; `met`: below what is being computed."""

    __slots__ = ("before", "met", "open", "tried")

    def __init__(
        self,
        values: Values,
        runs: Mapping[int, Run],
        supposed: Mapping[int, Any],
        tried: Mapping[int, int],
        before: World | None = None,
    ) -> None:
        super().__init__(values, runs, {**_out(values), **supposed})
        self.tried, self.before, self.met = tried, before, 0
        self.open = {slot: tried[slot] for slot, found in self.known.items() if found is None and slot in tried}

    def __getitem__(self: Any, slot: int) -> Any:
        known = self.known
        if slot not in known:
            outer, self.met = self.met, 0
            run, before = self.runs.get(slot), self.before
            found = self.values[slot]
            if run is None and before is not None and not _is_settled(found):
                found = before[slot]
                self.met |= before.open.get(slot, 0)
            else:
                found = _anew(self, found, run)
                if found is None and slot in self.tried:
                    self.met |= self.tried[slot]
            known[slot] = found
            if self.met:
                self.open[slot] = self.met
            self.met = outer
        if slot in self.open:
            self.met |= self.open[slot]
        return known[slot]

    def asked(self, run: Run) -> tuple[Any, int]:
        """What something comes to here, and what it met unknown of all that can be tried."""
        outer, self.met = self.met, 0
        values: Any = self
        found = run(values, None)
        met, self.met = self.met, outer
        return found, met


Supposition = tuple[tuple[int, Value], ...]
"""Slots with what they hold."""


@dataclass(frozen=True, slots=True)
class SlotSplit:
    """A split in slots, which have `keys` and `bits`. `words`: the slot of what it may still come to. `given`: whether any of
    its cases goes with whatever else there is."""

    slots: tuple[int, ...]
    cases: tuple[Supposition, ...]
    words: int | None
    given: bool
    keys: frozenset[str]
    bits: int

    def possible(self, world: Any) -> list[Supposition]:
        """The cases that go with what is known in a world."""
        words = None if self.words is None else world[self.words]
        return [case for case in self.cases if all(_goes(world[slot], value, words) for slot, value in case)]


def _goes(known: Any, value: Any, words: Words | None) -> bool:
    return known == value if known is not None else words is None or value in words


@dataclass(frozen=True, slots=True)
class Group:
    """What is tried together, and the keys of all slots in it."""

    trials: tuple[SlotSplit, ...]
    keys: frozenset[str]

    def probes(self, values: Values) -> Iterator[dict[int, Value]]:
        """Two cases far from each other: the first of everything unknown, and the last."""
        for end in (0, -1):
            cases = (trial.cases[end] for trial in self.trials if trial.given)
            yield {slot: value for case in cases for slot, value in case if values[slot] is None}


class Worlds:
    """All that has been tried of some values, so that whatever asks for a case again finds what was worked out of it.
    `best`: as much as any case supposes is known at once. `ends`: two of the worlds there are, far from each other. `tried`:
    a bit for every slot that can be."""

    def __init__(
        self,
        values: Values,
        best: Completed,
        ends: tuple[Completed, Completed],
        moved: Mapping[int, Run],
        tried: Mapping[int, int],
    ) -> None:
        self.values, self.tried = values, tried
        self.best: Any = best
        self.ends: tuple[Any, Any] = ends
        self.as_known = World(values, moved, {}, tried)
        self._made: dict[frozenset[tuple[int, Value]], World] = {}

    def decided(self, run: Run) -> bool:
        """Whether the cases of something may agree on what `run` comes to: not where that is unknown although all is known,
        nor where two worlds come to different things."""
        if run(self.best, None) is None:
            return False
        first, last = (run(world, None) for world in self.ends)
        return first is None or last is None or bool(first == last)

    def of(self, supposed: Mapping[int, Value], moved: Mapping[int, Run], before: World | None = None) -> World:
        """The world in which all of `supposed` holds: `before` holds some of it, `moved` is what rests on the others."""
        key = frozenset(supposed.items())
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = World(self.values, moved, supposed, self.tried, before or self.as_known)
        return found
