"""The guarded open: a regular file of bounded size, inside the folder it belongs to, the same one from check to reading.

A named pipe, an endless device or a link to somebody else's file never gets as far as being read.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from engine.base.classes import dataclass
from engine.files.faults import CHANGED, FOLDER, NAME, OUTSIDE, SPECIAL, Unfit, too_large
from engine.files.used import Identity, identity, note

_STEP = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Found:
    """A file that passed the guard: `real` its path without links, `home` the folder it may not lead out of."""

    path: Path
    home: str
    real: str
    limit: int
    identity: Identity

    def opened(self) -> BinaryIO:
        """The very file that was found, for reading. Raises OSError, `Unfit` where it is another one by now."""
        stream = _opened(self.path, self.home, self.real)
        if identity(os.fstat(stream.fileno())) != self.identity:
            stream.close()
            raise Unfit(CHANGED, self.path)
        return stream

    def read(self) -> bytes:
        """All of it. Raises OSError, `Unfit` where it changes meanwhile."""
        with self.opened() as stream:
            data = stream.read(self.limit + 1)
            if len(data) != self.identity[2] or identity(os.fstat(stream.fileno())) != self.identity:
                raise Unfit(CHANGED, self.path)
        return data


def find(path: Path, limit: int, within: Path | None = None) -> Found:
    """The regular file at `path`, of at most `limit` bytes. It may be a link only inside `within`, its own folder where
    nothing else is said. Raises OSError: what the system refuses, and `Unfit`."""
    home, real = _inside(path, within or path.parent)
    with _opened(path, home, real) as stream:
        found = os.fstat(stream.fileno())
    if found.st_size > limit:
        raise too_large(path, found.st_size, limit)
    note(real, found)
    return Found(path, home, real, limit, identity(found))


def read(path: Path, limit: int, within: Path | None = None) -> bytes:
    """The bytes of `find(path, limit, within)`."""
    return find(path, limit, within).read()


def folder_at(path: Path) -> Path:
    """`path` itself where it is a folder, else the one it lies in."""
    return path if path.is_dir() else path.parent


def inside(path: Path, folder: Path) -> bool:
    """Whether `path`, links followed, is `folder` or lies in it. What is not there lies where its name says."""
    root, real = os.path.realpath(folder), os.path.realpath(path)
    return real == root or real.startswith(root.rstrip("/") + "/")


def _inside(path: Path, home: Path) -> tuple[str, str]:
    """The real paths of the folder and of the file, which must lie in it."""
    try:
        root, real = os.path.realpath(home), os.path.realpath(path, strict=True)
    except ValueError:
        raise Unfit(NAME, path) from None
    if not real.startswith(root.rstrip("/") + "/"):
        raise Unfit(FOLDER if real == root else OUTSIDE, path)
    return root, real


def _opened(path: Path, home: str, real: str) -> BinaryIO:
    """The file opened step by step from its folder: a link put in the way after `_inside` looked is not followed."""
    *steps, name = os.path.relpath(real, home).split(os.sep)
    at = os.open(home, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for step in steps:
            below = os.open(step, _STEP, dir_fd=at)
            os.close(at)
            at = below
        # Opening a device may do something already: it is looked at before, and what was opened once more after.
        _regular(os.stat(name, dir_fd=at, follow_symlinks=False), path)
        stream = os.fdopen(os.open(name, _FILE, dir_fd=at), "rb")
    except OSError as error:
        error.filename = str(path)
        raise
    finally:
        os.close(at)
    try:
        _regular(os.fstat(stream.fileno()), path)
    except OSError:
        stream.close()
        raise
    return stream


def _regular(found: os.stat_result, path: Path) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise Unfit(FOLDER, path)
    if not stat.S_ISREG(found.st_mode):
        raise Unfit(OUTSIDE if stat.S_ISLNK(found.st_mode) else SPECIAL, path)
