"""`guiju issue`: the letters of one case or of many, and the checking of finished ones. Reads arguments and prints."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.base.problem import Problem, Refused
from engine.commands import PATH, Shell

if TYPE_CHECKING:
    from engine.batch import Request
    from engine.workspace import Workspace


def add_issue(main: click.Group, shell: Shell, rules_options: Callable[..., Any]) -> None:
    """Add `issue` to the entry point."""

    @main.command()
    @click.argument("paths", nargs=-1, required=True, type=PATH, metavar="案件…")
    @click.option("-d", "--determination", metavar="决定", help="只看这一项决定。")
    @click.option("--document", "name", metavar="文书", help="出具哪一份；不写则出具各项决定引出的全部文书。")
    @click.option("--out", type=PATH, default=Path("out"), metavar="文件夹", help="写到哪里（默认 out）。")
    @click.option("--format", "formats", type=click.Choice(["docx", "pdf"]), multiple=True, help="默认两种都写。")
    @click.option("--date", "signed", type=shell.date_type, metavar="日期", help="成文日期（默认案件的基准日）。")
    @click.option("--number", default="", metavar="文号", help="发文字号，例如 榕人社〔2026〕1号。")
    @click.option("--register", type=PATH, metavar="文件", help="从发文登记簿取号并登记。")
    @click.option("-a", "--all", "every", is_flag=True, help="成批：几个案件，或文件夹里的全部案件，附清单。")
    @click.option("--zip", "archive", type=PATH, metavar="文件", help="成批出具，再打成一个 zip。")
    @click.option("--jobs", type=click.IntRange(1, 64), metavar="数", help="成批时用几个进程（默认按处理器）。")
    @click.option("--with-facts", is_flag=True, help="各段所依据的事实，数值和出处也存进文件（默认只存名称）。")
    @click.option("--verify", is_flag=True, help="不出具，而是核验 .docx、.pdf 文件是否合 GB/T 9704。")
    @click.option("--json", "as_json", is_flag=True, help="核验结果输出为 JSON。")
    @rules_options
    def issue(
        paths: tuple[Path, ...],
        determination: str | None,
        name: str | None,
        out: Path,
        formats: tuple[str, ...],
        signed: date | None,
        number: str,
        register: Path | None,
        every: bool,
        archive: Path | None,
        jobs: int | None,
        with_facts: bool,
        verify: bool,
        as_json: bool,
        policies: Path | None,
        regulation: str | None,
        as_of: date | None,
    ) -> None:
        """出具决定、或事件记录中各事件引出的文书（Word 和 PDF），或核验已有的文书。"""
        from engine.batch import Request
        from engine.intake.history import is_history

        if verify:
            raise SystemExit(_verify(shell, paths, as_json))
        workspace = shell.workspace(policies, regulation, as_of)
        request = Request(out, formats or ("docx", "pdf"), name, determination, signed, register, with_facts)
        done = (
            several(workspace, paths, request, number, archive, jobs)
            if every or archive is not None or any(map(is_history, paths))
            else single(workspace, paths, request, number)
        )
        shell.report(done.problems)
        shell.lines(done.lines)
        raise SystemExit(1 if any(p.is_error for p in done.problems) else 0)


def _verify(shell: Shell, paths: Sequence[Path], as_json: bool) -> int:
    from engine.documents.verify import verify
    from engine.views import conformance

    reports = [verify(path) for path in paths]
    if as_json:
        shell.json([conformance.plain(report) for report in reports])
    else:
        shell.lines(conformance.text(reports, shell.paint))
    return 0 if all(report.conforms for report in reports) else 1


@dataclass(frozen=True, slots=True)
class Done:
    """Lines for stdout and problems for stderr."""

    lines: tuple[str, ...]
    problems: tuple[Problem, ...]


def single(workspace: Workspace, paths: Sequence[Path], request: Request, number: str) -> Done:
    """The letters of one case."""
    from engine.batch import decided
    from engine.documents.writing import issue_case

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
    from engine.batch import Rules, cases_in, issue_all
    from engine.produced import cases_among, pack_all

    if number:
        raise Refused(Problem("E649", "成批出具不能用一个 `--number`", help="用 `--register` 从登记簿取号"), 2)
    rules = Rules(workspace.folder, workspace.today, workspace.regulation, workspace.as_of)
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
