"""Why a file could not be read or written: what the system refused, and what the guards of this room refuse."""

from __future__ import annotations

import errno
from pathlib import Path

from engine.base.problem import Problem

FOLDER, SPECIAL, OUTSIDE, LARGE, CHANGED, BUSY, INPUT, LINK, NAME, KIND = (
    *("folder", "special", "outside", "large", "changed"),
    *("busy", "input", "link", "name", "kind"),
)
"""Kinds of `Unfit`. In turn: a folder; a pipe, device or socket; a link that leads out of its folder; more
bytes than allowed; altered by somebody else meanwhile; held by another process for too long; a file that this very
command has read or written; a link where something is to be written; characters no file name has; a file
of another kind than what is to be written there."""

_SAID = {
    FOLDER: "这是文件夹，不是文件",
    SPECIAL: "不是普通文件（是设备、管道之类）",
    OUTSIDE: "是链接，指到所在文件夹之外",
    CHANGED: "读写期间被别的程序改动了，请再试一次",
    BUSY: "一直被别的进程占用",
    INPUT: "这次运行读的或写的就是它，不能盖掉",
    LINK: "是链接，不往链接上写",
    NAME: "路径里有不允许的字符",
    KIND: "已经有了，而且不是同一种文件",
}


class Unfit(OSError):
    """What the guards refuse, as the system's refusals are: `kind` (see above), `filename`, and in `args` why."""

    def __init__(self, kind: str, path: Path | str, said: str = "") -> None:
        super().__init__(said or _SAID[kind])
        self.kind, self.filename = kind, str(path)

    def __reduce__(self) -> tuple[type[Unfit], tuple[str, str, str]]:
        return type(self), (self.kind, str(self.filename), str(self.args[0]))


def too_large(path: Path | str, size: int, limit: int) -> Unfit:
    """A file of `size` bytes where `limit` are allowed."""
    return Unfit(LARGE, path, f"有 {size} 字节，超过上限 {limit} 字节")


_TYPES: dict[type[OSError], str] = {
    FileExistsError: "这是文件，不是文件夹",
    FileNotFoundError: "文件不存在",
    PermissionError: "没有权限",
    IsADirectoryError: "这是文件夹，不是文件",
    NotADirectoryError: "路径中有一段不是文件夹",
}
_NUMBERS = {
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已满",
    errno.EFBIG: "超过了允许的文件大小",
    errno.EROFS: "磁盘只读",
    errno.EIO: "磁盘读写出错",
    errno.ENAMETOOLONG: "名称过长",
    errno.ELOOP: "是链接，指到所在文件夹之外",
    errno.EMFILE: "打开的文件过多",
}


def reason(error: OSError) -> str:
    """Why the system, or a guard, refused; in Chinese, without the path."""
    if isinstance(error, Unfit):
        return str(error.args[0])
    told = next((text for kind, text in _TYPES.items() if isinstance(error, kind)), None)
    return told or _NUMBERS.get(error.errno or 0) or f"系统错误（{error.strerror or type(error).__name__}）"


def unreadable(error: OSError, name: str) -> Problem:
    """The problem that stands for a file called `name` that could not be read: E101 not there, E102 no regular file, E104
    too large, E107 outside its folder, E103 anything else."""
    kind = error.kind if isinstance(error, Unfit) else ""
    if kind == OUTSIDE or error.errno == errno.ELOOP:
        return Problem("E107", f"`{name}` {reason(error)}", help="把文件本身放进文件夹，不用链接")
    if kind == LARGE:
        return Problem("E104", f"文件 `{name}` {reason(error)}", help="拆成几个文件，或删去无关内容")
    if kind == SPECIAL:
        return Problem("E102", f"`{name}` {reason(error)}", help="指定一个普通文件")
    if kind == NAME:
        return Problem("E101", f"文件名 `{name}` 里有不允许的字符", help="检查路径")
    if isinstance(error, FileNotFoundError):
        return Problem("E101", f"找不到文件 `{name}`", help="检查路径和文件名")
    if isinstance(error, IsADirectoryError) or kind == FOLDER:
        return Problem("E102", f"`{name}` 是文件夹，不是文件", help="指定文件夹里的那个文件")
    if isinstance(error, NotADirectoryError):
        return Problem("E102", f"`{name}` 的上一级不是文件夹", help="检查路径")
    if isinstance(error, FileExistsError):
        return Problem("E102", f"`{name}` 是文件，不是文件夹", help="换一个文件夹的名字")
    if isinstance(error, PermissionError):
        return Problem("E103", f"没有权限读取 `{name}`", help="请管理员授予读取权限")
    return Problem("E103", f"无法读取 `{name}`：{reason(error)}", help="检查磁盘和路径")


def refusal(error: OSError) -> Problem:
    """What was refused, at the path that is to blame: of `文件/子文件夹` the part that is a file. E902."""
    if error.filename is None:
        return Problem("E902", f"写不出结果：{reason(error)}", help="检查磁盘空间，或换一个输出的地方")
    path = Path(str(error.filename))
    if isinstance(error, (NotADirectoryError, FileExistsError)):
        path = next((p for p in (*reversed(path.parents), path) if p.exists() and not p.is_dir()), path)
        return Problem("E902", f"`{path}` 是文件，不是文件夹", help="换一个文件夹的名字")
    return Problem("E902", f"用不了 `{path}`：{reason(error)}", help="换一个路径，或检查权限和磁盘")
