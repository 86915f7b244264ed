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
    as_option,
    json_option,
    ledger_of,
    now,
    office_option,
    paint,
    print_json,
    print_lines,
    rules_options,
    tell,
)

if TYPE_CHECKING:
    from engine.decision.case import Case
    from engine.decision.model import Decision
    from engine.decision.program import Program


@click.command(cls=ChineseCommand)
@click.argument("case", type=PATH, metavar="案件")
@click.option("--out", type=PATH, metavar="文件", help="写到哪里（默认 案件编号.zip）。")
@click.option("--letters", "places", type=PATH, multiple=True, metavar="文书|文件夹", help="一并装入已出具的文书。")
@click.option("--round", "whole", is_flag=True, help="同一文件夹里的全部案件与它是同一批，一并装入。")
@as_option
@rules_options
def export(
    case: Path, out: Path | None, places: tuple[Path, ...], whole: bool, person: str | None, asked: RulesAsked
) -> None:
    """把一个案件装进一个文件：来件、事实、规则、日历、决定、说明、文书，有账本的附证明；别处用 verify 就能重算。"""
    from engine.files.writing import write
    from engine.office.exported import EXPORTED, export, recompute, record
    from engine.office.office_file import by_whom
    from engine.views import setting as source

    setting = asked.setting([case])
    rules = setting.workspace(asked.regulation, asked.as_of)
    ledger = setting.ledger(now, tell)
    by = by_whom(setting.office, person, ("导出账本",)) if ledger is not None else None
    with ledger.opened(reading=True) if ledger is not None else nullcontext() as store:
        round_ = _around(case) if whole else ()
        found = export(rules, case, setting.calendars(), _letters(places), explained, store, round_)
    again = recompute(found.data, "")
    wrong = [check for check in again.checks if check.holds is False]
    if wrong:
        said = "；".join(f"{check.what}不同：{check.said}" for check in wrong)
        help = "案件用到的文件都要在案件的文件夹里"
        raise Refused(Problem("E650", f"装好的文件重算不出同样的决定：{said}", help=help))
    target = out or Path(f"{found.case.id}{EXPORTED}")
    write(target, found.data, (EXPORTED,))
    if ledger is not None and by is not None:
        record(ledger, found, by)
    print_lines([f"已写 {target}：{len(found.parts)} 个文件，{len(found.decisions)} 项决定", *source.line(setting)])


def _around(case: Path) -> Sequence[Path]:
    """The cases in the folder that holds the folder of `case`, itself among them."""
    from engine.files.reading import folder_at
    from engine.intake.history import is_history
    from engine.office.batch import cases_in

    return [one for one in cases_in([folder_at(case).resolve().parent]) if not is_history(one)]


def _letters(places: Sequence[Path]) -> list[Path]:
    from engine.office.verifying import LETTERS

    found = [one for place in places for one in (sorted(place.iterdir()) if place.is_dir() else [place])]
    return [one for one in found if one.suffix.lower() in LETTERS]


def explained(program: Program, case: Case, decisions: Sequence[Decision]) -> str:
    """The explanation that goes with a case: its decisions as Markdown."""
    from engine.views.markdown import document

    return "\n".join(document(case, program.package, decisions)) + "\n"


@click.command(cls=ChineseCommand)
@click.argument("subjects", nargs=-1, required=True, metavar="原来的 现在的|案件编号")
@json_option
@office_option
def compare(subjects: tuple[str, ...], as_json: bool, office: Path | None) -> None:
    """两次决定差在哪里：结果、理由，以及所据的规则、口径、日历、事实、程序。两边各是 export 写的文件，或 decide --json 的输出；
    只写一个案件编号的，从账本逐次比较重新作出的决定。"""
    from engine.office.stored import differing, history, stored
    from engine.views import compared as view

    if len(subjects) > 2:
        raise click.UsageError("写两个文件，或者一个案件编号")
    if len(subjects) == 2:
        found = differing(*(stored(Path(subject)) for subject in subjects))
    else:
        with ledger_of(RulesAsked(office, None, None, None).said()).opened(reading=True) as store:
            found = history(store, subjects[0])
    if as_json:
        print_json([view.to_plain(one) for one in found])
    else:
        print_lines(view.text(found, paint) if found else ["各项决定都只作出过一次。"])
