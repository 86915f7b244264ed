"""What every command uses: the one clock, colours and printing, the usual options, and where packages are (edge)."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.base.calendar import BEIJING
from engine.base.classes import dataclass
from engine.base.home import SHARED
from engine.base.problem import Problem, Refused
from engine.base.text import date_written
from engine.commands.console import as_json, safe

if TYPE_CHECKING:
    from engine.decision.case import Case
    from engine.decision.program import Program
    from engine.office.ledger import Ledger
    from engine.office.setting import Setting
    from engine.office.verifying import Cases
    from engine.office.workspace import Workspace
    from engine.record.place import LedgerPlace

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_PAINTED = re.compile("(\x1b\\[[0-9;]{0,8}m)")
_COLOURS = {"good": "green", "bad": "red", "open": "yellow", "faint": "bright_black", "strong": "cyan"}


def now() -> datetime:
    """The only clock there is. Decisions take their day as an input; entries of a ledger say when they were made."""
    return datetime.now(BEIJING)


def today() -> date:
    """The day where none is said."""
    return now().date()


def _colour(stream: Any) -> bool:
    return bool(getattr(stream, "isatty", lambda: False)()) and not os.environ.get("NO_COLOR")


def paint(text: str, role: str) -> str:
    """The text in the colour of its role, where standard output shows colours."""
    return click.style(text, fg=_COLOURS.get(role)) if _colour(sys.stdout) else text


def print_lines(lines: Iterable[str]) -> None:
    """Lines to standard output, without what would steer a terminal."""
    for line in lines:
        click.echo(_safe(line), color=_colour(sys.stdout))


def _safe(line: str) -> str:
    """`line` with every hidden character escaped, but for our own colours: names of files and folders may hold any."""
    return "".join(part if _PAINTED.fullmatch(part) else safe(part) for part in _PAINTED.split(line))


def print_json(data: object) -> None:
    """Data to standard output as JSON."""
    click.echo(as_json(data))


def print_problems(problems: Sequence[Problem], form: str = "text", texts: Mapping[str, str] | None = None) -> None:
    """Diagnostics on stderr, with the source lines they point at; as GitHub annotations where asked. `texts`: of files
    that do not say yet what the problems are about."""
    from engine.base.report import render_github, render_text
    from engine.policy.sources import quoted_sources

    if form == "github":
        text = render_github(problems)
        click.echo(text, nl=bool(text) and not text.endswith("\n"))
    elif problems:
        click.echo(
            render_text(problems, quoted_sources(problems) | dict(texts or {}), color=_colour(sys.stderr)).rstrip("\n"),
            err=True,
        )


def own(name: str) -> Path:
    """A folder this program came with, as short as it can be written from here."""
    folder = SHARED / name
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder


@dataclass(frozen=True, slots=True)
class RulesAsked:
    """What the usual options say: which rules, of which day; None where an option is not written."""

    office: Path | None
    policies: Path | None
    regulation: str | None
    as_of: date | None

    def setting(self, cases: Iterable[Path] = ()) -> Setting:
        """What holds for this run. What lies nearby, or beside the cases, and is not used is told on stderr."""
        found = self.said()
        print_problems(found.remarks(cases))
        return found

    def said(self) -> Setting:
        """The same, and nothing told."""
        from engine.office.setting import settled

        return settled(own("policies"), today(), self.office, self.policies)

    def to_change(self) -> Setting:
        """The same, with rules that somebody named. Refused (E937): the program's own are not changed by the way."""
        found = self.setting()
        if found.office is None and self.policies is None:
            help = f"用 `--policies 文件夹` 指明，例如 `--policies {found.rules}`"
            raise Refused(Problem("E937", "没有指明改哪个文件夹里的规则", help=help), 2)
        return found.draft


def tell(problem: Problem) -> None:
    """One remark on stderr, while a command is at work."""
    print_problems([problem])


def print_remark(line: str) -> None:
    """A line about what was done besides the result: on stderr, so that the result can be read by a program."""
    click.echo(_safe(line), err=True)


def ledger_of(setting: Setting) -> Ledger:
    """The office's ledger. Refused (exit code 2): E927 it keeps none."""
    found = setting.ledger(now, tell)
    if found is None:
        where = f"`{setting.office.file}` 里没有写 `账本`" if setting.office else "没有指明单位设置"
        lying = (remark.help for remark in setting.remarks() if remark.code == "W911" and not setting.office)
        help = next(lying, "用 `--office 文件` 指明，在其中写 `账本: 路径`")
        raise Refused(Problem("E927", f"没有账本：{where}", help=help), 2)
    return found


def read_case(rules: Workspace, path: Path, *, quiet: bool = False) -> tuple[Program, Case]:
    """A case with its rules; remarks about its files go to stderr."""
    program, case, remarks = rules.case(path)
    if not quiet:
        print_problems(remarks)
    return program, case


def must_exist(paths: Iterable[Path]) -> None:
    """Refused: E101 every path at which there is nothing."""
    if gone := [path for path in paths if not path.exists()]:
        raise Refused([Problem("E101", f"找不到文件 `{path}`", help="检查路径和文件名") for path in gone])


def suffix_of(file: Path, what: str, suffixes: Sequence[str]) -> str:
    """The suffix of a file to be written, one of `suffixes`. Refused (exit code 2): E634 `what` cannot be written so."""
    suffix = file.suffix.lower()
    if suffix not in suffixes:
        raise Refused(Problem("E634", f"{what}不能写成 `{file.name}`", help=f"写作 {' 或 '.join(suffixes)}"), 2)
    return suffix


def has_solver() -> bool:
    """Whether the solver that proves is installed."""
    from importlib.util import find_spec

    return find_spec("z3") is not None


def in_round(rules: Workspace, paths: tuple[Path, ...], whole: bool) -> tuple[Workspace, tuple[Path, ...]]:
    """Rules and cases as asked for; as the `whole` of a round the cases in a folder too."""
    if not whole:
        return rules, paths
    from engine.office.batch import cases_in

    found = tuple(cases_in(paths))
    return rules.in_round(found), found


def cases_behind(origins: Sequence[Path], setting: Setting, asked: RulesAsked, whole: bool = False) -> Cases:
    """The cases a letter comes from, read under the rules of its day unless another day was asked for; with those in their
    folders as the `whole` of a round."""

    from engine.files.reading import folder_at

    def load(day: date) -> list[tuple[Program, Case]]:
        around = tuple(dict.fromkeys(folder_at(origin).resolve().parent for origin in origins))
        rules, _ = in_round(setting.workspace(asked.regulation, asked.as_of or day), around, whole)
        return [read_case(rules, origin) for origin in origins]

    return load


class _Date(click.ParamType[date]):
    name = "日期"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            if not _DAY.fullmatch(str(value)):
                raise ValueError(value)
            return date.fromisoformat(str(value))
        except ValueError:
            written = date_written(str(value)) or "2026-01-15"
            self.fail(f"`{value}` 不是日期，写作 {written}", param, ctx)


class _Place(click.ParamType[Any]):
    """A path, or the URL of a database."""

    name = "路径"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> LedgerPlace:
        from engine.office.ledger import place_said

        return place_said(str(value))


class _Url(_Place):
    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        found = super().convert(value, param, ctx)
        return found if isinstance(found, str) else self.fail("写作 postgresql://管理员@主机/库名", param, ctx)


DATE = _Date()
PATH = click.Path(path_type=Path)
PLACE = _Place()
URL = _Url()
office_option = click.option("--office", type=PATH, envvar="GUIJU_OFFICE", metavar="文件", help="单位设置。")
as_option = click.option("--as", "person", metavar="姓名", help="由谁来办（单位设置里的人）。")
policies_option = click.option("--policies", type=PATH, metavar="文件夹", help="政策包所在的文件夹。")
regulation_option = click.option(
    "--regulation", metavar="标识", help="用哪个规范（有几个时；状态为示例的不写就不用）。"
)
as_of_option = click.option("--as-of", type=DATE, metavar="日期", help="按哪一天的规则。")
until_option = click.option("--as-of", type=DATE, metavar="日期", help="看到哪一天为止（默认今天）。")
format_option = click.option(
    "--format", "form", type=click.Choice(["text", "json", "github"]), default="text", help="输出形式。"
)
json_option = click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
round_option = click.option(
    "--round", "whole", is_flag=True, help="所列案件（或文件夹里的全部案件）是同一批：同批的记录由它们一起得出。"
)
determination_option = click.option("-d", "--determination", metavar="决定", help="只看这一项决定。")


def rules_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options every command that reads packages has; the command takes them as one argument, `asked`."""
    return office_option(policies_option(regulation_option(as_of_option(_asking(command)))))


def history_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The same for commands about histories, which look at a day."""
    return office_option(policies_option(regulation_option(until_option(_asking(command)))))


def _asking(command: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(command)
    def run(
        *args: Any,
        office: Path | None,
        policies: Path | None,
        regulation: str | None,
        as_of: date | None,
        **options: Any,
    ) -> Any:
        return command(*args, asked=RulesAsked(office, policies, regulation, as_of), **options)

    return run
