"""A determination's ordered outcomes, read off its lowered form: which are still possible."""

from __future__ import annotations

from collections.abc import Callable

from engine.base.classes import dataclass
from engine.language.kleene import RunPairs, pairs, possible_first
from engine.language.make import UNKNOWN, negated
from engine.language.row import Run
from engine.language.tree import Call, Literal, Node
from engine.lowered.calls import Values
from engine.lowered.rules import NOT_OPENED


@dataclass(frozen=True, slots=True)
class Judge:
    """`names[i]` goes with `conditions[i]`, in order; `default` is what holds when all are false. `applies` is the
    condition under which it is opened, None where it always is. A tainted determination rests on something the language
    cannot express: all its outcomes stay possible."""

    applies: Node | None
    names: tuple[str, ...]
    conditions: tuple[Node, ...]
    default: str
    tainted: bool
    slot: int
    opening: RunPairs
    opened: RunPairs
    otherwise: Run

    def possible(self, values: Values) -> tuple[str, ...]:
        """The outcomes not yet excluded, in order; exactly one means it is decided."""
        found = [word for word in self._words(values, (*self.opening, *self.opened)) if word is not None]
        if found[0] == NOT_OPENED and len(found) > 1:
            found = [*found[1:], NOT_OPENED]
        return tuple(found)

    def possible_opened(self, values: Values, skip: int = 0) -> list[str]:
        """The same once it is known to be opened, each outcome once; without the first `skip` of them."""
        return [word for word in self._words(values, self.opened[skip:]) if word is not None]

    def settled(self, values: Values) -> str | None:
        """The outcome where only one is possible, else None."""
        found = self._words(values, (*self.opening, *self.opened))
        return found[0] if len(found) == 1 else None

    def _words(self, values: Values, given: RunPairs) -> list[str | None]:
        return list(dict.fromkeys(possible_first(values, None, given, self.otherwise)))


def judge_of(node: Node, slot: int, compiled: Callable[[Node], Run]) -> Judge:
    """The judge of the lowered form of a determination, a 首中 of its outcomes."""
    assert isinstance(node, Call)
    given, otherwise = pairs([compiled(arg) for arg in node.args])
    conditions, words = node.args[:-1:2], node.args[1:-1:2]
    limited = bool(words) and isinstance(words[0], Literal) and words[0].value == NOT_OPENED
    first = 1 if limited else 0
    named = [
        (condition, str(word.value))
        for condition, word in zip(conditions[first:], words[first:], strict=True)
        if isinstance(word, Literal)
    ]
    default = node.args[-1]
    assert isinstance(default, Literal)
    return Judge(
        applies=negated(conditions[0]) if limited else None,
        names=tuple(word for _, word in named),
        conditions=tuple(condition for condition, _ in named),
        default=str(default.value),
        tainted=any(isinstance(word, Call) and word.function == UNKNOWN for word in words),
        slot=slot,
        opening=given[:first],
        opened=given[first:],
        otherwise=otherwise,
    )
