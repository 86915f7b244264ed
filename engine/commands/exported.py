"""`guiju export` and `compare`: a case in one file, and two decisions held against each other. Read arguments and print."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.base.problem import Problem, Refused
from engine.commands.chinese import ChineseCommand
from engine.commands.shell import (
    PATH,
    RulesAsked,
    json_option,
    now,
    paint,
    print_json,
    print_lines,
    rules_options,
    tell,
)

if TYPE_CHECKING:
    from engine.decision.model import Case, Decision
    from engine.decision.program import Program


@click.command(cls=ChineseCommand)
@click.argument("case", type=PATH, metavar="案件")
@click.option("--out", type=PATH, metavar="文件", help="写到哪里（默认 案件编号.zip）。")
@click.option("--letters", "places", type=PATH, multiple=True, metavar="文书|文件夹", help="一并装入已出具的文书。")
@rules_options
def export(case: Path, out: Path | None, places: tuple[Path, ...], asked: RulesAsked) -> None:
    """把一个案件装进一个文件：来件、事实、规则、日历、决定、说明、文书，有账本的附证明；别处用 verify 就能重算。"""
    from engine.files.writing import write
    from engine.office.exported import EXPORTED, export, recompute
    from engine.views import setting as source

    setting = asked.setting([case])
    rules = setting.workspace(asked.regulation, asked.as_of)
    ledger = setting.ledger(now, tell)
    with ledger.opened(reading=True) if ledger is not None else nullcontext() as store:
        found = export(rules, case, setting.calendars(), _letters(places), explained, store)
    again = recompute(found.data, "")
    wrong = [check for check in again.checks if check.holds is False]
    if wrong:
        said = "；".join(f"{check.what}不同：{check.said}" for check in wrong)
        help = "案件用到的文件都要在案件的文件夹里"
        raise Refused(Problem("E650", f"装好的文件重算不出同样的决定：{said}", help=help))
    target = out or Path(f"{found.case.id}{EXPORTED}")
    write(target, found.data, (EXPORTED,))
    print_lines([f"已写 {target}：{len(found.parts)} 个文件，{len(found.decisions)} 项决定", *source.line(setting)])


def _letters(places: Sequence[Path]) -> list[Path]:
    from engine.office.verifying import LETTERS

    found = [one for place in places for one in (sorted(place.iterdir()) if place.is_dir() else [place])]
    return [one for one in found if one.suffix.lower() in LETTERS]


def explained(program: Program, case: Case, decisions: Sequence[Decision]) -> str:
    """The explanation that goes with a case: its decisions as Markdown."""
    from engine.views.markdown import document

    return "\n".join(document(case, program.package, decisions)) + "\n"


@click.command(cls=ChineseCommand)
@click.argument("before", type=PATH, metavar="原来的")
@click.argument("after", type=PATH, metavar="现在的")
@json_option
def compare(before: Path, after: Path, as_json: bool) -> None:
    """两次决定差在哪里：结果、理由，以及所据的规则、口径、日历、事实、程序。两边各是 export 写的文件，或 decide --json 的输出。"""
    from engine.office.stored import differing, stored
    from engine.views import compared as view

    found = differing(stored(before), stored(after))
    if as_json:
        print_json([view.plain(one) for one in found])
    else:
        print_lines(view.text(found, paint))
