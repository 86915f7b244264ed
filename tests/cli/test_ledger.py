"""The office's ledger at the command line: made once, looked at, written out and restored, personal data taken away."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.record.chain import read_head
from tests.cli.run import Result, guiju

PERSONS = "人员:\n  - {姓名: 林岚, 职责: [审查, 科长]}\n  - {姓名: 陈若川, 职责: [审查, 签发]}\n  - {姓名: 郑远, 职责: [审计, 管理]}\n"
OFFICE = f"账本: 账本.db\n账本头: 别处/账本头.txt\n{PERSONS}"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An office whose ledger has been made."""
    (tmp_path / "office.yaml").write_text(OFFICE, encoding="utf-8")
    assert ledger(tmp_path, "new", "--as", "郑远").code == 0
    return tmp_path


def ledger(home: Path, *args: str) -> Result:
    office = () if args[0] == "import" else ("--office", "office.yaml")
    return guiju("ledger", *args, *office, cwd=home)


def heads(home: Path) -> list[str]:
    return (home / "别处/账本头.txt").read_text().split()


def test_it_is_made_once_by_somebody_who_may(home: Path, tmp_path: Path) -> None:
    head = ledger(home, "head").out.strip()
    assert read_head(head).seq == 1
    assert heads(home) == [head]
    again = ledger(home, "new", "--as", "郑远")
    assert (again.code, "E924" in again.err) == (2, True)
    assert "E914" in ledger(home, "new", "--as", "林岚").err
    assert "E913" in ledger(home, "new").err
    assert "管理" in ledger(home, "show", "1").out


def test_what_is_written_out_is_restored(home: Path) -> None:
    assert ledger(home, "export", "a.jsonl", "--as", "郑远").code == 0
    assert "导出" in ledger(home, "show").out
    restored = ledger(home, "import", "a.jsonl", "--to", "b.db")
    assert heads(home)[0] in restored.out
    assert ledger(home, "import", "a.jsonl", "--to", "b.db").code == 2
    (home / "a.jsonl").write_text((home / "a.jsonl").read_text().replace("开账", "开帐"))
    spoilt = ledger(home, "import", "a.jsonl", "--to", "c.db")
    assert (spoilt.code, "E925" in spoilt.err, (home / "c.db").exists()) == (1, True, False)


def test_without_one_the_commands_say_how_to_get_it(tmp_path: Path) -> None:
    (tmp_path / "office.yaml").write_text("账本: 账本.db\n", encoding="utf-8")
    gone = ledger(tmp_path, "head")
    assert (gone.code, "E920" in gone.err, "ledger new" in gone.err) == (2, True, True)
    assert "E927" in guiju("ledger", "head", cwd=tmp_path).err


def test_an_entry_that_is_not_there(home: Path) -> None:
    assert "E926" in ledger(home, "show", "9").err
    assert "E926" in ledger(home, "erase", "1", "--reason", "试", "--as", "郑远").err
    assert "E926" in ledger(home, "erase", "1", "--as", "郑远").err


def test_a_head_that_cannot_be_copied_is_told_and_the_act_recorded(home: Path) -> None:
    (home / "office.yaml").write_text(OFFICE.replace("别处/账本头.txt", "office.yaml/头"), encoding="utf-8")
    done = ledger(home, "export", "a.jsonl", "--as", "郑远")
    assert (done.code, "W923" in done.err) == (0, True)
    assert ledger(home, "head").out.startswith("2-")
