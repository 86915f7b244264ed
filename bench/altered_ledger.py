"""A ledger of 1,000 entries altered in one place each: is every alteration found? Run by `bench.records bits`."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.records import AT, BY, COUNT, fill
from engine.record import sqlite
from engine.record.act import Act, read_body
from engine.record.beside import check_lines
from engine.record.chain import START, Entry, Head, is_whole, linked, sm3
from engine.record.lines import Content, Kept, Spoilt, content_line, digest_of, entry_line, read
from engine.record.rows import TABLES
from engine.record.store import Store, StoreFault
from engine.record.verify import check

STRETCH, TEXT = 4096, 16
"""Bytes of the database, and of the ledger as text, of which one bit is turned."""
FIELDS: dict[str, Sequence[str]] = {
    "entries": ("seq", "prev", "body", "hash", "sm3"),
    "seals": ("seq", "salt", "content"),
    "contents": ("digest", "data"),
    **{table: [name for name, _ in columns] for table, columns in TABLES.items()},
}
EACH, STEP = 3, 10
"""Rows of a table in which each field is altered; of so many entries one is left out, moved, exchanged."""


def altered(folder: Path, seed: int) -> int:
    """How many alterations were not found; told as it goes."""
    path, chance = folder / "a.db", random.Random(seed)
    store = filled(path)
    head, before = store.head(), dump(store)
    kept, contents = list(store.kept()), list(store.contents())
    store.close()
    missed = regions(path, folder / "b.db", head, before, chance)
    missed += fields(path, folder / "b.db", head, chance)
    missed += text([*map(entry_line, kept), *map(content_line, contents)], head, chance)
    return missed + order([one.entry for one in kept], head)


def filled(path: Path) -> Store:
    """A ledger of `COUNT` entries, with something in every table."""
    store = sqlite.create(path, AT, with_sm3=True)
    with store.writing() as writer:
        taken = {"接管": "登记簿.jsonl", "代字": {"某局": "某"}, "已用": [["某", 2025, 9]], "号": [["某", 2026, 1]]}
        writer.record(Act("接管", taken), AT, BY)
        for number in range(2, 32):
            named = {"代字": "某", "年份": 2026, "流水号": number, "文号": f"某〔2026〕{number}号", "新号": True}
            writer.record(Act("文书", {"文书": "某通知", **named}, {"案件": "案件1", "据": [40]}), AT, BY)
            term = [["某事", "某科", "2026-01-02", "2026-01-03", "第1条"]]
            writer.record(Act("事件", {"事件": "某事件"}, {"案件": "案件1", "期限": term}), AT, BY)
            fields = {"案件": f"案件{number}", "栏目": {"类型": "甲"}}
            writer.record(Act("决定", {"决定": "认定"}, fields), AT, BY)
        for number in range(3, 23):
            writer.erase(number, "试", AT, BY)
    fill(store, COUNT - store.head().seq, 100, 2)
    assert all(store.select("seq", table) for table in TABLES)
    return store


class Progress:
    """Counts outcomes and says now and then how far it is."""

    def __init__(self, what: str, total: int) -> None:
        self.what, self.total, self.told, self._next = what, total, Counter[str](), 0.0

    def add(self, outcome: str) -> None:
        self.told[outcome] += 1
        if perf_counter() > self._next:
            self._next = perf_counter() + 20
            print(f"  {self.what}: {self.told.total():,} of {self.total:,}, {dict(self.told)}", flush=True)

    def done(self) -> int:
        print(f"{self.what}: {self.told.total():,} alterations, {dict(self.told)}", flush=True)
        return self.told["unseen"]


def regions(path: Path, spoilt: Path, head: Head, before: list[object], chance: random.Random) -> int:
    """One bit in every stretch of the file. What leaves all that can be read as it was lies in room not in use."""
    data = path.read_bytes()
    places = range(0, len(data), STRETCH)
    progress = Progress(f"{len(data):,} bytes of SQLite", len(places))
    for at in places:
        spoilt.write_bytes(flipped(data, at, STRETCH, chance))
        progress.add(outcome(spoilt, head, before))
    return progress.done()


def flipped(data: bytes, at: int, length: int, chance: random.Random) -> bytes:
    changed = bytearray(data)
    changed[min(at + chance.randrange(length), len(data) - 1)] ^= 1 << chance.randrange(8)
    return bytes(changed)


def outcome(path: Path, head: Head, before: list[object]) -> str:
    try:
        store = sqlite.opened(path, reading=True)
    except StoreFault:
        return "not opened"
    try:
        if not store.check([head]).whole:
            return "found"
        return "room not in use" if dump(store) == before else "unseen"
    except StoreFault:
        return "not read"
    finally:
        store.close()


def dump(store: Store) -> list[object]:
    rows = [store.sql.run(f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES]
    return [*store.kept(), *store.contents(), *rows]


def fields(path: Path, spoilt: Path, head: Head, chance: random.Random) -> int:
    """Every field of some rows of every table, by somebody who takes the triggers out and puts them in again."""
    progress = Progress("fields of rows", EACH * sum(map(len, FIELDS.values())))
    for table, columns in FIELDS.items():
        key = "digest" if table == "contents" else "rowid"
        found = sqlite3.connect(path)
        keys = [key for (key,) in found.execute(f"SELECT {key} FROM {table}")]
        found.close()
        for chosen in chance.sample(keys, min(EACH, len(keys))):
            for column in columns:
                shutil.copy(path, spoilt)
                if write_past(spoilt, table, key, chosen, column):
                    progress.add("found" if not whole(spoilt, head) else "unseen")
                else:
                    progress.add("refused by the tables")
    return progress.done()


def write_past(path: Path, table: str, key: str, chosen: Any, column: str) -> bool:
    """Write another value; False where the table itself does not take it."""
    connection = sqlite3.connect(path)
    try:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        ((value,),) = connection.execute(f"SELECT {column} FROM {table} WHERE {key} = ?", [chosen]).fetchall()
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", [another(value), chosen])
        for _, sql in triggers:
            connection.execute(sql)
        connection.commit()
        return True
    except sqlite3.IntegrityError:
        return False
    finally:
        connection.close()


def another(value: Any) -> Any:
    match value:
        case int():
            return value + 5000
        case bytes():
            return value[:-1] + bytes([value[-1] ^ 1])
        case _:
            return f"{value}一"


def whole(path: Path, head: Head) -> bool:
    store = sqlite.opened(path, reading=True)
    try:
        return store.check([head]).whole
    finally:
        store.close()


def text(lines: Sequence[str], head: Head, chance: random.Random) -> int:
    """One bit in every few bytes of the ledger as text."""
    assert check_lines(read(lines), [head]).whole
    raws = [line.encode() for line in lines]
    progress = Progress(f"{sum(map(len, raws)):,} bytes of JSON Lines", sum(-(-len(raw) // TEXT) for raw in raws))
    before = START
    for raw in raws:
        for at in range(0, len(raw), TEXT):
            line = flipped(raw, at, TEXT, chance).decode("utf-8", "replace")
            progress.add("unseen" if unseen(line, before) else "found")
        (one,) = read([raw.decode()])
        before = one.entry.sm3 if isinstance(one, Kept) else before
    return progress.done()


def unseen(line: str, before: bytes) -> bool:
    """Whether an altered line still reads as one that is whole in itself and follows in the second chain, which is at `before`."""
    (one,) = read([line])
    match one:
        case Spoilt():
            return False
        case Content(digest, data):
            return digest_of(data) == digest
        case Kept(entry, seal):
            follows = is_whole(entry) and entry.sm3 == linked(entry.seq, before, entry.body, sm3)
            body = read_body(entry.body) if follows else None
            return body is not None and (seal.digest if seal is not None else "") in ("", body.seal)


def order(entries: Sequence[Entry], head: Head) -> int:
    """Entries left out; exchanged with the next and with a far one, whole or its body alone; put at the end; the tail cut
    before them."""
    missed = 0
    for what, made in _ORDERS.items():
        places = range(0, len(entries), STEP)
        progress = Progress(what, len(places))
        for at in places:
            changed = made(list(entries), at)
            if changed != list(entries):
                progress.add("unseen" if check(changed, [head]).whole else "found")
        missed += progress.done()
    return missed


def _dropped(entries: list[Entry], at: int) -> list[Entry]:
    return entries[:at] + entries[at + 1 :]


def _exchanged(apart: int) -> Callable[[list[Entry], int], list[Entry]]:
    def made(entries: list[Entry], at: int) -> list[Entry]:
        other = (at + apart) % len(entries)
        entries[at], entries[other] = entries[other], entries[at]
        return entries

    return made


def _bodies(entries: list[Entry], at: int) -> list[Entry]:
    other = (at + 1) % len(entries)
    one, two = entries[at], entries[other]
    entries[at] = Entry(one.seq, one.prev, two.body, one.hash, one.sm3)
    entries[other] = Entry(two.seq, two.prev, one.body, two.hash, two.sm3)
    return entries


def _renumbered(entries: list[Entry], at: int) -> list[Entry]:
    """The rest moved up by one over an entry that was left out."""
    return entries[:at] + [Entry(e.seq - 1, e.prev, e.body, e.hash, e.sm3) for e in entries[at + 1 :]]


def _last(entries: list[Entry], at: int) -> list[Entry]:
    return [*entries[:at], *entries[at + 1 :], entries[at]]


def _cut(entries: list[Entry], at: int) -> list[Entry]:
    return entries[:at]


_ORDERS: dict[str, Callable[[list[Entry], int], list[Entry]]] = {
    "left out": _dropped,
    "left out and the others renumbered": _renumbered,
    "exchanged with the next": _exchanged(1),
    "exchanged with a far one": _exchanged(COUNT // 3),
    "bodies exchanged": _bodies,
    "put at the end": _last,
    "cut from here on": _cut,
}
