"""`guiju decide` and `explain`: a case decided; a decision, a letter, a name explained. Read arguments and print."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.base.problem import Problem, Refused, errors
from engine.commands.chinese import ChineseCommand
from engine.commands.recorded import Recording
from engine.commands.shell import (
    PATH,
    RulesAsked,
    as_option,
    cases_behind,
    determination_option,
    in_round,
    json_option,
    paint,
    print_json,
    print_lines,
    print_problems,
    read_case,
    round_option,
    rules_options,
)
from engine.files.used import Used, noting

if TYPE_CHECKING:
    from engine.decision.case import Case
    from engine.decision.model import Decision
    from engine.decision.program import Program
    from engine.decision.ranking import RankingResult
    from engine.office.setting import Setting
    from engine.office.workspace import Workspace
    from engine.policy.package import Package


@click.command(cls=ChineseCommand)
@click.argument("cases", nargs=-1, required=True, type=PATH, metavar="案件…")
@determination_option
@round_option
@click.option("-a", "--all", "every", is_flag=True, help="也展开已满足的准则。")
@json_option
@click.option("--markdown", is_flag=True, help="输出 Markdown。")
@click.option("--record", is_flag=True, help="把决定、排序和它们所凭的一切记入单位的账本。")
@as_option
@rules_options
def decide(
    cases: tuple[Path, ...],
    determination: str | None,
    whole: bool,
    every: bool,
    as_json: bool,
    markdown: bool,
    record: bool,
    person: str | None,
    asked: RulesAsked,
) -> None:
    """就一个案件作出规定所及的各项决定；多个案件配择优名称则排序。"""
    if as_json and markdown:
        raise click.UsageError("`--json` 和 `--markdown` 只能写一个")
    from engine.decision.round import rank
    from engine.views import decision as text
    from engine.views import setting as source

    setting = asked.setting(cases)
    recording = Recording(setting, person) if record else None
    rules = setting.workspace(asked.regulation, asked.as_of)
    rules, cases = in_round(rules, cases, whole)
    loaded: list[tuple[Program, Case]] = []
    files: list[Used] = []
    for path in cases:
        with noting() as used:
            loaded.append(read_case(rules, path, quiet=as_json))
        files.append(used)
    if determination and determination in loaded[0][0].package.rankings:
        result = rank(loaded[0][0], [case for _, case in loaded], determination)
        if recording is not None:
            program = loaded[0][0]
            for (_, case), used, path in zip(loaded, files, cases, strict=True):
                recording.add(rules, program.package, case, (), used, path)
            recording.ranked(program, result, [case for _, case in loaded])
        _print_ranking(result, setting, as_json)
        return
    made = [(program, case, _decisions(program, case, determination)) for program, case in loaded]
    if recording is not None:  # before anything is printed: whoever reads may stop reading, which ends the command
        for (program, case, decisions), used, path in zip(made, files, cases, strict=True):
            recording.add(rules, program.package, case, decisions, used, path)
        recording.done()
    plain = []
    for number, (program, case, decisions) in enumerate(made):
        if as_json:
            from engine.decision.serial import case_plain

            plain.append(case_plain(program.package, case, decisions) | source.to_plain(setting))
        elif markdown:
            from engine.views.markdown import document

            print_lines(document(case, program.package, decisions, source.line(setting)))
        else:
            print_lines([""] if number else [])
            named, single = source.line(setting), bool(determination)
            print_lines(text.case_report(case, program.package, decisions, named, paint, every=every, single=single))
    if as_json:
        print_json(plain[0] if len(plain) == 1 else plain)


def _decisions(program: Program, case: Case, determination: str | None) -> list[Decision]:
    from engine.base.text import did_you_mean
    from engine.decision.decide import decide, decide_all

    if determination is None:
        return list(decide_all(program, case))
    known = program.package.determinations
    if determination not in known:
        named = (*known, *program.package.rankings)
        help_ = did_you_mean(determination, named) or f"有 {'、'.join(named)}"
        raise Refused(Problem("E904", f"没有决定 `{determination}`", help=help_), 2)
    return [decide(program, case, determination)]


def _print_ranking(result: RankingResult, setting: Setting, as_json: bool) -> None:
    from engine.views import ranking
    from engine.views import setting as source

    if as_json:
        print_json(result.to_plain() | source.to_plain(setting))
    else:
        print_lines([*ranking.text(result, paint), *source.line(setting)])


@click.command(cls=ChineseCommand)
@click.argument("subject", metavar="案件|文书#段号|名称|条款|代码")
@click.option("--paragraph", type=int, metavar="段号", help="文书的第几段（同 文书#段号）。")
@click.option("--case", "origins", type=PATH, multiple=True, metavar="案件", help="文书的案件：查出各段的数值和出处。")
@click.option("--round", "whole", is_flag=True, help="同一文件夹里的全部案件与它是同一批。")
@determination_option
@rules_options
def explain(
    subject: str,
    paragraph: int | None,
    origins: tuple[Path, ...],
    whole: bool,
    determination: str | None,
    asked: RulesAsked,
) -> None:
    """说明：案件为什么这样决定、什么会改变它；文书的一段凭什么这样写；一个名称、条款、代码的含义。"""
    from engine.decision.undoing import find_undoing
    from engine.documents.embedded import pointed
    from engine.files.reading import folder_at
    from engine.views import decision as text
    from engine.views import explanation
    from engine.views import setting as source
    from engine.views.about import about
    from engine.views.codes import about_code, is_code

    if is_code(subject):
        print_lines(about_code(subject))
        return
    letter = pointed(subject, paragraph)
    if letter is not None:
        print_lines(_letter_explained(letter, origins, asked, whole))
        return
    if origins:
        raise Refused(
            Problem("E653", f"`{subject}` 不是文书，用不上 `--case`", help="写作 `文书.docx#3 --case 案件`"), 2
        )
    path = Path(subject)
    setting = asked.setting([path] if path.exists() else ())
    rules = setting.workspace(asked.regulation, asked.as_of)
    if path.exists():
        rules, _ = in_round(rules, (folder_at(path).resolve().parent,), whole)
        program, case, remarks = rules.case(path, tolerant=True)
        print_problems(remarks)
        decisions = _decisions(program, case, determination)
        print_lines([*text.heading(case, program.package, decisions), *source.line(setting), ""])
        for found in decisions:
            if determination or found.outcome != "不适用":
                undoing = find_undoing(program, case, found)
                print_lines([*explanation.explain(found, paint, undoing=undoing), ""])
        if errors(remarks):
            print_lines(["案卷里有读不懂的地方，以上把它们当作待查；改正后才能 decide 和 issue。"])
            raise SystemExit(1)
        return
    lines = about(rules.program().package, subject, wording=_wording(rules, rules.program().package, subject))
    if lines is None:
        raise Refused(Problem("E905", f"`{subject}` 不是案件、名称、条款或错误代码", help=_similar(rules, subject)), 2)
    print_lines([*lines, *text.labelled("规则", source.named(setting))])


def _wording(rules: Workspace, package: Package, subject: str) -> str:
    """What the official text says there, where the office has loaded it; that it is another one is told, and none quoted."""
    from engine.office.official_texts import meant_text

    if subject not in package.clauses:
        return ""
    kept, problems = meant_text(rules.folder, rules.library.specs, package.id)
    print_problems(problems)
    return kept.text.wording(subject) if kept is not None else ""


def _letter_explained(
    letter: tuple[Path, int | None], origins: Sequence[Path], asked: RulesAsked, whole: bool
) -> list[str]:
    """What a letter's paragraphs rest on; with its cases also the values behind them."""
    from engine.documents.recounted import from_cases
    from engine.views import setting as source
    from engine.views.trace import explain_letter

    if not origins:
        return list(explain_letter(*letter, paint, None))
    setting = asked.setting(origins)

    return [
        *explain_letter(*letter, paint, from_cases(cases_behind(origins, setting, asked, whole))),
        *source.line(setting),
    ]


def _similar(rules: Workspace, subject: str) -> str | None:
    from engine.base.text import did_you_mean
    from engine.views.about import subjects

    if os.sep in subject:
        return f"没有文件夹 `{subject}`"
    return did_you_mean(subject, subjects(rules.program().package))
