"""What is wrong with a request, as JSON in Chinese: a code, what, where in what was sent, what to do. Never a trace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from engine.base.problem import Problem

if TYPE_CHECKING:
    from pydantic import ValidationError

_SAID = {
    "missing": ("缺 `{}`", "补上"),
    "extra_forbidden": ("没有 `{}` 这一项", "去掉，或核对名称"),
    "string_type": ("`{}` 应是文字", "写在引号里"),
    "string_too_short": ("`{}` 是空的", "填上"),
    "string_too_long": ("`{}` 太长", "改短"),
    "string_pattern_mismatch": ("`{}` 的写法不对", "只用文字、数字和 -_.〔〕（）()，至多 64 个"),
    "dict_type": ("`{}` 应是 {{名称: 值}}", "写成对象"),
    "list_type": ("`{}` 应是列表", "写成 […]"),
    "model_type": ("内容应是 {{名称: 值}}", "写成对象"),
    "date_from_datetime_parsing": ("`{}` 不是日期", "写作 2026-11-23"),
    "date_parsing": ("`{}` 不是日期", "写作 2026-11-23"),
    "int_parsing": ("`{}` 应是整数", "只写数字"),
    "greater_than_equal": ("`{}` 太小", "改大"),
    "less_than_equal": ("`{}` 太大", "改小"),
    "literal_error": ("`{}` 不在可用的几种里", "见接口文档"),
}


class Fault(Exception):
    """A request that is not answered: its status, and what is wrong."""

    def __init__(self, status: int, *wrong: Problem | dict[str, str]) -> None:
        super().__init__(status)
        self.status = status
        self.wrong = [one if isinstance(one, dict) else told(one) for one in wrong]


def fault(status: int, code: str, message: str, help: str, place: str = "") -> Fault:
    """One that has a single thing wrong."""
    return Fault(status, {"代码": code, "消息": message, "位置": place, "建议": help})


def told(problem: Problem) -> dict[str, str]:
    """A problem of the engine: its place is a pointer into what was sent, or a cell of a file."""
    place = str(problem.place) if problem.place is not None else ""
    return {"代码": problem.code, "消息": problem.message, "位置": place, "建议": problem.help or ""}


def unshaped(error: ValidationError, names: Sequence[str] = ()) -> Fault:
    """What was sent has another form than is declared."""
    return Fault(422, *map(_shaped, error.errors(include_url=False)))


def _shaped(one: Any) -> dict[str, str]:
    name = str(one["loc"][-1]) if one["loc"] else "内容"
    message, help = _SAID.get(one["type"], ("`{}` 的写法不对", "见接口文档"))
    return {"代码": "A422", "消息": message.format(name), "位置": pointer(one["loc"]), "建议": help}


def pointer(path: Iterable[object]) -> str:
    """A place in JSON (RFC 6901)."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
