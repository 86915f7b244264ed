"""What can be read off a tree without running it: the names it uses, and how it bounds them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.language.tree import BOOL, Call, Items, Literal, Name, Node

FLIPPED = {"≥": "≤", "≤": "≥", ">": "<", "<": ">", "=": "=", "≠": "≠"}
"""a ? b read from b's side."""
NEGATED = {"≥": "<", "<": "≥", "≤": ">", ">": "≤", "=": "≠", "≠": "=", "属于": "不属于", "不属于": "属于"}
_PRESENCE = ("已填", "未填")


def nodes(node: Node) -> Iterator[Node]:
    """The node and everything under it, in reading order."""
    yield node
    for child in node.args if isinstance(node, Call) else node.items if isinstance(node, Items) else ():
        yield from nodes(child)


def _used(node: Node, presence: bool) -> Iterator[str]:
    """Names used; those under 已填/未填 only if `presence`."""
    match node:
        case Name():
            if node.kind != "member":
                yield node.table or node.name
        case Items():
            for item in node.items:
                yield from _used(item, presence)
        case Call() if presence or node.function not in _PRESENCE:
            # The second argument of 分项得分 names an item, which is no name of the scope.
            for arg in node.args[:1] if node.function == "分项得分" else node.args:
                yield from _used(arg, presence)


def leaves(node: Node) -> tuple[str, ...]:
    """Names of the scope a typed tree uses, in reading order, each once: a column counts as its table; members do not
    count; groups stand for themselves."""
    return tuple(dict.fromkeys(_used(node, presence=True)))


def presence_only(node: Node) -> tuple[str, ...]:
    """The leaves used under 已填 and 未填 only: whether they are known matters, their value does not."""
    valued = set(_used(node, presence=False))
    return tuple(name for name in leaves(node) if name not in valued)


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
    if node.function in ("且", "或", "非", "若"):
        for arg in node.args:
            yield from _bounds(arg, positive != (node.function == "非"))
    elif node.function in NEGATED:
        left, right = node.args
        seen = node.function if positive else NEGATED[node.function]
        if isinstance(left, Name) and _open(left):
            yield left.name, seen, right
        if isinstance(right, Name) and _open(right):
            yield right.name, FLIPPED[seen], left


def _open(name: Name) -> bool:
    return name.kind not in ("member", "column")
