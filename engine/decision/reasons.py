"""Sufficient reasons: a smallest set of values that alone forces an outcome (or a criterion's verdict).

S is sufficient if the outcome stays when every value outside S is replaced by unknown, and minimal if no proper subset
is. Kleene's logic only ever gains truth from knowledge, so blanking one value after another in a fixed order, keeping
those that cannot be missed, finds such a set; going from the last to the first in the package's order keeps the first
of several that would do. To need few trials, a walk over the tree proposes the candidates first: it knows which values
a condition cannot do without (`sure`) and which are one choice of several (`maybe`); only the latter are tried.

What stays fixed: parameters, presence (已填), whether a determination is opened, and verdicts 不适用 (they are no truth
values and count for nothing in a group).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.decision.layout import leaves, plain_name
from engine.decision.program import Program
from engine.decision.rules import Values, quiet
from engine.language.functions import COMPARE, FUNCTIONS
from engine.language.tree import NOT_APPLICABLE, Call, Items, Name, Node

Slots = tuple[int, ...]
Seed = Callable[[Values], tuple[Slots, Slots]]
"""(sure, maybe): slots that together force the present, known truth of a node."""

_NOTHING: tuple[Slots, Slots] = ((), ())
_DIRECT = frozenset(("结论", "等次", "分项得分", "适用"))


@dataclass(frozen=True, slots=True)
class Atoms:
    """Names that may be blanked, in the package's order, each with its slots."""

    slots: Mapping[str, Slots]
    label: Mapping[int, str]

    def labels(self, slots: Iterable[int]) -> dict[str, None]:
        return dict.fromkeys(self.label[slot] for slot in slots)


def atoms_of(program: Program, nodes: Iterable[Node]) -> Atoms:
    """The atoms of some settled conditions: everything they name but parameters and presence."""
    found: dict[str, dict[int, None]] = {}
    for node in nodes:
        for key in leaves(node, program.layout.context):
            name = plain_name(key)
            if name not in program.package.parameters and not key.startswith("已填："):
                found.setdefault(name, {})[program.slots[key]] = None
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
        trial = list(values)
        for name, slots in atoms.slots.items():
            if name not in kept and name not in doubtful:
                _blank(trial, slots)
        doubtful = [name for name in atoms.slots if name in doubtful]
        kept |= dict.fromkeys(_needed(trial, doubtful, atoms.slots, holds))
    return tuple(name for name in atoms.slots if name in kept) if len(kept) > 1 else tuple(kept)


def _blank(values: Values, slots: Slots) -> None:
    for slot in slots:
        if values[slot] is not NOT_APPLICABLE:
            values[slot] = None


def _needed(
    trial: Values, names: Sequence[str], slots: Mapping[str, Slots], holds: Callable[[Values], bool]
) -> list[str]:
    """Which of `names` cannot be missed, tried in stretches from the last to the first; `trial` ends up without the
    others."""
    before = [(slot, trial[slot]) for name in names for slot in slots[name]]
    for name in names:
        _blank(trial, slots[name])
    if holds(trial):
        return []
    for slot, value in before:
        trial[slot] = value
    if len(names) == 1:
        return list(names)
    middle = len(names) // 2
    late = _needed(trial, names[middle:], slots, holds)
    return _needed(trial, names[:middle], slots, holds) + late


@dataclass(frozen=True, slots=True)
class Seeder:
    """Builds the seed of a settled condition."""

    program: Program

    def seed(self, node: Node) -> Seed:
        if isinstance(node, Call):
            if node.function in ("且", "或"):
                return self._connective(node, node.function == "或")
            if node.function == "非":
                return self.seed(node.args[0])
            if node.function in ("全部满足", "任一未满足", "满足"):
                return _verdicts(self._slots(node))
        slots = self._slots(node)
        if self._strict(node):
            return _fixed((slots, ()))
        return lambda values: ((), tuple(slot for slot in slots if values[slot] is not None))

    def _slots(self, node: Node) -> Slots:
        return tuple(atoms_of(self.program, [node]).label)

    def _strict(self, node: Node) -> bool:
        """Whether blanking any of its slots certainly makes the node unknown."""
        if isinstance(node, Name) or (isinstance(node, Call) and node.function in _DIRECT):
            return True
        if not isinstance(node, Call):
            return False
        compares = FUNCTIONS[node.function].precedence == COMPARE
        return compares and all(
            self._strict(arg) or (not isinstance(arg, Call | Items)) or not self._slots(arg) for arg in node.args
        )

    def _connective(self, node: Call, decisive: bool) -> Seed:
        parts = [(self.program.run_of(arg), self.seed(arg)) for arg in node.args]

        def seed(values: Values) -> tuple[Slots, Slots]:
            deciding = [part for run, part in parts if quiet(run, values) is decisive]
            if not deciding:
                return merged([part(values) for _, part in parts])
            if len(deciding) == 1:
                return deciding[0](values)
            sure, maybe = min((part(values) for part in deciding), key=lambda found: len(found[0]) + len(found[1]))
            return (), (*sure, *maybe)

        return seed


def _fixed(found: tuple[Slots, Slots]) -> Seed:
    return lambda values: found


def _verdicts(slots: Slots) -> Seed:
    """One unmet verdict decides; that all are met takes all of them."""

    def seed(values: Values) -> tuple[Slots, Slots]:
        unmet = tuple(slot for slot in slots if values[slot] is False)
        if len(unmet) > 1:
            return (), unmet[:1]
        return unmet or tuple(slot for slot in slots if values[slot] is not NOT_APPLICABLE), ()

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
        self.judge = program.judges[determination]
        step = program.steps[determination]
        opened = program.package.determinations[determination].applies is not None
        seeder = Seeder(program)
        seeds = [seeder.seed(node) for node in step.nodes]
        self.applies = seeds[0] if opened else None
        self.seeds = seeds[1:] if opened else seeds
        self.atoms = atoms_of(program, step.nodes[1:] if opened else step.nodes)
        self.opening = atoms_of(program, step.nodes[:1] if opened else ())
        names = [*self.judge.names, self.judge.default]
        self.repeated = {name for name in names if names.count(name) > 1}

    def find(self, values: Values, outcome: str, opened: bool) -> tuple[str, ...]:
        """The deciding names of the settled `outcome`; `opened` False: why the determination is not opened."""
        judge = self.judge
        if not opened:
            if self.applies is None or judge.applies is None:
                return ()
            applies = judge.applies
            return reduced(values, self.opening, *self.applies(values), lambda trial: quiet(applies, trial) is False)
        if outcome in self.repeated:
            sure: Slots = ()
            maybe = tuple(slot for slot in self.atoms.label if values[slot] is not None)
        else:
            last = judge.names.index(outcome) + 1 if outcome in judge.names else len(self.seeds)
            sure, maybe = merged([seed(values) for seed in self.seeds[:last]])
        return reduced(values, self.atoms, sure, maybe, lambda trial: judge.possible_opened(trial) == [outcome])


class VerdictReasons:
    """Why a criterion's verdict is what it is."""

    def __init__(self, program: Program, criterion: str) -> None:
        definition = program.package.criteria[criterion]
        nodes = program.steps[criterion].nodes
        seeder = Seeder(program)
        seeds = [seeder.seed(node) for node in nodes]
        runs = [program.run_of(node) for node in nodes]
        self.limited = definition.applies is not None
        self.seeds, self.runs = seeds, runs
        self.atoms = atoms_of(program, nodes)

    def find(self, values: Values, verdict: str) -> tuple[str, ...]:
        """The deciding facts, derived quantities and so on; () while the verdict is 待查明."""
        if verdict == "待查明" or (verdict == "不适用" and not self.limited):
            return ()
        count = 1 if verdict == "不适用" else len(self.seeds)
        wanted = [True] * (count - 1) + [verdict == "满足"]
        runs = self.runs[:count]
        sure, maybe = merged([seed(values) for seed in self.seeds[:count]])
        return reduced(
            values,
            self.atoms,
            sure,
            maybe,
            lambda trial: all(quiet(run, trial) is value for run, value in zip(runs, wanted, strict=True)),
        )
