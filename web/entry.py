"""guiju 的命令，连同工作台的。 The entry point of an installed wheel, and of a checkout by way of cli.py."""

from __future__ import annotations

from engine.commands.main import main, run
from web.command import serve
from web.manage import workbench

__all__ = ["main", "run"]

main.add_command(serve)
main.add_command(workbench)
