"""Edge: the program's own code. Nobody is guarded against here: whoever can change it needs no link in its way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def modules(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """The place of every Python file at or below `folder`, and what the system says of it."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                yield entry.path, entry.stat()
            elif entry.is_dir(follow_symlinks=False):
                yield from modules(Path(entry.path))


def text_of(place: str) -> bytes:
    """What one of them says."""
    with open(place, "rb", buffering=0) as file:
        return file.read()
