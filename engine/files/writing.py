"""The guarded write: a file appears whole or not at all, and never where it could hurt.

Everything goes into a new file beside its target, under a name nobody can foresee, opened without following links; is
flushed to the disk; and takes the target's place in one step, with the mode the target had. A target is never a link, a
device, a folder, nor a file that this very command reads (see `used`). Whatever does not take its place is removed.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from engine.base.classes import dataclass
from engine.files.faults import CHANGED, FOLDER, INPUT, KIND, LINK, SPECIAL, Unfit
from engine.files.locking import locked
from engine.files.reading import find
from engine.files.used import Identity, identity, is_used, note

NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_LEFT = re.compile(r"[0-9a-f]{16}\.partial$")
_MAX_NAME = 160
"""Bytes of a target's name that its temporary name repeats (255 are a name's limit)."""


def token() -> str:
    """What makes the names of temporary files unforeseeable."""
    return os.urandom(8).hex()


def make_folder(path: Path, within: Path | None = None) -> None:
    """The folder at `path`, made with those above it where it is not there. Below `within` no step may be a link.
    Raises OSError."""
    (within or path).mkdir(parents=True, exist_ok=True)
    step = within or path
    for name in path.relative_to(step).parts:
        step = step / name
        if step.is_symlink():
            raise Unfit(LINK, step)
        step.mkdir(exist_ok=True)


def check_target(path: Path, suffixes: tuple[str, ...] = ()) -> None:
    """Raises OSError where `path` is nothing to write to: a link, a folder, a device, an input of this command; where it is
    there and its name ends in none of `suffixes` (if any)."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return
    if stat.S_ISLNK(found.st_mode):
        raise Unfit(LINK, path)
    if stat.S_ISDIR(found.st_mode):
        raise Unfit(FOLDER, path)
    if not stat.S_ISREG(found.st_mode):
        raise Unfit(SPECIAL, path)
    if is_used(os.path.realpath(path), found):
        raise Unfit(INPUT, path)
    if suffixes and path.suffix.lower() not in suffixes:
        raise Unfit(KIND, path)


# ---- one file ----


def write(path: Path, data: bytes, suffixes: tuple[str, ...] = ()) -> None:
    """`path` with `data` in it, in a folder that is made if need be. Raises OSError, and then nothing has changed; see
    `check_target`."""
    with replacing(path, suffixes) as stream:
        stream.write(data)


@contextmanager
def replacing(path: Path, suffixes: tuple[str, ...] = ()) -> Iterator[BinaryIO]:
    """What is written inside becomes `path` when the block ends; where it ends by an error, nothing has changed. See
    `check_target`."""
    make_folder(path.parent)
    with locked(path):
        check_target(path, suffixes)
        clear([path])
        mark = token()
        try:
            with _staged(path, mark) as stream:
                yield stream
            check_target(path, suffixes)
            _take_place(path, mark)
        finally:
            discard(path, mark)


def create_all(files: Mapping[Path, bytes]) -> None:
    """New files, all of them or none. Raises OSError: `FileExistsError` with the file that is there already."""
    mark, placed = token(), list[Path]()
    try:
        for path, data in files.items():
            make_folder(path.parent)
            _absent(path)
            stage(path, data, mark)
        for path in files:
            _take_empty(path, mark)
            placed.append(path)
            _settled(path.parent)
    except BaseException:
        for path in placed:
            path.unlink(missing_ok=True)
        raise
    finally:
        for path in files:
            discard(path, mark)


def _absent(path: Path) -> None:
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))


def _take_empty(path: Path, mark: str) -> None:
    """What was staged becomes `path`, which must not be there: a link, unlike a move, replaces nothing."""
    try:
        os.link(_beside(path, mark), path)
    except FileExistsError:
        _absent(path)
    except OSError as error:  # a drive without links
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP):
            raise
        _absent(path)
        os.rename(_beside(path, mark), path)


def remove(path: Path) -> None:
    """There is no file at `path`."""
    path.unlink(missing_ok=True)


def remove_folder(path: Path) -> None:
    """There is no folder at `path`, unless something is in it."""
    with suppress(OSError):
        path.rmdir()


def append(path: Path, line: bytes) -> None:
    """`line` at the end of the file at `path`, which is made where it is not there, and on the disk. Raises OSError, `Unfit`
    where it is a link or no regular file."""
    make_folder(path.parent)
    if path.is_symlink():
        raise Unfit(LINK, path)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o666)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Unfit(SPECIAL, path)
        if os.write(handle, line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        os.fsync(handle)
    finally:
        os.close(handle)


# ---- in two steps: written by one process, put in place by another ----


def stage(path: Path, data: bytes, mark: str) -> None:
    """`data` on the disk beside `path`, under a name made of `mark` (a `token()`). Raises OSError."""
    with _staged(path, mark) as stream:
        stream.write(data)


def staged(path: Path, mark: str, limit: int) -> bytes:
    """What was staged beside `path`. Raises OSError."""
    return find(_beside(path, mark), limit).read()


def place(path: Path, mark: str) -> None:
    """What was staged beside `path` takes its place. Raises OSError where `path` is nothing to write to."""
    check_target(path)
    _take_place(path, mark)


def discard(path: Path, mark: str) -> None:
    """What was staged beside `path` and has not taken its place is gone."""
    _beside(path, mark).unlink(missing_ok=True)


# ---- read, changed and written back ----


@dataclass(slots=True)
class Held:
    """A file held against every other process: its bytes (None: not there yet), to be replaced as often as need be."""

    path: Path
    data: bytes | None
    seen: Identity | None

    def rewrite(self, data: bytes) -> None:
        """The file holds `data` from now on. Raises OSError, and then it is as it was; `Unfit` where a program that knows
        nothing of the lock has changed it since it was read."""
        mark = token()
        try:
            stage(self.path, data, mark)
            if _seen(self.path) != self.seen:
                raise Unfit(CHANGED, self.path)
            _take_place(self.path, mark)
        finally:
            discard(self.path, mark)
        self.data, self.seen = data, _seen(self.path)


@contextmanager
def holding(path: Path, limit: int, *, optional: bool = False) -> Iterator[Held]:
    """The file at `path`, locked and read, until the block ends; `optional`: it need not be there (its folder must).
    Raises OSError."""
    if os.path.lexists(path) or not optional:
        path = Path(find(path, limit).real)
    with locked(path):
        clear([path])
        if optional and not os.path.lexists(path):
            yield Held(path, None, None)
            return
        found = find(path, limit)
        yield Held(path, found.read(), found.identity)


def _seen(path: Path) -> Identity | None:
    try:
        return identity(os.lstat(path))
    except FileNotFoundError:
        return None


# ---- files beside ----


def _beside(path: Path, mark: str) -> Path:
    return path.with_name(f"{_prefix(path)}{mark}.partial")


def _prefix(path: Path) -> str:
    whole = path.name.encode()
    return f".{path.name if len(whole) <= _MAX_NAME else sha256(whole).hexdigest()}."


@contextmanager
def _staged(path: Path, mark: str) -> Iterator[BinaryIO]:
    """A new file beside `path`, on the disk when the block ends, removed where it ends by an error."""
    beside = _beside(path, mark)
    # What replaces a private file is private from its first byte on.
    mode = 0o600 if os.path.lexists(path) else 0o666
    stream = os.fdopen(os.open(beside, NEW, mode), "wb")
    try:
        with stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException as error:
        beside.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(path)
        raise


def _take_place(path: Path, mark: str) -> None:
    """What was staged becomes `path`; it belongs to whom the old one belonged to, where that is allowed, with its mode."""
    beside = _beside(path, mark)
    if os.path.lexists(path):
        old, new = os.lstat(path), os.lstat(beside)
        if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
            with suppress(PermissionError):
                os.chown(beside, old.st_uid, old.st_gid, follow_symlinks=False)
        beside.chmod(stat.S_IMODE(old.st_mode))
    os.rename(beside, path)
    _settled(path.parent)
    note(os.path.realpath(path), os.lstat(path))


def _settled(folder: Path) -> None:
    """The folder's entries on the disk. Not every network drive can do that for a folder."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
    finally:
        os.close(handle)


def clear(paths: Iterable[Path]) -> None:
    """Files that a process left beside these paths when it died are gone. Only for whoever holds the lock on them."""
    starts: dict[Path, set[str]] = {}
    for path in paths:
        starts.setdefault(path.parent, set()).add(_prefix(path))
    for folder, own in starts.items():
        for name in os.listdir(folder) if folder.is_dir() else ():
            if (left := _LEFT.search(name)) and name[: left.start()] in own:
                (folder / name).unlink(missing_ok=True)
