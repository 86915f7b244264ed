"""What a command writes against everything it could hurt: its own input, links, other people's letters, a full disk."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.base.problem import Refused
from engine.documents.register import read as read_register
from engine.documents.writing import folder_of
from engine.intake.history import load_history
from engine.office.workspace import Workspace
from tests.cli.run import ROOT, Result, guiju

CASE = ROOT / "fixtures" / "03-maker-incubator"
LIFE = ROOT / "fixtures" / "histories" / "s08-craft"
DATE = date(2026, 11, 23)
DAY = ("--as-of", "2026-11-23")
SIGNS = '{"机关": "福州市人力资源和社会保障局", "代字": "榕人社"}\n'
NAME = "驿站名称: 福州市起帆创客人才驿站"


def case(folder: Path, id: str = "", name: str = "") -> Path:
    """A copy of a sample case, under another number or another name."""
    shutil.copytree(CASE, folder)
    text = (folder / "case.yaml").read_text(encoding="utf-8")
    if id:
        text = text.replace("案件: FZ-2026-003", f"案件: {json.dumps(id, ensure_ascii=False)}")
    if name:
        text = text.replace(NAME, f"驿站名称: {name}")
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def life(tmp_path: Path) -> Path:
    return shutil.copytree(LIFE, tmp_path / "甲")


def issue(path: Path, out: Path, *more: str) -> Result:
    return guiju("issue", str(path), "--out", str(out), "--format", "docx", *more)


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


# ---- several at once ----


def test_six_events_entered_at_once_are_all_kept(life: Path) -> None:
    """Every one that was said to be entered is in the file, under its own number, and the history still loads."""
    command = [sys.executable, str(ROOT / "cli.py"), "event", "add", str(life), "平台更新", *DAY, "--note"]
    running = [subprocess.Popen([*command, f"第{n}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) for n in range(6)]
    said = [process.communicate() for process in running]
    assert [process.returncode for process in running] == [0] * 6, said
    history, problems = load_history(life, Workspace(ROOT / "policies", DATE).program().package)
    assert history is not None, problems
    before, _ = load_history(LIFE, Workspace(ROOT / "policies", DATE).program().package)
    assert before is not None
    ids = [item.id for item in history.items]
    assert len(set(ids)) == len(ids) == len(before.items) + 6
    text = (life / "events.yaml").read_text(encoding="utf-8")
    assert all(f"备注: 第{n}" in text for n in range(6))
    assert sorted(path.name for path in life.iterdir()) == sorted(path.name for path in LIFE.iterdir())


# ---- one number, two applicants ----


def test_two_applicants_with_one_number_are_kept_apart(tmp_path: Path) -> None:
    """The second gets neither the first one's folder nor its 文号."""
    register, out = tmp_path / "登记.jsonl", tmp_path / "out"
    register.write_text(SIGNS, encoding="utf-8")
    one, two = case(tmp_path / "1"), case(tmp_path / "2", name="福州市另一家人才驿站")
    asked = ("-d", "认定审查", "--document", "不予认定告知书", "--register", str(register))
    first = issue(one, out, *asked)
    assert first.code == 0, first.err
    before, entered = files(out), register.read_bytes()
    second = issue(two, out, *asked)
    assert (second.code, "E655" in second.err, "福州市另一家人才驿站" in second.err) == (1, True, True)
    assert (files(out / "FZ-2026-003"), register.read_bytes()) == (files_of(before, "FZ-2026-003"), entered)
    elsewhere = issue(two, tmp_path / "other", *asked)
    assert (elsewhere.code, "E655" in elsewhere.err) == (1, True)
    assert register.read_bytes() == entered
    again = issue(one, out, *asked)
    assert again.code == 0
    assert files(out / "FZ-2026-003") == files_of(before, "FZ-2026-003")


def files_of(whole: dict[str, bytes], folder: str) -> dict[str, bytes]:
    start = f"{folder}/"
    return {name.removeprefix(start): data for name, data in whole.items() if name.startswith(start)}


def test_the_stranger_changes_nothing_of_what_the_manifest_says(tmp_path: Path) -> None:
    out = tmp_path / "out"
    one, two = case(tmp_path / "1"), case(tmp_path / "2", name="福州市另一家人才驿站")
    issue(one, out, "-d", "认定审查", "--document", "不予认定告知书")
    (known,) = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["案件"]
    issue(two, out, "-d", "认定审查", "--document", "不予认定告知书")
    told = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["案件"]
    assert told[0] == known
    assert [p["代码"] for p in told[1]["问题"]] == ["E655"]
    assert "案件" not in told[1]


# ---- numbers as folders ----


@pytest.mark.parametrize(("first", "second"), [("FZ-9", "fz-9"), ("FZ-9", "ＦＺ－９"), ("é-1", "e\u0301-1")])
def test_numbers_that_some_system_takes_for_one_are_refused(tmp_path: Path, first: str, second: str) -> None:
    one, two, out = case(tmp_path / "1", first), case(tmp_path / "2", second, "福州市另一家人才驿站"), tmp_path / "out"
    asked = ("-d", "认定审查", "--document", "不予认定告知书")
    assert issue(one, out, *asked).code == 0
    before = files(out / first)
    later = issue(two, out, *asked)
    assert later.code == 1
    assert any(code in later.err for code in ("E655", "E656"))
    assert files(out / first) == before
    together = guiju("issue", "--all", str(one), str(two), "--out", str(tmp_path / "both"), "--format", "docx", *asked)
    assert (together.code, "E643" in together.err) == (1, True)
    assert [path.name for path in (tmp_path / "both").iterdir() if path.is_dir()] == [first]


@pytest.mark.parametrize("id", ["榕驿〔2026〕第3号", "fz-9"])
def test_numbers_keep_their_characters(tmp_path: Path, id: str) -> None:
    done = issue(case(tmp_path / "1", id), tmp_path / "out", "-d", "认定审查", "--document", "不予认定告知书")
    assert done.code == 0, done.err
    assert (tmp_path / "out" / id / "不予认定告知书.docx").is_file()


@pytest.mark.parametrize("id", ["../x", "CON", ".x", "manifest.json", "清单.MD"])
def test_numbers_that_are_no_names_are_refused(tmp_path: Path, id: str) -> None:
    out = tmp_path / "out"
    done = issue(case(tmp_path / "1", id), out, "-d", "认定审查", "--document", "不予认定告知书")
    assert (done.code, "E656" in done.err) == (1, True)
    assert sorted(path.name for path in tmp_path.iterdir()) in (["1"], ["1", "out"])
    assert not list(tmp_path.rglob("*.docx"))
    with pytest.raises(Refused):
        folder_of("FZ\u202e1")


# ---- inputs, links, devices ----

PAGES = {
    "html": lambda life, path: guiju("timeline", str(life), "--html", str(path), *DAY),
    "svg": lambda life, path: guiju("timeline", str(life), "--svg", str(path), *DAY),
    "ics": lambda life, path: guiju("due", str(life), "--ics", str(path), *DAY),
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_not_written_onto_what_it_is_made_from(page: str, life: Path) -> None:
    before = files(life)
    os.link(life / "events.yaml", life.parent / "twin")
    for target in (life / "events.yaml", life.parent / "twin", life / "." / ".." / life.name / "events.yaml"):
        found = PAGES[page](life, target)
        assert (found.code, "E902" in found.err) == (2, True)
    assert files(life) == before


@pytest.mark.parametrize("name", [".events.yaml.new", ".events.yaml.partial", ".events.yaml.lock"])
def test_links_named_like_files_beside_lead_to_nothing(name: str, life: Path, tmp_path: Path) -> None:
    """What somebody put beside the history under a name a program might use is not written through."""
    (tmp_path / "theirs").write_text("theirs", encoding="utf-8")
    (life / name).symlink_to("../theirs")
    found = guiju("event", "add", str(life), "平台更新", *DAY)
    assert (found.code == 0) is (name != ".events.yaml.lock")
    assert (tmp_path / "theirs").read_text(encoding="utf-8") == "theirs"
    assert ("平台更新" in (life / "events.yaml").read_text(encoding="utf-8").splitlines()[-1]) is (found.code == 0)


@pytest.mark.parametrize("where", ["link", "dots"])
def test_files_of_an_event_lie_in_the_folder_of_the_history(where: str, tmp_path: Path) -> None:
    """Otherwise another case's files would be written into this one's letters."""
    life = shutil.copytree(ROOT / "fixtures" / "histories" / "s09-qifeng", tmp_path / "life")
    (life / "recognition").rename(tmp_path / "another")
    text = (life / "events.yaml").read_text(encoding="utf-8")
    if where == "link":
        (life / "recognition").symlink_to("../another")
    else:
        (life / "events.yaml").write_text(text.replace("案卷: recognition", "案卷: ../another"), encoding="utf-8")
    found = issue(life, tmp_path / "out", "--document", "认定通知", *DAY)
    assert (found.code, "E107" in found.err) == (1, True), found.err
    assert not list(tmp_path.rglob("*.docx"))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_not_written_onto_links_and_devices(page: str, life: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.write_text("theirs", encoding="utf-8")
    (tmp_path / "link").symlink_to(theirs)
    os.mkfifo(tmp_path / "pipe")
    for target in (tmp_path / "link", tmp_path / "pipe", Path("/dev/null"), tmp_path):
        found = PAGES[page](life, target)
        assert (found.code, "E902" in found.err) == (2, True)
    assert theirs.read_text(encoding="utf-8") == "theirs"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_not_written_onto_another_kind_of_file(page: str, life: Path, tmp_path: Path) -> None:
    """Such as a letter of some case, or the case itself, which this command does not read."""
    for name in ("认定通知.docx", "case.yaml", "a"):
        (tmp_path / name).write_text("theirs", encoding="utf-8")
        found = PAGES[page](life, tmp_path / name)
        assert (found.code, "E902" in found.err) == (2, True)
        assert (tmp_path / name).read_text(encoding="utf-8") == "theirs"
    assert PAGES[page](life, tmp_path / f"a.{page.upper()}").code == 0
    assert PAGES[page](life, tmp_path / f"a.{page.upper()}").code == 0


def test_one_page_is_not_written_over_another(life: Path, tmp_path: Path) -> None:
    found = guiju("timeline", str(life), "--html", str(tmp_path / "a"), "--svg", str(tmp_path / "a"), *DAY)
    assert (found.code, "E902" in found.err) == (2, True)
    assert (tmp_path / "a").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(
    "target", ["1/case.yaml", "1/2026年度活动台账.xlsx", "登记.jsonl", "link", "out/FZ-2026-003/不予认定告知书.docx"]
)
def test_a_zip_is_not_written_onto_anything_of_the_batch(tmp_path: Path, jobs: str, target: str) -> None:
    case(tmp_path / "1")
    ledger = next((tmp_path / "1").glob("*.xlsx"))
    ledger.rename(ledger.with_name("2026年度活动台账.xlsx"))
    text = (tmp_path / "1" / "case.yaml").read_text(encoding="utf-8").replace(ledger.name, "2026年度活动台账.xlsx")
    (tmp_path / "1" / "case.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "登记.jsonl").write_text(SIGNS, encoding="utf-8")
    (tmp_path / "link").symlink_to("登记.jsonl")
    before = files(tmp_path)
    asked = ["-d", "认定审查", "--document", "不予认定告知书", "--register", str(tmp_path / "登记.jsonl")]
    found = issue(tmp_path / "1", tmp_path / "out", *asked, "--zip", str(tmp_path / target), "--jobs", jobs)
    assert (found.code, "E642" in found.err) == (2, True)
    after = files(tmp_path)
    assert {name: after[name] for name in before if not name.endswith("jsonl") and name != "link"} == {
        name: data for name, data in before.items() if not name.endswith("jsonl") and name != "link"
    }
    assert (tmp_path / "登记.jsonl").read_bytes().startswith(SIGNS.encode())
    assert (tmp_path / "link").is_symlink()


def test_a_folder_of_a_case_that_is_a_link_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "theirs").mkdir()
    (tmp_path / "out" / "FZ-2026-003").symlink_to("../theirs")
    found = issue(CASE, tmp_path / "out", "-d", "认定审查", "--document", "不予认定告知书")
    assert (found.code, "E642" in found.err) == (2, True)
    assert list((tmp_path / "theirs").iterdir()) == []


def test_somebody_elses_manifest_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"name": "an app"}', encoding="utf-8")
    found = issue(CASE, tmp_path, "-d", "认定审查", "--document", "不予认定告知书")
    assert (found.code, "E658" in found.err) == (2, True)
    assert (tmp_path / "manifest.json").read_text(encoding="utf-8") == '{"name": "an app"}'


# ---- the register and the manifests ----


def test_the_register_does_not_write_what_it_then_refuses(tmp_path: Path) -> None:
    register = tmp_path / "登记.jsonl"
    register.write_text(SIGNS + '{"代字": "榕人社", "年份": 2026, "已用至": 99999}\n', encoding="utf-8")
    before = register.read_bytes()
    found = issue(CASE, tmp_path / "out", "-d", "认定审查", "--register", str(register))
    assert (found.code, "E657" in found.err) == (1, True)
    assert register.read_bytes() == before
    assert read_register(register.read_text(encoding="utf-8"), "登记")[1] == []
    assert list((tmp_path / "out").rglob("*")) == []


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_register_keeps_its_byte_order_mark_line_ends_and_mode(tmp_path: Path, end: str) -> None:
    register = tmp_path / "登记.jsonl"
    register.write_bytes(("\ufeff" + SIGNS.replace("\n", end)).encode())
    register.chmod(0o640)
    assert issue(CASE, tmp_path / "out", "-d", "认定审查", "--register", str(register)).code == 0
    data = register.read_bytes().decode()
    assert data.startswith("\ufeff" + SIGNS.replace("\n", end))
    assert data.endswith(end)
    assert data.count("\n") == data.count(end) > 1
    assert register.stat().st_mode & 0o777 == 0o640


def listed(out: Path) -> set[str]:
    told = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["案件"]
    return {file["文件"] for entry in told for letter in entry.get("文书", ()) for file in letter["文件"]}


def test_the_manifest_says_what_is_in_the_folder_whatever_put_it_there(tmp_path: Path) -> None:
    out = tmp_path / "out"
    one, two = case(tmp_path / "1", "A"), case(tmp_path / "2", "B")
    issue(one, out, "-d", "认定审查", "--document", "不予认定告知书")
    guiju("issue", "--all", str(two), "--out", str(out), "--format", "docx", "-d", "认定审查")
    issue(one, out, "-d", "认定审查", "--document", "送达回证")
    there = {name for name in files(out) if name.endswith(".docx")}
    assert listed(out) == there
    assert {"A/不予认定告知书.docx", "A/送达回证.docx"} <= there
    table = (out / "清单.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in table for name in there)
    (out / "A" / "不予认定告知书.docx").unlink()
    issue(one, out, "-d", "认定审查", "--document", "送达回证")
    assert listed(out) == there - {"A/不予认定告知书.docx"}
    shutil.rmtree(out / "B")
    issue(one, out, "-d", "认定审查", "--document", "送达回证")
    assert listed(out) == {"A/送达回证.docx"}
    assert [e["案件"] for e in json.loads((out / "manifest.json").read_text(encoding="utf-8"))["案件"]] == ["A"]


def test_the_manifest_in_a_zip_says_what_is_in_the_zip(tmp_path: Path) -> None:
    import zipfile

    out = tmp_path / "out"
    issue(case(tmp_path / "1", "A"), out, "-d", "认定审查", "--document", "不予认定告知书")
    two = case(tmp_path / "2", "B")
    issue(two, out, "-d", "认定审查", "--document", "不予认定告知书", "--zip", str(tmp_path / "a.zip"))
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        told = json.loads(archive.read("manifest.json"))["案件"]
        assert [entry["案件"] for entry in told] == ["B"]
        assert sorted(archive.namelist()) == ["B/manifest.json", "B/不予认定告知书.docx", "manifest.json", "清单.md"]
    assert listed(out) == {"A/不予认定告知书.docx", "B/不予认定告知书.docx"}


# ---- a full disk, a stop ----


def full(monkeypatch: pytest.MonkeyPatch, error: BaseException, after: int) -> None:
    """From the given number of files on, nothing more goes to the disk."""
    real, seen = os.fsync, [0]

    def fsync(handle: int) -> None:
        seen[0] += 1
        if seen[0] > after:
            raise error
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)


WRITING: dict[str, Callable[[Path, Path], Any]] = {
    "timeline --html": lambda life, out: guiju("timeline", str(life), "--html", str(out / "a.html"), *DAY),
    "timeline --svg": lambda life, out: guiju("timeline", str(life), "--svg", str(out / "a.svg"), *DAY),
    "due --ics": lambda life, out: guiju("due", str(life), "--ics", str(out / "a.ics"), *DAY),
    "event add": lambda life, out: guiju("event", "add", str(life), "平台更新", *DAY),
    "event withdraw": lambda life, out: guiju("event", "withdraw", str(life), "1", "--reason", "错", *DAY),
    "init case": lambda life, out: guiju("init", "case", str(out / "new")),
    "issue": lambda life, out: issue(CASE, out / "out", "-d", "认定审查"),
    "issue --jobs 2": lambda life, out: issue(CASE, out / "out", "-d", "认定审查", "--all", "--jobs", "2"),
    "issue --zip": lambda life, out: issue(CASE, out / "out", "-d", "认定审查", "--zip", str(out / "a.zip")),
    "issue --register": lambda life, out: issue(
        CASE, out / "out", "-d", "认定审查", "--register", str(out.parent / "登记.jsonl")
    ),
}


@pytest.mark.parametrize("command", WRITING)
@pytest.mark.parametrize("after", [0, 3])
def test_a_full_disk_is_called_so_and_nothing_is_torn(
    command: str, after: int, life: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "o"
    out.mkdir()
    (tmp_path / "登记.jsonl").write_text(SIGNS, encoding="utf-8")
    for suffix in ("html", "svg", "ics", "zip"):
        (out / f"a.{suffix}").write_text("old", encoding="utf-8")
    before = files(tmp_path)
    full(monkeypatch, OSError(errno.ENOSPC, "No space left on device"), after)
    found = WRITING[command](life, out)
    if after == 0:
        assert (found.code, "磁盘已满" in found.err) == (2, True), found.err
        assert files(tmp_path) == before
    assert "内存" not in found.err
    assert not [path for path in tmp_path.rglob(".*") if path.suffix in (".partial", ".lock")]
    assert all(data for data in files(tmp_path).values())


@pytest.mark.parametrize("command", [c for c in WRITING if "jobs" not in c])
def test_a_stop_leaves_nothing_half_done(
    command: str, life: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "o"
    out.mkdir()
    (tmp_path / "登记.jsonl").write_text(SIGNS, encoding="utf-8")
    before = files(tmp_path)
    full(monkeypatch, KeyboardInterrupt(), 0)
    found = WRITING[command](life, out)
    assert (found.code, "已中断" in found.err) == (2, True)
    assert files(tmp_path) == before
