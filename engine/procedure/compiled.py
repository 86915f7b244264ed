"""A package's procedure made ready to replay many histories: expressions compiled, Horn programs built. Immutable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.language.tree import Node
from engine.policy.package import Package
from engine.policy.procedure import PERIOD, DutyDefinition, Event, Fulfilment, Procedure, ProcedureRule, Requirement
from engine.procedure.expressions import Expression, compile_expression
from engine.procedure.programs import HornPrograms, build_programs


@dataclass(frozen=True, slots=True)
class CheckedRequirement:
    """A requirement with its expressions."""

    requirement: Requirement
    when: Expression | None
    not_before: Expression | None


@dataclass(frozen=True, slots=True)
class Way:
    """履行 or 处理 of a duty, with the condition of the event and how many of them (of how much) it takes."""

    way: str
    how: Fulfilment
    when: Expression | None
    times: Expression | None
    totals: tuple[tuple[str, Expression], ...]

    @property
    def together(self) -> bool:
        """Whether several events may be needed."""
        return self.times is not None or bool(self.totals)


@dataclass(frozen=True, slots=True)
class DutyCode:
    """A duty with its expressions; `ways`: 履行 and 处理, as far as it has them."""

    duty: DutyDefinition
    start: Expression | None
    due: Expression | None
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class RuleCode:
    """A rule with its expressions; `sources`: trigger kinds of events that may give rise to its derived trigger."""

    rule: ProcedureRule
    when: Expression | None
    absent: tuple[Expression | None, ...]
    duties: tuple[DutyCode, ...]
    derived: bool


@dataclass(frozen=True, slots=True)
class TermCode:
    """A term with its expressions, and the event that ends it."""

    event: Event
    when: Expression | None
    last: Expression | None


@dataclass(frozen=True)
class Compiled:
    """`requirements` by event; `rules` and `periodic` in the package's order."""

    package: Package
    procedure: Procedure
    requirements: Mapping[str, tuple[CheckedRequirement, ...]]
    rules: Mapping[str, RuleCode]
    periodic: Mapping[str, DutyCode]
    programs: HornPrograms
    taken: Mapping[tuple[str, int], Expression] = field(default_factory=dict)
    """Fact and way -> the condition of the events it is taken from, where there is one."""
    listed: Mapping[str, Expression] = field(default_factory=dict)
    """Record table -> the condition of the events that give its records, where there is one."""

    terms: Mapping[str, tuple[TermCode, ...]] = field(default_factory=dict)
    """Event -> the terms that begin with it."""

    @property
    def initial(self) -> str:
        return self.procedure.states[0]

    @cached_property
    def by_trigger(self) -> Mapping[str, tuple[RuleCode, ...]]:
        """Event -> the rules it triggers."""
        found: dict[str, list[RuleCode]] = {}
        for code in self.rules.values():
            found.setdefault(code.rule.trigger, []).append(code)
        return {event: tuple(codes) for event, codes in found.items()}

    @cached_property
    def denied(self) -> frozenset[str]:
        """The events some rule asks to be absent."""
        return frozenset(join.event for rule in self.procedure.rules.values() for join in rule.absent)

    @cached_property
    def caused(self) -> Mapping[str, tuple[RuleCode, ...]]:
        """Event -> the rules on derived events that it may come to trigger, in the order found."""
        return {event: tuple(self._caused(event)) for event in self.procedure.events}

    def _caused(self, event: str) -> list[RuleCode]:
        found: dict[str, RuleCode] = {}
        pending = [c for code in self.by_trigger.get(event, ()) for c in code.rule.causes]
        while pending:
            for code in self.by_trigger.get(pending.pop(), ()):
                if code.rule.name not in found:
                    found[code.rule.name] = code
                    pending += code.rule.causes
        return list(found.values())


def compile_procedure(package: Package) -> Compiled:
    """Raises Refused: E862 where the package has no procedure, E80x where it is too large. Keep the result."""
    procedure = package.procedure
    if procedure is None:
        raise Refused(Problem("E862", f"规范 `{package.id}` 没有写程序", help="在 procedure.yaml 写 `事件:`、`程序:`"))
    return _Compiler(package, procedure).compiled()


@dataclass(frozen=True, slots=True)
class _Compiler:
    package: Package
    procedure: Procedure

    def compiled(self) -> Compiled:
        procedure = self.procedure
        requirements = {e.name: tuple(map(self._checked, e.requirements)) for e in procedure.events.values()}
        rules = {rule.name: self._rule(rule) for rule in procedure.rules.values()}
        periodic = {p.name: self._duty(p.duty, (), None) for p in procedure.periodic.values()}
        conditions = {
            (t.fact, t.way): compile_expression(t.when, (), self.package) for t in procedure.taken if t.when is not None
        }
        listed = {r.table: compile_expression(r.when, (), self.package) for r in procedure.rows if r.when is not None}
        programs = build_programs(procedure)
        return Compiled(
            self.package, procedure, requirements, rules, periodic, programs, conditions, listed, self._terms()
        )

    def _terms(self) -> Mapping[str, tuple[TermCode, ...]]:
        found: dict[str, tuple[TermCode, ...]] = {}
        for event in self.procedure.events.values():
            for term in event.terms:
                code = TermCode(event, self._expression(term.when, ()), self._expression(term.last, ()))
                found[term.event] = (*found.get(term.event, ()), code)
        return found

    def _expression(self, node: Node | None, joined: tuple[str, ...]) -> Expression | None:
        return None if node is None else compile_expression(node, joined, self.package)

    def _checked(self, item: Requirement) -> CheckedRequirement:
        joined = (item.event,) if item.kind == "须先有" else tuple(one.event for one in item.given)
        return CheckedRequirement(item, self._expression(item.when, joined), self._expression(item.not_before, joined))

    def _rule(self, rule: ProcedureRule) -> RuleCode:
        joined = tuple(join.event for join in rule.joins)
        duties = tuple(self._duty(duty, joined, rule.trigger) for duty in rule.duties)
        derived = self.procedure.events[rule.trigger].derived
        absent = tuple(self._expression(join.when, (join.event,)) for join in rule.absent)
        return RuleCode(rule, self._expression(rule.when, joined), absent, duties, derived)

    def _duty(self, duty: DutyDefinition, joined: tuple[str, ...], trigger: str | None) -> DutyCode:
        owner = (PERIOD,) if trigger is None else (trigger,)
        start, due = self._expression(duty.start, joined), self._expression(duty.due, joined)
        ways = tuple(self._way(way, how, owner, joined) for way, how in duty.ways)
        return DutyCode(duty, start, due, ways)

    def _way(self, way: str, how: Fulfilment, owner: tuple[str, ...], joined: tuple[str, ...]) -> Way:
        totals = tuple((name, compile_expression(node, joined, self.package)) for name, node in how.totals)
        when, times = self._expression(how.when, owner), self._expression(how.times, joined)
        return Way(way, how, when, times, totals)
