"""How quantities may be moved and to which values it is worth trying: those beside a limit, those that a search meets.

A quantity is a fact or a derived one that is declared changeable (可增, 可减, 可改); findings and days past are none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from engine.base.classes import dataclass
from engine.decision.boundaries import comparisons, thresholds
from engine.decision.moved import Moved
from engine.decision.program import Program, Step
from engine.decision.scale import Scale, integral
from engine.language.intervals import OPEN
from engine.language.keys import interval
from engine.language.tree import Name, Node, Table
from engine.lowered.calls import Values
from engine.policy.package import Derived, Field

_FARTHEST = 10**12


@dataclass
class Quantities:
    """What the steps of one determination rest on, from the values of one evaluation."""

    program: Program
    steps: Sequence[Step]
    values: Values
    as_of: date
    settled: frozenset[str] = frozenset()
    """Names that an earlier determination rests on: it has been made, so nothing of it is moved any more."""
    blank_cells: Callable[[str], str] = lambda _: ""
    """Of a table that lacks values the first cells to fill in."""
    _moves: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.moved = Moved(self.program, self.steps, self.values)

    def lacks(self, name: str, columns: Collection[tuple[str, str]] | None = None) -> bool:
        """Whether it is unknown, or a table with blank cells in `columns` (table, column), or in any."""
        value = self.values[self.program.slots[name]]
        if not isinstance(value, Table):
            return value is None
        read = [i for i, column in enumerate(value.columns) if columns is None or (name, column) in columns]
        return any(row[i] is None for row in value.rows for i in read)

    def columns(self, names: Collection[str] | None = None) -> set[tuple[str, str]]:
        """The (table, column) pairs that the steps read, or those of them among `names`."""
        return {pair for step in self.steps if names is None or step.name in names for pair in step.columns}

    def definition(self, name: str) -> Field | Derived | None:
        return self.program.package.facts.get(name) or self.program.package.derived.get(name)

    def changeable(self, name: str) -> bool:
        """Declared changeable and known; never a finding, never a day already past, nothing an earlier determination
        rests on."""
        if name in self.settled:
            return False
        definition = self.definition(name)
        value = self.values[self.program.slots[name]] if definition is not None else None
        if definition is None or not definition.change or value is None:
            return False
        if isinstance(definition, Field) and definition.finding:
            return False
        return not isinstance(value, date) or (definition.change == "可改" and value >= self.as_of)

    def bounded(self, name: str) -> bool:
        """Whether it is a count or sum declared changeable, not known for blank cells, but how far it reaches: whatever
        they hold, it has to go beyond that."""
        derived, slot = self.program.package.derived.get(name), self.program.slots.get(name)
        if derived is None or slot is None or name in self.settled or self.values[slot] is not None:
            return False
        return derived.change in ("可增", "可减") and self.reaching(name) is not None

    def reaching(self, name: str) -> Any:
        """Its value; while blank cells leave it open, the end of its range that it moves away from."""
        value = self.values[self.program.slots[name]]
        derived, place = self.program.package.derived.get(name), self.program.slots.get(interval(name))
        if value is not None or derived is None or place is None:
            return value
        low, high = self.values[place] or OPEN
        return high if derived.change == "可增" else low

    def behind(self, names: Iterable[str]) -> tuple[str, ...]:
        """The facts and tables that leave open what some of the names come to."""
        package, steps = self.program.package, self.program.steps
        open_ = [name for name in names if name in steps and self.values[self.program.slots[name]] is None]
        below = frozenset(below for name in open_ for below in steps[name].rests_on)
        columns = self.columns({*open_, *below})
        return tuple(name for name in (*package.facts, *package.tables) if name in below and self.lacks(name, columns))

    def options(self, name: str) -> tuple[Any, ...]:
        """Values worth trying for a changeable quantity, nearest first."""
        if name not in self._moves:
            self._moves[name] = tuple(self._options(name))
        return self._moves[name]

    def _options(self, name: str) -> list[Any]:
        definition, now = self.definition(name), self.reaching(name)
        assert definition is not None
        if isinstance(now, bool):
            return [not now] if self._allowed(definition, now, not now) else []
        if isinstance(now, str):
            members = self.program.package.scope.enums.get(definition.type.name, ())
            return [member for member in members if member != now]
        scale = self.scale(name)
        known = thresholds(self.program, self.steps, self.values, name)
        places = [scale.place(value) for value in known if scale.holds(value)]
        near = {scale.value(n) for place in places for n in (place - 1, place, place + 1) if scale.within(n)}
        allowed = {value for value in near if self._allowed(definition, now, value)}
        if not allowed and isinstance(definition, Field):  # ranges of what is unknown may be met at an end of its own
            ends = {end for end in (definition.low, definition.high) if end is not None}
            allowed = {end for end in ends if self._allowed(definition, now, end)}
        return list(self.by_distance(name, allowed))

    def by_distance(self, name: str, found: set[Any]) -> tuple[Any, ...]:
        """Sorted by distance, the smaller first among equals; members and truths in the order they were declared."""
        now = self.reaching(name)
        if isinstance(now, bool | str):
            return tuple(value for value in self.options(name) if value in found)
        here, place = self.scale(name).place(now), self.scale(name).place
        return tuple(sorted(found, key=lambda value: (abs(place(value) - here), value)))

    def _allowed(self, definition: Field | Derived, now: Any, value: Any) -> bool:
        if (
            value == now
            or (definition.change == "可增" and value < now)
            or (definition.change == "可减" and value > now)
        ):
            return False
        if isinstance(value, date):
            return value >= self.as_of
        low, high = (definition.low, definition.high) if isinstance(definition, Field) else (Decimal(0), None)
        if low is None and now >= 0:
            low = Decimal(0)
        return (low is None or value >= low) and (high is None or value <= high)

    def searched(self, name: str, reaches: Callable[[Any], bool]) -> Iterator[Any]:
        """The nearest value that reaches in each allowed direction, for thresholds hidden behind arithmetic."""
        definition, now = self.definition(name), self.reaching(name)
        if definition is None or isinstance(now, bool | str):
            return
        scale = self.scale(name)
        here = scale.place(now)
        for sign in (1, -1):
            limit = self._limit(definition, scale, here, sign)
            far, near = min(1, limit), 0
            while near < far:
                if reaches(scale.value(here + sign * far)):
                    while far - near > 1:
                        middle = (far + near) // 2
                        far, near = (middle, near) if reaches(scale.value(here + sign * middle)) else (far, middle)
                    yield scale.value(here + sign * far)
                    break
                far, near = min(far * 2, limit), far

    def crossings(self, node: Node, name: str, below: frozenset[str]) -> Iterator[Any]:
        """Where something computed from `name` passes what it is compared with, and the places beside: a value between
        two that are no good."""
        definition, now = self.definition(name), self.reaching(name)
        if definition is None or isinstance(now, bool | str):
            return
        steps = [step for step in self.steps if step.name in below and name in step.rests_on]
        read = [self.program.lowered(node), *(part for step in steps for part in step.nodes)]
        pairs = [pair for part in read for both in comparisons(part) for pair in (both, both[::-1])]
        scale = self.scale(name)
        here = scale.place(now)
        moved = lru_cache(maxsize=None)(lambda place: self.moved.after({name: scale.value(place)}))
        for side, other in pairs:
            target = self.program.value(other, self.values)
            if (
                (isinstance(side, Name) and side.name == name)
                or name not in self.program.rests_on(side)
                or target is None
            ):
                continue

            def beyond(place: int, side: Node = side, target: Any = target) -> Any:
                found = self.program.value(side, moved(place))
                return None if found is None else found > target

            for sign in (1, -1):
                place = self._passed(beyond, here, sign, self._limit(definition, scale, here, sign))
                for near in (place - 1, place, place + 1) if place is not None else ():
                    if 0 < (near - here) * sign <= self._limit(definition, scale, here, sign):
                        yield scale.value(near)

    def _passed(self, beyond: Callable[[int], Any], here: int, sign: int, limit: int) -> int | None:
        """The first place in one direction where `beyond` is another than here; None where there is none."""
        try:
            before, near, far = beyond(here), 0, min(1, limit)
            while near < far:
                if beyond(here + sign * far) is not before:
                    while far - near > 1:
                        middle = (far + near) // 2
                        near, far = (near, middle) if beyond(here + sign * middle) is not before else (middle, far)
                    return here + sign * far
                near, far = far, min(far * 2, limit)
        except TypeError:  # a text or a truth has no size
            return None
        return None

    def _limit(self, definition: Field | Derived, scale: Scale, here: int, sign: int) -> int:
        """How far the quantity may move in one direction, in places of its scale."""
        if definition.change == ("可减" if sign > 0 else "可增"):
            return 0
        if scale.day:
            end = date.max.toordinal() if sign > 0 else self.as_of.toordinal()
        else:
            low, high = (definition.low, definition.high) if isinstance(definition, Field) else (None, None)
            bound = high if sign > 0 else low if low is not None else min(0, here)
            end = here + sign * _FARTHEST if bound is None else scale.place(bound)
        return max(0, (end - here) * sign)

    def scale(self, name: str) -> Scale:
        """Days, whole numbers, or hundredths."""
        now = self.reaching(name)
        if isinstance(now, date):
            return Scale(day=True)
        definition = self.definition(name)
        whole = integral(self.program, Name(name)) if isinstance(definition, Derived) else False
        if isinstance(definition, Field):
            whole = definition.whole
        return Scale(step=Decimal(1) if whole else Decimal("0.01"))
