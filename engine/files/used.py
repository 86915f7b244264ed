"""Which files a command has read and written: none of them may be its output (once more).

Kept for the current context only, between `command()` and its end, so that two callers in two threads do not meet.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import field

from engine.base.classes import dataclass

Identity = tuple[int, int, int, int]
"""Device, inode, size and time of change: the same file, unaltered, under whatever name."""


@dataclass(slots=True)
class Used:
    """Real paths and identities. A path alone would miss a second name of the same file; an identity alone would take a
    new file for an old one whose inode it has got."""

    paths: set[str] = field(default_factory=set)
    identities: set[Identity] = field(default_factory=set)

    def add(self, other: Used) -> None:
        """What another process used for this one."""
        self.paths |= other.paths
        self.identities |= other.identities


_USED: ContextVar[Used | None] = ContextVar("used", default=None)


@contextmanager
def command() -> Iterator[Used]:
    """What is read and written inside belongs to one command; a command inside a command is part of it."""
    outer = _USED.get()
    if outer is not None:
        yield outer
        return
    token = _USED.set(Used())
    try:
        yield _USED.get() or Used()
    finally:
        _USED.reset(token)


@contextmanager
def noting() -> Iterator[Used]:
    """What is read inside is told apart, and belongs to the command all the same."""
    outer, own = _USED.get(), Used()
    token = _USED.set(own)
    try:
        yield own
    finally:
        _USED.reset(token)
        if outer is not None:
            outer.add(own)


@contextmanager
def looking() -> Iterator[None]:
    """What is read inside is looked at only: it is no input of the command, which may replace it."""
    token = _USED.set(None)
    try:
        yield
    finally:
        _USED.reset(token)


def identity(found: os.stat_result) -> Identity:
    """Who the file is that was found."""
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def note(real: str, found: os.stat_result) -> None:
    """The file at the real path `real` is used by this command."""
    if (used := _USED.get()) is not None:
        used.paths.add(real)
        used.identities.add(identity(found))


def is_used(real: str, found: os.stat_result) -> bool:
    """Whether this command has read or written that very file."""
    used = _USED.get()
    return used is not None and (real in used.paths or identity(found) in used.identities)
