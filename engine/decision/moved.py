"""What the values of a case become when some of its quantities are moved, and what they might become at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.decision.program import Program, Step
from engine.language.keys import filled, interval, words
from engine.lowered.calls import Values
from engine.lowered.worlds import TRIED, Asked
from engine.lowered.writes import run_rules


class Moved:
    """The values of one evaluation, moved. Only what rests on what is moved is worked out, when somebody asks, and once:
    who asks for the same moves later finds it."""

    def __init__(self, program: Program, steps: Sequence[Step], values: Values) -> None:
        self.program, self.steps, self.values = program, steps, values
        self._after: dict[frozenset[tuple[str, Any]], Asked] = {}
        self._open: dict[frozenset[str], Asked] = {}

    def after(self, moves: Mapping[str, Any]) -> Any:
        """The values after `moves`, each computed when it is asked for."""
        key = frozenset(moves.items())
        found = self._after.get(key)
        if found is None:
            known = {TRIED: None, **self.held(moves)}
            found = self._after[key] = Asked(self.values, self.program.resting_on(moves), known)
        return found

    def evaluated(self, moves: Mapping[str, Any]) -> Values:
        """The same as a list of its own, with the steps that rest on them run again."""
        values = list(self.values)
        for slot, held in self.held(moves).items():
            values[slot] = held
        own = {slot for step in self.steps for slot, _ in step.writes}
        return run_rules((w for w in self.program.resting_on(moves).items() if w[0] in own), values)

    def opened(self, names: Iterable[str]) -> Any:
        """The values as far as they stay the same whatever the names, all of them known, are moved to: what is unknown here
        might be anything, what is known no move changes."""
        moved = frozenset(names)
        found = self._open.get(moved)
        if found is None:
            slots = (self.program.slots.get(key) for name in moved for key in (name, interval(name), words(name)))
            known = dict.fromkeys((TRIED, *(slot for slot in slots if slot is not None)))
            found = self._open[moved] = Asked(self.values, self.program.opened_by(moved), known)
        return found

    def held(self, moves: Mapping[str, Any]) -> dict[int, Any]:
        """What the slots of some names hold once these have their values."""
        return {slot: held for name, value in moves.items() for slot, held in self._held(name, value)}

    def _held(self, name: str, value: Any) -> Iterable[tuple[int, Any]]:
        """What is known once a name has a value: it, that it is filled in, and that it is within no other bounds."""
        slots, package = self.program.slots, self.program.package
        yield slots[name], value
        if name not in package.derived and (place := slots.get(filled(name))) is not None:
            yield place, value is not None
        if (place := slots.get(interval(name))) is not None:
            yield place, None if value is None else (value, value)
        if (place := slots.get(words(name))) is not None:
            yield place, None
