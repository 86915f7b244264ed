"""What each definition writes: closures with the slots they fill, and the cases that are tried while one is unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from typing import Any

from engine.base.classes import dataclass
from engine.language import keys
from engine.language.intervals import OPEN
from engine.language.row import Bounds, Run
from engine.language.tree import Literal, Value
from engine.lowered.calls import Values
from engine.lowered.closures import CONSULTED, Context, compile_bounds, compile_node
from engine.lowered.form import Definition, Form, Split, asks_value
from engine.lowered.words import Words, compile_words

Write = tuple[int, Run]
"""A slot and the closure of what it holds."""

SUPPOSED, _BEST = "情形：皆知", 0
"""The first of all slots: the values as they would be if all that is tried were known (`_Supposed`)."""

RELEASED, OUT = "情形：不论", 1
"""The second: the slots whose values are left out of account; no case works them out again."""


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

    def otherwise(self, changed: Mapping[int, Any], moved: Iterable[int]) -> Asked:
        """The same were some slots otherwise: what was worked out stays, save what is `moved` by them."""
        known = self.known.copy()
        for slot in (*moved, OUT):
            known.pop(slot, None)
        known.update(changed)
        known[_BEST] = None
        return Asked(self.values, self.runs, known)


class _Supposed(Asked):
    """The values were some slots known as well: what is known stays, what rests on them is computed anew, save that the
    interval of a number narrows."""

    __slots__ = ()

    def __getitem__(self: Any, slot: int) -> Any:
        known = self.known
        if slot not in known:
            found, run = self.values[slot], self.runs.get(slot)
            if run is None:
                known[slot] = found
            elif type(found) is frozenset:
                words = run(self, None)
                known[slot] = found if words is None else (found & words or words)
            else:
                known[slot] = run(self, None) if found is None or type(found) is tuple else found
        return known[slot]


def _out(values: Values) -> dict[int, Any]:
    return dict.fromkeys(values[OUT] or ())


class _Best(_Supposed):
    """The values were all of `first` known that is not: each asked for only where something reads it."""

    __slots__ = ("first",)

    def __init__(self, values: Values, runs: Mapping[int, Run], consulted: int, first: Mapping[int, Any]) -> None:
        super().__init__(values, runs, {consulted: None, **_out(values)})
        self.first = first

    def __getitem__(self: Any, slot: int) -> Any:
        if slot in self.first and self.known.get(slot) is None:
            found = self.values[slot]
            self.known[slot] = self.first[slot] if found is None else found
        return _Supposed.__getitem__(self, slot)


_Case = tuple[tuple[int, Value], ...]
"""Slots with what they hold."""


@dataclass(frozen=True, slots=True)
class _Trial:
    """A split in slots. `words`: the slot of what it may still come to. `given`: whether any of its cases goes with
    whatever else there is."""

    slots: tuple[int, ...]
    cases: tuple[_Case, ...]
    words: int | None
    given: bool

    def left(self, world: Any) -> list[_Case]:
        """The cases that go with what is known in a world; none where all is known, or nothing of it was read."""
        known = world.known
        read = any(slot in known and known[slot] is None for slot in self.slots)
        return self.possible(world) if read else []

    def possible(self, world: Any) -> list[_Case]:
        """The cases that go with what is known in a world."""
        words = None if self.words is None else world[self.words]
        return [case for case in self.cases if all(_goes(world[slot], value, words) for slot, value in case)]


def _goes(known: Any, value: Any, words: Words | None) -> bool:
    return known == value if known is not None else words is None or value in words


@dataclass(frozen=True, slots=True)
class _Group:
    """What is tried together, and the keys of all slots in it."""

    trials: tuple[_Trial, ...]
    keys: frozenset[str]

    def probes(self, values: Values) -> Iterator[dict[int, Value]]:
        """Two cases far from each other: the first of everything unknown, and the last."""
        for end in (0, -1):
            cases = (trial.cases[end] for trial in self.trials if trial.given)
            yield {slot: value for case in cases for slot, value in case if values[slot] is None}


@dataclass(frozen=True)
class Writing:
    """The closures of a form: each definition is compiled once, for itself and for every case that is tried. What is made
    when first needed is put down whole: another computation finds all of it or none."""

    form: Form
    context: Context
    _moved: dict[frozenset[str], Mapping[int, Run]] = field(default_factory=dict, repr=False, compare=False)
    _resting: dict[frozenset[str], Mapping[int, Run]] = field(default_factory=dict, repr=False, compare=False)
    _written: dict[str, tuple[Write, ...]] = field(default_factory=dict, repr=False, compare=False)
    _uncased: dict[str, tuple[Write, ...]] = field(default_factory=dict, repr=False, compare=False)
    _made: dict[str, tuple[Run, Bounds | None]] = field(default_factory=dict, repr=False, compare=False)

    def of(self, definitions: Iterable[Definition]) -> tuple[Write, ...]:
        """The closures of some definitions, in their order."""
        return tuple(write for definition in definitions for write in self._writes(definition.key))

    def resting_on(self, changed: frozenset[str]) -> Mapping[int, Run]:
        """What is to be worked out anew once the slots `changed` hold something else, in the order of the form."""
        if changed not in self._resting:
            marks = self._marks
            moved = sum(marks[key] for key in changed if key in marks)
            resting = (key for key, below in self._below.items() if below & moved and key not in changed)
            self._resting[changed] = dict(write for key in resting for write in self._writes(key))
        return self._resting[changed]

    def _writes(self, key: str) -> tuple[Write, ...]:
        if key not in self._written:
            self._written[key] = self._write(self.form.definitions[key])
        return self._written[key]

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
        groups = list(map(self._group, definition.cases))

        def value(values: Values, row: Any) -> Any:
            found = run(values, row)
            if found is not None or run(self._best(values), row) is None:
                return found
            for group in groups:
                if (found := _agreed(self._tried_out(run, values, group, _is_known))) is not None:
                    return found
            return None

        return value

    def narrowed(self, key: str) -> Callable[[Values], Words | None]:
        """The words a choice may still come to, in the cases of every group; None where that may be anything."""
        definition = self.form.definitions[key]
        words = compile_words(definition.node, self.context)
        groups = [self._group(splits) for splits in (*definition.cases, definition.joint) if splits]

        def possible(values: Values) -> Words | None:
            left: Words | None = words(values, None)
            for group in groups:
                if left is not None and len(left) == 1:
                    break
                left = self._still(words, values, group, left)
            return left

        return possible

    def _still(self, words: Run, values: Values, group: _Group, left: Words | None) -> Words | None:
        """Those of the words `left` that some case of a group may come to."""
        seen: set[Any] = set()

        def enough(found: Words | None) -> bool:
            return found is not None and (len(found) == 1 or found <= seen)

        for found in self._tried_out(words, values, group, enough):
            if found is None:
                return left
            seen |= found
            if left is not None and left <= seen:
                return left
        return left if not seen else frozenset(seen) if left is None else left & seen

    def _tried_out(self, run: Run, values: Values, group: _Group, enough: Callable[[Any], bool]) -> Iterator[Any]:
        """What `run` comes to in the cases of a group: whatever is not `enough` is told apart further, as long as something
        it read is left to try. Two cases at a venture come first: most often they show that nothing is certain."""
        moved, out = self._moved_by(group.keys), _out(values)
        first = next((trial for trial in group.trials if any(values[slot] is None for slot in trial.slots)), None)
        if first is None:
            return
        complete = all(trial.given for trial in group.trials)
        for supposed in group.probes(values):
            probed: Any = _Supposed(values, moved, {**out, **supposed})
            if enough(found := run(probed, None)) or complete:
                yield found

        def below(supposed: dict[int, Value]) -> Iterator[Any]:
            world: Any = _Supposed(values, moved, {**out, **supposed})
            found = run(world, None)
            if not enough(found):
                for trial in group.trials:
                    if cases := trial.left(world):
                        for case in cases:
                            yield from below({**supposed, **dict(case)})
                        return
            yield found

        # Of the first that is unknown there is no need to ask whether it was read: so far nothing is certain.
        for case in first.possible(values):
            yield from below(dict(case))

    def _group(self, splits: Sequence[Split]) -> _Group:
        slots = self.context.slots
        trials = []
        for split in splits:
            cases = tuple(tuple((slots[key], value) for key, value in case.items()) for case in split.cases)
            places = tuple(dict.fromkeys(slot for case in cases for slot, _ in case))
            given = split.key not in self.form.definitions
            trials.append(_Trial(places, cases, slots.get(keys.words(split.key)), given))
        return _Group(tuple(trials), frozenset(key for split in splits for case in split.cases for key in case))

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
        return frozenset(key for split in self._splits() for case in split.cases for key in case)

    @cached_property
    def _first(self) -> Mapping[int, Any]:
        first = {split.key: split.cases[0] for split in self._splits()}
        return {self.context.slots[key]: value for case in first.values() for key, value in case.items()}

    def _splits(self) -> Iterator[Split]:
        return (split for d in self.form.definitions.values() for group in d.cases for split in group)

    def _moved_by(self, tried: frozenset[str]) -> Mapping[int, Run]:
        """What is another once the slots `tried` are. Not whether something is filled in: what is only supposed is not."""
        if tried not in self._moved:
            changed = sum(self._marks[key] for key in tried)
            moved = (key for key, below in self._supposable.items() if below & changed)
            self._moved[tried] = dict(write for key in moved for write in self._alone(key))
        return self._moved[tried]

    def _alone(self, key: str) -> tuple[Write, ...]:
        """What a definition writes without trying cases of its own."""
        found = self._uncased.get(key)
        if found is None:
            found = self._uncased[key] = self._write(replace(self.form.definitions[key], cases=(), joint=()))
        return found

    @cached_property
    def _marks(self) -> Mapping[str, int]:
        """A bit for every slot that some definition reads."""
        read = (name.name for key in self.form.definitions for name in self.form.names(key))
        return {key: 1 << place for place, key in enumerate(dict.fromkeys((*read, *self._tried)))}

    @cached_property
    def _below(self) -> Mapping[str, int]:
        """Definition -> the bits of everything it reads, through others too."""
        return self._read_below(lambda _: True)

    @cached_property
    def _supposable(self) -> Mapping[str, int]:
        """The same without those of whether something is filled in, and not through them."""
        return self._read_below(lambda definition: not asks_value(definition))

    def _read_below(self, wanted: Callable[[Definition], bool]) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for key, definition in self.form.definitions.items():
            if wanted(definition):
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


def _is_known(found: Any) -> bool:
    return found is not None


def _unless(slot: int, words: Run) -> Run:
    """The words of a choice while it is unknown."""
    return lambda values, row: words(values, row) if values[slot] is None else None


def _agreed(found: Iterable[Any]) -> Any:
    """What all of `found` are, if that is one known value; else None."""
    agreed = None
    for value in found:
        if value is None or (agreed is not None and value != agreed):
            return None
        agreed = value
    return agreed
