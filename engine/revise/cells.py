"""What a changed cell comes to as edits of the part of a definition it is. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from engine.policy.nodes import Mapping as MappingNode
from engine.policy.nodes import Node, Scalar
from engine.policy.nodes import Sequence as NodeList
from engine.revise.edits import Edit, Insert, Remove, SetPart
from engine.revise.found import Steps
from engine.revise.sheets import BookColumn, Row, at, shown
from engine.revise.writing import YamlValue


def set_part(row: Row, place: Steps, node: Node | None, value: YamlValue) -> Edit:
    """The part says `value`; with what is above it where that is not written either."""
    kind, name = row.found.kind, row.found.name
    depth = len(place)
    while node is None and depth > 1 and at(row.found.item, place[: depth - 1]) is None:
        depth -= 1
        value = {str(place[depth]): value}
    return SetPart(kind, name, place[:depth], value)


def pairs_edits(row: Row, place: Steps, node: Node | None, new: Mapping[str, str]) -> Iterator[Edit]:
    """The lines `名称: 值` that differ, each an edit of its key."""
    kind, name = row.found.kind, row.found.name
    if not isinstance(node, MappingNode):
        yield set_part(row, place, node, dict(new))
        return
    old = {key.text: shown(value) for key, value in node}
    for key, value in new.items():
        if old.get(key) != value:
            yield SetPart(kind, name, (*place, key), value)
    yield from (Remove(kind, name, (*place, key)) for key in old if key not in new)


def list_edits(row: Row, place: Steps, node: Node | None, new: Sequence[str]) -> Iterator[Edit]:
    """The texts of a list that differ, from the last to the first."""
    kind, name = row.found.kind, row.found.name
    if isinstance(node, Scalar):
        if len(new) == 1:
            yield SetPart(kind, name, place, new[0])
        else:
            yield from (Remove(kind, name, place), SetPart(kind, name, place, [*new]))
        return
    if not isinstance(node, NodeList):
        yield set_part(row, place, node, [*new])
        return
    old = [shown(item) for item in node]
    for _, a, b, c, d in reversed(SequenceMatcher(None, old, new, autojunk=False).get_opcodes()):
        if old[a:b] == list(new[c:d]):
            continue
        same = min(b - a, d - c)
        yield from (Insert(kind, name, place, a + same, one) for one in reversed(new[c + same : d]))
        yield from (Remove(kind, name, (*place, at_)) for at_ in range(b, a + same, -1))
        yield from (SetPart(kind, name, (*place, a + step + 1), new[c + step]) for step in range(same))


def nested(cells: Iterator[tuple[BookColumn, str]]) -> YamlValue:
    """What a new row says, each cell at the place its column names."""
    found: dict[str, YamlValue] = {}
    for column, text in cells:
        assert column.steps is not None
        *above, last = map(str, column.steps)
        into = found
        for key in above:
            below = into.setdefault(key, {})
            assert isinstance(below, dict)
            into = below
        into[last] = text
    return found
