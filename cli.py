"""guiju 的命令。 The entry point of a checkout; an installed wheel has `guiju` for it. The commands are in engine/commands/."""

from __future__ import annotations

from engine.commands.main import main, run
from web.command import serve
from web.manage import workbench

__all__ = ["main", "run"]

main.add_command(serve)
main.add_command(workbench)

if __name__ == "__main__":
    run()
