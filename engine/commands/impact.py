"""`guiju impact`: who is affected by a change of the rules. Reads arguments and prints."""

from __future__ import annotations

from pathlib import Path

import click

from engine.base.problem import Problem, Refused
from engine.commands.chinese import ChineseCommand
from engine.commands.console import working
from engine.commands.shell import (
    PATH,
    RulesAsked,
    must_exist,
    paint,
    print_json,
    print_lines,
    round_option,
    rules_options,
    today,
)


@click.command(cls=ChineseCommand)
@click.argument("cases", nargs=-1, type=PATH, metavar="[案件…]")
@click.option("--with", "overlays", type=PATH, multiple=True, metavar="文件", help="假设的改动，可以写几个文件。")
@click.option("--before", type=PATH, metavar="文件夹", help="改以前的政策包所在的文件夹，与现在的比较。")
@round_option
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@rules_options
def impact(
    cases: tuple[Path, ...],
    overlays: tuple[Path, ...],
    before: Path | None,
    whole: bool,
    as_json: bool,
    asked: RulesAsked,
) -> None:
    """影响：规则的改动改变了哪些案件、名次、事件记录的结果，哪些用例不再成立。"""
    from engine.intake.history import is_history
    from engine.office.batch import cases_in
    from engine.office.impact import impact as found_by
    from engine.office.impact import load_overlay
    from engine.views import impact as view
    from engine.views import setting as source

    if (before is None) == (not overlays):
        help_ = "写 `--with 改动.yaml`，或 `--before 改以前的文件夹`，二者取一"
        raise Refused(Problem("E908", "没有说明比较什么" if before is None else "两种比较只能取一种", help=help_), 2)
    must_exist(cases)
    setting = asked.setting(cases).draft
    now = setting.workspace(asked.regulation, asked.as_of)
    if before is not None:
        if not before.is_dir():
            help_ = "写改以前的政策包所在的文件夹，如改动以前复制的一份 policies"
            raise Refused(Problem("E901", f"没有文件夹 `{before}`", help=help_), 2)
        old, new = setting.naming(before).workspace(asked.regulation, asked.as_of), now
        title = f"{before} → {now.folder}"
    else:
        patches = [load_overlay(path) for path in overlays]
        old, new = now, now.varied(patches)
        title = "、".join(path.name for path in overlays)
    with working("正在比较"):
        paths = cases_in(cases)
        if whole:
            old, new = (side.in_round(path for path in paths if not is_history(path)) for side in (old, new))
        found = found_by(old, new, paths, today())
    if as_json:
        print_json(view.to_plain(found) | source.to_plain(setting))
    else:
        print_lines(view.text(found, title, source.line(setting), paint))
