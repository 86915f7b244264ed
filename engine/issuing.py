"""Edge: what `guiju issue` does: one case or many."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.base.problem import Problem, Refused
from engine.batch import Request, Rules, cases_in, issue_all, pack_all
from engine.decision.model import Case, Decision
from engine.decision.program import Program
from engine.documents.writing import issue_case


@dataclass(frozen=True, slots=True)
class Outcome:
    """Lines for stdout and problems for stderr."""

    lines: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def exit_code(self) -> int:
        return 1 if any(p.is_error for p in self.problems) else 0


def single(program: Program, case: Case, decisions: Sequence[Decision], request: Request, number: str) -> Outcome:
    """The letters of one decided case."""
    if number and request.register is not None:
        raise Refused(Problem("E649", "`--number` 和 `--register` 不能合用", help="只写其中一个"), 2)
    written, problems = issue_case(
        program,
        case,
        decisions,
        request.name,
        request.out,
        request.formats,
        request.signed or case.as_of,
        number,
        request.register,
    )
    lines = [f"已写 {path}" for path in written]
    if not written and not problems:
        lines = ["这些决定没有引出文书。"]
    return Outcome(tuple(lines), tuple(problems))


def only(paths: Sequence[Path]) -> Path:
    """The one case meant; several are a batch."""
    if len(paths) > 1:
        raise Refused(Problem("E649", f"有 {len(paths)} 个案件", help="几个案件一起出具用 `--all`"), 2)
    return paths[0]


def several(
    rules: Rules, paths: Sequence[Path], request: Request, number: str, archive: Path | None, jobs: int | None
) -> Outcome:
    """The letters of every case, with manifests, as a zip where `archive` says so."""
    if number:
        raise Refused(Problem("E649", "成批出具不能用一个 `--number`", help="用 `--register` 从登记簿取号"), 2)
    results = issue_all(rules, cases_in(paths), request, jobs or _cpus())
    letters = sum(1 for result in results for made in result.made if made.files)
    lines = [f"{len(results)} 个案件，文书 {letters} 件，清单在 {request.out}/"]
    if archive is not None:
        pack_all(results, request.out, archive)
        lines.append(f"已打包 {archive}")
    return Outcome(tuple(lines), tuple(p for result in results for p in result.problems))


def _cpus() -> int:
    """The processors this process may use."""
    return max(1, len(os.sched_getaffinity(0)))
