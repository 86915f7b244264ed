"""Edge: resolved packages kept between runs, each under the digest of everything it comes from.

Reading, checking and resolving the packages is most of what a short command does. A package is plain immutable data, so
it is kept as it is; a change of any rule file, of the calendar, of the day, of this program or of Python makes another
digest. A file that is not ours, or cannot be read, is as good as none. `GUIJU_CACHE` names another folder, or is `no`.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import stat
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from engine.base.calendar import Calendar
from engine.base.home import PROGRAM
from engine.policy.package import Package

KEEP = 32
"""Packages kept; the oldest go first."""


def folder() -> Path | None:
    """Where packages are kept; None where nothing is to be kept."""
    chosen = os.environ.get("GUIJU_CACHE", "")
    if chosen == "no":
        return None
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(chosen) if chosen else Path(home) / "guiju"


def digest(sources: Mapping[str, Mapping[str, str]], target: str, day: date, calendar: Calendar) -> str:
    """Of the rule texts with their paths (problems quote them), the target, the day, the calendar, program and Python."""
    total = hashlib.sha256(f"{sys.version}\0{target}\0{day}\0{calendar.digest}\0".encode())
    for path in sorted(PROGRAM.rglob("*.py")):
        found = path.stat()
        total.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
    for package in sources.values():
        for file, text in package.items():
            total.update(f"{file}\0{len(text)}\0{text}\0".encode())
    return total.hexdigest()


def load(key: str) -> Package | None:
    """The package kept under `key`."""
    place = folder()
    if place is None:
        return None
    try:
        with open(place / f"{key}.package", "rb") as file:
            owner = os.fstat(file.fileno())
            # Unpickling runs what the file says: only one that this user alone could have written is opened.
            if owner.st_uid != os.getuid() or owner.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                return None
            found = pickle.load(file)
    except (OSError, EOFError, pickle.UnpicklingError, AttributeError, ImportError, IndexError, ValueError):
        return None
    return found if isinstance(found, Package) else None


def store(key: str, package: Package) -> None:
    """Keep `package`; where that is not possible, nothing is kept."""
    place = folder()
    if place is None:
        return
    beside = place / f".{key}.{os.getpid()}"
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            pickle.dump(package, file, pickle.HIGHEST_PROTOCOL)
        os.replace(beside, place / f"{key}.package")
        kept = sorted(place.glob("*.package"), key=lambda path: path.stat().st_mtime_ns)
        for path in kept[:-KEEP]:
            path.unlink(missing_ok=True)
    except OSError:
        return
