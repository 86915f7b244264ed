"""Files that nobody but this user can have written: what decides unseen by people is read from no other.

The folder is opened once, as it is and not through a link; its owner and mode are read from what was opened, and so are
the file's, which is looked up in that very folder. Whoever can rename folders above it can put another one there, but
not one that belongs to this user and that only this user could fill.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.files.faults import CHANGED, SPECIAL, Unfit, too_large
from engine.files.writing import NEW, token

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC


def read_own(folder: Path, name: str, limit: int) -> bytes:
    """The file `name` of `folder`. Raises OSError: `PermissionError` where somebody else could have written it."""
    with _opened(folder) as at:
        _regular(os.stat(name, dir_fd=at, follow_symlinks=False), folder / name)
        with os.fdopen(os.open(name, _FILE, dir_fd=at), "rb") as stream:
            found = os.fstat(stream.fileno())
            _regular(found, folder / name)
            _ours(found, folder / name)
            if found.st_size > limit:
                raise too_large(folder / name, found.st_size, limit)
            data = stream.read(limit + 1)
    if len(data) != found.st_size:
        raise Unfit(CHANGED, folder / name)
    return data


def write_own(folder: Path, name: str, data: bytes, keep: int) -> None:
    """`data` as the file `name` of `folder` (made if need be), of whose files with that suffix the latest `keep` stay.
    Raises OSError: `PermissionError` where somebody else could write into the folder."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _opened(folder) as at:
        beside = f".{token()}.partial"
        try:
            with os.fdopen(os.open(beside, NEW, 0o600, dir_fd=at), "wb") as stream:
                stream.write(data)
            os.rename(beside, name, src_dir_fd=at, dst_dir_fd=at)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(beside, dir_fd=at)
        _prune(at, Path(name).suffix, keep)


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    at = os.open(folder, _FOLDER)
    try:
        _ours(os.fstat(at), folder)
        yield at
    finally:
        os.close(at)


def _ours(found: os.stat_result, path: Path) -> None:
    if found.st_uid != os.getuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError(0, "others can write it", str(path))


def _regular(found: os.stat_result, path: Path) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise Unfit(SPECIAL, path)


def _prune(at: int, suffix: str, keep: int) -> None:
    """The oldest of the kept files go, and what a process left half-written when it died."""
    ages = {name: os.stat(name, dir_fd=at, follow_symlinks=False).st_mtime_ns for name in os.listdir(at)}
    kept = sorted((name for name in ages if name.endswith(suffix)), key=lambda name: ages[name])
    newest = max(ages.values(), default=0)
    dead = [name for name, age in ages.items() if name.endswith(".partial") and newest - age > 3_600_000_000_000]
    for name in (*kept[:-keep], *dead):
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=at)
