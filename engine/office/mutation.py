"""Edge: which small faults in the rules their examples notice, and which live.

A fault is first tried on what the cases of the examples came to without it: only what rests on the changed definition is
worked out anew. Where that does not show that an example would notice, the rules are compiled with the fault, and the
examples are asked in which something comes to something else, or might.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.decision.equivalence import differing
from engine.decision.planted import Planted
from engine.decision.program import Program, compile_package, on_day
from engine.intake.examples import ExampleReport, ReadyExample, expects_of
from engine.intake.history_examples import ReadyHistory
from engine.language import keys
from engine.language.keys import named_by
from engine.lowered.calls import Values
from engine.lowered.worlds import Asked
from engine.office.processes import cpus, forked
from engine.policy.mutants import Mutant
from engine.policy.procedure import Procedure
from engine.policy.spec import ArguedSpec, AssertionSpec
from engine.policy.uses import reached, users
from engine.procedure.compiled import Compiled, compile_procedure
from engine.procedure.history import Entry


@dataclass(frozen=True, slots=True)
class Trial:
    """A fault, and the name of the example that noticed it, "" where none did; `asked`: how many were asked; `same`: it
    comes to the same as what stood there, whatever the case; `argued`: why no example has to notice it."""

    mutant: Mutant
    killer: str
    asked: int
    same: bool = False
    argued: str = ""

    @property
    def alive(self) -> bool:
        return not self.killer and not self.same and not self.argued


def noticed(
    trials: Trials, planted: Sequence[Mutant], heard: Callable[[int, int], None], jobs: int | None = None
) -> list[Trial]:
    """Each fault planted in the rules, tried on the examples that rest on what it changes, until one does not come out as
    expected. `heard` is told how far it is; `jobs`: processes, None for as many as there are processors."""
    trials.warm()
    return forked(trials.of, planted, jobs or cpus(), heard)


def argued(
    tried: Sequence[Trial], reasons: Sequence[ArguedSpec], every: Iterable[Mutant]
) -> tuple[list[Trial], list[Problem]]:
    """The faults with what is argued of those that live; arguments about faults that an example does notice, or that are
    none (any more) among `every` one of the rules, tried or not."""
    said = {
        (name.text, change.text): one.reason.text for one in reasons for name in one.names for change in one.changes
    }
    found = [replace(one, argued=said.get(_called(one), "")) if one.alive else one for one in tried]
    held = {_called(one) for one in found if one.argued}
    there = {_called(one): one for one in found}
    untried = {(one.owner, one.said) for one in every}.difference(there)
    wrong = []
    for one in reasons:
        for name, change in ((n, c) for n in one.names for c in one.changes):
            if (called := (name.text, change.text)) not in held and called not in untried:
                message = f"论证过的改错，{_outdated(there.get(called))}：`{name.text}` {change.text}"
                wrong.append(Problem("W414", message, change.span, "删去这一条论证"))
    return found, wrong


def _called(one: Trial) -> tuple[str, str]:
    return one.mutant.owner, one.mutant.said


def _outdated(found: Trial | None) -> str:
    if found is None:
        return "规则里没有这一处"
    return "改了等于没改" if found.same else f"用例 `{found.killer}` 已经发现"


Question = tuple[str, Callable[[], Sequence[Problem]]]
"""The name of an example, and what of it does not come out as expected."""
_APART = frozenset(("duties", "authority", "premises"))
"""What follows from an outcome without being part of any decision."""


@dataclass(frozen=True)
class Trials:
    """`report`: the examples, every one of which holds; `program`: the rules the faults are of."""

    report: ExampleReport
    program: Program

    def warm(self) -> None:
        """What every trial needs, before there are several processes."""
        _ = self.values, self._happened, self._using

    @cached_property
    def _using(self) -> Mapping[str, Mapping[str, str]]:
        return users(self.program.package)

    @cached_property
    def values(self) -> Mapping[int, Values]:
        """What the cases of the examples come to."""
        return {id(one): one.program.evaluated(one.case) for one in self.report.ready}

    @cached_property
    def _happened(self) -> Mapping[int, frozenset[str]]:
        """The events of the histories."""
        histories = self.report.histories
        return {id(one): frozenset(i.event for i in one.history.items if isinstance(i, Entry)) for one in histories}

    def of(self, mutant: Mutant) -> Trial:
        """One fault."""
        examples, tried = self.resting(mutant), self.planting(mutant)
        for count, (_, example) in enumerate(examples, 1):
            if tried.turns(example):
                return Trial(mutant, example.spec.name.text, count)
        if self._same(mutant, tried):
            return Trial(mutant, "", len(examples), same=True)
        asked = len(examples)
        for name, differing_ in (*tried.questions(), *self._of_histories(mutant)):
            asked += 1
            if _differs(differing_):
                return Trial(mutant, name, asked)
        return Trial(mutant, "", asked)

    def resting(self, mutant: Mutant) -> list[tuple[int, ReadyExample]]:
        """The examples that assert something of what a fault reaches, each with its place in the report."""
        ended, every = self._ends(mutant), enumerate(self.report.ready)
        return [(at, example) for at, example in every if expects_of(example.spec, ended)]

    def planting(self, mutant: Mutant) -> Planting:
        """The fault, planted in the rules of the examples."""
        return Planting(mutant, self._saying(mutant), self.values)

    def _begun(self, mutant: Mutant) -> set[str]:
        """The definition a fault is in; where another strength makes it count, those that ask for its groups too."""
        criterion = self.program.package.criteria.get(mutant.owner)
        groups = criterion.groups if criterion is not None and mutant.before == "鼓励" else ()
        return {mutant.owner}.union(*(self._using.get(group, ()) for group in groups))

    def _saying(self, mutant: Mutant) -> frozenset[str]:
        """The definitions that a fault may change: its own, those that name it, and, as what a record table or a decision
        table says is written out where it is used, those that name these."""
        package = self.program.package
        found, waiting = self._begun(mutant), [mutant.owner]
        while waiting:
            for name in self._using.get(waiting.pop(), ()):
                if name not in found and (name in package.tables or name in package.decision_tables):
                    waiting.append(name)
                found.add(name)
        return frozenset(found)

    def _same(self, mutant: Mutant, tried: Planting) -> bool:
        """Whether what is decided stays the same in every situation. What is said in letters is not looked at, so that
        only of definitions that decide it can be known."""
        package, planted = self.program.package, tried.under(self.program)
        if mutant.path[0] == "procedure":  # whose events may be called as a criterion is
            return False
        if mutant.path[0] == "criteria" and self._ends(mutant).isdisjoint(package.determinations):
            return True  # 鼓励: shown and told in letters, and counted nowhere
        if mutant.owner not in package.order or _APART.intersection(mutant.path) or planted is None:
            return False
        if not planted.changed:
            return True
        after = compile_package(planted.package)
        owners = dict.fromkeys(map(named_by, planted.changed))
        return all(one.shown for owner in owners for one in differing(self.program, after, owner).values())

    def _of_histories(self, mutant: Mutant) -> Iterator[Question]:
        """The histories to ask: of an event or what happens upon one those in which it occurs."""
        procedure = self.program.package.procedure
        if procedure is None or (mutant.path[0] != "procedure" and self._ends(mutant).isdisjoint(procedure.named)):
            return
        compiled: dict[int, Compiled | None] = {}

        def ask(one: ReadyHistory) -> Sequence[Problem]:
            if (key := id(one.package.procedure)) not in compiled:
                changed = mutant.of(one.package)
                compiled[key] = compile_procedure(changed) if changed is not None else None
            rules = compiled[key]
            return (
                one.differing(replace(rules, package=replace(rules.package, as_of=one.package.as_of))) if rules else ()
            )

        trigger = _trigger(procedure, mutant)
        for one in self.report.histories:
            if trigger is None or trigger in self._happened[id(one)]:
                yield one.spec.name.text, partial(ask, one)

    def _ends(self, mutant: Mutant) -> frozenset[str]:
        """The definition a fault is in and everything it reaches."""
        return reached(self._using, self._begun(mutant))


def _trigger(procedure: Procedure, mutant: Mutant) -> str | None:
    """The event without which nothing comes of a fault; None where that is not one that is entered."""
    rule = procedure.rules.get(mutant.owner)
    event = rule.trigger if rule is not None else mutant.owner
    known = procedure.events.get(event) if mutant.path[0] == "procedure" else None
    return event if known is not None and known.by_hand else None


class Planting:
    """A fault in the rules of the examples' days. `names`: the definitions it may change; `values`: what the cases of the
    examples come to without it."""

    def __init__(self, mutant: Mutant, names: Container[str], values: Mapping[int, Values]) -> None:
        self.mutant, self._names, self._values = mutant, names, values
        self._planted: dict[int, Planted | None] = {}
        self._compiled: dict[int, Program] = {}
        self._open: list[ReadyExample] = []

    def under(self, program: Program) -> Planted | None:
        """The rules of one day with it; None where something else stands in the place on that day."""
        key = id(program.writing)  # the same on all the days on which the rules are the same
        if key not in self._planted:
            changed = self.mutant.of(program.package)
            self._planted[key] = Planted(program, changed, self._names) if changed is not None else None
        return self._planted[key]

    def compiled(self, planted: Planted) -> Program:
        """The rules with the fault, compiled when first asked for."""
        if (key := id(planted)) not in self._compiled:
            self._compiled[key] = compile_package(planted.package)
        return self._compiled[key]

    def turns(self, example: ReadyExample) -> bool:
        """Whether some outcome is certain to be another than the example says. Where none is and the rules have to be
        asked, that is noted."""
        planted = self.under(example.program)
        if planted is None:
            return False
        values = self._values[id(example)]
        asked = planted.values(values)
        if asked is not None:
            for assertion in example.spec.assertions:
                found = asked[planted.program.slots[assertion.determination.text]]
                if found is not None and found != assertion.outcome.text:
                    return True
        if asked is None or any(_may_notice(one, planted, values, asked) for one in example.spec.assertions):
            self._open.append(example)
        return False

    def questions(self) -> Iterator[Question]:
        """The examples that the rules have to be asked of, compiled with the fault; those of one day together."""

        def ask(example: ReadyExample, planted: Planted) -> Sequence[Problem]:
            package = replace(planted.package, as_of=example.program.package.as_of)
            return example.differing(on_day(self.compiled(planted), package))

        for example in sorted(self._open, key=lambda one: id(one.program.writing)):
            planted = self.under(example.program)
            if planted is not None:
                yield example.spec.name.text, partial(ask, example, planted)


def _may_notice(assertion: AssertionSpec, planted: Planted, values: Values, asked: Asked) -> bool:
    """Whether an expectation may no longer hold: something it is about is not certain to be what it was."""
    name, program = assertion.determination.text, planted.program
    if any(said is not None for said in (assertion.possible, assertion.missing, assertion.first, assertion.authority)):
        return True
    about = [name, *(key for key in assertion.values if key in program.slots)]
    if len(about) <= len(assertion.values):
        return True  # a parameter, which has its value from the package
    if assertion.deciding is not None:
        if name in planted.changed:  # what is decisive is read from it
            return True
        about += [key for node in program.steps[name].nodes for key in program.leaves(node)]
    if assertion.amount is not None:
        about += [key for key in program.slots if key.startswith(keys.amounts(name))]
    return not all(planted.unmoved(values, asked, key) for key in about)


def _differs(differing_: Callable[[], Sequence[Problem]]) -> bool:
    try:
        return bool(differing_())
    except Refused:
        return True
