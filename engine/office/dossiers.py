"""Edge: a history with the case files its events name (案卷): each case as it stood at an event, or on the day looked from."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.decision.case import Case
from engine.decision.conclusions import contradictions
from engine.decision.program import Program
from engine.files.reading import folder_at
from engine.files.used import Used, noting
from engine.office.workspace import Workspace
from engine.procedure.compiled import Compiled
from engine.procedure.dossier import DossierState, entered, join, standing, standing_at
from engine.procedure.history import DUTY_MARK, History
from engine.procedure.replay import replay
from engine.procedure.timeline import Duty, Timeline

_LATER = ("W532", "W551")
"""Remarks on files that tell of more than had happened on the day: here they may."""


def moment_of(duty: Duty) -> str:
    """What stands for the number of an event where something is decided for a period of a periodic duty."""
    return f"{DUTY_MARK}{duty.source}（{duty.period}）"


@dataclass(frozen=True)
class Dossier:
    """The history at `path` as it was entered by `day`, looked at from that day; `used`: the files it was read from."""

    rules: Workspace
    path: Path
    day: date
    compiled: Compiled
    history: History
    used: Used

    @property
    def folder(self) -> Path:
        return folder_at(self.path)

    @cached_property
    def timeline(self) -> Timeline:
        return replay(self.compiled, self.history, self.day)

    @cached_property
    def whole(self) -> DossierState:
        """All that has been entered, whenever it happened."""
        return entered(self.compiled, self.history, self.day)

    def case(self, name: str, day: date, event: str) -> tuple[Program, Case, list[Problem]]:
        """The files at `name`, below the history's folder, as the case stood on `day` when `event` (its number; "": at the end
        of the day looked from; `moment_of` a duty: then, for that duty) happened, and what was remarked on reading them.
        Refused: files that cannot be read, or say otherwise than the history."""
        if event and (duty := self._duty(event)) is None:
            now = standing_at(self.timeline, event, self.compiled.initial)
        else:
            now = standing(self.timeline, duty if event else None)
        program, case, differing, remarks = self._joined(name, day, now)

        def earlier(before: date) -> tuple[Program, Case]:
            then = standing(replay(self.compiled, self.history, before))
            return self._joined(name, before, then)[:2]

        if found := differing or contradictions(
            program, case, earlier, lambda before: self.rules.differ(program, before)
        ):
            raise Refused(found)
        return program, case, [remark for remark in remarks if remark.code not in _LATER]

    def _duty(self, moment: str) -> Duty | None:
        return next((d for d in self.timeline.duties if d.period and moment_of(d) == moment), None)

    def _joined(
        self, name: str, day: date, now: DossierState
    ) -> tuple[Program, Case, tuple[Problem, ...], list[Problem]]:
        """The files as of a day, joined with what had happened; in what the two differ, and what was remarked."""
        program, case, remarks = self.rules.on(day).case(self.folder / name, concluded=False)
        case, differing = join(self.compiled, case.by(day), now, self.whole)
        return program, case, differing, remarks


def dossier(rules: Workspace, path: Path, day: date) -> Dossier:
    """The history at `path`, looked at from `day`. Refused where it cannot be read."""
    with noting() as used:
        compiled, history = rules.history(path, day)
    return Dossier(rules, path, day, compiled, history, used)
