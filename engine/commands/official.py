"""`guiju text`: the official wording of a regulation. Reads arguments and prints."""

from __future__ import annotations

from pathlib import Path

import click

from engine.base.problem import Problem, Refused
from engine.commands.chinese import ChineseGroup
from engine.commands.shell import PATH, RulesAsked, print_lines, rules_options
from engine.files.faults import refusal


@click.group(cls=ChineseGroup)
def text() -> None:
    """官方文本：载入规定的正文，逐条与条款清单核对；新旧正文比较，改了的条款牵动哪些规则。"""


@text.command(name="import")
@click.argument("file", type=PATH, metavar="正文")
@rules_options
def take_in(file: Path, asked: RulesAsked) -> None:
    """载入正文（.txt、.docx）：存在政策包里，规则记下它的摘要；逐条与条款清单核对。"""
    from engine.office.official_texts import KEPT, against_rules
    from engine.office.text_import import take_in as taken_in
    from engine.views import official as view
    from engine.views import setting as source

    setting = asked.to_change()
    package = setting.workspace(asked.regulation, asked.as_of).program().package
    try:
        found = taken_in(file, setting.rules, package.id)
    except OSError as error:
        raise Refused(refusal(error), 2) from None
    unmatched = against_rules(found, package)
    kept = f"已载入 {setting.rules / package.id / KEPT}"
    print_lines([kept, *view.imported(found, unmatched), *source.line(setting)])
    raise SystemExit(1 if unmatched.unlisted or unmatched.absent else 0)


@text.command()
@click.argument("old", type=PATH, metavar="旧正文")
@click.argument("new", type=PATH, metavar="[新正文]", required=False)
@rules_options
def diff(old: Path, new: Path | None, asked: RulesAsked) -> None:
    """两份正文哪些条款不同，凭它们的规则、决定、文书。只写一份的，与已载入的正文比。"""
    from engine.office.official_texts import KEPT, meant_text, parsed, read_official
    from engine.policy.official_text import reworded
    from engine.views import official as view
    from engine.views import setting as source

    setting = asked.setting()
    rules = setting.workspace(asked.regulation, asked.as_of)
    package = rules.program().package
    kept, problems = meant_text(setting.rules, rules.library.specs, package.id) if new is None else (None, [])
    if new is None and kept is None:
        message = f"`{setting.rules / package.id / KEPT}` 没有载入，没有可比的正文"
        missing = Problem("E427", message, help="写两份正文；或先用 `guiju text import` 载入")
        raise Refused(problems or missing, 2)
    first = parsed(read_official(old), str(old)) if kept is None else kept.text
    last = old if new is None else new
    found = reworded(first, parsed(read_official(last), str(last)))
    print_lines([*view.compared(found, package), *source.line(setting)])
