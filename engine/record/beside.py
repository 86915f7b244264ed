"""What is kept beside a chain held against it: sealed parts, contents, rows to look things up. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from typing import Any

from engine.base.classes import dataclass
from engine.record.act import read_body
from engine.record.chain import Head
from engine.record.lines import Content, Kept, Spoilt, digest_of
from engine.record.rows import Row, rows
from engine.record.verify import NEWER, STRANGE, Checked, Fault, check

SEALS, CONTENTS, ROWS = "封存不符", "附件不符", "查询表不符"
"""Kinds of fault beside the chain's. In turn: a sealed part that is not what the entry says, or is gone without an act
that says so; the same of contents; rows that do not follow from the entry."""

UNKNOWN = "那一条删去了或改动过，或者它是后来加的"
"""Of what belongs to no entry: an entry that was taken out leaves it behind as well."""


@dataclass
class Beside:
    """What the entries say should be beside them. `doubtful`: entries that are not what was recorded; what stands beside
    them is not told too."""

    doubtful: set[int]
    faults: list[Fault] = field(default_factory=list)
    named: dict[str, tuple[int, str]] = field(default_factory=dict)
    due: Counter[Row] = field(default_factory=Counter)
    gone: set[int] = field(default_factory=set)
    erased: set[int] = field(default_factory=set)
    there: set[int] = field(default_factory=set)

    def add(self, kept: Kept) -> None:
        """One more entry with its sealed part."""
        seq, seal = kept.entry.seq, kept.seal
        self.there.add(seq)
        if seq in self.doubtful:
            return
        body = read_body(kept.entry.body)
        if seal is not None and seal.digest != body.seal:
            self._doubt(seq, f"第 {seq} 条封存的内容改动过")
            return
        if body.seal and seal is None:
            self.gone.add(seq)
        made = rows(seq, body, seal.content if seal is not None else None)
        self.due.update(made)
        for table, values in made:
            if table == "uses":
                self.named[str(values[2])] = seq, str(values[1])
            elif table == "erased":
                self.erased.add(int(values[1]))

    def _doubt(self, seq: int, said: str) -> None:
        self.doubtful.add(seq)
        self.faults.append(Fault(SEALS, seq, said))

    def added(self) -> list[Fault]:
        """What is wrong with the sealed parts, once every entry has been added."""
        for seq in sorted(self.gone - self.erased):
            self._doubt(seq, f"第 {seq} 条封存的内容不在了，也没有清除的记录")
        for seq in sorted(self.erased - self.gone - self.doubtful):
            self._doubt(seq, f"第 {seq} 条封存的内容已记作清除，却还在")
        return self.faults

    def contents(self, contents: Iterable[Content], perhaps: set[str]) -> Iterator[Fault]:
        """What is wrong with the contents; `perhaps`: digests that a doubtful entry may have named."""
        there = set()
        for content in contents:
            there.add(content.digest)
            if digest_of(content.data) != content.digest:
                seq, name = self.named.get(content.digest, (0, ""))
                of = f"第 {seq} 条的附件 {name}（{content.digest}）" if seq else f"附件 {content.digest}"
                yield Fault(CONTENTS, seq, f"{of}改动过")
            elif content.digest not in self.named and content.digest not in perhaps:
                yield Fault(CONTENTS, 0, f"附件 {content.digest} 没有哪一条提到：{UNKNOWN}")
        for digest, (seq, name) in self.named.items():
            if digest not in there and seq not in self.doubtful:
                yield Fault(CONTENTS, seq, f"第 {seq} 条的附件 {name}（{digest}）不在了")

    def rows(self, there: Iterable[Row]) -> Iterator[Fault]:
        """What is wrong with the rows, of each table and entry in a line."""
        stored = Counter(row for row in there if row[1][0] not in self.doubtful)
        due = Counter({row: count for row, count in self.due.items() if row[1][0] not in self.doubtful})
        for table, seq, more in sorted(_changed(due, stored)):
            added = "多出来，是后来加的" if seq in self.there else f"没有这一条：{UNKNOWN}"
            said = "改动过" if more == 0 else added if more > 0 else "不在了"
            yield Fault(ROWS, seq, f"查询表 {table} 里第 {seq} 条的行{said}")


def _changed(due: Counter[Row], there: Counter[Row]) -> Iterator[tuple[str, int, int]]:
    """(table, entry, how many more rows there are than should be), for each entry of whose rows in a table some differ."""
    more, less = there - due, due - there
    for table, seq in {(table, _seq(values)) for table, values in (*more, *less)}:
        counts = [sum(n for (t, v), n in part.items() if t == table and _seq(v) == seq) for part in (more, less)]
        yield table, seq, counts[0] - counts[1]


def _seq(values: Sequence[Any]) -> int:
    return values[0] if isinstance(values[0], int) else 0


def check_lines(found: Iterable[Kept | Content | Spoilt], anchors: Sequence[Head] = ()) -> Checked:
    """A ledger as text: its chain against heads kept elsewhere, sealed parts and contents."""
    kept, contents, faults = list[Kept](), list[Content](), list[Fault]()
    for one in found:
        match one:
            case Kept():
                kept.append(one)
            case Content():
                contents.append(one)
            case Spoilt(line):
                faults.append(Fault(STRANGE, 0, f"第 {line} 行不是账本的一行，或改动过"))
    checked = check((one.entry for one in kept), anchors)
    faults += checked.faults
    if not any(fault.kind == NEWER for fault in faults):
        beside = Beside(checked.doubtful)
        for one in kept:
            beside.add(one)
        # What a spoilt line named nobody knows.
        perhaps = {content.digest for content in contents} if len(checked.faults) < len(faults) else set[str]()
        faults += [*beside.added(), *beside.contents(contents, perhaps)]
    return Checked(checked.count, checked.head, tuple(faults))
