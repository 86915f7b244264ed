"""Which layout files a 版式 uses, where they are, and reading them (the only place that does)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.base.problem import Problem, Refused

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


@dataclass(frozen=True, slots=True)
class Layout:
    """`stem` of its files; `mark` what follows the organ's name in the red head, None for no red head (then no number
    and no red rule either); `imprint` whether it carries a 版记."""

    stem: str
    mark: str | None
    imprint: bool = False


LAYOUTS: Mapping[str, Layout] = {
    "公文": Layout("official", "文件", imprint=True),
    "信函": Layout("official", ""),
    "公示": Layout("official", None),
    "表格": Layout("official", None),
    "报告": Layout("official", None),
}
"""版式 -> how it is set. 信函 lacks the double rules of 信函格式, 表格 prints lists, 报告 has no charts yet. One not
listed (牌匾, 人员牌) cannot be made yet, and nothing is written in its place."""

SUFFIXES = {"docx": ".docx", "pdf": ".html"}
MAX_BYTES = 5_000_000


def read_layout(folder: Path, name: str) -> bytes:
    """The bytes of one layout file; refused (E620) when it is missing, unreadable or too large."""
    path = folder / name
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Refused(Problem("E620", f"模板 `{name}` 过大", help="换回原模板"))
        return path.read_bytes()
    except OSError as error:
        message = f"读不到模板 `{name}`：{_reason(error)}"
        raise Refused(Problem("E620", message, help="检查 templates 目录是否完整"), exit_code=2) from None


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "文件不存在"
    return "没有权限" if isinstance(error, PermissionError) else "读取失败"


def read_text(folder: Path, name: str) -> str:
    """A layout file as UTF-8 text."""
    try:
        return read_layout(folder, name).decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(Problem("E620", f"模板 `{name}` 不是 UTF-8 文本", help="另存为 UTF-8 编码")) from None
