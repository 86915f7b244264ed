"""From the set of all rule firings to the result in its one canonical order, whoever computed the set.

Rounds: the given facts are round 0; a firing belongs to the round after its latest premise, and so do the facts it is
the first to give. So the first derivation of a fact never rests on the fact itself, also where rules run in circles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.base.problem import Problem, Refused
from engine.procedure.chaining.model import Atom, Derivation, HornProgram, HornRule, Instance, Pattern, Result, Var

Bindings = dict[str, str]


def unify(pattern: Pattern, atom: Atom, bindings: Bindings) -> Bindings | None:
    """`bindings` extended so that the pattern is the atom, or None."""
    extended = dict(bindings)
    return extended if bind(pattern, atom, extended) else None


def bind(pattern: Pattern, atom: Atom, bindings: Bindings) -> bool:
    """Whether the pattern can be the atom; adds to `bindings` what that takes, in any case."""
    predicate, terms = pattern
    if predicate != atom[0] or len(terms) != len(atom[1]):
        return False
    for term, value in zip(terms, atom[1], strict=True):
        wanted = bindings.setdefault(term[0], value) if isinstance(term, Var) else term
        if wanted != value:
            return False
    return True


def instantiate(pattern: Pattern, bindings: Bindings) -> Atom:
    """The pattern with its variables replaced."""
    return Atom(pattern[0], tuple([bindings[t[0]] if isinstance(t, Var) else t for t in pattern[1]]))


def explain(program: HornProgram, given: Sequence[Atom], instances: Iterable[Instance], backend: str) -> Result:
    """The result of a run from all its firings. Every firing is checked against its rule: what a backend made up is
    refused (E807), as is a firing whose premises nobody gave or derived."""
    firings = list(dict.fromkeys(instances))
    waiting: dict[Atom, list[int]] = {}
    lacking: list[int] = []
    for index, (_, premises) in enumerate(firings):
        distinct = set(premises)
        lacking.append(len(distinct))
        for premise in distinct:
            waiting.setdefault(premise, []).append(index)

    numbers = {atom: number for number, atom in enumerate(given)}
    derivations: list[Derivation] = []
    first: dict[Atom, Derivation] = {}
    latest: list[Atom] = list(given)
    done = 0
    while latest:
        ready: list[tuple[int, tuple[int, ...], int]] = []
        for atom in latest:
            for index in waiting.get(atom, ()):
                lacking[index] -= 1
                if not lacking[index]:
                    rule_number, premises = firings[index]
                    ready.append((rule_number, tuple([numbers[premise] for premise in premises]), index))
        ready.sort()
        done += len(ready)
        latest = []
        for rule_number, _, index in ready:
            for derivation in _fire(program.rules[rule_number], firings[index][1]):
                derivations.append(derivation)
                if derivation.fact not in numbers:
                    numbers[derivation.fact] = len(numbers)
                    first[derivation.fact] = derivation
                    latest.append(derivation.fact)
    if done != len(firings):
        raise Refused(broken("结论没有依据"), 2)
    return Result(tuple(given), tuple(first), tuple(derivations), first, backend)


def _fire(rule: HornRule, premises: tuple[Atom, ...]) -> list[Derivation]:
    bindings: Bindings = {}
    for pattern, premise in zip(rule.body, premises, strict=True):
        if not bind(pattern, premise, bindings):
            raise Refused(broken(f"`{premise}` 不符合规则 `{rule.name}` 的前提"), 2)
    shown = tuple(bindings.items())
    return [Derivation(instantiate(head, bindings), rule.name, shown, premises) for head in rule.heads]


def broken(what: str) -> Problem:
    """E807: a rule engine that fails or contradicts the rules."""
    return Problem("E807", f"推理引擎出错：{what}", None, "请保留规则与事实并报告；可改用内置推理重试")
