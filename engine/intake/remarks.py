"""What is said about one ledger while it is read: of every kind the first fifty cells, and how many more there were."""

from __future__ import annotations

from collections import Counter
from dataclasses import field

from engine.base.classes import dataclass
from engine.base.problem import Cell, Problem

MAX_PROBLEMS = 50


@dataclass(slots=True)
class Remarks:
    """`prefix`: the sheet, where the file has several."""

    file: str
    prefix: str = ""
    problems: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    told: set[str] = field(default_factory=set)

    @property
    def faults(self) -> int:
        """How many errors there have been."""
        return sum(count for code, count in self.counts.items() if code[0] == "E")

    def add(self, code: str, message: str, where: str, help: str | None = None) -> None:
        self.counts[code] += 1
        if self.counts[code] <= MAX_PROBLEMS:
            self.problems.append(Problem(code, message, self.cell(where), help=help))

    def once(self, code: str, message: str, where: str, help: str | None = None) -> None:
        """The same, for what is the same all down a column: told at its first cell."""
        if (key := f"{code} {self.prefix}{help} {where.rstrip('0123456789')}") not in self.told:
            self.told.add(key)
            self.add(code, message, where, help)

    def cell(self, where: str) -> Cell:
        return Cell(self.file, self.prefix + where)

    def all(self) -> list[Problem]:
        more = {code: count - MAX_PROBLEMS for code, count in self.counts.items() if count > MAX_PROBLEMS}
        if not more:
            return self.problems
        listed = "、".join(f"{code} 另有 {count} 处" for code, count in more.items())
        problem = Problem("W549", f"`{self.file}` 的问题没有全部列出：{listed}", help="先改正列出的，再运行一次")
        return [*self.problems, problem]


def area(first: str, last: str) -> str:
    """`A4:H17`; a single cell by itself."""
    return first if first == last else f"{first}:{last}"


def some(items: list[str], limit: int = 8) -> str:
    """The first few, and … where there are more."""
    return "、".join(items[:limit]) + ("…" if len(items) > limit else "")
