"""A ledger in SQLite: what it lets nobody do, what is found when somebody has done it all the same, and what it survives."""

from __future__ import annotations

import os
import random
import resource
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.record import sqlite
from engine.record.act import Act
from engine.record.chain import Head
from engine.record.store import Store, StoreFault, Trouble
from tests.record.test_stores import AT, BY, dump, fill, fill_one
from tests.sizes import sized


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "账本.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    made = sqlite.create(path, AT, with_sm3=True)
    fill(made, 4)
    yield made
    made.close()


def spoil(path: Path, *statements: str) -> None:
    """What somebody with the file and another program does."""
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def faults(path: Path, *heads: Head) -> list[tuple[str, int]]:
    store = sqlite.opened(path, reading=True)
    try:
        return [(fault.kind, fault.seq) for fault in store.check(heads).faults]
    finally:
        store.close()


def test_its_file_is_the_owner_s_alone(store: Store, path: Path) -> None:
    assert os.stat(path).st_mode & 0o777 == 0o600


# ---- what nobody can do ----

REFUSALS = [
    "UPDATE entries SET body = x'00' WHERE seq = 3",
    "DELETE FROM entries WHERE seq = 9",
    "INSERT OR REPLACE INTO entries SELECT seq, prev, x'00', hash, sm3 FROM entries WHERE seq = 9",
    "INSERT OR IGNORE INTO entries SELECT 99, prev, body, hash, sm3 FROM entries WHERE seq = 9",
    "INSERT INTO entries SELECT 10, prev, body, zeroblob(32), sm3 FROM entries WHERE seq = 9",
    "UPDATE seals SET content = x'00'",
    "DELETE FROM seals WHERE seq = 2",
    "INSERT OR REPLACE INTO seals SELECT seq, salt, x'00' FROM seals",
    "UPDATE contents SET data = x'00'",
    "DELETE FROM contents",
    "INSERT OR REPLACE INTO contents SELECT digest, x'00' FROM contents",
    "UPDATE links SET role = '提及'",
    "DELETE FROM documents",
    "INSERT OR REPLACE INTO numbers SELECT 1, sign, year, serial FROM numbers",
    "INSERT INTO numbers VALUES (2, '某局', 2026, 3)",
    "INSERT INTO links VALUES (99, '条款', '第一条', '提及', '')",
]


@pytest.mark.parametrize("statement", REFUSALS)
def test_what_was_recorded_stays(store: Store, statement: str) -> None:
    with pytest.raises(StoreFault) as refused, store.sql.writing():
        store.sql.run(statement)
    assert refused.value.kind == Trouble.FORBIDDEN
    assert store.check().whole


# ---- what is found ----


def test_every_byte_of_the_file_counts_that_anything_is_read_from(path: Path, tmp_path: Path) -> None:
    """A bit anywhere: found, or the file cannot be read, or it holds just what it held (room that is not in use)."""
    store = sqlite.create(path, AT, with_sm3=True)
    fill(store, sized(10, 500))
    before, head = dump(store), store.head()
    store.close()
    data, chance = path.read_bytes(), random.Random(3)
    spoilt, unseen = tmp_path / "坏.db", list[int]()
    for _ in range(sized(150, 20_000)):
        at = chance.randrange(len(data))
        changed = bytearray(data)
        changed[at] ^= 1 << chance.randrange(8)
        spoilt.write_bytes(bytes(changed))
        try:
            found = sqlite.opened(spoilt, reading=True)
        except StoreFault:
            continue
        try:
            if found.check([head]).whole and dump(found) != before:
                unseen.append(at)
        except StoreFault:
            pass
        finally:
            found.close()
    assert unseen == []


# ---- what it meets ----


def opening(path: Path, *, reading: bool = False) -> Trouble | None:
    try:
        sqlite.opened(path, reading=reading).close()
    except StoreFault as fault:
        return fault.kind
    return None


def test_what_is_no_ledger_is_not_opened(store: Store, path: Path, tmp_path: Path) -> None:
    store.close()
    (tmp_path / "文字.db").write_text("不是数据库" * 200)
    spoil(tmp_path / "别的.db", "CREATE TABLE t (x)")
    (tmp_path / "空.db").write_bytes(b"")
    os.mkfifo(tmp_path / "管道.db")
    (tmp_path / "链接.db").symlink_to("/etc/passwd")
    cut = tmp_path / "半.db"
    cut.write_bytes(path.read_bytes()[:5000])
    kinds = {name: opening(tmp_path / f"{name}.db") for name in ("没有", "文字", "别的", "空", "管道", "链接")}
    assert kinds == {"没有": Trouble.ABSENT, **dict.fromkeys(("文字", "别的", "空", "管道", "链接"), Trouble.UNFIT)}
    assert not holds(cut)


def holds(path: Path) -> bool:
    try:
        return faults(path) == []
    except StoreFault as fault:
        return fault.kind != Trouble.DAMAGED


def test_a_newer_format_is_left_alone(store: Store, path: Path) -> None:
    store.close()
    spoil(path, "PRAGMA user_version = 2")
    assert opening(path) == opening(path, reading=True) == Trouble.NEWER


def test_a_file_that_may_only_be_read_is_read(store: Store, path: Path, tmp_path: Path) -> None:
    """As another user: for root every file can be written."""
    store.close()
    folder = tmp_path / "只读"
    folder.mkdir()
    shutil.copy(path, folder / path.name)
    for place, mode in ((folder / path.name, 0o444), (folder, 0o555)):
        place.chmod(mode)
    for place in (folder, *folder.parents):
        if place.stat().st_uid == os.getuid() and place != Path("/"):
            place.chmod(place.stat().st_mode | 0o055)
    assert as_nobody(folder / path.name) == ["[]", str(Trouble.READONLY)]


def as_nobody(path: Path) -> list[str]:
    """Whether it holds, and why it cannot be written to, as a user who owns nothing here sees it."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.getuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            os.write(write_end, f"{faults(path)} {opening(path)}".encode())
        finally:
            os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as stream:
        said = stream.read().decode().split()
    os.waitpid(child, 0)
    return said


def test_a_full_disk_loses_nothing(store: Store, path: Path) -> None:
    """No file may grow: the entry is refused whole, and what was there is there."""
    before = store.head()
    store.close()
    store = sqlite.opened(path)
    size = path.stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        with pytest.raises(StoreFault) as refused:
            large(store)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refused.value.kind == Trouble.FULL
    assert store.head() == before
    assert store.check().whole
    fill_one(store)
    store.close()


def large(store: Store) -> None:
    with store.writing() as writer:
        writer.keep(bytes(10_000_000))
        writer.record(Act("事件"), AT, BY)


def test_what_is_taken_away_is_not_in_the_file_any_more(store: Store, path: Path) -> None:
    with store.writing() as writer:
        writer.erase(4, "保存期满", AT, BY)
    store.close()
    assert "案件 1".encode() not in path.read_bytes()
