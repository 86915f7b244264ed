"""Edge: the demonstration of a procedure: one history from its first event to its last, with its documents named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from engine.base.problem import Refused
from engine.base.report import render_text
from engine.base.text import clauses_text, wrap
from engine.intake.history import history_files
from engine.office.batch import Request, Rules, issue_all
from engine.office.organs import timeline_of
from engine.office.workspace import Workspace
from engine.policy.sources import quoted_sources
from engine.procedure.sweep import horizon, sweep
from engine.procedure.timeline import Timeline
from engine.views import timeline as view
from engine.views.decision import COLUMNS, rule
from engine.views.paint import Paint


def demonstrate_history(policies: Path, histories: Path, out: Path, today: date, paint: Paint) -> Iterator[str]:
    """Lines to print: the history with the most states among those with files, one after the other; its documents
    written to `out`; then what is due over all histories. Raises Refused where the folder holds no history or one that
    cannot be read."""
    files, problems = history_files(histories)
    if problems:
        raise Refused(problems)
    rules = Workspace(policies, today)
    timelines = [timeline_of(rules, path, today)[2] for path in files]
    told = max(range(len(files)), key=lambda number: _telling(timelines[number]))
    yield from _states(timelines[told], paint)
    for result in issue_all(Rules(policies, today), [files[told]], Request(out)):
        count = sum(1 for made in result.made if made.files)
        yield from wrap(f"逐件写出文书 {count} 件，依据各事件的案卷，在 {out / result.folder}/", COLUMNS, indent="  ")
        yield from render_text(list(result.problems), quoted_sources(result.problems)).splitlines()
    yield ""
    calendar = rules.procedure(day=today).package.calendar
    until = horizon("10工作日", today, calendar).value
    yield from view.due_text(sweep(timelines, until), today, until, paint=paint)


def _telling(found: Timeline) -> tuple[bool, int]:
    return any(entry.case for entry in found.events), len({move.after for move in found.moves})


def _states(found: Timeline, paint: Paint) -> Iterator[str]:
    """One line a change of state, the documents owed since the one before under it."""
    yield rule(f"{found.title or found.case}：{len(found.events)} 个事件，{len(found.moves)} 次转变")
    first = 0
    for move in found.moves:
        day = move.effect.event.day
        yield f"  {day.isoformat()}  {move.before} → {paint(move.after, 'strong')}  {clauses_text(move.effect.clauses)}"
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
