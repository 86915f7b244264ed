"""A ledger in tables, whatever database they are in: reading, recording within a transaction, and checking it whole.

What a database must be able to do is `Sql`; the modules beside this one do it for SQLite and PostgreSQL. Statements are
written once, with `?` for values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from enum import Enum
from typing import Any, Protocol

from engine.base.classes import dataclass
from engine.record import act as acts
from engine.record.act import NOBODY, SALT, Act, By, Part, Seal, read_body
from engine.record.beside import Beside
from engine.record.chain import EMPTY, FORMAT, Entry, Head, following
from engine.record.lines import Content, Kept, digest_of
from engine.record.rows import TABLES, Row, rows
from engine.record.verify import NEWER, Checked, Fault, check

SCHEMA = "库结构不符"
"""Kind of fault: the database is damaged, or its tables and triggers are not as they were made."""

_ENTRY = "seq, prev, body, hash, sm3"


class Sql(Protocol):
    """What a database does for a ledger. Errors are `StoreFault`."""

    def run(self, text: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Execute one statement; its rows."""
        ...

    def each(self, text: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows one after the other, not all in memory."""
        ...

    def delete(self, table: str, key: int | str) -> None:
        """Take away the rows of `table` that follow from the entry of that number, or of `contents` what has that digest.
        The ledger's own rules allow it where it was recorded."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """One writer at a time; all that is written inside is kept, durably, or none. Inside a transaction that the
        caller has open it is part of that, and kept or not with it."""
        ...

    def reading(self) -> AbstractContextManager[None]:
        """What is read inside is of one moment, whatever is recorded meanwhile."""
        ...

    def numbering(self) -> AbstractContextManager[None]:
        """One giver of numbers at a time, for longer than a transaction: letters are set meanwhile."""
        ...

    def damage(self) -> list[str]:
        """What the database itself finds wrong, in Chinese: damaged pages or indexes, tables and triggers not as made."""
        ...

    def close(self) -> None: ...


class Trouble(Enum):
    """Why a database cannot be used, or did not do what it was asked."""

    ABSENT = "absent"  # not there
    UNFIT = "unfit"  # no ledger, or not to be opened
    DRIVER = "driver"  # nothing installed to reach it
    OFFLINE = "offline"  # no server
    FULL = "full"  # no room
    READONLY = "readonly"  # may not be written
    BUSY = "busy"  # held too long by others
    NEWER = "newer"  # of a newer format
    FORBIDDEN = "forbidden"  # against the ledger's own rules
    DAMAGED = "damaged"  # cannot be read any more


class StoreFault(Exception):
    """What a database refused; `said`: the reason in Chinese."""

    def __init__(self, kind: Trouble, said: str) -> None:
        super().__init__(said)
        self.kind, self.said = kind, said


class Store:
    """A ledger that exists. `salt` gives bytes nobody can foresee."""

    def __init__(self, sql: Sql, salt: Callable[[int], bytes]) -> None:
        self.sql, self._salt = sql, salt

    def close(self) -> None:
        self.sql.close()

    # ---- reading ----

    def last(self) -> Entry | None:
        """The last entry; None where there is none yet."""
        found = self.sql.run(f"SELECT {_ENTRY} FROM entries ORDER BY seq DESC LIMIT 1")
        return _entry(found[0]) if found else None

    def head(self) -> Head:
        """The number and hash of the last entry."""
        last = self.last()
        return last.head if last is not None else EMPTY

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """In the order of their numbers, from the one after `after`."""
        return map(_entry, self.sql.each(f"SELECT {_ENTRY} FROM entries WHERE seq > ? ORDER BY seq", [after]))

    def entry(self, seq: int) -> Kept | None:
        """An entry with its sealed part, by its number; None where there is none."""
        found = self.sql.run(f"SELECT {_ENTRY} FROM entries WHERE seq = ?", [seq])
        return Kept(_entry(found[0]), self.seal(seq)) if found else None

    def seal(self, seq: int) -> Seal | None:
        """The sealed part of an entry, None where it has none or it was taken away."""
        found = self.sql.run("SELECT salt, content FROM seals WHERE seq = ?", [seq])
        return Seal(_bytes(found[0][0]), _bytes(found[0][1])) if found else None

    def some(self, seqs: Sequence[int]) -> Iterator[Kept]:
        """These entries with their sealed parts, in the order of their numbers."""
        for first in range(0, len(seqs), AT_ONCE):
            some = list(seqs[first : first + AT_ONCE])
            yield from self._joined(f"e.seq IN ({', '.join('?' * len(some))})", some)

    def kept(self, after: int = 0) -> Iterator[Kept]:
        """Entries with their sealed parts."""
        return self._joined("e.seq > ?", [after])

    def _joined(self, where: str, values: Sequence[Any]) -> Iterator[Kept]:
        found = self.sql.each(
            "SELECT e.seq, e.prev, e.body, e.hash, e.sm3, s.salt, s.content FROM entries e "
            f"LEFT JOIN seals s ON s.seq = e.seq WHERE {where} ORDER BY e.seq",
            values,
        )
        for row in found:
            yield Kept(_entry(row), Seal(_bytes(row[5]), _bytes(row[6])) if row[5] is not None else None)

    def content(self, digest: str) -> bytes | None:
        """What is kept under its digest."""
        found = self.sql.run("SELECT data FROM contents WHERE digest = ?", [digest])
        return _bytes(found[0][0]) if found else None

    def contents(self) -> Iterator[Content]:
        """Every content that is kept, in the order of their digests."""
        found = self.sql.each("SELECT digest, data FROM contents ORDER BY digest")
        return (Content(str(digest), _bytes(data)) for digest, data in found)

    def select(
        self, columns: str, table: str, where: str = "1 = 1", values: Sequence[Any] = ()
    ) -> list[tuple[Any, ...]]:
        """Rows of one of `TABLES`, in the order of their entries."""
        return self.sql.run(f"SELECT {columns} FROM {table} WHERE {where} ORDER BY seq", values)

    # ---- recording ----

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """What is recorded inside is recorded whole or not at all."""
        with self.sql.writing():
            yield Writer(self.sql, self.last(), self._salt)

    def begin(self, at: str, by: By = NOBODY, *, with_sm3: bool = False) -> Entry:
        """The first entry of a ledger that has none."""
        algorithms = ["SHA-256", "SM3"] if with_sm3 else ["SHA-256"]
        with self.sql.writing():
            writer = Writer(self.sql, None, self._salt, with_sm3=with_sm3)
            return writer.record(Act("开账", {"摘要算法": algorithms, "格式": FORMAT}), at, by)

    def restore(self, found: Iterable[Kept | Content]) -> int:
        """Fill an empty ledger with another's entries and contents; how many entries. ValueError where one does not follow
        the one before."""
        with self.sql.writing():
            writer = Writer(self.sql, self.last(), self._salt)
            return sum(writer.take(one) for one in found)

    # ---- checking ----

    def check(self, anchors: Sequence[Head] = ()) -> Checked:
        """The chain, what is kept beside it, and the database itself, as they were at one moment. Of an entry that is not what was recorded, what stands
        beside it is not told too."""
        found = Checked(0, EMPTY, ())
        faults: list[Fault] = []
        try:
            with self.sql.reading():
                faults += (Fault(SCHEMA, 0, said) for said in self.sql.damage())
                found = check(self.entries(), anchors)
                faults = [*found.faults, *faults]
                if not any(fault.kind == NEWER for fault in faults):
                    faults += self._beside(Beside(found.doubtful))
        except StoreFault as fault:
            faults.append(Fault(SCHEMA, 0, f"账本读不全：{fault.said}"))
        return Checked(found.count, found.head, tuple(faults))

    def _beside(self, beside: Beside) -> Iterator[Fault]:
        for one in self.kept():
            beside.add(one)
        yield from beside.added()
        uses = self.select("seq, digest", "uses")
        yield from beside.contents(self.contents(), {digest for seq, digest in uses if seq in beside.doubtful})
        yield from beside.rows(self._rows())

    def _rows(self) -> Iterator[Row]:
        for table, columns in TABLES.items():
            for row in self.sql.each(f"SELECT {', '.join(name for name, _ in columns)} FROM {table}"):
                yield table, tuple(row)


def _bytes(value: object) -> bytes:
    """A stored value; whatever a damaged file has in its place is no bytes that were stored."""
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def _entry(row: Sequence[Any]) -> Entry:
    return Entry(int(row[0]), *map(_bytes, row[1:5]))


@dataclass
class Writer:
    """A ledger held for writing: `last` is its last entry so far."""

    sql: Sql
    last: Entry | None
    salt: Callable[[int], bytes]
    with_sm3: bool = False

    def __post_init__(self) -> None:
        self.with_sm3 = bool(self.last.sm3) if self.last is not None else self.with_sm3

    @property
    def head(self) -> Head:
        return self.last.head if self.last is not None else EMPTY

    def record(self, act: Act, at: str, by: By) -> Entry:
        """Add what was done; contents it names must have been kept before."""
        seal = acts.seal(act, self.salt(SALT))
        entry = following(self.last, acts.body(act, at, by, seal), with_sm3=self.with_sm3)
        self._put(Kept(entry, seal))
        return entry

    def keep(self, data: bytes) -> str:
        """Keep a content, once; its digest."""
        digest = digest_of(data)
        if not self.sql.run("SELECT 1 FROM contents WHERE digest = ?", [digest]):
            self.sql.run("INSERT INTO contents (digest, data) VALUES (?, ?)", [digest, data])
        return digest

    def erase(self, seq: int, reason: str, at: str, by: By) -> Entry:
        """Take the sealed part of entry `seq` away, with what was kept for it alone, and record that. ValueError where
        there is none."""
        found = self.sql.run(f"SELECT {_ENTRY} FROM entries WHERE seq = ?", [seq])
        if not found or not self.sql.run("SELECT 1 FROM seals WHERE seq = ?", [seq]):
            raise ValueError(f"nothing sealed under {seq}")
        done = self.record(Act("清除", {"条": seq, "理由": reason}), at, by)
        used = [digest for (digest,) in self.sql.run("SELECT digest FROM uses WHERE seq = ?", [seq])]
        self.sql.delete("seals", seq)
        stay = [row for row in rows(seq, read_body(_bytes(found[0][2])), None) if row[0] not in STAYING]
        for table in TABLES:
            if table not in STAYING:
                self.sql.delete(table, seq)
        self._rows(stay)
        for digest in dict.fromkeys(used):
            if not self.sql.run("SELECT 1 FROM uses WHERE digest = ?", [digest]):
                self.sql.delete("contents", digest)
        return done

    def take(self, one: Kept | Content) -> int:
        """Add what another ledger had; 1 for an entry. ValueError for an entry that does not follow."""
        if isinstance(one, Content):
            self.keep(one.data)
            return 0
        due = following(self.last, one.entry.body, with_sm3=bool(one.entry.sm3))
        if due != one.entry or (self.last is not None and bool(self.last.sm3) != bool(one.entry.sm3)):
            raise ValueError(f"entry {one.entry.seq} does not follow")
        self._put(one)
        return 1

    def _put(self, kept: Kept) -> None:
        entry, seal = kept.entry, kept.seal
        self.sql.run(
            f"INSERT INTO entries ({_ENTRY}) VALUES (?, ?, ?, ?, ?)",
            [entry.seq, entry.prev, entry.body, entry.hash, entry.sm3],
        )
        if seal is not None:
            self.sql.run("INSERT INTO seals (seq, salt, content) VALUES (?, ?, ?)", [entry.seq, seal.salt, seal.text])
        content: Part | None = seal.content if seal is not None else None
        self._rows(rows(entry.seq, read_body(entry.body), content))
        self.last = entry

    def _rows(self, made: Iterable[Row]) -> None:
        """All rows of a table in a statement, so that a server far away is asked a few times for each entry."""
        tables: dict[str, list[tuple[str | int, ...]]] = {}
        for table, values in made:
            tables.setdefault(table, []).append(values)
        for table, found in tables.items():
            columns = [name for name, _ in TABLES[table]]
            one = f"({', '.join('?' * len(columns))})"
            for first in range(0, len(found), AT_ONCE):
                part = found[first : first + AT_ONCE]
                text = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([one] * len(part))}"
                self.sql.run(text, [value for values in part for value in values])


AT_ONCE = 100
"""Rows written, or entries asked for, by one statement."""
STAYING = ("numbers", "signs", "used", "erased")
"""Tables whose rows follow from what an entry says in the open: they stay when its sealed part goes."""
