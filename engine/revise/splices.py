"""A change as pieces of text that take the place of others: everything else keeps its very bytes.

Whoever plans a change counts characters as nodes do: without a byte order mark, lines ended by a line feed. What is kept
of the plan counts the characters of the file as it is, so that a change and its inverse give the same bytes whatever its
line ends are. Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from itertools import pairwise

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused

Texts = Mapping[str, bytes]
"""File as shown to people -> its bytes."""


@dataclass(frozen=True, slots=True)
class Splice:
    """The characters [start, end) of `file` give way to `text`."""

    file: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """`splices` count the characters of the files as they are, in order and none over another; `base`: the SHA-256 of each
    file they were planned for, in hex."""

    base: Mapping[str, str]
    splices: tuple[Splice, ...]


def digest(data: bytes) -> str:
    """The SHA-256 of a file, in hex."""
    return hashlib.sha256(data).hexdigest()


def change_of(planned: Iterable[Splice], files: Texts) -> Change:
    """The change of `files` that was planned in the characters of nodes. Raises ValueError where two pieces overlap."""
    found: list[Splice] = []
    by_file: dict[str, list[Splice]] = {}
    for splice in planned:
        by_file.setdefault(splice.file, []).append(splice)
    for file, splices in sorted(by_file.items()):
        text = files[file].decode("utf-8")
        at, end = _places(text), "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
        ordered = sorted(dict.fromkeys(splices), key=lambda s: (s.start, s.end))
        found += [Splice(file, at[s.start], at[s.end], s.text.replace("\n", end)) for s in ordered]
    for one, other in pairwise(found):
        if one.file == other.file and other.start < one.end:
            raise ValueError(f"two changes of one place in {one.file}")
    return Change({file: digest(files[file]) for file in by_file}, tuple(found))


def _places(text: str) -> list[int]:
    """Where the characters that nodes count stand in a file's text, and its end."""
    mark = text.startswith("\ufeff")
    kept = [at for at in range(int(mark), len(text)) if not (text[at] == "\n" and at and text[at - 1] == "\r")]
    return [*kept, len(text)]


def applied(change: Change, files: Texts) -> tuple[dict[str, bytes], Change]:
    """The files that change, and the change that takes it back. Refused where a file is not the one it was planned for
    (E932)."""
    new: dict[str, bytes] = {}
    back: list[Splice] = []
    for file, base in change.base.items():
        if file not in files or digest(files[file]) != base:
            message = f"`{file}` 已经不是拟定改动时的样子"
            raise Refused(Problem("E932", message, help="有人改过它；看一看现在的内容，再拟一次改动"))
        text, parts, at, shift = files[file].decode("utf-8"), list[str](), 0, 0
        for splice in (s for s in change.splices if s.file == file):
            parts += [text[at : splice.start], splice.text]
            start = splice.start + shift
            back.append(Splice(file, start, start + len(splice.text), text[splice.start : splice.end]))
            at, shift = splice.end, shift + len(splice.text) - (splice.end - splice.start)
        new[file] = "".join([*parts, text[at:]]).encode("utf-8")
    return new, Change({file: digest(data) for file, data in new.items()}, tuple(back))


def between(before: Texts, after: Texts) -> Change:
    """The change that makes the files of `before` those of `after`: one piece a file, as short as can be."""
    found = []
    for file, data in after.items():
        old, new = before[file].decode("utf-8"), data.decode("utf-8")
        most = min(len(old), len(new))
        start = next((at for at in range(most) if old[at] != new[at]), most)
        tail = next((at for at in range(most - start) if old[-1 - at] != new[-1 - at]), most - start)
        found.append(Splice(file, start, len(old) - tail, new[start : len(new) - tail]))
    return Change({file: digest(before[file]) for file in after}, tuple(found))
