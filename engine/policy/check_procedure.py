"""Checks of a resolved procedure: states nobody reaches, rules and events that can never matter, missing clauses. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from engine.base.problem import Problem, Span
from engine.base.text import did_you_mean
from engine.policy.package import Package
from engine.policy.procedure import DutyDefinition, Event, Periodic, Procedure, ProcedureRule


def check_procedure(package: Package) -> list[Problem]:
    """All findings; none where there is no procedure."""
    procedure = package.procedure
    if procedure is None:
        return list(_stateless(package, ()))
    reached = reachable(procedure)
    return [
        *_missing_clauses(procedure),
        *_unknown_documents(package, procedure),
        *_stateless(package, procedure.states, procedure.state_fact),
        *_states(procedure, reached),
        *_dead(procedure, reached),
        *_idle(procedure),
    ]


def duties_of(procedure: Procedure) -> Iterator[tuple[str, DutyDefinition]]:
    """(rule or periodic duty, duty)."""
    for rule in procedure.rules.values():
        yield from ((rule.name, duty) for duty in rule.duties)
    yield from ((p.name, p.duty) for p in procedure.periodic.values())


def cited_in_procedure(procedure: Procedure) -> Iterator[tuple[str, str, str, Span | None]]:
    """(name, citation, origin, place) for every citation of the procedure."""
    for event in procedure.events.values():
        for citation in (*event.clauses, *(c for r in event.requirements for c in r.clauses)):
            yield event.name, citation, event.origin, event.span
    for rule in procedure.rules.values():
        for citation in (*rule.clauses, *(c for t in rule.duties for c in t.clauses)):
            yield rule.name, citation, rule.origin, rule.span
    for periodic in procedure.periodic.values():
        yield from ((periodic.name, c, periodic.origin, periodic.span) for c in periodic.clauses)


def _missing_clauses(procedure: Procedure) -> Iterator[Problem]:
    """Whatever binds somebody names its clause."""
    help_ = "写明依据，例如 `条款: [第十二条]`"
    for event in procedure.events.values():
        for requirement in event.requirements:
            if not requirement.clauses:
                yield Problem("E838", f"`{event.name}` 的一项前提没有写 `条款`", requirement.span, help_)
    items: tuple[ProcedureRule | Periodic, ...] = (*procedure.rules.values(), *procedure.periodic.values())
    for item in items:
        if not item.clauses:
            yield Problem("E838", f"`{item.name}` 没有写 `条款`", item.span, help_)


def _unknown_documents(package: Package, procedure: Procedure) -> Iterator[Problem]:
    named = [(r.name, d, r.span) for r in procedure.rules.values() for d in r.documents]
    named += [(owner, d, duty.span) for owner, duty in duties_of(procedure) for d in duty.documents]
    for owner, document, place in named:
        if document not in package.documents:
            help_ = did_you_mean(document, package.documents) or "在 documents.yaml 写它的文本"
            yield Problem("E839", f"`{owner}` 出具的文书 `{document}` 没有文本", place, help_)


def _stateless(package: Package, states: tuple[str, ...], fact: str = "") -> Iterator[Problem]:
    """E839: documents issued in states that nothing tells of."""
    for document in package.documents.values():
        for state in (state for state in document.states if state not in states):
            help_ = did_you_mean(state, states) or "写 procedure.yaml 里 `状态` 的一个"
            yield Problem("E839", f"文书 `{document.name}` 的 `在` 写了没有的状态 `{state}`", document.span, help_)
        if document.states and states and not fact:
            message = f"文书 `{document.name}` 只在某些状态出具，却没有事实记着案件的状态"
            yield Problem("E839", message, document.span, "写一个 `取自: 状态` 的事实")


def before(event: Event, states: set[str]) -> set[str]:
    """Of `states`, those in which the event may happen."""
    allowed = set(states)
    for requirement in event.requirements:
        if requirement.kind == "状态":
            allowed &= set(requirement.states)
    return allowed


def applicable(procedure: Procedure, rule: ProcedureRule, states: set[str]) -> set[str]:
    """Of `states`, those in which the rule may take effect."""
    event = procedure.events.get(rule.trigger)
    if event is None:
        return set()
    if event.derived:
        causing = [r for r in procedure.rules.values() if event.name in r.causes and r is not rule]
        return {s for r in causing for s in applicable(procedure, r, states)}
    found = before(event, states)
    return found & set(rule.states) if rule.states else found


def reachable(procedure: Procedure) -> set[str]:
    """The states some sequence of events may lead to, conditions aside."""
    reached = set(procedure.states[:1])
    while True:
        more = {r.target for r in procedure.rules.values() if r.target and applicable(procedure, r, reached)}
        if more <= reached:
            return reached
        reached |= more


def _states(procedure: Procedure, reached: set[str]) -> Iterator[Problem]:
    for state in procedure.states:
        if state not in reached:
            place = next((r.span for r in procedure.rules.values() if r.target == state), None)
            yield Problem("W831", f"没有事件能使案件进入状态 `{state}`", place, "检查转入它的程序，或删去这个状态")


def _dead(procedure: Procedure, reached: set[str]) -> Iterator[Problem]:
    for rule in procedure.rules.values():
        if not applicable(procedure, rule, reached):
            message = f"程序 `{rule.name}` 永远不会生效"
            yield Problem("W832", message, rule.span, f"检查 `在` 与事件 `{rule.trigger}` 的前提是否矛盾")
    for periodic in procedure.periodic.values():
        if not reached & set(periodic.duty.states):
            yield Problem("W832", f"周期事项 `{periodic.name}` 永远不会产生", periodic.span, "检查 `在` 所列状态")


def _idle(procedure: Procedure) -> Iterator[Problem]:
    """Events that lead nowhere: no rule, no duty, no requirement looks at them."""
    used = {rule.trigger for rule in procedure.rules.values()}
    used |= {join.event for rule in procedure.rules.values() for join in (*rule.joins, *rule.absent)}
    used |= {how.event for _, duty in duties_of(procedure) for _, how in duty.ways}
    required = [r for e in procedure.events.values() for r in e.requirements]
    used |= {term.event for event in procedure.events.values() for term in event.terms}
    used |= {n for r in required for n in (r.event, r.settled, *(one.event for one in r.given))}
    for event in procedure.events.values():
        if event.name not in used:
            yield Problem("W833", f"事件 `{event.name}` 没有任何后果", event.span, "写一个 `程序`，或用在 `履行` 中")
