"""Edge: click in Chinese. The library has English messages and ignores NO_COLOR; both are set right here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import click

from engine.base.text import did_you_mean, pad, width, wrap

_HEADINGS = {"Usage: ": "用法：", "Options": "选项", "Commands": "命令", "Arguments": "参数"}


_EXTRA = re.compile(r"  \[(?:default: ([^;\]]*))?(?:; )?(?:([\d.]+)<=x<=([\d.]+)|x>=([\d.]+))?(?:; )?(required)?\]$")
"""What click writes after the help of an option: what stands where it is not given, its range, that it must be given."""

_KINDS = {"INTEGER RANGE": "整数", "FLOAT RANGE": "数", "INTEGER": "整数", "FLOAT": "数", "TEXT": "文字", "DIRECTORY": "文件夹",
          "FILE": "文件", "PATH": "路径", "BOOLEAN": "是否"}  # fmt: skip
_KIND = re.compile(rf" ({'|'.join(_KINDS)})$")
"""What click calls the value of an option that has no metavar."""


def _extra(found: re.Match[str]) -> str:
    default, low, high, least, required = found.groups()
    said = (
        default and f"默认 {default}",
        low and f"{low} 至 {high}",
        least and f"不小于 {least}",
        required and "必须写明",
    )
    return "".join(f"{one}。" for one in said if one)


class _Formatter(click.HelpFormatter):
    """Wraps by terminal columns, which click counts as characters."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        args = args.replace("[OPTIONS]", "[选项]").replace("COMMAND [ARGS]...", "命令 [参数]…")
        super().write_usage(prog, args, _HEADINGS["Usage: "])

    def write_heading(self, heading: str) -> None:
        self.write(f"{' ' * self.current_indent}{_HEADINGS.get(heading, heading)}：\n")

    def write_text(self, text: str) -> None:
        indent = " " * self.current_indent
        self.write("\n".join(wrap(" ".join(text.split()), self.width, indent=indent)) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = [(_KIND.sub(lambda found: f" {_KINDS[found[1]]}", term), text) for term, text in rows]
        wide = min(max((width(term) for term, _text in rows), default=0), col_max)
        indent = " " * self.current_indent
        for term, text in rows:
            text = _EXTRA.sub(_extra, text)
            lead = indent + pad(term, wide) + " " * col_spacing
            if width(term) > wide:
                self.write(f"{indent}{term}\n")
                lead = indent + " " * (wide + col_spacing)
            self.write("\n".join(wrap(text, self.width, indent=lead, hanging=" " * width(lead))) + "\n")


class _Context(click.Context):
    formatter_class = _Formatter


class ChineseCommand(click.Command):
    """A command whose help page is Chinese. An option that takes one value is refused where it is written twice: click would
    keep the last and drop the others without a word."""

    context_class = _Context

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not ctx.resilient_parsing:
            _, _, written = self.make_parser(ctx).parse_args(args=list(args))
            for option, times in Counter(written).items():
                if times > 1 and isinstance(option, click.Option) and not (option.is_flag or option.multiple):
                    message = f"选项 `{max(option.opts, key=len)}` 写了 {times} 次，只能写一次\n建议：一次用一个值；要几个的，分几次办"
                    raise click.UsageError(message, ctx)
        return super().parse_args(ctx, args)

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence whole where click would cut: it does so at spaces, in the middle of what Chinese says."""
        short = super().get_short_help_str(limit)
        first, stop, _ = " ".join((self.help or "").split()).partition("。")
        return first + stop if short.endswith("...") else short

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示帮助。"
        return option


class ChineseGroup(ChineseCommand, click.Group):
    """A group whose commands are Chinese too; a mistyped command gets a suggestion."""

    command_class = ChineseCommand

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None:
            help_ = did_you_mean(args[0], self.list_commands(ctx)) or "用 `guiju --help` 看有哪些命令"
            raise click.UsageError(f"没有命令 `{args[0]}`\n建议：{help_}", ctx)
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def chinese_error(error: click.ClickException) -> str:
    """click's own errors in Chinese: what is wrong, and where to look."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    name = ""
    context: Any = getattr(error, "ctx", None)
    if context is not None:
        name = f"\n用 `{context.command_path} --help` 看用法"
    match error:
        case click.NoSuchOption():
            close = did_you_mean(error.option_name, error.possibilities or [])
            text = f"没有选项 `{error.option_name}`" + (f"，{close}" if close else "")
            if error.option_name[1:2].isdigit():
                text += "；负数写在 `--` 后面"
        case click.MissingParameter():
            text = f"缺少{'选项' if isinstance(error.param, click.Option) else '参数'} `{_named(error)}`"
        case click.BadParameter():
            text = f"`{_named(error)}`：{_choice(error)}"
        case click.FileError():
            text = f"打不开 `{error.ui_filename}`"
        case _:
            text = _translated(error.format_message())
    return f"错误：{text}{name}"


def _named(error: click.BadParameter) -> str:
    """The parameter as people write it: an option with its dashes, an argument without click's brackets."""
    if isinstance(error.param, click.Option):
        return max(error.param.opts, key=len)
    if error.param is not None:
        return error.param.human_readable_name.strip("[]…")
    return str(error.param_hint or "")


_MESSAGES = (
    (r"Got unexpected extra arguments? \((.*)\)", "多出的参数 `{}`"),
    (r"Option '(.*)' requires an argument\.?", "选项 `{}` 后面要写一个值"),
    (r"Option '(.*)' requires \d+ arguments\.?", "选项 `{}` 后面的值不够"),
    (r"Option '(.*)' does not take a value\.?", "选项 `{}` 后面不写值"),
    (r"Missing command\.?", "缺少命令"),
)


def _translated(message: str) -> str:
    for pattern, chinese in _MESSAGES:
        if found := re.fullmatch(pattern, message):
            return chinese.format(*found.groups())
    return message


def _choice(error: click.BadParameter) -> str:
    kind = getattr(error.param, "type", None)
    if isinstance(kind, click.Choice):
        return f"只能是 {'、'.join(str(c) for c in kind.choices)}"
    if isinstance(kind, click.IntRange | click.FloatRange):
        number = "整数" if isinstance(kind, click.IntRange) else "数"
        if kind.max is None:
            return f"应是不小于 {kind.min} 的{number}"
        return f"应是 {kind.min} 至 {kind.max} 的{number}"
    if isinstance(kind, click.types.IntParamType):
        return "应是整数"
    if isinstance(kind, click.types.FloatParamType):
        return "应是数"
    if isinstance(kind, click.types.BoolParamType):
        return "应是 true 或 false"
    if isinstance(kind, click.Path):
        return _path(error.format_message())
    return error.format_message().split(": ", 1)[-1]


_PATHS = (
    (r".* '(.*)' does not exist\.", "找不到 `{}`"),
    (r".* '(.*)' is a file\.", "`{}` 是文件，应是文件夹"),
    (r".* '(.*)' is a directory\.", "`{}` 是文件夹，应是文件"),
    (r".* '(.*)' is not readable\.", "`{}` 不许读"),
    (r".* '(.*)' is not writable\.", "`{}` 不许写"),
    (r".* '(.*)' is not executable\.", "`{}` 不许执行"),
)


def _path(message: str) -> str:
    said = message.split(": ", 1)[-1]
    for pattern, chinese in _PATHS:
        if found := re.fullmatch(pattern, said):
            return chinese.format(*found.groups())
    return said
