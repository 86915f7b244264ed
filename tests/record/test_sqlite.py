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
from engine.record.act import Act, By
from engine.record.chain import Head
from engine.record.lines import Spoilt, content_line, entry_line, read
from engine.record.rows import TABLES
from engine.record.store import ABSENT, BUSY, DAMAGED, FULL, NEWER, READONLY, REFUSED, UNFIT, Store, StoreFault
from tests.record.storm import storm
from tests.sizes import LONG, sized

AT = "2026-03-01T09:00:00+08:00"
BY = By("林岚", ("审查", "签发"))


def decided(number: int, digest: str) -> Act:
    links = [["条款", "第七条", "决定理由", ""], ["准则", "规模", "满足", "满足"]]
    open_ = {"规范": "某办法", "决定": "认定", "结果": "通过", "有利": True, "金额": "1000.50", "关联": links}
    sealed = {"案件": f"甲{number}", "当事人": "某公司", "栏目": {"区": "鼓楼"}, "文件": {"案件": digest}}
    return Act("决定", open_, sealed)


def written(number: int, serial: int) -> Act:
    open_ = {"文书": "告知书", "机关": "某局", "文号": f"某局〔2026〕{serial}号", "代字": "某局", "年份": 2026}
    return Act("文书", {**open_, "流水号": serial, "新号": True, "成文日期": "2026-03-01"}, {"案件": f"甲{number}"})


def fill(store: Store, count: int) -> None:
    for number in range(count):
        with store.writing() as writer:
            writer.record(decided(number, writer.keep(f"案件 {number}".encode())), AT, BY)
            writer.record(written(number, number + 1), AT, BY)


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


def test_what_is_recorded_is_read_back_and_holds(store: Store, path: Path) -> None:
    assert store.check([store.head()]).whole
    assert [entry.seq for entry in store.entries()] == list(range(1, 10))
    assert store.select("case_id, outcome, amount, favourable", "decisions")[0] == ("甲0", "通过", "1000.50", 1)
    assert store.select("number, serial", "documents", "case_id = ?", ["甲2"]) == [("某局〔2026〕3号", 3)]
    assert store.select("about, role", "links", "name = ?", ["第七条"])[0] == ("条款", "决定理由")
    ((digest,),) = store.select("digest", "uses", "seq = 2")
    assert store.content(digest) == "案件 0".encode()
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
    assert refused.value.kind == REFUSED
    assert store.check().whole


# ---- what is found ----

DONE: list[tuple[str, list[str], list[tuple[str, int]]]] = [
    (
        "a body altered",
        ["UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), '通过', '不过') AS BLOB) WHERE seq = 4"],
        [("改动", 4)],
    ),
    ("an entry dropped", ["DELETE FROM entries WHERE seq = 5"], [("缺失", 5)]),
    (
        "two entries exchanged",
        [
            "UPDATE entries SET seq = 999 WHERE seq = 3",
            "UPDATE entries SET seq = 3 WHERE seq = 6",
            "UPDATE entries SET seq = 6 WHERE seq = 999",
        ],
        [("错位", 3), ("错位", 6)],
    ),
    (
        "a sealed part altered",
        ["UPDATE seals SET content = CAST(replace(CAST(content AS TEXT), '甲1', '甲9') AS BLOB) WHERE seq = 4"],
        [("封存不符", 4)],
    ),
    ("a salt altered", ["UPDATE seals SET salt = zeroblob(16) WHERE seq = 4"], [("封存不符", 4)]),
    ("a sealed part gone", ["DELETE FROM seals WHERE seq = 4"], [("封存不符", 4)]),
    ("a content altered", ["UPDATE contents SET data = x'00' WHERE data = CAST('案件 1' AS BLOB)"], [("附件不符", 4)]),
    ("a content gone", ["DELETE FROM contents WHERE data = CAST('案件 1' AS BLOB)"], [("附件不符", 4)]),
    ("a content added", ["INSERT INTO contents VALUES ('sha256:00', x'00')"], [("附件不符", 0)]),
    (
        "a row altered",
        ["UPDATE links SET role = '提及' WHERE seq = 4 AND about = '条款'"],
        [("查询表不符", 4)],
    ),
    ("a row gone", ["DELETE FROM documents WHERE seq = 5"], [("查询表不符", 5)]),
    ("a row added", ["INSERT INTO decisions SELECT * FROM decisions WHERE seq = 4"], [("查询表不符", 4)]),
    ("a number altered", ["UPDATE numbers SET serial = 99 WHERE seq = 5"], [("查询表不符", 5)]),
]


@pytest.mark.parametrize(("statements", "found"), [row[1:] for row in DONE], ids=[row[0] for row in DONE])
def test_what_was_done_without_the_triggers_is_named(
    store: Store, path: Path, statements: list[str], found: list[tuple[str, int]]
) -> None:
    triggers = [
        f"DROP TRIGGER {name}" for (name,) in store.sql.run("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    ]
    store.close()
    spoil(path, *triggers, *statements)
    assert sorted(faults(path)) == sorted([*found, ("库结构不符", 0)])


def test_a_shorter_ledger_and_one_made_anew_are_found_by_a_head(store: Store, path: Path, tmp_path: Path) -> None:
    head = store.head()
    store.close()
    other = tmp_path / "别的.db"
    made = sqlite.create(other, AT, with_sm3=True)
    fill(made, 2)
    made.close()
    assert faults(other) == []
    assert faults(other, head) == [("截尾", 5)]
    made = sqlite.opened(other)
    fill_more = range(4)
    for number in fill_more:
        with made.writing() as writer:
            writer.record(decided(number, writer.keep(b"x")), AT, BY)
    made.close()
    assert faults(other, head) == [("重算", 9)]


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


def dump(store: Store) -> list[object]:
    rows = [store.sql.run(f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES]
    return [*store.kept(), *store.contents(), *rows]


# ---- part of a transaction ----


def test_it_takes_part_in_a_transaction_the_caller_has_open(store: Store, path: Path) -> None:
    head = store.head()
    store.close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("CREATE TABLE 我的 (x TEXT)")
    mine = sqlite.on(connection, path)
    for end, kept in (("ROLLBACK", 0), ("COMMIT", 1)):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO 我的 VALUES ('甲')")
        with mine.writing() as writer:
            writer.record(Act("事件"), AT, BY)
        connection.execute(end)
        assert mine.head().seq == head.seq + kept
        assert connection.execute("SELECT count(*) FROM 我的").fetchone() == (kept,)
    connection.close()


def test_an_error_inside_leaves_nothing_of_it(store: Store) -> None:
    before = store.head()
    for _ in range(2):
        with pytest.raises(ValueError):
            half(store)
    assert store.head() == before
    assert store.check().whole


def half(store: Store) -> None:
    with store.writing() as writer:
        writer.keep("半件".encode())
        writer.record(Act("事件"), AT, BY)
        writer.record(Act("没有这种"), AT, BY)


# ---- erasing ----


def test_what_is_taken_away_is_gone_and_the_chain_holds(store: Store, path: Path) -> None:
    with store.writing() as writer:
        writer.erase(4, "保存期满", AT, BY)
    assert store.check().whole
    assert store.seal(4) is None
    assert store.select("case_id, party, outcome", "decisions", "seq = 4") == [("", "", "通过")]
    assert store.select("value", "fields", "seq = 4") == []
    assert len(store.select("name", "links", "seq = 4")) == 2
    store.close()
    assert "案件 1".encode() not in path.read_bytes()
    assert "甲1".encode() not in b"".join(read_entry for read_entry in _sealed(path))


def _sealed(path: Path) -> Iterator[bytes]:
    store = sqlite.opened(path, reading=True)
    for kept in store.kept():
        if kept.entry.seq == 4:
            yield kept.entry.body
    store.close()


def test_nothing_is_taken_away_twice_or_that_is_not_there(store: Store) -> None:
    with store.writing() as writer:
        writer.erase(4, "保存期满", AT, BY)
    for seq in (4, 1, 99):
        with pytest.raises(ValueError), store.writing() as writer:
            writer.erase(seq, "", AT, BY)
    assert store.check().whole


# ---- as text, and back ----


def test_a_backup_is_tested_by_restoring_it(store: Store, tmp_path: Path) -> None:
    with store.writing() as writer:
        writer.erase(2, "保存期满", AT, BY)
    lines = [*map(entry_line, store.kept()), *map(content_line, store.contents())]
    again = sqlite.create_empty(tmp_path / "又.db")
    found = [one for one in read(lines) if not isinstance(one, Spoilt)]
    assert again.restore(found) == store.head().seq
    assert again.check([store.head()]).whole
    assert dump(again) == dump(store)
    again.close()


def test_what_does_not_follow_is_not_restored(store: Store, tmp_path: Path) -> None:
    again = sqlite.create_empty(tmp_path / "又.db")
    kept = list(store.kept())
    with pytest.raises(ValueError):
        again.restore([*kept[:3], *kept[4:]])
    assert again.head().seq == 0
    again.close()


# ---- what it meets ----


def opening(path: Path, *, reading: bool = False) -> str:
    try:
        sqlite.opened(path, reading=reading).close()
    except StoreFault as fault:
        return fault.kind
    return ""


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
    assert kinds == {"没有": ABSENT, **dict.fromkeys(("文字", "别的", "空", "管道", "链接"), UNFIT)}
    assert not holds(cut)


def holds(path: Path) -> bool:
    try:
        return faults(path) == []
    except StoreFault as fault:
        return fault.kind != DAMAGED


def test_a_newer_format_is_left_alone(store: Store, path: Path) -> None:
    store.close()
    spoil(path, "PRAGMA user_version = 2")
    assert opening(path) == opening(path, reading=True) == NEWER


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
    assert as_nobody(folder / path.name) == ["[]", READONLY]


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
    assert refused.value.kind == FULL
    assert store.head() == before
    assert store.check().whole
    fill_one(store)
    store.close()


def large(store: Store) -> None:
    with store.writing() as writer:
        writer.keep(bytes(10_000_000))
        writer.record(Act("事件"), AT, BY)


def fill_one(store: Store) -> None:
    with store.writing() as writer:
        writer.record(Act("事件"), AT, BY)


def test_a_writer_waits_for_another_and_gives_up(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "WAIT", 0.05)
    other = sqlite.opened(path)
    with store.writing(), pytest.raises(StoreFault) as refused, other.writing():
        pass
    assert refused.value.kind == BUSY
    fill_one(other)
    other.close()


def test_writers_that_are_killed_lose_nothing_they_were_told(path: Path) -> None:
    sqlite.create(path, AT, with_sm3=True).close()
    report = storm(lambda: sqlite.opened(path), sized(30, 1000), 5)
    assert report.wrong == []
    assert report.kills == sized(30, 1000)
    assert len(report.said) > report.kills or not LONG
