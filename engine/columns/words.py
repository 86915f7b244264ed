"""Which words a choice may still come to while it is unknown, over columns: the counterpart of `lowered/words.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.base.classes import dataclass
from engine.columns.algebra import (
    BOOL,
    FALSE,
    TRUE,
    Expr,
    all_of,
    any_of,
    case,
    certain,
    compared,
    const,
    is_null,
    negated,
    nothing,
    possible,
)
from engine.columns.visitor import Visitor
from engine.language.make import CHOICES, ONLY
from engine.language.tree import Call, Items, Literal, Name, Node


@dataclass(frozen=True, slots=True)
class MayBe:
    """Word → whether it may come to it, never null; `anything`: whether that may be any word at all."""

    words: Mapping[str, Expr]
    anything: Expr = FALSE


def told_apart(v: Visitor, call: Call, direct: Expr) -> Expr:
    """Whether a choice is (among) some words, of those it may still come to while it is unknown. 不为 is the negation of
    what comes out."""
    left, right = call.args
    definition = v.program.form.definitions.get(left.name) if isinstance(left, Name) else None
    named = _constants(right)
    if definition is None or not definition.worded or named is None:
        return direct
    may = _of_choice(v, definition.node)
    others = any_of(may.anything, *(way for word, way in may.words.items() if word not in named))
    some = any_of(may.anything, *(way for word, way in may.words.items() if word in named))
    direct, others, some = v.set_aside(direct), _at_hand(v, others), _at_hand(v, some)
    return case(negated(is_null(direct)), direct, negated(others), TRUE, negated(some), FALSE, nothing(BOOL))


def _at_hand(v: Visitor, expr: Expr) -> Expr:
    found = v.carried(v.aside_of_cases(expr))
    assert isinstance(found, Expr)
    return found


def _constants(node: Node) -> set[Any] | None:
    if isinstance(node, Literal):
        return {node.value}
    if isinstance(node, Name):
        return {node.name} if node.kind == "member" else None
    if not isinstance(node, Items):
        return None
    each = [_constants(item) for item in node.items]
    return None if None in each else set[Any]().union(*filter(None, each))


def _of_choice(v: Visitor, node: Node) -> MayBe:
    """What a choice may come to, worked out of the cases."""
    assert isinstance(node, Call)
    before, v.frame = v.frame, ""
    try:
        return _of(v, node)
    finally:
        v.frame = before


def _of(v: Visitor, node: Node) -> MayBe:
    if isinstance(node, Call) and node.function in CHOICES:
        found: dict[str, Expr] = {}
        anything = FALSE
        for way, value in _ways(v, node):
            below = _of(v, value)
            for word, may in below.words.items():
                found[word] = any_of(found.get(word, FALSE), all_of(way, may))
            anything = any_of(anything, all_of(way, below.anything))
        return MayBe(found, anything)
    if named := _constants(node):
        return MayBe(dict.fromkeys(named, TRUE))
    if isinstance(node, Name) and (definition := v.program.form.definitions.get(node.name)) and definition.worded:
        held, below = v.truth(node), _of(v, definition.node)
        known = v.set_aside(negated(is_null(held)))
        words = {word: case(known, compared("=", held, const(word)), may) for word, may in below.words.items()}
        return MayBe(words, all_of(negated(known), below.anything))
    v.doubt(TRUE)
    return MayBe({}, TRUE)


def _ways(v: Visitor, call: Call) -> Iterator[tuple[Expr, Node]]:
    """The values of a choice with whether each may be the one."""
    *given, default = call.args
    conditions = [v.set_aside(v.truth(condition)) for condition in given[::2]]
    open_ = TRUE
    for condition, value in zip(conditions, given[1::2], strict=True):
        yield v.set_aside(all_of(open_, possible(condition))), value
        if call.function != ONLY:
            open_ = v.set_aside(all_of(open_, negated(certain(condition))))
    yield (negated(any_of(*map(certain, conditions))) if call.function == ONLY else open_), default
