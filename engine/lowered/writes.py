"""What each definition writes: closures with the slots they fill, and the cases that are tried while one is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

from engine.language import keys
from engine.language.intervals import OPEN
from engine.language.row import Bounds, Run
from engine.language.tree import Literal, Value
from engine.lowered.calls import Values
from engine.lowered.closures import Context, compile_bounds, compile_node
from engine.lowered.form import Definition, Form

Write = tuple[int, Run]
"""A slot and the closure of what it holds."""


def run_rules(plan: Iterable[Write], values: Values) -> Values:
    """`values` after the closures have written their slots, in place."""
    for slot, run in plan:
        values[slot] = run(values, None)
    return values


def writes_of(definitions: Iterable[Definition], form: Form, context: Context) -> tuple[Write, ...]:
    """The closures of some definitions, in their order."""
    return tuple(write for definition in definitions for write in _write(definition, form, context))


def _write(definition: Definition, form: Form, context: Context) -> tuple[Write, ...]:
    slots = context.slots
    if isinstance(definition.node, Literal) or definition.repeats is not None:
        return ()
    if definition.bounded:
        bounds = compile_bounds(definition.node, context)
        assert bounds is not None
        place = slots[keys.interval(definition.key)]
        return (place, bounds), (slots[definition.key], _settled(place))
    run = compile_node(definition.node, context)
    run = _by_cases(run, definition, form, context) if definition.cases else run
    bounds = compile_bounds(definition.node, context) if definition.hulled else None
    if bounds is None:
        return ((slots[definition.key], run),)
    place = slots[keys.interval(definition.key)]
    return (place, _known_first(run, bounds)), (slots[definition.key], _settled(place))


def _known_first(run: Run, bounds: Bounds) -> Run:
    """The interval of a number: its value where that is known."""

    def ends(values: Values, row: Any) -> Any:
        found = run(values, row)
        return bounds(values, row) if found is None else (found, found)

    return ends


def _settled(place: int) -> Run:
    def value(values: Values, row: Any) -> Any:
        low, high = values[place] or OPEN
        return low if low is not None and low == high else None

    return value


_Cases = tuple[tuple[tuple[int, tuple[Value, ...]], ...], tuple[Write, ...]]
"""Slots with the values to try together, and what to run again for each choice of them."""


def _cases(tried: Mapping[str, tuple[Value, ...]], definition: Definition, form: Form, context: Context) -> _Cases:
    places = tuple((context.slots[key], values) for key, values in tried.items())
    return places, _cone(definition, frozenset(tried), form, context)


def _by_cases(run: Run, definition: Definition, form: Form, context: Context) -> Run:
    """`run`, and while that is unknown what all cases of some group agree on."""
    kept: list[tuple[_Cases, ...]] = []

    def compiled() -> tuple[_Cases, ...]:
        """Made when first needed, and put down whole: another computation finds all of it or none."""
        if not kept:
            kept.append(tuple(_cases(tried, definition, form, context) for tried in definition.cases))
        return kept[0]

    def value(values: Values, row: Any) -> Any:
        found = run(values, row)
        if found is not None:
            return found
        for places, cone in compiled():
            unknown = [(slot, tried) for slot, tried in places if values[slot] is None]
            if unknown and (found := _agreed(run, values, unknown, cone)) is not None:
                return found
        return None

    return value


def _agreed(run: Run, values: Values, unknown: list[tuple[int, tuple[Value, ...]]], cone: tuple[Write, ...]) -> Any:
    """What `run` comes to in every case, if that is always the same; else None."""
    trial, agreed = list(values), None
    for chosen in product(*(tried for _, tried in unknown)):
        for (slot, _), tried in zip(unknown, chosen, strict=True):
            trial[slot] = tried
        found = run(run_rules(cone, trial), None)
        if found is None or (agreed is not None and found != agreed):
            return None
        agreed = found
    return agreed


def _cone(definition: Definition, tried: frozenset[str], form: Form, context: Context) -> tuple[Write, ...]:
    """What has to be run again below the definition once the slots `tried` have other values."""
    below: dict[str, bool] = {}

    def reads(key: str) -> list[str]:
        return [name.name for name in form.names(key)]

    def moved(key: str) -> bool:
        """Whether the slot changes with what is tried."""
        if key in tried:
            return True
        if key not in below:
            below[key] = False
            found = form.definitions.get(key)
            if found is not None:
                marks = [moved(read) for read in reads(found.key)]  # all of them, each to be noted
                below[key] = True in marks
        return below[key]

    for key in reads(definition.key):
        moved(key)
    again = [d for key, d in form.definitions.items() if below.get(key) and key != definition.key]
    return writes_of([replace(d, cases=()) for d in again], form, context)
