"""Edge: the digest of the program's own code, which tells two commits of one release apart."""

from __future__ import annotations

from hashlib import sha256

from engine.base.canonical import digest
from engine.base.home import PROGRAM
from engine.files.reading import read

MAX_MODULE = 1_000_000


def code_digest() -> str:
    """`sha256:…` over every Python file of the program by its place in it. Reads them all: some milliseconds."""
    files = sorted(PROGRAM.rglob("*.py"))
    texts = {file: read(file, MAX_MODULE, PROGRAM) for file in files}
    return digest({file.relative_to(PROGRAM).as_posix(): sha256(text).hexdigest() for file, text in texts.items()})
