"""The letters of one case, or of many with their manifests: what `issue` does (edge)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.base.problem import Problem, Refused
from engine.documents.writing import issue_case
from engine.office.batch import Request, Rules, cases_in, decided, issue_all
from engine.office.produced import cases_among, pack_all
from engine.office.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Done:
    """Lines for stdout and problems for stderr."""

    lines: tuple[str, ...]
    problems: tuple[Problem, ...]


def single(workspace: Workspace, paths: Sequence[Path], request: Request, number: str) -> Done:
    """The letters of one case."""
    if len(paths) > 1:
        raise Refused(Problem("E649", f"有 {len(paths)} 个案件", help="几个案件一起出具用 `--all`"), 2)
    if number and request.register is not None:
        raise Refused(Problem("E649", "`--number` 和 `--register` 不能合用", help="只写其中一个"), 2)
    program, case, remarks = workspace.case(paths[0])
    written, problems = issue_case(
        program,
        case,
        decided(program, case, request.determination),
        request.name,
        request.out,
        request.formats,
        request.signed or case.as_of,
        number,
        request.register,
        request.with_facts,
    )
    lines = [f"已写 {path}" for path in written]
    if not written and not problems:
        lines = ["这些决定没有引出文书。"]
    return Done(tuple(lines), (*remarks, *problems))


def several(
    workspace: Workspace, paths: Sequence[Path], request: Request, number: str, archive: Path | None, jobs: int | None
) -> Done:
    """The letters of every case, with manifests, as a zip where `archive` says so."""
    if number:
        raise Refused(Problem("E649", "成批出具不能用一个 `--number`", help="用 `--register` 从登记簿取号"), 2)
    rules = Rules(workspace.folder, workspace.today, workspace.regulation, workspace.as_of, workspace.calendar)
    results = issue_all(rules, cases_in(paths), request, jobs or _cpus())
    letters = sum(1 for result in results for made in result.made if made.files)
    lines = [f"{cases_among(results)} 个案件，文书 {letters} 件，清单在 {request.out}/"]
    if archive is not None:
        pack_all(results, request.out, archive)
        lines.append(f"已打包 {archive}")
    return Done(tuple(lines), tuple(p for result in results for p in result.problems))


def _cpus() -> int:
    """The processors this process may use."""
    return max(1, len(os.sched_getaffinity(0)))
