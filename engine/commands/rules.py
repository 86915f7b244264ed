"""`guiju check`, `test`, `review`, `schema`, `init`: the packages themselves. Read arguments and print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from engine.base.problem import Problem, Refused
from engine.commands.chinese import ChineseCommand, ChineseGroup
from engine.commands.console import working
from engine.commands.shell import (
    PATH,
    RulesAsked,
    determination_option,
    format_option,
    has_solver,
    json_option,
    paint,
    print_json,
    print_lines,
    print_problems,
    rules_options,
    suffix_of,
    today,
)
from engine.files.reading import inside

if TYPE_CHECKING:
    from engine.documents.official import Fault
    from engine.intake.examples import ExampleReport
    from engine.office.setting import Setting
    from engine.office.workspace import Workspace
    from engine.proofs.replies import Reply
    from engine.views.mutants import Tried

_WRITTEN = ("package", "examples", "case", "office")
"""What people write."""
_PRINTED = {
    "decision": "engine.decision.serial",
    "timeline": "engine.procedure.serial",
    "plan": "engine.documents.serial",
    "export": "engine.office.exported",
}
"""What the program writes, and the module that says in which form."""


@click.command(cls=ChineseCommand)
@click.argument("packages", nargs=-1, type=PATH, metavar="[政策包]…")
@rules_options
@format_option
@click.option("--explain", "code", metavar="代码", help="说明一个错误代码。")
@click.option(
    "--deep", is_flag=True, help="没有错误的，再逐条证明：准则能不能达到，结果作不作得出，各条是否矛盾；几分钟。"
)
@click.option(
    "--steps",
    type=click.IntRange(1),
    default=400,
    metavar="万步",
    help="--deep 每个问题求解器最多走几万步（默认 400）。",
)
def check(
    packages: tuple[Path, ...],
    asked: RulesAsked,
    form: str,
    code: str | None,
    deep: bool,
    steps: int,
) -> None:
    """检查政策包：写法、名称、类型、单位、条款、空档与重叠、文书。"""
    from engine.office.check import check_library
    from engine.views import setting as source
    from engine.views.codes import about_code

    if code is not None:
        print_lines(about_code(code))
        return
    setting, chosen = _chosen(packages, asked)
    day, whole = asked.as_of or today(), asked.as_of is None
    with working("正在检查"):
        problems, days = check_library(setting.rules, asked.regulation, day, setting.calendar, chosen, whole=whole)
    found = [p for p in problems if p.is_error]
    replies = _asked_deep(setting, asked, chosen, day, steps) if deep and not found else None
    problems += [problem for reply in replies or () for problem in reply.problems]
    _print_found(problems, form, setting, _deep_plain(replies))
    if form == "text":
        counted = _counted(problems)
        shown = "、".join(day.isoformat() for day in days)
        click.echo(f"检查完毕：{counted}（按 {shown} 的规则）" if days else f"检查完毕：{counted}")
        if replies is not None:
            from engine.views import deep as view

            print_lines(view.text(replies, has_solver()))
        print_lines(source.line(setting))
    raise SystemExit(1 if found else 0)


def _counted(problems: Sequence[Problem]) -> str:
    """How many of each severity; what is to be looked at is no warning."""
    many = Counter(problem.severity for problem in problems)
    open_ = f"，{many['待议']} 个待议" if many["待议"] else ""
    return f"{many['错误']} 个错误，{many['警告']} 个警告{open_}" if problems else "没有问题"


def _asked_deep(setting: Setting, asked: RulesAsked, chosen: Sequence[Path], day: date, steps: int) -> list[Reply]:
    """The answers to every question about the regulations that are meant, by the rules of a day."""
    from engine.office.deep import deep_replies
    from engine.policy.load import regulations

    rules = setting.workspace(asked.regulation, day)
    behind = [rules.regulation_of(path.resolve().name) for path in chosen]
    meant = [asked.regulation] if asked.regulation else behind or regulations(rules.library)
    replies: list[Reply] = []
    with working("正在逐条证明") as heard:
        for key in dict.fromkeys(key for key in meant if key):
            replies += deep_replies(rules.under(key), solver=has_solver(), steps=steps * 10_000, heard=heard)
    return replies


def _deep_plain(replies: list[Reply] | None) -> dict[str, object]:
    if replies is None:
        return {}
    from engine.views import deep as view

    return {"深入检查": view.to_plain(replies, has_solver())}


@click.command(cls=ChineseCommand)
@click.argument("packages", nargs=-1, type=PATH, metavar="[政策包]…")
@click.option("--mutants", "planted", is_flag=True, help="再逐一改错规则的一处，看用例发现不发现；一两分钟。")
@click.option(
    "--accept",
    is_flag=True,
    help="规则改了、不再成立的用例，改成现在的结果，标 待确认；都成立而写 --mutants 的，写进试出的例子，也标 待确认。",
)
@rules_options
@format_option
def test(packages: tuple[Path, ...], planted: bool, accept: bool, asked: RulesAsked, form: str) -> None:
    """运行政策包里的用例，列出没有用例覆盖的规则。"""
    from engine.office.tried import tried
    from engine.views import setting as source
    from engine.views.coverage import examples
    from engine.views.mutants import accepted, mutants, plain, renewed

    setting, chosen = _chosen(packages, asked)
    rules = setting.workspace(asked.regulation, asked.as_of)
    with working("正在运行用例"):
        reports = tried(rules, chosen)
    problems = [problem for found in reports.values() for problem in found.problems]
    failed = any(found.failed for found in reports.values())
    trials, outdated = mutant_trials(reports, rules, chosen) if planted and not failed else ([], [])
    problems += outdated
    again = _renewed(reports) if accept and failed else None
    written = _accept(trials) if accept and trials else {}
    _print_found(problems, form, setting, {"改错": plain(trials)} if planted else {})
    if form == "text":
        wholes = ((rules.under(key).program().package, found) for key, found in reports.items())
        print_lines(examples(wholes, paint) if reports else ["没有用例（在 tests/ 下）"])
        print_lines(["", *mutants(trials, paint)] if trials else ())
        print_lines(accepted(written) if accept and trials else ())
        print_lines(renewed(*again) if again is not None else ())
        print_lines(source.line(setting))
    raise SystemExit(1 if failed or any(p.is_error for p in problems) else 0)


def mutant_trials(
    reports: Mapping[str, ExampleReport], rules: Workspace, chosen: Sequence[Path]
) -> tuple[list[Tried], list[Problem]]:
    """Every small fault of the packages (all, where none is chosen), the example that noticed it, or the case that would;
    arguments that do not hold any more."""
    from engine.office.mutation import Trials, argued, noticed
    from engine.office.proposing import proposals
    from engine.policy.mutants import mutants

    found: list[Tried] = []
    outdated: list[Problem] = []
    for key, report in reports.items():
        program = rules.under(key).program()
        every = list(mutants(program.package))
        meant = [m for m in every if not chosen or (m.span and any(inside(Path(m.span.file), one) for one in chosen))]
        trials = Trials(report, program)
        with working("正在逐一改错") as heard:
            tried, wrong = argued(noticed(trials, meant, heard), report.argued, every)
        outdated += wrong
        with working("正在试出没有用例发现的") as heard:
            proposed = proposals(trials, tried, heard)
        found += [(one, proposed.get(at)) for at, one in enumerate(tried)]
    return found, outdated


def _renewed(reports: Mapping[str, ExampleReport]) -> tuple[dict[str, int], list[str]]:
    from engine.office.renewing import renew

    found = [renew(report) for report in reports.values()]
    return {file: count for written, _ in found for file, count in written.items()}, [
        n for _, left in found for n in left
    ]


def _accept(trials: Sequence[Tried]) -> dict[str, int]:
    from engine.office.proposing import accept

    return accept([proposal for _, proposal in trials if proposal is not None])


def _chosen(packages: Sequence[Path], asked: RulesAsked) -> tuple[Setting, tuple[Path, ...]]:
    """The setting with the folder of the packages named, and these packages (none: all of the folder)."""
    from engine.office.named import named_packages

    setting = asked.said().draft
    folder, chosen = named_packages(packages, asked.policies, setting.rules)
    setting = setting if folder == setting.rules else setting.naming(folder)
    print_problems(setting.remarks())
    return setting, chosen


def _print_found(
    problems: Sequence[Problem], form: str, setting: Setting, more: Mapping[str, object] = MappingProxyType({})
) -> None:
    """Findings in the form asked for; as JSON with the rules they are about, and `more`."""
    from engine.base.report import render_json
    from engine.views import setting as source

    if form == "json":
        print_json(source.to_plain(setting) | {"问题": render_json(problems)} | dict(more))
    else:
        print_problems(problems, form)


@click.command(cls=ChineseCommand)
@click.option(
    "--text", type=PATH, metavar="文件", help="官方文本（.txt、.docx；不写的，用已载入的正文），另查标点、编号和用词。"
)
@click.argument("cases", nargs=-1, type=PATH, metavar="[案件…]")
@click.option(
    "--out", type=PATH, metavar="文件", help="写成公文样式的 .docx 或 .pdf；列出案件的，各种读法对它们的影响一并写明。"
)
@json_option
@rules_options
def review(text: Path | None, cases: tuple[Path, ...], out: Path | None, as_json: bool, asked: RulesAsked) -> None:
    """意见清单：条文的不同理解、未定事项、留给人判断的事项、不能编码的条文、没有后果的义务。"""
    from engine.documents.official import faults_of
    from engine.office.official_texts import meant_text, read_official
    from engine.views import review as view
    from engine.views import setting as source

    setting = asked.setting()
    rules = setting.workspace(asked.regulation, asked.as_of)
    package = rules.program().package
    if text is None:
        kept, problems = meant_text(rules.folder, rules.library.specs, package.id)
        print_problems(problems)
        found = faults_of(kept.words) if kept is not None else None
    else:
        found = faults_of(read_official(text))
    if cases and out is None:
        raise Refused(Problem("E634", "各种读法的影响写在清单的文件里", help="加 `--out 意见清单.docx`，或 .pdf"), 2)
    if out is not None:
        _print_review(out, rules, cases, found, setting)
        return
    if as_json:
        print_json(view.to_plain(package, found) | source.to_plain(setting))
    else:
        print_lines(view.review(package, source.line(setting), paint, text=found))


def _print_review(
    out: Path, rules: Workspace, cases: Sequence[Path], found: Sequence[Fault] | None, setting: Setting
) -> None:
    """The list as an official document."""
    from engine.documents.issue import render
    from engine.files.writing import write
    from engine.intake.history import is_history
    from engine.office.batch import cases_in
    from engine.office.options_tried import options_tried
    from engine.views import setting as source
    from engine.views.review_report import plan

    kind = suffix_of(out, "意见清单", _REVIEWS).removeprefix(".")
    paths = [path for path in cases_in(cases) if not is_history(path)] if cases else []
    with working("正在逐一换成各种读法"):
        effects, counted, unread = options_tried(rules, paths)
    package = rules.program().package
    write(out, render(plan(package, effects, counted, today(), found), kind), _REVIEWS)
    print_lines([f"已写 {out}：{len(package.interpretations)} 个问题，{counted} 个案件", *source.line(setting)])
    print_lines([f"读不出的案件没有算：{'、'.join(unread)}"] if unread else [])


_REVIEWS = (".docx", ".pdf")


@click.command(cls=ChineseCommand)
@click.argument("kind", type=click.Choice([*_WRITTEN, *_PRINTED]), default="package", metavar="[种类]")
@rules_options
def schema(kind: str, asked: RulesAsked) -> None:
    """输出 JSON Schema，供编辑器提示和检查，供程序读结果。
    编辑器用的：package 政策包，examples 用例，case 案件，office 单位设置。
    程序用的：decision 决定，timeline 时间线，plan 文书稿，export 案件导出的目录。"""
    from importlib import import_module

    from engine.policy.schema import case_schema
    from engine.policy.schema import schema as schema_of

    if kind in _PRINTED:
        print_json(import_module(_PRINTED[kind]).schema())
    elif kind == "case":
        print_json(case_schema(asked.setting().workspace(asked.regulation, asked.as_of).program().package))
    else:
        print_json(schema_of(kind))


@click.group(cls=ChineseGroup)
def init() -> None:
    """新建：一个政策包、一份空的案件表，或一份空的事件记录。"""


@init.command("policy")
@click.argument("folder", type=PATH, metavar="文件夹")
def init_policy(folder: Path) -> None:
    """在文件夹里生成一个可以检查、可以试算的政策包，照着改成自己的规定；文件夹名就是包的标识。"""
    from engine.office import new_policy

    written, problems = new_policy.init_policy(folder)
    if problems:
        raise Refused(problems)
    print_lines([*(f"已生成 {path}" for path in written), f"检查：guiju check {folder}；试算：guiju test {folder}"])


@init.command("case")
@click.argument("folder", type=PATH, metavar="文件夹")
@determination_option
@rules_options
def init_case(folder: Path, determination: str | None, asked: RulesAsked) -> None:
    """在文件夹里生成空的案件表：case.yaml 和各台账的 Excel（带下拉选项），按办理的次序分段；写明一项决定的，只问它要的。"""
    from engine.decision.door import unknown_determination
    from engine.intake import forms
    from engine.intake.stages import stages_of
    from engine.views import setting as source

    setting = asked.setting()
    program = setting.workspace(asked.regulation, asked.as_of).program()
    package = program.package
    if determination and (found := unknown_determination(package, determination)):
        raise Refused(found, 2)
    written, problems = forms.init_case(package, folder, package.id, stages_of(program, determination or ""))
    if problems:
        raise Refused(problems)
    print_lines([*(f"已生成 {path}" for path in written), *source.line(setting)])


@init.command("history")
@click.argument("folder", type=PATH, metavar="文件夹")
@rules_options
def init_history(folder: Path, asked: RulesAsked) -> None:
    """在文件夹里生成空的事件记录 events.yaml，注明有哪些事件、各写什么载荷。"""
    from engine.intake import history_form
    from engine.views import setting as source

    setting = asked.setting()
    day = asked.as_of or today()
    written, problems = history_form.init_history(setting.workspace(asked.regulation, day).procedure("", day), folder)
    if problems:
        raise Refused(problems)
    print_lines([f"已生成 {written}", *source.line(setting)])
