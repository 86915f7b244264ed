"""Edge: resolved packages, and what each of their files says, kept between runs under the digest of all they come from.

Reading, checking and resolving the packages is most of what a short command does. A package is plain immutable data and
is kept as such (`kept`); a change of any rule file, of the calendar, of the day, of this program or of Python makes
another digest. After a change, the files that did not change need not be read again: what a file says is kept too, under
its text and path, this program and Python. What somebody else could have written, or cannot be read, is as good as none:
it would decide cases. `GUIJU_CACHE` names another folder, or is `no`.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from engine.base.calendar import Calendar
from engine.base.home import PROGRAM
from engine.files.own import read_own, write_own
from engine.files.program import modules
from engine.policy.kept import decode, decode_file, encode, encode_file
from engine.policy.nodes import source_of
from engine.policy.package import Package

if TYPE_CHECKING:
    from engine.policy.shape import FileSpec, ReadFile

SUFFIX = ".rules"
FILE_SUFFIX = ".file"
DAYS_SUFFIX = ".days"
MAX_BYTES = 100_000_000
KEEP = 32
"""Packages kept; the oldest go first."""
KEEP_FILES = 512
"""Files of which is kept what they say."""
KEEP_DAYS = 32
"""Folders of packages of which is kept on which days their rules change."""


def folder() -> Path | None:
    """Where packages are kept; None where nothing is to be kept."""
    chosen = os.environ.get("GUIJU_CACHE", "")
    if chosen == "no":
        return None
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(chosen) if chosen else Path(home) / "guiju"


def digest(sources: Mapping[str, Mapping[str, str]], target: str, day: date, calendar: Calendar) -> str:
    """Of the rule texts with their paths (problems quote them), the target, the day, the calendar, program and Python."""
    return _digest(f"{target}\0{day}\0{calendar.digest}\0", sources)


def _digest(of: str, sources: Mapping[str, Mapping[str, str]]) -> str:
    total = hashlib.sha256(f"{_program()}\0{of}".encode())
    for package in sources.values():
        for file, text in package.items():
            total.update(f"{file}\0{len(text)}\0{text}\0".encode())
    return total.hexdigest()


def _program() -> str:
    """What tells this program, and the Python it runs under, from others."""
    total = hashlib.sha256(sys.version.encode())
    for place, found in sorted(modules(PROGRAM)):
        total.update(f"{place}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
    return total.hexdigest()


def load(key: str) -> Package | None:
    """The package kept under `key`."""
    text = _read(f"{key}{SUFFIX}")
    with suppress(ValueError):
        return decode(text) if text is not None else None
    return None


def store(key: str, package: Package) -> None:
    """Keep `package`; where that is not possible, nothing is kept."""
    if folder() is not None:
        _write(f"{key}{SUFFIX}", encode(package), KEEP)


def changes(sources: Mapping[str, Mapping[str, str]]) -> list[date] | None:
    """The days on which the rules of these packages change, as kept."""
    kept = _read(_digest("", sources) + DAYS_SUFFIX)
    with suppress(ValueError):
        return [date.fromisoformat(day) for day in kept.split()] if kept is not None else None
    return None


def store_changes(sources: Mapping[str, Mapping[str, str]], days: Iterable[date]) -> None:
    """Keep these as the days; where that is not possible, nothing is kept."""
    if folder() is not None:
        _write(_digest("", sources) + DAYS_SUFFIX, "\n".join(map(date.isoformat, days)), KEEP_DAYS)


def reading() -> ReadFile:
    """What reads a file of a package, or knows what it says from an earlier run. A file with errors is read each time."""
    from engine.policy.shape import FileSpec, read_file

    if folder() is None:
        return read_file
    program = _program()

    def read(file: str, text: str) -> FileSpec:
        name = hashlib.sha256(f"{program}\0{file}\0{text}".encode()).hexdigest() + FILE_SUFFIX
        kept = _read(name)
        if kept is not None:
            with suppress(ValueError):
                return decode_file(kept, FileSpec, source_of(file, text))
        found = read_file(file, text)
        if found.spec is not None:
            _write(name, encode_file(found), KEEP_FILES)
        return found

    return read


def _read(name: str) -> str | None:
    """What is kept under a name. What the disk has spoilt is not taken for rules."""
    place = folder()
    if place is None:
        return None
    try:
        found, _, text = read_own(place, name, MAX_BYTES).partition(b"\n")
        return text.decode() if found.decode() == hashlib.sha256(text).hexdigest() else None
    except (OSError, ValueError):
        return None


def _write(name: str, said: str, keep: int) -> None:
    place, text = folder(), said.encode()
    if place is not None:
        with suppress(OSError):
            write_own(place, name, hashlib.sha256(text).hexdigest().encode() + b"\n" + text, keep)
