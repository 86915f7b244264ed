"""Files that only this user can have written; what else must hold of them is tested where they are used (kept packages)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.files import faults
from engine.files.faults import Unfit
from engine.files.own import read_own, write_own


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write_own(tmp_path / "own", "a.x", b"12345", keep=3)
    assert read_own(tmp_path / "own", "a.x", 5) == b"12345"
    with pytest.raises(Unfit) as large:
        read_own(tmp_path / "own", "a.x", 4)
    assert large.value.kind == faults.LARGE
    assert (tmp_path / "own" / "a.x").stat().st_mode & 0o777 == 0o600


def test_a_file_longer_than_it_says_is_refused() -> None:
    with pytest.raises(Unfit) as changed:
        read_own(Path(f"/proc/{os.getpid()}"), "status", 100_000)
    assert changed.value.kind == faults.CHANGED


def test_what_a_dead_process_left_goes_after_an_hour(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    write_own(tmp_path, "a.x", b"1", keep=2)
    written = (tmp_path / "a.x").stat().st_mtime
    for name, ago in (("old", 7200), ("new", 60)):
        (tmp_path / f".{name}.partial").write_bytes(b"x")
        os.utime(tmp_path / f".{name}.partial", (written - ago,) * 2)
    write_own(tmp_path, "b.x", b"2", keep=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".new.partial", "a.x", "b.x"]


def test_an_interrupted_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    tmp_path.chmod(0o700)
    monkeypatch.setattr(os, "rename", full)
    with pytest.raises(OSError):
        write_own(tmp_path, "a.x", b"1", keep=1)
    assert list(tmp_path.iterdir()) == []
