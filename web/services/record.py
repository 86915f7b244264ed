"""The office's ledger in the database of the workbench: an act and what is kept beside it are kept together, or neither."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

from engine.base.calendar import BEIJING
from engine.base.problem import Problem
from engine.office.ledger import Ledger
from engine.office.recording import Entering
from engine.record import sqlite
from engine.record.act import By
from engine.record.store import Store
from web.models import Person
from web.settings import SPACE

_LOG = logging.getLogger("web")
LOGIN = "登录名"
"""The key in the open part of an act that tells two people of one name apart."""


def ledger() -> Ledger:
    """The ledger, on the connection of this thread."""
    return Ledger(SPACE.database, None, now, _tell, _store)


def now() -> datetime:
    """The office's clock; the day that a practice space works on is another matter."""
    return datetime.now(BEIJING)


def _tell(problem: Problem) -> None:
    _LOG.warning("%s %s", problem.code, problem.message)


def _store() -> Store:
    connection.ensure_connection()
    return sqlite.on(connection.connection, SPACE.database)


def store() -> Store:
    """The ledger, to be read. Raises `StoreFault`."""
    return _store()


def by(person: Person, role: str) -> By:
    """Who acts, as an entry says it."""
    return By(person.name, (role,))


@contextmanager
def recording(person: Person, role: str) -> Iterator[Entering]:
    """What is recorded inside, and whatever else is written to the database, is kept whole or not at all."""
    own = ledger()
    with transaction.atomic(), own.opened() as opened, own.recording(opened) as writer:
        yield Entering(opened, writer, own.now(), by(person, role))
