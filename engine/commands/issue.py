"""`guiju issue`: the letters of one case or of many. Reads arguments and prints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.base.problem import Problem, Refused
from engine.commands.chinese import ChineseCommand
from engine.commands.console import working
from engine.commands.shell import (
    DATE,
    PATH,
    RulesAsked,
    as_option,
    in_round,
    now,
    print_lines,
    print_problems,
    round_option,
    rules_options,
    tell,
)

if TYPE_CHECKING:
    pass


def _dates(
    context: click.Context, option: click.Parameter, written: Sequence[str]
) -> tuple[date | None, dict[str, date]]:
    """The day for every letter, if one is said, and the days of single letters."""
    signed: date | None = None
    dates: dict[str, date] = {}
    for text in written:
        name, said, day = text.rpartition("=")
        found: date = DATE.convert(day.strip(), option, context)
        if said and name.strip() in dates:
            raise click.UsageError(f"`--date` 给 `{name.strip()}` 写了两个日期")
        if said:
            dates[name.strip()] = found
        elif signed is not None:
            raise click.UsageError("`--date` 只能写一个不带文书名的日期")
        else:
            signed = found
    return signed, dates


@click.command(cls=ChineseCommand)
@click.argument("paths", nargs=-1, required=True, type=PATH, metavar="案件…")
@click.option("-d", "--determination", metavar="决定", help="只看这一项决定。")
@click.option("--document", "name", metavar="文书", help="出具哪一份；不写则出具各项决定引出的全部文书。")
@click.option("--out", type=PATH, metavar="文件夹", help="写到哪里（默认 out，或单位设置写的）。")
@click.option("--format", "formats", type=click.Choice(["docx", "pdf"]), multiple=True, help="默认两种都写。")
@click.option(
    "--date",
    "days",
    multiple=True,
    callback=_dates,
    metavar="日期|文书=日期",
    help="成文日期（默认引出它的事件当天，没有的用案件的基准日）；可以逐件写 `文书=日期`。",
)
@click.option("--number", default="", metavar="文号", help="发文字号，例如 榕人社〔2026〕1号。")
@click.option("--register", type=PATH, metavar="文件", help="从发文登记簿取号并登记。")
@click.option("--no-number", "unnumbered", is_flag=True, help="只要草稿：不取号，也不登记、不入账本。")
@click.option("-a", "--all", "every", is_flag=True, help="成批：几个案件，或文件夹里的全部案件，附清单。")
@round_option
@click.option("--zip", "archive", type=PATH, metavar="文件", help="成批出具，再打成一个 zip。")
@click.option("--jobs", type=click.IntRange(1, 64), metavar="数", help="成批时用几个进程（默认按处理器）。")
@click.option("--with-facts", is_flag=True, help="各段所依据的事实，数值和出处也存进文件（默认只存名称）。")
@as_option
@rules_options
def issue(
    paths: tuple[Path, ...],
    determination: str | None,
    name: str | None,
    out: Path | None,
    formats: tuple[str, ...],
    days: tuple[date | None, dict[str, date]],
    number: str,
    register: Path | None,
    unnumbered: bool,
    every: bool,
    whole: bool,
    archive: Path | None,
    jobs: int | None,
    with_facts: bool,
    person: str | None,
    asked: RulesAsked,
) -> None:
    """出具决定、或事件记录中各事件引出的文书（Word 和 PDF）。"""
    from engine.intake.history import is_history
    from engine.office.batch import Request
    from engine.office.issuing import several, single
    from engine.office.office_file import by_whom, key_of
    from engine.office.recording import not_recorded
    from engine.office.registers import InFile, InLedger, has_signs
    from engine.views import setting as source

    setting = asked.setting(paths)
    if unnumbered and (number or register is not None):
        raise Refused(Problem("E649", "`--no-number` 不能和 `--number`、`--register` 合用", help="只写其中一个"), 2)
    file, ledger = (None, None) if unnumbered else (setting.register(register), setting.ledger(now, tell))
    gives = file is not None or (ledger is not None and has_signs(ledger))
    by = by_whom(setting.office, person, ("出具文书", "取文号") if number or gives else ("出具文书",))
    book = InLedger(ledger, by, file, gives) if ledger is not None else InFile(file) if file is not None else None
    if ledger is None and setting.office is not None and not unnumbered:
        tell(not_recorded())
    signed, dates = days
    request = Request(
        setting.out(out),
        formats or ("docx", "pdf"),
        name,
        determination,
        signed,
        book,
        with_facts,
        archive,
        by.name,
        setting.samples,
        ledger is not None,
        key_of(setting.office),
        dates,
    )
    rules = setting.workspace(asked.regulation, asked.as_of)
    rules, paths = in_round(rules, paths, whole)
    with working("正在出具文书") as progress:
        done = (
            several(rules, paths, request, number, jobs, progress)
            if every or whole or archive is not None or any(map(is_history, paths))
            else single(rules, paths, request, number)
        )
    print_problems(done.problems)
    print_lines([*done.lines, *source.line(setting)])
    raise SystemExit(1 if any(p.is_error for p in done.problems) else 0)
