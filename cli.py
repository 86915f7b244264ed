"""guiju 的命令。 Commands only: they read arguments, call the engine and print; no logic lives here.

Results go to stdout, diagnostics to stderr. Exit codes: 0 fine (a refusal is a valid decision), 1 findings about the
input, 2 usage or environment. Slow imports happen inside the commands, so that `--help` is instant.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.base.problem import Problem, Refused
from engine.base.version import VERSION
from engine.commands import Shell, add_commands
from engine.impact.command import add_impact
from engine.issuing import add_issue
from engine.usage import ChineseGroup

if TYPE_CHECKING:
    from engine.decision.model import Case, Decision
    from engine.decision.program import Program
    from engine.workspace import Workspace

ROOT = Path(__file__).resolve().parent
BEIJING = timezone(timedelta(hours=8))
_COLOURS = {"good": "green", "bad": "red", "open": "yellow", "faint": "bright_black", "strong": "cyan"}


def _today() -> date:
    """The only clock there is: decisions take their day as an input, this is merely its default."""
    return datetime.now(BEIJING).date()


def _colour(stream: Any) -> bool:
    return bool(getattr(stream, "isatty", lambda: False)()) and not os.environ.get("NO_COLOR")


def _paint(text: str, role: str) -> str:
    return click.style(text, fg=_COLOURS.get(role)) if _colour(sys.stdout) else text


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line, color=_colour(sys.stdout))


def _json(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _report(problems: Sequence[Problem], form: str = "text") -> None:
    """Diagnostics on stderr, with the source lines they point at; as JSON or GitHub annotations where asked."""
    from engine.base.report import render_github, render_json, render_text
    from engine.policy.sources import quoted_sources

    if form == "json":
        _json(render_json(problems))
    elif form == "github":
        text = render_github(problems)
        click.echo(text, nl=bool(text) and not text.endswith("\n"))
    elif problems:
        click.echo(render_text(problems, quoted_sources(problems), color=_colour(sys.stderr)).rstrip("\n"), err=True)


def _own(name: str) -> Path:
    """A folder this program came with, as short as it can be written from here."""
    folder = ROOT / name
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder


def _policies(path: Path | None) -> Path:
    """The packages' folder: the one named, ./policies, or the one this program came with."""
    if path is not None:
        return path
    here = Path("policies")
    return here if here.is_dir() else _own("policies")


def _workspace(folder: Path | None, regulation: str | None, as_of: date | None) -> Workspace:
    from engine.workspace import Workspace

    return Workspace(_policies(folder), _today(), regulation, as_of)


def _case(rules: Workspace, path: Path, *, quiet: bool = False) -> tuple[Program, Case]:
    """A case with its rules; remarks about its files go to stderr."""
    program, case, remarks = rules.case(path)
    if not quiet:
        _report(remarks)
    return program, case


class _Date(click.ParamType[date]):
    name = "日期"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"`{value}` 不是日期，写作 2026-01-15", param, ctx)


DATE = _Date()
PATH = click.Path(path_type=Path)
policies_option = click.option("--policies", type=PATH, metavar="文件夹", help="政策包所在的文件夹。")
regulation_option = click.option("--regulation", metavar="标识", help="用哪个规范（有几个时）。")
as_of_option = click.option("--as-of", type=DATE, metavar="日期", help="按哪一天的规则。")
format_option = click.option(
    "--format", "form", type=click.Choice(["text", "json", "github"]), default="text", help="输出形式。"
)
json_option = click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
determination_option = click.option("-d", "--determination", metavar="决定", help="只看这一项决定。")


def rules_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options every command that reads packages has."""
    return policies_option(regulation_option(as_of_option(command)))


@click.group(cls=ChineseGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(VERSION, "-V", "--version", message="guiju %(version)s", help="显示版本。")
def main() -> None:
    """规矩：用文本写成的规定来办案，逐条说明理由，写出文书。"""


@main.command()
@click.argument("packages", nargs=-1, type=PATH, metavar="[政策包]…")
@rules_options
@format_option
@click.option("--explain", "code", metavar="代码", help="说明一个错误代码。")
def check(
    packages: tuple[Path, ...],
    policies: Path | None,
    regulation: str | None,
    as_of: date | None,
    form: str,
    code: str | None,
) -> None:
    """检查政策包：写法、名称、类型、单位、条款、空档与重叠、文书。"""
    from engine.check import check_library, within
    from engine.named import named_packages
    from engine.views.codes import about_code

    if code is not None:
        _print(about_code(code))
        return
    folder, chosen = named_packages(packages, policies, _policies(policies))
    problems, days = check_library(folder, regulation, as_of or _today(), whole=as_of is None)
    if chosen:
        problems = within(problems, chosen)
    _report(problems, form)
    found = [p for p in problems if p.is_error]
    if form == "text":
        counted = f"{len(found)} 个错误，{len(problems) - len(found)} 个警告" if problems else "没有问题"
        shown = "、".join(day.isoformat() for day in days)
        click.echo(f"检查完毕：{counted}（按 {shown} 的规则）" if days else f"检查完毕：{counted}")
    raise SystemExit(1 if found else 0)


@main.command()
@click.argument("packages", nargs=-1, type=PATH, metavar="[政策包]…")
@rules_options
@format_option
def test(
    packages: tuple[Path, ...], policies: Path | None, regulation: str | None, as_of: date | None, form: str
) -> None:
    """运行政策包里的用例，列出没有用例覆盖的规则。"""
    from engine.intake.examples import Report, run_examples
    from engine.named import named_packages
    from engine.views.coverage import coverage, procedure_coverage

    folder, chosen = named_packages(packages, policies, _policies(policies))
    rules = _workspace(folder, regulation, as_of)
    chosen = chosen or tuple(folder / key for key in rules.library.specs)
    report = Report()
    for package in chosen:
        run_examples(package / "tests", lambda day: rules.program(day=day), report)
    _report(report.problems, form)
    if form == "text" and not report.passed + report.failed:
        click.echo("没有用例（在 tests/ 下）")
    elif form == "text":
        whole = rules.program().package
        _print(coverage(report.coverage, whole, _paint))
        _print(procedure_coverage(report.procedure, whole.procedure, _paint) if whole.procedure else ())
        click.echo(f"用例 {report.passed} 个通过，{report.failed} 个失败")
    raise SystemExit(1 if report.failed or any(p.is_error for p in report.problems) else 0)


@main.command()
@click.argument("cases", nargs=-1, required=True, type=PATH, metavar="案件…")
@determination_option
@click.option("-a", "--all", "every", is_flag=True, help="也展开已满足的准则。")
@json_option
@click.option("--markdown", is_flag=True, help="输出 Markdown。")
@rules_options
def decide(
    cases: tuple[Path, ...],
    determination: str | None,
    every: bool,
    as_json: bool,
    markdown: bool,
    policies: Path | None,
    regulation: str | None,
    as_of: date | None,
) -> None:
    """就一个案件作出规定所及的各项决定；多个案件配择优名称则排序。"""
    if as_json and markdown:
        raise click.UsageError("`--json` 和 `--markdown` 只能写一个")
    from engine.decision.serial import case_plain
    from engine.views import decision as text
    from engine.views.markdown import document

    rules = _workspace(policies, regulation, as_of)
    loaded = [_case(rules, path, quiet=as_json) for path in cases]
    if determination and determination in loaded[0][0].package.rankings:
        _ranking(loaded, determination, as_json)
        return
    plain = []
    for number, (program, case) in enumerate(loaded):
        decisions = _decisions(program, case, determination)
        if as_json:
            plain.append(case_plain(program.package, case, decisions))
        elif markdown:
            _print(document(case, program.package, decisions))
        else:
            _print([""] if number else [])
            _print(text.case_report(case, program.package, decisions, _paint, every=every, single=bool(determination)))
    if as_json:
        _json(plain[0] if len(plain) == 1 else plain)


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


def _ranking(loaded: Sequence[tuple[Program, Case]], name: str, as_json: bool) -> None:
    from engine.decision.ranking import rank
    from engine.views import ranking

    result = rank(loaded[0][0], [case for _program, case in loaded], name)
    if as_json:
        _json(result.plain())
    else:
        _print(ranking.text(result, _paint))


@main.command()
@click.argument("subject", metavar="案件|文书#段号|名称|条款|代码")
@click.option("--paragraph", type=int, metavar="段号", help="文书的第几段（同 文书#段号）。")
@click.option("--case", "origins", type=PATH, multiple=True, metavar="案件", help="文书的案件：查出各段的数值和出处。")
@determination_option
@rules_options
def explain(
    subject: str,
    paragraph: int | None,
    origins: tuple[Path, ...],
    determination: str | None,
    policies: Path | None,
    regulation: str | None,
    as_of: date | None,
) -> None:
    """说明：案件为什么这样决定、什么会改变它；文书的一段凭什么这样写；一个名称、条款、代码的含义。"""
    from engine.documents.embedded import pointed
    from engine.views import decision as text
    from engine.views import explanation
    from engine.views.about import about
    from engine.views.codes import about_code, is_code
    from engine.views.trace import explain_letter

    if is_code(subject):
        _print(about_code(subject))
        return
    letter = pointed(subject, paragraph)
    if letter is not None:
        from engine.documents.recounted import from_cases

        def load(day: date) -> list[tuple[Program, Case]]:
            rules = _workspace(policies, regulation, as_of or day)
            return [_case(rules, origin) for origin in origins]

        found_in = from_cases(load) if origins else None
        _print(explain_letter(*letter, _paint, found_in))
        return
    if origins:
        raise Refused(
            Problem("E653", f"`{subject}` 不是文书，用不上 `--case`", help="写作 `文书.docx#3 --case 案件`"), 2
        )
    rules = _workspace(policies, regulation, as_of)
    if Path(subject).exists():
        program, case = _case(rules, Path(subject))
        _print([*text.heading(case, program.package), ""])
        for found in _decisions(program, case, determination):
            if determination or found.outcome != "不适用":
                _print([*explanation.explain(found, _paint), ""])
        return
    lines = about(rules.program().package, subject)
    if lines is None:
        raise Refused(Problem("E905", f"`{subject}` 不是案件、名称、条款或错误代码", help=_similar(rules, subject)), 2)
    _print(lines)


def _similar(rules: Workspace, subject: str) -> str | None:
    from engine.base.text import did_you_mean
    from engine.views.about import subjects

    if os.sep in subject:
        return f"没有文件夹 `{subject}`"
    return did_you_mean(subject, subjects(rules.program().package))


@main.command()
@json_option
@rules_options
def review(as_json: bool, policies: Path | None, regulation: str | None, as_of: date | None) -> None:
    """意见清单：条文的不同理解、未定事项、留给人判断的事项、不能编码的条文。"""
    from engine.views import review as view

    package = _workspace(policies, regulation, as_of).program().package
    if as_json:
        _json(view.plain(package))
    else:
        _print(view.review(package, _paint))


@main.command()
@click.argument("kind", type=click.Choice(["package", "examples", "case"]), default="package", metavar="[种类]")
@rules_options
def schema(kind: str, policies: Path | None, regulation: str | None, as_of: date | None) -> None:
    """输出 JSON Schema，供编辑器提示和检查（package 政策包，examples 用例，case 案件）。"""
    from engine.policy.schema import case_schema
    from engine.policy.schema import schema as schema_of

    if kind == "case":
        _json(case_schema(_workspace(policies, regulation, as_of).program().package))
    else:
        _json(schema_of(kind))


@main.group(cls=ChineseGroup)
def init() -> None:
    """新建：一份空的案件表。"""


@init.command("case")
@click.argument("folder", type=PATH, metavar="文件夹")
@rules_options
def init_case(folder: Path, policies: Path | None, regulation: str | None, as_of: date | None) -> None:
    """在文件夹里生成空的案件表：case.yaml 和各台账的 Excel（带下拉选项）。"""
    from engine.intake import forms

    package = _workspace(policies, regulation, as_of).program().package
    written, problems = forms.init_case(package, folder, package.id)
    if problems:
        raise Refused(problems)
    _print(f"已生成 {path}" for path in written)


@main.command()
@json_option
def doctor(as_json: bool) -> None:
    """看这台机器缺什么（Pango、字体、编译器……），怎样补上。"""
    from dataclasses import asdict

    from engine.doctor import examine, healthy

    findings = examine()
    if as_json:
        _json([asdict(f) for f in findings])
    else:
        from engine.views.doctor import text

        _print(text(findings, _paint))
    raise SystemExit(0 if healthy(findings) else 2)


@main.command()
@click.option("--out", type=PATH, default=Path("out"), metavar="文件夹", help="文书写到哪里（默认 out）。")
def demo(out: Path) -> None:
    """演示：就 fixtures/ 里的各个案件作出决定，写出文书。"""
    from engine.demo import demonstrate

    _print(demonstrate(_own("policies"), _own("fixtures"), out, _today(), _paint))


_SHELL = Shell(_today, _paint, _print, _json, _report, _workspace, DATE)
add_commands(main, _SHELL)
add_issue(main, _SHELL, rules_options)
add_impact(main, _SHELL, rules_options)


def run() -> None:
    """Entry point: whatever goes wrong becomes a problem in Chinese and an exit code, never a traceback."""
    gc.set_threshold(100_000)  # a command is short: the usual collections, one in 700 objects, take a tenth of its time
    # pydantic looks for plugins in every installed distribution at import: a tenth of a cold start, and we have none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        main(prog_name="guiju", standalone_mode=False)
    except Refused as refused:
        _report(refused.problems)
        raise SystemExit(refused.exit_code) from None
    except click.ClickException as error:
        from engine.usage import chinese_error

        click.echo(chinese_error(error), err=True)
        raise SystemExit(2) from None
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断", err=True)
        raise SystemExit(2) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
    except OSError as error:
        if os.environ.get("GUIJU_DEBUG"):
            raise
        from engine.policy.sources import refusal

        _report([refusal(error)])
        raise SystemExit(2) from None
    except Exception as error:
        if os.environ.get("GUIJU_DEBUG"):
            raise
        message = f"程序内部错误：{type(error).__name__}：{error}"
        _report([Problem("E999", message, help="设 GUIJU_DEBUG=1 重新运行，把输出交给维护者")])
        raise SystemExit(2) from None


if __name__ == "__main__":
    run()
