"""The office's ledger asked both ways: from a clause, a person, a number to decisions, and back to cells; and all of it made
again from what the ledger keeps."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from io import StringIO
from pathlib import Path

import pytest

from engine.base.calendar import calendar_of
from engine.base.problem import Refused
from engine.commands.shell import BEIJING
from engine.documents.embedded import read_letter
from engine.office.again import FACTUAL
from engine.office.batch import Request, Rules, cases_in, issue_all
from engine.office.ledger import Ledger, make
from engine.office.registers import InLedger
from engine.office.replaying import IDENTICAL, Replayer, standing_decisions, turned
from engine.office.tracing import listed, subject, trace
from engine.office.verifying import verify_recorded
from engine.office.workspace import Workspace
from engine.policy.calendar_data import load_calendar
from engine.record.act import By
from engine.record.audit import Filters, heat
from engine.record.audit_lists import LISTS
from engine.record.store import Store
from engine.record.subjects import clause_written, number_written, subjects
from tests.cli.run import ROOT, guiju
from tests.visible.tampering import parts, zipped

BY = By("陈若川", ("签发",))
DAY = date(2026, 11, 23)
CASES = ("03-maker-incubator", "07-hr-union", "20-minhou-service", "histories/s09-qifeng")
OFFICE = "账本: 账本.db\n人员:\n  - {姓名: 陈若川, 职责: [审查, 签发, 管理, 审计]}\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office that has issued the letters of three cases and a history."""
    home = tmp_path_factory.mktemp("office")
    (home / "office.yaml").write_text(OFFICE, encoding="utf-8")
    (home / "登记簿.jsonl").write_text('{"机关": "福州市人力资源和社会保障局", "代字": "榕人社"}\n', encoding="utf-8")
    ledger = Ledger(home / "账本.db", None, lambda: datetime(2026, 11, 30, 12, tzinfo=BEIJING), lambda _: None)
    make(ledger, BY)
    paths = [Path(shutil.copytree(ROOT / "fixtures" / name, home / "cases" / Path(name).name)) for name in CASES]
    register = InLedger(ledger, BY, home / "登记簿.jsonl", True)
    asked = Request(home / "out", ("docx",), register=register, recorded=True)
    issue_all(Rules(ROOT / "policies", DAY, as_of=DAY), cases_in(paths), asked)
    return home


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    ledger = Ledger(home / "账本.db", None, lambda: datetime(2026, 11, 30, 12, tzinfo=BEIJING), lambda _: None)
    with ledger.opened(reading=True) as store:
        yield store


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("第7条第(6)项", "第七条第（六）项"),
        ("第七条第（六）项", "第七条第（六）项"),
        ("第 12 条 第 2 款", "第十二条第二款"),
        ("行政复议法第20条", "行政复议法第二十条"),
        ("某某", "某某"),
    ],
)
def test_a_clause_is_read_however_it_is_written(written: str, meant: str) -> None:
    assert clause_written(written) == meant


@pytest.mark.parametrize("written", ["某〔2026〕3号", "某[2026]3号", "某（2026）3号", "某(2026)第3号", "某 [2026] 3"])
def test_a_number_is_read_with_any_brackets(written: str) -> None:
    assert number_written(written) == "某〔2026〕3号"


def test_every_kind_of_subject_is_found(home: Path, store: Store) -> None:
    ((number, code),) = store.select("number, code", "documents", "document = '不予认定告知书'")
    ((rules, basis),) = store.sql.run("SELECT rules, basis FROM decisions LIMIT 1")
    for written, kind in (
        ("第7条第(6)项", "条款"),
        ("年度活动规模", "准则"),
        ("活动台账", "事实"),
        ("年度活动场次", "事实"),
        ("Q12", "口径"),
        ("活动场次下限", "参数"),
        ("FZ-2026-003", "案件"),
        ("福州市起帆创客人才驿站", "当事人"),
        (number, "文号"),
        (code.lower().replace("-", " "), "凭据码"),
        (rules.removeprefix("sha256:")[:8], "规则"),
        (basis, "所据码"),
    ):
        found = [one.kind for one in subjects(store, written)]
        assert kind in found, (written, found)
        total = trace(store, subject(store, written, kind), Filters(), (), 5)[0].total
        assert total, written
    with pytest.raises(Refused, match="E930"):
        subject(store, "没有这回事")
    with pytest.raises(Refused, match="E930"):
        subject(store, "第七条", "准则")
    # The file of a letter means the code it carries.
    letters = sorted((home / "out/FZ-2026-003").glob("*.docx"))
    assert letters
    assert all(subject(store, str(file)).kind == "凭据码" for file in letters)
    assert subject(store, str(home / "out/FZ-2026-003/不予认定告知书.docx")) == subject(store, code)
    assert subject(store, f"{letters[0]}#1") == subject(store, str(letters[0]))
    altered = home / "改过.docx"
    found = parts(letters[0].read_bytes())
    found["word/document.xml"] = found["word/document.xml"].replace("福州".encode(), "厦门".encode(), 1)
    altered.write_bytes(zipped(found))
    with pytest.raises(Refused, match=r"E930.*改动过.*厦门"):
        subject(store, str(altered))
    with pytest.raises(Refused, match="E650"):
        subject(store, "没有.docx")
    with pytest.raises(Refused, match="E929"):
        subject(store, code[:-1] + ("0" if code[-1] != "0" else "1"))


def test_counts_agree_with_what_is_listed(store: Store) -> None:
    found, _ = trace(store, subject(store, "第7条第(6)项"), Filters(), ("机构类别",), 0)
    assert found.total == len(found.found) == sum(found.counts["作用"].values())
    assert sum(found.counts["机构类别"].values()) <= found.total
    refused = [one for one in found.found if one.outcome == "不予认定"]
    assert [one.role for one in refused] == ["决定理由"]
    assert "不利" in refused[0].said[0]
    assert {letter.document for letter in refused[0].letters} >= {"不予认定告知书"}
    for filters in (
        Filters(outcome="不予认定"),
        Filters(role="决定理由", determination="认定审查"),
        Filters(since="2026-12-01"),
        Filters(until="2026-11-30"),
    ):
        some, _ = trace(store, subject(store, "第七条第（六）项"), filters, (), 0)
        assert some.total == sum(
            (not filters.outcome or one.outcome == filters.outcome)
            and (not filters.role or one.role == filters.role)
            and (not filters.determination or one.determination == filters.determination)
            and one.day >= filters.since
            for one in found.found
        )


def test_back_from_a_number_down_to_the_cells(home: Path, store: Store) -> None:
    ((number,),) = store.select("number", "documents", "document = '不予认定告知书'")
    shown = guiju("trace", number, "--office", "office.yaml", cwd=home)
    assert shown.code == 0, shown.err
    assert "起帆孵化器活动台账.xlsx!B4:H19" in shown.out
    assert "年度活动规模" in shown.out
    report = guiju("trace", number, "--markdown", "--office", "office.yaml", cwd=home).out
    assert f"账本头：{store.head()}" in report
    assert number in report


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_a_report_to_print_says_which_ledger_it_tells_of_and_can_be_verified(
    home: Path, store: Store, form: str, tmp_path: Path
) -> None:
    ((number,),) = store.select("number", "documents", "document = '不予认定告知书'")
    report = tmp_path / f"报告.{form}"
    for asked in (("第七条",), ("--list", "例外"), ("--heat",), (number,)):
        done = guiju("trace", *asked, "--out", str(report), "--office", "office.yaml", cwd=home)
        assert (done.code, store.head().short in done.out) == (0, True), done.err
        letter = read_letter(report.read_bytes(), report.name)
        assert letter.receipt["账本头"] == store.head().short
        told = guiju("verify", str(report), "--office", "office.yaml", cwd=home)
        assert (told.code, "是这本账本的" in told.out, "没有登记可核" in told.out) == (0, True, True)
    assert letter.now is not None
    shown = "".join(block.text for block in letter.now.blocks).replace("\n", "")
    assert "起帆孵化器活动台账.xlsx!B4:H19" in shown


def test_a_report_is_written_as_nothing_else(home: Path, tmp_path: Path) -> None:
    done = guiju("trace", "--heat", "--out", str(tmp_path / "报告.txt"), "--office", "office.yaml", cwd=home)
    assert (done.code, "E634" in done.err) == (2, True)


def test_tables_for_other_programs(home: Path) -> None:
    asked = ("trace", "第七条", "--office", "office.yaml")
    rows = list(csv.DictReader(StringIO(guiju(*asked, "--csv", cwd=home).out)))
    told = json.loads(guiju(*asked, "--json", cwd=home).out)
    assert len(rows) == told["决定"] == len(told["各项"])
    heats = list(csv.DictReader(StringIO(guiju("trace", "--heat", "--csv", "--office", "office.yaml", cwd=home).out)))
    assert any(row["条款"] == "第七条第（六）项" and int(row["不利"]) for row in heats)


def test_the_lists_auditors_ask_for(home: Path, store: Store) -> None:
    exceptions = listed(store, "例外", Filters()).rows
    assert {row[0] for row in exceptions} == {"准予例外", "不准例外"}
    assert all(row[2] and row[3] for row in exceptions)
    assert all(row[0] == "陈若川" for row in listed(store, "同一人", Filters()).rows)
    assert any("（示例）" in row[2] for row in listed(store, "示例口径", Filters()).rows)
    assert not listed(store, "重作", Filters()).rows  # each event's letters are its own
    assert all(row[0] != "建设标准核查表" for row in listed(store, "未送达", Filters()).rows)
    for name in LISTS:
        shown = guiju("trace", "--list", name, "--office", "office.yaml", cwd=home)
        assert (shown.code, shown.err) == (0, "")
        assert not listed(store, name, Filters(since="2030-01-01")).rows
    with pytest.raises(Refused, match="E930"):
        listed(store, "别的", Filters())


def test_the_heat_agrees_with_the_traces(store: Store) -> None:
    hot = next(one for one in heat(store, Filters()) if one.name == "第七条第（六）项")
    found, _ = trace(store, subject(store, hot.name), Filters(), (), 0)
    assert found.counts["作用"].get("决定理由", 0) == hot.deciding
    assert found.total == hot.total


def test_every_decision_and_letter_is_made_again_from_the_ledger(store: Store) -> None:
    with Replayer(store) as replayer:
        for (seq,) in store.select("seq", "decisions"):
            one, checks = replayer.decision(seq)
            assert all(check.holds is not False for check in checks), (one.determination, checks)
            # Those of a history too: it was kept with the files of its events.
            assert [check.said for check in checks if check.what == FACTUAL] == ["从来件重读"], (one.case, one.as_of)
            assert [check.holds for check in checks if check.what == IDENTICAL] == [True]
    for number in dict.fromkeys(number for (number,) in store.select("number", "documents") if number):
        for verdict in verify_recorded(number, store):
            assert verdict.holds, (number, verdict.altered, verdict.checks)
            assert {check.what for check in verdict.checks} >= {"规则", "结果", "理由", "正文"}


def test_other_rules_turn_what_they_turn(home: Path, store: Store) -> None:
    same = Workspace(ROOT / "policies", DAY)
    assert not list(turned(store, same, list(standing_decisions(store))))
    policies = Path(shutil.copytree(ROOT / "policies", home / "改过的"))
    file = policies / "fuzhou-talent-station/parameters.yaml"
    text = file.read_text(encoding="utf-8")
    assert "300人次" in text
    file.write_text(text.replace("300人次", "100人次").replace("12场", "2场"), encoding="utf-8")
    found = list(turned(store, Workspace(policies, DAY), list(standing_decisions(store))))
    assert ("FZ-2026-003", "认定审查") in {(one.case, one.determination) for one in found}


def test_a_calendar_is_read_back_as_it_was() -> None:
    calendar = load_calendar()
    assert calendar_of(json.loads(json.dumps(calendar.said))) == calendar
    with pytest.raises(ValueError, match="no calendar"):
        calendar_of(["china"])
