"""Which layout files a 版式 uses, where they are, and reading them (the only place that does)."""

from __future__ import annotations

from pathlib import Path

from engine.base.problem import Problem, Refused

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

LAYOUTS = {"公文": "official"}
"""版式 -> file stem. A 版式 not listed is set as 公文 until its own layout exists."""

SUFFIXES = {"docx": ".docx", "pdf": ".html"}
MAX_BYTES = 5_000_000


def stem(layout: str) -> str:
    return LAYOUTS.get(layout, LAYOUTS["公文"])


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
