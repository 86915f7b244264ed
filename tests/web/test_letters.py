"""A letter from draft to service: four eyes, a number and a signature that are kept together or not at all."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.web.test_pages import form
from tests.web.test_record import acts

NUMBER = "FZ-2026-003"
CASE = f"/case/{NUMBER}"
DRAFT = {"determination": "认定审查", "document": "不予认定告知书", "record": "0"}


def drafted(desk: Any, login: str = "chen") -> str:
    """The address of a letter that somebody drafted."""
    found = desk.client(login).post(f"{CASE}/letters/draft", DRAFT)
    assert found.status_code == 302
    return str(found.url)


def letter() -> Any:
    from web.models import Letter

    return Letter.objects.order_by("pk").last()


def say(desk: Any, login: str, page: str, act: str, **said: str) -> Any:
    return desk.client(login).post(f"{page}/{act}", said)


def test_letter_goes_its_way(desk: Any) -> None:
    """Drafted, reviewed, signed, served; with every act in the ledger and the file as it was entered."""
    from web.services.record import store

    page = drafted(desk)
    assert say(desk, "zhou", page, "review").status_code == 302
    assert say(desk, "xu", page, "sign").status_code == 302
    assert say(desk, "chen", page, "serve", day="2026-11-23", said="当面送达，回证已签收").status_code == 302
    made = letter()
    assert (made.stage, made.number, made.served) == ("已送达", "练习〔2026〕1号", date(2026, 11, 23))
    kinds = [kind for kind, name in store().select("kind, name", "acts") if name == "不予认定告知书"]
    assert kinds == ["拟稿", "复核", "文书", "签发", "送达"]
    (signed,) = acts("签发")
    assert (signed["谁"], signed["文书"], signed["摘要"]) == ("许闻笛", made.issued, made.digest)
    assert [one["日期"] for one in acts("送达")] == ["2026-11-23"]
    assert store().check().whole
    found = desk.client("shen").get(f"{page}/file/pdf")
    assert found.content.startswith(b"%PDF-")
    text = desk.client("chen").get(page).content.decode()
    assert "练习〔2026〕1号" in text
    assert f"凭据码 {made.code}" in text
    assert say(desk, "xu", page, "sign").status_code == 422  # a form sent late changes nothing
    assert len(store().select("seq", "numbers")) == 1
    answer_later(desk)
    assert "出具以后案情变了" in desk.client("chen").get(page).content.decode()


def answer_later(desk: Any) -> None:
    chen, page = desk.client("chen"), f"{CASE}/认定审查"

    asked = chen.get(page, {"at": "年度活动规模", "name": "年度活动规模"})
    assert (
        chen.post(f"{page}/answer", {**form(asked), "value": "是", "said": "年底场馆维修，已另行安排"}).status_code
        == 302
    )


WHO = [
    ("chen", "review", 403),
    ("xu", "review", 403),
    ("he", "review", 403),
    ("shen", "review", 403),
    ("guan", "review", 403),
    ("zhou", "sign", 403),
    ("chen", "sign", 403),
    ("shen", "sign", 403),
    ("shen", "serve", 403),
    ("zhou", "nothing", 404),
]


def test_who_may_do_what(desk: Any) -> None:
    page = drafted(desk)
    for login, act, status in WHO:
        assert say(desk, login, page, act, day="2026-11-23", said="当面送达").status_code == status, (login, act)
    assert letter().stage == "待复核"


SEES = {"chen": 200, "zhou": 200, "xu": 200, "shen": 200, "he": 403, "guan": 403}


def test_who_sees_letters(desk: Any) -> None:
    from django.db import connection

    page = drafted(desk)
    pages = ("/letters", f"{CASE}/letters", page)
    for login, address in [*((login, address) for login in SEES for address in pages), ("shen", f"{page}/file/pdf")]:
        asked: list[str] = []
        client = desk.client(login)
        connection.connection.set_trace_callback(asked.append)
        assert client.get(address).status_code == SEES[login], (login, address)
        connection.connection.set_trace_callback(None)
        found = [text for text in asked if text.startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))]
        assert len(found) <= 15, (address, found)


def roles_of(login: str, *roles: str) -> None:
    from web.models import Person

    Person.objects.filter(login=login).update(roles=list(roles))


def test_nobody_reviews_or_signs_what_he_drafted(desk: Any) -> None:
    roles_of("zhou", "科长", "签发")
    page = drafted(desk, "zhou")
    for act in ("review", "sign"):
        found = say(desk, "zhou", page, act)
        assert found.status_code == 422
        assert "自己拟的稿" in found.content.decode()


def test_letter_against_the_party_takes_three(desk: Any) -> None:
    roles_of("zhou", "科长", "签发")
    page = drafted(desk)
    say(desk, "zhou", page, "review")
    found = say(desk, "zhou", page, "sign")
    assert found.status_code == 422
    assert "三个人" in found.content.decode()
    assert "三个人" in desk.client("zhou").get(page).content.decode()


def test_who_filled_in_facts_does_not_review(desk: Any) -> None:
    zhou = desk.client("zhou")

    asked = zhou.get(f"{CASE}/认定审查", {"name": "独立场地"})
    assert zhou.post(f"{CASE}/认定审查/answer", {**form(asked), "value": "是", "said": "现场看过"}).status_code == 302
    page = drafted(desk)
    found = say(desk, "zhou", page, "review")
    assert found.status_code == 422
    assert "填过事实" in found.content.decode()


def test_who_reviewed_has_not_filled_in_facts_since(desk: Any) -> None:
    page = drafted(desk)
    assert say(desk, "zhou", page, "review").status_code == 302
    zhou = desk.client("zhou")
    asked = zhou.get(f"{CASE}/认定审查", {"name": "独立场地"})
    assert zhou.post(f"{CASE}/认定审查/answer", {**form(asked), "value": "是", "said": "现场看过"}).status_code == 302
    found = say(desk, "xu", page, "sign")
    assert found.status_code == 422
    assert "复核不算数了" in found.content.decode()
    assert letter().stage == "待签发"


@pytest.mark.parametrize("record", ["9" * 6000, "abc", "-1", "1"])
def test_letter_about_no_record_is_not_drafted(desk: Any, record: str) -> None:
    found = desk.client("chen").post(f"{CASE}/letters/draft", {**DRAFT, "record": record}, follow=True)
    assert "现在写不出" in found.content.decode()
    assert letter() is None


def test_database_itself_asks_for_different_persons(desk: Any) -> None:
    from django.db import IntegrityError, transaction

    from web.models import Letter, Person

    drafted(desk)
    one = letter()
    zhou = Person.objects.get(login="zhou")
    for same in (
        {"reviewer": one.drafter},
        {"reviewer": zhou, "signer": one.drafter},
        {"reviewer": zhou, "signer": zhou},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Letter.objects.filter(pk=one.pk).update(**same)


def test_draft_is_void_once_the_case_says_otherwise(desk: Any) -> None:
    page = drafted(desk)
    answer_later(desk)
    text = desk.client("zhou").get(page).content.decode()
    assert "这份稿作废了" in text
    assert "结果现在是“符合认定条件”" in text
    assert say(desk, "zhou", page, "review").status_code == 422
    assert letter().stage == "待复核"


def test_draft_that_is_no_longer_true_gives_way_to_a_new_one(desk: Any) -> None:
    from web.models import Letter

    drafted(desk)
    first = letter()
    Letter.objects.filter(pk=first.pk).update(digest="sha256:before")
    drafted(desk)
    assert [one.stage for one in Letter.objects.order_by("pk")] == ["已作废", "待复核"]
    twice = desk.client("chen").post(f"{CASE}/letters/draft", DRAFT, follow=True)
    assert "已经拟了稿" in twice.content.decode()


def test_given_back_with_a_reason(desk: Any) -> None:
    page, why = drafted(desk), "第三段的人次与台账不一致，请核对"
    for wordless in ("不好", "aaaaaaaaaa"):
        assert say(desk, "zhou", page, "return", said=wordless).status_code == 422
        assert letter().stage == "待复核"
    assert say(desk, "zhou", page, "return", said=why).status_code == 302
    assert letter().stage == "已退回"
    assert why in desk.client("chen").get(page).content.decode()


def test_service_is_on_a_day_that_can_be(desk: Any) -> None:
    from web.models import Letter

    page = drafted(desk)
    Letter.objects.update(stage="已签发")
    for day in ("", "2026-11-22", "2026-11-24", "昨天"):
        assert say(desk, "chen", page, "serve", day=day, said="当面送达").status_code == 422, day
    assert say(desk, "chen", page, "serve", day="2026-11-23", said="").status_code == 422


def test_paragraph_says_what_it_rests_on(desk: Any) -> None:
    text = desk.client("zhou").get(drafted(desk)).content.decode()
    grounds = text[text.index("这一段凭什么") :]
    assert "年度活动规模" in grounds
    assert "第七条第（六）项" in grounds
    assert "299人次" in grounds
    assert "起帆孵化器活动台账.xlsx!B4:H19" in grounds


def test_letter_that_cannot_be_set_takes_no_number(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.base.problem import Problem, Refused
    from engine.documents import production
    from web.services.record import store

    whole = production.render

    def broken(plan: Any, form: str) -> bytes:
        if form == "pdf":
            raise Refused(Problem("E630", "字体里没有这个字"))
        return whole(plan, form)

    page = drafted(desk)
    say(desk, "zhou", page, "review")
    monkeypatch.setattr(production, "render", broken)
    found = say(desk, "xu", page, "sign")
    assert found.status_code == 422
    assert "没有取号" in found.content.decode()
    assert letter().stage == "待签发"
    assert not store().select("seq", "numbers")
    assert not acts("签发")


# ---- the machine stops ----

KILLED = """
import os, signal, sys
sys.path[:0] = ["."]
os.environ["GUIJU_WORKBENCH"], os.environ["DJANGO_SETTINGS_MODULE"] = sys.argv[1], "web.settings"
import django
django.setup()
from web.models import CaseRecord, Letter, Person
from web.services import letters, record
who = {person.login: person for person in Person.objects.all()}
found = Letter.objects.select_related("case").first()
if found is None:
    case = CaseRecord.objects.get(number="FZ-2026-003")
    found = letters.draft(who["chen"], case, "认定审查", "不予认定告知书", 0)
    letters.review(who["zhou"], found)
    found.refresh_from_db()
def dies(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
kept = letters._moved
def after(*args, **more):
    kept(*args, **more)
    dies()
if sys.argv[2] == "before it is kept":
    letters._moved = after
if found.stage == "待签发":
    letters.sign(who["xu"], found)
if sys.argv[2] == "once it is kept":
    dies()
"""


def test_killed_while_signing_nothing_is_lost_and_no_number_given_twice(space: Any, tmp_path: Path) -> None:
    """Number, files and signature stand in the transaction that a kill −9 ends: then there is nothing of them, and the next
    signature takes the same number; once it is kept, all of it is there."""
    folder, script = tmp_path / "desk", tmp_path / "killed.py"
    folder.mkdir()
    script.write_text(KILLED, encoding="utf-8")
    for name in ("space.json", "secret", "ready", "register.jsonl"):
        shutil.copy(space.folder / name, folder / name)
    for name in ("cases", "histories"):
        (folder / name).symlink_to(space.folder / name)
    with sqlite3.connect(space.folder / "workbench.db") as source, sqlite3.connect(folder / "workbench.db") as copy:
        source.backup(copy)

    def run(when: str) -> tuple[int, list[tuple[Any, ...]], list[tuple[Any, ...]], list[str]]:
        done = subprocess.run([sys.executable, str(script), str(folder), when], capture_output=True, text=True)
        from engine.office.ledger import check_at

        assert check_at(folder / "workbench.db").whole
        with sqlite3.connect(folder / "workbench.db") as read:
            numbers = read.execute("SELECT sign, year, serial FROM numbers").fetchall()
            letters = read.execute("SELECT stage, number FROM web_letter").fetchall()
            bodies = [json.loads(body) for (body,) in read.execute("SELECT body FROM entries ORDER BY seq")]
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        return done.returncode, numbers, letters, [body["类别"] for body in bodies if body["类别"] in ("文书", "签发")]

    assert run("before it is kept") == (-signal.SIGKILL, [], [("待签发", "")], [])
    once = [("练习", 2026, 1)], [("已签发", "练习〔2026〕1号")], ["文书", "文书", "签发"]
    assert run("once it is kept") == (-signal.SIGKILL, *once)
