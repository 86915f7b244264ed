"""One process at a time, by an advisory lock on a file beside the target (which itself is replaced, not written to).

The lock's file goes when the lock does. A process that dies leaves it, but not the lock: the system releases that.
"""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.files.faults import BUSY, SPECIAL, Unfit

WAIT = 600.0
"""Seconds until a lock that is never released is given up."""
_PAUSE = 0.01
_FLAGS = os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@contextmanager
def locked(path: Path, wait: float = WAIT) -> Iterator[None]:
    """Held against every other process, and every other thread, that locks `path`. Raises OSError; `Unfit` (busy)."""
    beside = os.path.join(os.path.realpath(path.parent), f".{path.name}.lock")
    handle = _acquired(beside, path, time.monotonic() + wait)
    try:
        yield
    finally:
        if _stands(beside, handle):
            os.unlink(beside)
        os.close(handle)


def _acquired(beside: str, path: Path, until: float) -> int:
    while True:
        handle = _opened(beside)
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise Unfit(SPECIAL, beside)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever held it before may have removed the file between our opening and locking it: then it locks nothing.
            if _stands(beside, handle):
                return handle
        except BlockingIOError:
            if time.monotonic() > until:
                os.close(handle)
                raise Unfit(BUSY, path) from None
            time.sleep(_PAUSE)
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _opened(beside: str) -> int:
    try:
        return os.open(beside, _FLAGS | os.O_RDWR, 0o666)
    except PermissionError:  # left by somebody else: reading it is enough for a lock
        return os.open(beside, _FLAGS & ~os.O_CREAT | os.O_RDONLY)


def _stands(beside: str, handle: int) -> bool:
    """Whether the file that is locked is the one at its path."""
    try:
        found = os.lstat(beside)
    except FileNotFoundError:
        return False
    return os.path.samestat(found, os.fstat(handle))
