"""Processes of a batch: replaced after a while, gone with the one that started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.base.problem import Refused
from engine.office import processes

ROOT = Path(__file__).resolve().parents[2]


def who(_: int) -> int:
    return os.getpid()


def test_one_process_for_few_is_this_one() -> None:
    with processes.processes(1, processes.FEW) as run:
        assert set(run(who, range(3))) == {os.getpid()}


def test_many_are_done_elsewhere_even_by_one_process() -> None:
    """What a long batch leaves in memory must not stay in this process."""
    with processes.processes(1, processes.FEW + 1) as run:
        (other,) = set(run(who, range(3)))
    assert other != os.getpid()


def test_a_process_is_replaced_when_it_is_worn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "WORN", 8)
    with processes.processes(1, 100) as run:
        rounds = [set(run(who, range(4))) for _ in range(6)]
    assert [len(pids) for pids in rounds] == [1] * 6
    assert rounds[0] == rounds[1]
    assert rounds[2] == rounds[3]
    assert rounds[4] == rounds[5]
    assert len(set.union(*rounds)) == 3


def test_the_order_is_that_of_the_items_and_nothing_is_left_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "WORN", 3)
    with processes.processes(2, 100) as run:
        assert [number for _ in range(4) for number in run(abs, range(-9, 0))] == [*range(9, 0, -1)] * 4


def test_children_have_what_this_process_has_and_answer_in_order() -> None:
    held, heard = {number: object() for number in range(9)}, list[tuple[int, int]]()
    found = processes.forked(lambda number: (number, number in held), range(9), 2, lambda *far: heard.append(far))
    assert found == [(number, True) for number in range(9)]
    assert heard == [(done, 9) for done in range(1, 10)]


def test_a_child_that_was_ended_is_no_answer() -> None:
    def work(number: int) -> int:
        if number == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    with pytest.raises(Refused, match="中断"):
        processes.forked(work, range(6), 2, lambda *_: None)


def test_processes_end_with_a_parent_that_was_killed() -> None:
    """kill -9 gives the parent no time to say so, and what waits for jobs would wait for ever."""
    program = (
        "import os, time\n"
        "from engine.office.processes import processes\n"
        "def who(_):\n    time.sleep(0.2)\n    return os.getpid()\n"
        "with processes(3, 100) as run:\n"
        "    print(*set(run(who, range(6))), flush=True)\n"
        "    time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        workers = [int(pid) for pid in parent.stdout.readline().split()]
        assert workers
        assert all(map(alive, workers))
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    waited = 0
    while any(map(alive, workers)):
        waited += 1
        assert waited < 600, "they are still there"
        time.sleep(0.1)


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and is not yet fetched does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


NOTED = (
    "import subprocess, sys\n"
    "started = []\n"
    "begin = subprocess.Popen.__init__\n"
    "def noted(self, *args, **kwargs):\n    started.append(args[0])\n    begin(self, *args, **kwargs)\n"
    "subprocess.Popen.__init__ = noted\n"
)


def said_by(program: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_a_letter_asks_no_compiler_where_pango_is() -> None:
    """Counted: the processes that are started to load what sets letters."""
    program = NOTED + (
        "from engine.documents.natives import unsearched\n"
        "with unsearched():\n    import weasyprint\n"
        "import ctypes.util\n"
        "print(len(started), ctypes.util.find_library('c'))\n"
    )
    count, found = said_by(program)
    assert count == "0"
    assert found.startswith("libc.so")


@pytest.mark.parametrize(
    ("format", "unwanted"),
    [("docx", "pdfminer cryptography fontTools.subset"), ("pdf", "docx docxtpl fontTools.subset")],
)
def test_one_letter_starts_no_process_and_loads_only_what_its_format_needs(
    tmp_path: Path, format: str, unwanted: str
) -> None:
    arguments = [
        "issue",
        "fixtures/04-culture-guild",
        "--document",
        "补正告知书",
        "--format",
        format,
        "--out",
        str(tmp_path),
    ]
    unwanted += " fontTools.varLib concurrent.futures z3 polars duckdb django pyhanko openpyxl durable"
    program = NOTED + (
        "from engine.commands.main import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit:\n    pass\n"
        f"print('|', len(started), *(name for name in {unwanted.split()!r} if name in sys.modules))\n"
    )
    said = said_by(program)
    assert said[said.index("|") + 1 :] == ["0"]
    assert [file.suffix for file in (tmp_path / "FZ-2026-004").glob("补正告知书.*")] == [f".{format}"]


def test_what_weasyprint_loads_later_is_there_when_it_is_called() -> None:
    """Fonts that HarfBuzz cannot cut, and variable ones, are fontTools' work."""
    program = (
        "import sys\n"
        "from engine.documents.natives import weasyprint_html\n"
        "weasyprint_html()\n"
        "from weasyprint.pdf import fonts\n"
        "before = 'fontTools.subset' in sys.modules, 'fontTools.varLib.instancer' in sys.modules\n"
        "options = fonts.subset.Options().hinting\n"
        "try:\n    fonts.instantiateVariableFont({}, {})\nexcept Exception as error:\n    told = type(error).__name__\n"
        "import fontTools.subset\n"
        "print(*before, options, told, fontTools.subset.Options is fonts.subset.Options)\n"
    )
    assert said_by(program) == ["False", "False", "True", "ValueError", "True"]
