"""Edge: the demonstration run: every case in a folder decided, its documents written, one decision explained, a history."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from engine.base.problem import Problem, Refused
from engine.base.report import render_text
from engine.base.text import wrap
from engine.commands.histories import demonstrate_history
from engine.decision.decide import decide_all
from engine.decision.model import NOT_OPENED, Decision
from engine.office.batch import Request, Rules, issue_all
from engine.office.produced import ProducedCase
from engine.office.workspace import Workspace
from engine.policy.sources import quoted_sources
from engine.views import decision as view
from engine.views import explanation
from engine.views.paint import Paint

HISTORIES = "histories"


def demonstrate(policies: Path, fixtures: Path, out: Path, today: date, paint: Paint) -> Iterator[str]:
    """Lines to print: a summary of every case, one decision in full with its explanation, the documents written, and
    the history of one party from its first event to its last."""
    folders = sorted(p for p in fixtures.iterdir() if (p / "case.yaml").is_file())
    if not folders:
        raise Refused(Problem("E907", f"`{fixtures}` 里没有案件"), 2)
    workspace = Workspace(policies, today)
    readable: list[Path] = []
    telling: Decision | None = None
    for folder in folders:
        yield ""
        try:
            program, case, _remarks = workspace.case(folder)
        except Refused as refused:
            yield f"{folder.name}：材料读不进去，逐处说明如下"
            yield from render_text(refused.problems, quoted_sources(refused.problems)).splitlines()
            continue
        readable.append(folder)
        decisions = [d for d in decide_all(program, case) if d.outcome != NOT_OPENED]
        yield folder.name
        yield from view.title(case, program.package)
        yield from view.summary(decisions, paint)
        telling = telling or next(filter(_tells, decisions), None)
    if telling is not None:
        yield from ("", "一项决定的全文和解释：")
        yield from view.full(telling, paint)
        yield from explanation.explain(telling, paint)
    yield from ("", f"写出文书（{os.cpu_count() or 1} 个进程）：")
    results = issue_all(Rules(policies, today), readable, Request(out), jobs=os.cpu_count() or 1)
    for result in results:
        yield from _written(result)
    if (fixtures / HISTORIES).is_dir():
        yield from ("", *demonstrate_history(policies, fixtures / HISTORIES, out, today, paint))
    count = sum(len(made.files) for result in results for made in result.made)
    yield from ("", f"共 {len(folders)} 个案件，写出文书 {count} 份，在 {out}/")
    yield "接着试：guiju decide fixtures/某案件 · guiju explain … · guiju issue … · guiju timeline … · guiju review"


def _tells(decision: Decision) -> bool:
    """Unfavourable, with something that would change it."""
    return decision.nature == "不利决定" and decision.remedy is not None and bool(decision.remedy.changes)


def _written(result: ProducedCase) -> Iterator[str]:
    """The documents of one case in a line, then what could not be written."""
    names = "、".join(dict.fromkeys(Path(file.path).stem for made in result.made for file in made.files))
    yield from wrap(f"{result.read.id}：{names or '（没有引出文书）'}", 80, indent="  → ", hanging="    ")
    for problem in result.problems:
        if problem.is_error:
            yield from wrap(f"{problem.code} {problem.message}", 80, indent="  ! ", hanging="    ")
