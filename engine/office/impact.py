"""Edge: what a change of the rules does: which cases, rankings, histories and examples come out differently."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused, errors
from engine.decision.case import Case
from engine.decision.conclusions import reached
from engine.decision.decide import decide_all
from engine.decision.differences import DecisionShift, Shift, compared
from engine.decision.program import Program
from engine.decision.ranking import RankingResult
from engine.decision.round import rank
from engine.decision.witnesses import Version, Witness, witnesses
from engine.decision.wording import called
from engine.intake.case import peek_case
from engine.intake.examples import ExampleReport, Wanted, expects_of, run_examples
from engine.intake.history import is_history, regulation_of
from engine.office.workspace import Workspace
from engine.policy.differences import RuleDifference, changed_names, differences
from engine.policy.package import Package
from engine.policy.shape import read_overlay
from engine.policy.sources import EXAMPLES, read_text
from engine.policy.spec import ExampleSpec
from engine.policy.spec.vocabulary import OverlaySpec
from engine.policy.stack import Sourced
from engine.policy.uses import reached as reached_by
from engine.policy.uses import users
from engine.procedure.replay import replay
from engine.procedure.timeline import Timeline, TimelineChange, what_changed


@dataclass(frozen=True, slots=True)
class CaseImpact:
    """A case under both rules. `unread`: what keeps it from being read, before and after the change; `dropped`: criteria
    whose recorded excuses the changed rules have no place for, so that it was decided without them."""

    path: Path
    id: str
    name: str = ""
    shifts: tuple[DecisionShift, ...] = ()
    unread: tuple[tuple[Problem, ...], tuple[Problem, ...]] = ((), ())
    dropped: tuple[str, ...] = ()

    @property
    def turned(self) -> bool:
        """Some outcome is another."""
        return any(shift.turned for shift in self.shifts)


@dataclass(frozen=True, slots=True)
class HistoryImpact:
    """A history under both rules, looked at on one day."""

    path: Path
    id: str
    name: str = ""
    changes: tuple[TimelineChange, ...] = ()
    unread: tuple[tuple[Problem, ...], tuple[Problem, ...]] = ((), ())


@dataclass(frozen=True, slots=True)
class RankingImpact:
    """Cases whose place, or whether they are in, is another."""

    ranking: str
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """`failing`: expectations of the examples that no longer hold, of `examples` run; `witnesses`: what would turn the
    determinations that no case turned."""

    rules: tuple[RuleDifference, ...]
    cases: tuple[CaseImpact, ...]
    histories: tuple[HistoryImpact, ...]
    rankings: tuple[RankingImpact, ...]
    examples: int
    failing: tuple[Problem, ...]
    witnesses: tuple[Witness, ...] = ()
    alone: tuple[str, ...] = ()
    """The determinations that rest on a round, where the cases were not compared as one."""
    since: date | None = None
    """The day from which the changed rules are in force, where one was given."""
    early: tuple[str, ...] = ()
    """Cases of an earlier day than `since`: the change does not touch them, they were looked at as if they were of it."""


def load_overlay(path: Path) -> Sourced[OverlaySpec]:
    """The changes of a file. Raises `Refused`."""
    text, problems = read_text(path)
    spec, found = read_overlay(str(path), text) if text is not None else (None, [])
    if spec is None:
        empty = Problem("E301", f"改动文件 `{path}` 是空的", help="写 `参数: {名称: 新的值}` 等，至少一项")
        raise Refused(errors([*problems, *found]) or [empty])
    return Sourced(spec, path.name)


_Sides = tuple[Version, Version]


def impact(
    before: Workspace, after: Workspace, paths: Sequence[Path], today: date, since: date | None = None
) -> Impact:
    """Every case and history in `paths` and every example of the regulations these are under, under both; cases of before
    `since` as of it. Raises `Refused` where the rules themselves are wrong."""
    regulations = regulations_of(after, paths)
    for regulation in regulations:
        for rules in (before, after):
            rules.under(regulation).program()
    cases, sides, early = [], list[_Sides](), list[str]()
    for path in (path for path in paths if not is_history(path)):
        head, _ = peek_case(path)
        is_early = since is not None and head is not None and head.as_of is not None and head.as_of < since
        old, new = (side(rules.on(since) if is_early and since else rules, path) for rules in (before, after))
        early += [head.id] if is_early and head is not None else []
        if isinstance(old, Version) and isinstance(new, tuple):
            new = _without_excuses(after, old.case, new)
        if isinstance(old, Version) and isinstance(new, Version):
            old, new = reopened(old, new)
            sides.append((old, new))
        cases.append(_case(path, old, new))
    histories = [history_impact(before, after, path, after.as_of or today) for path in paths if is_history(path)]
    pairs = [(before.under(regulation), after.under(regulation)) for regulation in regulations]
    examples, failing = _examples(pairs)
    packages = list(_packages(sides)) or [(old.program().package, new.program().package) for old, new in pairs]
    changed = dict.fromkeys(d for old, new in packages for d in differences(old, new))
    turned = {shift.determination for case in cases for shift in case.shifts if shift.turned}
    found = witnesses(sides, {difference.name for difference in changed}, turned)
    alone = (
        () if after.round is not None else dict.fromkeys(name for _, new in sides for name in _of_round(new.program))
    )
    return Impact(
        tuple(changed),
        tuple(cases),
        tuple(histories),
        tuple(_rankings(sides)),
        examples,
        failing,
        tuple(found),
        tuple(alone),
        since,
        tuple(early),
    )


def _of_round(program: Program) -> Iterator[str]:
    """The determinations that rest on what the cases of a round come to together."""
    package = program.package
    return (name for name in package.determinations if not program.steps[name].rests_on.isdisjoint(package.of_round))


def regulations_of(rules: Workspace, paths: Sequence[Path]) -> list[str]:
    """What the cases and histories are under, each once; the one that is meant where nothing names any."""
    named = (regulation_of(path)[0] if is_history(path) else _named_by(path) for path in paths)
    return list(dict.fromkeys(rules.regulation or name or rules.target for name in named)) or [rules.target]


def _named_by(case: Path) -> str:
    head, _ = peek_case(case)
    return head.regulation if head else ""


def side(rules: Workspace, path: Path) -> Version | tuple[Problem, ...]:
    """A case under the rules of one version, or what keeps it from being read."""
    try:
        program, case, _ = rules.case(path, concluded=False)
    except Refused as refused:
        return tuple(refused.problems)
    return Version(program, case)


def reopened(before: Version, after: Version) -> _Sides:
    """Both without the conclusions that the case itself comes to under the earlier rules: what follows from them is to be
    seen under the changed ones too."""
    own = reached(before.program, before.case)

    def without(side: Version) -> Version:
        facts = {name: fact for name, fact in side.case.facts.items() if name not in own}
        return Version(side.program, replace(side.case, facts=facts))

    return (without(before), without(after)) if own else (before, after)


def _without_excuses(after: Workspace, case: Case, problems: tuple[Problem, ...]) -> Version | tuple[Problem, ...]:
    """The case as read under the earlier rules, where all that keeps the changed ones from reading it are excuses of
    criteria that need none any more."""
    if {problem.code for problem in errors(problems)} != {"E553"}:
        return problems
    program = after.program(case.regulation, case.as_of)
    criteria = program.package.criteria
    kept = {n: e for n, e in case.excuses.items() if n in criteria and criteria[n].strength == "一般应当"}
    return Version(program, replace(case, excuses=kept))


def _case(path: Path, before: Version | tuple[Problem, ...], after: Version | tuple[Problem, ...]) -> CaseImpact:
    if isinstance(before, Version) and isinstance(after, Version):
        shifts = compared(*(decide_all(side.program, side.case) for side in (before, after)))
        dropped = tuple(name for name in before.case.excuses if name not in after.case.excuses)
        name = called(after.program.package, after.case)
        return CaseImpact(path, after.case.id, name, tuple(shifts), dropped=dropped)
    one, other = (() if isinstance(side, Version) else side for side in (before, after))
    return CaseImpact(path, path.name, unread=(one, other))


def history_impact(before: Workspace, after: Workspace, path: Path, day: date) -> HistoryImpact:
    """A history under both versions, looked at on a day."""
    old, new = _timeline(before, path, day), _timeline(after, path, day)
    if isinstance(old, Timeline) and isinstance(new, Timeline):
        return HistoryImpact(path, new.case, new.title, what_changed(old, new))
    one, other = (() if isinstance(side, Timeline) else side for side in (old, new))
    return HistoryImpact(path, path.name, unread=(one, other))


def _timeline(rules: Workspace, path: Path, day: date) -> Timeline | tuple[Problem, ...]:
    try:
        compiled, history = rules.history(path, day)
        return replay(compiled, history, day)
    except Refused as refused:
        return tuple(refused.problems)


def _examples(pairs: Sequence[tuple[Workspace, Workspace]]) -> tuple[int, tuple[Problem, ...]]:
    """How many there are, and what does not hold of them under the changed rules, but for what did not hold before: those
    of the earlier rules, and the changed rules' own, where these have a folder of theirs; one in both is one. Of the
    earlier rules' only those are run that the change can touch."""
    named, failing = set[tuple[Path, str]](), dict[Problem, None]()
    for before, after in pairs:
        touched = _touched(before, after)
        old, new = (_run(before, rules, touched) for rules in (before, after))
        own = _run(after, after) if after.folder != before.folder else ExampleReport()
        known = set(old.problems)
        failing |= dict.fromkeys(p for p in errors(new.problems) if p not in known)
        said = {p.message for p in errors([*old.problems, *new.problems])}
        failing |= dict.fromkeys(p for p in errors(own.problems) if p.message not in said)
        for report, folder in ((old, before.folder), (own, after.folder)):
            named |= {(path.relative_to(folder), name) for path, name in report.named}
    return len(named), tuple(failing)


def _touched(before: Workspace, after: Workspace) -> Wanted:
    """Whether what an example expects rests on anything that the rules of its day say otherwise."""

    @cache
    def reach(day: date | None) -> frozenset[str] | None:
        packages = [rules.by_day(day).package for rules in (before, after)]
        names = changed_names(*packages)
        return None if names is None else frozenset[str]().union(*(reached_by(users(p), names) for p in packages))

    def touched(example: ExampleSpec, day: date | None) -> bool:
        names = reach(day)
        return names is None or expects_of(example, names)

    return touched


def _run(written: Workspace, rules: Workspace, wanted: Wanted | None = None) -> ExampleReport:
    """The examples of one folder under rules."""
    report, target = ExampleReport(), rules.target
    for package in written.library.specs:
        if written.regulation_of(package) in (target, ""):
            run_examples(written.folder / package / EXAMPLES, rules.by_day, report, wanted=wanted)
    return report


def _packages(sides: Sequence[_Sides]) -> Iterator[tuple[Package, Package]]:
    """The rules on every day some case is decided for."""
    found = {(old.program.package.id, old.case.as_of): (old.program.package, new.program.package) for old, new in sides}
    yield from found.values()


def _rankings(sides: Sequence[_Sides]) -> Iterator[RankingImpact]:
    """Rankings over all the cases of one day."""
    by_day: dict[tuple[str, date], list[_Sides]] = {}
    for old, new in sides:
        by_day.setdefault((new.program.package.id, new.case.as_of), []).append((old, new))
    for found in by_day.values():
        names = [name for name in found[0][1].program.package.rankings if name in found[0][0].program.package.rankings]
        for name in names if len(found) > 1 else ():
            was, is_ = (rank(side[0].program, [one.case for one in side], name) for side in zip(*found, strict=True))
            before = _places(was)
            shifts = [
                Shift(is_.label(id), before.get(id, ""), place)
                for id, place in _places(is_).items()
                if before.get(id, "") != place
            ]
            if shifts:
                yield RankingImpact(name, tuple(shifts))


def _places(result: RankingResult) -> dict[str, str]:
    """Case -> its place and whether it is in, in words."""
    return {case: f"第{place}名，{word}" if place else word for case, (place, word) in result.standings.items()}
