"""guiju 的命令。 The entry point: the commands of `engine/commands/` under one name, and what becomes of an error.

Results go to stdout, diagnostics to stderr. Exit codes: 0 fine (a refusal is a valid decision), 1 findings about the
input, 2 usage or environment. Slow imports happen inside the commands, so that `--help` is instant.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from importlib import import_module

import click

from engine.base.problem import Problem, Refused
from engine.base.version import VERSION
from engine.commands import console
from engine.commands.chinese import ChineseGroup, chinese_error
from engine.commands.shell import print_problems
from engine.files import used

COMMANDS = {
    "check": "rules",
    "test": "rules",
    "decide": "deciding",
    "explain": "deciding",
    "issue": "issue",
    "verify": "finished",
    "conform": "finished",
    "export": "exported",
    "compare": "exported",
    "timeline": "procedure",
    "due": "procedure",
    "event": "procedure",
    "impact": "impact",
    "batch": "population",
    "synth": "synthetic",
    "sweep": "sweeping",
    "set": "revising",
    "rename": "revising",
    "diff": "revising",
    "rulebook": "rulebook",
    "publish": "publish",
    "ledger": "ledger",
    "trace": "audit",
    "text": "official",
    "watch": "watch",
    "handbook": "handbook",
    "review": "rules",
    "init": "rules",
    "schema": "rules",
    "doctor": "machine",
    "demo": "machine",
}
"""Command -> the module beside this one that has it, loaded when the command is asked for."""


class _Commands(ChineseGroup):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS, *self.commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        found: click.Command = getattr(import_module(f"engine.commands.{COMMANDS[cmd_name]}"), cmd_name)
        return found


def _version(context: click.Context, parameter: click.Parameter, asked: bool) -> None:
    """Release, the program's code, and what letters are set with."""
    if not asked or context.resilient_parsing:
        return
    from engine.base.basis import fingerprint
    from engine.documents.environment import environment_digest
    from engine.office.installed import code_digest

    click.echo(f"guiju {VERSION}")
    click.echo(f"程序代码 {fingerprint(code_digest())}")
    click.echo(f"排版环境 {fingerprint(environment_digest())}")
    context.exit()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.option("-V", "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="显示版本。")
def main() -> None:
    """规矩：用文本写成的规定来办案，逐条说明理由，写出文书。"""


def run() -> None:
    """Entry point: whatever goes wrong becomes a problem in Chinese and an exit code, never a traceback."""
    console.prepare()
    out = sys.stdout
    try:
        try:
            _run()
        finally:
            console.finish()
    except SystemExit:
        if sys.stdout is out:  # click puts another stream in its place where nobody reads on, and ends with 1
            raise
        console.abandon()
    except BrokenPipeError:
        console.abandon()


def _run() -> None:
    gc.set_threshold(1_000_000)  # most of what a short command makes it needs to the end: looking through it is in vain
    atexit.register(gc.freeze)  # and at the end it goes with the process
    # pydantic looks for plugins in every installed distribution at import: a tenth of a cold start, and we have none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        with used.command():
            main(prog_name="guiju", standalone_mode=False)
    except Refused as refused:
        print_problems(refused.problems)
        raise SystemExit(refused.exit_code) from None
    except click.ClickException as error:
        click.echo(chinese_error(error), err=True)
        raise SystemExit(2) from None
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断", err=True)
        raise SystemExit(2) from None
    except BrokenPipeError:
        raise
    except OSError as error:
        if os.environ.get("GUIJU_DEBUG"):
            raise
        from engine.files.faults import refusal

        print_problems([refusal(error)])
        raise SystemExit(2) from None
    except Exception as error:
        if os.environ.get("GUIJU_DEBUG"):
            raise
        message = f"程序内部错误：{type(error).__name__}：{error}"
        print_problems([Problem("E999", message, help="设 GUIJU_DEBUG=1 重新运行，把输出交给维护者")])
        raise SystemExit(2) from None


if __name__ == "__main__":
    run()
