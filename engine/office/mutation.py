"""Edge: which small faults in the rules their examples notice, and which live."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

from engine.base.classes import dataclass
from engine.base.problem import Refused
from engine.decision.program import Program, compile_package
from engine.intake.examples import ExampleReport, ReadyExample
from engine.office.processes import forked
from engine.policy.mutants import Mutant
from engine.policy.package import Package
from engine.policy.uses import expressions, names_in
from engine.procedure.compiled import compile_procedure


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
    users = _users(package)
    ends = {owner: _ends(owner, users) for owner in {mutant.owner for mutant in planted}}
    named = package.procedure.named if package.procedure is not None else frozenset()

    def trial(mutant: Mutant) -> Trial:
        ended = ends[mutant.owner]
        asked, killer = _on_cases(mutant, ended, report)
        if not killer and (mutant.path[0] == "procedure" or ended & named):
            more, killer = _on_histories(mutant, report)
            asked += more
        return Trial(mutant, killer, asked)

    return forked(trial, planted, jobs or len(os.sched_getaffinity(0)), heard)


def _on_cases(mutant: Mutant, ended: frozenset[str], report: ExampleReport) -> tuple[int, str]:
    """How many examples were asked, and the first that noticed."""
    programs: dict[int, Program | None] = {}
    asked = 0
    for example in _resting(report.ready, mutant.owner, ended):
        key = id(example.program)
        if key not in programs:
            changed = mutant.of(example.program.package)
            programs[key] = compile_package(changed) if changed is not None else None
        program = programs[key]
        if program is None:
            continue
        asked += 1
        try:
            differs = bool(example.differing(program, about=ended))
        except Refused:
            differs = True
        if differs:
            return asked, example.spec.name.text
    return asked, ""


def _resting(examples: Sequence[ReadyExample], owner: str, ended: frozenset[str]) -> list[ReadyExample]:
    """Those that assert something of what a definition reaches, first those that name it among what decides."""

    def far(example: ReadyExample) -> bool:
        return all(owner not in {c.text for c in a.deciding or ()} for a in example.spec.assertions)

    found = [e for e in examples if any(a.determination.text in ended for a in e.spec.assertions)]
    return sorted(found, key=far)


def _on_histories(mutant: Mutant, report: ExampleReport) -> tuple[int, str]:
    """The same of the examples that are histories."""
    changed = {id(one.package): mutant.of(one.package) for one in report.histories}
    compiled = {key: compile_procedure(package) for key, package in changed.items() if package is not None}
    asked = 0
    for history in report.histories:
        procedure = compiled.get(id(history.package))
        if procedure is None:
            continue
        asked += 1
        try:
            differs = bool(history.differing(procedure))
        except Refused:
            differs = True
        if differs:
            return asked, history.spec.name.text
    return asked, ""


def _users(package: Package) -> Mapping[str, frozenset[str]]:
    """Name -> the definitions that name it, or a group that it is in."""
    found: dict[str, set[str]] = {}
    for owner, node in expressions(package):
        for name in names_in([node]):
            for one in (name, *package.groups.get(name, ())):
                found.setdefault(one, set()).add(owner)
    return {name: frozenset(owners) for name, owners in found.items()}


def _ends(owner: str, users: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """A definition and everything it reaches."""
    found, waiting = {owner}, [owner]
    while waiting:
        new = users.get(waiting.pop(), frozenset()) - found
        found |= new
        waiting += new
    return frozenset(found)
