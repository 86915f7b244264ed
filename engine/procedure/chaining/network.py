"""A program as durable-rules' rule definitions, inside the subset in which the library was seen to be right.

- Every string becomes a small decimal. Properties are strings `p` (the alias), `a0`, `a1` … and equalities `e0_1`.
- A predicate has one alias per 50 premises that mention it, and a fact is asserted once per alias: so a fact never has
  more than 50 pending tests (64 crash the run), a pattern never more than 50 users (255), a node never more than 50
  children below an alias and 500 above (512 hang).
- Equal arguments inside one fact are compared here and asserted as a property, since that is one constant test.
- A premise joins each of its variables with the variable's first occurrence: equality, nothing else.
- The first rule is `boot`: a state in which no action ever started cannot be deleted safely.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.procedure.chaining.model import Atom, HornProgram, HornRule, Pattern, Var

PREMISES_PER_ALIAS = 50
MAX_ALIASES = 500
MAX_WIDTH = 16
MAX_JOINS = 29
"""Join tests on one premise: a sequence holds 31 expressions, two of which are its brackets."""
MAX_TESTS = 200
"""Tests on one premise; the library was seen to take 252."""
MAX_ACTIONS = 4_000
MAX_MESSAGES = 30_000
"""Facts times aliases of one run: one takes about 11 kB while the run lasts, and ids up to here do not collide."""

BOOT = "boot"
BOOT_ALIAS = "0"

ArgumentSources = tuple[str | tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Alias:
    """One name under which facts of a predicate are asserted: which arguments and equalities its premises look at."""

    symbol: str
    arguments: tuple[int, ...]
    equalities: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class CompiledPremise:
    """A pattern taken apart: (position, constant), (position, earlier equal position), (position, (premise, position))
    of a variable's first occurrence."""

    predicate: str
    constants: tuple[tuple[int, str], ...]
    equalities: tuple[tuple[int, int], ...]
    joins: tuple[tuple[int, tuple[int, int]], ...]


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule taken apart. An argument of a conclusion is a constant or the (premise, position) it comes from."""

    premises: tuple[CompiledPremise, ...]
    heads: tuple[tuple[str, ArgumentSources], ...]

    def fire(self, facts: tuple[Atom, ...]) -> list[Atom]:
        """The conclusions when `facts` are the premises."""
        return [
            Atom(predicate, tuple([s if isinstance(s, str) else facts[s[0]].args[s[1]] for s in sources]))
            for predicate, sources in self.heads
        ]


@dataclass(frozen=True, slots=True)
class Network:
    """`definition` is the JSON given to the library; rule number n of the program is `r<n>` there, premise k `m_<k>`.
    `symbols` are the constants' decimals, to be continued for the values of a run."""

    definition: str
    plans: tuple[CompiledRule, ...]
    aliases: Mapping[str, tuple[Alias, ...]]
    symbols: Mapping[str, str]


@dataclass(slots=True)
class _Draft:
    """An alias while premises are being dealt out to it."""

    symbol: str
    premises: int = 0
    arguments: set[int] = field(default_factory=set)
    equalities: set[tuple[int, int]] = field(default_factory=set)

    def close(self) -> Alias:
        return Alias(self.symbol, tuple(sorted(self.arguments)), tuple(sorted(self.equalities)))


def build(program: HornProgram) -> Network:
    """The network of a program. Raises Refused (E808) where it does not fit the library."""
    plans = tuple(plan(rule) for rule in program.rules)
    if len(plans) > MAX_ACTIONS:
        raise Refused(unfit(f"{len(plans)} 条规则", MAX_ACTIONS))
    drafts: dict[str, list[_Draft]] = {}
    symbols: dict[str, str] = {}
    count = 0
    rules: dict[str, object] = {BOOT: _rule([{"p": BOOT_ALIAS}])}
    for number, (rule, parts) in enumerate(zip(program.rules, plans, strict=True)):
        _check_fit(rule, parts)
        chosen: list[_Draft] = []
        for premise in parts.premises:
            own = drafts.setdefault(premise.predicate, [])
            if not own or own[-1].premises == PREMISES_PER_ALIAS:
                count += 1
                own.append(_Draft(str(count)))
            own[-1].premises += 1
            chosen.append(own[-1])
        _look(parts, chosen)
        rules[f"r{number}"] = _rule([_tests(p, a.symbol, symbols) for p, a in zip(parts.premises, chosen, strict=True)])
    if count > MAX_ALIASES:
        raise Refused(unfit(f"{count} 组前提（每组 {PREMISES_PER_ALIAS} 个）", MAX_ALIASES))
    aliases = {predicate: tuple(draft.close() for draft in own) for predicate, own in drafts.items()}
    return Network(json.dumps(rules), plans, aliases, symbols)


def plan(rule: HornRule) -> CompiledRule:
    """The rule taken apart."""
    origins: dict[Var, tuple[int, int]] = {}
    premises = tuple(_premise(number, pattern, origins) for number, pattern in enumerate(rule.body))
    heads = tuple(
        (head.predicate, tuple(origins[term] if isinstance(term, Var) else term for term in head.terms))
        for head in rule.heads
    )
    return CompiledRule(premises, heads)


def _premise(number: int, pattern: Pattern, origins: dict[Var, tuple[int, int]]) -> CompiledPremise:
    constants: list[tuple[int, str]] = []
    equalities: list[tuple[int, int]] = []
    joins: list[tuple[int, tuple[int, int]]] = []
    here: dict[Var, int] = {}
    for position, term in enumerate(pattern.terms):
        if not isinstance(term, Var):
            constants.append((position, term))
        elif term in here:
            equalities.append((here[term], position))
        else:
            here[term] = position
            if term in origins:
                joins.append((position, origins[term]))
            else:
                origins[term] = (number, position)
    return CompiledPremise(pattern.predicate, tuple(constants), tuple(equalities), tuple(joins))


def _check_fit(rule: HornRule, parts: CompiledRule) -> None:
    joins = max(len(premise.joins) for premise in parts.premises)
    tests = max(1 + len(p.constants) + len(p.equalities) + len(p.joins) for p in parts.premises)
    sizes = (("个前提", len(parts.premises), MAX_WIDTH), ("个共同变量", joins, MAX_JOINS), ("项比较", tests, MAX_TESTS))
    problems = [unfit(f"规则 `{rule.name}` 的 {size} {what}", limit) for what, size, limit in sizes if size > limit]
    if problems:
        raise Refused(problems)


def _look(parts: CompiledRule, chosen: list[_Draft]) -> None:
    """Note which arguments each alias must carry."""
    for premise, alias in zip(parts.premises, chosen, strict=True):
        alias.equalities.update(premise.equalities)
        alias.arguments.update(position for position, _ in premise.constants)
        for position, (earlier, there) in premise.joins:
            alias.arguments.add(position)
            chosen[earlier].arguments.add(there)


def _tests(premise: CompiledPremise, alias: str, symbols: dict[str, str]) -> dict[str, object]:
    tests: list[dict[str, object]] = [{"p": alias}]
    tests += [{f"a{position}": intern(value, symbols)} for position, value in premise.constants]
    tests += [{equality(pair): "1"} for pair in premise.equalities]
    tests += [{f"a{position}": {f"m_{earlier}": f"a{there}"}} for position, (earlier, there) in premise.joins]
    return tests[0] if len(tests) == 1 else {"$and": tests}


def _rule(patterns: list[dict[str, object]]) -> dict[str, object]:
    """One fact may stand for several premises (`dist` 0)."""
    return {"all": [{f"m_{number}": pattern} for number, pattern in enumerate(patterns)], "dist": 0}


def equality(pair: tuple[int, int]) -> str:
    """The property that says two arguments of one fact are equal."""
    return f"e{pair[0]}_{pair[1]}"


def intern(value: str, symbols: dict[str, str]) -> str:
    """The decimal that stands for `value`, a new one where there is none yet."""
    return symbols.setdefault(value, str(len(symbols)))


def unfit(what: str, limit: int) -> Problem:
    """E808: durable-rules cannot take it; the reference can."""
    return Problem("E808", f"超出 durable-rules 的安全范围：{what}，最多 `{limit}`", None, "改用内置推理")
