"""Edge: where a ledger is kept, a file or a database, and its store by that."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.record.store import Store

LedgerPlace = Path | str
"""A file, or the URL of a PostgreSQL database as libpq reads it."""

_URL = re.compile(r"postgres(ql)?://")
_PASSWORD = re.compile(r"://[^/?@]*:[^@]*@|[?&](ssl)?password=")
_USER = re.compile(r"(?<=://)[^/?@]*@")


def is_url(text: str) -> bool:
    """Whether the place of a ledger is a database and not a file."""
    return bool(_URL.match(text))


def has_password(url: str) -> bool:
    """Whether a password seems to stand in it, where everybody reads it who sees the office file or the command."""
    return bool(_PASSWORD.search(url))


def same(one: LedgerPlace, other: LedgerPlace) -> bool:
    """Whether both are the same ledger, whoever asks."""
    if isinstance(one, Path) and isinstance(other, Path):
        return os.path.exists(one) and os.path.exists(other) and os.path.samefile(one, other)
    return isinstance(one, str) and isinstance(other, str) and _USER.sub("", one) == _USER.sub("", other)


def opened(place: LedgerPlace, *, reading: bool = False) -> Store:
    """The ledger kept there. Raises `StoreFault` where there is none that can be used."""
    if isinstance(place, str):
        from engine.record import postgresql

        return postgresql.opened(place, reading=reading)
    from engine.record import sqlite

    return sqlite.opened(place, reading=reading)


def create_empty(place: LedgerPlace, owner: str | None = None) -> Store:
    """A ledger without an entry; in a database made by its `owner`, a URL. Raises `StoreFault`; `FileExistsError` where there
    is one; ValueError, in Chinese, where `owner` is not one who can make it."""
    if isinstance(place, Path):
        from engine.record import sqlite

        if owner is not None:
            raise ValueError("账本是一个文件，不用写建账的数据库用户")
        return sqlite.create_empty(place)
    from engine.record import postgresql

    if owner is None:
        raise ValueError("账本在数据库里，要写建账的数据库用户的地址")
    return postgresql.create_empty(place, owner)
