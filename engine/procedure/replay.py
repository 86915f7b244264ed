"""Replay: a history in, the timeline on a day out. Pure; the same under every chainer.

Strata: conditions (evaluator) → firing (chaining) → what each event does in each state (evaluator: negation) → states,
effects, duties, what meets them (chaining) → periods of the states found (evaluator) → what meets those (chaining) →
due dates and what is overdue (evaluator). An event that its state forbids is left out and the replay begins again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import product

from engine.base.problem import Problem
from engine.policy.procedure import ProcedureRule
from engine.procedure import programs as p
from engine.procedure.chaining import Atom, chain
from engine.procedure.compiled import Compiled, RuleCode
from engine.procedure.duties import Born, Chain, born_duties, periodic_duties
from engine.procedure.facts import event_fact, known
from engine.procedure.history import Entry, History
from engine.procedure.timeline import Effect, Move, Owed, Refusal, Timeline, cited
from engine.procedure.validate import check_events, named, state_refusal

Joined = tuple[str, ...]


def replay(compiled: Compiled, history: History, as_of: date, chainer: Chain = chain) -> Timeline:
    """The history up to `as_of`, that day included. Events that cannot have happened are left out and told of. Raises
    Refused (E806) for a history larger than chaining takes."""
    entries = history.standing(as_of)
    by_state: dict[str, Refusal] = {}
    while True:
        checking = check_events(compiled, entries, by_state)
        run = _Run(compiled, tuple(checking.valid), chainer)
        refusal = run.first_refusal()
        if refusal is None:
            break
        # Whatever the refused event did to the events after it is undone by starting over.
        by_state[refusal.entry.id] = refusal
    refused = tuple(checking.refused[e.id] for e in entries if e.id in checking.refused)
    moves = run.moves()
    spans = _spans(compiled, moves)
    duties = (
        *born_duties(compiled, run.tasks(), spans, as_of),
        *periodic_duties(compiled, run.entries, run.facts, spans, as_of, chainer),
    )
    return Timeline(
        case=history.case,
        title=history.title,
        as_of=as_of,
        state=moves[-1].after if moves else compiled.initial,
        since=moves[-1].effect.event.day if moves else None,
        events=run.entries,
        moves=moves,
        effects=tuple(run.effects.values()),
        documents=run.documents(),
        duties=duties,
        refused=refused,
        cautions=(*checking.cautions, *run.cautions),
    )


def _spans(compiled: Compiled, moves: Sequence[Move]) -> tuple[tuple[date, str], ...]:
    """(first day, state) in order; of several moves on one day the last counts."""
    found = {date.min: compiled.initial}
    found.update((move.effect.event.day, move.after) for move in moves)
    return tuple(found.items())


class _Run:
    """One pass over entries taken to be valid. Everything is computed on construction but the view of it."""

    def __init__(self, compiled: Compiled, entries: tuple[Entry, ...], chainer: Chain) -> None:
        self.compiled, self.entries, self.chainer = compiled, entries, chainer
        self.cautions: list[Problem] = []
        self.place = {entry.id: index for index, entry in enumerate(entries)}
        self.by_event: dict[str, list[Entry]] = {}
        for entry in entries:
            self.by_event.setdefault(entry.event, []).append(entry)
        self.facts = [event_fact(compiled, entry) for entry in entries]
        self.fired = self._fire()
        self.following = chainer(compiled.programs.following, self._following_facts())
        self.after = {a.args[0]: a.args[1] for a in self.following.facts if a.predicate == p.AFTER}
        self.before = {a.args[0]: a.args[1] for a in self.following.derived if a.predicate == p.BEFORE}
        self.effects = self._effects()
        self.meetings = self._meetings()

    # stratum 1 ---------------------------------------------------------------------------------------------------

    def _fire(self) -> dict[str, dict[str, Joined]]:
        """Event id -> rules that fire at it, in the package's order -> the events they were joined with."""
        program = self.compiled.programs.firing
        result = self.chainer(program, [*known(program, self.facts), *self._holding()])
        found: dict[str, dict[str, Joined]] = {}
        names = {p.fires(name): name for name in self.compiled.rules}
        for atom in result.derived:
            name = names[atom.predicate]
            # Several earlier events may join: the latest is named.
            at = found.setdefault(atom.args[0], {})
            at[name] = max(at.get(name, ()), atom.args[1:], key=lambda ids: [self.place[i] for i in ids])
        order = {name: index for index, name in enumerate(self.compiled.rules)}
        return {id: dict(sorted(at.items(), key=lambda item: order[item[0]])) for id, at in found.items()}

    def _holding(self) -> Iterator[Atom]:
        """The conditions that hold, for every way to join; what cannot be told is a caution."""
        for entry in self.entries:
            for code in self.compiled.by_trigger.get(entry.event, ()):
                rule = code.rule
                if code.derived or (code.when is None and not rule.joins):
                    continue
                earlier = [self._earlier(join.event, entry) for join in rule.joins]
                for joined in product(*earlier):
                    if self._true(code, (entry, *joined)):
                        yield Atom(p.holds(rule.name), (entry.id, *(j.id for j in joined)))

    def _earlier(self, event: str, entry: Entry) -> list[Entry]:
        return [other for other in self.by_event.get(event, ()) if self.place[other.id] < self.place[entry.id]]

    def _true(self, code: RuleCode, events: Sequence[Entry]) -> bool:
        if code.when is None:
            return True
        sources = [event.values for event in events]
        truth = code.when.value(sources)
        if truth is None:
            why = code.when.unknown(sources, self.compiled.package)
            message = f"{named(events[0])}是否引起 `{code.rule.name}` 查不清：{why}"
            clause = cited(code.rule.clauses)
            self.cautions.append(Problem("W851", message, events[0].place, "补填载荷，或确定参数", clause))
        return truth is True

    # stratum 2 ---------------------------------------------------------------------------------------------------

    def _following_facts(self) -> list[Atom]:
        rules = self.compiled.procedure.rules
        facts = [
            *known(self.compiled.programs.following, self.facts),
            Atom(p.AFTER, (p.STARTED, self.compiled.initial)),
        ]
        last, possible = p.STARTED, {self.compiled.initial: None}
        for entry in self.entries:
            fired = [rules[name] for name in self.fired.get(entry.id, ())]
            facts.append(Atom(p.FOLLOWS, (entry.id, last)))
            facts += self._effect_facts(entry, fired, possible)
            movers = [rule for rule in fired if rule.target]
            if movers:
                facts += self._state_facts(entry, movers, possible)
                last = entry.id
                possible.update(dict.fromkeys(rule.target for rule in movers))
            facts += self._derived_facts(entry, fired)
        facts += self._candidates()
        return facts

    def _effect_facts(self, entry: Entry, fired: Sequence[ProcedureRule], possible: Iterable[str]) -> Iterator[Atom]:
        for rule in fired:
            yield Atom(p.fires(rule.name), (entry.id,))
            yield from (Atom(p.allowed(rule.name), (entry.id, s)) for s in possible if s in rule.states)

    def _state_facts(self, entry: Entry, movers: Sequence[ProcedureRule], possible: Iterable[str]) -> Iterator[Atom]:
        """What the event does in every state it may find: the first rule that moves decides, else the state stays."""
        for state in possible:
            moving = [rule for rule in movers if not rule.states or state in rule.states]
            if moving:
                yield Atom(p.TURNS, (entry.id, state, moving[0].target, moving[0].name))
            else:
                yield Atom(p.KEEPS, (entry.id, state))

    def _derived_facts(self, entry: Entry, fired: Sequence[ProcedureRule]) -> Iterator[Atom]:
        if any(rule.causes for rule in fired):
            for code in self.compiled.caused[entry.event]:
                if code.when is not None and self._true(code, (entry,)):
                    yield Atom(p.holds(code.rule.name), (entry.id,))

    def _candidates(self) -> Iterator[Atom]:
        """Later events that would count as meeting a duty, if it is born and their keys are equal."""
        for entry in self.entries:
            fired = [self.compiled.rules[name] for name in self.fired.get(entry.id, ())]
            if any(code.rule.causes for code in fired):
                fired += self.compiled.caused[entry.event]
            for code in fired:
                for index, task in enumerate(code.tasks):
                    fulfilment = task.task.fulfilment
                    for later in self.by_event.get(fulfilment.event, ()) if fulfilment else ():
                        after = self.place[later.id] > self.place[entry.id]
                        if after and (task.meets is None or task.meets.value((later.values, entry.values)) is True):
                            yield Atom(p.may_meet(code.rule.name, index), (entry.id, later.id))

    # what came out -----------------------------------------------------------------------------------------------

    def first_refusal(self) -> Refusal | None:
        """The first event that its state forbids."""
        for entry in self.entries:
            refusal = state_refusal(self.compiled, entry, self.before[entry.id])
            if refusal is not None:
                return refusal
        return None

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
            before, after = self.before[entry.id], self.after.get(entry.id)
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
                    self.cautions.append(Problem("E855", message, entry.place, "让两个程序的条件互相排斥"))
        return tuple(found)

    def documents(self) -> tuple[Owed, ...]:
        """The documents the effects ask for, by event, in the package's order."""
        owed = {a.args for a in self.following.derived if a.predicate == p.OWED}
        rules = self.compiled.procedure.rules
        return tuple(
            Owed(document, effect)
            for effect in self.effects.values()
            for document in rules[effect.rule].documents
            if (effect.rule, document, effect.event.id) in owed
        )

    def tasks(self) -> Iterator[Born]:
        """The duties the effects gave birth to, by event."""
        born = {(a.predicate, a.args[0]) for a in self.following.derived}
        for effect in self.effects.values():
            joined = tuple(self.entries[self.place[id]] for id in effect.joined)
            for index, _ in enumerate(self.compiled.procedure.rules[effect.rule].tasks):
                if (p.task(effect.rule, index), effect.event.id) in born:
                    met = self.meetings.get((p.met(effect.rule, index), effect.event.id))
                    yield Born(effect, index, joined, met)

    def _meetings(self) -> Mapping[tuple[str, str], Entry]:
        """(predicate of meeting, event id that bore the duty) -> the first event that meets it."""
        found: dict[tuple[str, str], Entry] = {}
        for atom in self.following.derived:
            if atom.predicate.startswith("履行·"):
                key, entry = (atom.predicate, atom.args[0]), self.entries[self.place[atom.args[1]]]
                if key not in found or self.place[entry.id] < self.place[found[key].id]:
                    found[key] = entry
        return found
