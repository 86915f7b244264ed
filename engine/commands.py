"""Commands about procedure: 时间线, 到期, 事件. They read arguments, call the engine and print; no logic lives here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.base.problem import Problem, Refused
from engine.usage import ChineseGroup
from engine.views.paint import Paint

if TYPE_CHECKING:
    from engine.procedure.compiled import Compiled
    from engine.procedure.history import History
    from engine.workspace import Workspace

PATH = click.Path(path_type=Path)


@dataclass(frozen=True)
class Shell:
    """What the entry point lends to its commands: its clock, how it prints, and where packages are."""

    today: Callable[[], date]
    paint: Paint
    lines: Callable[[Iterable[str]], None]
    json: Callable[[object], None]
    report: Callable[[Sequence[Problem]], None]
    workspace: Callable[[Path | None, str | None, date | None], Workspace]
    date_type: click.ParamType[date]


def add_commands(main: click.Group, shell: Shell) -> None:
    """Add 时间线, 到期 and 事件 to the entry point."""
    as_of = click.option("--as-of", type=shell.date_type, metavar="日期", help="看到哪一天为止（默认今天）。")
    policies = click.option("--policies", type=PATH, metavar="文件夹", help="政策包所在的文件夹。")
    regulation = click.option("--regulation", metavar="标识", help="用哪个规范（有几个时）。")
    as_json = click.option("--json", "as_json", is_flag=True, help="输出 JSON。")

    def options(command: Callable[..., Any]) -> Callable[..., Any]:
        return policies(regulation(as_of(command)))

    _timeline(main, shell, options, as_json)
    _due(main, shell, options, as_json)
    _event(main, shell, options)


Option = Callable[[Callable[..., Any]], Callable[..., Any]]


def _timeline(main: click.Group, shell: Shell, options: Option, as_json: Option) -> None:
    @main.command()
    @click.argument("station", type=PATH, metavar="案件")
    @click.option(
        "--known", type=shell.date_type, metavar="日期", help="只看这一天以前录入的，并列出后来补录、撤回改变了什么。"
    )
    @click.option("-a", "--all", "every", is_flag=True, help="也展开已经了结的事项。")
    @click.option("--html", type=PATH, metavar="文件", help="写成带图的网页。")
    @click.option("--svg", type=PATH, metavar="文件", help="只写图。")
    @as_json
    @options
    def timeline(
        station: Path,
        known: date | None,
        every: bool,
        html: Path | None,
        svg: Path | None,
        as_json: bool,
        policies: Path | None,
        regulation: str | None,
        as_of: date | None,
    ) -> None:
        """时间线：案件的状态、经过、文书和应办事项，各自的期限和依据。"""
        from engine.procedure.replay import replay
        from engine.procedure.timeline import what_changed
        from engine.views import gantt
        from engine.views import timeline as view

        day = as_of or shell.today()
        compiled, history = shell.workspace(policies, regulation, day).history(station, day)
        found = replay(compiled, history, day)
        if html is not None:
            _write(html, gantt.page(found, compiled.package))
        if svg is not None:
            _write(svg, gantt.svg(found) + "\n")
        if as_json:
            shell.json(view.plain(found, compiled.package))
        elif html is None and svg is None:
            shell.lines(view.text(found, compiled.package, shell.paint, every=every))
        else:
            shell.lines(f"已写 {path}" for path in (html, svg) if path is not None)
        if known is not None and not as_json:
            before = replay(compiled, history.known_on(known), day)
            shell.lines(["", f"{known.isoformat()} 以后录入的改变了什么"])
            shell.lines(view.changes(what_changed(before, found), shell.paint))
        raise SystemExit(1 if found.refused else 0)


def _due(main: click.Group, shell: Shell, options: Option, as_json: Option) -> None:
    @main.command()
    @click.argument("folder", type=PATH, metavar="文件夹")
    @click.option("--within", default="10工作日", metavar="跨度", help="看到多久以后，例如 10工作日、30日、2个月。")
    @click.option("--ics", type=PATH, metavar="文件", help="写成日历文件，可导入 Outlook、手机日历。")
    @as_json
    @options
    def due(
        folder: Path,
        within: str,
        ics: Path | None,
        as_json: bool,
        policies: Path | None,
        regulation: str | None,
        as_of: date | None,
    ) -> None:
        """到期：文件夹里全部案件逾期、可办、即将到期的事项，和可以出具的文书。"""
        from engine.intake.history import history_files
        from engine.procedure.replay import replay
        from engine.procedure.sweep import horizon, sweep
        from engine.views import ics as calendar
        from engine.views import timeline as view

        day = as_of or shell.today()
        files, problems = history_files(folder)
        if problems:
            raise Refused(problems)
        rules = shell.workspace(policies, regulation, day)
        loaded = list(_load_all(rules, files, day, shell))
        if not loaded:
            raise SystemExit(1)
        timelines = [replay(compiled, history, day) for compiled, history in loaded]
        until = horizon(within, day, loaded[0][0].package.calendar)
        found = sweep(timelines, until.value)
        if ics is not None:
            _write(ics, calendar.calendar(found, day))
        if as_json:
            shell.json([view.plain_due(item) for item in found])
        else:
            shell.lines(view.due_text(found, day, until.value, shell.paint))
            shell.lines([until.reason] if until.reason else [])
            shell.lines([f"已写 {ics}"] if ics is not None else [])
        refused = [refusal.problem for timeline in timelines for refusal in timeline.refused]
        shell.report(refused)
        raise SystemExit(1 if refused or len(loaded) < len(files) else 0)


def _event(main: click.Group, shell: Shell, options: Option) -> None:
    @main.group(cls=ChineseGroup)
    def event() -> None:
        """事件：录入、撤回，不可能成立的不收。"""

    @event.command()
    @click.argument("station", type=PATH, metavar="案件")
    @click.argument("name", metavar="事件")
    @click.argument("payload", nargs=-1, metavar="[载荷=值]…")
    @click.option("--date", "day", type=shell.date_type, metavar="日期", help="哪一天发生（默认今天）。")
    @click.option("--id", "id", default="", metavar="编号", help="事件的编号（默认顺延）。")
    @click.option("--note", default="", metavar="文字", help="备注。")
    @options
    def add(
        station: Path,
        name: str,
        payload: tuple[str, ...],
        day: date | None,
        id: str,
        note: str,
        policies: Path | None,
        regulation: str | None,
        as_of: date | None,
    ) -> None:
        """录入一个事件；以前的日期记为补录，并说明改变了什么。"""
        from engine.intake.recording import add_event

        today = as_of or shell.today()
        compiled, history = shell.workspace(policies, regulation, today).history(station, today)
        values = [_pair(item) for item in payload]
        _added(
            shell,
            compiled,
            station,
            history,
            today,
            add_event(compiled, station, history, name, values, day or today, today, id, note),
        )

    @event.command()
    @click.argument("station", type=PATH, metavar="案件")
    @click.argument("target", metavar="编号")
    @click.option("--reason", required=True, metavar="文字", help="为什么撤回。")
    @options
    def withdraw(
        station: Path,
        target: str,
        reason: str,
        policies: Path | None,
        regulation: str | None,
        as_of: date | None,
    ) -> None:
        """撤回一个事件；原来的记录保留，并说明改变了什么。"""
        from engine.intake.recording import withdraw_event

        today = as_of or shell.today()
        compiled, history = shell.workspace(policies, regulation, today).history(station, today)
        _added(
            shell, compiled, station, history, today, withdraw_event(compiled, station, history, target, reason, today)
        )


def _added(shell: Shell, compiled: Compiled, station: Path, before: History, today: date, after: History) -> None:
    from engine.procedure.replay import replay
    from engine.procedure.timeline import what_changed
    from engine.views import timeline as view

    old, new = replay(compiled, before, today), replay(compiled, after, today)
    shell.lines([f"已录入 {station}：{after.items[-1].id} 号", f"状态 {new.state}", "改变了什么"])
    shell.lines(view.changes(what_changed(old, new), shell.paint))
    fresh = [r.problem for r in new.refused if r.entry.id not in {o.entry.id for o in old.refused}]
    shell.report(fresh)
    raise SystemExit(1 if fresh else 0)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise Refused(Problem("E840", f"`{text}` 应写作 `载荷=值`", help="例如 考核年度=2026"), 2)
    return name.strip(), value.strip()


def _load_all(rules: Workspace, files: Sequence[Path], day: date, shell: Shell) -> Iterator[tuple[Compiled, History]]:
    """Every history that can be read; the others are told of."""
    for file in files:
        try:
            yield rules.history(file, day)
        except Refused as refused:
            shell.report(refused.problems)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        from engine.policy.sources import reason

        raise Refused(Problem("E902", f"写不了文件 `{path}`：{reason(error)}"), 2) from None
