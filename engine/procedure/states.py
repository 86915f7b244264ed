"""The first half of a replay: which rules fire at which event, and the state before and after each.

Strata: conditions (evaluator) → firing (chaining) → what each event does in each state (evaluator: negation) → states
(chaining). From here it is known which events their states forbid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from engine.base.calendar import Consulted
from engine.base.problem import Problem
from engine.base.text import clauses_text
from engine.base.truth import Truth, and_, not_
from engine.language.tree import Value
from engine.policy.procedure import Join, ProcedureRule
from engine.procedure import programs as p
from engine.procedure.chaining import Atom
from engine.procedure.compiled import Compiled, RuleCode
from engine.procedure.duties import Chain
from engine.procedure.expressions import Expression
from engine.procedure.facts import event_fact, known
from engine.procedure.history import Entry, named
from engine.procedure.timeline import Refusal
from engine.procedure.validate import state_refusal

Joined = tuple[str, ...]


class States:
    """One pass over entries taken to be valid, by day. `fired`: event id -> rules that fire at it, in the package's
    order -> the events they were joined with. `before`, `after`: event id -> state; an event no rule moves has no after.
    `consulted`: what the replay reads of the calendar."""

    def __init__(self, compiled: Compiled, entries: tuple[Entry, ...], chainer: Chain, consulted: Consulted) -> None:
        self.compiled, self.entries, self.consulted = compiled, entries, consulted
        self.cautions: list[Problem] = []
        self.place = {entry.id: index for index, entry in enumerate(entries)}
        self.by_event: dict[str, list[Entry]] = {}
        for entry in entries:
            self.by_event.setdefault(entry.event, []).append(entry)
        self.facts = [event_fact(compiled, entry) for entry in entries]
        self.fired = self._fire(chainer)
        result = chainer(compiled.programs.states, self._state_facts())
        self.after = {a.args[0]: a.args[1] for a in result.facts if a.predicate == p.AFTER}
        self.before = {a.args[0]: a.args[1] for a in result.derived if a.predicate == p.BEFORE}

    # firing ------------------------------------------------------------------------------------------------------

    def _fire(self, chainer: Chain) -> dict[str, dict[str, Joined]]:
        result = chainer(
            self.compiled.programs.firing, [*known(self.compiled.programs.firing, self.facts), *self._holding()]
        )
        found: dict[str, dict[str, Joined]] = {}
        names = {p.fires(name): name for name in self.compiled.rules}
        for atom in result.derived:
            name = names[atom.predicate]
            # Several earlier events may join: the latest is named.
            at = found.setdefault(atom.args[0], {})
            at[name] = max(at.get(name, ()), atom.args[1:], key=lambda ids: [self.place[i] for i in ids])
        order = {name: index for index, name in enumerate(self.compiled.rules)}
        return {id: dict(sorted(at.items(), key=lambda item: order[item[0]])) for id, at in found.items()}

    def state_after(self, id: str) -> str:
        """The state in which an event leaves the dossier."""
        return self.after.get(id) or self.before[id]

    def _holding(self) -> Iterator[Atom]:
        """The conditions that hold, for every way to join; what cannot be told is a caution."""
        for entry in self.entries:
            for code in self.compiled.by_trigger.get(entry.event, ()):
                rule = code.rule
                if code.derived or not rule.conditional:
                    continue
                earlier = [self._earlier(join.event, entry) for join in rule.joins]
                for joined in product(*earlier):
                    if self.true(code, (entry, *joined)):
                        yield Atom(p.holds(rule.name), (entry.id, *(j.id for j in joined)))

    def _earlier(self, event: str, entry: Entry) -> list[Entry]:
        return [other for other in self.by_event.get(event, ()) if self.place[other.id] < self.place[entry.id]]

    def true(self, code: RuleCode, events: Sequence[Entry]) -> bool:
        """Whether a rule's condition holds of events, and none of the absent ones came before; where that cannot be
        told, a caution."""
        sources = [event.values for event in events]
        when = True if code.when is None else code.when.value(sources, self.consulted)
        absent = [self._absent(join, test, events[0]) for join, test in zip(code.rule.absent, code.absent, strict=True)]
        truth = and_([when if isinstance(when, bool) else None, *absent])
        if truth is None:
            unsure = [join.event for join, one in zip(code.rule.absent, absent, strict=True) if one is None]
            why = [f"此前有没有这样的 `{event}` 不明" for event in unsure]
            if code.when is not None and when is None:
                why.insert(0, code.when.unknown(sources, self.compiled.package))
            message = f"{named(events[0])}是否引起 `{code.rule.name}` 查不清：{'；'.join(why)}"
            clause = clauses_text(code.rule.clauses)
            self.cautions.append(Problem("W851", message, events[0].place, "补填载荷，或确定参数", clause))
        return truth is True

    def _absent(self, join: Join, test: Expression | None, entry: Entry) -> Truth:
        """Whether no such event came before the entry. A payload that is not known may be equal."""

        def such(other: Entry) -> Truth:
            equal = (_equal(entry.values.get(key), other.values.get(key)) for key in join.keys)
            holds = True if test is None else test.value((entry.values, other.values), self.consulted)
            return and_([*equal, holds if isinstance(holds, bool) else None])

        return and_(not_(such(other)) for other in self._earlier(join.event, entry))

    # states ------------------------------------------------------------------------------------------------------

    def _state_facts(self) -> Iterator[Atom]:
        """What each event does in the states it may find: the first rule that moves decides, else the state stays."""
        rules, last = self.compiled.procedure.rules, p.STARTED
        possible = [self.compiled.initial]
        yield Atom(p.AFTER, (p.STARTED, self.compiled.initial))
        for entry in self.entries:
            yield Atom(p.FOLLOWS, (entry.id, last))
            movers = [rules[name] for name in self.fired.get(entry.id, ()) if rules[name].target]
            if movers:
                found = {state: _turned(movers, state) for state in possible}
                for state, target in found.items():
                    yield Atom(p.TURNS, (entry.id, state, target)) if target else Atom(p.KEEPS, (entry.id, state))
                possible = list(dict.fromkeys(target or state for state, target in found.items()))
                last = entry.id

    # what they forbid --------------------------------------------------------------------------------------------

    def refusals(self) -> list[Refusal]:
        """The events their states forbid. The first is certain; one after it only where those before do not matter."""
        found = (state_refusal(self.compiled, entry, self.before[entry.id]) for entry in self.entries)
        return [refusal for refusal in found if refusal is not None]

    def matters(self, entry: Entry) -> bool:
        """Whether the state or a rule at another event might be different without this one."""
        moved = self.after.get(entry.id, self.before[entry.id]) != self.before[entry.id]
        joined = any(entry.id in joined for at in self.fired.values() for joined in at.values())
        return moved or joined or entry.event in self.compiled.denied


def _turned(movers: Sequence[ProcedureRule], state: str) -> str:
    """The state into which the first rule that acts in `state` moves; "" where none does."""
    return next((rule.target for rule in movers if not rule.states or state in rule.states), "")


def _equal(one: Value, other: Value) -> Truth:
    return None if one is None or other is None else one == other
