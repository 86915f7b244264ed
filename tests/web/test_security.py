"""Attacks that must come to nothing."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

REVIEW = f"/case/FZ-2026-014/{quote('认定审查')}"


def test_forms_that_are_not_ours_are_refused(desk: Any) -> None:
    client = desk.client("chen", enforce_csrf_checks=True)
    said = {"section": "事实", "name": "独立场地", "value": "否", "key": str(uuid4())}
    assert client.post(f"{REVIEW}/answer", said).status_code == 403
    assert client.post("/case/FZ-2026-014/undo", {}).status_code == 403
    assert client.post("/logout").status_code == 403


def test_signing_in_makes_a_new_session(desk: Any) -> None:
    from django.test import Client

    client = Client()
    client.get("/login")
    client.session["planted"] = 1
    client.cookies["sessionid"] = "planted"
    said = {"username": "chen", "password": desk.passwords["chen"]}
    assert client.post("/login", said, REMOTE_ADDR="10.0.0.1").status_code == 302
    assert client.cookies["sessionid"].value != "planted"


@pytest.mark.parametrize("going", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(desk: Any, going: str) -> None:
    from django.test import Client

    said = {"username": "chen", "password": desk.passwords["chen"], "next": going}
    assert Client().post("/login", said, REMOTE_ADDR="10.0.0.2").url == "/todo"


def test_what_is_said_does_not_tell_which_was_wrong(desk: Any) -> None:
    from django.test import Client

    wrong = [
        Client().post("/login", {"username": login, "password": "x"}, REMOTE_ADDR="10.0.0.3").content.decode()
        for login in ("chen", "nobody")
    ]
    assert "登录名或密码不对" in wrong[0]
    assert wrong[0].replace("chen", "nobody").split("<form")[0] == wrong[1].split("<form")[0]


def test_guessing_locks_out_the_machine_and_not_the_person(desk: Any) -> None:
    from django.test import Client

    for _ in range(5):
        last = Client().post("/login", {"username": "zhou", "password": "x"}, REMOTE_ADDR="10.0.0.4")
    assert last.status_code == 429
    said = {"username": "zhou", "password": desk.passwords["zhou"]}
    assert Client().post("/login", said, REMOTE_ADDR="10.0.0.4").status_code == 429
    assert Client().post("/login", said, REMOTE_ADDR="10.0.0.5").status_code == 302


def test_names_from_files_and_forms_are_text(desk: Any) -> None:
    from web.models import CaseRecord

    CaseRecord.objects.filter(number="FZ-2026-014").update(title="<script>alert(1)</script>")
    chen = desk.client("chen")
    for page in ("/todo", REVIEW, f"{REVIEW}/print", "/case/FZ-2026-014/letters"):
        assert "<script>alert" not in chen.get(page).content.decode()
    said = {"section": "事实", "name": "<b>x</b>", "value": "<i>", "key": str(uuid4()), "at": '"><b>'}
    assert "<b>x</b>" not in chen.post(f"{REVIEW}/answer", said).content.decode()


@pytest.mark.parametrize("number", ["../../etc/passwd", "..", "%2e%2e%2f", "FZ-2026-014%00", "' OR 1=1 --"])
def test_addresses_are_numbers_of_cases_and_nothing_else(desk: Any, number: str) -> None:
    assert desk.client("chen").get(f"/case/{quote(number)}/letters").status_code in (400, 404)


def test_every_page_says_what_it_may_load(desk: Any) -> None:
    found = desk.client("chen").get(REVIEW)
    assert "default-src 'self'" in found["Content-Security-Policy"]
    assert (found["X-Frame-Options"], found["X-Content-Type-Options"]) == ("DENY", "nosniff")
    text = found.content.decode()
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text
    assert " style=" not in text
    assert " onclick=" not in text


def test_hosts_that_are_not_ours_are_refused(desk: Any) -> None:
    assert desk.client("chen").get("/todo", HTTP_HOST="elsewhere.example").status_code == 400


def test_steps_cannot_be_changed_in_the_database(desk: Any) -> None:
    from django.db import DatabaseError, connection, transaction

    from web.models import CaseRecord, Person, Step

    step = Step.objects.create(
        case=CaseRecord.objects.first(), person=Person.objects.first(), section="事实", name="甲", entry=1, key=uuid4()
    )
    for change in ("UPDATE web_step SET entry = 2", "DELETE FROM web_step"):
        with pytest.raises(DatabaseError, match="steps stay"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    assert Step.objects.get() == step


def test_secret_is_its_owners(desk: Any) -> None:
    assert (desk.folder / "secret").stat().st_mode & 0o077 == 0
    assert desk.folder.stat().st_mode & 0o077 == 0


def test_system_fault_is_a_number_and_no_trace(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from web.services import queue

    def broken(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(queue, "rows", broken)
    found = desk.client("chen").get("/todo")
    text = found.content.decode()
    assert found.status_code == 500
    assert "编号 2" in text
    assert "boom" not in text
    assert "Traceback" not in text
