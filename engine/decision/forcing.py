"""The facts that force an outcome by themselves: found by leaving out one after the other.

What rests on a fact that is left out is worked out anew, everything else stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from engine.base.classes import dataclass
from engine.decision.boundaries import extremes
from engine.decision.moved import Moved
from engine.decision.program import Program, Step
from engine.language import keys
from engine.language.row import Run
from engine.lowered.calls import Values
from engine.lowered.closures import CONSULTED
from engine.lowered.form import asks_value
from engine.lowered.worlds import OUT, TRIED, Asked, Write

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


@dataclass(frozen=True, slots=True)
class Below:
    """What lies below a definition, the same for every case. `steps`: its own and those it rests on; `writes`: what they
    write; `given`: the facts, tables and excuses (under their criterion) among it, each with its slot and that of whether
    it is filled in, where some rule asks, and whether that is asked of something computed from it; `asked`: slots of
    whether something computed has a value, with what that rests on."""

    steps: tuple[Step, ...]
    writes: Mapping[int, Run]
    given: tuple[tuple[str, int, int | None, bool], ...]
    asked: tuple[tuple[int, frozenset[str]], ...]


_BELOW = "所系："
"""Before a definition's name: where a program keeps what lies below it."""


def _below(program: Program, name: str) -> Below:
    """Found once for a program."""
    found: Below | None = program.views.get(_BELOW + name)
    if found is None:
        found = program.views[_BELOW + name] = _found_below(program, name)
    return found


def _found_below(program: Program, name: str) -> Below:
    steps = tuple(step for step in program.steps.values() if step.name in program.steps[name].rests_on)
    asking = [step for step in steps if asks_value(program.form.definitions.get(keys.filled(step.name)))]
    below = frozenset[str]().union(*(step.rests_on for step in steps))
    computed = frozenset[str]().union(*(step.rests_on for step in asking))
    filled, layout = dict(program.layout.presence), program.layout
    given = (*layout.inputs.items(), *layout.excuses.items())
    return Below(
        steps,
        dict(write for step in steps for write in step.writes),
        tuple((name, slot, filled.get(slot), name in computed) for name, slot in given if name in below),
        tuple((program.slots[keys.filled(step.name)], step.rests_on) for step in asking),
    )


def facts_behind(
    program: Program, name: str, values: Values, among: Collection[str], stands: Callable[[Values], bool | None]
) -> tuple[str, ...]:
    """A smallest set of facts, absences that some rule asks of, and excuses (under their criterion), all `among` what is
    below the definition `name`, with which alone what it comes to `stands` of the values it then has; False where it
    certainly does not."""
    below = _below(program, name)
    given, known = _given(below, values)
    runs = {**below.writes, **dict(_released(below, given, known))}

    def less(world: Any, facts: Iterable[str]) -> Any:
        """What is unknown stays so, what rests on the facts left out is worked out anew."""
        out, worked = tuple(slots_of(known, facts)), world.known
        moved = [slot for fact in facts for slot in program.resting_on((fact,)) if worked.get(slot) is not None]
        return world.otherwise({**dict.fromkeys(out), OUT: (*(world[OUT] or ()), *out)}, moved)

    world: Any = Asked(blanked(given, slots_of(known, known.keys() - among)), runs)
    if stands(world) is not True:
        return tuple(fact for fact in known if fact in among)
    # What was not even read makes no difference. What cannot be missed by itself is in every such set: only the others
    # are tried together.
    read = [fact for fact in known if fact in among and not world.known.keys().isdisjoint(known[fact])]
    world = world.otherwise(dict.fromkeys(slots_of(known, known.keys() - read)), ())
    otherwise = _Otherwise(program, below, values, stands)

    def holds(world: Values) -> bool:
        out = frozenset(world[OUT] or ())
        return not otherwise.falls([fact for fact in read if known[fact][0] in out]) and stands(world) is True

    doubtful = [fact for fact in read if not otherwise.turns(fact)]
    if doubtful and not holds(less(world, doubtful)):
        alone = [fact for fact in doubtful if len(doubtful) == 1 or not holds(less(world, (fact,)))]
        others = [fact for fact in doubtful if fact not in alone]
        kept = {*alone, *(needed(world, others, less, holds)[0] if others else ())}
        doubtful = [fact for fact in doubtful if fact not in kept]
    return tuple(fact for fact in read if fact not in doubtful)


class _Otherwise:
    """A case with other values of its facts, all else being as it is. Where its outcome does not hold then, it cannot hold
    while those facts are unknown: what does not once more is known cannot while less is. Such a proof takes hardly any trying
    of cases."""

    def __init__(self, program: Program, below: Below, values: Values, stands: Callable[[Values], bool | None]) -> None:
        consulted = program.slots[CONSULTED]  # what is only supposed is not told of the calendar
        self.case = Moved(program, below.steps, [*values[:consulted], None, *values[consulted + 1 :]])
        self.package, self.runs, self.stands = program.package, below.writes, stands

    def turns(self, name: str) -> bool:
        """Whether it does not hold with some other value of one fact."""
        others = extremes(self.package, name)[:_OTHERS]
        now = self.case.values[self.case.program.slots[name]] if others else None
        return any(self.stands(self.case.after({name: other})) is not True for other in others if other != now)

    def falls(self, names: Sequence[str]) -> bool:
        """Whether it does not hold with the first values of all the facts, or with the last."""
        ends = {name: values for name in names if (values := extremes(self.package, name))}
        return len(ends) > 1 and any(self._falls({name: ends[name][end] for name in ends}) for end in (0, -1))

    def _falls(self, moves: Mapping[str, Any]) -> bool:
        world: Any = Asked(self.case.values, self.runs, {TRIED: None, **self.case.held(moves)})
        return self.stands(world) is not True


def _given(below: Below, values: Values) -> tuple[Values, dict[str, Slots]]:
    """What is known of the case below a definition, each name with its slots: values, exceptions and, where some rule asks
    whether it is filled in, that too. What is blank below a computed value of which that is asked gets a slot of its
    own, behind the others."""
    given, known = list(values), dict[str, Slots]()
    for name, slot, filled, computed in below.given:
        if filled is not None:
            known[name] = (*known.get(name, ()), slot, filled)
        elif given[slot] is not None:
            known[name] = (*known.get(name, ()), slot)
        elif computed:
            known[name] = (*known.get(name, ()), len(given))
            given.append(False)
    return given, known


def _released(below: Below, values: Values, known: Mapping[str, Slots]) -> Iterator[Write]:
    """Whether something computed has a value is unknown once what it rests on is released."""
    for slot, rests_on in below.asked:
        slots = (slot for name, slots in known.items() if name in rests_on for slot in slots)
        yield slot, _presence(below.writes[slot], tuple(slot for slot in slots if values[slot] is not None))


def _presence(run: Run, rest: Sequence[int]) -> Run:
    def filled(trial: Values, row: Any) -> Any:
        found = run(trial, row)
        return None if not found and any(trial[slot] is None for slot in rest) else found

    return filled
