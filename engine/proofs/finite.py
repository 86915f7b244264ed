"""Questions without a solver: everything an expression names is taken for anything it might be, in as many situations as
tell its limits apart. That no situation is such is a proof. One that is such is a case only where facts alone were named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod

from engine.decision.equivalence import MOST, opened, values_of
from engine.decision.program import Program
from engine.language.printer import show_value
from engine.language.tree import Name, Node, Value
from engine.lowered.closures import compile_node
from engine.lowered.form import slot_names
from engine.policy.package import Field
from engine.proofs.questions import DeepQuestion
from engine.proofs.replies import PROVED, UNKNOWN, WITNESSED, Reply, SupposedValue


def asked(program: Program, question: DeepQuestion) -> Reply:
    """The answer to a question, or what keeps it from being answered so."""
    trees = [_written_out(program, node) for node, _ in question.conditions]
    constants = program.form.constants
    named = {n.name: n for tree in trees for n in slot_names(tree) if n.name not in constants}
    choices = {name: values_of([program] * len(trees), trees, named[name]) for name in named}
    endless = [name for name, values in choices.items() if not values]
    if endless:
        return Reply(question, UNKNOWN, why=f"没有求解器；要用{'、'.join(endless[:3])}计算，分不成有限的几段")
    count = prod(len(values) + 1 for values in choices.values())
    if count > MOST:
        return Reply(question, UNKNOWN, why=f"没有求解器；有{count}种情形，超过{MOST}种")
    runs = [compile_node(tree, program.context) for tree in trees]
    wanted = [value for _, value in question.conditions]
    for combination in product(*choices.values()):
        values = list(program.initial)
        for name, value in zip(choices, combination, strict=True):
            values[program.slots[name]] = value
        if all(run(values, None) == value for run, value in zip(runs, wanted, strict=True)):
            return _found(program.package.facts, question, list(choices), combination)
    return Reply(question, PROVED)


def _found(
    facts: Mapping[str, Field], question: DeepQuestion, names: Sequence[str], combination: Sequence[Value]
) -> Reply:
    worked_out = [name for name in names if name not in facts]
    if worked_out:
        return Reply(question, UNKNOWN, why=f"没有求解器；{'、'.join(worked_out[:3])}是算出来的，未必取得到这样的值")
    moves = tuple(
        SupposedValue(name, "", show_value(value, facts[name].type, facts[name].unit))
        for name, value in zip(names, combination, strict=True)
    )
    return Reply(question, WITNESSED, "", moves)


def _written_out(program: Program, node: Node) -> Node:
    """An expression with what it shares written out; of a slot what it comes to."""
    definition = program.form.definitions.get(node.name) if isinstance(node, Name) else None
    return opened(program, definition.node if definition is not None else node)
