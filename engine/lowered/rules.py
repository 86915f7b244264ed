"""What rules mean, once and for all: a package as slots and expressions.

    criterion       适用 = its condition, or 是                     要求 = its requirement
                    要求 = 要求项₁ 且 要求项₂ …
                    计   = 要求; of a 一般应当 若严（要求，是，例外）: what excuses it counts once it is known to be unmet
                    通过 = 计 或 非 适用                           满足 = 适用 且 计
    decision table  首个: 首中   唯一: 同值   累计: 累计   最大: 取大   最小: 取小   of each row's conditions with what it says
    score           分项 = 计分 × 权重, 权重 a 首中 of the members     得分率 = 计分 ÷ 满分
                    加分 = 若 当，则 得分，否则 0; the sum of them at most 加分封顶
                    总分 = the sum, at most the 上限, rounded        等次 = 首中 of the bands
                    where the bands leave nothing out the last needs no condition
    determination   首中（非 适用，不适用，c₁，o₁，…，默认）: an outcome is blocked by an unknown before it, unless all that
                    are possible are the same one; what the language cannot say leaves every outcome possible
    amount          its expression

鼓励 counts nowhere: groups are expanded without it. Exceptions are part of what they limit (`适用` of the general rule
already says that no exception applies). An open term is 未知.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from engine.language import keys
from engine.language.functions import FUNCTIONS
from engine.language.make import (
    EQUAL,
    FILLED,
    FIRST,
    IF,
    IF_KNOWN,
    MINUS,
    OVER,
    PLUS,
    ROUNDED,
    SMALLER,
    TIMES,
    TRUE,
    all_of,
    any_of,
    choose,
    negated,
    number,
    slot,
    total,
    unknown,
)
from engine.language.tree import BOOL, NUMBER, TEXT, Call, Literal, Name, Node, Type, Value
from engine.language.walk import nodes
from engine.lowered.cases import with_cases
from engine.lowered.covering import in_order
from engine.lowered.expressions import Expressions, of_table
from engine.lowered.form import SHARED, Definition, Form, can_be_bounded
from engine.policy.package import Criterion, DecisionTable, Determination, Outcome, Package, Score, ScoreItem
from engine.policy.uses import expressions, outcomes

NOT_OPENED = "不适用"
NO_OUTCOME = "无结果"
"""What a determination without 默认 comes to where no condition holds."""


def counting(package: Package) -> dict[str, tuple[str, ...]]:
    """Group -> its criteria that count: all but 鼓励."""
    criteria = package.criteria
    return {
        group: tuple(name for name in names if criteria[name].strength != "鼓励")
        for group, names in package.groups.items()
    }


def lower(package: Package) -> Form:
    """Everything the package defines, as slots and expressions. Pure."""
    said = mentioned(package)
    lowering = _Lowering(package, said.asked)
    for name in lowering.asked:
        if name in package.parameters:
            lowering.presence(name)
    for name in package.order:
        lowering.define(name)
    constants = {name: p.value for name, p in package.parameters.items() if p.value is not None}
    found = _hulled(with_cases(lowering.definitions, package, constants), package)
    owned: dict[str, tuple[str, ...]] = {}
    for definition in found.values():
        owned[definition.owner] = (*owned.get(definition.owner, ()), definition.key)
    return Form(found, constants, owned, said.asked, said.findings, tuple(lowering.presences))


def part_of(package: Package, names: Container[str], asked: tuple[str, ...]) -> Form:
    """Some definitions of a package by themselves, what they share with one another beside them, without cases to try.
    `asked`: the names that some expression of the package asks 已填 of. Pure."""
    lowering = _Lowering(package, asked)
    for name in package.order:
        if name in names:
            lowering.define(name)
    constants = {name: p.value for name, p in package.parameters.items() if p.value is not None}
    return Form(lowering.definitions, constants, {}, asked)


def _hulled(definitions: Mapping[str, Definition], package: Package) -> dict[str, Definition]:
    """The same definitions, every number or day that may be bounded while it is unknown marked."""
    bounded = set(ranges(package))
    found: dict[str, Definition] = {}
    for key, definition in definitions.items():
        kind = definition.node.type
        sized = kind is not None and kind.kind in ("number", "date") and not isinstance(definition.node, Literal)
        if definition.bounded or (sized and can_be_bounded(definition.node, bounded)):
            bounded.add(key)
        found[key] = replace(definition, hulled=True) if key in bounded and not definition.bounded else definition
    return found


def ranges(package: Package) -> dict[str, tuple[Value, Value]]:
    """Numbers a case gives -> the range they are declared with, None for an open end."""
    numbers = (fact for fact in package.facts.values() if fact.type.kind == "number")
    return {fact.name: (fact.low, fact.high) for fact in numbers if fact.low is not None or fact.high is not None}


class Mentioned(NamedTuple):
    """`asked`: names that some expression asks 已填 or 未填 of; `findings`: what some wording asks of a 判断."""

    asked: tuple[str, ...]
    findings: tuple[str, ...]


def mentioned(package: Package) -> Mentioned:
    """What the package's expressions ask of besides values."""
    asked: dict[str, None] = {}
    findings: dict[str, None] = {}
    presence = {row.name for row in FUNCTIONS.values() if row.asks_presence}
    for _, tree in expressions(package):
        for node in nodes(tree):
            if isinstance(node, Name):
                if node.kind == "finding":
                    findings[node.name] = None
            elif isinstance(node, Call) and node.function in presence:
                name = node.args[0]
                if isinstance(name, Name) and name.kind not in ("column", "local"):
                    asked[name.name] = None
    return Mentioned(tuple(asked), tuple(findings))


def _terms(node: Node, package: Package) -> Iterator[Node]:
    """What is added up in the end, through other derived quantities."""
    if isinstance(node, Name) and node.name in package.derived:
        yield from _terms(package.derived[node.name].expression, package)
    elif isinstance(node, Call) and node.function in (PLUS, MINUS):
        for arg in node.args:
            yield from _terms(arg, package)
    else:
        yield node


class _Lowering:
    def __init__(self, package: Package, asked: tuple[str, ...]) -> None:
        self.package, self.asked = package, asked
        self.presences = dict.fromkeys(asked)
        self.definitions: dict[str, Definition] = {}
        self.expressions = Expressions.of(package, counting(package), self._share)

    def _share(self, key: str, node: Node) -> bool:
        if key not in self.definitions:
            self.definitions[key] = Definition(key, key, node)
        return True

    def expression(self, node: Node) -> Node:
        return self.expressions.lowered(node)

    def emit(self, key: str, owner: str, node: Node) -> Name:
        self.definitions[key] = Definition(key, owner, node)
        return slot(key, node.type)

    def define(self, name: str) -> None:
        package = self.package
        if name in package.criteria:
            self.criterion(package.criteria[name])
        elif name in package.derived:
            derived = package.derived[name]
            self.emit(name, name, self.expression(derived.expression))
        elif name in package.decision_tables:
            self.table(package.decision_tables[name])
        elif name in package.scores:
            self.score(package.scores[name])
        else:
            self.determination(package.determinations[name])
        if name in self.asked:
            self.presence(name)

    def presence(self, name: str) -> None:
        """A sum has a value exactly when all that is added up has."""
        found: Node = Call(FILLED, (slot(name, None),), None, BOOL)
        if name in self.package.derived and (facts := self._added_up(Name(name))):
            self.presences |= facts
            found = all_of(slot(keys.filled(fact)) for fact in facts)
        self.emit(keys.filled(name), name, found)

    def _added_up(self, node: Node) -> dict[str, None]:
        """The facts that a sum or difference adds up; none of anything else, which may be known without all it reads."""
        found: dict[str, None] = {}
        for part in _terms(node, self.package):
            fact = self.package.facts.get(part.name) if isinstance(part, Name) else None
            if fact is not None and (fact.low is None or fact.low != fact.high):
                found[fact.name] = None
            elif not isinstance(part, Literal):
                return {}
        return found

    def criterion(self, criterion: Criterion) -> None:
        name = criterion.name
        opened: Node = TRUE
        if criterion.applies is not None:
            opened = self.emit(keys.applies(name), name, self.expression(criterion.applies))
        else:
            self.emit(keys.applies(name), name, TRUE)
        required: Node = self.emit(keys.required(name), name, self.requirement(criterion))
        if criterion.strength == "一般应当":
            required = Call(IF_KNOWN, (required, TRUE, slot(keys.excuse(name))), None, BOOL)
        self.emit(keys.passed(name), name, any_of((required, negated(opened))))
        self.emit(keys.met(name), name, all_of((opened, required)))

    def requirement(self, criterion: Criterion) -> Node:
        """All limbs; each of several has a slot of its own, so that it can be told which are not met."""
        if len(criterion.limbs) == 1:
            return self.expression(criterion.requirement)
        limbs = []
        for index, limb in enumerate(criterion.limbs):
            key = keys.limb(criterion.name, index)
            self.emit(key, criterion.name, self.expression(limb.condition))
            limbs.append(Name(key, "", None, SHARED, BOOL))
        return all_of(limbs)

    def table(self, table: DecisionTable) -> None:
        self.emit(table.name, table.name, self.expression(of_table(table)))

    def score(self, score: Score) -> None:
        name, kind = score.name, Type("number", score.unit.dimension) if score.unit is not None else NUMBER
        if score.open:  # whoever fills it in has not: what reads it, or a part of it, waits
            self.emit(name, name, unknown(kind))
            for item in score.items:
                self.emit(keys.rate(name, item.name), name, unknown(NUMBER))
                self.emit(keys.item(name, item.name), name, unknown(kind))
            self.emit(keys.band(name), name, unknown(TEXT))
            return
        parts: list[Node] = []
        for item in score.items:
            mark = unknown(kind) if item.mark is None else self.expression(item.mark)
            full = unknown(kind) if item.full is None else self.expression(item.full)
            self.emit(keys.rate(name, item.name), name, Call(OVER, (mark, full), None, NUMBER))
            weight = self.weight(score, item)
            weighted = mark if weight is None else Call(TIMES, (mark, weight), None, kind)
            parts.append(self.emit(keys.item(name, item.name), name, weighted))
        added: list[Node] = []
        for bonus in score.bonuses:
            earned, mark = self.expression(bonus.when), self.expression(bonus.mark)
            added.append(Call(IF, (earned, mark, number(0)), None, kind))
        if score.bonus_cap is not None and added:
            added = [Call(SMALLER, (total(added, kind), self.expression(score.bonus_cap)), None, kind)]
        parts += added
        found = total(parts, kind) if parts else unknown(kind)
        if score.cap is not None:
            found = Call(SMALLER, (found, self.expression(score.cap)), None, kind)
        if score.places is not None:
            found = Call(ROUNDED, (found, number(score.places)), None, kind)
        self.emit(name, name, found)
        bands = ((b.condition, b.name) for b in score.bands)
        graded = [(unknown(BOOL) if c is None else self.expression(c), _word(band)) for c, band in bands]
        constants = {n: p.value for n, p in self.package.parameters.items() if p.value is not None}
        shorter = in_order([condition for condition, _ in graded], name, constants)
        rest: Node = unknown(TEXT)
        if shorter is not None:
            graded = [(condition, word) for condition, (_, word) in zip(shorter, graded, strict=True)]
            rest = graded.pop()[1]
        self.emit(keys.band(name), name, choose(FIRST, graded, rest, TEXT))

    def weight(self, score: Score, item: ScoreItem) -> Node | None:
        """权重 by member of what the score is weighted by: 其他 for the rest, or the last where all are listed."""
        if not item.weights or score.weighted_by is None:
            return None
        by = self.expression(score.weighted_by)
        weights = {member: self.expression(weight) for member, weight in item.weights.items()}
        rest = weights.pop("其他", None)
        if rest is None:
            members = self.package.scope.enums.get(by.type.name, ()) if by.type is not None else ()
            listed = set(members) <= set(weights)
            rest = weights.popitem()[1] if listed else unknown(NUMBER)
        pairs = [(Call(EQUAL, (by, _word(member)), None, BOOL), weight) for member, weight in weights.items()]
        return choose(FIRST, pairs, rest, NUMBER) if pairs else rest

    def determination(self, determination: Determination) -> None:
        name, kind = determination.name, Type("enum", name=f"结论：{determination.name}")
        default = determination.default.name if determination.default is not None else NO_OUTCOME
        conditional = [outcome for outcome in determination.outcomes if outcome.when is not None]
        given: list[tuple[Node, Node]] = []
        if determination.applies is not None:
            given.append((negated(self.expression(determination.applies)), _word(NOT_OPENED)))
        if self._inexpressible(name):
            given += [(unknown(BOOL), _word(outcome.name)) for outcome in conditional]
            given.append((unknown(BOOL), unknown(kind)))
        else:
            given += [(self._when(outcome), _word(outcome.name)) for outcome in conditional]
        self.emit(name, name, choose(FIRST, given, _word(default), kind))
        for index, outcome in enumerate(outcomes(determination)):
            if outcome.amount is not None:
                key = keys.amount(name, index)
                self.emit(key, key, self.expression(outcome.amount))

    def _when(self, outcome: Outcome) -> Node:
        assert outcome.when is not None
        return self.expression(outcome.when)

    def _inexpressible(self, determination: str) -> bool:
        return any(not i.accepted and determination in i.affects for i in self.package.inexpressible)


def _word(text: str) -> Literal:
    """A member, an outcome or a grade: at run time its name."""
    return Literal(text, text, None, TEXT)
