"""Which outcome, grade or member a choice may still come to while it is unknown: the counterpart of a number's interval."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from engine.language import keys
from engine.language.kleene import RunPairs, pairs, possible_first
from engine.language.make import CHOICES, ONLY
from engine.language.row import Run
from engine.language.tree import Call, Name, Node
from engine.lowered.calls import Values
from engine.lowered.closures import Context, compile_node

Words = frozenset[Any]


def compile_words(node: Node, context: Context) -> Run:
    """The closure of the words that a choice, a word or a slot may come to; None where that may be anything."""
    if isinstance(node, Call) and node.function in CHOICES:
        *given, default = node.args
        conditions = [compile_node(condition, context) for condition in given[::2]]
        runs = [compile_words(value, context) for value in (*given[1::2], default)]
        chosen, otherwise = pairs([part for two in zip(conditions, runs[:-1], strict=True) for part in two] + runs[-1:])
        found = _possible_only if node.function == ONLY else possible_first
        return lambda values, row: union(found(values, row, chosen, otherwise))
    run = compile_node(node, context)
    place = context.slots.get(keys.words(node.name)) if isinstance(node, Name) else None

    def words(values: Values, row: Any) -> Words | None:
        value = run(values, row)
        if value is not None:
            return frozenset((value,))
        return None if place is None else values[place]

    return words


def union(found: Iterable[Words | None]) -> Words | None:
    """All of them together; None where one may be anything."""
    joined: Words = frozenset()
    for words in found:
        if words is None:
            return None
        joined |= words
    return joined


def _possible_only(values: Values, row: Any, given: RunPairs, default: Run) -> Iterator[Any]:
    """Of a table in which all that may hold counts: the words of those conditions, and the default where none is certain."""
    certain = False
    for condition, words in given:
        holds = condition(values, row)
        certain = certain or bool(holds)
        if holds is not False:
            yield words(values, row)
    if not certain:
        yield default(values, row)
