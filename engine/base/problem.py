"""Errors are values: a `Problem` says what is wrong, where, and what to do about it.

Passes return results *and* problems and keep going, so that one run shows all of them. Only the edges (CLI, file
readers that cannot go on) raise, and then they raise `Refused`, which carries problems and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field

from engine.base.classes import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one text file. Lines and columns count from 1; the end column is exclusive. `cell`: of a workbook that
    holds rules, the cell (`标准!D7`), whose row and column the line and the column are."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    cell: str = ""

    def __str__(self) -> str:
        return f"{self.file}!{self.cell}" if self.cell else f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell (or range) of a spreadsheet or CSV ledger, written `台账.xlsx!D7`."""

    file: str
    ref: str

    def __str__(self) -> str:
        return f"{self.file}!{self.ref}"


@dataclass(frozen=True, slots=True)
class Pointer:
    """An item of a file or of data by its keys, whether it is there or not: `path` is a JSON Pointer (RFC 6901) such as
    `/事实/年度活动场次`, `file` "" for data that a program handed over."""

    file: str
    path: str

    def __str__(self) -> str:
        return f"{self.file}#{self.path}" if self.file else self.path


Place = Span | Cell | Pointer

SEVERITIES = {"E": "错误", "W": "警告", "R": "待议"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about an input. The code's first letter is its severity: E error, W warning, R review item.

    `message` is one Chinese line quoting the offending text in backquotes; `help` is one suggestion. The place never
    takes part in equality, so tests compare codes and messages.
    """

    code: str
    message: str
    place: Place | None = field(default=None, compare=False)
    help: str | None = None
    clause: str | None = field(default=None, compare=False)

    @property
    def severity(self) -> str:
        return SEVERITIES[self.code[0]]

    @property
    def is_error(self) -> bool:
        return self.code[0] == "E"


class Refused(Exception):
    """Raised at an edge that cannot go on. `exit_code` 1: the input is at fault; 2: usage or environment."""

    def __init__(self, problems: Iterable[Problem] | Problem, exit_code: int = 1) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        self.exit_code = exit_code
        super().__init__("; ".join(f"{p.code} {p.message}" for p in self.problems))

    def __reduce__(self) -> tuple[type[Refused], tuple[tuple[Problem, ...], int]]:
        """Raised in another process it comes back as it was."""
        return type(self), (self.problems, self.exit_code)


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """The problems that forbid going on."""
    return [p for p in problems if p.is_error]
