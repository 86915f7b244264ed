"""What is said of an unmet requirement against what it tests: a text may blame only what its own condition looks at. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from engine.base.classes import dataclass
from engine.base.problem import Problem
from engine.language.make import ALL, ANY, NOT
from engine.language.tree import Call, Node
from engine.policy.package import AS_OF, Criterion, Limb, Package
from engine.policy.uses import names_in, template_nodes

_ENOUGH = 3
"""Characters of a name that a text is looked through for: shorter ones stand inside other words."""


def check_limbs(package: Package) -> list[Problem]:
    """W372: a text blames a limb its condition does not test. W371: one text over several limbs that can fail apart."""
    look = _Look(package)
    found: list[Problem] = []
    for criterion in package.criteria.values():
        found += [*look.blaming(criterion), *look.over_several(criterion)]
    return found


@dataclass(frozen=True)
class _Look:
    package: Package

    def blaming(self, criterion: Criterion) -> Iterator[Problem]:
        """Texts of a limb that name what only another limb tests."""
        tested = [self.below(limb.condition) for limb in criterion.limbs]
        direct = [dict.fromkeys(self.named(limb.condition)) for limb in criterion.limbs]
        for index, limb in enumerate(criterion.limbs):
            others = {name: i for i, names in enumerate(direct) if i != index for name in names}
            blamed = next((n for n in self.said(limb, others) if n not in tested[index]), None)
            if blamed is not None:
                message = (
                    f"准则 `{criterion.name}` 第 {index + 1} 项的 `未满足` 说到 `{blamed}`，"
                    f"这一项并不看它（第 {others[blamed] + 1} 项才看）"
                )
                yield Problem("W372", message, criterion.span, "只写这一项没有达到什么")

    def said(self, limb: Limb, names: Mapping[str, int]) -> Iterator[str]:
        """Of `names` those that the limb's text fills in or speaks of."""
        filled = names_in(template_nodes(limb.unmet))
        words = "".join(part for part in limb.unmet if isinstance(part, str))
        yield from (name for name in names if name in filled or (len(name) >= _ENOUGH and name in words))

    def over_several(self, criterion: Criterion) -> Iterator[Problem]:
        """One text for conditions of which each can be met while another is not."""
        for index, limb in enumerate(criterion.limbs):
            pair = next(self.apart(limb.condition), None) if limb.unmet else None
            if pair is not None:
                where = f"第 {index + 1} 项" if len(criterion.limbs) > 1 else ""
                shown = "、".join(f"`{name}`" for name in pair)
                message = f"准则 `{criterion.name}` {where}用一句 `未满足` 说几项能分别没有达到的要求（{shown}）"
                help_ = "`要求` 逐项列出：`- {条件: …, 未满足: …}`，只印没有达到的各项"
                yield Problem("W371", message, criterion.span, help_)

    def apart(self, condition: Node) -> Iterator[tuple[str, str]]:
        """Pairs of conjuncts, each resting on something the other does not, by a name of each."""
        parts = [(part, self.facts(part)) for part in self.conjuncts(condition)]
        for (_, one), (_, other) in combinations(parts, 2):
            here, there = (next((n for n in a if n not in b), None) for a, b in ((one, other), (other, one)))
            if here is not None and there is not None:
                yield here, there

    def conjuncts(self, node: Node, wanted: bool = True) -> Iterator[Node]:
        """What must hold together for the condition to be `wanted`. A truth with a name of its own is one thing."""
        if isinstance(node, Call) and node.function == (ALL if wanted else ANY):
            for arg in node.args:
                yield from self.conjuncts(arg, wanted)
        elif isinstance(node, Call) and node.function == NOT:
            yield from self.conjuncts(node.args[0], not wanted)
        else:
            yield node

    def named(self, node: Node) -> Iterator[str]:
        """What a condition names that is found out about the case: no parameters, members and columns."""
        package = self.package
        known = (package.facts, package.tables, package.derived, package.scores, package.decision_tables)
        yield from (n for n in names_in([node]) if n != AS_OF and any(n in section for section in known))

    def below(self, node: Node) -> dict[str, None]:
        """The same with all it rests on."""
        found: dict[str, None] = {}
        waiting = list(self.named(node))
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = None
                derived = self.package.derived.get(name)
                waiting += self.named(derived.expression) if derived is not None else ()
        return found

    def facts(self, node: Node) -> dict[str, None]:
        """What is found out below a condition: facts, and what is counted in a ledger rather than the ledger."""
        found: dict[str, None] = {}
        waiting = list(self.named(node))
        while waiting:
            name = waiting.pop()
            derived = self.package.derived.get(name)
            read = list(self.named(derived.expression)) if derived is not None else []
            if read and not any(inner in self.package.tables for inner in read):
                waiting += read
            else:
                found[name] = None
        return found
