"""What can be read off a tree without running it: the names it uses, and how it bounds them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.language.functions import FUNCTIONS, LOGIC
from engine.language.tree import BOOL, Call, Items, Literal, Name, Node


def nodes(node: Node) -> Iterator[Node]:
    """The node and everything under it, in reading order."""
    waiting: list[Node] = [node]
    while waiting:
        one = waiting.pop()
        yield one
        if isinstance(one, Call):
            waiting += reversed(one.args)
        elif isinstance(one, Items):
            waiting += reversed(one.items)


def thresholds(node: Node) -> dict[str, list[tuple[str, Node]]]:
    """For each name compared directly: (comparison, other side), as seen from the name, with 非 worked in. A truth
    that stands alone counts as = 是 (或 = 否). Comparisons inside aggregates are about records and left out."""
    found: dict[str, list[tuple[str, Node]]] = {}
    for name, comparison, other in _bounds(node, True):
        found.setdefault(name, []).append((comparison, other))
    return found


def _bounds(node: Node, positive: bool) -> Iterator[tuple[str, str, Node]]:
    if isinstance(node, Name) and _open(node) and node.type == BOOL:
        yield node.name, "=", Literal(positive, "是" if positive else "否", node.span, BOOL)
    if not isinstance(node, Call):
        return
    row = FUNCTIONS[node.function]
    if row.topic == LOGIC:
        for index, arg in enumerate(node.args):
            yield from _bounds(arg, positive != (row.direction(index) < 0))
    elif row.opposite:
        left, right = node.args
        seen = row.name if positive else row.opposite
        if isinstance(left, Name) and _open(left):
            yield left.name, seen, right
        if isinstance(right, Name) and _open(right):
            yield right.name, FUNCTIONS[seen].flipped, left


def _open(name: Name) -> bool:
    return name.kind not in ("member", "column")
