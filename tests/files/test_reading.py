"""The guarded open: what is not a bounded regular file of its own folder is refused before a byte of it is read."""

from __future__ import annotations

import errno
import os
import pickle
import socket
from pathlib import Path
from typing import BinaryIO

import pytest

from engine.files import faults, reading
from engine.files.faults import Unfit, reason, unreadable
from engine.files.reading import Found, find, inside, read


def refused(path: Path, within: Path | None = None, limit: int = 100) -> str:
    with pytest.raises(Unfit) as found:
        read(path, limit, within)
    assert str(found.value.filename) == str(path)
    return found.value.kind


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "甲").write_bytes(b"12345")
    assert read(tmp_path / "甲", 5) == b"12345"
    assert refused(tmp_path / "甲", limit=4) == faults.LARGE


def test_special_files_are_refused_at_once(tmp_path: Path) -> None:
    """A named pipe would hang, an endless device never end; /dev/zero is reached by a link inside its own folder too."""
    os.mkfifo(tmp_path / "pipe")
    assert refused(tmp_path / "pipe") == faults.SPECIAL
    assert refused(Path("/dev/zero")) == faults.SPECIAL
    assert refused(tmp_path) == faults.FOLDER
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        assert refused(tmp_path / "socket") == faults.SPECIAL
    (tmp_path / "link").symlink_to("pipe")
    assert refused(tmp_path / "link") == faults.SPECIAL


def test_links_lead_no_further_than_the_folder(tmp_path: Path) -> None:
    (tmp_path / "private").write_bytes(b"x")
    case, other = tmp_path / "case", tmp_path / "case-2"
    (case / "inner").mkdir(parents=True)
    other.mkdir()
    (other / "ledger").write_bytes(b"other's")
    (case / "own").write_bytes(b"own")
    (case / "inner" / "up").symlink_to("../own")
    (case / "out").symlink_to(other / "ledger")
    (case / "outer").symlink_to(other)
    (case / "gone").symlink_to("nowhere")
    assert read(case / "inner" / "up", 9, case) == b"own"
    assert refused(case / "inner" / "up") == faults.OUTSIDE
    assert refused(case / "out") == faults.OUTSIDE
    assert refused(case / "outer" / "ledger", case) == faults.OUTSIDE
    assert refused(case / ".." / "private", case) == faults.OUTSIDE
    with pytest.raises(FileNotFoundError):
        read(case / "gone", 9)
    assert inside(case / "inner" / "up", case)
    assert inside(case / "nowhere", case)
    assert not inside(case / "outer", case)
    assert not inside(other, case)
    # A folder that people name may be a link: what lies in it is its own.
    (tmp_path / "named").symlink_to("case")
    assert read(tmp_path / "named" / "own", 9) == b"own"


def test_a_link_put_in_the_way_between_looking_and_opening_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "case" / "inner").mkdir(parents=True)
    (tmp_path / "case" / "inner" / "a").write_bytes(b"own")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a").write_bytes(b"other's")
    looked = reading._inside

    def swapping(path: Path, home: Path) -> tuple[str, str]:
        found = looked(path, home)
        (tmp_path / "case" / "inner").rename(tmp_path / "aside")
        (tmp_path / "case" / "inner").symlink_to(tmp_path / "other")
        return found

    monkeypatch.setattr(reading, "_inside", swapping)
    with pytest.raises(OSError) as found:
        read(tmp_path / "case" / "inner" / "a", 9, tmp_path / "case")
    assert found.value.errno in (errno.ELOOP, errno.ENOTDIR)


def test_another_file_in_its_place_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"checked")
    found = find(path, 100)
    path.write_bytes(b"swapped!")
    for read_again in (found.opened, found.read):
        with pytest.raises(Unfit) as changed:
            read_again()
        assert changed.value.kind == faults.CHANGED
    path.unlink()
    with pytest.raises(FileNotFoundError):
        found.opened()


@pytest.mark.parametrize("after", [b"longer than before", b"", b"CHECKED"])
def test_a_file_that_changes_while_it_is_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: bytes
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"checked")
    real = Found.opened

    def changing(found: Found) -> BinaryIO:
        stream = real(found)
        path.write_bytes(after)
        return stream

    monkeypatch.setattr(Found, "opened", changing)
    assert refused(path) == faults.CHANGED


def test_a_file_that_does_not_say_how_long_it_is_is_none() -> None:
    """The system's own, made up as they are read, say they are empty."""
    assert refused(Path("/proc/self/status"), limit=100_000) == faults.CHANGED


def test_names_the_system_cannot_take(tmp_path: Path) -> None:
    assert refused(tmp_path / "a\0b") == faults.NAME


FAILURES = [
    (FileNotFoundError(), "E101", "找不到"),
    (IsADirectoryError(), "E102", "文件夹"),
    (NotADirectoryError(), "E102", "上一级"),
    (PermissionError(), "E103", "权限"),
    (OSError(errno.EIO, "Input/output error"), "E103", "磁盘读写出错"),
    (OSError(), "E103", "OSError"),
    (OSError(errno.ELOOP, ""), "E107", "链接"),
    (Unfit(faults.OUTSIDE, "x"), "E107", "链接"),
    (Unfit(faults.SPECIAL, "x"), "E102", "设备"),
    (Unfit(faults.FOLDER, "x"), "E102", "文件夹"),
    (Unfit(faults.NAME, "x"), "E101", "不允许的字符"),
    (faults.too_large("x", 5, 4), "E104", "5 字节，超过上限 4 字节"),
    (Unfit(faults.CHANGED, "x"), "E103", "改动"),
]


@pytest.mark.parametrize(("error", "code", "says"), FAILURES)
def test_every_failure_has_words(error: OSError, code: str, says: str) -> None:
    problem = unreadable(error, "a.yaml")
    assert problem.code == code
    assert says in problem.message
    assert "a.yaml" in problem.message
    assert problem.help


def test_a_full_disk_is_called_so() -> None:
    assert reason(OSError(errno.ENOSPC, "")) == "磁盘已满"
    assert "配额" in reason(OSError(errno.EDQUOT, ""))


def test_a_refusal_of_the_guard_goes_through_to_another_process() -> None:
    error = pickle.loads(pickle.dumps(faults.too_large("甲", 5, 4)))
    assert (error.kind, error.filename, reason(error)) == (faults.LARGE, "甲", "有 5 字节，超过上限 4 字节")
