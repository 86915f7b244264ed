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
from engine.lowered.worlds import TRIED, Completed, Group, SlotSplit, Supposition, World, Worlds, Write


def run_rules(plan: Iterable[Write], values: Values) -> Values:
    """`values` after the closures have written their slots, in place."""
    values[TRIED] = None
    for slot, run in plan:
        values[slot] = run(values, None)
    values[TRIED] = None
    return values


@dataclass(frozen=True)
class Writing:
    """The closures of a form: each definition is compiled once, for itself and for every case that is tried. What is made
    when first needed is put down whole: another computation finds all of it or none."""

    form: Form
    context: Context
    _moved: dict[frozenset[str], Mapping[int, Run]] = field(default_factory=dict, repr=False, compare=False)
    _resting: dict[frozenset[str], Mapping[int, Run]] = field(default_factory=dict, repr=False, compare=False)
    _opened: dict[frozenset[str], Mapping[int, Run]] = field(default_factory=dict, repr=False, compare=False)
    _written: dict[str, tuple[Write, ...]] = field(default_factory=dict, repr=False, compare=False)
    _uncased: dict[str, tuple[Write, ...]] = field(default_factory=dict, repr=False, compare=False)
    _made: dict[str, tuple[Run, Bounds | None]] = field(default_factory=dict, repr=False, compare=False)

    def of(self, definitions: Iterable[Definition]) -> tuple[Write, ...]:
        """The closures of some definitions, in their order."""
        return tuple(write for definition in definitions for write in self._writes(definition.key))

    def resting_on(self, changed: frozenset[str]) -> Mapping[int, Run]:
        """What is to be worked out anew once the slots `changed` hold something else, in the order of the form."""
        if changed not in self._resting:
            self._resting[changed] = dict(write for key in self._moved_with(changed) for write in self._writes(key))
        return self._resting[changed]

    def opened_by(self, changed: frozenset[str]) -> Mapping[int, Run]:
        """The same were the slots `changed` not known: no cases are tried, and that something computed has no value is not
        taken as known."""
        if changed not in self._opened:
            found: dict[int, Run] = {}
            for key in self._moved_with(changed):
                asks = asks_value(self.form.definitions[key])
                found |= {slot: unsaid(run) if asks else run for slot, run in self._alone(key)}
            self._opened[changed] = found
        return self._opened[changed]

    def _moved_with(self, changed: frozenset[str]) -> Iterator[str]:
        """The definitions that rest on some slots and are none of them, in the order of the form."""
        moved = sum(self._marks[key] for key in changed if key in self._marks)
        return (key for key, below in self._below.items() if below & moved and key not in changed)

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
            if found is not None or not self._worlds(values).decided(run):
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
            if left is not None and len(left) > 1 and groups and left <= self._seen(words, values):
                return left
            for group in groups:
                if left is not None and len(left) == 1:
                    break
                left = self._still(words, values, group, left)
            return left

        return possible

    def _seen(self, words: Run, values: Values) -> Words:
        """Words that two worlds come to."""
        found: list[Words | None] = [words(world, None) for world in self._worlds(values).ends]
        return frozenset(word for one in found if one is not None and len(one) == 1 for word in one)

    def _still(self, words: Run, values: Values, group: Group, left: Words | None) -> Words | None:
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

    def _tried_out(self, run: Run, values: Values, group: Group, enough: Callable[[Any], bool]) -> Iterator[Any]:
        """What `run` comes to in the cases of a group: whatever is not `enough` is told apart further, as long as something
        it read is left to try. Two cases at a venture come first: most often they show that nothing is certain."""
        first = next((trial for trial in group.trials if any(values[slot] is None for slot in trial.slots)), None)
        if first is None:
            return
        worlds = self._worlds(values)
        complete = all(trial.given for trial in group.trials)
        for supposed in group.probes(values):
            found, _ = worlds.of(supposed, self._moved_by(group.keys)).asked(run)
            if enough(found) or complete:
                yield found

        def below(world: World, supposed: Mapping[int, Value]) -> Iterator[Any]:
            found, met = world.asked(run)
            if not enough(found):
                for trial in group.trials:
                    if trial.bits & met and (cases := trial.possible(world)):
                        yield from told_apart(trial, cases, supposed, world)
                        return
            yield found

        def told_apart(
            trial: SlotSplit, cases: Iterable[Supposition], supposed: Mapping[int, Value], before: World | None
        ) -> Iterator[Any]:
            moved = self._moved_by(trial.keys)
            for case in cases:
                more = {**supposed, **dict(case)}
                yield from below(worlds.of(more, moved, before), more)

        # Of the first that is unknown there is no need to ask whether it was read: so far nothing is certain.
        yield from told_apart(first, first.possible(values), {}, None)

    def _group(self, splits: Sequence[Split]) -> Group:
        slots, tried = self.context.slots, self._tried_bits
        trials = []
        for split in splits:
            cases = tuple(tuple((slots[key], value) for key, value in case.items()) for case in split.cases)
            places = tuple(dict.fromkeys(slot for case in cases for slot, _ in case))
            trials.append(
                SlotSplit(
                    slots=places,
                    cases=cases,
                    words=slots.get(keys.words(split.key)),
                    given=split.key not in self.form.definitions,
                    keys=frozenset(key for case in split.cases for key in case),
                    bits=sum(tried[place] for place in places),
                )
            )
        return Group(tuple(trials), frozenset[str]().union(*(trial.keys for trial in trials)))

    def _worlds(self, values: Values) -> Worlds:
        """What was tried of the values so far. What is unknown even if everything known that any definition tries were
        (`best`), no case decides: most often something else is missing, and nothing need be tried."""
        worlds: Worlds | None = values[TRIED]
        if worlds is None or worlds.values is not values:
            moved, consulted = self._moved_by(self._tried), self.context.slots[CONSULTED]
            best = Completed(values, moved, consulted, self._first)
            first, last = (Completed(values, moved, consulted, given) for given in self._ends)
            worlds = values[TRIED] = Worlds(values, best, (first, last), self._moved_by(self._every), self._tried_bits)
        return worlds

    @cached_property
    def _every(self) -> frozenset[str]:
        """All that is tried, also what is only to see what a choice may still come to."""
        joint = (split for definition in self.form.definitions.values() for split in definition.joint)
        return self._tried | {key for split in joint for case in split.cases for key in case}

    @cached_property
    def _tried_bits(self) -> Mapping[int, int]:
        """A bit for every slot that is tried."""
        return {self.context.slots[key]: 1 << place for place, key in enumerate(sorted(self._every))}

    @cached_property
    def _tried(self) -> frozenset[str]:
        return frozenset(key for split in self._splits() for case in split.cases for key in case)

    @cached_property
    def _first(self) -> Mapping[int, Any]:
        first = {split.key: split.cases[0] for split in self._splits()}
        return {self.context.slots[key]: value for case in first.values() for key, value in case.items()}

    @cached_property
    def _ends(self) -> tuple[Mapping[int, Any], Mapping[int, Any]]:
        """The first value of everything tried that goes with whatever else there is, and the last."""
        given = {split.key: split.cases for split in self._splits() if split.key not in self.form.definitions}
        slots = self.context.slots
        first, last = (
            {slots[key]: value for cases in given.values() for key, value in cases[end].items()} for end in (0, -1)
        )
        return first, last

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
        return {key: 1 << place for place, key in enumerate(dict.fromkeys((*read, *self._every)))}

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


def unsaid(run: Run) -> Run:
    """Whether something computed has a value, as long as that it has none is not taken as known."""
    return lambda values, row: run(values, row) or None


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
