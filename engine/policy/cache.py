"""Edge: resolved packages kept between runs, each under the digest of everything it comes from.

Reading, checking and resolving the packages is most of what a short command does. A package is plain immutable data and
is kept as such (`kept`); a change of any rule file, of the calendar, of the day, of this program or of Python makes
another digest. What somebody else could have written, or cannot be read, is as good as none: it would decide cases.
`GUIJU_CACHE` names another folder, or is `no`.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path

from engine.base.calendar import Calendar
from engine.base.home import PROGRAM
from engine.files.own import read_own, write_own
from engine.policy.kept import decode, encode
from engine.policy.package import Package

SUFFIX = ".rules"
MAX_BYTES = 100_000_000
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
        found, _, text = read_own(place, f"{key}{SUFFIX}", MAX_BYTES).partition(b"\n")
        # What the disk has spoilt is not taken for rules.
        return decode(text.decode()) if found.decode() == hashlib.sha256(text).hexdigest() else None
    except (OSError, ValueError):
        return None


def store(key: str, package: Package) -> None:
    """Keep `package`; where that is not possible, nothing is kept."""
    place = folder()
    if place is None:
        return
    text = encode(package).encode()
    with suppress(OSError):
        write_own(place, f"{key}{SUFFIX}", hashlib.sha256(text).hexdigest().encode() + b"\n" + text, KEEP)
