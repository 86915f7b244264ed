"""Edge: what a change of the rules does: which cases, rankings, histories and examples come out differently."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused, errors
from engine.base.text import did_you_mean
from engine.decision.case import Case
from engine.decision.conclusions import reached
from engine.decision.decide import amount_of, decide_all, evaluate_whole, outcome_of
from engine.decision.differences import DecisionShift, Shift, compared
from engine.decision.model import Decision
from engine.decision.program import Program
from engine.decision.ranking import RankingResult
from engine.decision.round import rank
from engine.decision.witnesses import Version, Witness, witnesses
from engine.decision.wording import called
from engine.intake.case import peek_case
from engine.intake.history import is_history, regulation_of
from engine.language.printer import show_value
from engine.office.guarding import ChangeReach, Guarding, guarding
from engine.office.reworded import LetterChange, documents_touched, letter_changes
from engine.office.workspace import Workspace
from engine.policy.differences import RuleDifference, differences
from engine.policy.package import Package
from engine.policy.shape import read_overlay
from engine.policy.sources import read_text
from engine.policy.spec.vocabulary import OverlaySpec
from engine.policy.stack import Sourced
from engine.policy.touched import Reach
from engine.policy.uses import outcomes
from engine.procedure.replay import replay
from engine.procedure.timeline import Timeline, TimelineChange, what_changed


@dataclass(frozen=True, slots=True)
class Came:
    """What a determination that the change can touch comes to under both rules, and the amounts granted, in base units; `open`:
    an amount is granted that is not known."""

    determination: str
    before: str
    after: str
    paid: tuple[Fraction | None, Fraction | None] = (None, None)
    open: bool = False


@dataclass(frozen=True, slots=True)
class CaseImpact:
    """A case under both rules. `came`: every determination the change can touch, `shifts` those that are others; `letters`:
    those that say something else; `groups`: what the case says of the facts that money is told by. `unread`: what keeps it from
    being read, before and after the change; `dropped`: criteria
    whose recorded excuses the changed rules have no place for, so that it was decided without them."""

    path: Path
    id: str
    name: str = ""
    shifts: tuple[DecisionShift, ...] = ()
    unread: tuple[tuple[Problem, ...], tuple[Problem, ...]] = ((), ())
    dropped: tuple[str, ...] = ()
    came: tuple[Came, ...] = ()
    letters: tuple[LetterChange, ...] = ()
    groups: tuple[str, ...] = ()

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
    """`examples`: what no longer holds of them; `witnesses`: what would turn the determinations that no case turned."""

    rules: tuple[RuleDifference, ...]
    cases: tuple[CaseImpact, ...]
    histories: tuple[HistoryImpact, ...]
    rankings: tuple[RankingImpact, ...]
    examples: Guarding
    witnesses: tuple[Witness, ...] = ()
    alone: tuple[str, ...] = ()
    """The determinations that rest on a round, where the cases were not compared as one."""
    since: date | None = None
    """The day from which the changed rules are in force, where one was given."""
    early: tuple[str, ...] = ()
    """Cases of an earlier day than `since`: the change does not touch them, they were looked at as if they were of it."""
    by: tuple[str, ...] = ()
    """The facts that money is told by."""
    scores: tuple[str, ...] = ()
    """The names of the scores of either version."""
    left: int = 0
    """How many cases and histories were not compared, as somebody broke off; examples were not run then either."""


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
    before: Workspace,
    after: Workspace,
    paths: Sequence[Path],
    today: date,
    since: date | None = None,
    heard: Callable[[int, int], None] = lambda _done, _all: None,
    by: Sequence[str] = (),
) -> Impact:
    """Every case and history in `paths` and every example of the regulations these are under, under both; cases of before
    `since` as of it. Only what the change can touch is decided and replayed. `heard` is told after each case or history how
    many of how many are done; Ctrl-C there leaves out the rest. `by`: facts that money is told by. Raises `Refused` where the
    rules themselves are wrong, or have no such fact."""
    regulations = regulations_of(after, paths)
    for regulation in regulations:
        for rules in (before, after):
            rules.under(regulation).program()
    pairs = {regulation: (before.under(regulation), after.under(regulation)) for regulation in regulations}
    touched = {regulation: ChangeReach(*pair) for regulation, pair in pairs.items()}
    _known(by, [new.program().package for _, new in pairs.values()])
    cases, histories, sides, early = [], list[HistoryImpact](), list[_Sides](), list[str]()
    left = len(paths)
    try:
        for done, path in enumerate(paths, 1):
            if is_history(path):
                histories.append(_history(before, after, path, after.as_of or today, touched))
            else:
                found, both, is_early = _of_case(before, after, path, since, touched, by)
                cases.append(found)
                sides += [both] if both is not None else []
                early += [found.id] if is_early else []
            left = len(paths) - done
            heard(done, len(paths))
    except KeyboardInterrupt:
        if not cases and not histories:
            raise
    guarded = guarding(list(pairs.values())) if not left else Guarding(0, (), frozenset())
    packages = list(_packages(sides)) or [(old.program().package, new.program().package) for old, new in pairs.values()]
    changed = dict.fromkeys(d for old, new in packages for d in differences(old, new))
    turned = {shift.determination for case in cases for shift in case.shifts if shift.turned}
    found_ = witnesses(sides, {difference.name for difference in changed}, turned) if not left else ()
    scores = dict.fromkeys(name for pair in packages for package in pair for name in package.scores)
    alone = (
        () if after.round is not None else dict.fromkeys(name for _, new in sides for name in _of_round(new.program))
    )
    return Impact(
        tuple(changed),
        tuple(cases),
        tuple(histories),
        tuple(_rankings(sides, touched)),
        guarded,
        tuple(found_),
        tuple(alone),
        since,
        tuple(early),
        tuple(by),
        tuple(scores),
        left,
    )


def _known(by: Sequence[str], packages: Sequence[Package]) -> None:
    known = dict.fromkeys(name for package in packages for name in package.facts)
    for name in by:
        if name not in known:
            raise Refused(Problem("E201", f"没有事实 `{name}`", help=did_you_mean(name, known)), 2)


_Reaches = Mapping[str, ChangeReach]
"""By regulation."""


def _of_case(
    before: Workspace, after: Workspace, path: Path, since: date | None, touched: _Reaches, by: Sequence[str]
) -> tuple[CaseImpact, _Sides | None, bool]:
    """A case under both, the two sides where it can be read, and whether it is of a day before `since`."""
    head, _ = peek_case(path)
    is_early = since is not None and head is not None and head.as_of is not None and head.as_of < since
    old, new = (side(rules.on(since) if is_early and since else rules, path) for rules in (before, after))
    if isinstance(old, Version) and isinstance(new, tuple):
        new = _without_excuses(after, old.case, new)
    if isinstance(old, Version) and isinstance(new, Version):
        old, new = reopened(old, new)
        reach = touched[new.program.package.id].between(old.program.package, new.program.package)
        return _case(path, old, new, reach, by), (old, new), is_early
    one, other = (() if isinstance(version, Version) else version for version in (old, new))
    name = head.id if head is not None and is_early else path.name
    return CaseImpact(path, name, unread=(one, other)), None, is_early


def _history(before: Workspace, after: Workspace, path: Path, day: date, touched: _Reaches) -> HistoryImpact:
    named, problems = regulation_of(path)
    reach = touched.get(before.regulation or named or before.target) if not errors(problems) else None
    if reach is None or reach.history(day):
        return history_impact(before, after, path, day)
    try:
        _, history = after.history(path, day)
    except Refused as refused:
        return HistoryImpact(path, path.name, unread=(tuple(refused.problems), tuple(refused.problems)))
    return HistoryImpact(path, history.case, history.title)


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


def _case(path: Path, before: Version, after: Version, reach: Reach, by: Sequence[str]) -> CaseImpact:
    letters = documents_touched(before.program.package, after.program.package, reach)
    old, new = ({one.determination: one for one in _decided(v, reach, letters)} for v in (before, after))
    shifts = compared(tuple(old.values()), tuple(new.values()))
    pairs = [(old[name], new[name]) for name in old if name in new]
    shifted = {shift.determination for shift in shifts}
    told = (name for one, _ in pairs if one.determination in shifted for name in one.documents)
    return CaseImpact(
        path,
        after.case.id,
        called(after.program.package, after.case),
        tuple(shifts),
        dropped=tuple(name for name in before.case.excuses if name not in after.case.excuses),
        came=tuple(_came(before, after, *pair) for pair in pairs),
        letters=tuple(letter_changes(before, after, pairs, letters.union(told))),
        groups=tuple(_said(after, name) for name in by),
    )


def _decided(side: Version, reach: Reach, letters: AbstractSet[str]) -> tuple[Decision, ...]:
    """The determinations that may come to something else, or ask for one of the letters."""
    package = side.program.package
    names = [
        name
        for name, one in package.determinations.items()
        if reach is None or name in reach or any(not letters.isdisjoint(each.documents) for each in outcomes(one))
    ]
    return decide_all(side.program, side.case, names) if names else ()


def _came(before: Version, after: Version, old: Decision, new: Decision) -> Came:
    paid = [_paid(version, one) for version, one in ((before, old), (after, new))]
    known = [one if isinstance(one, Fraction) else None for one in paid]
    return Came(old.determination, old.outcome, new.outcome, (known[0], known[1]), any(one == "" for one in paid))


def _paid(side: Version, decision: Decision) -> Fraction | str | None:
    """The amount granted; "" where it is not known, None where there is none."""
    definition = side.program.package.determinations[decision.determination]
    if all(one.amount is None for one in outcomes(definition)):
        return None
    evaluation = evaluate_whole(side.program, side.case, decision.determination)
    outcome = outcome_of(evaluation, definition)
    if outcome is None or outcome.amount is None:
        return None
    amount, _ = amount_of(evaluation)
    return Fraction(amount) if isinstance(amount, Decimal | Fraction) else ""


def _said(side: Version, name: str) -> str:
    fact, package = side.case.facts.get(name), side.program.package
    if fact is None or fact.value is None or name not in package.facts:
        return ""
    return show_value(fact.value, package.facts[name].type, package.facts[name].unit)


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


def _packages(sides: Sequence[_Sides]) -> Iterator[tuple[Package, Package]]:
    """The rules on every day some case is decided for."""
    found = {(old.program.package.id, old.case.as_of): (old.program.package, new.program.package) for old, new in sides}
    yield from found.values()


def _rankings(sides: Sequence[_Sides], touched: _Reaches) -> Iterator[RankingImpact]:
    """Rankings over all the cases of one day, as far as the change can touch them."""
    by_day: dict[tuple[str, date], list[_Sides]] = {}
    for old, new in sides:
        by_day.setdefault((new.program.package.id, new.case.as_of), []).append((old, new))
    for found in by_day.values():
        packages = [version.program.package for version in found[0]]
        reach = touched[packages[1].id].between(*packages)
        both = (name for name in packages[1].rankings if name in packages[0].rankings)
        names = [name for name in both if reach is None or name in reach]
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
