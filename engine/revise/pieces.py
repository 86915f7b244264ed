"""Keys and items put into the text of a file, changed in it and taken out, each as one splice. Pure.

Whether brackets or lines hold the parts of a node is seen from how it begins. What is taken out of lines takes its lines
with it; what is put in stands under what was last, as deep as that.
"""

from __future__ import annotations

from collections import abc

from engine.policy.nodes import Mapping, Node, Scalar, Sequence
from engine.revise.splices import Splice
from engine.revise.writing import YamlValue, block, flowing, scalar


def is_flow(node: Node) -> bool:
    """Whether it is written in brackets."""
    return not isinstance(node, Scalar) and node.source.text[node.start : node.start + 1] in ("{", "[")


def rewritten(old: Scalar, text: str, *, flow: bool, key: bool = False) -> Splice:
    """`old` says `text` from now on."""
    written = scalar(text, old, flow=flow, key=key)
    space = " " if old.empty and old.source.text[old.start - 1 : old.start] == ":" else ""
    return Splice(old.source.file, old.start, old.stop, space + written)


def with_key(mapping: Mapping, name: str, value: YamlValue) -> Splice:
    """A key after the last of a mapping."""
    last, text = mapping.entries[-1][1], mapping.source.text
    if is_flow(mapping):
        return Splice(mapping.source.file, last.stop, last.stop, f", {flowing({name: value})[1:-1]}")
    indent = _column(text, mapping.entries[0][0].start)
    end = _line_end(text, last.stop)
    lines = "\n".join([" " * indent + block({name: value}, indent)[0], *block({name: value}, indent)[1:]])
    return Splice(mapping.source.file, end, end, f"\n{lines}")


def without_key(mapping: Mapping, name: str) -> Splice:
    """A mapping without one of its keys, which is not the only one. In lines the first key stands behind the dash of its
    item and only another takes its place."""
    at = next(index for index, (key, _) in enumerate(mapping.entries) if key.text == name)
    key, value = mapping.entries[at]
    if at == 0:
        return Splice(mapping.source.file, key.start, mapping.entries[1][0].start, "")
    if is_flow(mapping):
        return Splice(mapping.source.file, mapping.entries[at - 1][1].stop, value.stop, "")
    return _without_lines(mapping, key.start, value.stop)


def with_item(sequence: Sequence, value: YamlValue, after: int) -> Splice:
    """An item after the one at `after`, -1: before the first; in brackets where its neighbour is and it
    is as simple."""
    text, item, file = sequence.source.text, sequence.items[max(after, 0)], sequence.source.file
    if is_flow(sequence):
        at = item.start if after < 0 else item.stop
        return Splice(file, at, at, f"{flowing(value)}, " if after < 0 else f", {flowing(value)}")
    indent = _column(text, _dash(item))
    lines = f"- {flowing(value)}" if is_flow(item) and _flat(value) else "\n".join(block([value], indent))
    if after < 0:
        return Splice(file, _dash(item), _dash(item), f"{lines}\n{' ' * indent}")
    end = _line_end(text, item.stop)
    return Splice(file, end, end, f"\n{' ' * indent}{lines}")


def moved_item(sequence: Sequence, at: int, after: int) -> list[Splice]:
    """A list with the item at `at` behind the one at `after`, -1: before the first, letter by letter; in lines with what
    is remarked behind it."""
    item, next_, text = sequence.items[at], sequence.items[max(after, 0)], sequence.source.text
    if is_flow(sequence):
        said = text[item.start : item.stop]
        place = next_.start if after < 0 else next_.stop
        said = f"{said}, " if after < 0 else f", {said}"
    else:
        said, blanks = text[_dash(item) : _line_end(text, item.stop)], " " * _column(text, _dash(item))
        place = _dash(next_) if after < 0 else _line_end(text, next_.stop)
        said = f"{said}\n{blanks}" if after < 0 else f"\n{blanks}{said}"
    return [Splice(sequence.source.file, place, place, said), without_item(sequence, at)]


def _flat(value: YamlValue) -> bool:
    parts = value.values() if isinstance(value, abc.Mapping) else value
    return all(isinstance(part, str) for part in parts)


def without_item(sequence: Sequence, at: int) -> Splice:
    """A list without one of its items."""
    item = sequence.items[at]
    if not is_flow(sequence):
        return _without_lines(sequence, _dash(item), item.stop)
    if at:
        return Splice(sequence.source.file, sequence.items[at - 1].stop, item.stop, "")
    end = sequence.items[1].start if len(sequence) > 1 else item.stop
    return Splice(sequence.source.file, item.start, end, "")


def _without_lines(node: Mapping | Sequence, start: int, stop: int) -> Splice:
    """Without the whole lines from `start` to `stop`."""
    text = node.source.text
    first, end = text.rfind("\n", 0, start) + 1, _line_end(text, stop)
    if end < len(text):
        return Splice(node.source.file, first, end + 1, "")
    return Splice(node.source.file, max(first - 1, 0), end, "")


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _column(text: str, at: int) -> int:
    return at - text.rfind("\n", 0, at) - 1


def _dash(item: Node) -> int:
    """Where the dash of an item in lines is."""
    return item.source.text.rfind("-", 0, item.start)
