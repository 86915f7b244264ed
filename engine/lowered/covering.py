"""Conditions on one number, the first that holds being meant: whether they leave no value out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from engine.language.functions import FUNCTIONS
from engine.language.make import ALL, ANY, NOT, TRUE
from engine.language.row import Strict
from engine.language.tree import Call, Literal, Name, Node, Value


def in_order(conditions: Sequence[Node], name: str, constants: Mapping[str, Value]) -> tuple[Node, ...] | None:
    """The same conditions on the number `name`, the first that holds being meant, without what those before already say
    (75 以上且不满 90 after 90 以上 is 75 以上) and the last true, where they leave no value out; None where they may, or
    where they ask for more than how it compares with constants.

    Tried at every limit, between any two and beyond the outermost: nothing changes elsewhere."""
    limits = [limit for condition in conditions for limit in _limits(condition, name, constants)]
    points = sorted({limit for limit in limits if limit is not None})
    if not points or None in limits:
        return None
    tried = [point for a, b in pairwise(points) for point in (a, (a + b) / 2)]
    tried += [points[0] - 1, points[-1], points[-1] + 1]

    def hits(given: Sequence[Node]) -> list[int]:
        each = ((i for i, c in enumerate(given) if _holds(c, {**constants, name: point})) for point in tried)
        return [next(found, -1) for found in each]

    found, wanted = [*conditions[:-1], TRUE], hits(conditions)
    if -1 in wanted or hits(found) != wanted:
        return None
    for index, condition in enumerate(conditions[:-1]):
        for part in condition.args if isinstance(condition, Call) and condition.function == ALL else ():
            shorter = [*found[:index], part, *found[index + 1 :]]
            found = shorter if hits(shorter) == wanted else found
    return tuple(found)


def _limits(node: Node, name: str, constants: Mapping[str, Value]) -> Iterator[Decimal | None]:
    """What `name` is compared with; None of what is no such comparison."""
    if isinstance(node, Call) and node.function in (ALL, ANY, NOT):
        for arg in node.args:
            yield from _limits(arg, name, constants)
    elif isinstance(node, Call) and FUNCTIONS[node.function].compares and len(node.args) == 2:
        sides = [arg for arg in node.args if not (isinstance(arg, Name) and arg.name == name)]
        value = _value(sides[0], constants) if len(sides) == 1 else None
        yield value if isinstance(value, Decimal) and isinstance(FUNCTIONS[node.function].meaning, Strict) else None
    elif not (isinstance(node, Literal) and isinstance(node.value, bool)):
        yield None


def _value(node: Node, constants: Mapping[str, Value]) -> Value:
    return node.value if isinstance(node, Literal) else constants.get(node.name) if isinstance(node, Name) else None


def _holds(node: Node, known: Mapping[str, Value]) -> bool:
    if not isinstance(node, Call):
        return _value(node, known) is True
    if node.function == NOT:
        return not _holds(node.args[0], known)
    if node.function in (ALL, ANY):
        parts = (_holds(arg, known) for arg in node.args)
        return all(parts) if node.function == ALL else any(parts)
    meaning = FUNCTIONS[node.function].meaning
    assert isinstance(meaning, Strict)
    return bool(meaning.do(*(_value(arg, known) for arg in node.args)))
