"""Values as YAML text that reads back as what was meant, in the style of what stood there. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.policy.nodes import Mapping as MappingNode
from engine.policy.nodes import Node, Scalar, read_yaml
from engine.policy.nodes import Sequence as NodeList

YamlValue = str | Sequence["YamlValue"] | Mapping[str, "YamlValue"]
"""What a definition says: texts, lists and mappings of them."""


def plain(node: Node) -> YamlValue:
    """What a node says."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, MappingNode):
        return {key.text: plain(value) for key, value in node}
    return [plain(item) for item in node]


def scalar(text: str, old: Scalar | None = None, *, flow: bool = False, key: bool = False) -> str:
    """`text` as a scalar: in the style of `old` where that holds it, else plain, else quoted. `flow`: it stands in
    brackets; `key`: it is one."""
    if old is not None and old.style in ("literal", "folded") and not flow:
        return _block(text, old)
    style = "plain" if old is None else old.style
    if style == "double" or "\n" in text:
        return _double(text)
    if style == "plain" and _reads_back(text, flow=flow, key=key):
        return text
    return "'" + text.replace("'", "''") + "'"


def _reads_back(text: str, *, flow: bool, key: bool) -> bool:
    """Whether the reader takes the text, without quotes, for just this text."""
    whole = (
        f"{{{text}: 值}}"
        if key and flow
        else f"{text}: 值"
        if key
        else f"- {{键: {text}}}"
        if flow
        else f"- 键: {text}"
    )
    node, problems = read_yaml(whole + "\n", "")
    item = node.items[0] if isinstance(node, NodeList) and len(node) == 1 else node
    if problems or not isinstance(item, MappingNode) or len(item) != 1:
        return False
    found = item.entries[0][0 if key else 1]
    return isinstance(found, Scalar) and found.text == text and found.style == "plain"


def _double(text: str) -> str:
    for char, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t")):
        text = text.replace(char, escaped)
    return f'"{text}"'


def _block(text: str, old: Scalar) -> str:
    """The text under the header of the block that stood there, as deep as its first line."""
    written = old.source.text[old.start : old.stop]
    header, _, rest = written.partition("\n")
    first = next((line for line in rest.split("\n") if line.strip()), "  ")
    indent = " " * (len(first) - len(first.lstrip(" ")))
    lines = text.rstrip("\n").split("\n")
    between = "\n\n" if old.style == "folded" else "\n"
    return header + "\n" + between.join(indent + line if line else "" for line in lines)


def block(value: YamlValue, indent: int) -> list[str]:
    """The lines of a mapping or of a list, each but the first begun by `indent` blanks."""
    return [line if not at else " " * indent + line for at, line in enumerate(_lines(value))]


def _lines(value: YamlValue) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _entry(scalar(name, key=True), part)
    elif not isinstance(value, str):
        for item in value:
            first, *rest = [scalar(item)] if isinstance(item, str) else _lines(item)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)


def _entry(name: str, part: YamlValue) -> Iterator[str]:
    if isinstance(part, str):
        yield f"{name}: {scalar(part)}"
    elif isinstance(part, Sequence) and all(isinstance(item, str) for item in part):
        yield f"{name}: {flowing(part)}"
    else:
        yield f"{name}:"
        yield from (f"  {line}" for line in _lines(part))


def flowing(value: YamlValue) -> str:
    """A value in brackets, on one line."""
    if isinstance(value, str):
        return scalar(value, flow=True)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(k, flow=True, key=True)}: {flowing(v)}" for k, v in value.items()) + "}"
    return "[" + ", ".join(map(flowing, value)) + "]"
