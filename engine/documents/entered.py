"""A letter on the disk that is about to be entered in a register and to take its place; what a register is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.documents.draft import Draft
from engine.documents.receipt import Stamp
from engine.documents.register import Book, DocumentNumber
from engine.files import writing
from engine.files.faults import Unfit, reason, refusal


@dataclass(frozen=True, slots=True)
class File:
    """A written file: its place below the output folder, SHA-256 and size in bytes."""

    path: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Entered:
    """A letter that is whole on the disk and about to be entered: its number (None: it has none of the register's),
    whether that is a new one, and its files beside their places in `out`."""

    place: DocumentNumber | None
    fresh: bool
    draft: Draft
    files: tuple[File, ...]
    out: Path
    mark: str

    def data(self, file: File) -> bytes:
        """The bytes of one of its files. Refused (E642)."""
        with writing_to(self.out / file.path):
            return writing.staged(self.out / file.path, self.mark, file.size)


class Registry(Protocol):
    """Where letters are entered. `gives`: whether it gives numbers."""

    book: Book
    gives: bool

    def stamp(self, key: bytes) -> Stamp:
        """What it gives letters besides numbers."""
        ...

    def record(self, letters: Sequence[Entered]) -> None:
        """Enter letters, all of them or none. Refused (exit code 2)."""
        ...


Registering = AbstractContextManager[Registry]
"""A register, held against every other process while it is open."""


@contextmanager
def writing_to(path: Path) -> Iterator[None]:
    """What the file system refuses inside is refused as E642, or E902 where a folder is a file (exit code 2)."""
    try:
        yield
    except (FileExistsError, NotADirectoryError) as error:
        raise Refused(refusal(error), 2) from None
    except OSError as error:
        help = (
            "换一个有权限的文件夹，用 `--out 文件夹`"
            if isinstance(error, PermissionError)
            else "检查磁盘，或换一个输出的地方"
        )
        blamed = error.filename if isinstance(error, Unfit) else path
        raise Refused(Problem("E642", f"写不了 `{blamed}`：{reason(error)}", help=help), 2) from None
