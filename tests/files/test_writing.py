"""The guarded write: whole or not at all, never where it could hurt, and nothing left lying about."""

from __future__ import annotations

import errno
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.files import faults, locking, writing
from engine.files.faults import Unfit
from engine.files.locking import locked
from engine.files.reading import read
from engine.files.used import command
from engine.files.writing import create_all, holding, make_folder, place, stage, token, write


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def refused(path: Path) -> str:
    with pytest.raises(Unfit) as found:
        write(path, b"new")
    return found.value.kind


def test_a_file_is_written_with_the_folders_above_it(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "页.html"
    write(path, b"one")
    write(path, b"two")
    assert path.read_bytes() == b"two"
    assert names(path.parent) == ["页.html"]


def test_the_mode_stays(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(0o600)
    write(path, b"new")
    assert path.stat().st_mode & 0o777 == 0o600


def test_nothing_is_written_onto_links_devices_or_folders(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"theirs")
    (tmp_path / "link").symlink_to("target")
    (tmp_path / "dangling").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    assert refused(tmp_path / "link") == faults.LINK
    assert refused(tmp_path / "dangling") == faults.LINK
    assert refused(tmp_path / "pipe") == faults.SPECIAL
    assert refused(tmp_path) == faults.FOLDER
    assert (tmp_path / "target").read_bytes() == b"theirs"
    assert names(tmp_path) == ["dangling", "link", "pipe", "target"]


def test_a_link_named_like_the_temporary_file_leads_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can foresee the name; and if somebody did, the link would not be followed."""
    assert len({token() for _ in range(100)}) == 100
    monkeypatch.setattr(writing, "token", lambda: "0" * 16)
    (tmp_path / "theirs").write_bytes(b"theirs")
    beside = tmp_path / f".a.{'0' * 16}.partial"
    beside.symlink_to("theirs")
    with pytest.raises(FileExistsError):
        stage(tmp_path / "a", b"new", "0" * 16)
    assert (tmp_path / "theirs").read_bytes() == b"theirs"


def test_the_lock_is_no_way_out_either(tmp_path: Path) -> None:
    (tmp_path / ".a.lock").symlink_to("made")
    with pytest.raises(OSError):
        write(tmp_path / "a", b"new")
    assert names(tmp_path) == [".a.lock"]


# ---- inputs ----


def test_what_a_command_reads_it_does_not_write(tmp_path: Path) -> None:
    path, twin = tmp_path / "events.yaml", tmp_path / "twin"
    path.write_bytes(b"x")
    os.link(path, twin)
    with command():
        read(path, 9)
        with command():
            assert refused(path) == faults.INPUT
        assert refused(twin) == faults.INPUT
        assert refused(tmp_path / "." / "events.yaml") == faults.INPUT
    assert path.read_bytes() == b"x"
    write(path, b"another command")


def test_one_output_is_not_written_over_another(tmp_path: Path) -> None:
    with command():
        write(tmp_path / "a.html", b"1")
        assert refused(tmp_path / "a.html") == faults.INPUT
    assert (tmp_path / "a.html").read_bytes() == b"1"


def test_a_file_that_has_the_number_of_one_that_is_gone_is_another(tmp_path: Path) -> None:
    """Inodes are given again: a file written where another was read and removed is no input."""
    with command():
        for number in range(50):
            path = tmp_path / f"{number}"
            path.write_bytes(b"x" * number)
            read(path, 99)
            path.unlink()
            (tmp_path / f"{number}-other").write_bytes(b"")
            write(tmp_path / f"{number}-other", b"y")


def test_threads_do_not_share_what_a_command_used(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x")
    with command():
        read(path, 9)
        other = threading.Thread(target=write, args=(path, b"another's command"))
        other.start()
        other.join()
    assert path.read_bytes() == b"another's command"


# ---- what goes wrong midway ----


def failing(error: BaseException) -> Callable[..., Any]:
    def call(*_: Any, **__: Any) -> Any:
        raise error

    return call


@pytest.mark.parametrize("call", ["fsync", "rename"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()], ids=["disk", "interrupt"])
def test_partial_work_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: BaseException
) -> None:
    for name in ("page", "held"):
        (tmp_path / name).write_bytes(b"old")
    monkeypatch.setattr(os, call, failing(error))
    with pytest.raises(type(error)):
        write(tmp_path / "page", b"new")
    with pytest.raises(type(error)), holding(tmp_path / "held", 99) as held:
        held.rewrite(b"new")
    if call == "fsync":
        with pytest.raises(type(error)):
            create_all({tmp_path / "1": b"1", tmp_path / "2": b"2"})
    assert names(tmp_path) == ["held", "page"]
    assert {(tmp_path / name).read_bytes() for name in names(tmp_path)} == {b"old"}


SMALL_DISK = """
import sys
from pathlib import Path
from engine.files.faults import reason
from engine.files.writing import write
try:
    write(Path(sys.argv[1]), b"x" * 100_000)
except OSError as error:
    print(reason(error), error.filename)
"""


def test_a_page_is_not_torn_where_it_does_not_fit(tmp_path: Path) -> None:
    """The system cuts the file off midway, as a full disk does."""
    path = tmp_path / "page.html"
    path.write_bytes(b"old")
    ran = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", SMALL_DISK, str(path)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)),
    )
    assert ran.stdout.strip() == f"超过了允许的文件大小 {path}", ran.stderr
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["page.html"]


def test_new_files_are_all_there_or_none(tmp_path: Path) -> None:
    (tmp_path / "2").write_bytes(b"theirs")
    with pytest.raises(FileExistsError) as found:
        create_all({tmp_path / "1": b"1", tmp_path / "2": b"2"})
    assert found.value.filename == str(tmp_path / "2")
    assert names(tmp_path) == ["2"]
    create_all({tmp_path / "a" / "1": b"1", tmp_path / "3": b"3"})
    assert (names(tmp_path), names(tmp_path / "a")) == (["2", "3", "a"], ["1"])
    assert (tmp_path / "2").read_bytes() == b"theirs"


def test_a_drive_without_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", failing(OSError(errno.EPERM, "no links here")))
    create_all({tmp_path / "1": b"1"})
    assert (tmp_path / "1").read_bytes() == b"1"
    assert names(tmp_path) == ["1"]


def test_a_folder_below_another_is_no_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "FZ-1").symlink_to("../elsewhere")
    with pytest.raises(Unfit) as found:
        make_folder(tmp_path / "out" / "FZ-1", tmp_path / "out")
    assert found.value.kind == faults.LINK
    make_folder(tmp_path / "out" / "FZ-2" / "x", tmp_path / "out")
    assert names(tmp_path / "out") == ["FZ-1", "FZ-2"]


def test_what_a_dead_process_left_is_cleared_away_and_nothing_else(tmp_path: Path) -> None:
    other = token()
    stage(tmp_path / "a", b"dead", token())
    stage(tmp_path / "a.b", b"alive", other)
    (tmp_path / ".a.notes.partial").write_bytes(b"theirs")
    write(tmp_path / "a", b"new")
    place(tmp_path / "a.b", other)
    assert names(tmp_path) == [".a.notes.partial", "a", "a.b"]
    assert (tmp_path / "a.b").read_bytes() == b"alive"


def test_a_long_name_has_a_temporary_one_too(tmp_path: Path) -> None:
    path = tmp_path / ("驿" * 80)
    write(path, b"x")
    assert names(tmp_path) == [path.name]


# ---- several processes ----


def count(path: Path, times: int) -> None:
    for _ in range(times):
        with holding(path, 1000) as held:
            held.rewrite(b"%d" % (int(held.data or b"0") + 1))


def test_no_count_is_lost_among_six_processes(tmp_path: Path) -> None:
    path = tmp_path / "count"
    path.write_bytes(b"0")
    workers = [multiprocessing.get_context("fork").Process(target=count, args=(path, 20)) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert path.read_bytes() == b"120"
    assert names(tmp_path) == ["count"]


def test_a_lock_outlives_the_replacing_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"0")
    with holding(path, 99) as held:
        held.rewrite(b"1")
        with pytest.raises(Unfit) as busy, locked(path, wait=0):
            pass
        held.rewrite(b"2")
    assert busy.value.kind == faults.BUSY
    assert path.read_bytes() == b"2"


def test_a_process_that_is_killed_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"0")
    child = multiprocessing.get_context("fork").Process(target=hold, args=(path,))
    child.start()
    while not (tmp_path / "held").exists():
        pass
    assert child.pid
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    with holding(path, 99) as held:
        held.rewrite(b"1")
    assert names(tmp_path) == ["a", "held"]


def hold(path: Path) -> None:
    with locked(path):
        stage(path, b"half", token())
        (path.parent / "held").write_bytes(b"")
        signal.pause()


def test_an_editor_that_knows_no_lock_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"read")
    with holding(path, 99) as held:
        path.write_bytes(b"saved in an editor meanwhile")
        with pytest.raises(Unfit) as changed:
            held.rewrite(b"ours")
    assert changed.value.kind == faults.CHANGED
    assert path.read_bytes() == b"saved in an editor meanwhile"
    assert names(tmp_path) == ["a"]


def test_a_lock_left_by_somebody_else_can_still_be_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file one may only read is locked as well."""
    beside = tmp_path / ".a.lock"
    beside.write_bytes(b"")
    opening = os.open

    def only_reading(path: str, flags: int, *rest: Any, **more: Any) -> int:
        if path == str(beside) and flags & os.O_RDWR:
            raise PermissionError
        return opening(path, flags, *rest, **more)

    monkeypatch.setattr(locking.os, "open", only_reading)
    with locked(tmp_path / "a"):
        pass
    assert names(tmp_path) == []
