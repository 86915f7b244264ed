"""The office's ledger beside the command line: clocks that go back, and a machine that stops between entry and files."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from engine.base.problem import Problem, Refused
from engine.commands.shell import BEIJING
from engine.files import writing
from engine.office.batch import Request
from engine.office.issuing import single
from engine.office.ledger import Ledger, make
from engine.office.registers import InLedger
from engine.office.workspace import Workspace
from engine.record.act import Act, By
from tests.cli.run import ROOT

NOON = datetime(2026, 11, 23, 12, tzinfo=BEIJING)
BY = By("陈若川", ("签发",))
DAY = date(2026, 11, 23)
ORGAN = '{"机关": "福州市人力资源和社会保障局", "代字": "榕人社"}\n'


@pytest.fixture
def told() -> list[Problem]:
    return []


@pytest.fixture
def ledger(tmp_path: Path, told: list[Problem]) -> Ledger:
    made = Ledger(tmp_path / "账本.db", tmp_path / "头.txt", lambda: NOON, told.append)
    make(made, BY)
    return made


def recorded(ledger: Ledger) -> list[str]:
    with ledger.opened() as store, ledger.recording(store) as writer:
        writer.record(Act("事件", {"事件": "试"}), ledger.now(), BY)
    with ledger.opened(reading=True) as store:
        assert store.check(ledger.kept_heads()).whole
        return [kind for (kind,) in store.select("kind", "acts")]


def test_a_clock_set_back_is_told_and_the_act_recorded(ledger: Ledger, told: list[Problem]) -> None:
    recorded(ledger)
    assert told == []
    back = replace(ledger, clock=lambda: NOON - timedelta(days=400))
    assert recorded(back) == ["开账", "事件", "事件"]
    assert [problem.code for problem in told] == ["W927"]
    assert "2025-10-19" in told[0].message
    recorded(ledger)
    assert len(told) == 1


def test_heads_that_cannot_be_read_are_told(ledger: Ledger) -> None:
    assert ledger.heads is not None
    ledger.heads.write_text(f"{ledger.heads.read_text()}坏的一行\n", encoding="utf-8")
    with pytest.raises(Refused, match="E923"):
        ledger.kept_heads()


def test_a_stop_between_entry_and_files_gives_the_same_letter_again(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger has number, bytes and decision; the files have no names yet. Issued again it is the same letter."""
    case = Path(shutil.copytree(ROOT / "fixtures/03-maker-incubator", tmp_path / "案件"))
    (tmp_path / "登记簿.jsonl").write_text(ORGAN, encoding="utf-8")
    rules = Workspace(ROOT / "policies", DAY, as_of=DAY)
    register = InLedger(ledger, BY, tmp_path / "登记簿.jsonl", True)
    asked = Request(tmp_path / "out", ("docx",), "不予认定告知书", "认定审查", register=register, recorded=True)

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(writing, "place", stopped)
        with pytest.raises(KeyboardInterrupt):
            single(rules, [case], asked)
    assert not list((tmp_path / "out").rglob("*.docx"))
    with ledger.opened(reading=True) as store:
        before = store.head()
        ((number, seq),) = store.select("number, seq", "documents")
        ((digest,),) = store.select("digest", "uses", "seq = ?", [seq])
        kept = store.content(digest)
    assert number == "榕人社〔2026〕1号"
    single(rules, [case], asked)
    (file,) = (tmp_path / "out").rglob("*.docx")
    assert file.read_bytes() == kept
    with ledger.opened(reading=True) as store:
        assert store.head() == before
        assert store.check([before]).whole


def test_a_letter_that_cannot_be_entered_is_not_written(ledger: Ledger, tmp_path: Path) -> None:
    """No room for the entry: neither number nor file."""
    case = Path(shutil.copytree(ROOT / "fixtures/03-maker-incubator", tmp_path / "案件"))
    rules = Workspace(ROOT / "policies", DAY, as_of=DAY)
    with ledger.opened() as store:
        (pages,) = store.sql.run("PRAGMA page_count")[0]
    asked = Request(tmp_path / "out", ("docx",), "不予认定告知书", "认定审查", recorded=True)
    full = InLedger(ledger, BY, None, True)
    with pytest.MonkeyPatch.context() as patched:
        from engine.record import sqlite

        patched.setattr(sqlite, "_PRAGMAS", (*sqlite._PRAGMAS, f"max_page_count = {pages + 2}"))
        with pytest.raises(Refused, match="E921"):
            single(rules, [case], replace(asked, register=full))
    assert not list((tmp_path / "out").rglob("*.docx"))
    assert recorded(ledger) == ["开账", "事件"]
