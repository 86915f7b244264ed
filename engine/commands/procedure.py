"""Commands about procedure: 时间线, 到期, 事件. They read arguments, call the engine and print; no logic lives here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.base.problem import Problem, Refused
from engine.commands.chinese import ChineseCommand, ChineseGroup
from engine.commands.recorded import entering
from engine.commands.shell import (
    DATE,
    PATH,
    RulesAsked,
    as_option,
    history_options,
    json_option,
    paint,
    print_json,
    print_lines,
    print_problems,
    today,
)
from engine.files.writing import write

if TYPE_CHECKING:
    from engine.office.setting import Setting
    from engine.office.workspace import Workspace
    from engine.policy.procedure import Event
    from engine.procedure.compiled import Compiled
    from engine.procedure.history import History
    from engine.procedure.timeline import Timeline


@click.command(cls=ChineseCommand)
@click.argument("path", type=PATH, metavar="案件")
@click.option("--known", type=DATE, metavar="日期", help="只看这一天以前录入的，并列出后来补录、撤回改变了什么。")
@click.option("-a", "--all", "every", is_flag=True, help="也展开已经了结的事项。")
@click.option("--html", type=PATH, metavar="文件", help="写成带图的网页。")
@click.option("--svg", type=PATH, metavar="文件", help="只写图。")
@json_option
@history_options
def timeline(
    path: Path,
    known: date | None,
    every: bool,
    html: Path | None,
    svg: Path | None,
    as_json: bool,
    asked: RulesAsked,
) -> None:
    """时间线：案件的状态、经过、文书和应办事项，各自的期限和依据。"""
    from engine.office.organs import timeline_of
    from engine.procedure.replay import replay
    from engine.procedure.serial import to_plain
    from engine.procedure.timeline import what_changed
    from engine.views import gantt
    from engine.views import setting as source
    from engine.views import timeline as view

    day = asked.as_of or today()
    setting = asked.setting([path])
    compiled, history, found = timeline_of(setting.workspace(asked.regulation, day), path, day)
    if html is not None:
        write(html, gantt.page(found, compiled.package).encode(), (".html", ".htm"))
    if svg is not None:
        write(svg, (gantt.svg(found) + "\n").encode(), (".svg",))
    if as_json:
        print_json(to_plain(found, compiled.package) | source.to_plain(setting))
    elif html is None and svg is None:
        print_lines(view.text(found, compiled.package, source.line(setting), paint, every=every))
    else:
        print_lines([*(f"已写 {path}" for path in (html, svg) if path is not None), *source.line(setting)])
    if known is not None and not as_json:
        before = replay(compiled, history.known_on(known), day)
        print_lines(["", f"{known.isoformat()} 以后录入的改变了什么"])
        print_lines(view.changes(what_changed(before, found), paint))
    raise SystemExit(1 if found.refused else 0)


@click.command(cls=ChineseCommand)
@click.argument("folder", type=PATH, metavar="文件夹")
@click.option("--within", default="10工作日", metavar="跨度", help="看到多久以后，例如 10工作日、30日、2个月。")
@click.option("--ics", type=PATH, metavar="文件", help="写成日历文件，可导入 Outlook、手机日历。")
@json_option
@history_options
def due(
    folder: Path,
    within: str,
    ics: Path | None,
    as_json: bool,
    asked: RulesAsked,
) -> None:
    """到期：文件夹里全部案件逾期、可办、即将到期的事项，和可以出具的文书。

    看其中的事件记录，和案件写明的事件记录。
    """
    from engine.intake.history import history_files
    from engine.procedure.serial import due_plain
    from engine.procedure.sweep import horizon, sweep
    from engine.views import setting as source
    from engine.views import timeline as view
    from engine.views.ics import calendar as as_calendar

    day = asked.as_of or today()
    files, problems = history_files(folder)
    if not files:
        raise Refused(problems)
    setting = asked.setting([folder])
    rules = setting.workspace(asked.regulation, day)
    loaded = list(_load_all(rules, files, day))
    if not loaded:
        raise SystemExit(1)
    timelines = [timeline for _, timeline in loaded]
    calendar = loaded[0][0].package.calendar
    until = horizon(within, day, calendar)
    found = sweep(timelines, until.value)
    if ics is not None:
        write(ics, as_calendar(found, day).encode(), (".ics",))
    if as_json:
        print_json(source.to_plain(setting) | {"事项": [due_plain(item, day, calendar) for item in found]})
    else:
        print_lines(view.due_text(found, day, until.value, source.line(setting), paint))
        print_lines([until.reason] if until.reason else [])
        print_lines([f"已写 {ics}"] if ics is not None else [])
    refused = [refusal.problem for timeline in timelines for refusal in timeline.refused]
    print_problems([*problems, *refused])
    raise SystemExit(1 if problems or refused or len(loaded) < len(files) else 0)


@click.group(cls=ChineseGroup)
def event() -> None:
    """事件：录入、撤回，不可能成立的不收。"""


@event.command()
@click.argument("path", type=PATH, metavar="案件")
@click.argument("name", metavar="事件", default="")
@click.argument("payload", nargs=-1, metavar="[载荷=值]…")
@click.option("--date", "day", type=DATE, metavar="日期", help="哪一天发生（默认今天）。")
@click.option("--id", "id", default="", metavar="编号", help="事件的编号（默认顺延）。")
@click.option("--note", default="", metavar="文字", help="备注。")
@as_option
@history_options
def add(
    path: Path,
    name: str,
    payload: tuple[str, ...],
    day: date | None,
    id: str,
    note: str,
    person: str | None,
    asked: RulesAsked,
) -> None:
    """录入一个事件；以前的日期记为补录，并说明改变了什么。

    有哪些事件、各写什么载荷，用 `guiju event list 案件` 看。
    """
    from engine.intake.recording import add_event
    from engine.office.office_file import by_whom

    entered = asked.as_of or today()
    setting = asked.setting([path])
    by = by_whom(setting.office, person, ("录入事件",))
    compiled, history = setting.workspace(asked.regulation, entered).history(path, entered)
    if not name:
        events = _possible(compiled, history, entered)
        names = "、".join(event.name for event in events)
        raise Refused(Problem("E840", "没有写录入哪个事件", help=f"现在可以录入 {names}"), 2)
    values = [_pair(item) for item in payload]

    def write() -> tuple[History, History]:
        return add_event(compiled, path, name, values, day or entered, entered, id, note, by.name)

    _added(compiled, path, entered, *entering(setting, compiled, write, by), setting)


@event.command("list")
@click.argument("path", type=PATH, metavar="案件")
@history_options
def list_(path: Path, asked: RulesAsked) -> None:
    """案件现在的状态下可以录入哪些事件，各写什么载荷。"""
    from engine.intake.history_form import described
    from engine.procedure.replay import replay
    from engine.views import setting as source
    from engine.views.decision import COLUMNS

    entered = asked.as_of or today()
    setting = asked.setting([path])
    compiled, history = setting.workspace(asked.regulation, entered).history(path, entered)
    print_lines([f"状态 {replay(compiled, history, entered).state}，可以录入："])
    print_lines(described(_possible(compiled, history, entered), compiled.package, "  ", COLUMNS))
    print_lines(source.line(setting))


def _possible(compiled: Compiled, history: History, day: date) -> list[Event]:
    from engine.intake.history_form import possible
    from engine.procedure.replay import replay

    timeline = replay(compiled, history, day)
    return possible(compiled.package, timeline.state, {entry.event for entry in timeline.events})


@event.command()
@click.argument("path", type=PATH, metavar="案件")
@click.argument("target", metavar="编号")
@click.option("--reason", required=True, metavar="文字", help="为什么撤回。")
@as_option
@history_options
def withdraw(
    path: Path,
    target: str,
    reason: str,
    person: str | None,
    asked: RulesAsked,
) -> None:
    """撤回一个事件；原来的记录保留，并说明改变了什么。"""
    from engine.intake.recording import withdraw_event
    from engine.office.office_file import by_whom

    entered = asked.as_of or today()
    setting = asked.setting([path])
    by = by_whom(setting.office, person, ("录入事件",))
    compiled, _ = setting.workspace(asked.regulation, entered).history(path, entered)

    def write() -> tuple[History, History]:
        return withdraw_event(compiled, path, target, reason, entered, by.name)

    _added(compiled, path, entered, *entering(setting, compiled, write, by), setting)


def _added(compiled: Compiled, path: Path, today: date, before: History, after: History, setting: Setting) -> None:
    from engine.procedure.replay import replay
    from engine.procedure.timeline import what_changed
    from engine.views import setting as source
    from engine.views import timeline as view

    old, new = replay(compiled, before, today), replay(compiled, after, today)
    print_lines([f"已录入 {path}：{after.items[-1].id} 号", f"状态 {new.state}", "改变了什么"])
    print_lines(view.changes(what_changed(old, new), paint))
    print_lines(source.line(setting))
    fresh = [r.problem for r in new.refused if r.entry.id not in {o.entry.id for o in old.refused}]
    print_problems(fresh)
    raise SystemExit(1 if fresh else 0)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise Refused(Problem("E840", f"`{text}` 应写作 `载荷=值`", help="例如 考核年度=2026"), 2)
    return name.strip(), value.strip()


def _load_all(rules: Workspace, files: Sequence[Path], day: date) -> Iterator[tuple[Compiled, Timeline]]:
    """Every history that can be read; the others are told of."""
    from engine.office.organs import timeline_of

    for file in files:
        try:
            compiled, _, timeline = timeline_of(rules, file, day)
            yield compiled, timeline
        except Refused as refused:
            print_problems(refused.problems)
