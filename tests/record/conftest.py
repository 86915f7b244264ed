"""The stores a ledger may be in, and a PostgreSQL server for one of them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.record.kinds import Kind, Postgresql, Sqlite
from tests.record.server import Server, programs, running


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server of this process's own."""
    if find_spec("psycopg") is None:
        pytest.skip("psycopg is not installed")
    found = programs()
    if found is None:
        pytest.skip("no PostgreSQL server on this machine (`./test` installs one on Debian, as root)")
    with running(found) as started:
        yield started


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> Kind:
    if request.param == "sqlite":
        return Sqlite(tmp_path)
    return Postgresql(request.getfixturevalue("server"))
