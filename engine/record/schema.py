"""The tables of a ledger, and what they let nobody do, as SQLite writes it. Pure.

An entry is only ever added, and only after the last one. What stands beside it (sealed parts, contents, rows) is added once
and goes only where an act that takes it away has been recorded. Whoever has the file can take the triggers out; checking
the ledger compares them with these.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.record.rows import INDEXED, TABLES, UNIQUE

BESIDE = ("seals", *TABLES)
"""Tables with what follows from entries, by `seq`."""


def statements() -> list[str]:
    """What makes an empty ledger, in order."""
    return [*_tables(), *_triggers()]


def _tables() -> Iterator[str]:
    yield (
        "CREATE TABLE entries (seq INTEGER PRIMARY KEY CHECK (seq > 0), prev BLOB NOT NULL UNIQUE "
        "CHECK (length(prev) = 32), body BLOB NOT NULL, hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32), "
        "sm3 BLOB NOT NULL CHECK (length(sm3) IN (0, 32))) STRICT"
    )
    yield "CREATE TABLE seals (seq INTEGER PRIMARY KEY REFERENCES entries, salt BLOB NOT NULL, content BLOB NOT NULL) STRICT"
    yield "CREATE TABLE contents (digest TEXT PRIMARY KEY, data BLOB NOT NULL) STRICT, WITHOUT ROWID"
    for table, columns in TABLES.items():
        unique = f", UNIQUE ({', '.join(UNIQUE[table])})" if table in UNIQUE else ""
        said = ", ".join(f"{name} {kind} NOT NULL" for name, kind in columns)
        yield f"CREATE TABLE {table} ({said}, FOREIGN KEY (seq) REFERENCES entries{unique}) STRICT"
        for column in ("seq", *INDEXED.get(table, ())):
            yield f"CREATE INDEX {table}_{column.replace(', ', '_')} ON {table} ({column})"


def _triggers() -> Iterator[str]:
    yield _refuse(
        "entries_follow",
        "INSERT ON entries WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM entries) OR NEW.prev IS NOT "
        "COALESCE((SELECT hash FROM entries ORDER BY seq DESC LIMIT 1), zeroblob(32))",
        "只能接在最后一条之后",
    )
    yield _refuse("entries_no_update", "UPDATE ON entries", "账本不能改")
    yield _refuse("entries_no_delete", "DELETE ON entries", "账本不能删")
    yield _refuse("contents_no_update", "UPDATE ON contents", "附件不能改")
    yield _refuse(
        "contents_once",
        "INSERT ON contents WHEN EXISTS (SELECT 1 FROM contents WHERE digest = NEW.digest)",
        "附件不能换",
    )
    yield _refuse(
        "contents_no_delete",
        "DELETE ON contents WHEN EXISTS (SELECT 1 FROM uses WHERE digest = OLD.digest)",
        "附件还有用，不能删",
    )
    yield _refuse(
        "seals_once", "INSERT ON seals WHEN EXISTS (SELECT 1 FROM seals WHERE seq = NEW.seq)", "封存的内容不能换"
    )
    for table, columns in UNIQUE.items():
        same = " AND ".join(f"{column} = NEW.{column}" for column in columns)
        yield _refuse(
            f"{table}_once", f"INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})", "已经有了，不能换"
        )
    for table in BESIDE:
        yield _refuse(f"{table}_no_update", f"UPDATE ON {table}", "账本不能改")
        yield _refuse(
            f"{table}_no_delete",
            f"DELETE ON {table} WHEN NOT EXISTS (SELECT 1 FROM erased WHERE target = OLD.seq)",
            "没有清除的记录，不能删",
        )


def _refuse(name: str, when: str, said: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {when} BEGIN SELECT RAISE(ABORT, '{said}'); END"
