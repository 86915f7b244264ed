"""Which slots the interpreter may know where columns are silent: by the ranges of what is unknown, or by trying cases."""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from functools import cached_property

from engine.base.classes import dataclass
from engine.decision.program import Program
from engine.language.functions import FUNCTIONS
from engine.language.make import AMONG, LARGEST_HIT, SMALLEST_HIT
from engine.language.row import Decides
from engine.language.tree import Call, Literal, Name, Node
from engine.language.walk import nodes
from engine.lowered.fold import folded
from engine.lowered.form import Definition, can_be_bounded, is_bounded


@dataclass
class Refined:
    """`folds` keeps what was folded of the form, whoever folds it."""

    program: Program
    folds: dict[int, tuple[Node, Node]]
    _known: dict[str, bool] = field(default_factory=dict)

    def slot(self, key: str) -> bool:
        """Whether the interpreter may know the slot where columns do not."""
        found = self._known.get(key)
        if found is None:
            definition = self.program.form.definitions.get(key)
            found = definition is not None and (
                self._own(definition) or any(self.slot(n.name) for n in self.program.form.names(key))
            )
            self._known[key] = found
        return found

    def _own(self, definition: Definition) -> bool:
        if definition.cases or definition.joint or definition.hulled or definition.bounded:
            return True
        node = folded(definition.node, self.program.form.constants, self.folds)
        return any(self._bounded(part) for part in nodes(node) if isinstance(part, Call))

    def _bounded(self, call: Call) -> bool:
        row = FUNCTIONS[call.function]
        if row.reckons or call.function in (LARGEST_HIT, SMALLEST_HIT) or is_bounded(call):
            return True
        first = call.args[0] if call.args else None
        choice = self.program.form.definitions.get(first.name) if isinstance(first, Name) else None
        if (row.equates or call.function == AMONG) and choice is not None and choice.worded:
            return True
        if not isinstance(row.bounds, Decides):
            return False
        return any(can_be_bounded(arg, self._ranged) for arg in call.args) and not self._undecided(call)

    @cached_property
    def _ranged(self) -> set[str]:
        form, context = self.program.form, self.program.context
        hulled = {key for key, one in form.definitions.items() if one.hulled or one.bounded}
        return hulled | set(context.ranges)

    def _undecided(self, call: Call) -> bool:
        """Whether a fact beside a constant within its range: while it is unknown nothing can be said."""
        ranges = self.program.context.ranges
        fact, limit = call.args
        if isinstance(fact, Literal):
            if not FUNCTIONS[call.function].flipped:
                return False
            fact, limit = limit, fact
        if not isinstance(fact, Name) or not isinstance(limit, Literal) or fact.name not in ranges:
            return False
        low, high = ranges[fact.name]
        value = limit.value
        if not isinstance(value, Decimal) or not isinstance(low, Decimal) or not isinstance(high, Decimal):
            return False
        return low < value < high
