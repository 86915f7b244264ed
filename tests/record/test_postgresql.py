"""A ledger in PostgreSQL: what its users may not do, what is found of its definitions, and how a server fails."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.base.problem import Refused
from engine.office.ledger import place_said
from engine.record import place as places
from engine.record.place import create_empty, has_password, opened, same
from engine.record.store import Store, StoreFault, Trouble
from tests.cli.run import Result, guiju
from tests.record.kinds import Postgresql
from tests.record.server import OFFICE, Server
from tests.record.storm import storm
from tests.record.test_stores import AT, fill, fill_one
from tests.sizes import sized


@pytest.fixture
def kind(server: Server) -> Postgresql:
    return Postgresql(server)


@pytest.fixture
def store(kind: Postgresql) -> Iterator[Store]:
    made = kind.empty()
    made.begin(AT)
    fill(made, 4)
    yield made
    made.close()


# ---- what nobody can do ----

REFUSALS = [
    "UPDATE guiju.entries SET body = '' WHERE seq = 3",
    "UPDATE guiju.entries SET body = '' WHERE false",
    "DELETE FROM guiju.entries WHERE seq = 9",
    "TRUNCATE guiju.entries CASCADE",
    "TRUNCATE guiju.links",
    "INSERT INTO guiju.entries SELECT seq, prev, '', hash, sm3 FROM guiju.entries WHERE seq = 9 "
    "ON CONFLICT (seq) DO UPDATE SET body = ''",
    "INSERT INTO guiju.entries SELECT 99, prev, body, hash, sm3 FROM guiju.entries WHERE seq = 9",
    "INSERT INTO guiju.entries SELECT 10, prev, body, decode(repeat('00', 32), 'hex'), sm3 FROM guiju.entries WHERE seq = 9",
    "UPDATE guiju.seals SET content = ''",
    "DELETE FROM guiju.seals WHERE seq = 2",
    "INSERT INTO guiju.seals SELECT seq, salt, '' FROM guiju.seals",
    "UPDATE guiju.contents SET data = ''",
    "DELETE FROM guiju.contents",
    "INSERT INTO guiju.contents SELECT digest, '' FROM guiju.contents",
    "UPDATE guiju.links SET role = '提及'",
    "DELETE FROM guiju.documents",
    "INSERT INTO guiju.numbers VALUES (2, '某局', 2026, 3)",
    "INSERT INTO guiju.links VALUES (99, '条款', '第一条', '提及', '')",
    "SELECT guiju.take_away('seals', 2)",
    "SELECT guiju.take_away('entries', 9)",
    "SELECT guiju.drop_content((SELECT digest FROM guiju.contents LIMIT 1))",
]


@pytest.mark.parametrize("owner", [False, True], ids=["office", "owner"])
def test_what_was_recorded_stays(kind: Postgresql, store: Store, owner: bool) -> None:
    import psycopg

    allowed = {"P0", "23"} if owner else {"P0", "23", "42"}
    with psycopg.connect(kind.owner() if owner else kind.place(), autocommit=True) as connection:
        for statement in REFUSALS:
            with pytest.raises(psycopg.Error) as refused:
                connection.execute(statement.encode())
            assert (refused.value.sqlstate or "")[:2] in allowed, statement
    assert store.check().whole


def test_the_store_says_so(store: Store) -> None:
    for statement, said in (
        ("UPDATE entries SET body = ?", Trouble.READONLY),
        ("INSERT INTO seals SELECT seq, salt, ? FROM seals", Trouble.FORBIDDEN),
    ):
        with pytest.raises(StoreFault) as refused, store.sql.writing():
            store.sql.run(statement.replace("UPDATE entries", "UPDATE guiju.entries"), [b""])
        assert refused.value.kind == said
    with pytest.raises(StoreFault) as refused, store.sql.writing():
        store.sql.delete("seals", 2)
    assert (refused.value.kind, refused.value.said) == (Trouble.FORBIDDEN, "没有清除的记录，不能删")


def test_whoever_reads_cannot_write(kind: Postgresql, store: Store) -> None:
    reader = opened(kind.place(), reading=True)
    assert reader.check().whole
    with pytest.raises(StoreFault) as refused:
        fill_one(reader)
    assert refused.value.kind == Trouble.READONLY
    reader.close()


# ---- what is found of its definitions ----

ALTERED = [
    "ALTER TABLE entries DISABLE TRIGGER entries_no_update",
    "ALTER TABLE entries DISABLE TRIGGER ALL",
    "DROP TRIGGER links_no_update ON links",
    "ALTER TABLE entries DROP CONSTRAINT entries_from_one",
    "ALTER TABLE links ALTER COLUMN role DROP NOT NULL",
    "ALTER TABLE links ADD COLUMN more text",
    "DROP INDEX acts_kind_name",
    "CREATE OR REPLACE FUNCTION guiju.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "CREATE RULE silent AS ON INSERT TO links DO INSTEAD NOTHING",
    "ALTER TABLE entries ENABLE ROW LEVEL SECURITY",
    "CREATE TABLE guiju.more (x text)",
    f"GRANT UPDATE ON entries TO {OFFICE}",
    "GRANT DELETE ON seals TO PUBLIC",
]


@pytest.mark.parametrize("statement", ALTERED)
def test_what_is_not_as_it_was_made_is_found(kind: Postgresql, store: Store, statement: str) -> None:
    with kind.as_owner() as connection:
        connection.execute(statement.encode())
    faults = store.check().faults
    assert {fault.kind for fault in faults} >= {"库结构不符"}


def test_definitions_are_told_alike_whatever_the_user_searches(kind: Postgresql, store: Store) -> None:
    with kind.as_owner() as connection:
        assert kind.on(connection).check().whole


# ---- how it fails ----


def refusal(url: str) -> tuple[Trouble, str]:
    with pytest.raises(StoreFault) as refused:
        opened(url)
    return refused.value.kind, refused.value.said


def test_what_cannot_be_opened_says_why(kind: Postgresql, store: Store, server: Server, tmp_path: Path) -> None:
    assert refusal(f"postgresql://{OFFICE}@/x?host={tmp_path}")[0] == Trouble.OFFLINE
    kinds = [refusal(server.url("没有"))[1], refusal(server.url(user="没有"))[1], refusal("postgresql://[")[1]]
    assert ["没有这个数据库（" in kinds[0], "没有这个数据库用户（" in kinds[1], "连不上" in kinds[2]] == [True] * 3
    assert refusal(kind.place("空"))[0] == Trouble.ABSENT
    with kind.as_owner() as connection:
        for comment, said in (("guiju-ledger-2", Trouble.NEWER), ("别的", Trouble.UNFIT), ("", Trouble.UNFIT)):
            connection.execute(f"COMMENT ON SCHEMA guiju IS '{comment}'".encode())
            assert refusal(kind.place())[0] == said


def test_without_its_driver_it_says_what_to_install(
    kind: Postgresql, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert refusal(kind.place())[0] == Trouble.DRIVER


def test_who_may_not_make_tables_makes_none(kind: Postgresql, store: Store) -> None:
    other = kind.owner("别的")
    with pytest.raises(StoreFault) as refused:
        create_empty(other, kind.place("别的"))
    assert refused.value.kind == Trouble.READONLY
    for owner in (kind.place(), kind.owner("别的")):
        with pytest.raises(ValueError):
            create_empty(kind.place(), owner)


def test_what_the_server_cannot_hold_is_refused(store: Store) -> None:
    with pytest.raises(StoreFault) as refused, store.sql.writing():
        store.sql.run("SELECT 1 FROM acts WHERE name = ?", ["\0"])
    assert refused.value.kind == Trouble.FORBIDDEN
    fill_one(store)


def test_servers_that_are_killed_lose_nothing_they_acknowledged(kind: Postgresql, server: Server) -> None:
    kind.empty().begin(AT)
    place = kind.place()

    def strike(chance: random.Random) -> None:
        server.kill(whole=chance.random() < 0.5)
        server.start()

    report = storm(lambda: opened(place), sized(2, 50), 7, strike)
    assert report.wrong == []
    assert report.kills == sized(2, 50)
    assert report.said


# ---- where it is ----


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://guiju@db/office", False),
        ("postgresql://db:5432/office", False),
        ("postgresql://guiju@db:5432/office?sslmode=verify-full", False),
        ("postgresql:///office?host=/run/postgresql", False),
        ("postgresql://guiju:geheim@db/office", True),
        ("postgres://guiju:a/b@db/office", True),
        ("postgresql://guiju@db/office?password=geheim", True),
        ("postgresql://db/office?user=guiju&password=geheim", True),
    ],
)
def test_a_password_has_no_place_in_an_address(url: str, told: bool) -> None:
    assert has_password(url) == told
    if not told:
        assert place_said(url) == url
        return
    with pytest.raises(Refused, match="E912") as refused:
        place_said(url)
    assert "geheim" not in str(refused.value)


def test_a_ledger_is_the_same_whoever_asks() -> None:
    assert same("postgresql://guiju@db/office", "postgresql://audit@db/office")
    assert not same("postgresql://guiju@db/office", "postgresql://guiju@db/other")
    assert not same("postgresql://guiju@db/office", Path("账本.db"))
    assert not places.is_url("postgresql.db")


# ---- at the command line ----

PERSONS = "人员:\n  - {姓名: 郑远, 职责: [审计, 管理]}\n"


def office(home: Path, url: str) -> None:
    (home / "office.yaml").write_text(f"账本: {url}\n账本头: 头.txt\n{PERSONS}", encoding="utf-8")


def ledger(home: Path, *args: str) -> Result:
    return guiju("ledger", *args, "--office", "office.yaml", cwd=home)


def test_an_office_keeps_its_ledger_there(kind: Postgresql, tmp_path: Path) -> None:
    office(tmp_path, kind.place())
    lacking = ledger(tmp_path, "new", "--as", "郑远")
    assert (lacking.code, "E924" in lacking.err, "postgresql://管理员@主机/库名" in lacking.err) == (2, True, True)
    assert ledger(tmp_path, "new", kind.owner(), "--as", "郑远").code == 0
    assert "E924" in ledger(tmp_path, "new", kind.owner(), "--as", "郑远").err
    assert ledger(tmp_path, "export", "a.jsonl", "--as", "郑远").code == 0
    assert "导出" in ledger(tmp_path, "show").out
    checked = guiju("verify", kind.place(), "--office", "office.yaml", "--as", "郑远", cwd=tmp_path)
    assert (checked.code, "一致" in checked.out) == (0, True)
    assert "核验" in ledger(tmp_path, "show").out
    again = kind.place("又"), kind.owner("又")
    restored = guiju("ledger", "import", "a.jsonl", again[1], "--to", again[0], cwd=tmp_path)
    assert restored.code == 0, restored.err
    kind.spoil("UPDATE entries SET body = x'00' WHERE seq = 2")
    altered = guiju("verify", kind.place(), "--office", "office.yaml", cwd=tmp_path)
    assert (altered.code, "第 2 条改动过" in altered.out) == (1, True)


def test_the_office_file_holds_no_password(tmp_path: Path) -> None:
    office(tmp_path, "postgresql://guiju:geheim@db/office")
    refused = ledger(tmp_path, "head")
    assert (refused.code, "E912" in refused.err, "office.yaml:1:" in refused.err) == (2, True, True)
    assert "geheim" not in refused.err
    shown = guiju("verify", "postgresql://guiju:geheim@db/office", cwd=tmp_path)
    assert (shown.code, "E912" in shown.err, "geheim" not in shown.err) == (2, True, True)


def test_no_server_is_told_in_a_line(tmp_path: Path) -> None:
    office(tmp_path, f"postgresql://guiju@/office?host={tmp_path}")
    refused = ledger(tmp_path, "head")
    assert (refused.code, "E920" in refused.err, "连不上数据库服务器" in refused.err) == (2, True, True)


def test_what_runs_the_server_has_no_rights(server: Server) -> None:
    if os.getuid() == 0:
        assert server.runs_as() != 0
