"""`guiju impact`: who is affected by a change of the rules. Reads arguments and prints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.commands.chinese import ChineseCommand
from engine.commands.console import working
from engine.commands.population import ROWS, population, require
from engine.commands.shell import (
    PATH,
    RulesAsked,
    must_exist,
    paint,
    print_json,
    print_lines,
    round_option,
    rules_options,
    suffix_of,
    today,
)

if TYPE_CHECKING:
    from engine.office.impact import Impact
    from engine.office.setting import Setting
    from engine.office.workspace import Workspace

HTML, PDF = ".html", ".pdf"
_Sides = tuple[str, "Workspace", "Workspace"]
"""What is compared in words, before and after."""


@click.command(cls=ChineseCommand)
@click.argument("cases", nargs=-1, type=PATH, metavar="[案件…]")
@click.option("--with", "overlays", type=PATH, multiple=True, metavar="文件", help="假设的改动，可以写几个文件。")
@click.option("--before", type=PATH, metavar="文件夹", help="改以前的政策包所在的文件夹，与现在的比较。")
@click.option(
    "--options", "question", metavar="编号", help="解释口径的编号或名称：没有采用的各个选项，逐一与采用的比较。"
)
@click.option("--by", multiple=True, metavar="事实", help="金额另按这些事实分列，可以写几个。")
@click.option("--page", type=PATH, metavar="文件", help="另写成网页（.html）或可以打印的 .pdf，附图。")
@round_option
@click.option(
    "--cases", "population_", type=PATH, metavar="文件|文件夹", help="案件表，或放这些表的文件夹：按列比较一批案件。"
)
@click.option("--table", "tables", multiple=True, metavar="记录表=文件", help="记录表的各条记录，可以写几个。")
@click.option("--jobs", type=click.IntRange(1), default=1, metavar="个数", help="用几个进程比较一批（默认 1）。")
@click.option("--out", type=PATH, metavar="文件", help="一批里结果有变的案件写到哪里（.csv）。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@rules_options
def impact(
    cases: tuple[Path, ...],
    overlays: tuple[Path, ...],
    before: Path | None,
    question: str | None,
    by: tuple[str, ...],
    page: Path | None,
    whole: bool,
    population_: Path | None,
    tables: tuple[str, ...],
    jobs: int,
    out: Path | None,
    as_json: bool,
    asked: RulesAsked,
) -> None:
    """影响：规则的改动改变了哪些案件、金额、名次、文书、事件记录，哪些用例不再成立。"""
    from engine.intake.history import is_history
    from engine.office.batch import cases_in
    from engine.office.impact import impact as found_by
    from engine.views import impact as view
    from engine.views import setting as source

    if page is not None:
        suffix_of(page, "影响", (HTML, PDF))
    if (before is not None) + bool(overlays) + (question is not None) != 1:
        nothing = before is None and not overlays and question is None
        help_ = "写 `--with 改动.yaml`、`--before 改以前的文件夹`，或 `--options 口径编号`，三者取一"
        raise Refused(Problem("E908", "没有说明比较什么" if nothing else "几种比较只能取一种", help=help_), 2)
    beside = bool(cases) or whole or bool(by) or page is not None or question is not None
    batch = _batch(population_, tables, asked.as_of or today(), jobs, out, as_json, beside)
    must_exist(cases if population_ is None else (population_,))
    setting = asked.setting(cases).draft
    asked_for = _asked_for(setting, asked, overlays, before, question)
    if batch is not None:
        ((title, old, new),) = asked_for
        _over_tables(old, new, title, batch, setting)
        return
    sections: list[tuple[str, Impact]] = []
    with working("正在比较") as heard:
        paths = cases_in(cases)
        for title, old, new in asked_for:
            if whole:
                old, new = (side.in_round(path for path in paths if not is_history(path)) for side in (old, new))
            sections.append((title, found_by(old, new, paths, today(), heard=heard, by=by)))
    if page is not None:
        _write(page, sections, question or sections[0][0], list(source.line(setting)))
    if as_json:
        each = [view.to_plain(found) for _, found in sections]
        whole_ = (
            {"选项": [{"选项": t, **one} for (t, _), one in zip(sections, each, strict=True)]} if question else each[0]
        )
        print_json(whole_ | source.to_plain(setting))
        return
    for title, found in sections:
        print_lines(view.text(found, title, source.line(setting), paint))
    print_lines([f"已写 {page}"] if page is not None else ())


def _asked_for(
    setting: Setting, asked: RulesAsked, overlays: Sequence[Path], before: Path | None, question: str | None
) -> list[_Sides]:
    from engine.office.impact import load_overlay
    from engine.office.options_tried import every_option

    now = setting.workspace(asked.regulation, asked.as_of)
    if question is not None:
        return [(title, now, new) for title, new in every_option(now, question)]
    if before is None:
        new = now.varied([load_overlay(path) for path in overlays])
        return [("、".join(path.name for path in overlays), now, new)]
    if not before.is_dir():
        help_ = "写改以前的政策包所在的文件夹，如改动以前复制的一份 policies"
        raise Refused(Problem("E901", f"没有文件夹 `{before}`", help=help_), 2)
    return [(f"{before} → {now.folder}", setting.naming(before).workspace(asked.regulation, asked.as_of), now)]


def _write(page: Path, sections: Sequence[tuple[str, Impact]], title: str, source: Sequence[str]) -> None:
    from engine.documents.printing import written
    from engine.files.writing import write
    from engine.views import impact_page

    html = impact_page.page(sections, title, source)
    data = html.encode() if page.suffix.lower() == HTML else written(html, lambda document, pdf: None)
    write(page, data, (HTML, PDF))


@dataclass(frozen=True)
class Batch:
    """A table of cases, or a folder with one, with records; what is written of it, and how."""

    cases: Path
    tables: tuple[str, ...]
    day: date
    jobs: int
    out: Path | None
    as_json: bool


def _batch(
    cases: Path | None, tables: tuple[str, ...], day: date, jobs: int, out: Path | None, as_json: bool, beside: bool
) -> Batch | None:
    """The batch that is meant, if any; `beside`: whether something is asked for that it does not go with."""
    if cases is None:
        if tables or out is not None:
            raise Refused(Problem("E557", "`--table`、`--out` 是就一张案件表说的", help="用 --cases 给出案件表"), 2)
        return None
    if beside:
        message = "案件表和案件文件、`--round`、`--by`、`--page`、`--options` 只能取一种"
        raise Refused(Problem("E557", message, help="各个选项在一批案件上用 guiju sweep 试"), 2)
    if out is not None:
        suffix_of(out, "有变的案件", (".csv",))
    return Batch(cases, tables, day, jobs, out, as_json)


def _over_tables(old: Workspace, new: Workspace, title: str, batch: Batch, setting: Setting) -> None:
    """A whole population under both rules, over columns: only what the change can reach is decided."""
    from engine.files.writing import write
    from engine.office.population import TABLES
    from engine.office.sweeping import of_change, sweep, turned
    from engine.views import setting as source
    from engine.views import sweep as view

    require(("polars",))
    cases, records = population(batch.cases, batch.tables)
    if cases.suffix.lower() not in TABLES:
        help_ = "案件文件不用 --cases，直接写 guiju impact 文件夹"
        raise Refused(Problem("E557", f"`{cases}` 不是案件表，里面也没有", help=help_), 2)
    versions, reached = of_change(old, new, batch.day)
    packages = old.program(day=batch.day).package, new.program(day=batch.day).package
    with working("正在比较") as progress:
        found = sweep(versions, cases, records, reached, batch.day, ROWS, progress, batch.jobs)
    if batch.out is not None:
        write(batch.out, ("\ufeff" + turned(found)).encode(), (".csv",))
    if batch.as_json:
        print_json(view.impact_plain(found, packages) | source.to_plain(setting))
        return
    print_lines(view.impact_text(found, title, packages, source.line(setting), paint))
    print_lines([f"已写 {batch.out}"] if batch.out is not None else ())
