"""The facts that force an outcome by themselves: found by leaving out one after the other.

What rests on a fact that is left out is worked out anew, everything else stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from engine.decision.boundaries import extremes
from engine.decision.moved import Moved
from engine.decision.program import Program, Step
from engine.language import keys
from engine.language.row import Run
from engine.lowered.calls import Values
from engine.lowered.closures import CONSULTED
from engine.lowered.form import asks_value
from engine.lowered.worlds import OUT, Asked, Write

Slots = tuple[int, ...]

_OTHERS = 4
"""Other values of a fact that are tried at most."""


def slots_of(slots: Mapping[str, Slots], names: Iterable[str]) -> Iterator[int]:
    """The slots of some names."""
    return (slot for name in names for slot in slots[name])


def blanked(values: Values, slots: Iterable[int]) -> Values:
    """A list of its own, in which some slots are not known."""
    trial = list(values)
    blank(trial, tuple(slots))
    return trial


def blank(trial: Values, slots: Slots) -> None:
    """As if the slots were not known, nor could be worked out."""
    for slot in slots:
        trial[slot] = None
    trial[OUT] = (*(trial[OUT] or ()), *slots)


def needed(
    trial: Values,
    names: Sequence[str],
    less: Callable[[Values, Sequence[str]], Values],
    holds: Callable[[Values], bool],
) -> tuple[list[str], Values]:
    """Which of `names` cannot be missed, tried in stretches from the last to the first, and what is left without the
    others (`less`)."""
    without = less(trial, names)
    if holds(without):
        return [], without
    if len(names) == 1:
        return list(names), trial
    middle = len(names) // 2
    late, trial = needed(trial, names[middle:], less, holds)
    early, trial = needed(trial, names[:middle], less, holds)
    return early + late, trial


def facts_behind(
    program: Program, name: str, values: Values, among: Collection[str], stands: Callable[[Values], bool | None]
) -> tuple[str, ...]:
    """A smallest set of facts, absences that some rule asks of, and excuses (under their criterion), all `among` what is
    below the definition `name`, with which alone what it comes to `stands` of the values it then has; False where it
    certainly does not."""
    steps = [step for step in program.steps.values() if step.name in program.steps[name].rests_on]
    given, known = _given(program, values, steps)
    runs = {slot: run for step in steps for slot, run in _released(program, step, given, known)}

    def holds(world: Values) -> bool:
        return stands(world) is True

    def less(world: Any, facts: Iterable[str]) -> Any:
        """What is unknown stays so, what rests on the facts left out is worked out anew."""
        out, worked = tuple(slots_of(known, facts)), world.known
        moved = [slot for fact in facts for slot in program.resting_on((fact,)) if worked.get(slot) is not None]
        return world.otherwise({**dict.fromkeys(out), OUT: (*(world[OUT] or ()), *out)}, moved)

    world: Any = Asked(blanked(given, slots_of(known, known.keys() - among)), runs)
    if not holds(world):
        return tuple(fact for fact in known if fact in among)
    # What was not even read makes no difference. What cannot be missed by itself is in every such set: only the others
    # are tried together.
    consulted = program.slots[CONSULTED]
    read = [fact for fact in known if fact in among and not world.known.keys().isdisjoint(known[fact])]
    world = world.otherwise(dict.fromkeys(slots_of(known, known.keys() - read)), ())
    # What is only supposed is not told of the calendar.
    case = Moved(program, steps, [*values[:consulted], None, *values[consulted + 1 :]])
    kept = {fact for fact in read if _turns(case, fact, stands) or not holds(less(world, (fact,)))}
    doubtful = [fact for fact in read if fact not in kept]
    kept |= set(needed(world, doubtful, less, holds)[0]) if doubtful else set()
    return tuple(fact for fact in read if fact in kept)


def _turns(case: Moved, name: str, stands: Callable[[Values], bool | None]) -> bool:
    """Whether another value of a fact, all else being as it is, certainly turns the outcome: a proof that takes no trying of
    cases."""
    others = extremes(case.program, name)[:_OTHERS]
    now = case.values[case.program.slots[name]] if others else None
    return any(stands(case.after({name: other})) is False for other in others if other != now)


def _given(program: Program, values: Values, steps: Iterable[Step]) -> tuple[Values, dict[str, Slots]]:
    """What is known of the case below the steps, each name with its slots: values, exceptions and, where some rule asks
    whether it is filled in, that too. What is blank below a computed value of which that is asked gets a slot of its
    own, behind the others."""
    steps = list(steps)
    asked = dict(program.layout.presence)
    below = {name for step in steps for name in step.rests_on}
    computed = {
        name
        for step in steps
        if asks_value(program.form.definitions.get(keys.filled(step.name)))
        for name in step.rests_on
    }
    given, known = list(values), dict[str, Slots]()
    for names in (program.layout.inputs, program.layout.excuses):
        for name, slot in names.items():
            if name in below and (given[slot] is not None or slot in asked):
                known[name] = (*known.get(name, ()), slot, *((asked[slot],) if slot in asked else ()))
            elif name in computed and given[slot] is None:
                known[name] = (*known.get(name, ()), len(given))
                given.append(False)
    return given, known


def _released(program: Program, step: Step, values: Values, known: Mapping[str, Slots]) -> Iterator[Write]:
    """The writes of a step, but that whether something computed has a value is unknown once what it rests on is released."""
    presence = (
        program.slots[keys.filled(step.name)]
        if asks_value(program.form.definitions.get(keys.filled(step.name)))
        else None
    )
    below = (slot for name, slots in known.items() if name in step.rests_on for slot in slots)
    rest = () if presence is None else tuple(slot for slot in below if values[slot] is not None)
    for slot, run in step.writes:
        yield (slot, _presence(run, rest)) if slot == presence else (slot, run)


def _presence(run: Run, rest: Sequence[int]) -> Run:
    def filled(trial: Values, row: Any) -> Any:
        found = run(trial, row)
        return None if not found and any(trial[slot] is None for slot in rest) else found

    return filled
