"""The letters of one case, or of many with their manifests: what `issue` does (edge)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.files.used import command, noting
from engine.office.batch import Request, Rules, cases_in, decided, issue_all, read_of
from engine.office.delivery import Progress, deliver, unheard
from engine.office.own_day import letters_of
from engine.office.processes import cpus
from engine.office.produced import cases_among
from engine.office.recording import Recorder
from engine.office.workspace import Workspace


@dataclass(frozen=True, slots=True)
class IssueOutput:
    """Lines for stdout and problems for stderr."""

    lines: tuple[str, ...]
    problems: tuple[Problem, ...]


def single(workspace: Workspace, paths: Sequence[Path], request: Request, number: str = "") -> IssueOutput:
    """The letters of one case. Refused as `drafts_of` and `deliver` do; E649 several cases, or a number for several
    letters."""
    if len(paths) > 1:
        raise Refused(Problem("E649", f"有 {len(paths)} 个案件", help="几个案件一起出具用 `--all`"), 2)
    if number and request.register is not None and request.register.gives:
        raise Refused(Problem("E649", "有登记簿时不能另写 `--number`", help="从登记簿取号，不写 `--number`"), 2)
    with command():
        with noting() as files:
            program, case, remarks = workspace.case(paths[0])
        decisions = decided(program, case, request.determination)
        letters = letters_of(workspace, paths[0], program, case, decisions, request, number)
        if number and sum(draft.takes_number for draft in letters.drafts) > 1:
            names = "、".join(draft.stem for draft in letters.drafts if draft.takes_number)
            message = f"一个文号 `{number}` 不能用于几件文书：{names}"
            raise Refused(Problem("E649", message, help="用 `--document` 指定一件，或用 `--register` 从登记簿取号"), 2)
        read = read_of(paths[0], program.package, case, decisions, letters.drafts, (*remarks, *letters.problems))
        read = read.carrying(request.with_facts, request.by, request.sample)
        if request.recorded:
            recorder = Recorder()
            kept = recorder.case(workspace, program.package, case, decisions, files, paths[0])
            read = replace(read, decided=(kept, *letters.kept(workspace, paths[0], recorder)))
        (result,) = deliver([read], request.out, request.formats, request.register, key=request.key)
    lines = [f"已写 {request.out / file.path}" for made in result.made for file in made.files]
    if not lines and not result.problems:
        lines = ["这些决定没有引出文书。"]
    return IssueOutput(tuple(lines), tuple(result.problems))


def several(
    workspace: Workspace,
    paths: Sequence[Path],
    request: Request,
    number: str,
    jobs: int | None,
    progress: Progress = unheard,
) -> IssueOutput:
    """The letters of every case, with manifests, as a zip where the request says so. `progress` hears how far it is."""
    if number:
        raise Refused(Problem("E649", "成批出具不能用一个 `--number`", help="用 `--register` 从登记簿取号"), 2)
    found = (workspace.today, workspace.regulation, workspace.as_of, workspace.calendar, workspace.round)
    rules = Rules(workspace.versions[-1][1], *found, workspace.versions)
    results = issue_all(rules, cases_in(paths), request, jobs or cpus(), progress)
    letters = sum(1 for result in results for made in result.made if made.files)
    lines = [f"{cases_among(results)} 个案件，文书 {letters} 件，清单在 {request.out}/"]
    if request.archive is not None:
        lines.append(f"已打包 {request.archive}")
    return IssueOutput(tuple(lines), tuple(p for result in results for p in result.problems))
