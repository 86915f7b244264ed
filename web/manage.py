"""`guiju workbench`: what whoever runs a workbench does at a terminal."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from engine.base.problem import Problem, Refused
from engine.commands.chinese import ChineseCommand, ChineseGroup
from web import space as spaces

DATA = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "guiju" / "practice"
"""Where the practice space is unless another folder is named."""


@click.group(cls=ChineseGroup)
def workbench() -> None:
    """管理工作台：建立、加人、发令牌、备份、提醒。"""


def opening(data: Path) -> None:
    """Sets Django up on the space in `data`. Refused: E960 there is none, or Django is not there."""
    if not spaces.is_whole(data):
        message = f"`{data}` 里没有工作台"
        raise Refused(Problem("E960", message, help="用 --data 指明；练习用的由 `guiju serve` 建立"), 2)
    try:
        import django
    except ImportError:
        raise Refused(Problem("E960", "工作台用的软件没有安装", help="先运行一次 `./guiju serve`"), 2) from None
    os.environ[spaces.VARIABLE] = str(data.absolute())
    os.environ["DJANGO_SETTINGS_MODULE"] = "web.settings"
    django.setup()


def on_space(do: Callable[..., None]) -> Callable[..., None]:
    """A command with `--data`, run on the space there."""

    @click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=DATA, help="放数据的文件夹。")
    @wraps(do)
    def run(data: Path, **given: Any) -> None:
        opening(data)
        do(**given)

    return run


@workbench.command(cls=ChineseCommand)
@click.argument("label", metavar="用途")
@click.option("--for", "login", required=True, metavar="登录名", help="替谁办：他能做的，令牌才能做。")
@click.option("--scope", "scopes", multiple=True, metavar="范围", help="能做什么，可以写几个；不写，列出有哪些。")
@click.option("--days", type=click.IntRange(1, 730), default=365, show_default=True, help="几天有效。")
@click.option("--withdraw", is_flag=True, help="作废这个用途的令牌。")
@on_space
def token(label: str, login: str, scopes: tuple[str, ...], days: int, withdraw: bool) -> None:
    """发一个令牌给别的系统；只显示这一次。"""
    from web.api import tokens
    from web.api.operations import SCOPES
    from web.models import Person

    if withdraw:
        if not tokens.withdrawn(label):
            raise Refused(Problem("E960", f"没有用途是 `{label}` 的令牌，或已经作废", help="核对用途"), 2)
        click.echo(f"已作废：{label}")
        return
    if not scopes:
        listed = "；".join(f"{name} {said}" for name, said in SCOPES.items())
        raise Refused(Problem("E960", "没有写范围", help=f"写 --scope，有 {listed}"), 2)
    person = Person.objects.filter(login=login).first()
    if person is None:
        raise Refused(Problem("E960", f"没有登录名是 `{login}` 的人", help="核对登录名"), 2)
    try:
        made = tokens.made(person, label, scopes, days, tuple(SCOPES))
    except tokens.Unsuited as unsuited:
        raise Refused(Problem("E960", str(unsuited), help="改了再发"), 2) from None
    click.echo(f"{label}：替 {person.name}，{'、'.join(SCOPES[scope] for scope in scopes)}，{days} 天。只显示这一次：")
    click.echo(made)


@workbench.command(cls=ChineseCommand)
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), required=True, help="放数据的文件夹，还没有的。"
)
@click.option("--rules", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True, help="规则。")
def new(data: Path, rules: Path) -> None:
    """给单位建立一个空的工作台：没有样例，没有人，用今天的日期，有自己的密钥。"""
    try:
        space = spaces.made(data.absolute(), rules.absolute(), practice=False, day=None)
    except FileExistsError:
        message = f"文件夹 `{data}` 里{'已经有一个工作台' if spaces.is_whole(data) else '有别的东西'}，没有改动"
        raise Refused(Problem("E960", message, help="用 --data 写一个空的或还没有的文件夹"), 2) from None
    for folder in (space.cases, space.histories):
        folder.mkdir()
    spaces.finished(space)
    opening(data)
    _migrated()
    click.echo(f"已建立 {data}；接着 guiju workbench person 加人")


def _migrated() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


@workbench.command(cls=ChineseCommand)
@on_space
def upgrade() -> None:
    """换了新版的程序以后，把数据库改成新版的样子；先备份。"""
    _migrated()
    click.echo("数据库是这一版的了")


@workbench.command(cls=ChineseCommand)
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=DATA, help="放数据的文件夹。")
def secret(data: Path) -> None:
    """换一个密钥：各人要重新登录。"""
    if not spaces.is_whole(data):
        raise Refused(Problem("E960", f"`{data}` 里没有工作台", help="用 --data 指明"), 2)
    spaces.sealed(data, practice=spaces.opened(data).practice)
    click.echo("已换密钥；重新启动以后，各人要重新登录")


@workbench.command(cls=ChineseCommand)
@click.argument("login", metavar="登录名")
@click.option("--name", metavar="姓名", help="文书和账本里的姓名；新加的要写。")
@click.option("--role", "held", multiple=True, metavar="职责", help="审查、科长、签发、政策、审计、管理，可以写几个。")
@click.option("--disable", is_flag=True, help="停用：不能再登录，做过的仍是他的。")
@on_space
def person(login: str, name: str | None, held: tuple[str, ...], disable: bool) -> None:
    """加一个人，或另发密码（只显示这一次）；离开的人停用，不删。"""
    import secrets

    from web.models import Person
    from web.services.roles import ROLES

    if wrong := [role for role in held if role not in ROLES]:
        raise Refused(Problem("E960", f"没有职责 `{wrong[0]}`", help=f"有 {'、'.join(ROLES)}"), 2)
    known = Person.objects.filter(login=login).first()
    if disable:
        if known is None:
            raise Refused(Problem("E960", f"没有登录名是 `{login}` 的人", help="核对登录名"), 2)
        Person.objects.filter(pk=known.pk).update(is_active=False)
        click.echo(f"已停用：{known.name}")
        return
    name = name.strip() if name else name
    if name and (same := Person.objects.filter(name=name).exclude(login=login).first()):
        message = f"已有叫 `{name}` 的人（登录名 `{same.login}`）：文书和账本里分不清是谁拟稿、谁复核"
        raise Refused(Problem("E960", message, help="同名的写得不同，例如加上科室；同一个人用原来的登录名"), 2)
    password = secrets.token_urlsafe(9)
    if known is None:
        if not re.fullmatch(r"[\w.@+-]{1,150}", login):
            message = f"登录名 `{login}` 里有不能用的字符"
            raise Refused(Problem("E960", message, help="用文字、数字和 . @ + - _"), 2)
        if not name or not held:
            raise Refused(Problem("E960", "新加的人要写姓名和职责", help="写 --name 和 --role"), 2)
        known = Person.objects.enter(login, name, held, password)
    else:
        known.name, known.roles, known.is_active = name or known.name, list(held) or known.roles, True
        known.set_password(password)
        known.save()
    click.echo(f"{known.login}（{known.name}，{'、'.join(known.roles)}），密码只显示这一次：{password}")


@workbench.command(cls=ChineseCommand)
@click.argument("target", metavar="文件", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=DATA, help="放数据的文件夹。")
def backup(target: Path, data: Path) -> None:
    """存成一个 .tar.gz；工作台可以照常开着。密钥不在里面。"""
    from web import backups

    if not spaces.is_whole(data):
        raise Refused(Problem("E960", f"`{data}` 里没有工作台", help="用 --data 指明"), 2)
    try:
        files = backups.kept(spaces.opened(data), target.absolute())
    except backups.Unfit as unfit:
        raise Refused(Problem("E960", str(unfit), help="换一个文件名"), 2) from None
    click.echo(f"已存 {target}，{files} 个文件")


@workbench.command(cls=ChineseCommand)
@click.argument("source", metavar="文件", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), required=True, help="恢复到哪里，空的文件夹。"
)
def restore(source: Path, data: Path) -> None:
    """从备份恢复到一个空的文件夹，核对每个文件和账本；另做密钥。"""
    from engine.office.ledger import check_at
    from web import backups

    try:
        space = backups.restored(source.absolute(), data.absolute())
    except backups.Unfit as unfit:
        raise Refused(Problem("E960", str(unfit), help="用另一份备份；原来的文件夹不要动"), 2) from None
    checked = check_at(space.database)
    if checked.faults:
        message = f"已恢复到 {data}，但账本不对：{checked.faults[0]}"
        raise Refused(Problem("E960", message, help="不要用它办案；用更早的备份，并报告"), 1)
    click.echo(f"已恢复到 {data}，账本核对无误")


@workbench.command(cls=ChineseCommand)
@click.option("--to", multiple=True, required=True, metavar="邮箱", help="发给谁，可以写几个。")
@click.option("--within", type=click.IntRange(0, 40), default=3, show_default=True, help="还剩几个工作日以内的。")
@on_space
def remind(to: tuple[str, ...], within: int) -> None:
    """把已逾期和快到期的事项发到邮箱；没有的不发。每天由定时任务运行一次。"""
    from web.services.reminders import reminded

    try:
        count = reminded(to, within)
    except OSError as error:
        message = f"邮件没有发出：{type(error).__name__}"
        raise Refused(Problem("E960", message, help="核对 GUIJU_SMTP 等设置，和邮件服务器"), 2) from None
    click.echo(f"已发 {count} 项" if count else "没有快到期的事项，没有发")
