"""What a package is lowered to: one expression for every slot, each after all that it reads.

The expressions have the language's own four kinds of node. Names are slots: what the vocabulary names, the parts of
definitions (`language/keys.py`), and aggregates that several definitions share, whose key is the sentence they print as.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field

from engine.base.classes import dataclass
from engine.language import keys
from engine.language.functions import FUNCTIONS
from engine.language.make import CHOICES, FILLED
from engine.language.row import ByArguments, Interval, Scan, Strict
from engine.language.tree import Call, Name, Node, Value, rebuilt
from engine.language.walk import nodes

SHARED, RECORDS = "shared", "records"
"""Kinds of names: what several definitions share, and records an aggregate takes."""


@dataclass(frozen=True, slots=True)
class Split:
    """What is tried while `key` is unknown: in each case some slots, its own or those that compare it, hold what is said."""

    key: str
    cases: tuple[Mapping[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """`owner` is the definition of the package it is part of, or its own key where it is shared. `cases`: while it is
    unknown, groups of what is tried, all of a group together; what the cases agree on holds. `untried`: what would have
    made more cases than the limit. `hulled`: a number that what it rests on bounds while
    it is unknown, which has a slot for its interval too. `joint`: of a choice, what several facts come to together, tried
    only to see what it may still come to."""

    key: str
    owner: str
    node: Node
    cases: tuple[tuple[Split, ...], ...] = ()
    untried: tuple[str, ...] = ()
    hulled: bool = False
    joint: tuple[Split, ...] = ()

    @property
    def worded(self) -> bool:
        """Whether it is a choice among words, which has a slot for those still possible."""
        node = self.node
        words = node.type is not None and node.type.kind in ("enum", "text")
        return words and isinstance(node, Call) and node.function in CHOICES

    @property
    def bounded(self) -> bool:
        """Whether it is an aggregate with an interval of its own, which has a slot too."""
        return is_bounded(self.node)

    @property
    def repeats(self) -> str | None:
        """The key of its owner's that 通过 or 满足 only repeats, or None."""
        node, own = self.node, (keys.passed(self.owner), keys.met(self.owner))
        return node.name if isinstance(node, Name) and self.key in own else None


def is_bounded(node: Node) -> bool:
    """Whether a call has bounds while it is unknown: an aggregate with an interval."""
    meaning = FUNCTIONS[node.function].meaning if isinstance(node, Call) else None
    if not isinstance(meaning, Scan) or meaning.interval is None:
        return False
    return meaning.value is None or (node.type is not None and node.type.kind in ("number", "date"))


def can_be_bounded(node: Node, bounded: Collection[str]) -> bool:
    """Whether `node` may have an interval while it is unknown; `bounded`: names that may."""
    if isinstance(node, Name):
        return node.kind not in ("column", "member") and node.name in bounded
    if not isinstance(node, Call):
        return False
    row = FUNCTIONS[node.function]
    if not isinstance(row.bounds, ByArguments | Interval):
        return is_bounded(node)
    if isinstance(row.bounds, Interval) and row.bounds.always:
        return True
    return not isinstance(row.meaning, Strict) or any(can_be_bounded(arg, bounded) for arg in node.args)


def asks_value(definition: Definition | None) -> bool:
    """Whether it says that something has a value, whatever that comes from."""
    return definition is not None and isinstance(definition.node, Call) and definition.node.function == FILLED


@dataclass(frozen=True)
class Form:
    """`definitions` in the order they are evaluated. `constants`: parameters that have a value on the day."""

    definitions: Mapping[str, Definition]
    constants: Mapping[str, Value]
    owned: Mapping[str, tuple[str, ...]]
    """Owner -> the keys of its definitions, in order."""
    asked: tuple[str, ...] = ()
    """Names that some expression asks 已填 of."""
    findings: tuple[str, ...] = ()
    """What some wording asks of a 判断: 某判断的理由."""
    presences: tuple[str, ...] = ()
    """Names of which it is noted whether they are filled in: those that are asked, and what those add up."""
    _names: dict[str, tuple[Name, ...]] = field(default_factory=dict, repr=False, compare=False)

    def inlined(self, node: Node) -> Node:
        """`node` with what it shares with others written out."""
        match node:
            case Name(kind="shared" | "records"):
                return self.inlined(self.definitions[node.name].node)
            case _:
                return rebuilt(node, self.inlined)

    def leaves(self, node: Node) -> Iterator[str]:
        """Slots that a lowered `node` reads, in reading order, with repetition; what is shared is looked through, members
        and columns (their table is read) are left out."""
        yield from self._leaves(slot_names(node))

    def _leaves(self, names: Iterable[Name]) -> Iterator[str]:
        for name in names:
            if name.kind in (SHARED, RECORDS):
                yield from self._leaves(self.names(name.name))
            else:
                yield name.name

    def leaves_of(self, key: str) -> Iterator[str]:
        """The same of a definition."""
        yield from self._leaves(self.names(key))

    def names(self, key: str) -> tuple[Name, ...]:
        """The slots a definition reads itself, shared ones among them."""
        found = self._names.get(key)
        if found is None:
            found = self._names[key] = tuple(slot_names(self.definitions[key].node))
        return found

    def shared(self, node: Node) -> Iterator[str]:
        """Keys of shared definitions that `node` reads itself."""
        yield from (name.name for name in slot_names(node) if name.kind in (SHARED, RECORDS))


def slot_names(node: Node) -> Iterator[Name]:
    """Names of slots: all but members and columns (their records are named beside them)."""
    return (part for part in nodes(node) if isinstance(part, Name) and part.kind not in ("member", "column", "cell"))
