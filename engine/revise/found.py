"""Definitions where they are written: the item of a section that has a name, and the parts of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.base.text import did_you_mean
from engine.policy.nodes import ITEM_KEYS, Node, Scalar, Sequence, decode, read_yaml
from engine.policy.nodes import Mapping as MappingNode
from engine.policy.shape import SINGLE
from engine.policy.spec import ExampleFile, PackageSpec
from engine.policy.spec.rules import FILLS
from engine.revise.pieces import is_flow
from engine.revise.splices import Texts

Steps = tuple[str | int, ...]
"""Keys and, from 1, numbers of items that lead from a definition to a part of it: `("正文", 3, "段")`."""


@dataclass(frozen=True, slots=True)
class Defined:
    """A definition: the item `at` of `section`, called `name`."""

    kind: str
    name: str
    section: Sequence
    at: int

    @property
    def item(self) -> MappingNode:
        item = self.section.items[self.at]
        assert isinstance(item, MappingNode)
        return item


@dataclass(frozen=True, slots=True)
class Part:
    """What a place leads to. `node` None where its last key is not written; `holder` what would hold it."""

    holder: MappingNode | Sequence
    node: Node | None
    last: str | int
    flow: bool


def roots(files: Texts) -> dict[str, MappingNode]:
    """The rule files as nodes. Raises `Refused` where one cannot be read."""
    found: dict[str, MappingNode] = {}
    for file, data in files.items():
        text, problems = decode(data, file)
        root, wrong = read_yaml(text, file) if text is not None else (None, [])
        if errors := [p for p in (*problems, *wrong) if p.is_error]:
            raise Refused(errors)
        if isinstance(root, MappingNode):
            found[file] = root
    return found


def definitions(read: Mapping[str, MappingNode]) -> Iterator[Defined]:
    """Every definition of every section that is a list."""
    known = {*PackageSpec.key_names(), *ExampleFile.key_names()} - {*SINGLE}
    for root in read.values():
        for key, section in root:
            if key.text not in known or not isinstance(section, Sequence):
                continue
            for at, item in enumerate(section):
                if (name := _name(item)) is not None:
                    yield Defined(key.text, name, section, at)


def _name(item: Node) -> str | None:
    if not isinstance(item, MappingNode):
        return None
    named = (item.get(key) for key in (*ITEM_KEYS, *FILLS))
    return next((one.text for one in named if isinstance(one, Scalar)), None)


def definition(read: Mapping[str, MappingNode], kind: str, name: str) -> Defined:
    """The one definition of a kind with a name. Refused: E933 there is none, or more than one."""
    every = [found for found in definitions(read) if found.kind == kind]
    named = [found for found in every if found.name == name]
    if len(named) == 1:
        return named[0]
    if named:
        where = "、".join(str(found.item.span) for found in named)
        raise Refused(Problem("E933", f"{kind} `{name}` 写了几处：{where}", help="先只留一处"))
    kinds = dict.fromkeys(found.kind for found in definitions(read))
    if kind not in kinds:
        raise Refused(Problem("E933", f"没有 `{kind}` 这一节", help=f"有：{'、'.join(kinds)}"))
    raise Refused(Problem("E933", f"{kind} 里没有 `{name}`", help=did_you_mean(name, [f.name for f in every])))


def part(found: Defined, place: Steps) -> Part:
    """What `place` leads to below a definition. Refused: E933 it leads nowhere."""
    node: Node = found.item
    flow = is_flow(found.section)
    for depth, step in enumerate(place):
        last = depth == len(place) - 1
        flow = flow or is_flow(node)
        below = _step(node, step)
        if isinstance(node, Scalar) or (below is None and not (last and isinstance(node, MappingNode))):
            said = " › ".join(map(str, place[: depth + 1]))
            keys = node.keys() if isinstance(node, MappingNode) else ()
            help = did_you_mean(str(step), keys) or (f"有：{'、'.join(keys)}" if keys else "这里没有下一级")
            raise Refused(Problem("E933", f"{found.kind} `{found.name}` 里没有 `{said}`", found.item.span, help))
        if last:
            return Part(node, below, step, flow)
        assert below is not None
        node = below
    raise ValueError("an empty place")


def _step(node: Node, step: str | int) -> Node | None:
    if isinstance(node, MappingNode):
        return node.get(str(step))
    if isinstance(node, Sequence) and isinstance(step, int) and 0 < step <= len(node):
        return node.items[step - 1]
    return None
