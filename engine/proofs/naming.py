"""What expressions name, through definitions, and the world that some versions of the rules need."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import z3

from engine.decision.program import Program
from engine.language.make import FILLED, IN_TEXTS, LEAST_BY_MONTH, WITH_CELL
from engine.language.make import RECORDS as CHOSEN
from engine.language.tree import Call, Name, Node
from engine.language.walk import nodes
from engine.proofs.terms import SolverTerm
from engine.proofs.world import Ground


class NoTerm(Exception):
    """Something that cannot be a term where it stands. `args[0]`: why, in Chinese."""


RecordCells = Callable[[Name], SolverTerm]
"""The cells of the record that something is asked of."""


def world_of(programs: Sequence[Program]) -> Ground:
    """A world for some versions of the rules, in a context of the solver that nothing was asked of before: what it answers
    does not depend on what somebody else asked."""
    z3.z3._main_ctx = None
    calls = [
        (p, n) for p in programs for d in p.form.definitions.values() for n in nodes(d.node) if isinstance(n, Call)
    ]
    texts: set[str] = set()
    for program, call in calls:
        if call.function in IN_TEXTS:
            for arg in call.args:
                texts |= below(program, arg)
    asked = {name for p in programs for name in p.form.presences}
    for _, call in calls:
        first = call.args[0] if call.function == FILLED else None
        if isinstance(first, Name):
            asked.add(_column(first) if first.kind == "column" else first.name)
    tested = set()
    for _, call in calls:
        if call.function in (CHOSEN, WITH_CELL):
            tested |= {
                (n.table, n.name)
                for part in call.args[1:]
                for n in nodes(part)
                if isinstance(n, Name) and n.kind == "column"
            }
    monthly = {
        n.table for _, call in calls if call.function == LEAST_BY_MONTH for n in call.args[1:2] if isinstance(n, Name)
    }
    return Ground(frozenset(texts), frozenset(asked), frozenset(tested), frozenset(monthly))


def _column(name: Name) -> str:
    return f"{name.table}.{name.name}"


def below(program: Program, node: Node) -> set[str]:
    """Facts and columns an expression rests on, through definitions."""
    found: set[str] = set()
    waiting: list[Node] = [node]
    while waiting:
        for name in (n for n in nodes(waiting.pop()) if isinstance(n, Name)):
            key = _column(name) if name.kind == "column" else name.name
            if key not in found:
                found.add(key)
                definition = program.form.definitions.get(name.name)
                waiting += [definition.node] if definition is not None else []
    return found
