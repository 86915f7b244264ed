"""What the rules would be under an option of an interpretation that is not adopted: only what differs, typed as the rest is,
so that a case can be decided under it without reading the packages again. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.language.check import check
from engine.language.make import THIS_ROW
from engine.policy.groups import CriteriaGroups
from engine.policy.nodes import Scalar
from engine.policy.package import Alternative, Criterion, Derived, Parameter
from engine.policy.parameters import parameter_of
from engine.policy.spec.rules import CriterionSpec
from engine.policy.spec.vocabulary import InterpretationSpec
from engine.policy.stack import Sourced, Stack, taking, texts
from engine.policy.untyped import UntypedDefinition, untyped_criterion, untyped_derived

if TYPE_CHECKING:
    from engine.policy.build import Builder


def alternative(builder: Builder, question: InterpretationSpec, option: Scalar) -> Alternative | None:
    """What is otherwise under `option`; None where it cannot be adopted by itself, or switches an exception to another
    criterion, which is part of that one."""
    stack, clashes = taking(builder.stack, question, option)
    problems = builder.names.problems
    told = len(problems)
    found = None if clashes else _Otherwise(builder, stack).found()
    if len(problems) > told:  # nobody has adopted it: what is wrong with it keeps nothing from being decided
        del problems[told:]
        return None
    return found


class _Otherwise:
    """The stack of the package beside that of the option."""

    def __init__(self, builder: Builder, stack: Stack) -> None:
        self.builder, self.stack, self.names = builder, stack, builder.names
        before, after = builder.stack.patches, stack.patches
        self.parameters = _differing(before.parameters, after.parameters)
        self.expressions = _differing(before.expressions, after.expressions)
        self.switched = _differing(before.disabled, after.disabled)
        self.criteria = {*self.switched, *self.expressions, *_differing(before.strengths, after.strengths)}

    def found(self) -> Alternative | None:
        specs = {item.spec.name.text: item for item in self.stack.every("criteria") if self._named(item)}
        if any(self._is_exception(item.spec) for name, item in specs.items() if name in self.switched):
            return None
        groups = CriteriaGroups(self.stack, self.names, self.builder.parser.expression) if specs else None
        made = {name: self._criterion(groups, item) for name, item in specs.items() if groups is not None}
        return Alternative(
            dict(self._parameters()),
            dict(self._derived()),
            {name: criterion for name, criterion in made.items() if criterion is not None},
            tuple(name for name, criterion in made.items() if criterion is None),
        )

    def _named(self, item: Sourced[Any]) -> bool:
        return item.spec.name.text in self.criteria

    def _is_exception(self, spec: CriterionSpec) -> bool:
        """Whether it is an exception to another criterion, or another is one to it."""
        named = {spec.name.text}
        others = (item.spec for item in self.stack.every("criteria") if item.spec.name.text != spec.name.text)
        return bool(_yields(spec)) or any(named.intersection(_yields(other)) for other in others)

    def _parameters(self) -> Iterator[tuple[str, Parameter]]:
        for item in self.stack.every("parameters"):
            if (name := item.spec.name.text) in self.parameters:
                yield name, parameter_of(item.spec, item.origin, self.stack, self.names, self.builder.parser)

    def _derived(self) -> Iterator[tuple[str, Derived]]:
        for item in self.stack.every("derived"):
            if (name := item.spec.name.text) in self.expressions:
                parser = self.builder.parser
                made = self.builder.derived(
                    self._typed(untyped_derived(item.spec, item.origin, self.stack, self.names, parser))
                )
                if made is not None:
                    yield name, made

    def _criterion(self, groups: CriteriaGroups, item: Sourced[CriterionSpec]) -> Criterion | None:
        parser = self.builder.parser
        untyped = untyped_criterion(groups, item.spec, item.origin, self.stack, self.names, parser)
        if untyped is None:
            return None
        known = self.builder.definitions.get(untyped.name)
        if known is not None and "适用" in known.nodes:  # with the exceptions to it
            untyped.nodes["适用"] = known.nodes["适用"]
        return self.builder.criterion(self._typed(untyped))

    def _typed(self, untyped: UntypedDefinition) -> UntypedDefinition:
        for role, (node, expected) in untyped.nodes.items():
            typed, problems = check(node, self.names.scope, expected, "", THIS_ROW)
            self.names.problems += problems
            untyped.nodes[role] = (typed, expected)
        return untyped


def _yields(spec: CriterionSpec) -> Sequence[str]:
    """The criteria that give way where it applies."""
    return texts((*([spec.overrides] if spec.overrides else []), *spec.precedes))


def _differing(before: Mapping[str, tuple[Any, str]], after: Mapping[str, tuple[Any, str]]) -> set[str]:
    """The names that are not patched in the same way."""
    nothing = (None, "")
    return {n for n in {*before, *after} if before.get(n, nothing)[0] != after.get(n, nothing)[0]}
