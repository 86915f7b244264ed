"""Rules as closures over the flat list of values: criteria, decision tables, scores, determinations.

Every `Rule` takes the values, computes what it stands for and writes its own slots, nothing else. What the slots are
is `program.Layout`'s business; here they are numbers already. Unknown is None throughout.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from engine.base.numbers import rounded
from engine.decision.evaluate import OutOfRange
from engine.decision.model import NOT_OPENED
from engine.language import values as arithmetic
from engine.language.tree import NOT_APPLICABLE

Values = list[Any]
"""One value per slot: `tree.Value`, or `NOT_APPLICABLE` for a criterion."""

Run = Callable[[Values, Any], Any]
"""What `compile_node` returns."""

Rule = Callable[[Values], None]


def quiet(run: Run, values: Values) -> Any:
    """The value; unknown where it cannot be represented."""
    try:
        return run(values, None)
    except OutOfRange:
        return None


def derived_rule(run: Run, slot: int) -> Rule:
    def rule(values: Values) -> None:
        values[slot] = run(values, None)

    return rule


@dataclass(frozen=True, slots=True)
class CriterionSlots:
    """Where a criterion's parts live: the effective verdict, whether it applies, whether its requirement is met, and
    the recorded finding on its being excused."""

    verdict: int
    applies: int
    met: int
    excuse: int


def criterion_rule(applies: Run | None, requirement: Run, slots: CriterionSlots, excusable: bool) -> Rule:
    """Applicability first, then the requirement.

    The effective verdict is NOT_APPLICABLE where the criterion does not apply and unknown where that is unknown. An
    unmet 一般应当 counts as met if it is excused, as unmet if excusing it was refused, and is unknown while nobody has
    said so.
    """
    verdict, applicable, met, excuse = slots.verdict, slots.applies, slots.met, slots.excuse

    def plain(values: Values) -> None:
        values[applicable] = True
        values[verdict] = values[met] = requirement(values, None)

    def excused(values: Values) -> None:
        values[applicable] = True
        values[met] = found = requirement(values, None)
        values[verdict] = values[excuse] if found is False else found

    simple = excused if excusable else plain
    if applies is None:
        return simple

    def limited(values: Values) -> None:
        opened = applies(values, None)
        if opened is False:
            values[applicable], values[met], values[verdict] = False, None, NOT_APPLICABLE
            return
        simple(values)
        if opened is None:
            values[applicable] = values[verdict] = None

    return limited


@dataclass(frozen=True, slots=True)
class CompiledRow:
    conditions: tuple[Run, ...]
    output: Run

    def hit(self, values: Values) -> bool | None:
        result: bool | None = True
        for condition in self.conditions:
            found = condition(values, None)
            if found is False:
                return False
            if found is None:
                result = None
        return result


def table_rule(hit: str, rows: Sequence[CompiledRow], default: Run | None, slot: int) -> Rule:
    """A decision table: 唯一, 首个 or 累计. Its value is known only where every row that may still hit says the same."""
    choose = _cumulated if hit == "累计" else _first if hit == "首个" else _unique

    def rule(values: Values) -> None:
        values[slot] = choose(values, rows, default)

    return rule


def _agreed(found: Sequence[Any]) -> Any:
    """The one value all of `found` are, else None."""
    if not found:
        return None
    first = found[0]
    return first if all(other == first for other in found[1:]) else None


def _unique(values: Values, rows: Sequence[CompiledRow], default: Run | None) -> Any:
    hits = [(row.hit(values), row) for row in rows]
    possible = [row.output(values, None) for hit, row in hits if hit is not False]
    if not any(hit for hit, _ in hits):
        possible.append(default(values, None) if default else None)
    return _agreed(possible)


def _first(values: Values, rows: Sequence[CompiledRow], default: Run | None) -> Any:
    possible = []
    for row in rows:
        hit = row.hit(values)
        if hit is not False:
            possible.append(row.output(values, None))
        if hit:
            return _agreed(possible)
    possible.append(default(values, None) if default else None)
    return _agreed(possible)


def _cumulated(values: Values, rows: Sequence[CompiledRow], default: Run | None) -> Any:
    hits = [(row.hit(values), row.output(values, None)) for row in rows]
    certain = [output for hit, output in hits if hit]
    open_ = [output for hit, output in hits if hit is None]
    if any(output is None for output in certain) or any(output is None or output != 0 for output in open_):
        return None
    if certain:
        return _total(certain)
    fallback = default(values, None) if default else None
    return _agreed([fallback, *open_])


def _total(found: Sequence[Any]) -> Any:
    total = found[0]
    for item in found[1:]:
        total = arithmetic.add(total, item)
    return total


@dataclass(frozen=True, slots=True)
class CompiledItem:
    """分项: `weights` by member of the score's weighting; the key 其他 stands for the rest; empty is weight 1."""

    name: str
    mark: Run | None
    weights: Mapping[str, Run]
    slot: int

    def weight(self, values: Values, member: Any) -> Any:
        if not self.weights:
            return Decimal(1)
        if member is None:
            return _agreed([run(values, None) for run in self.weights.values()])
        run = self.weights.get(member, self.weights.get("其他"))
        return None if run is None else run(values, None)


@dataclass(frozen=True, slots=True)
class CompiledScore:
    items: tuple[CompiledItem, ...]
    bonuses: tuple[tuple[Run, Run], ...]
    weighted_by: Run | None
    cap: Run | None
    places: int | None
    bands: tuple[tuple[str, Run | None], ...]
    slot: int
    band_slot: int

    def rule(self, values: Values) -> None:
        """Σ weight × mark + bonuses, at most the cap, rounded half up; then the first band that holds it."""
        member = self.weighted_by(values, None) if self.weighted_by else None
        parts: list[Any] = []
        for item in self.items:
            mark = None if item.mark is None else item.mark(values, None)
            weight = item.weight(values, member)
            values[item.slot] = weighted = None if mark is None or weight is None else arithmetic.multiply(mark, weight)
            parts.append(weighted)
        parts += [self._bonus(values, when, mark) for when, mark in self.bonuses]
        known = bool(parts) and all(part is not None for part in parts)
        values[self.slot] = self._bounded(values, _total(parts)) if known else None
        values[self.band_slot] = self._band(values) if values[self.slot] is not None else None

    def _bonus(self, values: Values, when: Run, mark: Run) -> Any:
        earned = when(values, None)
        return Decimal(0) if earned is False else mark(values, None) if earned else None

    def _bounded(self, values: Values, total: Decimal | Fraction) -> Any:
        if self.cap is not None:
            cap = self.cap(values, None)
            if cap is None:
                return None
            total = min(total, cap)
        return total if self.places is None else rounded(total, self.places)

    def _band(self, values: Values) -> str | None:
        for name, condition in self.bands:
            holds = None if condition is None else condition(values, None)
            if holds is None:
                return None
            if holds:
                return name
        return None


@dataclass(frozen=True, slots=True)
class Judge:
    """A determination's ordered outcomes. `names[i]` goes with `conditions[i]`; `default` is what holds when all are
    false. A tainted determination rests on something the language cannot express: all its outcomes stay possible."""

    applies: Run | None
    names: tuple[str, ...]
    conditions: tuple[Run, ...]
    default: str
    tainted: bool
    slot: int

    def possible(self, values: Values) -> tuple[str, ...]:
        """The outcomes not yet excluded, in order; exactly one means it is decided."""
        opened = True if self.applies is None else quiet(self.applies, values)
        if opened is False:
            return (NOT_OPENED,)
        if self.tainted:
            return tuple(dict.fromkeys((*self.names, self.default)))
        found = self.possible_opened(values)
        if opened is None:
            found.append(NOT_OPENED)
        return tuple(found)

    def possible_opened(self, values: Values) -> list[str]:
        """The same once it is known to be opened, each outcome once."""
        found: list[str] = []
        for name, condition in zip(self.names, self.conditions, strict=True):
            holds = quiet(condition, values)
            if holds is not False and name not in found:
                found.append(name)
            if holds:
                return found
        if self.default not in found:
            found.append(self.default)
        return found

    def settled(self, possible: tuple[str, ...]) -> str | None:
        """The outcome where only one is possible, else None."""
        if len(possible) != 1 or (self.tainted and possible[0] != NOT_OPENED):
            return None
        return possible[0]

    def rule(self, values: Values) -> None:
        values[self.slot] = self.settled(self.possible(values))
