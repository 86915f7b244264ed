"""Edge: in what two versions of the rules differ: what they say, and where they decide otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from engine.base.classes import dataclass
from engine.base.problem import Problem
from engine.decision.apart import OfDetermination, compared_rules
from engine.decision.witnesses import Version
from engine.intake.history import is_history
from engine.office.impact import HistoryImpact, history_impact, reopened, side
from engine.office.workspace import Workspace
from engine.policy.differences import RuleDifference, differences
from engine.policy.sources import EXAMPLES, yaml_files

STEPS = 4_000_000
"""What the solver may take for one question, unless it is told otherwise."""

CASES = "cases"
"""The folder beside the examples in which the cases lie that they begin from."""


@dataclass(frozen=True, slots=True)
class RulesCompared:
    """`rules`: what is said otherwise; `determinations`: those both have; `new` and `gone`: determinations that one has;
    `cases`: how many real cases witnesses were looked for from; `unread`: those that cannot be read under both."""

    rules: tuple[RuleDifference, ...]
    determinations: tuple[OfDetermination, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    cases: int
    unread: tuple[str, ...]
    histories: tuple[HistoryImpact, ...] = ()
    """Histories under both."""
    proved: bool = False
    """What the search left open was put to the solver."""


def example_cases(rules: Workspace) -> list[Path]:
    """The cases that the examples of the regulation meant begin from, files and folders; those of no regulation too."""
    keys = [key for key in rules.library.specs if rules.regulation_of(key) in (rules.target, "")]
    folders = [rules.folder / key / EXAMPLES / CASES for key in keys]
    return [case for folder in folders for case in (*yaml_files(folder), *_whole(folder))]


def _whole(folder: Path) -> list[Path]:
    """The cases of a folder that have folders of their own."""
    return sorted(file.parent for file in folder.glob("*/case.yaml"))


def compare_rules(
    before: Workspace, after: Workspace, cases: Sequence[Path], day: date, *, solver: bool = False, steps: int = STEPS
) -> RulesCompared:
    """The two versions of the regulation, with witnesses that begin from `cases`; histories among them are looked at on
    `day`. `solver`: every change is put to the
    solver, which is installed, with so many `steps` for each question. Raises `Refused` where either cannot be read."""
    old, new = before.program(), after.program()
    sides: list[tuple[Version, Version]] = []
    unread = []
    histories = [path for path in cases if is_history(path)]
    for path in (path for path in cases if path not in histories):
        one, other = side(before, path), side(after, path)
        if isinstance(one, Version) and isinstance(other, Version):
            sides.append(reopened(one, other))
        else:
            unread.append(_why(path, one if not isinstance(one, Version) else other))
    found = compared_rules(old, new, sides, search=not solver)
    if solver:
        from engine.proofs.versions import Prover

        prover = Prover.of((old, new), sides, steps=steps)
        found = tuple(prover.settled(one) for one in found)
    names = [program.package.determinations for program in (old, new)]
    return RulesCompared(
        tuple(differences(old.package, new.package)),
        found,
        tuple(name for name in names[1] if name not in names[0]),
        tuple(name for name in names[0] if name not in names[1]),
        len(sides),
        tuple(unread),
        tuple(history_impact(before, after, path, day) for path in histories),
        solver,
    )


def _why(path: Path, found: Version | tuple[Problem, ...]) -> str:
    said = found[0].message if isinstance(found, tuple) and found else ""
    return f"{path}：{said}"
