"""What is recorded beside a decision: its history, what was late, what was made again and why; the same bytes wherever the
rules and the case lie."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from engine.base.problem import Refused
from engine.commands.shell import BEIJING
from engine.decision.decide import decide
from engine.files.used import command, noting
from engine.office.batch import Request, Rules, issue_all
from engine.office.ledger import Ledger, make
from engine.office.recording import Recorder, record_cases
from engine.office.registers import InLedger
from engine.office.replaying import Replayer
from engine.office.stored import history
from engine.office.tracing import listed, subject, trace, within
from engine.office.verifying import verify
from engine.office.workspace import Workspace
from engine.policy.calendar_data import load_calendar
from engine.record.act import By
from engine.record.audit import Filters, heat
from engine.record.decided import AT_EVENT, CaseDecided
from tests.cli.run import ROOT

BY = By("陈若川", ("审查",))
DAY = date(2026, 11, 23)
LETTER = "不予认定告知书"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    found = Ledger(tmp_path / "账本.db", None, lambda: datetime(2026, 11, 30, 12, tzinfo=BEIJING), lambda _: None)
    make(found, BY)
    return found


@pytest.fixture(scope="module")
def rules() -> Workspace:
    return Workspace(ROOT / "policies", DAY)


def gathered(rules: Workspace, path: Path, determination: str, day: date = DAY) -> CaseDecided:
    """What is to be recorded of a case decided on a day."""
    with command(), noting() as files:
        on = rules.on(day)
        program, case, _ = on.case(path)
        decision = decide(program, case, determination)
    return Recorder().case(on, program.package, case, [decision], files, path)


def decided(ledger: Ledger, rules: Workspace, path: Path, determination: str, day: date = DAY) -> int:
    """Decide the case and record that; the entry of the decision."""
    (seq,) = record_cases(ledger, [gathered(rules, path, determination, day)], BY)[1]
    return seq


def listed_in(ledger: Ledger, name: str) -> list[tuple[str, ...]]:
    with ledger.opened(reading=True) as store:
        return list(listed(store, name, Filters()).rows)


def copied(name: str, folder: Path) -> Path:
    return Path(shutil.copytree(ROOT / "fixtures" / name, folder / Path(name).name))


def test_a_decision_after_its_last_day_is_late_before_anybody_enters_it_as_an_event(
    ledger: Ledger, rules: Workspace
) -> None:
    case = ROOT / "fixtures/15-strait-centre"
    decided(ledger, rules, case, "年度考核", date(2026, 6, 30))
    duty = "完成年度考核"
    assert not [row for row in listed_in(ledger, "逾期") if row[1] == duty]
    seq = decided(ledger, rules, case, "年度考核", date(2026, 7, 1))
    (row,) = [row for row in listed_in(ledger, "逾期") if row[1] == duty]
    assert row[3:5] == ("2026-06-30", "2026-07-01")
    assert row[6:] == ("决定", str(seq))


def test_events_nobody_entered_by_command_are_recorded_with_what_was_late(ledger: Ledger, tmp_path: Path) -> None:
    history = copied("histories/s09-qifeng", tmp_path)
    asked = Request(tmp_path / "out", ("docx",), "认定通知", register=InLedger(ledger, BY, None, False), recorded=True)
    issue_all(Rules(ROOT / "policies", DAY, as_of=DAY), [history], asked)
    late = {(row[1], row[3], row[4]) for row in listed_in(ledger, "逾期")}
    assert ("每月举办活动", "2025-06-30", "2025-07-03") in late
    with ledger.opened(reading=True) as store:
        events = len(store.select("seq", "acts", "kind = '事件'"))
        assert events > 10
        assert store.select("determination", "decisions") == [("公示与公布",)]
    # Issued again nothing is new.
    issue_all(Rules(ROOT / "policies", DAY, as_of=DAY), [history], asked)
    with ledger.opened(reading=True) as store:
        assert len(store.select("seq", "acts", "kind = '事件'")) == events


def test_made_again_says_in_what_it_differs_and_another_day_alone_is_none(
    ledger: Ledger, rules: Workspace, tmp_path: Path
) -> None:
    case = copied("03-maker-incubator", tmp_path)
    first = decided(ledger, rules, case, "认定审查")
    decided(ledger, rules, case, "认定审查", date(2026, 11, 24))
    assert not listed_in(ledger, "重作")
    file = case / "case.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("陈若川", "陈若水"), encoding="utf-8")
    again = decided(ledger, rules, case, "认定审查", date(2026, 11, 24))
    (row,) = listed_in(ledger, "重作")
    assert (row[0], row[2], row[-1]) == ("重作", "事实", str(again))
    assert first < again


def test_two_calendars_are_told_apart_by_the_day(ledger: Ledger, rules: Workspace) -> None:
    case, found = ROOT / "fixtures/05-outbound-chamber", load_calendar()
    decided(ledger, rules, case, "认定审查")
    notices = [
        replace(one, worked=(*one.worked, date(2026, 8, 8))) if one.year == 2026 else one for one in found.notices
    ]
    other = Workspace(ROOT / "policies", DAY, calendar=replace(found, notices=tuple(notices)), kept=False)
    decided(ledger, other, case, "认定审查")
    with ledger.opened(reading=True) as store:
        (again,) = history(store, "FZ-2026-005")
    assert [(one.part, one.what) for one in again.basis] == [("日历", ("2026-08-08（没有规定 → 上班）",))]


def test_a_letter_is_recomputed_from_what_the_ledger_keeps(ledger: Ledger, tmp_path: Path) -> None:
    case = copied("03-maker-incubator", tmp_path)
    asked = Request(
        tmp_path / "out", ("docx", "pdf"), LETTER, register=InLedger(ledger, BY, None, False), recorded=True
    )
    issue_all(Rules(ROOT / "policies", DAY, as_of=DAY), [case], asked)
    with ledger.opened(reading=True) as store:
        for form in ("docx", "pdf"):
            (verdict,) = verify(tmp_path / f"out/FZ-2026-003/{LETTER}.{form}", store=store)
            assert (verdict.holds, verdict.recorded, verdict.altered) == (True, True, ())
            assert {check.what for check in verdict.checks if check.holds} >= {
                "规则",
                "日历",
                "事实",
                "结果",
                "正文",
                "字节",
            }


def test_a_case_whose_history_lies_elsewhere_is_read_again_from_what_was_kept(
    ledger: Ledger, rules: Workspace, tmp_path: Path
) -> None:
    case = copied("05-outbound-chamber", tmp_path)
    file = case / "case.yaml"
    (case / "history").rename(tmp_path / "事件")
    file.write_text(
        file.read_text(encoding="utf-8").replace("事件记录: history", "事件记录: ../事件"), encoding="utf-8"
    )
    seq = decided(ledger, rules, case, "认定审查")
    with ledger.opened(reading=True) as store, Replayer(store) as replayer:
        _, checks = replayer.decision(seq)
    assert [check.said for check in checks if check.what == "事实"] == ["从来件重读"]
    assert all(check.holds for check in checks)


def test_two_events_of_the_same_facts_and_every_overdue_month_have_their_own_decision(
    ledger: Ledger, tmp_path: Path
) -> None:
    """A letter says after which event the station was on the list: of facts that two events tell alike, its own event's. A
    month in which nothing was held has no event: each is decided for itself, on the day looked from, and none is another
    one made again. Issued again nothing is new."""
    history, day = copied("histories/s10-liulu", tmp_path), date(2026, 8, 3)

    def issued(name: str) -> int:
        register = InLedger(ledger, BY, None, False)
        asked = Request(tmp_path / "out", ("docx",), name, register=register, recorded=True)
        issue_all(Rules(ROOT / "policies", day, as_of=day), [history], asked)
        with ledger.opened(reading=True) as store:
            return len(store.select("seq", "entries"))

    issued("变更备案回执")
    entries = issued("月度预警函")
    assert issued("月度预警函") == entries
    with ledger.opened(reading=True) as store, Replayer(store) as replayer:
        decisions = store.select("seq, as_of, facts", "decisions")
        occasions = [str(seal.content[AT_EVENT]) for seq, *_ in decisions if (seal := store.seal(seq))]
        facts = [json.loads(store.content(digest) or b"")["事实"] for _, _, digest in decisions]
        told = [
            (str(decided), str(one["核查月份"][0]["日"])) for (_, decided, _), one in zip(decisions, facts, strict=True)
        ]
        assert list(zip(occasions, told, strict=True)) == [
            ("19", ("2025-07-22", "2025-07-01")),
            ("20", ("2025-08-05", "2025-07-01")),
            ("·事项·每月举办活动（2026年6月）", ("2026-08-03", "2026-06-01")),
            ("·事项·每月举办活动（2026年7月）", ("2026-08-03", "2026-07-01")),
        ]
        assert facts[0] == facts[1]
        assert not store.select("seq", "acts", "kind = '更正'")
        for seq, *_ in decisions:
            assert [check for check in replayer.decision(int(seq))[1] if check.holds is not True] == []
    assert not listed_in(ledger, "重作")


def test_what_is_recorded_is_the_same_wherever_rules_and_case_lie(tmp_path: Path) -> None:
    kept = []
    for home in (ROOT, tmp_path / "别的机器"):
        if home != ROOT:
            shutil.copytree(ROOT / "policies", home / "policies")
            copied("16-logistics-service", home / "fixtures")
        found = gathered(Workspace(home / "policies", DAY), home / "fixtures/16-logistics-service", "年度考核")
        (deed,) = found.decisions
        kept.append((found.facts, found.sent, found.past, deed, found.rules))
    assert kept[0] == kept[1]
    assert json.loads(kept[0][3].contents["决定"])["计算"]


def test_what_only_the_amount_rests_on_is_traced(ledger: Ledger) -> None:
    """Clauses, facts, what is derived, record tables."""
    on = date(2027, 3, 1)
    path = ROOT / "policies/study-rooms/tests/cases/01-shusheng"
    seq = decided(ledger, Workspace(ROOT / "policies", on, "study-rooms"), path, "扶持核定", on)
    with ledger.opened(reading=True) as store:
        for name, kind in (("第五条", "条款"), ("年度读者人次", "事实"), ("扶持额", "事实"), ("设备清单", "事实")):
            found, _ = trace(store, subject(store, name, kind), Filters(), (), 0)
            assert [(one.seq, one.role, one.said) for one in found.found] == [(seq, "提及", ("金额",))], name
        roles = dict(store.select("name, role", "links", "about = '条款'"))
        assert roles["第十条"] == "决定理由"


def test_two_regulations_in_one_ledger_are_told_apart(ledger: Ledger, rules: Workspace, tmp_path: Path) -> None:
    on = date(2027, 3, 1)
    rooms = Workspace(ROOT / "policies", on, "study-rooms")
    own = decided(ledger, rooms, ROOT / "policies/study-rooms/tests/cases/01-shusheng", "扶持核定", on)
    decided(ledger, rules, copied("03-maker-incubator", tmp_path), "认定审查")
    with ledger.opened(reading=True) as store:
        every, _ = trace(store, subject(store, "第七条"), Filters(), (), 0)
        assert dict(every.counts["规范"]) == {"fuzhou-talent-station": 1, "study-rooms": 1}
        text, filters = within(store, "study-rooms#第七条", Filters())
        for asked in (filters, Filters(regulation="study-rooms")):
            found, _ = trace(store, subject(store, text), asked, (), 0)
            assert [(one.seq, one.regulation) for one in found.found] == [(own, "study-rooms")]
        hot = {one.name: one.total for one in heat(store, Filters())}
        assert {name.partition("#")[0] for name in hot} >= {"study-rooms", "fuzhou-talent-station"}
        assert "第七条" not in hot
        assert hot["study-rooms#第七条"] == 1
        assert all(not one.name.startswith("fuzhou") for one in heat(store, filters))


@pytest.mark.parametrize("asked", [{"determination": "无"}, {"outcome": "无"}, {"regulation": "无"}])
def test_a_filter_that_nothing_comes_up_to_is_refused(
    ledger: Ledger, rules: Workspace, tmp_path: Path, asked: dict[str, str]
) -> None:
    decided(ledger, rules, copied("03-maker-incubator", tmp_path), "认定审查")
    with ledger.opened(reading=True) as store, pytest.raises(Refused, match=r"E930.*没有.*`无`"):
        within(store, "第七条", Filters(**asked))
