"""Events and periods as facts for chaining: ids and values become symbols, equal values equal symbols."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from engine.language.tree import Value
from engine.procedure import programs as p
from engine.procedure.chaining import Atom, HornProgram
from engine.procedure.compiled import Compiled
from engine.procedure.history import Entry


def event_fact(compiled: Compiled, entry: Entry) -> Atom:
    """The event with its join keys; an unknown value is a symbol of its own, equal to no other."""
    keys = compiled.programs.keys[entry.event]
    return Atom(p.event_predicate(entry.event), (entry.id, *(symbol(entry.values.get(k), entry.id) for k in keys)))


def known(program: HornProgram, facts: Iterable[Atom]) -> list[Atom]:
    """The facts some rule of the program looks at."""
    return [fact for fact in facts if fact.predicate in program.arities]


def symbol(value: Value, owner: str) -> str:
    """A value as a symbol."""
    if value is None:
        return f"?{owner}"
    return f"={value.normalize():f}" if isinstance(value, Decimal) else f"={value}"
