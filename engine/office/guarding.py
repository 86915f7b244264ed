"""Edge: which examples no longer hold under changed rules; only those are run that the change can touch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from engine.base.classes import dataclass
from engine.base.problem import Problem, errors
from engine.intake.examples import ExampleReport, Wanted, expects_of, run_examples
from engine.office.published import contents
from engine.office.workspace import Workspace
from engine.policy.package import Package
from engine.policy.sources import EXAMPLES
from engine.policy.spec import ExampleSpec
from engine.policy.touched import Reach, on_histories, reach


@dataclass(frozen=True)
class Guarding:
    """`count`: how many examples there are; `failing`: expectations that no longer hold; `names`: files and names of the
    examples whose they are."""

    count: int
    failing: tuple[Problem, ...]
    names: frozenset[tuple[str, str]]


def guarding(pairs: Sequence[tuple[Workspace, Workspace]]) -> Guarding:
    """What does not hold of the examples under the changed rules, but for what did not hold before: those of the earlier
    rules, and the changed rules' own, where these have other ones in a folder of theirs; one in both is one."""
    named, failing, names = set[tuple[Path, str]](), dict[Problem, None](), set[tuple[str, str]]()
    for before, after in pairs:
        touched = ChangeReach(before, after)
        new = _run(before, after, touched.example, histories=touched.histories)
        old = _run(before, before, _among(new), histories=any(p.code == "E860" for p in new.problems))
        own = _run(after, after) if _has_others(before, after) else ExampleReport()
        known = set(old.problems)
        failing |= dict.fromkeys(p for p in errors(new.problems) if p not in known)
        said = {p.message for p in errors([*old.problems, *new.problems])}
        failing |= dict.fromkeys(p for p in errors(own.problems) if p.message not in said)
        names |= new.unsound - old.unsound | own.unsound
        for report, folder in ((new, before.folder), (own, after.folder)):
            named |= {(path.relative_to(folder), name) for path, name in report.named}
    return Guarding(len(named), tuple(failing), frozenset(names))


class ChangeReach:
    """What the difference between two versions of a regulation can touch, day by day. Days on which both say the same as on
    others are looked at once."""

    def __init__(self, before: Workspace, after: Workspace) -> None:
        self.before, self.after = before, after
        self._found: dict[tuple[int, int], tuple[tuple[Package, Package], Reach]] = {}

    def names(self, day: date | None) -> Reach:
        """The names it reaches on a day (None: the day looked from), None for any."""
        return self.between(*(rules.package_on(day) for rules in (self.before, self.after)))

    def between(self, before: Package, after: Package) -> Reach:
        """The same of two packages; those of days on which the rules are the same share their criteria."""
        key = id(before.criteria), id(after.criteria)
        if key not in self._found:
            self._found[key] = (before, after), reach(before, after)
        return self._found[key][1]

    def example(self, example: ExampleSpec, day: date | None) -> bool:
        """Whether what an example expects rests on anything that the rules of its day say otherwise."""
        names = self.names(day)
        return names is None or expects_of(example, names)

    @property
    def histories(self) -> bool:
        """Whether any history may go another way."""
        days = (None, *self.before.days_of_change, *self.after.days_of_change)
        return any(self.history(day) for day in days)

    def history(self, day: date | None) -> bool:
        """Whether one that is looked at on a day may."""
        before, after = (rules.package_on(day) for rules in (self.before, self.after))
        return on_histories(before, after, self.between(before, after))


def _among(report: ExampleReport) -> Wanted:
    return lambda example, _day: (example.name.span.file, example.name.text) in report.unsound


def _has_others(before: Workspace, after: Workspace) -> bool:
    """Whether the changed rules have a folder of theirs with other examples, or other cases for them to begin from."""
    if after.folder == before.folder:
        return False
    folders = [[rules.folder / key / EXAMPLES for key in _keys(rules)] for rules in (before, after)]
    one, other = ([contents(folder) for folder in found if folder.is_dir()] for found in folders)
    return one != other


def _keys(written: Workspace) -> Iterator[str]:
    """The packages with whose examples the regulation meant is tried."""
    for package in written.library.specs:
        if written.regulation_of(package) in (written.target, ""):
            yield package


def _run(
    written: Workspace, rules: Workspace, wanted: Wanted | None = None, *, histories: bool = True
) -> ExampleReport:
    """The examples of one folder under rules."""
    report = ExampleReport()
    for package in _keys(written):
        folder = written.folder / package / EXAMPLES
        run_examples(folder, rules.by_day, report, wanted=wanted, histories=histories)
    return report
