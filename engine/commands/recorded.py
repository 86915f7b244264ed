"""What a command does for the office's ledger: who acts is asked first, what is gathered is recorded before anything is
printed: a reader that stops reading ends the command."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.shell import now, print_remark, tell

if TYPE_CHECKING:
    from engine.decision.case import Case
    from engine.decision.model import Decision
    from engine.decision.program import Program
    from engine.decision.ranking import RankingResult
    from engine.files.used import Used
    from engine.office.setting import Setting
    from engine.office.workspace import Workspace
    from engine.policy.package import Package
    from engine.procedure.compiled import Compiled
    from engine.procedure.history import History
    from engine.record.act import By
    from engine.record.chain import Head
    from engine.record.decided import CaseDecided


def entering(
    setting: Setting, compiled: Compiled, write: Callable[[], tuple[History, History]], by: By
) -> tuple[History, History]:
    """The history before and after an event is written, which is recorded where the office keeps a ledger."""
    from engine.office.recording import not_recorded, record_events

    ledger = setting.ledger(now, tell)
    if ledger is not None:
        return record_events(ledger, compiled, write, by)
    if setting.office is not None:
        tell(not_recorded())
    return write()


class Recording:
    """Decisions that are to be recorded. Without a ledger nothing is gathered, and that is told once."""

    def __init__(self, setting: Setting, person: str | None) -> None:
        from engine.office.office_file import by_whom
        from engine.office.recording import Recorder, not_recorded

        self._ledger = setting.ledger(now, tell)
        self._by = by_whom(setting.office, person, ("作出决定",))
        self._recorder = Recorder()
        self._cases: list[CaseDecided] = []
        if self._ledger is None:
            tell(not_recorded())

    def add(
        self, rules: Workspace, package: Package, case: Case, decisions: Iterable[Decision], files: Used, path: Path
    ) -> None:
        """One more decided case with the files that were read for it."""
        if self._ledger is not None:
            self._cases.append(self._recorder.case(rules, package, case, decisions, files, path))

    def done(self) -> None:
        """Record them all, or none, and say where."""
        from engine.office.recording import record_cases

        if self._ledger is not None:
            self._told("决定", *record_cases(self._ledger, self._cases, self._by))

    def ranked(self, program: Program, result: RankingResult, cases: Sequence[Case]) -> None:
        """Record a ranking of the cases that were added, and say where."""
        from engine.office.recording import record_ranking
        from engine.record.decided import ranked

        if self._ledger is not None:
            deed = ranked(program, result, cases)
            self._told("排序", *record_ranking(self._ledger, self._cases, deed, self._by))

    def _told(self, what: str, head: Head, entries: Sequence[int]) -> None:
        print_remark(f"已记入账本，{what}在第 {'、'.join(map(str, entries))} 条，账本头 {head.short}")
