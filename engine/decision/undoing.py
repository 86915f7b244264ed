"""What would undo a favourable outcome: one fact it rests on after the other, moved as little as turns it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.base.numbers import Number
from engine.decision.boundaries import candidates
from engine.decision.case import Case
from engine.decision.core import View, view_of
from engine.decision.missing import possible_with
from engine.decision.model import Decision, RemedyChange
from engine.decision.program import Program
from engine.language.printer import show_value


def find_undoing(program: Program, case: Case, decision: Decision) -> tuple[RemedyChange, ...]:
    """Each fact among the grounds of a favourable outcome that turns it by itself, with the nearest value that does; ()
    of any other outcome. One evaluation for every value tried."""
    if not decision.favourable:
        return ()
    view = view_of(program, decision.determination)
    return tuple(change for name in decision.grounds for change in _turning(view, case, decision.outcome, name))


def _turning(view: View, case: Case, outcome: str, name: str) -> Iterator[RemedyChange]:
    program, fact = view.program, view.program.package.facts.get(name)
    known = case.facts.get(name)
    if fact is None or known is None or fact.type.kind not in _KINDS:
        return
    values = program.evaluated(case)
    tried = candidates(program, program.support(view.determination), values, name)
    for value in sorted(tried, key=lambda value: _distance(known.value, value)):
        if value != known.value and possible_with(view, case, {name: value}) != (outcome,):
            now, to = (show_value(one, fact.type, fact.unit) for one in (known.value, value))
            yield RemedyChange(name, now, to, value)
            return


def _distance(now: Any, value: Any) -> Any:
    numbers = isinstance(now, Number) and isinstance(value, Number) and not isinstance(now, bool)
    return abs(value - now) if numbers else 0


_KINDS = ("bool", "enum", "number")
"""What is moved: of a day or a text no other value is the nearest to think of."""
