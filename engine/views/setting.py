"""Which rules a result rests on: the line every output has, and the same as plain data."""

from __future__ import annotations

from engine.base.text import wrap
from engine.office.setting import Setting

KEY = "规则来源"
"""The key of `to_plain` in the JSON of a command."""


def named(setting: Setting) -> str:
    """`policies（随程序提供）`: the folder, and who named it."""
    if setting.by_version and setting.office is not None:
        latest = f"{len(setting.published)} 个版本，最新的自 {setting.published[-1].since} 起"
        return f"{setting.office.published}（{setting.named_by}；{latest}）"
    return f"{setting.rules}（{setting.named_by}）"


def line(setting: Setting, columns: int = 80) -> list[str]:
    """`规则 policies（随程序提供）`."""
    return wrap(f"规则 {named(setting)}", columns, hanging=" " * 5)


def to_plain(setting: Setting) -> dict[str, dict[str, str]]:
    """The same as a field of the JSON."""
    return {KEY: {"文件夹": str(setting.rules), "来自": setting.named_by}}
