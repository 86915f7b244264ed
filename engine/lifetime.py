"""Edge: the demonstration of a procedure: one history from its first event to its last, with its documents named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from engine.base.problem import Refused
from engine.base.text import wrap
from engine.intake.history import history_files, load_history, regulation_of
from engine.procedure.replay import replay
from engine.procedure.sweep import horizon, sweep
from engine.procedure.timeline import Timeline, cited
from engine.views import timeline as view
from engine.views.decision import COLUMNS, rule
from engine.views.paint import Paint
from engine.workspace import Workspace


def demonstrate_life(policies: Path, histories: Path, today: date, paint: Paint) -> Iterator[str]:
    """Lines to print: the life with the most states, one after the other, then what is due over all of them. Raises
    Refused where the folder holds no history or one that cannot be read."""
    files, problems = history_files(histories)
    if problems:
        raise Refused(problems)
    rules = Workspace(policies, today)
    timelines = [_replayed(rules, path, today) for path in files]
    yield from _life(max(timelines, key=lambda t: len({move.after for move in t.moves})), paint)
    yield ""
    calendar = rules.procedure(day=today).package.calendar
    until = horizon("10工作日", today, calendar).value
    yield from view.due_text(sweep(timelines, until), today, until, paint)


def _replayed(rules: Workspace, path: Path, today: date) -> Timeline:
    named, problems = regulation_of(path)
    compiled = rules.procedure(named, today)
    history, found = load_history(path, compiled.package)
    if history is None:
        raise Refused([*problems, *found])
    return replay(compiled, history, today)


def _life(found: Timeline, paint: Paint) -> Iterator[str]:
    """One line a change of state, the documents owed since the one before under it."""
    yield rule(f"{found.title or found.case}：{len(found.events)} 个事件，{len(found.moves)} 次转变")
    first = 0
    for move in found.moves:
        day = move.effect.event.day
        yield f"  {day.isoformat()}  {move.before} → {paint(move.after, 'strong')}  {cited(move.effect.clauses)}"
        last = next(i for i, e in enumerate(found.events) if e.id == move.effect.event.id) + 1
        named = {e.id for e in found.events[first:last]}
        documents = [owed.document for owed in found.documents if owed.effect.event.id in named]
        first = last
        if documents:
            yield from wrap(f"文书：{'、'.join(documents)}", COLUMNS, indent=" " * 14, hanging=" " * 20)
    rest = {e.id for e in found.events[first:]}
    documents = [owed.document for owed in found.documents if owed.effect.event.id in rest]
    if documents:
        last_day = found.events[-1].day.isoformat()
        yield from wrap(f"此后至 {last_day} 文书：{'、'.join(documents)}", COLUMNS, indent="  ", hanging=" " * 6)
    live = [d.name for d in found.duties if d.live and d.status == "逾期"]
    yield f"  现在：{found.state}" + (f"，逾期 {len(live)} 项" if live else "")
