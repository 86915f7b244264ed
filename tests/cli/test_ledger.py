"""The office's ledger at the command line: made once, looked at, written out and restored, personal data taken away."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import click
import pytest

from engine.decision.ranking import RankingResult
from engine.office.replaying import recorded_ranking
from engine.office.tracing import listed, subject, trace
from engine.record import sqlite
from engine.record.audit import Filters, heat
from engine.record.chain import read_head
from engine.record.codes import code_of
from tests.cli.run import ROOT, Result, guiju
from tests.cli.test_rules_nearby import changed
from tests.record.test_sqlite import spoil

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


# ---- decisions ----

CASE = "03-maker-incubator"
ASKED = ("-d", "认定审查", "--as-of", "2026-11-23")


def decide(home: Path, case: Path, *args: str) -> Result:
    return guiju("decide", str(case), *ASKED, "--record", *args, "--office", "office.yaml", cwd=home)


def entries(home: Path) -> list[tuple[str, str, str]]:
    """(kind, case, person) of every entry."""
    store = sqlite.opened(home / "账本.db", reading=True)
    try:
        assert store.check().whole
        return [(kind, case, person) for kind, case, person in store.select("kind, case_id, person", "acts")]
    finally:
        store.close()


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "fixtures" / CASE, tmp_path / "cases" / CASE))


def test_a_decision_is_recorded_with_all_it_comes_from_and_once(home: Path, case: Path) -> None:
    done = decide(home, case, "--as", "林岚")
    assert "已记入账本" in done.err
    found = entries(home)
    kinds = [kind for kind, _, _ in found]
    assert dict.fromkeys(kinds) == dict.fromkeys(["开账", "规则", "事实", "认定", "决定"])
    assert {person for kind, _, person in found[1:]} == {"林岚"}
    assert decide(home, case, "--as", "林岚").code == 0
    assert entries(home) == found
    store = sqlite.opened(home / "账本.db", reading=True)
    names = {name for (name,) in store.select("name", "uses")}
    assert {"事实", "决定", "来件/case.yaml", "fuzhou-talent-station/policy.yaml"} <= names
    ((basis, outcome),) = store.select("basis, outcome", "decisions")
    assert basis in guiju("decide", str(case), *ASKED).out
    assert store.select("role", "links", "about = '条款' AND name LIKE '第七条%' AND role = ?", ["决定理由"])
    assert outcome
    assert store.select("value", "fields")
    store.close()


def test_what_nobody_reads_to_the_end_is_recorded(home: Path, case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with `| head`: the pipe is closed before everything is printed."""
    other = shutil.copytree(ROOT / "fixtures" / "07-hr-union", case.parent / "07-hr-union")
    told = click.echo

    def closed(message: object = None, *args: Any, err: bool = False, **more: Any) -> None:
        if not err:
            raise BrokenPipeError
        told(message, *args, err=err, **more)

    monkeypatch.setattr(click, "echo", closed)
    asked = ("--record", "--as", "林岚", "--office", "office.yaml", "--as-of", "2026-11-23")
    assert "已记入账本" in guiju("decide", str(case), *asked, cwd=home).err
    guiju("decide", str(case), str(other), "-d", "择优排序", *asked, cwd=home)
    verify(home, "账本.db", "--as", "郑远")
    kinds = {kind for kind, _, _ in entries(home)}
    assert {"决定", "排序", "核验"} <= kinds, kinds


def test_facts_that_differ_are_a_correction_and_the_decision_names_the_one_before(home: Path, case: Path) -> None:
    decide(home, case, "--as", "林岚")
    before = entries(home)
    file = case / "case.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("陈若川", "陈若水"), encoding="utf-8")
    assert decide(home, case, "--as", "林岚").code == 0
    added = [kind for kind, _, _ in entries(home)[len(before) :]]
    assert (added[0], added[-1]) == ("更正", "决定")
    store = sqlite.opened(home / "账本.db", reading=True)
    old, new = store.select("seq, before", "decisions")
    assert (new[1], old[1]) == (old[0], 0)
    ((seq,),) = store.select("seq", "acts", "kind = '更正'")
    kept = store.entry(seq)
    assert kept is not None
    assert kept.seal is not None
    assert kept.seal.content["不同"]
    store.close()


def test_rules_that_differ_say_in_which_parameters(home: Path, case: Path) -> None:
    decide(home, case, "--as", "林岚")
    changed(home)
    decide(home, case, "--as", "林岚", "--policies", "policies")
    kinds = [kind for kind, _, _ in entries(home)]
    assert kinds.count("规则") == 2
    assert kinds.count("决定") == 2


def test_a_ranking_is_recorded_once_and_made_again(home: Path, tmp_path: Path) -> None:
    names = ("03-maker-incubator", "07-hr-union", "10-tea-guild")
    cases = [str(shutil.copytree(ROOT / "fixtures" / name, tmp_path / "cases" / name)) for name in names]
    asked = ("-d", "择优排序", "--as-of", "2026-11-23", "--record", "--as", "林岚", "--office", "office.yaml")
    done = guiju("decide", *cases, *asked, cwd=home)
    assert (done.code, "已记入账本，排序在第" in done.err) == (0, True), done.err
    found = entries(home)
    assert [kind for kind, _, _ in found].count("事实") == 3
    assert found[-1] == ("排序", "FZ-2026-003、FZ-2026-007、FZ-2026-010", "林岚")
    assert guiju("decide", *cases, *asked, cwd=home).code == 0
    assert entries(home) == found
    for said in ("择优排序", str(len(found))):
        told = verify(home, said)
        assert (told.code, "名次相同" in told.out, "结论  一致" in told.out) == (0, True, True), told.out + told.err


def test_a_ranking_is_traced_from_and_to(home: Path, tmp_path: Path) -> None:
    """By its cases, their parties, its clauses, what it rests on and who found that; the cases by where they came."""
    names = ("03-maker-incubator", "07-hr-union", "10-tea-guild")
    cases = [Path(shutil.copytree(ROOT / "fixtures" / name, tmp_path / "cases" / name)) for name in names]
    numbers = "FZ-2026-003、FZ-2026-007、FZ-2026-010"

    def ranked(day: str) -> int:
        asked = ("-d", "择优排序", "--as-of", day, "--record", "--as", "林岚", "--office", "office.yaml")
        done = guiju("decide", *map(str, cases), *asked, cwd=home)
        assert done.code == 0, done.err
        return len(entries(home))

    seqs = [ranked("2026-11-23"), ranked("2026-11-24")]
    file = cases[1] / "case.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("机构评审分: {判断: 76", "机构评审分: {判断: 36"), "utf-8")
    seqs.append(ranked("2026-11-24"))
    store = sqlite.opened(home / "账本.db", reading=True)
    ((basis,),) = store.select("basis", "decisions", "seq = ?", [seqs[0]])
    for text, role, said in (
        ("FZ-2026-007", "本项", "第 1 名 入选"),
        ("福州市起帆创客人才驿站", "本项", "FZ-2026-003 未入围"),
        ("第九条第（二）项", "决定理由", ""),
        ("认定名额", "决定理由", "5个（实施口径（示例））"),
        ("机构评审分", "提及", ""),
        ("林岚", "经办", ""),
        ("评审组组长吴砚秋", "提及", "认定 机构评审分（FZ-2026-007）"),
        (basis, "本项", ""),
    ):
        found = trace(store, subject(store, text), Filters(), (), 0)[0].found
        assert [one.seq for one in found] == (seqs[:1] if len(found) == 1 else seqs), text
        assert (found[0].case, found[0].determination, found[0].role) == (numbers, "择优排序", role)
        assert said in "；".join(found[0].said), found[0].said
    _, (back,) = trace(store, subject(store, str(seqs[0])), Filters(), (), 0)
    assert isinstance(back.made, RankingResult)
    assert back.made.to_plain() == recorded_ranking(store, seqs[0])
    # Counted among what the clauses decided, whether something is left out or not; and in the lists.
    for filters in (Filters(), Filters(since="2020-01-01", determination="择优排序")):
        assert [one.deciding for one in heat(store, filters) if one.name == "第九条第（二）项"] == [3]
    examples = listed(store, "示例口径", Filters()).rows
    assert [int(row[-1]) for row in examples if row[1] == "认定名额"] == seqs
    # Of another day only, it is not one made again; where something else was known, it is.
    remade = listed(store, "重作", Filters()).rows
    assert [(row[2], int(row[-1])) for row in remade] == [("事实", seqs[2])]
    assert store.check().faults == ()
    store.close()


def test_who_records_must_be_able_to(home: Path, case: Path) -> None:
    assert "E914" in decide(home, case, "--as", "郑远").err
    assert "E913" in decide(home, case).err
    assert len(entries(home)) == 1


def test_without_a_ledger_it_is_told_once_that_nothing_was_recorded(home: Path, case: Path) -> None:
    (home / "office.yaml").write_text(PERSONS, encoding="utf-8")
    done = decide(home, case, "--as", "林岚")
    assert (done.code, done.err.count("W920")) == (0, 1)


# ---- letters ----

LETTER = "不予认定告知书"
NUMBERED = ("-d", "认定审查", "--document", LETTER, "--format", "docx", "--as-of", "2026-11-23", "--as", "陈若川")
ORGAN = '{"机关": "福州市人力资源和社会保障局", "代字": "榕人社"}\n'


def issue(home: Path, case: Path, *args: str) -> Result:
    out = () if "--out" in args else ("--out", "out")
    return guiju("issue", str(case), *NUMBERED, *out, *args, "--office", "office.yaml", cwd=home)


def numbered(home: Path, lines: str = ORGAN) -> None:
    (home / "登记簿.jsonl").write_text(lines, encoding="utf-8")
    (home / "office.yaml").write_text(f"登记簿: 登记簿.jsonl\n{OFFICE}", encoding="utf-8")


def documents(home: Path, columns: str = "number, document, case_id, person") -> list[tuple[str, ...]]:
    store = sqlite.opened(home / "账本.db", reading=True)
    try:
        return store.select(columns, "documents")
    finally:
        store.close()


def test_a_letter_its_number_and_its_decision_are_recorded_together(home: Path, case: Path) -> None:
    numbered(home)
    done = issue(home, case)
    assert (done.code, "W646" in done.err) == (0, False)
    assert documents(home) == [("榕人社〔2026〕1号", LETTER, "FZ-2026-003", "陈若川")]
    kinds = [kind for kind, _, _ in entries(home)]
    assert kinds[1:4] == ["接管", "规则", "事实"]
    assert kinds[-3:] == ["决定", "版面", "文书"]
    store = sqlite.opened(home / "账本.db", reading=True)
    ((seq, code),) = store.select("seq, code", "documents")
    ((decided,),) = store.select("decided", "sources", "seq = ?", [seq])
    assert store.select("determination", "decisions", "seq = ?", [decided]) == [("认定审查",)]
    ((digest,),) = store.select("digest", "uses", "seq = ? AND name = ?", [seq, f"{LETTER}.docx"])
    file = home / f"out/FZ-2026-003/{LETTER}.docx"
    assert store.content(digest) == file.read_bytes()
    assert code in guiju("explain", f"{file}#1").out
    store.close()
    # The file of the register is no longer written to.
    assert (home / "登记簿.jsonl").read_text(encoding="utf-8") == ORGAN
    # Issued again unchanged: nothing new, the same number and bytes.
    data = file.read_bytes()
    before = entries(home)
    assert issue(home, case).code == 0
    assert (entries(home), file.read_bytes()) == (before, data)


RECORD = "送达回证"
TOGETHER = ("--format", "docx", "--as-of", "2026-11-23", "--as", "陈若川", "--out", "out", "--office", "office.yaml")


@pytest.mark.parametrize("said", [(), ("--number", "榕人社〔2026〕7号")])
def test_a_service_record_has_no_number_of_its_own(home: Path, case: Path, said: tuple[str, ...]) -> None:
    """An adverse letter and the record that it was served go out together, whichever went before; the number is the letter's."""
    if not said:
        numbered(home)
    for only in ([], ["--document", RECORD])[: 1 if said else 2][::-1]:
        done = guiju("issue", str(case), "-d", "认定审查", *only, *said, *TOGETHER, cwd=home)
        assert done.code == 0, done.err
    found = dict.fromkeys(documents(home, "document, number, serial"))
    assert set(found) == {(LETTER, f"榕人社〔2026〕{7 if said else 1}号", 7 if said else 1), (RECORD, "", 0)}
    assert {path.stem for path in (home / "out/FZ-2026-003").glob("*.docx")} == {LETTER, RECORD}
    told = verify(home, "账本.db", "out/FZ-2026-003")
    assert told.code == 0, told.out
    # The record alone, after its letter: it has the number that the letter was entered under, and so is the same.
    done = guiju("issue", str(case), "-d", "认定审查", "--document", RECORD, *TOGETHER, cwd=home)
    assert (done.code, len(documents(home))) == (0, len(found) + (not said)), done.err


def test_an_old_register_is_taken_over_once_and_goes_on(home: Path, case: Path) -> None:
    old = {
        "代字": "榕人社",
        "年份": 2026,
        "流水号": 15,
        "文书": "函",
        "案件": "旧",
        "决定": "旧",
        "基准日": "2026-01-05",
    }
    line = json.dumps({**old, "记录": 0, "日期": "2026-01-05", "摘要": "sha256:0"}, ensure_ascii=False)
    numbered(home, f'{ORGAN}{{"代字": "榕人社", "年份": 2026, "已用至": 14}}\n{line}\n')
    assert issue(home, case).code == 0
    assert [number for number, *_ in documents(home)] == ["榕人社〔2026〕15号", "榕人社〔2026〕16号"]
    assert issue(home, case).code == 0
    assert [kind for kind, _, _ in entries(home)].count("接管") == 1
    # A line added by hand is taken over too; one that contradicts the ledger is refused.
    with (home / "登记簿.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"机关": "福州市商务局", "代字": "榕商务"}\n')
    assert issue(home, case).code == 0
    assert [kind for kind, _, _ in entries(home)].count("接管") == 2
    with (home / "登记簿.jsonl").open("a", encoding="utf-8") as file:
        file.write(line.replace('"流水号": 15', '"流水号": 16').replace("函", "另一件函") + "\n")
    refused = issue(home, case)
    assert (refused.code, "E648" in refused.err) == (2, True)


def test_a_number_said_by_hand_is_never_another_letter_s(home: Path, case: Path) -> None:
    said = ("--number", "榕人社〔2026〕7号")
    assert issue(home, case, *said).code == 0
    assert documents(home, "number, serial") == [("榕人社〔2026〕7号", 7)]
    other = home / "其他"
    shutil.copytree(case, other)
    file = other / "case.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("FZ-2026-003", "FZ-2026-903"), encoding="utf-8")
    refused = issue(home, other, *said)
    assert (refused.code, "E648" in refused.err) == (2, True)
    assert not (home / f"out/FZ-2026-903/{LETTER}.docx").exists()
    assert len(documents(home)) == 1


def test_a_ledger_that_cannot_be_written_lets_no_letter_out(home: Path, case: Path) -> None:
    numbered(home)
    ledger_ = home / "账本.db"
    sqlite.opened(ledger_).sql.run("SELECT 1")
    ledger_.rename(home / "别的.db")
    refused = issue(home, case)
    assert (refused.code, "E920" in refused.err) == (2, True)
    assert not list((home / "out").rglob("*.docx"))


def test_a_batch_in_several_processes_is_recorded_whole(home: Path, tmp_path: Path) -> None:
    numbered(home)
    names = ("03-maker-incubator", "10-tea-guild", "20-minhou-service")
    cases = [str(shutil.copytree(ROOT / "fixtures" / name, tmp_path / "batch" / name)) for name in names]
    asked = ("--format", "docx", "--as-of", "2026-11-23", "--as", "陈若川")
    done = guiju(
        *("issue", *cases, "--all", "--jobs", "2", "--out", "out", *asked, "--office", "office.yaml"), cwd=home
    )
    letters = documents(home, "document, (SELECT MIN(decided) FROM sources s WHERE s.seq = documents.seq), case_id")
    assert letters, done.err
    assert all(decided for _, decided, _ in letters)
    assert len({case for *_, case in letters}) > 1
    assert len(entries(home)) > len(letters)


def test_the_letters_of_a_history_are_recorded_with_the_files_of_each_event(home: Path, tmp_path: Path) -> None:
    history = Path(shutil.copytree(ROOT / "fixtures/histories/s09-qifeng", tmp_path / "s09-qifeng"))
    asked = ("--format", "docx", "--as-of", "2026-11-23", "--as", "陈若川")
    done = guiju("issue", str(history), "--out", "out", *asked, "--office", "office.yaml", cwd=home)
    letters = documents(home, "document, (SELECT MIN(decided) FROM sources s WHERE s.seq = documents.seq)")
    assert letters, done.err
    assert all(decided for _, decided in letters)
    assert entries(home)


def test_without_a_ledger_letters_are_written_all_the_same(home: Path, case: Path) -> None:
    (home / "office.yaml").write_text(PERSONS, encoding="utf-8")
    done = issue(home, case)
    assert (done.code, done.err.count("W920")) == (0, 1)


# ---- events ----


def event(home: Path, *args: str) -> Result:
    return guiju("event", *args, "--office", "office.yaml", "--as-of", "2026-11-23", "--as", "林岚", cwd=home)


def test_an_event_is_recorded_with_what_the_ledger_lacks_of_its_history(home: Path, tmp_path: Path) -> None:
    station = Path(shutil.copytree(ROOT / "fixtures/histories/s08-craft", tmp_path / "s08"))
    assert event(home, "add", str(station), "整改报告", "考核年度=2025", "--date", "2026-11-20").code == 0
    kinds = [kind for kind, _, _ in entries(home)]
    assert kinds.count("事件") > 20
    added = event(home, "withdraw", str(station), "37", "--reason", "录错")
    assert added.code in (0, 1), added.err
    assert [kind for kind, _, _ in entries(home)][len(kinds) :] == ["撤回"]
    store = sqlite.opened(home / "账本.db", reading=True)
    (row,) = listed(store, "重作", Filters()).rows
    store.close()
    assert (row[0], row[1].partition("，")[0], row[2]) == ("撤回", "整改通知送达（2026-10-13", "录错")
    refused = event(home, "add", str(station), "没有这个事件")
    assert refused.code != 0
    assert len(entries(home)) == len(kinds) + 1


def test_a_ledger_that_cannot_be_written_lets_no_event_in(home: Path, tmp_path: Path) -> None:
    station = Path(shutil.copytree(ROOT / "fixtures/histories/s08-craft", tmp_path / "s08"))
    before = (station / "events.yaml").read_bytes()
    (home / "账本.db").rename(home / "别的.db")
    refused = event(home, "add", str(station), "整改报告", "考核年度=2025", "--date", "2026-11-20")
    assert (refused.code, "E920" in refused.err) == (2, True)
    assert (station / "events.yaml").read_bytes() == before


# ---- verified ----


def verify(home: Path, *args: str) -> Result:
    return guiju("verify", *args, "--office", "office.yaml", cwd=home)


def test_a_ledger_and_what_stands_in_it_are_verified(home: Path, case: Path) -> None:
    numbered(home)
    issue(home, case)
    head = ledger(home, "head").out.strip()
    whole = verify(home, "账本.db", "--head", head)
    assert (whole.code, "一致" in whole.out, head in whole.out) == (0, True, True)
    ((code,),) = documents(home, "code")
    for said in (code, code.lower().replace("-", ""), "榕人社〔2026〕1号"):
        found = verify(home, said)
        assert (found.code, "不予认定告知书" in found.out, "账本第" in found.out) == (0, True, True), said
    assert "E929" in verify(home, code[:-1] + ("0" if code[-1] != "0" else "1")).err
    for unknown in ("榕人社〔2026〕99号", code_of(b"")):
        assert verify(home, unknown).code == 2
    letter = verify(home, f"out/FZ-2026-003/{LETTER}.docx")
    assert (letter.code, "逐字节相同" in letter.out, "结论  一致" in letter.out) == (0, True, True)
    before = len(entries(home))
    assert verify(home, "账本.db", "--as", "郑远").code == 0
    assert [kind for kind, _, _ in entries(home)][before:] == ["核验"]
    assert "E914" in verify(home, "账本.db", "--as", "林岚").err


def test_what_was_done_to_a_ledger_is_named(home: Path, case: Path) -> None:
    decide(home, case, "--as", "林岚")
    store = sqlite.opened(home / "账本.db", reading=True)
    names = [name for (name,) in store.sql.run("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
    store.close()
    changed_body = "UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), '不予认定', '予以认定') AS BLOB)"
    spoil(home / "账本.db", *(f"DROP TRIGGER {name}" for name in names), changed_body)
    found = verify(home, "账本.db")
    assert found.code == 1
    assert "改动：第" in found.out
    assert "触发器" in found.out
    plain = json.loads(verify(home, "账本.db", "--json").out)
    assert (plain["一致"], plain["不一致"][0]["类别"]) == (False, "改动")


def test_a_ledger_cut_short_is_found_by_the_heads_kept_elsewhere(home: Path, case: Path) -> None:
    shutil.copy(home / "账本.db", home / "旧.db")
    decide(home, case, "--as", "林岚")
    (home / "旧.db").replace(home / "账本.db")
    for left in ("账本.db-wal", "账本.db-shm"):
        (home / left).unlink(missing_ok=True)
    found = verify(home, "账本.db")
    assert (found.code, "截尾" in found.out) == (1, True)


def test_a_letter_the_ledger_does_not_know_is_told(home: Path, case: Path) -> None:
    issue(home, case, "--out", "别处")
    other = home / "其他"
    other.mkdir()
    (other / "office.yaml").write_text(OFFICE, encoding="utf-8")
    ledger(other, "new", "--as", "郑远")
    told = guiju("verify", f"别处/FZ-2026-003/{LETTER}.docx", "--office", "其他/office.yaml", cwd=home)
    assert (told.code, "账本里没有凭据码" in told.out) == (1, True)


def test_without_a_ledger_a_code_cannot_be_asked(tmp_path: Path) -> None:
    asked = guiju("verify", "榕人社〔2026〕1号", cwd=tmp_path)
    assert (asked.code, "E927" in asked.err) == (2, True)
    assert "E923" in guiju("verify", "x.db", "--head", "坏", cwd=tmp_path).err


def test_a_digit_of_a_rule_is_told_with_its_line(home: Path, case: Path) -> None:
    assert issue(home, case).code == 0
    changed(home)
    asked = ("--case", str(case), "--policies", "policies")
    told = verify(home, f"out/FZ-2026-003/{LETTER}.docx", *asked)
    said = told.out.replace("\n    ", "")
    assert told.code == 1
    assert re.search("规则不同：fuzhou-talent-station/parameters.yaml 第[0-9]+行（.+ → .+）", said), said


def test_an_exported_ledger_is_verified(home: Path) -> None:
    ledger(home, "export", "a.jsonl", "--as", "郑远")
    assert "一致" in guiju("verify", "a.jsonl", cwd=home).out
    (home / "a.jsonl").write_text((home / "a.jsonl").read_text().replace("郑远", "郑近"))
    assert guiju("verify", "a.jsonl", cwd=home).code == 1


def test_with_a_key_codes_cannot_be_guessed_and_letters_stay_what_they_are(home: Path, case: Path) -> None:
    numbered(home)
    office = home / "office.yaml"
    office.write_text(f"密钥: 钥匙\n{office.read_text(encoding='utf-8')}", encoding="utf-8")
    assert "E928" in issue(home, case).err
    key = home / "钥匙"
    key.write_text("短")
    key.chmod(0o600)
    assert "E928" in issue(home, case).err
    key.write_text("0123456789abcdef0123456789abcdef")
    key.chmod(0o644)
    assert "E928" in issue(home, case).err
    key.chmod(0o600)
    assert issue(home, case).code == 0
    file = home / f"out/FZ-2026-003/{LETTER}.docx"
    data, ((code, head),) = file.read_bytes(), documents(home, "code, head")
    assert read_head(head).seq == 2
    # Another key, a longer ledger: issued again it is the same letter, with the code it was given.
    key.write_text("fedcba9876543210fedcba9876543210")
    assert issue(home, case).code == 0
    assert (file.read_bytes(), documents(home, "code, head")) == (data, [(code, head)])
    assert verify(home, str(file)).code == 0
    again = guiju("verify", str(file), "--case", str(case), cwd=home)
    assert (again.code, "逐字节相同" in again.out) == (0, True)


def test_a_ledger_made_anew_is_found_by_the_head_on_a_letter(home: Path, case: Path) -> None:
    # A head two ledgers cannot share: a first entry alone may be the same, made in the same second.
    assert ledger(home, "export", "a.jsonl", "--as", "郑远").code == 0
    issue(home, case)
    letter = home / f"out/FZ-2026-003/{LETTER}.docx"
    for left in home.glob("账本.db*"):
        left.unlink()
    ledger(home, "new", "--as", "郑远")
    (home / "out").rename(home / "原件")
    issue(home, case)
    told = verify(home, f"原件/FZ-2026-003/{letter.name}")
    assert (told.code, "重做过" in told.out or "账本里没有凭据码" in told.out) == (1, True)
