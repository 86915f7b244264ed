"""`guiju verify` and `conform`: finished letters looked at, what they say and how. Read arguments and print."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.base.problem import Problem, Refused
from engine.commands.chinese import ChineseCommand
from engine.commands.shell import (
    PATH,
    Asked,
    json_option,
    paint,
    print_json,
    print_lines,
    print_problems,
    read_case,
    rules_options,
)

if TYPE_CHECKING:
    from engine.decision.model import Case
    from engine.decision.program import Program


@click.command(cls=ChineseCommand)
@click.argument("subjects", nargs=-1, required=True, type=PATH, metavar="文书|文件夹…")
@click.option("--case", "origins", type=PATH, multiple=True, metavar="案件", help="从案件重算，逐项比较。")
@json_option
@rules_options
def verify(subjects: tuple[Path, ...], origins: tuple[Path, ...], as_json: bool, asked: Asked) -> None:
    """文书出具以后改没改过：全文、表格、图、页眉页脚、属性，逐处指明；写 --case 的，从案件和规则重算。"""
    from engine.office.verifying import Verdict, verify
    from engine.views import setting as source
    from engine.views import verification

    setting = asked.setting(origins) if origins else None

    def load(day: date) -> list[tuple[Program, Case]]:
        rules = asked.said().workspace(asked.regulation, asked.as_of or day)
        return [read_case(rules, origin) for origin in origins]

    verdicts, unread = list[Verdict](), list[Problem]()
    for subject in subjects:
        try:
            verdicts += verify(subject, load if origins else None)
        except Refused as refused:
            if len(subjects) == 1:
                raise
            unread += refused.problems
    print_problems(unread)
    if as_json:
        print_json([verification.plain(verdict) for verdict in verdicts])
    else:
        print_lines([*verification.text(verdicts, paint), *(source.line(setting) if setting else ())])
    raise SystemExit(2 if unread else 0 if all(verdict.holds for verdict in verdicts) else 1)


@click.command(cls=ChineseCommand)
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="文书…")
@json_option
def conform(files: tuple[Path, ...], as_json: bool) -> None:
    """逐点核对 .docx、.pdf 的格式是否合 GB/T 9704-2012，不论文书从哪里来。内容改没改过，用 verify。"""
    from engine.conformance.conform import conform
    from engine.views import conformance

    reports = [conform(path) for path in files]
    if as_json:
        print_json([conformance.to_plain(report) for report in reports])
    else:
        print_lines(conformance.text(reports, paint))
    raise SystemExit(0 if all(report.conforms for report in reports) else 1)
