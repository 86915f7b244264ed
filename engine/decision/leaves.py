"""The leaves of a condition that keep it from coming out as wanted: all of them, not only as many as would be enough. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from engine.decision.program import Program
from engine.language.functions import FUNCTIONS
from engine.language.keys import named_by
from engine.language.make import NOT
from engine.language.tree import BOOL, Call, Name, Node
from engine.lowered.calls import Values
from engine.lowered.form import SHARED


def failed(
    program: Program, values: Values, node: Node, wanted: bool = True, through: set[str] | None = None
) -> Iterator[Node]:
    """Every leaf of the lowered condition `node`, truths that are defined elsewhere opened, whose value is known and not
    as `wanted`: each conjunct that fails, and of alternatives, where none holds, each. `through`: takes the names of the
    truths looked into on the way."""
    if program.value(node, values) is not (not wanted):
        return
    if isinstance(node, Call):
        row = FUNCTIONS[node.function]
        if row.decisive is not None:
            for arg in node.args:
                yield from failed(program, values, arg, wanted, through)
            return
        if node.function == NOT:
            yield from failed(program, values, node.args[0], not wanted, through)
            return
        for branch in row.branches(node.args) if row.alone else ():
            if all(program.value(guard, values) is truth for guard, truth in branch.guards):
                yield from failed(program, values, branch.value, wanted, through)
                return
    definition = program.form.definitions.get(node.name) if isinstance(node, Name) else None
    if isinstance(node, Name) and definition is not None and definition.node.type == BOOL and _opened(program, node):
        if through is not None:
            through.add(named_by(node.name))
        yield from failed(program, values, definition.node, wanted, through)
    else:
        yield node


def _opened(program: Program, name: Name) -> bool:
    """Whether a truth is looked into: what is shared, and quantities, but not how it stands with a criterion."""
    return name.kind == SHARED or program.form.definitions[name.name].owner not in program.package.criteria


def names_in(program: Program, leaf: Node) -> dict[str, None]:
    """The facts a leaf rests on, in the package's order, and the other names it reads."""
    return dict.fromkeys((*map(named_by, program.leaves(leaf)), *program.below((leaf,))))
