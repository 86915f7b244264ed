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


def _used(node: Node) -> Iterator[str]:
    match node:
        case Name():
            if node.kind != "member":
                yield node.table or node.name
        case Items():
            for item in node.items:
                yield from _used(item)
        case Call():
            row = FUNCTIONS[node.function]
            for index, arg in enumerate(node.args):
                if row.pattern(index) != "分项":  # names an item of a score, which is no name of the scope
                    yield from _used(arg)


def leaves(node: Node) -> tuple[str, ...]:
    """Names of the scope a typed tree uses, in reading order, each once: a column counts as its table; members do not
    count; groups stand for themselves."""
    return tuple(dict.fromkeys(_used(node)))


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
