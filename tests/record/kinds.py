"""What the tests of stores do with a ledger, for each kind of store there is."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from engine.record import place as places
from engine.record import postgresql, sqlite
from engine.record.place import LedgerPlace
from engine.record.store import Store
from tests.record.server import OFFICE, Server

if TYPE_CHECKING:
    from psycopg import Connection


class Kind(Protocol):
    """Ledgers of one kind, none of them made yet."""

    name: str
    also: list[tuple[str, int]]
    """What is found besides, wherever somebody has written past the triggers."""

    def empty(self, name: str = "账本") -> Store:
        """A new ledger without an entry."""
        ...

    def place(self, name: str = "账本") -> LedgerPlace: ...

    def spoil(self, *statements: str) -> None:
        """What somebody does who may do anything and whom no trigger stops; in SQLite's language."""
        ...

    def connection(self) -> Any:
        """A connection of the caller's own, beside a table of the caller's."""
        ...

    def on(self, connection: Any) -> Store:
        """The ledger on that connection."""
        ...


class Sqlite:
    name, also = "sqlite", [("库结构不符", 0)]

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def empty(self, name: str = "账本") -> Store:
        return places.create_empty(self.place(name))

    def place(self, name: str = "账本") -> Path:
        return self._folder / f"{name}.db"

    def spoil(self, *statements: str) -> None:
        connection = sqlite3.connect(self.place())
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for statement in (*(f"DROP TRIGGER {trigger}" for (trigger,) in found), *statements):
            connection.execute(statement)
        connection.commit()
        connection.close()

    def connection(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.place(), isolation_level=None)
        connection.execute("CREATE TABLE 我的 (x TEXT)")
        return connection

    def on(self, connection: sqlite3.Connection) -> Store:
        return sqlite.on(connection, self.place())


class Postgresql:
    name, also = "postgresql", list[tuple[str, int]]()

    def __init__(self, server: Server) -> None:
        self.server, self._databases = server, dict[str, str]()

    def empty(self, name: str = "账本") -> Store:
        places.create_empty(self.place(name), self.owner(name)).close()
        return places.opened(self.place(name))

    def place(self, name: str = "账本") -> str:
        return self.server.url(self._database(name), OFFICE)

    def owner(self, name: str = "账本") -> str:
        return self.server.url(self._database(name))

    def spoil(self, *statements: str) -> None:
        with self.as_owner() as connection:
            connection.execute("SET session_replication_role = replica")
            for statement in statements:
                connection.execute(translated(statement))

    def as_owner(self) -> Connection[Any]:
        """Finds the ledger's tables by their names alone."""
        import psycopg

        return psycopg.connect(self.owner(), options="-csearch_path=guiju", autocommit=True)

    def connection(self) -> Connection[Any]:
        import psycopg

        with self.as_owner() as owner:
            owner.execute(f"CREATE TABLE public.我的 (x TEXT); GRANT SELECT, INSERT ON public.我的 TO {OFFICE}")
        return psycopg.connect(self.place(), autocommit=True)

    def on(self, connection: Connection[Any]) -> Store:
        return postgresql.on(connection)

    def _database(self, name: str) -> str:
        if name not in self._databases:
            self._databases[name] = self.server.cleared(f"t{len(self._databases)}")
        return self._databases[name]


def translated(statement: str) -> bytes:
    """A statement of SQLite's as PostgreSQL has it, as far as these tests go."""
    for what, with_ in (
        (r"CAST\((\w+) AS TEXT\)", r"convert_from(\1, 'UTF8')"),
        (r"CAST\((.*) AS BLOB\)", r"convert_to(\1, 'UTF8')"),
        (r"x'(\w*)'", r"decode('\1', 'hex')"),
        (r"zeroblob\((\d+)\)", r"decode(repeat('00', \1), 'hex')"),
    ):
        statement = re.sub(what, with_, statement)
    return statement.encode()
