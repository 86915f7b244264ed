"""`guiju workbench`: what whoever runs a workbench does at a terminal."""

from __future__ import annotations

import os
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
    """管理工作台：给别的系统发令牌。"""


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
