"""A case that came through the door, with the rules it is decided under: opened from files or from data, and amended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused, errors
from engine.decision.case import Case
from engine.decision.conclusions import contradictions
from engine.decision.door import objections
from engine.decision.program import Program
from engine.intake.builder import CaseBuilder
from engine.intake.case import peek_case
from engine.intake.data import Data, data_of, peek_data
from engine.office.given import Source, history_given, named_history, read_case
from engine.office.packages import Packages
from engine.policy.package import Package
from engine.procedure.dossier import joined


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with the rules it is decided under. Whoever makes one goes through the door: raises `Refused` with
    everything in the case that the rules do not know, or know otherwise. `problems`: what was remarked on reading it."""

    rules: Program
    case: Case
    problems: tuple[Problem, ...] = ()

    def __post_init__(self) -> None:
        if found := objections(self.package, self.case):
            raise Refused(found)
        # Whatever the caller does to its own dicts later is no concern of this case.
        own = replace(self.case, facts=dict(self.case.facts), excuses=dict(self.case.excuses))
        object.__setattr__(self, "case", own)

    @property
    def package(self) -> Package:
        """The regulation with what fills it, as it stands on the case's day."""
        return self.rules.package


def opened(
    packages: Packages,
    source: Source,
    data: Data | None,
    day: date | None,
    regulation: str,
    folder: Path | None,
    history: Source | None,
    tolerant: bool,
    concluded: bool = True,
) -> CaseFile:
    """A case from its file or from `data`, as `api.open_case` says. `concluded` False: what was concluded is not held
    against the case."""
    head, problems = peek_case(source) if isinstance(source, Path) else peek_data(data or data_of({}))
    if head is None:
        raise Refused(problems)
    on = day or head.as_of
    if on is None:
        help = "写 `基准日`，或由调用者给出 day"
        raise Refused(Problem("E707", f"案件 `{head.id}` 没有说明按哪一天办理", help=help))
    rules = packages.rules(on, regulation or head.regulation)
    case, problems = read_case(source, data, rules.package, folder, tolerant)
    if case is None:
        raise Refused(problems)
    told = history if history is not None else named_history(source, folder, head.history)
    if told is not None:
        compiled, whole, remarks = history_given(packages, told, on, rules.package.id)
        case, differing = joined(compiled, case, whole)
        problems = [*problems, *remarks, *differing]
        if differing and not tolerant:
            raise Refused(problems)

    def then(before: date) -> tuple[Program, Case]:
        file = opened(packages, source, data, before, regulation, folder, history, tolerant, concluded=False)
        return file.rules, file.case

    if concluded and not packages.supposed and (found := contradictions(rules, case, then)):
        problems = [*problems, *found]
        if not tolerant:
            raise Refused(problems)
    return CaseFile(rules, replace(case, dated=True), tuple(problems))


def amended(
    file: CaseFile,
    facts: Mapping[str, Any] | None,
    records: Mapping[str, Any] | None,
    excuses: Mapping[str, Any] | None,
) -> CaseFile:
    """The case with some of its facts, tables or excuses replaced, as `api.amend` says."""
    given = {"事实": facts or {}, "记录": records or {}, "例外理由": excuses or {}}
    data = data_of(given)
    builder = CaseBuilder(file.package, None)
    builder.take(*(data.root.get(section) for section in given))
    if found := data.problems or data.placed(errors(builder.problems)):
        raise Refused(found)
    case = file.case
    kept = {name: fact for name, fact in case.facts.items() if name not in builder.blanks}
    excused = {name: fact for name, fact in case.excuses.items() if name not in builder.blanks}
    own = data.facts(builder.facts), data.facts(builder.excuses)
    return replace(file, case=replace(case, facts={**kept, **own[0]}, excuses={**excused, **own[1]}))
