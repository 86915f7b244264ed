"""What goes into a chaining run and what comes out: plain immutable data.

A program is a set of positive Horn rules: constants, variables, equality joins, nothing else. Numbers, dates, unknowns
and negation are decided before or between runs; here every argument is a string and strings are compared for equality.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from functools import cached_property
from typing import NamedTuple

from engine.base.classes import dataclass
from engine.base.problem import Place, Problem, Refused

MAX_RULES = 2_000
MAX_BODY = 16
"""Premises of one rule: as many facts as one match of durable-rules can hold."""
MAX_HEADS = 16
MAX_ARITY = 24
"""Arguments of one predicate. Below the 29 join tests and 252 tests that durable-rules allows on one pattern."""
MAX_FACTS = 20_000
"""Given and derived facts of one run."""
MAX_MATCHES = 200_000
"""Ways in which rules may fire in one run."""


class Atom(NamedTuple):
    """A ground fact: `Atom("考核", ("甲", "2026", "不合格"))`. Any Unicode strings."""

    predicate: str
    args: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.predicate}（{'，'.join(self.args)}）"


class Var(NamedTuple):
    """A variable of a pattern."""

    name: str


Term = str | Var
"""A constant or a variable."""


class Pattern(NamedTuple):
    """What a fact looks like. A variable standing twice asks for equal arguments."""

    predicate: str
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class HornRule:
    """If all of `body` hold for some values of the variables, so do all of `heads`."""

    name: str
    heads: tuple[Pattern, ...]
    body: tuple[Pattern, ...]
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, eq=False)
class HornProgram:
    """Checked rules, in their order. Raises Refused (E801–E805) where `check` finds an error. Compared by identity, so
    that networks built for it can be kept."""

    rules: tuple[HornRule, ...]

    def __post_init__(self) -> None:
        problems = check(self.rules)
        if problems:
            raise Refused(problems)

    @cached_property
    def arities(self) -> Mapping[str, int]:
        """Predicate -> number of its arguments."""
        return {pattern.predicate: len(pattern.terms) for rule in self.rules for pattern in _patterns(rule)}

    def check_facts(self, facts: Iterable[Atom]) -> tuple[Atom, ...]:
        """The facts without repetitions, in order. Raises Refused: E804 wrong number of arguments, E806 too many."""
        given = tuple(dict.fromkeys(facts))
        wrong = [fact for fact in given if len(fact.args) != self.arities.get(fact.predicate, len(fact.args))]
        if wrong:
            raise Refused(_arity(str(fact), self.arities[fact.predicate], len(fact.args), None) for fact in wrong[:20])
        if len(given) > MAX_FACTS:
            raise Refused(too_many("事实", len(given), MAX_FACTS))
        return given


@dataclass(frozen=True, slots=True)
class Derivation:
    """`rule` with `bindings` (variable -> value, in the order of the body) gave `fact` from `premises` (as the body)."""

    fact: Atom
    rule: str
    bindings: tuple[tuple[str, str], ...]
    premises: tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """`given` as it came, without repetitions. `derived` by the round in which a fact first follows, then by rule, then
    by premises. `derivations` holds every way every fact follows (given ones included), by round, rule and premises.
    `first` is the explanation: derived fact -> its earliest derivation, whose premises are all given or earlier in
    `derived`. `backend` says who computed it, `note` (Chinese) why it was not durable-rules; neither is compared."""

    given: tuple[Atom, ...]
    derived: tuple[Atom, ...]
    derivations: tuple[Derivation, ...]
    first: Mapping[Atom, Derivation]
    backend: str = field(default="", compare=False)
    note: str = field(default="", compare=False)

    @property
    def facts(self) -> tuple[Atom, ...]:
        """Everything that holds: the given facts, then the derived ones."""
        return self.given + self.derived

    def why(self, fact: Atom) -> tuple[Derivation, ...]:
        """The derivations `fact` rests on, premises before conclusions, its own last; empty for a given fact."""
        steps: dict[Atom, Derivation] = {}
        pending = [fact]
        while pending:
            step = self.first.get(pending.pop())
            if step is not None and step.fact not in steps:
                steps[step.fact] = step
                pending.extend(step.premises)
        return tuple(steps[atom] for atom in self.derived if atom in steps)


Instance = tuple[int, tuple[Atom, ...]]
"""One way a rule fires: the rule's position in the program and the facts that match its body, in the body's order."""


def check(rules: Iterable[HornRule]) -> list[Problem]:
    """Everything wrong with the rules: E801 name twice, E802 no premise or conclusion, E803 unbound variable,
    E804 differing number of arguments, E805 too large."""
    problems: list[Problem] = []
    names: set[str] = set()
    arities: dict[str, int] = {}
    count = 0
    for rule in rules:
        count += 1
        problems.extend(_check_rule(rule, names))
        names.add(rule.name)
        for pattern in _patterns(rule):
            arity = arities.setdefault(pattern.predicate, len(pattern.terms))
            if arity != len(pattern.terms):
                problems.append(_arity(f"{rule.name}：{pattern.predicate}", arity, len(pattern.terms), rule.place))
    if count > MAX_RULES:
        problems.append(_too_large("规则", "程序", count, MAX_RULES, None))
    return problems


def _check_rule(rule: HornRule, names: set[str]) -> Iterator[Problem]:
    if rule.name in names:
        yield Problem("E801", f"规则名称重复：`{rule.name}`", rule.place, "每条规则用一个名称")
    if not rule.body or not rule.heads:
        lacking = "前提" if rule.heads else "结论"
        yield Problem("E802", f"规则没有{lacking}：`{rule.name}`", rule.place, "至少写一个前提和一个结论")
    bound = {term for pattern in rule.body for term in pattern.terms if isinstance(term, Var)}
    for name in dict.fromkeys(t.name for p in rule.heads for t in p.terms if isinstance(t, Var) and t not in bound):
        yield Problem(
            "E803", f"结论中的变量没有来源：`{name}`（规则 `{rule.name}`）", rule.place, "在前提中写出这个变量"
        )
    sizes = (("前提", len(rule.body), MAX_BODY), ("结论", len(rule.heads), MAX_HEADS))
    for what, size, limit in sizes:
        if size > limit:
            yield _too_large(what, rule.name, size, limit, rule.place)
    widest = max((len(pattern.terms) for pattern in _patterns(rule)), default=0)
    if widest > MAX_ARITY:
        yield _too_large("参数", rule.name, widest, MAX_ARITY, rule.place)


def _patterns(rule: HornRule) -> tuple[Pattern, ...]:
    return (*rule.body, *rule.heads)


def _arity(what: str, expected: int, found: int, place: Place | None) -> Problem:
    return Problem("E804", f"参数个数不一致：`{what}` 有 {found} 个参数，别处是 {expected} 个", place)


def _too_large(what: str, where: str, size: int, limit: int, place: Place | None) -> Problem:
    return Problem(
        "E805", f"规则太大：`{where}` 有 {size} 个{what}，最多 {limit} 个", place, "拆成几条规则，用中间结论连接"
    )


def too_many(what: str, size: int, limit: int) -> Problem:
    """E806: a run that grows beyond what one history can need."""
    return Problem(
        "E806", f"推理规模太大：{what}超过 `{limit}`（已有 {size}）", None, "检查规则的前提之间是否缺少共同的变量"
    )
