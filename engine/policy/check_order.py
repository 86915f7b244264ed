"""Where the procedure lets one determination come before another, the later one looks at the earlier. Pure.

An event bears on a determination if its payload concludes it, or if a document it asks for goes out under that
determination alone. What certainly came before an event follows from the events its 前提 name and from the states it
may happen in: along every way into them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from engine.base.problem import Problem
from engine.language.tree import Node
from engine.policy.package import Determination, Package
from engine.policy.procedure import OUTCOMES, Procedure
from engine.policy.uses import expressions, names_in, outcomes


def check_order(package: Package) -> list[Problem]:
    """W363 for each determination that does not look at one made just before it; W369."""
    procedure = package.procedure
    if procedure is None:
        return []
    bearing = _bearing(package, procedure)
    before = _before(procedure, bearing)
    reading = _Reading(package, bearing)
    found: list[Problem] = []
    for name, determination in package.determinations.items():
        ways = [before[event] for event, borne in bearing.items() if name in borne]
        earlier = frozenset.intersection(*ways) - {name} if ways else frozenset[str]()
        unseen = earlier - reading.closure(name)
        # What comes before another one that is not looked at is looked at through that.
        nearest = [one for one in package.determinations if one in unseen and not _passed(one, unseen, bearing, before)]
        found += [_problem(determination, one) for one in nearest]
    return [*found, *_unheld(package, procedure)]


def _unheld(package: Package, procedure: Procedure) -> Iterator[Problem]:
    """W369 for an event that concludes a determination which may be made in some states only, and may itself happen in
    any."""
    of_state = {taken.fact for taken in procedure.taken if taken.of_state}
    for event in procedure.events.values():
        held = any(requirement.kind == "状态" for requirement in event.requirements)
        for name in () if held or event.derived else dict.fromkeys(event.concluded.values()):
            premises = (premise.condition for premise in package.determinations[name].premises)
            if not of_state.isdisjoint(_below(package, premises)):
                message = f"`{event.name}` 写明 `{name}` 的结果，`{name}` 的前提看案件的状态，`{event.name}` 却什么状态都可以发生"
                help_ = "在这个事件的 `前提` 里写 `状态`"
                yield Problem("W369", message, event.span, help_)


def _below(package: Package, read: Iterable[Node]) -> set[str]:
    """The names some expressions read, through derived quantities."""
    found, todo = set[str](), list(names_in(read))
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += names_in([package.derived[name].expression]) if name in package.derived else ()
    return found


def _problem(determination: Determination, earlier: str) -> Problem:
    message = f"程序里 `{earlier}` 在 `{determination.name}` 以前，`{determination.name}` 却不看它"
    help_ = f"在 `{determination.name}` 写 `前提`，例如 `{{式: 结论（{earlier}）为…, 先: …}}`"
    return Problem("W363", message, determination.span, help_)


def _passed(
    one: str, unseen: Iterable[str], bearing: dict[str, frozenset[str]], before: dict[str, frozenset[str]]
) -> bool:
    """Whether another of `unseen` certainly comes after `one`."""
    for other in unseen:
        ways = [before[event] for event, borne in bearing.items() if other in borne]
        if other != one and ways and all(one in way for way in ways):
            return True
    return False


def _bearing(package: Package, procedure: Procedure) -> dict[str, frozenset[str]]:
    """Event -> the determinations it bears on."""
    under: dict[str, set[str]] = {}
    for determination in package.determinations.values():
        for outcome in outcomes(determination):
            for document in outcome.documents:
                under.setdefault(document, set()).add(determination.name)
    found = {event.name: set(event.concluded.values()) for event in procedure.events.values()}
    for rule in procedure.rules.values():
        for document in rule.documents:
            if len(under.get(document, ())) == 1 and rule.trigger in found:
                found[rule.trigger] |= under[document]
    return {event: frozenset(borne) for event, borne in found.items()}


def _before(procedure: Procedure, bearing: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Event -> the determinations that certainly came before it: the largest solution."""
    everything = frozenset(chain.from_iterable(bearing.values()))
    found = dict.fromkeys(procedure.events, everything)
    entering: dict[str, list[str]] = {state: [] for state in procedure.states}
    for rule in procedure.rules.values():
        if rule.target in entering:
            entering[rule.target].append(rule.trigger)
    changed = True
    while changed:
        changed = False
        for event in procedure.events.values():
            begun = [found[term.event] | bearing[term.event] for term in event.terms if term.event in found]
            prior = frozenset.intersection(*begun) if begun else frozenset[str]()
            for requirement in event.requirements:
                if requirement.kind == "须先有" and requirement.event in found:
                    prior |= found[requirement.event] | bearing[requirement.event]
                elif requirement.kind == "状态":
                    prior |= _entered(procedure, requirement.states, entering, found, bearing)
            if prior != found[event.name]:
                found[event.name], changed = prior, True
    return found


def _entered(
    procedure: Procedure,
    states: Iterable[str],
    entering: dict[str, list[str]],
    found: dict[str, frozenset[str]],
    bearing: dict[str, frozenset[str]],
) -> frozenset[str]:
    """What came before along every way into one of `states`."""
    ways: list[frozenset[str]] = []
    for state in states:
        if state == procedure.states[0]:
            return frozenset()
        ways += [found[event] | bearing[event] for event in entering.get(state, ()) if event in found]
    return frozenset.intersection(*ways) if ways else frozenset()


class _Reading:
    """What determinations look at, through derived quantities, criteria, tables and scores, and through what is taken
    from events; the state of the dossier tells of every determination that moves it."""

    def __init__(self, package: Package, bearing: dict[str, frozenset[str]]) -> None:
        self.package = package
        self.nodes: dict[str, list[Node]] = {}
        for owner, node in expressions(package):
            self.nodes.setdefault(owner, []).append(node)
        taken = package.procedure.taken if package.procedure else ()
        rules = package.procedure.rules.values() if package.procedure else ()
        moved = frozenset(chain.from_iterable(bearing[r.trigger] for r in rules if r.target and r.trigger in bearing))
        self.told: dict[str, frozenset[str]] = {}
        for t in taken:
            told = moved if t.of_state else bearing.get(t.event, frozenset())
            self.told[t.fact] = self.told.get(t.fact, frozenset()) | told
        self.direct = {name: self._direct(name) for name in package.determinations}

    def _direct(self, determination: str) -> tuple[frozenset[str], frozenset[str]]:
        """(determinations looked at, criteria rested on) without crossing another determination."""
        package, looked, criteria = self.package, set[str](), set[str]()
        seen, todo = {determination}, list(names_in(self.nodes.get(determination, ())))
        while todo:
            name = todo.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in package.determinations:
                looked.add(name)
                continue
            fact = package.facts.get(name)
            if fact is not None:
                looked |= {fact.type.name.removeprefix(OUTCOMES)} if fact.type.name.startswith(OUTCOMES) else set()
                looked |= set(self.told.get(name, ()))
            criteria |= {name} & package.criteria.keys()
            todo += [*package.groups.get(name, ()), *names_in(self.nodes.get(name, ()))]
        return frozenset(looked), frozenset(criteria)

    def closure(self, determination: str) -> frozenset[str]:
        """Every determination looked at, also through those looked at, or by way of a criterion they share."""
        found, todo = set[str](), [determination]
        while todo:
            looked, criteria = self.direct[todo.pop()]
            sharing = {other for other, (_, own) in self.direct.items() if own and own <= criteria}
            more = (looked | sharing) - found
            found |= more
            todo += more
        return frozenset(found)
