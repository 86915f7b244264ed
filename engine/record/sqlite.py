"""Edge: a ledger in one SQLite file.

Written ahead to a log that is on the disk before a commit returns (WAL, synchronous=FULL): a process that is killed loses
nothing it was told is recorded. One writer at a time (BEGIN IMMEDIATE); others wait.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.files.faults import Unfit, reason
from engine.files.locking import locked
from engine.files.reading import find
from engine.record.chain import FORMAT
from engine.record.schema import BESIDE, statements
from engine.record.store import Store, StoreFault, Trouble

APPLICATION = 0x67756A75
"""What marks the file as a ledger of this program (`guju`)."""
LIMIT = 2**46
WAIT = 60.0
"""Seconds a writer waits for another."""

_PRAGMAS = (
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "trusted_schema = OFF",
    "cell_size_check = ON",
)
_KINDS = {
    sqlite3.SQLITE_BUSY: (Trouble.BUSY, "一直被别的进程占用"),
    sqlite3.SQLITE_LOCKED: (Trouble.BUSY, "一直被别的进程占用"),
    sqlite3.SQLITE_FULL: (Trouble.FULL, "磁盘已满"),
    sqlite3.SQLITE_READONLY: (Trouble.READONLY, "只能读，不能写"),
    sqlite3.SQLITE_PERM: (Trouble.READONLY, "没有权限"),
    sqlite3.SQLITE_CANTOPEN: (Trouble.UNFIT, "打不开，或没有权限在它的文件夹里写"),
    sqlite3.SQLITE_IOERR: (Trouble.FULL, "磁盘读写出错，或已满"),
    sqlite3.SQLITE_NOTADB: (Trouble.UNFIT, "不是账本"),
    sqlite3.SQLITE_CORRUPT: (Trouble.DAMAGED, "文件已损坏"),
    sqlite3.SQLITE_CONSTRAINT: (Trouble.FORBIDDEN, "账本不允许这样改"),
}


def create(path: Path, at: str, *, with_sm3: bool = False) -> Store:
    """A new ledger at `path`, its first entry at the time `at`. Raises as `create_empty` does."""
    store = create_empty(path)
    store.begin(at, with_sm3=with_sm3)
    return store


def create_empty(path: Path) -> Store:
    """A ledger without an entry, to be filled with another's. Raises `StoreFault`; `FileExistsError` for a file that is
    there."""
    if os.path.lexists(path):
        raise FileExistsError(str(path))
    connection = _connected(path, "rwc")
    try:
        with _told():
            os.chmod(path, 0o600)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN IMMEDIATE")
            lay_out(connection)
            connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return on(connection, path)


def lay_out(connection: sqlite3.Connection) -> None:
    """The tables of a ledger without an entry, beside whatever else the database of the caller has; part of the transaction
    that is open on it."""
    with _told():
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        for statement in statements():
            connection.execute(statement)


def marked(start: bytes) -> bool:
    """Whether a file that begins so (at least its first 72 bytes) is a ledger's."""
    return start.startswith(b"SQLite format 3\0") and start[68:72] == APPLICATION.to_bytes(4, "big")


def opened(path: Path, *, reading: bool = False) -> Store:
    """The ledger at `path`. Raises `StoreFault` where there is none that can be used."""
    try:
        found = find(path, LIMIT)
    except FileNotFoundError:
        raise StoreFault(Trouble.ABSENT, "没有这个文件") from None
    except OSError as error:
        raise StoreFault(Trouble.UNFIT, reason(error)) from None
    real = Path(found.real)
    if not reading and not os.access(real, os.W_OK):
        raise StoreFault(Trouble.READONLY, "只能读，不能写")
    connection = _connected(real, "ro" if reading else "rw")
    try:
        _known(connection)
    except BaseException:
        connection.close()
        raise
    return on(connection, real)


def on(connection: sqlite3.Connection, path: Path) -> Store:
    """The ledger on a connection the caller has: recording takes part in a transaction that is open on it."""
    return Store(_Sqlite(connection, path), secrets.token_bytes)


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    # What nobody may write to is read as it stands, unless a log beside it still has something to say.
    log = path.with_name(f"{path.name}-wal")
    still = mode == "ro" and not os.access(path.parent, os.W_OK) and not (os.path.exists(log) and os.path.getsize(log))
    with _told():
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}{'&immutable=1' if still else ''}",
            uri=True,
            timeout=WAIT,
            isolation_level=None,
        )
        try:
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
    return connection


def _known(connection: sqlite3.Connection) -> None:
    with _told():
        (mark,) = connection.execute("PRAGMA application_id").fetchone()
        (format,) = connection.execute("PRAGMA user_version").fetchone()
    if mark != APPLICATION:
        raise StoreFault(Trouble.UNFIT, "不是账本")
    if format != FORMAT:
        raise StoreFault(Trouble.NEWER, f"格式是 {format}，这个版本只认得 {FORMAT}")


@contextmanager
def _told() -> Iterator[None]:
    """What SQLite refuses, as `StoreFault`."""
    try:
        yield
    except UnicodeDecodeError:  # of a message or a text that quotes damaged bytes
        raise StoreFault(Trouble.DAMAGED, "文件已损坏") from None
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        kind, said = _KINDS.get(code & 0xFF, (Trouble.DAMAGED, f"数据库出错（{error}）"))
        if code == sqlite3.SQLITE_CONSTRAINT_TRIGGER:
            said = str(error)
        raise StoreFault(kind, said) from None


class _Sqlite:
    """`Sql` over a connection."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self._path = connection, path

    def run(self, text: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with _told():
            return self._connection.execute(text, values).fetchall()

    def each(self, text: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        with _told():
            yield from self._connection.execute(text, values)

    def delete(self, table: str, key: int | str) -> None:
        self.run(f"DELETE FROM {table} WHERE {'digest' if table == 'contents' else 'seq'} = ?", [key])

    @contextmanager
    def writing(self) -> Iterator[None]:
        outer = self._connection.in_transaction
        self.run("SAVEPOINT record" if outer else "BEGIN IMMEDIATE")
        try:
            yield
            self.run("RELEASE record" if outer else "COMMIT")
        except BaseException:
            # A full disk may have ended the transaction by itself.
            if self._connection.in_transaction:
                self.run("ROLLBACK TO record" if outer else "ROLLBACK")
            raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        if self._connection.in_transaction:
            yield
            return
        self.run("BEGIN")
        try:
            yield
        finally:
            self.run("COMMIT")

    @contextmanager
    def numbering(self) -> Iterator[None]:
        try:
            with locked(self._path):
                yield
        except Unfit as error:
            raise StoreFault(Trouble.BUSY, reason(error)) from None

    def damage(self) -> list[str]:
        made = sorted(statements())
        try:
            found = [said for (said,) in self.run("PRAGMA integrity_check")]
            own = ["entries", "contents", *BESIDE]
            of_own = (
                f"SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name IN ({', '.join('?' * len(own))})"
            )
            there = sorted(sql for (sql,) in self.run(of_own, own))
        except StoreFault as fault:
            return [f"数据库读不全：{fault.said}"]
        wrong = [f"数据库自查：{said}" for said in found if said != "ok"]
        return wrong + ([] if there == made else ["表、索引或触发器与建账时不同"])

    def close(self) -> None:
        self._connection.close()
