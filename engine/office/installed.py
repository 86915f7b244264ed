"""Edge: the digest of the program's own code, which tells two commits of one release apart."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from engine.base.canonical import digest
from engine.base.home import PROGRAM
from engine.files.program import modules, text_of


def code_digest() -> str:
    """`sha256:…` over every Python file of the program by its place in it. Reads them all: some milliseconds."""
    places = (place for place, _ in modules(PROGRAM))
    return digest({Path(place).relative_to(PROGRAM).as_posix(): sha256(text_of(place)).hexdigest() for place in places})
