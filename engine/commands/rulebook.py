"""`guiju rulebook`: the rules as a workbook, and back. Reads arguments and prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.commands.chinese import ChineseGroup
from engine.commands.console import working
from engine.commands.shell import (
    PATH,
    RulesAsked,
    json_option,
    must_exist,
    paint,
    print_json,
    print_lines,
    print_problems,
    rules_options,
    today,
)

if TYPE_CHECKING:
    from engine.office.impact import Impact
    from engine.office.rulebook import TakenIn
    from engine.office.setting import Setting


@click.group(cls=ChineseGroup)
def rulebook() -> None:
    """规则手册：参数、决定表、评分、词汇、用例导出成 Excel，改好再导入。"""


@rulebook.command()
@click.option("--out", type=PATH, metavar="文件", help="写到哪里（默认 标识.xlsx）。")
@rules_options
def export(out: Path | None, asked: RulesAsked) -> None:
    """导出一份 Excel：白格可以改，下拉选、批注说明，灰格只供看。"""
    from engine.files.writing import write
    from engine.office.rulebook import KIND, exported
    from engine.views import setting as source

    setting = asked.setting().draft
    rules = setting.workspace(asked.regulation, asked.as_of)
    target = out or Path(f"{rules.target}.xlsx")
    write(target, exported(rules), KIND)
    print_lines([f"已写 {target}", *source.line(setting)])


@rulebook.command(name="import")
@click.argument("book", type=PATH, metavar="工作簿")
@click.argument("cases", nargs=-1, type=PATH, metavar="[案件…]")
@click.option("--dry-run", is_flag=True, help="只看会改什么、影响谁，不写文件。")
@json_option
@rules_options
def take_in(book: Path, cases: tuple[Path, ...], dry_run: bool, as_json: bool, asked: RulesAsked) -> None:
    """导入改过的 Excel：只改改过的格，先检查再写；列出案件的，算出谁的结果、哪些文书因此变了。"""
    from engine.office.batch import cases_in
    from engine.office.revising import write
    from engine.office.rulebook import affected, taken_in
    from engine.views import rulebook as view
    from engine.views import setting as source

    must_exist((book, *cases))
    setting = asked.to_change()
    rules = setting.workspace(asked.regulation, asked.as_of)
    with working("正在检查"):
        found = taken_in(book, rules, today(), setting.calendar)
        touched = affected(found, rules, cases_in(cases), today()) if found.sound and cases else None
    written = found.sound and found.done is not None and found.done.changed and not dry_run
    if written and found.done is not None:
        write(found.done)
    if as_json:
        print_json(view.to_plain(found, written) | _touched(touched) | source.to_plain(setting))
    else:
        _print(book, found, touched, dry_run, setting)
    raise SystemExit(0 if found.sound else 1)


def _touched(found: Impact | None) -> dict[str, object]:
    from engine.views import impact as view

    return {"影响": view.to_plain(found)} if found is not None else {}


def _print(book: Path, found: TakenIn, touched: Impact | None, dry: bool, setting: Setting) -> None:
    from engine.commands.revising import outcome
    from engine.views import impact as effects
    from engine.views import rulebook as view
    from engine.views import setting as source

    print_lines(view.text(found, paint))
    done = found.done
    texts = {file: data.decode() for file, data in done.after.items()} if done is not None else {}
    print_problems([*found.remarks, *found.wrong, *(done.problems if done is not None else ())], texts=texts)
    if touched is not None:
        print_lines(effects.text(touched, book.name, source.line(setting), paint))
    print_lines([outcome(done, dry) if done is not None else "有的格读不懂或不能改，没有写入文件"])
    if found.notes:
        print_lines([f"出错的格加了批注：{_marked(book, found)}"])
    if touched is None:
        print_lines(source.line(setting))


def _marked(book: Path, found: TakenIn) -> Path:
    """A copy of the workbook with notes where something is wrong."""
    from engine.files.writing import write
    from engine.office.rulebook import KIND, annotated

    target = book.with_name(f"{book.stem}-批注.xlsx")
    write(target, annotated(book, found.notes), KIND)
    return target
