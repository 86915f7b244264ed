"""`guiju sweep`: a population under several values of a parameter or all options of an interpretation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.base.problem import Problem, Refused
from engine.commands.chinese import ChineseCommand
from engine.commands.console import working
from engine.commands.population import ROWS, population, require
from engine.commands.shell import PATH, RulesAsked, paint, print_lines, rules_options, today

if TYPE_CHECKING:
    from engine.office.sweeping import Sweep


@click.command(cls=ChineseCommand)
@click.argument("what", metavar="参数=值,值…|解释口径")
@click.option("--cases", type=PATH, required=True, metavar="文件|文件夹", help="案件表，或放这些表的文件夹。")
@click.option("--table", "tables", multiple=True, metavar="记录表=文件", help="记录表的各条记录，可以写几个。")
@click.option(
    "-d", "--determination", "determinations", multiple=True, metavar="决定", help="看哪几项决定（默认全部）。"
)
@click.option("--rows", type=click.IntRange(1), default=ROWS, metavar="件数", help="一次读入多少件（默认 10000）。")
@click.option("--jobs", type=click.IntRange(1), default=1, metavar="个数", help="用几个进程（默认 1）。")
@click.option("--page", type=PATH, metavar="文件", help="网页写到哪里（.html），附图。")
@click.option("--out", type=PATH, metavar="文件", help="结果有变的案件写到哪里（.csv）。")
@rules_options
def sweep(
    what: str,
    cases: Path,
    tables: tuple[str, ...],
    determinations: tuple[str, ...],
    rows: int,
    jobs: int,
    page: Path | None,
    out: Path | None,
    asked: RulesAsked,
) -> None:
    """试算：一批案件在一个参数的几个值、或一个解释口径的各个选项之下，各有多少什么结果，谁因此改变。"""
    from engine.office import sweeping
    from engine.views import setting as source
    from engine.views import sweep as view

    require(("polars",))
    for path, suffix in ((page, ".html"), (out, ".csv")):
        if path is not None and path.suffix.lower() != suffix:
            raise Refused(Problem("E557", f"不能写成 `{path.name}`", help=f"写 {suffix}"), 2)
    setting = asked.setting([cases]).draft
    rules = setting.workspace(asked.regulation, asked.as_of)
    day = asked.as_of or today()
    name, equals, values = what.partition("=")
    versions = (
        sweeping.of_parameter(rules, name.strip(), [one.strip() for one in values.replace("，", ",").split(",")])
        if equals
        else sweeping.of_interpretation(rules, what)
    )
    table, records = population(cases, tables)
    wanted = determinations or tuple(rules.program(day=day).package.determinations)
    with working("正在试算") as progress:
        found = sweeping.sweep(versions, table, records, wanted, day, rows, progress, jobs)
    print_lines(view.text(found, what, source.line(setting), paint))
    _write(found, view.page(found, what, list(source.line(setting))) if page is not None else "", page, out)


def _write(found: Sweep, html: str, page: Path | None, out: Path | None) -> None:
    from engine.files.writing import write
    from engine.office.sweeping import turned

    if page is not None:
        write(page, html.encode(), (".html",))
    if out is not None:
        write(out, ("\ufeff" + turned(found)).encode(), (".csv",))
    print_lines(f"写出 {path}" for path in (page, out) if path is not None)
