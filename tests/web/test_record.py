"""Every act of the workbench is an entry of the ledger in its own database: whole, in order, and only there."""

from __future__ import annotations

import sqlite3
from typing import Any
from uuid import uuid4

import pytest

from tests.web.test_pages import CASE, REVIEW, answer


def acts(kind: str) -> list[dict[str, Any]]:
    """What was recorded of a kind, open and sealed together."""
    from engine.record.act import read_body
    from web.services.record import store

    kept = [store().entry(seq) for (seq,) in store().select("seq", "acts", "kind = ?", [kind])]
    bodies = [(read_body(one.entry.body), one.seal) for one in kept if one is not None]
    return [{"谁": body.by.name, **body.open, **(seal.content if seal else {})} for body, seal in bodies]


def test_every_step_is_an_entry_after_the_one_it_replaces(desk: Any) -> None:
    from web.services.record import store

    chen = desk.client("chen")
    answer(chen, "独立场地", "否", "现场查看记录")
    answer(chen, "独立场地", "", "")
    answer(chen, "运营组织能力", "是", "实地看过，符合要求")
    answer(chen, "校友会活动登记.xlsx!E10", "35", "活动签到表")
    chen.post(f"{CASE}/undo", {"determination": "认定审查", "key": str(uuid4())})
    found = acts("步骤")
    assert [one["步骤"] for one in found] == ["填写", "填写", "判断", "更正", "撤销"]
    assert {(one["谁"], one["登录名"], one["案件"]) for one in found} == {("陈若川", "chen", "FZ-2026-014")}
    first, second, _, corrected, undone = found
    assert (first["项"], first["值"]) == (["事实", "独立场地"], {"值": "否", "证据": "现场查看记录"})
    assert "接" not in first
    assert second["值"] is None
    assert undone["项"] == corrected["项"]
    assert undone["撤销"] == undone["接"] == second["接"] + 3
    assert store().check().whole


def test_what_somebody_said_stands_in_the_ledger_alone(desk: Any) -> None:
    """Taken away there, it is nowhere else, and the field is as nobody knows it."""
    from django.db import connection

    from web.models import CaseRecord, Step
    from web.services import cases, record

    answer(desk.client("chen"), "独立场地", "否", "绝无仅有的凭据")
    step = Step.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM web_step")
        assert "绝无仅有" not in str(cursor.fetchall())
    store = record.store()
    with store.writing() as writer:
        writer.erase(step.entry, "清除测试", record.ledger().now(), record.by(step.person, "管理"))
    now = cases.standing(CaseRecord.objects.get(number="FZ-2026-014"))
    assert now.steps[0].value is None
    assert "独立场地" not in now.file.case.facts
    assert store.check().whole


def test_what_is_not_taken_leaves_no_entry(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from web.models import Step
    from web.services import cases

    def broken(_: object) -> None:
        raise RuntimeError("stopped after the entry was written")

    monkeypatch.setattr(cases, "noted", broken)
    assert answer(desk.client("chen"), "独立场地", "否").status_code == 500
    assert not acts("步骤")
    assert not Step.objects.exists()


def test_auditor_is_recorded_as_having_looked(desk: Any) -> None:
    desk.client("shen").get(REVIEW)
    desk.client("chen").get(REVIEW)
    assert [(one["谁"], one["案件"]) for one in acts("查看")] == [("沈明鉴", "FZ-2026-014")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("可以", "理由太短"),
        ("aaaaaaaa", "没有写成话"),
        ("12345678", "没有写成话"),
        ("同意同意同意同意", "没有写成话"),
        ("。。。，，，、、、", "没有写成话"),
        ("looks quite fine", "没有写成话"),
        ("实地看过实地看过", "重复"),
        ("实地看过，符合要求", ""),
        ("见10月27日实地考察表第3项", ""),
    ],
)
def test_reason_needs_words(text: str, said: str) -> None:
    from web.services.reasons import reason_lacks

    assert said in reason_lacks(text)
    assert bool(said) == bool(reason_lacks(text))


def test_reason_without_words_is_refused_on_the_page(desk: Any) -> None:
    chen = desk.client("chen")
    assert "没有写成话" in answer(chen, "运营组织能力", "是", "aaaaaaaa").content.decode()
    assert answer(chen, "校友会活动登记.xlsx!E10", "35", "……").status_code == 422
    assert not acts("步骤")


def test_exception_is_asked_of_who_decides(desk: Any) -> None:
    text = desk.client("chen").get("/case/FZ-2026-003/认定审查", {"name": "年度活动规模"}).content.decode()
    asked = text[text.index('<form class="ask"') :]
    assert "福州市人力资源和社会保障局" in asked
    assert "审核机关" not in asked


def test_ledger_is_one_for_the_command_line_too(desk: Any) -> None:
    """The database is marked as a ledger, and holds beside it what is no fault."""
    from engine.office.ledger import check_at

    found = check_at(desk.folder / "workbench.db")
    assert found.whole
    with sqlite3.connect(desk.folder / "workbench.db") as connection:
        assert connection.execute("SELECT count(*) FROM web_person").fetchone() == (6,)


def test_space_of_an_earlier_release_carries_its_steps_over(tmp_path: Any) -> None:
    """Made in a process of its own, since a process works in one space."""
    import subprocess
    import sys

    done = subprocess.run([sys.executable, "-c", EARLIER, str(tmp_path / "old")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["陈若川", "否", "2026-11-23T09:00:00+08:00", "whole"]


EARLIER = """
import os, sys, datetime, uuid
from pathlib import Path
from web import space as spaces
spaces.made(Path(sys.argv[1]), Path("policies").absolute(), practice=True, day=datetime.date(2026, 11, 23))
os.environ[spaces.VARIABLE], os.environ["DJANGO_SETTINGS_MODULE"] = sys.argv[1], "web.settings"
import django
django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", "web", "0002", verbosity=0)
with connection.cursor() as cursor:
    cursor.execute("INSERT INTO web_person (password, login, name, roles, is_active) VALUES ('', 'chen', '陈若川', '[]', 1)")
    cursor.execute("INSERT INTO web_caserecord (number, folder, title, kind, standing) VALUES ('A', 'a', 'a', '', '[]')")
    cursor.execute(
        "INSERT INTO web_step (role, at, section, name, value, before, key, case_id, person_id) "
        "VALUES ('审查', '2026-11-23 01:00:00', '事实', '甲', '\\"否\\"', 0, %s, 1, 1)", [uuid.uuid4().hex])
call_command("migrate", verbosity=0)
from web.models import Step
from web.services import cases, record
(step,) = cases.said(Step.objects.select_related("person"))
kept = record.store().entry(step.entry)
from engine.record.act import read_body
body = read_body(kept.entry.body)
print(body.by.name, step.value, body.at, "whole" if record.store().check().whole else "spoilt")
"""
