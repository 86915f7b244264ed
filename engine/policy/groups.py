"""组: what the criteria of a group have in common, and which group lies in which. A criterion is in every group around its own, and
applies only where they all do."""

from __future__ import annotations

from collections.abc import Callable
from graphlib import CycleError, TopologicalSorter

from engine.base.text import did_you_mean
from engine.language.make import ALL
from engine.language.tree import Call, Node
from engine.policy.names import Names
from engine.policy.nodes import Scalar
from engine.policy.spec.rules import CriterionSpec, GroupSpec
from engine.policy.stack import Stack


class CriteriaGroups:
    """The groups of a stack that say more than their name; problems (E320, E378) go to the names."""

    def __init__(self, stack: Stack, names: Names, parse: Callable[[Scalar], Node | None]) -> None:
        self._outer: dict[str, tuple[Scalar, ...]] = {}
        self._applies: dict[str, Node] = {}
        self._specs: dict[str, GroupSpec] = {}
        for spec in (item.spec for item in stack.every("groups")):
            name = spec.name.text
            if name in self._specs:
                names.fail("E320", f"组 `{name}` 重复定义", spec.name.span, "合成一处")
                continue
            self._specs[name] = spec
            node = parse(spec.applies) if spec.applies else None
            if node is not None:
                self._applies[name] = node
        if self._specs:
            self._nested(stack, names)

    def _nested(self, stack: Stack, names: Names) -> None:
        used = {group.text for item in stack.every("criteria") for group in item.spec.groups}
        known = {*self._specs, *used}
        around = {name: [outer.text for outer in spec.inside] for name, spec in self._specs.items()}
        inner = {outer for outers in around.values() for outer in outers}
        for name, spec in self._specs.items():
            for outer in spec.inside:
                if outer.text not in known:
                    names.fail("E378", f"没有组 `{outer.text}`", outer.span, did_you_mean(outer.text, known))
            if name not in used and name not in inner:
                names.fail(
                    "E378", f"组 `{name}` 没有准则", spec.name.span, did_you_mean(name, used) or "在准则里写 `组`"
                )
        try:
            order = tuple(TopologicalSorter(around).static_order())
        except CycleError as error:
            circle: list[str] = error.args[1]
            message = f"组的 `属于` 成了循环：{' → '.join(f'`{name}`' for name in circle)}"
            names.fail("E378", message, self._specs[circle[0]].name.span, "删去其中一处 `属于`")
            return
        for name in order:
            inside = self._specs[name].inside if name in self._specs else ()
            further = (more for outer in inside for more in self._outer.get(outer.text, ()))
            self._outer[name] = tuple({scalar.text: scalar for scalar in (*inside, *further)}.values())

    def around(self, spec: CriterionSpec) -> CriterionSpec:
        """The criterion in all the groups around it too."""
        found = {group.text: group for group in spec.groups}
        for group in spec.groups:
            found |= {outer.text: outer for outer in self._outer.get(group.text, ()) if outer.text not in found}
        return spec if len(found) == len(spec.groups) else spec.but(groups=tuple(found.values()))

    def applying(self, spec: CriterionSpec, own: Node | None) -> Node | None:
        """Where a criterion in all its groups applies: its own condition and theirs, the outermost last."""
        parts = [own] if own is not None else []
        parts += [node for group in spec.groups if (node := self._applies.get(group.text)) is not None]
        return None if not parts else parts[0] if len(parts) == 1 else Call(ALL, tuple(parts))
