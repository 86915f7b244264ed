"""Whether a chain is what was recorded, and if not, what was done to it: one fault each, by number. Pure.

An entry is *whole* where its hash is that of its number, predecessor and body. What is not whole is looked at beside the
others that are not: two may have exchanged their bodies, or their numbers; one left out moves all the following. A chain
that is whole in itself may still be shorter than it was, or made anew: only a head kept elsewhere shows that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field

from engine.base.classes import dataclass
from engine.record.act import read_body
from engine.record.chain import EMPTY, FORMAT, START, Entry, Head, is_whole, linked, sm3

ALTERED, MISSING, SWAPPED, MOVED, TWICE, LOOSE, CUT, REMADE, NEWER, SECOND, STRANGE = (
    *("改动", "缺失", "互换", "错位", "重复", "脱节", "截尾", "重算", "格式较新", "国密不符", "读不懂"),
)
"""Kinds of fault. In turn: not what its hash was made of; a number nobody has; two bodies exchanged; an entry under
another's number; a number two have; whole, but not after the one before it; shorter than a head kept elsewhere;
another chain than that head's; of a format this release does not know; the second chain differs; whole, but no act."""

REACH = 8
"""How far an entry whose neighbours were left out or put in is looked for."""
MOST = 500
"""Entries that are not whole, up to which it is looked for what was done to each."""
FEW = 64
"""The same for bodies that were exchanged, where each is tried with each."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was recorded: its kind, the number of the entry it was found at, and a Chinese line."""

    kind: str
    seq: int
    said: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a chain came to: how many entries were read, its head, its faults in the order of their numbers."""

    count: int
    head: Head
    faults: tuple[Fault, ...]

    @property
    def whole(self) -> bool:
        return not self.faults

    @property
    def doubtful(self) -> set[int]:
        """Numbers of entries that are not what was recorded. One after which others were cut off is."""
        return {fault.seq for fault in self.faults if fault.kind != CUT}


@dataclass
class _Walk:
    """What is kept while the entries go by."""

    anchors: dict[int, list[Head]]
    count: int = 0
    last: Entry | None = None
    expected: int = 1
    broken: list[Entry] = field(default_factory=list)
    missing: set[int] = field(default_factory=set)
    ends: dict[int, Entry] = field(default_factory=dict)
    loose: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    doubled: bool = False
    """Whether there is a second chain: the first entry says so."""
    second: bytes | None = None
    """Its link so far; None where the next cannot be checked by it."""
    newer: int = 0


def check(entries: Iterable[Entry], anchors: Sequence[Head] = ()) -> Checked:
    """The chain of `entries`, in the order in which they are stored, against heads kept elsewhere."""
    walk = _Walk({})
    for head in anchors:
        walk.anchors.setdefault(head.seq, []).append(head)
    for entry in entries:
        _step(walk, entry)
        if walk.newer:
            said = f"第 {entry.seq} 条的格式是 {walk.newer}，这个版本只认得 {FORMAT}；用较新的程序核验"
            return Checked(walk.count, EMPTY, (Fault(NEWER, entry.seq, said),))
    faults = [*walk.faults, *_links(walk), *_explained(walk), *_against(walk)]
    head = walk.last.head if walk.last is not None else EMPTY
    return Checked(walk.count, head, tuple(sorted(faults, key=lambda fault: fault.seq)))


def _step(walk: _Walk, entry: Entry) -> None:
    walk.count += 1
    whole, before = is_whole(entry), walk.last
    if whole:
        walk.faults += _read(walk, entry)
    else:
        walk.broken.append(entry)
    walk.faults += _place(walk, entry)
    if before is not None and entry.seq == before.seq + 1:
        if entry.prev != before.hash and whole and is_whole(before):
            walk.faults.append(_unlinked(entry.seq))
    elif entry.seq == 1:
        if entry.prev != START and whole:
            walk.faults.append(Fault(LOOSE, 1, "第 1 条不是账本的开头"))
    elif whole:
        walk.loose.append(entry)
    if before is not None and entry.seq != before.seq + 1:
        walk.ends[before.seq] = before
    _follow(walk, entry)
    for head in walk.anchors.get(entry.seq, ()):
        if whole and not head.agrees(entry.hash):
            walk.faults.append(Fault(REMADE, entry.seq, f"第 {entry.seq} 条与留存的账本头不同，账本从这里或更早重做过"))
    walk.last = entry


def _read(walk: _Walk, entry: Entry) -> Iterator[Fault]:
    """A whole entry whose body is none: somebody could compute hashes, but not write what this program writes."""
    try:
        found = read_body(entry.body)
    except ValueError:
        yield Fault(STRANGE, entry.seq, f"第 {entry.seq} 条的内容不是本程序写的")
        return
    walk.newer = found.format if found.format > FORMAT else 0


def _place(walk: _Walk, entry: Entry) -> Iterator[Fault]:
    """Numbers left out so far, and an entry that comes after a higher number."""
    if entry.seq >= walk.expected:
        walk.missing.update(range(walk.expected, min(entry.seq, walk.expected + MOST)))
        walk.expected = entry.seq + 1
    elif entry.seq in walk.missing:
        walk.missing.discard(entry.seq)
        yield Fault(MOVED, entry.seq, f"第 {entry.seq} 条排在第 {walk.expected - 1} 条之后，次序改过")
    else:
        yield Fault(TWICE, entry.seq, f"第 {entry.seq} 条有两条")


def _follow(walk: _Walk, entry: Entry) -> None:
    """The second chain. After an entry left out, not whole or not fitting it is taken up again behind the next one."""
    whole = is_whole(entry)
    if entry.seq == 1:
        walk.second, walk.doubled = START, bool(entry.sm3)
    elif walk.last is None or entry.seq != walk.last.seq + 1 or not whole:
        walk.second = None
    fits = True
    if not walk.doubled:
        fits = not entry.sm3
    elif walk.second is not None:
        fits = entry.sm3 == linked(entry.seq, walk.second, entry.body, sm3)
    if whole and not fits:
        walk.faults.append(Fault(SECOND, entry.seq, f"第 {entry.seq} 条的国密摘要（SM3）不符"))
    walk.second = entry.sm3 if whole and fits else None


def _links(walk: _Walk) -> Iterator[Fault]:
    """Whole entries that came out of their order, or after ones left out: whether they follow the one of the number before."""
    if walk.last is not None:
        walk.ends[walk.last.seq] = walk.last
    for entry in walk.loose:
        before = walk.ends.get(entry.seq - 1)
        if before is not None and is_whole(before) and entry.prev != before.hash:
            yield _unlinked(entry.seq)


def _unlinked(seq: int) -> Fault:
    return Fault(LOOSE, seq, f"第 {seq} 条接不上第 {seq - 1} 条，两条之一换过，或中间有删改")


def _explained(walk: _Walk) -> Iterator[Fault]:
    """What was done to the entries that are not whole, and which numbers nobody has."""
    broken, missing = walk.broken, set(walk.missing)
    known = broken[:MOST]
    numbers = {entry.seq for entry in known} | missing
    origins = {id(entry): origin for entry in known if (origin := _origin(entry, numbers)) is not None}
    vacated = {entry.seq for entry in known if id(entry) in origins} - set(origins.values())
    missing = (missing | vacated) - set(origins.values())
    swapped = _swapped([entry for entry in known if id(entry) not in origins])
    for entry in broken:
        if (origin := origins.get(id(entry))) is not None:
            yield Fault(MOVED, entry.seq, f"第 {entry.seq} 条原是第 {origin} 条，编号改过")
        elif (other := swapped.get(entry.seq)) is not None:
            yield Fault(SWAPPED, entry.seq, f"第 {entry.seq} 条和第 {other} 条的内容互换了")
        else:
            yield Fault(ALTERED, entry.seq, f"第 {entry.seq} 条改动过")
    yield from (Fault(MISSING, first, _gap(first, last)) for first, last in _stretches(missing))


def _origin(entry: Entry, numbers: set[int]) -> int | None:
    """The number under which the entry is whole."""
    near = range(max(1, entry.seq - REACH), entry.seq + REACH + 1)
    others = (seq for seq in (*near, *sorted(numbers)) if seq != entry.seq)
    return next((seq for seq in others if linked(seq, entry.prev, entry.body) == entry.hash), None)


def _swapped(broken: Sequence[Entry]) -> dict[int, int]:
    """Number -> number of the entry whose body makes it whole."""
    if len(broken) > FEW:  # found all the same: each is told as altered
        return {}
    return {
        entry.seq: other.seq
        for entry in broken
        for other in broken
        if other is not entry and linked(entry.seq, entry.prev, other.body) == entry.hash
    }


def _stretches(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Consecutive numbers as (first, last)."""
    first = last = 0
    for number in sorted(numbers):
        if first and number == last + 1:
            last = number
            continue
        if first:
            yield first, last
        first = last = number
    if first:
        yield first, last


def _gap(first: int, last: int) -> str:
    return f"缺第 {first} 条" if first == last else f"缺第 {first} 条至第 {last} 条，共 {last - first + 1} 条"


def _against(walk: _Walk) -> Iterator[Fault]:
    """Heads beyond the end."""
    end = walk.last.seq if walk.last is not None else 0
    for seq in sorted(walk.anchors):
        if seq >= walk.expected:
            yield Fault(CUT, end, f"账本到第 {end} 条为止，留存的账本头是第 {seq} 条，尾部少了 {seq - end} 条")
