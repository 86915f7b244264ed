"""Packages as another program holds them: read once, resolved for a day when first asked, safe between threads (edge)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from engine.base.calendar import Calendar
from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused, errors
from engine.decision.program import Program
from engine.office.workspace import Workspace

if TYPE_CHECKING:
    from engine.intake.data import Data
    from engine.policy.spec.vocabulary import OverlaySpec
    from engine.policy.stack import Sourced
    from engine.procedure.compiled import Compiled
    from engine.revise.edits import SetPart
    from engine.revise.service import Remark


@dataclass(frozen=True, slots=True)
class Packages:
    """The packages of a folder. Rules are resolved and compiled on first use, by one thread while others wait, and shared
    from then on."""

    _workspace: Workspace = field(repr=False)
    _changes: tuple[Data, ...] = field(default=(), repr=False)
    """What was supposed as data, for the places in it."""
    _making: Lock = field(default_factory=Lock, repr=False)

    @classmethod
    def read(cls, folder: Path, calendar: Calendar | None) -> Packages:
        """All packages under `folder`, wherever the process goes later. Raises Refused where one cannot be read."""
        workspace = Workspace(folder.absolute(), date.min, calendar=calendar, kept=False)
        _ = workspace.library
        return cls(workspace)

    @property
    def folder(self) -> Path:
        """The folder they were read from."""
        return self._workspace.folder

    @property
    def workspace(self) -> Workspace:
        """The same as commands have them."""
        return self._workspace

    @property
    def supposed(self) -> bool:
        """Whether they are as somebody only supposes them to be."""
        return bool(self._workspace.overlays)

    def regulations(self) -> tuple[str, ...]:
        """What a case can be decided under."""
        from engine.policy.load import regulations

        return tuple(regulations(self._workspace.library))

    def rules(self, day: date, regulation: str = "") -> Program:
        """The rules of a regulation on a day; where there is one regulation it need not be named. Raises Refused: E314,
        E903, and what is wrong with the rules."""
        try:
            with self._making:
                return self._workspace.program(regulation, day)
        except Refused as refused:
            raise self._placed(refused) from None

    def procedure(self, day: date, regulation: str = "") -> Compiled:
        """The procedure of a regulation on a day. Raises Refused: E862 where it has none, and as `rules`."""
        try:
            with self._making:
                return self._workspace.procedure(regulation, day)
        except Refused as refused:
            raise self._placed(refused) from None

    def _placed(self, refused: Refused) -> Refused:
        """The same with places in the data of changes as pointers."""
        problems = list(refused.problems)
        for data in self._changes:
            problems = data.placed(problems)
        return Refused(problems, refused.exit_code)

    def varied(self, changes: Iterable[Path | Mapping[str, Any]]) -> Packages:
        """The same packages as `changes` would have them; see `api.vary`."""
        from engine.intake.data import data_of
        from engine.office.impact import load_overlay

        overlays, own = [], list(self._changes)
        for change in changes:
            if isinstance(change, Path):
                overlays.append(load_overlay(change))
            else:
                own.append(data_of(change, f"（改动{len(own) + 1}）"))
                overlays.append(_overlay(own[-1]))
        return Packages(self._workspace.varied(overlays), tuple(own))

    def check(self, day: date, *, whole: bool) -> list[Problem]:
        """See `api.check`."""
        from engine.office.check import check_loaded

        of = self._workspace
        found, _ = check_loaded(of.library, [], of.folder, None, day, of.calendar, of.overlays, whole=whole)
        return found

    def sentence(self, edit: SetPart, day: date, regulation: str) -> list[Remark]:
        """See `api.sentence`."""
        from engine.policy.load import only_regulation
        from engine.revise.service import tried

        library = self._workspace.library
        return tried(library, regulation or only_regulation(library), edit, day, self._workspace.calendar)


def _overlay(data: Data) -> Sourced[OverlaySpec]:
    from engine.policy.shape import overlay_of
    from engine.policy.stack import Sourced

    spec, problems = overlay_of(data.root)
    if spec is None or data.problems:
        raise Refused([*data.problems, *data.placed(errors(problems))])
    return Sourced(spec, "改动")
