"""Every reader of the program against files that are none: pipes that hang, devices that never end, links to other people's
files. Each is refused with a code and a suggestion."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from engine.base.problem import Problem, Refused
from engine.conformance.conform import conform
from engine.documents.embedded import read_trace
from engine.documents.layouts import read_layout
from engine.documents.logo import read_logo
from engine.documents.register_file import opened
from engine.intake.case import load_case, peek_case
from engine.intake.history import load_history
from engine.office.impact import load_overlay
from engine.policy.calendar_data import load_calendar
from engine.policy.sources import read_folder
from engine.spreadsheets.opening import open_grids
from tests.worlds.clubs import package

Reader = Callable[[Path], Iterable[Problem]]


def register(path: Path) -> Iterable[Problem]:
    with opened(path):
        return []


def called(call: Callable[[Path], object]) -> Reader:
    """A reader that raises what is wrong."""

    def read(path: Path) -> Iterable[Problem]:
        call(path)
        return []

    return read


def ledger_of_a_case(path: Path) -> Iterable[Problem]:
    (path.parent / "case.yaml").write_text(f"案件: A\n记录:\n  活动台账: {path.name}\n", encoding="utf-8")
    return load_case(path.parent, package())[1]


READERS: dict[str, tuple[str, Reader, str]] = {
    # what is read: the file's name, the reader, the code
    "case": ("case.yaml", lambda path: peek_case(path.parent)[1], "E102 E107"),
    "case by its file": ("a.yaml", lambda path: peek_case(path)[1], "E102 E107"),
    "ledger .xlsx": ("a.xlsx", ledger_of_a_case, "E102 E107"),
    "ledger .csv": ("a.csv", ledger_of_a_case, "E102 E107"),
    "ledger of another kind": ("a.et", lambda path: open_grids(path, "a.et")[1], "E102 E107"),
    "history": ("events.yaml", lambda path: load_history(path, package())[1], "E863 E107"),
    "register": ("a.jsonl", register, "E645"),
    "rules": ("t/policy.yaml", lambda path: read_folder(path.parents[1])[1], "E102 E107"),
    "layout of a package": ("t/考察表.html", lambda path: read_folder(path.parents[1])[1], "E102 E107"),
    "layout": ("a.html", called(lambda path: read_layout(path.parent, path.name)), "E620"),
    "mark": ("a.svg", called(read_logo), "E628"),
    "letter to conform .docx": ("a.docx", called(conform), "E650"),
    "letter to conform .pdf": ("a.pdf", called(conform), "E650"),
    "letter to explain": ("a.pdf", called(read_trace), "E650"),
    "overlay": ("a.yaml", called(load_overlay), "E102 E107"),
    "calendar": ("x-2026.yaml", called(lambda path: load_calendar("x", path.parent)), "E954"),
}


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    """A reader that hangs fails the test instead of stopping all of them."""

    def late(*_: object) -> None:
        raise AssertionError("it hangs")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def codes(read: Reader, path: Path) -> list[str]:
    try:
        problems = list(read(path))
    except Refused as refused:
        problems = list(refused.problems)
    assert all(problem.help for problem in problems)
    return [problem.code for problem in problems]


def placed(folder: Path, name: str) -> Path:
    path = folder / "own" / name
    path.parent.mkdir(parents=True)
    if path.parent.name == "t":
        (path.parent / "policy.yaml").write_text("名称: 甲\n", encoding="utf-8")
        (folder / "other").mkdir()
    path.unlink(missing_ok=True)
    return path


@pytest.mark.parametrize("what", READERS)
def test_a_named_pipe_does_not_hang(what: str, tmp_path: Path) -> None:
    name, read, expected = READERS[what]
    path = placed(tmp_path, name)
    os.mkfifo(path)
    found = codes(read, path)
    assert found
    assert set(found) <= set(expected.split())


@pytest.mark.parametrize("what", READERS)
def test_an_endless_device_is_not_read(what: str, tmp_path: Path) -> None:
    name, read, expected = READERS[what]
    path = placed(tmp_path, name)
    path.symlink_to("/dev/zero")
    found = codes(read, path)
    assert found
    assert set(found) <= set(expected.split())


@pytest.mark.parametrize("what", READERS)
def test_a_link_to_somebody_elses_file_decides_nothing(what: str, tmp_path: Path) -> None:
    name, read, expected = READERS[what]
    path = placed(tmp_path, name)
    theirs = tmp_path / f"theirs{path.suffix}"
    theirs.write_text("私密: 甲\n", encoding="utf-8")
    path.symlink_to(theirs)
    found = codes(read, path)
    assert found
    assert set(found) <= set(expected.split())


def test_a_folder_of_ledgers_linked_from_another_case_decides_nothing(tmp_path: Path) -> None:
    for name in ("A", "B"):
        (tmp_path / name).mkdir()
    (tmp_path / "B" / "台账").mkdir()
    (tmp_path / "B" / "台账" / "a.csv").write_text("活动日期\n2026-01-01\n", encoding="utf-8")
    (tmp_path / "A" / "台账").symlink_to("../B/台账")
    text = "案件: A\n记录:\n  活动台账: 台账/a.csv\n"
    (tmp_path / "A" / "case.yaml").write_text(text, encoding="utf-8")
    case, problems = load_case(tmp_path / "A", package())
    assert case is None
    assert [p.code for p in problems] == ["E107"]
