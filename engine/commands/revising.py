"""`guiju set`, `rename`, `diff`: changes written into the rule files, and in what two versions differ. Read arguments and print."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.commands.audit import REPORTS
from engine.commands.chinese import ChineseCommand
from engine.commands.console import working
from engine.commands.shell import (
    DATE,
    PATH,
    RulesAsked,
    has_solver,
    json_option,
    must_exist,
    office_option,
    paint,
    policies_option,
    print_json,
    print_lines,
    print_problems,
    rules_options,
    suffix_of,
    today,
)

if TYPE_CHECKING:
    from engine.office.compared_rules import RulesCompared
    from engine.office.revising import Revised
    from engine.office.setting import Setting
    from engine.office.workspace import Workspace

_dry = click.option("--dry-run", is_flag=True, help="只看会改什么，不写文件。")


@click.command(cls=ChineseCommand)
@click.argument("name", metavar="参数")
@click.argument("value", metavar="值")
@click.option("--since", type=DATE, metavar="日期", help="从这一天起；以前的仍按旧值。")
@_dry
@json_option
@office_option
@policies_option
def set(
    name: str, value: str, since: date | None, dry_run: bool, as_json: bool, office: Path | None, policies: Path | None
) -> None:
    """改参数的值：只动这一个值，注释、次序和其余各行不变。"""
    from engine.office.revising import revised
    from engine.revise.edits import SetValue

    setting = RulesAsked(office, policies, None, None).to_change()
    with working("正在检查"):
        done = revised(setting.rules, SetValue(name, value, since), today(), setting.calendar)
    _finish(done, dry_run, as_json, setting)


@click.command(cls=ChineseCommand)
@click.argument("old", metavar="旧名称")
@click.argument("new", metavar="新名称")
@click.argument("cases", nargs=-1, type=PATH, metavar="[案件…]")
@_dry
@json_option
@office_option
@policies_option
def rename(
    old: str,
    new: str,
    cases: tuple[Path, ...],
    dry_run: bool,
    as_json: bool,
    office: Path | None,
    policies: Path | None,
) -> None:
    """改名：规则、用例和列出的案件、事件记录里一并改，规则的意思不变。"""
    from engine.office.revising import renaming

    must_exist(cases)
    setting = RulesAsked(office, policies, None, None).to_change()
    with working("正在核对"):
        done = renaming(setting.rules, old, new, cases, today(), setting.calendar)
    head = f"{'、'.join(done.kinds)} `{old}` 改名为 `{new}`，除名称外规则与原来逐项相同"
    _finish(done, dry_run, as_json, setting, head if done.sound else "")


def _finish(done: Revised, dry: bool, as_json: bool, setting: Setting, head: str = "") -> None:
    from engine.office.revising import write
    from engine.views import revising as view
    from engine.views import setting as source

    written = done.sound and done.changed and not dry
    if written:
        write(done)
    if as_json:
        print_json(view.to_plain(done, written) | source.to_plain(setting))
    else:
        print_lines(view.text(done, paint))
        print_problems(done.problems, texts={file: data.decode() for file, data in done.after.items()})
        print_lines([line for line in (head, outcome(done, dry)) if line])
        print_lines(source.line(setting))
    raise SystemExit(0 if done.sound else 1)


def outcome(done: Revised, dry: bool) -> str:
    """What became of a change, in a line."""
    files = len(done.after)
    if not done.sound:
        return "改了以后有上面的错误，没有写入文件"
    if not done.changed:
        return "与原来相同，没有要写的"
    checked = f"检查多出 {len(done.problems)} 个警告" if done.problems else "检查没有新的问题"
    return f"只看不写：会改 {files} 个文件，{checked}" if dry else f"已写入 {files} 个文件，{checked}"


@click.command(cls=ChineseCommand)
@click.argument("before", type=PATH, metavar="原来的")
@click.argument("after", type=PATH, metavar="改后的")
@click.argument("cases", nargs=-1, type=PATH, metavar="[案件…]")
@click.option("--markdown", is_flag=True, help="输出 Markdown。")
@click.option("--report", type=PATH, metavar="文件", help="写成供审阅、签名的报告（.pdf 或 .docx）。")
@click.option(
    "--steps", type=click.IntRange(1), default=400, metavar="万步", help="每个问题求解器最多走几万步（默认 400）。"
)
@json_option
@rules_options
def diff(
    before: Path,
    after: Path,
    cases: tuple[Path, ...],
    markdown: bool,
    report: Path | None,
    steps: int,
    as_json: bool,
    asked: RulesAsked,
) -> None:
    """比较两个版本的规则：写法有什么不同，每项决定是收紧、放宽还是等价。
    版本是文件夹、设想改动的文件，或 git 的修订（HEAD~1:policies）。"""
    from engine.files.revisions import at_revision
    from engine.views import rules_compared as view

    title = f"{before} → {after}"
    with at_revision(before) as old, at_revision(after) as new:
        found = _compared(old, new, cases, steps, asked)
    if report is not None:
        _report(found, title, report)
    elif as_json:
        print_json(view.to_plain(found))
    else:
        print_lines(view.markdown(found, title) if markdown else view.text(found, title, paint))


def _compared(before: Path, after: Path, cases: tuple[Path, ...], steps: int, asked: RulesAsked) -> RulesCompared:
    from engine.office.batch import cases_in
    from engine.office.compared_rules import compare_rules, example_cases
    from engine.office.impact import regulations_of

    must_exist((before, after, *cases))
    setting = asked.said()
    old = setting.naming(before).workspace(asked.regulation, asked.as_of)
    new = _varied(old, after) if after.is_file() else setting.naming(after).workspace(asked.regulation, asked.as_of)
    paths = cases_in(cases)
    if len(meant := regulations_of(old, paths) if paths else []) == 1:
        old, new = old.under(meant[0]), new.under(meant[0])
    with working("正在比较"):
        from_ = paths if cases else example_cases(old)
        return compare_rules(old, new, from_, asked.as_of or today(), solver=has_solver(), steps=steps * 10_000)


def _report(found: RulesCompared, title: str, file: Path) -> None:
    from engine.documents.issue import render
    from engine.files.writing import write
    from engine.views import rules_compared_report as view

    kind = suffix_of(file, "报告", REPORTS).removeprefix(".")
    write(file, render(view.plan(found, title, today()), kind), REPORTS)
    print_lines([f"已写 {file}"])


def _varied(old: Workspace, overlay: Path) -> Workspace:
    from engine.office.impact import load_overlay

    return old.varied([load_overlay(overlay)])
