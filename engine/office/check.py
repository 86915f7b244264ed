"""Edge: everything `guiju check` looks at, over all packages and every day on which the rules change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from engine.base.calendar import Calendar
from engine.base.problem import Problem, Span, errors
from engine.decision.dead import check_dead
from engine.decision.gaps import check_tables
from engine.documents.check import check_layouts, check_marks, check_own_layouts, check_wording
from engine.documents.check_duties import check_duties
from engine.documents.layouts import TEMPLATES
from engine.documents.unset import check_organs, check_unset
from engine.office.official_texts import check_official
from engine.policy.checks import check_package
from engine.policy.load import load_library, regulations, regulations_behind
from engine.policy.package import Package
from engine.policy.resolve import Library, resolve
from engine.policy.shape import read_examples
from engine.policy.spec import PackageSpec
from engine.policy.spec.vocabulary import OverlaySpec
from engine.policy.stack import Sourced, days_of_change

MAX_DAYS = 24
"""Days of change looked at, the latest first."""


def check_library(
    folder: Path, regulation: str | None, today: date, calendar: Calendar, packages: Sequence[Path] = (), *, whole: bool
) -> tuple[list[Problem], list[date]]:
    """Problems of the packages under `folder`, each once, and the days the rules were checked for: `today` and, if
    `whole`, every day on which a dated value or a package begins or ends; working days by `calendar`. Of `packages`, where
    some are named, theirs alone, under the regulations they belong to; while one beside them cannot be read, all that is wrong."""
    library, problems = load_library(folder)
    behind = [regulations_behind(library, path.resolve().name) for path in packages]
    named = dict.fromkeys(key for keys in behind for key in keys) if all(behind) else {}
    targets = [regulation] if regulation else list(named) or None
    problems, days = check_loaded(library, problems, folder, targets, today, calendar, whole=whole)
    return (_within(problems, packages) if packages and days else problems), days


def check_loaded(
    library: Library,
    problems: list[Problem],
    folder: Path,
    targets: Sequence[str] | None,
    today: date,
    calendar: Calendar,
    overlays: Sequence[Sourced[OverlaySpec]] = (),
    *,
    whole: bool,
) -> tuple[list[Problem], list[date]]:
    """The same of packages that have been read, with `problems`, from `folder`, under the regulations `targets` (None: all);
    as `overlays` change them."""
    problems = problems + _examples(folder) + check_layouts(TEMPLATES)
    if errors(problems):
        return problems, []
    days = sorted({today, *(_changes(library, today) if whole else ())})
    targets = regulations(library) if targets is None else targets
    for target in targets:
        package = None
        for day in days:
            package, found = resolve(library, target, day, calendar, overlays)
            problems += found
            if package is not None:
                problems += [at_citation(p, library) for p in _package(package, library.specs[target])]
        problems += check_official(folder, library.specs, package) if package is not None else []
    if not targets:
        problems.append(Problem("E319", "没有 `性质: 规范性文件` 的政策包，无从检查", help="至少要有一个规范"))
    return _once(problems), days


def _package(package: Package, spec: PackageSpec) -> list[Problem]:
    structure = spec.header.structure if spec.header else None
    return [
        *check_package(package, structure),
        *check_tables(package),
        *check_dead(package),
        *check_wording(package),
        *check_duties(package),
        *check_unset(package),
        *check_organs(package),
        *check_own_layouts(package),
        *check_marks(package),
    ]


def at_citation(problem: Problem, library: Library) -> Problem:
    """E403 is found at the definition's name; people look for the citation itself, the first one after that name."""
    quoted = problem.message.split("`")
    if problem.code != "E403" or not isinstance(problem.place, Span) or len(quoted) < 4:
        return problem
    span, citation = problem.place, quoted[3]
    text = next((files[span.file] for files in library.sources.values() if span.file in files), "")
    for number, line in enumerate(text.split("\n")[span.line - 1 :], span.line):
        column = line.find(citation, span.end_column - 1 if number == span.line else 0)
        if column >= 0:
            place = Span(span.file, number, column + 1, number, column + 1 + len(citation))
            return replace(problem, place=place)
    return problem


def _changes(library: Library, today: date) -> list[date]:
    """Days on which the rules change, the nearest ones."""
    return sorted(days_of_change(library.specs.values()), key=lambda day: abs((day - today).days))[:MAX_DAYS]


def _examples(folder: Path) -> list[Problem]:
    """The examples' form; what they expect is `guiju test`'s business."""
    from engine.policy.sources import read_text, yaml_files

    problems: list[Problem] = []
    for package in sorted(p for p in folder.iterdir() if p.is_dir()):
        for path in yaml_files(package / "tests"):
            text, found = read_text(path)
            problems += found
            if text is not None:
                problems += read_examples(str(path), text)[1]
    return problems


def _once(problems: Iterable[Problem]) -> list[Problem]:
    """Errors first, each finding once however many days it was found on."""
    unique = {(p.code, p.message, str(p.place)): p for p in problems}
    return sorted(unique.values(), key=lambda p: "EWR".index(p.code[0]))


def _within(problems: Sequence[Problem], packages: Sequence[Path]) -> list[Problem]:
    """The problems in the files of `packages`, and those that have no place."""
    folders = [path.resolve() for path in packages]

    def belongs(problem: Problem) -> bool:
        if not isinstance(problem.place, Span):
            return True
        return any(Path(problem.place.file).resolve().is_relative_to(folder) for folder in folders)

    return [p for p in problems if belongs(p)]
