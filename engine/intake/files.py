"""Opening what a user names: every failure of the file system becomes a `Problem`."""

from __future__ import annotations

import stat
from pathlib import Path

from engine.base.problem import Problem
from engine.policy.nodes import MAX_BYTES, Node, decode, read_yaml


def check_file(path: Path, name: str, limit: int) -> Problem | None:
    """Why `path` cannot be read as a regular file of at most `limit` bytes; None where it can."""
    try:
        info = path.stat()
    except OSError as error:
        return os_problem(error, name)
    except ValueError:
        return Problem("E101", f"文件名 `{name}` 里有不允许的字符", help="检查路径")
    if stat.S_ISDIR(info.st_mode):
        return Problem("E102", f"`{name}` 是文件夹，不是文件", help="指定文件夹里的那个文件")
    if not stat.S_ISREG(info.st_mode):
        return Problem("E102", f"`{name}` 不是普通文件", help="指定一个普通文件")
    if info.st_size > limit:
        message = f"文件 `{name}` 有 {info.st_size} 字节，超过上限 {limit} 字节"
        return Problem("E104", message, help="拆成几个文件，或删去无关内容")
    return None


def os_problem(error: OSError, name: str) -> Problem:
    """The problem that stands for a failed system call on `name`."""
    if isinstance(error, FileNotFoundError):
        return Problem("E101", f"找不到文件 `{name}`", help="检查路径和文件名")
    if isinstance(error, IsADirectoryError):
        return Problem("E102", f"`{name}` 是文件夹，不是文件", help="指定文件夹里的那个文件")
    if isinstance(error, NotADirectoryError):
        return Problem("E102", f"`{name}` 的上一级不是文件夹", help="检查路径")
    if isinstance(error, FileExistsError):
        return Problem("E102", f"`{name}` 是文件，不是文件夹", help="换一个文件夹的名字")
    if isinstance(error, PermissionError):
        return Problem("E103", f"没有权限读取 `{name}`", help="请管理员授予读取权限")
    return Problem("E103", f"无法读取 `{name}`：{error.strerror or type(error).__name__}", help="检查磁盘和路径")


def read_text(path: Path, name: str) -> tuple[str | None, list[Problem]]:
    """The text of a UTF-8 file of at most 1 MB, line ends as LF, without BOM."""
    if problem := check_file(path, name, MAX_BYTES):
        return None, [problem]
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return None, [os_problem(error, name)]
    return decode(data, name)


def read_yaml_file(path: Path, name: str) -> tuple[Node | None, str, list[Problem]]:
    """Node, text (for carets) and problems of one YAML file."""
    text, problems = read_text(path, name)
    if text is None:
        return None, "", problems
    node, problems = read_yaml(text, name)
    return node, text, problems
