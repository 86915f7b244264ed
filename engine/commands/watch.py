"""`guiju watch`: what of the rules is getting old. Reads arguments and prints."""

from __future__ import annotations

from pathlib import Path

import click

from engine.commands.chinese import ChineseCommand
from engine.commands.console import working
from engine.commands.shell import PATH, RulesAsked, json_option, paint, print_json, print_lines, rules_options, today


@click.command(cls=ChineseCommand)
@click.argument("cases", nargs=-1, type=PATH, metavar="[案件…]")
@json_option
@rules_options
def watch(cases: tuple[Path, ...], as_json: bool, asked: RulesAsked) -> None:
    """规则体检：有效期、放假安排、参数的值、正文、引用的规范，哪些快过时，牵动哪些规则、在办案件和文书。"""
    from engine.office.batch import cases_in
    from engine.office.watching import watch as watched
    from engine.views import setting as source
    from engine.views import watching as view

    setting = asked.setting(cases)
    rules = setting.workspace(asked.regulation)
    day = asked.as_of or today()
    with working("正在体检"):
        found = watched(rules, cases_in(cases) if cases else [], day)
    if as_json:
        print_json(view.to_plain(found) | source.to_plain(setting))
    else:
        print_lines([*view.text(found, paint), *source.line(setting)])
    raise SystemExit(1 if found.found or found.unread else 0)
