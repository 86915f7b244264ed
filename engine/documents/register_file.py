"""Edge: a register that is a file of its own: opened, held, added to."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

from engine.base.problem import Problem, Refused
from engine.documents.entered import Entered
from engine.documents.receipt import Stamp, plan_digest
from engine.documents.register import EXAMPLE, Book, DocumentNumber, LetterIdentity, is_line, read
from engine.files.faults import reason
from engine.files.writing import Held, holding

MAX_BYTES = 50_000_000


class Register:
    """An open, locked register: `book` to ask for numbers, `record` to enter letters that are about to be in place."""

    gives = True

    def __init__(self, held: Held, book: Book) -> None:
        self.held, self.book = held, book

    def stamp(self, key: bytes) -> Stamp:
        return Stamp(key)

    def record(self, letters: Sequence[Entered]) -> None:
        """Enter the letters that have a number. Refused as `enter` does."""
        entries = [
            (one.place, one.draft.letter, one.draft.plan.date, plan_digest(one.draft.plan))
            for one in letters
            if one.place is not None
        ]
        self.enter(entries, next((one.draft.by for one in letters), ""))  # one person issues all of them

    def enter(self, entries: Sequence[tuple[DocumentNumber, LetterIdentity, date, str]], by: str = "") -> None:
        """Append what is new, issued `by` whom, whole or not at all. A letter issued again unchanged adds no line.

        Refused (exit code 2): E642 it cannot be written; E645 it would be what cannot be read again."""
        lines = []
        for place, letter, day, digest in entries:
            if self.book.digests.get(place) != digest:
                head = {"代字": place.sign, "年份": place.year, "流水号": place.number}
                entry = {**head, **letter.entry(), "日期": day.isoformat(), "摘要": digest}
                entry |= {"经办人": by} if by else {}
                lines.append(json.dumps(entry, ensure_ascii=False))
            self.book.take(place, letter, digest, day)
        if lines:
            self._append(lines)

    def _append(self, lines: list[str]) -> None:
        path, data = self.held.path, self.held.data or b""
        end = b"\r\n" if b"\r\n" in data else b"\n"
        gap = b"" if not data.removeprefix(BOM_UTF8) or data.endswith(b"\n") else end
        data += gap + b"".join(line.encode() + end for line in lines)
        if len(data) > MAX_BYTES or not all(map(is_line, lines)):
            message = f"登记簿 `{path}` 记不下这几件文书，文书没有出具"
            raise Refused(Problem("E645", message, help="把往年的另存一册，新的一册写 `已用至`"), 2)
        try:
            self.held.rewrite(data)
        except OSError as error:
            message = f"写不了登记簿 `{path}`：{reason(error)}，文书没有出具"
            raise Refused(Problem("E642", message, help="腾出空间或换一个有权限的文件夹"), 2) from None


@contextmanager
def opened(path: Path) -> Iterator[Register]:
    """The register at `path`, held against every other process until the block ends.

    Refused (exit code 2 where it cannot be read or locked): E645, E647, E648."""
    with held_text(path) as (held, text):
        book, problems = read(text, str(held.path))
        if problems:
            raise Refused(problems)
        yield Register(held, book)


@contextmanager
def held_text(path: Path) -> Iterator[tuple[Held, str]]:
    """The file of a register and what it says, held until the block ends. Refused (E645, exit code 2)."""
    with ExitStack() as stack:
        try:
            held = stack.enter_context(holding(path, MAX_BYTES))
        except FileNotFoundError:
            message = f"没有登记簿 `{path}`"
            raise Refused(Problem("E645", message, help=f"新建这个文件，第一行写 `{EXAMPLE}`"), 2) from None
        except OSError as error:
            message = f"用不了登记簿 `{path}`：{reason(error)}"
            raise Refused(Problem("E645", message, help="检查权限；过大的，把往年的另存一册"), 2) from None
        try:
            text = (held.data or b"").decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Refused(Problem("E645", f"读不了登记簿 `{path}`", help="存为 UTF-8 文本"), 2) from None
        yield held, text
