"""What definitions that say something else come to in a case that was decided before: only what rests on them is worked
out anew, and nothing of the package is compiled again. Pure.

The values are worked out without trying cases, since the cases to try belong to the rules as they were. What is known here
is so under the changed rules too; what is not known has to be asked of these.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from functools import cached_property
from typing import Any

from engine.base.classes import dataclass
from engine.decision.program import Program
from engine.language import keys
from engine.language.keys import named_by
from engine.language.row import Run
from engine.language.tree import Node
from engine.lowered.calls import Values
from engine.lowered.closures import Context, compile_node
from engine.lowered.form import Form, slot_names
from engine.lowered.rules import part_of
from engine.lowered.worlds import TRIED, Asked
from engine.policy.package import Package


@dataclass(frozen=True)
class Planted:
    """`program` with the definitions `names` as `package` has them."""

    program: Program
    package: Package
    names: Container[str]

    @cached_property
    def _forms(self) -> tuple[Form, Form]:
        asked = self.program.form.asked
        return part_of(self.program.package, self.names, asked), part_of(self.package, self.names, asked)

    @cached_property
    def changed(self) -> Mapping[str, Node | None]:
        """The slots that say something else, with what they come to, what is shared written out; None for those that are no
        longer there."""
        was, now = (_parts(form, self.names) for form in self._forms)
        return {key: now[key][0] if key in now else None for key in {**was, **now} if was.get(key) != now.get(key)}

    @cached_property
    def _own(self) -> Mapping[str, Run] | None:
        """What each of them comes to; None where the program has no place for one."""
        program, found = self.program, dict[str, Run]()
        slots, context = program.slots, program.context
        fresh = Context(
            slots, context.calendar, self._forms[1].constants, context.columns, context.cells, context.ranges
        )
        for key, node in self.changed.items():
            if node is None or key not in slots or any(name.name not in slots for name in slot_names(node)):
                return None
            found[key] = compile_node(node, fresh)
        places = {slots[key] for key in found}
        return found if len(places) == len(found) else None

    @cached_property
    def _runs(self) -> Mapping[int, Run]:
        own, program = self._own, self.program
        assert own is not None
        above = program.writing.opened_by(frozenset(own))
        return {**above, **{program.slots[key]: run for key, run in own.items()}}

    @cached_property
    def _unknown(self) -> Mapping[int, None]:
        """What bounds the changed ones, and the words they may come to: not worked out, and so nothing is known of it."""
        slots = self.program.slots
        both = (place for key in self.changed for place in (slots.get(keys.interval(key)), slots.get(keys.words(key))))
        return dict.fromkeys((TRIED, *(place for place in both if place is not None)))

    def values(self, values: Values) -> Asked | None:
        """What `values`, those of a case under the program, are then, each worked out when it is asked for; None where that
        cannot be said without compiling the changed rules."""
        return None if self._own is None else Asked(values, self._runs, dict(self._unknown))

    def unmoved(self, values: Values, asked: Asked, key: str) -> bool:
        """Whether a slot is certain to hold what it held."""
        place = self.program.slots[key]
        return place not in self._runs or (values[place] is not None and bool(asked[place] == values[place]))


def _parts(form: Form, names: Container[str]) -> dict[str, tuple[Node, Any]]:
    """What the slots of definitions come to, with the values of the parameters they name."""
    found: dict[str, tuple[Node, Any]] = {}
    for key, definition in form.definitions.items():
        if named_by(key) in names:
            node = form.inlined(definition.node)
            found[key] = node, [(name.name, form.constants.get(name.name)) for name in slot_names(node)]
    return found
