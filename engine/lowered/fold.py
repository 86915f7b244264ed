"""Constants worked out once: parameters that have a value, calculations over constants, decided conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, time
from decimal import Decimal

from engine.base.numbers import EXACT
from engine.language import make
from engine.language.functions import FUNCTIONS
from engine.language.make import MINUS, OVER, TIMES
from engine.language.printer import show_value
from engine.language.row import Strict
from engine.language.tree import Call, Items, Literal, Name, Node, Value

Folds = dict[int, tuple[Node, Node]]
"""A node's number in memory -> the node and what it becomes."""


def folded(node: Node, constants: Mapping[str, Value], known: Folds | None = None) -> Node:
    """`node` with everything constant in it worked out. Working days are left: a result may rest on a year without a
    notice, and is told so case by case. `known`: what nodes become, by their number in memory; grows."""
    match node:
        case Name():
            return _literal(constants[node.name], node) if node.name in constants and not node.table else node
        case Literal():
            return node
    if known is None:
        known = {}
    found = known.get(id(node))
    if found is None:
        found = known[id(node)] = (node, _folded(node, constants, known))
    return found[1]


def _folded(node: Items | Call, constants: Mapping[str, Value], known: Folds) -> Node:
    parts = node.items if isinstance(node, Items) else node.args
    done = tuple(folded(part, constants, known) for part in parts)
    if isinstance(node, Items):
        return Items(done, node.span, node.type)
    same = all(new is old for new, old in zip(done, parts, strict=True))
    return _call(node if same else Call(node.function, done, node.span, node.type))


def _call(call: Call) -> Node:
    row = FUNCTIONS[call.function]
    if row.decisive is not None:
        return _connective(call, row.decisive)
    for branch in row.branches(call.args) if row.alone else ():
        truths = [(_truth(condition), wanted) for condition, wanted in branch.guards]
        if all(truth is wanted for truth, wanted in truths):
            return branch.value
        if not any(truth is (not wanted) for truth, wanted in truths):
            break
    if isinstance(row.meaning, Strict) and not row.meaning.calendar:
        args = [arg.value for arg in call.args if isinstance(arg, Literal)]
        if len(args) == len(call.args):
            return _worked_out(call, row.meaning, args)
        if call.function == OVER:
            return _reciprocal(call)
        if call.function == TIMES:
            return _scaled(call)
        if call.function == MINUS and args == [0]:
            return call.args[0] if isinstance(call.args[1], Literal) else call
    return call


def _connective(call: Call, decisive: bool) -> Node:
    left = [arg for arg in call.args if _truth(arg) is not (not decisive)]
    known = next((arg for arg in left if _truth(arg) is decisive), None)
    if known is not None:
        return known
    if not left:
        return Literal(not decisive, show_value(not decisive), call.span, call.type)
    if len(left) == len(call.args):
        return call
    return left[0] if len(left) == 1 else Call(call.function, tuple(left), call.span, call.type)


def _truth(node: Node) -> bool | None:
    return node.value if isinstance(node, Literal) and isinstance(node.value, bool) else None


def _worked_out(call: Call, meaning: Strict, args: Sequence[Value]) -> Node:
    try:
        return _literal(meaning.do(*args), call)
    except (ArithmeticError, ValueError):
        return call  # unknown, and told where it is evaluated


def _reciprocal(call: Call) -> Node:
    """Division by a constant whose reciprocal has finitely many digits is a multiplication."""
    by = call.args[1]
    if not isinstance(by, Literal) or not isinstance(by.value, Decimal) or by.value == 0:
        return call
    try:
        other = EXACT.divide(Decimal(1), by.value)
    except ArithmeticError:
        return call
    return Call(TIMES, (call.args[0], Literal(other, str(other), by.span, by.type)), call.span, call.type)


def _scaled(call: Call) -> Node:
    """A product: once is no change; a linear scale, full × 较大（0，较小（1，x ÷ top））, becomes 较大（0，较小（full，
    x × (full ÷ top)）） where that has finitely many digits, and needs no fraction."""
    match call.args:
        case (Literal(value=Decimal() as once), other) | (other, Literal(value=Decimal() as once)) if once == 1:
            return other
        case (
            Literal(value=Decimal() as full),
            Call(
                function=make.LARGER,
                args=(
                    Literal(value=Decimal() as zero) as floor,
                    Call(
                        function=make.SMALLER,
                        args=(
                            Literal(value=Decimal() as one) as ceiling,
                            Call(function=make.OVER, args=(measure, Literal(value=Decimal() as top))),
                        ),
                    ),
                ),
            ),
        ) if zero == 0 and one == 1 and full > 0 and top > 0:
            try:
                rate = EXACT.divide(full, top)
            except ArithmeticError:
                return call
            risen = Call(TIMES, (measure, Literal(rate, str(rate))), call.span, call.type)
            capped = Call(
                make.SMALLER, (replace(ceiling, value=full, text=show_value(full)), risen), call.span, call.type
            )
            return Call(make.LARGER, (floor, capped), call.span, call.type)
    return call


def _literal(value: Value, node: Node) -> Node:
    if isinstance(value, bool | Decimal | date | time | str):
        return Literal(value, show_value(value), node.span, node.type)
    return node
