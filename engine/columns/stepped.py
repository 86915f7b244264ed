"""Steps of the column algebra as they are asked for: a column of a frame each, what several read once."""

from __future__ import annotations

from collections.abc import Callable

from engine.columns.algebra import BOOL, CASES, INT, Carry, ColumnStep, Compute, Expr, Fold, column, const
from engine.columns.ends import Val
from engine.columns.numbers import Num
from engine.policy.package import Field


class Stepped:
    """`frame` is the one at hand; `tables`: of which records something is read, with the columns."""

    def __init__(self) -> None:
        self.steps: list[ColumnStep] = []
        self.tables: dict[str, dict[str, Field]] = {}
        self.frame = CASES
        self._made: dict[tuple[str, object], str] = {}

    def emit(self, name: str, expr: Expr) -> Expr:
        """A column of the frame at hand; what needs none stays as it is."""
        if expr.op == "const" or (expr.op == "column" and self.frame != CASES):
            return expr
        self.steps.append(Compute(self.frame, name, expr))
        return column(name, expr.kind)

    def named(self, key: str, found: Val) -> Val:
        if isinstance(found, Expr):
            return self.emit(key, found)
        return Num(self.emit(key, found.over), found.low, found.high, self.emit(f"{key}÷", found.under), found.most)

    def aside(self, found: Val) -> Val:
        """The same as a column of its own, for what several read."""
        if isinstance(found, Num):
            over, under = self.aside(found.over), self.aside(found.under)
            assert isinstance(over, Expr)
            assert isinstance(under, Expr)
            return Num(over, found.low, found.high, under, found.most)
        if found.op in ("const", "column"):
            return found
        known_as = self._made.get((self.frame, found))
        if known_as is None:
            known_as = self._made[self.frame, found] = f"#{len(self.steps)}"
            self.emit(known_as, found)
        return column(known_as, found.kind)

    def set_aside(self, found: Expr) -> Expr:
        """The same of what is no number."""
        held = self.aside(found)
        assert isinstance(held, Expr)
        return held

    def carried(self, found: Val) -> Val:
        """What the cases hold, in the frame at hand."""
        if self.frame == CASES:
            return found
        if isinstance(found, Num):
            over, under = self._beside(found.over), self._beside(found.under)
            return Num(over, found.low, found.high, under, found.most)
        return self._beside(found)

    def _beside(self, expr: Expr) -> Expr:
        if expr.op == "const":
            return expr
        held = self.aside_of_cases(expr)
        assert isinstance(held, Expr)
        assert isinstance(held.value, str)
        name = f"↑{held.value}"
        if (self.frame, name) not in self._made:
            self._made[self.frame, name] = name
            self.steps.append(Carry(self.frame, name, held.value, held.kind))
        return column(name, held.kind)

    def aside_of_cases(self, found: Val) -> Val:
        """A column of the cases, wherever it is asked for."""
        before, self.frame = self.frame, CASES
        held = self.aside(found)
        self.frame = before
        return held

    def given(self, table: str) -> Expr:
        """Whether the records of a table are known; never null."""
        self.tables.setdefault(table, {})
        return column(f"有：{table}", BOOL)

    def among(self, table: str, do: Callable[[], Val]) -> Val:
        """What `do` works out of each record of a table."""
        before, self.frame = self.frame, table
        try:
            return self.aside(do())
        finally:
            self.frame = before

    def fold(
        self, table: str, how: str, where: Expr, value: Expr | None = None, months: tuple[Expr, Expr] | None = None
    ) -> Expr:
        """A column of the cases out of their records."""
        key = ("fold", table, how, where, value, months)
        name = self._made.get((CASES, key))
        if name is None:
            name = self._made[CASES, key] = f"#{len(self.steps)}"
            month, count = months or (None, None)
            self.steps.append(Fold(table, name, how, where, value if value is not None else const(1), month, count))
        kind = value.kind if value is not None and how in ("max", "min") else INT
        return column(name, kind)
