"""Sufficient reasons: a smallest set of values that alone forces an outcome (or a criterion's verdict).

S is sufficient if the outcome stays when every value outside S is replaced by unknown, and minimal if no proper subset
is. Kleene's logic only ever gains truth from knowledge, so blanking one value after another in a fixed order, keeping
those that cannot be missed, finds such a set; going from the last to the first in the package's order keeps the first
of several that would do. To need few trials, a walk over the tree proposes the candidates first: it knows which values
a condition cannot do without (`sure`) and which are one choice of several (`maybe`); only the latter are tried.

What stays fixed: parameters, and that the premises of a determination hold. That something is filled in, or is not, is
knowledge like any other, under the name of what is asked for; so is that a criterion does not apply, and that a
determination is opened. Where an outcome holds only because every case of something unknown leads to it, no criterion
is its reason, and the known facts below are blanked instead.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from engine.base.classes import dataclass
from engine.decision.model import NOT_OPENED
from engine.decision.program import Program, Step
from engine.language import keys
from engine.language.functions import FUNCTIONS
from engine.language.keys import named_by
from engine.language.make import NOT
from engine.language.row import Run
from engine.language.tree import Call, Items, Name, Node
from engine.lowered.calls import Values
from engine.lowered.form import asks_value
from engine.lowered.writes import OUT, Asked, Write, run_rules
from engine.policy.package import NOT_YET

Slots = tuple[int, ...]
Seed = Callable[[Values], tuple[Slots, Slots]]
"""(sure, maybe): slots that together force the present, known truth of a node."""


@dataclass(frozen=True, slots=True)
class Atoms:
    """Names that may be blanked, in the package's order, each with its slots."""

    slots: Mapping[str, Slots]
    label: Mapping[int, str]

    def labels(self, slots: Iterable[int]) -> dict[str, None]:
        return dict.fromkeys(self.label[slot] for slot in slots)


def atoms_of(program: Program, nodes: Iterable[Node]) -> Atoms:
    """The atoms of some conditions: everything they name but parameters. What is known of a name is its value, whether
    it is filled in and, of an aggregate, its bounds."""
    found: dict[str, dict[int, None]] = {}
    for node in nodes:
        for key in program.leaves(node):
            name = named_by(key)
            if name not in program.package.parameters:
                slots = found.setdefault(name, {})
                slots[program.slots[key]] = None
                for other in (keys.interval(key), keys.words(key)):
                    if (place := program.slots.get(other)) is not None:
                        slots[place] = None
    ordered = sorted(found, key=lambda name: program.position.get(name, 0))
    label = {slot: name for name in ordered for slot in found[name]}
    return Atoms({name: tuple(found[name]) for name in ordered}, label)


def reduced(
    values: Values, atoms: Atoms, sure: Iterable[int], maybe: Iterable[int], holds: Callable[[Values], bool]
) -> tuple[str, ...]:
    """The smallest set within `sure` and `maybe` for which `holds`, as names in the package's order."""
    kept = atoms.labels(sure)
    doubtful = [name for name in atoms.labels(maybe) if name not in kept]
    if doubtful:
        left = {*kept, *doubtful}
        trial = _blanked(values, (slot for name, slots in atoms.slots.items() if name not in left for slot in slots))
        doubtful = [name for name in atoms.slots if name in doubtful]
        needed, _ = _needed(trial, doubtful, lambda trial, out: _blanked(trial, _of(atoms.slots, out)), holds)
        kept |= dict.fromkeys(needed)
    return tuple(name for name in atoms.slots if name in kept) if len(kept) > 1 else tuple(kept)


def _of(slots: Mapping[str, Slots], names: Iterable[str]) -> Iterator[int]:
    return (slot for name in names for slot in slots[name])


def _blanked(values: Values, slots: Iterable[int]) -> Values:
    trial = list(values)
    blank(trial, tuple(slots))
    return trial


def blank(trial: Values, slots: Slots) -> None:
    """As if the slots were not known, nor could be worked out."""
    for slot in slots:
        trial[slot] = None
    trial[OUT] = (*(trial[OUT] or ()), *slots)


def _needed(
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
    late, trial = _needed(trial, names[middle:], less, holds)
    early, trial = _needed(trial, names[:middle], less, holds)
    return early + late, trial


@dataclass(frozen=True, slots=True)
class Seeder:
    """Builds the seed of a lowered condition in which nothing is shared."""

    program: Program

    def seed(self, node: Node) -> Seed:
        if isinstance(node, Call):
            decisive = FUNCTIONS[node.function].decisive
            if decisive is not None:
                slots = self._slots(node)
                plain = all(isinstance(arg, Name) for arg in node.args) and len(slots) == len(node.args)
                return _connective_of_names(slots, decisive) if plain else self._connective(node, decisive)
            if node.function == NOT:
                return self.seed(node.args[0])
        slots = self._slots(node)
        if self._strict(node):
            return _fixed((slots, ()))
        return lambda values: ((), tuple(slot for slot in slots if values[slot] is not None))

    def _slots(self, node: Node) -> Slots:
        return tuple(atoms_of(self.program, [node]).label)

    def _strict(self, node: Node) -> bool:
        """Whether blanking any of its slots certainly makes the node unknown."""
        if isinstance(node, Name):
            return True
        return isinstance(node, Call) and FUNCTIONS[node.function].compares and all(map(self._single, node.args))

    def _single(self, node: Node) -> bool:
        if isinstance(node, Name) and node.name in self.program.context.ranges:
            return False
        return isinstance(node, Name) or not isinstance(node, Call | Items) or not self._slots(node)

    def _connective(self, node: Call, decisive: bool) -> Seed:
        parts = [(self.program.run_of(arg), self.seed(arg)) for arg in node.args]

        def seed(values: Values) -> tuple[Slots, Slots]:
            deciding = [part for run, part in parts if run(values, None) is decisive]
            if not deciding:
                return merged([part(values) for _, part in parts])
            if len(deciding) == 1:
                return deciding[0](values)
            sure, maybe = min((part(values) for part in deciding), key=lambda found: len(found[0]) + len(found[1]))
            return (), (*sure, *maybe)

        return seed


def _fixed(found: tuple[Slots, Slots]) -> Seed:
    return lambda values: found


def _connective_of_names(slots: Slots, decisive: bool) -> Seed:
    """One slot that decides is enough; else it takes all of them."""

    def seed(values: Values) -> tuple[Slots, Slots]:
        deciding = tuple(slot for slot in slots if values[slot] is decisive)
        return ((), deciding[:1]) if len(deciding) > 1 else (deciding or slots, ())

    return seed


def merged(found: Sequence[tuple[Slots, Slots]]) -> tuple[Slots, Slots]:
    """All of them are needed."""
    if len(found) == 1:
        return found[0]
    sure = tuple(slot for one in found for slot in one[0])
    return sure, tuple(slot for one in found for slot in one[1])


class OutcomeReasons:
    """Why a determination comes out as it does: compiled once, asked per case."""

    def __init__(self, program: Program, determination: str) -> None:
        self.program, self.determination = program, determination
        self.judge = judge = program.judges[determination]
        self.narrowed = program.writing.narrowed(determination)
        seeder = Seeder(program)
        opening = [] if judge.applies is None else [judge.applies]
        self.applies = [seeder.seed(node) for node in opening]
        self.seeds = [seeder.seed(node) for node in judge.conditions]
        self.atoms = atoms_of(program, judge.conditions)
        self.opening = atoms_of(program, opening)
        names = [*judge.names, judge.default]
        self.premised = 1 if program.package.determinations[determination].premises else 0
        self.repeated = {name for name in names if names.count(name) > 1}

    def find(self, values: Values, outcome: str) -> tuple[str, ...]:
        """The deciding names of the settled `outcome`, once the determination is opened; of 不适用, why it is not."""
        judge = self.judge
        if outcome == NOT_OPENED:
            return self.opened(values, False)
        skip = 0 if outcome == NOT_YET else self.premised
        if outcome in self.repeated:
            sure: Slots = ()
            maybe = tuple(slot for slot in self.atoms.label if values[slot] is not None)
        else:
            last = judge.names.index(outcome) + 1 if outcome in judge.names else len(self.seeds)
            sure, maybe = merged([seed(values) for seed in self.seeds[skip:last]])
        return reduced(values, self.atoms, sure, maybe, lambda trial: judge.possible_opened(trial, skip) == [outcome])

    def opened(self, values: Values, wanted: bool) -> tuple[str, ...]:
        """The names that open the determination (`wanted`), or close it."""
        if self.judge.applies is None:
            return ()
        applies = self.program.run_of(self.judge.applies)
        sure, maybe = self.applies[0](values)
        return reduced(values, self.opening, sure, maybe, lambda trial: applies(trial, None) is wanted)

    def by_cases(self, values: Values, outcome: str) -> tuple[str, ...]:
        """The known facts that make every case lead to `outcome`."""
        names, slot = self.program.steps[self.determination].rests_on, self.judge.slot

        def holds(trial: Values) -> bool:
            return trial[slot] == outcome or (trial[slot] is None and self.narrowed(trial) == frozenset((outcome,)))

        return facts_behind(self.program, self.determination, values, names, holds)

    def grounds(self, values: Values, outcome: str, deciding: Iterable[str]) -> tuple[str, ...]:
        """The facts, absences and findings below the `deciding` names, those that open it and its premises among them, that
        force the settled `outcome` by themselves."""
        steps = self.program.steps
        premised = atoms_of(self.program, self.judge.conditions[: self.premised]).slots
        names = {
            below for name in (*deciding, *premised) for below in (steps[name].rests_on if name in steps else (name,))
        }
        return self._behind(values, outcome, names)

    def _behind(self, values: Values, outcome: str, names: Collection[str]) -> tuple[str, ...]:
        slot = self.judge.slot
        return facts_behind(self.program, self.determination, values, names, lambda trial: trial[slot] == outcome)


def facts_behind(
    program: Program, name: str, values: Values, among: Collection[str], holds: Callable[[Values], bool]
) -> tuple[str, ...]:
    """A smallest set of facts, absences that some rule asks of, and excuses (under their criterion), all `among` what is
    below the definition `name`, with which alone `holds` of the values it then has."""
    steps = [step for step in program.steps.values() if step.name in program.steps[name].rests_on]
    given, known = _given(program, values, steps)
    runs = {slot: run for step in steps for slot, run in _released(program, step, given, known)}

    def less(world: Any, facts: Iterable[str]) -> Any:
        """What is unknown stays so, what rests on the facts left out is worked out anew."""
        out, worked = tuple(_of(known, facts)), world.known
        moved = [slot for fact in facts for slot in program.resting_on((fact,)) if worked.get(slot) is not None]
        return world.otherwise({**dict.fromkeys(out), OUT: (*(world[OUT] or ()), *out)}, moved)

    world: Any = Asked(_blanked(given, _of(known, known.keys() - among)), runs)
    if not holds(world):
        return tuple(fact for fact in known if fact in among)
    # What was not even read makes no difference. What cannot be missed by itself is in every such set: only the others
    # are tried together.
    read = [fact for fact in known if fact in among and not world.known.keys().isdisjoint(known[fact])]
    world = world.otherwise(dict.fromkeys(_of(known, known.keys() - read)), ())
    needed = {fact for fact in read if not holds(less(world, (fact,)))}
    doubtful = [fact for fact in read if fact not in needed]
    needed |= set(_needed(world, doubtful, less, holds)[0]) if doubtful else set()
    return tuple(fact for fact in read if fact in needed)


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


class VerdictReasons:
    """Why a criterion's verdict is what it is."""

    def __init__(self, program: Program, criterion: str) -> None:
        self.program, self.criterion = program, criterion
        self.slots = program.layout.criterion(criterion)
        definition = program.package.criteria[criterion]
        nodes = [program.inlined(node) for node in program.steps[criterion].nodes]
        seeder = Seeder(program)
        self.limited = definition.applies is not None
        self.seeds = [seeder.seed(node) for node in nodes]
        self.runs = [program.run_of(node) for node in nodes]
        self.atoms = atoms_of(program, nodes)
        shared = [
            s for s in program.steps.values() if s.kind == "shared" and s.name in program.steps[criterion].rests_on
        ]
        self.cases = any(program.form.definitions[key].cases for key in program.form.owned[criterion])
        self.again = tuple(write for s in (*shared, program.steps[criterion]) for write in s.writes)

    def find(self, values: Values, verdict: str) -> tuple[str, ...]:
        """The deciding facts, derived quantities and so on; () while the verdict is 待查明."""
        if verdict == "待查明" or (verdict == "不适用" and not self.limited):
            return ()
        # What is met is met whether it applies or not; what is not met must apply.
        wanted = {"不适用": {0: False}, "满足": {-1: True}}.get(verdict) or (
            {0: True, -1: False} if self.limited else {-1: False}
        )

        def holds(trial: Values) -> bool:
            return all(self.runs[index](trial, None) is truth for index, truth in wanted.items())

        places = {0: self.slots.applies, -1: self.slots.required}

        def comes_out(trial: Values) -> bool:
            return all(trial[places[index]] is truth for index, truth in wanted.items())

        if self.cases or not holds(values):
            known = [slot for slot in self.atoms.label if values[slot] is not None]
            return reduced(values, self.atoms, (), known, lambda trial: comes_out(run_rules(self.again, list(trial))))
        sure, maybe = merged([self.seeds[index](values) for index in wanted])
        return reduced(values, self.atoms, sure, maybe, holds)
