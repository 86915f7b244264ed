"""Edge: which small faults in the rules their examples notice, and which live."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.decision.program import Program, compile_package
from engine.intake.examples import ExampleReport, ReadyExample
from engine.office.processes import forked
from engine.policy.mutants import Mutant
from engine.policy.package import Package
from engine.policy.uses import users
from engine.procedure.compiled import compile_procedure

Question = tuple[str, Callable[[], Sequence[Problem]]]
"""The name of an example, and what of it does not come out as expected."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A fault, and the name of the example that noticed it, "" where none did; `asked`: how many were asked."""

    mutant: Mutant
    killer: str
    asked: int


def noticed(
    planted: Sequence[Mutant],
    report: ExampleReport,
    package: Package,
    heard: Callable[[int, int], None],
    jobs: int | None = None,
) -> list[Trial]:
    """Each fault planted in `package`, tried on the examples of `report` that rest on what it changes, until one does not
    come out as expected. `heard` is told how far it is; `jobs`: processes, None for as many as there are processors."""
    using = users(package)
    ends = {owner: _ends(owner, using) for owner in {mutant.owner for mutant in planted}}
    named = package.procedure.named if package.procedure is not None else frozenset()

    def trial(mutant: Mutant) -> Trial:
        ended = ends[mutant.owner]
        procedural = mutant.path[0] == "procedure" or ended & named
        return _trial(
            mutant, chain(_of_cases(mutant, ended, report), _of_histories(mutant, report) if procedural else ())
        )

    return forked(trial, planted, jobs or len(os.sched_getaffinity(0)), heard)


def _trial(mutant: Mutant, questions: Iterable[Question]) -> Trial:
    asked = 0
    for name, differing in questions:
        asked += 1
        try:
            differs = bool(differing())
        except Refused:
            differs = True
        if differs:
            return Trial(mutant, name, asked)
    return Trial(mutant, "", asked)


def _of_cases(mutant: Mutant, ended: frozenset[str], report: ExampleReport) -> Iterator[Question]:
    """The examples to ask, each under the mutant of the rules it is about, which is compiled when first asked for."""
    programs: dict[int, Program | None] = {}
    for example in _resting(report.ready, mutant.owner, ended):
        key = id(example.program)
        if key not in programs:
            changed = mutant.of(example.program.package)
            programs[key] = compile_package(changed) if changed is not None else None
        if (program := programs[key]) is not None:
            yield example.spec.name.text, partial(example.differing, program, about=ended)


def _resting(examples: Sequence[ReadyExample], owner: str, ended: frozenset[str]) -> list[ReadyExample]:
    """Those that assert something of what a definition reaches, first those that name it among what decides."""

    def far(example: ReadyExample) -> bool:
        return all(owner not in {c.text for c in a.deciding or ()} for a in example.spec.assertions)

    found = [e for e in examples if any(a.determination.text in ended for a in e.spec.assertions)]
    return sorted(found, key=far)


def _of_histories(mutant: Mutant, report: ExampleReport) -> Iterator[Question]:
    """The same of the examples that are histories."""
    changed = {id(one.package): mutant.of(one.package) for one in report.histories}
    compiled = {key: compile_procedure(package) for key, package in changed.items() if package is not None}
    for history in report.histories:
        if (procedure := compiled.get(id(history.package))) is not None:
            yield history.spec.name.text, partial(history.differing, procedure)


def _ends(owner: str, using: Mapping[str, Mapping[str, str]]) -> frozenset[str]:
    """A definition and everything it reaches."""
    found, waiting = {owner}, [owner]
    while waiting:
        new = using.get(waiting.pop(), {}).keys() - found
        found |= new
        waiting += new
    return frozenset(found)
