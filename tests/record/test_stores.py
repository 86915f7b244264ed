"""A ledger in a store of any kind: what is recorded and read back, what is found when somebody has altered it, what it takes
part in and what it survives."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.office.ledger import problem_of
from engine.record import postgresql, sqlite
from engine.record.act import Act, By
from engine.record.beside import check_lines
from engine.record.chain import Head
from engine.record.lines import Kept, Spoilt, content_line, entry_line, read
from engine.record.place import opened
from engine.record.rows import TABLES
from engine.record.store import Store, StoreFault, Trouble
from tests.record.kinds import Kind
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


def made(kind: Kind, count: int, name: str = "账本") -> Store:
    store = kind.empty(name)
    store.begin(AT, with_sm3=True)
    fill(store, count)
    return store


@pytest.fixture
def store(kind: Kind) -> Iterator[Store]:
    found = made(kind, 4)
    yield found
    found.close()


def faults(kind: Kind, *heads: Head, name: str = "账本") -> list[tuple[str, int]]:
    store = opened(kind.place(name), reading=True)
    try:
        return sorted((fault.kind, fault.seq) for fault in store.check(heads).faults)
    finally:
        store.close()


def test_what_is_recorded_is_read_back_and_holds(store: Store) -> None:
    assert store.check([store.head()]).whole
    assert [entry.seq for entry in store.entries()] == list(range(1, 10))
    assert store.select("case_id, outcome, amount, favourable", "decisions")[0] == ("甲0", "通过", "1000.50", 1)
    assert store.select("number, serial", "documents", "case_id = ?", ["甲2"]) == [("某局〔2026〕3号", 3)]
    assert store.select("about, role", "links", "name = ?", ["第七条"])[0] == ("条款", "决定理由")
    ((digest,),) = store.select("digest", "uses", "seq = 2")
    assert store.content(digest) == "案件 0".encode()


def test_there_is_none_before_it_is_made_and_no_second_one(kind: Kind, store: Store) -> None:
    with pytest.raises(FileExistsError):
        kind.empty()
    with pytest.raises(StoreFault) as refused:
        opened(kind.place("别的"))
    assert refused.value.kind == Trouble.ABSENT


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
def test_what_was_done_past_the_triggers_is_named(
    kind: Kind, store: Store, statements: list[str], found: list[tuple[str, int]]
) -> None:
    kind.spoil(*statements)
    assert faults(kind) == sorted([*found, *kind.also])


def test_a_shorter_ledger_and_one_made_anew_are_found_by_a_head(kind: Kind, store: Store) -> None:
    head, other = store.head(), made(kind, 2, "别的")
    assert faults(kind, name="别的") == []
    assert faults(kind, head, name="别的") == [("截尾", 5)]
    for number in range(4):
        with other.writing() as writer:
            writer.record(decided(number, writer.keep(b"x")), AT, BY)
    other.close()
    assert faults(kind, head, name="别的") == [("重算", 9)]


def cut(kind: Kind, *seqs: int) -> None:
    """Entries taken out with all that follows from them; contents stay, nothing says whose they are."""
    kind.spoil(*(f"DELETE FROM {table} WHERE seq = {seq}" for seq in seqs for table in (*TABLES, "seals", "entries")))


def test_what_belonged_to_entries_cut_off_is_not_said_to_be_added(kind: Kind, store: Store) -> None:
    head, lines = store.head(), [*store.kept(), *store.contents()]
    store.close()
    cut(kind, 9)
    assert faults(kind, head) == sorted([("截尾", 8), *kind.also])
    cut(kind, 8)
    found = opened(kind.place(), reading=True)
    told = {fault.kind: fault.said for fault in found.check([head]).faults}
    found.close()
    assert {*told} == {"截尾", "附件不符", *(name for name, _ in kind.also)}
    assert "那一条删去了或改动过，或者它是后来加的" in told["附件不符"]
    # As text too; what the last entry that is left has beside it is its own.
    short = [one for one in lines if not isinstance(one, Kept) or one.entry.seq < 9]
    assert [fault.kind for fault in check_lines(short, [head]).faults] == ["截尾"]


def test_rows_of_an_entry_that_is_not_there_tell_of_it(kind: Kind, store: Store) -> None:
    store.close()
    kind.spoil("DELETE FROM seals WHERE seq = 9", "DELETE FROM entries WHERE seq = 9")
    found = opened(kind.place(), reading=True)
    told = [fault.said for fault in found.check().faults if fault.kind == "查询表不符"]
    found.close()
    assert told
    assert all("第 9 条的行没有这一条：那一条删去了" in said for said in told)


def dump(store: Store) -> list[object]:
    rows = [store.sql.run(f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES]
    return [*store.kept(), *store.contents(), *rows]


# ---- part of a transaction ----


def test_it_takes_part_in_a_transaction_the_caller_has_open(kind: Kind, store: Store) -> None:
    head, connection = store.head(), kind.connection()
    mine = kind.on(connection)
    for end, kept in (("ROLLBACK", 0), ("COMMIT", 1)):
        connection.execute("BEGIN")
        connection.execute("INSERT INTO 我的 VALUES ('甲')")
        with mine.writing() as writer:
            writer.record(Act("事件"), AT, BY)
        with pytest.raises(ValueError):
            half(mine)
        connection.execute(end)
        assert mine.head().seq == head.seq + kept
        assert connection.execute("SELECT count(*) FROM 我的").fetchone() == (kept,)
    assert mine.check().whole
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


def test_what_is_taken_away_is_gone_and_the_chain_holds(store: Store) -> None:
    with store.writing() as writer:
        writer.erase(4, "保存期满", AT, BY)
    assert store.check().whole
    assert store.seal(4) is None
    assert store.select("case_id, party, outcome", "decisions", "seq = 4") == [("", "", "通过")]
    assert store.select("value", "fields", "seq = 4") == []
    assert len(store.select("name", "links", "seq = 4")) == 2
    assert "案件 1".encode() not in [content.data for content in store.contents()]
    assert all("甲1".encode() not in kept.entry.body for kept in store.kept())


def test_nothing_is_taken_away_twice_or_that_is_not_there(store: Store) -> None:
    with store.writing() as writer:
        writer.erase(4, "保存期满", AT, BY)
    for seq in (4, 1, 99):
        with pytest.raises(ValueError), store.writing() as writer:
            writer.erase(seq, "", AT, BY)
    assert store.check().whole


# ---- as text, and back ----


def test_a_backup_is_tested_by_restoring_it(kind: Kind, store: Store) -> None:
    with store.writing() as writer:
        writer.erase(2, "保存期满", AT, BY)
    lines = [*map(entry_line, store.kept()), *map(content_line, store.contents())]
    again = kind.empty("又")
    found = [one for one in read(lines) if not isinstance(one, Spoilt)]
    assert again.restore(found) == store.head().seq
    assert again.check([store.head()]).whole
    assert dump(again) == dump(store)
    again.close()


def test_what_does_not_follow_is_not_restored(kind: Kind, store: Store) -> None:
    again = kind.empty("又")
    kept = list(store.kept())
    with pytest.raises(ValueError):
        again.restore([*kept[:3], *kept[4:]])
    assert again.head().seq == 0
    again.close()


# ---- several at once ----


def fill_one(store: Store) -> None:
    with store.writing() as writer:
        writer.record(Act("事件"), AT, BY)


def test_a_writer_waits_for_another_and_gives_up(kind: Kind, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "WAIT", 0.05)
    monkeypatch.setattr(postgresql, "WAIT", 0.05)
    other = opened(kind.place())
    with store.writing(), pytest.raises(StoreFault) as refused, other.writing():
        pass
    assert refused.value.kind == Trouble.BUSY
    fill_one(other)
    other.close()


def test_every_trouble_is_told_with_what_to_do() -> None:
    problems = [problem_of(StoreFault(trouble, "原因"), Path("账本.db")) for trouble in Trouble]
    assert {problem.code for problem in problems} == {"E920", "E921", "E922", "E931"}
    assert all(problem.help for problem in problems)
    told = problem_of(StoreFault(Trouble.FORBIDDEN, "已经有了，不能换"), Path("账本.db"))
    assert told.code == "E931"  # neither the disk nor its rights, which E921 is about


def test_what_is_checked_while_others_write_is_of_one_moment(kind: Kind, store: Store) -> None:
    """An entry recorded between looking at the chain and looking at what stands beside it is no fault."""
    done = threading.Event()
    writing = threading.Thread(target=_write_on, args=(kind, done))
    writing.start()
    try:
        found = [fault for _ in range(sized(20, 200)) for fault in store.check().faults]
    finally:
        done.set()
        writing.join()
    assert found == []
    assert store.head().seq > 9


def _write_on(kind: Kind, done: threading.Event) -> None:
    store, number = opened(kind.place()), 100
    while number == 100 or not done.is_set():
        number += 1
        with store.writing() as writer:
            writer.record(decided(number, writer.keep(f"案件 {number}".encode())), AT, BY)
    store.close()


def test_writers_that_are_killed_lose_nothing_they_were_told(kind: Kind) -> None:
    made(kind, 0).close()
    report = storm(lambda: opened(kind.place()), sized(30, 1000), 5)
    assert report.wrong == []
    assert report.kills == sized(30, 1000)
    assert len(report.said) > report.kills or not LONG
