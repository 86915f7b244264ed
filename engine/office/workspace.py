"""Edge: the packages one command works with, resolved and compiled once for each regulation and day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.base.calendar import Calendar
from engine.base.later import Later
from engine.base.problem import Problem, Refused, errors
from engine.decision.case import Case
from engine.decision.conclusions import contradictions
from engine.decision.program import Program, compile_package, on_day
from engine.decision.round import Round, round_of
from engine.files.reading import folder_at
from engine.intake.case import load_case, peek_case
from engine.office.installed import code_digest
from engine.policy import cache
from engine.policy.calendar_data import load_calendar
from engine.policy.package import Package
from engine.policy.sources import read_folder

if TYPE_CHECKING:
    from engine.policy.nodes import Scalar
    from engine.policy.resolve import Library
    from engine.policy.spec.vocabulary import OverlaySpec
    from engine.policy.stack import Sourced
    from engine.procedure.compiled import Compiled
    from engine.procedure.history import History


CODE = Later(code_digest)
"""The digest of the program's code. Only JSON and manifests tell it, and nothing else waits for it."""
KEPT = 64
"""Days whose rules are at hand, with what was made of them for these."""


_Period = tuple[Path, str, int]
"""A folder of packages, a regulation, and how many days of change lie behind."""


class _Shelf:
    """A folder of packages, read once for all the workspaces that look at it on other days, in a round or with changes."""

    def __init__(self, folder: Path, kept: bool) -> None:
        self._kept = kept
        self.sources, self.unreadable = read_folder(folder)

    @cached_property
    def library(self) -> Library:
        from engine.policy.resolve import read_library

        library, problems = read_library(self.sources, *([cache.reading()] if self._kept else []))
        if found := errors([*self.unreadable, *problems]):
            raise Refused(found)
        return library

    @cached_property
    def _changes_kept(self) -> list[date] | None:
        return cache.changes(self.sources) if self._kept else None

    @property
    def changes_known(self) -> bool:
        """Whether the days on which the rules change are known without reading the packages, which may not be needed."""
        return "library" in vars(self) or self._changes_kept is not None

    @cached_property
    def changes(self) -> list[date]:
        """The days on which the rules change."""
        if self._changes_kept is not None:
            return self._changes_kept
        from engine.policy.stack import days_of_change

        days = days_of_change(self.library.specs.values())
        if self._kept:
            cache.store_changes(self.sources, days)
        return days


class Workspace:
    """`versions`: days with the folder of the packages in force from each on, where there are several: rules are those of the
    day they are asked for. `as_of`, where given, overrides the cases' own day; `today` stands in where neither is known; `overlays` change
    the packages as if they had been written so; `calendar` None: the program's own; `kept` False: nothing is read from
    earlier runs, nor left for later ones.

    The machinery that reads packages is imported only where a package is not kept from an earlier run.
    """

    def __init__(
        self,
        folder: Path,
        today: date,
        regulation: str | None = None,
        as_of: date | None = None,
        overlays: Sequence[Sourced[OverlaySpec]] = (),
        calendar: Calendar | None = None,
        *,
        kept: bool = True,
        versions: Iterable[tuple[date, Path]] = (),
    ) -> None:
        self.today, self.regulation, self.as_of = today, regulation, as_of
        self.versions = tuple(sorted(versions)) or ((date.min, folder),)
        self.overlays, self.kept = tuple(overlays), kept
        self.calendar = load_calendar() if calendar is None else calendar
        self._shelves: dict[Path, _Shelf] = {}
        if not versions:
            self._shelf_on(today)
        self._made: dict[tuple[str, date], Program] = {}
        self._resolved_for: dict[_Period, Package] = {}
        self._compiled_for: dict[_Period, Program] = {}
        self._procedures: dict[tuple[str, date], Compiled] = {}
        self.round: Round | None = None

    def folder_on(self, day: date) -> Path:
        """The folder of the packages of a day. Refused (E942) where none was in force yet."""
        found = [folder for since, folder in self.versions if since <= day]
        if not found:
            message = f"{day} 还没有发布的版本，最早的从 {self.versions[0][0]} 起"
            raise Refused(
                Problem("E942", message, help="核对案件的基准日；以前的规则，补发布一版，或用 `--policies` 指明")
            )
        return found[-1]

    @property
    def folder(self) -> Path:
        """The folder of the packages of the day looked from."""
        return self.folder_on(self.as_of or self.today)

    def _shelf_on(self, day: date) -> _Shelf:
        folder = self.folder_on(day)
        if folder not in self._shelves:
            self._shelves[folder] = _Shelf(folder, self.kept)
        return self._shelves[folder]

    def sources_on(self, day: date) -> dict[str, dict[str, str]]:
        """The files of the packages of a day."""
        return self._shelf_on(day).sources

    @property
    def library(self) -> Library:
        """All packages of the day looked from, read but not resolved. Raises `Refused` where one cannot be read."""
        return self._shelf_on(self.as_of or self.today).library

    def program(self, regulation: str = "", day: date | None = None) -> Program:
        """The rules of a regulation on a day. Raises `Refused` with what is wrong with them."""
        key = (self.regulation or regulation or self.target, self.as_of or day or self.today)
        if found := errors(self._shelf_on(key[1]).unreadable):
            raise Refused(found)
        if key not in self._made:
            _make_room(self._made)
            self._made[key] = self._compiled(*key)
        return self._made[key]

    def package_on(self, day: date | None) -> Package:
        """The rules of the regulation that is meant on a day (None: the day looked from), not made ready to decide. Raises
        `Refused` with what is wrong with them."""
        return self._package(self.target, self.as_of or day or self.today)

    @property
    def days_of_change(self) -> list[date]:
        """The days on which the rules of the day looked from change."""
        return self._shelf_on(self.as_of or self.today).changes

    def _compiled(self, target: str, day: date) -> Program:
        """Compiled anew, once for all the days on which the rules are the same, as far as these are known."""
        package = self._package(target, day)
        if not self._shelf_on(day).changes_known:
            return compile_package(package)
        key = self._period(target, day)
        if key not in self._compiled_for:
            self._compiled_for[key] = compile_package(package)
        return on_day(self._compiled_for[key], package)

    def _period(self, target: str, day: date) -> _Period:
        """What is the same for all the days on which the rules are."""
        return self.folder_on(day), target, bisect_right(self._shelf_on(day).changes, day)

    def _only(self) -> str:
        from engine.policy.load import only_regulation

        return only_regulation(self.library)

    def _package(self, target: str, day: date) -> Package:
        return replace(self._as_kept(target, day), code=CODE)

    def _as_kept(self, target: str, day: date) -> Package:
        if self.overlays or not self.kept:  # an overlay is tried once
            return self._resolved(target, day)
        period = self._period(target, day) if self._shelf_on(day).changes_known else None
        if period in self._resolved_for:
            return self._resolved(target, day)
        key = cache.digest(self.sources_on(day), target, day, self.calendar)
        package = cache.load(key)
        if package is not None and period is not None:
            self._resolved_for[period] = package
        if package is None:
            package = self._resolved(target, day)
            cache.store(key, package)
        return package

    def _resolved(self, target: str, day: date) -> Package:
        """Resolved anew, once for all the days on which the rules are the same."""
        from engine.policy.resolve import resolve

        shelf = self._shelf_on(day)
        key = self._period(target, day)
        if key not in self._resolved_for:
            package, problems = resolve(shelf.library, target, day, self.calendar, self.overlays)
            if package is None:
                raise Refused(errors(problems))
            self._resolved_for[key] = package
        return replace(self._resolved_for[key], as_of=day)

    def procedure(self, regulation: str = "", day: date | None = None) -> Compiled:
        """The procedure of a regulation on a day, ready to replay. Raises `Refused` (E862 where it has none)."""
        package = self.program(regulation, day).package
        key = (package.id, package.as_of)
        if key not in self._procedures:
            _make_room(self._procedures)
            self._procedures[key] = self._procedure(package)
        return self._procedures[key]

    def _procedure(self, package: Package) -> Compiled:
        """Compiled anew, once for all the days on which the rules are the same."""
        from engine.procedure.compiled import compile_procedure

        known = next((one for one in self._procedures.values() if one.procedure is package.procedure), None)
        return compile_procedure(package) if known is None else replace(known, package=package)

    def on(self, day: date) -> Workspace:
        """The same packages, for whatever is read as of `day`."""
        found = copy(self)
        found.as_of = day
        return found

    def in_round(self, paths: Iterable[Path]) -> Workspace:
        """The same packages, where these are all the cases of a round: each is read with what they come to together. Raises
        `Refused` as `case` and `round_of` do."""
        found = copy(self)
        found.round = round_of([self.case(path, concluded=False)[:2] for path in paths])
        return found

    def varied(self, overlays: Sequence[Sourced[OverlaySpec]]) -> Workspace:
        """The same packages with further changes; what was read is shared, what follows from it is not."""
        found = copy(self)
        found.overlays = (*self.overlays, *overlays)
        found._made, found._procedures = {}, {}
        found._resolved_for, found._compiled_for = {}, {}
        found.round = None  # under other rules the cases say something else
        return found

    @property
    def target(self) -> str:
        """The regulation that is meant where nothing names one. Raises `Refused` (E903) where there are several."""
        return self.regulation or self._only()

    def regulation_of(self, package: str) -> str:
        """The regulation under which a package's examples are decided; "" where the package is nobody's in particular."""
        from engine.policy.load import regulations_behind

        return next(iter(regulations_behind(self.library, package)), "")

    def under(self, regulation: str) -> Workspace:
        """The same packages, for whatever is decided under `regulation`."""
        found = copy(self)
        found.regulation = regulation or self.regulation
        return found

    def by_day(self, day: date | None) -> Program:
        """The rules of the regulation that is meant, on a day."""
        return self.program(day=day)

    def adopting(self, adopt: Mapping[str, Scalar]) -> Callable[[date | None], Program]:
        """The same as `by_day` under other options of interpretations; what was read is shared."""
        from engine.policy.spec.vocabulary import OverlaySpec
        from engine.policy.stack import Sourced

        overlay = OverlaySpec(adopt=dict(adopt))
        return self.varied([Sourced(overlay, "用例")]).by_day

    def history(self, path: Path, day: date) -> tuple[Compiled, History]:
        """A history with the procedure of its regulation on a day. Raises `Refused`."""
        from engine.intake.history import load_history, regulation_of

        named, problems = regulation_of(path)
        if found := errors(problems):
            raise Refused(found)
        compiled = self.procedure(named, day)
        history, problems = load_history(path, compiled.package)
        if history is None:
            raise Refused(problems)
        return compiled, history

    def case(
        self, path: Path, *, tolerant: bool = False, concluded: bool = True
    ) -> tuple[Program, Case, list[Problem]]:
        """A case with the rules of its regulation and day, and what was remarked on reading it. `tolerant`: what cannot be
        read of it is unknown, and an error among the remarks. `concluded` False: these need not be the rules under which
        its conclusions were reached, as they are not where changes are supposed. Raises `Refused`."""
        head, problems = peek_case(path)
        if head is None:
            raise Refused(problems)
        program = self.program(head.regulation, head.as_of)
        case, problems = load_case(path, program.package, tolerant)
        if case is None:
            raise Refused(problems)
        case = replace(case, dated=case.dated or self.as_of is not None)
        if head.history:
            case = self._joined(case, folder_at(path) / head.history)
        if self.round is not None and case.id in self.round.cases:
            case = self.round.joined(case)
        if not self.overlays and concluded and (found := self._contradictions(path, program, case)):
            if not tolerant:
                raise Refused(found)
            problems = [*problems, *found]
        return program, case, problems

    def _contradictions(self, path: Path, program: Program, case: Case) -> tuple[Problem, ...]:
        def then(day: date) -> tuple[Program, Case]:
            return self.on(day).case(path, concluded=False)[:2]

        return contradictions(program, case, then, lambda day: self.differ(program, day))

    def differ(self, program: Program, day: date) -> bool:
        """Whether the rules of `day` are others than those of `program`."""
        from engine.policy.differences import between

        package = program.package
        changes = self._shelf_on(day).changes
        same = self.folder_on(day) == self.folder_on(package.as_of)
        if same and bisect_right(changes, day) == bisect_right(changes, package.as_of):
            return False
        return bool(between(self.on(day).program(package.id, day).package, package))

    def _joined(self, case: Case, path: Path) -> Case:
        """The case with what its own history gives up to its day. Raises `Refused`: E869 and E870 among others."""
        from engine.procedure.dossier import joined

        compiled, history = self.history(path, case.as_of)
        found, problems = joined(compiled, case, history)
        if problems:
            raise Refused(problems)
        return found


def _make_room(kept: dict[tuple[str, date], Any]) -> None:
    """Drop the oldest where there are too many."""
    while len(kept) >= KEPT:
        kept.pop(next(iter(kept)), None)
