"""`guiju handbook`: the rules as an annotated regulation. Reads arguments and prints."""

from __future__ import annotations

from pathlib import Path

import click

from engine.commands.chinese import ChineseCommand
from engine.commands.console import working
from engine.commands.shell import PATH, RulesAsked, print_lines, print_problems, rules_options, suffix_of

HTML, PDF = ".html", ".pdf"


@click.command(cls=ChineseCommand)
@click.option("--out", type=PATH, metavar="文件", help="写到哪里，.html 或 .pdf（默认 标识.html）。")
@click.option("--notes", type=PATH, metavar="文件", help="批注：按引文找到所说的那一处。")
@rules_options
def handbook(out: Path | None, notes: Path | None, asked: RulesAsked) -> None:
    """规则手册：逐条列出条文（或要旨）、规则、参数和沿革、解释口径、文书、用例，配图；一个文件，不联网，能查能印。"""
    from engine.files.writing import write
    from engine.office.handbook import handbook_of
    from engine.views import setting as source
    from engine.views.handbook import html

    setting = asked.setting()
    rules = setting.workspace(asked.regulation, asked.as_of)
    target = out or Path(f"{rules.target}{HTML}")
    kind = suffix_of(target, "规则手册", (HTML, PDF))
    with working("正在汇集"):
        found, problems = handbook_of(rules, notes)
        page = html(found, source.named(setting))
        data = page.encode() if kind == HTML else _pdf(page)
    print_problems(problems)
    write(target, data, (kind,))
    print_lines([f"已写 {target}", *source.line(setting)])


def _pdf(page: str) -> bytes:
    from engine.documents.printing import written

    return written(page, lambda document, pdf: None)
