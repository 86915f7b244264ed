"""Edge: which organ a duty falls to, where the rules say so by the facts of the case (主体: {式: …}).

A history alone does not know: the files its events name do, or the case whose own history it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from engine.base.problem import Refused
from engine.files.reading import folder_at
from engine.intake.history import HISTORY_FILE, history_named
from engine.language.tree import Node
from engine.office.workspace import Workspace
from engine.policy.check_procedure import duties_of
from engine.procedure.compiled import Compiled
from engine.procedure.history import History
from engine.procedure.replay import replay
from engine.procedure.timeline import Duty, Timeline

UNTOLD = "（案卷没有写明是哪一个）"


def timeline_of(rules: Workspace, path: Path, day: date) -> tuple[Compiled, History, Timeline]:
    """A history, or that of a case which names its own, replayed; with the organs its duties fall to by name. Raises
    `Refused`."""
    path = own_history(path)
    compiled, history = rules.history(path, day)
    return compiled, history, with_organs(rules, path, compiled, replay(compiled, history, day))


def own_history(path: Path) -> Path:
    """Where the history (事件记录) is of the case at `path`; `path` itself where there is no case, or it names none."""
    named, _ = history_named(path)
    return named or path


def with_organs(rules: Workspace, path: Path, compiled: Compiled, timeline: Timeline) -> Timeline:
    """The timeline with every duty's 主体 an organ by its name; the role, and that nobody knows, where no file tells."""
    roles = {
        (source, duty.name): duty.who for source, duty in duties_of(compiled.procedure) if not isinstance(duty.who, str)
    }
    concerned = [duty for duty in timeline.duties if (duty.source, duty.name) in roles]
    if not concerned:
        return timeline
    folder = folder_at(path).resolve()

    @cache
    def organ(case: Path, role: tuple[str, str]) -> str:
        return _organ(rules, case, roles[role])

    def named(duty: Duty) -> Duty:
        role = (duty.source, duty.name)
        if role not in roles:
            return duty
        found = (organ(case, role) for case in _files(timeline, folder, duty))
        return replace(duty, who=next(filter(None, found), f"{duty.who}{UNTOLD}"))

    return replace(timeline, duties=tuple(map(named, timeline.duties)))


def _files(timeline: Timeline, folder: Path, duty: Duty) -> Iterator[Path]:
    """The files that may tell, the event's own first, then those of other events, the latest first; at last the case
    whose history this is."""
    own = [duty.effect.event.case] if duty.effect is not None else []
    others = [entry.case for entry in reversed(timeline.events)]
    yield from (folder / case for case in dict.fromkeys(filter(None, (*own, *others))))
    case = folder.parent
    if own_history(case).resolve() in (folder, folder / HISTORY_FILE):
        yield case


def _organ(rules: Workspace, case: Path, who: Node) -> str:
    """What the expression comes to by the files of a case; "" where they do not tell or cannot be read."""
    try:
        program, found, _ = rules.case(case, tolerant=True, concluded=False)
    except Refused:
        return ""
    value = program.value_once(who, program.evaluated(found))
    return value if isinstance(value, str) else ""
