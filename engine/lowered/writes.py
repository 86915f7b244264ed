"""What each definition writes: closures with the slots they fill, and the cases that are tried while one is unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from itertools import product
from typing import Any

from engine.base.classes import dataclass
from engine.language import keys
from engine.language.intervals import OPEN
from engine.language.row import Bounds, Run
from engine.language.tree import Literal, Value
from engine.lowered.calls import Values
from engine.lowered.closures import CONSULTED, Context, compile_bounds, compile_node
from engine.lowered.form import Definition, Form
from engine.lowered.words import Words, compile_words, union

Write = tuple[int, Run]
"""A slot and the closure of what it holds."""

SUPPOSED, _BEST = "情形：皆知", 0
"""The first of all slots: the values as they would be if all that is tried were known (`_Supposed`)."""


def run_rules(plan: Iterable[Write], values: Values) -> Values:
    """`values` after the closures have written their slots, in place."""
    values[_BEST] = None
    for slot, run in plan:
        values[slot] = run(values, None)
    values[_BEST] = None
    return values


class Asked:
    """Values of which the slots in `runs` are computed when they are asked for, each once; the others are those given."""

    __slots__ = ("known", "runs", "values")

    def __init__(self, values: Values, runs: Mapping[int, Run], known: dict[int, Any] | None = None) -> None:
        self.values, self.runs = values, runs
        self.known: dict[int, Any] = {_BEST: None} if known is None else known

    def __getitem__(self: Any, slot: int) -> Any:
        known = self.known
        if slot not in known:
            run = self.runs.get(slot)
            known[slot] = self.values[slot] if run is None else run(self, None)
        return known[slot]

    def __setitem__(self, slot: int, value: Any) -> None:
        self.known[slot] = value


class _Supposed(Asked):
    """The values were some slots known as well: what is known stays, what rests on them is computed anew, save that the
    interval of a number narrows."""

    __slots__ = ()

    def __getitem__(self: Any, slot: int) -> Any:
        known = self.known
        if slot not in known:
            found, run = self.values[slot], self.runs.get(slot)
            keep = run is None or not (found is None or type(found) in (tuple, frozenset))
            known[slot] = found if keep else run(self, None)
        return known[slot]


class _Best(_Supposed):
    """The values were all of `first` known that is not: each asked for only where something reads it."""

    __slots__ = ("first",)

    def __init__(self, values: Values, runs: Mapping[int, Run], consulted: int, first: Mapping[int, Any]) -> None:
        super().__init__(values, runs, {consulted: None})
        self.first = first

    def __getitem__(self: Any, slot: int) -> Any:
        if slot in self.first and slot not in self.known:
            found = self.values[slot]
            self.known[slot] = self.first[slot] if found is None else found
        return _Supposed.__getitem__(self, slot)


_Tried = tuple[int, tuple[Value, ...], int | None]
"""A slot, the values it is tried with, and the slot of those of them that are still possible."""


def _unknown(values: Values, places: Iterable[_Tried]) -> list[tuple[int, tuple[Value, ...]]]:
    """What of a group of cases is not known, with the values left to try."""
    found = []
    for slot, tried, place in places:
        if values[slot] is None:
            words = None if place is None else values[place]
            found.append((slot, tried if words is None else tuple(value for value in tried if value in words)))
    return found


@dataclass(frozen=True)
class Writing:
    """The closures of a form: each definition is compiled once, for itself and for every case that is tried. What is made
    when first needed is put down whole: another computation finds all of it or none."""

    form: Form
    context: Context
    _moved: dict[frozenset[str], Mapping[int, Run]] = field(default_factory=dict, repr=False, compare=False)
    _uncased: dict[str, tuple[Write, ...]] = field(default_factory=dict, repr=False, compare=False)
    _made: dict[str, tuple[Run, Bounds | None]] = field(default_factory=dict, repr=False, compare=False)

    def of(self, definitions: Iterable[Definition]) -> tuple[Write, ...]:
        """The closures of some definitions, in their order."""
        return tuple(write for definition in definitions for write in self._write(definition))

    def _write(self, definition: Definition) -> tuple[Write, ...]:
        slots = self.context.slots
        if isinstance(definition.node, Literal) or definition.repeats is not None:
            return ()
        run, bounds = self._closures(definition)
        if definition.bounded:
            place = slots[keys.interval(definition.key)]
            return (place, run), (slots[definition.key], _settled(place))
        run = self._by_cases(run, definition) if definition.cases else run
        if definition.worded:
            place, words = slots[definition.key], compile_words(definition.node, self.context)
            return (place, run), (slots[keys.words(definition.key)], _unless(place, words))
        if bounds is None:
            return ((slots[definition.key], run),)
        place = slots[keys.interval(definition.key)]
        return (place, _known_first(run, bounds)), (slots[definition.key], _settled(place))

    def _closures(self, definition: Definition) -> tuple[Run, Bounds | None]:
        """The value of a definition and, where it may be known by bounds, its interval; of an aggregate with an interval of
        its own, that alone."""
        found = self._made.get(definition.key)
        if found is None:
            node, context = definition.node, self.context
            if definition.bounded:
                bounds = compile_bounds(node, context)
                assert bounds is not None
                found = bounds, None
            else:
                run = compile_node(node, context)
                # What is constant once parameters are in their place has no bounds of its own left.
                bounds = (compile_bounds(node, context) or _open) if definition.hulled else None
                found = run, bounds
            self._made[definition.key] = found
        return found

    def _by_cases(self, run: Run, definition: Definition) -> Run:
        """`run`, and while that is unknown what all cases of some group agree on."""
        groups = self._groups(definition.cases)

        def value(values: Values, row: Any) -> Any:
            found = run(values, row)
            if found is not None or run(self._best(values), row) is None:
                return found
            for places, names in groups:
                unknown = _unknown(values, places)
                if unknown and (found := _agreed(run, self._worlds(values, unknown, names))) is not None:
                    return found
            return None

        return value

    def _groups(
        self, cases: Sequence[Mapping[str, tuple[Value, ...]]]
    ) -> list[tuple[tuple[_Tried, ...], frozenset[str]]]:
        """Of each group of cases the slots with what they are tried with, and their keys."""
        slots = self.context.slots
        groups = (tuple((slots[key], tried, slots.get(keys.words(key))) for key, tried in g.items()) for g in cases)
        return list(zip(groups, map(frozenset, cases), strict=True))

    def _worlds(
        self, values: Values, unknown: Sequence[tuple[int, tuple[Value, ...]]], names: frozenset[str]
    ) -> Iterator[Any]:
        """The values in every case of what is `unknown`."""
        moved = self._moved_by(names)
        for chosen in product(*(tried for _, tried in unknown)):
            yield _Supposed(values, moved, dict(zip((slot for slot, _ in unknown), chosen, strict=True)))

    def narrowed(self, key: str) -> Callable[[Values], Words | None]:
        """The words a choice may still come to, in the cases of every group; None where that may be anything."""
        definition = self.form.definitions[key]
        tried = (*definition.cases, definition.joint) if definition.joint else definition.cases
        words, groups = compile_words(definition.node, self.context), self._groups(tried)

        def possible(values: Values) -> Words | None:
            found: Words | None = words(values, None)
            for places, names in groups:
                unknown = _unknown(values, places)
                each = [words(world, None) for world in self._worlds(values, unknown, names)] if unknown else [None]
                if (joined := union(each)) is not None:
                    found = joined if found is None else found & joined
            return found

        return possible

    def _best(self, values: Values) -> Any:
        """The values were everything known that any definition tries. What is unknown even then, no case decides: most
        often something else is missing, and nothing need be tried."""
        best = values[_BEST]
        if best is None or best.values is not values:
            moved, consulted = self._moved_by(self._tried), self.context.slots[CONSULTED]
            best = values[_BEST] = _Best(values, moved, consulted, self._first)
        return best

    @cached_property
    def _tried(self) -> frozenset[str]:
        return frozenset(key for d in self.form.definitions.values() for group in d.cases for key in group)

    @cached_property
    def _first(self) -> Mapping[int, Any]:
        groups = (group for d in self.form.definitions.values() for group in d.cases)
        return {self.context.slots[key]: tried[0] for group in groups for key, tried in group.items()}

    def _moved_by(self, tried: frozenset[str]) -> Mapping[int, Run]:
        """What is another once the slots `tried` are. Not whether something is filled in: what is only supposed is not."""
        if tried not in self._moved:
            changed = sum(self._marks[key] for key in tried)
            moved = (key for key, below in self._below.items() if below & changed and key not in tried)
            self._moved[tried] = dict(write for key in moved for write in self._alone(key))
        return self._moved[tried]

    def _alone(self, key: str) -> tuple[Write, ...]:
        """What a definition writes without trying cases of its own."""
        found = self._uncased.get(key)
        if found is None:
            found = self._uncased[key] = self._write(replace(self.form.definitions[key], cases=()))
        return found

    @cached_property
    def _marks(self) -> Mapping[str, int]:
        """A bit for every slot that some definition reads."""
        read = (name.name for key in self.form.definitions for name in self.form.names(key))
        return {key: 1 << place for place, key in enumerate(dict.fromkeys((*read, *self._tried)))}

    @cached_property
    def _below(self) -> Mapping[str, int]:
        """Definition, but of whether something is filled in -> the bits of everything it reads, through others too."""
        found: dict[str, int] = {}
        for key in self.form.definitions:
            if not keys.is_presence(key):
                below = 0
                for name in self.form.names(key):
                    below |= self._marks[name.name] | found.get(name.name, 0)
                found[key] = below
        return found


def _open(values: Values, row: Any) -> tuple[Any, Any]:
    return OPEN


def _known_first(run: Run, bounds: Bounds) -> Run:
    """The interval of a number: its value where that is known."""

    def ends(values: Values, row: Any) -> Any:
        found = run(values, row)
        return bounds(values, row) if found is None else (found, found)

    return ends


def _settled(place: int) -> Run:
    def value(values: Values, row: Any) -> Any:
        low, high = values[place] or OPEN
        return low if low is not None and low == high else None

    return value


def _unless(slot: int, words: Run) -> Run:
    """The words of a choice while it is unknown."""
    return lambda values, row: words(values, row) if values[slot] is None else None


def _agreed(run: Run, worlds: Iterable[Any]) -> Any:
    """What `run` comes to in every world, if that is always the same; else None."""
    agreed = None
    for world in worlds:
        found = run(world, None)
        if found is None or (agreed is not None and found != agreed):
            return None
        agreed = found
    return agreed
