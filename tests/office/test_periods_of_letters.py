"""The letter about an overdue period knows which period: the duty tells its case, and what the files say must agree."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from engine.commands.shell import BEIJING
from engine.office.batch import Request, Rules, issue_all
from engine.office.ledger import Ledger, make
from engine.office.owed import Letters, letters
from engine.office.registers import InLedger
from engine.office.replaying import Replayer
from engine.office.workspace import Workspace
from engine.record.act import By
from tests.cli.run import ROOT

DAY = date(2026, 7, 20)
LETTER = "报送催告函"
HISTORY = """\
案件: ZX-2026-01
名称: 书声社区自习室
规范: study-rooms
案卷: case
事件:
  - {编号: 1, 事件: 提交申请, 日期: 2026-03-02, 申请年度: 2025}
  - {编号: 2, 事件: 作出核定, 日期: 2026-03-16, 核定结果: 核定扶持, 核定数额: 57100元}
"""
Write = Callable[..., Letters]


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """Support granted in March; the first and the second quarter have not been reported by 20 July."""
    case = tmp_path / "room/case"
    shutil.copytree(ROOT / "policies/study-rooms/tests/cases/01-shusheng", case)
    shutil.rmtree(case / "history")
    file = case / "case.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("事件记录: history\n", ""), encoding="utf-8")
    (tmp_path / "room/events.yaml").write_text(HISTORY, encoding="utf-8")
    return tmp_path / "room"


@pytest.fixture
def write(room: Path) -> Write:
    def written(events: str = "", facts: str = "", day: date = DAY) -> Letters:
        with (room / "events.yaml").open("a", encoding="utf-8") as file:
            file.write(events)
        case = room / "case/case.yaml"
        case.write_text(case.read_text(encoding="utf-8").replace("事实:\n", f"事实:\n{facts}"), encoding="utf-8")
        return letters(Workspace(ROOT / "policies", day), room, day, LETTER)

    return written


def quarters(found: Letters) -> list[str]:
    texts = ["".join(str(block) for block in draft.plan.body) for draft in found.drafts]
    return [next(f"第{n}季度" for n in range(1, 5) if f"第{n}季度" in text) for text in texts]


def test_every_overdue_period_has_its_letter(write: Write) -> None:
    found = write()
    assert (quarters(found), found.problems) == (["第1季度", "第2季度"], ())
    assert "2026年4月15日" in str(found.drafts[0].plan.body)
    assert [f.event for f in found.files] == [
        "·事项·报送开放情况（2026年第1季度）",
        "·事项·报送开放情况（2026年第2季度）",
    ]


def test_a_period_that_was_met_has_none(write: Write) -> None:
    reported = "  - {编号: 3, 事件: 报送开放情况, 日期: 2026-07-16, 报送年度: 2026, 报送季度: 1}\n"
    assert quarters(write(reported)) == ["第2季度"]


def test_files_that_mean_another_period_are_told(write: Write) -> None:
    found = write(facts="  催报季度: 1\n")
    assert quarters(found) == ["第1季度"]
    (problem,) = found.problems
    assert problem.code == "E869"
    assert "`催报季度` 为 `1季度`" in problem.message
    assert "`2季度`" in problem.message
    assert str(problem.place).endswith("case.yaml:7:9")


def test_what_is_decided_for_a_period_is_made_again_from_the_ledger(room: Path, tmp_path: Path) -> None:
    by = By("陈若川", ("审查",))
    ledger = Ledger(tmp_path / "账本.db", None, lambda: datetime(2026, 7, 20, 12, tzinfo=BEIJING), lambda _: None)
    make(ledger, by)
    asked = Request(tmp_path / "out", ("docx",), LETTER, register=InLedger(ledger, by, None, False), recorded=True)
    issue_all(Rules(ROOT / "policies", DAY, as_of=DAY), [room], asked)
    with ledger.opened(reading=True) as store, Replayer(store) as replayer:
        decisions = [int(seq) for (seq,) in store.select("seq", "decisions")]
        assert len(decisions) == 2
        for seq in decisions:
            assert [check for check in replayer.decision(seq)[1] if check.holds is not True] == []
