"""Edge: the demonstration run: every case in a folder decided, its documents written, in one screenful a case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from engine.base.problem import Problem, Refused
from engine.base.report import render_text
from engine.base.text import wrap
from engine.decision.decide import decide_all
from engine.decision.model import NOT_OPENED, Decision
from engine.documents.writing import issue_case
from engine.policy.sources import quoted_sources
from engine.views import decision as view
from engine.views import explanation
from engine.views.paint import Paint
from engine.workspace import Workspace


def demonstrate(policies: Path, fixtures: Path, out: Path, today: date, paint: Paint) -> Iterator[str]:
    """Lines to print: a summary of every case, one decision in full with its explanation, and the files written."""
    folders = sorted(p for p in fixtures.iterdir() if (p / "case.yaml").is_file())
    if not folders:
        raise Refused(Problem("E907", f"`{fixtures}` 里没有案件"), 2)
    workspace = Workspace(policies, today)
    written = 0
    shown: Decision | None = None
    for folder in folders:
        yield ""
        try:
            program, case, _remarks = workspace.case(folder)
        except Refused as refused:
            yield f"{folder.name}：材料读不进去，逐处说明如下"
            yield from render_text(refused.problems, quoted_sources(refused.problems)).splitlines()
            continue
        decisions = [d for d in decide_all(program, case) if d.outcome != NOT_OPENED]
        yield from view.title(folder.name, case)
        yield from view.summary(decisions, paint)
        files, problems = issue_case(program, case, decisions, None, out, ("docx", "pdf"), case.as_of, "")
        written += len(files)
        yield from _files(files)
        yield from _withheld(problems)
        shown = shown or next(
            (d for d in decisions if d.nature == "不利决定" and d.remedy is not None and d.remedy.changes), None
        )
    if shown is not None:
        yield from ("", "一项决定的全文和解释：")
        yield from view.full(shown, paint)
        yield from explanation.explain(shown, paint)
    yield from ("", f"共 {len(folders)} 个案件，写出文书 {written} 份，在 {out}/")
    yield "接着试：guiju decide fixtures/某案件 · guiju explain … · guiju issue … · guiju review"


def _files(files: Sequence[Path]) -> Iterator[str]:
    """The documents of one case in a line: where they are and what they are called."""
    if files:
        names = "、".join(dict.fromkeys(path.stem for path in files))
        forms = "、".join(sorted({path.suffix[1:] for path in files}))
        yield from wrap(f"{files[0].parent}/：{names}（{forms}）", 80, indent="  → ", hanging="    ")


def _withheld(problems: list[Problem]) -> Iterator[str]:
    for problem in problems:
        yield from wrap(f"{problem.code} {problem.message}", 80, indent="  ! ", hanging="    ")
