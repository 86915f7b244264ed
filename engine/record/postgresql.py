"""Edge: a ledger in a PostgreSQL database, by its URL.

A commit returns when the log is on the server's disk. One writer at a time (an advisory lock that ends with the
transaction); others wait. How the office proves who it is (~/.pgpass, a service file, a certificate, the socket's owner) is
libpq's affair: a password is taken from nowhere else.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from engine.record.chain import FORMAT
from engine.record.schema_postgresql import CATALOGUE, GRANTED, MARK, NAME, described, rights, statements
from engine.record.store import (
    Store,
    StoreFault,
    Trouble,
)

if TYPE_CHECKING:
    from psycopg import Connection

WAIT = 60
"""Seconds a writer waits for another."""
WAIT_NUMBERS = 600
"""Seconds a giver of numbers waits for another, who may be setting many letters."""
_LOCK, _WRITING, _NUMBERING = 0x67756A75, 1, 2
_TABLE = re.compile(r"\b(FROM|INTO|JOIN) (\w+)")
_LOCKED = (
    f"SELECT pg_advisory_xact_lock({_LOCK}, {_WRITING}), CASE WHEN current_setting('synchronous_commit') = 'off' "
    "THEN set_config('synchronous_commit', 'on', true) END"
)
_FAULTS: tuple[tuple[str, Trouble, str], ...] = (
    ("42501", Trouble.READONLY, "没有权限"),
    ("25006", Trouble.READONLY, "只能读，不能写"),
    ("55P03", Trouble.BUSY, "一直被别的进程占用"),
    ("40", Trouble.BUSY, "和别的事务冲突"),
    ("P0001", Trouble.FORBIDDEN, ""),
    ("23", Trouble.FORBIDDEN, "账本不允许这样改"),
    ("22", Trouble.FORBIDDEN, "有数据库存不下的内容"),
    ("53", Trouble.FULL, "服务器的磁盘已满，或资源不够"),
    ("57", Trouble.OFFLINE, "数据库服务器断开了连接"),
    ("08", Trouble.OFFLINE, "数据库服务器断开了连接"),
    ("XX", Trouble.DAMAGED, "数据库已损坏"),
    ("42", Trouble.DAMAGED, "表、列或函数与建账时不同"),
)
"""SQLSTATE, or what it begins with -> kind and reason; the first that fits."""
_UNREACHED = (
    ("password", "没有密码，或密码不对"),
    ("authentication failed", "服务器没有认出是谁"),
    ("pg_hba", "服务器不许这个用户从这台机器连接"),
    ("role", "没有这个数据库用户"),
    ("database", "没有这个数据库"),
)
"""What the server or libpq says in English when there is no connection -> reason; the first that fits."""


def create_empty(url: str, owner: str) -> Store:
    """A ledger without an entry in the database at `url`, made by its `owner`, by another URL of the same database: tables,
    and the user of `url`, who may read and add. Raises `StoreFault`; `FileExistsError` where there is one; ValueError, in
    Chinese, where the two URLs do not go together."""
    connection = _connected(owner)
    try:
        user = _user(url, owner)
        with _told(), connection.transaction():
            if connection.execute("SELECT to_regnamespace(%s)", [NAME]).fetchone() != (None,):
                raise FileExistsError(url)
            for statement in (*statements(FORMAT), *_granting(connection, user)):
                connection.execute(statement.encode())
    except BaseException:
        connection.close()
        raise
    return on(connection)


def _user(url: str, owner: str) -> str:
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        said, maker = (conninfo_to_dict(one) for one in (url, owner))
    except ProgrammingError as error:
        raise ValueError(f"地址不成样子：{error}") from None
    if not said.get("user"):
        raise ValueError("账本的地址没有写数据库用户，例如 postgresql://guiju@主机/库名")
    if said.get("user") == maker.get("user"):
        raise ValueError("记账的数据库用户不能就是建账的，不然它也能改账")
    if said.get("dbname") != maker.get("dbname"):
        raise ValueError("建账的地址和账本的地址不是同一个数据库")
    return str(said["user"])


def _granting(connection: Connection[Any], user: str) -> Iterator[str]:
    from psycopg.sql import Identifier

    role = Identifier(user).as_string(connection)
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [user]).fetchall():
        yield f"CREATE ROLE {role} LOGIN"
    yield from rights(role)


def opened(url: str, *, reading: bool = False) -> Store:
    """The ledger in the database at `url`. Raises `StoreFault` where there is none that can be used."""
    connection = _connected(url)
    try:
        _known(connection)
        if reading:
            with _told():
                connection.execute("SET default_transaction_read_only = on")
    except BaseException:
        connection.close()
        raise
    return on(connection)


def on(connection: Connection[Any]) -> Store:
    """The ledger on a connection the caller has: recording takes part in a transaction that is open on it, which is to see
    what others commit meanwhile (READ COMMITTED, as usual)."""
    return Store(_Postgresql(connection), secrets.token_bytes)


def _connected(url: str) -> Connection[Any]:
    try:
        import psycopg
    except ImportError:
        raise StoreFault(Trouble.DRIVER, "这台机器没有安装 PostgreSQL 的驱动 psycopg") from None
    try:
        connection = psycopg.connect(
            url, autocommit=True, connect_timeout=10, application_name="guiju", client_encoding="UTF8"
        )
    except psycopg.Error as error:
        first = str(error).strip().split("\n")[-1]
        said = next((said for word, said in _UNREACHED if word in first), "连不上数据库服务器")
        raise StoreFault(Trouble.OFFLINE, f"{said}（{first}）") from None
    try:
        with _told():
            connection.execute(f"SET lock_timeout = '{WAIT}s'".encode())
            connection.execute("SET search_path = ''")
    except BaseException:
        connection.close()
        raise
    return connection


def _known(connection: Connection[Any]) -> None:
    with _told():
        found = connection.execute("SELECT obj_description(to_regnamespace(%s), 'pg_namespace')", [NAME]).fetchone()
        there = connection.execute("SELECT to_regnamespace(%s) IS NOT NULL", [NAME]).fetchone()
    if there != (True,):
        raise StoreFault(Trouble.ABSENT, "这个数据库里没有账本")
    said = str(found[0]) if found else ""
    format = said.removeprefix(MARK)
    if format == said or not format.isdecimal():
        raise StoreFault(Trouble.UNFIT, f"这个数据库里的 `{NAME}` 不是账本")
    if int(format) != FORMAT:
        raise StoreFault(Trouble.NEWER, f"格式是 {format}，这个版本只认得 {FORMAT}")


@contextmanager
def _told() -> Iterator[None]:
    """What PostgreSQL refuses, as `StoreFault`."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        code, text = error.sqlstate or "", str(error).strip().split("\n")[0]
        default = Trouble.DAMAGED, "数据库出错"
        if isinstance(error, psycopg.OperationalError):
            default = Trouble.OFFLINE, "数据库服务器断开了连接"
        elif isinstance(error, psycopg.DataError):
            default = Trouble.FORBIDDEN, "有数据库存不下的内容"
        kind, said = next(((k, s) for start, k, s in _FAULTS if code.startswith(start)), default)
        raise StoreFault(kind, f"{said}（{text}）" if said else text) from None


def _translated(text: str) -> bytes:
    """A statement of the store with the schema and the driver's placeholders."""
    return _TABLE.sub(rf"\1 {NAME}.\2", text).replace("%", "%%").replace("?", "%s").encode()


class _Postgresql:
    """`Sql` over a connection."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def run(self, text: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with _told():
            found = self._connection.execute(_translated(text), values)
            return found.fetchall() if found.description else []

    def each(self, text: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        from psycopg.pq import TransactionStatus

        alone = self._connection.info.transaction_status == TransactionStatus.IDLE
        with _told(), self._connection.cursor(name=f"each_{secrets.token_hex(4)}", withhold=alone) as cursor:
            cursor.itersize = 500
            yield from cursor.execute(_translated(text), values)

    def delete(self, table: str, key: int | str) -> None:
        call = "drop_content(%s)" if table == "contents" else "take_away(%s, %s)"
        with _told():
            self._connection.execute(f"SELECT {NAME}.{call}".encode(), [key] if table == "contents" else [table, key])

    @contextmanager
    def writing(self) -> Iterator[None]:
        with _told(), self._connection.transaction():
            self._connection.execute(_LOCKED.encode())
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        from psycopg.pq import TransactionStatus

        if self._connection.info.transaction_status != TransactionStatus.IDLE:
            yield
            return
        with _told(), self._connection.transaction():
            self._connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield

    @contextmanager
    def numbering(self) -> Iterator[None]:
        with _told():
            self._connection.execute(f"SET lock_timeout = '{WAIT_NUMBERS}s'".encode())
            self._connection.execute("SELECT pg_advisory_lock(%s, %s)", [_LOCK, _NUMBERING])
            self._connection.execute(f"SET lock_timeout = '{WAIT}s'".encode())
        try:
            yield
        finally:
            # A connection that is gone has no lock any more.
            if not self._connection.broken:
                self._connection.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, _NUMBERING])

    def damage(self) -> list[str]:
        try:
            with _told(), self._connection.transaction(force_rollback=True):
                # Definitions are told with the schema where it is not searched.
                self._connection.execute("SET LOCAL search_path = ''")
                there = {str(said) for (said,) in self._connection.execute(CATALOGUE.encode())}
                granted = self._connection.execute(GRANTED.encode()).fetchall()
        except StoreFault as fault:
            return [f"数据库读不全：{fault.said}"]
        wrong = sorted(there ^ described())
        more = [f"`{who}` 不只能读能添 `{table}`" for table, who in granted]
        return (
            [f"表、索引、触发器或函数与建账时不同：{'；'.join(_short(one) for one in wrong[:5])}"] if wrong else []
        ) + more

    def close(self) -> None:
        self._connection.close()


def _short(said: str) -> str:
    return said.split("\n")[0][:80]
