"""Replay: a history in, the timeline on a day out. Pure; the same under every chainer.

Strata: the states (`states.py`) → which rules act in them (evaluator) → effects, duties, what meets them (chaining) →
periods of the states found (evaluator) → what meets those (chaining) → due dates and what is overdue (evaluator).
An event that its state forbids is left out, and the states are found again; one that ends a term waits for the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from engine.base.calendar import Consulted
from engine.base.problem import Problem
from engine.decision.basis import basis_of
from engine.policy.procedure import MEETS, SETTLES, ProcedureRule
from engine.procedure import programs as p
from engine.procedure.chaining import Atom, chain
from engine.procedure.compiled import Compiled
from engine.procedure.duties import Born, Chain, Telling, born_duties, issued_in, periodic_duties
from engine.procedure.entries import history_digest
from engine.procedure.expressions import Expression
from engine.procedure.facts import known
from engine.procedure.history import Entry, History, named
from engine.procedure.states import States
from engine.procedure.terms import Terms
from engine.procedure.timeline import Effect, Move, Owed, Refusal, Timeline
from engine.procedure.validate import Checking, check_events


def replay(compiled: Compiled, history: History, as_of: date, chainer: Chain = chain) -> Timeline:
    """The history up to `as_of`, that day included. Events that cannot have happened are left out and told of. Raises
    Refused (E806) for a history larger than chaining takes."""
    entries = history.standing(as_of)
    consulted = Consulted()
    checking, states = _Finding(compiled, entries, as_of, consulted).found(chainer)
    run = _Run(states, chainer)
    refused = tuple(checking.refused[e.id] for e in entries if e.id in checking.refused)
    moves = run.moves()
    spans, told = _spans(compiled, moves), Telling(consulted, states.cautions)
    duties = (
        *born_duties(compiled, run.duties(), spans, as_of, told),
        *periodic_duties(compiled, states.entries, states.facts, spans, as_of, chainer, told),
    )
    for duty in duties:
        if duty.live and duty.due is not None:  # how many working days are left is told with it
            consulted.note(compiled.package.calendar.working_days_between(as_of, duty.due))
    return Timeline(
        case=history.case,
        title=history.title,
        as_of=as_of,
        basis=basis_of(compiled.package, as_of, consulted.years, ((history.case, history_digest(history, as_of)),)),
        state=moves[-1].after if moves else compiled.initial,
        since=moves[-1].effect.event.day if moves else None,
        events=states.entries,
        moves=moves,
        effects=tuple(run.effects.values()),
        documents=run.documents(),
        duties=duties,
        refused=refused,
        cautions=(*checking.cautions, *states.cautions),
        terms=tuple(checking.terms),
    )


class _Finding:
    """Which events count. `by_state`: those that their state forbade; `waiting`: the event after which one that ends a
    term is tried again, where its state forbade it; `tried`: those after which it was."""

    def __init__(self, compiled: Compiled, entries: Sequence[Entry], as_of: date, consulted: Consulted) -> None:
        self.compiled, self.entries, self.as_of, self.consulted = compiled, entries, as_of, consulted
        self.by_state: dict[str, Refusal] = {}
        self.waiting: dict[str, str] = {}
        self.since: dict[str, date] = {}
        self.tried: set[tuple[str, str]] = set()

    def found(self, chainer: Chain) -> tuple[Checking, States]:
        checking = self._checked()
        states = States(self.compiled, tuple(checking.valid), chainer, self.consulted)
        while refusals := states.refusals():
            for refusal in refusals:
                valid = [entry for entry in checking.valid if entry.id != refusal.entry.id]
                if refusal.entry.since:
                    self._wait(refusal.entry)
                else:
                    self.by_state[refusal.entry.id] = refusal
                checking = self._checked()
                if checking.valid != valid or states.matters(refusal.entry):
                    break
            # Whatever the refused events did to the events after them is undone by starting over.
            states = States(self.compiled, tuple(checking.valid), chainer, self.consulted)
        return checking, states

    def _checked(self) -> Checking:
        """The events as far as is known by now; what waits for an event that does not count waits for another."""
        while True:
            terms = Terms(self.compiled, self.waiting, self.consulted)
            checking = check_events(self.compiled, self.entries, self.by_state, terms, self.as_of)
            there = {entry.id for entry in checking.valid}
            lost = [id for id, after in self.waiting.items() if after and after not in there]
            if not lost:
                return checking
            for id in lost:
                self.waiting[id] = self._next(id, checking)

    def _wait(self, entry: Entry) -> None:
        """The event is tried again after the next one that counts without it, if there is one."""
        self.since.setdefault(entry.id, entry.day)
        self.waiting[entry.id] = ""
        self.waiting[entry.id] = self._next(entry.id, self._checked())

    def _next(self, id: str, checking: Checking) -> str:
        later = (entry.id for entry in checking.valid if entry.day >= self.since[id])
        after = next((one for one in later if (id, one) not in self.tried), "")
        self.tried.add((id, after))
        return after


def _spans(compiled: Compiled, moves: Sequence[Move]) -> tuple[tuple[date, str], ...]:
    """(first day, state) in order; of several moves on one day the last counts."""
    found = {date.min: compiled.initial}
    found.update((move.effect.event.day, move.after) for move in moves)
    return tuple(found.items())


class _Run:
    """What the events give rise to in their states. Everything is computed on construction but the view of it."""

    def __init__(self, states: States, chainer: Chain) -> None:
        self.states, self.compiled = states, states.compiled
        self.entries, self.place, self.fired = states.entries, states.place, states.fired
        self.following = chainer(self.compiled.programs.following, self._facts())
        self.effects = self._effects()
        self.meetings = self._meetings()

    def _facts(self) -> Iterator[Atom]:
        rules = self.compiled.procedure.rules
        yield from known(self.compiled.programs.following, self.states.facts)
        for entry in self.entries:
            fired = [rules[name] for name in self.fired.get(entry.id, ())]
            state = self.states.before[entry.id]
            yield from (Atom(p.acts(r.name), (entry.id,)) for r in fired if not r.states or state in r.states)
            yield from self._derived_facts(entry, fired)
        yield from self._candidates()

    def _derived_facts(self, entry: Entry, fired: Sequence[ProcedureRule]) -> Iterator[Atom]:
        if any(rule.causes for rule in fired):
            for code in self.compiled.caused[entry.event]:
                if code.when is not None and self.states.true(code, (entry,)):
                    yield Atom(p.holds(code.rule.name), (entry.id,))

    def _candidates(self) -> Iterator[Atom]:
        """Later events that would count as meeting a duty, if it is born and their keys are equal."""
        for entry in self.entries:
            fired = [self.compiled.rules[name] for name in self.fired.get(entry.id, ())]
            if any(code.rule.causes for code in fired):
                fired += self.compiled.caused[entry.event]
            for code in fired:
                for index, duty in enumerate(code.duties):
                    for way in duty.ways:
                        for later in self.states.by_event.get(way.how.event, ()):
                            after = self.place[later.id] > self.place[entry.id]
                            if after and (way.when is None or self._true(way.when, later, entry)):
                                yield Atom(p.may(way.way, code.rule.name, index), (entry.id, later.id))

    def _true(self, when: Expression, *entries: Entry) -> bool:
        return when.value([entry.values for entry in entries], self.states.consulted) is True

    # what came out -----------------------------------------------------------------------------------------------

    def _effects(self) -> dict[tuple[str, str], Effect]:
        """(rule, event id) -> effect, by event and in the package's order."""
        order = {name: index for index, name in enumerate(self.compiled.rules)}
        names = {p.effect(name): name for name in order}
        found = [(names[a.predicate], a.args[0]) for a in self.following.derived if a.predicate in names]
        found.sort(key=lambda pair: (self.place[pair[1]], order[pair[0]]))
        effects = {}
        for name, id in found:
            rule = self.compiled.procedure.rules[name]
            joined = self.fired.get(id, {}).get(name, ())
            through = self._through(name, id) if self.compiled.rules[name].derived else ()
            effects[name, id] = Effect(name, rule.clauses, self.entries[self.place[id]], joined, through)
        return effects

    def _through(self, name: str, id: str) -> tuple[str, ...]:
        steps = self.following.why(Atom(p.effect(name), (id,)))
        return tuple(dict.fromkeys(s.rule for s in steps if s.rule in self.compiled.rules and s.rule != name))

    def moves(self) -> tuple[Move, ...]:
        """The changes of state, in order."""
        rules, found = self.compiled.procedure.rules, []
        for entry in self.entries:
            before, after = self.states.before[entry.id], self.states.after.get(entry.id)
            movers = [self.effects.get((n, entry.id)) for n in self.fired.get(entry.id, ()) if rules[n].target]
            taken = [effect for effect in movers if effect is not None]
            if after is None or not taken:
                continue
            if after != before:
                found.append(Move(before, after, next(e for e in taken if rules[e.rule].target == after)))
            for other in taken:
                if rules[other.rule].target != after:
                    targets = f"`{after}`（{taken[0].rule}）、`{rules[other.rule].target}`（{other.rule}）"
                    message = f"{named(entry)}同时转入 {targets}"
                    self.states.cautions.append(Problem("E855", message, entry.place, "让两个程序的条件互相排斥"))
        return tuple(found)

    def documents(self) -> tuple[Owed, ...]:
        """The documents the effects ask for, by event, in the package's order."""
        owed = {a.args for a in self.following.derived if a.predicate == p.OWED}
        rules, package = self.compiled.procedure.rules, self.compiled.package
        return tuple(
            Owed(document, effect)
            for effect in self.effects.values()
            for document in issued_in(package, rules[effect.rule].documents, self.states.state_after(effect.event.id))
            if (effect.rule, document, effect.event.id) in owed
        )

    def duties(self) -> Iterator[Born]:
        """The duties the effects gave birth to, by event."""
        born = {(a.predicate, a.args[0]) for a in self.following.derived}
        for effect in self.effects.values():
            joined = tuple(self.entries[self.place[id]] for id in effect.joined)
            for index, _ in enumerate(self.compiled.procedure.rules[effect.rule].duties):
                if (p.duty(effect.rule, index), effect.event.id) in born:
                    done = {way: self._events(way, effect, index) for way in (MEETS, SETTLES)}
                    yield Born(effect, index, joined, done)

    def _events(self, way: str, effect: Effect, index: int) -> Sequence[Entry]:
        """The events that met or settled a duty, in order."""
        places = self.meetings.get((p.done(way, effect.rule, index), effect.event.id), ())
        return [self.entries[place] for place in sorted(places)]

    def _meetings(self) -> Mapping[tuple[str, str], Sequence[int]]:
        """(what was done to which duty, event id that bore it) -> the places of the events that did."""
        found: dict[tuple[str, str], list[int]] = {}
        for atom in self.following.derived:
            if atom.predicate.startswith((f"{MEETS}·", f"{SETTLES}·")):
                found.setdefault((atom.predicate, atom.args[0]), []).append(self.place[atom.args[1]])
        return found
