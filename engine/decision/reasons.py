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

from collections.abc import Callable, Iterable, Mapping, Sequence

from engine.base.classes import dataclass
from engine.decision.forcing import Slots, blanked, facts_behind, needed, slots_of
from engine.decision.model import NOT_OPENED
from engine.decision.program import Program
from engine.language import keys
from engine.language.functions import FUNCTIONS
from engine.language.keys import named_by
from engine.language.make import NOT
from engine.language.tree import Call, Items, Name, Node
from engine.lowered.calls import Values
from engine.lowered.writes import run_rules
from engine.policy.package import NOT_YET

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
        among = {*kept, *doubtful}
        trial = blanked(values, (slot for name, slots in atoms.slots.items() if name not in among for slot in slots))
        doubtful = [name for name in atoms.slots if name in doubtful]
        left, _ = needed(trial, doubtful, lambda trial, out: blanked(trial, slots_of(atoms.slots, out)), holds)
        kept |= dict.fromkeys(left)
    return tuple(name for name in atoms.slots if name in kept) if len(kept) > 1 else tuple(kept)


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

        def stands(trial: Values) -> bool | None:
            found = trial[slot]
            return found == outcome if found is not None else self.narrowed(trial) == frozenset((outcome,)) or None

        return facts_behind(self.program, self.determination, values, names, stands)

    def grounds(self, values: Values, outcome: str, deciding: Iterable[str]) -> tuple[str, ...]:
        """The facts, absences and findings below the `deciding` names, those that open it and its premises among them, that
        force the settled `outcome` by themselves."""
        steps = self.program.steps
        premised = atoms_of(self.program, self.judge.conditions[: self.premised]).slots
        names = {
            below for name in (*deciding, *premised) for below in (steps[name].rests_on if name in steps else (name,))
        }
        slot = self.judge.slot

        def stands(trial: Values) -> bool | None:
            return None if trial[slot] is None else bool(trial[slot] == outcome)

        return facts_behind(self.program, self.determination, values, names, stands)


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
