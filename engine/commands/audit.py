"""`guiju trace`: the office's ledger asked both ways. Reads arguments and prints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.base.problem import Problem, Refused
from engine.commands.chinese import ChineseCommand
from engine.commands.shell import (
    DATE,
    PATH,
    RulesAsked,
    determination_option,
    json_option,
    ledger_of,
    office_option,
    paint,
    print_json,
    print_lines,
    suffix_of,
    today,
)

if TYPE_CHECKING:
    from engine.record.audit import Filters
    from engine.record.chain import Head
    from engine.record.store import Store
    from engine.views.audit import Report

REPORTS = (".pdf", ".docx")
ROLES = ("决定理由", "满足", "提及", "经办")


@click.command(cls=ChineseCommand)
@click.argument("subject", required=False, metavar="[对象]")
@click.option("--list", "name", metavar="清单", help="现成的清单；不写别的，列出有哪些。", is_flag=False, flag_value="")
@click.option("--heat", "with_heat", is_flag=True, help="各条款各起了几次作用。")
@click.option("--kind", default="", metavar="种类", help="是条款、准则、事实、人员……哪一种（有几种可能时）。")
@click.option("--from", "since", type=DATE, metavar="日期", help="从哪一天记入的起。")
@click.option("--to", "until", type=DATE, metavar="日期", help="到哪一天记入的止。")
@determination_option
@click.option("--regulation", default="", metavar="标识", help="只看按这个规范作的（也可以写 标识#条款）。")
@click.option("--outcome", default="", metavar="结果", help="只看这种结果。")
@click.option("--role", type=click.Choice(ROLES), default=None, help="只看起这种作用的。")
@click.option("--field", "fields", multiple=True, metavar="栏目=值", help="只看栏目是这个值的，如类型、地区。")
@click.option("--by", multiple=True, metavar="栏目", help="按栏目分别计数，可以写几个。")
@click.option("--last", default=20, type=click.IntRange(1), metavar="数", help="列出最后多少项（默认 20）。")
@click.option("--csv", "as_csv", is_flag=True, help="输出 CSV，全部各项。")
@click.option("--markdown", "as_markdown", is_flag=True, help="输出 Markdown 的审计报告，写明账本头。")
@click.option("--out", type=PATH, metavar="文件", help="写成可以打印、签名的审计报告：.pdf 或 .docx。")
@json_option
@office_option
def trace(
    subject: str | None,
    name: str | None,
    with_heat: bool,
    kind: str,
    since: date | None,
    until: date | None,
    determination: str | None,
    regulation: str,
    outcome: str,
    role: str | None,
    fields: tuple[str, ...],
    by: tuple[str, ...],
    last: int,
    as_csv: bool,
    as_markdown: bool,
    out: Path | None,
    as_json: bool,
    office: Path | None,
) -> None:
    """从条款、准则、事实、人员、文书等查到决定和文书，作用和件数；从文书查回它所凭的准则、事实、单元格。

    对象可以是条款、准则、事实、人员、案件、当事人、文号、凭据码、文书的文件、口径、规则，或账本的第几条。都出自决定时记入账本的各行，不重新决定。
    """
    from engine.office.tracing import within
    from engine.record.audit import Filters

    if sum((subject is not None, name is not None, with_heat)) != 1:
        raise click.UsageError("写一个追溯的对象，或 --list 清单，或 --heat")
    if sum((as_csv, as_markdown, as_json, out is not None)) > 1:
        raise click.UsageError("--csv、--json、--markdown、--out 只能取一种")
    first, last_day = (day.isoformat() if day is not None else "" for day in (since, until))
    filters = Filters(first, last_day, determination or "", outcome, role or "", tuple(map(_pair, fields)), regulation)
    form: str | Path = out or ("csv" if as_csv else "json" if as_json else "markdown" if as_markdown else "text")
    if name == "":
        _lists()
        return
    with ledger_of(RulesAsked(office, None, None, None).said()).opened(reading=True) as store:
        subject, filters = within(store, subject or "", filters)
        if name is not None:
            _list(store, name, filters, form)
        elif with_heat:
            _heat(store, filters, form)
        else:
            _trace(store, subject, kind, filters, by, last, form)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign and value):
        raise Refused(Problem("E930", f"`{text}` 不是栏目和值", help="写作 `--field 栏目=值`"), 2)
    return name.strip(), value.strip()


def _trace(
    store: Store, text: str, kind: str, filters: Filters, by: Sequence[str], last: int, form: str | Path
) -> None:
    from engine.office.tracing import subject, trace
    from engine.views import audit as view

    found, back = trace(store, subject(store, text, kind), filters, by, last if form == "text" else 0)
    if form == "json":
        print_json(view.trace_plain(found))
    elif form == "csv":
        click.echo(view.table(view.TRACE_COLUMNS, view.trace_rows(found)), nl=False)
    elif form == "text":
        print_lines(view.text(found, back, paint))
    else:
        _report(view.trace_report(found, back), found.head, form)


def _report(found: Report, head: Head, form: str | Path) -> None:
    """A report as Markdown, or as a file to print."""
    from engine.documents.issue import render
    from engine.files.writing import write
    from engine.views import audit as view
    from engine.views import audit_report

    if not isinstance(form, Path):
        print_lines(view.markdown(found))
        return
    kind = suffix_of(form, "审计报告", REPORTS).removeprefix(".")
    try:
        data = render(audit_report.plan(found, head, today()), kind)
    except Refused as refused:
        if any(problem.code == "E633" for problem in refused.problems):
            said = f"审计报告有 {len(found.rows)} 项，太长"
            raise Refused(Problem("E633", said, help="用 --from、--to 分段，或用 --csv"), 2) from None
        raise
    write(form, data, REPORTS)
    print_lines([f"已写 {form}，账本头 {head.short}"])


def _list(store: Store, name: str, filters: Filters, form: str | Path) -> None:
    from engine.office.tracing import listed
    from engine.views import audit as view

    found = listed(store, name, filters)
    if form == "json":
        print_json({"清单": name, "账本头": str(found.head), "各项": view.to_plain(found.columns, found.rows)})
    elif form == "csv":
        click.echo(view.table(found.columns, found.rows), nl=False)
    elif form == "text":
        print_lines(view.list_text(found))
    else:
        _report(view.list_report(found), found.head, form)


def _lists() -> None:
    from engine.record.audit_lists import LISTS
    from engine.views import audit as view

    print_lines(view.lists_text({name: one.asks for name, one in LISTS.items()}))


def _heat(store: Store, filters: Filters, form: str | Path) -> None:
    from engine.record.audit import heat
    from engine.views import audit as view

    with store.sql.reading():
        found, head = heat(store, filters), store.head()
    if form == "json":
        print_json({"账本头": str(head), "各项": view.to_plain(view.HEAT_COLUMNS, view.heat_rows(found))})
    elif form == "csv":
        click.echo(view.table(view.HEAT_COLUMNS, view.heat_rows(found)), nl=False)
    elif form == "text":
        print_lines(view.heat_text(found, filters, head, paint))
    else:
        _report(view.heat_report(found, filters, head), head, form)
