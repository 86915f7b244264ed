"""Ways to make a condition come out as wanted: which changeable quantities to move where, and what is left to a person.

Conditions are taken apart along 且, 或, 非, 若, groups, criteria and determinations; what is left are comparisons and
the like, for which values are tried (`quantities`), so that a threshold behind any arithmetic is found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import combinations, islice, product
from math import floor
from typing import Any

from engine.base.classes import dataclass
from engine.decision.boundaries import at_most, member
from engine.decision.missing import Live, Opened
from engine.decision.program import columns_of
from engine.decision.quantities import Quantities
from engine.decision.remedy_plans import NO_CHANGE, RemedyPlan, RemedyPlans, both, either, every
from engine.language.functions import FUNCTIONS
from engine.language.keys import filled, is_excuse, named_by
from engine.language.make import AMONG, EQUAL, NOT, UNMET_COUNT
from engine.language.row import Branch
from engine.language.tree import BOOL, Call, Items, Literal, Name, Node
from engine.lowered.form import Definition
from engine.policy.package import AS_OF

_LOOK = 256
_ROUNDS = 4


@dataclass
class RemedyPlanner(Quantities):
    """Plans within the support of one determination, from the values of one evaluation."""

    found_new: bool = False
    """Whether a search met a value that was not among a quantity's options when other conditions were planned."""
    _found: dict[tuple[int, bool], RemedyPlans] = field(default_factory=dict)
    _matters: dict[tuple[str, frozenset[tuple[str, Any]]], frozenset[str]] = field(default_factory=dict)

    def settle(self, determination: str, wanted: str) -> RemedyPlans:
        """The plans once no search finds new values any more."""
        for _ in range(_ROUNDS):
            self.found_new = False
            self._found.clear()
            plans = self.outcome(determination, wanted)
            if not self.found_new:
                break
        return plans

    def matters(self, determination: str, moves: Mapping[str, Any]) -> frozenset[str]:
        """What is unknown and may still decide the determination once the moves are made, or reopen it when it is filled in."""
        key = (determination, frozenset(moves.items()))
        if key not in self._matters:
            values = self.moved.evaluated(moves) if moves else self.values
            live = Live(self.program, values)
            live.outcomes(determination)
            again = Opened(self.program, values).live(determination, None)
            self._matters[key] = frozenset(name for _, name in (*live.found, *again))
        return self._matters[key]

    # Taking conditions apart

    def outcome(self, determination: str, wanted: str) -> RemedyPlans:
        """The determination comes out as `wanted`: one of its conditions true and every other outcome's before it
        false, or by default."""
        judge = self.program.judges[determination]
        opened = NO_CHANGE if judge.applies is None else self.truth(judge.applies, True)
        ways: list[RemedyPlans] = []
        for name, node in zip(judge.names, judge.conditions, strict=True):
            if name == wanted:
                ways.append(both(opened, self.truth(node, True)))
            else:
                opened = both(opened, self.truth(node, False))
        if judge.default == wanted:
            ways.append(opened)
        return either(ways)

    def truth(self, node: Node, wanted: bool) -> RemedyPlans:
        """The lowered condition `node` comes out as `wanted`."""
        if self.program.value(node, self.values) is wanted:
            return NO_CHANGE
        if isinstance(node, Name):
            return self._slot(node, wanted)
        if not isinstance(node, Call):
            return ()
        row, args = FUNCTIONS[node.function], node.args
        if row.decisive is not None:
            parts = (self.truth(arg, wanted) for arg in args)
            return either(parts) if row.decisive is wanted else every(parts)
        if row.name == NOT:
            return self.truth(args[0], not wanted)
        branches = row.branches(args) if row.alone else ()
        if branches:
            if row.patient:
                # The last branch first: of plans that cost the same an excuse comes before what nobody may change.
                branches = tuple(way for way in reversed(branches) if self._open(way))
            return either(both(self._guards(way.guards), self.truth(way.value, wanted)) for way in branches)
        return self._concluded(node, wanted) or self._counted(node, wanted) or self._tried(node, wanted)

    def _open(self, way: Branch) -> bool:
        """Whether a branch of a patient choice is looked at: its condition holds, or its value is there in any case."""
        holds = all(self.program.value(condition, self.values) is wanted for condition, wanted in way.guards)
        return holds or isinstance(way.value, Literal)

    def _guards(self, guards: Iterable[tuple[Node, bool]]) -> RemedyPlans:
        return every(self.truth(condition, wanted) for condition, wanted in guards)

    def _slot(self, name: Name, wanted: bool) -> RemedyPlans:
        """A slot comes out as `wanted`: by way of its definition; of a derived quantity, by what moves it."""
        if is_excuse(name.name):
            # A reason once refused is not asked for again, and none is taken back.
            known = self.values[self.program.slots[name.name]] is not None
            return () if known else (RemedyPlan({}, (f"例外理由：{named_by(name.name)}",)),)
        definition = self.program.form.definitions.get(name.name)
        if definition is None or definition.node.type != BOOL:
            return self._tried(name, wanted)
        derived = self.program.package.derived.get(definition.owner)
        if derived is not None and (derived.change or not self._sums_up(definition)):
            return self._tried(name, wanted)
        return self.truth(definition.node, wanted)

    def _sums_up(self, definition: Definition) -> bool:
        """Whether it says no more than how some criteria stand."""
        names = {named_by(key) for key in self.program.form.leaves_of(definition.key)}
        return bool(names & self.program.package.criteria.keys())

    def _concluded(self, node: Call, wanted: bool) -> RemedyPlans:
        """结论（d）为 o and 结论（d）属于［o、p］, by way of d's own conditions."""
        row = FUNCTIONS[node.function]
        if not row.compares:
            return ()
        left, right = node.args
        if not isinstance(left, Name) or left.name not in self.program.judges:
            return ()
        named = [member(n) for n in (right.items if isinstance(right, Items) else (right,))]
        judge = self.program.judges[left.name]
        inside = (node.function in (EQUAL, AMONG)) is wanted
        targets = [o for o in dict.fromkeys((*judge.names, judge.default)) if (o in named) is inside]
        return either(self.outcome(left.name, target) for target in targets)

    def _counted(self, node: Node, wanted: bool) -> RemedyPlans:
        """未满足项数（…）kept to at most so many: as few criteria as need be put right, whichever cost least."""
        if not isinstance(node, Call) or not FUNCTIONS[node.function].compares:
            return ()
        left, right = node.args
        limit = self.program.value(right, self.values)
        most = at_most(FUNCTIONS[node.function], wanted)
        if not isinstance(left, Call) or left.function != UNMET_COUNT or most is None or limit is None:
            return ()
        plans = [plan for plan in (self.truth(passed, True) for passed in left.args) if plan is not NO_CHANGE]
        needed = len(plans) - max(0, floor(limit) + most)
        return either(every(chosen) for chosen in islice(combinations(plans, max(0, needed)), _LOOK))

    # Trying values

    def _tried(self, node: Node, wanted: bool) -> RemedyPlans:
        """Moves of one changeable quantity below `node`, else of two, else what remains to a person; looked for once while
        the values worth trying are the same."""
        key = (id(node), wanted)
        if key not in self._found:
            self._found[key] = self._looked_for(node, wanted)
        return self._found[key]

    def _looked_for(self, node: Node, wanted: bool) -> RemedyPlans:
        below = self.program.rests_on(node)
        settled = self.program.value(node, self.values) is not None
        names = [
            name
            for name in self.program.position
            if name in below and (self.changeable(name) or (settled and self.bounded(name)))
        ]
        plans = [self._single(node, wanted, name, below) for name in names if self._might(node, wanted, (name,))]
        found = tuple(plan for plan in plans if plan is not None)
        if found:
            return found
        unknown, others = self._people(node, below)
        # While something below is unknown, moving two known quantities at once is not worth the search.
        pairs = () if unknown else tuple(self._pairs(node, wanted, names))
        return pairs or (RemedyPlan({}, unknown or others),)

    def _reaches(self, node: Node, wanted: bool, moves: Mapping[str, Any]) -> bool:
        return self.program.value(node, self.moved.after(moves)) is wanted

    def _might(self, node: Node, wanted: bool, names: Collection[str]) -> bool:
        """Whether a move of the names might make `node` come out as wanted; if not, there is nothing to look for."""
        return not all(map(self.changeable, names)) or self.program.value(node, self.moved.opened(names)) is not (
            not wanted
        )

    def _single(self, node: Node, wanted: bool, name: str, below: frozenset[str]) -> RemedyPlan | None:
        def reaches(value: Any) -> bool:
            return self._reaches(node, wanted, {name: value})

        found = {value for value in self.options(name) if reaches(value)} | set(self.searched(name, reaches))
        found = found or {value for value in self.crossings(node, name, below) if reaches(value)}
        if not found.issubset(self.options(name)):
            # What the search found joins the options, so that plans for other conditions can agree on it.
            self.found_new = True
            self._moves[name] = self.by_distance(name, {*self.options(name), *found})
        suitable = [value for value in self._moves[name] if value in found]
        return RemedyPlan({name: tuple(suitable)}) if suitable else None

    def _pairs(self, node: Node, wanted: bool, names: Sequence[str]) -> Iterator[RemedyPlan]:
        moves = (
            {first: a, second: b}
            for first, second in combinations(names, 2)
            if self._might(node, wanted, (first, second))
            for a, b in product(self.options(first), self.options(second))
        )
        found: set[tuple[str, ...]] = set()
        for pair in islice(moves, _LOOK):
            if tuple(pair) not in found and self._reaches(node, wanted, pair):
                found.add(tuple(pair))
                yield RemedyPlan({name: (value,) for name, value in pair.items()})

    def _people(self, node: Node, below: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What no machine may move: facts below that are unknown (tables with blank cells too), or blank where that is asked;
        and the findings that would turn the node were they otherwise, else what it names itself."""
        package = self.program.package
        named = [n for n in (*package.facts, *package.tables, *package.parameters) if n in below]
        columns = {*columns_of([self.program.inlined(node)]), *self.columns(below)}
        live = self._live(node)
        lacking = tuple(name for name in named if self.lacks(name, columns))
        unknown = tuple(n for n in lacking if n in live) or tuple(n for n in lacking if filled(n) in self.program.slots)
        found = tuple(name for name in named if name in package.facts and package.facts[name].finding)
        graded = tuple(name for name in found if not isinstance(self.values[self.program.slots[name]], bool))
        alone = tuple(name for name in found if self._turned(node, (name,)))
        findings = alone or (graded if self._turned(node, graded) else ())
        read = dict.fromkeys(named_by(key) for key in self.program.leaves(node))
        fixed = tuple(name for name in read if name not in package.parameters and name != AS_OF)
        return unknown, findings or fixed or tuple(read)

    def _turned(self, node: Node, names: Sequence[str]) -> bool:
        """Whether `node` would be another were these findings: truths the opposite, anything else not known."""
        now = {name: self.values[self.program.slots[name]] for name in names}
        other = {name: not value if isinstance(value, bool) else None for name, value in now.items()}
        return self.program.value(node, self.moved.after(other)) is not self.program.value(node, self.values)

    def _live(self, node: Node) -> set[str]:
        """The names below `node` that may still decide it; none where its value is known."""
        live = Live(self.program, self.values)
        live.visit(self.program.lowered(node))
        return {name for _, name in live.found}
