"""Running a workbench: its secret, one server on a space, health and metrics, the log, mail, backup and restore, people."""

from __future__ import annotations

import json
import logging
import re
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from click.testing import CliRunner

from engine.base.problem import Refused
from web import backups
from web import space as spaces
from web.manage import workbench

ROOT = Path(__file__).resolve().parents[2]


def command(*said: object) -> str:
    """What a command prints; raises what it refuses."""
    done = CliRunner().invoke(workbench, [str(one) for one in said], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def office(folder: Path) -> spaces.Space:
    spaces.made(folder, ROOT / "policies", practice=False, day=None)
    (folder / "cases").mkdir()
    spaces.finished(spaces.opened(folder))
    return spaces.opened(folder)


# ---- the secret, and one server ----


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda secret, practice: secret.write_text(practice), "练习用的密钥"),
        (lambda secret, practice: secret.write_text("changeme"), "太短"),
        (lambda secret, practice: secret.write_text(""), "太短"),
        (lambda secret, practice: secret.chmod(0o644), "别人也能读"),
    ],
)
def test_office_does_not_start_with_a_secret_that_is_none(
    tmp_path: Path, spoil: Callable[[Path, str], None], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from web import server

    space = office(tmp_path / "office")
    assert len(space.secret) > 40
    practice = spaces.made(tmp_path / "practice", ROOT / "policies", practice=True, day=None).secret
    spoil(space.folder / "secret", practice)
    monkeypatch.setenv(spaces.VARIABLE, str(space.folder))
    with pytest.raises(SystemExit, match=said):
        server.on_starting(type("Server", (), {})())
    command("secret", "--data", space.folder)
    assert practice not in spaces.opened(space.folder).secret


def test_two_servers_on_one_space_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from web import server
    from web.command import _unused

    space = office(tmp_path / "office")
    monkeypatch.setenv(spaces.VARIABLE, str(space.folder))
    first = type("Server", (), {})()
    server.on_starting(first)
    with pytest.raises(SystemExit, match="已经有一个工作台在用"):
        server.on_starting(type("Server", (), {})())
    with pytest.raises(Refused, match="E960"):
        _unused(space.folder)
    import os

    os.close(first.held)
    _unused(space.folder)


# ---- health, metrics, the log ----


def test_health(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.test import Client

    from web.pages import health

    assert (Client().get("/health").status_code, Client().get("/health").json()["状态"]) == (200, "好")

    def broken() -> None:
        raise Refused([])

    monkeypatch.setattr(health, "package", broken)
    found = Client().get("/health")
    assert (found.status_code, found.json()["不好的"]) == (503, ["规则"])


def test_metrics_are_openmetrics_and_for_this_machine(desk: Any) -> None:
    from django.test import Client

    found = Client().get("/metrics")
    assert found["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
    lines = found.content.decode().splitlines()
    assert lines[-1] == "# EOF"
    sample = re.compile(r'[a-z_]+({[a-z]+="[^"]*"(,[a-z]+="[^"]*")*})? \d+')
    assert [line for line in lines[:-1] if not line.startswith("# ") and not sample.fullmatch(line)] == []
    typed = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    given = {re.sub(r"(_total|_info)?({.*)? .*", "", line) for line in lines if not line.startswith("#")}
    assert given == typed
    assert Client().get("/metrics", REMOTE_ADDR="10.0.0.8").status_code == 404
    assert Client().get("/metrics", headers={"X-Forwarded-For": "10.0.0.8"}).status_code == 404


def test_log_is_lines_of_json_without_names(desk: Any, caplog: pytest.LogCaptureFixture, monkeypatch: Any) -> None:
    from web.logs import JsonLines
    from web.services import queue

    def broken(*_: object) -> None:
        raise RuntimeError("陈若川 FZ-2026-014")

    monkeypatch.setattr(queue, "rows", broken)
    with caplog.at_level(logging.INFO, "web"):
        chen = desk.client("chen")
        chen.get(f"/case/FZ-2026-014/{quote('认定审查')}?name={quote('独立场地')}")
        chen.get("/todo")
        chen.get("/health")
    lines = [JsonLines().format(record) for record in caplog.records if record.name == "web"]
    said = [json.loads(line) for line in lines]
    assert [(one.get("页"), one.get("状态")) for one in said] == [("determination", 200), ("todo", None), ("todo", 500)]
    assert said[1]["错误"] == "RuntimeError"
    assert any("web/pages/todo.py" in place for place in said[1]["经过"])
    assert not re.search("FZ-|陈若川|chen|独立场地", "".join(lines))


# ---- mail ----


def test_what_is_due_is_mailed_without_names(desk: Any) -> None:
    from django.core import mail

    from web.services.reminders import reminded

    mail.outbox.clear()
    count = reminded(["office@example.gov.cn"], 3)
    (letter,) = mail.outbox
    lines = letter.body.splitlines()
    assert count == len(lines) > 0
    assert letter.subject == f"期限提醒 2026-11-23：{count} 项"
    assert letter.to == ["office@example.gov.cn"]
    assert "逾期" in lines[0]
    titles = [path.read_text("utf-8") for path in (ROOT / "fixtures/histories").glob("*/events.yaml")]
    names = {found[1] for text in titles if (found := re.search(r"^名称: (.+)$", text, re.M))}
    assert names
    assert not [name for name in names if name in letter.body]
    mail.outbox.clear()
    assert "已发" in command("remind", "--to", "office@example.gov.cn", "--data", desk.folder)
    assert len(mail.outbox) == 1


# ---- backup and restore ----


def test_space_comes_back_from_its_backup(desk: Any, tmp_path: Path) -> None:
    """What was kept is there again, word for word, under a new secret, and the ledger holds."""
    target, folder = tmp_path / "kept.tar.gz", tmp_path / "again"
    assert "已存" in command("backup", target, "--data", desk.folder)
    assert target.stat().st_mode & 0o077 == 0
    with tarfile.open(target) as archive:
        assert not {"secret", "serving"} & set(archive.getnames())
    assert "账本核对无误" in command("restore", target, "--data", folder)
    before, after = desk.folder, folder
    assert (before / "secret").read_text() != (after / "secret").read_text()
    for path in (before / "cases").rglob("*.*"):
        if path.is_file():
            assert (after / path.relative_to(before)).read_bytes() == path.read_bytes()
    dumped = [list(sqlite3.connect(one / "workbench.db").iterdump()) for one in (before, after)]
    assert dumped[0] == dumped[1]
    assert spaces.opened(after).practice
    with pytest.raises(Refused, match="E960"):
        command("backup", target, "--data", desk.folder)
    with pytest.raises(Refused, match="E960"):
        command("restore", target, "--data", folder)


def _small(tmp_path: Path) -> Path:
    space = office(tmp_path / "office")
    sqlite3.connect(space.database).execute("CREATE TABLE a (b)").connection.close()
    (space.cases / "甲.yaml").write_text("案件: 甲\n", encoding="utf-8")
    target = tmp_path / "kept.tar.gz"
    backups.kept(space, target)
    return target


def _again(target: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    import io

    with tarfile.open(target) as archive:
        files = {one.name: archive.extractfile(one).read() for one in archive}
    change(files)
    with tarfile.open(target, "w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


def _outside(files: dict[str, bytes]) -> None:
    files["../out"] = b"x"
    listed = json.loads(files["清单.json"])
    listed["文件"]["../out"] = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    files["清单.json"] = json.dumps(listed).encode()


@pytest.mark.parametrize(
    "change",
    [
        lambda files: files.update({"cases/甲.yaml": "案件: 乙\n".encode()}),
        lambda files: files.pop("cases/甲.yaml"),
        lambda files: files.update({"cases/乙.yaml": b"x"}),
        lambda files: files.pop("清单.json"),
        lambda files: files.update({"清单.json": b"[]"}),
        _outside,
    ],
    ids=["altered", "less", "more", "no list", "another list", "a way out"],
)
def test_backup_that_is_not_as_it_was_kept_is_refused(tmp_path: Path, change: Any) -> None:
    target = _small(tmp_path)
    _again(target, change)
    with pytest.raises(backups.Unfit):
        backups.restored(target, tmp_path / "again")
    assert not list((tmp_path / "again").iterdir())
    assert not (tmp_path / "out").exists()


def test_half_of_a_backup_is_refused(tmp_path: Path) -> None:
    target = _small(tmp_path)
    backups.restored(target, tmp_path / "whole")
    target.write_bytes(target.read_bytes()[:-200])
    with pytest.raises(backups.Unfit, match="不完整"):
        backups.restored(target, tmp_path / "again")
    shutil.rmtree(tmp_path / "whole")


# ---- people ----


def test_people_come_and_go_at_a_terminal(desk: Any) -> None:
    from django.test import Client

    login = uuid4().hex[:8]
    with pytest.raises(Refused, match="E960"):
        command("person", login, "--data", desk.folder)
    with pytest.raises(Refused, match="E960"):
        command("person", login, "--name", "甲", "--role", "主任", "--data", desk.folder)
    password = (
        command("person", login, "--name", "林甲", "--role", "审查", "--data", desk.folder).strip().split("：")[-1]
    )
    said = {"username": login, "password": password}
    assert Client().post("/login", said, REMOTE_ADDR="10.1.0.1").status_code == 302
    other = command("person", login, "--data", desk.folder).strip().split("：")[-1]
    assert Client().post("/login", said, REMOTE_ADDR="10.1.0.1").status_code == 401
    assert Client().post("/login", {**said, "password": other}, REMOTE_ADDR="10.1.0.1").status_code == 302
    assert "已停用" in command("person", login, "--disable", "--data", desk.folder)
    assert Client().post("/login", {**said, "password": other}, REMOTE_ADDR="10.1.0.1").status_code == 401


def test_names_tell_people_apart(desk: Any) -> None:
    """Three persons stand on an adverse letter by their names."""
    name, asked = uuid4().hex[:6], ("--role", "科长", "--data", desk.folder)
    command("person", uuid4().hex[:8], "--name", name, *asked)
    for login, written in ((uuid4().hex[:8], name), (uuid4().hex[:8], f" {name}"), ("a b/../<x>", "乙"), ("yi", "  ")):
        with pytest.raises(Refused, match="E960"):
            command("person", login, "--name", written, *asked)


def test_a_workbench_is_not_made_over_another(tmp_path: Path) -> None:
    folder = tmp_path / "wb"
    space = spaces.made(folder, ROOT / "policies", practice=False, day=None)
    space.cases.mkdir()
    spaces.made(folder, ROOT / "policies", practice=False, day=None)  # one that was never finished is begun again
    space.cases.mkdir()
    spaces.finished(space)
    kept = {file: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    with pytest.raises(Refused, match="已经有一个工作台"):
        command("new", "--data", folder, "--rules", ROOT / "policies")
    assert {file: file.read_bytes() for file in folder.iterdir() if file.is_file()} == kept
    assert space.cases.is_dir()


def test_address_is_what_our_own_nginx_saw(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.test import RequestFactory

    from web.pages import login

    asked = RequestFactory().get("/login", headers={"X-Forwarded-For": "6.6.6.6, 10.0.0.9"}, REMOTE_ADDR="127.0.0.1")
    assert login.address(asked) == "127.0.0.1"
    monkeypatch.setattr(login, "PROXIED", True)
    assert login.address(asked) == "10.0.0.9"
