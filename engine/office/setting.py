"""Edge: what holds for one run: the rules and who named them, the calendar; and what lies nearby, which is told, not used.

Rules come from the folder named on the command line or from the one this program came with. A folder of rules that
merely lies in the current folder, or beside a case, decides nothing: whoever wants it says so.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from engine.base.calendar import Calendar
from engine.base.problem import Problem
from engine.office.named import is_library
from engine.office.workspace import Workspace

NAMED, OWN = "命令行指定", "随程序提供"
"""Who named a folder of rules: a person on the command line; nobody."""
RULES = "policies"
"""What a folder of rules is called where nobody calls it otherwise."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The folder of the rules (`rules`), who named it, and the calendar; `today` stands in where no day is said."""

    rules: Path
    named_by: str
    today: date
    calendar: Calendar

    def workspace(self, regulation: str | None = None, as_of: date | None = None) -> Workspace:
        """The packages of this setting. Raises `Refused` (E901, E902, exit code 2)."""
        return Workspace(self.rules, self.today, regulation, as_of, calendar=self.calendar)

    def naming(self, folder: Path) -> Setting:
        """The same, with the rules of a folder that the command line names."""
        return replace(self, rules=folder, named_by=NAMED)

    def nearby(self, cases: Iterable[Path] = ()) -> list[Problem]:
        """Rules that lie in the current folder, or in or beside a case, and are not those of this setting (W910)."""
        return [] if self.named_by == NAMED else [_unused(found, self) for found in self._lying(cases)]

    def _lying(self, cases: Iterable[Path]) -> Iterator[Path]:
        for place in _places(cases):
            folder = place / RULES
            if os.path.isdir(folder) and not _same(folder, self.rules) and is_library(folder):
                yield folder


def _places(cases: Iterable[Path]) -> Iterator[Path]:
    """The current folder, every case's, and those the cases lie in; each once."""
    seen: set[str] = set()
    for place in (Path(), *(place for case in cases for place in _around(case))):
        real = os.path.realpath(place)
        if real not in seen and os.path.isdir(real):
            seen.add(real)
            yield place


def _around(case: Path) -> tuple[Path, Path]:
    folder = case if os.path.isdir(case) else case.parent
    return folder, folder.parent


def _same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _unused(folder: Path, setting: Setting) -> Problem:
    message = f"`{folder}` 里也有规则，没有使用；用的是 `{setting.rules}`（{setting.named_by}）"
    return Problem("W910", message, help=f"要用它，写 `--policies {folder}`")
