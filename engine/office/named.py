"""Edge: the packages that a command line names, by path or by 标识."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from engine.base.problem import Problem, Refused
from engine.base.text import did_you_mean
from engine.policy.sources import HEADER, yaml_files


def named_packages(names: Sequence[Path], given: Path | None, usual: Path) -> tuple[Path, tuple[Path, ...]]:
    """The folder of packages and those chosen in it (none: all of them). `given` is `--policies`, `usual` the folder
    without it. A name is a package's folder, its 标识, or a folder of packages. Raises `Refused` (E901, exit code 2) for
    a name that is none of these, and for packages of two folders."""
    folder, chosen = given, []
    for name in names:
        found = _found(name, given or usual)
        whole = is_library(found)
        home = found if whole else found.parent
        if folder is not None and folder.resolve() != home.resolve():
            message = f"`{name}` 不在 `{folder}` 里，一次只能看一个文件夹里的政策包"
            raise Refused(Problem("E901", message, help="分两次运行，或用 `--policies 文件夹` 指明"), 2)
        folder = home
        chosen += [] if whole else [found]
    return folder or usual, tuple(chosen)


def _found(name: Path, folder: Path) -> Path:
    """The folder a name means: a path as written, else a 标识 in `folder`."""
    for path in (name, folder / name):
        if path.name and path.name != ".." and (_is_package(path) or is_library(path)):
            return path
    if is_library(name):
        return name
    raise Refused(Problem("E901", f"没有政策包 `{name}`", help=_help(name, folder)), 2)


def _is_package(path: Path) -> bool:
    """With a header; a package that lost it counts where others stand beside it."""
    return (path / HEADER).is_file() or (any(yaml_files(path)) and is_library(path.parent))


def is_library(path: Path) -> bool:
    """Whether a folder holds packages and is none itself."""
    return not os.path.exists(path / HEADER) and any(path.glob(f"*/{HEADER}"))


def _help(name: Path, folder: Path) -> str:
    if name.exists():
        return f"政策包是含 {HEADER} 的文件夹，例如 `{folder}` 里的"
    known = sorted(header.parent.name for header in folder.glob(f"*/{HEADER}"))
    return did_you_mean(name.name, known) or f"`{folder}` 里有 {'、'.join(known) or '（没有政策包）'}"
