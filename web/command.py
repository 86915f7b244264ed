"""`guiju serve`: the workbench on this machine, on a space of its own."""

from __future__ import annotations

import os
import socket
import sys
from datetime import date
from pathlib import Path

import click

from engine.base.home import SHARED
from engine.base.problem import Problem, Refused
from engine.base.text import pad
from engine.commands.chinese import ChineseCommand
from web import space as spaces
from web.manage import DATA

SAMPLES = date(2026, 11, 23)
"""The day of the samples: what is due, and what is overdue, stands as they were written."""


@click.command(cls=ChineseCommand)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="端口。")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=DATA, help="放数据的文件夹。")
def serve(port: int, data: Path) -> None:
    """工作台：在浏览器里办案。第一次运行装好练习用的样例，印出各人的密码。

    只在这台机器上看得到：http://127.0.0.1:8000/ 。按 Ctrl+C 停下。
    """
    try:
        import django
    except ImportError:
        raise Refused(Problem("E960", "工作台用的软件没有安装", help="用 `./guiju serve`，它会自己装"), 2) from None
    data = data.absolute()
    _free(port)
    _unused(data)
    new = not spaces.is_whole(data)
    if new:
        _made(data)
    os.environ[spaces.VARIABLE] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "web.settings"
    django.setup()
    if new:
        _fill()
    else:
        _renewed()
    click.echo(f"工作台在 http://127.0.0.1:{port}/ ，数据在 {data}，按 Ctrl+C 停下")
    _run(port)


def _made(data: Path) -> None:
    try:
        spaces.made(data, SHARED / "policies", practice=True, day=SAMPLES)
    except FileExistsError:
        message = f"文件夹 `{data}` 里有别的东西"
        raise Refused(Problem("E960", message, help="用 --data 写一个空的或还没有的文件夹"), 2) from None


def _fill() -> None:
    from web.practice import filled

    click.echo("练习用的各人，密码只印这一次：")
    for person, password in filled(SHARED / "fixtures"):
        click.echo(f"  {pad(person.login, 6)}{pad(person.name, 8)}{pad('、'.join(person.roles), 6)}{password}")


def _renewed() -> None:
    """The tables of a space that an earlier release made, as this one has them."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def _unused(data: Path) -> None:
    """Refused: E960 a server runs on the space."""
    if data.is_dir():
        try:
            os.close(spaces.held(data))
        except spaces.InUse as error:
            raise Refused(Problem("E960", str(error), help="一个文件夹一个工作台"), 2) from None


def _free(port: int) -> None:
    """Refused: E960 somebody else has the port."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            message = f"端口 {port} 已经有别的程序在用"
            raise Refused(Problem("E960", message, help=f"停下它，或换一个：--port {port + 1}"), 2) from None


def _run(port: int) -> None:
    """Becomes the server."""
    command = ["gunicorn", "--config", "python:web.server", "--bind", f"127.0.0.1:{port}"]
    os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parents[1])
    os.execv(sys.executable, [sys.executable, "-m", *command])
